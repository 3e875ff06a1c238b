import fc from 'fast-check';
import type { Callable, Catalogue, Relation } from './catalogue.ts';
import { valueOf } from './values.ts';

/** Who asks: nobody, or one of the attackers. */
export const attackers = ['anon', 'student', 'instructor'] as const;
export type Attacker = (typeof attackers)[number];

export interface FuzzRequest {
  attacker: Attacker;
  method: string;
  /** Below /rest/v1. */
  path: string;
  headers: Record<string, string>;
  body?: string;
}

const attacker = fc.constantFrom(...attackers);

/** Headers that change how PostgREST reads or answers. */
const known: Record<string, readonly string[]> = {
  prefer: [
    'return=representation',
    'return=headers-only',
    'return=minimal',
    'count=exact',
    'count=planned',
    'count=estimated',
    'tx=rollback',
    'resolution=merge-duplicates',
    'resolution=ignore-duplicates,return=representation',
    'missing=default',
    'handling=strict, max-affected=1',
    'handling=strict, timezone=Mars/Base',
    'handling=lenient, timezone=America/Los_Angeles',
    'params=single-object',
    'nonsense',
  ],
  accept: [
    'application/json',
    'application/vnd.pgrst.object+json',
    'application/vnd.pgrst.array+json;nulls=stripped',
    'application/vnd.pgrst.plan+json; for="application/json"; options=analyze|verbose|settings|buffers|wal',
    'text/csv',
    'application/geo+json',
    'application/octet-stream',
    'text/xml',
    'nonsense',
  ],
  range: ['0-0', '5-2', '-1-', '0-999999999999', 'items=0-1', 'nonsense'],
  'accept-profile': ['public', 'private', 'auth', 'storage', 'pg_catalog', 'nowhere'],
  'content-profile': ['public', 'private', 'auth', 'nowhere'],
  'content-type': [
    'application/json',
    'text/csv',
    'application/x-www-form-urlencoded',
    'text/plain',
    'application/octet-stream',
    'nonsense',
  ],
  'x-client-info': ["'", '\t', 'x'.repeat(4_000)],
};
const header = fc.constantFrom(
  ...Object.entries(known).flatMap(([name, values]) => values.map((value) => [name, value] as const)),
);
/** Most requests are asked in the usual way: they get furthest. */
const someHeaders = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.array(header, { maxLength: 2 }).map((pairs) => Object.fromEntries(pairs)) },
);

const asJson = (value: unknown): string => JSON.stringify(value) ?? 'undefined';
const broken = fc.constantFrom(
  '',
  '{',
  '[',
  '[[]]',
  '{"a":',
  '\u0000',
  '{"__proto__":{"admin":true}}',
  'id,title\n1,2\n',
  '"text"',
  '7',
);

export function rpcRequests({ functions, ids }: Catalogue): fc.Arbitrary<FuzzRequest> {
  return fc.constantFrom(...functions).chain((fn) => rpcRequest(fn, ids));
}

function rpcRequest(
  { name, parameters, words }: Callable,
  ids: readonly string[],
): fc.Arbitrary<FuzzRequest> {
  const model = Object.fromEntries(
    parameters.map((parameter) => [parameter.name, valueOf(parameter.type, { ids, words })]),
  );
  const required = parameters.filter(({ isOptional }) => !isOptional).map((parameter) => parameter.name);
  const args = fc.oneof(
    {
      weight: 9,
      arbitrary: fc.record(model, { requiredKeys: required }) as fc.Arbitrary<Record<string, unknown>>,
    },
    { weight: 1, arbitrary: fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Record<string, unknown>> },
    {
      weight: 1,
      arbitrary: fc.dictionary(
        fc.constantFrom('id', 'user_id', 'role', ''),
        fc.constantFrom(...ids, 'admin'),
        { maxKeys: 2 },
      ),
    },
  );
  const ask = { attacker, headers: someHeaders, path: fc.constant(`/rpc/${name}`) };
  const posted = fc.record({
    ...ask,
    method: fc.constant('POST'),
    body: fc.oneof({ weight: 19, arbitrary: args.map(asJson) }, { weight: 1, arbitrary: broken }),
  });
  const got = fc
    .record({ ...ask, method: fc.constantFrom('GET', 'HEAD'), args })
    .map(({ args: values, path, ...rest }) => ({ ...rest, path: `${path}?${queryOf(values)}` }));
  const filtered = fc
    .record({
      ...ask,
      method: fc.constant('POST'),
      body: args.map(asJson),
      query: fc.constantFrom('select=id', 'limit=1', 'order=id', 'a=eq.1', 'select=*,x(*)'),
    })
    .map(({ query, path, ...rest }) => ({ ...rest, path: `${path}?${query}` }));
  return fc.oneof(
    { weight: 8, arbitrary: posted },
    { weight: 2, arbitrary: got },
    { weight: 1, arbitrary: filtered },
  );
}

const queryOf = (values: Record<string, unknown>): string =>
  Object.entries(values)
    .map(
      ([name, value]) =>
        `${encodeURIComponent(name)}=${encode(typeof value === 'string' ? value : asJson(value))}`,
    )
    .join('&')
    .slice(0, 8_000);

