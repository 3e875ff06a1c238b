-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

-- All of them or none: see local/schema/locks.ts.
do $$
begin
  for attempt in 1 .. 60 loop
    begin
      set local lock_timeout = '200ms';
      lock table
        private.order_counters,
        private.payout_accounts,
        private.personal_data,
        private.popular_terms,
        private.refund_items,
        private.refunds,
        private.stripe_events,
        public.api_keys,
        public.carts,
        public.certificates,
        public.coupons,
        public.courses,
        public.lesson_contents,
        public.lesson_progress,
        public.payments,
        public.profiles
      in access exclusive mode;
      lock table
        private.app_config,
        private.outbox,
        public.categories,
        public.contact_messages,
        public.course_instructors,
        public.lessons,
        public.reviews
      in share row exclusive mode;
      set local lock_timeout = '500ms';
      return;
    exception when lock_not_available or deadlock_detected then
      perform pg_catalog.pg_sleep(0.3);
    end;
  end loop;
  raise lock_not_available using message = 'The tables are too busy for this migration. Push it again in a quieter minute.';
end
$$;

SET local check_function_bodies = off;

-- The checks read columns of paths, terms and settings once; the two indexes are of courses in review and of instructors'
-- names, and the shop is small when this is applied. The number of the last order moves into a sequence, at the end.
-- squawk-ignore-file ban-drop-column, constraint-missing-not-valid, require-concurrent-index-creation

REVOKE ALL ("amount_off_cents") ON TABLE "public"."coupons" FROM "authenticated";

REVOKE ALL ("category_id") ON TABLE "public"."coupons" FROM "authenticated";

REVOKE ALL ("code") ON TABLE "public"."coupons" FROM "authenticated";

REVOKE ALL ("course_id") ON TABLE "public"."coupons" FROM "authenticated";

REVOKE ALL ("currency") ON TABLE "public"."coupons" FROM "authenticated";

REVOKE ALL ("instructor_id") ON TABLE "public"."coupons" FROM "authenticated";

REVOKE ALL ("max_per_user") ON TABLE "public"."coupons" FROM "authenticated";

REVOKE ALL ("minimum_cents") ON TABLE "public"."coupons" FROM "authenticated";

REVOKE ALL ("percent_off") ON TABLE "public"."coupons" FROM "authenticated";

DROP POLICY "insert_own_or_as_admin" ON "public"."coupons";

DROP POLICY "select_preview_studied_or_taught" ON "public"."lesson_contents";

DROP POLICY "insert_avatars_own_or_as_admin" ON "storage"."objects";

DROP POLICY "update_avatars_own_or_as_admin" ON "storage"."objects";

DROP TRIGGER "audit" ON "private"."payout_accounts";

DROP TRIGGER "audit" ON "public"."api_keys";

DROP TRIGGER "audit" ON "public"."coupons";

DROP TRIGGER "count_deleted_completions" ON "public"."lesson_progress";

DROP TRIGGER "count_inserted_completions" ON "public"."lesson_progress";

DROP TRIGGER "keep_history" ON "public"."payments";

DROP VIEW "private"."v_invariants";

DROP VIEW "private"."money_invariants";

ALTER TABLE "private"."order_counters"
  DROP CONSTRAINT "order_counters_last_number_check";

ALTER TABLE "private"."refund_items"
  DROP CONSTRAINT "refund_items_amount_cents_check";

ALTER TABLE "public"."certificates"
  DROP CONSTRAINT "certificates_file_path_in_own_folder_check";

ALTER TABLE "public"."courses"
  DROP CONSTRAINT "courses_thumbnail_path_check";

ALTER TABLE "public"."lesson_contents"
  DROP CONSTRAINT "lesson_contents_resources_have_title_and_path_or_https_url_chec";

ALTER TABLE "public"."lesson_contents"
  DROP CONSTRAINT "lesson_contents_video_path_in_own_folder_check";

ALTER TABLE "public"."profiles"
  DROP CONSTRAINT "profiles_avatar_path_in_own_folder_check";

CREATE SCHEMA "private_outgoing";

ALTER FUNCTION "private"."add_students"(uuid, integer) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."archive_course"(uuid) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."coupon_covers"(public.coupons, public.courses) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."document_number"(text, smallint, bigint) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."email_hash"(text) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."enqueue_weekly_summaries"(date) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."fold_students"(uuid, integer) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."mint_api_key"(uuid, text, integer, text[], uuid[]) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."order_still_says"(uuid, uuid[], uuid) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."payment_intent_problem"(public.payments, text, jsonb) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."price_lines"(uuid[], uuid) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."record_learning"(uuid, integer, timestamp WITH time zone, timestamp WITH time zone) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."refresh_review_anchors"(integer, integer) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."refundable_items"(uuid) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."reinstate_access"(uuid) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."require_room_for_key"(uuid) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."spread_cents"(bigint, bigint[]) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."stripe_id"(jsonb) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."take_payment"(uuid) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."unpublish_course"(uuid) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."wants_mail"(uuid, text) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."welcome_student"(uuid, uuid) SET SCHEMA "private_outgoing";

CREATE SCHEMA "public_outgoing";

ALTER FUNCTION "public"."archive_course"(uuid) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."create_company_key"(uuid, text, uuid[], integer) SET SCHEMA "public_outgoing";

ALTER FUNCTION "private"."create_company_key"(uuid, text, uuid[], integer) SET SCHEMA "private_outgoing";

ALTER FUNCTION "public"."fail_transfer"(uuid, text) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."get_order"(uuid) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone) SET SCHEMA "public_outgoing";

ALTER FUNCTION "private"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone) SET SCHEMA "private_outgoing";

ALTER FUNCTION "public"."issue_lesson_media"(uuid, uuid, text) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."unpublish_course"(uuid) SET SCHEMA "public_outgoing";

ALTER TABLE "private"."order_counters"
  DROP COLUMN "last_number";

CREATE SEQUENCE "private"."order_numbers" AS bigint INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1 NO CYCLE;

CREATE TABLE "private"."company_seats" (
  "company_id" uuid                     NOT NULL,
  "email_hash" bytea                    NOT NULL,
  "created_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "company_seats_email_hash_check" CHECK ((octet_length(email_hash) = 32)),
  CONSTRAINT "company_seats_pkey" PRIMARY KEY (company_id, email_hash)
);

ALTER TABLE "private"."company_seats"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."email_pepper" (
  "id"     boolean NOT NULL DEFAULT true,
  "secret" bytea   NOT NULL DEFAULT extensions.gen_random_bytes(32),
  CONSTRAINT "email_pepper_id_check" CHECK (id),
  CONSTRAINT "email_pepper_pkey" PRIMARY KEY (id),
  CONSTRAINT "email_pepper_secret_check" CHECK ((octet_length(secret) = 32))
);

ALTER TABLE "private"."email_pepper"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."carts"
  SET (fillfactor=80);

CREATE TABLE "public"."course_holds" (
  "course_id" uuid                     NOT NULL,
  "reason"    text                     NOT NULL,
  "held_at"   timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "course_holds_pkey" PRIMARY KEY (course_id),
  CONSTRAINT "course_holds_reason_check" CHECK (((length(btrim(reason)) >= 1) AND (length(btrim(reason)) <= 500) AND (length(reason) <= 500)))
);

ALTER TABLE "public"."course_holds"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."course_holds" FROM "anon", "service_role";

ALTER TABLE "private"."order_counters"
  ADD COLUMN "numbered_before" bigint NOT NULL DEFAULT 0;

ALTER TABLE "private"."personal_data"
  ADD COLUMN "kept_columns" text[] NOT NULL DEFAULT '{}'::text[];

ALTER TABLE "private"."popular_terms"
  ADD COLUMN "words" text NOT NULL DEFAULT ''::text;

ALTER TABLE "private"."refunds"
  ADD COLUMN "asked_item_ids" uuid[];

ALTER TABLE "private"."stripe_events"
  ADD COLUMN "failed_at" timestamp WITH time zone;

ALTER TABLE "public"."api_keys"
  ADD COLUMN "seats" integer;

ALTER TABLE "public"."api_keys"
  ADD COLUMN "rotated_at" timestamp WITH time zone;

ALTER TABLE "public"."payments"
  ADD COLUMN "receipt_email" text;

ALTER TYPE "private"."mail_template" ADD VALUE 'course_decision' AFTER 'price_fall';


SET local check_function_bodies = off;

ALTER TYPE "private"."mail_template" ADD VALUE 'access_restored' AFTER 'course_decision';


SET local check_function_bodies = off;

ALTER TYPE "private"."mail_template" ADD VALUE 'certificate_revoked' AFTER 'access_restored';


SET local check_function_bodies = off;

CREATE TYPE "private"."priced_line" AS (
  "position"             integer,
  "course_id"            uuid,
  "instructor_id"        uuid,
  "title"                text,
  "slug"                 text,
  "instructor_name"      text,
  "thumbnail_path"       text,
  "currency"             character(3),
  "list_price_cents"     integer,
  "price_cents"          integer,
  "discount_cents"       integer,
  "tax_cents"            integer,
  "total_cents"          integer,
  "platform_fee_percent" integer
);

CREATE OR REPLACE FUNCTION private.active_uid()
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  -- A value is cheaper than a call within the query: this is asked before nearly everything.
  caller uuid := auth.uid();
  open_id uuid;
