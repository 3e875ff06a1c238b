-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.
-- squawk-ignore-file require-concurrent-index-deletion, require-concurrent-index-creation, ban-drop-column, constraint-missing-not-valid
-- A file is one transaction, so indexes are not made concurrently: where the tables are large, make the three changed ones by
-- hand beforehand. The dropped column switched nothing. The new check is on a column that is empty until now.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

SET local check_function_bodies = off;

DROP INDEX "private"."outbox_due_idx";

DROP INDEX "public"."cart_items_course_id_idx";

DROP INDEX "public"."wishlists_course_id_idx";

CREATE SCHEMA "private_outgoing";

ALTER FUNCTION "private"."enqueue_mail"(text, uuid, jsonb, text) SET SCHEMA "private_outgoing";

ALTER TABLE "public"."notification_preferences"
  DROP COLUMN "course_news";

CREATE TABLE "private"."company_invitations" (
  "id"         uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "company_id" uuid                     NOT NULL,
  "course_id"  uuid                     NOT NULL,
  "email_hash" bytea                    NOT NULL,
  "reference"  text                     NOT NULL,
  "expires_at" timestamp with time zone NOT NULL,
  "created_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "company_invitations_email_hash_check" CHECK ((octet_length(email_hash) = 32)),
  CONSTRAINT "company_invitations_email_hash_key" UNIQUE (email_hash, company_id, course_id),
  CONSTRAINT "company_invitations_pkey" PRIMARY KEY (id),
  CONSTRAINT "company_invitations_reference_check" CHECK (((length(reference) >= 1) AND (length(reference) <= 100)))
);

ALTER TABLE "private"."company_invitations"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."price_falls" (
  "id"                  bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "course_id"           uuid                     NOT NULL,
  "price_cents"         integer                  NOT NULL,
  "currency"            character(3)             NOT NULL,
  "lowest_before_cents" integer                  NOT NULL,
  "begins_at"           timestamp with time zone NOT NULL,
  "reached_user_id"     uuid,
  "told"                integer                  NOT NULL DEFAULT 0,
  "ended_at"            timestamp with time zone,
  "is_withdrawn"        boolean                  NOT NULL DEFAULT false,
  "created_at"          timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "price_falls_check" CHECK ((lowest_before_cents > price_cents)),
  CONSTRAINT "price_falls_currency_check" CHECK ((currency ~ '^[a-z]{3}$'::text)),
  CONSTRAINT "price_falls_pkey" PRIMARY KEY (id),
  CONSTRAINT "price_falls_price_cents_check" CHECK ((price_cents >= 0)),
  CONSTRAINT "price_falls_told_check" CHECK ((told >= 0))
);

ALTER TABLE "private"."price_falls"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."unsubscribe_keys" (
  "user_id"    uuid                     NOT NULL,
  "id"         uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "secret"     bytea                    NOT NULL DEFAULT extensions.gen_random_bytes(32),
  "created_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "unsubscribe_keys_id_key" UNIQUE (id),
  CONSTRAINT "unsubscribe_keys_pkey" PRIMARY KEY (user_id),
  CONSTRAINT "unsubscribe_keys_secret_check" CHECK ((octet_length(secret) = 32))
);

ALTER TABLE "private"."unsubscribe_keys"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."outbox"
  ADD COLUMN "preference" text;

ALTER TABLE "public"."notification_preferences"
  ADD COLUMN "price_falls" boolean NOT NULL DEFAULT true;

ALTER TYPE "private"."mail_template" ADD VALUE 'review_reply' AFTER 'weekly_summary';


SET local check_function_bodies = off;

ALTER TYPE "private"."mail_template" ADD VALUE 'price_fall' AFTER 'review_reply';


SET local check_function_bodies = off;

ALTER TYPE "private"."outbox_state" ADD VALUE 'dropped' AFTER 'dead';


SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.announce_price_falls (
  batch_size    integer DEFAULT 500,
  falls_at_once integer DEFAULT 4
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  fall record;
  batch record;
  told_now integer := 0;
begin
  -- What is no longer true is not told: not to those who come next, and not by mails that have not left yet.
  for fall in
    select f.id
    from private.price_falls f join public.courses c on c.id = f.course_id
    where not f.is_withdrawn and f.begins_at > now() - interval '7 days'
      and not (c.is_published and c.price_cents <= f.price_cents and c.currency = f.currency)
    order by f.id
    for no key update of f
  loop
    update private.price_falls f set is_withdrawn = true, ended_at = coalesce(f.ended_at, now()) where f.id = fall.id;
    update private.outbox o
    set state = 'dropped'
    where o.state = 'pending' and o.preference = 'price_falls' and o.payload ->> 'fall_id' = fall.id::text;
  end loop;

  -- The least told first, so that a small course does not wait for a famous one.
  for fall in
    select f.id, f.course_id, f.price_cents, f.currency, f.reached_user_id, c.title, c.slug
    from private.price_falls f join public.courses c on c.id = f.course_id
    where f.ended_at is null and f.begins_at <= now()
    order by f.told, f.id
    limit announce_price_falls.falls_at_once
    for no key update of f
  loop
    with saved as (
      -- In order of an index each, and the same person once: what counts is the price that was seen last.
      select s.user_id, max(s.added_at) as added_at
      from (
        select w.user_id, w.added_at from public.wishlists w
        where w.course_id = fall.course_id and (fall.reached_user_id is null or w.user_id > fall.reached_user_id)
        union all
        select i.user_id, i.added_at from public.cart_items i
        where i.course_id = fall.course_id and (fall.reached_user_id is null or i.user_id > fall.reached_user_id)
      ) s
      group by s.user_id
      order by s.user_id
      limit announce_price_falls.batch_size
    ), reader as (
      select s.user_id, n.price_falls as wants_mail, (
        select h.price_cents
        from public.course_price_history h
        where h.course_id = fall.course_id and h.currency = fall.currency and h.charged_from <= s.added_at
        order by h.charged_from desc, h.id desc
        limit 1
      ) as saved_at_cents
      from
        saved s
        join public.profiles p on p.id = s.user_id and p.is_active
        join public.notification_preferences n on n.user_id = s.user_id
      where private.purchase_refusal(s.user_id, fall.course_id) is null
    ), told as (
      insert into public.notifications (user_id, kind, title, body, link, dedupe_key)
      select r.user_id, 'price_fall', left(format('%s costs less now', fall.title), 300),
        format(
          '%s instead of %s.', private.price_text(fall.price_cents, fall.currency), private.price_text(r.saved_at_cents, fall.currency)
        ),
        '/courses/' || fall.slug, 'price_fall:' || fall.id
      from reader r
      where fall.price_cents < r.saved_at_cents
      on conflict on constraint notifications_user_id_dedupe_key_key do nothing
      returning user_id
    ), owed as (
      insert into private.outbox (template, user_id, payload, dedupe_key, preference)
      select 'price_fall', t.user_id,
        jsonb_build_object(
          'fall_id', fall.id, 'course_title', fall.title, 'course_slug', fall.slug, 'currency', fall.currency,
          'price', private.to_amount(fall.price_cents, fall.currency),
          'price_when_saved', private.to_amount(r.saved_at_cents, fall.currency)
        ),
        fall.id || ' ' || t.user_id, 'price_falls'
      from told t join reader r on r.user_id = t.user_id and r.wants_mail
      on conflict on constraint outbox_template_dedupe_key_key do nothing
    )
    select count(*) as seen, (array_agg(s.user_id order by s.user_id desc))[1] as last_seen, (select count(*) from told) as told
    into batch
    from saved s;

    update private.price_falls f
    set reached_user_id = coalesce(batch.last_seen, f.reached_user_id), told = f.told + batch.told,
      ended_at = case when batch.seen < announce_price_falls.batch_size then now() end
    where f.id = fall.id;
    told_now := told_now + batch.told;
  end loop;
  return told_now;
end
$function$;

CREATE OR REPLACE FUNCTION private.email_hash (
  email text
)
  RETURNS bytea
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
RETURN sha256(convert_to(lower(btrim(email)), 'UTF8'::name));

CREATE OR REPLACE FUNCTION private.enqueue_mail (
  template   text,
  user_id    uuid,
  payload    jsonb,
  dedupe_key text,
  preference text  DEFAULT NULL::text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  insert into private.outbox (template, user_id, payload, dedupe_key, preference)
  select enqueue_mail.template::private.mail_template, enqueue_mail.user_id, enqueue_mail.payload, enqueue_mail.dedupe_key, enqueue_mail.preference
  where private.wants_mail(enqueue_mail.user_id, enqueue_mail.preference)
  on conflict on constraint outbox_template_dedupe_key_key do nothing;
end
$function$;

CREATE OR REPLACE FUNCTION private.enqueue_weekly_summaries (
  today date DEFAULT ((now() AT TIME ZONE 'UTC'::text))::date
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  -- The week that ended last Sunday. Days are everybody's own.
  monday date := date_trunc('week', enqueue_weekly_summaries.today::timestamp)::date - 7;
  owed integer;
begin
  insert into private.outbox (template, user_id, payload, dedupe_key, preference)
  select 'weekly_summary', d.user_id,
    jsonb_build_object(
      'week_begins_on', monday, 'learning_days', count(*), 'seconds_learned', sum(d.seconds),
      'lessons_completed', (
        select count(*) from public.lesson_progress p
        where p.user_id = d.user_id
          and p.completed_at >= monday::timestamp at time zone 'UTC' and p.completed_at < (monday + 7)::timestamp at time zone 'UTC'
      )
    ),
    d.user_id || ' ' || monday, 'weekly_summary'
  from
    public.learning_days d
    join public.notification_preferences n on n.user_id = d.user_id and n.weekly_summary
    join public.profiles p on p.id = d.user_id and p.is_active
  where d.day >= monday and d.day < monday + 7
  group by d.user_id
  on conflict on constraint outbox_template_dedupe_key_key do nothing;
  get diagnostics owed = row_count;
  return owed;
end
$function$;

CREATE OR REPLACE FUNCTION private.enroll_company_lines (
  key        public.api_keys,
  reference  text,
  course_ids uuid[],
  employees  jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  line record;
  place uuid;
  status text;
  lines jsonb := '[]';
begin
  for line in
    select asked.position - 1 as employee, chosen.course_id, person.id as user_id, asked.employee ->> 'email' as email,
      case
        when person.id is null and (u.id is not null or asked.employee ->> 'email' is null) then 'PROFILE_NOT_FOUND'
        when c.id is null then 'COURSE_NOT_FOUND'
        when exists (
          select from public.course_instructors i where i.course_id = c.id and i.user_id = person.id
        ) then 'OWN_COURSE'
      end as refusal
    from
      jsonb_array_elements(enroll_company_lines.employees) with ordinality asked (employee, position)
      cross join (select distinct unnest(enroll_company_lines.course_ids)) chosen (course_id)
      -- An address counts once its owner has confirmed it: nobody takes the seat of somebody else.
      left join auth.users u
        on u.email = lower(btrim(asked.employee ->> 'email')) and u.email_confirmed_at is not null and not u.is_sso_user
      left join public.profiles person
        on person.is_active and person.id = coalesce(u.id, private.uuid_or_null(asked.employee ->> 'user_id'))
      left join public.courses c
        on c.id = chosen.course_id and c.is_published and c.id = any ((enroll_company_lines.key).course_ids)
    -- Always in the same order, so that two lists with the same people do not wait for each other in a circle.
    order by person.id, chosen.course_id, asked.position
  loop
    place := null;
    status := 'refused';
    if line.refusal is null and line.user_id is null then
      -- Nobody has proved to own this address: the place waits for whoever does.
      insert into private.company_invitations (company_id, course_id, email_hash, reference, expires_at)
      values (
        (enroll_company_lines.key).user_id, line.course_id, private.email_hash(line.email), enroll_company_lines.reference,
        now() + make_interval(days => private.setting_int('company_invitation_days'))
      )
      on conflict on constraint company_invitations_email_hash_key do update
      set expires_at = excluded.expires_at, reference = excluded.reference;
      status := 'invited';
    elsif line.refusal is null then
      select e.id into place
      from private.access_grants g join public.enrollments e on e.id = g.enrollment_id
      where e.user_id = line.user_id and e.course_id = line.course_id
        and g.source = 'company' and g.granted_by = (enroll_company_lines.key).user_id
        and g.revoked_at is null and (g.expires_at is null or g.expires_at > now());
      status := case when place is null then 'enrolled' else 'already_enrolled' end;
      -- Whoever bought the course gets it from the company as well: a refund then takes away only what was bought.
      place := coalesce(
        place,
        private.grant_access(
          line.user_id, line.course_id, 'company', null, (enroll_company_lines.key).user_id,
          'Company list ' || enroll_company_lines.reference
        )
      );
    end if;
    lines := lines || jsonb_build_object(
      'employee', line.employee, 'course_id', line.course_id, 'status', status, 'code', line.refusal, 'enrollment_id', place
    );
  end loop;
  return (
    select coalesce(jsonb_agg(l order by (l ->> 'employee')::integer, l ->> 'course_id'), '[]')
    from jsonb_array_elements(lines) l
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.note_price_fall()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  lowest_before integer;
  last_told timestamptz;
begin
  -- Only one fall of a course waits: the newest price is the one to tell. One that is being told is left to the job,
  -- for which an author does not wait.
  delete from private.price_falls f
  where f.id in (
    select w.id from private.price_falls w
    where w.course_id = new.course_id and w.ended_at is null and w.reached_user_id is null
    for update skip locked
  );

  -- Honest as the law understands it: cheaper than at any moment of the last 30 days. The price that held when these
  -- days began counts too.
  select min(h.price_cents) into lowest_before
  from public.course_price_history h
  where h.course_id = new.course_id and h.currency = new.currency and h.id <> new.id
    and h.charged_from >= coalesce(
      (
        select max(b.charged_from)
        from public.course_price_history b
        where b.course_id = new.course_id and b.id <> new.id and b.charged_from <= now() - interval '30 days'
      ),
      '-infinity'
    );
  if lowest_before is null or new.price_cents >= lowest_before then
    return null;
  end if;

  select max(f.begins_at) into last_told from private.price_falls f where f.course_id = new.course_id and f.told > 0;
  insert into private.price_falls (course_id, price_cents, currency, lowest_before_cents, begins_at)
  values (
    new.course_id, new.price_cents, new.currency, lowest_before,
    greatest(now() + interval '15 minutes', last_told + interval '7 days')
  );
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.price_text (
  cents    integer,
  currency text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
RETURN CASE WHEN (cents = 0) THEN 'free'::text ELSE concat_ws(' '::text, private.to_amount((cents)::bigint, currency), upper(currency)) END;

CREATE OR REPLACE FUNCTION private.receive_company_invitations()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  invitation record;
begin
  -- In the order of enroll_company_staff, so that the two never wait for each other in a circle.
  for invitation in
    with claimed as (
      delete from private.company_invitations i
      where i.email_hash = private.email_hash(new.email)
      returning i.company_id, i.course_id, i.reference, i.expires_at
    )
    select c.company_id, c.course_id, c.reference
    from claimed c join public.courses x on x.id = c.course_id and x.is_published
    where c.expires_at > now()
      -- The company still has the right to give it.
      and exists (
        select from public.api_keys k join public.profiles p on p.id = k.user_id and p.is_active
        where k.user_id = c.company_id and k.is_active and k.expires_at > now()
          and 'enroll' = any (k.scopes) and c.course_id = any (k.course_ids)
      )
      and not exists (select from public.course_instructors t where t.course_id = c.course_id and t.user_id = new.id)
    order by c.course_id
  loop
    perform private.grant_access(
      new.id, invitation.course_id, 'company', null, invitation.company_id, 'Company list ' || invitation.reference
    );
  end loop;
  return null;
exception
  when others then
    -- Nobody is kept from signing up; the company sends its list again.
    raise warning 'company invitations of % were not given: %', new.id, sqlerrm;
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
    perform private.enqueue_mail(
      'review_reply', review.user_id,
      jsonb_build_object('course_title', review.title, 'course_slug', review.slug, 'reply', words),
      'review_reply:' || review.id, 'review_replies'
    );
  end if;
  return jsonb_build_object(
    'id', review.id, 'instructor_reply', nullif(words, ''), 'replied_at', case when words <> '' then now() end
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.unsubscribe_signature (
  secret     bytea,
  preference text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
RETURN encode(substr(extensions.hmac(convert_to(('LF1 unsubscribe '::text || preference), 'UTF8'::name), secret, 'sha256'::text), 1, 16), 'hex'::text);

CREATE OR REPLACE FUNCTION private.unsubscribe_token (
  user_id    uuid,
  preference text
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  key private.unsubscribe_keys;
begin
  -- Only who is sent such mail has a key.
  insert into private.unsubscribe_keys (user_id) values (unsubscribe_token.user_id) on conflict do nothing;
  select * into strict key from private.unsubscribe_keys k where k.user_id = unsubscribe_token.user_id;
  return replace(key.id::text, '-', '') || private.unsubscribe_signature(key.secret, unsubscribe_token.preference);
end
$function$;

CREATE OR REPLACE FUNCTION private.wants_mail (
  user_id    uuid,
  preference text
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select
    wants_mail.preference is null
    or exists (
      select
      from
        public.notification_preferences as n
        join public.profiles as p on p.id = n.user_id and p.is_active
      where
        n.user_id = wants_mail.user_id
        and case wants_mail.preference
          when 'weekly_summary' then n.weekly_summary
          when 'review_replies' then n.review_replies
          when 'price_falls' then n.price_falls
        end
    );
$function$;

CREATE OR REPLACE FUNCTION public.claim_outbox (
  batch_size    integer DEFAULT 20,
  lease_seconds integer DEFAULT 120
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  claimed jsonb;
begin
  with due as (
    select o.id, private.wants_mail(o.user_id, o.preference) as is_wanted
    from private.outbox o
    where o.state = 'pending' and o.next_attempt_at <= now()
    -- What a contract needs goes first.
    order by o.preference is not null, o.next_attempt_at, o.id
    limit least(greatest(claim_outbox.batch_size, 1), 100)
    for update skip locked
  ), taken as (
    update private.outbox o
    set state = case when due.is_wanted then 'pending' else 'dropped' end::private.outbox_state,
      attempts = o.attempts + 1,
      next_attempt_at = now() + make_interval(secs => least(greatest(claim_outbox.lease_seconds, 10), 900))
    from due
    where o.id = due.id
    returning o.id, o.template, o.user_id, o.payload, o.attempts, o.created_at, o.preference, due.is_wanted
  )
  select jsonb_agg(
    jsonb_build_object(
      'id', t.id, 'template', t.template, 'attempt', t.attempts, 'payload', t.payload, 'created_at', t.created_at,
      'to', nullif(x.email, ''), 'first_name', p.first_name, 'timezone', x.timezone,
      'unsubscribe_token', case when t.preference is not null then private.unsubscribe_token(t.user_id, t.preference) end
    )
    order by t.id
  )
  into claimed
  from
    taken t
    join public.profiles p on p.id = t.user_id
    join public.profile_private x on x.user_id = t.user_id
  where t.is_wanted;
  return coalesce(claimed, '[]');
end
$function$;

CREATE OR REPLACE FUNCTION public.unsubscribe (
  token   text,
  dry_run boolean DEFAULT false
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
    update public.notification_preferences n
    set weekly_summary = n.weekly_summary and kind <> 'weekly_summary',
      review_replies = n.review_replies and kind <> 'review_replies',
      price_falls = n.price_falls and kind <> 'price_falls'
    where n.user_id = key.user_id and was_on;
    update private.outbox o
    set state = 'dropped'
    where o.user_id = key.user_id and o.preference = kind and o.state = 'pending';
  end if;
  return jsonb_build_object('preference', kind, 'was_on', was_on);
end
$function$;

REVOKE ALL ON FUNCTION "public"."unsubscribe"(text, boolean) FROM "anon", "authenticated";

ALTER TABLE "private"."company_invitations"
  ADD CONSTRAINT "company_invitations_company_id_fkey" FOREIGN KEY (company_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "private"."company_invitations"
  ADD CONSTRAINT "company_invitations_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE "private"."outbox"
  ADD CONSTRAINT "outbox_preference_check" CHECK ((preference = ANY (ARRAY['weekly_summary'::text, 'review_replies'::text, 'price_falls'::text])));

ALTER TABLE "private"."price_falls"
  ADD CONSTRAINT "price_falls_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE "private"."unsubscribe_keys"
  ADD CONSTRAINT "unsubscribe_keys_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

CREATE INDEX company_invitations_company_id_idx ON private.company_invitations USING btree (company_id);

CREATE INDEX company_invitations_course_id_idx ON private.company_invitations USING btree (course_id);

CREATE INDEX company_invitations_expires_at_idx ON private.company_invitations USING btree (expires_at);


SET local check_function_bodies = off;

CREATE INDEX outbox_due_idx ON private.outbox USING btree (((preference IS NOT NULL)), next_attempt_at, id)
  WHERE (state = 'pending'::private.outbox_state);

CREATE INDEX price_falls_course_id_idx ON private.price_falls USING btree (course_id, begins_at DESC);

CREATE INDEX price_falls_open_idx ON private.price_falls USING btree (told, id)
  WHERE (ended_at IS NULL);

CREATE INDEX cart_items_course_id_idx ON public.cart_items USING btree (course_id, user_id);

CREATE INDEX wishlists_course_id_idx ON public.wishlists USING btree (course_id, user_id);

CREATE TRIGGER receive_company_invitations
  AFTER INSERT OR UPDATE OF email, email_confirmed_at ON auth.users
  FOR EACH ROW
  WHEN (((new.email_confirmed_at IS NOT NULL) AND (NOT new.is_sso_user)))
  EXECUTE FUNCTION private.receive_company_invitations();

CREATE TRIGGER note_price_fall
  AFTER INSERT ON public.course_price_history
  FOR EACH ROW
  EXECUTE FUNCTION private.note_price_fall();

CREATE TRIGGER audit
  AFTER UPDATE ON public.notification_preferences
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('user_id', 'weekly_summary', 'review_replies', 'price_falls');

COMMENT ON COLUMN "public"."notification_preferences"."price_falls" IS 'Mail when a course on one''s wishlist or in one''s cart gets cheaper.';

COMMENT ON FUNCTION "private"."announce_price_falls"(integer, integer) IS 'Job: tells a batch of people for each of a few price falls; returns how many were told. Left out: who has or teaches the course, whoever saved it at this price or a lower one, and closed accounts. A price that rose again, or a course off sale, ends the telling and drops the mails that have not left.';

COMMENT ON FUNCTION "private"."email_hash"(text) IS 'Fingerprint of an address, without regard to case and to blanks around it.';

COMMENT ON FUNCTION "private"."enqueue_mail"(text, uuid, jsonb, text, text) IS 'Owes somebody a mail. template: a private.mail_template; payload: what the template shows; dedupe_key: the fact behind it, mailed once a template; preference: which wish of the reader may switch it off, null when a contract needs it.';

COMMENT ON FUNCTION "private"."note_price_fall"() IS 'Trigger on course_price_history: notes a price lower than all of the last 30 days, to be told a quarter of an hour later, and of one course once a week at most.';

COMMENT ON FUNCTION "private"."price_text"(integer, text) IS 'A price in words of a notification.';

COMMENT ON FUNCTION "private"."receive_company_invitations"() IS 'Trigger on auth.users: a confirmed address gets the courses that companies have given to it. It never raises.';

COMMENT ON FUNCTION "private"."unsubscribe_signature"(bytea, text) IS 'The second half of a link: HMAC-SHA256 over the kind of mail, 128 bits of it in hex.';

COMMENT ON FUNCTION "private"."unsubscribe_token"(uuid, text) IS 'The token with which somebody ends one kind of mail without signing in: 64 hex digits that tell nothing.';

COMMENT ON FUNCTION "private"."wants_mail"(uuid, text) IS 'true when somebody wants the mails of a preference. Mails without one are needed by a contract and always wanted.';

COMMENT ON FUNCTION "public"."claim_outbox"(integer, integer) IS 'Mail worker only. Claims due mails for lease_seconds (10 to 900) and returns [{id, template, attempt, to (null when the account has no address any more), first_name, timezone, payload, created_at, unsubscribe_token (null for mails that a contract needs)}]; those come first, and what its reader has switched off meanwhile is dropped. Each must be settled by settle_outbox with its attempt; an unsettled one comes back after the lease.';

COMMENT ON FUNCTION "public"."enroll_company_staff"(uuid, text, uuid[], jsonb) IS 'Edge functions only, after authenticate_signed_request. Gives each of the courses to each of employees ([{"email": …} or {"user_id": …}]); the same reference with the same list changes nothing and answers the same. Returns {reference, lines[{employee (position in the list, from 0), course_id, status: enrolled, already_enrolled, invited (no confirmed account has the address yet; the course is given when one has, within 90 days and while a key of the company may give it) or refused, code: null, or why refused: PROFILE_NOT_FOUND (no such user_id, or a closed account), COURSE_NOT_FOUND (not on sale or not this key''s), OWN_COURSE, enrollment_id}]}. Errors: FORBIDDEN 403, IDEMPOTENCY_KEY_REUSED 409.';

COMMENT ON FUNCTION "public"."unsubscribe"(text, boolean) IS 'Edge functions only. Ends the kind of mail that a token of claim_outbox names, and drops what is still owed of it; the same again changes nothing. With dry_run it only tells. Returns {preference: weekly_summary, review_replies or price_falls, was_on}. Errors: UNSUBSCRIBE_LINK_INVALID 404.';

COMMENT ON TABLE "private"."company_invitations" IS 'Places that wait for employees to sign up. Whoever confirms the address gets them; the row is then gone, so that each is given once.';

COMMENT ON TABLE "private"."outbox" IS 'Mail to send. The address is looked up when it is sent: it is kept in one place only. dropped: not wanted any more when its turn came.';

COMMENT ON TABLE "private"."price_falls" IS 'Falls of prices that are still to be told. Written by the price change itself, which costs it one row however many people wait for it; announce_price_falls does the telling.';

COMMENT ON TABLE "private"."unsubscribe_keys" IS 'Keys of unsubscribe links. They do not end: a mail is opened years later. Deleting a row ends all links of a person.';

REVOKE ALL ON FUNCTION "private"."announce_price_falls"(integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."announce_price_falls"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."announce_price_falls"(integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."email_hash"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."email_hash"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."email_hash"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."enqueue_mail"(text, uuid, jsonb, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."enqueue_mail"(text, uuid, jsonb, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."enqueue_mail"(text, uuid, jsonb, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."note_price_fall"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."note_price_fall"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."note_price_fall"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."price_text"(integer, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."price_text"(integer, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."price_text"(integer, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."receive_company_invitations"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."receive_company_invitations"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."receive_company_invitations"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."unsubscribe_signature"(bytea, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."unsubscribe_signature"(bytea, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."unsubscribe_signature"(bytea, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."unsubscribe_token"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."unsubscribe_token"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."unsubscribe_token"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."wants_mail"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."wants_mail"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."wants_mail"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "public"."unsubscribe"(text, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."unsubscribe"(text, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."unsubscribe"(text, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."unsubscribe"(text, boolean) TO "service_role";

REVOKE ALL ("price_falls") ON TABLE "public"."notification_preferences" FROM "authenticated";

GRANT UPDATE ("price_falls") ON TABLE "public"."notification_preferences" TO "authenticated";

-- A value that was changed on a running system is kept.
insert into private.app_config (name, value, note)
values
  ('currency', 'usd', 'Lower-case ISO 4217: the currency in which courses are priced.'),
  ('platform_fee_percent', '30', 'Share of a sale that the platform keeps.'),
  (
    'instructor_coupon_fee_percent',
    '3',
    'Share the platform keeps when the instructor''s own coupon brought the sale.'
  ),
  ('refund_window_days', '30', 'Days after payment in which a student may ask for a refund.'),
  ('refund_max_progress_percent', '30', 'Progress above which a refund needs staff.'),
  ('payout_hold_days', '30', 'Days after payment until an instructor''s share can be paid out.'),
  ('order_ttl_minutes', '60', 'Minutes for which an unpaid order keeps its prices and its coupon.'),
  ('cart_limit', '50', 'Courses a cart can hold.'),
  ('company_invitation_days', '90', 'Days for which a place given by a company waits for a sign-up.'),
  ('stripe_livemode', 'false', 'true only in production: events of the other mode are quarantined.'),
  (
    'popular_search_min_users',
    '5',
    'A search term is shown as popular only when so many people searched for it.'
  ),
  ('bestseller_window_days', '30', 'Days of enrolments that make a bestseller.'),
  ('new_course_days', '30', 'Days for which a published course counts as new.')
on conflict (name) do nothing;

insert into private.personal_data (erasure, table_name, user_column, hidden_columns, reason)
values
  ('delete', 'private.unsubscribe_keys', 'user_id', '{id,secret}', 'Nobody is written to any more.'),
  ('delete', 'private.company_invitations', 'company_id', '{email_hash}', 'A closed account gives nothing.');

insert into private.jobs (name, command, run_every)
values ('announce_price_falls', 'select private.announce_price_falls()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_company_invitations',
    'delete from private.company_invitations where expires_at < now()',
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_outbox',
    $$delete from private.outbox where state in ('sent', 'dropped') and next_attempt_at < now() - interval '90 days'$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_price_falls',
    $$delete from private.price_falls where ended_at < now() - interval '90 days'$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
