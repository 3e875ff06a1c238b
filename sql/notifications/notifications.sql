-- One row: something a person should know.
create table public.notifications (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id)
    on delete restrict,
  kind text not null check (kind ~ '^[a-z][a-z_]{1,39}$'),
  title text not null check (length(title) between 1 and 300),
  body text not null default '' check (length(body) <= 1000),
  link text check (link ~ '^/' and length(link) <= 500),
  dedupe_key text check (length(dedupe_key) <= 200),
  read_at timestamptz,
  created_at timestamptz not null default now(),
  constraint notifications_user_id_dedupe_key_key unique (user_id, dedupe_key)
);

comment on table public.notifications is
  'In-app notifications. Read by select, marked as read by update of read_at, removed by delete.';
comment on column public.notifications.id is 'Identity of the notification.';
comment on column public.notifications.user_id is 'Whom it is for.';
comment on column public.notifications.kind is
  'What it is about: enrollment, course_completed, access_revoked, access_suspended, access_restored, …';
comment on column public.notifications.title is 'One line.';
comment on column public.notifications.body is 'More about it, plain text.';
comment on column public.notifications.link is 'Path in the app where it leads, from /.';
comment on column public.notifications.dedupe_key is
  'The fact behind it: the same fact notifies once. Null: every time.';
comment on column public.notifications.read_at is 'When it was read; null while it is new.';
comment on column public.notifications.created_at is 'When it was made.';

create index notifications_user_id_created_at_idx on public.notifications (user_id, created_at desc, id); -- the list
create index notifications_unread_idx on public.notifications (user_id)
where read_at is null; -- the badge
alter table public.notifications enable row level security;

revoke all on table public.notifications from public, anon, authenticated, service_role;

grant select, delete on table public.notifications to authenticated;

grant update (read_at) on table public.notifications to authenticated;
-- No insert: private.notify and the job of the price falls write, or people could phish each other. Not even admins read them.

create policy select_own on public.notifications
for select
to authenticated
using (user_id = (select auth.uid()));

create policy update_own on public.notifications
for update
to authenticated
using (user_id = (select private.active_uid()))
with check (user_id = (select private.active_uid()));

create policy delete_own on public.notifications
for delete
to authenticated
using (user_id = (select private.active_uid()));

create trigger hold_own_rows
before update or delete on public.notifications
for each statement
when (row_security_active('public.notifications'::regclass))
execute function private.hold_own_rows();
