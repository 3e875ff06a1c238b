-- How rows hang together.
insert into tests.rules (name, sentence, offenders)
values
  (
    'primary_key_everywhere',
    'Every table has a primary key',
    $$
      select object from tests.own_tables as t
      where not exists (select from pg_constraint as k where k.conrelid = t.oid and k.contype = 'p')
    $$
  ),
  (
    'foreign_keys_are_indexed',
    'Every foreign key has an index that begins with its columns',
    $$
      select k.object
      from tests.own_foreign_keys as k
      where not exists (
        select from pg_index as i
        where i.indrelid = k.table_oid
          and i.indisvalid
          -- An index of what is not null serves a key that may be null.
          and coalesce(pg_get_expr(i.indpred, i.indrelid), '') ~ '^(\(\w+ IS NOT NULL\))?$'
          -- The first columns of the index, in any order.
          and (i.indkey::smallint[])[0:cardinality(k.columns) - 1] @> k.columns
      )
    $$
  ),
  (
    'no_duplicate_index',
    'No index does what another one does',
    $$
      select min(i.indexrelid::regclass::text)
      from pg_index as i
      join tests.own_tables as t on t.oid = i.indrelid
      group by i.indrelid, regexp_replace(pg_get_indexdef(i.indexrelid), '^CREATE (UNIQUE )?INDEX \S+ ', '')
      having count(*) > 1
    $$
  ),
  (
    'indexes_are_valid',
    'Every index is valid',
    $$
      select i.indexrelid::regclass::text from pg_index as i join tests.own_tables as t on t.oid = i.indrelid
      where not i.indisvalid or not i.indisready
    $$
  ),
  (
    'constraints_are_valid',
    'Every constraint was checked against the rows that were there before it',
    $$
      select t.object || '.' || k.conname from pg_constraint as k join tests.own_tables as t on t.oid = k.conrelid
      where not k.convalidated
    $$
  ),
  (
    'accounts_by_primary_key',
    'A reference to an account is to the primary key of auth.users',
    $$
      select k.object
      from tests.own_foreign_keys as k
      where k.target_oid = 'auth.users'::regclass
        and k.target_columns <> (
          select p.conkey from pg_constraint as p where p.conrelid = k.target_oid and p.contype = 'p'
        )
    $$
  ),
  (
    'people_are_not_deleted_along',
    'Nothing disappears or loses its owner because a person was deleted',
    $$
      select object from tests.own_foreign_keys
      where target in ('auth.users', 'profiles', 'public.profiles') and on_delete not in ('r', 'a')
    $$
  ),
  (
    'history_stays',
    'Money, access, certificates and reviews outlive what they are about',
    $$
      select object
      from tests.own_foreign_keys
      where on_delete not in ('r', 'a')
        and table_name ~ '\.(order|payment|refund|ledger|payout|dispute|coupon|enrollment|access_grant|certificate|review)\w*$'
        and target ~ '(^|\.)(users|profiles|courses|orders|order_items|payments|enrollments)$'
    $$
  ),
  (
    'triggers_are_named',
    'A trigger has the name of its function, or one that says when: count_inserted_lessons runs count_lessons',
    $$
      select t.tgname || ' on ' || t.tgrelid::regclass
      from pg_trigger as t
      join tests.own_functions as f on f.oid = t.tgfoid
      -- a_ makes a trigger the first of its table.
      where not t.tgisinternal
        and split_part(regexp_replace(t.tgname, '^a_', ''), '_', 1) <> split_part(f.name, '_', 1)
    $$
  ),
  (
    'positions_can_be_swapped',
    'A unique position is checked at the end of the transaction, so that two rows can change places',
    $$
      select t.object || '.' || k.conname
      from pg_constraint as k
      join tests.own_tables as t on t.oid = k.conrelid
      join pg_attribute as a on a.attrelid = t.oid and a.attnum = any (k.conkey)
      where k.contype = 'u' and a.attname = 'position' and not (k.condeferrable and k.condeferred)
    $$
  );
