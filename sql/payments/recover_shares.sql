-- An instructor has more of an order than is theirs any more: what was not sent is not sent, what was sent is asked back.
create function private.recover_shares(order_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  share record;
  sent record;
  missing_cents bigint;
begin
  -- Most orders owe nobody anything back: they are not locked for it.
  if not exists (select from private.overpaid_shares(recover_shares.order_id)) then
    return;
  end if;
  perform private.lock_shares(recover_shares.order_id);

  -- What nobody has taken to Stripe yet stays here. What somebody has is void from now on: see claim_transfers.
  for sent in
    update private.transfers t
    set state = 'canceled', settled_at = now()
    from private.overpaid_shares(recover_shares.order_id) s
    where t.order_item_id = s.order_item_id and t.instructor_id = s.instructor_id
      and t.reverses_id is null and t.state = 'requested' and t.attempts = 0
    returning t.id
  loop
    perform private.post_transfer(sent.id);
  end loop;

  -- A frozen share may come free again: only what is lost is asked back.
  for share in select * from private.overpaid_shares(recover_shares.order_id) s where s.lost_cents > 0 loop
    missing_cents := share.lost_cents;
    for sent in
      select t.id, t.payout_id, t.currency,
        t.amount_cents - t.reversed_cents - private.recalled_cents(t.id) as left_cents
      from private.transfers t
      where t.order_item_id = share.order_item_id and t.instructor_id = share.instructor_id
        and t.reverses_id is null and t.state = 'made'
      order by t.created_at desc, t.id
    loop
      if missing_cents > 0 and sent.left_cents > 0 then
        insert into private.transfers (payout_id, order_item_id, instructor_id, reverses_id, amount_cents, currency)
        values (
          sent.payout_id, share.order_item_id, share.instructor_id, sent.id, least(missing_cents, sent.left_cents), sent.currency
        );
        perform private.post_transfer(sent.id);
        missing_cents := missing_cents - least(missing_cents, sent.left_cents);
      end if;
    end loop;
  end loop;
end
$$;

comment on function private.recover_shares is
  'Cancels transfers of the order that nobody has begun and asks for reversals of the others, as far as shares were refunded or lost. What cannot come back stays as a negative balance.';

-- Where an instructor was paid more than the share that is left.
create function private.overpaid_shares(order_id uuid)
returns table (order_item_id uuid, instructor_id uuid, lost_cents bigint)
language sql
stable
security invoker
set search_path = ''
as $$
  select
    e.order_item_id,
    a.owner_id,
    -- Less than nothing when a dispute has frozen it only.
    sum(e.amount_cents)::bigint
  from
    private.ledger_entries as e
    join private.ledger_accounts as a on a.id = e.account_id
  where
    a.owner_id is not null
    and e.order_item_id in (
      select i.id from public.order_items as i where i.order_id = overpaid_shares.order_id
    )
  group by e.order_item_id, a.owner_id
  having sum(e.amount_cents) filter (where a.kind = 'instructor_payable') > 0;
$$;

comment on function private.overpaid_shares is
  'One row a line and instructor whose payable share is below zero; lost_cents of it were refunded or lost, the rest is frozen.';

create function private.is_overpaid_share(order_item_id uuid, instructor_id uuid)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select
    exists (
      select
      from
        public.order_items as i
        cross join lateral private.overpaid_shares(i.order_id) as s
      where
        i.id = is_overpaid_share.order_item_id
        and s.order_item_id = i.id
        and s.instructor_id = is_overpaid_share.instructor_id
    );
$$;

comment on function private.is_overpaid_share is
  'true when the instructor was paid, or is about to be, more of the line than is theirs.';

revoke execute
on function private.recover_shares, private.overpaid_shares, private.is_overpaid_share
from public, anon, authenticated, service_role;
