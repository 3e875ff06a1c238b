-- Two statements of one person that each take several rows would wait for each other in a circle, and for who leaves. Not the lock of
-- a row, which others could hold: this one is taken before any other.
create function private.hold_person(user_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('person ' || hold_person.user_id, 0));
end
$$;

comment on function private.hold_person is
  'One statement at a time changes the own rows of this person directly, until the transaction ends. Taken before any row.';

create function private.hold_own_rows()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.hold_person(auth.uid());
  return null;
end
$$;

comment on function private.hold_own_rows is
  'Trigger: one statement a person at a time changes or deletes the own rows of the table.';

revoke execute
on function private.hold_person, private.hold_own_rows
from public, anon, authenticated, service_role;
