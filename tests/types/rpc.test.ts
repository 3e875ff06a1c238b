import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rpcResults } from '../../types/rpc.ts';

const root = new URL('../../', import.meta.url).pathname;

/** Names of the functions of the Data API that answer JSON, as sql/ creates them. */
const inSql = globSync('sql/**/*.sql', { cwd: root }).flatMap((file) =>
  [
    ...readFileSync(`${root}${file}`, 'utf8').matchAll(
      /create function public\.(?<name>\w+)\s*\((?:[^()]|\([^()]*\))*\)\s*returns\s+jsonb?\b/g,
    ),
  ].map(({ groups }) => groups!['name']!),
);

describe('the schemas of RPC results', () => {
  test('every function that answers JSON has a schema', () => {
    expect(inSql.filter((name) => !(name in rpcResults))).toEqual([]);
  });

  test('every schema belongs to a function', () => {
    expect(Object.keys(rpcResults).filter((name) => !inSql.includes(name))).toEqual([]);
  });
});
