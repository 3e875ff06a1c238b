-- A network address, as a limit counts visitors.
create function private.visitor_key(address text)
returns text
language sql
stable
security invoker
set search_path = ''
-- One household, or one server, is given 2^64 addresses of IPv6: they are one visitor.
return case
  when visitor_key.address ~ ':'
  and visitor_key.address !~* '^::ffff:'
  and pg_input_is_valid(visitor_key.address, 'inet') then network(
    set_masklen(visitor_key.address::inet, 64)
  )::text
  else left(coalesce(visitor_key.address, 'unknown'), 100)
end;

comment on function private.visitor_key is
  'The subject of rate limits for a visitor: his network address, of IPv6 the first 64 bits.';

revoke execute on function private.visitor_key from public, anon, authenticated, service_role;
