-- One row: somebody began to print a certificate that has no file yet.
create table private.certificate_prints (
  certificate_id uuid primary key references public.certificates (id)
    on delete cascade,
  attempts integer not null default 0 check (attempts >= 0),
  next_attempt_at timestamptz not null default now()
);

comment on table private.certificate_prints is
  'Attempts to print certificates, so that one that cannot be printed waits ever longer and blocks no other.';
comment on column private.certificate_prints.next_attempt_at is
  'Not before then: who claims the certificate moves it ahead, and should the worker die, it comes back.';

alter table private.certificate_prints enable row level security;

-- No policy and no grant: claim_certificates writes, attach_certificate_file ends it.
revoke all on table private.certificate_prints from public, anon, authenticated, service_role;
