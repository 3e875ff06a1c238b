-- One row: one course lies in one cart.
create table public.cart_items (
  id uuid primary key default gen_random_uuid(),
  cart_id uuid not null default private.own_cart_id(),
  user_id uuid not null default auth.uid(),
  course_id uuid not null references public.courses (id)
    on delete cascade,
  added_at timestamptz not null default now(),
  constraint cart_items_cart_id_user_id_fkey
    foreign key (cart_id, user_id) references public.carts (id, user_id)
      on delete cascade,
  constraint cart_items_cart_id_course_id_key unique (cart_id, course_id)
);

comment on table public.cart_items is 'Courses in carts. A course is bought once, so there is no quantity.';
comment on column public.cart_items.id is 'Identity of the line, used to remove it.';
comment on column public.cart_items.cart_id is 'The cart; by default the caller''s own.';
comment on column public.cart_items.user_id is 'The owner of the cart, kept equal to it by the foreign key.';
comment on column public.cart_items.course_id is 'The course.';
comment on column public.cart_items.added_at is 'When it was put in.';

create index cart_items_user_id_idx on public.cart_items (user_id, added_at); -- get_cart and the flags of the cards
create index cart_items_cart_id_user_id_idx on public.cart_items (cart_id, user_id); -- the foreign key
create index cart_items_course_id_idx on public.cart_items (course_id, user_id); -- the foreign key, and announce_price_falls
alter table public.cart_items enable row level security;

revoke all on table public.cart_items from public, anon, authenticated, service_role;

grant select on table public.cart_items to authenticated;

grant insert (cart_id, course_id) on table public.cart_items to authenticated;

grant delete on table public.cart_items to authenticated;
-- No update: a line is put in or taken out.

create policy select_own_or_as_admin on public.cart_items
for select
to authenticated
using (user_id = (select auth.uid()) or (select private.is_admin()));

create policy insert_own on public.cart_items
for insert
to authenticated
with check (user_id = (select private.active_uid()) and cart_id = (select private.own_cart_id()));

create policy delete_own on public.cart_items
for delete
to authenticated
using (user_id = (select private.active_uid()));

-- Refuses a course that its buyer cannot buy when it does not come through a door. Definer: the rule looks at other domains' rows.
create function private.guard_cart_item()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := auth.uid();
  refusal text;
begin
  -- One writer a cart at a time, so that the limit and the answer to a double click hold.
  update public.carts c
  set updated_at = now()
  where c.id = new.cart_id and (caller is null or c.user_id = caller);
  -- Somebody else's cart, or a closed account: the policy refuses the row and says nothing about the cart.
  if not found then
    return new;
  end if;
  refusal := private.cart_refusal(new.user_id, new.course_id);
  if refusal is not null and (caller is null or private.active_uid() is not null) then
    perform private.refuse_course(refusal, new.course_id);
  end if;
  return new;
end
$$;

comment on function private.guard_cart_item is
  'Trigger: what people insert themselves is refused as the doors refuse it, and only so many come in.';

revoke execute on function private.guard_cart_item from public, anon, authenticated, service_role;

-- Only before those whom policies bind: the doors run as the owner of the table, hold the cart and have asked themselves.
-- Whom that is nobody can pretend, as one could with a setting.
create trigger guard_cart_item
before insert on public.cart_items
for each row
when (row_security_active('public.cart_items'::regclass))
execute function private.guard_cart_item();

-- Lets one statement a person at a time take lines out: two that each take several would wait for each other in a circle. The lock
-- is the learner's and not the cart's, because an order that is paid takes lines out too: it holds the learner by then, and a
-- checkout locks the cart before the order.
create function private.hold_cart_lines()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.lock_learner(auth.uid());
  return null;
end
$$;

comment on function private.hold_cart_lines is
  'Trigger: who takes lines out of the own cart waits for orders that do, instead of both for each other.';

revoke execute on function private.hold_cart_lines from public, anon, authenticated, service_role;

create trigger hold_cart_lines
before delete on public.cart_items
for each statement
when (row_security_active('public.cart_items'::regclass))
execute function private.hold_cart_lines();
