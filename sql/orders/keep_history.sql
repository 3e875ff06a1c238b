-- Trigger of tables that are books: no row goes, and only the named columns change. Where rows change often, the trigger also
-- names the columns that stay (update of …), and a change of the others does not even call it; no trigger before it may write
-- those, because Postgres asks what the statement sets.
create function private.keep_history()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and (to_jsonb(new) - tg_argv) = (to_jsonb(old) - tg_argv) then
    return null;
  end if;
  perform private.fail(
    'INTERNAL_ERROR', 500, 'The books are not rewritten.', jsonb_build_object('table', tg_table_name, 'operation', lower(tg_op))
  );
  return null;
end
$$;

comment on function private.keep_history is
  'Trigger (after update and delete, each row; before truncate): refuses everything but changes of the columns named as arguments.';

revoke execute on function private.keep_history from public, anon, authenticated, service_role;
