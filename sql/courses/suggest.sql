-- What somebody who is still typing may be looking for. Definer inside: it reads what is kept of the courses on sale, and
-- no text index works under row-level security.
create function private.suggest(q text, max_results integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  typed text := btrim(suggest.q);
  wanted integer := least(greatest(coalesce(suggest.max_results, 5), 1), 10);
  beginning text := private.plain_words(left(typed, 101));
  query tsquery;
begin
  if typed is null or typed = '' then
    perform private.fail('VALIDATION_ERROR', 422, 'Say what you look for.', '{"q": "must not be empty"}');
  end if;
  if length(typed) > 100 then
    perform private.fail('SEARCH_QUERY_TOO_LONG', 422, 'Suggestions need at most 100 characters.', '{"q": "at most 100 characters"}');
  end if;
  if beginning = '' then
    return '{"courses": [], "instructors": [], "categories": [], "terms": []}';
  end if;
  -- Every word may be a beginning: people do not finish the words before, either.
  query := to_tsquery('pg_catalog.simple', replace(beginning, ' ', ':* & ') || ':*');

  return jsonb_build_object(
    'courses', (
      select coalesce(
        jsonb_agg(jsonb_build_object('id', c.id, 'title', c.title, 'slug', c.slug, 'thumbnail', c.thumbnail_path)
          order by best.student_count desc, best.course_id desc),
        '[]'
      )
      from (
        select d.course_id, d.student_count
        from private.course_search d
        where d.title_words @@ query
        order by d.student_count desc, d.course_id desc
        limit wanted
      ) best
      join public.courses c on c.id = best.course_id
    ),
    'instructors', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object('id', best.id, 'first_name', best.first_name, 'last_name', best.last_name)
          order by best.last_name, best.first_name, best.id
        ),
        '[]'
      )
      from (
        select p.id, p.first_name, p.last_name
        from public.profiles p
        where p.is_instructor and private.word_vector(p.first_name || ' ' || p.last_name) @@ query
          and exists (select from public.courses c where c.instructor_id = p.id and c.is_published)
        order by p.last_name, p.first_name, p.id
        limit wanted
      ) best
    ),
    'categories', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object('name', best.name, 'slug', best.slug, 'icon', best.icon) order by best.course_count desc, best.name
        ),
        '[]'
      )
      from (
        select k.name, k.slug, k.icon, k.course_count
        from public.categories k
        where k.course_count > 0 and private.word_vector(k.name) @@ query
        order by k.course_count desc, k.name
        limit wanted
      ) best
    ),
    'terms', (
      select coalesce(jsonb_agg(best.term order by best.people desc, best.term), '[]')
      from (
        select t.term, t.people
        from private.popular_terms t
        where t.words like beginning || '%' or t.words like '% ' || beginning || '%'
        order by t.people desc, t.term
        limit wanted
      ) best
    )
  );
end
$$;

comment on function private.suggest is 'The door behind public.suggest.';

revoke execute on function private.suggest from public, anon, authenticated, service_role;

grant execute on function private.suggest to anon, authenticated;

create function public.suggest(q text, max_results integer default 5)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  perform private.allow_caching();
  return private.suggest(q, max_results);
end
$$;

comment on function public.suggest is
  'Suggestions while somebody types, for everybody: what begins with the letters so far. q: 1 to 100 characters; max_results of each kind: 1 to 10, 5 by default. Returns {courses[{id, title, slug, thumbnail}], instructors[{id, first_name, last_name}], categories[{name, slug, icon}], terms[popular searches]}: what is on sale and who teaches it, the most studied first. A visitor''s answer may be cached for a minute. Errors: VALIDATION_ERROR 422, SEARCH_QUERY_TOO_LONG 422.';

revoke execute on function public.suggest from public, anon, authenticated, service_role;

grant execute on function public.suggest to anon, authenticated;
