-- What the platform does with our objects.
insert into tests.rules (name, sentence, offenders)
values
  (
    'no_extension_in_the_api',
    'No extension stands in the API',
    $$ select extname::text from pg_extension where extnamespace = 'public'::regnamespace $$
  ),
  (
    'no_graphql',
    'The GraphQL endpoint is off: it would show every granted table a second time',
    $$ select extname::text from pg_extension where extname = 'pg_graphql' $$
  ),
  (
    'published_on_purpose',
    'Only notifications are sent to browsers as they happen, because deletions are sent without row-level security',
    $$
      select format('%I.%I', schemaname, tablename) from pg_publication_tables
      where (schemaname, tablename) <> ('public', 'notifications')
      union all
      select pubname::text from pg_publication where puballtables
    $$
  ),
  (
    'no_full_replica_identity',
    'No table sends whole rows into the change stream',
    $$ select object from tests.own_tables where replica_identity = 'f' $$
  ),
  (
    'no_idle_replication_slot',
    'No replication slot holds back the log for nobody',
    $$ select slot_name::text from pg_replication_slots where not active $$
  ),
  (
    'tables_are_vacuumed',
    'Autovacuum is off for no table',
    $$ select object from tests.own_tables where options::text ~ 'autovacuum_enabled=(false|off)' $$
  ),
  (
    'people_have_timeouts',
    'A statement of people ends after some seconds',
    $$
      select r.rolname::text
      from pg_roles as r
      where r.rolname in ('anon', 'authenticated', 'authenticator')
        and not exists (
          select from pg_db_role_setting as s
          where s.setrole = r.oid and array_to_string(s.setconfig, ',') ~ 'statement_timeout=[1-9]'
        )
    $$
  ),
  (
    'people_do_not_wait',
    'Nobody waits for a lock for more than 4 seconds, and no transaction of the API stays open and idle for more than 10',
    $$
      select r.rolname || ' ' || w.name
      from pg_roles as r, (values ('lock_timeout', interval '4 s'), ('idle_in_transaction_session_timeout', '10 s')) as w (name, most)
      where r.rolname in ('anon', 'authenticated', 'service_role')
        and not exists (
          select from pg_db_role_setting as s, unnest(s.setconfig) as c
          where s.setrole = r.oid and c ~ format('^%s=[1-9]', w.name) and split_part(c, '=', 2)::interval <= w.most
        )
    $$
  ),
  (
    'buckets_have_limits',
    'Every bucket limits the size and the types of its files',
    $$ select id from storage.buckets where file_size_limit is null or coalesce(allowed_mime_types, '{}') = '{}' $$
  ),
  (
    'buckets_hold_no_pages',
    'No bucket takes files that a browser would run: HTML, SVG or scripts',
    $$ select id from storage.buckets where exists (select from unnest(allowed_mime_types) as type where type ~ 'html|svg|javascript|/xml$|\+xml|\*') $$
  ),
  (
    'public_buckets_are_not_listed',
    'Nobody lists the files of others in a public bucket: an address is enough to fetch a file',
    $$
      select p.object
      from tests.own_policies as p
      join storage.buckets as b on b.public and p.expression ~ format('bucket_id = ''%s''', b.id)
      where p.table_name = 'storage.objects' and 'select' = any (p.commands)
        and ('anon' = any (p.roles) or p.expression !~ 'auth\.uid|private\.')
    $$
  ),
  (
    'buckets_are_guarded',
    'Every bucket has policies; without one even its owner could not use it',
    $$
      select b.id from storage.buckets as b
      where not exists (
        select from tests.own_policies as p
        where p.table_name = 'storage.objects' and p.expression ~ format('bucket_id = ''%s''', b.id)
      )
    $$
  );
