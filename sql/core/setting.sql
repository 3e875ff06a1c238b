-- Reads a setting of the business. Definer: the table is closed to everybody.
create function private.setting(name text)
returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (select c.value from private.app_config c where c.name = setting.name);
end
$$;

comment on function private.setting is
  'Value of a setting, or null when there is none. Anybody may know it: no secret belongs in private.app_config.';

-- The same as a whole number.
create function private.setting_int(name text)
returns integer
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (select c.value::integer from private.app_config c where c.name = setting_int.name);
end
$$;

comment on function private.setting_int is
  'Value of a setting as an integer, or null when there is none. Anybody may know it.';

revoke execute
on function private.setting, private.setting_int
from public, anon, authenticated, service_role;

-- Invoker RPCs read settings; nothing in them is secret.
grant execute on function private.setting_int to anon, authenticated;
