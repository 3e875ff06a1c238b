-- One row: a review as list_reviews finds and shows it: what it is ordered by, and what it says, ready to be sent. Apart from
-- reviews, whose columns people read: a page takes its ten cards from where the index points, and quotes nothing.
create table private.review_cards (
  review_id uuid primary key references public.reviews (id)
    on delete cascade,
  course_id uuid not null,
  -- The author of the review: no foreign key, the review has it.
  user_id uuid not null,
  rating smallint not null,
  helpful_count integer not null,
  created_at timestamptz not null,
  is_hidden boolean not null,
  -- Apart from the rest: who changes a name need not wait for who votes, nor look at the review.
  author text not null check (length(author) <= 5000 and jsonb_typeof(author::jsonb) = 'object'),
  -- JSON text without its last brace, as in catalogue_cards: what depends on who reads is written behind it.
  card text not null check (length(card) <= 75000 and jsonb_typeof((card || '}')::jsonb) = 'object')
);

comment on table private.review_cards is
  'Ready-made cards of all reviews: quoted once, when a review changes, and not once a reader.';

-- list_reviews: most helpful first, backwards; by time in both directions; of one rating.
create index review_cards_votes_idx on private.review_cards (course_id, helpful_count, review_id)
where not is_hidden;
create index review_cards_time_idx on private.review_cards (course_id, created_at, review_id)
where not is_hidden;
create index review_cards_rating_idx on private.review_cards (
  course_id,
  rating,
  helpful_count desc,
  review_id
)
where not is_hidden;
create index review_cards_user_id_idx on private.review_cards (user_id); -- the person's new name
alter table private.review_cards enable row level security;

-- No policy and no grant: list_reviews reads, and shows what is not hidden; the triggers below write.
revoke all on table private.review_cards from public, anon, authenticated, service_role;

-- In UTC, whoever writes it. Text, because json_build_object looks up the type of every value again.
create function private.review_card(review public.reviews)
returns text
language plpgsql
stable
security invoker
set search_path = ''
set timezone = 'UTC'
as $$
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
$$;

comment on function private.review_card is
  'What review_cards.card says of a review: {id, rating, title, comment, helpful_count, created_at, updated_at, instructor_reply, replied_at, without the brace that ends it.';

create function private.review_author(person public.profiles)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return '{"id":"' || person.id
    || '","first_name":' || to_json(person.first_name)
    || ',"last_name":' || to_json(person.last_name)
    || ',"avatar":' || coalesce(to_json(person.avatar_path)::text, 'null')
    || '}';
end
$$;

comment on function private.review_author is
  'What review_cards.author says of a person: {id, first_name, last_name, avatar}.';

create function private.write_review_cards(review_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
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
$$;

comment on function private.write_review_cards is
  'Makes the cards of these reviews anew. Changes nothing when it was called before.';

-- Definer: whoever writes a review, votes for it or changes a name reads no cards.
create function private.write_changed_review_cards()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;

comment on function private.write_changed_review_cards is
  'Trigger on reviews: their cards say what they say.';

create function private.write_cards_of_author()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  -- In the order of private.count_helpful_votes.
  perform from private.review_cards k where k.user_id = new.id order by k.review_id for no key update;
  update private.review_cards k set author = private.review_author(new) where k.user_id = new.id;
  return null;
end
$$;

comment on function private.write_cards_of_author is
  'Trigger on profiles: the cards of their reviews show the new name and picture.';

revoke execute
on function private.review_card,
private.review_author,
private.write_review_cards,
private.write_changed_review_cards,
private.write_cards_of_author
from public, anon, authenticated, service_role;

-- After mirror_is_reviewer, which writes the profile: a share taken first would stand in the way of the next review's.
create trigger write_review_card
after insert on public.reviews
for each row
execute function private.write_changed_review_cards();

create trigger write_changed_review_card
after update on public.reviews
for each row
when (old is distinct from new)
execute function private.write_changed_review_cards();

create trigger write_cards_of_author
after update of first_name, last_name, avatar_path on public.profiles
for each row
when
  (
    (old.first_name, old.last_name, old.avatar_path) is distinct from (
      new.first_name,
      new.last_name,
      new.avatar_path
    )
  )
execute function private.write_cards_of_author();

-- Reviews that were written before they had cards.
select private.write_review_cards(array(select r.id from public.reviews as r));
