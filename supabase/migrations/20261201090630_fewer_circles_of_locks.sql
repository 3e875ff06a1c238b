-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

-- What a request that began before the migration before this one could still call.
REVOKE ALL ON FUNCTION "private"."clamp_page"(integer) FROM "anon";

REVOKE ALL ON FUNCTION "private"."page"(bigint, integer, integer, jsonb) FROM "anon";

REVOKE ALL ON FUNCTION "private"."page_json"(bigint, integer, integer, text, jsonb) FROM "anon";

REVOKE ALL ON FUNCTION "private"."page_json"(bigint, integer, integer, text, jsonb) FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."setting"(text) FROM "anon";

DROP FUNCTION "private"."course_cards"(uuid[]);

REVOKE ALL ON FUNCTION "private"."active_uid"() FROM "anon";

REVOKE ALL ON FUNCTION "private"."are_storage_paths"(jsonb) FROM "anon";

REVOKE ALL ON FUNCTION "private"."catalogue_cards_json"(uuid[], jsonb[]) FROM "service_role";

REVOKE ALL ON FUNCTION "private"."clamp_page"(integer) FROM "service_role";

REVOKE ALL ON FUNCTION "private"."clamp_page_size"(integer, integer) FROM "service_role";

REVOKE ALL ON FUNCTION "private"."fail"(text, integer, text, jsonb, jsonb) FROM "service_role";

REVOKE ALL ON FUNCTION "private"."has_role"(public.user_role) FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."is_course_owner"(uuid) FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."is_staff"() FROM "anon";

REVOKE ALL ON FUNCTION "private"."is_storage_path"(text) FROM "anon";

REVOKE ALL ON FUNCTION "private"."minor_unit_digits"(text) FROM "service_role";

REVOKE ALL ON FUNCTION "private"."page"(bigint, integer, integer, jsonb) FROM "service_role";

REVOKE ALL ON FUNCTION "private"."page_json"(bigint, integer, integer, text, jsonb) FROM "service_role";

REVOKE ALL ON FUNCTION "private"."progress_percent"(integer, integer) FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."require_admin"() FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."require_course_author"(uuid) FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."require_course_owner"(uuid) FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."require_staff"() FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."setting"(text) FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."slugify"(text) FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."to_amount"(bigint, text) FROM "service_role";

DROP FUNCTION "private_outgoing"."continue_learning"(integer);

DROP FUNCTION "private_outgoing"."create_order_from_cart"(jsonb, numeric, text, text);

DROP FUNCTION "private_outgoing"."dashboard_stats"();

DROP FUNCTION "private_outgoing"."get_order"(uuid);

DROP FUNCTION "private_outgoing"."my_orders"(text, integer, integer);

DROP FUNCTION "private_outgoing"."next_lessons"(public.enrollments[], boolean);

DROP FUNCTION "private_outgoing"."order_json"(uuid);

DROP FUNCTION "public_outgoing"."apply_coupon"(uuid, text);

DROP FUNCTION "private_outgoing"."apply_coupon"(uuid, text);

DROP FUNCTION "public_outgoing"."cancel_order"(uuid);

DROP FUNCTION "private_outgoing"."cancel_order"(uuid);

DROP FUNCTION "public_outgoing"."continue_learning"(integer);

DROP FUNCTION "public_outgoing"."create_order_from_cart"(jsonb, numeric, text, text);

DROP FUNCTION "public_outgoing"."dashboard_stats"();

DROP FUNCTION "public_outgoing"."get_order"(uuid);

DROP FUNCTION "public_outgoing"."my_orders"(text, integer, integer);

DROP SCHEMA "private_outgoing";

DROP SCHEMA "public_outgoing";

SET local check_function_bodies = off;

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
  select * into before from private.payout_accounts p where p.stripe_account_id = apply_account.account ->> 'id' for no key update;

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
  select * into o from public.orders x where x.id = apply_coupon.order_id and x.user_id = caller for no key update;
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

