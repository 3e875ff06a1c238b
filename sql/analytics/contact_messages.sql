-- One row: somebody wrote to the platform through the contact form.
create type public.contact_status as enum ('new', 'in_progress', 'done', 'spam');

comment on type public.contact_status is 'How far staff is with a message.';

create table public.contact_messages (
  id uuid primary key default gen_random_uuid(),
  user_id uuid references public.profiles (id)
    on delete restrict,
  name text not null check (length(name) between 1 and 150),
  email text not null check (length(email) <= 320 and email ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$'),
  subject text not null check (length(subject) between 1 and 200),
  body text not null check (length(body) between 1 and 5000),
  status public.contact_status not null default 'new',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

comment on table public.contact_messages is 'Messages of the contact form, for staff.';
comment on column public.contact_messages.id is 'Identity of the message.';
comment on column public.contact_messages.user_id is 'Who wrote it, when signed in.';
comment on column public.contact_messages.name is 'Name as given.';
comment on column public.contact_messages.email is
  'Address to answer to, as given: nobody has proved to own it.';
comment on column public.contact_messages.subject is 'Subject.';
comment on column public.contact_messages.body is 'The message as typed; escaped on output.';
comment on column public.contact_messages.status is 'How far staff is with it.';
comment on column public.contact_messages.created_at is 'When it was sent.';
comment on column public.contact_messages.updated_at is 'Time of the last change.';

create index contact_messages_status_idx on public.contact_messages (status, created_at desc, id); -- staff's queue
create index contact_messages_user_id_idx on public.contact_messages (user_id)
where user_id is not null;
alter table public.contact_messages enable row level security;

revoke all on table public.contact_messages from public, anon, authenticated, service_role;

grant select on table public.contact_messages to authenticated;

grant update (status) on table public.contact_messages to authenticated;
-- No insert: submit_contact counts. No update of what somebody wrote, no delete: it is a record.

create policy select_as_staff on public.contact_messages
for select
to authenticated
using ((select private.is_staff()) is true);

create policy update_as_staff on public.contact_messages
for update
to authenticated
using ((select private.is_staff()) is true)
with check ((select private.is_staff()) is true);

create trigger touch_updated_at
before update on public.contact_messages
for each row
execute function private.touch_updated_at();

-- Who dealt with it; never what it says.
create trigger audit
after update of status on public.contact_messages
for each row
execute function private.audit('id', 'status');

create trigger hold_table
before update on public.contact_messages
for each statement
when (row_security_active('public.contact_messages'::regclass))
execute function private.hold_table();
