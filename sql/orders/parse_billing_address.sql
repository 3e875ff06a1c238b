-- Checks a billing address and brings it into the form that is stored; says what is wrong with each field at once.
create function private.parse_billing_address(billing_address jsonb)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  address jsonb;
  wrong jsonb;
begin
  if coalesce(jsonb_typeof(parse_billing_address.billing_address), 'null') <> 'object' then
    perform private.fail(
      'INVALID_BILLING_ADDRESS', 422, 'The billing address is missing.', '{"billing_address": "an object is required"}'
    );
  end if;

  -- All fields in one statement: a loop would be many. offset 0: each is trimmed and judged once.
  select
    jsonb_object_agg(f.field, case f.field when 'country' then upper(f.given) else f.given end) filter (where f.problem is null),
    jsonb_object_agg(f.field, f.problem) filter (where f.problem is not null)
  into address, wrong
  from (
    select r.field, g.given, case
        when jsonb_typeof(parse_billing_address.billing_address -> r.field) not in ('string', 'null') then 'must be text'
        when g.given = '' and r.is_required then 'required'
        when length(g.given) > r.max_length then format('at most %s characters', r.max_length)
        when g.given <> '' and g.given !~ r.pattern then
          case r.field when 'country' then 'a two-letter ISO 3166-1 code' else 'not valid' end
      end as problem
    from (
      values
        ('first_name', true, 150, null), ('last_name', true, 150, null), ('email', true, 320, '^[^@\s]+@[^@\s]+\.[^@\s]+$'),
        ('address_line1', true, 200, null), ('address_line2', false, 200, null), ('city', true, 100, null),
        ('state', false, 100, null), ('postal_code', false, 20, null), ('country', true, 2, '^[A-Za-z]{2}$'),
        ('phone', false, 20, '^[0-9 ()+./-]+$')
    ) r (field, is_required, max_length, pattern)
    cross join lateral (select btrim(coalesce(parse_billing_address.billing_address ->> r.field, '')) as given offset 0) g
    offset 0
  ) f;

  if wrong is not null then
    perform private.fail('INVALID_BILLING_ADDRESS', 422, 'Something in the billing address is not valid.', wrong);
  end if;
  return address;
end
$$;

comment on function private.parse_billing_address is
  'The ten fields, trimmed, optional ones as ""; INVALID_BILLING_ADDRESS 422 with {"<field>": "<what is wrong>"}. Other keys are ignored.';

revoke execute on function private.parse_billing_address from public, anon, authenticated, service_role;
