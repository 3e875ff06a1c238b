import type { Catalogue, Column, Relation } from './catalogue.ts';

/** A source of chance that gives the same again for the same seed. */
export interface Chance {
  below(limit: number): number;
  one<Item>(items: readonly Item[]): Item;
  happens(percent: number): boolean;
}

/** xorshift32: enough for choosing words. */
export function chance(seed: number): Chance {
  let state = seed | 0 || 1;
  const below = (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  return {
    below,
    one: (items) => items[below(items.length)]!,
    happens: (percent) => below(100) < percent,
  };
}

/** What an expression is, as far as the operators care. */
type Kind = 'truth' | 'number' | 'text' | 'id' | 'json' | 'time';
const kinds: readonly Kind[] = ['truth', 'number', 'text', 'id', 'json', 'time'];
const sqlTypes: Record<Kind, string> = {
  truth: 'boolean',
  number: 'numeric',
  text: 'text',
  id: 'uuid',
  json: 'jsonb',
  time: 'timestamptz',
};

function kindOf(type: string): Kind | undefined {
  if (type === 'boolean') return 'truth';
  if (/^(integer|bigint|smallint|numeric|double precision|real)/.test(type)) return 'number';
  if (/^(text|character|name)/.test(type)) return 'text';
  if (type === 'uuid') return 'id';
  if (type === 'jsonb') return 'json';
  return /^(timestamp|date)/.test(type) ? 'time' : undefined;
}

/** `$` stands for an expression of the kind before it: text$ is a text. */
const templates: Record<Kind, readonly string[]> = {
  truth: [
    '(number$ < number$)', '(text$ = text$)', '(id$ = id$)', '(time$ > time$)', '(truth$ and truth$)', '(truth$ or truth$)',
    'not truth$', '(text$ like text$)', '(text$ ilike text$)', '(text$ ~ text$)', '(json$ @> json$)', '(json$ ? text$)',
    '(id$ in (id$, id$))', '(text$ is distinct from text$)', '(number$ between number$ and number$)', 'starts_with(text$, text$)',
    "jsonb_path_exists(json$, '$.**.a')", '(to_tsvector(text$) @@ plainto_tsquery(text$))', "pg_input_is_valid(text$, 'uuid')",
    "has_table_privilege(text$, 'select')", 'pg_table_is_visible(number$::int::oid)',
  ],
  number: [
    '(number$ + number$)', '(number$ * number$)', '(number$ / number$)', '(number$ % number$)', 'abs(number$)', 'length(text$)::numeric',
    'power(number$, number$)', 'ln(number$)', 'round(number$, number$::int)', 'extract(epoch from time$)', 'jsonb_array_length(json$)::numeric',
    'width_bucket(number$, number$, number$, 3)::numeric', 'random(number$::int, number$::int)::numeric', 'strpos(text$, text$)::numeric',
    'ascii(text$)::numeric', 'pg_column_size(json$)::numeric', 'gcd(number$, number$)', 'txid_current()::numeric',
  ],
  text: [
    '(text$ || text$)', 'lower(text$)', 'md5(text$)', 'left(text$, number$::int)', 'repeat(text$, (number$ % 9)::int)',
    'replace(text$, text$, text$)', 'regexp_replace(text$, text$, text$)', 'format(text$, text$)', 'to_char(time$, text$)', '(json$ ->> text$)',
    'quote_literal(text$)', 'number$::text', 'id$::text', 'split_part(text$, text$, (number$ % 9)::int)', 'encode(convert_to(text$, text$), text$)',
    'translate(text$, text$, text$)', 'pg_typeof(json$)::text', 'current_setting(text$, truth$)', 'to_regclass(text$)::text',
    'obj_description(number$::int::oid, text$)', 'pg_get_functiondef(number$::int::oid)', 'pg_get_viewdef(number$::int::oid)', 'query_to_xml(text$, truth$, truth$, text$)::text',
    "set_config('request.jwt.claims', text$, truth$)", 'set_config(text$, text$, truth$)', 'unistr(text$)', 'normalize(text$)', 'overlay(text$ placing text$ from 2)',
  ],
  id: ['coalesce(id$, id$)', 'text$::uuid', 'gen_random_uuid()', 'auth.uid()', "nullif(id$, id$)"],
  json: [
    'to_jsonb(text$)', 'jsonb_build_object(text$, json$)', '(json$ || json$)', '(json$ -> text$)', '(json$ #> array[text$])', 'jsonb_strip_nulls(json$)',
    "jsonb_set(json$, array[text$], json$)", 'jsonb_build_array(number$, text$, truth$)', "jsonb_path_query_array(json$, '$[*]')", 'auth.jwt()', 'text$::jsonb',
  ],
  time: ["(time$ + interval '1 day')", "date_trunc(text$, time$)", 'greatest(time$, time$)', 'to_timestamp(number$::float8)', "(time$ at time zone text$)::timestamptz", 'now()', 'text$::timestamptz', "date_bin('1 hour', time$, time$)"],
}; // prettier-ignore

const literals: Record<Kind, readonly string[]> = {
  truth: ['true', 'false', 'null'],
  number: ['0', '-1', '2147483647', '1e300', 'null', "'NaN'", '0.000001'],
  text: ["''", "'a'", "'%'", "'.*'", "'{}'", "'UTC'", "'base64'", 'null', "'private.app_config'", "'role'", "'service_role'", "'(('", "'%s%I'", 'current_user', "'month'", "'\\u0000'"],
  id: ["'11111111-1111-4111-8111-111111111111'", 'null', 'auth.uid()'],
  json: ["'{}'", "'[1, {\"a\": null}]'", "'null'", 'null', "'\"x\"'"],
  time: ["'infinity'", "'-infinity'", "'epoch'", 'now()', 'null', "'4714-11-24 BC'"],
}; // prettier-ignore

interface Scope {
  alias: string;
  columns: readonly Column[];
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/**
 * Makes SQL that nobody would write: joins, subqueries, windows, set operations, casts and calls over whatever the
 * catalogue has, of fitting types so that most of it runs, and over what is forbidden, to see how it is refused.
 */
export function makeQueries(catalogue: Catalogue, random: Chance): () => string {
  const { relations, functions } = catalogue;
  const open = relations.filter(({ schema }) => schema === 'public');
  const relation = (): Relation => random.one(random.happens(97) ? open : relations);

  const expression = (kind: Kind, scopes: readonly Scope[], depth: number): string => {
    if (depth <= 0 || random.happens(25)) return leaf(kind, scopes);
    if (random.happens(8)) return `(${select(scopes, depth - 1, [kind])} limit 1)`;
    if (kind === 'truth' && random.happens(10)) return `exists (${select(scopes, depth - 1, ['number'])})`;
    if (random.happens(6))
      return `case when ${expression('truth', scopes, depth - 1)} then ${expression(kind, scopes, depth - 1)} else ${expression(kind, scopes, depth - 1)} end`;
    if (kind === 'json' && random.happens(20)) return call(scopes, depth - 1);
    return random
      .one(templates[kind])
      .replaceAll(/(truth|number|text|id|json|time)\$(?!\.)/g, (_match, inner: Kind) =>
        expression(inner, scopes, depth - 1),
      );
  };

  const leaf = (kind: Kind, scopes: readonly Scope[]): string => {
    const fitting = scopes.flatMap(({ alias, columns }) =>
      columns.filter(({ type }) => kindOf(type) === kind).map(({ name }) => `${alias}.${quoted(name)}`),
    );
    if (fitting.length === 0 || random.happens(15))
      return `(${random.one(literals[kind])})::${sqlTypes[kind]}`;
    return `${random.one(fitting)}::${sqlTypes[kind]}`;
  };

  const call = (scopes: readonly Scope[], depth: number): string => {
    const { name, parameters } = random.one(functions);
    const passed = parameters
      .filter(({ isOptional }) => !isOptional || random.happens(40))
      .map(
        ({ name: parameter, type }) =>
          `${quoted(parameter)} => ${expression(kindOf(type) ?? 'text', scopes, depth - 1)}::${type}`,
      );
    return `to_jsonb(${random.happens(90) ? 'public' : 'private'}.${quoted(name)}(${passed.join(', ')}))`;
  };

  const from = (outer: readonly Scope[], depth: number): { sql: string; scopes: Scope[] } => {
    const scopes: Scope[] = [];
    let sql = '';
    const count = 1 + random.below(3);
    for (let at = 0; at < count; at += 1) {
      const { schema, name, columns } = relation();
      const scope = { alias: `t${outer.length + at}_${random.below(10_000)}`, columns };
      const table =
        depth > 0 && random.happens(20)
          ? `lateral (select * from ${schema}.${quoted(name)} limit ${random.below(5)})`
          : `${schema}.${quoted(name)}`;
      if (at === 0) sql = `${table} as ${scope.alias}`;
      else if (random.happens(20)) sql += ` cross join ${table} as ${scope.alias}`;
      else
        sql += ` ${random.one(['join', 'left join', 'right join'])} ${table} as ${scope.alias} on ${expression('truth', [...scopes, scope], 2)}`;
      scopes.push(scope);
    }
    return { sql, scopes };
  };

  const someKinds = (): Kind[] => Array.from({ length: 1 + random.below(4) }, () => random.one(kinds));

  const select = (outer: readonly Scope[], depth: number, wanted: readonly Kind[]): string => {
    const { sql, scopes: own } = from(outer, depth);
    const scopes = [...outer, ...own];
    const columns = wanted.map((kind) => {
      const value = expression(kind, scopes, depth);
      if (outer.length === 0 && random.happens(8))
        return `${random.one(['lag', 'first_value', 'last_value'])}(${value}) over (partition by ${expression('text', scopes, 1)} order by ${expression('number', scopes, 1)})`;
      return value;
    });
    const where = random.happens(70) ? ` where ${expression('truth', scopes, depth)}` : '';
    if (outer.length === 0 && random.happens(10))
      return `select ${random.one(['count', 'array_agg', 'jsonb_agg', 'string_agg'])}(${expression('text', scopes, depth)}${random.happens(10) ? ', text' : ''}) from ${sql}${where}`;
    const tail =
      outer.length === 0 ? ` limit ${1 + random.below(20)}${random.happens(4) ? ' for update' : ''}` : '';
    return `select ${columns.join(', ')} from ${sql}${where}${random.happens(15) ? ' order by 1' : ''}${tail}`;
  };

  const write = (): string => {
    const { schema, name, columns } = relation();
    const table = `${schema}.${quoted(name)}`;
    const { name: column, type } = random.one(columns);
    const scope = [{ alias: quoted(name), columns }];
    const value = `${expression(kindOf(type) ?? 'text', scope, 2)}::${type}`;
    switch (random.below(4)) {
      case 0:
        return `update ${table} set ${quoted(column)} = ${value} where ${expression('truth', scope, 2)}`;
      case 1:
        return `delete from ${table} where ${expression('truth', scope, 2)}`;
      case 2:
        return `insert into ${table} (${quoted(column)}) select ${value} from ${table} limit 3 on conflict do nothing`;
      default:
        return `with changed as (update ${table} set ${quoted(column)} = ${quoted(column)} where true returning 1) select count(*) from changed`;
    }
  };

  return () => {
    if (random.happens(12)) return write();
    if (random.happens(10)) return `select ${call([], 3)}`;
    const wanted = someKinds();
    const branch = () => `(${select([], 2, wanted)})`;
    if (random.happens(8))
      return `${branch()} ${random.one(['union all', 'union', 'intersect', 'except'])} ${branch()}`;
    if (random.happens(6)) return `with w as (${select([], 2, wanted)}) select * from w limit 10`;
    return select([], 3, wanted);
  };
}
