-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

SET local check_function_bodies = off;

DROP TRIGGER "count_author_as_student" ON "public"."course_instructors";

DROP VIEW "private"."v_invariants";

DROP VIEW "private"."course_invariants";

CREATE TABLE "private"."catalogue_cell_changes" (
  "id"          bigint              GENERATED ALWAYS AS IDENTITY NOT NULL,
  "category_id" uuid,
  "level"       public.course_level NOT NULL,
  "language"    text                NOT NULL,
  "price_band"  smallint            NOT NULL,
  "rating_band" numeric(2,1)        NOT NULL,
  "change"      smallint            NOT NULL,
  CONSTRAINT "catalogue_cell_changes_language_check" CHECK ((length(language) <= 50)),
  CONSTRAINT "catalogue_cell_changes_pkey" PRIMARY KEY (id)
);

ALTER TABLE "private"."catalogue_cell_changes"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."course_count_changes" (
  "id"          bigint  GENERATED ALWAYS AS IDENTITY NOT NULL,
  "category_id" uuid    NOT NULL,
  "change"      integer NOT NULL,
  CONSTRAINT "course_count_changes_pkey" PRIMARY KEY (id)
);

ALTER TABLE "private"."course_count_changes"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."stale_listings" (
  "id"        bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "course_id" uuid                     NOT NULL,
  "noted_at"  timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "stale_listings_pkey" PRIMARY KEY (id)
);

