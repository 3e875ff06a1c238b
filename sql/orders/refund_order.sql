-- An admin gives money back for an order or some of its lines. Definer inside: refunds are closed to everybody.
create function private.refund_order(order_id uuid, order_item_ids uuid[], reason text, idempotency_key text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  is_service boolean := private.is_service();
  admin uuid := case when not is_service then private.require_admin() end;
  o public.orders;
  asked uuid[] := case
    when refund_order.order_item_ids is not null then array(select distinct x from unnest(refund_order.order_item_ids) x order by x)
  end;
  known private.refunds;
  refund_id uuid;
begin
  -- People say why; a job of ours may leave it out.
  if not is_service or refund_order.reason is not null then
    perform private.check_reason(refund_order.reason);
  end if;
  if length(refund_order.idempotency_key) not between 8 and 255 then
    perform private.fail('VALIDATION_ERROR', 422, 'This key cannot be used.', '{"idempotency_key": "8 to 255 characters"}');
  end if;

  select * into o from public.orders x where x.id = refund_order.order_id for no key update;
  if o.id is null then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  end if;
  if exists (
    select from unnest(refund_order.order_item_ids) asked (id)
    where not exists (select from public.order_items i where i.id = asked.id and i.order_id = o.id)
  ) then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'These lines are not of this order.', '{"order_item_ids": "lines of the order"}'
    );
  end if;

  select * into known
  from private.refunds r
  where r.order_id = o.id and r.idempotency_key = refund_order.idempotency_key;
  if known.id is not null and known.asked_item_ids is distinct from asked then
    perform private.fail('IDEMPOTENCY_KEY_REUSED', 409, 'This key was used for another request.');
  end if;
  refund_id := known.id;
  if refund_id is null then
    -- Stripe refuses to refund what a bank has asked back.
    if o.state in ('completed', 'partially_refunded') then
      refund_id := private.enter_refund(
        o.id, asked, 'staff', btrim(refund_order.reason), admin, refund_order.idempotency_key
      );
    end if;
    if refund_id is null then
      perform private.fail(
        'ORDER_NOT_REFUNDABLE', 409, 'There is nothing to refund.', jsonb_build_object('status', o.status, 'state', o.state)
      );
    end if;
  end if;
  return private.refund_json(refund_id);
end
$$;

comment on function private.refund_order is 'The door behind public.refund_order.';

revoke execute on function private.refund_order from public, anon, authenticated, service_role;

grant execute on function private.refund_order to authenticated, service_role;

-- A refund, for showing.
create function private.refund_json(refund_id uuid)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select
    jsonb_build_object(
      'id',
      r.id,
      'order_id',
      r.order_id,
      'amount',
      private.to_amount(r.amount_cents, r.currency),
      'currency',
      r.currency,
      'status',
      r.state,
      'reason',
      r.reason,
      'created_at',
      r.created_at,
      'items',
      coalesce(
        (
          select
            jsonb_agg(
              jsonb_build_object(
                'order_item_id',
                x.order_item_id,
                'amount',
                private.to_amount(x.amount_cents, r.currency)
              )
            )
          from private.refund_items as x
          where x.refund_id = r.id
        ),
        '[]'
      )
    )
  from private.refunds as r
  where r.id = refund_json.refund_id;
$$;

comment on function private.refund_json is
  '{id, order_id, amount, currency, status, reason, created_at, items[{order_item_id, amount}]}.';

revoke execute on function private.refund_json from public, anon, authenticated, service_role;

create function public.refund_order(
  order_id uuid,
  order_item_ids uuid[] default null,
  reason text default null,
  idempotency_key text default null
)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.refund_order(order_id, order_item_ids, reason, idempotency_key);

comment on function public.refund_order is
  'Admins: refunds what is left of an order, or of the lines named in order_item_ids. reason: 1 to 500 characters, obligatory for people. The money moves and access ends when Stripe has confirmed it. idempotency_key: 8 to 255 characters; the same key and lines give the same refund. Returns {id, order_id, amount, currency, status (requested, pending, succeeded, canceled, failed), reason, created_at, items[{order_item_id, amount}]}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, ORDER_NOT_FOUND 404, ORDER_NOT_REFUNDABLE 409 (unpaid, free, disputed, refunded already), IDEMPOTENCY_KEY_REUSED 409 (for other lines), VALIDATION_ERROR 422.';

revoke execute on function public.refund_order from public, anon, authenticated, service_role;

grant execute on function public.refund_order to authenticated, service_role;
