-- course_stats counts the shown reviews and profile_stats what a person has rated: by exact differences, so that a
-- review among fifty thousand costs two narrow rows, and waits for nobody.
create type private.rating_change as (
  course_id uuid,
  user_id uuid,
  rating smallint,
  has_words boolean,
  is_shown boolean,
  n integer
);

comment on type private.rating_change is 'A review that came (n = 1) or went (n = -1).';

create function private.count_ratings()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  changes private.rating_change[];
  change record;
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

  for change in
    select c.course_id,
      array[
        sum(c.n) filter (where c.rating = 1), sum(c.n) filter (where c.rating = 2), sum(c.n) filter (where c.rating = 3),
        sum(c.n) filter (where c.rating = 4), sum(c.n) filter (where c.rating = 5), sum(c.n) filter (where c.has_words)
      ] as counts
    from unnest(changes) c
    where c.is_shown
    group by c.course_id
    order by c.course_id
  loop
    perform private.add_ratings(change.course_id, array(select coalesce(n, 0)::integer from unnest(change.counts) n));
  end loop;

  -- Always in the same order, so that two people who change several reviews do not wait for each other in a circle.
  -- Nobody waits for a course.
  if cardinality(changes) > 1 then
    perform from public.profile_stats s
    where s.user_id in (select c.user_id from unnest(changes) c)
    order by s.user_id
    for no key update;
  end if;
  update public.profile_stats s
  set ratings_given = s.ratings_given + d.ratings, rating_sum_given = s.rating_sum_given + d.stars
  from (
    select c.user_id, sum(c.n) as ratings, sum(c.n * c.rating) as stars from unnest(changes) c group by c.user_id
  ) d
  where s.user_id = d.user_id and (d.ratings <> 0 or d.stars <> 0);
  return null;
end
$$;

comment on function private.count_ratings is
  'Trigger on reviews: rating columns of course_stats and profile_stats by exact differences.';

revoke execute on function private.count_ratings from public, anon, authenticated, service_role;

create trigger count_inserted_ratings
after insert on public.reviews
referencing new table as changed
for each statement
execute function private.count_ratings();

create trigger count_deleted_ratings
after delete on public.reviews
referencing old table as changed
for each statement
execute function private.count_ratings();
