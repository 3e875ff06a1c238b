-- What to look at beside a course: its shelf first, the same level before others, then its teacher's other courses.
create function public.related_courses(course_id uuid, page_size integer default 8)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  course record;
  ids uuid[];
begin
  select c.id, c.category_id, c.instructor_id, c.level into course from public.courses c where c.id = related_courses.course_id;
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;

  ids := array(
    select c.id
    from public.courses c
    join public.course_stats s on s.course_id = c.id
    where c.is_published and c.id <> course.id
      and (c.category_id = course.category_id or c.instructor_id = course.instructor_id)
    order by (c.category_id = course.category_id) desc nulls last, (c.level = course.level) desc, s.student_count desc, c.id
    limit private.clamp_page_size(related_courses.page_size, 8)
  );

  return jsonb_build_object('results', private.course_cards(ids));
end
$$;

comment on function public.related_courses is
  'Published courses of the same category or instructor: {results[card]}, best first. page_size: 1 to 100. Errors: COURSE_NOT_FOUND 404.';

revoke execute on function public.related_courses from public, anon, authenticated, service_role;

grant execute on function public.related_courses to anon, authenticated;
