-- What the caller might study next, and why: what students of the own courses also study, then the best of the same
-- categories, then what is popular. Definer: it looks at the enrolments of others, and shows none of them.
create function private.recommended_courses(max_results integer)
returns table (course_id uuid, reason jsonb)
language plpgsql
stable
security definer
set search_path = ''
-- Keys in an array are planned for anew each time.
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  caller uuid := private.require_user();
  wanted integer := least(greatest(coalesce(recommended_courses.max_results, 12), 1), 50);
  own uuid[] := array(select e.course_id from public.enrollments e where e.user_id = caller);
  known uuid[] := own || array(select i.course_id from public.course_instructors i where i.user_id = caller);
  also_taken uuid[];
  because uuid[];
begin
  select array_agg(best.id order by best.score desc, best.id), array_agg(best.because order by best.score desc, best.id)
  into also_taken, because
  from (
    select a.related_course_id as id, sum(a.score) as score, (array_agg(a.course_id order by a.score desc))[1] as because
    from private.course_affinities a join private.catalogue_entries e on e.course_id = a.related_course_id
    where a.course_id = any (own) and a.related_course_id <> all (known)
    group by a.related_course_id
    order by sum(a.score) desc, a.related_course_id
    limit wanted
  ) best;

  return query
  select x.id, jsonb_build_object('kind', 'students_also_took', 'course_id', x.because, 'course_title', c.title)
  from unnest(also_taken, because) with ordinality x(id, because, place) join public.courses c on c.id = x.because
  order by x.place;
  wanted := wanted - coalesce(cardinality(also_taken), 0);

  -- Few have students in common: the rest is filled up.
  if wanted > 0 then
    known := known || coalesce(also_taken, '{}');
    return query
    with of_category as (
      select e.course_id as id, e.student_count, k.name
      from private.catalogue_entries e join public.categories k on k.id = e.category_id
      where e.course_id <> all (known)
        -- Who has no courses has no categories: said first, or all courses on sale are read to find that out.
        and cardinality(own) > 0
        and e.category_id in (select o.category_id from public.courses o where o.id = any (own))
      order by e.student_count desc, e.course_id desc
      limit wanted
    ), popular as (
      select e.course_id as id, e.student_count
      from private.catalogue_entries e
      where e.course_id <> all (known) and e.course_id not in (select x.id from of_category x)
      order by e.student_count desc, e.course_id desc
      limit wanted
    )
    select best.id, best.reason
    from (
      select x.id, 1 as tier, x.student_count, jsonb_build_object('kind', 'same_category', 'category', x.name) as reason
      from of_category x
      union all
      select x.id, 2, x.student_count, jsonb_build_object('kind', 'popular')
      from popular x
    ) best
    order by best.tier, best.student_count desc, best.id desc
    limit wanted;
  end if;
end
$$;

comment on function private.recommended_courses is
  'Ids and reasons behind public.recommendations, best first.';

revoke execute on function private.recommended_courses from public, anon, authenticated, service_role;

grant execute on function private.recommended_courses to authenticated;

create function public.recommendations(max_results integer default 12)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  ids uuid[];
  reasons jsonb[];
begin
  select array_agg(r.course_id), array_agg(r.reason) into ids, reasons
  from private.recommended_courses(recommendations.max_results) r;
  perform private.allow_caching();
  return '{"results":' || private.catalogue_cards_json(coalesce(ids, '{}'), coalesce(reasons, '{}')) || '}';
end
$$;

comment on function public.recommendations is
  'Courses for the caller that he neither studies nor teaches: {results[cards as search_courses returns them, with reason{kind: students_also_took with course_id and course_title, same_category with category, or popular}]}. max_results: 1 to 50, 12 by default. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

revoke execute on function public.recommendations from public, anon, authenticated, service_role;

grant execute on function public.recommendations to authenticated;
