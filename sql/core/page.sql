-- One shape for every numbered page. plpgsql keeps its plans; a SQL function with a set clause would be planned anew at
-- every call.
create function private.clamp_page(page integer)
returns integer
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  -- The upper bound keeps (page - 1) * page_size inside an integer.
  return least(greatest(coalesce(page, 1), 1), 1000000);
end
$$;

comment on function private.clamp_page is 'A page number of at least 1.';

create function private.clamp_page_size(page_size integer, fallback integer default 20)
returns integer
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  return least(greatest(coalesce(page_size, fallback), 1), 100);
end
$$;

comment on function private.clamp_page_size is 'A page size from 1 to 100.';

create function private.page(count bigint, page integer, page_size integer, results jsonb)
returns jsonb
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
declare
  total_pages bigint := (page.count + page.page_size - 1) / page.page_size;
begin
  return jsonb_build_object(
    'count', page.count,
    'total_pages', total_pages,
    'current_page', page.page,
    'page_size', page.page_size,
    'next', case when page.page < total_pages then page.page + 1 end,
    -- Beyond the end, the previous page is the last one that has results.
    'previous', case when page.page > 1 and page.count > 0 then least(page.page - 1, total_pages) end,
    'results', coalesce(page.results, '[]')
  );
end
$$;

comment on function private.page is
  'The page envelope {count, total_pages, current_page, page_size, next, previous, results}; next and previous are page numbers or null.';

-- The same around results that are text already: jsonb would take a long page apart and put it together again, and json
-- would read it once more.
create function private.page_json(
  count bigint,
  page integer,
  page_size integer,
  results text,
  facets jsonb default null
)
returns json
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
declare
  total_pages bigint := (page_json.count + page_json.page_size - 1) / page_json.page_size;
begin
  return '{"count":' || page_json.count
    || ',"total_pages":' || total_pages
    || ',"current_page":' || page_json.page
    || ',"page_size":' || page_json.page_size
    || ',"next":' || case when page_json.page < total_pages then (page_json.page + 1)::text else 'null' end
    || ',"previous":' || case
      when page_json.page > 1 and page_json.count > 0 then least(page_json.page - 1, total_pages)::text else 'null'
    end
    || coalesce(',"facets":' || page_json.facets::text, '')
    || ',"results":' || coalesce(page_json.results, '[]') || '}';
end
$$;

comment on function private.page_json is
  'private.page for results that are a JSON array as text: {count, total_pages, current_page, page_size, next, previous, results}, and facets where given.';

revoke execute
on function private.clamp_page, private.clamp_page_size, private.page, private.page_json
from public, anon, authenticated, service_role;

grant execute on function private.clamp_page, private.page to authenticated;

grant execute on function private.clamp_page_size to anon, authenticated;
