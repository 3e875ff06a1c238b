-- One row: one course in one order, as it was sold.
create type public.order_item_access as enum ('pending', 'granted', 'suspended', 'revoked', 'withheld');

create table public.order_items (
  id uuid primary key default gen_random_uuid(),
  order_id uuid not null references public.orders (id)
    on delete restrict,
  position smallint not null check (position > 0),
  course_id uuid not null references public.courses (id)
    on delete restrict,
  instructor_id uuid not null references public.profiles (id)
    on delete restrict,
  title text not null check (length(title) <= 255),
  slug text not null check (length(slug) <= 300),
  instructor_name text not null check (length(instructor_name) <= 310),
  thumbnail_path text check (length(thumbnail_path) <= 300),
  list_price_cents integer not null check (list_price_cents >= 0),
  price_cents integer not null check (price_cents >= 0),
  discount_cents integer not null default 0 check (discount_cents >= 0),
  tax_cents integer not null default 0 check (tax_cents >= 0),
  total_cents integer not null check (total_cents >= 0),
  platform_fee_percent smallint not null check (platform_fee_percent between 0 and 100),
  refunded_cents integer not null default 0 check (refunded_cents >= 0),
  access public.order_item_access not null default 'pending',
  created_at timestamptz not null default now(),
  constraint order_items_order_id_course_id_key unique (order_id, course_id),
  constraint order_items_order_id_position_key unique (order_id, position),
  constraint order_items_total_adds_up_check check (total_cents = price_cents - discount_cents + tax_cents),
  constraint order_items_discount_within_price_check check (discount_cents <= price_cents),
  constraint order_items_refunds_within_total_check check (refunded_cents <= total_cents)
);

comment on table public.order_items is
  'The lines of orders: a snapshot of what was sold, by whom and for how much. It outlives every change of the course.';
comment on column public.order_items.id is 'Identity of the line; grants and refunds name it.';
comment on column public.order_items.order_id is 'The order.';
comment on column public.order_items.position is 'Order of the lines, from 1.';
comment on column public.order_items.course_id is 'The course, which cannot be deleted any more.';
comment on column public.order_items.instructor_id is 'Who owned the course then.';
comment on column public.order_items.title is 'Title of the course then.';
comment on column public.order_items.slug is 'Address of the course then.';
comment on column public.order_items.instructor_name is 'Name of the instructor then.';
comment on column public.order_items.thumbnail_path is
  'Picture of the course then, in the bucket thumbnails.';
comment on column public.order_items.list_price_cents is 'Minor units: price before any reduction.';
comment on column public.order_items.price_cents is
  'Minor units: sale price, before the coupon. The price_at_purchase of the API.';
comment on column public.order_items.discount_cents is
  'Minor units: this line''s part of the coupon''s discount.';
comment on column public.order_items.tax_cents is 'Minor units of tax.';
comment on column public.order_items.total_cents is 'Minor units paid for this line.';
comment on column public.order_items.platform_fee_percent is
  'Share of the line that the platform keeps; fixed at the sale.';
comment on column public.order_items.refunded_cents is
  'Minor units of this line given back by refunds and lost disputes.';
comment on column public.order_items.access is
  'What this line gives: pending until paid, granted, suspended by a dispute, revoked by a refund or a lost dispute, withheld when it could not be given and is refunded.';
comment on column public.order_items.created_at is 'When the order was made.';

create index order_items_course_id_idx on public.order_items (course_id); -- sales of a course
create index order_items_instructor_id_idx on public.order_items (instructor_id); -- statements
alter table public.order_items enable row level security;

revoke all on table public.order_items from public, anon, authenticated, service_role;

grant
  select (
    id,
    order_id,
    position,
    course_id,
    instructor_id,
    title,
    slug,
    instructor_name,
    thumbnail_path,
    list_price_cents,
    price_cents,
    discount_cents,
    tax_cents,
    total_cents,
    refunded_cents,
    access,
    created_at
  )
on table public.order_items
to authenticated;
-- No select of platform_fee_percent: it is between the platform and the instructor.
-- No insert, update or delete: a line is made with its order and is history.

-- Instructors see their sales as sums only, never who bought.
create policy select_own_or_as_admin on public.order_items
for select
to authenticated
using (
  order_id in (select o.id from public.orders as o where o.user_id = (select auth.uid()))
  or (select private.is_admin())
);

create trigger keep_history
after update of
  id,
  order_id,
  position,
  course_id,
  instructor_id,
  title,
  slug,
  instructor_name,
  thumbnail_path,
  list_price_cents,
  price_cents,
  discount_cents,
  tax_cents,
  total_cents,
  platform_fee_percent,
  created_at
or delete
on public.order_items
for each row
execute function private.keep_history('refunded_cents', 'access');

-- The lines of an order add up to it, whatever made them. At once: an order and its lines are written by one statement.
create function private.check_order_sums()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  sold uuid := (
    select o.id
    from (select distinct c.order_id from changed c) n join public.orders o on o.id = n.order_id
    where (o.subtotal_cents, o.discount_cents, o.tax_cents, o.total_cents) <> (
      select sum(i.price_cents), sum(i.discount_cents), sum(i.tax_cents), sum(i.total_cents)
      from public.order_items i
      where i.order_id = o.id
    )
    limit 1
  );
begin
  if sold is not null then
    perform private.fail('INTERNAL_ERROR', 500, 'The lines do not add up to the order.', jsonb_build_object('order_id', sold));
  end if;
  return null;
end
$$;

comment on function private.check_order_sums is
  'Trigger on order_items (insert): the amounts of an order are the sums of its lines.';

create function private.check_order_lines()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  -- Looked up one by one: Postgres does not know how few they are.
  sold uuid := (
    select c.id
    from changed c
    where (select i.id from public.order_items i where i.order_id = c.id limit 1) is null
    limit 1
  );
begin
  if sold is not null then
    perform private.fail('INTERNAL_ERROR', 500, 'The order has no lines.', jsonb_build_object('order_id', sold));
  end if;
  return null;
end
$$;

comment on function private.check_order_lines is
  'Trigger on orders (insert): an order without lines cannot be.';

revoke execute
on function private.check_order_sums, private.check_order_lines
from public, anon, authenticated, service_role;

create trigger check_order_sums
after insert on public.order_items
referencing new table as changed
for each statement
execute function private.check_order_sums();

create trigger check_order_lines
after insert on public.orders
referencing new table as changed
for each statement
execute function private.check_order_lines();
