-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.
-- By itself: a new word of a type may be used after its transaction only.

set local lock_timeout = '2s';

set local statement_timeout = '10min';

ALTER TYPE "private"."ledger_account_kind" ADD VALUE 'refunds_payable' AFTER 'transfers_in_transit';


ALTER TYPE "private"."ledger_transaction_kind" ADD VALUE 'overpayment' AFTER 'reversal';
