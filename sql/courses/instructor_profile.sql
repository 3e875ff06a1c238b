-- Who teaches a course, with the sums of what is on sale: the instructor's part of a course page.
create function private.instructor_profile(instructor_id uuid)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return (
    select json_build_object(
      'id', p.id, 'first_name', p.first_name, 'last_name', p.last_name,
      'profile', json_build_object(
        'headline', p.headline, 'bio', p.bio, 'profile_picture', p.avatar_path,
        'courses_count', t.courses_count, 'students_count', t.students_count, 'rating', t.rating
      )
    )
    from public.profiles p
    cross join (
      select count(*) as courses_count, coalesce(sum(s.student_count), 0) as students_count,
        coalesce(round(sum(s.rating_sum)::numeric / nullif(sum(s.rating_count), 0), 2), 0) as rating
      from public.courses c join public.course_stats s on s.course_id = c.id
      where c.instructor_id = instructor_profile.instructor_id and c.is_published
    ) t
    where p.id = instructor_profile.instructor_id and p.is_instructor
  );
end
$$;

comment on function private.instructor_profile is
  '{id, first_name, last_name, profile{headline, bio, profile_picture, courses_count, students_count, rating}}; null for who teaches no more.';

revoke execute on function private.instructor_profile from public, anon, authenticated, service_role;
