-- The shelves of the catalogue.
create function public.list_categories()
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  perform private.allow_caching();
  return jsonb_build_object(
    'results',
    coalesce(
      (
        select jsonb_agg(
          jsonb_build_object(
            'id', k.id, 'name', k.name, 'slug', k.slug, 'description', k.description, 'icon', k.icon, 'course_count', k.course_count
          )
          order by k.name
        )
        from public.categories k
      ),
      '[]'
    )
  );
end
$$;

comment on function public.list_categories is
  'All categories by name: {results[{id, name, slug, description, icon (Lucide), course_count (published courses)}]}. A visitor''s answer may be cached for a minute.';

revoke execute on function public.list_categories from public, anon, authenticated, service_role;

grant execute on function public.list_categories to anon, authenticated;
