import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readCsv } from '../../local/docs/csv.ts';
import {
  brokenReference,
  generateRequirements,
  readRequirements,
  references,
  requiredIds,
  requirementsPage,
  whatIsOpen,
} from '../../local/docs/requirements.ts';

const requirements = await readRequirements();

describe('tests/requirements.csv', () => {
  test('has every line of the requirements, once and in their order', () => {
    expect(requiredIds).toHaveLength(95);
    expect(requirements.map(({ id }) => id)).toEqual(requiredIds);
  });

  test.each(requirements)('$id names what exists', ({ served_by, proved_by }) => {
    const broken = [...references(served_by), ...references(proved_by)].map(brokenReference).filter(Boolean);
    expect(broken).toEqual([]);
  });

  test.each(requirements)('$id is proved by tests', ({ proved_by }) => {
    for (const reference of references(proved_by))
      expect(reference).toMatch(/^tests\/\S+\.test\.(ts|sql)( > |$)/);
  });

  test('a line that nothing serves or proves says what is not there', () => {
    const bare = requirements.filter(({ served_by, proved_by }) => served_by === '' || proved_by === '');
    expect(bare.filter(({ note }) => !/not yet:/i.test(note))).toEqual([]);
  });

  test('the page says which lines are open, and so when none is', () => {
    expect(whatIsOpen([{ id: 'E01', note: '' }])).toBe('none of them says that something is not there yet');
    expect(
      whatIsOpen([
        { id: 'E01', note: '' },
        { id: 'E02', note: 'Not yet: all of it' },
      ]),
    ).toBe('something is not there yet in E02');
  });

  test('docs/requirements.md is what npm run docs writes', async () => {
    const isFresh = (await readFile(requirementsPage, 'utf8')) === (await generateRequirements());
    expect(isFresh, 'Run npm run docs').toBe(true);
  });
});

describe('a reference', () => {
  test.each([
    'sql/nowhere.sql',
    'README.md > words that nobody wrote',
    'supabase/config.toml > auth.nowhere',
    'package.json > scripts.nowhere',
    'tests > a folder says nothing',
  ])('%s is broken', (reference) => {
    expect(brokenReference(reference)).toBeTypeOf('string');
  });

  test.each(['sql', 'package.json > scripts.test', 'supabase/config.toml > auth.jwt_expiry'])(
    '%s is not',
    (reference) => {
      expect(brokenReference(reference)).toBeUndefined();
    },
  );
});

describe('CSV', () => {
  test('holds commas, quotes and line ends', () => {
    expect(readCsv('a,b\r\n"1, 2","say ""so""\nnow"\n,\n')).toEqual([
      { a: '1, 2', b: 'say "so"\nnow' },
      { a: '', b: '' },
    ]);
  });

  test('with a cell too few is refused', () => {
    expect(() => readCsv('a,b\n1\n')).toThrow('Not 2 columns');
  });
});
