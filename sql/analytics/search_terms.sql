-- One row: somebody searched for a term lately. Who it was cannot be read from it.
create table private.search_terms (
  term text not null check (length(term) between 2 and 200),
  -- Fingerprint of term and searcher together: the same person's other terms look unrelated.
  searcher_hash text not null check (length(searcher_hash) = 64),
  last_searched_at timestamptz not null default now(),
  primary key (term, searcher_hash)
);

comment on table private.search_terms is
  'Searches of the last 30 days, one row a term and searcher. A term is popular when enough different people searched for it.';

create index search_terms_last_searched_at_idx on private.search_terms (last_searched_at); -- the sweep
alter table private.search_terms enable row level security;

-- No policy and no grant: private.note_search is the only door.
revoke all on table private.search_terms from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_search_terms',
    $$delete from private.search_terms where last_searched_at < now() - interval '30 days'$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

create function private.note_search(term text, searcher text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  plain text := lower(regexp_replace(btrim(note_search.term), '\s+', ' ', 'g'));
begin
  if length(plain) between 2 and 200 then
    insert into private.search_terms as s (term, searcher_hash)
    values (plain, encode(sha256(convert_to(plain || chr(31) || note_search.searcher, 'UTF8')), 'hex'))
    on conflict on constraint search_terms_pkey do update set last_searched_at = now();
  end if;
end
$$;

comment on function private.note_search is
  'Notes a search. term: as typed, compared without case and spare spaces; searcher: private.caller_key().';

revoke execute on function private.note_search from public, anon, authenticated, service_role;
