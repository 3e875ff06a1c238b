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
