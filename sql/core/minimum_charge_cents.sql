-- What Stripe takes at least, in minor units; a smaller total that is not zero cannot be paid.
create function private.minimum_charge_cents(currency text)
returns integer
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  return case currency
  when 'aed' then 200
  when 'czk' then 1500
  when 'dkk' then 250
  when 'gbp' then 30
  when 'hkd' then 400
  when 'huf' then 17500
  when 'jpy' then 50
  when 'mxn' then 1000
  when 'myr' then 200
  when 'nok' then 300
  when 'pln' then 200
  when 'ron' then 200
  when 'sek' then 300
  when 'thb' then 1000
  else 50
end;
end
$$;

comment on function private.minimum_charge_cents is
  'Smallest amount that can be charged in a lower-case ISO 4217 currency, in minor units.';

revoke execute on function private.minimum_charge_cents from public, anon, authenticated, service_role;
