-- Makes a person's sums anew from the facts. Changes nothing when the triggers did their work.
create function private.recount_profile(user_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform private.lock_learner(recount_profile.user_id);
  update public.profile_stats s
  set seconds_learned = (select coalesce(sum(d.seconds), 0) from public.learning_days d where d.user_id = s.user_id),
    courses_enrolled = (select count(*) from public.enrollments e where e.user_id = s.user_id and e.status = 'active'),
    courses_completed = (select count(*) from public.enrollments e where e.user_id = s.user_id and e.is_completed),
    certificates_earned = (select count(*) from public.certificates c where c.user_id = s.user_id and c.revoked_at is null),
    ratings_given = (select count(*) from public.reviews r where r.user_id = s.user_id),
    rating_sum_given = (select coalesce(sum(r.rating), 0) from public.reviews r where r.user_id = s.user_id)
  where s.user_id = recount_profile.user_id;
end
$$;

comment on function private.recount_profile is
  'Sums of profile_stats from learning_days, enrollments, certificates and reviews.';

-- The same for the completed lessons of an enrolment.
create function private.recount_enrollment(enrollment_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform private.lock_learner(
    (select e.user_id from public.enrollments e where e.id = recount_enrollment.enrollment_id)
  );
  update public.enrollments e
  set lessons_completed = (
    select count(*) from public.lesson_progress p where p.enrollment_id = e.id and p.is_completed
  )
  where e.id = recount_enrollment.enrollment_id;
end
$$;

comment on function private.recount_enrollment is 'enrollments.lessons_completed from lesson_progress.';

revoke execute
on function private.recount_profile, private.recount_enrollment
from public, anon, authenticated, service_role;
