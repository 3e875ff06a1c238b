-- An admin has mended what made an event impossible, and lets it happen. Definer inside: the inbox is closed to everybody.
create function private.retry_stripe_event(event_id text, resolution text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  admin uuid := private.require_admin();
  e private.stripe_events;
  result jsonb;
begin
  perform private.check_resolution(retry_stripe_event.resolution);
  select * into e from private.stripe_events x where x.id = retry_stripe_event.event_id for no key update;
  if e.id is null then
    perform private.fail('EVENT_NOT_FOUND', 404, 'There is no such event.');
  elsif coalesce(e.outcome not in ('quarantined', 'failed'), true) or e.payload = '{}' then
    -- After a quarter the payload is forgotten.
    perform private.fail(
      'EVENT_NOT_RETRYABLE', 409, 'This event cannot be tried again.', jsonb_build_object('outcome', e.outcome)
    );
  end if;

  result := private.process_stripe_event(e.id);
  if result ->> 'outcome' = 'applied' then
    update private.money_anomalies a
    set resolved_at = now(), resolved_by = admin, resolution = btrim(retry_stripe_event.resolution)
    where a.subject in (e.id, e.payment_intent_id, e.payload #>> '{data,object,id}') and a.resolved_at is null
      and a.kind in (
        'livemode_mismatch', 'order_mismatch', 'amount_mismatch', 'currency_mismatch', 'transfer_mismatch', 'event_failed'
      );
  end if;
  return result;
end
$$;

comment on function private.retry_stripe_event is 'The door behind public.retry_stripe_event.';

revoke execute on function private.retry_stripe_event from public, anon, authenticated, service_role;

grant execute on function private.retry_stripe_event to authenticated;

create function public.retry_stripe_event(event_id text, resolution text)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.retry_stripe_event(event_id, resolution);
end
$$;

comment on function public.retry_stripe_event is
  'Admins: applies a quarantined or failed event of Stripe again, after what was wrong has been mended. resolution (3 to 1000 characters: what was mended) goes to its anomalies when it is applied; a second try of an event that is applied is refused. Returns {event_id, outcome (applied, ignored, quarantined), order_id}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, EVENT_NOT_FOUND 404, EVENT_NOT_RETRYABLE 409, VALIDATION_ERROR 422.';

revoke execute on function public.retry_stripe_event from public, anon, authenticated, service_role;

grant execute on function public.retry_stripe_event to authenticated;
