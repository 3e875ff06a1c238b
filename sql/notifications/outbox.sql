-- One row: a mail that a committed transaction owes to somebody.
create type private.mail_template as enum (
  'enrollment_confirmation',
  'receipt',
  'refund',
  'access_revoked',
  'certificate',
  'instructor_approved',
  'weekly_summary',
  'review_reply',
  'price_fall',
  'course_decision',
  'access_restored',
  'certificate_revoked'
);

create type private.outbox_state as enum ('pending', 'sent', 'dead', 'dropped');

create table private.outbox (
  id bigint generated always as identity primary key,
  template private.mail_template not null,
  user_id uuid not null references public.profiles (id)
    on delete restrict,
  payload jsonb not null default '{}' check (
    jsonb_typeof(payload) = 'object'
    and pg_column_size(payload) <= 20000
  ),
  dedupe_key text not null check (length(dedupe_key) <= 200),
  state private.outbox_state not null default 'pending',
  attempts smallint not null default 0 check (attempts >= 0),
  next_attempt_at timestamptz not null default now(),
  sent_at timestamptz,
  last_error text check (length(last_error) <= 1000),
  created_at timestamptz not null default now(),
  -- The column of notification_preferences that switches it off; null when a contract needs the mail.
  preference text check (preference in ('weekly_summary', 'review_replies', 'price_falls')),
  -- With the template: one fact may owe two different mails.
  constraint outbox_template_dedupe_key_key unique (template, dedupe_key),
  constraint outbox_sent_means_when_check check ((state = 'sent') = (sent_at is not null))
);

comment on table private.outbox is
  'Mail to send. The address is looked up when it is sent: it is kept in one place only. dropped: not wanted any more when its turn came, or given up by an admin. dead: given up by the worker; it waits 30 days for an admin. What is over is kept 90 days.';
comment on column private.outbox.next_attempt_at is
  'Not before then. A worker that claims the row moves it ahead: should the worker die, the row comes back.';

-- claim_outbox: a hundred thousand mails that nobody waits for must not stand before a receipt.
create index outbox_due_idx on private.outbox ((preference is not null), next_attempt_at, id)
where state = 'pending';
create index outbox_user_id_idx on private.outbox (user_id);
create index outbox_dead_idx on private.outbox (id) where state = 'dead'; -- list_dead_mails
alter table private.outbox enable row level security;

-- No policy and no grant: enqueue_mail writes, claim_outbox and settle_outbox serve the worker, and admins have list_dead_mails.
revoke all on table private.outbox from public, anon, authenticated, service_role;

-- What the worker does is its log; what becomes of a dead mail is decided by a person.
create trigger audit
after update of state on private.outbox
for each row
when (old.state = 'dead')
execute function private.audit('id', 'state');

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_outbox',
    $$delete from private.outbox where id in (
        select id from private.outbox
        where state in ('sent', 'dropped') and next_attempt_at < now() - interval '90 days'
          or state = 'dead' and next_attempt_at < now() - interval '30 days'
        for update skip locked
      )$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
