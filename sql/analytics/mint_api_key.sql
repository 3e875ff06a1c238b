-- Makes the key itself: what create_api_key, create_company_key and rotate_api_key have in common.
create function private.mint_api_key(
  user_id uuid,
  name text,
  expires_in_days integer,
  scopes text[] default '{}',
  course_ids uuid[] default '{}',
  -- Instead of the end that expires_in_days says.
  expires_at timestamptz default null,
  seats integer default null
)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  secret constant text := 'lf_' || encode(extensions.gen_random_bytes(20), 'hex');
  made public.api_keys;
begin
  if coalesce(length(btrim(mint_api_key.name)), 0) not between 1 and 100 then
    perform private.fail('VALIDATION_ERROR', 422, 'The key needs a name.', '{"name": "1 to 100 characters"}');
  end if;
  if mint_api_key.expires_in_days not between 1 and 365 or mint_api_key.expires_in_days is null then
    perform private.fail('VALIDATION_ERROR', 422, 'A key ends within a year.', '{"expires_in_days": "1 to 365"}');
  end if;

  insert into public.api_keys (user_id, name, key_prefix, key_hash, scopes, course_ids, seats, expires_at)
  values (
    mint_api_key.user_id, btrim(mint_api_key.name), left(secret, 11),
    -- Hashed twice: the first hash signs, the second only recognises it.
    encode(sha256(sha256(convert_to(secret, 'UTF8'))), 'hex'),
    mint_api_key.scopes, mint_api_key.course_ids, mint_api_key.seats,
    coalesce(mint_api_key.expires_at, now() + make_interval(days => mint_api_key.expires_in_days))
  )
  returning * into made;
  return jsonb_build_object(
    'id', made.id, 'name', made.name, 'key', secret, 'key_prefix', made.key_prefix, 'scopes', made.scopes,
    'course_ids', made.course_ids, 'seats', made.seats, 'created_at', made.created_at, 'expires_at', made.expires_at
  );
end
$$;

comment on function private.mint_api_key is
  'A new key, with the secret that is shown only now: {id, name, key, key_prefix, scopes, course_ids, seats, created_at, expires_at}.';

-- One account makes one key at a time: two at once could both be the tenth.
create function private.require_room_for_key(user_id uuid, except_key_id uuid default null)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  max_keys constant integer := 10;
begin
  perform from public.profiles p where p.id = require_room_for_key.user_id for no key update;
  if (
    select count(*)
    from public.api_keys k
    where k.user_id = require_room_for_key.user_id and k.is_active and k.expires_at > now()
      and k.id is distinct from require_room_for_key.except_key_id
  ) >= max_keys then
    perform private.fail('API_KEY_LIMIT_REACHED', 409, 'Revoke a key first.', jsonb_build_object('limit', max_keys));
  end if;
end
$$;

comment on function private.require_room_for_key is
  'API_KEY_LIMIT_REACHED 409 for an account with ten valid keys; except_key_id: the one that is being replaced.';

revoke execute
on function private.mint_api_key, private.require_room_for_key
from public, anon, authenticated, service_role;
