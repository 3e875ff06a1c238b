-- Does what a stored event asks for and writes down how it went. A mistake of ours is kept for another try; trouble that passes is raised.
create function private.process_stripe_event(event_id text)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  e private.stripe_events;
begin
  select * into strict e from private.stripe_events x where x.id = process_stripe_event.event_id for no key update;
  return private.handle_stripe_event(e);
end
$$;

comment on function private.process_stripe_event is
  'Applies a stored event and returns {event_id, outcome, order_id}. An unexpected error is stored with the event and reported; everything the event had begun is undone.';

-- The same for whoever has the row, and its lock, already.
create function private.handle_stripe_event(e private.stripe_events)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  result record;
  problem text;
begin
  -- Its buyer was erased, and what it said with them. It is not done, and cannot be any more.
  if e.payload = '{}' then
    return jsonb_build_object('event_id', e.id, 'outcome', 'quarantined', 'order_id', null);
  end if;

  begin
    if e.livemode <> private.setting('stripe_livemode')::boolean then
      perform private.report_anomaly('livemode_mismatch', e.id);
      select 'quarantined' as outcome, null::uuid as order_id into result;
    else
      result := private.dispatch_stripe_event(e);
    end if;
    -- The books are checked here, not at commit, where nobody could write down what is wrong.
    set constraints all immediate;
    set constraints all deferred;

    update private.stripe_events x
    set outcome = result.outcome::private.stripe_event_outcome, order_id = result.order_id, processed_at = now(), error = null
    where x.id = e.id;
    if e.failed_at is not null and result.outcome = 'applied' then
      update private.money_anomalies a
      set resolved_at = now(), resolution = 'The event was applied by a later try.'
      where a.kind = 'event_failed' and a.subject = e.id and a.resolved_at is null;
    end if;
    -- Last: whoever has a number of an invoice keeps all other payments waiting until the transaction ends.
    if result.outcome = 'applied' and result.order_id is not null then
      perform private.issue_invoices(result.order_id);
    end if;
  exception
    when others then
      -- Locks, time, space, shutdown: Stripe will tell us again.
      if left(sqlstate, 2) in ('08', '40', '53', '55', '57', '58') then
        raise;
      end if;
      problem := left(sqlstate || ': ' || sqlerrm, 2000);
  end;

  if problem is not null then
    -- Tried again by itself it is no news, also where somebody has looked at it meanwhile.
    if e.outcome is distinct from 'failed' then
      perform private.report_anomaly('event_failed', e.id, null, jsonb_build_object('error', problem));
    end if;
    update private.stripe_events x set outcome = 'failed', error = problem, failed_at = now() where x.id = e.id;
    return jsonb_build_object('event_id', e.id, 'outcome', 'quarantined', 'order_id', null);
  end if;
  return jsonb_build_object('event_id', e.id, 'outcome', result.outcome, 'order_id', result.order_id);
end
$$;

comment on function private.handle_stripe_event is 'process_stripe_event for a row that is locked.';

-- What came before its intent was known finds its order now.
create function private.replay_ignored_events(payment_intent_id text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  e record;
begin
  for e in
    select x.id
    from private.stripe_events x
    where x.payment_intent_id = replay_ignored_events.payment_intent_id and x.outcome = 'ignored'
    order by x.stripe_created_at, x.id
  loop
    perform private.process_stripe_event(e.id);
  end loop;
end
$$;

comment on function private.replay_ignored_events is
  'Processes the events of an intent that were ignored because nobody knew it.';

-- Events that failed by our own mistake are tried again: the mistake may have been mended. One a transaction, because each keeps
-- its order, and the numbers of all invoices, until the end.
create function private.replay_failed_event()
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  event_id text;
begin
  select x.id into event_id
  from private.stripe_events x
  where x.outcome = 'failed' and x.payload <> '{}' and x.received_at > now() - interval '7 days'
    and (x.failed_at is null or x.failed_at <= now() - interval '10 minutes')
  order by x.failed_at nulls first, x.received_at, x.id
  limit 1
  for no key update skip locked;
  if event_id is null then
    return false;
  end if;
  perform private.process_stripe_event(event_id);
  update private.jobs j set next_run_at = now() where j.name = 'replay_failed_events';
  return true;
end
$$;

comment on function private.replay_failed_event is
  'Processes the event of the last week that failed and waits for longest, at most once in ten minutes, and asks for the next turn; false when none waits.';

revoke execute
on function private.process_stripe_event,
private.handle_stripe_event,
private.replay_ignored_events,
private.replay_failed_event
from public, anon, authenticated, service_role;

create index stripe_events_failed_idx on private.stripe_events (received_at)
where outcome = 'failed'; -- replay_failed_event
insert into private.jobs (name, command, run_every)
values ('replay_failed_events', 'select private.replay_failed_event()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
