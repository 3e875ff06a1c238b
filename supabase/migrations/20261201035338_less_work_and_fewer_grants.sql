-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.
-- squawk-ignore-file require-concurrent-index-deletion, require-concurrent-index-creation
-- A file is one transaction, so the index is not made concurrently: where there are millions of payments, in a quiet hour. The
-- old one goes when the new one is there, and the triggers are replaced, not dropped: nobody may write past them, and reading
-- goes on until the last moment. Orders and the dashboard answer json instead of jsonb, so their functions are made anew.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

SET local check_function_bodies = off;

CREATE SCHEMA "private_outgoing";

ALTER FUNCTION "private"."continue_learning"(integer) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."create_order_from_cart"(jsonb, numeric, text, text) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."dashboard_stats"() SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."get_order"(uuid) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."my_orders"(text, integer, integer) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."next_lessons"(public.enrollments[], boolean) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."order_json"(uuid) SET SCHEMA "private_outgoing";

CREATE SCHEMA "public_outgoing";

ALTER FUNCTION "public"."apply_coupon"(uuid, text) SET SCHEMA "public_outgoing";

ALTER FUNCTION "private"."apply_coupon"(uuid, text) SET SCHEMA "private_outgoing";

ALTER FUNCTION "public"."cancel_order"(uuid) SET SCHEMA "public_outgoing";

ALTER FUNCTION "private"."cancel_order"(uuid) SET SCHEMA "private_outgoing";

ALTER FUNCTION "public"."continue_learning"(integer) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."dashboard_stats"() SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."get_order"(uuid) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."my_orders"(text, integer, integer) SET SCHEMA "public_outgoing";

