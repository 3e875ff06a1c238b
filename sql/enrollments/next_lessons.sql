-- Where a student goes on: the first lesson from the last activity on that is not completed, else the first of all. Many
-- places in one statement: a call a place took longer than the looking.
create function private.next_lessons(places public.enrollments[], from_start boolean default false)
returns json[]
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  lessons json[];
begin
  -- From lesson to lesson until one is open, which is nearly always the next: not the whole course with all progress.
  -- Its number in the course is what the sections before it count, and its rank within its own.
  lessons := array(
    select (
      select json_build_object(
        'id', l.id,
        'title', l.title,
        'order', l.position,
        'index', (
          select coalesce(sum(b.total_lessons), 0)
          from public.curriculum_sections b
          where b.course_id = s.course_id and b.position < s.position
        ) + (
          select count(*) from public.lessons b where b.section_id = s.id and b.position <= l.position
        ),
        'section', s.title,
        'position_seconds', l.position_seconds
      )
      from public.curriculum_sections s
      cross join lateral (
        select o.id, o.title, o.position, coalesce(p.position_seconds, 0) as position_seconds
        from public.lessons o
        left join public.lesson_progress p on p.enrollment_id = e.id and p.lesson_id = o.id
        where o.section_id = s.id
          -- A last lesson that is gone, or none, stands before the first.
          and (s.id is distinct from last.section_id or o.position >= last.position)
          and p.is_completed is not true
        order by o.position
        limit 1
      ) l
      where s.course_id = e.course_id and s.position >= coalesce(last_section.position, 0)
      order by s.position
      limit 1
    )
    from unnest(next_lessons.places) with ordinality e
    left join public.lessons last
      on last.id = e.last_lesson_id and last.course_id = e.course_id and not next_lessons.from_start
    left join public.curriculum_sections last_section on last_section.id = last.section_id
    order by e.ordinality
  );
  -- Nothing is left from there on: what was left out before it.
  if not next_lessons.from_start then
    for n in 1 .. cardinality(lessons) loop
      if lessons[n] is null then
        lessons[n] := (private.next_lessons(array[next_lessons.places[n]], true))[1];
      end if;
    end loop;
  end if;
  return lessons;
end
$$;

comment on function private.next_lessons is
  '{id, title, order (in the section), index (in the course, from 1), section, position_seconds} of the lesson to go on with, for each place in its order; null when all are completed. from_start: wherever the student was.';

revoke execute on function private.next_lessons from public, anon, authenticated, service_role;
