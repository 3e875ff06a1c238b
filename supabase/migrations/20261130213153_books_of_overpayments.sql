-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.
-- By itself: a new word of a type may be used after its transaction only.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

-- What a request that began before the migration before this one could still call.
DROP FUNCTION "private_outgoing"."add_students"(uuid, integer);

DROP FUNCTION "private_outgoing"."archive_course"(uuid);

DROP FUNCTION "private_outgoing"."coupon_covers"(public.coupons, public.courses);

DROP FUNCTION "private_outgoing"."document_number"(text, smallint, bigint);

DROP FUNCTION "private_outgoing"."email_hash"(text);

DROP FUNCTION "private_outgoing"."enqueue_weekly_summaries"(date);

DROP FUNCTION "private_outgoing"."fold_students"(uuid, integer);

DROP FUNCTION "private_outgoing"."mint_api_key"(uuid, text, integer, text[], uuid[]);

DROP FUNCTION "private_outgoing"."order_still_says"(uuid, uuid[], uuid);

DROP FUNCTION "private_outgoing"."payment_intent_problem"(public.payments, text, jsonb);

DROP FUNCTION "private_outgoing"."price_lines"(uuid[], uuid);

DROP FUNCTION "private_outgoing"."record_learning"(uuid, integer, timestamp WITH time zone, timestamp WITH time zone);

DROP FUNCTION "private_outgoing"."refresh_review_anchors"(integer, integer);

DROP FUNCTION "private_outgoing"."refundable_items"(uuid);

DROP FUNCTION "private_outgoing"."reinstate_access"(uuid);

DROP FUNCTION "private_outgoing"."require_room_for_key"(uuid);

DROP FUNCTION "private_outgoing"."spread_cents"(bigint, bigint[]);

DROP FUNCTION "private_outgoing"."stripe_id"(jsonb);

DROP FUNCTION "private_outgoing"."take_payment"(uuid);

DROP FUNCTION "private_outgoing"."unpublish_course"(uuid);

DROP FUNCTION "private_outgoing"."wants_mail"(uuid, text);

DROP FUNCTION "private_outgoing"."welcome_student"(uuid, uuid);

DROP FUNCTION "public_outgoing"."archive_course"(uuid);

DROP FUNCTION "public_outgoing"."create_company_key"(uuid, text, uuid[], integer);

DROP FUNCTION "private_outgoing"."create_company_key"(uuid, text, uuid[], integer);

DROP FUNCTION "public_outgoing"."fail_transfer"(uuid, text);

DROP FUNCTION "public_outgoing"."get_order"(uuid);

DROP FUNCTION "public_outgoing"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone);

DROP FUNCTION "private_outgoing"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone);

DROP FUNCTION "public_outgoing"."issue_lesson_media"(uuid, uuid, text);

DROP FUNCTION "public_outgoing"."unpublish_course"(uuid);

DROP SCHEMA "private_outgoing";

DROP SCHEMA "public_outgoing";

-- Of the migration before: who called them then is gone by now.
DROP FUNCTION "private"."count_completed_lessons"();

DROP FUNCTION "private"."instructor_shares"(uuid, uuid, bigint);

DROP FUNCTION "private"."lowest_price_charged"(uuid, timestamp WITH time zone);

DROP FUNCTION "private"."order_items_json"(uuid, text);

DROP FUNCTION "private"."replay_failed_events"();

DROP FUNCTION "private"."run_due_jobs"();

ALTER TYPE "private"."ledger_account_kind" ADD VALUE 'refunds_payable' AFTER 'transfers_in_transit';


ALTER TYPE "private"."ledger_transaction_kind" ADD VALUE 'overpayment' AFTER 'reversal';
