-- How many decimals a currency has in Stripe's API: by its list of zero-decimal currencies, from which it takes UGX out again.
-- Those of three decimals are not here, because no course can be sold in them: see public.courses.
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
      'bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf'
    ) then 0
    else 2
  end;
end
$$;

comment on function private.minor_unit_digits is 'Decimals of a lower-case ISO 4217 currency: 0 or 2.';

revoke execute on function private.minor_unit_digits from public, anon, authenticated, service_role;

grant execute on function private.minor_unit_digits to anon, authenticated;
