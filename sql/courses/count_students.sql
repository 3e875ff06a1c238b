-- course_stats.student_count follows the enrolments: whoever's access was taken back is no student.
create function private.count_students()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    update public.course_stats s
    set student_count = s.student_count + d.n
    from (
      select r.course_id, count(*) as n from new_rows r where r.status <> 'revoked' group by r.course_id
    ) d
    where s.course_id = d.course_id;
  elsif tg_op = 'DELETE' then
    update public.course_stats s
    set student_count = s.student_count - d.n
    from (
      select r.course_id, count(*) as n from old_rows r where r.status <> 'revoked' group by r.course_id
    ) d
    where s.course_id = d.course_id;
  else
    update public.course_stats s
    set student_count = s.student_count + d.n
    from (
      select n.course_id, sum((n.status <> 'revoked')::integer - (o.status <> 'revoked')::integer) as n
      from new_rows n
      join old_rows o using (id)
      group by n.course_id
      having sum((n.status <> 'revoked')::integer - (o.status <> 'revoked')::integer) <> 0
    ) d
    where s.course_id = d.course_id;
  end if;
  return null;
end
$$;

comment on function private.count_students is 'Trigger on enrollments: course_stats.student_count by exact differences.';

revoke execute on function private.count_students from public, anon, authenticated, service_role;

create trigger count_inserted_students
after insert on public.enrollments
referencing new table as new_rows
for each statement
execute function private.count_students();

create trigger count_updated_students
after update on public.enrollments
referencing old table as old_rows new table as new_rows
for each statement
execute function private.count_students();

create trigger count_deleted_students
after delete on public.enrollments
referencing old table as old_rows
for each statement
execute function private.count_students();
