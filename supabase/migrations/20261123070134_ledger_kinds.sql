-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

-- What a request that began before the migration before this one could still call.
DROP FUNCTION "private_outgoing"."search"(text, text, integer, integer);

DROP FUNCTION "private_outgoing"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer);

DROP FUNCTION "private_outgoing"."search_query"(text);

DROP FUNCTION "public_outgoing"."recommendations"(integer);

DROP FUNCTION "public_outgoing"."related_courses"(uuid, integer);

DROP FUNCTION "public_outgoing"."search"(text, text, integer, integer);

DROP FUNCTION "public_outgoing"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer);

DROP SCHEMA "private_outgoing";

DROP SCHEMA "public_outgoing";

-- Of the migration before: who called them then is gone by now.
DROP FUNCTION "private"."find_courses"(text);

DROP FUNCTION "private"."index_changed_courses"();

DROP FUNCTION "private"."note_search"(text, text);

ALTER TYPE "private"."ledger_account_kind" ADD VALUE 'processing_fees' AFTER 'tax_payable';


ALTER TYPE "private"."ledger_account_kind" ADD VALUE 'transfers_in_transit' AFTER 'processing_fees';


ALTER TYPE "private"."ledger_transaction_kind" ADD VALUE 'fee' AFTER 'adjustment';


ALTER TYPE "private"."ledger_transaction_kind" ADD VALUE 'reversal' AFTER 'fee';
