-- What to look at beside a course, and why: what its students also study, then its shelf, the same level before others,
-- then its teacher's other courses. Definer inside: who studies what is closed, and none of it is shown.
create function private.related_course_reasons(course_id uuid, wanted integer)
returns table (related_id uuid, reason jsonb)
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  course record;
  own uuid[] := array(
    select e.course_id from public.enrollments e where e.user_id = (select auth.uid()) and e.status = 'active'
  );
begin
  select c.category_id, c.instructor_id, c.level into course
  from public.courses c where c.id = related_course_reasons.course_id;

  return query
  with taken_along as (
    select a.related_course_id as id, a.score
    from private.course_affinities a
    join private.catalogue_entries e on e.course_id = a.related_course_id
    where a.course_id = related_course_reasons.course_id and a.related_course_id <> all (own)
    order by a.score desc, a.related_course_id
    limit related_course_reasons.wanted
  ),
  of_category as (
    select e.course_id as id, e.level = course.level as same_level, e.student_count
    from private.catalogue_entries e
    where e.category_id = course.category_id and e.course_id <> related_course_reasons.course_id and e.course_id <> all (own)
      and e.course_id not in (select t.id from taken_along t)
    order by e.level = course.level desc, e.student_count desc, e.course_id
    limit related_course_reasons.wanted
  ),
  of_instructor as (
    select c.id, e.student_count
    from public.courses c join private.catalogue_entries e on e.course_id = c.id
    where c.instructor_id = course.instructor_id and c.id <> related_course_reasons.course_id and c.id <> all (own)
      and c.category_id is distinct from course.category_id and c.id not in (select t.id from taken_along t)
    order by e.student_count desc, c.id
    limit related_course_reasons.wanted
  )
  select best.id, jsonb_build_object('kind', best.kind)
  from (
    select t.id, 1 as tier, 'students_also_took' as kind, false as same_level, t.score::numeric as fit from taken_along t
    union all
    select s.id, 2, 'same_category', s.same_level, s.student_count from of_category s
    union all
    select i.id, 3, 'same_instructor', false, i.student_count from of_instructor i
  ) best
  order by best.tier, best.same_level desc, best.fit desc, best.id
  limit related_course_reasons.wanted;
end
$$;

comment on function private.related_course_reasons is
  'Ids and reasons behind public.related_courses, best first.';

revoke execute on function private.related_course_reasons from public, anon, authenticated, service_role;

grant execute on function private.related_course_reasons to anon, authenticated;

create function public.related_courses(course_id uuid, page_size integer default 8)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  ids uuid[];
  reasons jsonb[];
begin
  if not exists (select from public.courses c where c.id = related_courses.course_id) then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;

  select array_agg(r.related_id), array_agg(r.reason) into ids, reasons
  from private.related_course_reasons(
    related_courses.course_id, private.clamp_page_size(related_courses.page_size, 8)
  ) r;
  perform private.allow_caching();
  return '{"results":' || private.catalogue_cards_json(coalesce(ids, '{}'), coalesce(reasons, '{}')) || '}';
end
$$;

comment on function public.related_courses is
  'Courses on sale that go with one, without those that the caller studies: {results[cards as search_courses returns them, with reason{kind: students_also_took, same_category or same_instructor}]}, best first. page_size: 1 to 100. A visitor''s answer may be cached for a minute. Errors: COURSE_NOT_FOUND 404.';

revoke execute on function public.related_courses from public, anon, authenticated, service_role;

grant execute on function public.related_courses to anon, authenticated;
