-- One row: a term that many people search for, and that finds something.
create table private.popular_terms (
  term text primary key check (length(term) between 2 and 200),
  people integer not null check (people > 0),
  -- The term as suggest compares it.
  words text not null default '' check (length(words) <= 1000)
);

comment on table private.popular_terms is
  'Terms of private.search_terms that enough different people searched for in one month; made anew every ten minutes.';

alter table private.popular_terms enable row level security;

-- No policy and no grant: popular_searches and suggest are the readers, the job below is the writer.
revoke all on table private.popular_terms from public, anon, authenticated, service_role;

create function private.refresh_popular_terms()
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  -- Below this number somebody could guess who it was.
  at_least integer := private.setting_int('popular_search_min_users');
  written integer;
begin
  delete from private.popular_terms p where p.people > 0;

  -- A term that is spelled wrong finds nothing by itself, and is not shown: one course has all of its words, so that nobody
  -- hides what no course says behind an "or" or a minus. People are told apart within a month only, so that months are
  -- never added up.
  insert into private.popular_terms (term, people, words)
  select m.term, max(m.people), private.plain_words(m.term)
  from (
    select t.term, t.month_on, count(*) as people from private.search_terms t group by t.term, t.month_on
    having count(*) >= at_least
  ) m
  group by m.term
  having m.term ~ '^[[:alnum:].][[:alnum:] .+#&''-]*$'
    and exists (select from private.course_search d where d.document @@ plainto_tsquery('pg_catalog.english', extensions.unaccent('extensions.unaccent', m.term)))
  order by max(m.people) desc, m.term
  limit 1000;
  get diagnostics written = row_count;
  return written;
end
$$;

comment on function private.refresh_popular_terms is
  'Job: makes popular_terms anew; returns how many there are.';

revoke execute on function private.refresh_popular_terms from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('refresh_popular_terms', 'select private.refresh_popular_terms()', interval '10 minutes')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

-- Definer: the table is closed, and holds nothing that anybody may not know.
create function private.popular_searches(max_results integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'results', coalesce(
      (
        select jsonb_agg(best.term order by best.people desc, best.term)
        from (
          select t.term, t.people from private.popular_terms t
          order by t.people desc, t.term
          limit least(greatest(coalesce(popular_searches.max_results, 10), 1), 50)
        ) best
      ),
      '[]'
    )
  );
end
$$;

comment on function private.popular_searches is
  'The door behind public.popular_searches. Anybody may know its answer.';

revoke execute on function private.popular_searches from public, anon, authenticated, service_role;

grant execute on function private.popular_searches to anon, authenticated;

create function public.popular_searches(max_results integer default 10)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  perform private.allow_caching();
  return private.popular_searches(max_results);
end
$$;

comment on function public.popular_searches is
  'What many people search for this month or last, for everybody: {results[term]}, most wanted first. Only terms that at least as many different people searched for as the setting popular_search_min_users says, and all of whose words one course has. max_results: 1 to 50, 10 by default. A visitor''s answer may be cached for a minute.';

revoke execute on function public.popular_searches from public, anon, authenticated, service_role;

grant execute on function public.popular_searches to anon, authenticated;
