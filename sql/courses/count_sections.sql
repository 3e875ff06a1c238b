-- course_stats.section_count follows the sections.
create function private.count_sections()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform from public.course_stats s
  where s.course_id in (select r.course_id from changed_rows r)
  order by s.course_id
  for no key update;
  if tg_op = 'INSERT' then
    update public.course_stats s
    set section_count = s.section_count + d.n
    from (select r.course_id, count(*) as n from changed_rows r group by r.course_id) d
    where s.course_id = d.course_id;
  else
    update public.course_stats s
    set section_count = s.section_count - d.n
    from (select r.course_id, count(*) as n from changed_rows r group by r.course_id) d
    where s.course_id = d.course_id;
  end if;
  return null;
end
$$;

comment on function private.count_sections is 'Trigger on curriculum_sections: course_stats.section_count.';

revoke execute on function private.count_sections from public, anon, authenticated, service_role;

create trigger count_inserted_sections
after insert on public.curriculum_sections
referencing new table as changed_rows
for each statement
execute function private.count_sections();

create trigger count_deleted_sections
after delete on public.curriculum_sections
referencing old table as changed_rows
for each statement
execute function private.count_sections();
