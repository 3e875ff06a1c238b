-- Puts all sections and lessons of a course into a new order, lessons across sections too. It takes the whole list:
-- whoever worked with an old one hears so, instead of undoing what a colleague did.
create function private.reorder_curriculum(course_id uuid, curriculum jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  section_ids uuid[];
  lesson_ids uuid[];
begin
  perform private.require_course_author(reorder_curriculum.course_id);

  if (case
    when jsonb_typeof(reorder_curriculum.curriculum) = 'array' then exists (
      select from jsonb_array_elements(reorder_curriculum.curriculum) s(section)
      where not coalesce(pg_input_is_valid(s.section ->> 'id', 'uuid'), false)
        or jsonb_typeof(s.section -> 'lessons') is distinct from 'array'
        or exists (
          select from jsonb_path_query(s.section, '$.lessons[*]') l(lesson)
          where not coalesce(pg_input_is_valid(l.lesson #>> '{}', 'uuid'), false)
        )
    )
    else true
  end) then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'The order cannot be read.', '{"curriculum": "[{\"id\": section, \"lessons\": [lesson, …]}, …]"}'
    );
  end if;

  -- One reordering of a course at a time, and no new sections or lessons meanwhile. In the order of count_lessons.
  perform private.hold_curriculum(reorder_curriculum.course_id);
  perform from public.curriculum_sections s where s.course_id = reorder_curriculum.course_id order by s.id for no key update;
  perform from public.course_stats s where s.course_id = reorder_curriculum.course_id for no key update;

  select array_agg((s.section ->> 'id')::uuid order by s.place) into section_ids
  from jsonb_array_elements(reorder_curriculum.curriculum) with ordinality s(section, place);
  select array_agg(l.lesson::uuid) into lesson_ids
  from jsonb_array_elements(reorder_curriculum.curriculum) s(section), jsonb_array_elements_text(s.section -> 'lessons') l(lesson);

  if array(select s.id from public.curriculum_sections s where s.course_id = reorder_curriculum.course_id order by s.id)
    <> array(select x.id from unnest(section_ids) x(id) order by x.id)
    or array(select l.id from public.lessons l where l.course_id = reorder_curriculum.course_id order by l.id)
    <> array(select x.id from unnest(lesson_ids) x(id) order by x.id)
  then
    perform private.fail(
      'POSITION_CONFLICT', 409, 'The course has other sections or lessons than this order: load it again.'
    );
  end if;

  update public.curriculum_sections s
  set position = x.place
  from unnest(section_ids) with ordinality x(id, place)
  where s.id = x.id and s.position <> x.place;

  update public.lessons l
  set section_id = x.section_id, position = x.place
  from (
    select (s.section ->> 'id')::uuid as section_id, i.lesson::uuid as id, i.place
    from jsonb_array_elements(reorder_curriculum.curriculum) s(section),
      jsonb_array_elements_text(s.section -> 'lessons') with ordinality i(lesson, place)
  ) x
  where l.id = x.id and (l.section_id, l.position) is distinct from (x.section_id, x.place);

  return jsonb_build_object('curriculum', private.curriculum(reorder_curriculum.course_id));
end
$$;

comment on function private.reorder_curriculum is 'The door behind public.reorder_curriculum.';

revoke execute on function private.reorder_curriculum from public, anon, authenticated, service_role;

grant execute on function private.reorder_curriculum to authenticated;

create function public.reorder_curriculum(course_id uuid, curriculum jsonb)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.reorder_curriculum(course_id, curriculum);
end
$$;

comment on function public.reorder_curriculum is
  'Authors: the order of all sections and lessons. curriculum: [{"id": section, "lessons": [lesson, …]}, …], complete. Returns {curriculum} as course_detail shows it. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404, POSITION_CONFLICT 409 (not the present sections and lessons), VALIDATION_ERROR 422.';

revoke execute on function public.reorder_curriculum from public, anon, authenticated, service_role;

grant execute on function public.reorder_curriculum to authenticated;
