-- For the payout worker: Stripe will not make this transfer or reversal, or shall not.
create function public.fail_transfer(
  transfer_id uuid,
  -- Null: nobody asked Stripe, because the share was taken back.
  failure_code text default null
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  t private.transfers;
begin
  perform private.lock_transfer(fail_transfer.transfer_id);
  update private.transfers x
  set state = case when fail_transfer.failure_code is null and x.reverses_id is null then 'canceled' else 'refused' end::private.transfer_state,
    failure_code = left(fail_transfer.failure_code, 100), settled_at = now(), locked_until = null
  where x.id = fail_transfer.transfer_id and x.state = 'requested'
  returning * into t;

  if t.id is not null then
    perform private.post_transfer(coalesce(t.reverses_id, t.id));
    -- Money that cannot come back is an instructor's debt, which the next payout settles. Money that cannot go is for a person.
    if t.reverses_id is null and t.state = 'refused' then
      perform private.report_anomaly(
        'transfer_refused', t.id::text, (select i.order_id from public.order_items i where i.id = t.order_item_id),
        jsonb_build_object('failure_code', t.failure_code, 'instructor_id', t.instructor_id)
      );
    end if;
  end if;
  return (
    select jsonb_build_object('transfer_id', x.id, 'state', x.state, 'failure_code', x.failure_code)
    from private.transfers x
    where x.id = fail_transfer.transfer_id
  );
end
$$;

comment on function public.fail_transfer is
  'Payout worker only. Marks a requested transfer or reversal as refused by Stripe (failure_code: Stripe''s code, such as insufficient_capabilities_for_transfer or balance_insufficient): the share is available again, or stays as a negative balance. Staff are told of a refused transfer. Without a code a transfer is canceled: it was void, and Stripe has not made it. Does nothing to one that was made. Returns {transfer_id, state, failure_code}, or null when there is none.';

revoke execute on function public.fail_transfer from public, anon, authenticated, service_role;

grant execute on function public.fail_transfer to service_role;

-- The balances first, then the transfer: the order in which everything takes them.
create function private.lock_transfer(transfer_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform private.lock_shares(
    (
      select i.order_id
      from private.transfers t join public.order_items i on i.id = t.order_item_id
      where t.id = lock_transfer.transfer_id
    )
  );
  perform from private.transfers t
  where t.id = (
    select coalesce(x.reverses_id, x.id) from private.transfers x where x.id = lock_transfer.transfer_id
  )
  for no key update;
end
$$;

comment on function private.lock_transfer is
  'Locks the balances behind a transfer and the transfer itself (of a reversal: what it reverses).';

revoke execute on function private.lock_transfer from public, anon, authenticated, service_role;
