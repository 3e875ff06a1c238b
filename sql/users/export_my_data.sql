-- Everything we hold about the caller, for the caller. Definer: much of it lies in the workshop.
create function private.export_my_data()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  -- A closed account keeps this right.
  caller uuid := (select auth.uid());
  place record;
  found_rows jsonb;
  tables jsonb := '{}';
begin
  if caller is null then
    perform private.fail('AUTH_REQUIRED', 401, 'Sign in first.');
  end if;

  for place in
    select d.table_name, string_agg('(' || d.condition || ')', ' or ') as condition, array_agg(distinct h) filter (where h is not null) as hidden
    from private.personal_data d left join lateral unnest(d.hidden_columns) h on true
    where d.is_exported
    group by d.table_name
    order by d.table_name
  loop
    found_rows := private.execute_for_person(
      format(
        'select coalesce(jsonb_agg(to_jsonb(t) - $2), ''[]'') from %s t where %s', place.table_name::regclass, place.condition
      ),
      caller, coalesce(place.hidden, '{}')
    );
    tables := tables || jsonb_build_object(place.table_name, found_rows);
  end loop;

  return jsonb_build_object(
    'exported_at', now(),
    'tables', tables,
    'files', (
      select coalesce(jsonb_agg(jsonb_build_object('bucket', o.bucket_id, 'path', o.name, 'created_at', o.created_at) order by o.bucket_id, o.name), '[]')
      from storage.objects o
      where o.bucket_id in (select b.bucket_id from private.personal_buckets() b) and o.name like caller || '/%'
    )
  );
end
$$;

comment on function private.export_my_data is 'The door behind public.export_my_data.';

-- Buckets with a folder for each person.
create function private.personal_buckets()
returns table (bucket_id text)
language sql
immutable
parallel safe
security invoker
set search_path = ''
as $$
  values
    ('avatars'),
    ('certificates'),
    ('invoices'),
    ('exports');
$$;

comment on function private.personal_buckets is 'Buckets whose folders are named by the id of a person.';

revoke execute
on function private.export_my_data, private.personal_buckets
from public, anon, authenticated, service_role;

grant execute on function private.export_my_data to authenticated;

create function public.export_my_data()
returns jsonb
language sql
stable
security invoker
set search_path = ''
return private.export_my_data();

comment on function public.export_my_data is
  'Everything that is stored about the caller: {exported_at, tables {"schema.table": rows[]}, files [{bucket, path, created_at}]}. Works for a closed account too. Errors: AUTH_REQUIRED 401.';

revoke execute on function public.export_my_data from public, anon, authenticated, service_role;

grant execute on function public.export_my_data to authenticated;
