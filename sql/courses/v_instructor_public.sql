-- One row: an instructor as a course page shows him.
create view public.v_instructor_public
with (security_invoker = true)
as
  select
    p.id,
    p.first_name,
    p.last_name,
    p.headline,
    p.bio,
    p.avatar_path as profile_picture,
    t.courses_count,
    t.students_count,
    t.rating_count,
    t.rating
  from
    public.profiles as p
    cross join lateral (
      select
        count(*)::integer as courses_count,
        coalesce(sum(s.student_count), 0)::integer as students_count,
        coalesce(sum(s.rating_count), 0)::integer as rating_count,
        coalesce(round(sum(s.rating_sum)::numeric / nullif(sum(s.rating_count), 0), 2), 0) as rating
      from
        public.courses as c
        join public.course_stats as s on s.course_id = c.id
      where c.instructor_id = p.id and c.is_published
    ) as t
  where p.is_instructor;

comment on view public.v_instructor_public is
  'Public cards of instructors, with the sums of their published courses.';
comment on column public.v_instructor_public.id is 'Identity of the person.';
comment on column public.v_instructor_public.first_name is 'Given name.';
comment on column public.v_instructor_public.last_name is 'Family name.';
comment on column public.v_instructor_public.headline is 'One line under the name.';
comment on column public.v_instructor_public.bio is 'About the person, plain text.';
comment on column public.v_instructor_public.profile_picture is 'File in the bucket avatars, or null.';
comment on column public.v_instructor_public.courses_count is 'Published courses the person owns.';
comment on column public.v_instructor_public.students_count is
  'Students of these courses; one person in two courses counts twice.';
comment on column public.v_instructor_public.rating_count is 'Ratings of these courses.';
comment on column public.v_instructor_public.rating is
  'Mean of all ratings of these courses, two decimals; 0 without any.';

revoke all on table public.v_instructor_public from public, anon, authenticated, service_role;

grant select on table public.v_instructor_public to anon, authenticated;
-- No insert, update or delete: a card is looked at.
