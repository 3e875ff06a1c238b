-- One writer of a curriculum at a time. A statement takes its rows as it finds them, a colleague's the other way round, and each
-- then counts in sections and courses: without this they would wait for each other in a circle. Students wait for none of it.
create function private.hold_curriculum(course_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('curricula', 0));
  perform pg_advisory_xact_lock(hashtextextended('curriculum ' || hold_curriculum.course_id, 0));
end
$$;

comment on function private.hold_curriculum is
  'Nobody else writes the curriculum of the course until the transaction ends. Taken before any of its rows.';

create function private.hold_curricula(course_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  -- As many locks as the database can always spare one transaction.
  most constant integer := 50;
begin
  if cardinality(hold_curricula.course_ids) > most then
    perform pg_advisory_xact_lock(hashtextextended('curricula', 0));
  else
    perform private.hold_curriculum(c.id) from (select u.id from unnest(hold_curricula.course_ids) u (id) order by u.id) c;
  end if;
end
$$;

comment on function private.hold_curricula is
  'Nobody else writes the curricula of these courses, or the courses themselves directly, until the transaction ends.';

-- Which courses a statement will touch is not known before it runs: all that the caller teaches, in order. Stable, so that it sees
-- what the statement sees: a course that is handed over at this moment is either in both or in neither.
create function private.hold_own_curricula()
returns trigger
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if private.is_admin() then
    perform pg_advisory_xact_lock(hashtextextended('curricula', 0));
  else
    perform private.hold_curricula(array(select c from private.taught_course_ids() c));
  end if;
  return null;
end
$$;

comment on function private.hold_own_curricula is
  'Trigger: who writes curricula directly holds those that he may write; admins, and who teaches very many, hold all.';

revoke execute
on function private.hold_curriculum, private.hold_curricula, private.hold_own_curricula
from public, anon, authenticated, service_role;
