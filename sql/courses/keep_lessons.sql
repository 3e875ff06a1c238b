-- Whoever studies holds the place and then writes about a lesson; whoever deletes a lesson holds it and then counts in the places
-- of all who studied it. So that they do not wait for each other in a circle, the one waits before it begins: students among
-- themselves do not, and lessons are seldom deleted.
create function private.keep_lessons()
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('lessons', 0));
end
$$;

comment on function private.keep_lessons is
  'No lesson is deleted until the transaction ends. Taken before private.lock_learner by what writes lesson_progress.';

-- For each statement: a trigger for each row would hold the row already. Stable, so that whoever may delete by what the statement
-- sees is who waits: see private.hold_own_curricula.
create function private.wait_for_students()
returns trigger
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  -- Whoever may delete nothing keeps nobody waiting.
  if (select auth.uid()) is null or private.is_admin() or exists (select from private.taught_course_ids()) then
    perform pg_advisory_xact_lock(hashtextextended('lessons', 0));
  end if;
  return null;
end
$$;

comment on function private.wait_for_students is
  'Trigger on lessons (delete): waits for the transactions of private.keep_lessons, and new ones wait for it.';

revoke execute
on function private.keep_lessons, private.wait_for_students
from public, anon, authenticated, service_role;
