import { describe, expect, test } from 'vitest';
import { faults } from '../../bench/faults/inject.ts';
import { faultIds, readFaults } from '../../local/docs/faults.ts';
import { brokenReference, references } from '../../local/docs/requirements.ts';

const cases = await readFaults();

describe('tests/faults/faults.csv', () => {
  test('has every number of the catalogue, once and in order', () => {
    expect(faultIds).toHaveLength(199);
    expect(cases.map(({ id }) => id)).toEqual(faultIds);
  });

  test.each(cases)('$id names what exists', ({ proved_by }) => {
    expect(references(proved_by).map(brokenReference).filter(Boolean)).toEqual([]);
  });

  test('a number that nothing proves says why', () => {
    expect(cases.filter(({ proved_by, note }) => proved_by === '' && note.length < 20)).toEqual([]);
  });

  test('every fault of the drill is a number that names the drill', () => {
    const named = new Set(
      cases
        .filter(({ proved_by }) => /bench\/(prove|money)\/|tests\/faults\//.test(proved_by))
        .map(({ id }) => id),
    );
    expect(faults.flatMap(({ proves }) => proves).filter((id) => !named.has(id))).toEqual([]);
  });
});
