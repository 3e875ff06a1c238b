-- Answers an error without raising it, for attempts that must count: raising would roll the counter back.
create function private.answer_error(
  code text,
  status integer,
  message text,
  details jsonb default '{}',
  headers jsonb default '{}'
)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform set_config('response.status', answer_error.status::text, true);
  -- One object a header: PostgREST answers 500 to an object that holds none, or several.
  perform set_config(
    'response.headers',
    (select coalesce(jsonb_agg(jsonb_build_object(h.key, h.value)), '[]') from jsonb_each(answer_error.headers) h)::text,
    true
  );
  -- The body that private.fail makes PostgREST send.
  return jsonb_build_object(
    'code', answer_error.code,
    'message', answer_error.message,
    'details', answer_error.details::text,
    'hint', jsonb_build_object('status', answer_error.status)::text
  );
end
$$;

comment on function private.answer_error is
  'The body of an error as the result of an RPC, with its HTTP status. The transaction commits. Arguments as of private.fail.';

revoke execute on function private.answer_error from public, anon, authenticated, service_role;
