-- A lesson that is taken out of a course may have been the last one missing: completes those who are done now.
create function private.settle_completions()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  place record;
begin
  for place in
    select e.id, e.user_id
    from public.enrollments e join public.course_stats s on s.course_id = e.course_id
    where e.course_id in (select r.course_id from removed r)
      and e.completed_at is null and e.status = 'active' and coalesce(e.access_ends_at > now(), true)
      and s.lesson_count > 0 and e.lessons_completed >= s.lesson_count
    order by e.user_id, e.id
  loop
    perform private.lock_learner(place.user_id);
    perform private.complete_enrollment(place.id);
  end loop;
  return null;
end
$$;

comment on function private.settle_completions is
  'Trigger on lessons (delete): completes enrolments that have no lesson left. Definer: the author deletes, students complete.';

revoke execute on function private.settle_completions from public, anon, authenticated, service_role;

-- Named to fire after count_deleted_lessons: triggers fire by name.
create trigger settle_completions
after delete on public.lessons
referencing old table as removed
for each statement
execute function private.settle_completions();
