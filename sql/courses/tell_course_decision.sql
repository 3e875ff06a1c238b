-- Tells the owner what staff decided about a course: in the app, and by mail, because it is what he lives on.
create function private.tell_course_decision(course_id uuid, decision text, reason text default '')
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  course public.courses;
  -- Every decision is told, the same one too when it is taken again.
  fact text := format('course_%s:%s:%s', tell_course_decision.decision, tell_course_decision.course_id, now());
begin
  select c.* into course from public.courses c where c.id = tell_course_decision.course_id;

  perform private.notify(
    course.instructor_id, 'course_' || tell_course_decision.decision,
    format(
      case tell_course_decision.decision
        when 'published' then '%s is on sale'
        when 'released' then '%s may be sold again'
        when 'refused' then '%s was not approved'
        when 'taken_down' then '%s was taken off sale'
        when 'archived' then '%s was archived'
      end,
      course.title
    ),
    tell_course_decision.reason,
    -- Only what is on sale has a page that leads somewhere for everybody; the rest is its author's desk.
    case when course.is_published then '/courses/' || course.slug else '/instructor/courses' end,
    fact
  );
  perform private.enqueue_mail(
    'course_decision', course.instructor_id,
    jsonb_build_object(
      'course_title', course.title, 'course_slug', course.slug, 'decision', tell_course_decision.decision,
      'reason', tell_course_decision.reason
    ),
    fact
  );
end
$$;

comment on function private.tell_course_decision is
  'Notification and mail to the owner. decision: published, released, refused, taken_down or archived; reason: staff''s words, empty where there is nothing to explain.';

revoke execute on function private.tell_course_decision from public, anon, authenticated, service_role;
