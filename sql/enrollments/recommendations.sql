-- What the caller might study next, and why: what students of the own courses also study, then the best of the same
-- categories, then what is popular. Definer: it looks at the enrolments of others, and shows none of them.
create function private.recommended_courses(max_results integer)
returns table (course_id uuid, reason jsonb)
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  wanted integer := least(greatest(coalesce(recommended_courses.max_results, 12), 1), 50);
  own uuid[] := array(select e.course_id from public.enrollments e where e.user_id = caller);
  known uuid[] := own || array(select i.course_id from public.course_instructors i where i.user_id = caller);
begin
  return query
  with also_taken as (
    select a.related_course_id as id, sum(a.score) as score, (array_agg(a.course_id order by a.score desc))[1] as because
    from private.course_affinities a
    where a.course_id = any (own) and a.related_course_id <> all (known)
    group by a.related_course_id
  ), by_students as (
    select t.id, 1 as tier, t.score::double precision as score,
      jsonb_build_object('kind', 'students_also_took', 'course_id', t.because, 'course_title', b.title) as reason
    from
      also_taken t
      join public.courses c on c.id = t.id and c.is_published
      join public.courses b on b.id = t.because
    order by t.score desc, t.id
    limit wanted
  ), popular as (
    -- The popular ones in order of the index: enough to fill the rest even when some of them are known.
    select s.course_id as id, c.category_id, s.student_count
    from public.course_stats s join public.courses c on c.id = s.course_id and c.is_published
    where s.course_id <> all (known)
    order by s.student_count desc, s.course_id
    limit 20 * wanted
  ), of_category as (
    select p.id, case when k.id is null then 3 else 2 end as tier, p.student_count::double precision as score,
      case
        when k.id is null then jsonb_build_object('kind', 'popular')
        else jsonb_build_object('kind', 'same_category', 'category', k.name)
      end as reason
    from
      popular p
      left join public.categories k
        on k.id = p.category_id
        and k.id in (select c.category_id from public.courses c where c.id = any (own))
  )
  select best.id, best.reason
  from (
    select distinct on (x.id) x.id, x.tier, x.score, x.reason
    from (select * from by_students union all select * from of_category) x
    order by x.id, x.tier
  ) best
  order by best.tier, best.score desc, best.id
  limit wanted;
end
$$;

comment on function private.recommended_courses is
  'Ids and reasons behind public.recommendations, best first.';

revoke execute on function private.recommended_courses from public, anon, authenticated, service_role;

grant execute on function private.recommended_courses to authenticated;

create function public.recommendations(max_results integer default 12)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  ids uuid[];
  reasons jsonb;
begin
  select array_agg(r.course_id), jsonb_object_agg(r.course_id, r.reason) into ids, reasons
  from private.recommended_courses(recommendations.max_results) r;

  return jsonb_build_object(
    'results', coalesce(
      (
        select jsonb_agg(card.value || jsonb_build_object('reason', reasons -> (card.value ->> 'id')) order by card.place)
        from jsonb_array_elements(private.course_cards(ids)) with ordinality card(value, place)
      ),
      '[]'
    )
  );
end
$$;

comment on function public.recommendations is
  'Courses for the caller that he neither studies nor teaches: {results[cards as search_courses returns them, with reason{kind: students_also_took with course_id and course_title, same_category with category, or popular}]}. max_results: 1 to 50, 12 by default. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

revoke execute on function public.recommendations from public, anon, authenticated, service_role;

grant execute on function public.recommendations to authenticated;
