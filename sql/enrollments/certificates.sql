-- One row: a student completed a course, as it was on that day.
create table public.certificates (
  id uuid primary key default gen_random_uuid(),
  enrollment_id uuid not null references public.enrollments (id)
    on delete restrict,
  user_id uuid not null references public.profiles (id)
    on delete restrict,
  course_id uuid not null references public.courses (id)
    on delete restrict,
  code text not null check (code ~ '^LF-[0-9A-F]{24}$'),
  student_name text not null check (length(student_name) between 1 and 301),
  course_title text not null check (length(course_title) <= 255),
  instructor_name text not null check (length(instructor_name) <= 301),
  duration_seconds integer not null check (duration_seconds >= 0),
  completed_at timestamptz not null,
  issued_at timestamptz not null default now(),
  content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'),
  file_path text check (length(file_path) <= 300),
  revoked_at timestamptz,
  revoked_by uuid references public.profiles (id)
    on delete restrict,
  revoke_reason text check (length(revoke_reason) <= 500),
  constraint certificates_enrollment_id_key unique (enrollment_id),
  constraint certificates_code_key unique (code),
  constraint certificates_file_path_in_own_folder_check
    check (file_path like user_id::text || '/%' and private.is_storage_path(file_path)),
  constraint certificates_revoked_means_reason_check check ((revoked_at is null) = (revoke_reason is null))
);

comment on table public.certificates is
  'Certificates of completion: a snapshot that later changes of names and courses do not touch.';
comment on column public.certificates.id is 'Identity of the certificate.';
comment on column public.certificates.enrollment_id is
  'The completed place in the course; one certificate each.';
comment on column public.certificates.user_id is 'Who earned it.';
comment on column public.certificates.course_id is 'The course.';
comment on column public.certificates.code is
  'Serial that verifies it; 96 random bits, nobody can guess one.';
comment on column public.certificates.student_name is 'Name of the student when it was issued.';
comment on column public.certificates.course_title is 'Title of the course when it was issued.';
comment on column public.certificates.instructor_name is 'Name of the instructor when it was issued.';
comment on column public.certificates.duration_seconds is
  'Length of the course when it was issued, in seconds.';
comment on column public.certificates.completed_at is 'When the course was completed.';
comment on column public.certificates.issued_at is 'When it was issued.';
comment on column public.certificates.content_hash is
  'SHA-256 of the snapshot: shows whether somebody changed it.';
comment on column public.certificates.file_path is
  'PDF in the bucket certificates, in the folder of the student; null until it is made.';
comment on column public.certificates.revoked_at is 'Since when it is not valid any more.';
comment on column public.certificates.revoked_by is 'The admin who revoked it; null when access was lost.';
comment on column public.certificates.revoke_reason is 'Why it is not valid any more.';

create index certificates_user_id_idx on public.certificates (user_id); -- my_certificates, and the policy
create index certificates_course_id_idx on public.certificates (course_id); -- the policy's second half
create index certificates_unprinted_idx on public.certificates (issued_at, id)
where file_path is null and revoked_at is null; -- claim_certificates
create index certificates_revoked_by_idx on public.certificates (revoked_by)
where revoked_by is not null;
alter table public.certificates enable row level security;

revoke all on table public.certificates from public, anon, authenticated, service_role;

grant select on table public.certificates to authenticated;
-- No insert, update or delete: only completing a course makes one. Others verify by verify_certificate.

create policy select_own_or_as_admin on public.certificates
for select
to authenticated
using (user_id = (select auth.uid()) or course_id = any (array(select private.administered_course_ids())));

-- profile_stats.certificates_earned: those that are valid.
create function private.count_certificates()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  update public.profile_stats s
  set certificates_earned = s.certificates_earned + case when new.revoked_at is null then 1 else -1 end
  where s.user_id = new.user_id;
  return null;
end
$$;

comment on function private.count_certificates is
  'Trigger on certificates: keeps profile_stats.certificates_earned.';

revoke execute on function private.count_certificates from public, anon, authenticated, service_role;

create trigger count_issued_certificate
after insert on public.certificates
for each row
when (new.revoked_at is null)
execute function private.count_certificates();

create trigger count_revoked_certificate
after update on public.certificates
for each row
when ((old.revoked_at is null) != (new.revoked_at is null))
execute function private.count_certificates();

-- The hash shows that a name was changed; the name itself stays out of a log that is never erased.
create trigger audit
after update on public.certificates
for each row
execute function private.audit('id', 'revoked_at', 'revoke_reason', 'content_hash');
