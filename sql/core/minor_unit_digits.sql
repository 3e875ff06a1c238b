-- How many decimals a currency has, by Stripe's list of zero-decimal currencies.
create function private.minor_unit_digits(currency text)
returns integer
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  return case
    when minor_unit_digits.currency in (
      'bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'ugx', 'vnd', 'vuv', 'xaf', 'xof', 'xpf'
    ) then 0
    else 2
  end;
end
$$;

comment on function private.minor_unit_digits is 'Decimals of a lower-case ISO 4217 currency: 0 or 2.';

revoke execute on function private.minor_unit_digits from public, anon, authenticated, service_role;

grant execute on function private.minor_unit_digits to anon, authenticated, service_role;
