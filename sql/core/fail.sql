-- The one place that raises an error: a fact with a name, a status and details, in the shape PostgREST passes on.
create function private.fail(
  code text,
  status integer,
  message text,
  details jsonb default '{}',
  headers jsonb default '{}'
)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  raise sqlstate 'PGRST' using
    message = jsonb_build_object(
      'code', fail.code,
      'message', fail.message,
      -- Text holding JSON: PostgREST wants a string here.
      'details', coalesce(fail.details, '{}')::text,
      -- The status again, because throwOnError() of supabase-js loses the one of the response.
      'hint', jsonb_build_object('status', fail.status)::text
    )::text,
    detail = jsonb_build_object('status', fail.status, 'headers', coalesce(fail.headers, '{}'))::text;
end
$$;

comment on function private.fail is
  'Ends the call with an error of the contract. code: upper snake case literal of types/errors.ts; status: HTTP; details: JSON object; headers: response headers such as Retry-After (seconds, as text).';

revoke execute on function private.fail from public, anon, authenticated, service_role;

-- Invoker RPCs of every role raise through it.
grant execute on function private.fail to anon, authenticated;
