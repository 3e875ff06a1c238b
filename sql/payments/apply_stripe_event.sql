-- For the webhook, confirm-payment and the sweep: whatever Stripe says comes in here, once, in one transaction with its effects.
create function public.apply_stripe_event(event jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
-- Everything that follows looks up keys: one plan a statement, also where the keys are an array.
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  object jsonb := apply_stripe_event.event #> '{data,object}';
  seen private.stripe_events;
begin
  if length(apply_stripe_event.event ->> 'id') not between 3 and 300
    or coalesce(length(apply_stripe_event.event ->> 'type'), 0) not between 1 and 100
    or apply_stripe_event.event ->> 'id' is null
  then
    perform private.fail('INVALID_PAYLOAD', 400, 'This is not an event.');
  end if;

  -- The row is the lock: a second delivery waits here until the first is done or has failed.
  insert into private.stripe_events as e (
    id, type, payment_intent_id, livemode, api_version, stripe_created_at, payload
  )
  values (
    apply_stripe_event.event ->> 'id',
    apply_stripe_event.event ->> 'type',
    case
      when object ->> 'object' = 'payment_intent' then object ->> 'id'
      else private.stripe_id(object -> 'payment_intent')
    end,
    coalesce(apply_stripe_event.event -> 'livemode' = 'true', false),
    left(apply_stripe_event.event ->> 'api_version', 60),
    private.stripe_time(apply_stripe_event.event -> 'created'),
    -- Who has the secret can pay in the buyer's name: nothing of ours reads it here.
    apply_stripe_event.event #- '{data,object,client_secret}'
  )
  on conflict (id) do update set deliveries = e.deliveries + 1
  returning * into seen;

  if seen.processed_at is not null then
    return jsonb_build_object(
      'event_id', seen.id,
      -- Asked again about what cannot be right, the answer is the same.
      'outcome', case seen.outcome when 'quarantined' then 'quarantined' else 'duplicate' end,
      'order_id', seen.order_id
    );
  end if;
  return private.handle_stripe_event(seen);
end
$$;

comment on function public.apply_stripe_event is
  'Edge functions only. event: a Stripe event whose signature was checked, or what was read from Stripe as an event with the id sync:<object id>:<status>. Returns {event_id, outcome, order_id}; outcome is applied, duplicate, ignored (stored; not ours, or of no consequence) or quarantined (stored and shown to staff; nothing else was changed). Each may be answered with 200. An exception means that nothing was stored: answer 500, Stripe will deliver it again. Errors: INVALID_PAYLOAD 400.';

revoke execute on function public.apply_stripe_event from public, anon, authenticated, service_role;

grant execute on function public.apply_stripe_event to service_role;

-- Stripe's times are seconds since 1970, and text in events of the second version.
create function private.stripe_time(created jsonb)
returns timestamptz
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return case jsonb_typeof(stripe_time.created)
    when 'number' then to_timestamp((stripe_time.created #>> '{}')::double precision)
    when 'string' then
      case when pg_input_is_valid(stripe_time.created #>> '{}', 'timestamptz') then (stripe_time.created #>> '{}')::timestamptz else now() end
    else now()
  end;
end
$$;

comment on function private.stripe_time is 'Time in an event; now when there is none.';

revoke execute on function private.stripe_time from public, anon, authenticated, service_role;
