-- One row: how often one subject used one thing in one window.
-- Unlogged: losing the counters in a crash costs nothing, writing them twice would.
create unlogged table private.rate_limits (
  bucket text not null check (length(bucket) <= 60),
  subject text not null check (length(subject) <= 200),
  window_started_at timestamptz not null,
  hits integer not null default 1 check (hits > 0),
  primary key (bucket, subject, window_started_at)
)
with (fillfactor = 70);

comment on table private.rate_limits is 'Counters of limited actions, one row a subject, action and window.';

create index rate_limits_window_started_at_idx on private.rate_limits (window_started_at); -- the sweep
alter table private.rate_limits enable row level security;

-- No policy and no grant: private.rate_limit_hit is the only door.
revoke all on table private.rate_limits from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_rate_limits',
    $$delete from private.rate_limits where (bucket, subject, window_started_at) in (
        select bucket, subject, window_started_at from private.rate_limits where window_started_at < now() - interval '2 days'
        for update skip locked
      )$$,
    interval '1 hour'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
