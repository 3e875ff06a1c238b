import fc from 'fast-check';

/** Texts that have broken things before. */
const nasty = [
  '',
  ' ',
  '\u0000',
  'NULL',
  'null',
  'true',
  '0',
  '-1',
  "'",
  "'; drop table public.courses; --",
  '%',
  '_%\\',
  '\\',
  '$$',
  '${7*7}',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  '(((((((((((((((((((a+)+)+)+',
  '\u202eright to left',
  '👩‍👩‍👧‍👦',
  '\ud800',
  'İstanbul ß ﬃ',
  'a,b)or(id.neq.0',
  '{"a":1}',
  '[]',
  '{}',
  'infinity',
  'NaN',
  'x'.repeat(201),
  'y '.repeat(6_000),
];

const anyText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...nasty) },
  { weight: 2, arbitrary: fc.string({ maxLength: 40, unit: 'binary' }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);

const numbers = fc.oneof(
  fc.constantFrom<unknown>(
    0,
    1,
    -1,
    2,
    5,
    10,
    100,
    1000,
    2 ** 31 - 1,
    2 ** 31,
    -(2 ** 31) - 1,
    2 ** 53,
    1e30,
    -1e308,
    0.1,
  ),
  fc.integer({ min: -5, max: 50 }),
  fc.double(),
  fc.constantFrom<unknown>('1e400', '0x10', '١٢', ' 7 ', '9223372036854775808'),
);

const times = fc.constantFrom(
  'infinity',
  '-infinity',
  'epoch',
  'now',
  'tomorrow',
  'allballs',
  '4714-11-24 BC',
  '294276-12-31T23:59:59Z',
  '294277-01-01',
  '2026-02-30',
  '2026-11-23T00:00:00+15:59:59',
  '0000-00-00',
);

export interface Sources {
  ids: readonly string[];
  words: readonly string[];
}

const pick = (items: readonly string[], fallback: string) =>
  fc.constantFrom(...(items.length > 0 ? items : [fallback]));

/** Mostly what fits the type, so that calls get far; sometimes anything. */
export function valueOf(type: string, { ids, words }: Sources): fc.Arbitrary<unknown> {
  const anId = fc.oneof(
    { weight: 8, arbitrary: pick(ids, '00000000-0000-0000-0000-000000000000') },
    { weight: 1, arbitrary: fc.uuid() },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '00000000-0000-0000-0000-000000000000',
        'me',
        '{}',
        ids[0]?.toUpperCase() ?? '',
      ),
    },
  );
  const fitting = ((): fc.Arbitrary<unknown> => {
    if (type.endsWith('[]')) {
      const item = valueOf(type.slice(0, -2), { ids, words });
      return fc.oneof(
        fc.array(item, { maxLength: 4 }),
        fc.array(item, { minLength: 150, maxLength: 150 }),
        fc.constant('{}'),
      );
    }
    switch (type) {
      case 'uuid':
        return anId;
      case 'integer':
      case 'bigint':
      case 'smallint':
      case 'numeric':
      case 'double precision':
        return numbers;
      case 'boolean':
        return fc.constantFrom<unknown>(true, false, 'yes', 'off', 2);
      case 'json':
      case 'jsonb':
        return fc.oneof(fc.jsonValue({ maxDepth: 4 }), billing(anId), fc.constant(deep(2_000)));
      case 'date':
      case 'timestamp with time zone':
      case 'interval':
        return times;
      default:
        return fc.oneof(
          { weight: 3, arbitrary: pick(words, 'react') },
          { weight: 2, arbitrary: anyText },
          { weight: 1, arbitrary: anId },
        );
    }
  })();
  return fc.oneof(
    { weight: 40, arbitrary: fitting },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: anyText },
    { weight: 1, arbitrary: numbers },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  );
}

const billing = (anId: fc.Arbitrary<unknown>) =>
  fc.record(
    {
      first_name: anyText,
      last_name: fc.constant('Fuzz'),
      email: fc.constantFrom('fuzz@people.test', 'no address', ''),
      address_line1: fc.constant('1 Main St'),
      city: fc.constant('Berlin'),
      country: fc.constantFrom('DE', 'de', 'ZZZ', ''),
      phone: anyText,
      course_id: anId,
    },
    { requiredKeys: [] },
  );

const deep = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) as unknown;
