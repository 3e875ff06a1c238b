-- Assertions that the tests of this project need beyond pgTAP's. Each returns one TAP line.
-- They keep the caller's search_path, because pgTAP's own functions name each other without a schema.

-- The statement fails with this code: a code of the error contract, or a raw SQLSTATE.
-- An error of the contract must also be whole: PostgREST drops the status of a malformed one.
create or replace function tests.raises(sql text, code text, description text)
returns text
language plpgsql
as $$
declare
  state text;
  message text;
  detail text;
  actual text;
begin
  begin
    execute raises.sql;
  exception
    when others then
      get stacked diagnostics state = returned_sqlstate, message = message_text, detail = pg_exception_detail;
  end;

  if state is null then
    return extensions.ok(false, raises.description) || e'\n' || extensions.diag('it raised nothing');
  elsif state = 'PGRST' then
    actual := message::jsonb ->> 'code';
    if not (message::jsonb ?& array['code', 'message', 'details', 'hint'] and detail::jsonb ?& array['status', 'headers']) then
      return extensions.ok(false, raises.description) || e'\n' || extensions.diag('malformed: ' || message || ' ' || detail);
    end if;
  else
    actual := state;
  end if;

  if actual = raises.code then
    return extensions.ok(true, raises.description);
  end if;
  return extensions.ok(false, raises.description) || e'\n'
    || extensions.diag(format('expected %s, got %s: %s', raises.code, actual, message));
end
$$;

grant execute on function tests.raises(text, text, text) to public;

-- The caller lacks the privilege, or a policy refuses the new row.
create or replace function tests.is_denied(sql text, description text)
returns text
language sql
as $$
  select tests.raises(is_denied.sql, '42501', is_denied.description);
$$;

grant execute on function tests.is_denied(text, text) to public;

-- The statement runs and touches (returns, writes) exactly so many rows.
-- With 0 it is the denial of row-level security for update and delete, which raise nothing.
create or replace function tests.affects(sql text, expected_rows bigint, description text)
returns text
language plpgsql
as $$
declare
  actual_rows bigint;
begin
  execute affects.sql;
  get diagnostics actual_rows = row_count;
  return extensions.is(actual_rows, affects.expected_rows, affects.description);
exception
  when others then
    return extensions.ok(false, affects.description) || e'\n' || extensions.diag(sqlstate || ': ' || sqlerrm);
end
$$;

grant execute on function tests.affects(text, bigint, text) to public;
