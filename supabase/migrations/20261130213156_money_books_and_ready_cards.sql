-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion
-- The index is of free grants only, and two others are dropped: at the end, within the time of a short lock.
-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

SET local check_function_bodies = off;

DROP POLICY "select_preview_studied_or_taught" ON "public"."lesson_contents";

DROP TRIGGER "check_ledger_balance" ON "private"."ledger_entries";

DROP TRIGGER "check_ledger_balance" ON "private"."ledger_transactions";

DROP TRIGGER "check_order_sums" ON "public"."order_items";

DROP TRIGGER "check_order_sums" ON "public"."orders";

DROP VIEW "private"."v_invariants";

DROP VIEW "private"."course_invariants";

DROP VIEW "private"."money_invariants";

DROP VIEW "private"."payout_invariants";

CREATE SCHEMA "private_outgoing";

ALTER FUNCTION "private"."add_spread"(bigint[], bigint, bigint[]) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."given_back_cents"(uuid) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."grant_items"(uuid, uuid[]) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."ledger_difference"(uuid) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."ledger_targets"(uuid) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."post_sale"(uuid) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."recalled_cents"(uuid) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."refresh_review_anchors"(integer, integer) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."send_receipt"(uuid) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."sum_of"(bigint[]) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."transfer_difference"(uuid) SET SCHEMA "private_outgoing";

SET local check_function_bodies = off;

SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.add_spread (
  base   bigint[],
  amount bigint,
  totals bigint[]
)
  RETURNS bigint[]
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  room bigint[];
begin
  if add_spread.amount = 0 then
    return add_spread.base;
  end if;
  room := array(
    select u.total - u.base from unnest(add_spread.base, add_spread.totals) with ordinality u (base, total, n) order by u.n
  );
  return array(
    select u.base + u.part
    from unnest(
      add_spread.base, private.spread_cents(least(add_spread.amount, private.sum_of(room)), room)
    ) with ordinality u (base, part, n)
    order by u.n
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.add_to_cart (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  answer jsonb;
begin
  if add_to_cart.course_id is null then
    perform private.fail('VALIDATION_ERROR', 422, 'Which course?', '{"course_id": "required"}');
  end if;

  -- The trigger of cart_items refuses what cannot be bought.
  with item as (
    insert into public.cart_items as x (cart_id, user_id, course_id)
    select c.id, c.user_id, add_to_cart.course_id from public.carts c where c.user_id = caller
    returning x.id, x.course_id, x.added_at
  )
  select jsonb_build_object(
    'id', i.id,
    'course', jsonb_build_object(
      'id', c.id, 'title', c.title, 'slug', c.slug, 'price', private.to_amount(c.price_cents, c.currency)
    ),
    'added_at', i.added_at
  )
  into answer
  from item i join public.courses c on c.id = i.course_id;
  return answer;
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_account (
  account  jsonb,
  asked_at timestamp with time zone,
  OUT      outcome text,
  OUT      order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  before private.payout_accounts;
  after private.payout_accounts;
begin
  -- As of every event, though an account belongs to no order.
  apply_account.order_id := null;
  -- Events come late and in any order: a picture without the time when it was taken is not believed.
  if apply_account.asked_at is null then
    outcome := 'ignored';
    return;
  end if;
  select * into before from private.payout_accounts p where p.stripe_account_id = apply_account.account ->> 'id' for update;

  update private.payout_accounts p
  set country = left(apply_account.account ->> 'country', 2),
    is_details_submitted = coalesce((apply_account.account -> 'details_submitted')::boolean, false),
    is_payouts_enabled = coalesce((apply_account.account -> 'payouts_enabled')::boolean, false),
    is_transfers_active = coalesce(apply_account.account #>> '{capabilities,transfers}' = 'active', false),
    disabled_reason = left(apply_account.account #>> '{requirements,disabled_reason}', 100),
    requirements_due = coalesce(
      (
        select array_agg(left(r.due, 200) order by r.n)
        from jsonb_array_elements_text(coalesce(apply_account.account #> '{requirements,currently_due}', '[]')) with ordinality r (due, n)
        where r.n <= 100
      ),
      '{}'
    ),
    fetched_at = apply_account.asked_at
  where p.user_id = before.user_id and (p.fetched_at is null or p.fetched_at <= apply_account.asked_at)
  returning * into after;

  if after.user_id is null then
    outcome := 'ignored';
    return;
  end if;
  if after.is_ready is distinct from before.is_ready then
    perform private.notify(
      after.user_id, 'payout_account',
      case when after.is_ready then 'You can be paid now' else 'You cannot be paid at the moment' end,
      case when after.is_ready then '' else 'Stripe needs something from you.' end,
      '/instructor/payouts', format('payout_account:%s:%s', after.is_ready, after.fetched_at)
    );
  end if;
  outcome := 'applied';
end
$function$;

CREATE OR REPLACE FUNCTION private.audit()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  old_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  new_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
begin
  insert into public.audit_log (actor_id, actor_role, action, table_name, row_id, before, after)
  select
    (select auth.uid()), coalesce(nullif(current_setting('role', true), 'none'), session_user), lower(tg_op), tg_table_name,
    coalesce(new_row, old_row) ->> tg_argv[0], x.before, x.after
  from (
    select jsonb_object_agg(c, old_row -> c) filter (where old_row is not null) as before,
      jsonb_object_agg(c, new_row -> c) filter (where new_row is not null) as after
    from unnest(tg_argv[1:]) c
    where old_row is null or new_row is null or old_row -> c is distinct from new_row -> c
  ) x
  where coalesce(x.before, x.after) is not null;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_ledger_balance()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  journal_id bigint := (
    select c.transaction_id from changed c group by c.transaction_id having sum(c.amount_cents) <> 0 limit 1
  );
begin
  if journal_id is not null then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'The entries do not add up to zero.', jsonb_build_object('transaction_id', journal_id)
    );
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_ledger_entries()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  journal_id bigint := (
    -- Looked up one by one: Postgres does not know how few they are.
    select c.id
    from changed c
    where (select e.id from private.ledger_entries e where e.transaction_id = c.id limit 1) is null
    limit 1
  );
begin
  if journal_id is not null then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'The transaction has no entries.', jsonb_build_object('transaction_id', journal_id)
    );
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_order_lines()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  -- Looked up one by one: Postgres does not know how few they are.
  sold uuid := (
    select c.id
    from changed c
    where (select i.id from public.order_items i where i.order_id = c.id limit 1) is null
    limit 1
  );
begin
  if sold is not null then
    perform private.fail('INTERNAL_ERROR', 500, 'The order has no lines.', jsonb_build_object('order_id', sold));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_order_sums()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  sold uuid := (
    select o.id
    from (select distinct c.order_id from changed c) n join public.orders o on o.id = n.order_id
    where (o.subtotal_cents, o.discount_cents, o.tax_cents, o.total_cents) <> (
      select sum(i.price_cents), sum(i.discount_cents), sum(i.tax_cents), sum(i.total_cents)
      from public.order_items i
      where i.order_id = o.id
    )
    limit 1
  );
begin
  if sold is not null then
    perform private.fail('INTERNAL_ERROR', 500, 'The lines do not add up to the order.', jsonb_build_object('order_id', sold));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.complete_order (
  order_id       uuid,
  payment_method text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
  line_ids uuid[];
  course_ids uuid[];
  refusals text[];
  granted uuid[];
  withheld uuid[] := '{}';
  is_erased boolean;
begin
  update public.orders x
  set state = 'completed', completed_at = now(), payment_method = complete_order.payment_method
  where x.id = complete_order.order_id and x.completed_at is null
  returning * into o;
  if o.id is null then
    return;
  end if;

  if o.coupon_id is not null then
    perform private.redeem_coupon_seat(o.id);
  end if;

  -- One story of this student at a time: two orders for one course cannot both find that it is not there yet.
  perform private.lock_learner(o.user_id);
  -- Money can come late, when the course is owned already or no longer sold, or its buyer has left. It goes back.
  select l.ids, l.course_ids, exists (select from private.erasures e where e.user_id = o.user_id)
  into line_ids, course_ids, is_erased
  from (
    select array_agg(i.id order by i.position) as ids, array_agg(i.course_id order by i.position) as course_ids
    from public.order_items i
    where i.order_id = o.id
  ) l;
  granted := line_ids;
  refusals := private.purchase_refusals(o.user_id, course_ids);
  if is_erased or array_remove(refusals, null) <> '{}' then
    select coalesce(array_agg(l.id) filter (where not is_erased and l.refusal is null), '{}'),
      coalesce(array_agg(l.id) filter (where is_erased or l.refusal is not null), '{}')
    into granted, withheld
    from unnest(line_ids, refusals) l (id, refusal);
  end if;
  perform private.grant_items(o, granted);
  if withheld <> '{}' then
    update public.order_items i set access = 'withheld' where i.order_id = o.id and i.id = any (withheld);
  end if;

  delete from public.cart_items c
  where c.user_id = o.user_id
    and c.course_id = any (course_ids);

  if o.total_cents > 0 then
    perform private.post_sale(o);
  end if;
  perform private.send_receipt(o);

  if withheld <> '{}' and o.total_cents > 0 then
    perform private.report_anomaly('line_withheld', o.id::text, o.id, jsonb_build_object('order_item_ids', withheld));
    perform private.enter_refund(o.id, withheld, 'automatic', 'The course could not be given.');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.continue_learning (
  max_results integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  caller uuid := private.require_user();
  -- Not more than are asked for, in their order.
  places public.enrollments[] := array(
    select e
    from public.enrollments e join public.course_stats s on s.course_id = e.course_id
    where e.user_id = caller and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
      and e.lessons_completed < s.lesson_count
    order by e.last_activity_at desc nulls last, e.enrolled_at desc, e.id
    limit least(greatest(coalesce(continue_learning.max_results, 10), 1), 50)
  );
  lessons jsonb[] := private.next_lessons(places);
begin
  return jsonb_build_object(
    'results', coalesce(
      (
        select jsonb_agg(
          jsonb_build_object(
            'enrollment_id', e.id,
            'course', jsonb_build_object(
              'id', e.course_id, 'title', c.title, 'slug', c.slug, 'thumbnail', c.thumbnail_path,
              'instructor', btrim(p.first_name || ' ' || p.last_name)
            ),
            'progress_percent', private.progress_percent(e.lessons_completed, s.lesson_count),
            'lessons_completed', e.lessons_completed,
            'total_lessons', s.lesson_count,
            'current_lesson', lessons[e.ordinality],
            'last_activity_at', e.last_activity_at
          )
          order by e.ordinality
        )
        from
          unnest(places) with ordinality e
          join public.courses c on c.id = e.course_id
          join public.profiles p on p.id = c.instructor_id
          join public.course_stats s on s.course_id = e.course_id
      ),
      '[]'
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.dispatch_stripe_event (
  event private.stripe_events,
  OUT   outcome text,
  OUT   order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  object jsonb := (dispatch_stripe_event.event).payload #> '{data,object}';
  told_at timestamptz := (dispatch_stripe_event.event).stripe_created_at;
  result record;
begin
  case
    -- What happens on somebody's connected account is their business, and they can write our metadata into it.
    when (event).payload ? 'account' and (event).type <> 'account.updated' then
      select 'ignored' as outcome, null::uuid as order_id into result;
    -- requires_action changes nothing: the intent waits for its buyer as before.
    when (event).type in (
      'payment_intent.succeeded', 'payment_intent.processing', 'payment_intent.payment_failed', 'payment_intent.canceled'
    ) then
      result := private.apply_payment_intent((event).type, object, told_at);
    when (event).type = 'sweep.intent_unknown' then
      result := private.apply_unknown_intent(object);
    when (event).type = 'charge.refunded' then
      result := private.apply_charge_refunded(object);
    when (event).type in ('refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated') then
      result := private.apply_refund(object);
    when (event).type in (
      'charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed', 'charge.dispute.funds_withdrawn',
      'charge.dispute.funds_reinstated'
    ) then
      result := private.apply_dispute((event).type, object, told_at);
    when (event).type = 'radar.early_fraud_warning.created' then
      result := private.apply_fraud_warning(object);
    when (event).type in ('transfer.created', 'transfer.updated', 'transfer.reversed') then
      result := private.apply_transfer(object);
    when (event).type = 'account.updated' then
      result := private.apply_account(object, ((event).payload ->> 'asked_at')::timestamptz);
    else
      select 'ignored' as outcome, null::uuid as order_id into result;
  end case;
  outcome := result.outcome;
  order_id := result.order_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.enrollment_detail (
  enrollment_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  place public.enrollments;
begin
  select e.* into place
  from public.enrollments e
  where e.id = enrollment_detail.enrollment_id and e.user_id = caller;
  if place.id is null then
    perform private.fail('ENROLLMENT_NOT_FOUND', 404, 'There is no such enrolment.');
  end if;

  return (
    select private.enrollment_json(place, s.lesson_count) || jsonb_build_object(
      'current_lesson', (private.next_lessons(array[place]))[1],
      'course', jsonb_build_object(
        'id', c.id, 'title', c.title, 'slug', c.slug, 'thumbnail', c.thumbnail_path,
        'duration_hours', round(s.duration_seconds / 3600.0, 2),
        'instructor', jsonb_build_object(
          'id', p.id, 'first_name', p.first_name, 'last_name', p.last_name, 'avatar', p.avatar_path
        ),
        'curriculum', coalesce(
          (
            select jsonb_agg(
              jsonb_build_object(
                'id', section.id, 'title', section.title, 'description', section.description, 'order', section.position,
                'total_lessons', section.total_lessons, 'total_duration_minutes', section.total_duration_minutes,
                'lessons', coalesce(done.lessons, '[]')
              )
              order by section.position
            )
            from
              public.curriculum_sections section
              left join (
                select l.section_id,
                  jsonb_agg(
                    jsonb_build_object(
                      'id', l.id, 'title', l.title, 'order', l.position, 'duration_minutes', l.duration_minutes,
                      'duration_seconds', l.duration_seconds, 'is_preview', l.is_preview,
                      'completed', coalesce(progress.is_completed, false),
                      'watch_time_seconds', coalesce(progress.watch_time_seconds, 0),
                      'position_seconds', coalesce(progress.position_seconds, 0)
                    )
                    order by l.position
                  ) as lessons
                from
                  public.lessons l
                  left join public.lesson_progress progress
                    on progress.enrollment_id = place.id and progress.lesson_id = l.id
                where l.course_id = place.course_id
                group by l.section_id
              ) done on done.section_id = section.id
            where section.course_id = place.course_id
          ),
          '[]'
        )
      )
    )
    from
      public.courses c
      join public.profiles p on p.id = c.instructor_id
      join public.course_stats s on s.course_id = c.id
    where c.id = place.course_id
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.given_back_cents (
  payment_id uuid
)
  RETURNS bigint
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select coalesce(sum(r.amount_cents), 0)::bigint
    from private.refunds r
    where r.payment_id = given_back_cents.payment_id
      and (r.state in ('requested', 'pending', 'succeeded') or r.origin = 'automatic')
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.grant_access (
  user_id       uuid,
  course_id     uuid,
  source        public.grant_source,
  order_item_id uuid                     DEFAULT NULL::uuid,
  granted_by    uuid                     DEFAULT NULL::uuid,
  reason        text                     DEFAULT NULL::text,
  expires_at    timestamp with time zone DEFAULT NULL::timestamp WITH time zone
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.lock_learner(grant_access.user_id);
  return (
    private.grant_courses(
      grant_access.user_id, array[grant_access.course_id], array[grant_access.source], array[grant_access.order_item_id],
      grant_access.granted_by, grant_access.reason, grant_access.expires_at
    )
  )[1];
end
$function$;

CREATE OR REPLACE FUNCTION private.grant_courses (
  user_id        uuid,
  course_ids     uuid[],
  sources        public.grant_source[],
  order_item_ids uuid[],
  granted_by     uuid,
  reason         text,
  expires_at     timestamp with time zone
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  places uuid[];
  -- Places of somebody who was in the course before, and those of them that are open.
  had_place boolean;
  had_access uuid[] := '{}';
  granted uuid[];
  grants uuid[];
begin
  with added as (
    insert into public.enrollments (user_id, course_id, access_ends_at)
    select grant_courses.user_id, asked.course_id, grant_courses.expires_at
    from unnest(grant_courses.course_ids) asked (course_id)
    on conflict on constraint enrollments_user_id_course_id_key do nothing
    returning id, course_id
  )
  select array_agg(a.id order by asked.n), count(*) < cardinality(grant_courses.course_ids)
  into places, had_place
  from unnest(grant_courses.course_ids) with ordinality asked (course_id, n) join added a on a.course_id = asked.course_id;

  if had_place then
    -- Whoever has access already is not welcomed again.
    had_access := array(
      select e.id
      from public.enrollments e
      where e.user_id = grant_courses.user_id and e.course_id = any (grant_courses.course_ids) and e.id <> all (coalesce(places, '{}'))
        and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
      for no key update
    );
    places := array(
      select e.id
      from unnest(grant_courses.course_ids) with ordinality asked (course_id, n)
      join public.enrollments e
        on e.user_id = grant_courses.user_id and e.course_id = asked.course_id and e.course_id = any (grant_courses.course_ids)
      order by asked.n
    );
  end if;

  with written as (
    insert into private.access_grants (enrollment_id, source, order_item_id, granted_by, reason, expires_at)
    select asked.place_id, asked.source, asked.order_item_id, grant_courses.granted_by, grant_courses.reason, grant_courses.expires_at
    from unnest(places, grant_courses.sources, grant_courses.order_item_ids) with ordinality asked (place_id, source, order_item_id, n)
    order by asked.n
    on conflict do nothing
    returning id, enrollment_id
  )
  select array_agg(w.enrollment_id), array_agg(w.id) into granted, grants from written w;

  -- Told twice of the same line or click: nothing new. Of another student's line: a mistake that must not stay.
  if coalesce(cardinality(granted), 0) < cardinality(places) and exists (
    select
    from unnest(places, grant_courses.order_item_ids) asked (place_id, order_item_id)
    where asked.place_id <> all (coalesce(granted, '{}')) and not exists (
      select from private.access_grants g
      where g.enrollment_id = asked.place_id
        and (
          g.order_item_id = asked.order_item_id
          or asked.order_item_id is null and g.order_item_id is null and g.source = 'free' and g.revoked_at is null
        )
    )
  ) then
    perform private.fail('CONFLICT', 409, 'This purchase belongs to another enrolment.');
  end if;

  if had_access <> '{}' then
    select array_agg(g.place_id), array_agg(g.grant_id)
    into granted, grants
    from unnest(granted, grants) g (place_id, grant_id)
    where g.place_id <> all (had_access);
  end if;
  if granted is not null then
    if had_place then
      perform private.return_certificates(granted);
    end if;
    perform private.welcome_student(grant_courses.user_id, granted, grants);
  end if;
  return places;
end
$function$;

CREATE OR REPLACE FUNCTION private.grant_items (
  o              public.orders,
  order_item_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.grant_courses(
    (o).user_id, array_agg(i.course_id order by i.position),
    array_agg(
      case when i.price_cents = 0 then 'free' when i.total_cents = 0 then 'coupon' else 'purchase' end::public.grant_source
      order by i.position
    ),
    array_agg(i.id order by i.position), null, null, null
  )
  from public.order_items i
  where i.order_id = (o).id and i.id = any (grant_items.order_item_ids)
  having count(*) > 0;
  update public.order_items i
  set access = 'granted'
  where i.order_id = (o).id and i.id = any (grant_items.order_item_ids) and i.access <> 'granted';
end
$function$;

CREATE OR REPLACE FUNCTION private.handle_stripe_event (
  e private.stripe_events
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.has_claims (
  order_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return exists (select from private.refunds r where r.order_id = has_claims.order_id)
    or exists (select from public.payments p where p.order_id = has_claims.order_id and p.charge_refunded_cents > 0)
    or exists (
      select from private.disputes d join public.payments p on p.id = d.payment_id where p.order_id = has_claims.order_id
    );
end
$function$;

CREATE OR REPLACE FUNCTION private.has_course_access (
  course_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := auth.uid();
begin
  perform from public.enrollments e join public.profiles p on p.id = e.user_id
  where e.user_id = caller and e.course_id = has_course_access.course_id and p.is_active
    and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now());
  return found or private.is_course_author(has_course_access.course_id) or private.is_staff();
end
$function$;

CREATE OR REPLACE FUNCTION private.is_course_author (
  course_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := auth.uid();
begin
  -- private.active_uid, written out: policies ask this of every row.
  return exists (
    select from public.course_instructors i
    join public.profiles p on p.id = i.user_id
    where i.course_id = is_course_author.course_id and i.user_id = caller and p.is_active
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.is_instructor()
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := auth.uid();
begin
  -- private.has_role of either, in one look.
  return exists (
    select from public.user_roles r
    join public.profiles p on p.id = r.user_id
    where r.user_id = caller and r.role in ('instructor', 'admin') and p.is_active
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.is_staff()
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := auth.uid();
begin
  -- private.has_role of either, in one look.
  return exists (
    select from public.user_roles r
    join public.profiles p on p.id = r.user_id
    where r.user_id = caller and r.role in ('moderator', 'admin') and p.is_active
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.issue_invoices (
  order_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
  main public.invoices;
  change record;
begin
  select * into strict o from public.orders x where x.id = issue_invoices.order_id;
  -- Where no money moves there is nothing to invoice: the receipt is the proof.
  if o.completed_at is null or o.total_cents = 0 then
    return;
  end if;

  main := private.issue_sale_invoice(o);
  -- Nearly every paid order: nothing was given back, and nothing ever was.
  if o.refunded_cents = 0
    and not exists (select from public.invoices v where v.order_id = o.id and v.kind <> 'invoice')
  then
    return;
  end if;

  for change in
    select d.cause, sum(d.total_cents) > 0 as is_credit, jsonb_agg(to_jsonb(d) - 'cause' order by i.position) as parts
    from private.invoice_differences(o.id) d join public.order_items i on i.id = d.order_item_id
    group by d.cause
    having sum(d.total_cents) <> 0
    order by d.cause
  loop
    perform private.issue_note(
      main, change.cause, case when change.is_credit then 'credit_note' else 'debit_note' end::public.invoice_kind, change.parts
    );
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.issue_sale_invoice (
  o public.orders
)
  RETURNS public.invoices
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  issued public.invoices;
begin
  if (o).total_cents = 0 then
    return null;
  end if;

  -- The number comes last of all: whoever has it keeps the others waiting.
  insert into public.invoices (
    kind, cause, order_id, user_id, currency, subtotal_cents, discount_cents, tax_cents, total_cents, buyer, seller, lines, number
  )
  select 'invoice', 'sale', (o).id, (o).user_id, (o).currency, (o).subtotal_cents, (o).discount_cents, (o).tax_cents,
    (o).total_cents,
    -- As much of the buyer as the law asks for: what is issued is kept even when the account is erased.
    to_jsonb(b) - '{order_id,phone,email}'::text[], s.seller, l.lines, private.next_invoice_number('invoice')
  from public.order_billing b
  cross join lateral (
    select jsonb_build_object(
      'name', max(c.value) filter (where c.name = 'seller_name'), 'address', max(c.value) filter (where c.name = 'seller_address'),
      'tax_id', max(c.value) filter (where c.name = 'seller_tax_id'), 'email', max(c.value) filter (where c.name = 'seller_email')
    ) as seller
    from private.app_config c
    where c.name in ('seller_name', 'seller_address', 'seller_tax_id', 'seller_email')
  ) s
  cross join lateral (
    select jsonb_agg(
      jsonb_build_object(
        'order_item_id', i.id, 'course_id', i.course_id, 'title', i.title, 'instructor_name', i.instructor_name,
        'price_cents', i.price_cents, 'discount_cents', i.discount_cents, 'tax_cents', i.tax_cents, 'total_cents', i.total_cents
      )
      order by i.position
    ) as lines
    from public.order_items i
    where i.order_id = b.order_id
  ) l
  where b.order_id = (o).id
    and not exists (select from public.invoices v where v.order_id = b.order_id and v.kind = 'invoice')
  returning * into issued;
  if issued.id is null then
    select * into strict issued from public.invoices v where v.order_id = (o).id and v.kind = 'invoice';
  end if;
  return issued;
end
$function$;

SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.ledger_account (
  kind     private.ledger_account_kind,
  owner_id uuid,
  currency character
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  account uuid;
begin
  loop
    -- Not "is not distinct from": no index answers that, and there is an account for every instructor.
    if ledger_account.owner_id is null then
      select a.id into account
      from private.ledger_accounts a
      where a.kind = ledger_account.kind and a.owner_id is null and a.currency = ledger_account.currency;
    else
      select a.id into account
      from private.ledger_accounts a
      where a.kind = ledger_account.kind and a.owner_id = ledger_account.owner_id and a.currency = ledger_account.currency;
    end if;
    exit when found;
    -- Somebody else may make it meanwhile: then it is found the next time.
    insert into private.ledger_accounts (kind, owner_id, currency)
    values (ledger_account.kind, ledger_account.owner_id, ledger_account.currency)
    on conflict do nothing;
  end loop;
  return account;
end
$function$;

SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.ledger_difference (
  order_id uuid
)
  RETURNS TABLE (
    kind          private.ledger_transaction_kind,
    order_item_id uuid,
    account       private.ledger_account_kind,
    owner_id      uuid,
    amount_cents  bigint,
    available_at  timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return query
  with both_sides as (
    select t.kind, t.order_item_id, t.account, t.owner_id, t.amount_cents, t.available_at
    from private.ledger_targets(ledger_difference.order_id) t
    union all
    select t.kind, e.order_item_id, a.kind, a.owner_id, -e.amount_cents, e.available_at
    from private.ledger_transactions t
      join private.ledger_entries e on e.transaction_id = t.id
      join private.ledger_accounts a on a.id = e.account_id
    where t.order_id = ledger_difference.order_id and t.kind in ('refund', 'dispute', 'fee', 'overpayment')
  )
  select b.kind, b.order_item_id, b.account, b.owner_id, sum(b.amount_cents)::bigint,
    -- A share that is still on hold is taken from what is on hold.
    case when b.account = 'instructor_payable' then max(b.available_at) else now() end
  from both_sides b
  group by b.kind, b.order_item_id, b.account, b.owner_id
  having sum(b.amount_cents) <> 0;
end
$function$;

CREATE OR REPLACE FUNCTION private.ledger_targets (
  order_id uuid
)
  RETURNS TABLE (
    kind          private.ledger_transaction_kind,
    order_item_id uuid,
    account       private.ledger_account_kind,
    owner_id      uuid,
    amount_cents  bigint,
    available_at  timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  -- The platform bears what Stripe and the banks keep, of a payment that is given back too.
  fees bigint;
  is_overpaid boolean;
begin
  select
    coalesce(sum(p.processing_fee_cents), 0) + coalesce(
      sum((select sum(d.fee_cents) from private.disputes d where d.payment_id = p.id and d.currency = p.currency)), 0
    ),
    bool_or(p.succeeded_at is not null and not p.pays_order)
  into fees, is_overpaid
  from public.payments p
  where p.order_id = ledger_targets.order_id;

  if fees <> 0 then
    return query values
      ('fee'::private.ledger_transaction_kind, null::uuid, 'processing_fees'::private.ledger_account_kind, null::uuid, fees, now()),
      ('fee', null, 'stripe_cash', null, -fees, now());
  end if;
  if is_overpaid then
    return query select t.kind, null::uuid, t.account, null::uuid, t.amount_cents, now() from private.overpayment_targets(ledger_targets.order_id) t;
  end if;
  if not private.has_claims(ledger_targets.order_id) then
    return;
  end if;

  return query
  with
    -- Each line's money was credited to these accounts when it was sold; what goes back comes from them in proportion.
    sold as (
      select c.order_item_id, c.refunded_cents, c.lost_cents, c.frozen_cents, array_agg(e.account_id order by e.id) as accounts,
        array_agg(e.available_at order by e.id) as available_at, array_agg(-e.amount_cents order by e.id) as credits
      from private.order_claims(ledger_targets.order_id) c
        join private.ledger_entries e on e.order_item_id = c.order_item_id and e.amount_cents < 0
        join private.ledger_transactions t on t.id = e.transaction_id and t.kind = 'sale'
      group by c.order_item_id, c.refunded_cents, c.lost_cents, c.frozen_cents
    ),
    -- Cumulative, so that the last cent of a line empties its accounts exactly.
    part as (
      select s.order_item_id, a.kind as account, a.owner_id, u.available_at, u.refunded, u.lost, u.frozen
      from sold s,
        unnest(
          s.accounts, s.available_at, private.spread_cents(s.refunded_cents, s.credits),
          private.spread_cents(s.refunded_cents + s.lost_cents, s.credits),
          private.spread_cents(s.refunded_cents + s.lost_cents + s.frozen_cents, s.credits)
        ) u (account_id, available_at, refunded, lost, frozen)
        join private.ledger_accounts a on a.id = u.account_id
    ),
    side as (
      select 'refund'::private.ledger_transaction_kind as kind, p.order_item_id, p.account, p.owner_id, p.refunded as amount_cents, p.available_at
      from part p
      union all
      select 'dispute', p.order_item_id, p.account, p.owner_id, p.lost - p.refunded, p.available_at
      from part p
      union all
      -- Frozen: the instructor's share is held, the platform's waits in the disputed funds.
      select 'dispute', p.order_item_id, p.account, p.owner_id, p.frozen - p.lost, p.available_at
      from part p
      where p.account = 'instructor_payable'
      union all
      select 'dispute', p.order_item_id, 'instructor_held', p.owner_id, -(p.frozen - p.lost), now()
      from part p
      where p.account = 'instructor_payable'
      union all
      select 'refund', s.order_item_id, 'stripe_cash', null, -s.refunded_cents, now()
      from sold s
      union all
      select 'dispute', s.order_item_id, 'stripe_cash', null, -(s.lost_cents + s.frozen_cents), now()
      from sold s
      union all
      select 'dispute', s.order_item_id, 'disputed_funds', null, s.frozen_cents, now()
      from sold s
    )
  select s.kind, s.order_item_id, s.account, s.owner_id, sum(s.amount_cents)::bigint, max(s.available_at)
  from side s
  group by s.kind, s.order_item_id, s.account, s.owner_id
  having sum(s.amount_cents) <> 0;
end
$function$;

CREATE OR REPLACE FUNCTION private.list_reviews (
  course_id uuid,
  rating    integer,
  ordering  text,
  page      integer,
  page_size integer
)
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  caller uuid := auth.uid();
  ordering text := coalesce(list_reviews.ordering, '-helpful_count');
  -- private.clamp_page and private.clamp_page_size, written out.
  page integer := least(greatest(coalesce(list_reviews.page, 1), 1), 1000000);
  page_size integer := least(greatest(coalesce(list_reviews.page_size, 10), 1), 100);
  skipped integer := (page - 1) * page_size;
  rating_count integer;
  -- How many shown reviews have one star, two, …
  counts integer[];
  -- Where the page begins to be counted: at the anchor before it, or at the top.
  anchor_place integer;
  anchor_votes integer;
  anchor_time timestamptz;
  anchor_id uuid;
  stars integer;
  ids uuid[];
  results text;
begin
  if list_reviews.rating not between 1 and 5 then
    perform private.fail('VALIDATION_ERROR', 422, 'There is no such rating.', '{"rating": "1 to 5"}');
  end if;
  if ordering not in ('-helpful_count', '-created_at', 'created_at', '-rating', 'rating') then
    perform private.fail(
      'INVALID_ORDERING', 422, 'There is no such ordering.',
      '{"ordering": "-helpful_count, -created_at, created_at, -rating or rating"}'
    );
  end if;

  select s.rating_count, array[s.rating_1, s.rating_2, s.rating_3, s.rating_4, s.rating_5],
    coalesce(a.place, 0), coalesce(a.helpful_count, 2147483647), coalesce(a.created_at, 'infinity'),
    coalesce(a.review_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
  into rating_count, counts, anchor_place, anchor_votes, anchor_time, anchor_id
  from public.course_stats s join public.courses c on c.id = s.course_id
  left join lateral (
    select x.place, x.helpful_count, x.created_at, x.review_id
    from private.review_anchors x
    where x.course_id = s.course_id and x.ordering = list_reviews.ordering and x.place <= skipped
    order by x.place desc
    limit 1
  ) a on true
  where s.course_id = list_reviews.course_id
    and (c.is_published or (caller is not null and private.has_course_access(c.id)));
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;

  -- One statement an index: each walks its own as far as the page. The two that nearly everybody asks for take the cards
  -- along; written behind a card is what depends on who reads.
  case
    when list_reviews.rating is null and ordering = '-helpful_count' then
      select string_agg(
        k.card || ',"author":' || k.author
        || case when k.user_id = caller then ',"is_own":true' else ',"is_own":false' end
        || case
          when caller is not null
            and exists (select from public.review_votes v where v.review_id = k.review_id and v.user_id = caller)
          then ',"voted_helpful":true}'
          else ',"voted_helpful":false}'
        end,
        ','
      )
      into results
      from (
        select x.* from private.review_cards x
        where x.course_id = list_reviews.course_id and not x.is_hidden
          and (x.helpful_count, x.review_id) <= (anchor_votes, anchor_id)
        order by x.helpful_count desc, x.review_id desc limit page_size offset skipped - anchor_place
      ) k;
    when list_reviews.rating is null and ordering = '-created_at' then
      select string_agg(
        k.card || ',"author":' || k.author
        || case when k.user_id = caller then ',"is_own":true' else ',"is_own":false' end
        || case
          when caller is not null
            and exists (select from public.review_votes v where v.review_id = k.review_id and v.user_id = caller)
          then ',"voted_helpful":true}'
          else ',"voted_helpful":false}'
        end,
        ','
      )
      into results
      from (
        select x.* from private.review_cards x
        where x.course_id = list_reviews.course_id and not x.is_hidden
          and (x.created_at, x.review_id) <= (anchor_time, anchor_id)
        order by x.created_at desc, x.review_id desc limit page_size offset skipped - anchor_place
      ) k;
    when ordering = '-created_at' then
      ids := array(
        select x.review_id from private.review_cards x
        where x.course_id = list_reviews.course_id and not x.is_hidden
          and x.rating = list_reviews.rating
        order by x.created_at desc, x.review_id desc limit page_size offset skipped
      );
    when ordering = 'created_at' then
      ids := array(
        select x.review_id from private.review_cards x
        where x.course_id = list_reviews.course_id and not x.is_hidden
          and (list_reviews.rating is null or x.rating = list_reviews.rating)
        order by x.created_at, x.review_id limit page_size offset skipped
      );
    else
      -- By stars, and the most helpful first among equals: whole ratings before the page are passed over by their count.
      for place in 1 .. 5 loop
        stars := case when ordering = 'rating' then place else 6 - place end;
        continue when stars <> list_reviews.rating;
        if skipped >= counts[stars] then
          skipped := skipped - counts[stars];
        else
          ids := ids || array(
            select x.review_id from private.review_cards x
            where x.course_id = list_reviews.course_id and not x.is_hidden and x.rating = stars
            order by x.helpful_count desc, x.review_id limit page_size - coalesce(cardinality(ids), 0) offset skipped
          );
          skipped := 0;
          exit when cardinality(ids) >= page_size;
        end if;
      end loop;
  end case;

  if ids is not null then
    select string_agg(
      k.card || ',"author":' || k.author
      || case when k.user_id = caller then ',"is_own":true' else ',"is_own":false' end
      || case
        when caller is not null
          and exists (select from public.review_votes v where v.review_id = k.review_id and v.user_id = caller)
        then ',"voted_helpful":true}'
        else ',"voted_helpful":false}'
      end,
      ',' order by x.place
    )
    into results
    from unnest(ids) with ordinality x(id, place)
    join private.review_cards k on k.review_id = x.id;
  end if;
  return private.page_json(
    coalesce(counts[list_reviews.rating], rating_count), page, page_size, '[' || results || ']'
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.mark_lesson_complete (
  enrollment_id uuid,
  lesson_id     uuid,
  completed     boolean
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  seen record;
  place public.enrollments;
  progress record;
begin
  if mark_lesson_complete.completed is null then
    perform private.require_yes_or_no('completed', mark_lesson_complete.completed);
  end if;
  perform private.lock_learner(caller);
  -- The lesson and the place in one look: the place is named, or it is the caller's in the course of the lesson.
  select l.course_id, c.is_published, e as place
  into seen
  from (select mark_lesson_complete.lesson_id as id) asked
  left join public.lessons l on l.id = asked.id
  left join public.courses c on c.id = l.course_id
  left join public.enrollments e
    on e.user_id = caller
    and e.id = coalesce(
      mark_lesson_complete.enrollment_id,
      (select x.id from public.enrollments x where x.user_id = caller and x.course_id = l.course_id)
    );
  place := seen.place;
  if place.id is null and mark_lesson_complete.enrollment_id is not null then
    perform private.fail('ENROLLMENT_NOT_FOUND', 404, 'There is no such enrolment.');
  elsif place.id is null and seen.is_published then
    perform private.fail('NOT_ENROLLED', 403, 'You are not enrolled in this course.');
  end if;
  if place.id is null or seen.course_id is distinct from place.course_id then
    perform private.fail('LESSON_NOT_FOUND', 404, 'There is no such lesson in this course.');
  end if;
  perform private.require_open_place(place);

  insert into public.lesson_progress as p (enrollment_id, lesson_id, user_id, course_id, is_completed, completed_at)
  values (
    place.id, mark_lesson_complete.lesson_id, caller, place.course_id, mark_lesson_complete.completed,
    case when mark_lesson_complete.completed then now() end
  )
  on conflict on constraint lesson_progress_pkey do update
  set is_completed = excluded.is_completed, completed_at = excluded.completed_at
  where p.is_completed <> excluded.is_completed;

  if found then
    if mark_lesson_complete.completed then
      perform private.record_learning(caller, 0);
    else
      update public.enrollments e
      set last_lesson_id = mark_lesson_complete.lesson_id, last_activity_at = now()
      where e.id = place.id;
    end if;
  end if;

  select e.lessons_completed, s.lesson_count, e.is_completed into progress
  from public.enrollments e join public.course_stats s on s.course_id = e.course_id
  where e.id = place.id;
  if mark_lesson_complete.completed and not progress.is_completed
    and progress.lesson_count > 0 and progress.lessons_completed >= progress.lesson_count
  then
    progress.is_completed := private.complete_enrollment(place.id);
  end if;

  return jsonb_build_object(
    'lesson_id', mark_lesson_complete.lesson_id,
    'enrollment_id', place.id,
    'is_completed', mark_lesson_complete.completed,
    'enrollment_progress', private.progress_percent(progress.lessons_completed, progress.lesson_count),
    'lessons_completed', progress.lessons_completed,
    'total_lessons', progress.lesson_count,
    'course_completed', progress.is_completed,
    'certificate_url', case
      when progress.is_completed then '/certificates/' || (
        select c.code from public.certificates c where c.enrollment_id = place.id and c.revoked_at is null
      )
    end
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.next_lessons (
  places     public.enrollments[],
  from_start boolean              DEFAULT false
)
  RETURNS jsonb[]
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  lessons jsonb[];
begin
  -- From lesson to lesson until one is open, which is nearly always the next: not the whole course with all progress.
  -- Its number in the course is what the sections before it count, and its rank within its own.
  lessons := array(
    select (
      select jsonb_build_object(
        'id', l.id,
        'title', l.title,
        'order', l.position,
        'index', (
          select coalesce(sum(b.total_lessons), 0)
          from public.curriculum_sections b
          where b.course_id = s.course_id and b.position < s.position
        ) + (
          select count(*) from public.lessons b where b.section_id = s.id and b.position <= l.position
        ),
        'section', s.title,
        'position_seconds', l.position_seconds
      )
      from public.curriculum_sections s
      cross join lateral (
        select o.id, o.title, o.position, coalesce(p.position_seconds, 0) as position_seconds
        from public.lessons o
        left join public.lesson_progress p on p.enrollment_id = e.id and p.lesson_id = o.id
        where o.section_id = s.id
          -- A last lesson that is gone, or none, stands before the first.
          and (s.id is distinct from last.section_id or o.position >= last.position)
          and p.is_completed is not true
        order by o.position
        limit 1
      ) l
      where s.course_id = e.course_id and s.position >= coalesce(last_section.position, 0)
      order by s.position
      limit 1
    )
    from unnest(next_lessons.places) with ordinality e
    left join public.lessons last
      on last.id = e.last_lesson_id and last.course_id = e.course_id and not next_lessons.from_start
    left join public.curriculum_sections last_section on last_section.id = last.section_id
    order by e.ordinality
  );
  -- Nothing is left from there on: what was left out before it.
  if not next_lessons.from_start then
    for n in 1 .. cardinality(lessons) loop
      if lessons[n] is null then
        lessons[n] := (private.next_lessons(array[next_lessons.places[n]], true))[1];
      end if;
    end loop;
  end if;
  return lessons;
end
$function$;

CREATE OR REPLACE FUNCTION private.order_claims (
  order_id uuid
)
  RETURNS TABLE (
    order_item_id       uuid,
    refunded_cents      integer,
    lost_cents          integer,
    frozen_cents        integer,
    is_refunded_by_name boolean
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  payment public.payments;
  items uuid[];
  totals bigint[];
  named bigint[];
  is_named boolean[];
  refunded bigint[];
  lost bigint[];
  frozen bigint[];
  claimed record;
begin
  select * into payment from public.payments p where p.order_id = order_claims.order_id and p.pays_order;

  select
    array_agg(i.id order by i.position),
    array_agg(i.total_cents::bigint order by i.position),
    array_agg(least(i.total_cents, n.cents) order by i.position),
    array_agg(n.is_named and n.cents >= i.total_cents order by i.position)
  into items, totals, named, is_named
  from
    public.order_items i
    cross join lateral (
      select coalesce(sum(x.amount_cents), 0)::bigint as cents, count(*) > 0 as is_named
      from private.refund_items x join private.refunds r on r.id = x.refund_id
      where x.order_item_id = i.id and r.payment_id = payment.id and r.names_items and r.state in ('pending', 'succeeded')
    ) n
  where i.order_id = order_claims.order_id;

  claimed := private.payment_claims(payment);
  -- Money that names no line is spread over what is left of all of them.
  refunded := private.add_spread(named, greatest(claimed.refunded_cents - private.sum_of(named), 0), totals);
  lost := private.add_spread(refunded, claimed.lost_cents, totals);
  frozen := private.add_spread(lost, claimed.frozen_cents, totals);

  return query
  select c.item, c.r::integer, (c.l - c.r)::integer, (c.f - c.l)::integer, c.n
  from unnest(items, is_named, refunded, lost, frozen) c (item, n, r, l, f);
end
$function$;

CREATE OR REPLACE FUNCTION private.overpayment_targets (
  order_id uuid
)
  RETURNS TABLE (
    kind         private.ledger_transaction_kind,
    account      private.ledger_account_kind,
    amount_cents bigint
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return query
  select side.kind, side.account, sum(side.amount_cents)::bigint
  from public.payments p
  cross join lateral private.payment_claims(p) c
  cross join lateral (select least(c.refunded_cents, p.amount_cents) as refunded) r
  cross join lateral (select least(c.lost_cents, p.amount_cents - r.refunded) as lost) l
  cross join lateral (select least(c.frozen_cents, p.amount_cents - r.refunded - l.lost) as frozen) f
  cross join lateral (
    values
      ('overpayment'::private.ledger_transaction_kind, 'stripe_cash'::private.ledger_account_kind, p.amount_cents::bigint),
      ('overpayment', 'refunds_payable', -p.amount_cents),
      ('refund', 'refunds_payable', r.refunded),
      ('refund', 'stripe_cash', -r.refunded),
      ('dispute', 'refunds_payable', l.lost),
      ('dispute', 'disputed_funds', f.frozen),
      ('dispute', 'stripe_cash', -l.lost - f.frozen)
  ) side (kind, account, amount_cents)
  where p.order_id = overpayment_targets.order_id and p.succeeded_at is not null and not p.pays_order
  group by side.kind, side.account
  having sum(side.amount_cents) <> 0;
end
$function$;

CREATE OR REPLACE FUNCTION private.parse_billing_address (
  billing_address jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  address jsonb;
  wrong jsonb;
begin
  if coalesce(jsonb_typeof(parse_billing_address.billing_address), 'null') <> 'object' then
    perform private.fail(
      'INVALID_BILLING_ADDRESS', 422, 'The billing address is missing.', '{"billing_address": "an object is required"}'
    );
  end if;

  -- All fields in one statement: a loop would be many.
  select
    jsonb_object_agg(f.field, case f.field when 'country' then upper(f.given) else f.given end) filter (where f.problem is null),
    jsonb_object_agg(f.field, f.problem) filter (where f.problem is not null)
  into address, wrong
  from (
    select r.field, g.given, case
        when jsonb_typeof(parse_billing_address.billing_address -> r.field) not in ('string', 'null') then 'must be text'
        when g.given = '' and r.is_required then 'required'
        when length(g.given) > r.max_length then format('at most %s characters', r.max_length)
        when g.given <> '' and g.given !~ r.pattern then
          case r.field when 'country' then 'a two-letter ISO 3166-1 code' else 'not valid' end
      end as problem
    from (
      values
        ('first_name', true, 150, '.'), ('last_name', true, 150, '.'), ('email', true, 320, '^[^@\s]+@[^@\s]+\.[^@\s]+$'),
        ('address_line1', true, 200, '.'), ('address_line2', false, 200, '.'), ('city', true, 100, '.'),
        ('state', false, 100, '.'), ('postal_code', false, 20, '.'), ('country', true, 2, '^[A-Za-z]{2}$'),
        ('phone', false, 20, '^[0-9 ()+./-]+$')
    ) r (field, is_required, max_length, pattern)
    cross join lateral (select btrim(coalesce(parse_billing_address.billing_address ->> r.field, '')) as given) g
  ) f;

  if wrong is not null then
    perform private.fail('INVALID_BILLING_ADDRESS', 422, 'Something in the billing address is not valid.', wrong);
  end if;
  return address;
end
$function$;

CREATE OR REPLACE FUNCTION private.payment_claims (
  payment public.payments,
  OUT     refunded_cents bigint,
  OUT     lost_cents bigint,
  OUT     frozen_cents bigint
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  -- The refunds one by one, or what the charge says altogether, whichever is more; a failed refund is no refund.
  select greatest(
    coalesce(sum(r.amount_cents) filter (where r.state in ('pending', 'succeeded')), 0),
    coalesce((payment).charge_refunded_cents, 0)
    - coalesce(sum(r.amount_cents) filter (where r.stripe_refund_id is not null and r.state in ('failed', 'canceled')), 0)
  )
  into refunded_cents
  from private.refunds r
  where r.payment_id = (payment).id;

  select coalesce(sum(d.amount_cents) filter (where d.effect = 'lost'), 0),
    coalesce(sum(d.amount_cents) filter (where d.effect = 'open'), 0)
  into lost_cents, frozen_cents
  from private.disputes d
  where d.payment_id = (payment).id;
end
$function$;

CREATE OR REPLACE FUNCTION private.place_order (
  user_id        uuid,
  course_ids     uuid[],
  coupon_id      uuid,
  billing        jsonb,
  open_order     public.orders,
  expected_total numeric       DEFAULT NULL::numeric
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  total record;
  new_order uuid := gen_random_uuid();
begin
  -- From here to the snapshot no price moves.
  perform from public.courses c where c.id = any (place_order.course_ids) order by c.id for share;

  select array_agg(l order by l.position) as lines, min(l.currency) as currency, min(l.currency) <> max(l.currency) as is_mixed, sum(l.price_cents) as price_cents, sum(l.discount_cents) as discount_cents,
    sum(l.tax_cents) as tax_cents, sum(l.total_cents) as total_cents
  into total
  from private.price_lines(place_order.course_ids, place_order.coupon_id) l;
  if total.is_mixed then
    perform private.refuse_mixed_currencies(place_order.course_ids);
  end if;

  if place_order.expected_total is not null
    and place_order.expected_total <> private.to_amount(total.total_cents, total.currency)
  then
    perform private.fail(
      'PRICE_CHANGED', 409, 'The price has changed.',
      private.priced_json(place_order.course_ids, place_order.coupon_id) || jsonb_build_object('expected_total', place_order.expected_total)
    );
  end if;
  if total.total_cents > 0 and total.total_cents < private.minimum_charge_cents(total.currency) then
    perform private.fail(
      'AMOUNT_BELOW_MINIMUM', 422, 'This total is too small to be charged.',
      jsonb_build_object(
        'total_amount', private.to_amount(total.total_cents, total.currency),
        'minimum_amount', private.to_amount(private.minimum_charge_cents(total.currency), total.currency)
      )
    );
  end if;
  -- The largest amount Stripe takes.
  if total.total_cents > 99999999 then
    perform private.fail('VALIDATION_ERROR', 422, 'This total is too large: buy some of the courses first.', '{"total_amount": "too large"}');
  end if;

  if open_order.id is not null then
    -- One that has only minutes left could be over before its card is typed.
    if open_order.expires_at > now() + interval '5 minutes'
      and open_order.coupon_id is not distinct from place_order.coupon_id
      and private.order_still_says(open_order.id, total.lines)
    then
      update public.order_billing b
      set (first_name, last_name, email, address_line1, address_line2, city, state, postal_code, country, phone) = (
        select a.first_name, a.last_name, a.email, a.address_line1, a.address_line2, a.city, a.state, a.postal_code, a.country, a.phone
        from jsonb_populate_record(null::public.order_billing, place_order.billing) a
      )
      where b.order_id = open_order.id;
      return open_order.id;
    end if;
    -- An order is never rewritten: whoever still pays the old one gets what it said.
    perform private.close_order(
      open_order.id, case when open_order.expires_at > now() then 'canceled' else 'expired' end::public.order_state
    );
  end if;

  -- One statement, because it is checked at its end that the lines add up to the order.
  with placed as (
    insert into public.orders (
      id, order_number, user_id, coupon_id, currency, subtotal_cents, discount_cents, tax_cents, total_cents, expires_at
    )
    values (
      new_order, private.next_order_number(), place_order.user_id, place_order.coupon_id, total.currency, total.price_cents,
      total.discount_cents, total.tax_cents, total.total_cents,
      now() + make_interval(mins => private.setting_int('order_ttl_minutes'))
    )
  ), billed as (
    insert into public.order_billing
    select b.*
    from jsonb_populate_record(null::public.order_billing, place_order.billing || jsonb_build_object('order_id', new_order)) b
  )
  insert into public.order_items (
    order_id, position, course_id, instructor_id, title, slug, instructor_name, thumbnail_path, list_price_cents, price_cents,
    discount_cents, tax_cents, total_cents, platform_fee_percent
  )
  select
    new_order, l.position, l.course_id, l.instructor_id, l.title, l.slug, l.instructor_name, l.thumbnail_path,
    l.list_price_cents, l.price_cents, l.discount_cents, l.tax_cents, l.total_cents, l.platform_fee_percent
  from unnest(total.lines) l;

  if place_order.coupon_id is not null then
    insert into private.coupon_redemptions (order_id, coupon_id, user_id)
    values (new_order, place_order.coupon_id, place_order.user_id);
  end if;

  if total.total_cents = 0 then
    perform private.complete_order(new_order, 'free');
  end if;
  return new_order;
end
$function$;

CREATE OR REPLACE FUNCTION private.post_ledger (
  order_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
begin
  select * into strict o from public.orders x where x.id = post_ledger.order_id;

  -- One statement, because it is checked at its end that all of it adds up.
  with missing as materialized (
    select * from private.ledger_difference(o.id)
  ), locked as materialized (
    -- Nobody pays out a share while it is being taken back.
    select private.lock_shares(o.id) where exists (select from missing)
  ), account as materialized (
    select a.account, a.owner_id, private.ledger_account(a.account, a.owner_id, o.currency) as id
    from (select distinct m.account, m.owner_id from locked, missing m order by m.account, m.owner_id) a
  ), journal as (
    insert into private.ledger_transactions (kind, currency, order_id)
    select m.kind, o.currency, o.id
    from locked, (select distinct x.kind from missing x) m
    order by m.kind
    returning id, kind
  )
  insert into private.ledger_entries (transaction_id, account_id, currency, amount_cents, order_item_id, available_at)
  select j.id, a.id, o.currency, m.amount_cents, m.order_item_id, m.available_at
  from missing m
    join journal j on j.kind = m.kind
    join account a on a.account = m.account and a.owner_id is not distinct from m.owner_id
  order by m.kind, m.order_item_id, m.account, m.owner_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.post_sale (
  o public.orders
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  hold interval := make_interval(days => private.setting_int('payout_hold_days'));
begin
  -- One statement: the books are checked at its end, and not while others wait for the number of the invoice.
  with line as (
    select i.id, i.position, i.total_cents, i.tax_cents, t.teachers, t.shares,
      round((i.total_cents - i.tax_cents) * i.platform_fee_percent / 100.0)::bigint as fee_cents
    from public.order_items i
    cross join lateral (
      -- Where nobody has a share, the one who sold it has it all.
      select coalesce(array_agg(c.user_id order by c.user_id), array[i.instructor_id]) as teachers,
        coalesce(array_agg(c.revenue_share_percent::bigint order by c.user_id), '{100}') as shares
      from public.course_instructors c
      where c.course_id = i.course_id and c.revenue_share_percent > 0
    ) t
    where i.order_id = (o).id and i.total_cents > 0
  ), side as materialized (
    select l.id, l.position, s.turn, s.kind, s.owner_id, s.amount_cents
    from line l
    cross join lateral (
      select 1 as turn, 'stripe_cash'::private.ledger_account_kind as kind, null::uuid as owner_id, l.total_cents::bigint as amount_cents
      union all
      select 2, 'tax_payable', null, -l.tax_cents
      union all
      select 3, 'platform_revenue', null, -l.fee_cents
      union all
      -- Split to the cent over those who teach the course when it is sold.
      select 4, 'instructor_payable', p.user_id, -p.amount_cents
      from unnest(l.teachers, private.spread_cents(l.total_cents - l.tax_cents - l.fee_cents, l.shares)) p (user_id, amount_cents)
    ) s
    where s.amount_cents <> 0
  ), account as materialized (
    select a.kind, a.owner_id,
      -- What nearly always is there is looked up here: no function for each account.
      coalesce(
        (select x.id from private.ledger_accounts x where x.kind = a.kind and x.owner_id = a.owner_id and x.currency = (o).currency),
        (select x.id from private.ledger_accounts x where x.kind = a.kind and x.owner_id is null and a.owner_id is null and x.currency = (o).currency),
        private.ledger_account(a.kind, a.owner_id, (o).currency)
      ) as id
    -- In one order, so that two sales that make accounts do not wait for each other in a circle.
    from (select distinct s.kind, s.owner_id from side s order by s.kind, s.owner_id) a
  ), journal as (
    insert into private.ledger_transactions (kind, currency, order_id)
    select 'sale', (o).currency, (o).id
    where not exists (select from private.ledger_transactions t where t.order_id = (o).id and t.kind = 'sale')
    returning id
  )
  insert into private.ledger_entries (transaction_id, account_id, currency, amount_cents, order_item_id, available_at)
  select j.id, a.id, (o).currency, s.amount_cents, s.id,
    case when s.kind = 'instructor_payable' then (o).completed_at + hold else (o).completed_at end
  from journal j cross join side s join account a on a.kind = s.kind and a.owner_id is not distinct from s.owner_id
  order by s.position, s.turn, s.owner_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.post_transfer (
  transfer_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  t private.transfers;
  share_available_at timestamptz;
begin
  select * into strict t from private.transfers x where x.id = post_transfer.transfer_id;
  select max(e.available_at) into share_available_at
  from
    private.ledger_entries e
    join private.ledger_transactions j on j.id = e.transaction_id and j.kind = 'sale'
    join private.ledger_accounts a on a.id = e.account_id and a.kind = 'instructor_payable' and a.owner_id = t.instructor_id
  where e.order_item_id = t.order_item_id;

  -- One statement, because it is checked at its end that all of it adds up.
  with missing as materialized (
    select * from private.transfer_difference(t.id)
  ), account as materialized (
    select a.account, a.owner_id, private.ledger_account(a.account, a.owner_id, t.currency) as id
    from (select distinct m.account, m.owner_id from missing m order by m.account, m.owner_id) a
  ), journal as (
    insert into private.ledger_transactions (kind, currency, payout_id)
    select m.kind, t.currency, t.payout_id from (select distinct x.kind from missing x) m order by m.kind
    returning id, kind
  )
  insert into private.ledger_entries (transaction_id, account_id, currency, amount_cents, order_item_id, available_at)
  select j.id, a.id, t.currency, m.amount_cents, t.order_item_id,
    -- As available as the share itself: a transaction that began earlier and waited for this one has an older now(), and must
    -- not take what is gone for something that is still on hold.
    case when m.account = 'instructor_payable' then share_available_at else now() end
  from missing m
    join journal j on j.kind = m.kind
    join account a on a.account = m.account and a.owner_id is not distinct from m.owner_id
  order by m.kind, m.account;
end
$function$;

CREATE OR REPLACE FUNCTION private.process_stripe_event (
  event_id text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  e private.stripe_events;
begin
  select * into strict e from private.stripe_events x where x.id = process_stripe_event.event_id for update;
  return private.handle_stripe_event(e);
end
$function$;

CREATE OR REPLACE FUNCTION private.recalled_cents (
  transfer_id uuid
)
  RETURNS bigint
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select coalesce(sum(b.amount_cents), 0)::bigint
    from private.transfers b
    where b.reverses_id = recalled_cents.transfer_id and b.state = 'requested'
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.refresh_review_anchors (
  step     integer DEFAULT 10,
  at_least integer DEFAULT 1000
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  written integer;
begin
  delete from private.review_anchors a where a.place >= 0;
  insert into private.review_anchors (course_id, ordering, place, review_id, helpful_count, created_at)
  select x.course_id, o.ordering, o.place, x.id, x.helpful_count, x.created_at
  from (
    select r.course_id, r.id, r.helpful_count, r.created_at,
      row_number() over (partition by r.course_id order by r.helpful_count desc, r.id desc) - 1 as by_votes,
      row_number() over (partition by r.course_id order by r.created_at desc, r.id desc) - 1 as by_time
    from public.reviews r
    where not r.is_hidden
      and r.course_id in (select s.course_id from public.course_stats s where s.rating_count >= refresh_review_anchors.at_least)
  ) x
  cross join lateral (values ('-helpful_count', x.by_votes), ('-created_at', x.by_time)) o(ordering, place)
  where o.place % refresh_review_anchors.step = 0 and o.place > 0;
  get diagnostics written = row_count;
  return written;
end
$function$;

CREATE OR REPLACE FUNCTION private.reinstate_access (
  order_item_id uuid,
  is_suspended  boolean
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  place record;
begin
  perform private.lock_learner((
    select e.user_id
    from private.access_grants g join public.enrollments e on e.id = g.enrollment_id
    where g.order_item_id = reinstate_access.order_item_id
  ));
  select g.id as grant_id, e.id, e.status into place
  from private.access_grants g join public.enrollments e on e.id = g.enrollment_id
  where g.order_item_id = reinstate_access.order_item_id;

  -- What an admin took is not given back by an event.
  update private.access_grants g
  set revoked_at = null, revoke_reason = null, suspended_at = case when reinstate_access.is_suspended then now() end
  where g.id = place.grant_id and g.revoked_at is not null and g.revoked_by is null;
  if not found then
    return false;
  end if;
  if not reinstate_access.is_suspended then
    perform private.return_certificates(array[place.id]);
    -- Who has the course for another reason never lost it.
    if place.status <> 'active' then
      perform private.welcome_back(place.id, place.grant_id);
    end if;
  end if;
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.send_receipt (
  o public.orders
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  -- A mail of fifty long titles would be cut by the outbox, and by mailboxes: the order shows all of them.
  most_lines constant integer := 20;
  -- private.to_amount, written out: no function a line.
  digits integer := private.minor_unit_digits((o).currency);
  total numeric := case digits when 0 then (o).total_cents else round((o).total_cents / 100.0, 2) end;
begin
  perform private.enqueue_mail(
    'receipt', (o).user_id,
    jsonb_build_object(
      'order_id', (o).id, 'order_number', (o).order_number, 'currency', (o).currency, 'completed_at', (o).completed_at,
      'subtotal', case digits when 0 then (o).subtotal_cents else round((o).subtotal_cents / 100.0, 2) end,
      'discount_amount', case digits when 0 then (o).discount_cents else round((o).discount_cents / 100.0, 2) end,
      'tax_amount', case digits when 0 then (o).tax_cents else round((o).tax_cents / 100.0, 2) end,
      'total_amount', total, 'payment_method', (o).payment_method,
      'items', l.items, 'more_items', l.more
    ),
    (o).id::text
  )
  from (
    select jsonb_agg(
        jsonb_build_object(
          'title', left(i.title, 120), 'instructor_name', left(i.instructor_name, 80),
          'total_amount', case digits when 0 then i.total_cents else round(i.total_cents / 100.0, 2) end
        )
        order by i.position
      ) filter (where i.position <= most_lines) as items,
      count(*) filter (where i.position > most_lines) as more
    from public.order_items i
    where i.order_id = (o).id
  ) l;
  perform private.notify(
    (o).user_id, 'order_completed', 'Thank you for your order ' || (o).order_number,
    format('%s %s', total, upper((o).currency)), '/orders/' || (o).id, 'order_completed:' || (o).id
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.set_item_access (
  order_item_id uuid,
  access        public.order_item_access,
  reason        text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  item public.order_items;
begin
  select * into strict item from public.order_items i where i.id = set_item_access.order_item_id for update;
  if item.access = set_item_access.access then
    return;
  end if;

  -- A grant that cannot come back leaves its line revoked.
  case set_item_access.access
    when 'granted' then
      if item.access = 'pending' then
        perform private.lock_learner(o.user_id), private.grant_items(o, array[item.id])
        from public.orders o
        where o.id = item.order_id;
      elsif item.access = 'suspended' then
        perform private.restore_access(item.id);
      elsif item.access = 'revoked' and not private.reinstate_access(item.id, is_suspended => false) then
        return;
      end if;
    when 'suspended' then
      if item.access <> 'revoked' then
        perform private.suspend_access(item.id);
      elsif not private.reinstate_access(item.id, is_suspended => true) then
        return;
      end if;
    when 'revoked' then
      perform private.revoke_access(item.id, set_item_access.reason);
    else
      null;
  end case;

  update public.order_items i set access = set_item_access.access where i.id = item.id and i.access <> set_item_access.access;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_paid_order (
  o public.orders
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  claim record;
  gone_cents integer := 0;
  -- What costs nothing goes with the whole order, but not with lines that were given back one by one.
  is_given_back_by_name boolean := true;
  is_all_gone boolean;
  is_disputed boolean;
  new_state public.order_state;
begin
  -- Nearly every paid order: completed, and nobody asked for anything back. There is nothing to derive.
  if o.state = 'completed' and o.refunded_cents = 0
    and not private.has_claims(o.id)
  then
    return;
  end if;

  for claim in
    select c.*, i.total_cents from private.order_claims(o.id) c join public.order_items i on i.id = c.order_item_id
  loop
    update public.order_items i
    set refunded_cents = claim.refunded_cents + claim.lost_cents
    where i.id = claim.order_item_id and i.refunded_cents <> claim.refunded_cents + claim.lost_cents;
    gone_cents := gone_cents + claim.refunded_cents + claim.lost_cents;
    is_given_back_by_name := is_given_back_by_name and (claim.is_refunded_by_name or claim.total_cents = 0);
  end loop;
  is_disputed := private.has_open_dispute(o.id);
  is_all_gone := o.total_cents > 0 and gone_cents >= o.total_cents and not is_given_back_by_name;

  for claim in select c.*, i.access from private.order_claims(o.id) c join public.order_items i on i.id = c.order_item_id loop
    perform private.set_item_access(
      claim.order_item_id,
      case
        when claim.access = 'withheld' then 'withheld'
        when claim.is_refunded_by_name or is_all_gone then 'revoked'
        when is_disputed then 'suspended'
        else 'granted'
      end::public.order_item_access,
      case when claim.lost_cents > 0 then 'The payment was charged back.' else 'The purchase was refunded.' end
    );
  end loop;

  new_state := case
    when is_disputed then 'disputed'
    when o.total_cents > 0 and gone_cents >= o.total_cents then 'refunded'
    when gone_cents > 0 then 'partially_refunded'
    else 'completed'
  end;
  if (new_state, gone_cents) is distinct from (o.state, o.refunded_cents) then
    update public.orders x set state = new_state, refunded_cents = gone_cents where x.id = o.id;
  end if;

  -- Who has everything back has not used the coupon; who has lost a dispute has.
  if new_state = 'refunded' and not private.has_lost_dispute(o.id) then
    update private.coupon_redemptions r set state = 'released', settled_at = now() where r.order_id = o.id and r.state = 'redeemed';
  elsif o.state = 'refunded' then
    perform private.redeem_coupon_seat(o.id);
  end if;

  perform private.post_ledger(o.id);
  perform private.recover_shares(o.id);
  if gone_cents > o.refunded_cents then
    perform private.send_refund_notice(o, gone_cents);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.sum_of (
  parts bigint[]
)
  RETURNS bigint
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  return (select coalesce(sum(p.part), 0)::bigint from unnest(parts) p (part));
end
$function$;

CREATE OR REPLACE FUNCTION private.transfer_difference (
  transfer_id uuid
)
  RETURNS TABLE (
    kind         private.ledger_transaction_kind,
    account      private.ledger_account_kind,
    owner_id     uuid,
    amount_cents bigint
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return query
  with
    fact as (
      select
        t.payout_id,
        t.order_item_id,
        t.instructor_id,
        case
          when t.state in ('requested', 'made') then t.amount_cents
          else 0
        end as promised,
        case
          when t.state = 'made' then t.amount_cents
          else 0
        end as sent,
        t.reversed_cents as returned,
        -- What was asked back counts as back, so that it is not asked back twice; a refusal undoes that.
        t.reversed_cents + private.recalled_cents(t.id) as recalled
      from private.transfers as t
      where t.id = transfer_difference.transfer_id and t.reverses_id is null
    ),
    both_sides as (
      select side.*
      from
        fact as f
        cross join lateral (
          values
            (
              'payout'::private.ledger_transaction_kind,
              'instructor_payable'::private.ledger_account_kind,
              f.instructor_id,
              f.promised
            ),
            ('payout', 'transfers_in_transit', null, f.sent - f.promised),
            ('payout', 'stripe_cash', null, -f.sent),
            ('reversal', 'instructor_payable', f.instructor_id, -f.recalled),
            ('reversal', 'transfers_in_transit', null, f.recalled - f.returned),
            ('reversal', 'stripe_cash', null, f.returned)
        ) as side (kind, account, owner_id, amount_cents)
      union all
      select j.kind, a.kind, a.owner_id, -e.amount_cents
      from
        fact as f
        join private.ledger_transactions as j on j.payout_id = f.payout_id
        join private.ledger_entries as e on e.transaction_id = j.id and e.order_item_id = f.order_item_id
        join private.ledger_accounts as a on a.id = e.account_id
    )
  select b.kind, b.account, b.owner_id, sum(b.amount_cents)::bigint
  from both_sides as b
  group by b.kind, b.account, b.owner_id
  having sum(b.amount_cents) <> 0;
end
$function$;

CREATE OR REPLACE FUNCTION private.welcome_student (
  user_id        uuid,
  enrollment_ids uuid[],
  grant_ids      uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  begun record;
begin
  select array_agg('Welcome to ' || c.title order by g.n) as titles, array_agg('/learn/' || c.slug order by g.n) as links,
    array_agg('enrollment:' || g.grant_id order by g.n) as news_keys, array_agg(g.grant_id::text order by g.n) as mail_keys,
    array_agg(
      jsonb_build_object('enrollment_id', e.id, 'course_id', c.id, 'course_title', c.title, 'course_slug', c.slug) order by g.n
    ) as payloads
  into begun
  from
    unnest(welcome_student.enrollment_ids, welcome_student.grant_ids) with ordinality g (enrollment_id, grant_id, n)
    join public.enrollments e on e.id = g.enrollment_id
    join public.courses c on c.id = e.course_id;
  perform private.notify_each(
    welcome_student.user_id, 'enrollment', begun.titles, 'You can start learning now.', begun.links, begun.news_keys
  );
  perform private.enqueue_mails('enrollment_confirmation', welcome_student.user_id, begun.payloads, begun.mail_keys);
end
$function$;

CREATE OR REPLACE FUNCTION public.apply_stripe_event (
  event jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  object jsonb := apply_stripe_event.event #> '{data,object}';
  seen private.stripe_events;
begin
  if length(apply_stripe_event.event ->> 'id') not between 3 and 300
    or coalesce(length(apply_stripe_event.event ->> 'type'), 0) not between 1 and 100
    or apply_stripe_event.event ->> 'id' is null
  then
    perform private.fail('INVALID_PAYLOAD', 400, 'This is not an event.');
  end if;

  -- The row is the lock: a second delivery waits here until the first is done or has failed.
  insert into private.stripe_events as e (
    id, type, payment_intent_id, livemode, api_version, stripe_created_at, payload
  )
  values (
    apply_stripe_event.event ->> 'id',
    apply_stripe_event.event ->> 'type',
    case
      when object ->> 'object' = 'payment_intent' then object ->> 'id'
      else private.stripe_id(object -> 'payment_intent')
    end,
    coalesce(apply_stripe_event.event -> 'livemode' = 'true', false),
    left(apply_stripe_event.event ->> 'api_version', 60),
    private.stripe_time(apply_stripe_event.event -> 'created'),
    -- Who has the secret can pay in the buyer's name: nothing of ours reads it here.
    apply_stripe_event.event #- '{data,object,client_secret}'
  )
  on conflict (id) do update set deliveries = e.deliveries + 1
  returning * into seen;

  if seen.processed_at is not null then
    return jsonb_build_object(
      'event_id', seen.id,
      -- Asked again about what cannot be right, the answer is the same.
      'outcome', case seen.outcome when 'quarantined' then 'quarantined' else 'duplicate' end,
      'order_id', seen.order_id
    );
  end if;
  return private.handle_stripe_event(seen);
end
$function$;

CREATE VIEW "private"."course_invariants" WITH (security_invoker=true) AS  SELECT 'lessons_of_course_miscounted'::text AS invariant,
    (s.course_id)::text AS subject
   FROM ((public.course_stats s
     LEFT JOIN ( SELECT l_1.course_id,
            count(*) AS lessons,
            sum(l_1.duration_seconds) AS seconds
           FROM public.lessons l_1
          GROUP BY l_1.course_id) l USING (course_id))
     LEFT JOIN ( SELECT c_1.course_id,
            count(*) AS sections
           FROM public.curriculum_sections c_1
          GROUP BY c_1.course_id) c USING (course_id))
  WHERE ((s.lesson_count IS DISTINCT FROM COALESCE(l.lessons, (0)::bigint)) OR (s.duration_seconds IS DISTINCT FROM COALESCE(l.seconds, (0)::bigint)) OR (s.section_count IS DISTINCT FROM COALESCE(c.sections, (0)::bigint)))
UNION ALL
 SELECT 'lessons_of_section_miscounted'::text AS invariant,
    (c.id)::text AS subject
   FROM (public.curriculum_sections c
     LEFT JOIN public.lessons l ON ((l.section_id = c.id)))
  GROUP BY c.id
 HAVING ((c.total_lessons IS DISTINCT FROM count(l.id)) OR (c.total_duration_minutes IS DISTINCT FROM COALESCE(sum(l.duration_minutes), (0)::bigint)))
UNION ALL
 SELECT 'ratings_miscounted'::text AS invariant,
    (s.course_id)::text AS subject
   FROM ((public.course_stats s
     LEFT JOIN public.reviews r ON (((r.course_id = s.course_id) AND (NOT r.is_hidden))))
     CROSS JOIN LATERAL ( SELECT COALESCE(sum(w_1.counts[1]), (0)::bigint) AS rating_1,
            COALESCE(sum(w_1.counts[2]), (0)::bigint) AS rating_2,
            COALESCE(sum(w_1.counts[3]), (0)::bigint) AS rating_3,
            COALESCE(sum(w_1.counts[4]), (0)::bigint) AS rating_4,
            COALESCE(sum(w_1.counts[5]), (0)::bigint) AS rating_5,
            COALESCE(sum(w_1.counts[6]), (0)::bigint) AS reviews
           FROM private.rating_count_changes w_1
          WHERE (w_1.course_id = s.course_id)) w)
  GROUP BY s.course_id, w.rating_1, w.rating_2, w.rating_3, w.rating_4, w.rating_5, w.reviews
 HAVING (((s.rating_1 + w.rating_1) IS DISTINCT FROM count(*) FILTER (WHERE (r.rating = 1))) OR ((s.rating_2 + w.rating_2) IS DISTINCT FROM count(*) FILTER (WHERE (r.rating = 2))) OR ((s.rating_3 + w.rating_3) IS DISTINCT FROM count(*) FILTER (WHERE (r.rating = 3))) OR ((s.rating_4 + w.rating_4) IS DISTINCT FROM count(*) FILTER (WHERE (r.rating = 4))) OR ((s.rating_5 + w.rating_5) IS DISTINCT FROM count(*) FILTER (WHERE (r.rating = 5))) OR ((s.review_count + w.reviews) IS DISTINCT FROM count(*) FILTER (WHERE r.has_words)))
UNION ALL
 SELECT 'helpful_votes_miscounted'::text AS invariant,
    (r.id)::text AS subject
   FROM (public.reviews r
     LEFT JOIN public.review_votes v ON ((v.review_id = r.id)))
  GROUP BY r.id
 HAVING (count(v.user_id) <> r.helpful_count)
UNION ALL
 SELECT 'review_card_outdated'::text AS invariant,
    (r.id)::text AS subject
   FROM ((public.reviews r
     JOIN public.profiles p ON ((p.id = r.user_id)))
     LEFT JOIN private.review_cards k ON ((k.review_id = r.id)))
  WHERE ((k.course_id IS DISTINCT FROM r.course_id) OR (k.user_id IS DISTINCT FROM r.user_id) OR (k.rating IS DISTINCT FROM r.rating) OR (k.helpful_count IS DISTINCT FROM r.helpful_count) OR (k.created_at IS DISTINCT FROM r.created_at) OR (k.is_hidden IS DISTINCT FROM r.is_hidden) OR (k.author IS DISTINCT FROM private.review_author(p.*)) OR (k.card IS DISTINCT FROM private.review_card(r.*)))
UNION ALL
 SELECT 'students_miscounted'::text AS invariant,
    (s.course_id)::text AS subject
   FROM ((public.course_stats s
     LEFT JOIN ( SELECT w_1.course_id,
            sum(w_1.change) AS waiting
           FROM private.student_count_changes w_1
          GROUP BY w_1.course_id) w USING (course_id))
     LEFT JOIN ( SELECT e_1.course_id,
            count(*) AS students
           FROM public.enrollments e_1
          WHERE ((e_1.status = 'active'::public.enrollment_status) AND (NOT (EXISTS ( SELECT
                   FROM public.course_instructors i
                  WHERE ((i.course_id = e_1.course_id) AND (i.user_id = e_1.user_id))))))
          GROUP BY e_1.course_id) e USING (course_id))
  WHERE ((s.student_count + COALESCE(w.waiting, (0)::bigint)) <> COALESCE(e.students, (0)::bigint))
UNION ALL
 SELECT 'courses_of_category_miscounted'::text AS invariant,
    (k.id)::text AS subject
   FROM (public.categories k
     LEFT JOIN public.courses c ON (((c.category_id = k.id) AND c.is_published)))
  GROUP BY k.id
 HAVING (count(c.id) <> k.course_count)
UNION ALL
 SELECT 'course_without_its_owner'::text AS invariant,
    (c.id)::text AS subject
   FROM public.courses c
  WHERE (NOT (EXISTS ( SELECT
           FROM public.course_instructors i
          WHERE ((i.course_id = c.id) AND (i.user_id = c.instructor_id) AND (i.role = 'owner'::public.course_instructor_role)))))
UNION ALL
 SELECT 'shares_do_not_make_100'::text AS invariant,
    (i.course_id)::text AS subject
   FROM public.course_instructors i
  GROUP BY i.course_id
 HAVING (sum(i.revenue_share_percent) <> 100);

CREATE VIEW "private"."payout_invariants" WITH (security_invoker=true) AS  SELECT 'payout_is_not_its_transfers'::text AS invariant,
    (p.id)::text AS subject
   FROM (private.payouts p
     LEFT JOIN private.transfers t ON (((t.payout_id = p.id) AND (t.reverses_id IS NULL))))
  GROUP BY p.id
 HAVING (sum(t.amount_cents) IS DISTINCT FROM (p.amount_cents)::numeric)
UNION ALL
 SELECT 'books_behind_a_transfer'::text AS invariant,
    (t.id)::text AS subject
   FROM private.transfers t
  WHERE ((t.reverses_id IS NULL) AND (EXISTS ( SELECT
           FROM private.transfer_difference(t.id) transfer_difference(kind, account, owner_id, amount_cents))))
UNION ALL
 SELECT 'transferred_beyond_the_share'::text AS invariant,
    ((e.order_item_id || ' to '::text) || a.owner_id) AS subject
   FROM ((private.ledger_entries e
     JOIN private.ledger_transactions t ON ((t.id = e.transaction_id)))
     JOIN private.ledger_accounts a ON ((a.id = e.account_id)))
  WHERE ((a.kind = 'instructor_payable'::private.ledger_account_kind) AND (t.kind = ANY (ARRAY['sale'::private.ledger_transaction_kind, 'payout'::private.ledger_transaction_kind, 'reversal'::private.ledger_transaction_kind])))
  GROUP BY e.order_item_id, a.owner_id
 HAVING (sum(e.amount_cents) > (0)::numeric)
UNION ALL
 SELECT 'debt_without_payment'::text AS invariant,
    ((a.owner_id || ' in '::text) || (a.currency)::text) AS subject
   FROM ((private.ledger_accounts a
     JOIN private.ledger_entries e ON ((e.account_id = a.id)))
     JOIN private.ledger_transactions t ON ((t.id = e.transaction_id)))
  WHERE (a.owner_id IS NOT NULL)
  GROUP BY a.owner_id, a.currency
 HAVING ((sum(e.amount_cents) > (0)::numeric) AND (sum(e.amount_cents) > COALESCE(sum(e.amount_cents) FILTER (WHERE (t.kind = ANY (ARRAY['payout'::private.ledger_transaction_kind, 'reversal'::private.ledger_transaction_kind, 'adjustment'::private.ledger_transaction_kind]))), (0)::numeric)))
UNION ALL
 SELECT 'transit_without_transfer'::text AS invariant,
    (a.currency)::text AS subject
   FROM (private.ledger_accounts a
     JOIN private.ledger_entries e ON ((e.account_id = a.id)))
  WHERE (a.kind = 'transfers_in_transit'::private.ledger_account_kind)
  GROUP BY a.currency
 HAVING ((- sum(e.amount_cents)) IS DISTINCT FROM ( SELECT COALESCE(sum(
                CASE
                    WHEN (t.reverses_id IS NULL) THEN t.amount_cents
                    ELSE (- t.amount_cents)
                END), (0)::numeric) AS "coalesce"
           FROM private.transfers t
          WHERE ((t.state = 'requested'::private.transfer_state) AND (t.currency = a.currency))));

CREATE VIEW "private"."money_invariants" WITH (security_invoker=true) AS  SELECT 'order_lines_do_not_add_up'::text AS invariant,
    (o.id)::text AS subject
   FROM (public.orders o
     LEFT JOIN public.order_items i ON ((i.order_id = o.id)))
  GROUP BY o.id
 HAVING ((sum(i.price_cents) IS DISTINCT FROM o.subtotal_cents) OR (sum(i.discount_cents) IS DISTINCT FROM o.discount_cents) OR (sum(i.tax_cents) IS DISTINCT FROM o.tax_cents) OR (sum(i.total_cents) IS DISTINCT FROM o.total_cents))
UNION ALL
 SELECT 'refunded_lines_do_not_add_up'::text AS invariant,
    (o.id)::text AS subject
   FROM (public.orders o
     JOIN public.order_items i ON ((i.order_id = o.id)))
  GROUP BY o.id
 HAVING (sum(i.refunded_cents) <> o.refunded_cents)
UNION ALL
 SELECT 'paid_without_completed_order'::text AS invariant,
    (p.order_id)::text AS subject
   FROM (public.payments p
     JOIN public.orders o ON ((o.id = p.order_id)))
  WHERE ((p.status = 'succeeded'::public.payment_status) AND (o.completed_at IS NULL))
UNION ALL
 SELECT 'completed_without_payment'::text AS invariant,
    (o.id)::text AS subject
   FROM public.orders o
  WHERE ((o.completed_at IS NOT NULL) AND (o.total_cents > 0) AND (NOT (EXISTS ( SELECT
           FROM public.payments p
          WHERE ((p.order_id = o.id) AND p.pays_order AND ((p.amount_cents = o.total_cents) AND (p.currency = o.currency)))))))
UNION ALL
 SELECT 'second_live_payment'::text AS invariant,
    (p.order_id)::text AS subject
   FROM public.payments p
  WHERE (p.status = ANY (ARRAY['pending'::public.payment_status, 'processing'::public.payment_status, 'failed'::public.payment_status]))
  GROUP BY p.order_id
 HAVING (count(*) > 1)
UNION ALL
 SELECT 'second_payment_kept'::text AS invariant,
    (p.id)::text AS subject
   FROM public.payments p
  WHERE ((p.status = 'succeeded'::public.payment_status) AND (NOT p.pays_order) AND (private.given_back_cents(p.id) < p.amount_cents))
UNION ALL
 SELECT 'line_without_its_grant'::text AS invariant,
    (i.id)::text AS subject
   FROM (public.order_items i
     LEFT JOIN private.access_grants g ON ((g.order_item_id = i.id)))
  WHERE
        CASE i.access
            WHEN 'granted'::public.order_item_access THEN ((g.id IS NULL) OR (g.suspended_at IS NOT NULL))
            WHEN 'suspended'::public.order_item_access THEN ((g.id IS NULL) OR ((g.suspended_at IS NULL) AND (g.revoked_at IS NULL)))
            WHEN 'revoked'::public.order_item_access THEN (g.revoked_at IS NULL)
            ELSE (g.id IS NOT NULL)
        END
UNION ALL
 SELECT 'paid_line_that_gives_nothing'::text AS invariant,
    (i.id)::text AS subject
   FROM (public.order_items i
     JOIN public.orders o ON ((o.id = i.order_id)))
  WHERE ((i.access = 'pending'::public.order_item_access) <> (o.completed_at IS NULL))
UNION ALL
 SELECT 'refunded_beyond_payment'::text AS invariant,
    (p.id)::text AS subject
   FROM (public.payments p
     JOIN private.refunds r ON (((r.payment_id = p.id) AND (r.state = ANY (ARRAY['pending'::private.refund_state, 'succeeded'::private.refund_state])))))
  GROUP BY p.id
 HAVING (sum(r.amount_cents) > p.amount_cents)
UNION ALL
 SELECT 'coupon_seats_miscounted'::text AS invariant,
    (k.id)::text AS subject
   FROM (public.coupons k
     LEFT JOIN private.coupon_redemptions r ON (((r.coupon_id = k.id) AND (r.state <> 'released'::private.coupon_redemption_state))))
  GROUP BY k.id
 HAVING ((count(r.order_id) <> k.redeemed_count) OR (count(r.order_id) > k.max_redemptions))
UNION ALL
 SELECT 'coupon_used_too_often'::text AS invariant,
    ((r.coupon_id || ' by '::text) || r.user_id) AS subject
   FROM (private.coupon_redemptions r
     JOIN public.coupons k ON ((k.id = r.coupon_id)))
  WHERE (r.state <> 'released'::private.coupon_redemption_state)
  GROUP BY r.coupon_id, r.user_id, k.max_per_user
 HAVING (count(*) > k.max_per_user)
UNION ALL
 SELECT 'seat_outlives_its_order'::text AS invariant,
    (r.order_id)::text AS subject
   FROM (private.coupon_redemptions r
     JOIN public.orders o ON ((o.id = r.order_id)))
  WHERE ((r.state = 'reserved'::private.coupon_redemption_state) AND (o.state <> ALL (ARRAY['pending'::public.order_state, 'processing'::public.order_state, 'failed'::public.order_state])))
UNION ALL
 SELECT 'ledger_out_of_balance'::text AS invariant,
    (e.transaction_id)::text AS subject
   FROM private.ledger_entries e
  GROUP BY e.transaction_id
 HAVING (sum(e.amount_cents) <> (0)::numeric)
UNION ALL
 SELECT 'sale_not_in_the_books'::text AS invariant,
    (o.id)::text AS subject
   FROM public.orders o
  WHERE ((o.completed_at IS NOT NULL) AND ((o.total_cents)::numeric IS DISTINCT FROM ( SELECT COALESCE(sum(e.amount_cents), (0)::numeric) AS "coalesce"
           FROM ((private.ledger_transactions t
             JOIN private.ledger_entries e ON ((e.transaction_id = t.id)))
             JOIN private.ledger_accounts a ON ((a.id = e.account_id)))
          WHERE ((t.order_id = o.id) AND (t.kind = 'sale'::private.ledger_transaction_kind) AND (a.kind = 'stripe_cash'::private.ledger_account_kind)))))
UNION ALL
 SELECT 'overpayment_not_in_the_books'::text AS invariant,
    (p.order_id)::text AS subject
   FROM public.payments p
  WHERE ((p.succeeded_at IS NOT NULL) AND (NOT p.pays_order))
  GROUP BY p.order_id
 HAVING ((sum(p.amount_cents))::numeric IS DISTINCT FROM ( SELECT (- sum(e.amount_cents))
           FROM ((private.ledger_transactions t
             JOIN private.ledger_entries e ON ((e.transaction_id = t.id)))
             JOIN private.ledger_accounts a ON ((a.id = e.account_id)))
          WHERE ((t.order_id = p.order_id) AND (t.kind = 'overpayment'::private.ledger_transaction_kind) AND (a.kind = 'refunds_payable'::private.ledger_account_kind))))
UNION ALL
 SELECT 'sale_booked_twice'::text AS invariant,
    (t.order_id)::text AS subject
   FROM private.ledger_transactions t
  WHERE (t.kind = 'sale'::private.ledger_transaction_kind)
  GROUP BY t.order_id
 HAVING (count(*) > 1)
UNION ALL
 SELECT 'receipt_owed_twice'::text AS invariant,
    (x.payload ->> 'order_id'::text) AS subject
   FROM private.outbox x
  WHERE (x.template = 'receipt'::private.mail_template)
  GROUP BY (x.payload ->> 'order_id'::text)
 HAVING (count(*) > 1)
UNION ALL
 SELECT 'books_behind_the_facts'::text AS invariant,
    (o.id)::text AS subject
   FROM public.orders o
  WHERE ((o.completed_at IS NOT NULL) AND (EXISTS ( SELECT
           FROM private.ledger_difference(o.id) ledger_difference(kind, order_item_id, account, owner_id, amount_cents, available_at))))
UNION ALL
 SELECT p.invariant,
    p.subject
   FROM private.payout_invariants p;

CREATE VIEW "private"."v_invariants" WITH (security_invoker=true) AS  SELECT m.invariant,
    m.subject
   FROM private.money_invariants m
UNION ALL
 SELECT v.invariant,
    v.subject
   FROM private.invoice_invariants v
UNION ALL
 SELECT l.invariant,
    l.subject
   FROM private.learning_invariants l
UNION ALL
 SELECT c.invariant,
    c.subject
   FROM private.course_invariants c;

CREATE TRIGGER check_ledger_balance
  AFTER INSERT ON private.ledger_entries REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.check_ledger_balance();

CREATE TRIGGER check_ledger_entries
  AFTER INSERT ON private.ledger_transactions REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.check_ledger_entries();

CREATE TRIGGER check_order_sums
  AFTER INSERT ON public.order_items REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.check_order_sums();

CREATE TRIGGER check_order_lines
  AFTER INSERT ON public.orders REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.check_order_lines();

CREATE POLICY "select_preview_studied_or_taught" ON "public"."lesson_contents"
  FOR SELECT
  TO "authenticated"
  USING ((private.has_course_access(course_id) OR private.is_open_preview(lesson_id)));

COMMENT ON FUNCTION "private"."add_spread"(bigint[], bigint, bigint[]) IS 'base plus amount, spread in proportion to the room that is left below totals.';

COMMENT ON FUNCTION "private"."check_ledger_balance"() IS 'Trigger on ledger_entries (insert): what comes in adds up to zero, transaction by transaction.';

COMMENT ON FUNCTION "private"."check_ledger_entries"() IS 'Trigger on ledger_transactions (insert): each has entries, written by the same statement.';

COMMENT ON FUNCTION "private"."check_order_lines"() IS 'Trigger on orders (insert): an order without lines cannot be.';

COMMENT ON FUNCTION "private"."check_order_sums"() IS 'Trigger on order_items (insert): the amounts of an order are the sums of its lines.';

COMMENT ON FUNCTION "private"."given_back_cents"(uuid) IS 'Minor units of a payment that went back, are to, or could not by our own asking.';

COMMENT ON FUNCTION "private"."grant_items"(public.orders, uuid[]) IS 'Gives the courses of these lines of one order to its buyer and marks the lines as granted.';

COMMENT ON FUNCTION "private"."handle_stripe_event"(private.stripe_events) IS 'process_stripe_event for a row that is locked.';

COMMENT ON FUNCTION "private"."has_claims"(uuid) IS 'false when nobody has ever asked anything of the order back, and order_claims has nothing to say.';

COMMENT ON FUNCTION "private"."ledger_difference"(uuid) IS 'ledger_targets less what was posted; no row when the books are right.';

COMMENT ON FUNCTION "private"."ledger_targets"(uuid) IS 'Debits (+) and credits (-) by kind, line and account that the facts ask for. Derived from the sale that was posted, so that later changes of shares change nothing.';

COMMENT ON FUNCTION "private"."next_lessons"(public.enrollments[], boolean) IS '{id, title, order (in the section), index (in the course, from 1), section, position_seconds} of the lesson to go on with, for each place in its order; null when all are completed. from_start: wherever the student was.';

COMMENT ON FUNCTION "private"."overpayment_targets"(uuid) IS 'The part of ledger_targets about payments that came after the one that pays the order.';

COMMENT ON FUNCTION "private"."payment_claims"(public.payments) IS 'Minor units of a payment that were refunded, lost to a bank, and frozen by one.';

COMMENT ON FUNCTION "private"."post_sale"(public.orders) IS 'Posts the sale of an order that was paid for once: cash against fee, tax and the instructors'' shares, which become available after the hold.';

COMMENT ON FUNCTION "private"."recalled_cents"(uuid) IS 'Minor units of the requested reversals of a transfer.';

COMMENT ON FUNCTION "private"."refresh_review_anchors"(integer, integer) IS 'Job: makes review_anchors anew; returns how many. Until then, pages far down are off by as many reviews as came and went.';

COMMENT ON FUNCTION "private"."reinstate_access"(uuid, boolean) IS 'Takes back the revocation of the grant of a paid line; true when there was one that no admin made.';

COMMENT ON FUNCTION "private"."send_receipt"(public.orders) IS 'Owes the buyer the receipt, once an order.';

COMMENT ON FUNCTION "private"."settle_order"(uuid) IS 'Derives the state, the lines, the access and the books of an order from its payments, refunds and disputes. Its documents follow in private.issue_invoices, at the end of the event.';

COMMENT ON FUNCTION "private"."sum_of"(bigint[]) IS 'Sum of the elements.';

COMMENT ON FUNCTION "private"."transfer_difference"(uuid) IS 'Debits (+) and credits (-) that the facts of a transfer ask for and the books lack; no row when they are right.';

COMMENT ON FUNCTION "private"."welcome_student"(uuid, uuid[], uuid[]) IS 'Notifies, and owes the mails "Welcome to {title}".';

COMMENT ON TABLE "private"."review_anchors" IS 'Every tenth shown review of the courses with a thousand or more, by votes and by time; made anew every ten minutes.';

COMMENT ON VIEW "private"."course_invariants" IS 'What must never be so about courses, and of which. Part of private.v_invariants.';

COMMENT ON VIEW "private"."money_invariants" IS 'What must never be so, and of what. Read after every suite, drill and restore; private.v_invariants takes it in.';

COMMENT ON VIEW "private"."payout_invariants" IS 'What must never be so about payouts, and of what. Empty, or somebody is called.';

COMMENT ON VIEW "private"."v_invariants" IS 'Every rule about the whole of the data, by name, and what breaks it. Empty after every story, storm, drill and restore, or somebody is called.';

REVOKE ALL ON FUNCTION "private"."add_spread"(bigint[], bigint, bigint[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."add_spread"(bigint[], bigint, bigint[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."add_spread"(bigint[], bigint, bigint[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_ledger_entries"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_ledger_entries"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."check_ledger_entries"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_order_lines"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_order_lines"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."check_order_lines"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."given_back_cents"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."given_back_cents"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."given_back_cents"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."grant_items"(public.orders, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."grant_items"(public.orders, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."grant_items"(public.orders, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."handle_stripe_event"(private.stripe_events) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."handle_stripe_event"(private.stripe_events) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."handle_stripe_event"(private.stripe_events) TO "postgres";

REVOKE ALL ON FUNCTION "private"."has_claims"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."has_claims"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."has_claims"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."ledger_difference"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."ledger_difference"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."ledger_difference"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."ledger_targets"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."ledger_targets"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."ledger_targets"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."next_lessons"(public.enrollments[], boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."next_lessons"(public.enrollments[], boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."next_lessons"(public.enrollments[], boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."overpayment_targets"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."overpayment_targets"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."overpayment_targets"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."payment_claims"(public.payments) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."payment_claims"(public.payments) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."payment_claims"(public.payments) TO "postgres";

REVOKE ALL ON FUNCTION "private"."post_sale"(public.orders) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."post_sale"(public.orders) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."post_sale"(public.orders) TO "postgres";

REVOKE ALL ON FUNCTION "private"."recalled_cents"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."recalled_cents"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."recalled_cents"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refresh_review_anchors"(integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refresh_review_anchors"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refresh_review_anchors"(integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."send_receipt"(public.orders) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."send_receipt"(public.orders) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."send_receipt"(public.orders) TO "postgres";

REVOKE ALL ON FUNCTION "private"."sum_of"(bigint[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."sum_of"(bigint[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."sum_of"(bigint[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."transfer_difference"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."transfer_difference"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."transfer_difference"(uuid) TO "postgres";

-- The register is what this file says, no more.
delete from private.personal_data where true;

-- Nobody needs it once the person is gone.
insert into private.personal_data (erasure, table_name, user_column, reason)
values
  ('delete', 'public.user_roles', 'user_id', 'A closed account has no role.'),
  ('delete', 'public.instructor_requests', 'user_id', 'An application nobody will decide.'),
  ('delete', 'public.learning_days', 'user_id', 'A diary of days is of use to its owner only.'),
  ('delete', 'public.cart_items', 'user_id', 'Nobody will buy it.'),
  ('delete', 'public.wishlists', 'user_id', 'Nobody wishes it any more.'),
  ('delete', 'private.coupon_holders', 'user_id', 'It only decides which error a person sees.'),
  ('delete', 'private.review_reports', 'user_id', 'Staff has what was reported in the audit log.'),
  ('delete', 'public.notifications', 'user_id', 'Nobody will read them.'),
  ('delete', 'public.notification_preferences', 'user_id', 'Nobody is written to any more.'),
  ('delete', 'public.contact_messages', 'user_id', 'A letter belongs to who wrote it.');

insert into private.personal_data (erasure, table_name, user_column, hidden_columns, reason)
values
  ('delete', 'private.unsubscribe_keys', 'user_id', '{id,secret}', 'Nobody is written to any more.'),
  ('delete', 'private.company_invitations', 'company_id', '{email_hash}', 'A closed account gives nothing.');

insert into private.personal_data (erasure, table_name, user_column, is_exported, reason)
values ('delete', 'private.idempotency_keys', 'user_id', false, 'It only recognises a repeated request.');

insert into private.personal_data (erasure, table_name, user_column, hidden_columns, reason)
values ('delete', 'private.outbox', 'user_id', '{last_error}', 'What was not sent stays unsent.');

-- The row stays, the person goes.
insert into private.personal_data (erasure, table_name, user_column, cleared_by, reason)
values
  (
    'clear',
    'public.profiles',
    'id',
    $$first_name = 'Deleted', last_name = 'user', headline = '', bio = '', avatar_path = null, is_active = false$$,
    'Reviews and courses keep an author, without a name.'
  ),
  (
    'clear',
    'public.profile_private',
    'user_id',
    $$email = 'deleted-' || t.user_id || '@deleted.invalid', phone = '', country = '', timezone = 'UTC'$$,
    'Nothing here is needed any more.'
  ),
  (
    'clear',
    'public.certificates',
    'user_id',
    $$student_name = 'Deleted user', file_path = null, revoked_at = coalesce(revoked_at, now()), revoke_reason = coalesce(revoke_reason, 'The account was erased.'), content_hash = private.certificate_hash(code, 'Deleted user', course_title, instructor_name, duration_seconds, completed_at)$$,
    'Whoever verifies the code learns that the certificate is no longer valid.'
  );

insert into private.personal_data (erasure, table_name, user_column, hidden_columns, cleared_by, reason)
values
  (
    'clear',
    'auth.users',
    'id',
    '{encrypted_password,confirmation_token,recovery_token,email_change_token_new,email_change_token_current,phone_change_token,reauthentication_token}',
    $$email = 'deleted-' || t.id || '@deleted.invalid', encrypted_password = '', phone = null, raw_user_meta_data = '{}', email_change = '', phone_change = '', banned_until = 'infinity', deleted_at = coalesce(t.deleted_at, now())$$,
    'Nobody can sign in, and the address is free again.'
  ),
  (
    'clear',
    'public.api_keys',
    'user_id',
    '{key_hash}',
    $$name = 'deleted', revoked_at = coalesce(revoked_at, now())$$,
    'A revoked key still explains what was done with it.'
  );

insert into private.personal_data (erasure, table_name, via, is_exported, cleared_by, reason)
values
  (
    'clear',
    'public.order_billing',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    true,
    $$first_name = 'Deleted', last_name = 'user', email = 'deleted@deleted.invalid', address_line1 = '-', address_line2 = '', phone = ''$$,
    'The place decides the tax and stays; the person goes.'
  ),
  (
    'clear',
    'private.stripe_events',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    false,
    $$payload = '{}'$$,
    'Stripe keeps its own record; ours stands in the payments.'
  );

insert into private.personal_data (erasure, table_name, via, is_exported, cleared_by, reason)
values
  (
    'clear',
    'private.stripe_events',
    $$t.payment_intent_id in (select p.stripe_payment_intent_id from public.payments p join public.orders o on o.id = p.order_id where o.user_id = $1)$$,
    false,
    $$payload = '{}'$$,
    'Events of the same payment that changed nothing, such as a charge: they name the buyer, too.'
  );

insert into private.personal_data (erasure, table_name, via, hidden_columns, cleared_by, reason)
values
  (
    'clear',
    'private.refunds',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    '{requested_by,asked_item_ids,idempotency_key,locked_until}',
    $$reason = case t.origin when 'buyer' then '' else t.reason end$$,
    'Tax law: what was given back. What the buyer wrote about it goes.'
  ),
  (
    'clear',
    'public.payments',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    '{processing_charges,failed_charges}',
    'receipt_email = null',
    'Tax law: what was paid. The address goes.'
  );

-- Kept, because the law or others need it; an id without a name.
insert into private.personal_data (table_name, user_column, reason)
values
  ('public.profile_stats', 'user_id', 'Sums without a name.'),
  ('public.courses', 'instructor_id', 'What was sold stays open for those who bought it.'),
  ('public.course_instructors', 'user_id', 'A course has an owner, without a name.'),
  ('public.enrollments', 'user_id', 'Counts of students and completions stay true, without a name.'),
  ('public.lesson_progress', 'user_id', 'Authors see where students stop, without names.'),
  ('public.carts', 'user_id', 'An empty cart says nothing.'),
  ('public.coupons', 'instructor_id', 'Orders refer to it.'),
  ('private.coupon_redemptions', 'user_id', 'A seat that was used stays used.'),
  ('public.orders', 'user_id', 'Tax law: books are kept, under a number instead of a name.'),
  ('private.ledger_accounts', 'owner_id', 'Tax law: what an instructor earned.'),
  ('private.payout_accounts', 'user_id', 'Tax law: where earnings went. Only an id of Stripe.'),
  ('public.reviews', 'user_id', 'An opinion stays with its course; its author is shown as a deleted user.'),
  ('public.review_votes', 'user_id', 'A count without a name.');

insert into private.personal_data (table_name, user_column, reason)
values
  (
    'public.invoices',
    'user_id',
    'Tax law: an invoice names who was billed, and is kept unchanged as long as the books are. Its PDF goes.'
  );

insert into private.personal_data (table_name, user_column, hidden_columns, reason)
values
  ('private.payouts', 'instructor_id', '{}', 'Tax law: what was paid out.'),
  ('private.transfers', 'instructor_id', '{locked_until}', 'Tax law: what was sent, sale by sale.')
on conflict (table_name, condition) do update
  set hidden_columns = excluded.hidden_columns;

insert into private.personal_data (table_name, via, hidden_columns, reason)
values
  (
    'private.access_grants',
    't.enrollment_id in (select e.id from public.enrollments e where e.user_id = $1)',
    '{granted_by,revoked_by}',
    'Why somebody had access belongs to the books.'
  ),
  (
    'public.order_items',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    '{platform_fee_percent}',
    'Tax law: the lines of the books.'
  ),
  (
    'private.ledger_entries',
    't.account_id in (select a.id from private.ledger_accounts a where a.owner_id = $1)',
    '{}',
    'Tax law: what an instructor earned.'
  ),
  ('public.audit_log', 't.actor_id = $1', '{}', 'The log names an id, and nothing of the person.');

-- The record of the platform: who acted for it. Not the data of that person.
insert into private.personal_data (is_exported, table_name, user_column, reason)
values
  (false, 'public.user_roles', 'granted_by', 'Who gave a role.'),
  (false, 'public.instructor_requests', 'decided_by', 'Who decided.'),
  (false, 'public.certificates', 'revoked_by', 'Who revoked it.'),
  (false, 'private.access_grants', 'granted_by', 'Who gave access.'),
  (false, 'private.access_grants', 'revoked_by', 'Who took access.'),
  (false, 'public.coupons', 'created_by', 'Who made a coupon.'),
  (
    false,
    'public.order_items',
    'instructor_id',
    'Tax law: a receipt names its seller. An instructor sees sales as sums.'
  ),
  (false, 'private.refunds', 'requested_by', 'Who asked for a refund.'),
  (false, 'private.payouts', 'requested_by', 'Who asked for it.'),
  (false, 'private.money_anomalies', 'resolved_by', 'Who resolved it.');

-- A copy: the review is exported, and an erased name is written over here too.
insert into private.personal_data (is_exported, table_name, user_column, reason)
values (false, 'private.review_cards', 'user_id', 'What public.reviews keeps, ready to be shown.')
on conflict (table_name, condition) do update
  set reason = excluded.reason;

-- Copies of a name that belong to somebody else: to whom it taught, and to whom it sold.
insert into private.personal_data (is_exported, table_name, via, reason)
values
  (
    false,
    'public.certificates',
    't.course_id in (select c.id from public.courses c where c.instructor_id = $1)',
    'A certificate is the student''s, and says who taught.'
  ),
  (
    false,
    'public.invoices',
    't.order_id in (select i.order_id from public.order_items i where i.instructor_id = $1)',
    'Tax law: an invoice says what was sold, and whose course it was.'
  )
on conflict (table_name, condition) do update
  set reason = excluded.reason;

insert into private.personal_data (erasure, is_exported, table_name, via, reason)
values
  (
    'delete',
    false,
    'private.company_seats',
    't.email_hash = (select private.email_hash(p.email) from public.profile_private p where p.user_id = $1)',
    'The seat is the company''s, and is free again; only a fingerprint.'
  )
on conflict (table_name, condition) do update
  set reason = excluded.reason;

insert into private.personal_data (erasure, table_name, user_column, hidden_columns, reason)
values ('delete', 'private.company_seats', 'company_id', '{email_hash}', 'A closed account gives nothing.')
on conflict (table_name, condition) do update
  set reason = excluded.reason;

-- Where a name stays, column by column. SECURITY.md says it in words.
update private.personal_data as d
set kept_columns = named.columns
from
  (
    values
      ('public.invoices', 't.user_id = $1', '{buyer}'::text[]),
      (
        'public.invoices',
        't.order_id in (select i.order_id from public.order_items i where i.instructor_id = $1)',
        '{lines}'
      ),
      ('public.order_items', 't.instructor_id = $1', '{instructor_name}'),
      (
        'public.certificates',
        't.course_id in (select c.id from public.courses c where c.instructor_id = $1)',
        '{instructor_name}'
      )
  ) as named (table_name, condition, columns)
where d.table_name = named.table_name and d.condition = named.condition;

-- Overpayments from before there was an account for them.
select private.post_ledger(p.order_id)
from
  (
    select distinct x.order_id
    from public.payments as x
    where x.succeeded_at is not null and not x.pays_order
  ) as p;

-- Last, and short: from here to the end nobody reads these tables.
DROP INDEX "private"."access_grants_one_live_free_key";

DROP INDEX "public"."reviews_rating_idx";

DROP INDEX "public"."reviews_votes_idx";

CREATE UNIQUE INDEX access_grants_one_live_free_key ON private.access_grants USING btree (enrollment_id)
  WHERE ((source = 'free'::public.grant_source) AND (order_item_id IS NULL) AND (revoked_at IS NULL));
