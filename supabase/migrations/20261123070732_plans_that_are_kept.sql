-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

SET local check_function_bodies = off;

DROP POLICY "insert_own" ON "public"."cart_items";

CREATE SCHEMA "private_outgoing";

ALTER FUNCTION "private"."cart_refusal"(uuid, uuid) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."current_streak_days"(integer, date, text, timestamp WITH time zone) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."is_service"() SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."minimum_charge_cents"(text) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."normalise_coupon_code"(text) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."purchase_refusal"(uuid, uuid) SET SCHEMA "private_outgoing";

CREATE SCHEMA "public_outgoing";

ALTER FUNCTION "public"."add_to_cart"(uuid) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."continue_learning"(integer) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."enroll_free"(uuid) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."enrollment_detail"(uuid) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."get_cart"() SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."mark_lesson_complete"(uuid, uuid, boolean) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."my_enrollments"(text, integer, integer) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."record_watch_time"(uuid, integer, integer, integer) SET SCHEMA "public_outgoing";

ALTER TABLE "public"."cart_items"
  ALTER COLUMN "cart_id" DROP DEFAULT;

ALTER FUNCTION "private"."own_cart_id"() SET SCHEMA "private_outgoing";

CREATE OR REPLACE FUNCTION private.cart_refusal (
  user_id   uuid,
  course_id uuid
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return coalesce(
    private.purchase_refusal(cart_refusal.user_id, cart_refusal.course_id),
    (
      select case
        when bool_or(i.course_id = cart_refusal.course_id) then 'ALREADY_IN_CART'
        when count(*) >= private.setting_int('cart_limit') then 'CART_LIMIT_REACHED'
        when bool_or(other.currency <> mine.currency) then 'CURRENCY_MISMATCH'
      end
      from
        public.courses mine
        join public.cart_items i on i.user_id = cart_refusal.user_id
        join public.courses other on other.id = i.course_id
      where mine.id = cart_refusal.course_id
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.current_streak_days (
  streak_days    integer,
  streak_last_on date,
  timezone       text,
  at             timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return case
  when streak_last_on >= (at at time zone timezone)::date - 1 then streak_days
  else 0
end;
end
$function$;

CREATE OR REPLACE FUNCTION private.is_service()
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return current_setting('role', true) = 'service_role';
end
$function$;

CREATE OR REPLACE FUNCTION private.minimum_charge_cents (
  currency text
)
  RETURNS integer
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  return case currency
  when 'aed' then 200
  when 'czk' then 1500
  when 'dkk' then 250
  when 'gbp' then 30
  when 'hkd' then 400
  when 'huf' then 17500
  when 'jpy' then 50
  when 'mxn' then 1000
  when 'myr' then 200
  when 'nok' then 300
  when 'pln' then 200
  when 'ron' then 200
  when 'sek' then 300
  when 'thb' then 1000
  else 50
end;
end
$function$;

CREATE OR REPLACE FUNCTION private.normalise_coupon_code (
  code text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  return upper(regexp_replace(normalize(code, nfkc), '[\s\u00ad\u200b-\u200f\u2060\ufeff]', '', 'g'));
end
$function$;

CREATE OR REPLACE FUNCTION private.own_cart_id()
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return (select c.id from public.carts c where c.user_id = auth.uid());
end
$function$;

CREATE OR REPLACE FUNCTION private.purchase_refusal (
  user_id   uuid,
  course_id uuid
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select case
      when c.id is null or not c.is_published then 'COURSE_NOT_FOUND'
      when c.instructor_id = purchase_refusal.user_id
        or exists (
          select from public.course_instructors i
          where i.course_id = purchase_refusal.course_id and i.user_id = purchase_refusal.user_id
        )
      then 'OWN_COURSE'
      when private.is_enrolled(purchase_refusal.user_id, purchase_refusal.course_id) then 'ALREADY_ENROLLED'
    end
    from (values (purchase_refusal.course_id)) as asked (id) left join public.courses c on c.id = asked.id
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.require_user()
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := auth.uid();
begin
  if caller is null then
    perform private.fail('AUTH_REQUIRED', 401, 'Sign in first.');
  end if;
  if not exists (select from public.profiles p where p.id = caller and p.is_active) then
    perform private.fail('ACCOUNT_DISABLED', 403, 'This account is closed.');
  end if;
  return caller;
end
$function$;

CREATE OR REPLACE FUNCTION public.add_to_cart (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.add_to_cart(course_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."add_to_cart"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.continue_learning (
  max_results integer DEFAULT 10
)
  RETURNS jsonb
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
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.create_order_from_cart(billing_address, expected_total, coupon_code, idempotency_key);
end
$function$;

REVOKE ALL ON FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.enroll_free (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.enroll_free(course_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."enroll_free"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.enrollment_detail (
  enrollment_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.enrollment_detail(enrollment_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."enrollment_detail"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.get_cart()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.get_cart();
end
$function$;

REVOKE ALL ON FUNCTION "public"."get_cart"() FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.mark_lesson_complete (
  enrollment_id uuid,
  lesson_id     uuid,
  completed     boolean DEFAULT true
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.mark_lesson_complete(enrollment_id, lesson_id, completed);
end
$function$;

REVOKE ALL ON FUNCTION "public"."mark_lesson_complete"(uuid, uuid, boolean) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.my_enrollments (
  status    text    DEFAULT NULL::text,
  page      integer DEFAULT 1,
  page_size integer DEFAULT 10
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.my_enrollments(status, page, page_size);
end
$function$;

REVOKE ALL ON FUNCTION "public"."my_enrollments"(text, integer, integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.record_watch_time (
  lesson_id       uuid,
  from_second     integer,
  to_second       integer,
  position_second integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.record_watch_time(lesson_id, from_second, to_second, position_second);
end
$function$;

REVOKE ALL ON FUNCTION "public"."record_watch_time"(uuid, integer, integer, integer) FROM PUBLIC, "anon", "service_role";

CREATE POLICY "insert_own" ON "public"."cart_items"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((user_id = ( SELECT private.active_uid() AS active_uid)) AND (cart_id = ( SELECT private.own_cart_id() AS own_cart_id))));

COMMENT ON FUNCTION "private"."cart_refusal"(uuid, uuid) IS 'Code of the reason why the course cannot be put in the user''s cart, or null. Volatile: it must see the rows of the statement before it.';

COMMENT ON FUNCTION "private"."current_streak_days"(integer, date, text, timestamp with time zone) IS 'Days of the current streak. streak_days and streak_last_on as in profile_stats; timezone: IANA; at: the moment that counts as now.';

COMMENT ON FUNCTION "private"."is_service"() IS 'true for a call with the secret key.';

COMMENT ON FUNCTION "private"."minimum_charge_cents"(text) IS 'Smallest amount that can be charged in a lower-case ISO 4217 currency, in minor units.';

COMMENT ON FUNCTION "private"."normalise_coupon_code"(text) IS 'The stored form of a coupon code.';

COMMENT ON FUNCTION "private"."own_cart_id"() IS 'The cart of the caller, or null for nobody.';

COMMENT ON FUNCTION "private"."purchase_refusal"(uuid, uuid) IS 'Code of the reason why the user cannot buy the course (COURSE_NOT_FOUND, OWN_COURSE, ALREADY_ENROLLED), or null.';

COMMENT ON FUNCTION "public"."add_to_cart"(uuid) IS 'Puts a published course into the caller''s cart. Returns {id, course{id, title, slug, price}, added_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, COURSE_NOT_FOUND 404, OWN_COURSE 409, ALREADY_ENROLLED 409, ALREADY_IN_CART 409, CURRENCY_MISMATCH 409, CART_LIMIT_REACHED 422, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."continue_learning"(integer) IS 'Courses with lessons left, the last studied first: {results[{enrollment_id, course{id, title, slug, thumbnail, instructor (name)}, progress_percent, lessons_completed, total_lessons, current_lesson{id, title, order (in its section), index (in the course), section, position_seconds}, last_activity_at}]}. max_results: 1 to 50, 10 by default. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

COMMENT ON FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) IS 'Makes the caller''s cart an order at today''s prices, fixed until expires_at. billing_address: {first_name, last_name, email, address_line1, city, country (ISO 3166-1 alpha-2)} and, where there are any, address_line2, state, postal_code, phone. expected_total: the decimal total the buyer was shown. coupon_code: as apply_coupon takes it. idempotency_key: 8 to 255 characters; the same key gives the same order. While an order is open, calling again returns it, or replaces it when the cart, a price or the coupon changed. A total of zero is completed at once. Returns the order as get_order does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403 (a guest), INVALID_BILLING_ADDRESS 422, VALIDATION_ERROR 422, IDEMPOTENCY_KEY_REUSED 409, CART_EMPTY 422, COURSE_NOT_FOUND 404, OWN_COURSE 409, ALREADY_ENROLLED 409, PAYMENT_PROCESSING 409, PRICE_CHANGED 409 (details: the new prices), AMOUNT_BELOW_MINIMUM 422, COUPON_INVALID 404, COUPON_ALREADY_USED 409, COUPON_EXHAUSTED 409, TOO_MANY_COUPON_ATTEMPTS 429.';

COMMENT ON FUNCTION "public"."enroll_free"(uuid) IS 'Enrols in a published free course. Returns {id, course_id, enrolled_at, progress_percent, is_completed}; progress is kept from an earlier time. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, COURSE_NOT_FREE 402, COURSE_NOT_FOUND 404, OWN_COURSE 409, ALREADY_ENROLLED 409.';

COMMENT ON FUNCTION "public"."enrollment_detail"(uuid) IS 'One own enrolment: the fields of my_enrollments, current_lesson as in continue_learning, and course{id, title, slug, thumbnail, duration_hours, instructor{id, first_name, last_name, avatar}, curriculum[{id, title, description, order, total_lessons, total_duration_minutes, lessons[{id, title, order, duration_minutes, duration_seconds, is_preview, completed, watch_time_seconds, position_seconds}]}]}. The content itself is in lesson_contents. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ENROLLMENT_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."get_cart"() IS 'The caller''s cart at today''s prices: {id, items[{id, course{id, title, slug, price, original_price, thumbnail, instructor{id, first_name, last_name}}, added_at, is_available, unavailable_reason}], total_items, total_price, total_original_price, total_discount, currency}. Totals count what can be bought; unavailable_reason is COURSE_NOT_FOUND, OWN_COURSE or ALREADY_ENROLLED. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

COMMENT ON FUNCTION "public"."mark_lesson_complete"(uuid, uuid, boolean) IS 'Marks a lesson as completed; completed false takes it back. Calling it twice changes nothing. enrollment_id: null means the own enrolment in the course of the lesson. The last lesson completes the course for good and issues the certificate. Returns {lesson_id, enrollment_id, is_completed (of the lesson), enrollment_progress (percent, rounded down), lessons_completed, total_lessons, course_completed, certificate_url (path in the app, or null)}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_ENROLLED 403, ENROLLMENT_REVOKED 403, ENROLLMENT_NOT_FOUND 404, LESSON_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."my_enrollments"(text, integer, integer) IS 'A page of the caller''s courses, latest first: results[{id, course{id, title, slug, thumbnail, duration_hours, instructor (name)}, status, access_ends_at, progress_percent, lessons_completed, total_lessons, enrolled_at, last_activity_at, is_completed, completed_at, new_lessons_since_completion, certificate_url}]. status: active (not completed yet), completed, or revoked (access was taken back); without it, everything but revoked. page from 1; page_size 1 to 100. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."record_watch_time"(uuid, integer, integer, integer) IS 'The heartbeat of the player, every 10 to 60 seconds. from_second, to_second: the stretch played since the last one, in seconds from the start of the lesson; position_second: where to resume. A second counts once, and at most two seconds of video count a second of the clock. Returns {lesson_id, enrollment_id, watch_time_seconds (distinct seconds so far), credited_seconds (new by this call), position_seconds, duration_seconds}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_ENROLLED 403, ENROLLMENT_REVOKED 403, LESSON_NOT_FOUND 404, WATCH_TIME_INVALID 422.';

REVOKE ALL ON FUNCTION "private"."cart_refusal"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."cart_refusal"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."cart_refusal"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."current_streak_days"(integer, date, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."current_streak_days"(integer, date, text, timestamp WITH time zone) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."current_streak_days"(integer, date, text, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."current_streak_days"(integer, date, text, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_service"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_service"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_service"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."minimum_charge_cents"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."minimum_charge_cents"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."minimum_charge_cents"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."normalise_coupon_code"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."normalise_coupon_code"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."normalise_coupon_code"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."own_cart_id"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."own_cart_id"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."own_cart_id"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."own_cart_id"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."purchase_refusal"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."purchase_refusal"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."purchase_refusal"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."add_to_cart"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."add_to_cart"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."add_to_cart"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."continue_learning"(integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."continue_learning"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."continue_learning"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."enroll_free"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."enroll_free"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."enroll_free"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."enrollment_detail"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."enrollment_detail"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."enrollment_detail"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_cart"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_cart"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_cart"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."mark_lesson_complete"(uuid, uuid, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."mark_lesson_complete"(uuid, uuid, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."mark_lesson_complete"(uuid, uuid, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_enrollments"(text, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."my_enrollments"(text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_enrollments"(text, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_watch_time"(uuid, integer, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."record_watch_time"(uuid, integer, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_watch_time"(uuid, integer, integer, integer) TO "postgres";

ALTER TABLE "public"."cart_items"
  ALTER COLUMN "cart_id" SET DEFAULT private.own_cart_id();
