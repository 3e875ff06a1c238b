-- The id in one of Stripe's references, which are ids or, expanded, objects.
create function private.stripe_id(reference jsonb)
returns text
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  return case jsonb_typeof(reference)
    when 'string' then reference #>> '{}'
    when 'object' then reference ->> 'id'
  end;
end
$$;

comment on function private.stripe_id is 'Id of a reference of Stripe, expanded or not; null for none.';

-- Which attempt is this intent? By the id we stored; by its metadata only where the attempt has no intent yet.
create function private.find_payment(payment_intent_id text, metadata jsonb default '{}')
returns public.payments
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  payment public.payments;
  is_held boolean;
begin
  -- The order first: everything that happens to it happens one after another.
  perform from public.orders o
  where o.id = (select p.order_id from public.payments p where p.stripe_payment_intent_id = find_payment.payment_intent_id)
  for no key update;
  is_held := found;
  select * into payment from public.payments p where p.stripe_payment_intent_id = find_payment.payment_intent_id;
  -- The id was stored between the two statements: without the order's lock the next event would wait for this one, and this
  -- one for it.
  if payment.id is not null and not is_held then
    perform from public.orders o where o.id = payment.order_id for no key update;
    select * into payment from public.payments p where p.id = payment.id;
  end if;

  if payment.id is null and find_payment.payment_intent_id is not null
    and pg_input_is_valid(find_payment.metadata ->> 'order_id', 'uuid')
    and pg_input_is_valid(find_payment.metadata ->> 'attempt', 'smallint')
  then
    perform from public.orders o where o.id = (find_payment.metadata ->> 'order_id')::uuid for no key update;
    -- Stripe's answer was lost, or its event was faster; or we have learnt the id while waiting for the order.
    select * into payment
    from public.payments p
    where p.order_id = (find_payment.metadata ->> 'order_id')::uuid
      and p.attempt = (find_payment.metadata ->> 'attempt')::smallint
      and coalesce(p.stripe_payment_intent_id, find_payment.payment_intent_id) = find_payment.payment_intent_id;
    if payment.id is not null then
      perform private.tie_intent(payment.id, find_payment.payment_intent_id);
      select * into payment from public.payments p where p.stripe_payment_intent_id = find_payment.payment_intent_id;
    end if;
  end if;

  -- Whoever learns the id in this moment waits until this event stands in the inbox as one to do again, or has done its work.
  if payment.id is null and find_payment.payment_intent_id is not null then
    perform private.lock_intent(find_payment.payment_intent_id);
    select * into payment from public.payments p where p.stripe_payment_intent_id = find_payment.payment_intent_id;
    perform from public.orders o where o.id = payment.order_id for no key update;
    select * into payment from public.payments p where p.id = payment.id;
  end if;
  return payment;
end
$$;

comment on function private.find_payment is
  'The attempt of an intent, with its order locked; null when it is not ours. metadata: of the intent or its charge.';

-- An attempt and its intent find each other. The caller holds the order's lock.
create function private.tie_intent(payment_id uuid, payment_intent_id text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if exists (select from public.payments p where p.id = tie_intent.payment_id and p.stripe_payment_intent_id is not null) then
    return;
  end if;
  perform private.lock_intent(tie_intent.payment_intent_id);
  -- An attempt that was given up because Stripe seemed to have no intent for it is alive after all, unless another took its
  -- place: an intent on a dead attempt could be paid, and nobody would ask Stripe about it.
  update public.payments p
  set stripe_payment_intent_id = tie_intent.payment_intent_id,
    canceled_at = case
      when exists (
        select from public.payments x
        where x.order_id = p.order_id and x.id <> p.id and x.status in ('pending', 'processing', 'failed')
      ) then p.canceled_at
    end
  where p.id = tie_intent.payment_id;
  -- Stripe may have told about it before we knew it.
  perform private.replay_ignored_events(tie_intent.payment_intent_id);
end
$$;

comment on function private.tie_intent is
  'Stores the intent of an attempt that has none, and does what its events asked for meanwhile.';

create function private.lock_intent(payment_intent_id text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('payment_intent:' || lock_intent.payment_intent_id, 0));
end
$$;

comment on function private.lock_intent is
  'One at a time for an intent that no row stands for yet, until the transaction ends.';

revoke execute
on function private.stripe_id, private.find_payment, private.tie_intent, private.lock_intent
from public, anon, authenticated, service_role;
