-- One row: what one student thinks of one course.
create table public.reviews (
  id uuid primary key default gen_random_uuid(),
  course_id uuid not null references public.courses (id)
    on delete restrict,
  user_id uuid not null default auth.uid() references public.profiles (id)
    on delete restrict,
  rating smallint not null check (rating between 1 and 5),
  title text not null default '' check (length(title) <= 255),
  comment text not null default '' check (length(comment) <= 5000),
  -- A rating without words counts as a rating, not as a review.
  has_words boolean not null generated always as (title != '' or comment != '') stored,
  helpful_count integer not null default 0 check (helpful_count >= 0),
  is_hidden boolean not null default false,
  hidden_reason text not null default '' check (length(hidden_reason) <= 500),
  instructor_reply text not null default '' check (length(instructor_reply) <= 5000),
  replied_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (course_id, user_id),
  constraint reviews_only_hidden_ones_have_a_reason_check check (is_hidden or hidden_reason = ''),
  constraint reviews_reply_means_when_check check ((instructor_reply != '') = (replied_at is not null))
);

comment on table public.reviews is 'Ratings of courses by their students, with or without words.';
comment on column public.reviews.id is 'Identity of the review.';
comment on column public.reviews.course_id is 'The course.';
comment on column public.reviews.user_id is 'The student who wrote it.';
comment on column public.reviews.rating is 'Stars, 1 to 5.';
comment on column public.reviews.title is 'Headline, or empty.';
comment on column public.reviews.comment is 'Text as typed, or empty; escaped on output.';
comment on column public.reviews.has_words is 'Says something beside the stars.';
comment on column public.reviews.helpful_count is
  'Votes that found it helpful; kept by a trigger on review_votes.';
comment on column public.reviews.is_hidden is
  'Hidden by staff: seen by its author and staff only, and not counted; its author may reword it, and not delete it.';
comment on column public.reviews.hidden_reason is 'Why staff hid it.';
comment on column public.reviews.instructor_reply is 'The instructor''s answer, or empty.';
comment on column public.reviews.replied_at is 'When the instructor answered.';
comment on column public.reviews.created_at is 'When it was written.';
comment on column public.reviews.updated_at is 'Time of the last change.';

-- No index of the votes, which come and go without moving one: list_reviews orders by private.review_cards.
create index reviews_time_idx on public.reviews (course_id, created_at, id) where not is_hidden; -- recent_reviews
create index reviews_user_id_idx on public.reviews (user_id); -- the own reviews
create index reviews_created_at_idx on public.reviews (created_at); -- daily figures
alter table public.reviews enable row level security;

revoke all on table public.reviews from public, anon, authenticated, service_role;

grant select on table public.reviews to anon, authenticated;

grant insert (course_id, rating, title, comment) on table public.reviews to authenticated;

grant update (rating, title, comment) on table public.reviews to authenticated;

grant delete on table public.reviews to authenticated;
-- No user_id: an author is who asks. No is_hidden, hidden_reason: moderate_review. No instructor_reply: reply_to_review.

-- Whoever sees the course sees what is said about it.
create policy select_shown on public.reviews
for select
to anon
using (not is_hidden and exists (select from public.courses as c where c.id = course_id));

create policy select_shown_own_or_as_staff on public.reviews
for select
to authenticated
using (
  user_id = (select auth.uid())
  or (select private.is_staff())
  or (not is_hidden and exists (select from public.courses as c where c.id = course_id))
);

-- Only who studies the course may judge it; nobody judges his own.
create policy insert_own_as_student on public.reviews
for insert
to authenticated
with check (
  user_id = (select private.active_uid())
  and course_id in (select private.enrolled_course_ids())
  and course_id not in (select private.taught_course_ids())
);

-- Not even staff edits words; it hides them.
create policy update_own on public.reviews
for update
to authenticated
using (user_id = (select private.active_uid()))
with check (user_id = (select private.active_uid()));

create policy delete_own_or_as_admin on public.reviews
for delete
to authenticated
using (user_id = (select private.active_uid()) or (select private.is_admin()));

-- Nobody sheds what staff hid by writing it anew: while it is hidden, only staff takes it away. It may be reworded.
create function private.guard_review_delete()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if (select auth.uid()) is not null and not private.is_admin() then
    perform private.fail('REVIEW_HIDDEN', 403, 'Staff has hidden this review: change it instead.');
  end if;
  return old;
end
$$;

comment on function private.guard_review_delete is
  'Trigger: REVIEW_HIDDEN 403 for the author of a hidden review.';

revoke execute on function private.guard_review_delete from public, anon, authenticated, service_role;

create trigger guard_review_delete
before delete on public.reviews
for each row
when (old.is_hidden)
execute function private.guard_review_delete();

create trigger touch_updated_at
before update of rating, title, comment on public.reviews
for each row
execute function private.touch_updated_at();

create trigger audit
after update or delete on public.reviews
for each row
execute function private.audit('id', 'is_hidden', 'hidden_reason');

-- Who votes, comes from votes to reviews; who deletes a review comes from it to its votes. Authors know which reviews they will take
-- and hold the votes first; staff deletes what a statement finds, while nobody votes or changes reviews.
create function private.keep_reviews()
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('reviews', 0));
end
$$;

comment on function private.keep_reviews is
  'Staff deletes no review until the transaction ends. Taken after private.hold_person, before any row.';

-- Votes change several reviews, in the order of their ids; so do authors. As strong as what follows: who is to delete a row and
-- holds it less would wait for a vote that waits for him.
create function private.hold_own_reviews()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.hold_person(auth.uid());
  if tg_op = 'DELETE' and private.is_admin() then
    perform pg_advisory_xact_lock(hashtextextended('reviews', 0));
    return null;
  end if;
  perform private.keep_reviews();
  if tg_op = 'DELETE' then
    perform from public.review_votes v
    where v.review_id in (select r.id from public.reviews r where r.user_id = auth.uid())
    order by v.review_id, v.user_id
    for update;
    perform from public.reviews r where r.user_id = auth.uid() order by r.id for update;
  else
    perform from public.reviews r where r.user_id = auth.uid() order by r.id for no key update;
  end if;
  return null;
end
$$;

comment on function private.hold_own_reviews is
  'Trigger: an author takes the own reviews in the order in which everybody takes reviews; staff waits until nobody has any.';

revoke execute
on function private.keep_reviews, private.hold_own_reviews
from public, anon, authenticated, service_role;

create trigger hold_own_reviews
before update or delete on public.reviews
for each statement
when (row_security_active('public.reviews'::regclass))
execute function private.hold_own_reviews();

-- A review, its author, its card: who changes a name comes from the author to the cards, and the card of a deleted review goes first.
create function private.hold_author()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform from public.profiles p where p.id = old.user_id for no key update;
  return old;
end
$$;

comment on function private.hold_author is
  'Trigger: the author of a review is held before its card is deleted.';

revoke execute on function private.hold_author from public, anon, authenticated, service_role;

create trigger hold_author
before delete on public.reviews
for each row
execute function private.hold_author();
