-- Admins: money that does not fit, oldest first. Definer inside: anomalies are closed to everybody.
create function private.list_money_anomalies(status text, kind text, page integer, page_size integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  page integer := private.clamp_page(list_money_anomalies.page);
  page_size integer := private.clamp_page_size(list_money_anomalies.page_size);
begin
  perform private.require_admin();
  if list_money_anomalies.status not in ('open', 'resolved', 'all') then
    perform private.fail('VALIDATION_ERROR', 422, 'There is no such status.', '{"status": "open, resolved or all"}');
  end if;
  return (
    with found as (
      select a.*
      from private.money_anomalies a
      where (list_money_anomalies.kind is null or a.kind = list_money_anomalies.kind)
        and case list_money_anomalies.status
          when 'open' then a.resolved_at is null
          when 'resolved' then a.resolved_at is not null
          else true
        end
    )
    select private.page(
      (select count(*) from found), page, page_size,
      (
        select jsonb_agg(private.money_anomaly_json(x.id) order by x.created_at, x.id)
        from (select f.id, f.created_at from found f order by f.created_at, f.id limit page_size offset (page - 1) * page_size) x
      )
    )
  );
end
$$;

comment on function private.list_money_anomalies is 'The door behind public.list_money_anomalies.';

revoke execute on function private.list_money_anomalies from public, anon, authenticated, service_role;

grant execute on function private.list_money_anomalies to authenticated;

create function public.list_money_anomalies(
  status text default 'open',
  kind text default null,
  page integer default 1,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return private.list_money_anomalies(coalesce(status, 'open'), kind, page, page_size);
end
$$;

comment on function public.list_money_anomalies is
  'Admins: what waits for a person about money, oldest first: {count, total_pages, current_page, page_size, next, previous, results[{id, kind, subject (what it is about: an id of ours or of Stripe), order_id, order_number, details, event_ids[] (events of Stripe that could be tried again with retry_stripe_event), created_at, resolved_at, resolved_by, resolution}]}. status: open, resolved or all; kind: only these. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, VALIDATION_ERROR 422.';

revoke execute on function public.list_money_anomalies from public, anon, authenticated, service_role;

grant execute on function public.list_money_anomalies to authenticated;

-- An anomaly, for showing.
create function private.money_anomaly_json(anomaly_id bigint)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select
    jsonb_build_object(
      'id',
      a.id,
      'kind',
      a.kind,
      'subject',
      a.subject,
      'order_id',
      a.order_id,
      'order_number',
      o.order_number,
      'details',
      a.details,
      'event_ids',
      coalesce(
        (
          select jsonb_agg(e.id order by e.received_at, e.id)
          from private.stripe_events as e
          where
            (e.id = a.subject or e.payment_intent_id = a.subject)
            and e.outcome in ('quarantined', 'failed')
            and e.payload != '{}'
        ),
        '[]'
      ),
      'created_at',
      a.created_at,
      'resolved_at',
      a.resolved_at,
      'resolved_by',
      a.resolved_by,
      'resolution',
      a.resolution
    )
  from
    private.money_anomalies as a
    left join public.orders as o on o.id = a.order_id
  where a.id = money_anomaly_json.anomaly_id;
$$;

comment on function private.money_anomaly_json is
  '{id, kind, subject, order_id, order_number, details, event_ids[], created_at, resolved_at, resolved_by, resolution}.';

revoke execute on function private.money_anomaly_json from public, anon, authenticated, service_role;
