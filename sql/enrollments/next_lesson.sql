-- Where a student goes on: the first lesson from the last activity on that is not completed, else the first of all.
create function private.next_lesson(place public.enrollments)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  -- Where the last lesson stands; one that is gone stands before the first.
  last_section smallint := 0;
  last_lesson smallint := 0;
  result jsonb;
begin
  select s.position, l.position into last_section, last_lesson
  from public.lessons l join public.curriculum_sections s on s.id = l.section_id
  where l.id = place.last_lesson_id and l.course_id = place.course_id;
  if not found then
    last_section := 0;
    last_lesson := 0;
  end if;

  loop
    -- From lesson to lesson until one is open, which is nearly always the next: not the whole course with all progress.
    -- Its number in the course is what the sections before it count, and its rank within its own.
    select jsonb_build_object(
      'id', l.id,
      'title', l.title,
      'order', l.position,
      'index', (
        select coalesce(sum(b.total_lessons), 0)
        from public.curriculum_sections b
        where b.course_id = place.course_id and b.position < s.position
      ) + (
        select count(*) from public.lessons b where b.section_id = s.id and b.position <= l.position
      ),
      'section', s.title,
      'position_seconds', l.position_seconds
    )
    into result
    from public.curriculum_sections s
    cross join lateral (
      select o.id, o.title, o.position, coalesce(p.position_seconds, 0) as position_seconds
      from public.lessons o
      left join public.lesson_progress p on p.enrollment_id = place.id and p.lesson_id = o.id
      where o.section_id = s.id
        and (s.position > last_section or o.position >= last_lesson)
        and p.is_completed is not true
      order by o.position
      limit 1
    ) l
    where s.course_id = place.course_id and s.position >= last_section
    order by s.position
    limit 1;

    -- Nothing is left from there on: what was left out before it.
    exit when result is not null or last_section = 0;
    last_section := 0;
    last_lesson := 0;
  end loop;
  return result;
end
$$;

comment on function private.next_lesson is
  '{id, title, order (in the section), index (in the course, from 1), section, position_seconds} of the lesson to go on with; null when all are completed.';

revoke execute on function private.next_lesson from public, anon, authenticated, service_role;
