-- One spelling for a code, however it is typed: full-width letters, spaces, invisible characters, lower case.
create function private.normalise_coupon_code(code text)
returns text
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  return upper(regexp_replace(normalize(code, nfkc), '[\s\u00ad\u200b-\u200f\u2060\ufeff]', '', 'g'));
end
$$;

comment on function private.normalise_coupon_code is 'The stored form of a coupon code.';

revoke execute on function private.normalise_coupon_code from public, anon, authenticated, service_role;
