-- Views of the catalogue are looked at. A view that Postgres cannot write answers 500 through the API; with this trigger
-- the missing grant answers first, 401 or 403, and nobody ever comes as far as the function.
create function private.refuse_view_write()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform private.fail('FORBIDDEN', 403, 'This is a view: write to the tables behind it.');
  return null;
end
$$;

comment on function private.refuse_view_write is 'Trigger (instead of any write): FORBIDDEN 403.';

revoke execute on function private.refuse_view_write from public, anon, authenticated, service_role;

create trigger refuse_view_write
instead of insert or update or delete on public.v_course_cards
for each row
execute function private.refuse_view_write();

create trigger refuse_view_write
instead of insert or update or delete on public.v_instructor_public
for each row
execute function private.refuse_view_write();
