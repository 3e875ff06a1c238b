-- For the mail worker: takes due mails so that no other worker sends them.
create function public.claim_outbox(batch_size integer default 20, lease_seconds integer default 120)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  claimed jsonb;
begin
  with due as (
    select o.id, private.wants_mail(o.user_id, o.preference) as is_wanted
    from private.outbox o
    where o.state = 'pending' and o.next_attempt_at <= now()
    -- What a contract needs goes first.
    order by o.preference is not null, o.next_attempt_at, o.id
    limit least(greatest(claim_outbox.batch_size, 1), 100)
    for no key update skip locked
  ), taken as (
    update private.outbox o
    set state = case when due.is_wanted then 'pending' else 'dropped' end::private.outbox_state,
      attempts = o.attempts + 1,
      next_attempt_at = now() + make_interval(secs => least(greatest(claim_outbox.lease_seconds, 10), 900))
    from due
    where o.id = due.id
    returning o.id, o.template, o.user_id, o.payload, o.attempts, o.created_at, o.preference, due.is_wanted
  )
  select jsonb_agg(
    jsonb_build_object(
      'id', t.id, 'template', t.template, 'attempt', t.attempts, 'payload', t.payload, 'created_at', t.created_at,
      'to', nullif(x.email, ''), 'first_name', p.first_name, 'timezone', x.timezone,
      'unsubscribe_token', case when t.preference is not null then private.unsubscribe_token(t.user_id, t.preference) end
    )
    order by t.id
  )
  into claimed
  from
    taken t
    join public.profiles p on p.id = t.user_id
    join public.profile_private x on x.user_id = t.user_id
  where t.is_wanted;
  return coalesce(claimed, '[]');
end
$$;

comment on function public.claim_outbox is
  'Mail worker only. Claims up to batch_size (1 to 100) due mails for lease_seconds (10 to 900) and returns [{id, template, attempt, to (null when the account has no address any more), first_name, timezone, payload, created_at, unsubscribe_token (null for mails that a contract needs)}]; those come first, and what its reader has switched off meanwhile is dropped. Each must be settled by settle_outbox with its attempt; an unsettled one comes back after the lease.';

revoke execute on function public.claim_outbox from public, anon, authenticated, service_role;

grant execute on function public.claim_outbox to service_role;

insert into private.jobs (name, command, run_every)
values
  (
    'send_emails',
    $$select private.call_edge_function('send-emails')
      where exists (select from private.outbox o where o.state = 'pending' and o.next_attempt_at <= now())$$,
    interval '1 minute'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
