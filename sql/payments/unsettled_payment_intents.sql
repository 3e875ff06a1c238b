-- For the daily sweep: of the intents that were paid at Stripe, those of which we do not know it.
create function public.unsettled_payment_intents(payment_intent_ids text[])
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(asked.id order by asked.position), '[]')
  from unnest(unsettled_payment_intents.payment_intent_ids) with ordinality as asked (id, position)
  where
    not exists (
      select
      from public.payments as p
      where p.stripe_payment_intent_id = asked.id and p.status = 'succeeded'
    );
$$;

comment on function public.unsettled_payment_intents is
  'Sweep only. Those of the ids whose payment is not known to have succeeded: [id], in the same order. Pass what Stripe says about them to apply_stripe_event.';

revoke execute on function public.unsettled_payment_intents from public, anon, authenticated, service_role;

grant execute on function public.unsettled_payment_intents to service_role;
