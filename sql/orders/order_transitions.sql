-- One row: an order may move from this state to that one. What is not here cannot happen, whoever asks.
create table private.order_transitions (
  from_state public.order_state not null,
  to_state public.order_state not null,
  reason text not null check (length(reason) <= 200),
  primary key (from_state, to_state),
  constraint order_transitions_lead_somewhere_check check (from_state != to_state)
);

comment on table private.order_transitions is
  'The moves of an order. Paid is never unpaid again: no row leads from a paid state to an unpaid one.';

alter table private.order_transitions enable row level security;

-- No policy and no grant: private.guard_order_state is the only reader.
revoke all on table private.order_transitions from public, anon, authenticated, service_role;

insert into private.order_transitions (from_state, to_state, reason)
values
  ('pending', 'processing', 'the payment is on its way'),
  ('pending', 'failed', 'an attempt to pay was declined'),
  ('pending', 'completed', 'paid, or nothing to pay'),
  ('pending', 'canceled', 'the buyer changed their mind, or another order took its place'),
  ('pending', 'expired', 'not paid in time'),
  ('processing', 'failed', 'the payment did not arrive'),
  ('processing', 'completed', 'the payment arrived'),
  ('processing', 'canceled', 'the payment did not arrive and another order is open'),
  ('processing', 'expired', 'the payment did not arrive in time'),
  ('failed', 'processing', 'another payment is on its way'),
  ('failed', 'completed', 'the next attempt was paid'),
  ('failed', 'canceled', 'the buyer changed their mind, or another order took its place'),
  ('failed', 'expired', 'not paid in time'),
  ('canceled', 'processing', 'money is on its way all the same'),
  ('canceled', 'completed', 'money came all the same'),
  ('expired', 'processing', 'money is on its way all the same'),
  ('expired', 'completed', 'money came all the same'),
  ('completed', 'partially_refunded', 'a part was given back'),
  ('completed', 'refunded', 'everything was given back'),
  ('completed', 'disputed', 'the bank asks for the money back'),
  ('partially_refunded', 'completed', 'the refund failed'),
  ('partially_refunded', 'refunded', 'the rest was given back'),
  ('partially_refunded', 'disputed', 'the bank asks for the rest back'),
  ('refunded', 'completed', 'the refund failed, or the lost dispute was won after all'),
  ('refunded', 'partially_refunded', 'one of the refunds failed'),
  ('refunded', 'disputed', 'the refund failed and the bank asks for the money back'),
  ('disputed', 'completed', 'the dispute was won'),
  ('disputed', 'partially_refunded', 'the dispute is over and a part was given back'),
  ('disputed', 'refunded', 'the dispute was lost')
on conflict (from_state, to_state) do update set reason = excluded.reason;

-- Definer: whoever moves an order cannot read the table.
create function private.guard_order_state()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    perform private.fail('INTERNAL_ERROR', 500, 'An order begins as pending.');
  elsif not exists (
    select from private.order_transitions t where t.from_state = old.state and t.to_state = new.state
  ) then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'An order does not move like this.', jsonb_build_object('from', old.state, 'to', new.state)
    );
  end if;
  return new;
end
$$;

comment on function private.guard_order_state is
  'Trigger: an order moves only along the rows of private.order_transitions.';

revoke execute on function private.guard_order_state from public, anon, authenticated, service_role;

create trigger guard_order_state_on_insert
before insert on public.orders
for each row
when (new.state is distinct from 'pending')
execute function private.guard_order_state();

create trigger guard_order_state_on_update
before update on public.orders
for each row
when (old.state is distinct from new.state)
execute function private.guard_order_state();
