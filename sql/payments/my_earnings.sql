-- What an instructor has earned, may have now, and has had. Definer inside: the books are closed to everybody.
create function private.my_earnings()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  account private.payout_accounts;
begin
  select * into account from private.payout_accounts a where a.user_id = caller;
  return jsonb_build_object(
    'account', jsonb_build_object(
      'status', private.payout_account_status(account),
      'country', account.country,
      'disabled_reason', account.disabled_reason,
      'requirements_due', to_jsonb(coalesce(account.requirements_due, '{}'))
    ),
    'hold_days', private.setting_int('payout_hold_days'),
    'payout_day', nullif(private.setting_int('payout_day'), 0),
    'balances', coalesce(
      (
        select jsonb_agg(
          jsonb_build_object(
            'currency', b.currency,
            'pending', private.to_amount(b.pending_cents::bigint, b.currency),
            'available', private.to_amount(b.available_cents::bigint, b.currency),
            'held', private.to_amount(b.held_cents::bigint, b.currency),
            'in_transit', private.to_amount(t.in_transit, b.currency),
            'paid', private.to_amount(t.paid, b.currency),
            'minimum', private.to_amount(private.payout_minimum_cents(b.currency), b.currency)
          )
          order by b.currency
        )
        from
          private.instructor_balances b
          cross join lateral (
            select
              coalesce(sum(x.amount_cents) filter (where x.state = 'requested'), 0)::bigint as in_transit,
              coalesce(sum(x.amount_cents - x.reversed_cents) filter (where x.state = 'made'), 0)::bigint as paid
            from private.transfers x
            where x.instructor_id = b.instructor_id and x.currency = b.currency and x.reverses_id is null
          ) t
        where b.instructor_id = caller
      ),
      '[]'
    )
  );
end
$$;

comment on function private.my_earnings is 'The door behind public.my_earnings.';

revoke execute on function private.my_earnings from public, anon, authenticated, service_role;

grant execute on function private.my_earnings to authenticated;

create function public.my_earnings()
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return private.my_earnings();
end
$$;

comment on function public.my_earnings is
  'Instructors: {account{status (none, incomplete, restricted, ready), country, disabled_reason, requirements_due[]}, hold_days, payout_day (of the month, or null: only on request), balances[{currency, pending (inside the hold), available (negative after a late refund: the next earnings settle it), held (frozen by disputes), in_transit, paid, minimum}]}, amounts as decimals. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

revoke execute on function public.my_earnings from public, anon, authenticated, service_role;

grant execute on function public.my_earnings to authenticated;
