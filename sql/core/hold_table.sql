-- Of tables that only staff writes: two statements that each take several rows would wait for each other in a circle. Stable: see
-- private.hold_own_curricula.
create function private.hold_table()
returns trigger
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if private.is_staff() then
    perform pg_advisory_xact_lock(hashtextextended('table ' || tg_table_name, 0));
  end if;
  return null;
end
$$;

comment on function private.hold_table is
  'Trigger: one statement of staff at a time changes or deletes rows of the table.';

-- A name that is unique is a key: who gives a row another one keeps those waiting who refer to it, and a statement refers to the
-- rows of the other table in any order.
create function private.keep_table()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('table ' || tg_argv[0], 0));
  return null;
end
$$;

comment on function private.keep_table is
  'Trigger with the name of a table: staff changes none of its rows until the transaction ends. Taken before any row.';

revoke execute
on function private.hold_table, private.keep_table
from public, anon, authenticated, service_role;
