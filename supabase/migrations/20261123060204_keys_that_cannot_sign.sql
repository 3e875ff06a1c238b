-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.mint_api_key (
  user_id         uuid,
  name            text,
  expires_in_days integer,
  scopes          text[]  DEFAULT '{}'::text[],
  course_ids      uuid[]  DEFAULT '{}'::uuid[]
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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

  insert into public.api_keys (user_id, name, key_prefix, key_hash, scopes, course_ids, expires_at)
  values (
    mint_api_key.user_id, btrim(mint_api_key.name), left(secret, 11),
    -- Hashed twice: the first hash signs, the second only recognises it.
    encode(sha256(sha256(convert_to(secret, 'UTF8'))), 'hex'),
    mint_api_key.scopes, mint_api_key.course_ids, now() + make_interval(days => mint_api_key.expires_in_days)
  )
  returning * into made;
  return jsonb_build_object(
    'id', made.id, 'name', made.name, 'key', secret, 'key_prefix', made.key_prefix, 'scopes', made.scopes,
    'course_ids', made.course_ids, 'created_at', made.created_at, 'expires_at', made.expires_at
  );
end
$function$;

CREATE OR REPLACE FUNCTION public.authenticate_signed_request (
  key_id      uuid,
  signed_at   bigint,
  nonce       text,
  method      text,
  path        text,
  body_sha256 text,
  signature   text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  clock_window constant interval := interval '300 seconds';
  hourly_limit constant integer := 300;
  key public.api_keys;
  mask bytea;
  proof bytea;
  client_key bytea;
begin
  select * into key from public.api_keys k where k.id = authenticate_signed_request.key_id;
  mask := extensions.hmac(
    convert_to(
      concat_ws(
        E'\n', 'LF2-HMAC-SHA256', authenticate_signed_request.signed_at, authenticate_signed_request.nonce,
        authenticate_signed_request.method, authenticate_signed_request.path, authenticate_signed_request.body_sha256
      ),
      'UTF8'
    ),
    -- Without such a key the same work is done for a random one.
    decode(coalesce(key.key_hash, encode(extensions.gen_random_bytes(32), 'hex')), 'hex'), 'sha256'
  );
  -- The signature is the client key under this mask; who does not know that key can only guess it.
  if authenticate_signed_request.signature ~ '^[0-9a-f]{64}$' then
    proof := decode(authenticate_signed_request.signature, 'hex');
    select decode(string_agg(lpad(to_hex(get_byte(proof, i) # get_byte(mask, i)), 2, '0'), '' order by i), 'hex')
    into client_key
    from generate_series(0, 31) i;
  end if;
  if key.id is null or client_key is null or encode(sha256(client_key), 'hex') is distinct from key.key_hash
  then
    perform private.fail('INVALID_SIGNATURE', 400, 'The signature does not match the request.');
  end if;
  if not key.is_active or key.expires_at <= now() then
    perform private.fail('API_KEY_EXPIRED', 401, 'This key was revoked or is over.');
  end if;
  -- Without to_timestamp: a number from outside may be no time at all.
  if abs(extract(epoch from now()) - authenticate_signed_request.signed_at) > extract(epoch from clock_window) then
    perform private.fail(
      'SIGNATURE_EXPIRED', 401, 'The request was signed at another time.',
      jsonb_build_object('server_time', floor(extract(epoch from now())), 'window_seconds', extract(epoch from clock_window))
    );
  end if;
  if not exists (select from public.profiles p where p.id = key.user_id and p.is_active) then
    perform private.fail('ACCOUNT_DISABLED', 403, 'The account of this key is closed.');
  end if;

  insert into private.api_nonces (key_id, nonce)
  values (key.id, authenticate_signed_request.nonce)
  on conflict do nothing;
  if not found then
    perform private.fail('REQUEST_REPLAYED', 409, 'This request was made already.');
  end if;
  if not private.rate_limit_hit('signed_request', key.id::text, hourly_limit, interval '1 hour') then
    perform private.fail(
      'RATE_LIMITED', 429, 'This key was used too often. Try again later.',
      jsonb_build_object('limit', hourly_limit), '{"Retry-After": "600"}'
    );
  end if;
  update public.api_keys k
  set last_used_at = now()
  where k.id = key.id and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute');
  return jsonb_build_object('key_id', key.id, 'user_id', key.user_id, 'scopes', key.scopes);
end
$function$;

COMMENT ON COLUMN "public"."api_keys"."key_hash" IS 'SHA-256 (hex) of the SHA-256 of the key. It checks signatures and makes none, so a backup signs nothing.';

COMMENT ON FUNCTION "public"."authenticate_signed_request"(uuid, bigint, text, text, text, text, text) IS 'Edge functions only. Lets a signed request in, once: signature (hex) is client_key xor hmac_sha256(sha256(client_key), lines), where client_key is the SHA-256 of the API key and the lines are LF2-HMAC-SHA256, signed_at (seconds since 1970), nonce (16 to 64 of A-Z a-z 0-9 _ -), method, path, body_sha256 (hex). Returns {key_id, user_id, scopes}. Errors: INVALID_SIGNATURE 400 (or no such key), API_KEY_EXPIRED 401, SIGNATURE_EXPIRED 401 (more than 300 s away), ACCOUNT_DISABLED 403, REQUEST_REPLAYED 409, RATE_LIMITED 429 (300 an hour).';

-- Keys from before are hashed once more: they stay valid, for programs that sign the new way. A backup from before still
-- holds what signs with them: rotate them.
UPDATE public.api_keys
SET
  key_hash = encode(sha256(decode(key_hash, 'hex')), 'hex')
WHERE
  true;
