-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

-- Of the migration before: who called them then is gone by now.
DROP FUNCTION "private"."find_courses"(text);

DROP FUNCTION "private"."index_changed_courses"();

DROP FUNCTION "private"."note_search"(text, text);

ALTER TYPE "private"."ledger_account_kind" ADD VALUE 'processing_fees' AFTER 'tax_payable';


ALTER TYPE "private"."ledger_account_kind" ADD VALUE 'transfers_in_transit' AFTER 'processing_fees';


ALTER TYPE "private"."ledger_transaction_kind" ADD VALUE 'fee' AFTER 'adjustment';


ALTER TYPE "private"."ledger_transaction_kind" ADD VALUE 'reversal' AFTER 'fee';
