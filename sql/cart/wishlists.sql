-- One row: somebody wants to remember a course.
create table public.wishlists (
  user_id uuid not null default auth.uid() references public.profiles (id)
    on delete restrict,
  course_id uuid not null references public.courses (id)
    on delete cascade,
  added_at timestamptz not null default now(),
  primary key (user_id, course_id)
);

comment on table public.wishlists is 'Courses that people saved for later.';
comment on column public.wishlists.user_id is 'Whose list; by default the caller''s.';
comment on column public.wishlists.course_id is 'The course.';
comment on column public.wishlists.added_at is 'When it was saved.';

create index wishlists_course_id_idx on public.wishlists (course_id, user_id); -- the foreign key, and announce_price_falls
create index wishlists_user_id_added_at_idx on public.wishlists (user_id, added_at desc, course_id); -- my_wishlist
alter table public.wishlists enable row level security;

revoke all on table public.wishlists from public, anon, authenticated, service_role;

grant select on table public.wishlists to authenticated;

grant insert (course_id) on table public.wishlists to authenticated;

grant delete on table public.wishlists to authenticated;
-- No user_id: a list is its owner's. No update: a course is saved or not.

create policy select_own_or_as_admin on public.wishlists
for select
to authenticated
using (user_id = (select auth.uid()) or (select private.is_admin()));

create policy insert_own on public.wishlists
for insert
to authenticated
with check (user_id = (select private.active_uid()));

create policy delete_own on public.wishlists
for delete
to authenticated
using (user_id = (select private.active_uid()));

-- A draft is not there for those who save courses. Definer: the caller cannot see drafts, and so could not be told apart.
create function private.guard_wishlist()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  -- Rows of others and closed accounts: left to the policy.
  if (select auth.uid()) is not null and new.user_id is distinct from private.active_uid() then
    return new;
  end if;
  if not exists (select from public.courses c where c.id = new.course_id and c.is_published) then
    perform private.refuse_course('COURSE_NOT_FOUND', new.course_id);
  end if;
  return new;
end
$$;

comment on function private.guard_wishlist is 'Trigger: only published courses are saved.';

revoke execute on function private.guard_wishlist from public, anon, authenticated, service_role;

create trigger guard_wishlist
before insert on public.wishlists
for each row
execute function private.guard_wishlist();

create trigger hold_own_rows
before delete on public.wishlists
for each statement
when (row_security_active('public.wishlists'::regclass))
execute function private.hold_own_rows();
