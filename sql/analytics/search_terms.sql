-- One row: somebody searched for a term this month. Who it was cannot be read from it.
create table private.search_terms (
  term text not null check (length(term) between 2 and 200),
  month_on date not null,
  -- Fingerprint of term and searcher together, under a salt that is thrown away: the same person's other terms look
  -- unrelated, and trying all network addresses finds nobody.
  searcher_hash text not null check (length(searcher_hash) = 64),
  primary key (month_on, term, searcher_hash)
);

comment on table private.search_terms is
  'Searches of this month and the last, one row a term and searcher. A term is popular when enough different people searched for it.';

alter table private.search_terms enable row level security;

-- No policy and no grant: private.record_search is the only door.
revoke all on table private.search_terms from public, anon, authenticated, service_role;

-- One row: the salt of one month's fingerprints.
create table private.search_salts (
  month_on date primary key,
  salt text not null default encode(extensions.gen_random_bytes(32), 'hex') check (length(salt) = 64)
);

comment on table private.search_salts is
  'What makes a fingerprint of a searcher unguessable. Deleted when its month is over: then nobody can make one again.';

alter table private.search_salts enable row level security;

-- No policy and no grant: private.record_search is the only reader.
revoke all on table private.search_salts from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('sweep_search_terms', 'select private.sweep_search_terms()', interval '1 day')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

create function private.sweep_search_terms()
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  this_month date := date_trunc('month', now() at time zone 'UTC')::date;
begin
  delete from private.search_salts s where s.month_on < this_month;
  delete from private.search_terms t where t.month_on < this_month - interval '1 month';
end
$$;

comment on function private.sweep_search_terms is
  'Job: forgets the salts of past months, and terms older than the last month.';

revoke execute on function private.sweep_search_terms from public, anon, authenticated, service_role;
