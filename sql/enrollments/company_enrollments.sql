-- One row: one list of employees that a company's program has sent, and what came of it.
create table private.company_enrollments (
  key_id uuid not null references public.api_keys (id)
    on delete restrict,
  reference text not null check (length(reference) between 1 and 100),
  request_hash text not null check (request_hash ~ '^[0-9a-f]{64}$'),
  -- By position in the list, so that no address is kept.
  lines jsonb not null default '[]',
  created_at timestamptz not null default now(),
  primary key (key_id, reference)
);

comment on table private.company_enrollments is
  'Lists that were worked off, so that sending one again changes nothing. Each has its access grants.';

create index company_enrollments_created_at_idx on private.company_enrollments (created_at); -- the sweep
alter table private.company_enrollments enable row level security;

-- No policy and no grant: enroll_company_staff is the only door.
revoke all on table private.company_enrollments from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_company_enrollments',
    $$delete from private.company_enrollments where (key_id, reference) in (
        select key_id, reference from private.company_enrollments where created_at < now() - interval '90 days' for update skip locked
      )$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

-- Lists were once answered with who had an account already.
update private.company_enrollments as e
set lines = (
  select
    jsonb_agg(
      jsonb_build_object(
        'employee',
        l -> 'employee',
        'course_id',
        l -> 'course_id',
        'status',
        case l ->> 'status'
          when 'refused' then 'refused'
          else 'given'
        end,
        'code',
        l -> 'code'
      )
    )
  from jsonb_array_elements(e.lines) as l
)
where e.lines @? '$[*] ? (exists(@.enrollment_id))';
