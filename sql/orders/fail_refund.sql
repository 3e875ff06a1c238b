-- For the refund worker: Stripe will not make this refund. Staff are told.
create function public.fail_refund(refund_id uuid, failure_code text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  refund private.refunds;
begin
  update private.refunds r
  set state = 'failed', failure_code = left(fail_refund.failure_code, 100), settled_at = now(), locked_until = null
  where r.id = fail_refund.refund_id and r.state = 'requested' and r.stripe_refund_id is null
  returning * into refund;

  if refund.id is not null then
    perform private.report_anomaly(
      'refund_failed', refund.id::text, refund.order_id, jsonb_build_object('failure_code', refund.failure_code)
    );
    perform private.send_refund_failure(refund);
  end if;
  return private.refund_json(fail_refund.refund_id);
end
$$;

comment on function public.fail_refund is
  'Refund worker only. Marks a requested refund as refused by Stripe (failure_code: Stripe''s code, such as charge_disputed) and reports it to staff. Does nothing to a refund that Stripe knows. Returns the refund, or null when there is none.';

revoke execute on function public.fail_refund from public, anon, authenticated, service_role;

grant execute on function public.fail_refund to service_role;

-- Who asked for the money hears that it did not come, and that somebody looks at it.
create function private.send_refund_failure(refund private.refunds)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform private.notify(
    o.user_id, 'refund_failed', 'Your refund for order ' || o.order_number || ' did not go through',
    'The course is yours as before, and our staff look into it.', '/orders/' || o.id, 'refund_failed:' || (refund).id
  )
  from public.orders o
  where o.id = (refund).order_id and (refund).origin = 'buyer';
end
$$;

comment on function private.send_refund_failure is
  'Tells a buyer, once, that the refund they asked for failed.';

revoke execute on function private.send_refund_failure from public, anon, authenticated, service_role;
