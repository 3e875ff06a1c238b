-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.
-- By itself: a new word of a type may be used after its transaction only.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

-- What a request that began before the migration before this one could still call.
DROP FUNCTION "private"."add_students_outgoing"(uuid, integer);

DROP FUNCTION "private"."archive_course_outgoing"(uuid);

DROP FUNCTION "private"."coupon_covers_outgoing"(public.coupons, public.courses);

DROP FUNCTION "private"."document_number_outgoing"(text, smallint, bigint);

DROP FUNCTION "private"."email_hash_outgoing"(text);

DROP FUNCTION "private"."enqueue_weekly_summaries_outgoing"(date);

DROP FUNCTION "private"."fold_students_outgoing"(uuid, integer);

DROP FUNCTION "private"."mint_api_key_outgoing"(uuid, text, integer, text[], uuid[]);

DROP FUNCTION "private"."order_still_says_outgoing"(uuid, uuid[], uuid);

DROP FUNCTION "private"."payment_intent_problem_outgoing"(public.payments, text, jsonb);

DROP FUNCTION "private"."price_lines_outgoing"(uuid[], uuid);

DROP FUNCTION "private"."record_learning_outgoing"(uuid, integer, timestamp WITH time zone, timestamp WITH time zone);

DROP FUNCTION "private"."refresh_review_anchors_outgoing"(integer, integer);

DROP FUNCTION "private"."refundable_items_outgoing"(uuid);

DROP FUNCTION "private"."reinstate_access_outgoing"(uuid);

DROP FUNCTION "private"."require_room_for_key_outgoing"(uuid);

DROP FUNCTION "private"."spread_cents_outgoing"(bigint, bigint[]);

DROP FUNCTION "private"."stripe_id_outgoing"(jsonb);

DROP FUNCTION "private"."take_payment_outgoing"(uuid);

DROP FUNCTION "private"."unpublish_course_outgoing"(uuid);

DROP FUNCTION "private"."wants_mail_outgoing"(uuid, text);

DROP FUNCTION "private"."welcome_student_outgoing"(uuid, uuid);

DROP FUNCTION "public"."archive_course_outgoing"(uuid);

DROP FUNCTION "public"."create_company_key_outgoing"(uuid, text, uuid[], integer);

DROP FUNCTION "private"."create_company_key_outgoing"(uuid, text, uuid[], integer);

DROP FUNCTION "public"."fail_transfer_outgoing"(uuid, text);

DROP FUNCTION "public"."get_order_outgoing"(uuid);

DROP FUNCTION "public"."grant_enrollment_outgoing"(uuid, uuid, text, timestamp WITH time zone);

DROP FUNCTION "private"."grant_enrollment_outgoing"(uuid, uuid, text, timestamp WITH time zone);

DROP FUNCTION "public"."issue_lesson_media_outgoing"(uuid, uuid, text);

DROP FUNCTION "public"."unpublish_course_outgoing"(uuid);

-- Of the migration before: who called them then is gone by now.
DROP FUNCTION "private"."count_completed_lessons"();

DROP FUNCTION "private"."instructor_shares"(uuid, uuid, bigint);

DROP FUNCTION "private"."lowest_price_charged"(uuid, timestamp WITH time zone);

DROP FUNCTION "private"."order_items_json"(uuid, text);

DROP FUNCTION "private"."replay_failed_events"();

DROP FUNCTION "private"."run_due_jobs"();

ALTER TYPE "private"."ledger_account_kind" ADD VALUE 'refunds_payable' AFTER 'transfers_in_transit';


ALTER TYPE "private"."ledger_transaction_kind" ADD VALUE 'overpayment' AFTER 'reversal';