/** A lone surrogate has no place in an address. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

const operators = [
  'eq', 'neq', 'gt', 'gte', 'lt', 'lte', 'like', 'ilike', 'match', 'imatch', 'in', 'is', 'isdistinct', 'fts', 'plfts',
  'phfts', 'wfts(english)', 'wfts(nonsense)', 'cs', 'cd', 'ov', 'sl', 'sr', 'nxr', 'nxl', 'adj', 'not.eq', 'not.in',
  'like(any)', 'eq(all)', 'not.not.eq', 'nonsense', '',
] as const; // prettier-ignore

export function tableRequests(catalogue: Catalogue): fc.Arbitrary<FuzzRequest> {
  const visible = catalogue.relations.filter(({ schema }) => schema === 'public');
  const hidden = catalogue.relations.filter(({ schema }) => schema !== 'public');
  return fc
    .oneof(
      { weight: 15, arbitrary: fc.constantFrom(...visible) },
      { weight: 1, arbitrary: fc.constantFrom(...hidden) },
    )
    .chain((relation) => tableRequest(relation, catalogue));
}

const operator = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('eq', 'neq', 'gt', 'lte', 'in', 'is', 'not.eq') },
  { weight: 1, arbitrary: fc.constantFrom(...operators) },
);

function tableRequest(relation: Relation, catalogue: Catalogue): fc.Arbitrary<FuzzRequest> {
  const { ids, links } = catalogue;
  const columns = fc.constantFrom(...relation.columns);
  const sources = { ids, words: ['published', 'draft', 'react', 'student'] };
  const neighbours = [
    ...(links.get(relation.name) ?? []),
    'profiles',
    'users',
    'access_grants',
    relation.name,
  ];
  const column = fc.oneof(
    { weight: 8, arbitrary: columns.map(({ name }) => name) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'ctid',
        'xmin',
        'tableoid',
        'nonsense',
        '"',
        'a->b->>c',
        'id::text',
        'body::regclass',
      ),
    },
  );

  const selected = fc.oneof(
    column,
    fc
      .tuple(
        column,
        fc.constantFrom(
          '::text',
          '::int',
          '::json',
          '::oid',
          '->>0',
          '->a->-1',
          '.count()',
          '.sum()',
          '.max()',
        ),
      )
      .map((parts) => parts.join('')),
    fc.tuple(fc.constantFrom('a', 'id', '"'), column).map(([alias, name]) => `${alias}:${name}`),
    fc.constantFrom('*', 'count()', ''),
    fc
      .tuple(
        fc.constantFrom('', '...', 'x:'),
        fc.constantFrom(...neighbours),
        fc.constantFrom('', '!inner', '!left', '!fk', '!user_id'),
        fc.constantFrom(
          '*',
          'id',
          'count',
          'count()',
          '*,courses(*,lessons(*,lesson_contents(*)))',
          'profiles(*,profile_private(*))',
        ),
      )
      .map(([prefix, table, hint, inner]) => `${prefix}${table}${hint}(${inner})`),
  );
  const condition = fc.tuple(columns, operator).chain(([{ name, type }, test]) =>
    valueOf(type, sources).map((value) => {
      const text = typeof value === 'string' ? value : asJson(value);
      return [name, `${test}.${test.endsWith('in') ? `(${text})` : text}`] as const;
    }),
  );
  const filter = fc.oneof(
    { weight: 5, arbitrary: condition.map(([name, test]) => `${name}=${encode(test)}`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('or', 'and', 'not.or', 'not.and'), fc.array(condition, { maxLength: 3 }))
        .map(
          ([joint, parts]) =>
            `${joint}=${encode(`(${parts.map(([name, test]) => `${name}.${test}`).join(',')})`)}`,
        ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...neighbours), condition)
        .map(([table, [name, test]]) => `${table}.${name}=${encode(test)}`),
    },
  );
  const order = fc
    .array(
      fc
        .tuple(column, fc.constantFrom('', '.desc', '.asc.nullslast', '.nullsfirst.desc', '.sideways'))
        .map((parts) => parts.join('')),
      { minLength: 1, maxLength: 3 },
    )
    .map((parts) => `order=${encode(parts.join(','))}`);
  const edge = fc.constantFrom(
    'limit=0',
    'limit=-1',
    'limit=1',
    'limit=99999999999999999999',
    'offset=-1',
    'offset=5',
    'offset=1e9',
    'columns=id',
    'columns=nonsense',
    'on_conflict=id',
    'on_conflict=nonsense',
    'apikey=x',
  );
  const query = fc
    .tuple(
      fc.option(
        fc
          .array(selected, { minLength: 1, maxLength: 4 })
          .map((parts) => `select=${encode(parts.join(','))}`),
        { nil: '' },
      ),
      fc.array(filter, { maxLength: 3 }),
      fc.option(order, { nil: '', freq: 2 }),
      fc.option(edge, { nil: '', freq: 2 }),
    )
    .map(([select, filters, sorting, limit]) =>
      [select, ...filters, sorting, limit].filter(Boolean).join('&'),
    );

  const row = fc
    .dictionary(
      columns.map(({ name }) => name),
      fc.constant(null),
      { maxKeys: 5 },
    )
    .chain((keys) =>
      fc.record(
        Object.fromEntries(
          Object.keys(keys).map((name) => [
            name,
            valueOf(relation.columns.find((c) => c.name === name)!.type, sources),
          ]),
        ),
      ),
    );
  const body = fc.oneof(
    { weight: 8, arbitrary: row.map(asJson) },
    { weight: 2, arbitrary: fc.array(row, { maxLength: 3 }).map(asJson) },
    { weight: 1, arbitrary: broken },
  );
  const path = query.map((text) => `/${relation.name}?${text}`);
  const read = fc.record({
    attacker,
    method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD'),
    path,
    headers: someHeaders,
  });
  const write = fc.record({
    attacker,
    method: fc.constantFrom('POST', 'PATCH', 'PUT'),
    path,
    headers: someHeaders,
    body,
  });
  const remove = fc.record({
    attacker,
    method: fc.constantFrom('DELETE', 'OPTIONS', 'TRACE'),
    path,
    headers: someHeaders,
  });
  return fc.oneof(
    { weight: 6, arbitrary: read },
    { weight: 3, arbitrary: write },
    { weight: 1, arbitrary: remove },
  );
}
