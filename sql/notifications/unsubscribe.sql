-- For the edge function unsubscribe: whoever holds the link of a mail ends this kind of mail for its reader.
create function public.unsubscribe(token text, dry_run boolean default false)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  key private.unsubscribe_keys;
  kind text;
  was_on boolean;
begin
  if unsubscribe.token ~ '^[0-9a-f]{64}$' then
    select * into key from private.unsubscribe_keys k where k.id = left(unsubscribe.token, 32)::uuid;
    -- Digests are compared, so that the time it takes says nothing about the signature.
    select p into kind
    from unnest('{weekly_summary,review_replies,price_falls}'::text[]) p
    where sha256(convert_to(private.unsubscribe_signature(key.secret, p), 'UTF8'))
      = sha256(convert_to(right(unsubscribe.token, 32), 'UTF8'));
  end if;
  if kind is null then
    perform private.fail('UNSUBSCRIBE_LINK_INVALID', 404, 'This link does not belong to any mail of ours.');
  end if;

  was_on := private.wants_mail(key.user_id, kind);
  if not unsubscribe.dry_run then
    -- It takes several rows of a person.
    perform private.hold_person(key.user_id);
    update public.notification_preferences n
    set weekly_summary = n.weekly_summary and kind <> 'weekly_summary',
      review_replies = n.review_replies and kind <> 'review_replies',
      price_falls = n.price_falls and kind <> 'price_falls'
    where n.user_id = key.user_id and was_on;
    perform from private.outbox o
    where o.user_id = key.user_id and o.preference = kind and o.state = 'pending'
    order by o.id
    for no key update;
    update private.outbox o
    set state = 'dropped'
    where o.user_id = key.user_id and o.preference = kind and o.state = 'pending';
  end if;
  return jsonb_build_object('preference', kind, 'was_on', was_on);
end
$$;

comment on function public.unsubscribe is
  'Edge functions only. Ends the kind of mail that a token of claim_outbox names, and drops what is still owed of it; the same again changes nothing. With dry_run it only tells. Returns {preference: weekly_summary, review_replies or price_falls, was_on}. Errors: UNSUBSCRIBE_LINK_INVALID 404.';

revoke execute on function public.unsubscribe from public, anon, authenticated, service_role;

grant execute on function public.unsubscribe to service_role;
