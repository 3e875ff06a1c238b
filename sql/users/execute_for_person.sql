-- The only place where the words of the register become SQL. $1 is the person, $2 a list of columns.
create function private.execute_for_person(statement text, user_id uuid, columns text[] default '{}')
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  result jsonb;
begin
  execute execute_for_person.statement using execute_for_person.user_id, execute_for_person.columns into result;
  return result;
end
$$;

comment on function private.execute_for_person is
  'Runs a statement made from private.personal_data, which only migrations write, and returns its first value.';

-- The workshop's own.
revoke execute on function private.execute_for_person from public, anon, authenticated, service_role;
