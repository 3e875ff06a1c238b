-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

SET local check_function_bodies = off;

DROP VIEW "private"."v_invariants";

DROP VIEW "private"."course_invariants";

CREATE TABLE "private"."rating_count_changes" (
  "id"        bigint    GENERATED ALWAYS AS IDENTITY NOT NULL,
  "course_id" uuid      NOT NULL,
  "counts"    integer[] NOT NULL,
  CONSTRAINT "rating_count_changes_counts_check" CHECK ((cardinality(counts) = 6)),
  CONSTRAINT "rating_count_changes_pkey" PRIMARY KEY (id)
);

ALTER TABLE "private"."rating_count_changes"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION private.add_ratings (
  course_id uuid,
  counts    integer[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if 0 = all (add_ratings.counts) then
    return;
  end if;
  perform from public.course_stats s where s.course_id = add_ratings.course_id for no key update skip locked;
  if found then
    perform private.fold_ratings(add_ratings.course_id, add_ratings.counts);
  else
    insert into private.rating_count_changes (course_id, counts) values (add_ratings.course_id, add_ratings.counts);
  end if;
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

  -- Always in the same order, so that two people who change several reviews do not wait for each other in a circle.
  perform from public.course_stats s
  where s.course_id in (select c.course_id from unnest(changes) c)
  order by s.course_id
  for no key update;

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

  update public.profile_stats s
  set ratings_given = s.ratings_given + d.ratings, rating_sum_given = s.rating_sum_given + d.stars
  from (
    select c.user_id, sum(c.n) as ratings, sum(c.n * c.rating) as stars from unnest(changes) c group by c.user_id
  ) d
  where s.user_id = d.user_id and (d.ratings <> 0 or d.stars <> 0);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_rating_counts()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  course uuid;
  folded integer := 0;
begin
  for course in
    select s.course_id from public.course_stats s
    where s.course_id in (select w.course_id from private.rating_count_changes w)
    order by s.course_id
    for no key update skip locked
  loop
    perform private.fold_ratings(course);
    folded := folded + 1;
  end loop;
  return folded;
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_ratings (
  course_id uuid,
  counts    integer[] DEFAULT '{0,0,0,0,0,0}'::integer[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  with waiting as (
    delete from private.rating_count_changes w where w.course_id = fold_ratings.course_id returning w.counts
  ), change as (
    select array(
      select sum(c.n)
      from (select fold_ratings.counts union all select w.counts from waiting w) x (counts)
      cross join unnest(x.counts) with ordinality c (n, place)
      group by c.place order by c.place
    ) as n
  )
  update public.course_stats s
  set rating_1 = s.rating_1 + c.n[1], rating_2 = s.rating_2 + c.n[2], rating_3 = s.rating_3 + c.n[3],
    rating_4 = s.rating_4 + c.n[4], rating_5 = s.rating_5 + c.n[5], review_count = s.review_count + c.n[6]
  from change c
  where s.course_id = fold_ratings.course_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.recount_course (
  course_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.count_lessons(
    array(select s.id from public.curriculum_sections s where s.course_id = recount_course.course_id),
    array[recount_course.course_id]
  );

  -- Nothing is written between the count and the update.
  perform from public.course_stats s where s.course_id = recount_course.course_id for no key update;
  delete from private.rating_count_changes w where w.course_id = recount_course.course_id;
  update public.course_stats s
  set section_count = (select count(*) from public.curriculum_sections c where c.course_id = recount_course.course_id),
    rating_1 = r.rating_1, rating_2 = r.rating_2, rating_3 = r.rating_3, rating_4 = r.rating_4, rating_5 = r.rating_5,
    review_count = r.reviews
  from (
    select count(*) filter (where x.rating = 1) as rating_1, count(*) filter (where x.rating = 2) as rating_2,
      count(*) filter (where x.rating = 3) as rating_3, count(*) filter (where x.rating = 4) as rating_4,
      count(*) filter (where x.rating = 5) as rating_5, count(*) filter (where x.has_words) as reviews
    from public.reviews x
    where x.course_id = recount_course.course_id and not x.is_hidden
  ) r
  where s.course_id = recount_course.course_id;

  perform private.recount_students(recount_course.course_id);
end
$function$;

ALTER TABLE "private"."rating_count_changes"
  ADD CONSTRAINT "rating_count_changes_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

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
 HAVING (count(c.id) <> k.course_count)
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

CREATE INDEX rating_count_changes_course_id_idx ON private.rating_count_changes USING btree (course_id);

COMMENT ON FUNCTION "private"."add_ratings"(uuid, integer[]) IS 'Changes the ratings of a course without ever waiting for another review. counts: ratings with one to five stars, and those with words.';

COMMENT ON FUNCTION "private"."fold_rating_counts"() IS 'Job: adds up what waits; returns of how many courses.';

COMMENT ON FUNCTION "private"."fold_ratings"(uuid, integer[]) IS 'Adds a change and everything that waits to the ratings of course_stats. The caller holds the row.';

COMMENT ON TABLE "private"."rating_count_changes" IS 'Changes of the rating columns of course_stats that wait for the next writer or the job.';

COMMENT ON VIEW "private"."course_invariants" IS 'What must never be so about courses, and of which. Part of private.v_invariants.';

COMMENT ON VIEW "private"."v_invariants" IS 'Every rule about the whole of the data, by name, and what breaks it. Empty after every story, storm, drill and restore, or somebody is called.';

REVOKE ALL ON FUNCTION "private"."add_ratings"(uuid, integer[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."add_ratings"(uuid, integer[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."add_ratings"(uuid, integer[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fold_rating_counts"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."fold_rating_counts"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."fold_rating_counts"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."fold_ratings"(uuid, integer[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."fold_ratings"(uuid, integer[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."fold_ratings"(uuid, integer[]) TO "postgres";

insert into private.jobs (name, command, run_every)
values ('fold_rating_counts', 'select private.fold_rating_counts()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
