-- Whoever takes, gives or gives back in the name of the platform says why: the log and the student are told.
create function private.check_reason(reason text)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if length(btrim(check_reason.reason, e' \t\r\n')) between 1 and 500 then
    return;
  end if;
  perform private.fail('VALIDATION_ERROR', 422, 'Say why.', '{"reason": "1 to 500 characters"}');
end
$$;

comment on function private.check_reason is
  'VALIDATION_ERROR 422 unless the reason has 1 to 500 characters besides the blanks around it.';

revoke execute on function private.check_reason from public, anon, authenticated, service_role;
