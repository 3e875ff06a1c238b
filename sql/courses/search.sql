-- One box for everything: courses, instructors and categories that fit the words. Definer inside for the same reason as
-- search_courses: no text index works under row-level security.
create function private.search(q text, "type" text, page integer, page_size integer, facets boolean)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  words text := nullif(btrim(search.q), '');
  page integer := private.clamp_page(search.page);
  page_size integer := private.clamp_page_size(search.page_size);
  courses json;
  instructors jsonb;
  categories jsonb;
begin
  if words is null then
    perform private.fail('VALIDATION_ERROR', 422, 'Say what you look for.', '{"q": "must not be empty"}');
  end if;
  if length(words) > 200 then
    perform private.fail('SEARCH_QUERY_TOO_LONG', 422, 'Search for at most 200 characters.', '{"q": "at most 200 characters"}');
  end if;
  if search."type" not in ('course', 'instructor', 'category') then
    perform private.fail('VALIDATION_ERROR', 422, 'There is nothing of this type.', '{"type": "course, instructor or category"}');
  end if;
  perform set_config('pg_trgm.word_similarity_threshold', '0.4', true);

  if search."type" is null or search."type" = 'course' then
    courses := private.search_courses(search => words, page => page, page_size => page_size, facets => search.facets);
  end if;

  if search."type" is null or search."type" = 'instructor' then
    with matches as materialized (
      select p.id, extensions.word_similarity(words, p.first_name || ' ' || p.last_name) as fit
      from public.profiles p
      where p.is_instructor and words operator(extensions.<%) (p.first_name || ' ' || p.last_name)
    ),
    shown as (
      select m.id, m.fit from matches m order by m.fit desc, m.id limit page_size offset (page - 1) * page_size
    )
    select private.page(
      (select count(*) from matches), page, page_size,
      (select jsonb_agg(to_jsonb(v) order by s.fit desc, s.id) from shown s join public.v_instructor_public v on v.id = s.id)
    )
    into instructors;
  end if;

  if search."type" is null or search."type" = 'category' then
    with matches as materialized (
      select k.*, extensions.word_similarity(words, k.name) as fit
      from public.categories k
      where words operator(extensions.<%) k.name
    )
    select private.page(
      (select count(*) from matches), page, page_size,
      (
        select jsonb_agg(
          jsonb_build_object(
            'id', s.id, 'name', s.name, 'slug', s.slug, 'description', s.description, 'icon', s.icon, 'course_count', s.course_count
          )
          order by s.fit desc, s.name
        )
        from (select m.* from matches m order by m.fit desc, m.name limit page_size offset (page - 1) * page_size) s
      )
    )
    into categories;
  end if;

  -- What was not asked for is left out.
  return '{' || concat_ws(
    ',', '"courses":' || courses, '"instructors":' || instructors::text, '"categories":' || categories::text
  ) || '}';
end
$$;

comment on function private.search is 'The door behind public.search.';

revoke execute on function private.search from public, anon, authenticated, service_role;

grant execute on function private.search to anon, authenticated;

create function public.search(
  q text,
  "type" text default null,
  page integer default 1,
  page_size integer default 20,
  facets boolean default false
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  perform private.allow_caching();
  return private.search(q, "type", page, page_size, facets);
end
$$;

comment on function public.search is
  'Searches everything, for everybody. q: 1 to 200 characters; type: course, instructor or category, all three when left out; page and page_size hold for each; facets: true to have the courses'' facets counted, as by search_courses. Returns {courses, instructors, categories}, each a page {count, total_pages, current_page, page_size, next, previous, results}: cards of search_courses, rows of v_instructor_public, categories of list_categories. Types not asked for are left out. A visitor''s answer may be cached for a minute. Errors: VALIDATION_ERROR 422, SEARCH_QUERY_TOO_LONG 422.';

revoke execute on function public.search from public, anon, authenticated, service_role;

grant execute on function public.search to anon, authenticated;
