-- What the buyer is told, in the words of the requirements.
create type public.order_status as enum ('pending', 'completed', 'failed', 'refunded');

-- What really goes on. `failed` is the last attempt to pay: the order can still be paid until it expires.
create type public.order_state as enum (
  'pending',
  'processing',
  'failed',
  'completed',
  'partially_refunded',
  'refunded',
  'disputed',
  'canceled',
  'expired'
);
