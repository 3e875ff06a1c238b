-- May this line be given back because its buyer asks? All numbers behind the answer, for whoever has to explain it.
create function private.refund_decision(order_item_id uuid)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  window_days constant integer := private.setting_int('refund_window_days');
  max_percent constant integer := private.setting_int('refund_max_progress_percent');
  period_days constant integer := private.setting_int('refund_limit_days');
  max_refunds constant integer := private.setting_int('refund_limit');
  item public.order_items;
  o public.orders;
  use record;
  left_cents integer;
  is_requested boolean;
  was_refunded_before boolean;
  recent_refunds integer;
  refundable_until timestamptz;
  reasons text[];
begin
  select * into strict item from public.order_items i where i.id = refund_decision.order_item_id;
  select * into strict o from public.orders x where x.id = item.order_id;
  use := private.course_use(o.user_id, item.course_id);
  select l.left_cents into left_cents from private.refundable_items(o.id) l where l.order_item_id = item.id;
  refundable_until := o.completed_at + make_interval(days => window_days);

  is_requested := exists (
    select from private.refund_items x join private.refunds r on r.id = x.refund_id
    where x.order_item_id = item.id and r.state = 'requested'
  );
  -- Bought again after it was given back, or taken back by a bank.
  was_refunded_before := exists (
    select from public.order_items i join public.orders x on x.id = i.order_id
    where x.user_id = o.user_id and i.course_id = item.course_id and i.id <> item.id and i.access = 'revoked'
  );
  select count(*) into recent_refunds
  from private.refunds r
  where r.requested_by = o.user_id and r.origin = 'buyer' and r.state in ('requested', 'pending', 'succeeded')
    and r.created_at > now() - make_interval(days => period_days);

  -- The one that says most comes first.
  reasons := array_remove(
    array[
      case when o.completed_at is null then 'ORDER_NOT_REFUNDABLE' end,
      case when item.total_cents = 0 then 'NOTHING_PAID' end,
      case when item.total_cents > 0 and left_cents <= 0 and not is_requested then 'ALREADY_REFUNDED' end,
      case when is_requested then 'REFUND_IN_PROGRESS' end,
      case when private.has_open_dispute(o.id) then 'ORDER_DISPUTED' end,
      case when refundable_until <= now() then 'REFUND_WINDOW_CLOSED' end,
      case when greatest(use.percent_completed, use.percent_watched) > max_percent then 'REFUND_TOO_MUCH_WATCHED' end,
      case when was_refunded_before then 'REFUNDED_BEFORE' end,
      case when recent_refunds >= max_refunds then 'REFUND_LIMIT_REACHED' end
    ],
    null
  );

  return jsonb_build_object(
    'order_item_id', item.id,
    'order_id', o.id,
    'course_id', item.course_id,
    'can_refund', cardinality(reasons) = 0,
    'reasons', to_jsonb(reasons),
    'amount', private.to_amount(greatest(left_cents, 0), o.currency),
    'currency', o.currency,
    'paid_at', o.completed_at,
    'refundable_until', refundable_until,
    'window_days', window_days,
    'days_left', case
      when o.completed_at is null then null
      else greatest(ceil(extract(epoch from refundable_until - now()) / 86400), 0)::integer
    end,
    'percent_watched', use.percent_watched,
    'percent_completed', use.percent_completed,
    'max_percent', max_percent,
    'was_refunded_before', was_refunded_before,
    'recent_refunds', recent_refunds,
    'max_recent_refunds', max_refunds,
    'recent_days', period_days
  );
end
$$;

comment on function private.refund_decision is
  'The JSON of explain_refund. reasons is empty when the buyer may have the money back.';

-- How much of a course somebody has had. Completed lessons can be set back by the student; what was watched, and a
-- completion, cannot.
create function private.course_use(
  user_id uuid,
  course_id uuid,
  out percent_watched integer,
  out percent_completed integer
)
returns record
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  place public.enrollments;
  stats public.course_stats;
begin
  select * into place from public.enrollments e where e.user_id = course_use.user_id and e.course_id = course_use.course_id;
  select * into stats from public.course_stats s where s.course_id = course_use.course_id;
  percent_completed := case
    when place.completed_at is not null then 100
    else private.progress_percent(coalesce(place.lessons_completed, 0), coalesce(stats.lesson_count, 0))
  end;
  select least(coalesce(sum(p.watch_time_seconds) * 100 / nullif(stats.duration_seconds, 0), 0), 100)::integer into percent_watched
  from public.lesson_progress p
  where p.enrollment_id = place.id;
end
$$;

comment on function private.course_use is
  'percent_watched: distinct seconds of the length of the course; percent_completed: lessons. Both 0 to 100, rounded down.';

revoke execute
on function private.refund_decision, private.course_use
from public, anon, authenticated, service_role;

-- A value that was changed on a running system is kept.
insert into private.app_config (name, value, note)
values
  ('refund_limit', '5', 'Lines that one student gets refunded by asking, within refund_limit_days.'),
  ('refund_limit_days', '90', 'Days over which refunds that a student asked for are counted.')
on conflict (name) do nothing;
