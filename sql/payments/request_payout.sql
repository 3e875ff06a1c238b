-- An instructor asks for what is available. Definer inside: the books are closed to everybody.
create function private.request_payout(currency text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  asked_currency text := lower(coalesce(request_payout.currency, private.setting('currency')));
  minimum bigint;
  account private.payout_accounts;
  payout uuid;
begin
  if length(request_payout.currency) <> 3 or asked_currency !~ '^[a-z]{3}$' then
    perform private.fail('VALIDATION_ERROR', 422, 'There is no such currency.', '{"currency": "a code of ISO 4217"}');
  end if;
  select * into account from private.payout_accounts a where a.user_id = caller;
  if account.is_ready is not true then
    perform private.fail(
      'PAYOUT_ACCOUNT_NOT_READY', 409, 'Stripe cannot pay you yet.',
      jsonb_build_object(
        'status', private.payout_account_status(account), 'disabled_reason', account.disabled_reason,
        'requirements_due', coalesce(account.requirements_due, '{}')
      )
    );
  end if;

  minimum := private.payout_minimum_cents(asked_currency);
  payout := private.create_payout(caller, asked_currency, minimum, caller);
  if payout is null then
    perform private.fail(
      'PAYOUT_BELOW_MINIMUM', 409, 'What is available is less than the smallest payout.',
      jsonb_build_object(
        'available', private.to_amount(private.available_cents(caller, asked_currency), asked_currency),
        'minimum', private.to_amount(minimum, asked_currency), 'currency', asked_currency
      )
    );
  end if;
  return private.payout_json(payout);
end
$$;

comment on function private.request_payout is 'The door behind public.request_payout.';

revoke execute on function private.request_payout from public, anon, authenticated, service_role;

grant execute on function private.request_payout to authenticated;

create function public.request_payout(currency text default null)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.request_payout(request_payout.currency);
end
$$;

comment on function public.request_payout is
  'Instructors: pays out everything that is available in a currency (ISO 4217; by default the one courses are priced in). Returns {id, amount, currency, status (processing, sent, partly_sent, canceled), sent_amount, returned_amount, canceled_amount, is_automatic, created_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, PAYOUT_ACCOUNT_NOT_READY 409 (details: status, disabled_reason, requirements_due), PAYOUT_BELOW_MINIMUM 409 (details: available, minimum, currency), VALIDATION_ERROR 422.';

revoke execute on function public.request_payout from public, anon, authenticated, service_role;

grant execute on function public.request_payout to authenticated;

create function private.payout_minimum_cents(currency char(3))
returns bigint
language sql
stable
security invoker
set search_path = ''
as $$
  select
    (
      private.setting('payout_minimum')::numeric * 10 ^ private.minor_unit_digits(
        payout_minimum_cents.currency
      )
    )::bigint;
$$;

comment on function private.payout_minimum_cents is 'Smallest payout in minor units.';

create function private.payout_account_status(account private.payout_accounts)
returns text
language sql
immutable
security invoker
set search_path = ''
return case
  when (account).user_id is null then 'none'
  when (account).is_ready then 'ready'
  when not (account).is_details_submitted then 'incomplete'
  else 'restricted'
end;

comment on function private.payout_account_status is
  'none: not begun · incomplete: Stripe does not know everything · restricted: Stripe wants more, or pays nothing · ready.';

-- A payout, for showing.
create function private.payout_json(payout_id uuid)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select
    jsonb_build_object(
      'id',
      p.id,
      'amount',
      private.to_amount(p.amount_cents, p.currency),
      'currency',
      p.currency,
      'status',
      case
        when t.waiting > 0 then 'processing'
        when t.sent = p.amount_cents then 'sent'
        when t.sent > 0 then 'partly_sent'
        else 'canceled'
      end,
      'sent_amount',
      private.to_amount(t.sent, p.currency),
      'returned_amount',
      private.to_amount(t.returned, p.currency),
      'canceled_amount',
      private.to_amount(p.amount_cents - t.waiting - t.sent, p.currency),
      'is_automatic',
      p.requested_by is null,
      'created_at',
      p.created_at
    )
  from
    private.payouts as p
    cross join lateral (
      select
        coalesce(sum(x.amount_cents) filter (where x.state = 'requested'), 0)::bigint as waiting,
        coalesce(sum(x.amount_cents) filter (where x.state = 'made'), 0)::bigint as sent,
        coalesce(sum(x.reversed_cents), 0)::bigint as returned
      from private.transfers as x
      where x.payout_id = p.id and x.reverses_id is null
    ) as t
  where p.id = payout_json.payout_id;
$$;

comment on function private.payout_json is
  '{id, amount, currency, status, sent_amount, returned_amount, canceled_amount, is_automatic, created_at}.';

revoke execute
on function private.payout_minimum_cents, private.payout_account_status, private.payout_json
from public, anon, authenticated, service_role;
