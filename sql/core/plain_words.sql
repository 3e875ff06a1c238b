-- What was typed and what is looked for, on equal terms: 'José O’Neil-Łuk' is 'jose o neil luk' on either side.
-- Immutable as far as an index is concerned: the rules of unaccent come with the extension and are ours to keep.
create function private.plain_words(words text)
returns text
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  return btrim(regexp_replace(lower(extensions.unaccent('extensions.unaccent', words)), '[^[:alnum:]]+', ' ', 'g'));
end
$$;

comment on function private.plain_words is
  'Letters and digits in lower case, without accents, one space between words. Nothing in it can be an operator of a query or a pattern.';

-- As a vector, every word as it is written: none is left out or cut down to its stem.
create function private.word_vector(words text)
returns tsvector
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  return to_tsvector('pg_catalog.simple', private.plain_words(words));
end
$$;

comment on function private.word_vector is 'The plain words of a text, for a query of beginnings.';

revoke execute
on function private.plain_words, private.word_vector
from public, anon, authenticated, service_role;

-- An index on names is kept by whoever changes the own one.
grant execute on function private.plain_words, private.word_vector to authenticated;
