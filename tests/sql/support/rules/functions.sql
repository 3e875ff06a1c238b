-- Who may call a function, and how it behaves.
insert into tests.rules (name, sentence, offenders)
values
  (
    'search_path_pinned',
    'Every function pins search_path to nothing',
    $$ select object from tests.own_functions where not 'search_path=""' = any (config) $$
  ),
  (
    'not_for_public',
    'No function is executable by PUBLIC, which is everybody',
    $$
      select f.object
      from tests.own_functions as f
      join pg_proc as p on p.oid = f.oid
      cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as privilege
      where privilege.grantee = 0
    $$
  ),
  (
    'no_definer_for_people',
    'People call no definer function of the API: it would act with the rights of its owner',
    $$ select object from tests.reachable_functions where schema = 'public' and is_definer $$
  ),
  (
    'definer_asks_who_calls',
    'A definer function that people can reach asks who they are, but those that anybody may call',
    $$
      select object
      from tests.reachable_functions
      where is_definer
        and body !~ 'auth\.uid\(\)|private\.(require_\w+|active_uid|is_(admin|course_author|course_owner|enrolled|instructor|service|staff)|has_(course_access|role)|owned_\w+|taught_\w+|enrolled_\w+|may_\w+)\('
        and object not in (select n.object from tests.named_by_rules as n where n.rule = 'definer_asks_who_calls')
    $$
  ),
  (
    'trigger_functions_for_nobody',
    'No role of the API can call a trigger function',
    $$
      select object
      from tests.own_functions
      cross join unnest(array['anon', 'authenticated', 'service_role']) as role
      where is_trigger and has_function_privilege(role, oid, 'execute')
    $$
  ),
  (
    'one_signature_a_name',
    'No function is overloaded: the API could not tell which one is meant',
    $$ select schema || '.' || name from tests.own_functions group by schema, name having count(*) > 1 $$
  ),
  (
    'locks_leave_keys_free',
    'A function that deletes no rows locks them for no key update: whoever refers to them does not wait for it',
    $$
      select object
      from tests.own_functions
      where body ~ '\mfor update\M' and body !~ '\mdelete from\M'
        -- Before a statement that deletes.
        and oid not in (select t.tgfoid from pg_trigger as t where t.tgtype & 8 > 0)
    $$
  ),
  (
    'several_rows_have_an_order',
    'Where people may change several rows with one statement, a trigger sees to it that they do not wait for each other in a circle',
    $$
      select 'public.' || c.relname
      from pg_class as c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and (
          has_any_column_privilege('authenticated', c.oid, 'update')
          or has_table_privilege('authenticated', c.oid, 'delete')
        )
        -- One row a person.
        and not exists (
          select
          from pg_constraint as key
          join pg_constraint as person
            on person.conrelid = key.conrelid and person.conkey = key.conkey and person.contype = 'f'
          where key.conrelid = c.oid and key.contype = 'p'
            and person.confrelid in ('auth.users'::regclass, 'public.profiles'::regclass)
        )
        and not exists (
          select
          from pg_trigger as t
          join pg_proc as f on f.oid = t.tgfoid
          where t.tgrelid = c.oid and t.tgenabled = 'O' and f.proname like 'hold\_%'
            -- Before, and once a statement.
            and t.tgtype & 2 > 0 and t.tgtype & 1 = 0
            and (t.tgtype & 16 > 0 or not has_any_column_privilege('authenticated', c.oid, 'update'))
            and (t.tgtype & 8 > 0 or not has_table_privilege('authenticated', c.oid, 'delete'))
        )
    $$
  ),
  (
    'helpers_for_who_needs_them',
    'Who may call a function of the workshop needs it: a policy, a view, a check, a trigger or a function that acts with the caller''s rights calls it',
    $$
      with recursive roles as (
        select unnest(array['anon', 'authenticated', 'service_role']) as role
      ),
      -- What is evaluated with the rights of whoever asks.
      texts as (
        select unnest(roles) as role, expression as text from tests.own_policies
        union all
        select role, pg_get_viewdef(r.oid)
        from roles
        cross join tests.own_relations as r
        where r.kind = 'v' and has_table_privilege(role, r.oid, 'select') and 'security_invoker=true' = any (r.options)
        union all
        select role, concat_ws(' ', c.default_value, c.checks)
        from roles
        cross join tests.own_columns as c
        where has_any_column_privilege(role, c.table_oid, 'insert, update')
        union all
        select role, pg_get_indexdef(i.indexrelid)
        from roles
        cross join pg_index as i
        where has_any_column_privilege(role, i.indrelid, 'insert, update')
        union all
        select role, concat_ws(' ', case when not f.is_definer then f.body end, split_part(pg_get_triggerdef(t.oid), ' EXECUTE FUNCTION ', 1))
        from roles
        cross join pg_trigger as t
        join tests.own_functions as f on f.oid = t.tgfoid
        where
          has_any_column_privilege(role, t.tgrelid, 'insert, update') or has_table_privilege(role, t.tgrelid, 'delete')
        union all
        select role, f.body
        from roles
        join tests.own_functions as f on has_function_privilege(role, f.oid, 'execute')
        where f.schema = 'public' and not f.is_definer
      ),
      needed as (
        select distinct role, f.oid
        from texts
        cross join regexp_matches(text, 'private\.(\w+)\(', 'g') as called
        join tests.own_functions as f on f.schema = 'private' and f.name = called[1]
        union
        select needed.role, f.oid
        from needed
        join tests.own_functions as caller on caller.oid = needed.oid and not caller.is_definer
        cross join regexp_matches(caller.body, 'private\.(\w+)\(', 'g') as called
        join tests.own_functions as f on f.schema = 'private' and f.name = called[1]
      )
      select f.object || ' for ' || role
      from roles
      join tests.own_functions as f on f.schema = 'private' and has_function_privilege(role, f.oid, 'execute')
      where not exists (select from needed where needed.role = roles.role and needed.oid = f.oid)
    $$
  ),
  (
    'nobody_names_another_user',
    'A function that people can call takes a user or a role only where it asks for staff',
    $$
      select f.object
      from tests.reachable_functions as f
      left join tests.own_functions as twin on twin.schema = 'private' and twin.name = f.name
      where f.schema = 'public'
        and exists (select from unnest(f.arguments) as argument where argument ~ 'user_id|^role$|_role$')
        and concat(f.body, twin.body) !~ 'private\.(require_admin|require_staff|is_admin|is_staff|has_role)\('
    $$
  ),
  (
    'roles_are_not_believed',
    'No function and no policy takes a role from the claims of a token: private.is_service and has_role look for themselves',
    $$
      select object from tests.own_functions where body ~ 'auth\.role\(|auth\.jwt\(\)[^;]{0,9}->>? ''role'''
      union all
      select object from tests.own_policies where expression ~ 'auth\.role\(|auth\.jwt\(\)[^;]{0,9}->>? ''role'''
    $$
  ),
  (
    'no_dynamic_sql',
    'No function builds SQL from text',
    $$ select object from tests.own_functions where body ~ '\mexecute\M' $$
  ),
  (
    'errors_by_fail',
    'Only private.fail raises errors, so that each has a code of the contract',
    $$
      select object
      from tests.own_functions
      where body ~ '\mraise (exception|sqlstate|using|''|unique_violation|\w+_\w+)'
        and (schema, name) <> ('private', 'fail')
    $$
  ),
  (
    'no_asserts',
    'No function asserts: that error has no code of the contract',
    $$ select object from tests.own_functions where body ~ '\massert\M' $$
  ),
  (
    'days_have_a_time_zone',
    'No function takes the day from the time zone of the session, which a client can set',
    $$
      select object
      from tests.own_functions
      where body ~ '\mcurrent_date\M|\mlocaltime(stamp)?\M|\mcurrent_time\M'
        or body ~ '(now|clock_timestamp|statement_timestamp)\(\) ?(::|as) ?(date|timestamp\M(?! ?with time))'
        or body ~ 'current_timestamp ?(::|as) ?date'
        or body ~ 'date_trunc\( ?''(day|week|month|quarter|year)''(::text)?, ?(now|clock_timestamp)\(\) ?\)'
        or body ~ 'extract\( ?(year|quarter|month|week|day|dow|isodow|doy)\w* from (now|clock_timestamp)\(\) ?\)'
        or body ~ 'to_char\( ?(now|clock_timestamp)\(\) ?,'
    $$
  ),
  (
    'writers_are_volatile',
    'A function that writes is volatile; otherwise its transaction is read-only',
    $$
      select object
      from tests.own_functions
      where volatility <> 'v' and body ~ '\m(insert into|delete from|truncate)\M|\mupdate \w+\.\w+'
    $$
  ),
  (
    'changes_have_a_where',
    'Every UPDATE and DELETE has a WHERE: the platform refuses others for the API roles, inside functions too',
    $$
      select distinct f.object
      from tests.own_functions as f
      cross join regexp_split_to_table(regexp_replace(f.body, '\m(for|do|key) update\M', '', 'g'), ';') as statement
      where statement ~ '\m(update \w+\.\w+|delete from)\M' and statement !~ '\mwhere\M'
    $$
  ),
  (
    'functions_are_documented',
    'Every function has a comment: it is the documentation of the API',
    $$ select object from tests.own_functions where obj_description(oid, 'pg_proc') is null $$
  );

