-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

-- What a request that began before the migration before this one could still call.
DROP FUNCTION "private_outgoing"."cart_refusal"(uuid, uuid);

DROP FUNCTION "private_outgoing"."current_streak_days"(integer, date, text, timestamp WITH time zone);

DROP FUNCTION "private_outgoing"."is_service"();

DROP FUNCTION "private_outgoing"."minimum_charge_cents"(text);

DROP FUNCTION "private_outgoing"."normalise_coupon_code"(text);

DROP FUNCTION "private_outgoing"."purchase_refusal"(uuid, uuid);

DROP FUNCTION "public_outgoing"."add_to_cart"(uuid);

DROP FUNCTION "public_outgoing"."continue_learning"(integer);

DROP FUNCTION "public_outgoing"."create_order_from_cart"(jsonb, numeric, text, text);

DROP FUNCTION "public_outgoing"."enroll_free"(uuid);

DROP FUNCTION "public_outgoing"."enrollment_detail"(uuid);

DROP FUNCTION "public_outgoing"."get_cart"();

DROP FUNCTION "public_outgoing"."mark_lesson_complete"(uuid, uuid, boolean);

DROP FUNCTION "public_outgoing"."my_enrollments"(text, integer, integer);

DROP FUNCTION "public_outgoing"."record_watch_time"(uuid, integer, integer, integer);

DROP FUNCTION "private_outgoing"."own_cart_id"();

DROP SCHEMA "private_outgoing";

DROP SCHEMA "public_outgoing";

SET local check_function_bodies = off;

DROP TRIGGER "count_changed_rating" ON "public"."reviews";

CREATE OR REPLACE FUNCTION private.caller_key()
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  headers jsonb := nullif(current_setting('request.headers', true), '');
  address text;
begin
  if (select auth.uid()) is not null then
    return (select auth.uid());
  end if;
  -- Cloudflare in front of the platform overwrites its header. Of the forwarded ones only the last was not written
  -- by the visitor.
  address := coalesce(
    headers ->> 'cf-connecting-ip', btrim((regexp_match(headers ->> 'x-forwarded-for', '[^,]+$'))[1]), 'unknown'
  );
  -- One household, or one server, is given 2^64 addresses of IPv6: they are one visitor.
  if address ~ ':' and address !~* '^::ffff:' and pg_input_is_valid(address, 'inet') then
    return network(set_masklen(address::inet, 64))::text;
  end if;
  return left(address, 100);
end
$function$;

CREATE OR REPLACE FUNCTION private.count_helpful_votes()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  -- Always in the same order: see private.count_ratings.
  perform from public.reviews r
  where r.id in (select v.review_id from changed_rows v)
  order by r.id
  for no key update;

  if tg_op = 'INSERT' then
    update public.reviews r
    set helpful_count = r.helpful_count + d.n
    from (select v.review_id, count(*) as n from changed_rows v group by v.review_id) d
    where r.id = d.review_id;
  else
    update public.reviews r
    set helpful_count = r.helpful_count - d.n
    from (select v.review_id, count(*) as n from changed_rows v group by v.review_id) d
    where r.id = d.review_id;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_ratings()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  changes private.rating_change[];
