-- The totals of sections and courses, made anew from the lessons whenever lessons change. Statement-level: a
-- curriculum written at once is counted once.

-- Counts the lessons of these sections and courses. The rows are locked first and counted in the next statement,
-- which then sees what the other transaction committed: two lessons added at once are both counted.
create function private.count_lessons(section_ids uuid[], course_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform from public.curriculum_sections s where s.id = any (count_lessons.section_ids) order by s.id for no key update;
  update public.curriculum_sections s
  set total_lessons = t.lessons, total_duration_minutes = t.minutes
  from (
    select x.id, count(l.id) as lessons, coalesce(sum(l.duration_minutes), 0) as minutes
    from unnest(count_lessons.section_ids) x(id)
    left join public.lessons l on l.section_id = x.id
    group by x.id
  ) t
  where s.id = t.id and (s.total_lessons, s.total_duration_minutes) is distinct from (t.lessons, t.minutes);

  perform from public.course_stats c where c.course_id = any (count_lessons.course_ids) order by c.course_id for no key update;
  update public.course_stats c
  set lesson_count = t.lessons, duration_seconds = t.seconds
  from (
    select x.id, count(l.id) as lessons, coalesce(sum(l.duration_seconds), 0) as seconds
    from unnest(count_lessons.course_ids) x(id)
    left join public.lessons l on l.course_id = x.id
    group by x.id
  ) t
  where c.course_id = t.id and (c.lesson_count, c.duration_seconds) is distinct from (t.lessons, t.seconds);
end
$$;

comment on function private.count_lessons is
  'Makes the totals of sections and courses anew from their lessons.';

revoke execute on function private.count_lessons from public, anon, authenticated, service_role;

create function private.count_changed_lessons()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  section_ids uuid[];
  course_ids uuid[];
begin
  if tg_op = 'UPDATE' then
    -- Both sides of a move; nothing when only words or places changed.
    select array_agg(distinct x.section_id), array_agg(distinct x.course_id)
    into section_ids, course_ids
    from changed o
    join public.lessons n using (id)
    cross join lateral (values (o.section_id, o.course_id), (n.section_id, n.course_id)) x(section_id, course_id)
    where (n.section_id, n.duration_seconds) is distinct from (o.section_id, o.duration_seconds);
  else
    select array_agg(distinct c.section_id), array_agg(distinct c.course_id) into section_ids, course_ids from changed c;
  end if;

  if section_ids is not null then
    perform private.count_lessons(section_ids, course_ids);
    -- What a course teaches has changed.
    perform from public.courses c where c.id = any (course_ids) order by c.id for no key update;
    update public.courses c set last_updated = now() where c.id = any (course_ids) and c.last_updated < now();
  end if;
  return null;
end
$$;

comment on function private.count_changed_lessons is
  'Trigger on lessons: totals of the sections and courses that changed.';

revoke execute on function private.count_changed_lessons from public, anon, authenticated, service_role;

create trigger count_inserted_lessons
after insert on public.lessons
referencing new table as changed
for each statement
execute function private.count_changed_lessons();

create trigger count_updated_lessons
after update on public.lessons
referencing old table as changed
for each statement
execute function private.count_changed_lessons();

create trigger count_deleted_lessons
after delete on public.lessons
referencing old table as changed
for each statement
execute function private.count_changed_lessons();
