-- Who may touch a table at all.
insert into tests.rules (name, sentence, offenders)
values
  (
    'rls_everywhere',
    'Every table has row-level security',
    $$ select object from tests.own_tables where not has_rls $$
  ),
  (
    'explicit_grants',
    'Every table says who may use it: revoke all, then grants',
    $$ select object from tests.own_relations where kind in ('r', 'p', 'v') and acl is null $$
  ),
  (
    'no_table_for_service_role',
    'The secret key has no right on any table, column or sequence',
    $$
      select object from tests.own_relations
      where kind in ('r', 'p', 'v', 'm') and (
        has_table_privilege('service_role', oid, 'select, insert, update, delete, truncate, references, trigger, maintain')
        or has_any_column_privilege('service_role', oid, 'select, insert, update, references')
      )
      union all
      select object from tests.own_relations
      where case kind when 'S' then has_sequence_privilege('service_role', oid, 'usage, select, update') else false end
    $$
  ),
  (
    'no_table_for_public',
    'No right on a table or sequence is given to PUBLIC, which is everybody',
    $$ select object from tests.own_relations cross join aclexplode(acl) as privilege where privilege.grantee = 0 $$
  ),
  (
    'only_rows_and_columns',
    'People never hold TRUNCATE, REFERENCES, TRIGGER or MAINTAIN',
    $$
      select object from tests.own_relations cross join unnest(array['anon', 'authenticated']) as role
      where kind in ('r', 'p', 'v', 'm') and has_table_privilege(role, oid, 'truncate, references, trigger, maintain')
    $$
  ),
  (
    'anon_only_reads',
    'Who has not signed in writes to no table directly',
    $$
      select object from tests.own_relations
      where kind in ('r', 'p', 'v') and (
        has_any_column_privilege('anon', oid, 'insert, update') or has_table_privilege('anon', oid, 'delete')
      )
    $$
  ),
  (
    'private_tables_unreachable',
    'No API role holds a right on a table of schema private',
    $$
      select object from tests.own_relations cross join unnest(array['anon', 'authenticated']) as role
      where schema = 'private' and kind in ('r', 'p', 'v', 'm') and (
        has_any_column_privilege(role, oid, 'select, insert, update') or has_table_privilege(role, oid, 'delete')
      )
    $$
  ),
  (
    'no_sequences_for_people',
    'People hold no right on a sequence',
    $$
      select object from tests.own_relations cross join unnest(array['anon', 'authenticated']) as role
      where case kind when 'S' then has_sequence_privilege(role, oid, 'usage, select, update') else false end
    $$
  ),
  (
    'grants_have_policies',
    'Every granted command has a policy: a grant without one is a mistake of one of the two',
    $$
      select format('%s: %s for %s', t.object, command, role)
      from tests.own_tables as t
      cross join unnest(array['anon', 'authenticated']) as role
      cross join unnest(array['select', 'insert', 'update', 'delete']) as command
      where case command
          when 'delete' then has_table_privilege(role, t.oid, command)
          else has_any_column_privilege(role, t.oid, command)
        end
        and not exists (
          select from tests.own_policies as p
          where p.table_oid = t.oid and role = any (p.roles) and command = any (p.commands)
        )
    $$
  ),
  (
    'policies_have_grants',
    'Every policy is for a command that its role was granted',
    $$
      select format('%s: %s for %s', p.object, command, role)
      from tests.own_policies as p
      join tests.own_tables as t on t.oid = p.table_oid
      cross join unnest(p.roles) as role
      cross join unnest(p.commands) as command
      where not case command
          when 'delete' then has_table_privilege(role, t.oid, command)
          else has_any_column_privilege(role, t.oid, command)
        end
    $$
  ),
  (
    'views_ask_as_the_caller',
    'Every view runs with the rights of who reads it',
    $$ select object from tests.own_relations where kind = 'v' and not options && array['security_invoker=true', 'security_invoker=on'] $$
  ),
  (
    'no_materialized_view_in_the_api',
    'No materialized view or foreign table stands in the API, because neither knows row-level security',
    $$ select object from tests.own_relations where schema = 'public' and kind in ('m', 'f') $$
  ),
  (
    'clients_write_no_facts',
    'Of the columns that look like facts of the server (counters, states, times, money) people write only these',
    $$
      select distinct c.object
      from tests.own_columns as c
      cross join unnest(array['anon', 'authenticated']) as role
      where c.name ~ '(_count|rating|progress|percent|status|state|_at|_on|_cents|_seconds|_sum)$|^is_|^stripe_|^price|^role$'
        and has_column_privilege(role, c.table_oid, c.number, 'insert, update')
        and c.object not in (select n.object from tests.named_by_rules as n where n.rule = 'clients_write_no_facts')
    $$
  ),
  (
    'secrets_are_unreadable',
    'Nobody reads a column that holds a secret, not even his own',
    $$
      select distinct c.object
      from tests.own_columns as c
      cross join unnest(array['anon', 'authenticated']) as role
      where c.name ~ '(password|secret|token|key_hash|otp|iban|cvc|card_number)(_|$)'
        and has_column_privilege(role, c.table_oid, c.number, 'select')
    $$
  ),
  (
    'clients_write_no_user_id',
    'Nobody says for whom a row is: user_id comes from the token',
    $$
      select distinct c.object
      from tests.own_columns as c
      cross join unnest(array['anon', 'authenticated']) as role
      where c.name = 'user_id' and has_column_privilege(role, c.table_oid, c.number, 'insert, update')
    $$
  );

insert into tests.named_by_rules (rule, object, reason)
values
  ('clients_write_no_facts', 'public.courses.price_cents', 'What an instructor asks for a course.'),
  ('clients_write_no_facts', 'public.courses.original_price_cents', 'What an instructor asked before.'),
  ('clients_write_no_facts', 'public.coupons.starts_at', 'The terms of a coupon.'),
  ('clients_write_no_facts', 'public.coupons.expires_at', 'The terms of a coupon.'),
  ('clients_write_no_facts', 'public.coupons.is_active', 'The terms of a coupon.'),
  ('clients_write_no_facts', 'public.lessons.duration_seconds', 'What a lesson is.'),
  ('clients_write_no_facts', 'public.lessons.is_preview', 'What a lesson is.'),
  ('clients_write_no_facts', 'public.course_instructors.role', 'How an owner shares a course.'),
  (
    'clients_write_no_facts',
    'public.course_instructors.revenue_share_percent',
    'How an owner shares a course.'
  ),
  (
    'clients_write_no_facts',
    'public.notification_preferences.price_falls',
    'Whether mail about prices is wanted.'
  ),
  ('clients_write_no_facts', 'public.reviews.rating', 'What a student thinks.'),
  ('clients_write_no_facts', 'public.notifications.read_at', 'What a person has read.'),
  ('clients_write_no_facts', 'public.contact_messages.status', 'How far staff is with a message.');
