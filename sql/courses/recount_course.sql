-- Makes the counters of a course anew from the facts: after a repair by hand, and in the test that says it changes nothing.
create function private.recount_course(course_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform private.count_lessons(
    array(select s.id from public.curriculum_sections s where s.course_id = recount_course.course_id),
    array[recount_course.course_id]
  );

  perform from public.course_stats s where s.course_id = recount_course.course_id for no key update;
  -- One statement, one moment: a review of that moment is counted and does not wait any more, a later one waits.
  with waiting as (
    delete from private.rating_count_changes w where w.course_id = recount_course.course_id
  )
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
$$;

comment on function private.recount_course is
  'Makes the row of course_stats and the totals of the sections anew. Changes nothing when the triggers did their work.';

create function private.recount_categories()
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
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
$$;

comment on function private.recount_categories is
  'Makes categories.course_count anew. Changes nothing when the triggers did their work.';

revoke execute
on function private.recount_course, private.recount_categories
from public, anon, authenticated, service_role;
