-- Makes a key and shows it, this once. Definer: keys are written by nobody directly.
create function private.create_api_key(name text, expires_in_days integer)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  max_keys constant integer := 10;
  secret text := 'lf_' || encode(extensions.gen_random_bytes(20), 'hex');
  made public.api_keys;
begin
  if coalesce(length(btrim(create_api_key.name)), 0) not between 1 and 100 then
    perform private.fail('VALIDATION_ERROR', 422, 'The key needs a name.', '{"name": "1 to 100 characters"}');
  end if;
  if create_api_key.expires_in_days not between 1 and 365 or create_api_key.expires_in_days is null then
    perform private.fail('VALIDATION_ERROR', 422, 'A key ends within a year.', '{"expires_in_days": "1 to 365"}');
  end if;

  -- One account makes one key at a time: two at once could both be the tenth.
  perform from public.profiles p where p.id = caller for no key update;
  if (
    select count(*) from public.api_keys k where k.user_id = caller and k.is_active and k.expires_at > now()
  ) >= max_keys then
    perform private.fail('API_KEY_LIMIT_REACHED', 409, 'Revoke a key first.', jsonb_build_object('limit', max_keys));
  end if;

  insert into public.api_keys (user_id, name, key_prefix, key_hash, expires_at)
  values (
    caller, btrim(create_api_key.name), left(secret, 11), encode(sha256(convert_to(secret, 'UTF8')), 'hex'),
    now() + make_interval(days => create_api_key.expires_in_days)
  )
  returning * into made;
  return jsonb_build_object(
    'id', made.id, 'name', made.name, 'key', secret, 'key_prefix', made.key_prefix, 'created_at', made.created_at,
    'expires_at', made.expires_at
  );
end
$$;

comment on function private.create_api_key is 'The door behind public.create_api_key.';

revoke execute on function private.create_api_key from public, anon, authenticated, service_role;

grant execute on function private.create_api_key to authenticated;

create function public.create_api_key(name text, expires_in_days integer default 90)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.create_api_key(name, expires_in_days);

comment on function public.create_api_key is
  'Makes a key for a program, valid for 1 to 365 days. Returns {id, name, key (shown only now), key_prefix, created_at, expires_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, API_KEY_LIMIT_REACHED 409 (10 valid ones), VALIDATION_ERROR 422.';

revoke execute on function public.create_api_key from public, anon, authenticated, service_role;

grant execute on function public.create_api_key to authenticated;
