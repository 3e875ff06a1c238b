-- One row: how much of one refund is for one line of the order; nothing for a line that cost nothing.
create table private.refund_items (
  refund_id uuid not null references private.refunds (id)
    on delete restrict,
  order_item_id uuid not null references public.order_items (id)
    on delete restrict,
  amount_cents integer not null check (amount_cents >= 0),
  primary key (refund_id, order_item_id)
);

comment on table private.refund_items is
  'The lines that a refund names. A line that is refunded whole gives no access any more.';

create index refund_items_order_item_id_idx on private.refund_items (order_item_id); -- what is left to refund of a line
alter table private.refund_items enable row level security;

-- No policy and no grant: written together with the refund.
revoke all on table private.refund_items from public, anon, authenticated, service_role;

create trigger keep_history
after update or delete on private.refund_items
for each row
execute function private.keep_history();
