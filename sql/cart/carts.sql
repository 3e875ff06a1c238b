-- One row: the cart of one account. The sign-up trigger makes it.
create table public.carts (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id)
    on delete restrict,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint carts_user_id_key unique (user_id),
  constraint carts_id_user_id_key unique (id, user_id)
)
with (fillfactor = 80); -- every course that is put in updates the row: keep it HOT
comment on table public.carts is
  'The one cart of each account. Prices are never stored in it: they are read when it is shown.';
comment on column public.carts.id is 'Identity of the cart.';
comment on column public.carts.user_id is 'Whose cart it is.';
comment on column public.carts.created_at is 'Time of the sign-up.';
comment on column public.carts.updated_at is 'When a course was last put in.';

alter table public.carts enable row level security;

revoke all on table public.carts from public, anon, authenticated, service_role;

grant select on table public.carts to authenticated;
-- No insert, update or delete: the sign-up trigger makes the row, and it stays for ever.

create policy select_own_or_as_admin on public.carts
for select
to authenticated
using (user_id = (select auth.uid()) or (select private.is_admin()));
