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
  return coalesce(
    (select auth.uid())::text,
    -- Cloudflare in front of the platform overwrites its header. Of the forwarded ones only the last was not written
    -- by the visitor.
    left(
      coalesce(
        headers ->> 'cf-connecting-ip', btrim((regexp_match(headers ->> 'x-forwarded-for', '[^,]+$'))[1]), 'unknown'
      ),
      100
    )
  );
end
$$;

comment on function private.caller_key is
  'The caller''s account id, or the network address of a visitor: the subject of rate limits.';

revoke execute on function private.caller_key from public, anon, authenticated, service_role;
