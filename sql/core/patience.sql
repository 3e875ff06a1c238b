-- How long a request of the API waits for others: PostgREST takes these settings of a role along into each of its
-- transactions. The platform itself limits how long a statement takes, and lets it wait for a lock for 8 s of them.
-- Whoever gave a role another value on a running system has it from here again: 4 s are promised (docs/limits.md).
alter role anon set lock_timeout = '4s';

alter role authenticated set lock_timeout = '4s';

-- Edge functions stand between a person and the database: their waiting is the person's.
alter role service_role set lock_timeout = '4s';

-- An API that dies in the middle of a transaction keeps its locks no longer than this.
alter role anon set idle_in_transaction_session_timeout = '10s';

alter role authenticated set idle_in_transaction_session_timeout = '10s';

alter role service_role set idle_in_transaction_session_timeout = '10s';
