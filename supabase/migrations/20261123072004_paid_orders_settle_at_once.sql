-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

-- What a request that began before the migration before this one could still call.
DROP FUNCTION "private_outgoing"."request_refund"(uuid, uuid[], private.refund_origin, text, uuid, text);

DROP SCHEMA "private_outgoing";

SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.ledger_account (
  kind     private.ledger_account_kind,
  owner_id uuid,
  currency character
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  account uuid;
begin
  insert into private.ledger_accounts (kind, owner_id, currency)
  values (ledger_account.kind, ledger_account.owner_id, ledger_account.currency)
  on conflict do nothing;
  select a.id into strict account
  from private.ledger_accounts a
  where a.kind = ledger_account.kind
    -- Not "is not distinct from": no index answers that, and there is an account for every instructor.
    and (a.owner_id = ledger_account.owner_id or (a.owner_id is null and ledger_account.owner_id is null))
    and a.currency = ledger_account.currency;
  return account;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_paid_order (
  o public.orders
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  claim record;
  gone_cents integer := 0;
  is_disputed boolean;
  new_state public.order_state;
begin
  -- Nearly every paid order: completed, and nobody asked for anything back. There is nothing to derive.
  if o.state = 'completed' and o.refunded_cents = 0
    and not exists (select from private.refunds r where r.order_id = o.id)
    and not exists (select from private.disputes d join public.payments p on p.id = d.payment_id where p.order_id = o.id)
  then
    perform private.issue_invoices(o.id);
    return;
  end if;

  for claim in select * from private.order_claims(o.id) loop
    update public.order_items i
    set refunded_cents = claim.refunded_cents + claim.lost_cents
    where i.id = claim.order_item_id and i.refunded_cents <> claim.refunded_cents + claim.lost_cents;
    gone_cents := gone_cents + claim.refunded_cents + claim.lost_cents;
  end loop;
  is_disputed := private.has_open_dispute(o.id);

  for claim in select c.*, i.access from private.order_claims(o.id) c join public.order_items i on i.id = c.order_item_id loop
    perform private.set_item_access(
      claim.order_item_id,
      case
        when claim.access = 'withheld' then 'withheld'
        when claim.is_refunded_by_name or (o.total_cents > 0 and gone_cents >= o.total_cents) then 'revoked'
        when is_disputed then 'suspended'
        else 'granted'
      end::public.order_item_access,
      case when claim.lost_cents > 0 then 'The payment was charged back.' else 'The purchase was refunded.' end
    );
  end loop;

  new_state := case
    when is_disputed then 'disputed'
    when o.total_cents > 0 and gone_cents >= o.total_cents then 'refunded'
    when gone_cents > 0 then 'partially_refunded'
    else 'completed'
  end;
  if (new_state, gone_cents) is distinct from (o.state, o.refunded_cents) then
    update public.orders x set state = new_state, refunded_cents = gone_cents where x.id = o.id;
  end if;

  -- Who has everything back has not used the coupon; who has lost a dispute has.
  if new_state = 'refunded' and not private.has_lost_dispute(o.id) then
    update private.coupon_redemptions r set state = 'released', settled_at = now() where r.order_id = o.id and r.state = 'redeemed';
  elsif new_state <> 'refunded' and o.state = 'refunded' then
    perform private.redeem_coupon_seat(o.id);
  end if;

  perform private.post_ledger(o.id);
  if gone_cents > o.refunded_cents then
    perform private.send_refund_notice(o, gone_cents);
  end if;
  -- Last: it locks the numbers of all invoices until the transaction ends.
  perform private.issue_invoices(o.id);
end
$function$;
