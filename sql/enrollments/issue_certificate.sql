-- Writes the certificate of a completed enrolment: a snapshot of names and title as they are now.
create function private.write_certificate(enrollment_id uuid)
returns public.certificates
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  certificate public.certificates;
begin
  insert into public.certificates (
    enrollment_id, user_id, course_id, code, student_name, course_title, instructor_name, duration_seconds, completed_at,
    content_hash
  )
  select e.id, e.user_id, e.course_id, said.code, said.student_name, c.title, said.instructor_name, s.duration_seconds,
    e.completed_at,
    private.certificate_hash(
      said.code, said.student_name, c.title, said.instructor_name, s.duration_seconds, e.completed_at
    )
  from
    public.enrollments e
    join public.profiles student on student.id = e.user_id
    join public.courses c on c.id = e.course_id
    join public.course_stats s on s.course_id = e.course_id
    join public.profiles instructor on instructor.id = c.instructor_id
    cross join lateral (
      select 'LF-' || upper(encode(extensions.gen_random_bytes(12), 'hex')) as code,
        coalesce(nullif(btrim(student.first_name || ' ' || student.last_name), ''), 'A student of LearnFlow') as student_name,
        btrim(instructor.first_name || ' ' || instructor.last_name) as instructor_name
    ) said
  where e.id = write_certificate.enrollment_id
  on conflict on constraint certificates_enrollment_id_key do nothing
  returning * into certificate;
  return certificate;
end
$$;

comment on function private.write_certificate is
  'The new certificate of a completed enrolment; an empty row when there is one already.';

-- Completes an enrolment whose lessons are all done, once. Completion stays whatever is added to the course later.
create function private.complete_enrollment(enrollment_id uuid, at timestamptz default now())
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  certificate public.certificates;
  slug text;
begin
  update public.enrollments e
  set completed_at = complete_enrollment.at, completed_lesson_count = s.lesson_count
  from public.course_stats s
  where e.id = complete_enrollment.enrollment_id and e.completed_at is null
    and s.course_id = e.course_id and s.lesson_count > 0 and e.lessons_completed >= s.lesson_count;
  if not found then
    return false;
  end if;

  certificate := private.write_certificate(complete_enrollment.enrollment_id);
  select c.slug into slug from public.courses c where c.id = certificate.course_id;
  perform private.notify(
    certificate.user_id, 'course_completed', 'You completed ' || certificate.course_title, 'Your certificate is ready.',
    '/certificates/' || certificate.code, 'course_completed:' || certificate.enrollment_id
  );
  perform private.enqueue_mail(
    'certificate', certificate.user_id,
    jsonb_build_object(
      'certificate_id', certificate.id, 'code', certificate.code, 'course_id', certificate.course_id,
      'course_title', certificate.course_title, 'course_slug', slug
    ),
    certificate.id::text
  );
  return true;
end
$$;

comment on function private.complete_enrollment is
  'Marks the enrolment as completed when every lesson is, issues the certificate, notifies and owes the mail; true when it did.';

create function private.issue_certificate(enrollment_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  -- The certificate worker asks for anybody, a person for the own enrolment.
  caller uuid := case when not private.is_service() then private.require_user() end;
  place public.enrollments;
  certificate public.certificates;
begin
  select e.* into place
  from public.enrollments e
  where e.id = issue_certificate.enrollment_id and (caller is null or e.user_id = caller);
  if place.id is null then
    perform private.fail('ENROLLMENT_NOT_FOUND', 404, 'There is no such enrolment.');
  end if;

  -- A lesson that was taken out of the course may have been the last one missing.
  if place.completed_at is null then
    perform private.lock_learner(place.user_id);
    -- Whose access was taken back completes nothing, however many lessons are still there to be done.
    select e.* into place from public.enrollments e where e.id = place.id;
    perform private.require_open_place(place);
    if not private.complete_enrollment(place.id) then
      perform private.fail(
        'LESSONS_INCOMPLETE', 409, 'Complete every lesson first.',
        (
          select jsonb_build_object('lessons_completed', e.lessons_completed, 'total_lessons', s.lesson_count)
          from public.enrollments e join public.course_stats s on s.course_id = e.course_id
          where e.id = place.id
        )
      );
    end if;
  end if;

  select c.* into certificate from public.certificates c where c.enrollment_id = place.id;
  return private.certificate_json(certificate);
end
$$;

comment on function private.issue_certificate is 'The door behind public.issue_certificate.';

-- How a certificate is shown to its owner.
create function private.certificate_json(certificate public.certificates)
returns jsonb
language sql
stable
security invoker
set search_path = ''
return jsonb_build_object(
  'id',
  (certificate).id,
  'enrollment_id',
  (certificate).enrollment_id,
  'course_id',
  (certificate).course_id,
  'code',
  (certificate).code,
  'certificate_url',
  '/certificates/' || (certificate).code,
  'status',
  case
    when (certificate).revoked_at is null then 'valid'
    else 'revoked'
  end,
  'student_name',
  (certificate).student_name,
  'course_title',
  (certificate).course_title,
  'instructor_name',
  (certificate).instructor_name,
  'duration_hours',
  round((certificate).duration_seconds / 3600.0, 2),
  'completed_at',
  (certificate).completed_at,
  'issued_at',
  (certificate).issued_at,
  'file_path',
  (certificate).file_path,
  'revoked_at',
  (certificate).revoked_at,
  'revoke_reason',
  (certificate).revoke_reason
);

comment on function private.certificate_json is 'A certificate as its owner sees it.';

revoke execute
on function private.write_certificate,
private.complete_enrollment,
private.issue_certificate,
private.certificate_json
from public, anon, authenticated, service_role;

grant execute on function private.issue_certificate to authenticated, service_role;

create function public.issue_certificate(enrollment_id uuid)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.issue_certificate(enrollment_id);

comment on function public.issue_certificate is
  'The certificate of a completed enrolment; completing the last lesson has issued it already. Returns {id, enrollment_id, course_id, code, certificate_url (path in the app), status: valid or revoked, student_name, course_title, instructor_name, duration_hours, completed_at, issued_at, file_path (PDF in bucket certificates, or null), revoked_at, revoke_reason}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ENROLLMENT_NOT_FOUND 404, ENROLLMENT_REVOKED 403 (not completed while there was access), LESSONS_INCOMPLETE 409 with {lessons_completed, total_lessons}.';

revoke execute on function public.issue_certificate from public, anon, authenticated, service_role;

grant execute on function public.issue_certificate to authenticated, service_role;
