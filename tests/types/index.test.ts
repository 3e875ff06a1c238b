import { globSync, readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import * as learnflow from '../../types/index.ts';

const root = new URL('../../', import.meta.url);
const schemaFiles = globSync('types/schemas/*.ts', { cwd: root.pathname });

describe("the package's own door", () => {
  test('has every schema', async () => {
    const missing: string[] = [];
    for (const file of schemaFiles) {
      const module: Record<string, unknown> = await import(new URL(file, root).href);
      for (const [name, value] of Object.entries(module))
        if (learnflow[name as keyof typeof learnflow] !== value) missing.push(`${file} > ${name}`);
    }
    expect(schemaFiles.length).toBeGreaterThan(15);
    expect(missing).toEqual([]);
  });

  test('has a type of the same name beside every schema of a result or an input', () => {
    const untyped = [
      ...Object.entries(learnflow.rpcResults),
      ...Object.entries(learnflow.edgeFunctions).flatMap(([name, { input, output }]) => [
        [name, input] as const,
        [name, output] as const,
      ]),
    ].flatMap(([name, schema]) => {
      const own = Object.entries(learnflow).find(([, value]) => value === schema)?.[0];
      if (own === undefined) return [];
      const declared = schemaFiles.some((file) =>
        readFileSync(new URL(file, root), 'utf8').includes(`export type ${own} = z.infer<typeof ${own}>;`),
      );
      return declared ? [] : [`${name} > ${own}`];
    });
    expect(untyped).toEqual([]);
  });

  test('has what the functions at the edge take and answer', () => {
    const configured = readFileSync(new URL('supabase/config.toml', root), 'utf8').matchAll(
      /^\[functions\.(.+)\]$/gm,
    );
    expect(Object.keys(learnflow.edgeFunctions).toSorted()).toEqual(
      Array.from(configured, ([, name]) => name!).toSorted(),
    );
    expectTypeOf<
      z.output<(typeof learnflow.edgeFunctions)['company-enroll']['output']>
    >().toEqualTypeOf<learnflow.CompanyEnrollOutput>();
  });

  test('has the errors, the results and the types of the database', () => {
    expect(learnflow).toMatchObject({
      LearnFlowError: expect.any(Function),
      normalizeError: expect.any(Function),
      rpcResults: expect.any(Object),
    });
    expectTypeOf<learnflow.RpcResult<'get_cart'>>().toEqualTypeOf<learnflow.Cart>();
    expectTypeOf<
      learnflow.Database['public']['Functions']['get_cart']['Returns']
    >().toEqualTypeOf<learnflow.Cart>();
    expectTypeOf<learnflow.Tables<'courses'>['id']>().toEqualTypeOf<string>();
  });
});
