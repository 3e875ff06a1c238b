-- One row: a decision to pay one instructor what is available. What is sent for it, line by line, stands in private.transfers.
create table private.payouts (
  id uuid primary key default gen_random_uuid(),
  instructor_id uuid not null references public.profiles (id)
    on delete restrict,
  amount_cents bigint not null check (amount_cents > 0),
  currency char(3) not null check (currency ~ '^[a-z]{3}$'),
  -- Null: the schedule decided.
  requested_by uuid references public.profiles (id)
    on delete restrict,
  created_at timestamptz not null default now(),
  -- What the transfers of a payout refer to, so that they cannot be another's or of another currency.
  constraint payouts_id_instructor_id_currency_key unique (id, instructor_id, currency)
);

comment on table private.payouts is
  'Payouts. The ledger is debited when one is made, so that two at once cannot spend the same balance, and credited again for whatever is not sent.';

create index payouts_instructor_id_idx on private.payouts (instructor_id, created_at desc); -- my_payouts, the schedule
create index payouts_requested_by_idx on private.payouts (requested_by); -- the foreign key
alter table private.payouts enable row level security;

-- No policy and no grant: private.create_payout is the only door.
revoke all on table private.payouts from public, anon, authenticated, service_role;

create trigger keep_history
after update or delete on private.payouts
for each row
execute function private.keep_history();

create trigger keep_history_whole
before truncate on private.payouts
for each statement
execute function private.keep_history();

create trigger audit
after insert on private.payouts
for each row
execute function private.audit('id', 'instructor_id', 'amount_cents', 'currency', 'requested_by');

-- Whatever mistake is made above: what is paid out was available. Deferred, because the books follow the row.
create function private.check_payout_covered()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if private.available_cents(new.instructor_id, new.currency) < 0
    or new.amount_cents is distinct from (
      select sum(t.amount_cents) from private.transfers t where t.payout_id = new.id and t.reverses_id is null
    )
  then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'A payout is more than what is available, or not what its transfers come to.',
      jsonb_build_object('payout_id', new.id)
    );
  end if;
  return null;
end
$$;

comment on function private.check_payout_covered is
  'Trigger: a new payout leaves no negative balance and is the sum of its transfers.';

revoke execute on function private.check_payout_covered from public, anon, authenticated, service_role;

create constraint trigger check_payout_covered
after insert on private.payouts
deferrable initially deferred
for each row
execute function private.check_payout_covered();
