-- Puts a new row at the end of its list. Argument of the trigger: the column that names the list.
create function private.append_position()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  list uuid := (to_jsonb(new) ->> tg_argv[0])::uuid;
begin
  -- Two additions to one list at the same moment wait for each other.
  perform pg_advisory_xact_lock(hashtext(tg_table_name), hashtext(list::text) & 255);
  execute format('select coalesce(max(t.position), 0) + 1 from %I.%I t where t.%I = $1', tg_table_schema, tg_table_name, tg_argv[0])
  into new.position
  using list;
  return new;
end
$$;

comment on function private.append_position is
  'Trigger: position one after the last of the same list. Definer, because a list can hold rows that its reader may not see.';

revoke execute on function private.append_position from public, anon, authenticated, service_role;
