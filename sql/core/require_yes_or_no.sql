-- A null is neither yes nor no. A check that refuses it further down would answer with the whole row.
create function private.require_yes_or_no(argument text, value boolean)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if require_yes_or_no.value is null then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'Say yes or no.', jsonb_build_object(require_yes_or_no.argument, 'true or false')
    );
  end if;
end
$$;

comment on function private.require_yes_or_no is
  'VALIDATION_ERROR 422 for a null; argument: the name of what must be true or false.';

revoke execute on function private.require_yes_or_no from public, anon, authenticated, service_role;

-- Invoker RPCs ask, too.
grant execute on function private.require_yes_or_no to authenticated;
