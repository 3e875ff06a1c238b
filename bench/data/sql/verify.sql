-- One row a law that the made rows must obey, with how many break it: what the triggers would have kept is kept.
select 'lessons completed' as law, count(*)::integer as broken
from
  public.enrollments as e
  left join (
    select p.enrollment_id, count(*) as done
    from public.lesson_progress as p
    where p.is_completed
    group by p.enrollment_id
  ) as d
    on d.enrollment_id = e.id
where e.lessons_completed != coalesce(d.done, 0)
union all
select 'helpful votes', count(*)::integer
from
  public.reviews as r
  left join (select v.review_id, count(*) as votes from public.review_votes as v group by v.review_id) as v
    on v.review_id = r.id
where r.helpful_count != coalesce(v.votes, 0)
union all
select 'students', count(*)::integer
from
  public.course_stats as s
  left join (
    select e.course_id, count(*) as students
    from public.enrollments as e
    where e.status = 'active'
    group by e.course_id
  ) as e
    on e.course_id = s.course_id
where s.student_count != coalesce(e.students, 0)
union all
select 'ratings', count(*)::integer
from
  public.course_stats as s
  left join (
    select r.course_id, count(*) as ratings, sum(r.rating) as stars
    from public.reviews as r
    group by r.course_id
  ) as r
    on r.course_id = s.course_id
where (s.rating_count, s.rating_sum) is distinct from (coalesce(r.ratings, 0), coalesce(r.stars, 0))
union all
select 'a grant for each enrolment', count(*)::integer
from public.enrollments as e
where
  not exists (select from private.access_grants as g where g.enrollment_id = e.id and g.revoked_at is null)
union all
select 'rows of an account', count(*)::integer
from
  auth.users as u
  left join public.profiles as p on p.id = u.id
  left join public.profile_private as v on v.user_id = u.id
  left join public.profile_stats as s on s.user_id = u.id
  left join public.carts as c on c.user_id = u.id
where p.id is null or v.user_id is null or s.user_id is null or c.user_id is null
union all
select 'progress in lessons of the course', count(*)::integer
from public.lesson_progress as p
where not exists (select from public.lessons as l where l.id = p.lesson_id and l.course_id = p.course_id)
union all
select 'money', count(*)::integer
from private.money_invariants
union all
select 'cards of reviews', count(*)::integer
from private.course_invariants as i
where i.invariant = 'review_card_outdated';
