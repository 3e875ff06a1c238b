-- For edge functions that programs call: who signed this request? The signature is the proof of SCRAM (RFC 5802, section
-- 3): what the database keeps can check a signature and cannot make one. The nonce is used up in the same transaction.
create function public.authenticate_signed_request(
  key_id uuid,
  signed_at bigint,
  nonce text,
  method text,
  path text,
  body_sha256 text,
  signature text
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
  -- Of the account, whatever key: a second key is no second measure.
  if not private.rate_limit_hit('signed_request', key.user_id::text, hourly_limit, interval '1 hour') then
    perform private.fail(
      'RATE_LIMITED', 429, 'The keys of this account were used too often. Try again later.',
      jsonb_build_object('limit', hourly_limit, 'window_seconds', 3600), '{"Retry-After": "3600"}'
    );
  end if;
  update public.api_keys k
  set last_used_at = now()
  where k.id = key.id and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute');
  return jsonb_build_object('key_id', key.id, 'user_id', key.user_id, 'scopes', key.scopes);
end
$$;

comment on function public.authenticate_signed_request is
  'Edge functions only. Lets a signed request in, once: signature (hex) is client_key xor hmac_sha256(sha256(client_key), lines), where client_key is the SHA-256 of the API key and the lines are LF2-HMAC-SHA256, signed_at (seconds since 1970), nonce (16 to 64 of A-Z a-z 0-9 _ -), method, path, body_sha256 (hex). Returns {key_id, user_id, scopes}. Errors: INVALID_SIGNATURE 400 (or no such key), API_KEY_EXPIRED 401, SIGNATURE_EXPIRED 401 (more than 300 s away), ACCOUNT_DISABLED 403, REQUEST_REPLAYED 409, RATE_LIMITED 429 (300 an hour of all keys of an account).';

revoke execute on function public.authenticate_signed_request from public, anon, authenticated, service_role;

grant execute on function public.authenticate_signed_request to service_role;
