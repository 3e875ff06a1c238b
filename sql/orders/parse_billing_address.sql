-- Checks a billing address and brings it into the form that is stored; says what is wrong with each field at once.
create function private.parse_billing_address(billing_address jsonb)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  rule record;
  given text;
  address jsonb := '{}';
  wrong jsonb := '{}';
begin
  if coalesce(jsonb_typeof(parse_billing_address.billing_address), 'null') <> 'object' then
    perform private.fail(
      'INVALID_BILLING_ADDRESS', 422, 'The billing address is missing.', '{"billing_address": "an object is required"}'
    );
  end if;

  for rule in
    select *
    from (
      values
        ('first_name', true, 150, '.'), ('last_name', true, 150, '.'), ('email', true, 320, '^[^@\s]+@[^@\s]+\.[^@\s]+$'),
        ('address_line1', true, 200, '.'), ('address_line2', false, 200, '.'), ('city', true, 100, '.'),
        ('state', false, 100, '.'), ('postal_code', false, 20, '.'), ('country', true, 2, '^[A-Za-z]{2}$'),
        ('phone', false, 20, '^[0-9 ()+./-]+$')
    ) r (field, is_required, max_length, pattern)
  loop
    given := btrim(coalesce(parse_billing_address.billing_address ->> rule.field, ''));
    if jsonb_typeof(parse_billing_address.billing_address -> rule.field) not in ('string', 'null') then
      wrong := wrong || jsonb_build_object(rule.field, 'must be text');
    elsif given = '' and rule.is_required then
      wrong := wrong || jsonb_build_object(rule.field, 'required');
    elsif length(given) > rule.max_length then
      wrong := wrong || jsonb_build_object(rule.field, format('at most %s characters', rule.max_length));
    elsif given <> '' and given !~ rule.pattern then
      wrong := wrong || jsonb_build_object(
        rule.field, case rule.field when 'country' then 'a two-letter ISO 3166-1 code' else 'not valid' end
      );
    else
      address := address || jsonb_build_object(rule.field, case rule.field when 'country' then upper(given) else given end);
    end if;
  end loop;

  if wrong <> '{}' then
    perform private.fail('INVALID_BILLING_ADDRESS', 422, 'Something in the billing address is not valid.', wrong);
  end if;
  return address;
end
$$;

comment on function private.parse_billing_address is
  'The ten fields, trimmed, optional ones as ""; INVALID_BILLING_ADDRESS 422 with {"<field>": "<what is wrong>"}. Other keys are ignored.';

revoke execute on function private.parse_billing_address from public, anon, authenticated, service_role;
