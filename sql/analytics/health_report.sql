-- For the health function and the doctor: how far behind is everything that works on its own, and what waits for a person?
create function public.health_report()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select
    public.health() || jsonb_build_object(
      'stripe_livemode',
      private.setting('stripe_livemode')::boolean,
      'events',
      (
        select
          jsonb_build_object(
            'last_received_at',
            (select max(e.received_at) from private.stripe_events as e),
            'failed',
            (select count(*) from private.stripe_events as e where e.outcome = 'failed')
          )
      ),
      'payments',
      (
        select jsonb_build_object('open', count(*), 'oldest_at', min(p.created_at))
        from public.payments as p
        where p.status in ('pending', 'processing')
      ),
      'refunds',
      (
        select jsonb_build_object('waiting', count(*), 'oldest_at', min(r.created_at))
        from private.refunds as r
        where r.state = 'requested'
      ),
      'transfers',
      (
        select jsonb_build_object('waiting', count(*), 'oldest_at', min(t.created_at))
        from private.transfers as t
        where
          t.state = 'requested'
          and (
            t.reverses_id is not null
            or exists (
              select
              from private.payout_accounts as p
              where p.user_id = t.instructor_id and p.is_ready
            )
          )
      ),
      'outbox',
      (
        select
          jsonb_build_object(
            'waiting',
            count(*) filter (where o.state = 'pending'),
            'dead',
            count(*) filter (where o.state = 'dead'),
            'oldest_at',
            min(o.created_at) filter (where o.state = 'pending')
          )
        from private.outbox as o
        where o.state in ('pending', 'dead')
      ),
      'jobs',
      (
        select
          jsonb_build_object(
            'late',
            count(*) filter (where j.next_run_at < now() - interval '15 minutes'),
            'most_overdue_seconds',
            greatest(floor(extract(epoch from now() - min(j.next_run_at))), 0),
            'failing',
            coalesce(jsonb_object_agg(j.name, j.last_error) filter (where j.last_error is not null), '{}')
          )
        from private.jobs as j
        where j.is_enabled
      ),
      'anomalies',
      (
        select
          jsonb_build_object(
            'open',
            coalesce(sum(a.number), 0),
            'oldest_at',
            min(a.oldest_at),
            'kinds',
            coalesce(jsonb_object_agg(a.kind, a.number), '{}')
          )
        from
          (
            select m.kind, count(*) as number, min(m.created_at) as oldest_at
            from private.money_anomalies as m
            where m.resolved_at is null
            group by m.kind
          ) as a
      )
    );
$$;

comment on function public.health_report is
  'Edge functions only. The answer of health() with {stripe_livemode, events{last_received_at, failed}, payments{open, oldest_at}, refunds{waiting, oldest_at}, transfers{waiting, oldest_at} (that could be sent), outbox{waiting, dead, oldest_at}, jobs{late, most_overdue_seconds, failing{name: error}}, anomalies{open, oldest_at, kinds{kind: number}}}; oldest_at is null when nothing waits.';

revoke execute on function public.health_report from public, anon, authenticated, service_role;

grant execute on function public.health_report to service_role;
