-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.
-- By itself: a new word of a type may be used after its transaction only.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

-- Of the migration before: who called them then is gone by now.
DROP FUNCTION "private"."count_completed_lessons"();

DROP FUNCTION "private"."instructor_shares"(uuid, uuid, bigint);

DROP FUNCTION "private"."lowest_price_charged"(uuid, timestamp WITH time zone);

DROP FUNCTION "private"."order_items_json"(uuid, text);

DROP FUNCTION "private"."replay_failed_events"();

DROP FUNCTION "private"."run_due_jobs"();

ALTER TYPE "private"."ledger_account_kind" ADD VALUE 'refunds_payable' AFTER 'transfers_in_transit';


ALTER TYPE "private"."ledger_transaction_kind" ADD VALUE 'overpayment' AFTER 'reversal';
