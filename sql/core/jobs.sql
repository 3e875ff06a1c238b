-- One row: one statement that has to run again and again.
create table private.jobs (
  name text primary key check (name ~ '^[a-z][a-z0-9_]{1,62}$'),
  command text not null check (length(command) <= 1000),
  run_every interval not null check (run_every >= interval '10 seconds'),
  next_run_at timestamptz not null default now(),
  last_run_at timestamptz,
  last_duration_ms integer,
  last_error text check (length(last_error) <= 2000),
  is_enabled boolean not null default true
);

comment on table private.jobs is
  'Scheduled SQL. Each job stands in the file of the object it serves; commands are written by migrations only.';

alter table private.jobs enable row level security;

-- No policy and no grant: private.run_due_job is the only reader.
revoke all on table private.jobs from public, anon, authenticated, service_role;
