-- What somebody typed, as a query that finds something where anything can be found: as it is; with every unknown word
-- replaced by the nearest one of a title; and at last with any of the words.
create function private.search_query(words text)
returns tsquery
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  plain text := extensions.unaccent('extensions.unaccent', search_query.words);
  exact tsquery := websearch_to_tsquery('pg_catalog.english', plain);
  typed text;
  nearest tsquery;
  all_words tsquery;
  any_word tsquery;
begin
  if exact is null or exists (select from private.course_search d where d.document @@ exact) then
    return exact;
  end if;

  -- Ten words say what is meant; more would only cost time.
  for typed in
    select w.word from regexp_split_to_table(lower(plain), '[^[:alnum:]]+') w(word) where length(w.word) > 1 limit 10
  loop
    nearest := plainto_tsquery('pg_catalog.english', typed);
    -- "The" and "for" mean nothing, and what is found somewhere was meant.
    continue when numnode(nearest) = 0;
    if not exists (select from private.course_search d where d.document @@ nearest) then
      select plainto_tsquery('pg_catalog.english', w.word) into nearest
      from private.search_words w
      where w.word operator(extensions.%) typed
      order by extensions.similarity(w.word, typed) desc, w.word
      limit 1;
      continue when not found or numnode(nearest) = 0;
    end if;
    all_words := coalesce(all_words && nearest, nearest);
    any_word := coalesce(any_word || nearest, nearest);
  end loop;

  if all_words is null then
    return exact;
  end if;
  return case when exists (select from private.course_search d where d.document @@ all_words) then all_words else any_word end;
end
$$;

comment on function private.search_query is
  'What somebody typed, as a query: words, "phrases", or, -without; forgiving of typing errors when nothing has the words. Never fails, whatever is typed.';

revoke execute on function private.search_query from public, anon, authenticated, service_role;
