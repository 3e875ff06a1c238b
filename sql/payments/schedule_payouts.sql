-- Once a month, everybody whose balance is worth it is paid, without asking.
create function private.schedule_payouts()
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  due record;
  made integer := 0;
begin
  if private.setting_int('payout_day') not between 1 and extract(day from now() at time zone 'utc')::integer then
    return 0;
  end if;
  for due in
    select a.owner_id, a.currency, private.payout_minimum_cents(a.currency) as minimum
    from
      private.ledger_accounts a
      join private.payout_accounts p on p.user_id = a.owner_id and p.is_ready
      join public.profiles f on f.id = a.owner_id and f.is_active
    where a.kind = 'instructor_payable'
      and not exists (
        select from private.payouts x
        where x.instructor_id = a.owner_id and x.currency = a.currency and x.requested_by is null
          and x.created_at >= date_trunc('month', now(), 'utc')
      )
      and private.available_cents(a.owner_id, a.currency) >= greatest(private.payout_minimum_cents(a.currency), 1)
    order by a.id
    limit 500
  loop
    if private.create_payout(due.owner_id, due.currency, due.minimum) is not null then
      made := made + 1;
    end if;
  end loop;
  return made;
end
$$;

comment on function private.schedule_payouts is
  'From the day payout_day of each month on (UTC; 0: never) makes one payout an instructor and currency, where the account is ready and the minimum is reached. Returns how many; at most 500 a run.';

revoke execute on function private.schedule_payouts from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('schedule_payouts', 'select private.schedule_payouts()', interval '1 hour')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.app_config (name, value, note)
values
  ('payout_minimum', '20', 'Smallest payout, in whole units of its currency.'),
  (
    'payout_day',
    '5',
    'Day of the month (1 to 28, UTC) from which balances are paid out by themselves; 0: only on request.'
  )
on conflict (name) do nothing;
