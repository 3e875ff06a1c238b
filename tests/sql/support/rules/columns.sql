-- What a column may hold.
insert into tests.rules (name, sentence, offenders)
values
  (
    'money_is_integer',
    'Money is a whole number of cents, never numeric or a float',
    $$
      select object from tests.own_columns
      where schema = 'public' and type in ('real'::regtype, 'double precision'::regtype, 'money'::regtype)
      union all
      select object
      from tests.own_columns
      where name ~ '(price|amount|cents|fee|total|balance|revenue|subtotal|discount|earning|payout|tax)(_|$)'
        and type in ('numeric'::regtype, 'text'::regtype, 'real'::regtype, 'double precision'::regtype)
      union all
      select object from tests.own_columns where name ~ '_cents$' and type not in ('integer'::regtype, 'bigint'::regtype)
    $$
  ),
  (
    'currencies_are_codes',
    'A currency is a code of three letters, and checked',
    $$
      select object from tests.own_columns
      where name = 'currency' and (type <> 'character'::regtype or type_modifier <> 7 or checks !~ 'currency')
    $$
  ),
  (
    'text_has_a_length',
    'Every text that comes from outside has a greatest length',
    $$
      select object
      from tests.own_columns
      where type in ('text'::regtype, 'character varying'::regtype)
        and type_modifier = -1
        and not is_generated
        -- length(x) <= n, a pattern that ends, or a list of words.
        and checks !~ '(char_|octet_)?length\(|\{\d+(,\d+)?\}\)?\$|= ANY \(|= ''[^'']*''::text'
    $$
  ),
  (
    'lists_have_a_length',
    'Every array has a greatest number of elements',
    $$ select object from tests.own_columns where type::text ~ '\[\]$' and checks !~ 'cardinality|array_length' $$
  ),
  (
    'urls_are_https',
    'Every address is https, so that no javascript: reaches a page',
    $$ select object from tests.own_columns where name ~ '(^|_)url$' and checks !~ '\^https://' $$
  ),
  (
    'times_have_a_zone',
    'Every time has a time zone',
    $$
      select object from tests.own_columns
      where type in ('timestamp without time zone'::regtype, 'time without time zone'::regtype)
        or (name ~ '_at$' and type <> 'timestamp with time zone'::regtype)
        or (name ~ '_on$' and type <> 'date'::regtype)
    $$
  ),
  (
    'times_are_kept',
    'A table with updated_at keeps it, by the trigger touch_updated_at or by a function that says so',
    $$
      select c.object
      from tests.own_columns as c
      where c.name = 'updated_at'
        and not exists (
          select from pg_trigger as t where t.tgrelid = c.table_oid and t.tgname = 'touch_updated_at'
        )
        and not exists (
          select from tests.own_functions as f
          where f.body ~ format('update %s\.%s\M[^;]* set [^;]*updated_at', c.schema, c.table_name)
        )
    $$
  ),
  (
    'histories_name_every_column',
    'A trigger keep_history that is not asked about all columns names each of its table: as one that stays, or as one that changes',
    $$
      select c.object
      from pg_trigger as t
      join tests.own_columns as c on c.table_oid = t.tgrelid
      where t.tgfoid = 'private.keep_history'::regproc and t.tgattr::text <> ''
        and (c.number = any (t.tgattr::int2[])) = (c.name = any (string_to_array(encode(t.tgargs, 'escape'), '\000')))
    $$
  ),
  (
    'days_of_defaults_have_a_zone',
    'No default or check takes the day from the time zone of the session',
    $$ select object from tests.own_columns where concat(default_value, checks) ~* 'current_date|localtime|now\(\)\)?::date' $$
  ),
  (
    'no_oids',
    'No column holds an identifier of the catalogue, which a restored database would change',
    $$ select object from tests.own_columns where type::text ~ '^reg' or type = 'oid'::regtype $$
  ),
  (
    'tables_are_documented',
    'Every table of the API has a comment, and each of its columns',
    $$
      select object from tests.own_relations
      where schema = 'public' and kind in ('r', 'p', 'v') and obj_description(oid, 'pg_class') is null
      union all
      select object from tests.own_columns where schema = 'public' and col_description(table_oid, number) is null
    $$
  ),
  (
    'private_tables_are_documented',
    'Every table of the workshop has a comment',
    $$ select object from tests.own_tables where schema = 'private' and obj_description(oid, 'pg_class') is null $$
  );
