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

-- Who owns one address of a provider easily gets twenty.
create function private.caller_network()
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  -- An address of IPv4 may be written as one of IPv6.
  address text := regexp_replace(private.caller_key(), '^::ffff:(?=[0-9.]+$)', '', 'i');
begin
  if not pg_input_is_valid(address, 'inet') then
    return address;
  end if;
  return network(set_masklen(address::inet, case family(address::inet) when 4 then 16 else 32 end))::text;
end
$$;

comment on function private.caller_network is
  'The neighbourhood of a visitor: the first half of an IPv4 address, of IPv6 the first 32 bits; of an account its id.';

revoke execute
on function private.caller_key, private.caller_network
from public, anon, authenticated, service_role;
