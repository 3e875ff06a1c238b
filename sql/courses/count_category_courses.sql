-- categories.course_count follows the published courses: publishing, taking off sale and moving adjust both sides.
create function private.count_category_courses()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  left_ids uuid[];
  entered_ids uuid[];
begin
  case tg_op
    when 'INSERT' then
      entered_ids := array(select n.category_id from changed n where n.is_published);
    when 'DELETE' then
      left_ids := array(select o.category_id from changed o where o.is_published);
    else
      left_ids := case when old.is_published then array[old.category_id] end;
      entered_ids := case when new.is_published then array[new.category_id] end;
  end case;

  perform private.add_courses(
    left_ids || entered_ids, array_fill(-1, array[coalesce(cardinality(left_ids), 0)]) || array_fill(1, array[coalesce(cardinality(entered_ids), 0)])
  );
  return null;
end
$$;

comment on function private.count_category_courses is
  'Trigger on courses: categories.course_count by exact differences.';

revoke execute on function private.count_category_courses from public, anon, authenticated, service_role;

create trigger count_inserted_category_courses
after insert on public.courses
referencing new table as changed
for each statement
execute function private.count_category_courses();

create trigger count_deleted_category_courses
after delete on public.courses
referencing old table as changed
for each statement
execute function private.count_category_courses();

-- Each row, because its WHEN costs every other change of a course nothing.
create trigger count_moved_category_courses
after update on public.courses
for each row
when ((old.category_id, old.is_published) is distinct from (new.category_id, new.is_published))
execute function private.count_category_courses();
