import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readEdgeSource, readEndpointCodes } from '../../local/docs/sources.ts';
import { edgeFunctions } from '../../types/edge-functions.ts';
import { errors, isErrorCode } from '../../types/errors.ts';

const root = new URL('../../functions/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const thrown = (paths: string[]): string[] =>
  paths.flatMap((path) =>
    Array.from(read(path).matchAll(/new LearnFlowError\(\s*'(\w+)'/g), ([, code]) => code!),
  );
const everywhere = readEndpointCodes();

/** What lets callers in, with what it asks; fields are those of each function, so each says VALIDATION_ERROR itself. */
const doors = {
  person: ['user-endpoint', 'auth', 'body'],
  operator: ['worker-endpoint', 'operator', 'body'],
  program: ['signed-endpoint', 'body'],
  anybody: [],
} as const;

describe.each(Object.keys(edgeFunctions) as (keyof typeof edgeFunctions)[])('%s', (name) => {
  const { caller, codes } = readEdgeSource(name);

  test('says every error that it throws, and those of its door', () => {
    const own = thrown(globSync(`${name}/*.ts`, { cwd: root.pathname }));
    const atTheDoor = thrown(doors[caller].map((file) => `_shared/${file}.ts`));
    const missing = [...own, ...atTheDoor.filter((code) => code !== 'VALIDATION_ERROR')].filter(
      (code) => !codes.includes(code) && !everywhere.includes(code),
    );
    expect(missing).toEqual([]);
  });

  test('says them with their status, once', () => {
    const said = [...read(`${name}/index.ts`).matchAll(/\b([A-Z]+(?:_[A-Z]+)*) (\d{3})\b/g)];
    for (const [, code, status] of said) {
      expect(isErrorCode(code) && errors[code].status, code).toBe(Number(status));
    }
    expect(new Set(codes).size).toBe(codes.length);
  });
});

test('health hides what it is asked with, so it says no error of a door', () => {
  expect(readEdgeSource('health').codes).toEqual([]);
});