CREATE OR REPLACE FUNCTION private.add_to_cart (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := auth.uid();
  cart uuid;
  refusal text;
  answer jsonb;
begin
  if add_to_cart.course_id is null then
    perform private.require_user();
    perform private.fail('VALIDATION_ERROR', 422, 'Which course?', '{"course_id": "required"}');
  end if;

  -- One writer a cart at a time, so that the limit and the answer to a double click hold.
  update public.carts k
  set updated_at = now()
  from public.profiles p
  where k.user_id = caller and p.id = caller and p.is_active
  returning k.id into cart;
  -- Nobody, or a closed account: the error says which.
  if cart is null then perform private.require_user(); end if;

  refusal := private.cart_refusal(caller, add_to_cart.course_id);
  if refusal is not null then
    perform private.refuse_course(refusal, add_to_cart.course_id);
  end if;
  insert into public.cart_items as x (cart_id, user_id, course_id)
  values (cart, caller, add_to_cart.course_id)
  returning jsonb_build_object(
    'id', x.id,
    'course', (
      select jsonb_build_object(
        'id', c.id, 'title', c.title, 'slug', c.slug, 'price', private.to_amount(c.price_cents, c.currency)
      )
      from public.courses c
      where c.id = x.course_id
    ),
    'added_at', x.added_at
  )
  into answer;
  return answer;
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_coupon (
  order_id uuid,
  code     text
)
  RETURNS json
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  typed text := nullif(private.normalise_coupon_code(apply_coupon.code), '');
  o public.orders;
  course_ids uuid[];
  coupon_id uuid;
  refusal jsonb;
  new_order_id uuid;
begin
  perform from public.carts c where c.user_id = caller for no key update;
  select * into o from public.orders x where x.id = apply_coupon.order_id and x.user_id = caller for update;
  if o.id is null then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  elsif o.completed_at is not null then
    perform private.fail('ORDER_ALREADY_PAID', 409, 'This order is paid.');
  elsif o.state = 'processing' then
    perform private.fail('PAYMENT_PROCESSING', 409, 'This order is being paid.');
  elsif o.closed_at is not null or o.expires_at <= now() then
    perform private.fail('ORDER_EXPIRED', 409, 'This order is over. Order again.');
  end if;

  course_ids := array(select i.course_id from public.order_items i where i.order_id = o.id order by i.position);
  perform private.refuse_unbuyable(caller, course_ids);

  if typed is not null then
    perform from public.coupons k where k.id = o.coupon_id or k.code = typed order by k.id for no key update;
    select u.coupon_id, u.refusal into coupon_id, refusal from private.use_coupon(typed, caller, course_ids, o.id) u;
    if refusal is not null then
      return refusal::json;
    end if;
  end if;

  -- A statement of its own: order_json, being stable, would not see what its own statement writes.
  new_order_id := private.place_order(
    caller, course_ids, coupon_id,
    (select to_jsonb(b) - 'order_id' from public.order_billing b where b.order_id = o.id),
    o
  );
  return private.order_json(new_order_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.cancel_order (
  order_id uuid
)
  RETURNS json
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  is_service boolean := private.is_service();
  caller uuid := case when not is_service then private.require_user() end;
  o public.orders;
begin
  select * into o
  from public.orders x
  where x.id = cancel_order.order_id and (x.user_id = caller or is_service or private.is_admin())
  for update;
  if o.id is null then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  elsif o.completed_at is not null or o.state = 'processing' then
    perform private.fail('ORDER_NOT_CANCELLABLE', 409, 'This order is paid or being paid.', jsonb_build_object('status', o.status));
  end if;

  -- Twice is once.
  if o.state in ('pending', 'failed') then
    perform private.close_order(o.id, 'canceled');
  end if;
  return private.order_json(o.id);
end
$function$;

CREATE OR REPLACE FUNCTION private.cart_refusal (
  user_id   uuid,
  course_id uuid
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  refusal text;
begin
  -- private.purchase_refusals, written out for one course: this is asked while the cart is locked.
  select case
    when not c.is_published then 'COURSE_NOT_FOUND'
    when c.instructor_id = cart_refusal.user_id
      or exists (
        select from public.course_instructors i
        where i.course_id = cart_refusal.course_id and i.user_id = cart_refusal.user_id
      )
    then 'OWN_COURSE'
    when exists (
      select from public.enrollments e
      where e.user_id = cart_refusal.user_id and e.course_id = cart_refusal.course_id
        and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
    )
    then 'ALREADY_ENROLLED'
    when cart.has_course then 'ALREADY_IN_CART'
    when cart.lines > 0 and cart.lines >= (select s.value::integer from private.app_config s where s.name = 'cart_limit')
    then 'CART_LIMIT_REACHED'
    when cart.has_other_currency then 'CURRENCY_MISMATCH'
  end
  into refusal
  from
    public.courses c
    cross join lateral (
      select
        count(*) as lines,
        bool_or(i.course_id = cart_refusal.course_id) as has_course,
        bool_or(other.currency <> c.currency) as has_other_currency
      from public.cart_items i join public.courses other on other.id = i.course_id
      where i.user_id = cart_refusal.user_id
    ) cart
  where c.id = cart_refusal.course_id;
  return case when found then refusal else 'COURSE_NOT_FOUND' end;
end
$function$;

CREATE OR REPLACE FUNCTION private.continue_learning (
  max_results integer
)
  RETURNS json
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
  lessons json[] := private.next_lessons(places);
begin
  return json_build_object(
    'results', coalesce(
      (
        select json_agg(
          json_build_object(
            'enrollment_id', e.id,
            'course', json_build_object(
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

CREATE OR REPLACE FUNCTION private.create_order_from_cart (
  billing_address jsonb,
  expected_total  numeric,
  coupon_code     text,
  idempotency_key text
)
  RETURNS json
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  caller uuid := private.require_account();
  billing jsonb;
  typed text := nullif(private.normalise_coupon_code(create_order_from_cart.coupon_code), '');
  request_hash text;
  known private.idempotency_keys;
  course_ids uuid[];
  open_order public.orders;
  coupon_id uuid;
  refusal jsonb;
  order_id uuid;
begin
  billing := private.parse_billing_address(create_order_from_cart.billing_address);
  if length(create_order_from_cart.idempotency_key) not between 8 and 255 then
    perform private.fail('VALIDATION_ERROR', 422, 'This key cannot be used.', '{"idempotency_key": "8 to 255 characters"}');
  end if;

  -- One checkout a person at a time: a double click waits here and finds the order of the first.
  perform from public.carts c where c.user_id = caller for no key update;

  if create_order_from_cart.idempotency_key is not null then
    request_hash := encode(
      sha256(convert_to(jsonb_build_array(billing, create_order_from_cart.expected_total, typed)::text, 'UTF8')), 'hex'
    );
    select * into known
    from private.idempotency_keys k
    where k.user_id = caller and k.key = create_order_from_cart.idempotency_key;
    if known.order_id is not null then
      if known.request_hash <> request_hash then
        perform private.fail('IDEMPOTENCY_KEY_REUSED', 409, 'This key was used for another request.');
      end if;
      return private.order_json(known.order_id);
    end if;
  end if;

  course_ids := array(select i.course_id from public.cart_items i where i.user_id = caller order by i.added_at, i.id);
  if cardinality(course_ids) = 0 then
    perform private.fail('CART_EMPTY', 422, 'Your cart is empty.');
  end if;
  perform private.refuse_unbuyable(caller, course_ids);

  select o.* into open_order from public.orders o where o.user_id = caller and o.state in ('pending', 'failed') for update;

  if typed is not null then
    -- Both coupons in one order, whoever swaps which for which.
    perform from public.coupons k where k.id = open_order.coupon_id or k.code = typed order by k.id for no key update;
    select u.coupon_id, u.refusal into coupon_id, refusal
    from private.use_coupon(typed, caller, course_ids, open_order.id) u;
    if refusal is not null then
      return refusal::json;
    end if;
  end if;

  order_id := private.place_order(caller, course_ids, coupon_id, billing, open_order, create_order_from_cart.expected_total);
  if create_order_from_cart.idempotency_key is not null then
    insert into private.idempotency_keys (user_id, key, request_hash, order_id)
    values (caller, create_order_from_cart.idempotency_key, request_hash, order_id);
  end if;
  return private.order_json(order_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.curriculum (
  course_id            uuid,
  completed_lesson_ids uuid[]  DEFAULT NULL::uuid[],
  has_access           boolean DEFAULT true
)
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return coalesce(
    (
      select json_agg(
        json_build_object(
          'id', s.id,
          'title', s.title,
          'description', s.description,
          'order', s.position,
          'total_lessons', s.total_lessons,
          'total_duration_minutes', s.total_duration_minutes,
          'lessons', coalesce(l.lessons, '[]')
        )
        order by s.position
      )
      from public.curriculum_sections s
      left join (
        select x.section_id, json_agg(
          json_build_object(
            'id', x.id,
            'title', x.title,
            'description', x.description,
            'duration_minutes', x.duration_minutes,
            'order', x.position,
            'is_preview', x.is_preview,
            'video_url', v.video_url,
            'video_path', v.video_path,
            'completed', coalesce(x.id = any (curriculum.completed_lesson_ids), false)
          )
          order by x.position
        ) as lessons
        from public.lessons x
        -- The paywall: a preview is open, everything else to those who may study. Null finds nothing, so what is closed is not
        -- even looked up.
        left join public.lesson_contents v
          on v.lesson_id = case when x.is_preview or curriculum.has_access then x.id end
        where x.course_id = curriculum.course_id
        group by x.section_id
      ) l on l.section_id = s.id
      where s.course_id = curriculum.course_id
    ),
    '[]'
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.dashboard_stats()
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := auth.uid();
  result json;
begin
  select json_build_object(
    'courses_enrolled', s.courses_enrolled,
    'courses_completed', s.courses_completed,
    'total_hours_learned', round(s.seconds_learned / 3600.0, 2),
    -- Yesterday, wherever it is, is at most two days ago in UTC: most streaks are over without a look at the time zone.
    'current_streak_days', case
      when s.streak_last_on >= (now() at time zone 'UTC')::date - 2
        and s.streak_last_on >= private.local_date(caller) - 1
      then s.streak_days
      else 0
    end,
    'average_rating_given', round(s.rating_sum_given::numeric / nullif(s.ratings_given, 0), 1),
    'certificates_earned', s.certificates_earned
  )
  into result
  from public.profile_stats s join public.profiles p on p.id = s.user_id
  where s.user_id = caller and p.is_active;
  -- Nobody, or a closed account: the error says which.
  if result is null then perform private.require_user(); end if;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.get_order (
  order_id uuid
)
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := auth.uid();
  buyer uuid;
begin
  if caller is null then
    perform private.fail('AUTH_REQUIRED', 401, 'Sign in first.');
  end if;
  -- A closed account still reads its own receipts.
  select o.user_id into buyer from public.orders o where o.id = get_order.order_id;
  if buyer is null or buyer <> caller and not private.is_admin() then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  end if;
  return private.order_json(get_order.order_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_order_state()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if tg_op = 'INSERT' then
    perform private.fail('INTERNAL_ERROR', 500, 'An order begins as pending.');
  elsif not exists (
    select from private.order_transitions t where t.from_state = old.state and t.to_state = new.state
  ) then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'An order does not move like this.', jsonb_build_object('from', old.state, 'to', new.state)
    );
  end if;
  return new;
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
  is_completed boolean;
  certificate_url text;
begin
  if mark_lesson_complete.completed is null then
    perform private.require_yes_or_no('completed', mark_lesson_complete.completed);
  end if;
  perform private.keep_lessons();
  perform private.lock_learner(caller);
  -- The lesson and the place in one look: the place is named, or it is the caller's in the course of the lesson.
  select l.course_id, s.lesson_count, e as place
  into seen
  from (select mark_lesson_complete.lesson_id as id) asked
  left join public.lessons l on l.id = asked.id
  left join public.course_stats s on s.course_id = l.course_id
  left join public.enrollments e
    on e.user_id = caller
    and e.id = coalesce(
      mark_lesson_complete.enrollment_id,
      (select x.id from public.enrollments x where x.user_id = caller and x.course_id = l.course_id)
    );
  place := seen.place;
  if place.id is null and mark_lesson_complete.enrollment_id is not null then
    perform private.fail('ENROLLMENT_NOT_FOUND', 404, 'There is no such enrolment.');
  elsif place.id is null and exists (select from public.courses c where c.id = seen.course_id and c.is_published) then
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
      -- The trigger of lesson_progress has counted it; the place is held, so that nobody else did.
      place.lessons_completed := place.lessons_completed + 1;
    else
      update public.enrollments e
      set last_lesson_id = mark_lesson_complete.lesson_id, last_activity_at = now()
      where e.id = place.id
      returning * into place;
    end if;
  end if;

  is_completed := place.is_completed;
  if mark_lesson_complete.completed and not is_completed
    and seen.lesson_count > 0 and place.lessons_completed >= seen.lesson_count
  then
    is_completed := private.complete_enrollment(place.id);
  end if;
  if is_completed then
    certificate_url := '/certificates/' || (
      select c.code from public.certificates c where c.enrollment_id = place.id and c.revoked_at is null
    );
  end if;

  return jsonb_build_object(
    'lesson_id', mark_lesson_complete.lesson_id,
    'enrollment_id', place.id,
    'is_completed', mark_lesson_complete.completed,
    'enrollment_progress', private.progress_percent(place.lessons_completed, seen.lesson_count),
    'lessons_completed', place.lessons_completed,
    'total_lessons', seen.lesson_count,
    'course_completed', is_completed,
    'certificate_url', certificate_url
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.merge_guest_cart (
  course_ids uuid[]
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  cart uuid := private.own_cart_id();
  course uuid;
  refusal text;
  added uuid[] := '{}';
  skipped jsonb := '[]';
begin
  if cardinality(merge_guest_cart.course_ids) > 100 then
    perform private.fail('VALIDATION_ERROR', 422, 'Too many courses at once.', '{"course_ids": "at most 100"}');
  end if;

  -- Between the question and the insert nobody else may change the cart.
  perform from public.carts c where c.id = cart for no key update;
  for course in
    select g.id
    from unnest(merge_guest_cart.course_ids) with ordinality as g (id, position)
    where g.id is not null
    group by g.id
    order by min(g.position)
  loop
    refusal := private.cart_refusal(caller, course);
    if refusal is null then
      insert into public.cart_items (cart_id, user_id, course_id) values (cart, caller, course);
      added := added || course;
    else
      skipped := skipped || jsonb_build_object('course_id', course, 'reason', refusal);
    end if;
  end loop;
  if added <> '{}' then
    update public.carts c set updated_at = now() where c.id = cart;
  end if;

  return jsonb_build_object('added', to_jsonb(added), 'skipped', skipped, 'cart', private.cart_json(caller));
end
$function$;

CREATE OR REPLACE FUNCTION private.move_to_cart (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  cart uuid := private.own_cart_id();
  refusal text;
begin
  if move_to_cart.course_id is null then
    perform private.fail('VALIDATION_ERROR', 422, 'Which course?', '{"course_id": "required"}');
  end if;

  -- The lock lets the second click see what the first has done.
  perform from public.carts c where c.id = cart for no key update;
  refusal := private.cart_refusal(caller, move_to_cart.course_id);
  if refusal is distinct from 'ALREADY_IN_CART' then
    perform private.refuse_course(refusal, move_to_cart.course_id);
    insert into public.cart_items (cart_id, user_id, course_id) values (cart, caller, move_to_cart.course_id);
    update public.carts c set updated_at = now() where c.id = cart;
  end if;
  delete from public.wishlists w where w.user_id = caller and w.course_id = move_to_cart.course_id;
  return private.cart_json(caller);
end
$function$;

CREATE OR REPLACE FUNCTION private.my_orders (
  status    text,
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
  -- private.clamp_page and private.clamp_page_size, written out.
  page integer := least(greatest(coalesce(my_orders.page, 1), 1), 1000000);
  page_size integer := least(greatest(coalesce(my_orders.page_size, 10), 1), 100);
  asked_status public.order_status;
  result json;
begin
  if my_orders.status is not null then
    if my_orders.status not in ('pending', 'completed', 'failed', 'refunded') then
      perform private.require_user();
      perform private.fail(
        'VALIDATION_ERROR', 422, 'There is no such status.', '{"status": "pending, completed, failed or refunded"}'
      );
    end if;
    asked_status := my_orders.status;
  end if;

  -- private.to_amount, private.page and the lines of private.order_json, written out: no function a line. json, because jsonb
  -- in jsonb is taken apart and put together again at every step.
  select json_build_object(
    'count', n.orders,
    'total_pages', n.pages,
    'current_page', page,
    'page_size', page_size,
    'next', case when page < n.pages then page + 1 end,
    'previous', case when page > 1 and n.orders > 0 then least(page - 1, n.pages) end,
    'results', coalesce((
      select json_agg(
        json_build_object(
          'id', o.id,
          'order_number', o.order_number,
          'status', o.status,
          'state', o.state,
          'created_at', o.created_at,
          'completed_at', o.completed_at,
          'expires_at', case when o.completed_at is null then o.expires_at end,
          'currency', o.currency,
          'total_amount', o.total_cents * o.unit,
          'refunded_amount', o.refunded_cents * o.unit,
          'items_count', l.lines,
          'items', coalesce(l.items, '[]')
        )
        order by o.created_at desc, o.id
      )
      from (
        select r.*, case private.minor_unit_digits(r.currency) when 0 then 1 else 0.01 end as unit
        from public.orders r
        where r.user_id = caller and (asked_status is null or r.status = asked_status)
        order by r.created_at desc, r.id
        limit page_size offset (page - 1) * page_size
      ) o
      cross join lateral (
        select count(*) as lines, json_agg(
          json_build_object(
            'id', i.id,
            'course', json_build_object('id', i.course_id, 'title', i.title, 'slug', i.slug, 'thumbnail', i.thumbnail_path),
            'instructor_name', i.instructor_name,
            'price_at_purchase', i.price_cents * o.unit,
            'discount_amount', i.discount_cents * o.unit,
            'total_amount', i.total_cents * o.unit,
            'refunded_amount', i.refunded_cents * o.unit,
            'access', i.access
          )
          order by i.position
        ) as items
        from public.order_items i
        where i.order_id = o.id
      ) l
    ), '[]')
  )
  into result
  from public.profiles p cross join (
    select count(*) as orders, (count(*) + page_size - 1) / page_size as pages
    from public.orders o
    where o.user_id = caller and (asked_status is null or o.status = asked_status)
  ) n
  where p.id = caller and p.is_active;
  -- Nobody, or a closed account: the error says which.
  if result is null then perform private.require_user(); end if;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.next_lessons (
  places     public.enrollments[],
  from_start boolean              DEFAULT false
)
  RETURNS json[]
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  lessons json[];
begin
  -- From lesson to lesson until one is open, which is nearly always the next: not the whole course with all progress.
  -- Its number in the course is what the sections before it count, and its rank within its own.
  lessons := array(
    select (
      select json_build_object(
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

CREATE OR REPLACE FUNCTION private.order_json (
  order_id uuid
)
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  result json;
begin
  -- private.to_amount, written out: no function a line. json, because jsonb in jsonb is taken apart and put together again at
  -- every step. An invoice has the currency of its order.
  select json_build_object(
    'id', o.id,
    'order_number', o.order_number,
    'status', o.status,
    'state', o.state,
    'currency', o.currency,
    'subtotal', o.subtotal_cents * o.unit,
    'discount_amount', o.discount_cents * o.unit,
    'tax_amount', o.tax_cents * o.unit,
    'total_amount', o.total_cents * o.unit,
    'refunded_amount', o.refunded_cents * o.unit,
    'coupon_code', (select k.code from public.coupons k where k.id = o.coupon_id),
    'created_at', o.created_at,
    'completed_at', o.completed_at,
    'expires_at', case when o.completed_at is null then o.expires_at end,
    'items_count', l.lines,
    'items', coalesce(l.items, '[]'),
    'billing_address', (select to_jsonb(b) - 'order_id' from public.order_billing b where b.order_id = o.id),
    'payment', case when o.payment_method is not null or p.status is not null then
      json_build_object(
        'method', coalesce(o.payment_method, p.provider),
        'status', case when o.payment_method = 'free' then 'succeeded' else p.status::text end,
        'transaction_id', p.stripe_charge_id
      )
    end,
    'invoices', (
      select coalesce(
        json_agg(
          json_build_object(
            'id', v.id, 'number', v.number, 'kind', v.kind, 'total_amount', v.total_cents * o.unit,
            'issued_at', v.issued_at
          )
          order by v.issued_at, v.kind, v.number
        ),
        '[]'
      )
      from public.invoices v
      where v.order_id = o.id
    )
  )
  into result
  -- offset 0: the currency is looked up once, not once an amount.
  from (
    select r.*, case private.minor_unit_digits(r.currency) when 0 then 1 else 0.01 end as unit
    from public.orders r
    where r.id = order_json.order_id
    offset 0
  ) o
  cross join lateral (
    select count(*) as lines, json_agg(
      json_build_object(
        'id', i.id,
        'course', json_build_object('id', i.course_id, 'title', i.title, 'slug', i.slug, 'thumbnail', i.thumbnail_path),
        'instructor_name', i.instructor_name,
        'price_at_purchase', i.price_cents * o.unit,
        'discount_amount', i.discount_cents * o.unit,
        'total_amount', i.total_cents * o.unit,
        'refunded_amount', i.refunded_cents * o.unit,
        'access', i.access
      )
      order by i.position
    ) as items
    from public.order_items i
    where i.order_id = o.id
  ) l
  left join lateral (
    select y.provider, y.status, y.stripe_charge_id
    from public.payments y
    where y.order_id = o.id
    order by y.pays_order desc, y.attempt desc
    limit 1
  ) p on true;
  return result;
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

  -- All fields in one statement: a loop would be many. offset 0: each is trimmed and judged once.
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
        ('first_name', true, 150, null), ('last_name', true, 150, null), ('email', true, 320, '^[^@\s]+@[^@\s]+\.[^@\s]+$'),
        ('address_line1', true, 200, null), ('address_line2', false, 200, null), ('city', true, 100, null),
        ('state', false, 100, null), ('postal_code', false, 20, null), ('country', true, 2, '^[A-Za-z]{2}$'),
        ('phone', false, 20, '^[0-9 ()+./-]+$')
    ) r (field, is_required, max_length, pattern)
    cross join lateral (select btrim(coalesce(parse_billing_address.billing_address ->> r.field, '')) as given offset 0) g
    offset 0
  ) f;

  if wrong is not null then
    perform private.fail('INVALID_BILLING_ADDRESS', 422, 'Something in the billing address is not valid.', wrong);
  end if;
  return address;
end
$function$;

CREATE OR REPLACE FUNCTION private.recommended_courses (
  max_results integer
)
  RETURNS TABLE (
    course_id uuid,
    reason    jsonb
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  caller uuid := private.require_user();
  wanted integer := least(greatest(coalesce(recommended_courses.max_results, 12), 1), 50);
  own uuid[] := array(select e.course_id from public.enrollments e where e.user_id = caller);
  known uuid[] := own || array(select i.course_id from public.course_instructors i where i.user_id = caller);
  also_taken uuid[];
  because uuid[];
begin
  select array_agg(best.id order by best.score desc, best.id), array_agg(best.because order by best.score desc, best.id)
  into also_taken, because
  from (
    select a.related_course_id as id, sum(a.score) as score, (array_agg(a.course_id order by a.score desc))[1] as because
    from private.course_affinities a join private.catalogue_entries e on e.course_id = a.related_course_id
    where a.course_id = any (own) and a.related_course_id <> all (known)
    group by a.related_course_id
    order by sum(a.score) desc, a.related_course_id
    limit wanted
  ) best;

  return query
  select x.id, jsonb_build_object('kind', 'students_also_took', 'course_id', x.because, 'course_title', c.title)
  from unnest(also_taken, because) with ordinality x(id, because, place) join public.courses c on c.id = x.because
  order by x.place;
  wanted := wanted - coalesce(cardinality(also_taken), 0);

  -- Few have students in common: the rest is filled up.
  if wanted > 0 then
    known := known || coalesce(also_taken, '{}');
    return query
    with of_category as (
      select e.course_id as id, e.student_count, k.name
      from private.catalogue_entries e join public.categories k on k.id = e.category_id
      where e.course_id <> all (known)
        -- Who has no courses has no categories: said first, or all courses on sale are read to find that out.
        and cardinality(own) > 0
        and e.category_id in (select o.category_id from public.courses o where o.id = any (own))
      order by e.student_count desc, e.course_id desc
      limit wanted
    ), popular as (
      select e.course_id as id, e.student_count
      from private.catalogue_entries e
      where e.course_id <> all (known) and e.course_id not in (select x.id from of_category x)
      order by e.student_count desc, e.course_id desc
      limit wanted
    )
    select best.id, best.reason
    from (
      select x.id, 1 as tier, x.student_count, jsonb_build_object('kind', 'same_category', 'category', x.name) as reason
      from of_category x
      union all
      select x.id, 2, x.student_count, jsonb_build_object('kind', 'popular')
      from popular x
    ) best
    order by best.tier, best.student_count desc, best.id desc
    limit wanted;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION public.apply_coupon (
  order_id uuid,
  code     text DEFAULT NULL::text
)
  RETURNS json
  LANGUAGE sql
  SET search_path TO ''
RETURN private.apply_coupon(order_id, code);

REVOKE ALL ON FUNCTION "public"."apply_coupon"(uuid, text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.cancel_order (
  order_id uuid
)
  RETURNS json
  LANGUAGE sql
  SET search_path TO ''
RETURN private.cancel_order(order_id);

REVOKE ALL ON FUNCTION "public"."cancel_order"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.continue_learning (
  max_results integer DEFAULT 10
)
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.continue_learning(max_results);
end
$function$;

REVOKE ALL ON FUNCTION "public"."continue_learning"(integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.create_order_from_cart (
  billing_address jsonb,
  expected_total  numeric DEFAULT NULL::numeric,
  coupon_code     text    DEFAULT NULL::text,
  idempotency_key text    DEFAULT NULL::text
)
  RETURNS json
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.create_order_from_cart(billing_address, expected_total, coupon_code, idempotency_key);
end
$function$;

REVOKE ALL ON FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.dashboard_stats()
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.dashboard_stats();
end
$function$;

REVOKE ALL ON FUNCTION "public"."dashboard_stats"() FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.get_order (
  order_id uuid
)
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.get_order(order_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."get_order"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.list_open_payments (
  older_than_minutes integer DEFAULT 5,
  batch_size         integer DEFAULT 100,
  after_payment_id   uuid    DEFAULT NULL::uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  result jsonb;
begin
  select jsonb_agg(
    jsonb_build_object(
      'payment_id', x.payment_id, 'order_id', x.order_id, 'order_number', x.order_number, 'state', x.state,
      'attempt', x.attempt, 'status', x.status, 'payment_intent_id', x.stripe_payment_intent_id, 'is_stale', x.is_stale,
      'created_at', x.created_at
    )
    order by x.created_at, x.payment_id
  )
  into result
  from (
    select p.id as payment_id, p.order_id, o.order_number, o.state, p.attempt, p.status, p.stripe_payment_intent_id, p.created_at,
      -- Nobody should pay it any more: the order is over, overdue or paid otherwise.
      o.state not in ('pending', 'failed', 'processing') or (o.state <> 'processing' and o.expires_at <= now()) as is_stale
    from public.payments p join public.orders o on o.id = p.order_id
    -- Live, in the words of the index.
    where p.succeeded_at is null and p.canceled_at is null
      and p.created_at <= now() - make_interval(mins => greatest(list_open_payments.older_than_minutes, 0))
      and (
        list_open_payments.after_payment_id is null
        or (p.created_at, p.id) > (select l.created_at, l.id from public.payments l where l.id = list_open_payments.after_payment_id)
      )
    order by p.created_at, p.id
    limit least(greatest(list_open_payments.batch_size, 1), 1000)
  ) x;
  return coalesce(result, '[]');
end
$function$;

CREATE OR REPLACE FUNCTION public.my_orders (
  status    text    DEFAULT NULL::text,
  page      integer DEFAULT 1,
  page_size integer DEFAULT 10
)
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.my_orders(status, page, page_size);
end
$function$;

REVOKE ALL ON FUNCTION "public"."my_orders"(text, integer, integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE TRIGGER guard_cart_item
  BEFORE INSERT ON public.cart_items
  FOR EACH ROW
  WHEN (row_security_active(('public.cart_items'::regclass)::oid))
  EXECUTE FUNCTION private.guard_cart_item();

CREATE OR REPLACE TRIGGER guard_order_state_on_insert
  BEFORE INSERT ON public.orders
  FOR EACH ROW
  WHEN ((new.state IS DISTINCT FROM 'pending'::public.order_state))
  EXECUTE FUNCTION private.guard_order_state();

COMMENT ON FUNCTION "private"."apply_coupon"(uuid, text) IS 'The door behind public.apply_coupon.';

COMMENT ON FUNCTION "private"."cancel_order"(uuid) IS 'The door behind public.cancel_order.';

COMMENT ON FUNCTION "private"."continue_learning"(integer) IS 'The door behind public.continue_learning.';

COMMENT ON FUNCTION "private"."create_order_from_cart"(jsonb, numeric, text, text) IS 'The door behind public.create_order_from_cart.';

COMMENT ON FUNCTION "private"."dashboard_stats"() IS 'The door behind public.dashboard_stats.';

COMMENT ON FUNCTION "private"."get_order"(uuid) IS 'The door behind public.get_order.';

COMMENT ON FUNCTION "private"."guard_cart_item"() IS 'Trigger: what people insert themselves is refused as the doors refuse it, and only so many come in.';

COMMENT ON FUNCTION "private"."my_orders"(text, integer, integer) IS 'The door behind public.my_orders.';

COMMENT ON FUNCTION "private"."next_lessons"(public.enrollments[], boolean) IS '{id, title, order (in the section), index (in the course, from 1), section, position_seconds} of the lesson to go on with, for each place in its order; null when all are completed. from_start: wherever the student was.';

COMMENT ON FUNCTION "private"."order_json"(uuid) IS 'The JSON of get_order. payment is null until somebody tried to pay.';

COMMENT ON FUNCTION "public"."apply_coupon"(uuid, text) IS 'Prices the caller''s open order with a code (null: without one). An order is never rewritten: when the price changes the answer is a new order, with a new id, that takes its place. Returns the order as get_order does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ORDER_NOT_FOUND 404, ORDER_ALREADY_PAID 409, ORDER_EXPIRED 409, PAYMENT_PROCESSING 409, ALREADY_ENROLLED 409, OWN_COURSE 409, COURSE_NOT_FOUND 404, CURRENCY_MISMATCH 409, AMOUNT_BELOW_MINIMUM 422, COUPON_INVALID 404, COUPON_ALREADY_USED 409, COUPON_EXHAUSTED 409, TOO_MANY_COUPON_ATTEMPTS 429.';

COMMENT ON FUNCTION "public"."cancel_order"(uuid) IS 'Cancels an unpaid order of the caller (any for admins) and frees its coupon. Returns the order as get_order does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ORDER_NOT_FOUND 404, ORDER_NOT_CANCELLABLE 409 (paid, or being paid).';

COMMENT ON FUNCTION "public"."continue_learning"(integer) IS 'Courses with lessons left, the last studied first: {results[{enrollment_id, course{id, title, slug, thumbnail, instructor (name)}, progress_percent, lessons_completed, total_lessons, current_lesson{id, title, order (in its section), index (in the course), section, position_seconds}, last_activity_at}]}. max_results: 1 to 50, 10 by default. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

COMMENT ON FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) IS 'Makes the caller''s cart an order at today''s prices, fixed until expires_at. billing_address: {first_name, last_name, email, address_line1, city, country (ISO 3166-1 alpha-2)} and, where there are any, address_line2, state, postal_code, phone. expected_total: the decimal total the buyer was shown. coupon_code: as apply_coupon takes it. idempotency_key: 8 to 255 characters; the same key gives the same order. While an order is open, calling again returns it, or replaces it when the cart, a price or the coupon changed. A total of zero is completed at once. Returns the order as get_order does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403 (a guest), INVALID_BILLING_ADDRESS 422, VALIDATION_ERROR 422, IDEMPOTENCY_KEY_REUSED 409, CART_EMPTY 422, COURSE_NOT_FOUND 404, OWN_COURSE 409, ALREADY_ENROLLED 409, PAYMENT_PROCESSING 409, CURRENCY_MISMATCH 409, PRICE_CHANGED 409 (details: the new prices), AMOUNT_BELOW_MINIMUM 422, COUPON_INVALID 404, COUPON_ALREADY_USED 409, COUPON_EXHAUSTED 409, TOO_MANY_COUPON_ATTEMPTS 429.';

COMMENT ON FUNCTION "public"."dashboard_stats"() IS 'The caller''s sums: {courses_enrolled, courses_completed, total_hours_learned (hours, each second of video once), current_streak_days (0 when the last day was before yesterday, in the own time zone), average_rating_given (1 decimal, null before the first rating), certificates_earned}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

COMMENT ON FUNCTION "public"."get_order"(uuid) IS 'One of the caller''s orders (any order for admins): {id, order_number, status, state, currency, subtotal, discount_amount, tax_amount, total_amount, refunded_amount, coupon_code, created_at, completed_at, expires_at, items_count, items[{id, course{id, title, slug, thumbnail}, instructor_name, price_at_purchase, discount_amount, total_amount, refunded_amount, access}], billing_address, payment{method, status, transaction_id} or null, invoices[{id, number, kind, total_amount, issued_at}]}. invoices: the invoice of a paid order, and the notes that changed it since; the edge function signed-invoice-url gives their PDFs. Errors: AUTH_REQUIRED 401, ORDER_NOT_FOUND 404 (also for orders of others).';

COMMENT ON FUNCTION "public"."my_orders"(text, integer, integer) IS 'A page of the caller''s orders: results[{id, order_number, status, state, created_at, completed_at, expires_at, currency, total_amount, refunded_amount, items_count, items[…as get_order]}]. status: pending, completed, failed or refunded; page from 1; page_size 1 to 100, 10 by default. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, VALIDATION_ERROR 422.';

REVOKE ALL ON FUNCTION "private"."apply_coupon"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."apply_coupon"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."apply_coupon"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."apply_coupon"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."cancel_order"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cancel_order"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."cancel_order"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."cancel_order"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."cancel_order"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "private"."continue_learning"(integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."continue_learning"(integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."continue_learning"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."continue_learning"(integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."create_order_from_cart"(jsonb, numeric, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."create_order_from_cart"(jsonb, numeric, text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."create_order_from_cart"(jsonb, numeric, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."create_order_from_cart"(jsonb, numeric, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."dashboard_stats"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."dashboard_stats"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."dashboard_stats"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."dashboard_stats"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."get_order"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."get_order"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."get_order"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."get_order"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."my_orders"(text, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."my_orders"(text, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."my_orders"(text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."my_orders"(text, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."next_lessons"(public.enrollments[], boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."next_lessons"(public.enrollments[], boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."next_lessons"(public.enrollments[], boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."order_json"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."order_json"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."order_json"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."apply_coupon"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."apply_coupon"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."apply_coupon"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."cancel_order"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."cancel_order"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."cancel_order"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."cancel_order"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."continue_learning"(integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."continue_learning"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."continue_learning"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."dashboard_stats"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."dashboard_stats"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."dashboard_stats"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_order"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_order"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_order"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_orders"(text, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."my_orders"(text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_orders"(text, integer, integer) TO "postgres";

CREATE INDEX payments_live_new_idx ON public.payments USING btree (created_at)
  WHERE ((succeeded_at IS NULL) AND (canceled_at IS NULL));

DROP INDEX "public"."payments_live_idx";

ALTER INDEX public.payments_live_new_idx RENAME TO payments_live_idx;
