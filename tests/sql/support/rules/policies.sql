-- Which rows people see and change.
insert into tests.rules (name, sentence, offenders)
values
  (
    'policies_name_roles',
    'Every policy says for whom: anon or authenticated, never everybody',
    $$ select object from tests.own_policies where not roles <@ array['anon', 'authenticated'] $$
  ),
  (
    'one_policy_a_command',
    'There is one permissive policy a table, command and role; with two, the weaker one decides',
    $$
      select format('%s for %s on %s', command, role, table_name)
      from tests.own_policies
      cross join unnest(commands) as command
      cross join unnest(case roles when '{public}' then array['anon', 'authenticated'] else roles end) as role
      where is_permissive and table_name !~ '^storage\.'
      group by command, role, table_name
      having count(*) > 1
    $$
  ),
  (
    'one_policy_a_command_and_bucket',
    'Every policy on storage is for one bucket, and there is one a bucket, command and role',
    $$
      select object
      from tests.own_policies
      where table_name = 'storage.objects'
        and (select count(distinct bucket) from regexp_matches(expression, 'bucket_id = ''([^'']+)''', 'g') as bucket) <> 1
      union all
      select format('%s for %s in %s', command, role, (regexp_match(expression, 'bucket_id = ''([^'']+)'''))[1])
      from tests.own_policies
      cross join unnest(commands) as command
      cross join unnest(roles) as role
      where table_name = 'storage.objects'
      group by 1
      having count(*) > 1
    $$
  ),
  (
    'updates_are_checked',
    'Every policy on UPDATE says what the row may become',
    $$ select object from tests.own_policies where 'update' = any (commands) and check_expression is null $$
  ),
  (
    'policies_are_named',
    'A policy is named for its command and whose rows they are, like select_own',
    $$ select object from tests.own_policies where cardinality(commands) > 1 or name !~ ('^' || commands[1] || '_[a-z0-9_]+$') $$
  ),
  (
    'helpers_run_once',
    'A policy calls helpers without arguments as (select f()), once a query and not once a row',
    $$ select object from tests.own_policies where expression ~ '(?<!SELECT )(?<!FROM )\m(auth|private)\.\w+\(\)' $$
  ),
  (
    'policy_helpers_are_stable',
    'A policy calls only functions that write nothing and answer the same within a query',
    $$
      select distinct f.object
      from tests.own_policies as p
      join pg_depend as d on d.classid = 'pg_policy'::regclass and d.objid = p.oid and d.refclassid = 'pg_proc'::regclass
      join tests.own_functions as f on f.oid = d.refobjid
      where f.volatility = 'v'
    $$
  ),
  (
    'nobody_is_not_everybody',
    'No policy lets somebody in because he has not signed in',
    $$ select object from tests.own_policies where expression ~* 'uid\(\)( as \w+\))? is null' $$
  ),
  (
    'writes_are_conditional',
    'No policy lets everybody write everything',
    $$
      select object
      from tests.own_policies
      where commands && array['insert', 'update', 'delete'] and 'true' in (using_expression, check_expression)
    $$
  ),
  (
    'no_user_metadata',
    'No policy and no function but the sign-up reads what users write about themselves in Auth',
    $$
      select object from tests.own_policies where expression ~ 'user_metadata|user_meta_data'
      union all
      select object from tests.own_functions where body ~ 'user_metadata|user_meta_data' and name <> 'handle_new_user'
    $$
  ),
  (
    'no_circle_of_policies',
    'No policy reads a table whose policies read back; Postgres would refuse every query',
    $$
      with recursive
        arrows as (
          select distinct p.table_oid as source, d.refobjid as target
          from tests.own_policies as p
          join pg_depend as d on d.classid = 'pg_policy'::regclass and d.objid = p.oid and d.refclassid = 'pg_class'::regclass
          where d.refobjid <> p.table_oid
        ),
        paths as (
          select source, target from arrows
          union
          select paths.source, arrows.target from paths join arrows on arrows.source = paths.target
        )
      select source::regclass::text from paths where source = target
      union
      -- A schema of the search_path is not printed.
      select object from tests.own_policies
      where expression ~ format('(FROM|JOIN) \(*(%s\.)?%s\M', split_part(table_name, '.', 1), split_part(table_name, '.', 2))
    $$
  );