begin
  select p.id into open_id from public.profiles p where p.id = caller and p.is_active;
  return open_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.add_students (
  course_ids uuid[],
  changes    integer[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  free uuid[];
begin
  if 0 = all (add_students.changes) then
    return;
  end if;
  free := array(
    select s.course_id from public.course_stats s
    where s.course_id = any (add_students.course_ids)
    order by s.course_id
    for no key update skip locked
  );
  if free <> '{}' then
    perform private.fold_students(free, add_students.course_ids, add_students.changes);
  end if;
  if cardinality(free) < cardinality(add_students.course_ids) then
    insert into private.student_count_changes (course_id, change)
    select c.course_id, c.change
    from unnest(add_students.course_ids, add_students.changes) c (course_id, change)
    where c.course_id <> all (free);
  end if;
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
  item public.cart_items;
begin
  if add_to_cart.course_id is null then
    perform private.fail('VALIDATION_ERROR', 422, 'Which course?', '{"course_id": "required"}');
  end if;

  -- The trigger of cart_items refuses what cannot be bought.
  insert into public.cart_items (cart_id, user_id, course_id)
  select c.id, c.user_id, add_to_cart.course_id from public.carts c where c.user_id = caller
  returning * into item;

  return (
    select jsonb_build_object(
      'id', item.id,
      'course', jsonb_build_object(
        'id', c.id, 'title', c.title, 'slug', c.slug, 'price', private.to_amount(c.price_cents, c.currency)
      ),
      'added_at', item.added_at
    )
    from public.courses c
    where c.id = item.course_id
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_dispute (
  event_type text,
  dispute    jsonb,
  told_at    timestamp with time zone,
  OUT        outcome text,
  OUT        order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments := private.find_payment(private.stripe_id(apply_dispute.dispute -> 'payment_intent'));
  told private.disputes;
begin
  if payment.id is null then
    select f.* into payment
    from public.payments p cross join lateral private.find_payment(p.stripe_payment_intent_id) f
    where p.stripe_charge_id = private.stripe_id(apply_dispute.dispute -> 'charge');
  end if;
  if payment.id is null then
    outcome := 'ignored';
    return;
  end if;
  order_id := payment.order_id;
  if apply_dispute.dispute ->> 'currency' <> payment.currency then
    perform private.report_anomaly(
      'currency_mismatch', apply_dispute.dispute ->> 'id', order_id,
      jsonb_build_object(
        'event_type', apply_dispute.event_type, 'expected', payment.currency,
        'received', jsonb_build_object('amount', apply_dispute.dispute -> 'amount', 'currency', apply_dispute.dispute -> 'currency')
      )
    );
    outcome := 'quarantined';
    return;
  end if;

  insert into private.disputes (
    stripe_dispute_id, payment_id, amount_cents, currency, reason, stripe_status, stripe_status_at
  )
  values (
    apply_dispute.dispute ->> 'id', payment.id, (apply_dispute.dispute ->> 'amount')::integer,
    payment.currency,
    left(coalesce(apply_dispute.dispute ->> 'reason', ''), 100), left(apply_dispute.dispute ->> 'status', 60),
    apply_dispute.told_at
  )
  on conflict on constraint disputes_stripe_dispute_id_key do nothing
  returning * into told;

  if told.id is null then
    update private.disputes d
    set stripe_status = apply_dispute.dispute ->> 'status', stripe_status_at = apply_dispute.told_at,
      amount_cents = (apply_dispute.dispute ->> 'amount')::integer
    where d.stripe_dispute_id = apply_dispute.dispute ->> 'id'
      and (private.dispute_finality(apply_dispute.dispute ->> 'status'), apply_dispute.told_at, apply_dispute.dispute ->> 'status')
      > (private.dispute_finality(d.stripe_status), d.stripe_status_at, d.stripe_status);
  end if;

  update private.disputes d
  set
    funds_withdrawn_at = case
      when apply_dispute.event_type = 'charge.dispute.funds_withdrawn' then coalesce(d.funds_withdrawn_at, apply_dispute.told_at)
      else d.funds_withdrawn_at
    end,
    funds_reinstated_at = case
      when apply_dispute.event_type = 'charge.dispute.funds_reinstated' then coalesce(d.funds_reinstated_at, apply_dispute.told_at)
      else d.funds_reinstated_at
    end
  where d.stripe_dispute_id = apply_dispute.dispute ->> 'id';

  update private.disputes d
  set fee_cents = movement.fee_cents, fee_movements = movement.number
  from (
    select count(*)::smallint as number, coalesce(sum((m.value ->> 'fee')::integer), 0)::integer as fee_cents
    from jsonb_array_elements(coalesce(apply_dispute.dispute -> 'balance_transactions', '[]')) m (value)
    where m.value ->> 'currency' = payment.currency
  ) movement
  where d.stripe_dispute_id = apply_dispute.dispute ->> 'id' and movement.number > d.fee_movements;

  perform private.settle_order(order_id);
  outcome := 'applied';
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_payment_intent (
  event_type text,
  intent     jsonb,
  told_at    timestamp with time zone,
  OUT        outcome text,
  OUT        order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments := private.find_payment(
    apply_payment_intent.intent ->> 'id', apply_payment_intent.intent -> 'metadata'
  );
  problem text;
  charge text := private.stripe_id(apply_payment_intent.intent -> 'latest_charge');
  declined_charge text := coalesce(
    private.stripe_id(apply_payment_intent.intent #> '{last_payment_error,charge}'), charge, 'none'
  );
  declined_for text := left(
    coalesce(
      apply_payment_intent.intent #>> '{last_payment_error,decline_code}',
      apply_payment_intent.intent #>> '{last_payment_error,code}',
      'payment_failed'
    ),
    100
  );
begin
  if payment.id is null and apply_payment_intent.event_type = 'payment_intent.succeeded'
    and pg_input_is_valid(apply_payment_intent.intent #>> '{metadata,order_id}', 'uuid')
    and pg_input_is_valid(apply_payment_intent.intent #>> '{metadata,attempt}', 'smallint')
  then
    payment := private.recover_payment(apply_payment_intent.intent, apply_payment_intent.told_at);
    outcome := 'quarantined';
  else
    outcome := 'ignored';
  end if;
  if payment.id is null then
    return;
  end if;
  order_id := payment.order_id;

  problem := private.payment_intent_problem(payment, apply_payment_intent.event_type, apply_payment_intent.intent);
  if problem is not null then
    perform private.report_anomaly(
      problem, apply_payment_intent.intent ->> 'id', order_id,
      jsonb_build_object(
        'event_type', apply_payment_intent.event_type,
        'expected', jsonb_build_object('amount', payment.amount_cents, 'currency', payment.currency, 'order_id', payment.order_id),
        'received', jsonb_build_object(
          'amount', apply_payment_intent.intent -> 'amount_received', 'currency', apply_payment_intent.intent -> 'currency',
          'order_id', apply_payment_intent.intent #> '{metadata,order_id}'
        )
      )
    );
    outcome := 'quarantined';
    return;
  end if;

  case apply_payment_intent.event_type
    when 'payment_intent.succeeded' then
      update public.payments p
      set succeeded_at = coalesce(p.succeeded_at, apply_payment_intent.told_at),
        stripe_charge_id = coalesce(p.stripe_charge_id, charge),
        -- The first that succeeds pays.
        pays_order = p.pays_order
          or exists (select from public.orders o where o.id = p.order_id and o.completed_at is null)
      where p.id = payment.id
      returning * into payment;
      perform private.take_payment(payment);
    when 'payment_intent.processing' then
      update public.payments p
      set processing_charges = private.with_element(p.processing_charges, coalesce(charge, 'none'))
      where p.id = payment.id;
    when 'payment_intent.payment_failed' then
      update public.payments p
      set failed_charges = private.with_element(p.failed_charges, declined_charge)
      where p.id = payment.id;
      -- The last failure is the one that is shown, in whatever order they were told; Stripe's clock has whole seconds.
      update public.payments p
      set failed_at = apply_payment_intent.told_at, failure_code = declined_for
      where p.id = payment.id
        and (p.failed_at is null or (p.failed_at, p.failure_code) < (apply_payment_intent.told_at, declined_for));
    else
      update public.payments p
      set canceled_at = coalesce(p.canceled_at, apply_payment_intent.told_at)
      where p.id = payment.id;
  end case;

  perform private.settle_order(order_id);
  outcome := 'applied';
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_refund (
  refund jsonb,
  OUT    outcome text,
  OUT    order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments := private.find_payment(private.stripe_id(apply_refund.refund -> 'payment_intent'));
  known private.refunds;
  amount integer := (apply_refund.refund ->> 'amount')::integer;
  new_state private.refund_state := case apply_refund.refund ->> 'status'
    when 'succeeded' then 'succeeded'
    when 'failed' then 'failed'
    when 'canceled' then 'canceled'
    else 'pending'
  end;
begin
  if payment.id is null then
    outcome := 'ignored';
    return;
  end if;
  order_id := payment.order_id;

  select * into known
  from private.refunds r
  where r.payment_id = payment.id
    and (
      r.stripe_refund_id = apply_refund.refund ->> 'id'
      or (r.stripe_refund_id is null and r.id::text = apply_refund.refund #>> '{metadata,refund_id}')
    )
  order by r.stripe_refund_id is null
  limit 1;

  if known.id is null then
    known.id := private.mirror_refund(payment, apply_refund.refund, amount);
  elsif known.amount_cents <> amount then
    -- Not what we asked for: the money counts, the lines do not follow from it any more.
    perform private.report_anomaly(
      'refund_mismatch', known.id::text, order_id, jsonb_build_object('expected', known.amount_cents, 'received', amount)
    );
    update private.refunds r set amount_cents = amount, names_items = false where r.id = known.id;
  end if;

  update private.refunds r
  set stripe_refund_id = apply_refund.refund ->> 'id',
    state = greatest(r.state, new_state),
    failure_code = coalesce(left(apply_refund.refund ->> 'failure_reason', 100), r.failure_code),
    settled_at = case when greatest(r.state, new_state) in ('succeeded', 'canceled', 'failed') then coalesce(r.settled_at, now()) end,
    locked_until = null
  where r.id = known.id;

  if new_state in ('failed', 'canceled') and known.state is distinct from new_state then
    perform private.report_anomaly(
      'refund_failed', known.id::text, order_id, jsonb_build_object('failure_reason', apply_refund.refund -> 'failure_reason')
    );
    select * into known from private.refunds r where r.id = known.id;
    perform private.send_refund_failure(known);
  end if;
  perform private.settle_order(order_id);
  outcome := 'applied';
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_transfer (
  transfer jsonb,
  OUT      outcome text,
  OUT      order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  t private.transfers;
  known uuid := (
    select x.id
    from private.transfers x
    where x.reverses_id is null
      and (
        x.stripe_id = apply_transfer.transfer ->> 'id'
        or (x.stripe_id is null and x.id::text = apply_transfer.transfer #>> '{metadata,transfer_id}')
      )
    order by x.stripe_id is null
    limit 1
  );
  destination text := private.stripe_id(apply_transfer.transfer -> 'destination');
begin
  if known is null then
    if exists (select from private.payout_accounts p where p.stripe_account_id = destination) then
      -- Money went to an instructor, and no payout of ours says why.
      perform private.report_anomaly(
        'unknown_transfer', apply_transfer.transfer ->> 'id', null,
        jsonb_build_object('destination', destination, 'amount', apply_transfer.transfer -> 'amount')
      );
    end if;
    outcome := 'ignored';
    return;
  end if;

  perform private.lock_transfer(known);
  select * into strict t from private.transfers x where x.id = known;
  order_id := (select i.order_id from public.order_items i where i.id = t.order_item_id);
  -- What was made went where it went: the account may have been closed, and another taken its place, since.
  if (apply_transfer.transfer ->> 'amount', apply_transfer.transfer ->> 'currency') is distinct from (t.amount_cents::text, t.currency::text)
    or (
      t.stripe_id is null
      and destination is distinct from (select p.stripe_account_id from private.payout_accounts p where p.user_id = t.instructor_id)
    )
  then
    perform private.report_anomaly(
      'transfer_mismatch', apply_transfer.transfer ->> 'id', order_id,
      jsonb_build_object('transfer_id', t.id, 'expected', t.amount_cents, 'received', apply_transfer.transfer -> 'amount')
    );
    outcome := 'quarantined';
    return;
  end if;

  if t.state in ('canceled', 'refused') then
    perform private.report_anomaly('transfer_made_after_all', t.id::text, order_id, jsonb_build_object('state', t.state));
  end if;
  update private.transfers x
  set stripe_id = apply_transfer.transfer ->> 'id', state = 'made', settled_at = coalesce(x.settled_at, now()), locked_until = null,
    reversed_cents = greatest(x.reversed_cents, (apply_transfer.transfer ->> 'amount_reversed')::bigint)
  where x.id = t.id;
  -- Our own reversals name themselves in their metadata.
  update private.transfers x
  set stripe_id = back.value ->> 'id', state = 'made', settled_at = coalesce(x.settled_at, now()), locked_until = null
  from jsonb_array_elements(coalesce(apply_transfer.transfer #> '{reversals,data}', '[]')) back (value)
  where x.reverses_id = t.id and x.state <> 'made' and x.id::text = back.value #>> '{metadata,transfer_id}'
    and x.amount_cents::text = back.value ->> 'amount';

  perform private.post_transfer(t.id);
  -- A refund may have come while the transfer was on its way.
  perform private.recover_shares(order_id);
  outcome := 'applied';
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_unknown_intent (
  intent jsonb,
  OUT    outcome text,
  OUT    order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments := private.find_payment(apply_unknown_intent.intent ->> 'id');
begin
  if payment.id is null then
    outcome := 'ignored';
    return;
  end if;
  order_id := payment.order_id;
  perform private.report_anomaly('intent_unknown', payment.stripe_payment_intent_id, order_id);
  outcome := 'quarantined';
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
  select c.* into course from public.courses c where c.id = archive_course.course_id for update;

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

CREATE OR REPLACE FUNCTION private.are_storage_paths (
  paths jsonb
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select
    coalesce(bool_and(jsonb_typeof(p.path) = 'string' and private.is_storage_path(p.path #>> '{}')), true)
  from jsonb_array_elements(are_storage_paths.paths) as p (path);
$function$;

CREATE OR REPLACE FUNCTION private.caller_key()
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  headers jsonb := nullif(current_setting('request.headers', true), '');
begin
  if (select auth.uid()) is not null then
    return (select auth.uid());
  end if;
  -- Cloudflare in front of the platform overwrites its header. Of the forwarded ones only the last was not written
  -- by the visitor.
  return private.visitor_key(
    coalesce(headers ->> 'cf-connecting-ip', btrim((regexp_match(headers ->> 'x-forwarded-for', '[^,]+$'))[1]))
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.caller_network()
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  -- An address of IPv4 may be written as one of IPv6.
  address text := regexp_replace(private.caller_key(), '^::ffff:(?=[0-9.]+$)', '', 'i');
begin
  if not pg_input_is_valid(address, 'inet') then
    return address;
  end if;
  return network(set_masklen(address::inet, case family(address::inet) when 4 then 16 else 32 end))::text;
end
$function$;

CREATE OR REPLACE FUNCTION private.cancel_order (
  order_id uuid
)
  RETURNS jsonb
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

CREATE OR REPLACE FUNCTION private.cart_json (
  user_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  course_ids uuid[] := array(select i.course_id from public.cart_items i where i.user_id = cart_json.user_id);
  result jsonb;
begin
  with item as (
    select
      i.id, i.added_at, c.id as course_id, c.title, c.slug, c.thumbnail_path, c.currency, c.price_cents,
      c.original_price_cents as struck_price_cents,
      coalesce(c.original_price_cents, c.price_cents) as original_price_cents,
      asked.refusal,
      private.minor_unit_digits(c.currency) as digits,
      jsonb_build_object('id', p.id, 'first_name', p.first_name, 'last_name', p.last_name) as instructor
    from
      unnest(course_ids, private.purchase_refusals(cart_json.user_id, course_ids)) asked (course_id, refusal)
      join public.cart_items i on i.user_id = cart_json.user_id and i.course_id = asked.course_id
      join public.courses c on c.id = i.course_id
      join public.profiles p on p.id = c.instructor_id
  ), total as (
    select
      coalesce(min(i.currency), private.setting('currency')) as currency,
      coalesce(sum(i.price_cents) filter (where i.refusal is null), 0)::bigint as price_cents,
      coalesce(sum(i.original_price_cents) filter (where i.refusal is null), 0)::bigint as original_price_cents
    from item i
  )
  select jsonb_build_object(
    'id', (select k.id from public.carts k where k.user_id = cart_json.user_id),
    'items', coalesce(
      (
        select jsonb_agg(
          jsonb_build_object(
            'id', i.id,
            'course', jsonb_build_object(
              'id', i.course_id, 'title', i.title, 'slug', i.slug,
              -- private.to_amount, written out: the currency is looked up once a course.
              'price', case i.digits when 0 then i.price_cents else round(i.price_cents / 100.0, 2) end,
              'original_price', case i.digits when 0 then i.struck_price_cents else round(i.struck_price_cents / 100.0, 2) end,
              'thumbnail', i.thumbnail_path, 'instructor', i.instructor
            ),
            'added_at', i.added_at,
            'is_available', i.refusal is null,
            'unavailable_reason', i.refusal
          )
          order by i.added_at, i.id
        )
        from item i
      ),
      '[]'
    ),
    'total_items', (select count(*) from item i where i.refusal is null),
    'total_price', private.to_amount(t.price_cents, t.currency),
    'total_original_price', private.to_amount(t.original_price_cents, t.currency),
    'total_discount', private.to_amount(t.original_price_cents - t.price_cents, t.currency),
    'currency', t.currency
  )
  into result
  from total t;
  return result;
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
  refusal text := (private.purchase_refusals(cart_refusal.user_id, array[cart_refusal.course_id]))[1];
begin
  -- Most carts are empty.
  if refusal is null and exists (select from public.cart_items i where i.user_id = cart_refusal.user_id) then
    select case
      when bool_or(i.course_id = cart_refusal.course_id) then 'ALREADY_IN_CART'
      when count(*) >= private.setting_int('cart_limit') then 'CART_LIMIT_REACHED'
      when bool_or(other.currency <> mine.currency) then 'CURRENCY_MISMATCH'
    end
    into refusal
    from
      public.courses mine
      join public.cart_items i on i.user_id = cart_refusal.user_id
      join public.courses other on other.id = i.course_id
    where mine.id = cart_refusal.course_id;
  end if;
  return refusal;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_ledger_balance()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  journal_id bigint;
begin
  if tg_table_name = 'ledger_entries' then
    journal_id := new.transaction_id;
  else
    journal_id := new.id;
  end if;
  -- Not zero, or without entries at all.
  if (select sum(e.amount_cents) from private.ledger_entries e where e.transaction_id = journal_id) is distinct from 0 then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'The entries do not add up to zero.', jsonb_build_object('transaction_id', journal_id)
    );
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
  sold uuid;
begin
  if tg_table_name = 'orders' then
    sold := new.id;
  else
    sold := new.order_id;
  end if;

  if not exists (
    select
    from public.orders o
    where o.id = sold
      and (o.subtotal_cents, o.discount_cents, o.tax_cents, o.total_cents) = (
        select sum(i.price_cents), sum(i.discount_cents), sum(i.tax_cents), sum(i.total_cents)
        from public.order_items i
        where i.order_id = o.id
      )
  ) then
    perform private.fail('INTERNAL_ERROR', 500, 'The lines do not add up to the order.', jsonb_build_object('order_id', sold));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_reason (
  reason text
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if length(btrim(check_reason.reason, e' \t\r\n')) between 1 and 500 then
    return;
  end if;
  perform private.fail('VALIDATION_ERROR', 422, 'Say why.', '{"reason": "1 to 500 characters"}');
end
$function$;

CREATE OR REPLACE FUNCTION private.close_account (
  user_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.keep_an_admin(close_account.user_id);
  update public.profiles p set is_active = false where p.id = close_account.user_id;

  -- In one order, like everybody who changes several courses.
  perform from public.courses c
  where c.instructor_id = close_account.user_id and c.status in ('published', 'in_review')
  order by c.id
  for no key update;
  update public.courses c
  set status = case when c.published_at is null then 'draft' else 'unpublished' end::public.course_status
  where c.instructor_id = close_account.user_id and c.status in ('published', 'in_review');

  -- Open tabs lose their session at once; the access token that is still out is useless, because helpers read the table.
  delete from auth.sessions s where s.user_id = close_account.user_id;
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
  granted uuid[];
  withheld uuid[];
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
  is_erased := exists (select from private.erasures e where e.user_id = o.user_id);
  -- Money can come late, when the course is owned already or no longer sold, or its buyer has left. It goes back.
  select array_agg(i.id order by i.position), array_agg(i.course_id order by i.position)
  into line_ids, course_ids
  from public.order_items i
  where i.order_id = o.id;
  select coalesce(array_agg(l.id) filter (where not is_erased and l.refusal is null), '{}'),
    coalesce(array_agg(l.id) filter (where is_erased or l.refusal is not null), '{}')
  into granted, withheld
  from unnest(line_ids, private.purchase_refusals(o.user_id, course_ids)) l (id, refusal);
  perform private.grant_items(o.id, granted);
  if withheld <> '{}' then
    update public.order_items i set access = 'withheld' where i.order_id = o.id and i.id = any (withheld);
  end if;

  delete from public.cart_items c
  where c.user_id = o.user_id
    and c.course_id = any (course_ids);

  perform private.post_sale(o.id);
  perform private.send_receipt(o.id);

  if cardinality(withheld) > 0 and o.total_cents > 0 then
    perform private.report_anomaly('line_withheld', o.id::text, o.id, jsonb_build_object('order_item_ids', withheld));
    perform private.enter_refund(o.id, withheld, 'automatic', 'The course could not be given.');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_author_as_student()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  author record := case tg_op when 'INSERT' then new else old end;
begin
  if exists (
    select from public.enrollments e
    where e.user_id = author.user_id and e.course_id = author.course_id and e.status = 'active'
  ) then
    perform private.add_students(array[author.course_id], array[case tg_op when 'INSERT' then -1 else 1 end]);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_changed_completion()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  update public.enrollments e
  set lessons_completed = e.lessons_completed + case when new.is_completed then 1 else -1 end,
    last_lesson_id = case when new.is_completed then new.lesson_id else e.last_lesson_id end,
    -- Without a completion it is null, and greatest leaves nulls out.
    last_activity_at = greatest(e.last_activity_at, new.completed_at)
  where e.id = new.enrollment_id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_changed_enrollment()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  access_change integer := (new.status = 'active')::integer - (old.status = 'active')::integer;
begin
  update public.profile_stats s
  set courses_enrolled = s.courses_enrolled + access_change,
    courses_completed = s.courses_completed + new.is_completed::integer - old.is_completed::integer
  where s.user_id = new.user_id;

  if not exists (select from public.course_instructors i where i.course_id = new.course_id and i.user_id = new.user_id) then
    perform private.add_students(array[new.course_id], array[access_change]);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_deleted_completions()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  update public.enrollments e
  set lessons_completed = e.lessons_completed - c.completed
  from (select r.enrollment_id, count(*)::integer as completed from changed r where r.is_completed group by r.enrollment_id) c
  where e.id = c.enrollment_id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_new_enrollments()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  update public.profile_stats s
  set courses_enrolled = s.courses_enrolled + n.enrolled, courses_completed = s.courses_completed + n.completed
  from (
    select e.user_id, count(*) filter (where e.status = 'active')::integer as enrolled,
      count(e.completed_at)::integer as completed
    from changed e group by e.user_id
  ) n
  where s.user_id = n.user_id;

  perform private.add_students(array_agg(n.course_id order by n.course_id), array_agg(n.students order by n.course_id))
  from (
    select e.course_id, count(*)::integer as students
    from changed e
    where e.status = 'active'
      and not exists (select from public.course_instructors i where i.course_id = e.course_id and i.user_id = e.user_id)
    group by e.course_id
  ) n
  having count(*) > 0;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_ratings()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  changes private.rating_change[];
  change record;
begin
  case tg_op
    when 'INSERT' then
      changes := array(
        select row(r.course_id, r.user_id, r.rating, r.has_words, not r.is_hidden, 1)::private.rating_change from changed r
      );
    when 'DELETE' then
      changes := array(
        select row(r.course_id, r.user_id, r.rating, r.has_words, not r.is_hidden, -1)::private.rating_change from changed r
      );
    else
      -- Votes change reviews, too; they take no lock on the course.
      changes := array(
        select row(x.course_id, x.user_id, x.rating, x.has_words, not x.is_hidden, x.n)::private.rating_change
        from replaced o
        join changed r
          on r.id = o.id and (r.rating, r.has_words, r.is_hidden) is distinct from (o.rating, o.has_words, o.is_hidden)
        cross join lateral (
          values
            (o.course_id, o.user_id, o.rating, o.has_words, o.is_hidden, -1),
            (r.course_id, r.user_id, r.rating, r.has_words, r.is_hidden, 1)
        ) x (course_id, user_id, rating, has_words, is_hidden, n)
      );
  end case;
  if cardinality(changes) = 0 then
    return null;
  end if;

  for change in
    select c.course_id,
      array[
        sum(c.n) filter (where c.rating = 1), sum(c.n) filter (where c.rating = 2), sum(c.n) filter (where c.rating = 3),
        sum(c.n) filter (where c.rating = 4), sum(c.n) filter (where c.rating = 5), sum(c.n) filter (where c.has_words)
      ] as counts
    from unnest(changes) c
    where c.is_shown
    group by c.course_id
    order by c.course_id
  loop
    perform private.add_ratings(change.course_id, array(select coalesce(n, 0)::integer from unnest(change.counts) n));
  end loop;

  -- Always in the same order, so that two people who change several reviews do not wait for each other in a circle.
  -- Nobody waits for a course.
  if cardinality(changes) > 1 then
    perform from public.profile_stats s
    where s.user_id in (select c.user_id from unnest(changes) c)
    order by s.user_id
    for no key update;
  end if;
  update public.profile_stats s
  set ratings_given = s.ratings_given + d.ratings, rating_sum_given = s.rating_sum_given + d.stars
  from (
    select c.user_id, sum(c.n) as ratings, sum(c.n * c.rating) as stars from unnest(changes) c group by c.user_id
  ) d
  where s.user_id = d.user_id and (d.ratings <> 0 or d.stars <> 0);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.coupon_covers (
  coupon public.coupons,
  course public.courses
)
  RETURNS boolean
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  return (coupon).id is not null
    and ((coupon).currency is null or (coupon).currency = (course).currency)
    and ((coupon).course_id is null or (coupon).course_id = (course).id)
    and ((coupon).category_id is null or (coupon).category_id is not distinct from (course).category_id)
    and ((coupon).instructor_id is null or (coupon).instructor_id = (course).instructor_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.course_detail (
  course_id uuid,
  slug      text
)
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := (select auth.uid());
  course public.courses;
  stats public.course_stats;
  -- May study it: students, authors and staff.
  has_access boolean := false;
  place_id uuid;
  completed_count integer;
  completed_ids uuid[];
  in_cart boolean := false;
  in_wishlist boolean := false;
begin
  if num_nonnulls(course_detail.course_id, course_detail.slug) <> 1 then
    perform private.fail('VALIDATION_ERROR', 422, 'Name one course.', '{"course_id": "either course_id or slug"}');
  end if;

  if course_detail.course_id is not null then
    select c.* into course from public.courses c where c.id = course_detail.course_id;
  else
    select c.* into course from public.courses c where c.slug = course_detail.slug;
  end if;
  if caller is not null then
    has_access := private.has_course_access(course.id);
  end if;
  -- What is not on sale is there for those who may study it.
  if course.id is null or not (course.is_published or has_access) then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  select s.* into stats from public.course_stats s where s.course_id = course.id;

  if caller is not null then
    select e.id, e.lessons_completed into place_id, completed_count
    from public.enrollments e
    where e.user_id = caller and e.course_id = course.id
      and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now());
    if found then
      completed_ids := array(
        select p.lesson_id from public.lesson_progress p where p.enrollment_id = place_id and p.is_completed
      );
    end if;
    in_cart := exists (select from public.cart_items i where i.user_id = caller and i.course_id = course.id);
    in_wishlist := exists (select from public.wishlists w where w.user_id = caller and w.course_id = course.id);
  end if;

  return (
    select json_build_object(
      'id', course.id,
      'title', course.title,
      'slug', course.slug,
      'short_description', course.short_description,
      'description', course.description,
      'thumbnail', course.thumbnail_path,
      'preview_video_url', course.preview_video_url,
      'category', k.name,
      'category_slug', k.slug,
      'level', course.level,
      'language', course.language,
      'price', private.to_amount(course.price_cents, course.currency),
      'original_price', private.to_amount(course.original_price_cents, course.currency),
      'discount_percent', course.discount_percent,
      'lowest_price_30_days', private.to_amount(private.lowest_price_before(course.id), course.currency),
      'currency', course.currency,
      'rating', stats.rating,
      'rating_count', stats.rating_count,
      'review_count', stats.review_count,
      'student_count', stats.student_count,
      'duration_hours', round(stats.duration_seconds / 3600.0, 2),
      'is_bestseller', coalesce(stats.bestseller_until > now(), false),
      'is_new', coalesce(course.published_at > now() - make_interval(days => private.setting_int('new_course_days')), false),
      'is_featured', course.is_featured,
      'status', course.status,
      'is_published', course.is_published,
      'published_at', course.published_at,
      'last_updated', course.last_updated,
      'instructor', private.instructor_profile(course.instructor_id),
      'instructors', array(
        select private.instructor_profile(i.user_id)
        from public.course_instructors i join public.profiles p on p.id = i.user_id and p.is_instructor
        where i.course_id = course.id and i.role = 'co_instructor'
        order by i.created_at, i.user_id
      ),
      'outcomes', array(select o.text from public.course_outcomes o where o.course_id = course.id order by o.position),
      'requirements', array(select r.text from public.course_requirements r where r.course_id = course.id order by r.position),
      'curriculum', private.curriculum(course.id, completed_ids, has_access),
      'reviews', json_build_object(
        'count', stats.rating_count,
        'rating', stats.rating,
        'distribution', json_build_object(
          '5', stats.rating_5, '4', stats.rating_4, '3', stats.rating_3, '2', stats.rating_2, '1', stats.rating_1
        ),
        'recent', private.recent_reviews(course.id)
      ),
      'enrolled', place_id is not null,
      'in_cart', in_cart,
      'in_wishlist', in_wishlist,
      'progress', case when place_id is not null then private.progress_percent(completed_count, stats.lesson_count) end,
      'enrollment_id', place_id
    )
    from (select 1) one left join public.categories k on k.id = course.category_id
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.course_publish_issues (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  course public.courses;
  issues jsonb := '[]';
begin
  select c.* into course from public.courses c where c.id = course_publish_issues.course_id;

  if btrim(course.short_description) = '' then
    issues := issues || '{"issue": "SHORT_DESCRIPTION_MISSING", "field": "short_description", "message": "Say in one sentence what the course is about."}'::jsonb;
  end if;
  if btrim(course.description) = '' then
    issues := issues || '{"issue": "DESCRIPTION_MISSING", "field": "description", "message": "Describe the course."}'::jsonb;
  end if;
  if course.category_id is null then
    issues := issues || '{"issue": "CATEGORY_MISSING", "field": "category_id", "message": "Choose a category."}'::jsonb;
  end if;
  if course.thumbnail_path is null then
    issues := issues || '{"issue": "THUMBNAIL_MISSING", "field": "thumbnail_path", "message": "Upload a picture."}'::jsonb;
  end if;
  -- Cards refuse smaller amounts.
  if course.price_cents > 0 and course.price_cents < private.minimum_charge_cents(course.currency) then
    issues := issues || jsonb_build_object(
      'issue', 'PRICE_BELOW_MINIMUM', 'field', 'price_cents',
      'message', format(
        'A price is %s or more; 0 is free.', private.to_amount(private.minimum_charge_cents(course.currency), course.currency)
      )
    );
  end if;
  if course.original_price_cents > coalesce(private.highest_price_charged(course.id), 0) then
    issues := issues || '{"issue": "ORIGINAL_PRICE_NEVER_CHARGED", "field": "original_price_cents", "message": "The struck-through price must be one at which the course was sold in the last 90 days."}'::jsonb;
  end if;
  if not exists (select from public.lessons l where l.course_id = course.id) then
    issues := issues || '{"issue": "LESSONS_MISSING", "field": "curriculum", "message": "Add at least one lesson."}'::jsonb;
  end if;

  return issues || coalesce(
    (
      select jsonb_agg(
        jsonb_build_object('issue', 'SECTION_EMPTY', 'field', 'curriculum', 'section_id', s.id, 'message', format('The section "%s" has no lesson.', s.title))
        order by s.position
      )
      from public.curriculum_sections s
      where s.course_id = course.id and s.total_lessons = 0
    ),
    '[]'
  ) || coalesce(
    (
      select jsonb_agg(
        jsonb_build_object('issue', 'LESSON_EMPTY', 'field', 'curriculum', 'lesson_id', l.id, 'message', format('The lesson "%s" teaches nothing yet.', l.title))
        order by s.position, l.position
      )
      from public.lessons l
      join public.curriculum_sections s on s.id = l.section_id
      left join public.lesson_contents v on v.lesson_id = l.id
      where l.course_id = course.id
        and num_nonnulls(v.video_path, v.video_url, nullif(v.body, ''), nullif(v.resources, '[]')) = 0
    ),
    '[]'
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.course_readiness (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  issues jsonb;
begin
  perform private.require_course_author(course_readiness.course_id);
  issues := private.course_publish_issues(course_readiness.course_id);
  return jsonb_build_object(
    'course_id', course_readiness.course_id, 'can_publish', issues = '[]', 'issues', issues,
    'held_reason', (select h.reason from public.course_holds h where h.course_id = course_readiness.course_id)
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.cover_lesson (
  place           public.enrollments,
  lesson          public.lessons,
  from_second     integer,
  to_second       integer,
  position_second integer,
  at              timestamp with time zone
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  today date := private.local_date(place.user_id, cover_lesson.at);
  seen int4multirange;
  spent timestamptz;
  fresh int4multirange;
  gained integer;
  allowed integer;
begin
  select
    coalesce(
      (select p.watched from public.lesson_progress p where p.enrollment_id = place.id and p.lesson_id = lesson.id), '{}'
    ),
    -- Nobody watched before access began.
    greatest(
      place.enrolled_at,
      cover_lesson.at - interval '5 minutes',
      (
        select d.spent_until from public.learning_days d
        where d.user_id = place.user_id and d.day = today
      )
    )
  into seen, spent;

  fresh := int4multirange(
    int4range(
      least(cover_lesson.from_second, lesson.duration_seconds), least(cover_lesson.to_second, lesson.duration_seconds)
    )
  ) - seen;
  gained := private.covered_seconds(fresh);
  -- Twice the clock that is left, and half a minute ahead for a player that reports early.
  allowed := floor(2 * extract(epoch from cover_lesson.at + interval '30 seconds' - spent));
  if gained > allowed then
    fresh := fresh * int4multirange(int4range(cover_lesson.from_second, cover_lesson.from_second + greatest(allowed, 0)));
    gained := private.covered_seconds(fresh);
  end if;

  insert into public.lesson_progress as p (
    enrollment_id, lesson_id, user_id, course_id, watched, position_seconds, last_watched_at
  )
  values (
    place.id, lesson.id, place.user_id, place.course_id, fresh,
    least(cover_lesson.position_second, lesson.duration_seconds), cover_lesson.at
  )
  on conflict on constraint lesson_progress_pkey do update
  set watched = p.watched + excluded.watched, position_seconds = excluded.position_seconds,
    last_watched_at = excluded.last_watched_at;

  perform private.record_learning(
    place.user_id, gained, cover_lesson.at,
    -- A second of video uses half a second of the clock.
    case when gained > 0 then spent + gained * interval '0.5 seconds' end,
    today
  );
  return gained;
end
$function$;

CREATE OR REPLACE FUNCTION private.covered_seconds (
  watched int4multirange
)
  RETURNS integer
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  -- Nearly always nothing or one stretch.
  if isempty(covered_seconds.watched) then
    return 0;
  elsif covered_seconds.watched = int4multirange(range_merge(covered_seconds.watched)) then
    return upper(covered_seconds.watched) - lower(covered_seconds.watched);
  end if;
  return (select coalesce(sum(upper(r) - lower(r)), 0)::integer from unnest(covered_seconds.watched) as r);
end
$function$;

CREATE OR REPLACE FUNCTION private.create_company_key (
  owner_id        uuid,
  name            text,
  course_ids      uuid[],
  expires_in_days integer,
  seats           integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  chosen constant uuid[] := array(select distinct c from unnest(create_company_key.course_ids) c where c is not null);
  unknown uuid;
begin
  perform private.require_admin();
  if cardinality(chosen) not between 1 and 100 then
    perform private.fail('VALIDATION_ERROR', 422, 'Name the courses.', '{"course_ids": "1 to 100 courses"}');
  end if;
  if create_company_key.seats is null or create_company_key.seats not between 1 and 100000 then
    perform private.fail('VALIDATION_ERROR', 422, 'Say for how many people.', '{"seats": "1 to 100000"}');
  end if;
  if not exists (select from public.profiles p where p.id = create_company_key.owner_id and p.is_active) then
    perform private.fail('PROFILE_NOT_FOUND', 404, 'There is no such account.');
  end if;
  select c into unknown
  from unnest(chosen) c
  where not exists (select from public.courses x where x.id = c and x.is_published)
  limit 1;
  if unknown is not null then
    perform private.fail(
      'COURSE_NOT_FOUND', 404, 'There is no such course on sale.', jsonb_build_object('course_id', unknown)
    );
  end if;
  perform private.require_room_for_key(create_company_key.owner_id);
  return private.mint_api_key(
    create_company_key.owner_id, create_company_key.name, create_company_key.expires_in_days, '{enroll}', chosen,
    seats => create_company_key.seats
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.create_coupon (
  code             text,
  percent_off      integer,
  amount_off_cents integer,
  currency         text,
  minimum_cents    integer,
  course_id        uuid,
  category_id      uuid,
  instructor_id    uuid,
  starts_at        timestamp with time zone,
  expires_at       timestamp with time zone,
  max_redemptions  integer,
  max_per_user     integer,
  description      text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  hourly_limit constant integer := 20;
  caller constant uuid := private.require_user();
  is_admin constant boolean := private.is_admin();
  -- Short codes are the platform's: they can be guessed, and then it is known that they exist.
  fewest_characters constant integer := case when is_admin then 3 else 8 end;
  spelling constant text := private.normalise_coupon_code(create_coupon.code);
  wrong jsonb := '{}';
  made public.coupons;
begin
  -- The owner of a course discounts it, a co-instructor does not; only admins discount the courses of others.
  if not private.is_instructor() then
    perform private.fail('FORBIDDEN', 403, 'Only instructors make coupons.');
  elsif create_coupon.course_id is not null then
    perform private.require_course_owner(create_coupon.course_id);
  elsif not is_admin and create_coupon.instructor_id is distinct from caller then
    perform private.fail('FORBIDDEN', 403, 'Your coupons are for your own courses.');
  end if;

  if spelling is null or spelling !~ '^[A-Z0-9][A-Z0-9_-]*$' or length(spelling) not between fewest_characters and 40 then
    wrong := wrong || jsonb_build_object(
      'code', format('%s to 40 of A-Z 0-9 - _, beginning with a letter or digit', fewest_characters)
    );
  end if;
  if num_nonnulls(create_coupon.percent_off, create_coupon.amount_off_cents) <> 1
    or create_coupon.percent_off not between 1 and 100 or create_coupon.amount_off_cents <= 0
  then
    wrong := wrong || '{"percent_off": "1 to 100, or amount_off_cents above 0 instead"}';
  end if;
  if coalesce(create_coupon.minimum_cents, 0) < 0 then
    wrong := wrong || '{"minimum_cents": "0 or more"}';
  end if;
  if create_coupon.currency !~ '^[a-z]{3}$'
    or create_coupon.currency is null and (create_coupon.amount_off_cents is not null or create_coupon.minimum_cents > 0)
  then
    wrong := wrong || '{"currency": "lower-case ISO 4217, where there is an amount"}';
  end if;
  if num_nonnulls(create_coupon.course_id, create_coupon.category_id, create_coupon.instructor_id) > 1 then
    wrong := wrong || '{"course_id": "one of course_id, category_id and instructor_id at most"}';
  end if;
  if create_coupon.expires_at <= coalesce(create_coupon.starts_at, now()) then
    wrong := wrong || '{"expires_at": "after starts_at"}';
  end if;
  if create_coupon.max_redemptions <= 0 or create_coupon.max_per_user <= 0 then
    wrong := wrong || '{"max_redemptions": "1 or more, like max_per_user"}';
  end if;
  if length(create_coupon.description) > 300 then
    wrong := wrong || '{"description": "at most 300 characters"}';
  end if;
  if wrong <> '{}' then
    perform private.fail('VALIDATION_ERROR', 422, 'The coupon was not made.', wrong);
  end if;

  -- Answered, not raised: the attempt must count. Admins see every code anyway.
  if not is_admin and not private.rate_limit_hit('create_coupon', caller::text, hourly_limit, interval '1 hour') then
    return private.answer_error(
      'RATE_LIMITED', 429, 'Too many coupons. Try again later.',
      jsonb_build_object('limit', hourly_limit, 'window_seconds', 3600), '{"Retry-After": "3600"}'
    );
  end if;
  insert into public.coupons (
    code, description, created_by, course_id, category_id, instructor_id, percent_off, amount_off_cents, currency,
    minimum_cents, starts_at, expires_at, max_redemptions, max_per_user
  )
  values (
    spelling, coalesce(create_coupon.description, ''), caller, create_coupon.course_id, create_coupon.category_id,
    create_coupon.instructor_id, create_coupon.percent_off, create_coupon.amount_off_cents, create_coupon.currency,
    coalesce(create_coupon.minimum_cents, 0), coalesce(create_coupon.starts_at, now()), create_coupon.expires_at,
    create_coupon.max_redemptions, coalesce(create_coupon.max_per_user, 1)
  )
  on conflict on constraint coupons_code_key do nothing
  returning * into made;
  if made.id is null then
    return private.answer_error('COUPON_CODE_TAKEN', 409, 'Choose another code.', jsonb_build_object('code', spelling));
  end if;
  return to_jsonb(made) - '{created_by,updated_at}'::text[];
end
$function$;

CREATE OR REPLACE FUNCTION private.create_order_from_cart (
  billing_address jsonb,
  expected_total  numeric,
  coupon_code     text,
  idempotency_key text
)
  RETURNS jsonb
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
      return refusal;
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

CREATE OR REPLACE FUNCTION private.create_payout (
  instructor_id uuid,
  currency      character,
  minimum_cents bigint,
  requested_by  uuid      DEFAULT NULL::uuid
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  new_id uuid := gen_random_uuid();
  -- The share of each line that goes, oldest first, until what is available is used up: debts stay with the youngest.
  lines uuid[];
  parts bigint[];
  total bigint;
begin
  -- One decision at a time about one balance, and none while a share is taken back.
  perform from private.ledger_accounts a
  where a.kind = 'instructor_payable' and a.owner_id = create_payout.instructor_id and a.currency = create_payout.currency
  for no key update;

  with share as (
    select s.order_item_id, s.open_cents, s.since,
      exists (
        select from private.refund_items x join private.refunds r on r.id = x.refund_id
        where x.order_item_id = s.order_item_id and r.state = 'requested'
      ) as is_leaving
    from private.open_shares(create_payout.instructor_id, create_payout.currency) s
    where s.open_cents > 0
  ), spendable as (
    -- What somebody is about to get back is not sent away, and pays for no older debt either.
    select private.available_cents(create_payout.instructor_id, create_payout.currency)
      - coalesce(sum(s.open_cents) filter (where s.is_leaving), 0) as cents
    from share s
  ), part as (
    select s.order_item_id, s.since,
      least(
        s.open_cents,
        (select a.cents from spendable a)
        - coalesce(sum(s.open_cents) over (order by s.since, s.order_item_id rows between unbounded preceding and 1 preceding), 0)
      ) as cents
    from share s
    where not s.is_leaving
  )
  select array_agg(p.order_item_id order by p.since, p.order_item_id), array_agg(p.cents order by p.since, p.order_item_id), sum(p.cents)
  into lines, parts, total
  from part p
  where p.cents > 0;

  if total is null or total < create_payout.minimum_cents then
    return null;
  end if;

  insert into private.payouts (id, instructor_id, amount_cents, currency, requested_by)
  values (new_id, create_payout.instructor_id, total, create_payout.currency, create_payout.requested_by);
  insert into private.transfers (payout_id, order_item_id, instructor_id, amount_cents, currency)
  select new_id, l.id, create_payout.instructor_id, l.cents, create_payout.currency
  from unnest(lines, parts) l (id, cents);
  perform private.post_transfer(t.id) from private.transfers t where t.payout_id = new_id;
  return new_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.dashboard_stats()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := auth.uid();
  result jsonb;
begin
  result := (
    select jsonb_build_object(
      'courses_enrolled', s.courses_enrolled,
      'courses_completed', s.courses_completed,
      'total_hours_learned', round(s.seconds_learned / 3600.0, 2),
      -- private.current_streak_days, written out.
      'current_streak_days', case when s.streak_last_on >= (now() at time zone x.timezone)::date - 1 then s.streak_days else 0 end,
      'average_rating_given', round(s.rating_sum_given::numeric / nullif(s.ratings_given, 0), 1),
      'certificates_earned', s.certificates_earned
    )
    from
      public.profile_stats s
      join public.profile_private x on x.user_id = s.user_id
      join public.profiles p on p.id = s.user_id
    where s.user_id = caller and p.is_active
  );
  -- Nobody, or a closed account: the error says which.
  if result is null then perform private.require_user(); end if;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.deactivate_my_account()
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  perform private.close_account(caller);
  return jsonb_build_object('user_id', caller, 'is_active', false);
end
$function$;

CREATE OR REPLACE FUNCTION private.deactivate_user (
  user_id   uuid,
  is_active boolean
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  admin uuid := private.require_admin();
begin
  perform private.require_yes_or_no('is_active', deactivate_user.is_active);
  if deactivate_user.user_id = admin then
    perform private.fail('CONFLICT', 409, 'You cannot close your own account here.');
  end if;
  if not exists (select from public.profiles p where p.id = deactivate_user.user_id) then
    perform private.fail('PROFILE_NOT_FOUND', 404, 'There is no such person.');
  end if;

  if deactivate_user.is_active then
    update public.profiles p set is_active = true where p.id = deactivate_user.user_id;
  else
    perform private.close_account(deactivate_user.user_id);
  end if;
  return jsonb_build_object('user_id', deactivate_user.user_id, 'is_active', deactivate_user.is_active);
end
$function$;

CREATE OR REPLACE FUNCTION private.delete_my_account (
  confirm_email text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  -- A closed account keeps this right.
  caller uuid := (select auth.uid());
begin
  if caller is null then
    perform private.fail('AUTH_REQUIRED', 401, 'Sign in first.');
  end if;
  -- Typed by a person, so that no slip of a finger ends an account.
  if not exists (
    select from public.profile_private p
    where p.user_id = caller and lower(p.email) = lower(btrim(delete_my_account.confirm_email))
  ) then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'Type your address to confirm.', '{"confirm_email": "must be the address of the account"}'
    );
  end if;
  -- A device that was left open must not end an account: whoever leaves has just shown the password, or whatever else
  -- opens it. Refreshing a session does not make it younger.
  if not exists (
    select from auth.sessions s
    where s.id = private.uuid_or_null((select auth.jwt()) ->> 'session_id') and s.user_id = caller
      and s.created_at > now() - interval '10 minutes'
  ) then
    perform private.fail('REAUTHENTICATION_REQUIRED', 403, 'Sign in again first.', '{"max_age_seconds": 600}');
  end if;
  if private.active_uid() is not null
    and exists (select from public.courses c where c.instructor_id = caller and c.status <> 'archived')
  then
    perform private.fail('INSTRUCTOR_HAS_COURSES', 409, 'Archive your courses or hand them over first.');
  end if;
  perform private.keep_an_admin(caller);
  perform private.lock_person(caller);
  if exists (select from public.orders o where o.user_id = caller and o.state = 'processing') then
    perform private.fail('CONFLICT', 409, 'A payment of yours is on its way: wait until it has arrived.');
  end if;

  -- A closed account can do neither: its courses are off sale, and go with it.
  update public.courses c
  set status = 'archived', archived_at = now(), is_featured = false
  where c.instructor_id = caller and c.status <> 'archived';
  perform private.close_order(o.id, 'canceled')
  from public.orders o
  where o.user_id = caller and o.state in ('pending', 'failed');
  perform private.erase_user(caller);
  return jsonb_build_object('message', 'The account is deleted.');
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
      select * into result from private.apply_payment_intent((event).type, object, told_at);
    when (event).type = 'sweep.intent_unknown' then
      select * into result from private.apply_unknown_intent(object);
    when (event).type = 'charge.refunded' then
      select * into result from private.apply_charge_refunded(object);
    when (event).type in ('refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated') then
      select * into result from private.apply_refund(object);
    when (event).type in (
      'charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed', 'charge.dispute.funds_withdrawn',
      'charge.dispute.funds_reinstated'
    ) then
      select * into result from private.apply_dispute((event).type, object, told_at);
    when (event).type = 'radar.early_fraud_warning.created' then
      select * into result from private.apply_fraud_warning(object);
    when (event).type in ('transfer.created', 'transfer.updated', 'transfer.reversed') then
      select * into result from private.apply_transfer(object);
    when (event).type = 'account.updated' then
      select * into result from private.apply_account(object, ((event).payload ->> 'asked_at')::timestamptz);
    else
      select 'ignored' as outcome, null::uuid as order_id into result;
  end case;
  outcome := result.outcome;
  order_id := result.order_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.document_number (
  series text,
  year   smallint,
  number bigint
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  -- lpad cuts what is too long: order 100000 must not become another 10000.
  return format('%s-%s-%s', series, year, lpad(number::text, greatest(5, length(number::text)), '0'));
end
$function$;

CREATE OR REPLACE FUNCTION private.drop_mail (
  mail_id bigint
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_admin();
  perform private.lock_dead_mail(drop_mail.mail_id);
  update private.outbox o set state = 'dropped' where o.id = drop_mail.mail_id;
  return private.mail_json(drop_mail.mail_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.email_hash (
  email text
)
  RETURNS bytea
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  secret bytea := (select p.secret from private.email_pepper p);
begin
  if secret is null then
    insert into private.email_pepper default values on conflict do nothing returning email_pepper.secret into secret;
    if found then
      -- Fingerprints that were made before there was a secret are made anew with it.
      update private.company_invitations i set email_hash = extensions.hmac(i.email_hash, secret, 'sha256') where true;
    else
      select p.secret into strict secret from private.email_pepper p;
    end if;
  end if;
  return extensions.hmac(sha256(convert_to(lower(btrim(email_hash.email)), 'UTF8')), secret, 'sha256');
end
$function$;

CREATE OR REPLACE FUNCTION private.end_old_sales()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  over uuid[];
begin
  -- In one order, like everybody who changes several courses. A draft was never on sale: publish_course asks.
  over := array(
    select c.id from public.courses c
    where c.original_price_cents is not null and c.published_at is not null
      and c.original_price_cents > coalesce(private.highest_price_charged(c.id), 0)
    order by c.id
    for no key update
  );
  update public.courses c set original_price_cents = null where c.id = any (over);
  return cardinality(over);
end
$function$;

CREATE OR REPLACE FUNCTION private.enqueue_mail (
  template   text,
  user_id    uuid,
  payload    jsonb,
  dedupe_key text,
  preference text  DEFAULT NULL::text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if not private.wants_mail(enqueue_mail.user_id, enqueue_mail.preference) then
    return;
  end if;
  insert into private.outbox (template, user_id, payload, dedupe_key, preference)
  values (
    enqueue_mail.template::private.mail_template, enqueue_mail.user_id, private.mail_payload(enqueue_mail.payload), enqueue_mail.dedupe_key,
    enqueue_mail.preference
  )
  on conflict on constraint outbox_template_dedupe_key_key do nothing;
end
$function$;

CREATE OR REPLACE FUNCTION private.enqueue_mails (
  template    text,
  user_id     uuid,
  payloads    jsonb[],
  dedupe_keys text[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if not private.wants_mail(enqueue_mails.user_id, null) then
    return;
  end if;
  insert into private.outbox (template, user_id, payload, dedupe_key)
  select enqueue_mails.template::private.mail_template, enqueue_mails.user_id, private.mail_payload(m.payload), m.dedupe_key
  from unnest(enqueue_mails.payloads, enqueue_mails.dedupe_keys) m (payload, dedupe_key)
  on conflict on constraint outbox_template_dedupe_key_key do nothing;
end
$function$;

CREATE OR REPLACE FUNCTION private.enqueue_weekly_summaries (
  at timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  -- No zone is further from here than a day: these two hold the weeks of all.
  first_day date := date_trunc('week', (enqueue_weekly_summaries.at at time zone 'UTC') - interval '1 day')::date - 7;
  last_day date := date_trunc('week', (enqueue_weekly_summaries.at at time zone 'UTC') + interval '1 day')::date - 1;
  owed integer;
begin
  insert into private.outbox (template, user_id, payload, dedupe_key, preference)
  select 'weekly_summary', l.user_id,
    jsonb_build_object(
      'week_begins_on', l.monday, 'learning_days', l.days, 'seconds_learned', l.seconds,
      'lessons_completed', (
        select count(*) from public.lesson_progress p
        where p.user_id = l.user_id
          and p.completed_at >= l.monday::timestamp at time zone l.timezone
          and p.completed_at < (l.monday + 7)::timestamp at time zone l.timezone
      )
    ),
    l.user_id || ' ' || l.monday, 'weekly_summary'
  from (
    select d.user_id, x.timezone, w.monday, count(*) as days, sum(d.seconds) as seconds
    from
      public.learning_days d
      join public.profile_private x on x.user_id = d.user_id
      -- Until six on Monday morning it is still the night of Sunday: no telephone rings for this.
      cross join lateral (
        select date_trunc('week', (enqueue_weekly_summaries.at at time zone x.timezone) - interval '6 hours')::date - 7 as monday
      ) w
    where d.day between first_day and last_day and d.day between w.monday and w.monday + 6
    group by d.user_id, x.timezone, w.monday
  ) l
  where private.wants_mail(l.user_id, 'weekly_summary')
    -- All runs of a week but the first find these, and need not count lessons again.
    and not exists (
      select from private.outbox o where o.template = 'weekly_summary' and o.dedupe_key = l.user_id || ' ' || l.monday
    )
  on conflict on constraint outbox_template_dedupe_key_key do nothing;
  get diagnostics owed = row_count;
  return owed;
end
$function$;

CREATE OR REPLACE FUNCTION private.enroll_company_lines (
  key        public.api_keys,
  reference  text,
  course_ids uuid[],
  employees  jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  line record;
  refusal text;
  lines jsonb := '[]';
begin
  for line in
    select asked.position - 1 as employee, chosen.course_id, person.id as user_id, c.id is not null as is_course,
      -- Who is named by an address may have an account or not: a company that asks does not hear which.
      asked.employee ->> 'email' is not null as is_address, u.id is not null as has_account,
      private.email_hash(coalesce(u.email, asked.employee ->> 'email', u.id::text)) as email_hash,
      exists (
        select from public.course_instructors i where i.course_id = c.id and i.user_id = person.id
      ) as is_author
    from
      jsonb_array_elements(enroll_company_lines.employees) with ordinality asked (employee, position)
      cross join (select distinct unnest(enroll_company_lines.course_ids)) chosen (course_id)
      -- An address counts once its owner has confirmed it: nobody takes the seat of somebody else.
      left join auth.users u
        on case
          when asked.employee ->> 'email' is not null
          then u.email = lower(btrim(asked.employee ->> 'email')) and u.email_confirmed_at is not null and not u.is_sso_user
          else u.id = private.uuid_or_null(asked.employee ->> 'user_id')
        end
      left join public.profiles person on person.is_active and person.id = u.id
      left join public.courses c
        on c.id = chosen.course_id and c.is_published and c.id = any ((enroll_company_lines.key).course_ids)
    -- Always in the same order, so that two companies with the same people do not wait for each other in a circle.
    order by person.id, chosen.course_id, asked.position
  loop
    refusal := case
      when not line.is_address and line.user_id is null then 'PROFILE_NOT_FOUND'
      when not line.is_course then 'COURSE_NOT_FOUND'
      when not line.is_address and line.is_author then 'OWN_COURSE'
      when not private.take_company_seat(enroll_company_lines.key, line.email_hash) then 'SEATS_EXHAUSTED'
    end;
    if refusal is null and not line.has_account then
      -- Nobody has proved to own this address: the place waits for whoever does.
      insert into private.company_invitations (company_id, course_id, email_hash, reference, expires_at)
      values (
        (enroll_company_lines.key).user_id, line.course_id, line.email_hash, enroll_company_lines.reference,
        now() + make_interval(days => private.setting_int('company_invitation_days'))
      )
      on conflict on constraint company_invitations_email_hash_key do update
      set expires_at = excluded.expires_at, reference = excluded.reference;
    elsif refusal is null and line.user_id is not null and not line.is_author then
      -- Whoever bought the course gets it from the company as well: a refund then takes away only what was bought.
      if not exists (
        select from private.access_grants g join public.enrollments e on e.id = g.enrollment_id
        where e.user_id = line.user_id and e.course_id = line.course_id
          and g.source = 'company' and g.granted_by = (enroll_company_lines.key).user_id
          and g.revoked_at is null and (g.expires_at is null or g.expires_at > now())
      ) then
        perform private.grant_access(
          line.user_id, line.course_id, 'company', null, (enroll_company_lines.key).user_id,
          'Company list ' || enroll_company_lines.reference
        );
      end if;
    end if;
    lines := lines || jsonb_build_object(
      'employee', line.employee, 'course_id', line.course_id,
      'status', case when refusal is null then 'given' else 'refused' end, 'code', refusal
    );
  end loop;
  return (
    select coalesce(jsonb_agg(l order by (l ->> 'employee')::integer, l ->> 'course_id'), '[]')
    from jsonb_array_elements(lines) l
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.enroll_free (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_account();
  course record;
  place uuid;
begin
  select c.price_cents, c.is_published into course
  from public.courses c
  where c.id = enroll_free.course_id;

  if course.is_published and private.is_course_author(enroll_free.course_id) then
    perform private.fail('OWN_COURSE', 409, 'You teach this course.');
  end if;
  perform private.lock_learner(caller);
  if private.is_enrolled(caller, enroll_free.course_id) then
    perform private.fail(
      'ALREADY_ENROLLED', 409, 'You are enrolled in this course already.',
      jsonb_build_object('course_id', enroll_free.course_id)
    );
  end if;
  if course.is_published is not true then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  if course.price_cents > 0 then
    perform private.fail(
      'COURSE_NOT_FREE', 402, 'This course has to be bought.', jsonb_build_object('course_id', enroll_free.course_id)
    );
  end if;

  place := private.grant_access(caller, enroll_free.course_id, 'free');
  return (
    select jsonb_build_object(
      'id', e.id, 'course_id', e.course_id, 'enrolled_at', e.enrolled_at,
      'progress_percent', private.progress_percent(e.lessons_completed, s.lesson_count), 'is_completed', e.is_completed
    )
    from public.enrollments e join public.course_stats s on s.course_id = e.course_id
    where e.id = place
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.enter_refund (
  order_id        uuid,
  order_item_ids  uuid[],
  origin          private.refund_origin,
  reason          text,
  requested_by    uuid                  DEFAULT NULL::uuid,
  idempotency_key text                  DEFAULT NULL::text
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments;
  refund_id uuid := gen_random_uuid();
begin
  select * into payment from public.payments p where p.order_id = enter_refund.order_id and p.pays_order;

  with item as (
    select l.order_item_id as id, l.left_cents, l.is_free
    from private.refundable_items(enter_refund.order_id) l
    where enter_refund.order_item_ids is null or l.order_item_id = any (enter_refund.order_item_ids)
  ), refund as (
    insert into private.refunds (
      id, order_id, payment_id, amount_cents, currency, origin, reason, requested_by, names_items, asked_item_ids, idempotency_key
    )
    select refund_id, payment.order_id, payment.id, sum(i.left_cents), payment.currency, enter_refund.origin,
      coalesce(enter_refund.reason, ''), enter_refund.requested_by, true, enter_refund.order_item_ids,
      enter_refund.idempotency_key
    from item i
    where i.left_cents > 0 and payment.id is not null
    having sum(i.left_cents) > 0
    returning id
  )
  insert into private.refund_items (refund_id, order_item_id, amount_cents)
  select f.id, i.id, i.left_cents
  from refund f cross join item i
  -- A line that cost nothing goes with those it is named with.
  where i.left_cents > 0 or i.is_free;

  return case when found then refund_id end;
end
$function$;

CREATE OR REPLACE FUNCTION private.erase_user (
  user_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  place record;
begin
  perform private.lock_person(erase_user.user_id);
  insert into private.erasures (user_id) values (erase_user.user_id) on conflict do nothing;

  insert into private.file_deletions (bucket_id, folder)
  select b.bucket_id, erase_user.user_id::text
  from private.personal_buckets() b
  where exists (select from storage.objects o where o.bucket_id = b.bucket_id and o.name like erase_user.user_id || '/%');

  for place in
    select d.table_name, d.condition, d.erasure, d.cleared_by
    from private.personal_data d
    where d.erasure <> 'keep'
    order by d.erasure, d.table_name, d.condition
  loop
    perform private.execute_for_person(
      case place.erasure
        when 'delete' then format('with gone as (delete from %s t where %s) select null', place.table_name::regclass, place.condition)
        else format(
          'with gone as (update %s t set %s where %s) select null', place.table_name::regclass, place.cleared_by, place.condition
        )
      end,
      erase_user.user_id
    );
  end loop;

  -- Sessions, identities, factors: whatever Auth keeps about an account, in this version or the next.
  for place in
    select c.relname as table_name
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'auth'::regnamespace and c.relkind = 'r' and a.attname = 'user_id' and not a.attisdropped
    order by c.relname
  loop
    perform private.execute_for_person(
      format('with gone as (delete from auth.%I t where t.user_id::text = $1::text) select null', place.table_name),
      erase_user.user_id
    );
  end loop;
  delete from auth.audit_log_entries l where l.payload ->> 'actor_id' = erase_user.user_id::text;
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
      where x.state in ('pending', 'failed') and x.expires_at <= now()
        and not exists (
          select from public.payments p where p.order_id = x.id and p.status in ('pending', 'processing', 'failed')
        )
      order by x.expires_at
      limit 1000
      for update skip locked
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

CREATE OR REPLACE FUNCTION private.filter_courses (
  words       text,
  category_id uuid,
  level       public.course_level,
  min_cents   bigint,
  max_cents   bigint,
  rating_min  numeric,
  language    text,
  featured    boolean,
  ordering    text,
  skipped     integer,
  page_size   integer,
  facets      boolean,
  OUT         total bigint,
  OUT         ids uuid[],
  OUT         cells private.facet_cell[]
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  query tsquery := private.search_query(filter_courses.words);
  -- Rank looks into the vectors: of the 200 most studied matches, and of the 200 most studied that have the words in
  -- their title, so that a title said exactly is found however few study it; 400 at most. The others follow as they are.
  ranked integer := case filter_courses.ordering when 'relevance' then 200 else 0 end;
begin
  if filter_courses.words is null and filter_courses.category_id is not null then
    -- Without words and within a category its index has everything.
    with matches as materialized (
      select e.course_id, e.student_count,
        case filter_courses.ordering
          when 'rating' then e.rating
          when 'newest' then extract(epoch from e.published_at)
          when 'price_high' then e.price_cents
          when 'price_low' then -e.price_cents
        end as key
      from private.catalogue_entries e
      where e.category_id = filter_courses.category_id
        and (filter_courses.level is null or e.level = filter_courses.level)
        and (filter_courses.language is null or e.language = filter_courses.language)
        and (filter_courses.min_cents is null or e.price_cents >= filter_courses.min_cents)
        and (filter_courses.max_cents is null or e.price_cents <= filter_courses.max_cents)
        and (filter_courses.rating_min is null or e.rating >= filter_courses.rating_min)
        and (filter_courses.featured is null or e.is_featured = filter_courses.featured)
    )
    select
      (select count(*) from matches),
      array(
        select m.course_id from matches m
        order by m.key desc nulls last, m.student_count desc, m.course_id desc
        limit filter_courses.page_size offset filter_courses.skipped
      )
    into filter_courses.total, filter_courses.ids;
  else
    with matches as materialized (
      select f.course_id, f.student_count,
        case filter_courses.ordering
          when 'rating' then f.rating
          when 'newest' then extract(epoch from f.published_at)
          when 'price_high' then f.price_cents
          when 'price_low' then -f.price_cents
        end as key
      from private.found_courses(query) f
      where (filter_courses.category_id is null or f.category_id = filter_courses.category_id)
        and (filter_courses.level is null or f.level = filter_courses.level)
        and (filter_courses.language is null or f.language = filter_courses.language)
        and (filter_courses.min_cents is null or f.price_cents >= filter_courses.min_cents)
        and (filter_courses.max_cents is null or f.price_cents <= filter_courses.max_cents)
        and (filter_courses.rating_min is null or f.rating >= filter_courses.rating_min)
        and (filter_courses.featured is null or f.is_featured = filter_courses.featured)
    ),
    -- The index of the titles finds them, without a look into the documents. It has their stems, too.
    titled as materialized (
      select d.course_id from private.course_search d where d.title_words @@ query
    ),
    candidates as materialized (
      (
        select m.course_id, m.student_count
        from matches m
        order by m.student_count desc, m.course_id desc
        limit ranked
      )
      union
      (
        select m.course_id, m.student_count
        from titled t join matches m on m.course_id = t.course_id
        order by m.student_count desc, m.course_id desc
        limit ranked
      )
    )
    select
      (select count(*) from matches),
      array(
        select best.course_id
        from candidates best
        join private.course_search d on d.course_id = best.course_id
        order by ts_rank(d.document, query) desc, best.student_count desc, best.course_id desc
        limit filter_courses.page_size offset filter_courses.skipped
      )
      || array(
        select m.course_id from matches m
        where m.course_id not in (select k.course_id from candidates k)
        -- The last word is the id, so that no course is on two pages.
        order by m.key desc nulls last, m.student_count desc, m.course_id desc
        limit filter_courses.page_size
          - least(greatest((select count(*) from candidates) - filter_courses.skipped, 0), filter_courses.page_size)
        offset greatest(filter_courses.skipped - (select count(*) from candidates), 0)
      )
    into filter_courses.total, filter_courses.ids;
  end if;

  -- A facet looks beyond its own filter: everything that was found is judged.
  if filter_courses.facets then
    filter_courses.cells := array(
      select row(
        j.category_id, j.level, j.language, j.price_band, j.rating_band, j.fits_price, j.fits_rating, j.fits_rest, count(*)
      )::private.facet_cell
      from (
        select f.*,
          (filter_courses.min_cents is null or f.price_cents >= filter_courses.min_cents)
            and (filter_courses.max_cents is null or f.price_cents <= filter_courses.max_cents) as fits_price,
          filter_courses.rating_min is null or f.rating >= filter_courses.rating_min as fits_rating,
          filter_courses.featured is null or f.is_featured = filter_courses.featured as fits_rest
        from private.found_courses(query) f
      ) j
      group by j.category_id, j.level, j.language, j.price_band, j.rating_band, j.fits_price, j.fits_rating, j.fits_rest
    );
  end if;
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
begin
  -- The order first: everything that happens to it happens one after another.
  perform from public.orders o
  where o.id = (select p.order_id from public.payments p where p.stripe_payment_intent_id = find_payment.payment_intent_id)
  for update;
  select * into payment from public.payments p where p.stripe_payment_intent_id = find_payment.payment_intent_id;

  if payment.id is null and find_payment.payment_intent_id is not null
    and pg_input_is_valid(find_payment.metadata ->> 'order_id', 'uuid')
    and pg_input_is_valid(find_payment.metadata ->> 'attempt', 'smallint')
  then
    perform from public.orders o where o.id = (find_payment.metadata ->> 'order_id')::uuid for update;
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
    perform from public.orders o where o.id = payment.order_id for update;
    select * into payment from public.payments p where p.id = payment.id;
  end if;
  return payment;
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_student_counts()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  course uuid;
  folded integer := 0;
begin
  for course in
    select s.course_id from public.course_stats s
    where s.course_id in (select w.course_id from private.student_count_changes w)
    order by s.course_id
    for no key update skip locked
  loop
    perform private.fold_students(array[course]);
    folded := folded + 1;
  end loop;
  return folded;
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_students (
  free_course_ids uuid[],
  course_ids      uuid[]    DEFAULT '{}'::uuid[],
  changes         integer[] DEFAULT '{}'::integer[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
begin
  with waiting as (
    delete from private.student_count_changes w where w.course_id = any (fold_students.free_course_ids) returning w.course_id, w.change
  )
  update public.course_stats s
  set student_count = s.student_count + d.change
  from (
    select x.course_id, sum(x.change)::integer as change
    from (
      select c.course_id, c.change from unnest(fold_students.course_ids, fold_students.changes) c (course_id, change)
      union all
      select w.course_id, w.change from waiting w
    ) x
    group by x.course_id
  ) d
  where s.course_id = d.course_id and s.course_id = any (fold_students.free_course_ids);
end
$function$;

CREATE OR REPLACE FUNCTION private.get_order (
  order_id uuid
)
  RETURNS jsonb
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
  -- A closed account still reads its own receipts.
  if not exists (
    select from public.orders o
    where o.id = get_order.order_id and (o.user_id = caller or private.is_admin())
  ) then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  end if;
  return private.order_json(get_order.order_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.given_back_cents (
  payment_id uuid
)
  RETURNS bigint
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(sum(r.amount_cents), 0)::bigint
  from private.refunds as r
  where
    r.payment_id = given_back_cents.payment_id
    and (r.state in ('requested', 'pending', 'succeeded') or r.origin = 'automatic');
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
  had_access uuid[];
  granted uuid[];
  grants uuid[];
begin
  perform private.lock_learner(grant_courses.user_id);

  -- Whoever has access already is not welcomed again.
  had_access := array(
    select e.id
    from public.enrollments e
    where e.user_id = grant_courses.user_id and e.course_id = any (grant_courses.course_ids)
      and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
    for no key update
  );
  insert into public.enrollments (user_id, course_id, access_ends_at)
  select grant_courses.user_id, asked.course_id, grant_courses.expires_at
  from unnest(grant_courses.course_ids) asked (course_id)
  on conflict on constraint enrollments_user_id_course_id_key do nothing;
  places := array(
    select e.id
    from unnest(grant_courses.course_ids) with ordinality asked (course_id, n)
    join public.enrollments e
      on e.user_id = grant_courses.user_id and e.course_id = asked.course_id and e.course_id = any (grant_courses.course_ids)
    order by asked.n
  );

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
        and (g.order_item_id = asked.order_item_id or g.source = 'free' and g.revoked_at is null)
    )
  ) then
    perform private.fail('CONFLICT', 409, 'This purchase belongs to another enrolment.');
  end if;

  select array_agg(g.place_id), array_agg(g.grant_id)
  into granted, grants
  from unnest(granted, grants) g (place_id, grant_id)
  where g.place_id <> all (had_access);
  if granted is not null then
    perform private.welcome_student(grant_courses.user_id, granted, grants);
  end if;
  return places;
end
$function$;

CREATE OR REPLACE FUNCTION private.grant_enrollment (
  student_id uuid,
  course_id  uuid,
  reason     text,
  expires_at timestamp with time zone,
  is_gift    boolean
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  operator uuid := private.require_operator();
  place uuid;
begin
  -- People say why; a job of ours may leave it out.
  if operator is not null or grant_enrollment.reason is not null then
    perform private.check_reason(grant_enrollment.reason);
  end if;
  if grant_enrollment.expires_at <= now() then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'The grant is not valid.', '{"expires_at": "must be in the future, or left out"}'
    );
  end if;
  if not exists (select from public.profiles p where p.id = grant_enrollment.student_id) then
    perform private.fail('PROFILE_NOT_FOUND', 404, 'There is no such person.');
  end if;
  if not exists (
    select from public.courses c where c.id = grant_enrollment.course_id and c.published_at is not null
  ) then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  if exists (
    select from public.course_instructors i
    where i.course_id = grant_enrollment.course_id and i.user_id = grant_enrollment.student_id
  ) then
    perform private.fail('OWN_COURSE', 409, 'This person teaches the course.');
  end if;

  place := private.grant_access(
    grant_enrollment.student_id, grant_enrollment.course_id,
    case when grant_enrollment.is_gift then 'gift' else 'manual' end::public.grant_source, null, operator,
    btrim(grant_enrollment.reason), grant_enrollment.expires_at
  );
  return (
    select private.enrollment_json(e, s.lesson_count) || jsonb_build_object('user_id', e.user_id, 'course_id', e.course_id)
    from public.enrollments e join public.course_stats s on s.course_id = e.course_id
    where e.id = place
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.grant_items (
  order_id       uuid,
  order_item_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.grant_courses(
    (select o.user_id from public.orders o where o.id = grant_items.order_id), array_agg(i.course_id order by i.position),
    array_agg(
      case when i.price_cents = 0 then 'free' when i.total_cents = 0 then 'coupon' else 'purchase' end::public.grant_source
      order by i.position
    ),
    array_agg(i.id order by i.position), null, null, null
  )
  from public.order_items i
  where i.order_id = grant_items.order_id and i.id = any (grant_items.order_item_ids)
  having count(*) > 0;
  update public.order_items i
  set access = 'granted'
  where i.order_id = grant_items.order_id and i.id = any (grant_items.order_item_ids) and i.access <> 'granted';
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_cart_item()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := auth.uid();
  refusal text;
begin
  -- One writer a cart at a time, so that the limit and the answer to a double click hold.
  update public.carts c
  set updated_at = now()
  where c.id = new.cart_id
    and (
      caller is null
      or c.user_id = caller and exists (select from public.profiles p where p.id = caller and p.is_active)
    );
  -- Somebody else's cart, or a closed account: the policy refuses the row and says nothing about the cart.
  if not found then
    return new;
  end if;
  refusal := private.cart_refusal(new.user_id, new.course_id);
  if refusal is not null then
    perform private.refuse_course(refusal, new.course_id);
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_course_on_sale()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  -- Only what was changed: whoever mends one thing need not mend all.
  changed text[] := array_remove(
    array[
      case when new.short_description is distinct from old.short_description then 'short_description' end,
      case when new.description is distinct from old.description then 'description' end,
      case when new.category_id is distinct from old.category_id then 'category_id' end,
      case when new.thumbnail_path is distinct from old.thumbnail_path then 'thumbnail_path' end
    ],
    null
  );
  issues jsonb;
begin
  if (select auth.uid()) is null then
    return null;
  end if;

  select jsonb_agg(i.issue) into issues
  from jsonb_array_elements(private.course_publish_issues(new.id)) i(issue)
  where i.issue ->> 'field' = any (changed);
  if issues is not null then
    perform private.fail(
      'COURSE_NOT_PUBLISHABLE', 422, 'A course on sale needs this: take it off sale first.', jsonb_build_object('issues', issues)
    );
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_course_price()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if (select auth.uid()) is null then
    return new;
  end if;

  if new.instructor_id is distinct from private.active_uid() and not private.is_admin() then
    perform private.fail('NOT_COURSE_OWNER', 403, 'Only the owner of the course sets its price.');
  end if;

  -- A draft may say what it likes; publish_course asks again.
  if new.status = 'published' and new.price_cents > 0 and new.price_cents < private.minimum_charge_cents(new.currency) then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'Nobody could pay this price.',
      jsonb_build_object('price_cents', format('0, or at least %s', private.minimum_charge_cents(new.currency)))
    );
  end if;
  if new.published_at is not null
    and new.original_price_cents is distinct from old.original_price_cents
    and new.original_price_cents > coalesce(private.highest_price_charged(new.id), 0)
  then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'The original price must be one at which the course was really sold.',
      '{"original_price_cents": "the course was not sold at this price in the last 90 days"}'
    );
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_last_lesson()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  emptied uuid;
begin
  if (select auth.uid()) is null then
    return null;
  end if;

  -- A course that is deleted itself is not there any more.
  select c.id into emptied
  from public.courses c
  where c.id in (select g.course_id from gone g) and c.is_published
    and not exists (
      select from public.lesson_contents v
      where v.course_id = c.id
        and num_nonnulls(v.video_path, v.video_url, nullif(v.body, ''), nullif(v.resources, '[]')) > 0
    )
  limit 1;
  if emptied is not null then
    perform private.fail(
      'COURSE_NOT_PUBLISHABLE', 422, 'A course on sale teaches something: take it off sale first.',
      jsonb_build_object(
        'issues', jsonb_build_array(
          jsonb_build_object('issue', 'LESSONS_MISSING', 'field', 'curriculum', 'message', 'Keep at least one lesson that teaches something.')
        )
      )
    );
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_review_delete()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if (select auth.uid()) is not null and not private.is_admin() then
    perform private.fail('REVIEW_HIDDEN', 403, 'Staff has hidden this review: change it instead.');
  end if;
  return old;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_review_vote()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if exists (select from public.reviews r where r.id = new.review_id and r.user_id = new.user_id) then
    perform private.fail('SELF_VOTE', 409, 'You cannot vote for your own review.');
  end if;
  if exists (
    select from public.reviews r
    join public.course_instructors i on i.course_id = r.course_id and i.user_id = new.user_id
    where r.id = new.review_id
  ) then
    perform private.fail('OWN_COURSE', 409, 'You cannot vote for reviews of a course that you teach.');
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.has_role (
  role public.user_role
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
  return exists (
    select from public.user_roles r
    join public.profiles p on p.id = r.user_id
    where r.user_id = caller and r.role = has_role.role and p.is_active
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.is_gone_account (
  disabled_reason text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
RETURN COALESCE((disabled_reason = 'platform_access_revoked'::text), false);

CREATE OR REPLACE FUNCTION private.is_open_preview (
  lesson_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return exists (
    select
    from public.lessons l join public.courses c on c.id = l.course_id
    where l.id = is_open_preview.lesson_id and l.is_preview and c.is_published
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.is_overpaid_share (
  order_item_id uuid,
  instructor_id uuid
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select
    exists (
      select
      from
        public.order_items as i
        cross join lateral private.overpaid_shares(i.order_id) as s
      where
        i.id = is_overpaid_share.order_item_id
        and s.order_item_id = i.id
        and s.instructor_id = is_overpaid_share.instructor_id
    );
$function$;

CREATE OR REPLACE FUNCTION private.is_storage_path (
  path text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
RETURN ((path ~ '^[A-Za-z0-9_!.*''() &$@=;:+,-]+(/[A-Za-z0-9_!.*''() &$@=;:+,-]+)*$'::text) AND (path !~ '(^|/)\.{1,2}(/|$)'::text));

CREATE OR REPLACE FUNCTION private.is_timezone (
  name text
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  -- Only region names and UTC: abbreviations and POSIX strings (A/B+5 is one) would ignore daylight saving time. No longer
  -- than the column.
  if length(is_timezone.name) > 50 or is_timezone.name !~ '^(UTC|[A-Za-z_]+(/[A-Za-z_-]+)+|Etc/GMT([+-]\d{1,2}|0))$' then
    return false;
  end if;
  -- Asking for the time there is a thousand times cheaper than the view of all zones.
  perform now() at time zone is_timezone.name;
  return is_timezone.name is not null;
exception
  when invalid_parameter_value then
    return false;
end
$function$;

CREATE OR REPLACE FUNCTION private.issue_certificate (
  enrollment_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  -- The certificate worker asks for anybody, a person for the own enrolment.
  caller uuid := case when not private.is_service() then private.require_user() end;
  place public.enrollments;
  certificate public.certificates;
begin
  select e.* into place
  from public.enrollments e
  where e.id = issue_certificate.enrollment_id and (caller is null or e.user_id = caller);
  if place.id is null then
    perform private.fail('ENROLLMENT_NOT_FOUND', 404, 'There is no such enrolment.');
  end if;

  -- A lesson that was taken out of the course may have been the last one missing.
  if place.completed_at is null then
    perform private.lock_learner(place.user_id);
    -- Whose access was taken back completes nothing, however many lessons are still there to be done.
    select e.* into place from public.enrollments e where e.id = place.id;
    perform private.require_open_place(place);
    if not private.complete_enrollment(place.id) then
      perform private.fail(
        'LESSONS_INCOMPLETE', 409, 'Complete every lesson first.',
        (
          select jsonb_build_object('lessons_completed', e.lessons_completed, 'total_lessons', s.lesson_count)
          from public.enrollments e join public.course_stats s on s.course_id = e.course_id
          where e.id = place.id
        )
      );
    end if;
  end if;

  select c.* into certificate from public.certificates c where c.enrollment_id = place.id;
  return private.certificate_json(certificate);
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
  sold jsonb;
begin
  if (o).total_cents = 0 then
    return null;
  end if;
  select * into issued from public.invoices v where v.order_id = (o).id and v.kind = 'invoice';
  if issued.id is not null then
    return issued;
  end if;

  select jsonb_agg(
    jsonb_build_object(
      'order_item_id', i.id, 'course_id', i.course_id, 'title', i.title, 'instructor_name', i.instructor_name,
      'price_cents', i.price_cents, 'discount_cents', i.discount_cents, 'tax_cents', i.tax_cents, 'total_cents', i.total_cents
    )
    order by i.position
  )
  into sold
  from public.order_items i
  where i.order_id = (o).id;

  insert into public.invoices (
    number, kind, cause, order_id, user_id, currency, subtotal_cents, discount_cents, tax_cents, total_cents, seller, buyer, lines
  )
  select private.next_invoice_number('invoice'), 'invoice', 'sale', (o).id, (o).user_id, (o).currency, (o).subtotal_cents,
    (o).discount_cents, (o).tax_cents, (o).total_cents,
    jsonb_build_object(
      'name', private.setting('seller_name'), 'address', private.setting('seller_address'),
      'tax_id', private.setting('seller_tax_id'), 'email', private.setting('seller_email')
    ),
    -- As much of the buyer as the law asks for: what is issued is kept even when the account is erased.
    to_jsonb(b) - '{order_id,phone,email}'::text[], sold
  from public.order_billing b
  where b.order_id = (o).id
  returning * into strict issued;
  return issued;
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
  perform from public.user_roles r where r.role = 'admin' order by r.user_id for update;
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
    if found then
      return account;
    end if;
    -- Somebody else may make it meanwhile: then it is found the next time.
    insert into private.ledger_accounts (kind, owner_id, currency)
    values (ledger_account.kind, ledger_account.owner_id, ledger_account.currency)
    on conflict do nothing;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.lesson_id_of_file (
  name text
)
  RETURNS uuid
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN CASE WHEN (private.is_storage_path(name) AND pg_input_is_valid(split_part(name, '/'::text, 2), 'uuid'::text) AND (split_part(name, '/'::text, 3) <> ''::text)) THEN
  (split_part(name, '/'::text, 2))::uuid ELSE NULL::uuid END;

CREATE OR REPLACE FUNCTION private.list_dead_mails (
  page      integer,
  page_size integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  page integer := private.clamp_page(list_dead_mails.page);
  page_size integer := private.clamp_page_size(list_dead_mails.page_size);
begin
  perform private.require_admin();
  return private.page(
    (select count(*) from private.outbox o where o.state = 'dead'), page, page_size,
    (
      select jsonb_agg(private.mail_json(x.id) order by x.id)
      from (
        select o.id from private.outbox o where o.state = 'dead' order by o.id limit page_size offset (page - 1) * page_size
      ) x
    )
  );
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
  caller uuid := (select auth.uid());
  ordering text := coalesce(list_reviews.ordering, '-helpful_count');
  -- private.clamp_page and private.clamp_page_size, written out.
  page integer := least(greatest(coalesce(list_reviews.page, 1), 1), 1000000);
  page_size integer := least(greatest(coalesce(list_reviews.page_size, 10), 1), 100);
  skipped integer := (page - 1) * page_size;
  stats public.course_stats;
  -- How many shown reviews have one star, two, …
  counts integer[];
  stars integer;
  ids uuid[] := '{}';
  voted_ids uuid[];
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

  select s.* into stats
  from public.course_stats s join public.courses c on c.id = s.course_id
  where s.course_id = list_reviews.course_id
    and (c.is_published or (caller is not null and private.has_course_access(c.id)));
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  counts := array[stats.rating_1, stats.rating_2, stats.rating_3, stats.rating_4, stats.rating_5];

  -- One statement an index: each walks its own as far as the page.
  case
    when list_reviews.rating is null and ordering in ('-helpful_count', '-created_at') then
      ids := private.review_ids(list_reviews.course_id, ordering, skipped, page_size);
    when ordering = '-created_at' then
      ids := array(
        select r.id from public.reviews r
        where r.course_id = list_reviews.course_id and not r.is_hidden and r.rating = list_reviews.rating
        order by r.created_at desc, r.id desc limit page_size offset skipped
      );
    when ordering = 'created_at' then
      ids := array(
        select r.id from public.reviews r
        where r.course_id = list_reviews.course_id and not r.is_hidden
          and (list_reviews.rating is null or r.rating = list_reviews.rating)
        order by r.created_at, r.id limit page_size offset skipped
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
            select r.id from public.reviews r
            where r.course_id = list_reviews.course_id and not r.is_hidden and r.rating = stars
            order by r.helpful_count desc, r.id limit page_size - cardinality(ids) offset skipped
          );
          skipped := 0;
          exit when cardinality(ids) >= page_size;
        end if;
      end loop;
  end case;

  if caller is not null then
    voted_ids := array(select v.review_id from public.review_votes v where v.user_id = caller and v.review_id = any (ids));
  end if;

  -- Text that is written on, like the cards of the catalogue: json_build_object looks up the type of every value of
  -- every row again, which took longer than reading the rows.
  return private.page_json(
    coalesce(counts[list_reviews.rating], stats.rating_count), page, page_size,
    (
      select '[' || string_agg(
        '{"id":"' || r.id
        || '","author":{"id":' || coalesce('"' || p.id || '"', 'null')
        || ',"first_name":' || coalesce(to_json(p.first_name)::text, 'null')
        || ',"last_name":' || coalesce(to_json(p.last_name)::text, 'null')
        || ',"avatar":' || coalesce(to_json(p.avatar_path)::text, 'null')
        || '},"rating":' || r.rating
        || ',"title":' || to_json(r.title)
        || ',"comment":' || to_json(r.comment)
        || ',"helpful_count":' || r.helpful_count
        || ',"created_at":' || to_json(r.created_at)
        || ',"updated_at":' || to_json(r.updated_at)
        || ',"instructor_reply":' || case when r.instructor_reply = '' then 'null' else to_json(r.instructor_reply)::text end
        || ',"replied_at":' || coalesce(to_json(r.replied_at)::text, 'null')
        || case when r.user_id = caller then ',"is_own":true' else ',"is_own":false' end
        || case when r.id = any (voted_ids) then ',"voted_helpful":true}' else ',"voted_helpful":false}' end,
        ',' order by x.place
      ) || ']'
      from unnest(ids) with ordinality x(id, place)
      join public.reviews r on r.id = x.id
      left join public.profiles p on p.id = r.user_id
    )
  );
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
  select o.state into state from private.outbox o where o.id = lock_dead_mail.mail_id for update;
  if state is null then
    perform private.fail('MAIL_NOT_FOUND', 404, 'There is no such mail.');
  elsif state <> 'dead' then
    perform private.fail('MAIL_NOT_DEAD', 409, 'This mail was not given up.', jsonb_build_object('state', state));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_intent (
  payment_intent_id text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform pg_advisory_xact_lock(hashtextextended('payment_intent:' || lock_intent.payment_intent_id, 0));
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
  perform from public.profiles p where p.id = lock_person.user_id for no key update;
  perform from public.carts k where k.user_id = lock_person.user_id for no key update;
  perform from public.orders o where o.user_id = lock_person.user_id order by o.id for update;
  perform private.lock_learner(lock_person.user_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.lowest_price_before (
  course_id uuid
)
  RETURNS integer
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return (
    with history as materialized (
      select h.id, h.price_cents, h.currency, h.charged_from
      from public.course_price_history h
      where h.course_id = lowest_price_before.course_id
    ), present as (
      select h.price_cents, h.currency from history h order by h.charged_from desc, h.id desc limit 1
    ), began as (
      select min(h.charged_from) as at
      from history h join present p on (h.price_cents, h.currency) = (p.price_cents, p.currency)
      where h.charged_from >= coalesce(
        (select max(o.charged_from) from history o where (o.price_cents, o.currency) <> (p.price_cents, p.currency)),
        '-infinity'
      )
    )
    select min(h.price_cents)
    from history h join present p on p.currency = h.currency cross join began b
    where h.charged_from < b.at
      -- The price that held when the 30 days began counts too.
      and h.charged_from >= coalesce(
        (select max(o.charged_from) from history o where o.charged_from <= b.at - interval '30 days'), '-infinity'
      )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.mail_json (
  mail_id bigint
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select
    jsonb_build_object(
      'id',
      o.id,
      'template',
      o.template,
      'state',
      o.state,
      'user_id',
      o.user_id,
      'to',
      nullif(x.email, ''),
      'attempts',
      o.attempts,
      'last_error',
      o.last_error,
      'created_at',
      o.created_at
    )
  from
    private.outbox as o
    join public.profile_private as x on x.user_id = o.user_id
  where o.id = mail_json.mail_id;
$function$;

CREATE OR REPLACE FUNCTION private.mail_payload (
  payload jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
declare
  -- The check of private.outbox.
  most_bytes constant integer := 20000;
  cut jsonb := mail_payload.payload;
begin
  for step in 0..4 loop
    exit when pg_column_size(cut) <= most_bytes;
    cut := private.shorten_json(mail_payload.payload, 2000 / (4 ^ step)::integer, 50 / (2 ^ step)::integer);
  end loop;
  return case when pg_column_size(cut) <= most_bytes then cut else '{}' end;
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
  lesson record;
  place public.enrollments;
  progress record;
begin
  perform private.require_yes_or_no('completed', mark_lesson_complete.completed);
  select l.course_id, c.is_published into lesson
  from public.lessons l join public.courses c on c.id = l.course_id
  where l.id = mark_lesson_complete.lesson_id;

  perform private.lock_learner(caller);
  if mark_lesson_complete.enrollment_id is not null then
    select e.* into place
    from public.enrollments e
    where e.id = mark_lesson_complete.enrollment_id and e.user_id = caller;
    if place.id is null then
      perform private.fail('ENROLLMENT_NOT_FOUND', 404, 'There is no such enrolment.');
    end if;
  else
    select e.* into place
    from public.enrollments e
    where e.user_id = caller and e.course_id = lesson.course_id;
    if place.id is null and lesson.is_published then
      perform private.fail('NOT_ENROLLED', 403, 'You are not enrolled in this course.');
    end if;
  end if;
  if place.id is null or lesson.course_id is distinct from place.course_id then
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

CREATE OR REPLACE FUNCTION private.may_write_avatar (
  name text
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select
    private.is_storage_path(may_write_avatar.name)
    and may_write_avatar.name ~ '^[^/]+/[^/]+$'
    and (split_part(may_write_avatar.name, '/', 1) = private.active_uid()::text or private.is_admin())
    and (
      -- The picture that is shown, the next one, and what an upload that broke off has left.
      select count(*) < 5
      from storage.objects as o
      where
        o.bucket_id = 'avatars'
        and starts_with(o.name, split_part(may_write_avatar.name, '/', 1) || '/')
        and o.name != may_write_avatar.name
    );
$function$;

CREATE OR REPLACE FUNCTION private.may_write_course_file (
  name text
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select
    exists (
      select
      from public.courses as c
      where
        c.id = case
          when pg_input_is_valid(split_part(may_write_course_file.name, '/', 1), 'uuid') then split_part(
            may_write_course_file.name,
            '/',
            1
          )::uuid
        end
        and private.is_storage_path(may_write_course_file.name)
        and split_part(may_write_course_file.name, '/', 2) != ''
        and (private.is_course_author(c.id) or private.is_admin())
    );
$function$;

CREATE OR REPLACE FUNCTION private.minor_unit_digits (
  currency text
)
  RETURNS integer
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  return case
    when minor_unit_digits.currency in (
      'bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf'
    ) then 0
    else 2
  end;
end
$function$;

CREATE OR REPLACE FUNCTION private.mint_api_key (
  user_id         uuid,
  name            text,
  expires_in_days integer,
  scopes          text[]                   DEFAULT '{}'::text[],
  course_ids      uuid[]                   DEFAULT '{}'::uuid[],
  expires_at      timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  seats           integer                  DEFAULT NULL::integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  secret constant text := 'lf_' || encode(extensions.gen_random_bytes(20), 'hex');
  made public.api_keys;
begin
  if coalesce(length(btrim(mint_api_key.name)), 0) not between 1 and 100 then
    perform private.fail('VALIDATION_ERROR', 422, 'The key needs a name.', '{"name": "1 to 100 characters"}');
  end if;
  if mint_api_key.expires_in_days not between 1 and 365 or mint_api_key.expires_in_days is null then
    perform private.fail('VALIDATION_ERROR', 422, 'A key ends within a year.', '{"expires_in_days": "1 to 365"}');
  end if;

  insert into public.api_keys (user_id, name, key_prefix, key_hash, scopes, course_ids, seats, expires_at)
  values (
    mint_api_key.user_id, btrim(mint_api_key.name), left(secret, 11),
    -- Hashed twice: the first hash signs, the second only recognises it.
    encode(sha256(sha256(convert_to(secret, 'UTF8'))), 'hex'),
    mint_api_key.scopes, mint_api_key.course_ids, mint_api_key.seats,
    coalesce(mint_api_key.expires_at, now() + make_interval(days => mint_api_key.expires_in_days))
  )
  returning * into made;
  return jsonb_build_object(
    'id', made.id, 'name', made.name, 'key', secret, 'key_prefix', made.key_prefix, 'scopes', made.scopes,
    'course_ids', made.course_ids, 'seats', made.seats, 'created_at', made.created_at, 'expires_at', made.expires_at
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.moderate_review (
  review_id uuid,
  hidden    boolean,
  reason    text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  review public.reviews;
begin
  if not private.is_service() then
    perform private.require_staff();
  end if;
  perform private.require_yes_or_no('hidden', moderate_review.hidden);
  if moderate_review.hidden then
    perform private.check_reason(moderate_review.reason);
  end if;

  update public.reviews r
  set is_hidden = moderate_review.hidden,
    hidden_reason = case when moderate_review.hidden then btrim(moderate_review.reason) else '' end
  where r.id = moderate_review.review_id
  returning * into review;
  if review.id is null then
    perform private.fail('REVIEW_NOT_FOUND', 404, 'There is no such review.');
  end if;

  update private.review_reports p set resolved_at = now() where p.review_id = review.id and p.resolved_at is null;

  if review.is_hidden then
    perform private.notify(
      review.user_id, 'review_hidden', 'Your review was hidden', review.hidden_reason, null, 'review_hidden:' || review.id
    );
  end if;
  return jsonb_build_object('id', review.id, 'is_hidden', review.is_hidden, 'hidden_reason', review.hidden_reason);
end
$function$;

CREATE OR REPLACE FUNCTION private.my_orders (
  status    text,
  page      integer,
  page_size integer
)
  RETURNS jsonb
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
  result jsonb;
begin
  if my_orders.status not in ('pending', 'completed', 'failed', 'refunded') then
    perform private.require_user();
    perform private.fail(
      'VALIDATION_ERROR', 422, 'There is no such status.', '{"status": "pending, completed, failed or refunded"}'
    );
  end if;
  asked_status := my_orders.status;

  -- private.to_amount and the lines of private.order_json, written out: no function a line. json, and jsonb once: jsonb in
  -- jsonb is taken apart and put together again at every step.
  result := (
    select private.page(
      (
        select count(*)
        from public.orders o
        where o.user_id = caller and (asked_status is null or o.status = asked_status)
      ),
      page,
      page_size,
      (
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
            'total_amount', case o.digits when 0 then o.total_cents else round(o.total_cents / 100.0, 2) end,
            'refunded_amount', case o.digits when 0 then o.refunded_cents else round(o.refunded_cents / 100.0, 2) end,
            'items_count', l.lines,
            'items', coalesce(l.items, '[]')
          )
          order by o.created_at desc, o.id
        )::jsonb
        from (
          select r.*, private.minor_unit_digits(r.currency) as digits
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
              'price_at_purchase', case o.digits when 0 then i.price_cents else round(i.price_cents / 100.0, 2) end,
              'discount_amount', case o.digits when 0 then i.discount_cents else round(i.discount_cents / 100.0, 2) end,
              'total_amount', case o.digits when 0 then i.total_cents else round(i.total_cents / 100.0, 2) end,
              'refunded_amount', case o.digits when 0 then i.refunded_cents else round(i.refunded_cents / 100.0, 2) end,
              'access', i.access
            )
            order by i.position
          ) as items
          from public.order_items i
          where i.order_id = o.id
        ) l
      )
    )
    from public.profiles p
    where p.id = caller and p.is_active
  );
  -- Nobody, or a closed account: the error says which.
  if result is null then perform private.require_user(); end if;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.next_order_number()
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  this_year smallint := extract(year from now() at time zone 'UTC');
  number bigint;
  before bigint;
begin
  loop
    number := nextval('private.order_numbers');
    select c.numbered_before into before from private.order_counters c where c.year = this_year;
    if not found then
      insert into private.order_counters (year, numbered_before) values (this_year, number - 1) on conflict (year) do nothing;
      select c.numbered_before into strict before from private.order_counters c where c.year = this_year;
    end if;
    -- Another was the first of the year with a later number: this one belongs to no year.
    exit when number > before;
  end loop;
  return private.document_number('ORD', this_year, number - before);
end
$function$;

CREATE OR REPLACE FUNCTION private.notify (
  user_id    uuid,
  kind       text,
  title      text,
  body       text,
  link       text,
  dedupe_key text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.notify_each(
    notify.user_id, notify.kind, array[notify.title], notify.body, array[notify.link], array[notify.dedupe_key]
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.notify_each (
  user_id     uuid,
  kind        text,
  titles      text[],
  body        text,
  links       text[],
  dedupe_keys text[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  insert into public.notifications (user_id, kind, title, body, link, dedupe_key)
  select notify_each.user_id, notify_each.kind, left(n.title, 300), left(coalesce(notify_each.body, ''), 1000), n.link, n.dedupe_key
  from unnest(notify_each.titles, notify_each.links, notify_each.dedupe_keys) n (title, link, dedupe_key)
  -- What happens to the orders of an erased person is nobody's news.
  where not exists (select from private.erasures e where e.user_id = notify_each.user_id)
  on conflict on constraint notifications_user_id_dedupe_key_key do nothing;
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
  given_back bigint;
  lost_amount bigint;
  disputed_amount bigint;
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

  -- The refunds one by one, or what the charge says altogether, whichever is more; a failed refund is no refund.
  select greatest(
    coalesce(sum(r.amount_cents) filter (where r.state in ('pending', 'succeeded')), 0),
    coalesce(payment.charge_refunded_cents, 0)
    - coalesce(sum(r.amount_cents) filter (where r.stripe_refund_id is not null and r.state in ('failed', 'canceled')), 0)
  )
  into given_back
  from private.refunds r
  where r.payment_id = payment.id;

  select coalesce(sum(d.amount_cents) filter (where d.effect = 'lost'), 0),
    coalesce(sum(d.amount_cents) filter (where d.effect = 'open'), 0)
  into lost_amount, disputed_amount
  from private.disputes d
  where d.payment_id = payment.id;

  -- Money that names no line is spread over what is left of all of them.
  refunded := private.add_spread(named, greatest(given_back - private.sum_of(named), 0), totals);
  lost := private.add_spread(refunded, lost_amount, totals);
  frozen := private.add_spread(lost, disputed_amount, totals);

  return query
  select c.item, c.r::integer, (c.l - c.r)::integer, (c.f - c.l)::integer, c.n
  from unnest(items, is_named, refunded, lost, frozen) c (item, n, r, l, f);
end
$function$;

CREATE OR REPLACE FUNCTION private.order_json (
  order_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  result jsonb;
begin
  -- private.to_amount, written out: no function a line.
  select jsonb_build_object(
    'id', o.id,
    'order_number', o.order_number,
    'status', o.status,
    'state', o.state,
    'currency', o.currency,
    'subtotal', case o.digits when 0 then o.subtotal_cents else round(o.subtotal_cents / 100.0, 2) end,
    'discount_amount', case o.digits when 0 then o.discount_cents else round(o.discount_cents / 100.0, 2) end,
    'tax_amount', case o.digits when 0 then o.tax_cents else round(o.tax_cents / 100.0, 2) end,
    'total_amount', case o.digits when 0 then o.total_cents else round(o.total_cents / 100.0, 2) end,
    'refunded_amount', case o.digits when 0 then o.refunded_cents else round(o.refunded_cents / 100.0, 2) end,
    'coupon_code', (select k.code from public.coupons k where k.id = o.coupon_id),
    'created_at', o.created_at,
    'completed_at', o.completed_at,
    'expires_at', case when o.completed_at is null then o.expires_at end,
    'items_count', l.lines,
    'items', coalesce(l.items, '[]'),
    'billing_address', (select to_jsonb(b) - 'order_id' from public.order_billing b where b.order_id = o.id),
    'payment', (
      select jsonb_build_object(
        'method', coalesce(o.payment_method, p.provider),
        'status', case when o.payment_method = 'free' then 'succeeded' else p.status::text end,
        'transaction_id', p.stripe_charge_id
      )
      from (values (o.id)) as this (id)
      left join lateral (
        select y.provider, y.status, y.stripe_charge_id
        from public.payments y
        where y.order_id = this.id
        order by y.pays_order desc, y.attempt desc
        limit 1
      ) p on true
      where o.payment_method is not null or p.status is not null
    ),
    'invoices', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'id', v.id, 'number', v.number, 'kind', v.kind, 'total_amount', private.to_amount(v.total_cents, v.currency),
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
    select r.*, private.minor_unit_digits(r.currency) as digits
    from public.orders r
    where r.id = order_json.order_id
    offset 0
  ) o
  cross join lateral (
    select count(*) as lines, jsonb_agg(
      jsonb_build_object(
        'id', i.id,
        'course', jsonb_build_object('id', i.course_id, 'title', i.title, 'slug', i.slug, 'thumbnail', i.thumbnail_path),
        'instructor_name', i.instructor_name,
        'price_at_purchase', case o.digits when 0 then i.price_cents else round(i.price_cents / 100.0, 2) end,
        'discount_amount', case o.digits when 0 then i.discount_cents else round(i.discount_cents / 100.0, 2) end,
        'total_amount', case o.digits when 0 then i.total_cents else round(i.total_cents / 100.0, 2) end,
        'refunded_amount', case o.digits when 0 then i.refunded_cents else round(i.refunded_cents / 100.0, 2) end,
        'access', i.access
      )
      order by i.position
    ) as items
    from public.order_items i
    where i.order_id = o.id
  ) l;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.order_still_says (
  order_id uuid,
  lines    private.priced_line[]
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return not exists (
    select
    from
      unnest(order_still_says.lines) l
      full join (select * from public.order_items x where x.order_id = order_still_says.order_id) i on i.course_id = l.course_id
    where
      (l.price_cents, l.discount_cents, l.tax_cents, l.platform_fee_percent)
      is distinct from (i.price_cents, i.discount_cents, i.tax_cents, i.platform_fee_percent)
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.payment_intent_problem (
  payment    public.payments,
  event_type text,
  intent     jsonb
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return case
    when intent #>> '{metadata,order_id}' <> payment.order_id::text then 'order_mismatch'
    when event_type <> 'payment_intent.succeeded' then null
    when intent ->> 'currency' is distinct from payment.currency::text then 'currency_mismatch'
    when coalesce(intent ->> 'amount_received', intent ->> 'amount') is distinct from payment.amount_cents::text then 'amount_mismatch'
    when exists (
      select from public.orders o
      where o.id = payment.order_id and (o.total_cents, o.currency) is distinct from (payment.amount_cents, payment.currency)
    ) then 'amount_mismatch'
  end;
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
  lines private.priced_line[];
  total record;
  new_order uuid;
begin
  -- From here to the snapshot no price moves.
  perform from public.courses c where c.id = any (place_order.course_ids) order by c.id for share;

  lines := array(select l from private.price_lines(place_order.course_ids, place_order.coupon_id) l);
  select min(l.currency) as currency, min(l.currency) <> max(l.currency) as is_mixed, sum(l.price_cents) as price_cents, sum(l.discount_cents) as discount_cents,
    sum(l.tax_cents) as tax_cents, sum(l.total_cents) as total_cents
  into total
  from unnest(lines) l;
  if total.is_mixed then
    perform private.refuse_mixed_currencies(place_order.course_ids);
  end if;

  if place_order.expected_total <> private.to_amount(total.total_cents, total.currency) then
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
      and private.order_still_says(open_order.id, lines)
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

  insert into public.orders (
    order_number, user_id, coupon_id, currency, subtotal_cents, discount_cents, tax_cents, total_cents, expires_at
  )
  values (
    private.next_order_number(), place_order.user_id, place_order.coupon_id, total.currency, total.price_cents,
    total.discount_cents, total.tax_cents, total.total_cents,
    now() + make_interval(mins => private.setting_int('order_ttl_minutes'))
  )
  returning id into new_order;

  insert into public.order_items (
    order_id, position, course_id, instructor_id, title, slug, instructor_name, thumbnail_path, list_price_cents, price_cents,
    discount_cents, tax_cents, total_cents, platform_fee_percent
  )
  select
    new_order, l.position, l.course_id, l.instructor_id, l.title, l.slug, l.instructor_name, l.thumbnail_path,
    l.list_price_cents, l.price_cents, l.discount_cents, l.tax_cents, l.total_cents, l.platform_fee_percent
  from unnest(lines) l;

  insert into public.order_billing
  select b.*
  from jsonb_populate_record(null::public.order_billing, place_order.billing || jsonb_build_object('order_id', new_order)) b;

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

CREATE OR REPLACE FUNCTION private.plain_words (
  words text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  return btrim(regexp_replace(lower(extensions.unaccent('extensions.unaccent', words)), '[^[:alnum:]]+', ' ', 'g'));
end
$function$;

CREATE OR REPLACE FUNCTION private.post_sale (
  order_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
  journal_id bigint;
  hold interval := make_interval(days => private.setting_int('payout_hold_days'));
begin
  select * into strict o from public.orders x where x.id = post_sale.order_id;
  if o.total_cents = 0
    or exists (select from private.ledger_transactions t where t.order_id = o.id and t.kind = 'sale')
  then
    return;
  end if;

  insert into private.ledger_transactions (kind, currency, order_id)
  values ('sale', o.currency, o.id)
  returning id into journal_id;

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
    where i.order_id = o.id and i.total_cents > 0
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
    select a.kind, a.owner_id, private.ledger_account(a.kind, a.owner_id, o.currency) as id
    -- In one order, so that two sales that make accounts do not wait for each other in a circle.
    from (select distinct s.kind, s.owner_id from side s order by s.kind, s.owner_id) a
  )
  insert into private.ledger_entries (transaction_id, account_id, currency, amount_cents, order_item_id, available_at)
  select journal_id, a.id, o.currency, s.amount_cents, s.id,
    case when s.kind = 'instructor_payable' then o.completed_at + hold else o.completed_at end
  from side s join account a on a.kind = s.kind and a.owner_id is not distinct from s.owner_id
  order by s.position, s.turn, s.owner_id;

  -- The books of the sale are whole: they are checked now, and not while others wait for the number of the invoice.
  set constraints private.check_ledger_balance immediate;
  set constraints private.check_ledger_balance deferred;
end
$function$;

CREATE OR REPLACE FUNCTION private.preview_coupon (
  code text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  course_ids uuid[];
  coupon_id uuid;
  refusal jsonb;
begin
  if coalesce(length(preview_coupon.code), 0) not between 1 and 100 then
    perform private.fail('VALIDATION_ERROR', 422, 'Type a code.', '{"code": "1 to 100 characters"}');
  end if;

  course_ids := array(
    select i.course_id from public.cart_items i
    where i.user_id = caller and private.purchase_refusal(caller, i.course_id) is null
    order by i.added_at, i.id
  );
  if cardinality(course_ids) = 0 then
    perform private.fail('CART_EMPTY', 422, 'There is nothing in your cart that you can buy.');
  end if;

  perform private.refuse_mixed_currencies(course_ids);
  select u.coupon_id, u.refusal into coupon_id, refusal
  from private.use_coupon(
    preview_coupon.code, caller, course_ids,
    (select o.id from public.orders o where o.user_id = caller and o.state in ('pending', 'failed'))
  ) u;
  if refusal is not null then
    return refusal;
  end if;
  return private.priced_json(course_ids, coupon_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.price_lines (
  course_ids uuid[],
  coupon_id  uuid   DEFAULT NULL::uuid
)
  RETURNS SETOF private.priced_line
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  discount public.coupons;
  fee_percent integer := private.setting_int('platform_fee_percent');
  coupon_fee_percent integer;
begin
  if price_lines.coupon_id is not null then
    select k.* into discount from public.coupons k where k.id = price_lines.coupon_id;
    coupon_fee_percent := private.setting_int('instructor_coupon_fee_percent');
  end if;

  return query
  with line as (
    select
      asked.position::integer as position, c.id, c.instructor_id, c.title, c.slug, c.currency, c.price_cents,
      btrim(p.first_name || ' ' || p.last_name) as instructor_name, c.thumbnail_path,
      coalesce(c.original_price_cents, c.price_cents) as list_price_cents,
      case when discount.id is not null and private.coupon_covers(discount, c) then c.price_cents else 0 end as covered_cents
    from
      unnest(price_lines.course_ids) with ordinality as asked (course_id, position)
      join public.courses c on c.id = asked.course_id
      join public.profiles p on p.id = c.instructor_id
  ), split as (
    select private.spread_cents(
      coalesce(
        case
          -- Without a coupon this is null.
          when discount.amount_off_cents is not null then least(discount.amount_off_cents, sum(l.covered_cents))
          else round(sum(l.covered_cents) * discount.percent_off / 100.0)
        end,
        0
      )::bigint,
      array_agg(l.covered_cents::bigint order by l.position)
    ) as discounts
    from line l
  ), numbered as (
    select l.*, row_number() over (order by l.position) as n from line l
  )
  select
    l.n::integer, l.id, l.instructor_id, l.title, l.slug, l.instructor_name, l.thumbnail_path, l.currency,
    l.list_price_cents, l.price_cents,
    s.discounts[l.n]::integer,
    0, -- Tax is not charged yet; the columns are there for it.
    (l.price_cents - s.discounts[l.n])::integer,
    -- An instructor who brings the buyer keeps more.
    case when l.covered_cents > 0 and discount.created_by = l.instructor_id then coupon_fee_percent else fee_percent end
  from numbered l cross join split s
  order by l.n;
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
  result record;
  problem text;
begin
  select * into strict e from private.stripe_events x where x.id = process_stripe_event.event_id for update;
  -- Its buyer was erased, and what it said with them. It is not done, and cannot be any more.
  if e.payload = '{}' then
    return jsonb_build_object('event_id', e.id, 'outcome', 'quarantined', 'order_id', null);
  end if;

  begin
    if e.livemode <> private.setting('stripe_livemode')::boolean then
      perform private.report_anomaly('livemode_mismatch', e.id);
      select 'quarantined' as outcome, null::uuid as order_id into result;
    else
      select d.outcome, d.order_id into result from private.dispatch_stripe_event(e) d;
    end if;
    -- The books are checked here, not at commit, where nobody could write down what is wrong.
    set constraints all immediate;
    set constraints all deferred;
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

  update private.stripe_events x
  set outcome = result.outcome::private.stripe_event_outcome, order_id = result.order_id, processed_at = now(), error = null
  where x.id = e.id;
  update private.money_anomalies a
  set resolved_at = now(), resolution = 'The event was applied by a later try.'
  where a.kind = 'event_failed' and a.subject = e.id and a.resolved_at is null and result.outcome = 'applied';
  return jsonb_build_object('event_id', e.id, 'outcome', result.outcome, 'order_id', result.order_id);
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
  select c.* into course from public.courses c where c.id = publish_course.course_id for update;

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
  return (private.purchase_refusals(purchase_refusal.user_id, array[purchase_refusal.course_id]))[1];
end
$function$;

CREATE OR REPLACE FUNCTION private.purchase_refusals (
  user_id    uuid,
  course_ids uuid[]
)
  RETURNS text[]
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
begin
  return array(
    select case
      when c.id is null or not c.is_published then 'COURSE_NOT_FOUND'
      when c.instructor_id = purchase_refusals.user_id
        or exists (
          select from public.course_instructors i
          where i.course_id = asked.course_id and i.user_id = purchase_refusals.user_id
        )
      then 'OWN_COURSE'
      when exists (
        select from public.enrollments e
        where e.user_id = purchase_refusals.user_id and e.course_id = asked.course_id
          -- Postgres looks up all of them at once: not the whole library of the buyer.
          and e.course_id = any (purchase_refusals.course_ids)
          and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
      )
      then 'ALREADY_ENROLLED'
    end
    from unnest(purchase_refusals.course_ids) with ordinality asked (course_id, n)
    left join public.courses c on c.id = asked.course_id
    order by asked.n
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.receive_company_invitations()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  invitation record;
begin
  -- In the order of enroll_company_staff, so that the two never wait for each other in a circle.
  for invitation in
    with claimed as (
      delete from private.company_invitations i
      where i.email_hash = (select private.email_hash(new.email))
      returning i.company_id, i.course_id, i.reference, i.expires_at
    )
    select c.company_id, c.course_id, c.reference
    from claimed c join public.courses x on x.id = c.course_id and x.is_published
    where c.expires_at > now()
      -- The company still has the right to give it.
      and exists (
        select from public.api_keys k join public.profiles p on p.id = k.user_id and p.is_active
        where k.user_id = c.company_id and k.is_active and k.expires_at > now()
          and 'enroll' = any (k.scopes) and c.course_id = any (k.course_ids)
      )
      and not exists (select from public.course_instructors t where t.course_id = c.course_id and t.user_id = new.id)
    order by c.course_id
  loop
    perform private.grant_access(
      new.id, invitation.course_id, 'company', null, invitation.company_id, 'Company list ' || invitation.reference
    );
  end loop;
  return null;
exception
  when others then
    -- Nobody is kept from signing up; the company sends its list again.
    raise warning 'company invitations of % were not given: %', new.id, sqlerrm;
    return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_learning (
  user_id     uuid,
  seconds     integer,
  at          timestamp with time zone DEFAULT now(),
  spent_until timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  today       date                     DEFAULT NULL::date
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  today := coalesce(today, private.local_date(record_learning.user_id, record_learning.at));
  insert into public.learning_days as d (user_id, day, seconds, spent_until)
  values (record_learning.user_id, record_learning.today, record_learning.seconds, coalesce(record_learning.spent_until, '-infinity'))
  on conflict on constraint learning_days_pkey do update
  set seconds = d.seconds + excluded.seconds, spent_until = greatest(d.spent_until, excluded.spent_until);

  -- A day before the last one (somebody flew west, or changed the zone) adds nothing, and a zone is at most one day
  -- ahead of another: nobody makes a streak by changing zones.
  update public.profile_stats s
  set seconds_learned = s.seconds_learned + record_learning.seconds,
    streak_days = case
      when s.streak_last_on >= today then s.streak_days
      when s.streak_last_on = today - 1 then s.streak_days + 1
      else 1
    end,
    streak_last_on = greatest(s.streak_last_on, today),
    last_activity_at = greatest(s.last_activity_at, record_learning.at)
  where s.user_id = record_learning.user_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.recount_course (
  course_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.count_lessons(
    array(select s.id from public.curriculum_sections s where s.course_id = recount_course.course_id),
    array[recount_course.course_id]
  );

  perform from public.course_stats s where s.course_id = recount_course.course_id for no key update;
  -- One statement, one moment: a review of that moment is counted and does not wait any more, a later one waits.
  with waiting as (
    delete from private.rating_count_changes w where w.course_id = recount_course.course_id
  )
  update public.course_stats s
  set section_count = (select count(*) from public.curriculum_sections c where c.course_id = recount_course.course_id),
    rating_1 = r.rating_1, rating_2 = r.rating_2, rating_3 = r.rating_3, rating_4 = r.rating_4, rating_5 = r.rating_5,
    review_count = r.reviews
  from (
    select count(*) filter (where x.rating = 1) as rating_1, count(*) filter (where x.rating = 2) as rating_2,
      count(*) filter (where x.rating = 3) as rating_3, count(*) filter (where x.rating = 4) as rating_4,
      count(*) filter (where x.rating = 5) as rating_5, count(*) filter (where x.has_words) as reviews
    from public.reviews x
    where x.course_id = recount_course.course_id and not x.is_hidden
  ) r
  where s.course_id = recount_course.course_id;

  perform private.recount_students(recount_course.course_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.recount_students (
  course_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform from public.course_stats s where s.course_id = recount_students.course_id for no key update;
  -- One statement, one moment: who had enrolled by then is counted and does not wait any more, who comes later waits.
  with waiting as (
    delete from private.student_count_changes w where w.course_id = recount_students.course_id
  )
  update public.course_stats s
  set student_count = private.count_students_of(recount_students.course_id)
  where s.course_id = recount_students.course_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.recover_payment (
  intent  jsonb,
  told_at timestamp with time zone
)
  RETURNS public.payments
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment_intent_id constant text := recover_payment.intent ->> 'id';
  lost_attempt constant smallint := (recover_payment.intent #>> '{metadata,attempt}')::smallint;
  o public.orders;
  payment public.payments;
begin
  select * into o from public.orders x where x.id = (recover_payment.intent #>> '{metadata,order_id}')::uuid;

  if lost_attempt > 0 and o.total_cents > 0
    and (recover_payment.intent ->> 'amount_received', recover_payment.intent ->> 'currency') = (o.total_cents::text, o.currency::text)
  then
    -- Paid from its first moment: beside an attempt that was begun since, it is no second one that could be paid.
    insert into public.payments (order_id, attempt, amount_cents, currency, stripe_payment_intent_id, succeeded_at)
    values (o.id, lost_attempt, o.total_cents, o.currency, payment_intent_id, recover_payment.told_at)
    on conflict on constraint payments_order_id_attempt_key do nothing
    returning * into payment;
  end if;
  if payment.id is not null then
    perform private.replay_ignored_events(payment_intent_id);
    select * into payment from public.payments p where p.id = payment.id;
    return payment;
  end if;

  perform private.report_anomaly(
    case when o.id is null then 'order_unknown' else 'payment_unknown' end, payment_intent_id, o.id,
    jsonb_build_object(
      'amount', recover_payment.intent -> 'amount_received', 'currency', recover_payment.intent -> 'currency',
      'order_id', recover_payment.intent #> '{metadata,order_id}', 'user_id', recover_payment.intent #> '{metadata,user_id}'
    )
  );
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.recover_shares (
  order_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  share record;
  sent record;
  missing_cents bigint;
begin
  -- Most orders owe nobody anything back: they are not locked for it.
  if not exists (select from private.overpaid_shares(recover_shares.order_id)) then
    return;
  end if;
  perform private.lock_shares(recover_shares.order_id);

  -- What nobody has taken to Stripe yet stays here. What somebody has is void from now on: see claim_transfers.
  for sent in
    update private.transfers t
    set state = 'canceled', settled_at = now()
    from private.overpaid_shares(recover_shares.order_id) s
    where t.order_item_id = s.order_item_id and t.instructor_id = s.instructor_id
      and t.reverses_id is null and t.state = 'requested' and t.attempts = 0
    returning t.id
  loop
    perform private.post_transfer(sent.id);
  end loop;

  -- A frozen share may come free again: only what is lost is asked back.
  for share in select * from private.overpaid_shares(recover_shares.order_id) s where s.lost_cents > 0 loop
    missing_cents := share.lost_cents;
    for sent in
      select t.id, t.payout_id, t.currency,
        t.amount_cents - t.reversed_cents - private.recalled_cents(t.id) as left_cents
      from private.transfers t
      where t.order_item_id = share.order_item_id and t.instructor_id = share.instructor_id
        and t.reverses_id is null and t.state = 'made'
      order by t.created_at desc, t.id
    loop
      if missing_cents > 0 and sent.left_cents > 0 then
        insert into private.transfers (payout_id, order_item_id, instructor_id, reverses_id, amount_cents, currency)
        values (
          sent.payout_id, share.order_item_id, share.instructor_id, sent.id, least(missing_cents, sent.left_cents), sent.currency
        );
        perform private.post_transfer(sent.id);
        missing_cents := missing_cents - least(missing_cents, sent.left_cents);
      end if;
    end loop;
  end loop;
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
  select * into seat from private.coupon_redemptions r where r.order_id = redeem_coupon_seat.order_id for update;
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

CREATE OR REPLACE FUNCTION private.refresh_popular_terms()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  -- Below this number somebody could guess who it was.
  at_least integer := private.setting_int('popular_search_min_users');
  written integer;
begin
  delete from private.popular_terms p where p.people > 0;

  -- A term that is spelled wrong finds nothing by itself, and is not shown: one course has all of its words, so that nobody
  -- hides what no course says behind an "or" or a minus. People are told apart within a month only, so that months are
  -- never added up.
  insert into private.popular_terms (term, people, words)
  select m.term, max(m.people), private.plain_words(m.term)
  from (
    select t.term, t.month_on, count(*) as people from private.search_terms t group by t.term, t.month_on
    having count(*) >= at_least
  ) m
  group by m.term
  having m.term ~ '^[[:alnum:].][[:alnum:] .+#&''-]*$'
    and exists (select from private.course_search d where d.document @@ plainto_tsquery('pg_catalog.english', extensions.unaccent('extensions.unaccent', m.term)))
  order by max(m.people) desc, m.term
  limit 1000;
  get diagnostics written = row_count;
  return written;
end
$function$;

CREATE OR REPLACE FUNCTION private.refresh_review_anchors (
  step     integer DEFAULT 50,
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

  select * into o from public.orders x where x.id = refund_order.order_id for update;
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

CREATE OR REPLACE FUNCTION private.refundable_items (
  order_id uuid
)
  RETURNS TABLE (
    order_item_id uuid,
    left_cents    integer,
    is_free       boolean
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select
    i.id,
    -- The facts and not the line's own sum: Stripe may have told of a refund before it told that the order is paid.
    i.total_cents - c.refunded_cents - c.lost_cents - coalesce(
      (
        select sum(x.amount_cents)
        from
          private.refund_items as x
          join private.refunds as r on r.id = x.refund_id
        where x.order_item_id = i.id and r.state = 'requested'
      ),
      0
    )::integer,
    i.total_cents = 0
  from
    private.order_claims(refundable_items.order_id) as c
    join public.order_items as i on i.id = c.order_item_id;
$function$;

CREATE OR REPLACE FUNCTION private.refuse_mixed_currencies (
  course_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  odd_course uuid := (
    select c.id from public.courses c
    where c.id = any (refuse_mixed_currencies.course_ids)
      and c.currency <> (select x.currency from public.courses x where x.id = refuse_mixed_currencies.course_ids[1])
    limit 1
  );
begin
  if odd_course is not null then
    perform private.refuse_course('CURRENCY_MISMATCH', odd_course);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_unbuyable (
  user_id    uuid,
  course_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  codes text[] := private.purchase_refusals(refuse_unbuyable.user_id, refuse_unbuyable.course_ids);
  paying uuid;
begin
  for n in 1 .. cardinality(codes) loop
    if codes[n] is not null then
      perform private.refuse_course(codes[n], refuse_unbuyable.course_ids[n]);
    end if;
  end loop;

  select o.id into paying
  from public.orders o
  -- The status only because there is an index of it.
  where o.user_id = refuse_unbuyable.user_id and o.status = 'pending' and o.state = 'processing'
    and exists (
      select from public.order_items i where i.order_id = o.id and i.course_id = any (refuse_unbuyable.course_ids)
    )
  limit 1;
  if paying is not null then
    perform private.fail(
      'PAYMENT_PROCESSING', 409, 'One of these courses is being paid already.', jsonb_build_object('order_id', paying)
    );
  end if;
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

  -- What an admin took is not given back by an event. Nor is what the student has taken again meanwhile: one free grant is enough.
  update private.access_grants g
  set revoked_at = null, revoke_reason = null, suspended_at = case when reinstate_access.is_suspended then now() end
  where g.id = place.grant_id and g.revoked_at is not null and g.revoked_by is null
    and not (
      g.source = 'free' and exists (
        select from private.access_grants other
        where other.enrollment_id = g.enrollment_id and other.source = 'free' and other.revoked_at is null
      )
    );
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
  for update skip locked;
  if event_id is null then
    return false;
  end if;
  perform private.process_stripe_event(event_id);
  update private.jobs j set next_run_at = now() where j.name = 'replay_failed_events';
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.reply_to_review (
  review_id uuid,
  reply     text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  words text := btrim(coalesce(reply_to_review.reply, ''));
  -- The mail shows how the answer begins; the course shows all of it.
  excerpt text := case when length(words) > 2000 then left(words, 2000) || '…' else words end;
  review record;
begin
  perform private.require_user();
  select r.id, r.course_id, r.user_id, r.is_hidden, c.slug, c.title, c.is_published into review
  from public.reviews r join public.courses c on c.id = r.course_id
  where r.id = reply_to_review.review_id;

  if not found or (review.is_hidden or not review.is_published) and not private.is_course_author(review.course_id) then
    perform private.fail('REVIEW_NOT_FOUND', 404, 'There is no such review.');
  end if;
  if not private.is_course_author(review.course_id) then
    perform private.fail('NOT_COURSE_OWNER', 403, 'Only those who teach the course can answer.');
  end if;
  if review.is_hidden then
    perform private.fail('REVIEW_HIDDEN', 403, 'Staff has hidden this review.');
  end if;
  if length(words) > 5000 then
    perform private.fail('VALIDATION_ERROR', 422, 'The answer is too long.', '{"reply": "at most 5000 characters"}');
  end if;

  update public.reviews r
  set instructor_reply = words, replied_at = case when words <> '' then now() end
  where r.id = review.id;

  if words <> '' then
    perform private.notify(
      review.user_id, 'review_reply', format('Your review of %s was answered', review.title), left(words, 200),
      '/courses/' || review.slug, 'review_reply:' || review.id
    );
    perform private.enqueue_mail(
      'review_reply', review.user_id,
      jsonb_build_object('course_title', review.title, 'course_slug', review.slug, 'reply', excerpt),
      'review_reply:' || review.id, 'review_replies'
    );
  end if;
  return jsonb_build_object(
    'id', review.id, 'instructor_reply', nullif(words, ''), 'replied_at', case when words <> '' then now() end
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.report_anomaly (
  kind     text,
  subject  text,
  order_id uuid  DEFAULT NULL::uuid,
  details  jsonb DEFAULT '{}'::jsonb
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into private.money_anomalies (kind, subject, order_id, details)
  values (report_anomaly.kind, report_anomaly.subject, report_anomaly.order_id, report_anomaly.details)
  on conflict on constraint money_anomalies_kind_subject_key do update
    set
      details = excluded.details,
      created_at = now(),
      resolved_at = null,
      resolved_by = null,
      resolution = null
    where money_anomalies.resolved_at is not null;
$function$;

CREATE OR REPLACE FUNCTION private.request_instructor (
  motivation text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_account();
  request public.instructor_requests;
begin
  if private.has_role('instructor') then
    perform private.fail('CONFLICT', 409, 'You are an instructor already.');
  end if;
  if coalesce(length(btrim(request_instructor.motivation)), 0) not between 1 and 2000 then
    perform private.fail('VALIDATION_ERROR', 422, 'Say what you want to teach.', '{"motivation": "1 to 2000 characters"}');
  end if;

  insert into public.instructor_requests (user_id, motivation)
  values (caller, btrim(request_instructor.motivation))
  on conflict (user_id) where status = 'pending' do nothing
  returning * into request;

  if request.id is null then
    perform private.fail('INSTRUCTOR_REQUEST_PENDING', 409, 'Your application is being looked at.');
  end if;
  return jsonb_build_object('id', request.id, 'status', request.status, 'created_at', request.created_at);
end
$function$;

CREATE OR REPLACE FUNCTION private.require_account()
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  if coalesce(auth.jwt() ->> 'is_anonymous' = 'true', false) then
    perform private.fail('FORBIDDEN', 403, 'Make an account first.');
  end if;
  return caller;
end
$function$;

CREATE OR REPLACE FUNCTION private.require_room_for_key (
  user_id       uuid,
  except_key_id uuid DEFAULT NULL::uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  max_keys constant integer := 10;
begin
  perform from public.profiles p where p.id = require_room_for_key.user_id for no key update;
  if (
    select count(*)
    from public.api_keys k
    where k.user_id = require_room_for_key.user_id and k.is_active and k.expires_at > now()
      and k.id is distinct from require_room_for_key.except_key_id
  ) >= max_keys then
    perform private.fail('API_KEY_LIMIT_REACHED', 409, 'Revoke a key first.', jsonb_build_object('limit', max_keys));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.require_yes_or_no (
  argument text,
  value    boolean
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if require_yes_or_no.value is null then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'Say yes or no.', jsonb_build_object(require_yes_or_no.argument, 'true or false')
    );
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.restore_access (
  order_item_id uuid
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
    where g.order_item_id = restore_access.order_item_id
  ));
  select g.id as grant_id, g.revoked_at, e.id, e.user_id, e.status, c.title, c.slug into place
  from
    private.access_grants g
    join public.enrollments e on e.id = g.enrollment_id
    join public.courses c on c.id = e.course_id
  where g.order_item_id = restore_access.order_item_id;

  update private.access_grants g
  set suspended_at = null
  where g.id = place.grant_id and g.suspended_at is not null;
  -- What staff took meanwhile does not rest any more, and stays taken.
  if not found or place.revoked_at is not null then
    return false;
  end if;

  -- The dispute may have followed a refund that failed, which had taken it.
  perform private.return_certificates(array[place.id]);
  -- Who has the course for another reason never lost it.
  if place.status <> 'active' then
    perform private.notify(
      place.user_id, 'access_restored', 'Your access to ' || place.title || ' is back', 'You can go on learning.',
      '/learn/' || place.slug, null
    );
  end if;
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.retry_after (
  "window" interval
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return greatest(
    ceil(
      extract(
        epoch from date_bin(retry_after."window", now(), timestamptz '2000-01-01 00:00:00+00') + retry_after."window" - now()
      )
    ),
    1
  )::text;
end
$function$;

CREATE OR REPLACE FUNCTION private.retry_mail (
  mail_id bigint
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_admin();
  perform private.lock_dead_mail(retry_mail.mail_id);
  -- Why it died stays readable until it is sent.
  update private.outbox o
  set state = 'pending', attempts = 0, next_attempt_at = now()
  where o.id = retry_mail.mail_id;
  return private.mail_json(retry_mail.mail_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.return_certificates (
  enrollment_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  update public.certificates c
  set revoked_at = null, revoke_reason = null
  where c.enrollment_id = any (return_certificates.enrollment_ids) and c.revoked_at is not null and c.revoked_by is null;
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
  select c.* into course from public.courses c where c.id = review_course.course_id for update;
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

CREATE OR REPLACE FUNCTION private.revoke_enrollment (
  enrollment_id uuid,
  reason        text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  operator uuid := private.require_operator();
  place public.enrollments;
  live_grant uuid;
begin
  perform private.check_reason(revoke_enrollment.reason);
  select e.* into place from public.enrollments e where e.id = revoke_enrollment.enrollment_id;
  if place.id is null then
    perform private.fail('ENROLLMENT_NOT_FOUND', 404, 'There is no such enrolment.');
  end if;

  perform private.lock_learner(place.user_id);
  for live_grant in
    select g.id from private.access_grants g where g.enrollment_id = place.id and g.revoked_at is null order by g.granted_at, g.id
  loop
    perform private.revoke_grant(live_grant, btrim(revoke_enrollment.reason), operator);
  end loop;
  return (
    select private.enrollment_json(e, s.lesson_count) || jsonb_build_object('user_id', e.user_id, 'course_id', e.course_id)
    from public.enrollments e join public.course_stats s on s.course_id = e.course_id
    where e.id = place.id
  );
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
  for update;
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
  for update skip locked;
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

CREATE OR REPLACE FUNCTION private.say_goodbye (
  enrollment_id uuid,
  grant_id      uuid,
  reason        text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  place record;
begin
  select e.user_id, c.id as course_id, c.title, c.slug into strict place
  from public.enrollments e join public.courses c on c.id = e.course_id
  where e.id = say_goodbye.enrollment_id;

  update public.certificates c
  set revoked_at = now(), revoke_reason = coalesce(nullif(say_goodbye.reason, ''), 'Access ended.')
  where c.enrollment_id = say_goodbye.enrollment_id and c.revoked_at is null;

  perform private.notify(
    place.user_id, 'access_revoked', 'Your access to ' || place.title || ' has ended', coalesce(say_goodbye.reason, ''),
    '/courses/' || place.slug, null
  );
  perform private.enqueue_mail(
    'access_revoked', place.user_id,
    jsonb_build_object(
      'enrollment_id', say_goodbye.enrollment_id, 'course_id', place.course_id, 'course_title', place.title,
      'course_slug', place.slug, 'reason', coalesce(say_goodbye.reason, '')
    ),
    format('%s:%s', say_goodbye.grant_id, extract(epoch from clock_timestamp()))
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.send_receipt (
  order_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  -- A mail of fifty long titles would be cut by the outbox, and by mailboxes: the order shows all of them.
  most_lines constant integer := 20;
  o public.orders;
begin
  select * into strict o from public.orders x where x.id = send_receipt.order_id;
  perform private.enqueue_mail(
    'receipt', o.user_id,
    jsonb_build_object(
      'order_id', o.id, 'order_number', o.order_number, 'currency', o.currency, 'completed_at', o.completed_at,
      'subtotal', private.to_amount(o.subtotal_cents, o.currency),
      'discount_amount', private.to_amount(o.discount_cents, o.currency),
      'tax_amount', private.to_amount(o.tax_cents, o.currency),
      'total_amount', private.to_amount(o.total_cents, o.currency),
      'payment_method', o.payment_method,
      'items', (
        select jsonb_agg(
          jsonb_build_object(
            'title', left(i.title, 120), 'instructor_name', left(i.instructor_name, 80),
            'total_amount', private.to_amount(i.total_cents, o.currency)
          )
          order by i.position
        )
        from public.order_items i
        where i.order_id = o.id and i.position <= most_lines
      ),
      'more_items', (select count(*) from public.order_items i where i.order_id = o.id and i.position > most_lines)
    ),
    o.id::text
  );
  perform private.notify(
    o.user_id, 'order_completed', 'Thank you for your order ' || o.order_number,
    format('%s %s', private.to_amount(o.total_cents, o.currency), upper(o.currency)), '/orders/' || o.id,
    'order_completed:' || o.id
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.send_refund_failure (
  refund private.refunds
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.notify(
    o.user_id, 'refund_failed', 'Your refund for order ' || o.order_number || ' did not go through',
    'The course is yours as before, and our staff look into it.', '/orders/' || o.id, 'refund_failed:' || (refund).id
  )
  from public.orders o
  where o.id = (refund).order_id and (refund).origin = 'buyer';
end
$function$;

CREATE OR REPLACE FUNCTION private.set_featured (
  course_id   uuid,
  is_featured boolean
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_operator();
  perform private.require_yes_or_no('is_featured', set_featured.is_featured);

  update public.courses c set is_featured = set_featured.is_featured where c.id = set_featured.course_id;
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  return jsonb_build_object('id', set_featured.course_id, 'is_featured', set_featured.is_featured);
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
        perform private.grant_items(item.order_id, array[item.id]);
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

  if set_user_role.has_role then
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

CREATE OR REPLACE FUNCTION private.settle_completions()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  place record;
begin
  for place in
    select e.id, e.user_id
    from public.enrollments e join public.course_stats s on s.course_id = e.course_id
    where e.course_id in (select r.course_id from removed r)
      and e.completed_at is null and e.status = 'active' and coalesce(e.access_ends_at > now(), true)
      and s.lesson_count > 0 and e.lessons_completed >= s.lesson_count
    order by e.user_id, e.id
  loop
    perform private.lock_learner(place.user_id);
    perform private.complete_enrollment(place.id);
  end loop;
  return null;
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
    and not exists (select from private.refunds r where r.order_id = o.id)
    and not exists (select from private.disputes d join public.payments p on p.id = d.payment_id where p.order_id = o.id)
    and not exists (select from public.payments p where p.order_id = o.id and p.charge_refunded_cents > 0)
  then
    -- Without anything that was given back there is no note either.
    perform private.issue_sale_invoice(o);
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
  -- Last: it locks the numbers of all invoices until the transaction ends.
  perform private.issue_invoices(o.id);
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_unpaid_order (
  o public.orders
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  live public.payment_status;
begin
  select p.status into live
  from public.payments p
  where p.order_id = o.id and p.status in ('pending', 'processing', 'failed');

  if live = 'processing' then
    if o.state <> 'processing' then
      update public.orders x set state = 'processing' where x.id = o.id;
    end if;
  elsif o.state = 'processing' then
    -- The money did not arrive. What was over is over as it was; otherwise the buyer may try again.
    if o.closed_at is not null
      or o.expires_at <= now()
      or exists (select from public.orders x where x.user_id = o.user_id and x.state in ('pending', 'failed'))
    then
      perform private.close_order(
        o.id, case when coalesce(o.closed_at, now()) >= o.expires_at then 'expired' else 'canceled' end::public.order_state
      );
    else
      begin
        update public.orders x set state = 'failed' where x.id = o.id;
      exception when unique_violation then
        -- The next order was opened in this moment.
        perform private.close_order(o.id, 'canceled');
      end;
    end if;
  elsif o.state in ('pending', 'failed') and live is null and o.expires_at <= now() then
    perform private.close_order(o.id, 'expired');
  elsif o.state = 'pending'
    and exists (
      select from public.payments p
      where p.order_id = o.id and (p.failed_at is not null or p.processing_charges <> '{}')
    )
  then
    -- Declined, or it did not arrive; even where the intent is given up meanwhile.
    update public.orders x set state = 'failed' where x.id = o.id;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.shorten_json (
  value           jsonb,
  most_characters integer,
  most_items      integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  return case jsonb_typeof(value)
    when 'string' then to_jsonb(left(value #>> '{}', most_characters))
    when 'array' then (
      select coalesce(jsonb_agg(private.shorten_json(i.item, most_characters, most_items) order by i.n), '[]')
      from jsonb_array_elements(value) with ordinality i (item, n)
      where i.n <= most_items
    )
    when 'object' then (
      select coalesce(jsonb_object_agg(f.key, private.shorten_json(f.value, most_characters, most_items)), '{}')
      from jsonb_each(value) f
    )
    else value
  end;
end
$function$;

CREATE OR REPLACE FUNCTION private.spread_cents (
  amount  bigint,
  weights bigint[]
)
  RETURNS bigint[]
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  -- Nearly always there is nothing to split, or one to have it all.
  if spread_cents.amount = 0 then
    return array_fill(0::bigint, array[coalesce(cardinality(spread_cents.weights), 0)]);
  elsif cardinality(spread_cents.weights) = 1 and spread_cents.weights[1] > 0 then
    return array[spread_cents.amount];
  end if;
  return (
    with line as (
      select w.position, w.weight, sum(w.weight) over () as total
      from unnest(spread_cents.weights) with ordinality as w (weight, position)
    ), floored as (
      select l.position,
        -- numeric: two amounts multiplied can exceed a bigint.
        coalesce(div(spread_cents.amount::numeric * l.weight, nullif(l.total, 0)), 0)::bigint as part,
        coalesce(mod(spread_cents.amount::numeric * l.weight, nullif(l.total, 0)), 0) as remainder
      from line l
    ), ranked as (
      select f.position, f.part, f.remainder, row_number() over (order by f.remainder desc, f.position) as rank,
        spread_cents.amount - sum(f.part) over () as missing
      from floored f
    )
    select coalesce(
      array_agg(r.part + case when r.rank <= r.missing and r.remainder > 0 then 1 else 0 end order by r.position), '{}'
    )
    from ranked r
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.stripe_id (
  reference jsonb
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  return case jsonb_typeof(reference)
    when 'string' then reference #>> '{}'
    when 'object' then reference ->> 'id'
  end;
end
$function$;

CREATE OR REPLACE FUNCTION private.submit_contact (
  name    text,
  email   text,
  subject text,
  message text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := (select auth.uid());
  wrong jsonb := '{}';
  new_id uuid;
begin
  if coalesce(length(btrim(submit_contact.name)), 0) not between 1 and 150 then
    wrong := wrong || '{"name": "1 to 150 characters"}';
  end if;
  if (length(submit_contact.email) <= 320 and submit_contact.email ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$') is not true then
    wrong := wrong || '{"email": "must be an e-mail address"}';
  end if;
  if coalesce(length(btrim(submit_contact.subject)), 0) not between 1 and 200 then
    wrong := wrong || '{"subject": "1 to 200 characters"}';
  end if;
  if coalesce(length(btrim(submit_contact.message)), 0) not between 1 and 5000 then
    wrong := wrong || '{"message": "1 to 5000 characters"}';
  end if;
  if wrong <> '{}' then
    perform private.fail('VALIDATION_ERROR', 422, 'The message was not sent.', wrong);
  end if;

  -- Addresses are easily changed, and neighbours share a limit; what all visitors share is out of reach of a few networks, so
  -- that nobody closes the form for everybody. Answered, not raised: the attempt must count.
  if not private.rate_limit_hit('contact', private.caller_key(), 5, interval '1 hour')
    or caller is null and not (
      private.rate_limit_hit('contact', 'network ' || private.caller_network(), 20, interval '1 hour')
      and private.rate_limit_hit('contact', 'visitors', 1000, interval '1 hour')
    )
  then
    return private.answer_error(
      'RATE_LIMITED', 429, 'Too many messages. Try again in an hour.', '{"limit": 5, "window_seconds": 3600}', '{"Retry-After": "3600"}'
    );
  end if;

  insert into public.contact_messages (user_id, name, email, subject, body)
  values (caller, btrim(submit_contact.name), submit_contact.email, btrim(submit_contact.subject), btrim(submit_contact.message))
  returning id into new_id;
  return jsonb_build_object('id', new_id, 'message', 'Your message was sent.');
end
$function$;

CREATE OR REPLACE FUNCTION private.suggest (
  q           text,
  max_results integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  typed text := btrim(suggest.q);
  wanted integer := least(greatest(coalesce(suggest.max_results, 5), 1), 10);
  beginning text := private.plain_words(left(typed, 101));
  query tsquery;
begin
  if typed is null or typed = '' then
    perform private.fail('VALIDATION_ERROR', 422, 'Say what you look for.', '{"q": "must not be empty"}');
  end if;
  if length(typed) > 100 then
    perform private.fail('SEARCH_QUERY_TOO_LONG', 422, 'Suggestions need at most 100 characters.', '{"q": "at most 100 characters"}');
  end if;
  if beginning = '' then
    return '{"courses": [], "instructors": [], "categories": [], "terms": []}';
  end if;
  -- Every word may be a beginning: people do not finish the words before, either.
  query := to_tsquery('pg_catalog.simple', replace(beginning, ' ', ':* & ') || ':*');

  return jsonb_build_object(
    'courses', (
      select coalesce(
        jsonb_agg(jsonb_build_object('id', c.id, 'title', c.title, 'slug', c.slug, 'thumbnail', c.thumbnail_path)
          order by best.student_count desc, best.course_id desc),
        '[]'
      )
      from (
        select d.course_id, d.student_count
        from private.course_search d
        where d.title_words @@ query
        order by d.student_count desc, d.course_id desc
        limit wanted
      ) best
      join public.courses c on c.id = best.course_id
    ),
    'instructors', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object('id', best.id, 'first_name', best.first_name, 'last_name', best.last_name)
          order by best.last_name, best.first_name, best.id
        ),
        '[]'
      )
      from (
        select p.id, p.first_name, p.last_name
        from public.profiles p
        where p.is_instructor and private.word_vector(p.first_name || ' ' || p.last_name) @@ query
          and exists (select from public.courses c where c.instructor_id = p.id and c.is_published)
        order by p.last_name, p.first_name, p.id
        limit wanted
      ) best
    ),
    'categories', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object('name', best.name, 'slug', best.slug, 'icon', best.icon) order by best.course_count desc, best.name
        ),
        '[]'
      )
      from (
        select k.name, k.slug, k.icon, k.course_count
        from public.categories k
        where k.course_count > 0 and private.word_vector(k.name) @@ query
        order by k.course_count desc, k.name
        limit wanted
      ) best
    ),
    'terms', (
      select coalesce(jsonb_agg(best.term order by best.people desc, best.term), '[]')
      from (
        select t.term, t.people
        from private.popular_terms t
        where t.words like beginning || '%' or t.words like '% ' || beginning || '%'
        order by t.people desc, t.term
        limit wanted
      ) best
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.take_company_seat (
  key        public.api_keys,
  email_hash bytea
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if exists (
    select from private.company_seats s
    where s.company_id = (take_company_seat.key).user_id and s.email_hash = take_company_seat.email_hash
  ) then
    return true;
  end if;
  if (select count(*) from private.company_seats s where s.company_id = (take_company_seat.key).user_id) >= (take_company_seat.key).seats then
    return false;
  end if;
  insert into private.company_seats (company_id, email_hash)
  values ((take_company_seat.key).user_id, take_company_seat.email_hash);
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.take_payment (
  payment public.payments
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  kept_cents integer;
begin
  if payment.pays_order then
    -- Does nothing the second time.
    perform private.complete_order(payment.order_id, payment.provider);
    return;
  end if;

  kept_cents := payment.amount_cents - private.given_back_cents(payment.id);
  if kept_cents > 0 then
    perform private.report_anomaly(
      'duplicate_payment', payment.id::text, payment.order_id, jsonb_build_object('payment_intent_id', payment.stripe_payment_intent_id)
    );
    insert into private.refunds (order_id, payment_id, amount_cents, currency, origin, reason, names_items)
    values (payment.order_id, payment.id, kept_cents, payment.currency, 'automatic', 'The order was paid twice.', false);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.tell_co_instructor()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.notify(
    new.user_id, 'course_team', format('You teach %s now', c.title),
    format('Your part of what its instructors earn: %s percent.', new.revenue_share_percent), '/instructor/courses', null
  )
  from public.courses c
  where c.id = new.course_id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tell_course_decision (
  course_id uuid,
  decision  text,
  reason    text DEFAULT ''::text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  course public.courses;
  -- Every decision is told, the same one too when it is taken again.
  fact text := format('course_%s:%s:%s', tell_course_decision.decision, tell_course_decision.course_id, now());
begin
  select c.* into course from public.courses c where c.id = tell_course_decision.course_id;

  perform private.notify(
    course.instructor_id, 'course_' || tell_course_decision.decision,
    format(
      case tell_course_decision.decision
        when 'published' then '%s is on sale'
        when 'released' then '%s may be sold again'
        when 'refused' then '%s was not approved'
        when 'taken_down' then '%s was taken off sale'
        when 'archived' then '%s was archived'
      end,
      course.title
    ),
    tell_course_decision.reason,
    -- Only what is on sale has a page that leads somewhere for everybody; the rest is its author's desk.
    case when course.is_published then '/courses/' || course.slug else '/instructor/courses' end,
    fact
  );
  perform private.enqueue_mail(
    'course_decision', course.instructor_id,
    jsonb_build_object(
      'course_title', course.title, 'course_slug', course.slug, 'decision', tell_course_decision.decision,
      'reason', tell_course_decision.reason
    ),
    fact
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.tie_intent (
  payment_id        uuid,
  payment_intent_id text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if exists (select from public.payments p where p.id = tie_intent.payment_id and p.stripe_payment_intent_id is not null) then
    return;
  end if;
  perform private.lock_intent(tie_intent.payment_intent_id);
  -- An attempt that was given up because Stripe seemed to have no intent for it is alive after all, unless another took its
  -- place: an intent on a dead attempt could be paid, and nobody would ask Stripe about it.
  update public.payments p
  set stripe_payment_intent_id = tie_intent.payment_intent_id,
    canceled_at = case
      when exists (
        select from public.payments x
        where x.order_id = p.order_id and x.id <> p.id and x.status in ('pending', 'processing', 'failed')
      ) then p.canceled_at
    end
  where p.id = tie_intent.payment_id;
  -- Stripe may have told about it before we knew it.
  perform private.replay_ignored_events(tie_intent.payment_intent_id);
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

  select c.instructor_id, c.title into former, title from public.courses c where c.id = transfer_course.course_id for update;
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
  select c.* into course from public.courses c where c.id = unpublish_course.course_id for update;

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

CREATE OR REPLACE FUNCTION private.use_coupon (
  code            text,
  user_id         uuid,
  course_ids      uuid[],
  except_order_id uuid           DEFAULT NULL::uuid,
  OUT             coupon_id uuid,
  OUT             refusal jsonb
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  coupon public.coupons;
  is_holder boolean;
  covered_cents bigint;
begin
  -- The lock is held until the seat is reserved or the transaction ends: nobody overtakes.
  select k.* into coupon
  from public.coupons k
  where k.code = private.normalise_coupon_code(use_coupon.code)
  for no key update;
  is_holder := exists (
    select from private.coupon_holders h where h.coupon_id = coupon.id and h.user_id = use_coupon.user_id
  );

  -- Repeating a code one knows is no guess.
  if not is_holder and not private.rate_limit_hit('coupon', use_coupon.user_id::text, 10, interval '1 hour') then
    refusal := private.answer_error(
      'TOO_MANY_COUPON_ATTEMPTS', 429, 'Too many codes were tried. Try again later.',
      '{"limit": 10, "window_seconds": 3600}', jsonb_build_object('Retry-After', private.retry_after(interval '1 hour'))
    );
    return;
  end if;

  -- What the code is judged by is what is charged: from here on no price moves.
  perform from public.courses c where c.id = any (use_coupon.course_ids) order by c.id for share;
  select sum(c.price_cents) into covered_cents
  from public.courses c
  where c.id = any (use_coupon.course_ids) and private.coupon_covers(coupon, c);

  -- One answer for unknown, switched off, outside its window, too small a sum and the wrong courses.
  if coupon.id is null
    or not coupon.is_active
    or coupon.starts_at > now()
    or coupon.expires_at <= now()
    or coalesce(covered_cents, 0) = 0
    or covered_cents < coupon.minimum_cents
  then
    refusal := private.answer_error('COUPON_INVALID', 404, 'This code is not valid for these courses.');
    return;
  end if;

  if coupon.max_per_user <= (
    select count(*) from private.coupon_redemptions r
    where r.coupon_id = coupon.id and r.user_id = use_coupon.user_id and r.state <> 'released'
      and r.order_id is distinct from use_coupon.except_order_id
  ) then
    refusal := private.answer_error('COUPON_ALREADY_USED', 409, 'You have used this code already.');
    return;
  end if;

  if coupon.max_redemptions <= coupon.redeemed_count - (
    select count(*) from private.coupon_redemptions r
    where r.coupon_id = coupon.id and r.order_id = use_coupon.except_order_id and r.state <> 'released'
  ) then
    refusal := case
      when is_holder then private.answer_error('COUPON_EXHAUSTED', 409, 'This code is used up.')
      else private.answer_error('COUPON_INVALID', 404, 'This code is not valid for these courses.')
    end;
    return;
  end if;

  if not is_holder then
    insert into private.coupon_holders (coupon_id, user_id)
    values (coupon.id, use_coupon.user_id)
    on conflict do nothing;
  end if;
  coupon_id := coupon.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.visitor_key (
  address text
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN CASE WHEN ((address ~ ':'::text) AND (address !~* '^::ffff:'::text) AND pg_input_is_valid(address, 'inet'::text)) THEN (network(set_masklen((address)::inet, 64)))::text ELSE
  "left"(COALESCE(address, 'unknown'::text), 100) END;

CREATE OR REPLACE FUNCTION private.wants_mail (
  user_id    uuid,
  preference text
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if wants_mail.preference is null then
    return not exists (select from private.erasures e where e.user_id = wants_mail.user_id);
  end if;
  return exists (
    select
    from public.notification_preferences n join public.profiles p on p.id = n.user_id and p.is_active
    where n.user_id = wants_mail.user_id
      and case wants_mail.preference
        when 'weekly_summary' then n.weekly_summary
        when 'review_replies' then n.review_replies
        when 'price_falls' then n.price_falls
      end
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.welcome_back (
  enrollment_id uuid,
  grant_id      uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  place record;
begin
  select e.user_id, c.id as course_id, c.title, c.slug into strict place
  from public.enrollments e join public.courses c on c.id = e.course_id
  where e.id = welcome_back.enrollment_id;

  perform private.notify(
    place.user_id, 'access_restored', 'Your access to ' || place.title || ' is back', 'You can go on learning.',
    '/learn/' || place.slug, null
  );
  perform private.enqueue_mail(
    'access_restored', place.user_id,
    jsonb_build_object(
      'enrollment_id', welcome_back.enrollment_id, 'course_id', place.course_id,
      'course_title', place.title, 'course_slug', place.slug
    ),
    format('%s:%s', welcome_back.grant_id, extract(epoch from clock_timestamp()))
  );
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
  perform private.return_certificates(welcome_student.enrollment_ids);

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

CREATE OR REPLACE FUNCTION private.word_vector (
  words text
)
  RETURNS tsvector
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  return to_tsvector('pg_catalog.simple', private.plain_words(words));
end
$function$;

CREATE OR REPLACE FUNCTION private.title_words (
  title text
)
  RETURNS tsvector
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN (private.word_vector(title) || private.search_vector(title));

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
  return private.process_stripe_event(seen.id);
end
$function$;

CREATE OR REPLACE FUNCTION public.archive_course (
  course_id uuid,
  reason    text DEFAULT ''::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.archive_course(course_id, reason);
end
$function$;

REVOKE ALL ON FUNCTION "public"."archive_course"(uuid, text) FROM "anon";

CREATE OR REPLACE FUNCTION public.attach_certificate_file (
  certificate_id uuid,
  file_path      text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  certificate public.certificates;
begin
  select * into certificate from public.certificates c where c.id = attach_certificate_file.certificate_id;
  if certificate.id is null then
    perform private.fail('CERTIFICATE_NOT_FOUND', 404, 'There is no such certificate.');
  end if;

  -- Its owner may have left while it was printed. erase_user holds this lock: either it sees the file, or we see it.
  perform from public.profiles p where p.id = certificate.user_id for share;
  if exists (select from private.erasures e where e.user_id = certificate.user_id) then
    insert into private.file_deletions (bucket_id, folder) values ('certificates', certificate.user_id::text);
  else
    update public.certificates c
    set file_path = attach_certificate_file.file_path
    where c.id = certificate.id
    returning * into certificate;
  end if;
  delete from private.certificate_prints p where p.certificate_id = certificate.id;
  return private.certificate_json(certificate);
end
$function$;

CREATE OR REPLACE FUNCTION public.authenticate_signed_request (
  key_id      uuid,
  signed_at   bigint,
  nonce       text,
  method      text,
  path        text,
  body_sha256 text,
  signature   text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  clock_window constant interval := interval '300 seconds';
  hourly_limit constant integer := 300;
  key public.api_keys;
  mask bytea;
  proof bytea;
  client_key bytea;
begin
  select * into key from public.api_keys k where k.id = authenticate_signed_request.key_id;
  mask := extensions.hmac(
    convert_to(
      concat_ws(
        E'\n', 'LF2-HMAC-SHA256', authenticate_signed_request.signed_at, authenticate_signed_request.nonce,
        authenticate_signed_request.method, authenticate_signed_request.path, authenticate_signed_request.body_sha256
      ),
      'UTF8'
    ),
    -- Without such a key the same work is done for a random one.
    decode(coalesce(key.key_hash, encode(extensions.gen_random_bytes(32), 'hex')), 'hex'), 'sha256'
  );
  -- The signature is the client key under this mask; who does not know that key can only guess it.
  if authenticate_signed_request.signature ~ '^[0-9a-f]{64}$' then
    proof := decode(authenticate_signed_request.signature, 'hex');
    select decode(string_agg(lpad(to_hex(get_byte(proof, i) # get_byte(mask, i)), 2, '0'), '' order by i), 'hex')
    into client_key
    from generate_series(0, 31) i;
  end if;
  if key.id is null or client_key is null or encode(sha256(client_key), 'hex') is distinct from key.key_hash
  then
    perform private.fail('INVALID_SIGNATURE', 400, 'The signature does not match the request.');
  end if;
  if not key.is_active or key.expires_at <= now() then
    perform private.fail('API_KEY_EXPIRED', 401, 'This key was revoked or is over.');
  end if;
  -- Without to_timestamp: a number from outside may be no time at all.
  if abs(extract(epoch from now()) - authenticate_signed_request.signed_at) > extract(epoch from clock_window) then
    perform private.fail(
      'SIGNATURE_EXPIRED', 401, 'The request was signed at another time.',
      jsonb_build_object('server_time', floor(extract(epoch from now())), 'window_seconds', extract(epoch from clock_window))
    );
  end if;
  if not exists (select from public.profiles p where p.id = key.user_id and p.is_active) then
    perform private.fail('ACCOUNT_DISABLED', 403, 'The account of this key is closed.');
  end if;

  insert into private.api_nonces (key_id, nonce)
  values (key.id, authenticate_signed_request.nonce)
  on conflict do nothing;
  if not found then
    perform private.fail('REQUEST_REPLAYED', 409, 'This request was made already.');
  end if;
  -- Of the account, whatever key: a second key is no second measure.
  if not private.rate_limit_hit('signed_request', key.user_id::text, hourly_limit, interval '1 hour') then
    perform private.fail(
      'RATE_LIMITED', 429, 'The keys of this account were used too often. Try again later.',
      jsonb_build_object('limit', hourly_limit, 'window_seconds', 3600), '{"Retry-After": "3600"}'
    );
  end if;
  update public.api_keys k
  set last_used_at = now()
  where k.id = key.id and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute');
  return jsonb_build_object('key_id', key.id, 'user_id', key.user_id, 'scopes', key.scopes);
end
$function$;

CREATE OR REPLACE FUNCTION public.begin_confirmation (
  user_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if not private.rate_limit_hit('confirmation', begin_confirmation.user_id::text, 60, interval '1 hour') then
    perform private.fail(
      'RATE_LIMITED', 429, 'Too many payments were confirmed. Your order is completed without it.',
      '{"limit": 60, "window_seconds": 3600}', jsonb_build_object('Retry-After', private.retry_after(interval '1 hour'))
    );
  end if;
  return jsonb_build_object('user_id', begin_confirmation.user_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."begin_confirmation"(uuid) FROM "anon", "authenticated";

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
  for update;
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

CREATE OR REPLACE FUNCTION public.begin_payout_account (
  user_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  person record;
begin
  select p.is_active, p.is_instructor, x.email, a.stripe_account_id, private.is_gone_account(a.disabled_reason) as is_gone
  into person
  from
    public.profiles p
    join public.profile_private x on x.user_id = p.id
    left join private.payout_accounts a on a.user_id = p.id
  where p.id = begin_payout_account.user_id;

  if person.is_active is not true then
    perform private.fail('ACCOUNT_DISABLED', 403, 'This account is deactivated.');
  -- Who has stopped teaching is still paid what is owed.
  elsif not person.is_instructor
    and not exists (select from private.ledger_accounts l where l.owner_id = begin_payout_account.user_id)
  then
    perform private.fail('NOT_INSTRUCTOR', 403, 'Only an instructor is paid.');
  end if;
  return jsonb_build_object(
    'user_id', begin_payout_account.user_id, 'email', person.email,
    'stripe_account_id', case when not person.is_gone then person.stripe_account_id end,
    'gone_account_id', case when person.is_gone then person.stripe_account_id end
  );
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
    for update skip locked
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
    for update of t skip locked
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

CREATE OR REPLACE FUNCTION public.create_company_key (
  owner_id        uuid,
  name            text,
  course_ids      uuid[],
  expires_in_days integer DEFAULT 365,
  seats           integer DEFAULT 100
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.create_company_key(owner_id, name, course_ids, expires_in_days, seats);

REVOKE ALL ON FUNCTION "public"."create_company_key"(uuid, text, uuid[], integer, integer) FROM "anon", "service_role";

CREATE OR REPLACE FUNCTION public.create_coupon (
  code             text,
  percent_off      integer                  DEFAULT NULL::integer,
  amount_off_cents integer                  DEFAULT NULL::integer,
  currency         text                     DEFAULT NULL::text,
  minimum_cents    integer                  DEFAULT 0,
  course_id        uuid                     DEFAULT NULL::uuid,
  category_id      uuid                     DEFAULT NULL::uuid,
  instructor_id    uuid                     DEFAULT NULL::uuid,
  starts_at        timestamp with time zone DEFAULT now(),
  expires_at       timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  max_redemptions  integer                  DEFAULT NULL::integer,
  max_per_user     integer                  DEFAULT 1,
  description      text                     DEFAULT ''::text
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN
  private.create_coupon(code, percent_off, amount_off_cents, currency, minimum_cents, course_id, category_id, instructor_id, starts_at, expires_at, max_redemptions, max_per_user,
  description);

REVOKE ALL
  ON FUNCTION "public"."create_coupon"(text, integer, integer, text, integer, uuid, uuid, uuid, timestamp WITH time zone, timestamp WITH time zone, integer, integer, text)
  FROM "anon", "service_role";

CREATE OR REPLACE FUNCTION public.dashboard_stats()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.dashboard_stats();
end
$function$;

CREATE OR REPLACE FUNCTION public.deactivate_my_account()
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.deactivate_my_account();

REVOKE ALL ON FUNCTION "public"."deactivate_my_account"() FROM "anon", "service_role";

CREATE OR REPLACE FUNCTION public.drop_mail (
  mail_id bigint
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.drop_mail(mail_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."drop_mail"(bigint) FROM "anon", "service_role";

CREATE OR REPLACE FUNCTION public.enroll_company_staff (
  key_id     uuid,
  reference  text,
  course_ids uuid[],
  employees  jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  key public.api_keys;
  request_hash constant text := encode(
    sha256(
      convert_to(
        coalesce(enroll_company_staff.course_ids::text, '') || coalesce(enroll_company_staff.employees::text, ''), 'UTF8'
      )
    ),
    'hex'
  );
  known private.company_enrollments;
  result jsonb;
begin
  select * into key
  from public.api_keys k
  where k.id = enroll_company_staff.key_id and k.is_active and k.expires_at > now();
  if not coalesce('enroll' = any (key.scopes), false) then
    perform private.fail('FORBIDDEN', 403, 'This key may not enrol people.');
  end if;

  -- One list of a company at a time: its seats are counted, and the same list sent twice is worked off once.
  perform from public.profiles p where p.id = key.user_id for no key update;
  insert into private.company_enrollments (key_id, reference, request_hash)
  values (key.id, enroll_company_staff.reference, request_hash)
  on conflict do nothing;
  if not found then
    select * into strict known
    from private.company_enrollments c
    where c.key_id = key.id and c.reference = enroll_company_staff.reference;
    if known.request_hash <> request_hash then
      perform private.fail('IDEMPOTENCY_KEY_REUSED', 409, 'This reference was used for another list.');
    end if;
    return jsonb_build_object('reference', known.reference, 'lines', known.lines);
  end if;

  result := private.enroll_company_lines(
    key, enroll_company_staff.reference, enroll_company_staff.course_ids, enroll_company_staff.employees
  );
  update private.company_enrollments c
  set lines = result
  where c.key_id = key.id and c.reference = enroll_company_staff.reference;
  return jsonb_build_object('reference', enroll_company_staff.reference, 'lines', result);
end
$function$;

CREATE OR REPLACE FUNCTION public.fail_transfer (
  transfer_id  uuid,
  failure_code text DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

REVOKE ALL ON FUNCTION "public"."fail_transfer"(uuid, text) FROM "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.get_order (
  order_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.get_order(order_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."get_order"(uuid) FROM "anon", "service_role";

CREATE OR REPLACE FUNCTION public.grant_enrollment (
  student_id uuid,
  course_id  uuid,
  reason     text                     DEFAULT NULL::text,
  expires_at timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  is_gift    boolean                  DEFAULT false
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.grant_enrollment(student_id, course_id, reason, expires_at, is_gift);

REVOKE ALL ON FUNCTION "public"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone, boolean) FROM "anon";

CREATE OR REPLACE FUNCTION public.issue_lesson_media (
  lesson_id       uuid,
  user_id         uuid DEFAULT NULL::uuid,
  resource_path   text DEFAULT NULL::text,
  visitor_address text DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  hourly_limit constant integer := 600;
  claims constant text := current_setting('request.jwt.claims', true);
  person constant uuid := issue_lesson_media.user_id;
  lesson record;
  place public.enrollments;
  content public.lesson_contents;
  is_open boolean;
  folder text;
begin
  select l.id, l.course_id, c.is_published
  into lesson
  from public.lessons l join public.courses c on c.id = l.course_id
  where l.id = issue_lesson_media.lesson_id;
  folder := lesson.course_id || '/' || lesson.id || '/';

  if person is null then
    perform set_config('request.jwt.claims', '{"role": "anon"}', true);
  else
    perform set_config('request.jwt.claims', jsonb_build_object('sub', person, 'role', 'authenticated')::text, true);
    perform private.require_user();
  end if;
  is_open := private.may_read_lesson_file(folder || 'file');
  perform set_config('request.jwt.claims', coalesce(claims, ''), true);

  if is_open is not true then
    select e.* into place from public.enrollments e where e.user_id = person and e.course_id = lesson.course_id;
    if lesson.id is null or (place.id is null and not lesson.is_published) then
      perform private.fail('LESSON_NOT_FOUND', 404, 'There is no such lesson.');
    elsif person is null then
      perform private.fail('AUTH_REQUIRED', 401, 'Sign in first.');
    elsif place.id is null then
      perform private.fail(
        'NOT_ENROLLED', 403, 'Enrol in the course first.', jsonb_build_object('course_id', lesson.course_id)
      );
    end if;
    perform private.fail(
      'ENROLLMENT_REVOKED', 403, 'Your access to this course has ended or rests.',
      jsonb_build_object('status', place.status, 'access_ends_at', place.access_ends_at)
    );
  end if;

  if not private.rate_limit_hit(
    'issue_lesson_media',
    coalesce(person::text, private.visitor_key(issue_lesson_media.visitor_address)),
    hourly_limit,
    interval '1 hour'
  ) then
    perform private.fail(
      'RATE_LIMITED', 429, 'Too many addresses were asked for. Try again later.',
      jsonb_build_object('limit', hourly_limit, 'window_seconds', 3600), '{"Retry-After": "3600"}'
    );
  end if;

  select x.* into content from public.lesson_contents x where x.lesson_id = lesson.id;
  if issue_lesson_media.resource_path is null then
    if coalesce(content.video_path, content.video_url) is null then
      perform private.fail('FILE_NOT_FOUND', 404, 'This lesson has no video.');
    end if;
    return jsonb_build_object(
      'lesson_id', lesson.id, 'course_id', lesson.course_id, 'bucket', 'lesson-videos',
      'path', content.video_path, 'url', case when content.video_path is null then content.video_url end
    );
  end if;

  -- Authors type the paths of resources: one that lies under another lesson would be signed by the rule of this one.
  if private.lesson_id_of_file(issue_lesson_media.resource_path) is distinct from lesson.id
    or not starts_with(issue_lesson_media.resource_path, folder)
    or not exists (
      select from jsonb_array_elements(content.resources) r where r ->> 'path' = issue_lesson_media.resource_path
    )
  then
    perform private.fail('FILE_NOT_FOUND', 404, 'This lesson has no such file.');
  end if;
  return jsonb_build_object(
    'lesson_id', lesson.id, 'course_id', lesson.course_id, 'bucket', 'lesson-resources',
    'path', issue_lesson_media.resource_path, 'url', null
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."issue_lesson_media"(uuid, uuid, text, text) FROM "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.list_dead_mails (
  page      integer DEFAULT 1,
  page_size integer DEFAULT 20
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.list_dead_mails(page, page_size);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_dead_mails"(integer, integer) FROM "anon", "service_role";

CREATE OR REPLACE FUNCTION public.my_orders (
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
  return private.my_orders(status, page, page_size);
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
  perform from public.orders o where o.id = remember_payment_intent.order_id for update;
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
  return (
    select jsonb_build_object(
      'payment_id', p.id, 'order_id', p.order_id, 'status', p.status, 'stripe_status', remember_payment_intent.status
    )
    from public.payments p
    where p.id = payment.id
  );
end
$function$;

CREATE OR REPLACE FUNCTION public.remember_payout_account (
  user_id  uuid,
  account  jsonb,
  asked_at timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if coalesce(remember_payout_account.account ->> 'id', '') not like 'acct\_%' then
    perform private.fail('VALIDATION_ERROR', 422, 'This is not an account.');
  end if;
  insert into private.payout_accounts (user_id, stripe_account_id)
  values (remember_payout_account.user_id, remember_payout_account.account ->> 'id')
  on conflict on constraint payout_accounts_pkey do update
    set
      stripe_account_id = excluded.stripe_account_id, country = null, is_details_submitted = false, is_payouts_enabled = false,
      is_transfers_active = false, disabled_reason = null, requirements_due = '{}', fetched_at = null
    where private.is_gone_account(payout_accounts.disabled_reason);
  perform private.apply_account(remember_payout_account.account, remember_payout_account.asked_at);
  return public.begin_payout_account(remember_payout_account.user_id);
end
$function$;

CREATE OR REPLACE FUNCTION public.retry_mail (
  mail_id bigint
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.retry_mail(mail_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."retry_mail"(bigint) FROM "anon", "service_role";

CREATE OR REPLACE FUNCTION public.review_course (
  course_id uuid,
  approve   boolean DEFAULT true,
  reason    text    DEFAULT ''::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.review_course(course_id, approve, reason);
end
$function$;

REVOKE ALL ON FUNCTION "public"."review_course"(uuid, boolean, text) FROM "anon";

CREATE OR REPLACE FUNCTION public.submit_review (
  course_id uuid,
  rating    integer,
  title     text    DEFAULT ''::text,
  comment   text    DEFAULT ''::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_account();
  wrong jsonb := '{}';
  place record;
  review public.reviews;
begin
  perform from public.courses c where c.id = submit_review.course_id;
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  if private.is_course_author(submit_review.course_id) then
    perform private.fail('OWN_COURSE', 409, 'You cannot review a course that you teach.');
  end if;
  if submit_review.course_id not in (select private.enrolled_course_ids()) then
    select e.status into place from public.enrollments e where e.user_id = caller and e.course_id = submit_review.course_id;
    if place.status in ('revoked', 'suspended') then
      perform private.fail('ENROLLMENT_REVOKED', 403, 'You have no access to this course any more.');
    end if;
    perform private.fail('NOT_ENROLLED', 403, 'Only students of the course can review it.');
  end if;

  if submit_review.rating is null or submit_review.rating not between 1 and 5 then
    wrong := wrong || '{"rating": "1 to 5"}';
  end if;
  if length(submit_review.title) > 255 then wrong := wrong || '{"title": "at most 255 characters"}'; end if;
  if length(submit_review.comment) > 5000 then wrong := wrong || '{"comment": "at most 5000 characters"}'; end if;
  if wrong <> '{}' then
    perform private.fail('VALIDATION_ERROR', 422, 'The review cannot be taken like this.', wrong);
  end if;

  begin
    insert into public.reviews (course_id, rating, title, comment)
    values (
      submit_review.course_id, submit_review.rating,
      btrim(coalesce(submit_review.title, '')), btrim(coalesce(submit_review.comment, ''))
    )
    returning * into review;
  exception when unique_violation then
    perform private.fail('ALREADY_REVIEWED', 409, 'You have reviewed this course already: change your review instead.');
  end;

  return jsonb_build_object(
    'id', review.id,
    'rating', review.rating,
    'title', review.title,
    'comment', review.comment,
    'helpful_count', review.helpful_count,
    'created_at', review.created_at
  );
end
$function$;

CREATE OR REPLACE FUNCTION public.unpublish_course (
  course_id uuid,
  reason    text DEFAULT ''::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.unpublish_course(course_id, reason);
end
$function$;

REVOKE ALL ON FUNCTION "public"."unpublish_course"(uuid, text) FROM "anon";

CREATE OR REPLACE FUNCTION public.update_profile (
  first_name  text DEFAULT NULL::text,
  last_name   text DEFAULT NULL::text,
  headline    text DEFAULT NULL::text,
  bio         text DEFAULT NULL::text,
  phone       text DEFAULT NULL::text,
  country     text DEFAULT NULL::text,
  timezone    text DEFAULT NULL::text,
  avatar_path text DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  wrong jsonb := '{}';
begin
  if length(update_profile.first_name) > 150 then wrong := wrong || '{"first_name": "at most 150 characters"}'; end if;
  if length(update_profile.last_name) > 150 then wrong := wrong || '{"last_name": "at most 150 characters"}'; end if;
  if length(update_profile.headline) > 150 then wrong := wrong || '{"headline": "at most 150 characters"}'; end if;
  if length(update_profile.bio) > 5000 then wrong := wrong || '{"bio": "at most 5000 characters"}'; end if;
  if update_profile.phone !~ '^$|^\+?[0-9 ()./-]{4,20}$' then wrong := wrong || '{"phone": "4 to 20 digits, spaces and + ( ) . / -"}'; end if;
  if length(update_profile.country) > 100 then wrong := wrong || '{"country": "at most 100 characters"}'; end if;
  if update_profile.timezone is not null and not private.is_timezone(update_profile.timezone) then wrong := wrong || '{"timezone": "must be an IANA name such as Europe/Berlin"}'; end if;
  if update_profile.avatar_path <> '' and not (
    split_part(update_profile.avatar_path, '/', 1) = caller::text and update_profile.avatar_path ~ '^[^/]+/[^/]+$'
    and private.is_storage_path(update_profile.avatar_path) and length(update_profile.avatar_path) <= 300
  ) then
    wrong := wrong || '{"avatar_path": "must be a file in your own folder"}';
  end if;
  if wrong <> '{}' then
    perform private.fail('VALIDATION_ERROR', 422, 'The profile was not changed.', wrong);
  end if;

  update public.profiles p
  set first_name = coalesce(btrim(update_profile.first_name), p.first_name),
    last_name = coalesce(btrim(update_profile.last_name), p.last_name),
    headline = coalesce(update_profile.headline, p.headline),
    bio = coalesce(update_profile.bio, p.bio),
    avatar_path = nullif(coalesce(update_profile.avatar_path, p.avatar_path), '')
  where p.id = caller;

  update public.profile_private p
  set phone = coalesce(update_profile.phone, p.phone),
    country = coalesce(update_profile.country, p.country),
    timezone = coalesce(update_profile.timezone, p.timezone)
  where p.user_id = caller;

  return public.me();
end
$function$;

CREATE OR REPLACE FUNCTION public.vote_review_helpful (
  review_id uuid,
  helpful   boolean DEFAULT true
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  perform private.require_yes_or_no('helpful', vote_review_helpful.helpful);
  perform from public.reviews r where r.id = vote_review_helpful.review_id;
  if not found then
    perform private.fail('REVIEW_NOT_FOUND', 404, 'There is no such review.');
  end if;

  if vote_review_helpful.helpful then
    insert into public.review_votes (review_id)
    values (vote_review_helpful.review_id)
    on conflict on constraint review_votes_pkey do nothing;
  else
    delete from public.review_votes v where v.review_id = vote_review_helpful.review_id and v.user_id = caller;
  end if;

  return (
    select jsonb_build_object('review_id', r.id, 'helpful_count', r.helpful_count, 'voted_helpful', vote_review_helpful.helpful)
    from public.reviews r where r.id = vote_review_helpful.review_id
  );
end
$function$;

ALTER TABLE "private"."company_seats"
  ADD CONSTRAINT "company_seats_company_id_fkey" FOREIGN KEY (company_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "private"."order_counters"
  ADD CONSTRAINT "order_counters_numbered_before_check" CHECK ((numbered_before >= 0));

ALTER TABLE "private"."personal_data"
  ADD CONSTRAINT "personal_data_kept_columns_check" CHECK ((cardinality(kept_columns) <= 20));

ALTER TABLE "private"."personal_data"
  ADD CONSTRAINT "personal_data_only_kept_rows_name_people_check" CHECK (((erasure = 'keep'::private.erasure) OR (kept_columns = '{}'::text[])));

ALTER TABLE "private"."popular_terms"
  ADD CONSTRAINT "popular_terms_words_check" CHECK ((length(words) <= 1000));

ALTER TABLE "private"."refund_items"
  ADD CONSTRAINT "refund_items_amount_cents_check" CHECK ((amount_cents >= 0));

ALTER TABLE "private"."refunds"
  ADD CONSTRAINT "refunds_asked_item_ids_check" CHECK ((cardinality(asked_item_ids) <= 1000));

ALTER TABLE "public"."api_keys"
  ADD CONSTRAINT "api_keys_seats_are_for_enroll_check" CHECK (((seats IS NULL) OR ('enroll'::text = ANY (scopes))));

ALTER TABLE "public"."api_keys"
  ADD CONSTRAINT "api_keys_seats_check" CHECK (((seats >= 1) AND (seats <= 100000)));

ALTER TABLE "public"."course_holds"
  ADD CONSTRAINT "course_holds_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE "public"."courses"
  ADD CONSTRAINT "courses_currency_can_be_split_check"
    CHECK ((currency <> ALL (ARRAY['bhd'::bpchar, 'isk'::bpchar, 'jod'::bpchar, 'kwd'::bpchar, 'omr'::bpchar, 'tnd'::bpchar, 'ugx'::bpchar])));

ALTER TABLE "public"."lesson_contents"
  ADD CONSTRAINT "lesson_contents_resources_have_title_and_path_or_https_url_chec"
    CHECK
    (((NOT jsonb_path_exists(resources, 'strict $[*]?(@.type() != "object")'::jsonpath)) AND (NOT jsonb_path_exists(resources,
    '$[*]?(!(@."title".type() == "string" && (@."url".type() == "string" && @."url" starts with "https://" || !(exists (@."url")) && @."path".type() == "string")))'::jsonpath))));

ALTER TABLE "public"."payments"
  ADD CONSTRAINT "payments_receipt_email_check" CHECK ((length(receipt_email) <= 320));


SET local check_function_bodies = off;

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

CREATE INDEX company_seats_email_hash_idx ON private.company_seats USING btree (email_hash);

CREATE INDEX outbox_dead_idx ON private.outbox USING btree (id)
  WHERE (state = 'dead'::private.outbox_state);

CREATE INDEX courses_in_review_idx ON public.courses USING btree (updated_at, id)
  WHERE (status = 'in_review'::public.course_status);

CREATE TRIGGER audit
  AFTER DELETE OR UPDATE ON private.app_config
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('name', 'value');

CREATE TRIGGER audit
  AFTER UPDATE OF state ON private.outbox
  FOR EACH ROW
  WHEN ((old.state = 'dead'::private.outbox_state))
  EXECUTE FUNCTION private.audit('id', 'state');

CREATE TRIGGER audit
  AFTER INSERT OR UPDATE OF stripe_account_id, is_payouts_enabled, is_transfers_active ON private.payout_accounts
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('user_id', 'stripe_account_id', 'is_payouts_enabled', 'is_transfers_active');

CREATE TRIGGER audit
  AFTER INSERT OR UPDATE ON public.api_keys
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('id', 'user_id', 'scopes', 'course_ids', 'expires_at', 'revoked_at');

CREATE TRIGGER audit
  AFTER INSERT OR DELETE OR UPDATE OF name, slug ON public.categories
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('id', 'name', 'slug');

CREATE TRIGGER audit
  AFTER UPDATE OF status ON public.contact_messages
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('id', 'status');

CREATE TRIGGER audit
  AFTER INSERT OR DELETE OR UPDATE OF is_active, starts_at, expires_at, max_redemptions ON public.coupons
  FOR EACH ROW
  EXECUTE FUNCTION
    private.audit('id', 'code', 'percent_off', 'amount_off_cents', 'currency', 'minimum_cents', 'course_id', 'category_id', 'instructor_id', 'max_per_user', 'is_active',
    'starts_at', 'expires_at', 'max_redemptions');

CREATE TRIGGER audit
  AFTER INSERT OR DELETE OR UPDATE ON public.course_holds
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('course_id', 'reason');

CREATE TRIGGER tell_co_instructor
  AFTER INSERT ON public.course_instructors
  FOR EACH ROW
  WHEN ((new.role = 'co_instructor'::public.course_instructor_role))
  EXECUTE FUNCTION private.tell_co_instructor();

CREATE TRIGGER guard_course_on_sale
  AFTER UPDATE OF short_description, description, category_id, thumbnail_path ON public.courses
  FOR EACH ROW
  WHEN
    (((new.status = 'published'::public.course_status) AND ((btrim(new.short_description) = ''::text) OR (btrim(new.description) = ''::text) OR (new.category_id IS NULL) OR
    (new.thumbnail_path IS NULL))))
  EXECUTE FUNCTION private.guard_course_on_sale();

CREATE TRIGGER guard_last_deleted_lesson
  AFTER DELETE ON public.lesson_contents REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.guard_last_lesson();

CREATE TRIGGER guard_last_emptied_lesson
  AFTER UPDATE ON public.lesson_contents REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.guard_last_lesson();

CREATE TRIGGER count_deleted_completions
  AFTER DELETE ON public.lesson_progress REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_deleted_completions();

CREATE TRIGGER count_inserted_completion
  AFTER INSERT ON public.lesson_progress
  FOR EACH ROW
  WHEN (new.is_completed)
  EXECUTE FUNCTION private.count_changed_completion();

CREATE TRIGGER guard_last_lesson
  AFTER DELETE ON public.lessons REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.guard_last_lesson();

CREATE TRIGGER keep_history
  AFTER DELETE OR UPDATE ON public.payments
  FOR EACH ROW
  EXECUTE FUNCTION
    private.keep_history('stripe_payment_intent_id', 'stripe_charge_id', 'processing_charges', 'failed_charges', 'failed_at', 'failure_code', 'canceled_at', 'succeeded_at',
    'charge_refunded_cents', 'processing_fee_cents', 'pays_order', 'receipt_email', 'status', 'updated_at');

CREATE TRIGGER guard_review_delete
  BEFORE DELETE ON public.reviews
  FOR EACH ROW
  WHEN (old.is_hidden)
  EXECUTE FUNCTION private.guard_review_delete();

CREATE POLICY "select_taught_or_as_staff" ON "public"."course_holds"
  FOR SELECT
  TO "authenticated"
  USING (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_staff() AS is_staff)));

CREATE POLICY "select_preview_studied_or_taught" ON "public"."lesson_contents"
  FOR SELECT
  TO "authenticated"
  USING (((EXISTS ( SELECT
   FROM public.enrollments e
  WHERE
    ((e.user_id = ( SELECT private.active_uid() AS active_uid)) AND (e.course_id = lesson_contents.course_id) AND (e.status = 'active'::public.enrollment_status) AND
    ((e.access_ends_at IS NULL) OR (e.access_ends_at > now()))))) OR (course_id = ANY (ARRAY( SELECT private.taught_course_ids() AS taught_course_ids))) OR
    ( SELECT private.is_staff() AS is_staff) OR private.is_open_preview(lesson_id)));

CREATE POLICY "insert_avatars_own_or_as_admin" ON "storage"."objects"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((bucket_id = 'avatars'::text) AND private.may_write_avatar(name)));

CREATE POLICY "update_avatars_own_or_as_admin" ON "storage"."objects"
  FOR UPDATE
  TO "authenticated"
  USING (((bucket_id = 'avatars'::text) AND ((split_part(name, '/'::text, 1) = (( SELECT private.active_uid() AS active_uid))::text) OR ( SELECT private.is_admin() AS is_admin))))
  WITH CHECK (((bucket_id = 'avatars'::text) AND private.may_write_avatar(name)));

COMMENT ON COLUMN "public"."api_keys"."rotated_at" IS 'When rotate_api_key made its successor; a key has one.';

COMMENT ON COLUMN "public"."api_keys"."seats" IS 'To how many people the company may give courses, all its keys and lists together; null without the scope enroll.';

COMMENT ON COLUMN "public"."coupons"."code" IS 'What the buyer types: upper case, digits, - and _; 3 to 40 characters, 8 at least of an instructor''s. Normalised when stored.';

COMMENT ON COLUMN "public"."course_holds"."course_id" IS 'The course.';

COMMENT ON COLUMN "public"."course_holds"."held_at" IS 'Since when.';

COMMENT ON COLUMN "public"."course_holds"."reason" IS 'Why, in words for its owner.';

COMMENT ON COLUMN "public"."invoices"."buyer" IS 'To whom it is billed, as the buyer wrote it, and no more than the law asks for: {first_name, last_name, address_line1, address_line2, city, state, postal_code, country}.';

COMMENT ON COLUMN "public"."lesson_contents"."video_path" IS 'File in the bucket lesson-videos, {course_id}/{lesson_id}/…; played through the edge function signed-video-url. The parts of a stream (HLS) and captions beside it are fetched from /storage/v1/object/lesson-videos/ with the viewer''s token.';

COMMENT ON COLUMN "public"."payments"."receipt_email" IS 'Where Stripe sends its receipt, as the profile said when the attempt began.';

COMMENT ON COLUMN "public"."profiles"."is_active" IS 'False for a closed account: by its owner or by staff, who opens it again.';

COMMENT ON COLUMN "public"."reviews"."is_hidden" IS 'Hidden by staff: seen by its author and staff only, and not counted; its author may reword it, and not delete it.';

COMMENT ON FUNCTION "private"."add_students"(uuid[], integer[]) IS 'Changes the numbers of students of some courses without ever waiting for another enrolment.';

COMMENT ON FUNCTION "private"."apply_dispute"(text, jsonb, timestamp with time zone) IS 'Stores what an event says about a dispute and settles its order. Quarantined when it is of another currency than the payment.';

COMMENT ON FUNCTION "private"."apply_unknown_intent"(jsonb) IS 'Shows an intent that Stripe does not know to staff; its order waits, unless somebody cancels it.';

COMMENT ON FUNCTION "private"."archive_course"(uuid, text) IS 'The door behind public.archive_course.';

COMMENT ON FUNCTION "private"."are_storage_paths"(jsonb) IS 'true when every element is text and a path in Storage.';

COMMENT ON FUNCTION "private"."caller_network"() IS 'The neighbourhood of a visitor: the first half of an IPv4 address, of IPv6 the first 32 bits; of an account its id.';

COMMENT ON FUNCTION "private"."check_reason"(text) IS 'VALIDATION_ERROR 422 unless the reason has 1 to 500 characters besides the blanks around it.';

COMMENT ON FUNCTION "private"."close_account"(uuid) IS 'Closes an account, takes its courses off sale and ends its sessions; CONFLICT 409 for the last admin. The caller has checked who asks.';

COMMENT ON FUNCTION "private"."count_changed_completion"() IS 'Trigger on lesson_progress (insert of a completed lesson, update): keeps enrollments.lessons_completed, last_lesson_id and last_activity_at.';

COMMENT ON FUNCTION "private"."count_deleted_completions"() IS 'Trigger on lesson_progress (delete): keeps enrollments.lessons_completed.';

COMMENT ON FUNCTION "private"."coupon_covers"(public.coupons, public.courses) IS 'true when the course is within the coupon''s scope and currency.';

COMMENT ON FUNCTION "private"."create_company_key"(uuid, text, uuid[], integer, integer) IS 'The door behind public.create_company_key.';

COMMENT ON FUNCTION "private"."create_coupon"(text, integer, integer, text, integer, uuid, uuid, uuid, timestamp with time zone, timestamp
  with time zone, integer, integer, text) IS 'The door behind public.create_coupon.';

COMMENT ON FUNCTION "private"."dashboard_stats"() IS 'The door behind public.dashboard_stats.';

COMMENT ON FUNCTION "private"."deactivate_my_account"() IS 'The door behind public.deactivate_my_account.';

COMMENT ON FUNCTION "private"."document_number"(text, smallint, bigint) IS '<series>-<year>-<number of at least five digits>.';

COMMENT ON FUNCTION "private"."drop_mail"(bigint) IS 'The door behind public.drop_mail.';

COMMENT ON FUNCTION "private"."email_hash"(text) IS 'Fingerprint of an address, without regard to case and to blanks around it; nobody can make one without the secret, which the first call makes.';

COMMENT ON FUNCTION "private"."end_old_sales"() IS 'Job: clears struck-through prices that were not charged in the last 90 days; returns of how many courses.';

COMMENT ON FUNCTION "private"."enqueue_mail"(text, uuid, jsonb, text, text) IS 'Owes somebody a mail. template: a private.mail_template; payload: what the template shows; dedupe_key: the fact behind it, mailed once a template; preference: which wish of the reader may switch it off, null when a contract needs it. Too long words are cut, because a mail never stops the story that owes it. Who was erased is owed nothing.';

COMMENT ON FUNCTION "private"."enqueue_mails"(text, uuid, jsonb[], text[]) IS 'enqueue_mail for each of the payloads, with its fact and without a preference.';

COMMENT ON FUNCTION "private"."enqueue_weekly_summaries"(timestamp with time zone) IS 'Job: owes the mail weekly_summary for the last week that is over in the reader''s own time zone, from six on Monday morning on, once a person; returns how many.';

COMMENT ON FUNCTION "private"."fold_students"(uuid[], uuid[], integer[]) IS 'Adds changes and everything that waits to course_stats.student_count of the free courses. The caller holds their rows.';

COMMENT ON FUNCTION "private"."given_back_cents"(uuid) IS 'Minor units of a payment that went back, are to, or could not by our own asking.';

COMMENT ON FUNCTION "private"."grant_courses"(uuid, uuid[], public.grant_source[], uuid[], uuid, text, timestamp with time zone) IS 'grant_access for the courses of one student, each with its source and line; returns the enrolments in the same order.';

COMMENT ON FUNCTION "private"."grant_enrollment"(uuid, uuid, text, timestamp with time zone, boolean) IS 'The door behind public.grant_enrollment.';

COMMENT ON FUNCTION "private"."grant_items"(uuid, uuid[]) IS 'Gives the courses of these lines of one order to its buyer and marks the lines as granted.';

COMMENT ON FUNCTION "private"."guard_course_on_sale"() IS 'Trigger on courses: COURSE_NOT_PUBLISHABLE 422 when words, category or picture of a course on sale are taken away.';

COMMENT ON FUNCTION "private"."guard_course_price"() IS 'Trigger: NOT_COURSE_OWNER 403 for a co-instructor, VALIDATION_ERROR 422 for a price on sale that no card takes and for an original price that was never charged.';

COMMENT ON FUNCTION "private"."guard_last_lesson"() IS 'Trigger on lessons and lesson_contents: COURSE_NOT_PUBLISHABLE 422 when a course on sale would teach nothing any more.';

COMMENT ON FUNCTION "private"."guard_review_delete"() IS 'Trigger: REVIEW_HIDDEN 403 for the author of a hidden review.';

COMMENT ON FUNCTION "private"."guard_review_vote"() IS 'Trigger: SELF_VOTE 409 for the own review, OWN_COURSE 409 for those of a course one teaches.';

COMMENT ON FUNCTION "private"."is_gone_account"(text) IS 'true for the reason that we note when Stripe does not know an account any more.';

COMMENT ON FUNCTION "private"."is_open_preview"(uuid) IS 'true for a preview of a course on sale, which anybody may know.';

COMMENT ON FUNCTION "private"."is_overpaid_share"(uuid, uuid) IS 'true when the instructor was paid, or is about to be, more of the line than is theirs.';

COMMENT ON FUNCTION "private"."is_storage_path"(text) IS 'true for segments of letters, digits, blanks and _ ! . * '' ( ) & $ @ = ; : + , - between slashes, none of them empty, . or ..; null for null.';

COMMENT ON FUNCTION "private"."issue_sale_invoice"(public.orders) IS 'The invoice of a paid order, issued when it is asked for first; null for an order of zero.';

COMMENT ON FUNCTION "private"."keep_an_admin"(uuid) IS 'CONFLICT 409 when leaving is the last admin with an open account. Where an admin leaves, holds the rows of all of them until the transaction ends; asked before the profile is locked.';

COMMENT ON FUNCTION "private"."list_dead_mails"(integer, integer) IS 'The door behind public.list_dead_mails.';

COMMENT ON FUNCTION "private"."lock_dead_mail"(bigint) IS 'Locks a mail that was given up; MAIL_NOT_FOUND 404, MAIL_NOT_DEAD 409.';

COMMENT ON FUNCTION "private"."lock_intent"(text) IS 'One at a time for an intent that no row stands for yet, until the transaction ends.';

COMMENT ON FUNCTION "private"."lock_person"(uuid) IS 'Holds everything of a person that others may wait for, until the transaction ends.';

COMMENT ON FUNCTION "private"."lowest_price_before"(uuid) IS 'Lowest price in minor units in the 30 days before the present price began; null when the course never had another. Everybody may know it.';

COMMENT ON FUNCTION "private"."mail_json"(bigint) IS '{id, template, state, user_id, to, attempts, last_error, created_at}.';

COMMENT ON FUNCTION "private"."mail_payload"(jsonb) IS 'The payload, cut down to what a row of the outbox holds.';

COMMENT ON FUNCTION "private"."may_write_avatar"(text) IS 'true for a file right below the own folder (admins: any person''s), while at most four others lie there.';

COMMENT ON FUNCTION "private"."mint_api_key"(uuid, text, integer, text[], uuid[], timestamp with time zone, integer) IS 'A new key, with the secret that is shown only now: {id, name, key, key_prefix, scopes, course_ids, seats, created_at, expires_at}.';

COMMENT ON FUNCTION "private"."my_orders"(text, integer, integer) IS 'The door behind public.my_orders.';

COMMENT ON FUNCTION "private"."next_order_number"() IS 'ORD-<year>-<number of at least five digits>, without two of a kind; numbers can be missing.';

COMMENT ON FUNCTION "private"."notify"(uuid, text, text, text, text, text) IS 'Tells somebody something in the app. dedupe_key: the fact behind it, told once; null: every time. Who was erased is told nothing. Too long words are cut, because a notification never stops the story that sends it.';

COMMENT ON FUNCTION "private"."notify_each"(uuid, text, text[], text, text[], text[]) IS 'notify for each of the titles, with its link and its fact.';

COMMENT ON FUNCTION "private"."order_still_says"(uuid, private.priced_line[]) IS 'true when nothing about the order would be different if it were made now.';

COMMENT ON FUNCTION "private"."payment_intent_problem"(public.payments, text, jsonb) IS 'order_mismatch, currency_mismatch, amount_mismatch or null.';

COMMENT ON FUNCTION "private"."plain_words"(text) IS 'Letters and digits in lower case, without accents, one space between words. Nothing in it can be an operator of a query or a pattern.';

COMMENT ON FUNCTION "private"."price_lines"(uuid[], uuid) IS 'One line a course, in the order asked for; amounts in minor units. The discount of the coupon is split to the cent over the courses it covers.';

COMMENT ON FUNCTION "private"."purchase_refusal"(uuid, uuid) IS 'The same for one course.';

COMMENT ON FUNCTION "private"."purchase_refusals"(uuid, uuid[]) IS 'For each course the code of the reason why the user cannot buy it (COURSE_NOT_FOUND, OWN_COURSE, ALREADY_ENROLLED), or null.';

COMMENT ON FUNCTION "private"."record_learning"(uuid, integer, timestamp with time zone, timestamp with time zone, date) IS 'Adds to learning_days and profile_stats. seconds: watched for the first time, 0 for a completed lesson; at: the moment that counts as now; spent_until: see learning_days; today: the day of that moment where the caller knows it. The caller holds private.lock_learner.';

COMMENT ON FUNCTION "private"."recover_payment"(jsonb, timestamp with time zone) IS 'Makes the lost attempt of a paid intent again when it pays its order exactly. Otherwise null, and order_unknown or payment_unknown is reported.';

COMMENT ON FUNCTION "private"."refresh_review_anchors"(integer, integer) IS 'Job: makes review_anchors anew; returns how many. Until then, pages far down are off by as many reviews as came and went.';

COMMENT ON FUNCTION "private"."refundable_items"(uuid) IS 'Minor units of each line that were neither given back nor are requested to be.';

COMMENT ON FUNCTION "private"."refuse_mixed_currencies"(uuid[]) IS 'CURRENCY_MISMATCH when the courses are not all of one currency.';

COMMENT ON FUNCTION "private"."reinstate_access"(uuid, boolean) IS 'Takes back the revocation of the grant of a paid line; true when there was one that no admin made, and no other free grant has taken its place.';

COMMENT ON FUNCTION "private"."replay_failed_event"() IS 'Processes the event of the last week that failed and waits for longest, at most once in ten minutes, and asks for the next turn; false when none waits.';

COMMENT ON FUNCTION "private"."report_anomaly"(text, text, uuid, jsonb) IS 'Puts something in front of staff, once until it is resolved. The audit log keeps what was said about it then.';

COMMENT ON FUNCTION "private"."require_account"() IS 'The caller''s id when somebody by name; FORBIDDEN 403 for a guest, otherwise the errors of require_user.';

COMMENT ON FUNCTION "private"."require_room_for_key"(uuid, uuid) IS 'API_KEY_LIMIT_REACHED 409 for an account with ten valid keys; except_key_id: the one that is being replaced.';

COMMENT ON FUNCTION "private"."require_yes_or_no"(text, boolean) IS 'VALIDATION_ERROR 422 for a null; argument: the name of what must be true or false.';

COMMENT ON FUNCTION "private"."retry_after"(interval) IS 'Seconds, as text, until the current fixed window of rate_limit_hit is over.';

COMMENT ON FUNCTION "private"."retry_mail"(bigint) IS 'The door behind public.retry_mail.';

COMMENT ON FUNCTION "private"."return_certificates"(uuid[]) IS 'Lets certificates that were lost with access count again.';

COMMENT ON FUNCTION "private"."review_course"(uuid, boolean, text) IS 'The door behind public.review_course.';

COMMENT ON FUNCTION "private"."run_due_job"() IS 'Runs one due row of private.jobs; false when there was none. Commit, and call it again.';

COMMENT ON FUNCTION "private"."shorten_json"(jsonb, integer, integer) IS 'The same JSON with at most so many characters in a text and so many items in a list.';

COMMENT ON FUNCTION "private"."spread_cents"(bigint, bigint[]) IS 'Parts of amount in proportion to the weights, in their order. Both are whole minor units, not negative. Weights that are all 0 get nothing.';

COMMENT ON FUNCTION "private"."stripe_id"(jsonb) IS 'Id of a reference of Stripe, expanded or not; null for none.';

COMMENT ON FUNCTION "private"."take_company_seat"(public.api_keys, bytea) IS 'true when the company has a seat for this person, who has it then; false when the seats of the key are taken.';

COMMENT ON FUNCTION "private"."take_payment"(public.payments) IS 'Completes the order with its first succeeded payment, which pays_order marks; any other is reported and what is left of it refunded.';

COMMENT ON FUNCTION "private"."tell_co_instructor"() IS 'Trigger: tells somebody that he was added to a course.';

COMMENT ON FUNCTION "private"."tell_course_decision"(uuid, text, text) IS 'Notification and mail to the owner. decision: published, released, refused, taken_down or archived; reason: staff''s words, empty where there is nothing to explain.';

COMMENT ON FUNCTION "private"."tie_intent"(uuid, text) IS 'Stores the intent of an attempt that has none, and does what its events asked for meanwhile.';

COMMENT ON FUNCTION "private"."unpublish_course"(uuid, text) IS 'The door behind public.unpublish_course.';

COMMENT ON FUNCTION "private"."visitor_key"(text) IS 'The subject of rate limits for a visitor: his network address, of IPv6 the first 64 bits.';

COMMENT ON FUNCTION "private"."wants_mail"(uuid, text) IS 'true when somebody wants the mails of a preference. Mails without one are needed by a contract and always wanted, while there is somebody: who was erased is not written to.';

COMMENT ON FUNCTION "private"."welcome_back"(uuid, uuid) IS 'Notifies a student whose access has come back, and owes the mail about it.';

COMMENT ON FUNCTION "private"."welcome_student"(uuid, uuid[], uuid[]) IS 'Reinstates certificates that were lost with access, notifies, and owes the mails "Welcome to {title}".';

COMMENT ON FUNCTION "private"."word_vector"(text) IS 'The plain words of a text, for a query of beginnings.';

COMMENT ON FUNCTION "public"."apply_coupon"(uuid, text) IS 'Prices the caller''s open order with a code (null: without one). An order is never rewritten: when the price changes the answer is a new order, with a new id, that takes its place. Returns the order as get_order does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ORDER_NOT_FOUND 404, ORDER_ALREADY_PAID 409, ORDER_EXPIRED 409, PAYMENT_PROCESSING 409, ALREADY_ENROLLED 409, OWN_COURSE 409, COURSE_NOT_FOUND 404, CURRENCY_MISMATCH 409, AMOUNT_BELOW_MINIMUM 422, COUPON_INVALID 404, COUPON_ALREADY_USED 409, COUPON_EXHAUSTED 409, TOO_MANY_COUPON_ATTEMPTS 429.';

COMMENT ON FUNCTION "public"."approve_instructor"(uuid, boolean, text) IS 'Admins: approves or rejects an application to teach. Approving makes anybody an instructor, asked or not. note: words to the applicant, who is told in the app and reads them in instructor_requests; cut at 1000 characters. Returns {user_id, status}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, PROFILE_NOT_FOUND 404, VALIDATION_ERROR 422, CONFLICT 409 (nothing to reject).';

COMMENT ON FUNCTION "public"."archive_course"(uuid, text) IS 'Owner or admin: takes a course off sale for good; its students keep access. An admin says why to the owner, who is told: reason (1 to 500 characters). Returns {id, slug, status, is_published, published_at, archived_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404, VALIDATION_ERROR 422 (an admin without a reason).';

COMMENT ON FUNCTION "public"."attach_certificate_file"(uuid, text) IS 'Certificate worker only: notes the PDF in the bucket certificates, {user_id}/…; of somebody who has left it is not noted, but deleted. Errors: CERTIFICATE_NOT_FOUND 404; a path outside the student''s folder is refused by a check.';

COMMENT ON FUNCTION "public"."authenticate_signed_request"(uuid, bigint, text, text, text, text, text) IS 'Edge functions only. Lets a signed request in, once: signature (hex) is client_key xor hmac_sha256(sha256(client_key), lines), where client_key is the SHA-256 of the API key and the lines are LF2-HMAC-SHA256, signed_at (seconds since 1970), nonce (16 to 64 of A-Z a-z 0-9 _ -), method, path, body_sha256 (hex). Returns {key_id, user_id, scopes}. Errors: INVALID_SIGNATURE 400 (or no such key), API_KEY_EXPIRED 401, SIGNATURE_EXPIRED 401 (more than 300 s away), ACCOUNT_DISABLED 403, REQUEST_REPLAYED 409, RATE_LIMITED 429 (300 an hour of all keys of an account).';

COMMENT ON FUNCTION "public"."begin_confirmation"(uuid) IS 'confirm-payment only. Counts a confirmation of this person, 60 an hour: {user_id}. Errors: RATE_LIMITED 429 with Retry-After.';

COMMENT ON FUNCTION "public"."begin_payment"(uuid, uuid) IS 'create-payment-intent only. The live attempt to pay the order, or a new one (5 an hour and buyer): {order_id, user_id, order_number, state, expires_at, payment_id, attempt, amount_cents, currency, payment_intent_id or null, receipt_email, created_at (of the attempt)}. The idempotency key at Stripe is pi:create:<order_id>:<attempt>. Errors: ACCOUNT_DISABLED 403, ORDER_NOT_FOUND 404 (also for orders of others), ORDER_ALREADY_PAID 409, ORDER_EXPIRED 409, COURSE_UNAVAILABLE 409, ALREADY_ENROLLED 409, OWN_COURSE 409, RATE_LIMITED 429.';

COMMENT ON FUNCTION "public"."begin_payout_account"(uuid) IS 'onboard-instructor only. {user_id, email, stripe_account_id or null, gone_account_id (one that was closed, or null)}. Errors: ACCOUNT_DISABLED 403, NOT_INSTRUCTOR 403.';

COMMENT ON FUNCTION "public"."claim_file_deletions"(integer) IS 'Edge functions only: up to batch_size (1 to 100) folders to empty, [{id, bucket, folder}]. Each is offered again after five minutes until it is settled.';

COMMENT ON FUNCTION "public"."claim_outbox"(integer, integer) IS 'Mail worker only. Claims up to batch_size (1 to 100) due mails for lease_seconds (10 to 900) and returns [{id, template, attempt, to (null when the account has no address any more), first_name, timezone, payload, created_at, unsubscribe_token (null for mails that a contract needs)}]; those come first, and what its reader has switched off meanwhile is dropped. Each must be settled by settle_outbox with its attempt; an unsettled one comes back after the lease.';

COMMENT ON FUNCTION "public"."claim_refunds"(integer, integer) IS 'Refund worker only. Claims up to batch_size (1 to 100) requested refunds for lease_seconds (10 to 900) and returns [{refund_id, order_id, payment_intent_id, amount_cents, currency, attempt, idempotency_key, metadata}], to be sent to Stripe as they are. Pass Stripe''s answer to apply_stripe_event as refund.created, or its refusal to fail_refund.';

COMMENT ON FUNCTION "public"."claim_transfers"(integer, integer) IS 'Payout worker only. Claims up to batch_size (1 to 100) requested transfers to accounts that are ready, and reversals, for lease_seconds (10 to 900) and returns [{transfer_id, kind (transfer, reversal), destination, stripe_transfer_id (of what is reversed, or null), amount_cents, currency, source_transaction, transfer_group, attempt, is_void, idempotency_key, metadata}], to be sent to Stripe as they are. is_void: its share was taken back since an earlier try began it; it is only looked for at Stripe, and when it is not there passed to fail_transfer without a code. Pass the transfer as it is then to apply_stripe_event as transfer.created, or Stripe''s refusal to fail_transfer.';

COMMENT ON FUNCTION "public"."course_detail"(uuid, text) IS 'One course by course_id or by slug, for everybody; drafts for their authors and staff, unpublished ones for their students too. A card of search_courses and: description, short_description, preview_video_url, language, review_count, last_updated, published_at, status, is_published, lowest_price_30_days (of the 30 days before the present price began; null when it never had another), instructor{id, first_name, last_name, profile{headline, bio, profile_picture, courses_count, students_count, rating}}, instructors[the same of each who teaches it beside the owner], outcomes[], requirements[], curriculum[{id, title, description, order, total_lessons, total_duration_minutes, lessons[{id, title, description, duration_minutes, order, is_preview, video_url, video_path, completed}]}], reviews{count, rating, distribution{1..5}, recent[{id, author, avatar, rating, title, date, comment, helpful_count}]}, progress (percent, null when not enrolled), enrollment_id. video_url and video_path are null unless the caller may watch. A visitor''s answer may be cached for a minute. Errors: COURSE_NOT_FOUND 404, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."course_readiness"(uuid) IS 'Authors: what is missing before the course can be published: {course_id, can_publish, issues[{issue, field, message, section_id or lesson_id}], held_reason}; held_reason: why staff holds it off sale, or null: publishing then asks staff to look again. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."create_api_key"(text, integer) IS 'Makes a key for a program. name: 1 to 100 characters; expires_in_days: 1 to 365. Returns {id, name, key (shown only now), key_prefix, scopes (none), course_ids (none), seats (null), created_at, expires_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, API_KEY_LIMIT_REACHED 409 (10 valid ones), VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."create_company_key"(uuid, text, uuid[], integer, integer) IS 'Admins: makes a key with the scope enroll for a company''s account (owner_id): with it the company''s program gives these courses, and no others, to its employees (edge function company-enroll). name: 1 to 100 characters; course_ids: 1 to 100 courses on sale; expires_in_days: 1 to 365; seats: to how many people, 1 to 100000. Returns {id, name, key (shown only now), key_prefix, scopes, course_ids, seats, created_at, expires_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, PROFILE_NOT_FOUND 404, COURSE_NOT_FOUND 404 (not on sale), API_KEY_LIMIT_REACHED 409 (10 valid ones), VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."create_coupon"(text, integer, integer, text, integer, uuid, uuid, uuid, timestamp with time zone, timestamp
  with time zone, integer, integer, text) IS 'Instructors: makes a discount code for an own course (course_id) or for all of them (instructor_id: oneself); admins: for any course, category_id or instructor, or for everything. code: 8 to 40 of A-Z 0-9 - _ (admins: 3 to 40), stored in upper case; percent_off: 1 to 100, or amount_off_cents with currency; minimum_cents: smallest sum of the covered courses; max_redemptions: orders that may use it, null for any number; max_per_user: of one person. Returns {id, code, description, course_id, category_id, instructor_id, percent_off, amount_off_cents, currency, minimum_cents, starts_at, expires_at, max_redemptions, max_per_user, redeemed_count, is_active, created_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404, COUPON_CODE_TAKEN 409, RATE_LIMITED 429 (20 attempts an hour), VALIDATION_ERROR 422 with the arguments that are wrong.';

COMMENT ON FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) IS 'Makes the caller''s cart an order at today''s prices, fixed until expires_at. billing_address: {first_name, last_name, email, address_line1, city, country (ISO 3166-1 alpha-2)} and, where there are any, address_line2, state, postal_code, phone. expected_total: the decimal total the buyer was shown. coupon_code: as apply_coupon takes it. idempotency_key: 8 to 255 characters; the same key gives the same order. While an order is open, calling again returns it, or replaces it when the cart, a price or the coupon changed. A total of zero is completed at once. Returns the order as get_order does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403 (a guest), INVALID_BILLING_ADDRESS 422, VALIDATION_ERROR 422, IDEMPOTENCY_KEY_REUSED 409, CART_EMPTY 422, COURSE_NOT_FOUND 404, OWN_COURSE 409, ALREADY_ENROLLED 409, PAYMENT_PROCESSING 409, CURRENCY_MISMATCH 409, PRICE_CHANGED 409 (details: the new prices), AMOUNT_BELOW_MINIMUM 422, COUPON_INVALID 404, COUPON_ALREADY_USED 409, COUPON_EXHAUSTED 409, TOO_MANY_COUPON_ATTEMPTS 429.';

COMMENT ON FUNCTION "public"."deactivate_my_account"() IS 'Closes the caller''s account without erasing anything: sessions end, courses go off sale, and nothing can be done any more but to sign in, to export the own data and to delete the account. Staff opens it again. Returns {user_id, is_active}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, CONFLICT 409 (the last admin).';

COMMENT ON FUNCTION "public"."deactivate_user"(uuid, boolean) IS 'Admins: closes an account, ends its sessions and takes its courses off sale; is_active true opens it again, and leaves publishing to its owner. Returns {user_id, is_active}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, PROFILE_NOT_FOUND 404, VALIDATION_ERROR 422, CONFLICT 409 (oneself, the last admin).';

COMMENT ON FUNCTION "public"."delete_my_account"(text) IS 'Erases the caller''s account: personal data goes, orders and ratings stay without a name. confirm_email: the address of the account. Returns {message}. The caller must have signed in within the last ten minutes. Works for a closed account too, whose courses are archived. Errors: AUTH_REQUIRED 401, VALIDATION_ERROR 422, REAUTHENTICATION_REQUIRED 403 (sign in again), INSTRUCTOR_HAS_COURSES 409, CONFLICT 409 (a payment on its way, the last admin).';

COMMENT ON FUNCTION "public"."drop_mail"(bigint) IS 'Admins: gives up a mail that cannot be sent, so that it no longer waits for a person. Returns it as list_dead_mails does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, MAIL_NOT_FOUND 404, MAIL_NOT_DEAD 409 with {state}.';

COMMENT ON FUNCTION "public"."enroll_company_staff"(uuid, text, uuid[], jsonb) IS 'Edge functions only, after authenticate_signed_request. Gives each of the courses to each of employees ([{"email": …} or {"user_id": …}]); the same reference with the same list changes nothing and answers the same. Returns {reference, lines[{employee (position in the list, from 0), course_id, status: given (now, or as soon as an account has confirmed the address, within 90 days and while a key of the company may give it) or refused, code: null, or why refused: COURSE_NOT_FOUND (not on sale or not this key''s), SEATS_EXHAUSTED (more people than the key has seats); for a user_id also PROFILE_NOT_FOUND (none such, or a closed account) and OWN_COURSE}]}. Whether an address has an account is not told. Errors: FORBIDDEN 403, IDEMPOTENCY_KEY_REUSED 409.';

COMMENT ON FUNCTION "public"."enroll_free"(uuid) IS 'Enrols in a published free course. Returns {id, course_id, enrolled_at, progress_percent, is_completed}; progress is kept from an earlier time. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403 (a guest), COURSE_NOT_FREE 402, COURSE_NOT_FOUND 404, OWN_COURSE 409, ALREADY_ENROLLED 409.';

COMMENT ON FUNCTION "public"."fail_transfer"(uuid, text) IS 'Payout worker only. Marks a requested transfer or reversal as refused by Stripe (failure_code: Stripe''s code, such as insufficient_capabilities_for_transfer or balance_insufficient): the share is available again, or stays as a negative balance. Staff are told of a refused transfer. Without a code a transfer is canceled: it was void, and Stripe has not made it. Does nothing to one that was made. Returns {transfer_id, state, failure_code}, or null when there is none.';

COMMENT ON FUNCTION "public"."get_order"(uuid) IS 'One of the caller''s orders (any order for admins): {id, order_number, status, state, currency, subtotal, discount_amount, tax_amount, total_amount, refunded_amount, coupon_code, created_at, completed_at, expires_at, items_count, items[{id, course{id, title, slug, thumbnail}, instructor_name, price_at_purchase, discount_amount, total_amount, refunded_amount, access}], billing_address, payment{method, status, transaction_id} or null, invoices[{id, number, kind, total_amount, issued_at}]}. invoices: the invoice of a paid order, and the notes that changed it since; the edge function signed-invoice-url gives their PDFs. Errors: AUTH_REQUIRED 401, ORDER_NOT_FOUND 404 (also for orders of others).';

COMMENT ON FUNCTION "public"."grant_enrollment"(uuid, uuid, text, timestamp with time zone, boolean) IS 'Admins and edge functions: gives a student (student_id: a profile) a course that is not a draft. reason: 1 to 500 characters, obligatory for people; expires_at: null for ever; is_gift: explain_access then calls it a gift, otherwise manual. Every call adds a grant. Returns the fields of my_enrollments without the course, with user_id and course_id. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, PROFILE_NOT_FOUND 404, COURSE_NOT_FOUND 404, OWN_COURSE 409, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."issue_certificate"(uuid) IS 'The certificate of a completed enrolment; completing the last lesson has issued it already. Returns {id, enrollment_id, course_id, code, certificate_url (path in the app), status: valid or revoked, student_name, course_title, instructor_name, duration_hours, completed_at, issued_at, file_path (PDF in bucket certificates, or null), revoked_at, revoke_reason}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ENROLLMENT_NOT_FOUND 404, ENROLLMENT_REVOKED 403 (not completed while there was access), LESSONS_INCOMPLETE 409 with {lessons_completed, total_lessons}.';

COMMENT ON FUNCTION "public"."issue_lesson_media"(uuid, uuid, text, text) IS 'Edge functions only. The file that user_id may be given an address of, or without one a visitor, of a preview: the video of a lesson, or with resource_path one of its downloads. visitor_address: where a visitor calls from, as the edge of the platform saw it. Returns {lesson_id, course_id, bucket, path (sign it for a short time), url (of a video that is kept elsewhere; path is null then)}. Errors: AUTH_REQUIRED 401 (a visitor, no preview), ACCOUNT_DISABLED 403, LESSON_NOT_FOUND 404, NOT_ENROLLED 403, ENROLLMENT_REVOKED 403, FILE_NOT_FOUND 404, RATE_LIMITED 429 (600 an hour and account or address).';

COMMENT ON FUNCTION "public"."list_dead_mails"(integer, integer) IS 'Admins: mails that were given up, after eight attempts or because the address was refused, oldest first: {count, total_pages, current_page, page_size, next, previous, results[{id, template, state, user_id, to (the address of the account, where it would go now), attempts, last_error, created_at}]}. They wait 30 days for retry_mail or drop_mail, then they go. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403.';

COMMENT ON FUNCTION "public"."list_open_payments"(integer, integer, uuid) IS 'Sweep only. Live attempts older than older_than_minutes: [{payment_id, order_id, order_number, state, attempt, status, payment_intent_id or null, is_stale, created_at}], at most batch_size (1 to 1000); the next page begins after after_payment_id. For each: retrieve the intent; when is_stale and Stripe still waits for a payment, cancel it there; pass what Stripe says to apply_stripe_event. Without an intent and stale: release_payment_attempt.';

COMMENT ON FUNCTION "public"."list_payout_accounts"(integer, integer) IS 'Sweep only. Accounts of which the last picture is older than older_than_minutes: [{user_id, stripe_account_id, fetched_at or null}], oldest first, at most batch_size (1 to 1000). Retrieve each and pass it to apply_stripe_event as account.updated with asked_at.';

COMMENT ON FUNCTION "public"."mark_lesson_complete"(uuid, uuid, boolean) IS 'Marks a lesson as completed; completed false takes it back. Calling it twice changes nothing. enrollment_id: null means the own enrolment in the course of the lesson. The last lesson completes the course for good and issues the certificate. Returns {lesson_id, enrollment_id, is_completed (of the lesson), enrollment_progress (percent, rounded down), lessons_completed, total_lessons, course_completed, certificate_url (path in the app, or null)}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_ENROLLED 403, ENROLLMENT_REVOKED 403, ENROLLMENT_NOT_FOUND 404, LESSON_NOT_FOUND 404, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."payments_without_fee"(integer, uuid) IS 'Sweep only. Payments of the last 90 days whose processing fee is not known: [{payment_id, charge_id}], oldest first, at most batch_size (1 to 1000); the next page begins after after_payment_id. Retrieve each charge with its balance transaction and pass that to record_processing_fee.';

COMMENT ON FUNCTION "public"."popular_searches"(integer) IS 'What many people search for this month or last, for everybody: {results[term]}, most wanted first. Only terms that at least as many different people searched for as the setting popular_search_min_users says, and all of whose words one course has. max_results: 1 to 50, 10 by default. A visitor''s answer may be cached for a minute.';

COMMENT ON FUNCTION "public"."preview_coupon"(text) IS 'What the caller''s cart costs with a code: {code, subtotal, discount_amount, tax_amount, total_amount, currency, items[{course_id, title, price, discount_amount, total_amount}]}. Nothing is reserved. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, VALIDATION_ERROR 422, CART_EMPTY 422, CURRENCY_MISMATCH 409 (a course has changed its currency), COUPON_INVALID 404 (unknown, over, used up, not for these courses), COUPON_ALREADY_USED 409, COUPON_EXHAUSTED 409 (only for who has applied it before), TOO_MANY_COUPON_ATTEMPTS 429 (10 new codes an hour).';

COMMENT ON FUNCTION "public"."publish_course"(uuid) IS 'Owner or admin: puts a course on sale, again and again without harm. Returns {id, slug, status, is_published, published_at, archived_at}; status is in_review where staff looks at new courses first, and for a course that staff holds off sale (course_holds says why). Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404, CONFLICT 409 (archived), COURSE_NOT_PUBLISHABLE 422 with details {issues[{issue, field, message}]}.';

COMMENT ON FUNCTION "public"."refund_order"(uuid, uuid[], text, text) IS 'Admins: refunds what is left of an order, or of the lines named in order_item_ids. reason: 1 to 500 characters, obligatory for people. The money moves and access ends when Stripe has confirmed it. idempotency_key: 8 to 255 characters; the same key and lines give the same refund. Returns {id, order_id, amount, currency, status (requested, pending, succeeded, canceled, failed), reason, created_at, items[{order_item_id, amount}]}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, ORDER_NOT_FOUND 404, ORDER_NOT_REFUNDABLE 409 (unpaid, free, disputed, refunded already), IDEMPOTENCY_KEY_REUSED 409 (for other lines), VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."remember_payment_intent"(uuid, integer, text, text) IS 'create-payment-intent only. Stores Stripe''s intent for an attempt; the same one again changes nothing. Returns {payment_id, order_id, status, stripe_status}. Errors: ORDER_NOT_FOUND 404, CONFLICT 409 (the attempt has another intent, or was given up and another took its place): cancel this intent at Stripe.';

COMMENT ON FUNCTION "public"."remember_payout_account"(uuid, jsonb, timestamp with time zone) IS 'onboard-instructor only. account: as Stripe answered it; asked_at: when it was asked. Returns begin_payout_account''s answer: the account that this person has, which is another one when two were made at once. It takes the place of one that its owner has closed. Errors: VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."request_instructor"(text) IS 'Applies to teach. motivation: 1 to 2000 characters. Returns {id, status, created_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403 (a guest), CONFLICT 409 (is one already), INSTRUCTOR_REQUEST_PENDING 409, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."retry_mail"(bigint) IS 'Admins: sends a mail that was given up, after what was wrong has been mended; it has all its attempts again and goes to the address that the account has now. Returns it as list_dead_mails does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, MAIL_NOT_FOUND 404, MAIL_NOT_DEAD 409 with {state}.';

COMMENT ON FUNCTION "public"."review_course"(uuid, boolean, text) IS 'Admins: decides about a course. approve true puts one in review on sale, and lets one that is held off sale be published again; approve false sends one in review back and takes one on sale off, and holds it: its owner can only ask again, which brings it into review. reason: in words for the owner, 500 characters at most, obligatory for a refusal; he is told in the app and by mail. What waits are the courses with status in_review, which staff may select, longest unchanged first. Returns {id, slug, status, is_published, published_at, archived_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, COURSE_NOT_FOUND 404, VALIDATION_ERROR 422, CONFLICT 409 (nothing to decide), COURSE_NOT_PUBLISHABLE 422 with details {issues[{issue, field, message}]}.';

COMMENT ON FUNCTION "public"."revoke_certificate"(uuid, text) IS 'Admins: revokes a certificate for good; the student is told why, and whoever verifies it sees that. reason: 1 to 500 characters. Returns it as issue_certificate does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, CERTIFICATE_NOT_FOUND 404, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."rotate_api_key"(uuid, integer) IS 'Makes the successor of an own valid key (admins: of any company''s), with the same name, rights and length of life; a company''s key that is rotated by the company ends when the old one would have. A key has one successor. The old one ends after overlap_hours (0 to 168; 0: at once). Returns what create_api_key returns. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, API_KEY_NOT_FOUND 404 (also when revoked or over), API_KEY_LIMIT_REACHED 409 (10 other valid ones), CONFLICT 409 (it has a successor), VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer, text, boolean, boolean) IS 'The catalogue, for everybody. search: words, "phrases", -without, at most 200 characters, forgiving of typing errors; category: slug; level: beginner, intermediate or advanced; min_price, max_price: decimal amounts, inclusive; rating_min: 0 to 5; language: as courses.language has it; featured: true for the home page; ordering: popular (default), newest, rating, price_low, price_high, relevance (default with search: the 200 most studied matches and the 200 most studied with the words in their title are ranked, the others follow); page from 1; page_size 1 to 100; facets: true to count what other filters would show. Returns {count, total_pages, current_page, page_size, next, previous, results[card]}; a card is a row of v_course_cards with enrolled, in_cart, in_wishlist; with facets also facets{category[{category, name, count}], level[{level, count}], language[{language, count}], price[{min_price, max_price, count}], rating[{rating_min, count}]}, each facet counted without its own filter. Orderings and rating_min follow students and ratings within a minute. A visitor''s answer may be cached for a minute. Errors: VALIDATION_ERROR 422, INVALID_PRICE_RANGE 422, INVALID_ORDERING 422, SEARCH_QUERY_TOO_LONG 422, CATEGORY_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."set_featured"(uuid, boolean) IS 'Admins: chooses a course for the home page, or takes it off with is_featured false. Returns {id, is_featured}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, COURSE_NOT_FOUND 404, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."set_user_role"(uuid, public.user_role, boolean) IS 'Admins: gives a role, or takes it with has_role false. Returns {user_id, roles[]}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, PROFILE_NOT_FOUND 404, CONFLICT 409 (the own admin role, the last admin), VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."submit_review"(uuid, integer, text, text) IS 'Students: reviews a course. rating: 1 to 5; title: at most 255 characters; comment: at most 5000; both may be empty. Returns {id, rating, title, comment, helpful_count, created_at}. Changed and removed by update and delete of the own row in reviews. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403 (a guest), COURSE_NOT_FOUND 404, OWN_COURSE 409, NOT_ENROLLED 403, ENROLLMENT_REVOKED 403, ALREADY_REVIEWED 409, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."transfer_course"(uuid, uuid) IS 'Owner or admin: gives a course to another instructor (new_owner: id of a profile); the former owner stays as co-instructor without a share. The new owner is told, and the former one when an admin did it. Returns {id, instructor_id}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, NOT_INSTRUCTOR 403, COURSE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."unpublish_course"(uuid, text) IS 'Owner or admin: takes a course off sale; its students keep access. A course in review goes back to where it was, any other stays as it is. An admin refuses it, as by review_course: reason (1 to 500 characters) is obligatory then, and the course is held. Returns {id, slug, status, is_published, published_at, archived_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404, VALIDATION_ERROR 422 (an admin without a reason).';

COMMENT ON FUNCTION "public"."update_profile"(text, text, text, text, text, text, text, text) IS 'Changes the own profile; arguments left out keep their values. first_name, last_name, headline: at most 150 characters; bio: at most 5000; phone: 4 to 20 digits, spaces and + ( ) . / -, or empty; country: at most 100; timezone: an IANA name; avatar_path: a file in the bucket avatars, in the own folder, or empty for none. Returns what me() returns. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, VALIDATION_ERROR 422 with the arguments that are wrong.';

COMMENT ON FUNCTION "public"."vote_review_helpful"(uuid, boolean) IS 'Finds a review helpful; helpful false takes the vote back. Returns {review_id, helpful_count, voted_helpful}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, REVIEW_NOT_FOUND 404, SELF_VOTE 409, VALIDATION_ERROR 422, OWN_COURSE 409.';

COMMENT ON SEQUENCE "private"."order_numbers" IS 'The orders that were numbered; those that were undone leave gaps.';

COMMENT ON TABLE "private"."company_seats" IS 'Whom a company has given courses to, as fingerprints of addresses: as many people as the seats of its key, however many lists and keys.';

COMMENT ON TABLE "private"."email_pepper" IS 'Without it whoever sees a fingerprint could try all addresses that people have.';

COMMENT ON TABLE "private"."order_counters" IS 'What private.order_numbers had counted before the first order of each year (UTC).';

COMMENT ON TABLE "private"."outbox" IS 'Mail to send. The address is looked up when it is sent: it is kept in one place only. dropped: not wanted any more when its turn came, or given up by an admin. dead: given up by the worker; it waits 30 days for an admin. What is over is kept 90 days.';

COMMENT ON TABLE "private"."review_anchors" IS 'Every 50th shown review of the courses with a thousand or more, by votes and by time; made anew every ten minutes.';

COMMENT ON TABLE "public"."course_holds" IS 'Courses that staff refused or took off sale: publish_course brings them into review, not on sale. Gone when review_course approves.';

COMMENT ON TYPE "private"."priced_line" IS 'A course with its price, its part of the discount and the platform''s fee.';

COMMENT ON VIEW "private"."money_invariants" IS 'What must never be so, and of what. Read after every suite, drill and restore; private.v_invariants takes it in.';

COMMENT ON VIEW "private"."v_invariants" IS 'Every rule about the whole of the data, by name, and what breaks it. Empty after every story, storm, drill and restore, or somebody is called.';

REVOKE ALL ON FUNCTION "private"."add_students"(uuid[], integer[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."add_students"(uuid[], integer[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."add_students"(uuid[], integer[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."apply_unknown_intent"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."apply_unknown_intent"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."apply_unknown_intent"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."archive_course"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."archive_course"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."archive_course"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."archive_course"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."archive_course"(uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."are_storage_paths"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_storage_paths"(jsonb) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."are_storage_paths"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_storage_paths"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."caller_network"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."caller_network"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."caller_network"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_reason"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_reason"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."check_reason"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."close_account"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."close_account"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."close_account"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_deleted_completions"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_deleted_completions"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_deleted_completions"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."coupon_covers"(public.coupons, public.courses) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."coupon_covers"(public.coupons, public.courses) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."coupon_covers"(public.coupons, public.courses) TO "postgres";

REVOKE ALL ON FUNCTION "private"."create_company_key"(uuid, text, uuid[], integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."create_company_key"(uuid, text, uuid[], integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."create_company_key"(uuid, text, uuid[], integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."create_company_key"(uuid, text, uuid[], integer, integer) TO "postgres";

REVOKE ALL
  ON FUNCTION "private"."create_coupon"(text, integer, integer, text, integer, uuid, uuid, uuid, timestamp WITH time zone, timestamp WITH time zone, integer, integer, text)
  FROM PUBLIC;

GRANT EXECUTE
  ON FUNCTION "private"."create_coupon"(text, integer, integer, text, integer, uuid, uuid, uuid, timestamp WITH time zone, timestamp WITH time zone, integer, integer, text)
  TO "authenticated";

REVOKE ALL
  ON FUNCTION "private"."create_coupon"(text, integer, integer, text, integer, uuid, uuid, uuid, timestamp WITH time zone, timestamp WITH time zone, integer, integer, text)
  FROM "postgres";

GRANT EXECUTE
  ON FUNCTION "private"."create_coupon"(text, integer, integer, text, integer, uuid, uuid, uuid, timestamp WITH time zone, timestamp WITH time zone, integer, integer, text)
  TO "postgres";

REVOKE ALL ON FUNCTION "private"."dashboard_stats"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."dashboard_stats"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."dashboard_stats"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."dashboard_stats"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."deactivate_my_account"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."deactivate_my_account"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."deactivate_my_account"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."deactivate_my_account"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."document_number"(text, smallint, bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."document_number"(text, smallint, bigint) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."document_number"(text, smallint, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."drop_mail"(bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."drop_mail"(bigint) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."drop_mail"(bigint) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."drop_mail"(bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."email_hash"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."email_hash"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."email_hash"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."end_old_sales"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."end_old_sales"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."end_old_sales"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."enqueue_mails"(text, uuid, jsonb[], text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."enqueue_mails"(text, uuid, jsonb[], text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."enqueue_mails"(text, uuid, jsonb[], text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."enqueue_weekly_summaries"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."enqueue_weekly_summaries"(timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."enqueue_weekly_summaries"(timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fold_students"(uuid[], uuid[], integer[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."fold_students"(uuid[], uuid[], integer[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."fold_students"(uuid[], uuid[], integer[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."given_back_cents"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."given_back_cents"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."given_back_cents"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."grant_courses"(uuid, uuid[], public.grant_source[], uuid[], uuid, text, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."grant_courses"(uuid, uuid[], public.grant_source[], uuid[], uuid, text, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."grant_courses"(uuid, uuid[], public.grant_source[], uuid[], uuid, text, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "private"."grant_items"(uuid, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."grant_items"(uuid, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."grant_items"(uuid, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."guard_course_on_sale"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."guard_course_on_sale"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."guard_course_on_sale"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."guard_last_lesson"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."guard_last_lesson"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."guard_last_lesson"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."guard_review_delete"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."guard_review_delete"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."guard_review_delete"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_gone_account"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_gone_account"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_gone_account"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_open_preview"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_open_preview"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."is_open_preview"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_open_preview"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_overpaid_share"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_overpaid_share"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_overpaid_share"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_storage_path"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_storage_path"(text) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."is_storage_path"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_storage_path"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."keep_an_admin"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."keep_an_admin"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."keep_an_admin"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."list_dead_mails"(integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."list_dead_mails"(integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."list_dead_mails"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."list_dead_mails"(integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_dead_mail"(bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_dead_mail"(bigint) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_dead_mail"(bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_intent"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_intent"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_intent"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_person"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_person"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_person"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lowest_price_before"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lowest_price_before"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lowest_price_before"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."mail_json"(bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."mail_json"(bigint) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."mail_json"(bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."mail_payload"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."mail_payload"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."mail_payload"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."may_write_avatar"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."may_write_avatar"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."may_write_avatar"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."may_write_avatar"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."mint_api_key"(uuid, text, integer, text[], uuid[], timestamp WITH time zone, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."mint_api_key"(uuid, text, integer, text[], uuid[], timestamp WITH time zone, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."mint_api_key"(uuid, text, integer, text[], uuid[], timestamp WITH time zone, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."my_orders"(text, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."my_orders"(text, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."my_orders"(text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."my_orders"(text, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."notify_each"(uuid, text, text[], text, text[], text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."notify_each"(uuid, text, text[], text, text[], text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."notify_each"(uuid, text, text[], text, text[], text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."order_still_says"(uuid, private.priced_line[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."order_still_says"(uuid, private.priced_line[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."order_still_says"(uuid, private.priced_line[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."payment_intent_problem"(public.payments, text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."payment_intent_problem"(public.payments, text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."payment_intent_problem"(public.payments, text, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."plain_words"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."plain_words"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."plain_words"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."plain_words"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."price_lines"(uuid[], uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."price_lines"(uuid[], uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."price_lines"(uuid[], uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."purchase_refusals"(uuid, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."purchase_refusals"(uuid, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."purchase_refusals"(uuid, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."record_learning"(uuid, integer, timestamp WITH time zone, timestamp WITH time zone, date) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."record_learning"(uuid, integer, timestamp WITH time zone, timestamp WITH time zone, date) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."record_learning"(uuid, integer, timestamp WITH time zone, timestamp WITH time zone, date) TO "postgres";

REVOKE ALL ON FUNCTION "private"."recover_payment"(jsonb, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."recover_payment"(jsonb, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."recover_payment"(jsonb, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refresh_review_anchors"(integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refresh_review_anchors"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refresh_review_anchors"(integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refundable_items"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refundable_items"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refundable_items"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_mixed_currencies"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refuse_mixed_currencies"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refuse_mixed_currencies"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."reinstate_access"(uuid, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."reinstate_access"(uuid, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."reinstate_access"(uuid, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."replay_failed_event"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."replay_failed_event"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."replay_failed_event"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_account"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."require_account"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."require_account"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_account"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_room_for_key"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_room_for_key"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_room_for_key"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_yes_or_no"(text, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."require_yes_or_no"(text, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."require_yes_or_no"(text, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_yes_or_no"(text, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."retry_after"(interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."retry_after"(interval) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."retry_after"(interval) TO "postgres";

REVOKE ALL ON FUNCTION "private"."retry_mail"(bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."retry_mail"(bigint) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."retry_mail"(bigint) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."retry_mail"(bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."return_certificates"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."return_certificates"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."return_certificates"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."review_course"(uuid, boolean, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."review_course"(uuid, boolean, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."review_course"(uuid, boolean, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."review_course"(uuid, boolean, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."review_course"(uuid, boolean, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."run_due_job"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."run_due_job"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."run_due_job"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."shorten_json"(jsonb, integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."shorten_json"(jsonb, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."shorten_json"(jsonb, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."spread_cents"(bigint, bigint[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."spread_cents"(bigint, bigint[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."spread_cents"(bigint, bigint[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."stripe_id"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."stripe_id"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."stripe_id"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."take_company_seat"(public.api_keys, bytea) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."take_company_seat"(public.api_keys, bytea) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."take_company_seat"(public.api_keys, bytea) TO "postgres";

REVOKE ALL ON FUNCTION "private"."take_payment"(public.payments) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."take_payment"(public.payments) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."take_payment"(public.payments) TO "postgres";

REVOKE ALL ON FUNCTION "private"."tell_co_instructor"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tell_co_instructor"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."tell_co_instructor"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."tell_course_decision"(uuid, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tell_course_decision"(uuid, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."tell_course_decision"(uuid, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."tie_intent"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tie_intent"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."tie_intent"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."unpublish_course"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."unpublish_course"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."unpublish_course"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."unpublish_course"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."unpublish_course"(uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."visitor_key"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."visitor_key"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."visitor_key"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."wants_mail"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."wants_mail"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."wants_mail"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."welcome_back"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."welcome_back"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."welcome_back"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."welcome_student"(uuid, uuid[], uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."welcome_student"(uuid, uuid[], uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."welcome_student"(uuid, uuid[], uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."word_vector"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."word_vector"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."word_vector"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."word_vector"(text) TO "postgres";

REVOKE ALL ON FUNCTION "public"."archive_course"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."archive_course"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."archive_course"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."archive_course"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."archive_course"(uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."begin_confirmation"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."begin_confirmation"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."begin_confirmation"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."begin_confirmation"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."create_company_key"(uuid, text, uuid[], integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_company_key"(uuid, text, uuid[], integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_company_key"(uuid, text, uuid[], integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_company_key"(uuid, text, uuid[], integer, integer) TO "postgres";

REVOKE ALL
  ON FUNCTION "public"."create_coupon"(text, integer, integer, text, integer, uuid, uuid, uuid, timestamp WITH time zone, timestamp WITH time zone, integer, integer, text)
  FROM PUBLIC;

GRANT EXECUTE
  ON FUNCTION "public"."create_coupon"(text, integer, integer, text, integer, uuid, uuid, uuid, timestamp WITH time zone, timestamp WITH time zone, integer, integer, text)
  TO "authenticated";

REVOKE ALL
  ON FUNCTION "public"."create_coupon"(text, integer, integer, text, integer, uuid, uuid, uuid, timestamp WITH time zone, timestamp WITH time zone, integer, integer, text)
  FROM "postgres";

GRANT EXECUTE
  ON FUNCTION "public"."create_coupon"(text, integer, integer, text, integer, uuid, uuid, uuid, timestamp WITH time zone, timestamp WITH time zone, integer, integer, text)
  TO "postgres";

REVOKE ALL ON FUNCTION "public"."deactivate_my_account"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."deactivate_my_account"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."deactivate_my_account"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."deactivate_my_account"() TO "postgres";

REVOKE ALL ON FUNCTION "public"."drop_mail"(bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."drop_mail"(bigint) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."drop_mail"(bigint) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."drop_mail"(bigint) TO "postgres";

REVOKE ALL ON FUNCTION "public"."fail_transfer"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."fail_transfer"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."fail_transfer"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."fail_transfer"(uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."get_order"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_order"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_order"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_order"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "public"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "public"."issue_lesson_media"(uuid, uuid, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."issue_lesson_media"(uuid, uuid, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."issue_lesson_media"(uuid, uuid, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."issue_lesson_media"(uuid, uuid, text, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_dead_mails"(integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_dead_mails"(integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_dead_mails"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_dead_mails"(integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "public"."retry_mail"(bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."retry_mail"(bigint) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."retry_mail"(bigint) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."retry_mail"(bigint) TO "postgres";

REVOKE ALL ON FUNCTION "public"."review_course"(uuid, boolean, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."review_course"(uuid, boolean, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."review_course"(uuid, boolean, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."review_course"(uuid, boolean, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."review_course"(uuid, boolean, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."unpublish_course"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."unpublish_course"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."unpublish_course"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."unpublish_course"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."unpublish_course"(uuid, text) TO "service_role";

REVOKE ALL ("rotated_at") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("rotated_at") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("seats") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("seats") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("description") ON TABLE "public"."coupons" FROM "authenticated";

GRANT UPDATE ("description") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ("expires_at") ON TABLE "public"."coupons" FROM "authenticated";

GRANT UPDATE ("expires_at") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ("is_active") ON TABLE "public"."coupons" FROM "authenticated";

GRANT UPDATE ("is_active") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ("max_redemptions") ON TABLE "public"."coupons" FROM "authenticated";

GRANT UPDATE ("max_redemptions") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ("starts_at") ON TABLE "public"."coupons" FROM "authenticated";

GRANT UPDATE ("starts_at") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ON TABLE "public"."course_holds" FROM "authenticated";

GRANT SELECT ON TABLE "public"."course_holds" TO "authenticated";

ALTER TABLE "public"."certificates"
  ADD CONSTRAINT "certificates_file_path_in_own_folder_check" CHECK (((file_path ~~ ((user_id)::text || '/%'::text)) AND private.is_storage_path(file_path)));

ALTER TABLE "public"."courses"
  ADD CONSTRAINT "courses_thumbnail_path_check" CHECK (((length(thumbnail_path) <= 300) AND private.is_storage_path(thumbnail_path)));

ALTER TABLE "public"."lesson_contents"
  ADD CONSTRAINT "lesson_contents_resources_name_files_by_path_check" CHECK (private.are_storage_paths(jsonb_path_query_array(resources, '$[*]."path"'::jsonpath)));

ALTER TABLE "public"."lesson_contents"
  ADD CONSTRAINT "lesson_contents_video_path_in_own_folder_check"
    CHECK (((video_path ~~ ((((course_id)::text || '/'::text) || (lesson_id)::text) || '/%'::text)) AND private.is_storage_path(video_path)));

ALTER TABLE "public"."profiles"
  ADD CONSTRAINT "profiles_avatar_path_in_own_folder_check"
    CHECK (((split_part(avatar_path, '/'::text, 1) = (id)::text) AND (avatar_path ~ '^[^/]+/[^/]+$'::text) AND private.is_storage_path(avatar_path)));

CREATE INDEX profiles_instructor_words_idx ON public.profiles USING gin (private.word_vector(((first_name || ' '::text) || last_name)))
  WHERE is_instructor;

-- How long a request of the API may take and wait: PostgREST takes these settings of a role along into each of its
-- transactions. docs/limits.md promises what they keep.

-- The platform's 3 s and 8 s, less the way there and back: a visitor is answered within 3 s, an account within 8.
alter role anon set statement_timeout = '2700ms';

alter role authenticated set statement_timeout = '7500ms';

-- The platform lets everybody wait for 8 s.
alter role anon set lock_timeout = '4s';

alter role authenticated set lock_timeout = '4s';

-- Edge functions stand between a person and the database: their waiting is the person's.
alter role service_role set lock_timeout = '4s';

-- An API that dies in the middle of a transaction keeps its locks no longer than this.
alter role anon set idle_in_transaction_session_timeout = '10s';

alter role authenticated set idle_in_transaction_session_timeout = '10s';

alter role service_role set idle_in_transaction_session_timeout = '10s';

-- pg_cron is there on hosted Supabase; a plain Postgres has none and is driven from outside.
do $$
begin
  if exists (select from pg_catalog.pg_available_extensions where name = 'pg_cron') then
    execute 'create extension if not exists pg_cron';
    execute $cron$
      select cron.schedule(
        'learnflow-jobs', '* * * * *', 'do $run$ begin while private.run_due_job() loop commit; end loop; end $run$'
      )
    $cron$;
  end if;
exception
  when insufficient_privilege then
    raise notice 'pg_cron cannot be set up by this role: call private.run_due_job() every minute from outside, until it answers false';
end
$$;

insert into private.jobs (name, command, run_every)
values ('end_old_sales', 'select private.end_old_sales()', interval '1 day')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

-- Often, because Monday begins at another time in each zone.
insert into private.jobs (name, command, run_every)
values ('enqueue_weekly_summaries', 'select private.enqueue_weekly_summaries()', interval '1 hour')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

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

-- Once it was written down.
update public.audit_log
set
  before = before - 'name',
  after = after - 'name'
where table_name = 'api_keys' and (before ? 'name' or after ? 'name');

-- Lists were once answered with who had an account already.
update private.company_enrollments as e
set lines = (
  select
    jsonb_agg(
      jsonb_build_object(
        'employee',
        l -> 'employee',
        'course_id',
        l -> 'course_id',
        'status',
        case l ->> 'status'
          when 'refused' then 'refused'
          else 'given'
        end,
        'code',
        l -> 'code'
      )
    )
  from jsonb_array_elements(e.lines) as l
)
where e.lines @? '$[*] ? (exists(@.enrollment_id))';

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_outbox',
    $$delete from private.outbox
      where state in ('sent', 'dropped') and next_attempt_at < now() - interval '90 days'
        or state = 'dead' and next_attempt_at < now() - interval '30 days'$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

-- Words that were written before 'node.js' was two of them.
update private.course_search as d
set title_words = private.title_words(c.title)
from public.courses as c
where c.id = d.course_id and d.title_words != private.title_words(c.title);

-- After a quarter the story of an order stands in its own rows; names and addresses in payloads are forgotten.
insert into private.jobs (name, command, run_every)
values
  (
    'strip_stripe_events',
    $$update private.stripe_events set payload = '{}' where coalesce(processed_at, received_at) < now() - interval '90 days' and payload <> '{}'$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

-- Orders that were numbered before there was a sequence: it goes on after the last one of this year.
select setval('private.order_numbers', n.highest)
from
  private.order_numbers as s
  cross join (
    select max(split_part(o.order_number, '-', 3)::bigint) as highest
    from public.orders as o
    where o.order_number like 'ORD-' || extract(year from now() at time zone 'UTC') || '-%'
  ) as n
where n.highest >= s.last_value;

-- replay_failed_event
insert into private.jobs (name, command, run_every)
values ('replay_failed_events', 'select private.replay_failed_event()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
