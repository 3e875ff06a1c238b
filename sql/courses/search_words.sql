-- One row: a word that stands in a title. What was typed wrong is compared with these: a vocabulary grows much slower
-- than the courses that are made of it.
create table private.search_words (
  word text primary key check (length(word) between 3 and 100)
);

comment on table private.search_words is
  'Words of the titles on sale and their stems, added when a course enters the catalogue; compared with all titles every hour.';

create index search_words_trgm_idx on private.search_words using gin (word extensions.gin_trgm_ops); -- the nearest word
alter table private.search_words enable row level security;

-- No policy and no grant: private.search_query reads, private.index_courses and the job below write.
revoke all on table private.search_words from public, anon, authenticated, service_role;

create function private.refresh_search_words()
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  written integer;
begin
  -- Who lists a course meanwhile leaves its words to the next round.
  perform pg_advisory_xact_lock(hashtextextended('search words', 0));
  with words as materialized (
    select distinct w.word
    from private.course_search d cross join unnest(tsvector_to_array(d.title_words)) w(word)
    where length(w.word) between 3 and 100
  ), gone as (
    delete from private.search_words k where not exists (select from words w where w.word = k.word)
  ), added as (
    insert into private.search_words (word) select w.word from words w on conflict do nothing
  )
  select count(*) into written from words;
  return written;
end
$$;

comment on function private.refresh_search_words is
  'Job: forgets the words of titles that went off sale, and adds what private.index_courses left out; returns how many there are.';

revoke execute on function private.refresh_search_words from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('refresh_search_words', 'select private.refresh_search_words()', interval '1 hour')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
