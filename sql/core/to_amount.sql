-- Minor units to the decimal amount that the JSON shapes show: 8999 usd -> 89.99, 500 jpy -> 500.
create function private.to_amount(cents bigint, currency text default 'usd')
returns numeric
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  -- Multiplied, because a division is dear and has to be rounded.
  return to_amount.cents * case private.minor_unit_digits(to_amount.currency) when 0 then 1 else 0.01 end;
end
$$;

comment on function private.to_amount is
  'Decimal amount of integer minor units. cents: minor units of the currency; currency: lower-case ISO 4217.';

revoke execute on function private.to_amount from public, anon, authenticated, service_role;

grant execute on function private.to_amount to anon, authenticated;