insert into tests.named_by_rules (rule, object, reason)
values
  (
    'definer_asks_who_calls',
    'private.is_open_preview(uuid)',
    'A preview of a course on sale is open to everybody.'
  ),
  ('definer_asks_who_calls', 'private.jobs_are_late()', 'Part of the health check: yes or no.'),
  (
    'definer_asks_who_calls',
    'private.popular_searches(integer)',
    'What many searched for, and nobody by name.'
  ),
  ('definer_asks_who_calls', 'private.record_search(text)', 'Counts a search; keeps nobody.'),
  ('definer_asks_who_calls', 'private.search(text,text,integer,integer,boolean)', 'The catalogue is public.'),
  (
    'definer_asks_who_calls',
    'private.search_courses(text,text,text,numeric,numeric,numeric,text,integer,integer,text,boolean,boolean)',
    'The catalogue is public.'
  ),
  ('definer_asks_who_calls', 'private.suggest(text,integer)', 'The catalogue is public.'),
  (
    'definer_asks_who_calls',
    'private.setting(text)',
    'The settings of the business are no secret: policies read them.'
  ),
  (
    'definer_asks_who_calls',
    'private.setting_int(text)',
    'The settings of the business are no secret: policies read them.'
  ),
  ('definer_asks_who_calls', 'private.verify_certificate(text)', 'Who has the code may verify it.');