begin
  case tg_op
    when 'INSERT' then
      changes := array(
        select row(r.course_id, r.user_id, r.rating, r.has_words, not r.is_hidden, 1)::private.rating_change from changed r
      );
    when 'DELETE' then
      changes := array(
        select row(r.course_id, r.user_id, r.rating, r.has_words, not r.is_hidden, -1)::private.rating_change from changed r
      );
    else
      -- Votes change reviews, too; they take no lock on the course.
      changes := array(
        select row(x.course_id, x.user_id, x.rating, x.has_words, not x.is_hidden, x.n)::private.rating_change
        from replaced o
        join changed r
          on r.id = o.id and (r.rating, r.has_words, r.is_hidden) is distinct from (o.rating, o.has_words, o.is_hidden)
        cross join lateral (
          values
            (o.course_id, o.user_id, o.rating, o.has_words, o.is_hidden, -1),
            (r.course_id, r.user_id, r.rating, r.has_words, r.is_hidden, 1)
        ) x (course_id, user_id, rating, has_words, is_hidden, n)
      );
  end case;
  if cardinality(changes) = 0 then
    return null;
  end if;

  -- Always in the same order, so that two people who change several reviews do not wait for each other in a circle.
  perform from public.course_stats s
  where s.course_id in (select c.course_id from unnest(changes) c)
  order by s.course_id
  for no key update;

  update public.course_stats s
  set rating_1 = s.rating_1 + d.rating_1,
    rating_2 = s.rating_2 + d.rating_2,
    rating_3 = s.rating_3 + d.rating_3,
    rating_4 = s.rating_4 + d.rating_4,
    rating_5 = s.rating_5 + d.rating_5,
    review_count = s.review_count + d.reviews
  from (
    select c.course_id,
      coalesce(sum(c.n) filter (where c.rating = 1), 0) as rating_1,
      coalesce(sum(c.n) filter (where c.rating = 2), 0) as rating_2,
      coalesce(sum(c.n) filter (where c.rating = 3), 0) as rating_3,
      coalesce(sum(c.n) filter (where c.rating = 4), 0) as rating_4,
      coalesce(sum(c.n) filter (where c.rating = 5), 0) as rating_5,
      coalesce(sum(c.n) filter (where c.has_words), 0) as reviews
    from unnest(changes) c
    where c.is_shown
    group by c.course_id
  ) d
  where s.course_id = d.course_id;

  update public.profile_stats s
  set ratings_given = s.ratings_given + d.ratings, rating_sum_given = s.rating_sum_given + d.stars
  from (
    select c.user_id, sum(c.n) as ratings, sum(c.n * c.rating) as stars from unnest(changes) c group by c.user_id
  ) d
  where s.user_id = d.user_id and (d.ratings <> 0 or d.stars <> 0);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.reply_to_review (
  review_id uuid,
  reply     text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  words text := btrim(coalesce(reply_to_review.reply, ''));
  review record;
begin
  perform private.require_user();
  select r.id, r.course_id, r.user_id, r.is_hidden, c.slug, c.title, c.is_published into review
  from public.reviews r join public.courses c on c.id = r.course_id
  where r.id = reply_to_review.review_id;

  if not found or (review.is_hidden or not review.is_published) and not private.is_course_author(review.course_id) then
    perform private.fail('REVIEW_NOT_FOUND', 404, 'There is no such review.');
  end if;
  if not private.is_course_author(review.course_id) then
    perform private.fail('NOT_COURSE_OWNER', 403, 'Only those who teach the course can answer.');
  end if;
  if review.is_hidden then
    perform private.fail('REVIEW_HIDDEN', 403, 'Staff has hidden this review.');
  end if;
  if length(words) > 5000 then
    perform private.fail('VALIDATION_ERROR', 422, 'The answer is too long.', '{"reply": "at most 5000 characters"}');
  end if;

  update public.reviews r
  set instructor_reply = words, replied_at = case when words <> '' then now() end
  where r.id = review.id;

  if words <> '' then
    perform private.notify(
      review.user_id, 'review_reply', format('Your review of %s was answered', review.title), left(words, 200),
      '/courses/' || review.slug, 'review_reply:' || review.id
    );
  end if;
  return jsonb_build_object(
    'id', review.id, 'instructor_reply', nullif(words, ''), 'replied_at', case when words <> '' then now() end
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.report_review (
  review_id uuid,
  reason    text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  if coalesce(length(btrim(report_review.reason)), 0) not between 1 and 500 then
    perform private.fail('VALIDATION_ERROR', 422, 'Say what is wrong with the review.', '{"reason": "1 to 500 characters"}');
  end if;
  if not private.rate_limit_hit('report_review', caller::text, 20, interval '1 day') then
    perform private.fail(
      'RATE_LIMITED', 429, 'That is enough for a day.', '{"limit": 20, "window_seconds": 86400}', '{"Retry-After": "86400"}'
    );
  end if;

  insert into private.review_reports (review_id, user_id, reason)
  values (report_review.review_id, caller, btrim(report_review.reason))
  on conflict on constraint review_reports_pkey do update
  set reason = excluded.reason, created_at = now(), resolved_at = null;
  return jsonb_build_object('review_id', report_review.review_id, 'reported', true);
end
$function$;

CREATE OR REPLACE FUNCTION private.require_course_owner (
  course_id uuid
)
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := case when not private.is_service() then private.require_user() end;
  course record;
begin
  select c.instructor_id, c.is_published into course from public.courses c where c.id = require_course_owner.course_id;

  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  if (course.instructor_id = caller or private.is_service() or private.is_admin()) is not true then
    if course.is_published or private.is_course_author(require_course_owner.course_id) then
      perform private.fail('NOT_COURSE_OWNER', 403, 'Only the owner of the course may do this.');
    end if;
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  return caller;
end
$function$;

CREATE OR REPLACE FUNCTION private.submit_contact (
  name    text,
  email   text,
  subject text,
  message text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := (select auth.uid());
  wrong jsonb := '{}';
  new_id uuid;
begin
  if coalesce(length(btrim(submit_contact.name)), 0) not between 1 and 150 then
    wrong := wrong || '{"name": "1 to 150 characters"}';
  end if;
  if (length(submit_contact.email) <= 320 and submit_contact.email ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$') is not true then
    wrong := wrong || '{"email": "must be an e-mail address"}';
  end if;
  if coalesce(length(btrim(submit_contact.subject)), 0) not between 1 and 200 then
    wrong := wrong || '{"subject": "1 to 200 characters"}';
  end if;
  if coalesce(length(btrim(submit_contact.message)), 0) not between 1 and 5000 then
    wrong := wrong || '{"message": "1 to 5000 characters"}';
  end if;
  if wrong <> '{}' then
    perform private.fail('VALIDATION_ERROR', 422, 'The message was not sent.', wrong);
  end if;

  -- Visitors have a common limit, too: an address is easily changed. Answered, not raised: the attempt must count.
  if not private.rate_limit_hit('contact', private.caller_key(), 5, interval '1 hour')
    or caller is null and not private.rate_limit_hit('contact', 'visitors', 100, interval '1 hour') then
    return private.answer_error(
      'RATE_LIMITED', 429, 'Too many messages. Try again in an hour.', '{"limit": 5, "window_seconds": 3600}', '{"Retry-After": "3600"}'
    );
  end if;

  insert into public.contact_messages (user_id, name, email, subject, body)
  values (caller, btrim(submit_contact.name), submit_contact.email, btrim(submit_contact.subject), btrim(submit_contact.message))
  returning id into new_id;
  return jsonb_build_object('id', new_id, 'message', 'Your message was sent.');
end
$function$;

CREATE OR REPLACE FUNCTION private.use_coupon (
  code            text,
  user_id         uuid,
  course_ids      uuid[],
  except_order_id uuid           DEFAULT NULL::uuid,
  OUT             coupon_id uuid,
  OUT             refusal jsonb
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  coupon public.coupons;
  is_holder boolean;
  covered_cents bigint;
begin
  -- The lock is held until the seat is reserved or the transaction ends: nobody overtakes.
  select k.* into coupon
  from public.coupons k
  where k.code = private.normalise_coupon_code(use_coupon.code)
  for no key update;
  is_holder := exists (
    select from private.coupon_holders h where h.coupon_id = coupon.id and h.user_id = use_coupon.user_id
  );

  -- Repeating a code one knows is no guess.
  if not is_holder and not private.rate_limit_hit('coupon', use_coupon.user_id::text, 10, interval '1 hour') then
    refusal := private.answer_error(
      'TOO_MANY_COUPON_ATTEMPTS', 429, 'Too many codes were tried. Try again later.',
      '{"limit": 10, "window_seconds": 3600}', '{"Retry-After": "3600"}'
    );
    return;
  end if;

  select sum(c.price_cents) into covered_cents
  from public.courses c
  where c.id = any (use_coupon.course_ids) and private.coupon_covers(coupon, c);

  -- One answer for unknown, switched off, outside its window, too small a sum and the wrong courses.
  if coupon.id is null
    or not coupon.is_active
    or coupon.starts_at > now()
    or coupon.expires_at <= now()
    or coalesce(covered_cents, 0) = 0
    or covered_cents < coupon.minimum_cents
  then
    refusal := private.answer_error('COUPON_INVALID', 404, 'This code is not valid for these courses.');
    return;
  end if;

  if coupon.max_per_user <= (
    select count(*) from private.coupon_redemptions r
    where r.coupon_id = coupon.id and r.user_id = use_coupon.user_id and r.state <> 'released'
      and r.order_id is distinct from use_coupon.except_order_id
  ) then
    refusal := private.answer_error('COUPON_ALREADY_USED', 409, 'You have used this code already.');
    return;
  end if;

  if coupon.max_redemptions <= coupon.redeemed_count - (
    select count(*) from private.coupon_redemptions r
    where r.coupon_id = coupon.id and r.order_id = use_coupon.except_order_id and r.state <> 'released'
  ) then
    refusal := case
      when is_holder then private.answer_error('COUPON_EXHAUSTED', 409, 'This code is used up.')
      else private.answer_error('COUPON_INVALID', 404, 'This code is not valid for these courses.')
    end;
    return;
  end if;

  if not is_holder then
    insert into private.coupon_holders (coupon_id, user_id)
    values (coupon.id, use_coupon.user_id)
    on conflict do nothing;
  end if;
  coupon_id := coupon.id;
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
      jsonb_build_object('limit', hourly_limit, 'window_seconds', 3600), '{"Retry-After": "3600"}'
    );
  end if;
  update public.api_keys k
  set last_used_at = now()
  where k.id = key.id and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute');
  return jsonb_build_object('key_id', key.id, 'user_id', key.user_id, 'scopes', key.scopes);
end
$function$;

CREATE OR REPLACE FUNCTION public.issue_lesson_media (
  user_id       uuid,
  lesson_id     uuid,
  resource_path text DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  hourly_limit constant integer := 600;
  claims constant text := current_setting('request.jwt.claims', true);
  person constant uuid := issue_lesson_media.user_id;
  lesson record;
  place public.enrollments;
  content public.lesson_contents;
  is_open boolean;
  folder text;
begin
  select l.id, l.course_id, c.is_published
  into lesson
  from public.lessons l join public.courses c on c.id = l.course_id
  where l.id = issue_lesson_media.lesson_id;
  folder := lesson.course_id || '/' || lesson.id || '/';

  perform set_config('request.jwt.claims', jsonb_build_object('sub', person, 'role', 'authenticated')::text, true);
  perform private.require_user();
  is_open := private.may_read_lesson_file(folder || 'file');
  perform set_config('request.jwt.claims', coalesce(claims, ''), true);

  if is_open is not true then
    select e.* into place from public.enrollments e where e.user_id = person and e.course_id = lesson.course_id;
    if lesson.id is null or (place.id is null and not lesson.is_published) then
      perform private.fail('LESSON_NOT_FOUND', 404, 'There is no such lesson.');
    elsif place.id is null then
      perform private.fail(
        'NOT_ENROLLED', 403, 'Enrol in the course first.', jsonb_build_object('course_id', lesson.course_id)
      );
    end if;
    perform private.fail(
      'ENROLLMENT_REVOKED', 403, 'Your access to this course has ended or rests.',
      jsonb_build_object('status', place.status, 'access_ends_at', place.access_ends_at)
    );
  end if;

  if not private.rate_limit_hit('issue_lesson_media', person::text, hourly_limit, interval '1 hour') then
    perform private.fail(
      'RATE_LIMITED', 429, 'Too many addresses were asked for. Try again later.',
      jsonb_build_object('limit', hourly_limit, 'window_seconds', 3600), '{"Retry-After": "3600"}'
    );
  end if;

  select x.* into content from public.lesson_contents x where x.lesson_id = lesson.id;
  if issue_lesson_media.resource_path is null then
    if coalesce(content.video_path, content.video_url) is null then
      perform private.fail('FILE_NOT_FOUND', 404, 'This lesson has no video.');
    end if;
    return jsonb_build_object(
      'lesson_id', lesson.id, 'course_id', lesson.course_id, 'bucket', 'lesson-videos',
      'path', content.video_path, 'url', case when content.video_path is null then content.video_url end
    );
  end if;

  -- Authors type the paths of resources: one that lies under another lesson would be signed by the rule of this one.
  if private.lesson_id_of_file(issue_lesson_media.resource_path) is distinct from lesson.id
    or not starts_with(issue_lesson_media.resource_path, folder)
    or not exists (
      select from jsonb_array_elements(content.resources) r where r ->> 'path' = issue_lesson_media.resource_path
    )
  then
    perform private.fail('FILE_NOT_FOUND', 404, 'This lesson has no such file.');
  end if;
  return jsonb_build_object(
    'lesson_id', lesson.id, 'course_id', lesson.course_id, 'bucket', 'lesson-resources',
    'path', issue_lesson_media.resource_path, 'url', null
  );
end
$function$;

CREATE TRIGGER count_changed_ratings
  AFTER UPDATE ON public.reviews REFERENCING OLD TABLE AS replaced NEW TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_ratings();

COMMENT ON FUNCTION "private"."caller_key"() IS 'The caller''s account id, or the network address of a visitor (of IPv6 the first 64 bits): the subject of rate limits.';
