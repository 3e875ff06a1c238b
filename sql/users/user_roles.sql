-- One row: this person has this role. Everybody is a student without a row.
create table public.user_roles (
  user_id uuid not null references public.profiles (id)
    on delete restrict,
  role public.user_role not null,
  granted_by uuid references public.profiles (id)
    on delete restrict,
  granted_at timestamptz not null default now(),
  primary key (user_id, role)
);

comment on table public.user_roles is
  'Who may do more than a student. Roles live here only, never in user metadata.';
comment on column public.user_roles.user_id is 'Who has the role.';
comment on column public.user_roles.role is
  'instructor sells courses, moderator keeps order, admin may do everything.';
comment on column public.user_roles.granted_by is 'The admin who gave it, or null for the set-up.';
comment on column public.user_roles.granted_at is 'Since when.';

create index user_roles_granted_by_idx on public.user_roles (granted_by);

alter table public.user_roles enable row level security;

revoke all on table public.user_roles from public, anon, authenticated, service_role;

grant select on table public.user_roles to authenticated;
-- No insert, update or delete, not even for admins: roles change through approve_instructor and set_user_role only.

create policy select_own_or_as_admin on public.user_roles
for select
to authenticated
using (user_id = (select auth.uid()) or (select private.is_admin()));

-- profiles.is_instructor is what everybody may see of a role.
create function private.mirror_instructor_role()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  changed uuid := coalesce(new.user_id, old.user_id);
begin
  update public.profiles p
  set is_instructor = exists (select from public.user_roles r where r.user_id = changed and r.role = 'instructor')
  where p.id = changed;
  return null;
end
$$;

comment on function private.mirror_instructor_role is
  'Trigger: keeps profiles.is_instructor equal to the role.';

revoke execute on function private.mirror_instructor_role from public, anon, authenticated, service_role;

create trigger mirror_instructor_role
after insert or delete on public.user_roles
for each row
execute function private.mirror_instructor_role();

create trigger audit
after insert or update or delete on public.user_roles
for each row
execute function private.audit('user_id', 'role', 'granted_by');
