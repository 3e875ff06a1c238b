-- Of tables that only staff writes: two statements that each take several rows would wait for each other in a circle.
create function private.hold_table()
returns trigger
language plpgsql
volatile
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

revoke execute on function private.hold_table from public, anon, authenticated, service_role;
