-- One attempt of one actor, undone whatever it did. Loaded after fixtures.sql; invoker, because it changes the role.

-- What a table holds. Definer: the owner reads back whoever has just acted.
create function tests.contents_of(watched regclass)
returns text
language plpgsql
security definer
as $$
declare
  contents text;
begin
  if watched is not null then
    execute format('select md5(string_agg(t::text, ''|'' order by t::text)) from %s as t', watched) into contents;
  end if;
  return contents;
end
$$;

-- Answers in the words of the matrix:
--   A      it worked: rows were returned, or what it wrote is there
--   0      no error, no row, and nothing has changed
--   G      the privilege is missing
--   R      a policy refused the new row
--   =X+Y   the fixtures that a list shows, for a statement that selects their names
--   CODE   the code of the error contract, or a raw SQLSTATE
-- Anything else is a surprise and says so.
create function tests.attempt(actor text, sql text, watched regclass, storage_operation text default '')
returns text
language plpgsql
as $$
declare
  before_it constant text := tests.contents_of(attempt.watched);
  after_it text;
  touched bigint;
  shown text;
  outcome text;
  state text;
  message text;
begin
  begin
    perform set_config('storage.operation', attempt.storage_operation, true);
    -- As the Storage service does before it deletes.
    perform set_config('storage.allow_delete_query', 'true', true);
    case attempt.actor
      when 'anon' then perform tests.act_as_anon();
      when 'service_role' then perform tests.act_as_service();
      else perform tests.act_as(attempt.actor);
    end case;

    if attempt.sql like 'select tests.names%' or attempt.sql like 'select public.%' then
      execute attempt.sql into shown;
      touched := 1;
    else
      execute attempt.sql;
      get diagnostics touched = row_count;
    end if;
    -- What is checked at the end of a transaction belongs to the attempt.
    set constraints all immediate;
    perform tests.act_as_owner();
    after_it := tests.contents_of(attempt.watched);

    outcome := case
      when attempt.sql like 'select tests.names%' then '=' || shown
      -- Some functions answer an error, so that the attempt counts.
      when attempt.sql like 'select public.%' and current_setting('response.status', true) >= '400'
        then shown::jsonb ->> 'code'
      when attempt.sql like 'select%' then case when touched > 0 then 'A' else '0' end
      when touched > 0 and after_it is distinct from before_it then 'A'
      when touched = 0 and after_it is not distinct from before_it then '0'
      else format('%s rows, %s', touched, case when after_it is distinct from before_it then 'changed' else 'unchanged' end)
    end;
    raise exception sqlstate 'UNDO1';
  exception
    when sqlstate 'UNDO1' then
      return outcome;
    when others then
      get stacked diagnostics state = returned_sqlstate, message = message_text;
  end;
  return case
    when state = 'PGRST' then message::jsonb ->> 'code'
    -- Refused further in: the one that was called could be called. Of an inlined function Postgres shows no trace.
    when state = '42501' and message like 'permission denied%'
      and has_function_privilege(
        case when attempt.actor in ('anon', 'service_role') then attempt.actor else 'authenticated' end,
        to_regproc((regexp_match(attempt.sql, '^select (public\."\w+")'))[1]), 'execute'
      )
      then 'G inside'
    -- A default, a generated column or a trigger of a table that was open.
    when state = '42501' and message like 'permission denied for function%' and attempt.sql not like 'select public.%'
      then 'G inside'
    when state = '42501' and message like 'permission denied%' then 'G'
    when state = '42501' and message like '%row-level security policy%' then 'R'
    else state
  end;
end
$$;

-- The names of fixtures, for lists; what has no name is shown as a question mark.
create function tests.names(ids text[])
returns text
language sql
stable
as $$
  select coalesce(string_agg(distinct coalesce(f.name, '?'), '+' order by coalesce(f.name, '?')), '')
  from
    unnest(ids) as id
    left join tests.fixtures as f on f.value #>> '{}' = id;
$$;

grant execute on function tests.names(text[]) to public;

-- Definer: what a bucket gives to everybody is no question of the asker's rights on the list of buckets.
create function tests.public_bucket(id text)
returns setof text
language sql
stable
security definer
as $$
  select b.id from storage.buckets as b where b.id = public_bucket.id and b.public;
$$;

grant execute on function tests.public_bucket(text) to public;
