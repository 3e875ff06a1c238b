-- One row: this person found this review helpful.
create table public.review_votes (
  review_id uuid not null references public.reviews (id)
    on delete cascade,
  user_id uuid not null default auth.uid() references public.profiles (id)
    on delete restrict,
  created_at timestamptz not null default now(),
  primary key (review_id, user_id)
);

comment on table public.review_votes is 'Who found which review helpful: one vote a person.';
comment on column public.review_votes.review_id is 'The review.';
comment on column public.review_votes.user_id is 'Who voted.';
comment on column public.review_votes.created_at is 'When.';

create index review_votes_user_id_idx on public.review_votes (user_id, review_id);
alter table public.review_votes enable row level security;

revoke all on table public.review_votes from public, anon, authenticated, service_role;

grant select on table public.review_votes to authenticated;

grant insert (review_id) on table public.review_votes to authenticated;

grant delete on table public.review_votes to authenticated;
-- No user_id: a vote is the caller's. No update: a vote is there or not.

create policy select_own on public.review_votes
for select
to authenticated
using (user_id = (select auth.uid()));

-- Only a review that the caller can see; guard_review_vote refuses the own, and those of the own courses.
create policy insert_own on public.review_votes
for insert
to authenticated
with check (
  user_id = (select private.active_uid())
  and exists (select from public.reviews as r where r.id = review_id)
);

create policy delete_own on public.review_votes
for delete
to authenticated
using (user_id = (select private.active_uid()));

-- Nobody applauds himself, and nobody picks what is read first about what he teaches.
create function private.guard_review_vote()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if exists (select from public.reviews r where r.id = new.review_id and r.user_id = new.user_id) then
    perform private.fail('SELF_VOTE', 409, 'You cannot vote for your own review.');
  end if;
  if exists (
    select from public.reviews r
    join public.course_instructors i on i.course_id = r.course_id and i.user_id = new.user_id
    where r.id = new.review_id
  ) then
    perform private.fail('OWN_COURSE', 409, 'You cannot vote for reviews of a course that you teach.');
  end if;
  return new;
end
$$;

comment on function private.guard_review_vote is
  'Trigger: SELF_VOTE 409 for the own review, OWN_COURSE 409 for those of a course one teaches.';

revoke execute on function private.guard_review_vote from public, anon, authenticated, service_role;

create trigger guard_review_vote
before insert on public.review_votes
for each row
execute function private.guard_review_vote();

-- helpful_count follows the votes.
create function private.count_helpful_votes()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;

comment on function private.count_helpful_votes is 'Trigger: reviews.helpful_count by exact differences.';

revoke execute on function private.count_helpful_votes from public, anon, authenticated, service_role;

create trigger count_inserted_votes
after insert on public.review_votes
referencing new table as changed_rows
for each statement
execute function private.count_helpful_votes();

create trigger count_deleted_votes
after delete on public.review_votes
referencing old table as changed_rows
for each statement
execute function private.count_helpful_votes();

create function private.hold_own_votes()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.hold_person(auth.uid());
  perform private.keep_reviews();
  return null;
end
$$;

comment on function private.hold_own_votes is
  'Trigger: one statement a person at a time votes, and the reviews stay until it has.';

revoke execute on function private.hold_own_votes from public, anon, authenticated, service_role;

create trigger hold_own_votes
before insert or delete on public.review_votes
for each statement
when (row_security_active('public.review_votes'::regclass))
execute function private.hold_own_votes();
