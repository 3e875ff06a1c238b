-- Says who may keep the answer of a read: everybody for a minute what a visitor gets, nobody what an account gets.
create function private.allow_caching(seconds integer default 60)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- Vary, because both come from one address: a cache that forgot it would show a visitor's page to somebody signed in.
  perform set_config(
    'response.headers',
    case when auth.uid() is null
      then format('[{"Cache-Control": "public, max-age=%s"}, {"Vary": "Authorization"}]', allow_caching.seconds)
      else '[{"Cache-Control": "private, no-store"}]'
    end,
    true
  );
end
$$;

comment on function private.allow_caching is
  'Sets the headers of a public read. seconds: how old a visitor''s answer may become in a cache. Its caller answers visitors with nothing that belongs to a person.';

revoke execute on function private.allow_caching from public, anon, authenticated, service_role;

grant execute on function private.allow_caching to anon, authenticated, service_role;
