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
  if tg_op <> 'INSERT' then
    left_ids := array(select o.category_id from old_rows o where o.is_published);
  end if;
  if tg_op <> 'DELETE' then
    entered_ids := array(select n.category_id from new_rows n where n.is_published);
  end if;

  -- Nothing came or went: no lock on any category.
  if left_ids is not distinct from entered_ids then
    return null;
  end if;

  -- In one order, so that two moves in opposite directions cannot wait for each other.
  perform from public.categories c where c.id = any (left_ids || entered_ids) order by c.id for no key update;

  update public.categories c
  set course_count = c.course_count + d.n
  from (
    select x.category_id, sum(x.n) as n
    from (select unnest(left_ids), -1 union all select unnest(entered_ids), 1) x(category_id, n)
    group by x.category_id
    having sum(x.n) <> 0
  ) d
  where c.id = d.category_id;
  return null;
end
$$;

comment on function private.count_category_courses is 'Trigger on courses: categories.course_count by exact differences.';

revoke execute on function private.count_category_courses from public, anon, authenticated, service_role;

create trigger count_inserted_category_courses
after insert on public.courses
referencing new table as new_rows
for each statement
execute function private.count_category_courses();

create trigger count_updated_category_courses
after update on public.courses
referencing old table as old_rows new table as new_rows
for each statement
execute function private.count_category_courses();

create trigger count_deleted_category_courses
after delete on public.courses
referencing old table as old_rows
for each statement
execute function private.count_category_courses();
