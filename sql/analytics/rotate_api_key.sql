-- Replaces a key by a new one with the same rights; the old one works a while longer, so that no program stops.
create function private.rotate_api_key(key_id uuid, overlap_hours integer)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller constant uuid := private.require_user();
  old public.api_keys;
begin
  if rotate_api_key.overlap_hours not between 0 and 168 or rotate_api_key.overlap_hours is null then
    perform private.fail('VALIDATION_ERROR', 422, 'A week at most.', '{"overlap_hours": "0 to 168"}');
  end if;
  select * into old
  from public.api_keys k
  where k.id = rotate_api_key.key_id
    -- The answer holds a secret that acts as the key's person, so an admin gets only successors of keys that admins made.
    and (k.user_id = caller or (k.scopes @> '{enroll}' and private.is_admin()))
    and k.is_active and k.expires_at > now()
  for no key update;
  if old.id is null then
    perform private.fail('API_KEY_NOT_FOUND', 404, 'There is no such valid key.');
  end if;
  -- One key becomes one key: otherwise each overlap would be a way round the limit, and each rotation a second key.
  if old.rotated_at is not null then
    perform private.fail(
      'CONFLICT', 409, 'This key has a successor already.', jsonb_build_object('rotated_at', old.rotated_at)
    );
  end if;
  perform private.require_room_for_key(old.user_id, old.id);

  update public.api_keys k
  set rotated_at = now(),
    revoked_at = case when rotate_api_key.overlap_hours = 0 then now() end,
    expires_at = case
      when rotate_api_key.overlap_hours = 0 then k.expires_at
      else least(k.expires_at, now() + make_interval(hours => rotate_api_key.overlap_hours))
    end
  where k.id = old.id;
  return private.mint_api_key(
    old.user_id, old.name, ceil(extract(epoch from old.expires_at - old.created_at) / 86400)::integer, old.scopes, old.course_ids,
    -- An admin said until when a company may give courses; only an admin says it anew.
    case when 'enroll' = any (old.scopes) and not private.is_admin() then old.expires_at end,
    old.seats
  );
end
$$;

comment on function private.rotate_api_key is 'The door behind public.rotate_api_key.';

revoke execute on function private.rotate_api_key from public, anon, authenticated, service_role;

grant execute on function private.rotate_api_key to authenticated;

create function public.rotate_api_key(key_id uuid, overlap_hours integer default 24)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.rotate_api_key(key_id, overlap_hours);

comment on function public.rotate_api_key is
  'Makes the successor of an own valid key (admins: of any company''s), with the same name, rights and length of life; a company''s key that is rotated by the company ends when the old one would have. A key has one successor. The old one ends after overlap_hours (0 to 168; 0: at once). Returns what create_api_key returns. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, API_KEY_NOT_FOUND 404 (also when revoked or over), API_KEY_LIMIT_REACHED 409 (10 other valid ones), CONFLICT 409 (it has a successor), VALIDATION_ERROR 422.';

revoke execute on function public.rotate_api_key from public, anon, authenticated, service_role;

grant execute on function public.rotate_api_key to authenticated;
