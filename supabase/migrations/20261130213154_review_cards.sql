-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

SET local check_function_bodies = off;

CREATE TABLE "private"."review_cards" (
  "review_id"     uuid                     NOT NULL,
  "course_id"     uuid                     NOT NULL,
  "user_id"       uuid                     NOT NULL,
  "rating"        smallint                 NOT NULL,
  "helpful_count" integer                  NOT NULL,
  "created_at"    timestamp with time zone NOT NULL,
  "is_hidden"     boolean                  NOT NULL,
  "author"        text                     NOT NULL,
  "card"          text                     NOT NULL,
  CONSTRAINT "review_cards_author_check" CHECK (((length(author) <= 5000) AND (jsonb_typeof((author)::jsonb) = 'object'::text))),
  CONSTRAINT "review_cards_card_check" CHECK (((length(card) <= 75000) AND (jsonb_typeof(((card || '}'::text))::jsonb) = 'object'::text))),
  CONSTRAINT "review_cards_pkey" PRIMARY KEY (review_id)
);

ALTER TABLE "private"."review_cards"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION private.review_author (
  person public.profiles
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return '{"id":"' || person.id
    || '","first_name":' || to_json(person.first_name)
    || ',"last_name":' || to_json(person.last_name)
    || ',"avatar":' || coalesce(to_json(person.avatar_path)::text, 'null')
    || '}';
end
$function$;

CREATE OR REPLACE FUNCTION private.review_card (
  review public.reviews
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  SET "TimeZone" TO 'UTC'
  AS $function$
begin
  return '{"id":"' || review.id
    || '","rating":' || review.rating
    || ',"title":' || to_json(review.title)
    || ',"comment":' || to_json(review.comment)
    || ',"helpful_count":' || review.helpful_count
    || ',"created_at":' || to_json(review.created_at)
    || ',"updated_at":' || to_json(review.updated_at)
    || ',"instructor_reply":' || case when review.instructor_reply = '' then 'null' else to_json(review.instructor_reply)::text end
    || ',"replied_at":' || coalesce(to_json(review.replied_at)::text, 'null');
end
$function$;

CREATE OR REPLACE FUNCTION private.write_review_cards (
  review_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- The share of the profile: who changes the name meanwhile waits for this review, or it for the name.
  insert into private.review_cards as k (
    review_id, course_id, user_id, rating, helpful_count, created_at, is_hidden, author, card
  )
  select r.id, r.course_id, r.user_id, r.rating, r.helpful_count, r.created_at, r.is_hidden,
    private.review_author(p), private.review_card(r)
  from public.reviews r join public.profiles p on p.id = r.user_id
  where r.id = any (write_review_cards.review_ids)
  for share of p
  on conflict on constraint review_cards_pkey do update
  set course_id = excluded.course_id, user_id = excluded.user_id, rating = excluded.rating,
    helpful_count = excluded.helpful_count, created_at = excluded.created_at, is_hidden = excluded.is_hidden,
    author = excluded.author, card = excluded.card
  where k is distinct from excluded;
end
$function$;

ALTER TABLE "private"."review_cards"
  ADD CONSTRAINT "review_cards_review_id_fkey" FOREIGN KEY (review_id) REFERENCES public.reviews(id) ON DELETE CASCADE;

CREATE INDEX review_cards_rating_idx ON private.review_cards USING btree (course_id, rating, helpful_count DESC, review_id)
  WHERE (NOT is_hidden);

CREATE INDEX review_cards_time_idx ON private.review_cards USING btree (course_id, created_at, review_id)
  WHERE (NOT is_hidden);

CREATE INDEX review_cards_user_id_idx ON private.review_cards USING btree (user_id);

CREATE INDEX review_cards_votes_idx ON private.review_cards USING btree (course_id, helpful_count, review_id)
  WHERE (NOT is_hidden);

CREATE OR REPLACE FUNCTION private.write_cards_of_author()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  update private.review_cards k set author = private.review_author(new) where k.user_id = new.id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.write_changed_review_cards()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if tg_op = 'INSERT' then
    perform private.write_review_cards(array[new.id]);
  else
    update private.review_cards k
    set course_id = new.course_id, rating = new.rating, helpful_count = new.helpful_count, created_at = new.created_at,
      is_hidden = new.is_hidden, card = private.review_card(new)
    where k.review_id = new.id;
  end if;
  return null;
end
$function$;

CREATE TRIGGER write_changed_review_card
  AFTER UPDATE ON public.reviews
  FOR EACH ROW
  WHEN ((old.* IS DISTINCT FROM new.*))
  EXECUTE FUNCTION private.write_changed_review_cards();

CREATE TRIGGER write_review_card
  AFTER INSERT ON public.reviews
  FOR EACH ROW
  EXECUTE FUNCTION private.write_changed_review_cards();

COMMENT ON FUNCTION "private"."review_author"(public.profiles) IS 'What review_cards.author says of a person: {id, first_name, last_name, avatar}.';

COMMENT ON FUNCTION "private"."review_card"(public.reviews) IS 'What review_cards.card says of a review: {id, rating, title, comment, helpful_count, created_at, updated_at, instructor_reply, replied_at, without the brace that ends it.';

COMMENT ON FUNCTION "private"."write_review_cards"(uuid[]) IS 'Makes the cards of these reviews anew. Changes nothing when it was called before.';

COMMENT ON TABLE "private"."review_cards" IS 'Ready-made cards of all reviews: quoted once, when a review changes, and not once a reader.';

REVOKE ALL ON FUNCTION "private"."review_author"(public.profiles) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."review_author"(public.profiles) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."review_author"(public.profiles) TO "postgres";

REVOKE ALL ON FUNCTION "private"."review_card"(public.reviews) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."review_card"(public.reviews) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."review_card"(public.reviews) TO "postgres";

REVOKE ALL ON FUNCTION "private"."write_changed_review_cards"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."write_changed_review_cards"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."write_changed_review_cards"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."write_review_cards"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."write_review_cards"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."write_review_cards"(uuid[]) TO "postgres";

CREATE TRIGGER write_cards_of_author
  AFTER UPDATE OF first_name, last_name, avatar_path ON public.profiles
  FOR EACH ROW
  WHEN (((old.first_name IS DISTINCT FROM new.first_name) OR (old.last_name IS DISTINCT FROM new.last_name) OR (old.avatar_path IS DISTINCT FROM new.avatar_path)))
  EXECUTE FUNCTION private.write_cards_of_author();

COMMENT ON FUNCTION "private"."write_cards_of_author"() IS 'Trigger on profiles: the cards of their reviews show the new name and picture.';

COMMENT ON FUNCTION "private"."write_changed_review_cards"() IS 'Trigger on reviews: their cards say what they say.';

REVOKE ALL ON FUNCTION "private"."write_cards_of_author"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."write_cards_of_author"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."write_cards_of_author"() TO "postgres";
