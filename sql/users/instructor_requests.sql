-- One row: somebody asked to become an instructor.
create type public.instructor_request_status as enum ('pending', 'approved', 'rejected');

create table public.instructor_requests (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id)
    on delete restrict,
  motivation text not null check (length(motivation) between 1 and 2000),
  status public.instructor_request_status not null default 'pending',
  decided_by uuid references public.profiles (id)
    on delete restrict,
  decided_at timestamptz,
  note text not null default '' check (length(note) <= 1000),
  created_at timestamptz not null default now(),
  constraint instructor_requests_decided_means_when_check check ((status = 'pending') = (decided_at is null))
);

comment on table public.instructor_requests is 'Applications to teach, with the decision.';
comment on column public.instructor_requests.id is 'Identity of the application.';
comment on column public.instructor_requests.user_id is 'Who applies.';
comment on column public.instructor_requests.motivation is 'What the person wants to teach, and why.';
comment on column public.instructor_requests.status is 'pending until an admin decides.';
comment on column public.instructor_requests.decided_by is 'The admin who decided.';
comment on column public.instructor_requests.decided_at is 'When it was decided.';
comment on column public.instructor_requests.note is 'The admin''s words to the applicant.';
comment on column public.instructor_requests.created_at is 'When it was made.';

create unique index instructor_requests_one_pending_key on public.instructor_requests (user_id)
where status = 'pending';
create index instructor_requests_user_id_idx on public.instructor_requests (user_id);
create index instructor_requests_decided_by_idx on public.instructor_requests (decided_by);
create index instructor_requests_pending_idx on public.instructor_requests (created_at)
where status = 'pending'; -- staff's queue
alter table public.instructor_requests enable row level security;

revoke all on table public.instructor_requests from public, anon, authenticated, service_role;

grant select on table public.instructor_requests to authenticated;
-- No insert, update or delete: request_instructor and approve_instructor are the only doors.

create policy select_own_or_as_admin on public.instructor_requests
for select
to authenticated
using (user_id = (select auth.uid()) or (select private.is_admin()));