CREATE OR REPLACE FUNCTION private.approve_instructor (
  user_id uuid,
  approve boolean,
  note    text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  admin uuid := private.require_admin();
  decision public.instructor_request_status := case when approve_instructor.approve then 'approved' else 'rejected' end;
  words text := left(btrim(coalesce(approve_instructor.note, '')), 1000);
  decided uuid;
  is_new boolean := false;
begin
  perform private.require_yes_or_no('approve', approve_instructor.approve);
  if not exists (select from public.profiles p where p.id = approve_instructor.user_id) then
    perform private.fail('PROFILE_NOT_FOUND', 404, 'There is no such person.');
  end if;
  -- The profile first, as everything that changes it: see lock_person.
  perform from public.profiles p where p.id = approve_instructor.user_id for no key update;

  update public.instructor_requests r
  set status = decision, decided_by = admin, decided_at = now(), note = words
  where r.user_id = approve_instructor.user_id and r.status = 'pending'
  returning r.id into decided;
  if decided is null and approve_instructor.approve is not true then
    perform private.fail('CONFLICT', 409, 'This person has no application that waits for an answer.');
  end if;

  if approve_instructor.approve then
    insert into public.user_roles (user_id, role, granted_by)
    values (approve_instructor.user_id, 'instructor', admin)
    on conflict do nothing;
    is_new := found;
    if is_new then
      perform private.enqueue_mail('instructor_approved', approve_instructor.user_id, '{}', 'instructor_approved:' || approve_instructor.user_id);
    end if;
  end if;

  -- Once an answer; who teaches already and did not ask hears nothing.
  if decided is not null or is_new then
    perform private.notify(
      approve_instructor.user_id, 'instructor_' || decision,
      case when approve_instructor.approve then 'You can teach now' else 'Your application was not approved' end,
      words, case when approve_instructor.approve then '/instructor/courses' end, null
    );
  end if;
  return jsonb_build_object('user_id', approve_instructor.user_id, 'status', decision);
end
$function$;

CREATE OR REPLACE FUNCTION private.archive_course (
  course_id uuid,
  reason    text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_course_owner(archive_course.course_id);
  course public.courses;
  words text := btrim(coalesce(archive_course.reason, ''));
begin
  select c.* into course from public.courses c where c.id = archive_course.course_id for no key update;

  if course.status <> 'archived' then
    if caller is distinct from course.instructor_id and length(words) not between 1 and 500 then
      perform private.fail('VALIDATION_ERROR', 422, 'Say why the course is archived.', '{"reason": "1 to 500 characters"}');
    end if;
    update public.courses c set status = 'archived', archived_at = now(), is_featured = false where c.id = course.id;
    if caller is distinct from course.instructor_id then
      perform private.tell_course_decision(course.id, 'archived', words);
    end if;
  end if;
  return private.course_state(archive_course.course_id);
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
  for no key update;
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

  select o.* into open_order from public.orders o where o.user_id = caller and o.state in ('pending', 'failed') for no key update;

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

CREATE OR REPLACE FUNCTION private.expire_orders()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  o record;
  expired integer := 0;
begin
  for o in
    with due as (
      select x.id, x.coupon_id
      from public.orders x
      -- Pending or failed, in the words of the index.
      where x.status = 'pending' and x.state <> 'processing' and x.expires_at <= now()
        and not exists (
          select from public.payments p where p.order_id = x.id and p.status in ('pending', 'processing', 'failed')
        )
      order by x.expires_at
      limit 1000
      for no key update skip locked
    )
    -- Their coupons in the order in which everybody takes them.
    select d.id from due d order by d.coupon_id, d.id
  loop
    perform private.close_order(o.id, 'expired');
    expired := expired + 1;
  end loop;
  return expired;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_payment (
  payment_intent_id text,
  metadata          jsonb DEFAULT '{}'::jsonb
)
  RETURNS public.payments
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments;
  is_held boolean;
begin
  -- The order first: everything that happens to it happens one after another.
  perform from public.orders o
  where o.id = (select p.order_id from public.payments p where p.stripe_payment_intent_id = find_payment.payment_intent_id)
  for no key update;
  is_held := found;
  select * into payment from public.payments p where p.stripe_payment_intent_id = find_payment.payment_intent_id;
  -- The id was stored between the two statements: without the order's lock the next event would wait for this one, and this
  -- one for it.
  if payment.id is not null and not is_held then
    perform from public.orders o where o.id = payment.order_id for no key update;
    select * into payment from public.payments p where p.id = payment.id;
  end if;

  if payment.id is null and find_payment.payment_intent_id is not null
    and pg_input_is_valid(find_payment.metadata ->> 'order_id', 'uuid')
    and pg_input_is_valid(find_payment.metadata ->> 'attempt', 'smallint')
  then
    perform from public.orders o where o.id = (find_payment.metadata ->> 'order_id')::uuid for no key update;
    -- Stripe's answer was lost, or its event was faster; or we have learnt the id while waiting for the order.
    select * into payment
    from public.payments p
    where p.order_id = (find_payment.metadata ->> 'order_id')::uuid
      and p.attempt = (find_payment.metadata ->> 'attempt')::smallint
      and coalesce(p.stripe_payment_intent_id, find_payment.payment_intent_id) = find_payment.payment_intent_id;
    if payment.id is not null then
      perform private.tie_intent(payment.id, find_payment.payment_intent_id);
      select * into payment from public.payments p where p.stripe_payment_intent_id = find_payment.payment_intent_id;
    end if;
  end if;

  -- Whoever learns the id in this moment waits until this event stands in the inbox as one to do again, or has done its work.
  if payment.id is null and find_payment.payment_intent_id is not null then
    perform private.lock_intent(find_payment.payment_intent_id);
    select * into payment from public.payments p where p.stripe_payment_intent_id = find_payment.payment_intent_id;
    perform from public.orders o where o.id = payment.order_id for no key update;
    select * into payment from public.payments p where p.id = payment.id;
  end if;
  return payment;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_author()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform from public.profiles p where p.id = old.user_id for no key update;
  return old;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_cart_lines()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.lock_learner(auth.uid());
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_curriculum (
  course_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('curricula', 0));
  perform pg_advisory_xact_lock(hashtextextended('curriculum ' || hold_curriculum.course_id, 0));
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_own_coupons()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller constant uuid := auth.uid();
begin
  perform private.hold_person(caller);
  if tg_op = 'DELETE' then
    perform from public.coupons k
    where k.course_id in (select private.owned_course_ids()) or k.instructor_id = caller
    order by k.id
    for update;
  else
    perform from public.coupons k
    where k.course_id in (select private.owned_course_ids()) or k.instructor_id = caller
    order by k.id
    for no key update;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_own_curricula()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  -- As many locks as the database can always spare one transaction.
  most constant integer := 50;
  course_ids uuid[];
begin
  if private.is_admin() then
    perform pg_advisory_xact_lock(hashtextextended('curricula', 0));
    return null;
  end if;
  course_ids := array(select c from private.taught_course_ids() c order by c);
  if cardinality(course_ids) > most then
    perform pg_advisory_xact_lock(hashtextextended('curricula', 0));
  elsif cardinality(course_ids) > 0 then
    perform private.hold_curriculum(c) from unnest(course_ids) c;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_own_reviews()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.hold_person(auth.uid());
  if tg_op = 'DELETE' and private.is_admin() then
    perform pg_advisory_xact_lock(hashtextextended('reviews', 0));
    return null;
  end if;
  perform private.keep_reviews();
  if tg_op = 'DELETE' then
    perform from public.review_votes v
    where v.review_id in (select r.id from public.reviews r where r.user_id = auth.uid())
    order by v.review_id, v.user_id
    for update;
    perform from public.reviews r where r.user_id = auth.uid() order by r.id for update;
  else
    perform from public.reviews r where r.user_id = auth.uid() order by r.id for no key update;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_own_rows()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.hold_person(auth.uid());
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_own_votes()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.hold_person(auth.uid());
  perform private.keep_reviews();
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_person (
  user_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform pg_advisory_xact_lock(hashtextextended('person ' || hold_person.user_id, 0));
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_table()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if private.is_staff() then
    perform pg_advisory_xact_lock(hashtextextended('table ' || tg_table_name, 0));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.keep_an_admin (
  leaving uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- Everybody else leaves without waiting for admins.
  if not exists (select from public.user_roles r where r.user_id = keep_an_admin.leaving and r.role = 'admin') then
    return;
  end if;
  perform from public.user_roles r where r.role = 'admin' order by r.user_id for no key update;
  -- A closed account keeps no order.
  if (
    select count(*) filter (where r.user_id = keep_an_admin.leaving) > 0
      and count(*) filter (where r.user_id <> keep_an_admin.leaving) = 0
    from public.user_roles r join public.profiles p on p.id = r.user_id
    where r.role = 'admin' and p.is_active
  ) then
    perform private.fail('CONFLICT', 409, 'The last admin cannot leave.');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.keep_reviews()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('reviews', 0));
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_dead_mail (
  mail_id bigint
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  state private.outbox_state;
begin
  select o.state into state from private.outbox o where o.id = lock_dead_mail.mail_id for no key update;
  if state is null then
    perform private.fail('MAIL_NOT_FOUND', 404, 'There is no such mail.');
  elsif state <> 'dead' then
    perform private.fail('MAIL_NOT_DEAD', 409, 'This mail was not given up.', jsonb_build_object('state', state));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_person (
  user_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.hold_person(lock_person.user_id);
  perform private.keep_reviews();
  perform from public.reviews r where r.user_id = lock_person.user_id order by r.id for no key update;
  perform from public.profiles p where p.id = lock_person.user_id for no key update;
  perform from public.carts k where k.user_id = lock_person.user_id for no key update;
  -- An event that is tried again is held before its order.
  perform from private.stripe_events e
  where e.order_id in (select o.id from public.orders o where o.user_id = lock_person.user_id)
    or e.payment_intent_id in (
      select p.stripe_payment_intent_id
      from public.payments p join public.orders o on o.id = p.order_id
      where o.user_id = lock_person.user_id
    )
  order by e.id
  for no key update;
  perform from public.orders o where o.user_id = lock_person.user_id order by o.id for no key update;
  perform private.lock_learner(lock_person.user_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_transfer (
  transfer_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
  select * into strict e from private.stripe_events x where x.id = process_stripe_event.event_id for no key update;
  return private.handle_stripe_event(e);
end
$function$;

CREATE OR REPLACE FUNCTION private.publish_course (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_course_owner(publish_course.course_id);
  -- Whoever decides about courses has decided by publishing one.
  decides boolean := private.is_service() or private.is_admin();
  course public.courses;
  issues jsonb;
begin
  select c.* into course from public.courses c where c.id = publish_course.course_id for no key update;

  if course.status = 'archived' then
    perform private.fail('CONFLICT', 409, 'An archived course stays off sale.');
  end if;
  if course.status = 'published' then
    return private.course_state(course.id);
  end if;

  issues := private.course_publish_issues(course.id);
  if issues <> '[]' then
    perform private.fail(
      'COURSE_NOT_PUBLISHABLE', 422, 'The course is not ready to be sold.', jsonb_build_object('issues', issues)
    );
  end if;

  if not decides and (
    (course.published_at is null and private.setting('course_review_required') = 'true')
    or exists (select from public.course_holds h where h.course_id = course.id)
  ) then
    update public.courses c set status = 'in_review' where c.id = course.id;
    return private.course_state(course.id);
  end if;

  delete from public.course_holds h where h.course_id = course.id;
  update public.courses c
  set status = 'published', published_at = coalesce(c.published_at, now())
  where c.id = course.id;

  if caller is distinct from course.instructor_id then
    perform private.tell_course_decision(course.id, 'published');
  end if;
  return private.course_state(course.id);
end
$function$;

CREATE OR REPLACE FUNCTION private.rate_limit_return (
  bucket   text,
  subject  text,
  "window" interval,
  used_at  timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  began constant timestamptz := date_bin(rate_limit_return."window", rate_limit_return.used_at, timestamptz '2000-01-01 00:00:00+00');
begin
  update private.rate_limits r
  set hits = r.hits - 1
  where r.bucket = rate_limit_return.bucket and r.subject = rate_limit_return.subject and r.window_started_at = began
    and r.hits > 1;
  if not found then
    delete from private.rate_limits r
    where r.bucket = rate_limit_return.bucket and r.subject = rate_limit_return.subject and r.window_started_at = began
      and r.hits = 1;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.redeem_coupon_seat (
  order_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  seat private.coupon_redemptions;
  coupon public.coupons;
begin
  select * into seat from private.coupon_redemptions r where r.order_id = redeem_coupon_seat.order_id for no key update;
  if seat.state = 'released' then
    -- Locked first and counted after: whoever was waited for has changed both.
    select * into strict coupon from public.coupons k where k.id = seat.coupon_id for no key update;
    if coupon.redeemed_count >= coupon.max_redemptions
      or coupon.max_per_user <= (
        select count(*) from private.coupon_redemptions r
        where r.coupon_id = coupon.id and r.user_id = seat.user_id and r.state <> 'released'
      )
    then
      perform private.report_anomaly('coupon_seat_lost', seat.order_id::text, seat.order_id);
      return;
    end if;
  end if;
  update private.coupon_redemptions r
  set state = 'redeemed', settled_at = now()
  where r.order_id = redeem_coupon_seat.order_id and r.state <> 'redeemed';
end
$function$;

CREATE OR REPLACE FUNCTION private.refund_order (
  order_id        uuid,
  order_item_ids  uuid[],
  reason          text,
  idempotency_key text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  is_service boolean := private.is_service();
  admin uuid := case when not is_service then private.require_admin() end;
  o public.orders;
  asked uuid[] := case
    when refund_order.order_item_ids is not null then array(select distinct x from unnest(refund_order.order_item_ids) x order by x)
  end;
  known private.refunds;
  refund_id uuid;
begin
  -- People say why; a job of ours may leave it out.
  if not is_service or refund_order.reason is not null then
    perform private.check_reason(refund_order.reason);
  end if;
  if length(refund_order.idempotency_key) not between 8 and 255 then
    perform private.fail('VALIDATION_ERROR', 422, 'This key cannot be used.', '{"idempotency_key": "8 to 255 characters"}');
  end if;

  select * into o from public.orders x where x.id = refund_order.order_id for no key update;
  if o.id is null then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  end if;
  if exists (
    select from unnest(refund_order.order_item_ids) asked (id)
    where not exists (select from public.order_items i where i.id = asked.id and i.order_id = o.id)
  ) then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'These lines are not of this order.', '{"order_item_ids": "lines of the order"}'
    );
  end if;

  select * into known
  from private.refunds r
  where r.order_id = o.id and r.idempotency_key = refund_order.idempotency_key;
  if known.id is not null and known.asked_item_ids is distinct from asked then
    perform private.fail('IDEMPOTENCY_KEY_REUSED', 409, 'This key was used for another request.');
  end if;
  refund_id := known.id;
  if refund_id is null then
    -- Stripe refuses to refund what a bank has asked back.
    if o.state in ('completed', 'partially_refunded') then
      refund_id := private.enter_refund(
        o.id, asked, 'staff', btrim(refund_order.reason), admin, refund_order.idempotency_key
      );
    end if;
    if refund_id is null then
      perform private.fail(
        'ORDER_NOT_REFUNDABLE', 409, 'There is nothing to refund.', jsonb_build_object('status', o.status, 'state', o.state)
      );
    end if;
  end if;
  return private.refund_json(refund_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.reorder_curriculum (
  course_id  uuid,
  curriculum jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  section_ids uuid[];
  lesson_ids uuid[];
begin
  perform private.require_course_author(reorder_curriculum.course_id);

  if (case
    when jsonb_typeof(reorder_curriculum.curriculum) = 'array' then exists (
      select from jsonb_array_elements(reorder_curriculum.curriculum) s(section)
      where not coalesce(pg_input_is_valid(s.section ->> 'id', 'uuid'), false)
        or jsonb_typeof(s.section -> 'lessons') is distinct from 'array'
        or exists (
          select from jsonb_path_query(s.section, '$.lessons[*]') l(lesson)
          where not coalesce(pg_input_is_valid(l.lesson #>> '{}', 'uuid'), false)
        )
    )
    else true
  end) then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'The order cannot be read.', '{"curriculum": "[{\"id\": section, \"lessons\": [lesson, …]}, …]"}'
    );
  end if;

  -- One reordering of a course at a time, and no new sections or lessons meanwhile. In the order of count_lessons.
  perform private.hold_curriculum(reorder_curriculum.course_id);
  perform from public.curriculum_sections s where s.course_id = reorder_curriculum.course_id order by s.id for no key update;
  perform from public.course_stats s where s.course_id = reorder_curriculum.course_id for no key update;

  select array_agg((s.section ->> 'id')::uuid order by s.place) into section_ids
  from jsonb_array_elements(reorder_curriculum.curriculum) with ordinality s(section, place);
  select array_agg(l.lesson::uuid) into lesson_ids
  from jsonb_array_elements(reorder_curriculum.curriculum) s(section), jsonb_array_elements_text(s.section -> 'lessons') l(lesson);

  if array(select s.id from public.curriculum_sections s where s.course_id = reorder_curriculum.course_id order by s.id)
    <> array(select x.id from unnest(section_ids) x(id) order by x.id)
    or array(select l.id from public.lessons l where l.course_id = reorder_curriculum.course_id order by l.id)
    <> array(select x.id from unnest(lesson_ids) x(id) order by x.id)
  then
    perform private.fail(
      'POSITION_CONFLICT', 409, 'The course has other sections or lessons than this order: load it again.'
    );
  end if;

  update public.curriculum_sections s
  set position = x.place
  from unnest(section_ids) with ordinality x(id, place)
  where s.id = x.id and s.position <> x.place;

  update public.lessons l
  set section_id = x.section_id, position = x.place
  from (
    select (s.section ->> 'id')::uuid as section_id, i.lesson::uuid as id, i.place
    from jsonb_array_elements(reorder_curriculum.curriculum) s(section),
      jsonb_array_elements_text(s.section -> 'lessons') with ordinality i(lesson, place)
  ) x
  where l.id = x.id and (l.section_id, l.position) is distinct from (x.section_id, x.place);

  return jsonb_build_object('curriculum', private.curriculum(reorder_curriculum.course_id));
end
$function$;

CREATE OR REPLACE FUNCTION private.replay_failed_event()
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.request_refund (
  order_item_id uuid,
  reason        text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  order_id uuid;
  refund_id uuid;
  decision jsonb;
begin
  if length(request_refund.reason) > 500 then
    perform private.fail('VALIDATION_ERROR', 422, 'The reason is too long.', '{"reason": "at most 500 characters"}');
  end if;
  select o.id into order_id
  from public.order_items i join public.orders o on o.id = i.order_id
  where i.id = request_refund.order_item_id and o.user_id = caller;
  if order_id is null then
    perform private.fail('ORDER_ITEM_NOT_FOUND', 404, 'There is no such line of an order.');
  end if;

  -- The order: two requests, or a request and Stripe's news, come one after the other. The learner: so do two requests
  -- for different orders, and nothing more is watched while it is decided.
  perform from public.orders o where o.id = order_id for no key update;
  perform private.lock_learner(caller);

  -- Asked twice is asked once.
  select r.id into refund_id
  from private.refund_items x join private.refunds r on r.id = x.refund_id
  where x.order_item_id = request_refund.order_item_id and r.requested_by = caller and r.origin = 'buyer'
    and r.state in ('requested', 'pending')
  order by r.created_at desc
  limit 1;
  if refund_id is not null then
    return private.refund_json(refund_id);
  end if;

  decision := private.refund_decision(request_refund.order_item_id);
  case decision #>> '{reasons,0}'
    when 'ORDER_NOT_REFUNDABLE' then
      perform private.fail('ORDER_NOT_REFUNDABLE', 409, 'This order is not paid.', decision);
    when 'NOTHING_PAID' then
      perform private.fail('NOTHING_PAID', 409, 'Nothing was paid for this course.', decision);
    when 'ALREADY_REFUNDED' then
      perform private.fail('ALREADY_REFUNDED', 409, 'This course is refunded already.', decision);
    when 'REFUND_IN_PROGRESS' then
      perform private.fail('REFUND_IN_PROGRESS', 409, 'The refund of this course is on its way.', decision);
    when 'ORDER_DISPUTED' then
      perform private.fail('ORDER_DISPUTED', 409, 'A bank is asked for this money: its decision comes first.', decision);
    when 'REFUND_WINDOW_CLOSED' then
      perform private.fail('REFUND_WINDOW_CLOSED', 409, 'The days in which this course can be given back are over.', decision);
    when 'REFUND_TOO_MUCH_WATCHED' then
      perform private.fail('REFUND_TOO_MUCH_WATCHED', 409, 'Too much of this course was studied to give it back.', decision);
    when 'REFUNDED_BEFORE' then
      perform private.fail('REFUNDED_BEFORE', 409, 'This course was given back before.', decision);
    when 'REFUND_LIMIT_REACHED' then
      perform private.fail('REFUND_LIMIT_REACHED', 409, 'Too many courses were given back. Our staff can help.', decision);
    else
      null;
  end case;

  refund_id := private.enter_refund(
    order_id, array[request_refund.order_item_id], 'buyer', request_refund.reason, caller
  );
  return private.refund_json(refund_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_money_anomaly (
  anomaly_id bigint,
  resolution text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  admin uuid := private.require_admin();
  anomaly private.money_anomalies;
begin
  perform private.check_resolution(resolve_money_anomaly.resolution);
  select * into anomaly from private.money_anomalies a where a.id = resolve_money_anomaly.anomaly_id for no key update;
  if anomaly.id is null then
    perform private.fail('ANOMALY_NOT_FOUND', 404, 'There is no such anomaly.');
  elsif anomaly.resolved_at is not null then
    perform private.fail(
      'ANOMALY_RESOLVED', 409, 'Somebody has resolved this already.',
      jsonb_build_object('resolved_at', anomaly.resolved_at, 'resolution', anomaly.resolution)
    );
  end if;
  update private.money_anomalies a
  set resolved_at = now(), resolved_by = admin, resolution = btrim(resolve_money_anomaly.resolution)
  where a.id = anomaly.id;
  return private.money_anomaly_json(anomaly.id);
end
$function$;

CREATE OR REPLACE FUNCTION private.retry_stripe_event (
  event_id   text,
  resolution text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  admin uuid := private.require_admin();
  e private.stripe_events;
  result jsonb;
begin
  perform private.check_resolution(retry_stripe_event.resolution);
  select * into e from private.stripe_events x where x.id = retry_stripe_event.event_id for no key update;
  if e.id is null then
    perform private.fail('EVENT_NOT_FOUND', 404, 'There is no such event.');
  elsif coalesce(e.outcome not in ('quarantined', 'failed'), true) or e.payload = '{}' then
    -- After a quarter the payload is forgotten.
    perform private.fail(
      'EVENT_NOT_RETRYABLE', 409, 'This event cannot be tried again.', jsonb_build_object('outcome', e.outcome)
    );
  end if;

  result := private.process_stripe_event(e.id);
  if result ->> 'outcome' = 'applied' then
    update private.money_anomalies a
    set resolved_at = now(), resolved_by = admin, resolution = btrim(retry_stripe_event.resolution)
    where a.subject in (e.id, e.payment_intent_id, e.payload #>> '{data,object,id}') and a.resolved_at is null
      and a.kind in (
        'livemode_mismatch', 'order_mismatch', 'amount_mismatch', 'currency_mismatch', 'transfer_mismatch', 'event_failed'
      );
  end if;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.review_course (
  course_id uuid,
  approve   boolean,
  reason    text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  words text := btrim(coalesce(review_course.reason, ''));
  course public.courses;
  issues jsonb;
begin
  perform private.require_operator();
  -- The row is the lock of publish_course and its kin.
  select c.* into course from public.courses c where c.id = review_course.course_id for no key update;
  if course.id is null then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  if length(words) > 500 or (words = '' and review_course.approve is not true) then
    perform private.fail('VALIDATION_ERROR', 422, 'Say why the course is refused.', '{"reason": "1 to 500 characters"}');
  end if;

  if review_course.approve then
    delete from public.course_holds h where h.course_id = course.id;
    if course.status = 'archived' or (course.status <> 'in_review' and not found) then
      perform private.fail('CONFLICT', 409, 'There is nothing to decide about this course.');
    end if;
    if course.status <> 'in_review' then
      perform private.tell_course_decision(course.id, 'released', words);
      return private.course_state(course.id);
    end if;

    issues := private.course_publish_issues(course.id);
    if issues <> '[]' then
      perform private.fail(
        'COURSE_NOT_PUBLISHABLE', 422, 'The course is not ready to be sold.', jsonb_build_object('issues', issues)
      );
    end if;
    update public.courses c
    set status = 'published', published_at = coalesce(c.published_at, now())
    where c.id = course.id;
    perform private.tell_course_decision(course.id, 'published', words);
    return private.course_state(course.id);
  end if;

  if course.status not in ('in_review', 'published', 'unpublished') then
    perform private.fail('CONFLICT', 409, 'There is nothing to decide about this course.');
  end if;
  insert into public.course_holds (course_id, reason)
  values (course.id, words)
  on conflict on constraint course_holds_pkey do update set reason = excluded.reason, held_at = now();
  update public.courses c
  set status = case when c.published_at is null then 'draft' else 'unpublished' end::public.course_status
  where c.id = course.id;
  perform private.tell_course_decision(
    course.id, case course.status when 'in_review' then 'refused' else 'taken_down' end, words
  );
  return private.course_state(course.id);
end
$function$;

CREATE OR REPLACE FUNCTION private.revoke_certificate (
  certificate_id uuid,
  reason         text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  admin uuid := private.require_admin();
  certificate public.certificates;
begin
  perform private.check_reason(revoke_certificate.reason);

  perform private.lock_learner((select c.user_id from public.certificates c where c.id = revoke_certificate.certificate_id));
  update public.certificates c
  set revoked_at = coalesce(c.revoked_at, now()), revoked_by = admin, revoke_reason = btrim(revoke_certificate.reason)
  where c.id = revoke_certificate.certificate_id
  returning * into certificate;
  if certificate.id is null then
    perform private.fail('CERTIFICATE_NOT_FOUND', 404, 'There is no such certificate.');
  end if;
  -- It is for good, so it is told once, also where its student has lost the course before.
  perform private.notify(
    certificate.user_id, 'certificate_revoked', 'Your certificate for ' || certificate.course_title || ' was revoked',
    certificate.revoke_reason, '/certificates/' || certificate.code, 'certificate_revoked:' || certificate.id
  );
  perform private.enqueue_mail(
    'certificate_revoked', certificate.user_id,
    jsonb_build_object(
      'certificate_id', certificate.id, 'code', certificate.code, 'course_id', certificate.course_id,
      'course_title', certificate.course_title, 'reason', certificate.revoke_reason
    ),
    certificate.id::text
  );
  return private.certificate_json(certificate);
end
$function$;

CREATE OR REPLACE FUNCTION private.rotate_api_key (
  key_id        uuid,
  overlap_hours integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller constant uuid := private.require_user();
  old public.api_keys;
begin
  if rotate_api_key.overlap_hours not between 0 and 168 or rotate_api_key.overlap_hours is null then
    perform private.fail('VALIDATION_ERROR', 422, 'A week at most.', '{"overlap_hours": "0 to 168"}');
  end if;
  select * into old
  from public.api_keys k
  where k.id = rotate_api_key.key_id
    -- The answer holds a secret that acts as the key's person, so an admin gets only successors of keys that admins made.
    and (k.user_id = caller or (k.scopes @> '{enroll}' and private.is_admin()))
    and k.is_active and k.expires_at > now()
  for no key update;
  if old.id is null then
    perform private.fail('API_KEY_NOT_FOUND', 404, 'There is no such valid key.');
  end if;
  -- One key becomes one key: otherwise each overlap would be a way round the limit, and each rotation a second key.
  if old.rotated_at is not null then
    perform private.fail(
      'CONFLICT', 409, 'This key has a successor already.', jsonb_build_object('rotated_at', old.rotated_at)
    );
  end if;
  perform private.require_room_for_key(old.user_id, old.id);

  update public.api_keys k
  set rotated_at = now(),
    revoked_at = case when rotate_api_key.overlap_hours = 0 then now() end,
    expires_at = case
      when rotate_api_key.overlap_hours = 0 then k.expires_at
      else least(k.expires_at, now() + make_interval(hours => rotate_api_key.overlap_hours))
    end
  where k.id = old.id;
  return private.mint_api_key(
    old.user_id, old.name, ceil(extract(epoch from old.expires_at - old.created_at) / 86400)::integer, old.scopes, old.course_ids,
    -- An admin said until when a company may give courses; only an admin says it anew.
    case when 'enroll' = any (old.scopes) and not private.is_admin() then old.expires_at end,
    old.seats
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.run_due_job()
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  job record;
  started timestamptz := clock_timestamp();
begin
  select j.name, j.command, j.run_every into job
  from private.jobs j
  where j.is_enabled
    -- Also what a clock that ran ahead put off too far: when it is set right, nothing may sleep for its whole error.
    and (
      j.next_run_at <= now()
      or (isfinite(j.next_run_at) and j.next_run_at > now() + j.run_every + interval '1 day')
    )
  order by j.next_run_at, j.name
  limit 1
  for no key update skip locked;
  if job.name is null then
    return false;
  end if;

  begin
    -- Planned before it runs: a job that has not done everything asks for its next turn itself.
    update private.jobs j set next_run_at = now() + job.run_every, last_run_at = now(), last_error = null where j.name = job.name;
    execute job.command;
    -- What is checked at the end is checked here, where it can be written down.
    set constraints all immediate;
    set constraints all deferred;
    update private.jobs j set last_duration_ms = extract(epoch from clock_timestamp() - started) * 1000 where j.name = job.name;
  exception when others then
    -- A job that fails is tried again soon, and shown by the health check.
    update private.jobs j
    set next_run_at = now() + least(job.run_every, interval '5 minutes'), last_run_at = now(), last_error = left(sqlerrm, 2000)
    where j.name = job.name;
  end;
  return true;
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
  select * into strict item from public.order_items i where i.id = set_item_access.order_item_id for no key update;
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

CREATE OR REPLACE FUNCTION private.set_user_role (
  user_id  uuid,
  role     public.user_role,
  has_role boolean
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  admin uuid := private.require_admin();
begin
  perform private.require_yes_or_no('has_role', set_user_role.has_role);
  if set_user_role.role is null then
    perform private.fail('VALIDATION_ERROR', 422, 'Name the role.', '{"role": "instructor, moderator or admin"}');
  end if;
  if not exists (select from public.profiles p where p.id = set_user_role.user_id) then
    perform private.fail('PROFILE_NOT_FOUND', 404, 'There is no such person.');
  end if;

  -- The profile before its roles, as in lock_person; the admins before it: see keep_an_admin.
  if set_user_role.has_role then
    perform from public.profiles p where p.id = set_user_role.user_id for no key update;
    insert into public.user_roles (user_id, role, granted_by)
    values (set_user_role.user_id, set_user_role.role, admin)
    on conflict do nothing;
  else
    -- Nobody could undo it.
    if set_user_role.user_id = admin and set_user_role.role = 'admin' then
      perform private.fail('CONFLICT', 409, 'Another admin has to take this role from you.');
    end if;
    if set_user_role.role = 'admin' then
      perform private.keep_an_admin(set_user_role.user_id);
    end if;
    perform from public.profiles p where p.id = set_user_role.user_id for no key update;
    delete from public.user_roles r where r.user_id = set_user_role.user_id and r.role = set_user_role.role;
  end if;

  return jsonb_build_object(
    'user_id', set_user_role.user_id,
    'roles', coalesce(
      (select jsonb_agg(r.role order by r.role) from public.user_roles r where r.user_id = set_user_role.user_id), '[]'
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_order (
  order_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
begin
  select * into strict o from public.orders x where x.id = settle_order.order_id for no key update;
  if o.completed_at is null then
    perform private.settle_unpaid_order(o);
  -- Nearly every paid order: completed, and nobody asked for anything back. There is nothing to derive.
  elsif o.state <> 'completed' or o.refunded_cents <> 0 or private.has_claims(o.id) then
    perform private.settle_paid_order(o);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.transfer_course (
  course_id uuid,
  new_owner uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_course_owner(transfer_course.course_id);
  former uuid;
  title text;
begin

  if not exists (select from public.profiles p where p.id = transfer_course.new_owner and p.is_instructor and p.is_active) then
    perform private.fail('NOT_INSTRUCTOR', 403, 'Only an instructor can own a course.');
  end if;

  -- Owners write the list of instructors directly, too.
  perform private.hold_curriculum(transfer_course.course_id);
  select c.instructor_id, c.title into former, title from public.courses c where c.id = transfer_course.course_id for no key update;
  if former <> transfer_course.new_owner then
    update public.course_instructors i
    set role = 'co_instructor', revenue_share_percent = 0
    where i.course_id = transfer_course.course_id and i.user_id = former;

    insert into public.course_instructors (course_id, user_id, role, revenue_share_percent)
    values (transfer_course.course_id, transfer_course.new_owner, 'owner', 0)
    on conflict on constraint course_instructors_pkey do update set role = 'owner', revenue_share_percent = 0;

    -- The shares of the others stay; the owner keeps the rest.
    update public.course_instructors i
    set revenue_share_percent = 100 - (
      select coalesce(sum(o.revenue_share_percent), 0)
      from public.course_instructors o
      where o.course_id = transfer_course.course_id and o.role = 'co_instructor'
    )
    where i.course_id = transfer_course.course_id and i.role = 'owner';

    update public.courses c set instructor_id = transfer_course.new_owner where c.id = transfer_course.course_id;

    perform private.notify(
      transfer_course.new_owner, 'course_team', format('%s is yours now', title), 'You set its price, publish it and are paid for it.',
      '/instructor/courses', null
    );
    if caller is distinct from former then
      perform private.notify(
        former, 'course_team', format('%s was handed over', title), 'You still teach it, without a share.', '/instructor/courses', null
      );
    end if;
  end if;
  return jsonb_build_object('id', transfer_course.course_id, 'instructor_id', transfer_course.new_owner);
end
$function$;

CREATE OR REPLACE FUNCTION private.unpublish_course (
  course_id uuid,
  reason    text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_course_owner(unpublish_course.course_id);
  course public.courses;
begin
  select c.* into course from public.courses c where c.id = unpublish_course.course_id for no key update;

  if course.status in ('published', 'in_review') then
    if caller is distinct from course.instructor_id then
      return private.review_course(course.id, false, unpublish_course.reason);
    end if;
    update public.courses c
    set status = case when c.published_at is null then 'draft' else 'unpublished' end::public.course_status
    where c.id = course.id;
  end if;
  return private.course_state(unpublish_course.course_id);
end
$function$;

CREATE OR REPLACE FUNCTION public.begin_payment (
  order_id uuid,
  user_id  uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
  payment public.payments;
  item public.order_items;
  refusal text;
begin
  if not exists (select from public.profiles p where p.id = begin_payment.user_id and p.is_active) then
    perform private.fail('ACCOUNT_DISABLED', 403, 'This account is closed.');
  end if;

  select * into o
  from public.orders x
  where x.id = begin_payment.order_id and x.user_id = begin_payment.user_id
  for no key update;
  if o.id is null then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  elsif o.completed_at is not null then
    perform private.fail('ORDER_ALREADY_PAID', 409, 'This order is paid.');
  elsif o.state in ('canceled', 'expired') or (o.state <> 'processing' and o.expires_at <= now()) then
    perform private.fail('ORDER_EXPIRED', 409, 'This order is over. Order again.');
  end if;

  select * into payment
  from public.payments p
  where p.order_id = o.id and p.status in ('pending', 'processing', 'failed');

  -- While money is on its way, only Stripe can say what comes next.
  if o.state <> 'processing' then
    for item in select * from public.order_items i where i.order_id = o.id order by i.position loop
      refusal := private.purchase_refusal(o.user_id, item.course_id);
      perform private.refuse_course(
        case refusal when 'COURSE_NOT_FOUND' then 'COURSE_UNAVAILABLE' else refusal end, item.course_id
      );
    end loop;
  end if;

  if payment.id is null then
    -- New intents are limited, retries of one are not: a buyer may try all the cards they have.
    if not private.rate_limit_hit('payment', o.user_id::text, 5, interval '1 hour') then
      perform private.fail(
        'RATE_LIMITED', 429, 'Too many payments were begun. Try again later.', '{"limit": 5, "window_seconds": 3600}',
        jsonb_build_object('Retry-After', private.retry_after(interval '1 hour'))
      );
    end if;
    insert into public.payments (order_id, attempt, amount_cents, currency, receipt_email)
    values (
      o.id, (select coalesce(max(p.attempt), 0) + 1 from public.payments p where p.order_id = o.id), o.total_cents, o.currency,
      (
        select coalesce(nullif(v.email, ''), b.email)
        from public.order_billing b left join public.profile_private v on v.user_id = o.user_id
        where b.order_id = o.id
      )
    )
    returning * into payment;
  end if;

  return jsonb_build_object(
    'order_id', o.id,
    'user_id', o.user_id,
    'order_number', o.order_number,
    'state', o.state,
    'expires_at', o.expires_at,
    'payment_id', payment.id,
    'attempt', payment.attempt,
    'amount_cents', payment.amount_cents,
    'currency', payment.currency,
    'payment_intent_id', payment.stripe_payment_intent_id,
    'receipt_email', payment.receipt_email,
    'created_at', payment.created_at
  );
end
$function$;

CREATE OR REPLACE FUNCTION public.claim_certificates (
  batch_size integer DEFAULT 5
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  claimed jsonb;
begin
  with due as (
    select c.id, coalesce(p.attempts, 0) + 1 as attempts
    from public.certificates c left join private.certificate_prints p on p.certificate_id = c.id
    where c.file_path is null and c.revoked_at is null and coalesce(p.next_attempt_at, '-infinity') <= now()
    order by p.next_attempt_at nulls first, c.issued_at, c.id
    limit least(greatest(claim_certificates.batch_size, 1), 20)
    for no key update of c skip locked
  ), taken as (
    insert into private.certificate_prints (certificate_id, attempts, next_attempt_at)
    -- 1, 2, 4 … minutes, 6 hours at most. The power is bounded, because attempts are not.
    select d.id, d.attempts, now() + least(interval '1 minute' * 2 ^ least(d.attempts - 1, 10), interval '6 hours')
    from due d
    on conflict on constraint certificate_prints_pkey do update
    set attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at
    returning certificate_id
  )
  select jsonb_agg(public.certificate_document(t.certificate_id) order by t.certificate_id)
  into claimed
  from taken t;
  return coalesce(claimed, '[]');
end
$function$;

CREATE OR REPLACE FUNCTION public.claim_file_deletions (
  batch_size integer DEFAULT 20
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  claimed jsonb;
begin
  with due as (
    select d.id from private.file_deletions d
    where d.done_at is null and d.next_attempt_at <= now()
    order by d.next_attempt_at, d.id
    limit least(greatest(coalesce(claim_file_deletions.batch_size, 20), 1), 100)
    for no key update skip locked
  ), taken as (
    -- Should the worker die, the row comes back after a while.
    update private.file_deletions d
    set attempts = least(d.attempts + 1, 1000), next_attempt_at = now() + interval '5 minutes'
    from due where d.id = due.id
    returning d.id, d.bucket_id, d.folder
  )
  select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'bucket', t.bucket_id, 'folder', t.folder) order by t.id), '[]')
  into claimed from taken t;
  return claimed;
end
$function$;

CREATE OR REPLACE FUNCTION public.claim_outbox (
  batch_size    integer DEFAULT 20,
  lease_seconds integer DEFAULT 120
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.claim_refunds (
  batch_size    integer DEFAULT 20,
  lease_seconds integer DEFAULT 120
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  claimed jsonb;
begin
  with due as (
    select r.id
    from private.refunds r
    where r.state = 'requested' and (r.locked_until is null or r.locked_until <= now())
    order by r.created_at, r.id
    limit least(greatest(claim_refunds.batch_size, 1), 100)
    for no key update skip locked
  ), taken as (
    update private.refunds r
    set attempts = least(r.attempts + 1, 30000),
      locked_until = now() + make_interval(secs => least(greatest(claim_refunds.lease_seconds, 10), 900))
    from due
    where r.id = due.id
    returning r.*
  )
  select jsonb_agg(
    jsonb_build_object(
      'refund_id', t.id,
      'order_id', t.order_id,
      'payment_intent_id', p.stripe_payment_intent_id,
      'amount_cents', t.amount_cents,
      'currency', t.currency,
      'attempt', t.attempts,
      -- One refund at Stripe, however often it is tried.
      'idempotency_key', 'refund:' || t.id,
      -- The lines, so that a restored backup that lacks this refund learns from Stripe what it was for. Stripe takes 500 characters.
      'metadata', jsonb_build_object('refund_id', t.id, 'order_id', t.order_id) || coalesce(
        (
          select jsonb_build_object('order_item_ids', string_agg(x.order_item_id::text, ',' order by x.order_item_id))
          from private.refund_items x
          where x.refund_id = t.id
          having count(*) between 1 and 13
        ),
        '{}'
      )
    )
    order by t.created_at, t.id
  )
  into claimed
  from taken t join public.payments p on p.id = t.payment_id;
  return coalesce(claimed, '[]');
end
$function$;

CREATE OR REPLACE FUNCTION public.claim_transfers (
  batch_size    integer DEFAULT 20,
  lease_seconds integer DEFAULT 120
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  claimed jsonb;
begin
  with due as (
    select t.id
    from private.transfers t
    where t.state = 'requested' and (t.locked_until is null or t.locked_until <= now())
      and (
        t.reverses_id is not null
        -- Few were begun and not done with, and only of those the books have to be asked.
        or case when t.attempts > 0 then private.is_overpaid_share(t.order_item_id, t.instructor_id) else false end
        or (
          exists (select from private.payout_accounts p where p.user_id = t.instructor_id and p.is_ready)
          -- What somebody is about to get back waits for that; then it is canceled.
          and not exists (
            select from private.refund_items x join private.refunds r on r.id = x.refund_id
            where x.order_item_id = t.order_item_id and r.state = 'requested'
          )
        )
      )
    order by t.created_at, t.id
    limit least(greatest(claim_transfers.batch_size, 1), 100)
    for no key update of t skip locked
  ), taken as (
    update private.transfers t
    set attempts = least(t.attempts + 1, 30000),
      locked_until = now() + make_interval(secs => least(greatest(claim_transfers.lease_seconds, 10), 900))
    from due
    where t.id = due.id
    returning t.*
  )
  select jsonb_agg(
    jsonb_build_object(
      'transfer_id', t.id,
      'kind', case when t.reverses_id is null then 'transfer' else 'reversal' end,
      'destination', p.stripe_account_id,
      -- The transfer of which a part comes back.
      'stripe_transfer_id', sent.stripe_id,
      'amount_cents', t.amount_cents,
      'currency', t.currency,
      'source_transaction', (
        select y.stripe_charge_id from public.payments y where y.order_id = i.order_id and y.pays_order
      ),
      'transfer_group', i.order_id,
      'attempt', t.attempts,
      'is_void', t.reverses_id is null and private.is_overpaid_share(t.order_item_id, t.instructor_id),
      -- One transfer at Stripe, however often it is tried.
      'idempotency_key', 'transfer:' || t.id,
      'metadata', jsonb_build_object('transfer_id', t.id, 'payout_id', t.payout_id, 'order_item_id', t.order_item_id)
    )
    order by t.created_at, t.id
  )
  into claimed
  from
    taken t
    join public.order_items i on i.id = t.order_item_id
    join private.payout_accounts p on p.user_id = t.instructor_id
    left join private.transfers sent on sent.id = t.reverses_id;
  return coalesce(claimed, '[]');
end
$function$;

CREATE OR REPLACE FUNCTION public.record_processing_fee (
  payment_id uuid,
  fee_cents  integer,
  currency   text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  payment public.payments;
begin
  -- The order first, as everywhere.
  perform from public.orders o
  where o.id = (select p.order_id from public.payments p where p.id = record_processing_fee.payment_id)
  for no key update;
  select * into payment from public.payments p where p.id = record_processing_fee.payment_id;
  if payment.id is null or record_processing_fee.fee_cents is null or record_processing_fee.fee_cents < 0 then
    perform private.fail('VALIDATION_ERROR', 422, 'There is no such payment, or this is no fee.');
  end if;

  if payment.processing_fee_cents is null then
    if record_processing_fee.currency is distinct from payment.currency::text then
      -- Neither the fee nor a transfer can be booked in the currency of the sale.
      perform private.report_anomaly(
        'settled_in_other_currency', payment.id::text, payment.order_id,
        jsonb_build_object('paid', payment.currency, 'settled', record_processing_fee.currency, 'fee', record_processing_fee.fee_cents)
      );
    end if;
    update public.payments p
    set processing_fee_cents = case
      when record_processing_fee.currency = payment.currency::text then record_processing_fee.fee_cents
      else 0
    end
    where p.id = payment.id;
    if exists (select from public.orders o where o.id = payment.order_id and o.completed_at is not null) then
      perform private.post_ledger(payment.order_id);
    end if;
  end if;
  return jsonb_build_object(
    'payment_id', payment.id,
    'processing_fee_cents', (select p.processing_fee_cents from public.payments p where p.id = payment.id)
  );
end
$function$;

CREATE OR REPLACE FUNCTION public.release_payment_attempt (
  order_id uuid,
  attempt  integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
  begun_at timestamptz;
begin
  select * into o from public.orders x where x.id = release_payment_attempt.order_id for no key update;
  update public.payments p
  set canceled_at = now()
  where p.order_id = release_payment_attempt.order_id
    and p.attempt = release_payment_attempt.attempt
    and p.stripe_payment_intent_id is null
    and p.status = 'pending'
  returning p.created_at into begun_at;
  -- Stripe's failure is not the buyer's: without an intent no card was tried, and the attempt is none of the five an hour.
  if begun_at is not null then
    perform private.rate_limit_return('payment', o.user_id::text, interval '1 hour', begun_at);
  end if;
  if o.id is not null then
    perform private.settle_order(o.id);
  end if;
  return (
    select jsonb_build_object('payment_id', p.id, 'order_id', p.order_id, 'status', p.status)
    from public.payments p
    where p.order_id = release_payment_attempt.order_id and p.attempt = release_payment_attempt.attempt
  );
end
$function$;

CREATE OR REPLACE FUNCTION public.remember_payment_intent (
  order_id          uuid,
  attempt           integer,
  payment_intent_id text,
  status            text    DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  payment public.payments;
begin
  perform from public.orders o where o.id = remember_payment_intent.order_id for no key update;
  select * into payment
  from public.payments p
  where p.order_id = remember_payment_intent.order_id and p.attempt = remember_payment_intent.attempt;

  if payment.id is null then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such attempt to pay.');
  elsif payment.stripe_payment_intent_id <> remember_payment_intent.payment_intent_id then
    perform private.fail(
      'CONFLICT', 409, 'This attempt has another intent.', jsonb_build_object('payment_intent_id', payment.stripe_payment_intent_id)
    );
  end if;

  perform private.tie_intent(payment.id, remember_payment_intent.payment_intent_id);
  -- The attempt was given up in this moment: a second intent that can be paid must not be.
  if exists (
    select
    from public.payments p join public.payments x on x.order_id = p.order_id and x.id <> p.id
    where p.id = payment.id and p.status = 'canceled' and x.status in ('pending', 'processing', 'failed')
  ) then
    perform private.fail('CONFLICT', 409, 'Another attempt to pay this order is under way.');
  end if;
  -- It was given up and has an intent after all: it is one of the five an hour again.
  if payment.status = 'canceled' and payment.stripe_payment_intent_id is null then
    perform private.rate_limit_hit('payment', o.user_id::text, 5, interval '1 hour')
    from public.orders o
    where o.id = payment.order_id;
  end if;
  return (
    select jsonb_build_object(
      'payment_id', p.id, 'order_id', p.order_id, 'status', p.status, 'stripe_status', remember_payment_intent.status
    )
    from public.payments p
    where p.id = payment.id
  );
end
$function$;

CREATE TRIGGER hold_cart_lines
  BEFORE DELETE ON public.cart_items
  FOR EACH STATEMENT
  WHEN (row_security_active(('public.cart_items'::regclass)::oid))
  EXECUTE FUNCTION private.hold_cart_lines();

CREATE TRIGGER hold_table
  BEFORE DELETE OR UPDATE ON public.categories
  FOR EACH STATEMENT
  WHEN (row_security_active(('public.categories'::regclass)::oid))
  EXECUTE FUNCTION private.hold_table();

CREATE TRIGGER hold_table
  BEFORE UPDATE ON public.contact_messages
  FOR EACH STATEMENT
  WHEN (row_security_active(('public.contact_messages'::regclass)::oid))
  EXECUTE FUNCTION private.hold_table();

CREATE TRIGGER hold_own_coupons
  BEFORE DELETE OR UPDATE ON public.coupons
  FOR EACH STATEMENT
  WHEN (row_security_active(('public.coupons'::regclass)::oid))
  EXECUTE FUNCTION private.hold_own_coupons();

CREATE TRIGGER hold_curricula
  BEFORE INSERT OR DELETE OR UPDATE ON public.course_instructors
  FOR EACH STATEMENT
  WHEN (row_security_active(('public.course_instructors'::regclass)::oid))
  EXECUTE FUNCTION private.hold_own_curricula();

CREATE TRIGGER hold_curricula
  BEFORE INSERT OR DELETE OR UPDATE ON public.course_outcomes
  FOR EACH STATEMENT
  WHEN (row_security_active(('public.course_outcomes'::regclass)::oid))
  EXECUTE FUNCTION private.hold_own_curricula();

CREATE TRIGGER hold_curricula
  BEFORE INSERT OR DELETE OR UPDATE ON public.course_requirements
  FOR EACH STATEMENT
  WHEN (row_security_active(('public.course_requirements'::regclass)::oid))
  EXECUTE FUNCTION private.hold_own_curricula();

CREATE TRIGGER hold_curricula
  BEFORE DELETE OR UPDATE ON public.courses
  FOR EACH STATEMENT
  WHEN (row_security_active(('public.courses'::regclass)::oid))
  EXECUTE FUNCTION private.hold_own_curricula();

CREATE TRIGGER hold_curricula
  BEFORE INSERT OR DELETE OR UPDATE ON public.curriculum_sections
  FOR EACH STATEMENT
  WHEN (row_security_active(('public.curriculum_sections'::regclass)::oid))
  EXECUTE FUNCTION private.hold_own_curricula();

CREATE TRIGGER hold_curricula
  BEFORE INSERT OR DELETE OR UPDATE ON public.lesson_contents
  FOR EACH STATEMENT
  WHEN (row_security_active(('public.lesson_contents'::regclass)::oid))
  EXECUTE FUNCTION private.hold_own_curricula();

CREATE TRIGGER hold_curricula
  BEFORE INSERT OR DELETE OR UPDATE ON public.lessons
  FOR EACH STATEMENT
  WHEN (row_security_active(('public.lessons'::regclass)::oid))
  EXECUTE FUNCTION private.hold_own_curricula();

CREATE TRIGGER hold_own_rows
  BEFORE DELETE OR UPDATE ON public.notifications
  FOR EACH STATEMENT
  WHEN (row_security_active(('public.notifications'::regclass)::oid))
  EXECUTE FUNCTION private.hold_own_rows();

CREATE TRIGGER hold_own_votes
  BEFORE INSERT OR DELETE ON public.review_votes
  FOR EACH STATEMENT
  WHEN (row_security_active(('public.review_votes'::regclass)::oid))
  EXECUTE FUNCTION private.hold_own_votes();

CREATE TRIGGER hold_author
  BEFORE DELETE ON public.reviews
  FOR EACH ROW
  EXECUTE FUNCTION private.hold_author();

CREATE TRIGGER hold_own_reviews
  BEFORE DELETE OR UPDATE ON public.reviews
  FOR EACH STATEMENT
  WHEN (row_security_active(('public.reviews'::regclass)::oid))
  EXECUTE FUNCTION private.hold_own_reviews();

CREATE TRIGGER hold_own_rows
  BEFORE DELETE ON public.wishlists
  FOR EACH STATEMENT
  WHEN (row_security_active(('public.wishlists'::regclass)::oid))
  EXECUTE FUNCTION private.hold_own_rows();

COMMENT ON FUNCTION "private"."hold_author"() IS 'Trigger: the author of a review is held before its card is deleted.';

COMMENT ON FUNCTION "private"."hold_cart_lines"() IS 'Trigger: who takes lines out of the own cart waits for orders that do, instead of both for each other.';

COMMENT ON FUNCTION "private"."hold_curriculum"(uuid) IS 'Nobody else writes the curriculum of the course until the transaction ends. Taken before any of its rows.';

COMMENT ON FUNCTION "private"."hold_own_coupons"() IS 'Trigger: an instructor takes the own coupons in the order in which checkouts take coupons.';

COMMENT ON FUNCTION "private"."hold_own_curricula"() IS 'Trigger: who writes curricula directly holds those that he may write; admins, and who teaches very many, hold all.';

COMMENT ON FUNCTION "private"."hold_own_reviews"() IS 'Trigger: an author takes the own reviews in the order in which everybody takes reviews; staff waits until nobody has any.';

COMMENT ON FUNCTION "private"."hold_own_rows"() IS 'Trigger: one statement a person at a time changes or deletes the own rows of the table.';

COMMENT ON FUNCTION "private"."hold_own_votes"() IS 'Trigger: one statement a person at a time votes, and the reviews stay until it has.';

COMMENT ON FUNCTION "private"."hold_person"(uuid) IS 'One statement at a time changes the own rows of this person directly, until the transaction ends. Taken before any row.';

COMMENT ON FUNCTION "private"."hold_table"() IS 'Trigger: one statement of staff at a time changes or deletes rows of the table.';

COMMENT ON FUNCTION "private"."keep_reviews"() IS 'Staff deletes no review until the transaction ends. Taken after private.hold_person, before any row.';

COMMENT ON FUNCTION "private"."rate_limit_return"(text, text, interval, timestamp with time zone) IS 'Counts one use less in the window of used_at. The window is the one of rate_limit_hit.';

REVOKE ALL ON FUNCTION "private"."hold_author"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hold_author"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."hold_author"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."hold_cart_lines"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hold_cart_lines"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."hold_cart_lines"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."hold_curriculum"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hold_curriculum"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."hold_curriculum"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."hold_own_coupons"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hold_own_coupons"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."hold_own_coupons"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."hold_own_curricula"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hold_own_curricula"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."hold_own_curricula"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."hold_own_reviews"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hold_own_reviews"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."hold_own_reviews"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."hold_own_rows"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hold_own_rows"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."hold_own_rows"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."hold_own_votes"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hold_own_votes"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."hold_own_votes"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."hold_person"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hold_person"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."hold_person"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."hold_table"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hold_table"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."hold_table"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."keep_reviews"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."keep_reviews"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."keep_reviews"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."rate_limit_return"(text, text, interval, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."rate_limit_return"(text, text, interval, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."rate_limit_return"(text, text, interval, timestamp WITH time zone) TO "postgres";