ALTER TABLE "private"."stale_listings"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION private.add_courses (
  category_ids uuid[],
  changes      integer[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  free uuid[];
begin
  free := array(
    select k.id from public.categories k where k.id = any (add_courses.category_ids) order by k.id for no key update skip locked
  );
  insert into private.course_count_changes (category_id, change)
  select c.category_id, sum(c.change)
  from unnest(add_courses.category_ids, add_courses.changes) c (category_id, change)
  where c.category_id is not null
  group by c.category_id
  having sum(c.change) <> 0;
  perform private.fold_courses(free);
end
$function$;

CREATE OR REPLACE FUNCTION private.add_to_cart (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := auth.uid();
  cart uuid;
  refusal text;
  answer jsonb;
begin
  if add_to_cart.course_id is null then
    perform private.require_user();
    perform private.fail('VALIDATION_ERROR', 422, 'Which course?', '{"course_id": "required"}');
  end if;

  -- One writer a cart at a time, so that the limit and the answer to a double click hold.
  update public.carts k
  set updated_at = now()
  from public.profiles p
  where k.user_id = caller and p.id = caller and p.is_active
  returning k.id into cart;
  -- Nobody, or a closed account: the error says which.
  if cart is null then
    perform private.require_user();
    -- It was opened again at this moment.
    select k.id into strict cart from public.carts k where k.user_id = caller for no key update;
  end if;

  refusal := private.cart_refusal(caller, add_to_cart.course_id);
  if refusal is not null then
    perform private.refuse_course(refusal, add_to_cart.course_id);
  end if;
  insert into public.cart_items as x (cart_id, user_id, course_id)
  values (cart, caller, add_to_cart.course_id)
  returning jsonb_build_object(
    'id', x.id,
    'course', (
      select jsonb_build_object(
        'id', c.id, 'title', c.title, 'slug', c.slug, 'price', private.to_amount(c.price_cents, c.currency)
      )
      from public.courses c
      where c.id = x.course_id
    ),
    'added_at', x.added_at
  )
  into answer;
  return answer;
end
$function$;

CREATE OR REPLACE FUNCTION private.announce_price_falls (
  batch_size    integer DEFAULT 500,
  falls_at_once integer DEFAULT 4
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  untrue bigint[];
  fall record;
  batch record;
  told_now integer := 0;
begin
  -- What is no longer true is not told: not to those who come next, and not by mails that have not left yet.
  untrue := array(
    select f.id
    from private.price_falls f join public.courses c on c.id = f.course_id
    where not f.is_withdrawn and f.begins_at > now() - interval '7 days'
      and not (c.is_published and c.price_cents <= f.price_cents and c.currency = f.currency)
    order by f.id
    for no key update of f
  );
  update private.price_falls f set is_withdrawn = true, ended_at = coalesce(f.ended_at, now()) where f.id = any (untrue);
  -- In the order in which who leaves, and who wants no more mail, takes them.
  perform from private.outbox o
  where o.state = 'pending' and o.preference = 'price_falls' and o.payload ->> 'fall_id' = any (untrue::text[])
  order by o.id
  for no key update;
  update private.outbox o
  set state = 'dropped'
  where o.state = 'pending' and o.preference = 'price_falls' and o.payload ->> 'fall_id' = any (untrue::text[]);

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

CREATE OR REPLACE FUNCTION private.catalogue_size()
  RETURNS bigint
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (select coalesce(sum(k.course_count), 0) from public.categories k)
    + (select coalesce(sum(w.change), 0) from private.course_count_changes w)
    + (select coalesce(sum(c.course_count), 0) from private.catalogue_cells c where c.category_id is null)
    + (select coalesce(sum(w.change), 0) from private.catalogue_cell_changes w where w.category_id is null);
end
$function$;

CREATE OR REPLACE FUNCTION private.close_account (
  user_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- Before any row: those who teach with this person write several courses as they find them.
  perform private.hold_curricula(
    array(select c.id from public.courses c where c.instructor_id = close_account.user_id and c.status in ('published', 'in_review'))
  );
  perform private.keep_an_admin(close_account.user_id);
  update public.profiles p set is_active = false where p.id = close_account.user_id;

  perform from public.courses c
  where c.instructor_id = close_account.user_id and c.status in ('published', 'in_review')
  order by c.id
  for no key update;
  update public.courses c
  set status = case when c.published_at is null then 'draft' else 'unpublished' end::public.course_status
  where c.instructor_id = close_account.user_id and c.status in ('published', 'in_review');

  -- Open tabs lose their session at once; the access token that is still out is useless, because helpers read the table.
  delete from auth.sessions s where s.user_id = close_account.user_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_author_as_student()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  change constant integer := case tg_op when 'INSERT' then -1 else 1 end;
begin
  -- Who enrols at this moment does not see that he teaches, nor this here that he studies: one after the other.
  perform from public.profile_stats s where s.user_id in (select a.user_id from changed a) order by s.user_id for no key update;
  perform private.add_students(array_agg(n.course_id order by n.course_id), array_agg(n.students order by n.course_id))
  from (
    select e.course_id, count(*)::integer * change as students
    from changed a join public.enrollments e on e.user_id = a.user_id and e.course_id = a.course_id and e.status = 'active'
    group by e.course_id
  ) n
  having count(*) > 0;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_catalogue()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.catalogue_cell_changes (category_id, level, language, price_band, rating_band, change)
  select old.category_id, old.level, old.language, old.price_band, old.rating_band, -1 where tg_op <> 'INSERT'
  union all
  select new.category_id, new.level, new.language, new.price_band, new.rating_band, 1 where tg_op <> 'DELETE';
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_category_courses()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  left_ids uuid[];
  entered_ids uuid[];
begin
  case tg_op
    when 'INSERT' then
      entered_ids := array(select n.category_id from changed n where n.is_published);
    when 'DELETE' then
      left_ids := array(select o.category_id from changed o where o.is_published);
    else
      left_ids := case when old.is_published then array[old.category_id] end;
      entered_ids := case when new.is_published then array[new.category_id] end;
  end case;

  perform private.add_courses(
    left_ids || entered_ids, array_fill(-1, array[coalesce(cardinality(left_ids), 0)]) || array_fill(1, array[coalesce(cardinality(entered_ids), 0)])
  );
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_changed_lessons()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  section_ids uuid[];
  course_ids uuid[];
begin
  if tg_op = 'UPDATE' then
    -- Both sides of a move; nothing when only words or places changed.
    select array_agg(distinct x.section_id), array_agg(distinct x.course_id)
    into section_ids, course_ids
    from changed o
    join public.lessons n using (id)
    cross join lateral (values (o.section_id, o.course_id), (n.section_id, n.course_id)) x(section_id, course_id)
    where (n.section_id, n.duration_seconds) is distinct from (o.section_id, o.duration_seconds);
  else
    select array_agg(distinct c.section_id), array_agg(distinct c.course_id) into section_ids, course_ids from changed c;
  end if;

  if section_ids is not null then
    perform private.count_lessons(section_ids, course_ids);
    -- What a course teaches has changed.
    perform from public.courses c where c.id = any (course_ids) order by c.id for no key update;
    update public.courses c set last_updated = now() where c.id = any (course_ids) and c.last_updated < now();
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_helpful_votes()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  -- Always in the same order: see private.count_ratings. Each with its card, which its author may hold, who has a new name.
  perform from public.reviews r join private.review_cards k on k.review_id = r.id
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

CREATE OR REPLACE FUNCTION private.count_sections()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform from public.course_stats s
  where s.course_id in (select r.course_id from changed_rows r)
  order by s.course_id
  for no key update;
  if tg_op = 'INSERT' then
    update public.course_stats s
    set section_count = s.section_count + d.n
    from (select r.course_id, count(*) as n from changed_rows r group by r.course_id) d
    where s.course_id = d.course_id;
  else
    update public.course_stats s
    set section_count = s.section_count - d.n
    from (select r.course_id, count(*) as n from changed_rows r group by r.course_id) d
    where s.course_id = d.course_id;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.delete_my_account (
  confirm_email text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  -- A closed account keeps this right.
  caller uuid := (select auth.uid());
begin
  if caller is null then
    perform private.fail('AUTH_REQUIRED', 401, 'Sign in first.');
  end if;
  -- Typed by a person, so that no slip of a finger ends an account.
  if not exists (
    select from public.profile_private p
    where p.user_id = caller and lower(p.email) = lower(btrim(delete_my_account.confirm_email))
  ) then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'Type your address to confirm.', '{"confirm_email": "must be the address of the account"}'
    );
  end if;
  -- A device that was left open must not end an account: whoever leaves has just shown the password, or whatever else
  -- opens it. Refreshing a session does not make it younger.
  if not exists (
    select from auth.sessions s
    where s.id = private.uuid_or_null((select auth.jwt()) ->> 'session_id') and s.user_id = caller
      and s.created_at > now() - interval '10 minutes'
  ) then
    perform private.fail('REAUTHENTICATION_REQUIRED', 403, 'Sign in again first.', '{"max_age_seconds": 600}');
  end if;
  if private.active_uid() is not null
    and exists (select from public.courses c where c.instructor_id = caller and c.status <> 'archived')
  then
    perform private.fail('INSTRUCTOR_HAS_COURSES', 409, 'Archive your courses or hand them over first.');
  end if;
  perform private.hold_leaver(caller);
  perform private.keep_an_admin(caller);
  perform private.lock_person(caller);
  if exists (select from public.orders o where o.user_id = caller and o.state = 'processing') then
    perform private.fail('CONFLICT', 409, 'A payment of yours is on its way: wait until it has arrived.');
  end if;

  -- A closed account can do neither: its courses are off sale, and go with it.
  update public.courses c
  set status = 'archived', archived_at = now(), is_featured = false
  where c.instructor_id = caller and c.status <> 'archived';
  perform private.close_order(o.id, 'canceled')
  from public.orders o
  where o.user_id = caller and o.state in ('pending', 'failed');
  perform private.erase_user(caller);
  return jsonb_build_object('message', 'The account is deleted.');
end
$function$;

CREATE OR REPLACE FUNCTION private.end_expired_access()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  over uuid[] := array(
    select e.id from public.enrollments e
    where e.status = 'active' and e.access_ends_at <= now()
    order by e.access_ends_at
    limit 1000
  );
  free uuid[];
begin
  -- The learner before the place. Who is learning at this moment has his turn in a minute: the job waits for nobody.
  free := array(
    select s.user_id from public.profile_stats s
    where s.user_id in (select e.user_id from public.enrollments e where e.id = any (over))
    order by s.user_id
    for no key update skip locked
  );
  over := array(select e.id from public.enrollments e where e.id = any (over) and e.user_id = any (free));
  perform private.derive_access(over);
  return coalesce(cardinality(over), 0);
end
$function$;

CREATE OR REPLACE FUNCTION private.end_old_sales()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  over uuid[];
begin
  -- A course that is busy has its turn in an hour: the job waits for nobody. A draft was never on sale: publish_course asks.
  over := array(
    select c.id from public.courses c
    where c.original_price_cents is not null and c.published_at is not null
      and c.original_price_cents > coalesce(private.highest_price_charged(c.id), 0)
    order by c.id
    for no key update skip locked
  );
  update public.courses c set original_price_cents = null where c.id = any (over);
  return cardinality(over);
end
$function$;

CREATE OR REPLACE FUNCTION private.erase_user (
  user_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  place record;
begin
  perform private.lock_person(erase_user.user_id);
  insert into private.erasures (user_id) values (erase_user.user_id) on conflict do nothing;

  insert into private.file_deletions (bucket_id, folder)
  select b.bucket_id, erase_user.user_id::text
  from private.personal_buckets() b
  where exists (select from storage.objects o where o.bucket_id = b.bucket_id and o.name like erase_user.user_id || '/%');

  for place in
    select d.table_name, d.condition, d.erasure, d.cleared_by
    from private.personal_data d
    where d.erasure <> 'keep'
    order by d.erasure, d.table_name, d.condition
  loop
    -- In the order of their keys: others who take several rows at once take them like this, too.
    perform private.execute_for_person(
      format(
        'select count(*) from (select from %s t where %s order by %s for %s) held',
        place.table_name::regclass, place.condition, private.key_columns(place.table_name::regclass),
        case place.erasure when 'delete' then 'update' else 'no key update' end
      ),
      erase_user.user_id
    );
    perform private.execute_for_person(
      case place.erasure
        when 'delete' then format('with gone as (delete from %s t where %s) select null', place.table_name::regclass, place.condition)
        else format(
          'with gone as (update %s t set %s where %s) select null', place.table_name::regclass, place.cleared_by, place.condition
        )
      end,
      erase_user.user_id
    );
  end loop;

  -- Sessions, identities, factors: whatever Auth keeps about an account, in this version or the next.
  for place in
    select c.relname as table_name
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'auth'::regnamespace and c.relkind = 'r' and a.attname = 'user_id' and not a.attisdropped
    order by c.relname
  loop
    perform private.execute_for_person(
      format('with gone as (delete from auth.%I t where t.user_id::text = $1::text) select null', place.table_name),
      erase_user.user_id
    );
  end loop;
  delete from auth.audit_log_entries l where l.payload ->> 'actor_id' = erase_user.user_id::text;
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_catalogue_cells()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  folded integer;
begin
  with waiting as (
    delete from private.catalogue_cell_changes w where w.id > 0
    returning w.category_id, w.level, w.language, w.price_band, w.rating_band, w.change
  )
  insert into private.catalogue_cells as c (category_id, level, language, price_band, rating_band, course_count)
  select w.category_id, w.level, w.language, w.price_band, w.rating_band, sum(w.change)
  from waiting w
  group by w.category_id, w.level, w.language, w.price_band, w.rating_band
  having sum(w.change) <> 0
  order by w.category_id, w.level, w.language, w.price_band, w.rating_band
  on conflict (category_id, level, language, price_band, rating_band) do update set course_count = c.course_count + excluded.course_count;
  get diagnostics folded = row_count;
  return folded;
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_course_counts()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  free uuid[] := array(
    select k.id from public.categories k
    where k.id in (select w.category_id from private.course_count_changes w)
    order by k.id
    for no key update skip locked
  );
begin
  perform private.fold_courses(free);
  return cardinality(free);
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_courses (
  free_category_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  with waiting as (
    delete from private.course_count_changes w where w.category_id = any (fold_courses.free_category_ids) returning w.category_id, w.change
  )
  update public.categories k
  set course_count = k.course_count + d.change
  from (select w.category_id, sum(w.change) as change from waiting w group by w.category_id) d
  where k.id = d.category_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_curricula (
  course_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  -- As many locks as the database can always spare one transaction.
  most constant integer := 50;
begin
  if cardinality(hold_curricula.course_ids) > most then
    perform pg_advisory_xact_lock(hashtextextended('curricula', 0));
  else
    perform private.hold_curriculum(c.id) from (select u.id from unnest(hold_curricula.course_ids) u (id) order by u.id) c;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_leaver (
  user_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.hold_person(hold_leaver.user_id);
  perform private.keep_reviews();
  perform private.hold_curricula(
    array(select c.id from public.courses c where c.instructor_id = hold_leaver.user_id and c.status <> 'archived')
  );
  -- Staff answers letters, several with one statement.
  perform pg_advisory_xact_lock_shared(hashtextextended('table contact_messages', 0));
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_own_curricula()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if private.is_admin() then
    perform pg_advisory_xact_lock(hashtextextended('curricula', 0));
  else
    perform private.hold_curricula(array(select c from private.taught_course_ids() c));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_table()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if private.is_staff() then
    perform pg_advisory_xact_lock(hashtextextended('table ' || tg_table_name, 0));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.index_courses (
  course_ids uuid[]
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into private.course_search as d (
    course_id,
    document,
    title_words,
    category_id,
    level,
    language,
    price_cents,
    price_band,
    is_featured,
    published_at,
    student_count,
    rating,
    rating_band
  )
  select
    c.id,
    setweight(private.search_vector(c.title), 'A') || setweight(
      private.search_vector(c.short_description),
      'B'
    ) || setweight(
      private.search_vector(concat_ws(' ', k.name, p.first_name, p.last_name)),
      'C'
    ) || setweight(private.search_vector(c.description), 'D'),
    private.title_words(c.title),
    e.category_id,
    e.level,
    e.language,
    e.price_cents,
    e.price_band,
    e.is_featured,
    e.published_at,
    e.student_count,
    e.rating,
    e.rating_band
  from
    private.catalogue_entries as e
    join public.courses as c on c.id = e.course_id
    join public.profiles as p on p.id = c.instructor_id
    left join public.categories as k on k.id = c.category_id
  where e.course_id = any (index_courses.course_ids)
  on conflict (course_id) do update
    set
      document = excluded.document,
      title_words = excluded.title_words,
      category_id = excluded.category_id,
      level = excluded.level,
      language = excluded.language,
      price_cents = excluded.price_cents,
      price_band = excluded.price_band,
      is_featured = excluded.is_featured,
      published_at = excluded.published_at,
      student_count = excluded.student_count,
      rating = excluded.rating,
      rating_band = excluded.rating_band;

  -- Two who bring the same new words would wait for each other: the second leaves them to private.refresh_search_words.
  with free as materialized (select pg_try_advisory_xact_lock(hashtextextended('search words', 0)) as is_free)
  insert into private.search_words (word)
  select distinct w.word
  from
    free as f
    cross join private.course_search as d
    cross join unnest(tsvector_to_array(d.title_words)) as w (word)
  where f.is_free and d.course_id = any (index_courses.course_ids) and length(w.word) between 3 and 100
  on conflict do nothing;
$function$;

CREATE OR REPLACE FUNCTION private.keep_table()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('table ' || tg_argv[0], 0));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.kept_facet_cells()
  RETURNS private.facet_cell[]
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return array(
    select row(
      c.category_id, c.level, c.language, c.price_band, c.rating_band, true, true, true, sum(c.n)
    )::private.facet_cell
    from (
      select k.category_id, k.level, k.language, k.price_band, k.rating_band, k.course_count as n from private.catalogue_cells k
      union all
      select w.category_id, w.level, w.language, w.price_band, w.rating_band, w.change from private.catalogue_cell_changes w
    ) c
    group by c.category_id, c.level, c.language, c.price_band, c.rating_band
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.key_columns (
  relation regclass
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select string_agg(format('t.%I', a.attname), ', ' order by k.place)
    from pg_catalog.pg_constraint c
    cross join unnest(c.conkey) with ordinality k (number, place)
    join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number
    where c.conrelid = key_columns.relation and c.contype = 'p'
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.list_changed_courses()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  case tg_table_name
    when 'courses' then
      perform private.list_courses(array[new.id]);
    when 'categories' then
      perform private.relist_courses(array(select c.id from public.courses c where c.category_id = new.id and c.is_published));
    when 'profiles' then
      perform private.relist_courses(array(select c.id from public.courses c where c.instructor_id = new.id and c.is_published));
  end case;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_person (
  user_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.hold_leaver(lock_person.user_id);
  perform from public.reviews r where r.user_id = lock_person.user_id order by r.id for no key update;
  perform from public.profiles p where p.id = lock_person.user_id for no key update;
  perform from public.carts k where k.user_id = lock_person.user_id for no key update;
  -- An event that is tried again is held before its order.
  perform from private.stripe_events e
  where e.order_id in (select o.id from public.orders o where o.user_id = lock_person.user_id)
    or e.payment_intent_id in (
      select p.stripe_payment_intent_id
      from public.payments p join public.orders o on o.id = p.order_id
      where o.user_id = lock_person.user_id
    )
  order by e.id
  for no key update;
  perform from public.orders o where o.user_id = lock_person.user_id order by o.id for no key update;
  perform private.lock_learner(lock_person.user_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.place_order (
  user_id        uuid,
  course_ids     uuid[],
  coupon_id      uuid,
  billing        jsonb,
  open_order     public.orders,
  expected_total numeric       DEFAULT NULL::numeric
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  total record;
  new_order uuid := gen_random_uuid();
begin
  -- One statement, one moment: every line, and what the coupon is judged by. No course is locked: who changes several at once would
  -- wait for buyers in a circle.
  select array_agg(l order by l.position) as lines, min(l.currency) as currency, min(l.currency) <> max(l.currency) as is_mixed, sum(l.price_cents) as price_cents, sum(l.discount_cents) as discount_cents,
    sum(l.tax_cents) as tax_cents, sum(l.total_cents) as total_cents,
    sum(l.price_cents) filter (where private.coupon_covers(k, c)) >= greatest(min(k.minimum_cents), 1) as is_coupon_valid
  into total
  from private.price_lines(place_order.course_ids, place_order.coupon_id) l
  join public.courses c on c.id = l.course_id
  left join public.coupons k on k.id = place_order.coupon_id;
  if place_order.coupon_id is not null and total.is_coupon_valid is not true then
    -- Its prices have moved since private.use_coupon looked.
    perform private.fail('COUPON_INVALID', 404, 'This code is not valid for these courses.');
  end if;
  if total.is_mixed then
    perform private.refuse_mixed_currencies(place_order.course_ids);
  end if;

  if place_order.expected_total is not null
    and place_order.expected_total <> private.to_amount(total.total_cents, total.currency)
  then
    perform private.fail(
      'PRICE_CHANGED', 409, 'The price has changed.',
      private.priced_json(place_order.course_ids, place_order.coupon_id) || jsonb_build_object('expected_total', place_order.expected_total)
    );
  end if;
  if total.total_cents > 0 and total.total_cents < private.minimum_charge_cents(total.currency) then
    perform private.fail(
      'AMOUNT_BELOW_MINIMUM', 422, 'This total is too small to be charged.',
      jsonb_build_object(
        'total_amount', private.to_amount(total.total_cents, total.currency),
        'minimum_amount', private.to_amount(private.minimum_charge_cents(total.currency), total.currency)
      )
    );
  end if;
  -- The largest amount Stripe takes.
  if total.total_cents > 99999999 then
    perform private.fail('VALIDATION_ERROR', 422, 'This total is too large: buy some of the courses first.', '{"total_amount": "too large"}');
  end if;

  if open_order.id is not null then
    -- One that has only minutes left could be over before its card is typed.
    if open_order.expires_at > now() + interval '5 minutes'
      and open_order.coupon_id is not distinct from place_order.coupon_id
      and private.order_still_says(open_order.id, total.lines)
    then
      update public.order_billing b
      set (first_name, last_name, email, address_line1, address_line2, city, state, postal_code, country, phone) = (
        select a.first_name, a.last_name, a.email, a.address_line1, a.address_line2, a.city, a.state, a.postal_code, a.country, a.phone
        from jsonb_populate_record(null::public.order_billing, place_order.billing) a
      )
      where b.order_id = open_order.id;
      return open_order.id;
    end if;
    -- An order is never rewritten: whoever still pays the old one gets what it said.
    perform private.close_order(
      open_order.id, case when open_order.expires_at > now() then 'canceled' else 'expired' end::public.order_state
    );
  end if;

  -- One statement, because it is checked at its end that the lines add up to the order.
  with placed as (
    insert into public.orders (
      id, order_number, user_id, coupon_id, currency, subtotal_cents, discount_cents, tax_cents, total_cents, expires_at
    )
    values (
      new_order, private.next_order_number(), place_order.user_id, place_order.coupon_id, total.currency, total.price_cents,
      total.discount_cents, total.tax_cents, total.total_cents,
      now() + make_interval(mins => private.setting_int('order_ttl_minutes'))
    )
  ), billed as (
    insert into public.order_billing
    select b.*
    from jsonb_populate_record(null::public.order_billing, place_order.billing || jsonb_build_object('order_id', new_order)) b
  )
  insert into public.order_items (
    order_id, position, course_id, instructor_id, title, slug, instructor_name, thumbnail_path, list_price_cents, price_cents,
    discount_cents, tax_cents, total_cents, platform_fee_percent
  )
  select
    new_order, l.position, l.course_id, l.instructor_id, l.title, l.slug, l.instructor_name, l.thumbnail_path,
    l.list_price_cents, l.price_cents, l.discount_cents, l.tax_cents, l.total_cents, l.platform_fee_percent
  from unnest(total.lines) l;

  if place_order.coupon_id is not null then
    insert into private.coupon_redemptions (order_id, coupon_id, user_id)
    values (new_order, place_order.coupon_id, place_order.user_id);
  end if;

  if total.total_cents = 0 then
    perform private.complete_order(new_order, 'free');
  end if;
  return new_order;
end
$function$;

CREATE OR REPLACE FUNCTION private.rebuild_course_daily_stats (
  from_day date,
  to_day   date
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  since timestamptz := rebuild_course_daily_stats.from_day::timestamp at time zone 'UTC';
  until timestamptz := (rebuild_course_daily_stats.to_day + 1)::timestamp at time zone 'UTC';
begin
  insert into public.course_daily_stats as d (course_id, day, enrollments, completions, rating_sum, rating_count)
  select f.course_id, f.day, sum(f.enrollments), sum(f.completions), sum(f.rating_sum), sum(f.rating_count)
  from (
    select e.course_id, (e.enrolled_at at time zone 'UTC')::date as day, 1 as enrollments, 0 as completions,
      0 as rating_sum, 0 as rating_count
    from public.enrollments e
    where e.enrolled_at >= since and e.enrolled_at < until
    union all
    select e.course_id, (e.completed_at at time zone 'UTC')::date, 0, 1, 0, 0
    from public.enrollments e
    where e.completed_at >= since and e.completed_at < until
    union all
    select r.course_id, (r.created_at at time zone 'UTC')::date, 0, 0, r.rating, 1
    from public.reviews r
    where r.created_at >= since and r.created_at < until and not r.is_hidden
    union all
    -- What is not there any more becomes 0; views have no facts beside themselves and stay.
    select x.course_id, x.day, 0, 0, 0, 0
    from public.course_daily_stats x
    where x.day between rebuild_course_daily_stats.from_day and rebuild_course_daily_stats.to_day
  ) f
  group by f.course_id, f.day
  -- In one order, because two jobs count.
  order by f.course_id, f.day
  on conflict on constraint course_daily_stats_pkey do update
  set enrollments = excluded.enrollments, completions = excluded.completions, rating_sum = excluded.rating_sum,
    rating_count = excluded.rating_count
  where (d.enrollments, d.completions, d.rating_sum, d.rating_count)
    is distinct from (excluded.enrollments, excluded.completions, excluded.rating_sum, excluded.rating_count);

  insert into public.course_daily_revenue as d (course_id, day, currency, sales, revenue_cents, refunded_cents)
  select f.course_id, f.day, f.currency, sum(f.sales), sum(f.revenue_cents), sum(f.refunded_cents)
  from (
    select i.course_id, (o.completed_at at time zone 'UTC')::date as day, o.currency, 1 as sales,
      i.total_cents - i.tax_cents as revenue_cents, least(i.refunded_cents, i.total_cents - i.tax_cents) as refunded_cents
    from public.orders o join public.order_items i on i.order_id = o.id
    where o.completed_at >= since and o.completed_at < until
    union all
    select x.course_id, x.day, x.currency, 0, 0, 0
    from public.course_daily_revenue x
    where x.day between rebuild_course_daily_stats.from_day and rebuild_course_daily_stats.to_day
  ) f
  group by f.course_id, f.day, f.currency
  order by f.course_id, f.day, f.currency
  on conflict on constraint course_daily_revenue_pkey do update
  set sales = excluded.sales, revenue_cents = excluded.revenue_cents, refunded_cents = excluded.refunded_cents
  where (d.sales, d.revenue_cents, d.refunded_cents)
    is distinct from (excluded.sales, excluded.revenue_cents, excluded.refunded_cents);
end
$function$;

CREATE OR REPLACE FUNCTION private.receive_company_invitations()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  invitation record;
  fingerprint bytea;
begin
  -- Here, where a failure is caught.
  fingerprint := private.email_hash(new.email);
  -- In the order of enroll_company_staff, so that the two never wait for each other in a circle.
  for invitation in
    with waiting as materialized (
      select i.id from private.company_invitations i
      where i.email_hash = fingerprint
      order by i.id
      for update
    ), claimed as (
      delete from private.company_invitations i
      where i.id in (select w.id from waiting w)
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

CREATE OR REPLACE FUNCTION private.record_watch_time (
  lesson_id       uuid,
  from_second     integer,
  to_second       integer,
  position_second integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  lesson public.lessons;
  place public.enrollments;
  is_published boolean;
  gained integer;
begin
  perform private.keep_lessons();
  select l.* into lesson from public.lessons l where l.id = record_watch_time.lesson_id;
  perform private.lock_learner(caller);
  select e.* into place from public.enrollments e where e.user_id = caller and e.course_id = lesson.course_id;

  if place.id is null then
    select c.is_published into is_published from public.courses c where c.id = lesson.course_id;
    if is_published then
      perform private.fail('NOT_ENROLLED', 403, 'You are not enrolled in this course.');
    end if;
    perform private.fail('LESSON_NOT_FOUND', 404, 'There is no such lesson.');
  end if;
  perform private.require_open_place(place);

  -- A player may round up by a moment; a negative, reversed or far too long stretch is nonsense.
  if (
    record_watch_time.from_second >= 0 and record_watch_time.to_second > record_watch_time.from_second
    and record_watch_time.position_second >= 0
    and greatest(record_watch_time.to_second, record_watch_time.position_second) <= lesson.duration_seconds + 60
  ) is not true then
    perform private.fail(
      'WATCH_TIME_INVALID', 422, 'This stretch does not exist in the lesson.',
      jsonb_build_object('duration_seconds', lesson.duration_seconds)
    );
  end if;

  -- To the minute: the enrolment is not written by every heartbeat.
  if (place.last_lesson_id = lesson.id and place.last_activity_at > now() - interval '1 minute') is not true then
    update public.enrollments e set last_lesson_id = lesson.id, last_activity_at = now() where e.id = place.id;
  end if;

  gained := private.cover_lesson(
    place, lesson, record_watch_time.from_second, record_watch_time.to_second, record_watch_time.position_second, now()
  );
  return (
    select jsonb_build_object(
      'lesson_id', p.lesson_id, 'enrollment_id', p.enrollment_id, 'watch_time_seconds', p.watch_time_seconds,
      'credited_seconds', gained, 'position_seconds', p.position_seconds, 'duration_seconds', lesson.duration_seconds
    )
    from public.lesson_progress p
    where p.enrollment_id = place.id and p.lesson_id = lesson.id
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.recount_categories()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform from public.categories k order by k.id for no key update;
  -- One statement, one moment, as in private.recount_course.
  with waiting as (
    delete from private.course_count_changes w where w.id > 0
  )
  update public.categories k
  set course_count = (select count(*) from public.courses c where c.category_id = k.id and c.is_published)
  where k.course_count <> (select count(*) from public.courses c where c.category_id = k.id and c.is_published);
end
$function$;

CREATE OR REPLACE FUNCTION private.refresh_bestsellers()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  winners uuid[];
begin
  select coalesce(array_agg(r.course_id), '{}')
  into winners
  from (
    select c.id as course_id, n.enrollments,
      row_number() over (partition by c.category_id order by n.enrollments desc, c.id) as place,
      k.course_count
    from (
      select e.course_id, count(*) as enrollments
      from public.enrollments e
      where e.enrolled_at > now() - make_interval(days => private.setting_int('bestseller_window_days')) and e.status = 'active'
      group by e.course_id
      having count(*) >= 10
    ) n
    join public.courses c on c.id = n.course_id and c.is_published
    join public.categories k on k.id = c.category_id
  ) r
  where r.place <= ceil(r.course_count / 10.0);

  -- Who is busy keeps the badge, or waits for it, until the next round: the job waits for nobody.
  with free as (
    select s.course_id from public.course_stats s
    where s.course_id = any (winners) or s.bestseller_until is not null
    order by s.course_id
    for no key update skip locked
  )
  update public.course_stats s
  set bestseller_until = case when s.course_id = any (winners) then now() + interval '1 day' end
  from free f
  where s.course_id = f.course_id;
  return cardinality(winners);
end
$function$;

CREATE OR REPLACE FUNCTION private.refresh_catalogue()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  changed uuid[];
begin
  -- Whoever changes a course has its entry before its card and its search row. One that is busy has its turn in a minute: the
  -- job waits for nobody.
  changed := array(
    select e.course_id
    from private.catalogue_entries e join public.course_stats s on s.course_id = e.course_id
    where (e.student_count, e.rating) is distinct from (s.student_count, s.rating)
    order by e.course_id
    for no key update of e skip locked
  );

  update private.catalogue_entries e
  set student_count = s.student_count, rating = s.rating
  from public.course_stats s
  where e.course_id = any (changed) and s.course_id = e.course_id;

  update private.course_search d
  set student_count = e.student_count, rating = e.rating, rating_band = e.rating_band
  from private.catalogue_entries e
  where d.course_id = any (changed) and e.course_id = d.course_id;
  return cardinality(changed);
end
$function$;

CREATE OR REPLACE FUNCTION private.refresh_search_words()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  written integer;
begin
  -- Who lists a course meanwhile leaves its words to the next round.
  perform pg_advisory_xact_lock(hashtextextended('search words', 0));
  with words as materialized (
    select distinct w.word
    from private.course_search d cross join unnest(tsvector_to_array(d.title_words)) w(word)
    where length(w.word) between 3 and 100
  ), gone as (
    delete from private.search_words k where not exists (select from words w where w.word = k.word)
  ), added as (
    insert into private.search_words (word) select w.word from words w on conflict do nothing
  )
  select count(*) into written from words;
  return written;
end
$function$;

CREATE OR REPLACE FUNCTION private.relist_courses (
  course_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  -- What a person may wait for.
  at_once constant integer := 50;
  free uuid[];
begin
  free := array(
    select e.course_id from private.catalogue_entries e
    where e.course_id = any (relist_courses.course_ids)
    limit at_once
    for no key update skip locked
  );
  perform private.list_courses(free);
  insert into private.stale_listings (course_id)
  select c.id from unnest(relist_courses.course_ids) c (id) where c.id <> all (free);
end
$function$;

CREATE OR REPLACE FUNCTION private.renew_listings (
  batch_size integer DEFAULT 500
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  free uuid[];
begin
  free := array(
    select e.course_id from private.catalogue_entries e
    where e.course_id in (select w.course_id from private.stale_listings w)
    limit renew_listings.batch_size
    for no key update skip locked
  );
  delete from private.stale_listings w
  where w.course_id = any (free)
    -- What is not on sale has no listing. It stays a minute: somebody may be publishing it with the old name.
    or (
      w.noted_at < now() - interval '1 minute'
      and not exists (select from private.catalogue_entries e where e.course_id = w.course_id)
    );
  perform private.list_courses(free);
  return cardinality(free);
end
$function$;

CREATE OR REPLACE FUNCTION private.transfer_course (
  course_id uuid,
  new_owner uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_course_owner(transfer_course.course_id);
  former uuid;
  title text;
begin
  -- Owners write the list of instructors directly, too.
  perform private.hold_curriculum(transfer_course.course_id);
  -- Whose account is closed at this moment gets no course: close_account takes those off sale that it finds.
  perform from public.profiles p where p.id = transfer_course.new_owner and p.is_instructor and p.is_active for share;
  if not found then
    perform private.fail('NOT_INSTRUCTOR', 403, 'Only an instructor can own a course.');
  end if;

  select c.instructor_id, c.title into former, title from public.courses c where c.id = transfer_course.course_id for no key update;
  if former <> transfer_course.new_owner then
    update public.course_instructors i
    set role = 'co_instructor', revenue_share_percent = 0
    where i.course_id = transfer_course.course_id and i.user_id = former;

    insert into public.course_instructors (course_id, user_id, role, revenue_share_percent)
    values (transfer_course.course_id, transfer_course.new_owner, 'owner', 0)
    on conflict on constraint course_instructors_pkey do update set role = 'owner', revenue_share_percent = 0;

    -- The shares of the others stay; the owner keeps the rest.
    update public.course_instructors i
    set revenue_share_percent = 100 - (
      select coalesce(sum(o.revenue_share_percent), 0)
      from public.course_instructors o
      where o.course_id = transfer_course.course_id and o.role = 'co_instructor'
    )
    where i.course_id = transfer_course.course_id and i.role = 'owner';

    update public.courses c set instructor_id = transfer_course.new_owner where c.id = transfer_course.course_id;

    perform private.notify(
      transfer_course.new_owner, 'course_team', format('%s is yours now', title), 'You set its price, publish it and are paid for it.',
      '/instructor/courses', null
    );
    if caller is distinct from former then
      perform private.notify(
        former, 'course_team', format('%s was handed over', title), 'You still teach it, without a share.', '/instructor/courses', null
      );
    end if;
  end if;
  return jsonb_build_object('id', transfer_course.course_id, 'instructor_id', transfer_course.new_owner);
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
      '{"limit": 10, "window_seconds": 3600}', jsonb_build_object('Retry-After', private.retry_after(interval '1 hour'))
    );
    return;
  end if;

  -- private.place_order judges once more, by what is charged.
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

CREATE OR REPLACE FUNCTION private.wait_for_students()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  -- Whoever may delete nothing keeps nobody waiting.
  if (select auth.uid()) is null or private.is_admin() or exists (select from private.taught_course_ids()) then
    perform pg_advisory_xact_lock(hashtextextended('lessons', 0));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.write_cards_of_author()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  -- In the order of private.count_helpful_votes.
  perform from private.review_cards k where k.user_id = new.id order by k.review_id for no key update;
  update private.review_cards k set author = private.review_author(new) where k.user_id = new.id;
  return null;
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
$function$;

ALTER TABLE "private"."course_count_changes"
  ADD CONSTRAINT "course_count_changes_category_id_fkey" FOREIGN KEY (category_id) REFERENCES public.categories(id) ON DELETE CASCADE;

CREATE VIEW "private"."course_invariants" WITH (security_invoker=true) AS  SELECT 'lessons_of_course_miscounted'::text AS invariant,
    (s.course_id)::text AS subject
   FROM ((public.course_stats s
     LEFT JOIN ( SELECT l_1.course_id,
            count(*) AS lessons,
            sum(l_1.duration_seconds) AS seconds
           FROM public.lessons l_1
          GROUP BY l_1.course_id) l USING (course_id))
     LEFT JOIN ( SELECT c_1.course_id,
            count(*) AS sections
           FROM public.curriculum_sections c_1
          GROUP BY c_1.course_id) c USING (course_id))
  WHERE ((s.lesson_count IS DISTINCT FROM COALESCE(l.lessons, (0)::bigint)) OR (s.duration_seconds IS DISTINCT FROM COALESCE(l.seconds, (0)::bigint)) OR (s.section_count IS DISTINCT FROM COALESCE(c.sections, (0)::bigint)))
UNION ALL
 SELECT 'lessons_of_section_miscounted'::text AS invariant,
    (c.id)::text AS subject
   FROM (public.curriculum_sections c
     LEFT JOIN public.lessons l ON ((l.section_id = c.id)))
  GROUP BY c.id
 HAVING ((c.total_lessons IS DISTINCT FROM count(l.id)) OR (c.total_duration_minutes IS DISTINCT FROM COALESCE(sum(l.duration_minutes), (0)::bigint)))
UNION ALL
 SELECT 'ratings_miscounted'::text AS invariant,
    (s.course_id)::text AS subject
   FROM ((public.course_stats s
     LEFT JOIN public.reviews r ON (((r.course_id = s.course_id) AND (NOT r.is_hidden))))
     CROSS JOIN LATERAL ( SELECT COALESCE(sum(w_1.counts[1]), (0)::bigint) AS rating_1,
            COALESCE(sum(w_1.counts[2]), (0)::bigint) AS rating_2,
            COALESCE(sum(w_1.counts[3]), (0)::bigint) AS rating_3,
            COALESCE(sum(w_1.counts[4]), (0)::bigint) AS rating_4,
            COALESCE(sum(w_1.counts[5]), (0)::bigint) AS rating_5,
            COALESCE(sum(w_1.counts[6]), (0)::bigint) AS reviews
           FROM private.rating_count_changes w_1
          WHERE (w_1.course_id = s.course_id)) w)
  GROUP BY s.course_id, w.rating_1, w.rating_2, w.rating_3, w.rating_4, w.rating_5, w.reviews
 HAVING (((s.rating_1 + w.rating_1) IS DISTINCT FROM count(*) FILTER (WHERE (r.rating = 1))) OR ((s.rating_2 + w.rating_2) IS DISTINCT FROM count(*) FILTER (WHERE (r.rating = 2))) OR ((s.rating_3 + w.rating_3) IS DISTINCT FROM count(*) FILTER (WHERE (r.rating = 3))) OR ((s.rating_4 + w.rating_4) IS DISTINCT FROM count(*) FILTER (WHERE (r.rating = 4))) OR ((s.rating_5 + w.rating_5) IS DISTINCT FROM count(*) FILTER (WHERE (r.rating = 5))) OR ((s.review_count + w.reviews) IS DISTINCT FROM count(*) FILTER (WHERE r.has_words)))
UNION ALL
 SELECT 'helpful_votes_miscounted'::text AS invariant,
    (r.id)::text AS subject
   FROM (public.reviews r
     LEFT JOIN public.review_votes v ON ((v.review_id = r.id)))
  GROUP BY r.id
 HAVING (count(v.user_id) <> r.helpful_count)
UNION ALL
 SELECT 'review_card_outdated'::text AS invariant,
    (r.id)::text AS subject
   FROM ((public.reviews r
     JOIN public.profiles p ON ((p.id = r.user_id)))
     LEFT JOIN private.review_cards k ON ((k.review_id = r.id)))
  WHERE ((k.course_id IS DISTINCT FROM r.course_id) OR (k.user_id IS DISTINCT FROM r.user_id) OR (k.rating IS DISTINCT FROM r.rating) OR (k.helpful_count IS DISTINCT FROM r.helpful_count) OR (k.created_at IS DISTINCT FROM r.created_at) OR (k.is_hidden IS DISTINCT FROM r.is_hidden) OR (k.author IS DISTINCT FROM private.review_author(p.*)) OR (k.card IS DISTINCT FROM private.review_card(r.*)))
UNION ALL
 SELECT 'students_miscounted'::text AS invariant,
    (s.course_id)::text AS subject
   FROM ((public.course_stats s
     LEFT JOIN ( SELECT w_1.course_id,
            sum(w_1.change) AS waiting
           FROM private.student_count_changes w_1
          GROUP BY w_1.course_id) w USING (course_id))
     LEFT JOIN ( SELECT e_1.course_id,
            count(*) AS students
           FROM public.enrollments e_1
          WHERE ((e_1.status = 'active'::public.enrollment_status) AND (NOT (EXISTS ( SELECT
                   FROM public.course_instructors i
                  WHERE ((i.course_id = e_1.course_id) AND (i.user_id = e_1.user_id))))))
          GROUP BY e_1.course_id) e USING (course_id))
  WHERE ((s.student_count + COALESCE(w.waiting, (0)::bigint)) <> COALESCE(e.students, (0)::bigint))
UNION ALL
 SELECT 'courses_of_category_miscounted'::text AS invariant,
    (k.id)::text AS subject
   FROM (public.categories k
     LEFT JOIN public.courses c ON (((c.category_id = k.id) AND c.is_published)))
  GROUP BY k.id
 HAVING (count(c.id) <> (k.course_count + ( SELECT COALESCE(sum(w.change), (0)::bigint) AS "coalesce"
           FROM private.course_count_changes w
          WHERE (w.category_id = k.id))))
UNION ALL
 SELECT 'course_without_its_owner'::text AS invariant,
    (c.id)::text AS subject
   FROM public.courses c
  WHERE (NOT (EXISTS ( SELECT
           FROM public.course_instructors i
          WHERE ((i.course_id = c.id) AND (i.user_id = c.instructor_id) AND (i.role = 'owner'::public.course_instructor_role)))))
UNION ALL
 SELECT 'shares_do_not_make_100'::text AS invariant,
    (i.course_id)::text AS subject
   FROM public.course_instructors i
  GROUP BY i.course_id
 HAVING (sum(i.revenue_share_percent) <> 100);

CREATE VIEW "private"."v_invariants" WITH (security_invoker=true) AS  SELECT m.invariant,
    m.subject
   FROM private.money_invariants m
UNION ALL
 SELECT v.invariant,
    v.subject
   FROM private.invoice_invariants v
UNION ALL
 SELECT l.invariant,
    l.subject
   FROM private.learning_invariants l
UNION ALL
 SELECT c.invariant,
    c.subject
   FROM private.course_invariants c;

CREATE INDEX course_count_changes_category_id_idx ON private.course_count_changes USING btree (category_id);

CREATE INDEX stale_listings_course_id_idx ON private.stale_listings USING btree (course_id);

CREATE TRIGGER count_former_authors
  AFTER DELETE ON public.course_instructors REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_author_as_student();

CREATE TRIGGER count_new_authors
  AFTER INSERT ON public.course_instructors REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_author_as_student();

CREATE TRIGGER keep_categories
  BEFORE INSERT OR UPDATE OF category_id ON public.courses
  FOR EACH STATEMENT
  WHEN (row_security_active(('public.courses'::regclass)::oid))
  EXECUTE FUNCTION private.keep_table('categories');

COMMENT ON FUNCTION "private"."add_courses"(uuid[], integer[]) IS 'Changes the numbers of courses of some categories without ever waiting for anybody.';

COMMENT ON FUNCTION "private"."count_catalogue"() IS 'Trigger on catalogue_entries: notes which cells courses entered and left.';

COMMENT ON FUNCTION "private"."fold_catalogue_cells"() IS 'Job: adds up what waits; returns of how many cells.';

COMMENT ON FUNCTION "private"."fold_course_counts"() IS 'Job: adds up what waits; returns of how many categories.';

COMMENT ON FUNCTION "private"."fold_courses"(uuid[]) IS 'Adds everything that waits to categories.course_count of the free categories. The caller holds their rows.';

COMMENT ON FUNCTION "private"."hold_curricula"(uuid[]) IS 'Nobody else writes the curricula of these courses, or the courses themselves directly, until the transaction ends.';

COMMENT ON FUNCTION "private"."hold_leaver"(uuid) IS 'Who writes directly what belongs to this person waits until the transaction ends. Taken before any row; private.lock_person takes the rows.';

COMMENT ON FUNCTION "private"."keep_table"() IS 'Trigger with the name of a table: staff changes none of its rows until the transaction ends. Taken before any row.';

COMMENT ON FUNCTION "private"."key_columns"(regclass) IS 'The primary key of a table, as a list of columns of its alias t.';

COMMENT ON FUNCTION "private"."refresh_search_words"() IS 'Job: forgets the words of titles that went off sale, and adds what private.index_courses left out; returns how many there are.';

COMMENT ON FUNCTION "private"."relist_courses"(uuid[]) IS 'Lists these courses anew without ever waiting for who changes one: what is busy, or too much, is left to private.renew_listings.';

COMMENT ON FUNCTION "private"."renew_listings"(integer) IS 'Job: lists a batch of courses anew whose category or instructor has a new name; returns how many.';

COMMENT ON TABLE "private"."catalogue_cell_changes" IS 'Changes of catalogue_cells that wait for the job; readers add them up.';

COMMENT ON TABLE "private"."catalogue_cells" IS 'Kept counts of catalogue_entries by everything that a facet can be; exact together with what waits in catalogue_cell_changes.';

COMMENT ON TABLE "private"."course_count_changes" IS 'Changes of categories.course_count that wait for the next writer or the job.';

COMMENT ON TABLE "private"."search_words" IS 'Words of the titles on sale and their stems, added when a course enters the catalogue; compared with all titles every hour.';

COMMENT ON TABLE "private"."stale_listings" IS 'Courses that private.renew_listings has still to list anew.';

COMMENT ON VIEW "private"."course_invariants" IS 'What must never be so about courses, and of which. Part of private.v_invariants.';

COMMENT ON VIEW "private"."v_invariants" IS 'Every rule about the whole of the data, by name, and what breaks it. Empty after every story, storm, drill and restore, or somebody is called.';

REVOKE ALL ON FUNCTION "private"."add_courses"(uuid[], integer[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."add_courses"(uuid[], integer[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."add_courses"(uuid[], integer[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fold_catalogue_cells"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."fold_catalogue_cells"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."fold_catalogue_cells"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."fold_course_counts"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."fold_course_counts"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."fold_course_counts"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."fold_courses"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."fold_courses"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."fold_courses"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."hold_curricula"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hold_curricula"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."hold_curricula"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."hold_leaver"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hold_leaver"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."hold_leaver"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."keep_table"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."keep_table"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."keep_table"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."key_columns"(regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."key_columns"(regclass) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."key_columns"(regclass) TO "postgres";

REVOKE ALL ON FUNCTION "private"."relist_courses"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."relist_courses"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."relist_courses"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."renew_listings"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."renew_listings"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."renew_listings"(integer) TO "postgres";

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_rate_limits',
    $$delete from private.rate_limits where (bucket, subject, window_started_at) in (
        select bucket, subject, window_started_at from private.rate_limits where window_started_at < now() - interval '2 days'
        for update skip locked
      )$$,
    interval '1 hour'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values ('end_old_sales', 'select private.end_old_sales()', interval '1 hour')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values ('renew_listings', 'select private.renew_listings()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values ('refresh_search_words', 'select private.refresh_search_words()', interval '1 hour')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values ('fold_course_counts', 'select private.fold_course_counts()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_api_nonces',
    $$delete from private.api_nonces where (key_id, nonce) in (
        select key_id, nonce from private.api_nonces where used_at < now() - interval '1 hour' for update skip locked
      )$$,
    interval '10 minutes'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_company_enrollments',
    $$delete from private.company_enrollments where (key_id, reference) in (
        select key_id, reference from private.company_enrollments where created_at < now() - interval '90 days' for update skip locked
      )$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_company_invitations',
    $$delete from private.company_invitations where id in (
        select id from private.company_invitations where expires_at < now() for update skip locked
      )$$,
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
    $$delete from private.outbox where id in (
        select id from private.outbox
        where state in ('sent', 'dropped') and next_attempt_at < now() - interval '90 days'
          or state = 'dead' and next_attempt_at < now() - interval '30 days'
        for update skip locked
      )$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

-- After a quarter the story of an order stands in its own rows; names and addresses in payloads are forgotten.
insert into private.jobs (name, command, run_every)
values
  (
    'strip_stripe_events',
    $$update private.stripe_events set payload = '{}' where id in (
        select id from private.stripe_events
        where coalesce(processed_at, received_at) < now() - interval '90 days' and payload <> '{}'
        for no key update skip locked
      )$$,
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
    $$delete from private.price_falls where id in (
        select id from private.price_falls where ended_at < now() - interval '90 days' for update skip locked
      )$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values ('fold_catalogue_cells', 'select private.fold_catalogue_cells()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_idempotency_keys',
    $$delete from private.idempotency_keys where (user_id, key) in (
        select user_id, key from private.idempotency_keys where created_at < now() - interval '30 days' for update skip locked
      )$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
