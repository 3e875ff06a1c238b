-- For the sweep: of the events that Stripe could not deliver, those that did not come in another way either.
create function public.unprocessed_stripe_events(event_ids text[])
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(asked.id order by asked.position), '[]')
  from unnest(unprocessed_stripe_events.event_ids) with ordinality as asked (id, position)
  where
    not exists (
      select
      from private.stripe_events as e
      where e.id = asked.id and e.processed_at is not null
    );
$$;

comment on function public.unprocessed_stripe_events is
  'Sweep only. Those of the ids that apply_stripe_event has not done with yet: [id], in the same order.';

revoke execute on function public.unprocessed_stripe_events from public, anon, authenticated, service_role;

grant execute on function public.unprocessed_stripe_events to service_role;
