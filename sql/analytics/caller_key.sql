-- Who is calling, as a limit counts callers: the account, or for a visitor the network address.
create function private.caller_key()
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  headers jsonb := nullif(current_setting('request.headers', true), '');
begin
  if (select auth.uid()) is not null then
    return (select auth.uid());
  end if;
  -- Cloudflare in front of the platform overwrites its header. Of the forwarded ones only the last was not written
  -- by the visitor.
  return private.visitor_key(
    coalesce(headers ->> 'cf-connecting-ip', btrim((regexp_match(headers ->> 'x-forwarded-for', '[^,]+$'))[1]))
  );
end
$$;

comment on function private.caller_key is
  'The caller''s account id, or the network address of a visitor (of IPv6 the first 64 bits): the subject of rate limits.';

revoke execute on function private.caller_key from public, anon, authenticated, service_role;
