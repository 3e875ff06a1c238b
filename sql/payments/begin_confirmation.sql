-- For confirm-payment: each one asks Stripe, and whoever waits for a payment needs few of them.
create function public.begin_confirmation(user_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if not private.rate_limit_hit('confirmation', begin_confirmation.user_id::text, 60, interval '1 hour') then
    perform private.fail(
      'RATE_LIMITED', 429, 'Too many payments were confirmed. Your order is completed without it.',
      '{"limit": 60, "window_seconds": 3600}', jsonb_build_object('Retry-After', private.retry_after(interval '1 hour'))
    );
  end if;
  return jsonb_build_object('user_id', begin_confirmation.user_id);
end
$$;

comment on function public.begin_confirmation is
  'confirm-payment only. Counts a confirmation of this person, 60 an hour: {user_id}. Errors: RATE_LIMITED 429 with Retry-After.';

revoke execute on function public.begin_confirmation from public, anon, authenticated, service_role;

grant execute on function public.begin_confirmation to service_role;
