-- For the sweep: of the transfers that Stripe lists, those of which the books do not know everything.
create function public.unsettled_transfers(transfers jsonb)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(asked.value -> 'id' order by asked.position), '[]')
  from jsonb_array_elements(unsettled_transfers.transfers) with ordinality as asked (value, position)
  where
    not exists (
      select
      from private.transfers as t
      where
        t.stripe_id = asked.value ->> 'id'
        and t.state = 'made'
        and t.reversed_cents >= (asked.value ->> 'amount_reversed')::bigint
    );
$$;

comment on function public.unsettled_transfers is
  'Sweep only. transfers: [{id, amount_reversed}]. Ids of those that were not booked as Stripe shows them: [id], in the same order. Pass what Stripe says about them to apply_stripe_event.';

revoke execute on function public.unsettled_transfers from public, anon, authenticated, service_role;

grant execute on function public.unsettled_transfers to service_role;
