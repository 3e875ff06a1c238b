-- For the mail worker: tells how the attempt ended.
create function public.settle_outbox(
  id bigint,
  attempt integer,
  error text default null,
  permanent boolean default false
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  max_attempts constant integer := 8;
  new_state private.outbox_state := case
    when settle_outbox.error is null then 'sent'
    when settle_outbox.permanent or settle_outbox.attempt >= max_attempts then 'dead'
    else 'pending'
  end;
begin
  update private.outbox o
  set state = new_state,
    sent_at = case when new_state = 'sent' then now() end,
    last_error = left(settle_outbox.error, 1000),
    -- 1, 2, 4 … minutes, 6 hours at most.
    next_attempt_at = now() + least(interval '1 minute' * 2 ^ (o.attempts - 1), interval '6 hours')
  where o.id = settle_outbox.id and o.state = 'pending'
    -- A worker that was too slow must not undo what its successor did.
    and (o.attempts = settle_outbox.attempt or new_state = 'sent');
  return jsonb_build_object('id', settle_outbox.id, 'settled', found, 'state', new_state);
end
$$;

comment on function public.settle_outbox is
  'Mail worker only. attempt: as claimed; error: null when the mail went out; permanent: true when trying again is useless. Returns {id, settled, state}: pending (tried again after 1, 2, 4 … minutes), sent or dead (after 8 attempts). settled is false when another worker has taken over.';

revoke execute on function public.settle_outbox from public, anon, authenticated, service_role;

grant execute on function public.settle_outbox to service_role;
