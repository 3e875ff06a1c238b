import { readFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LearnFlowError, errors, isErrorCode } from '../../types/errors.ts';

const root = new URL('../../', import.meta.url).pathname;
const read = (patterns: string[]) =>
  globSync(patterns, { cwd: root }).map((file) => ({ file, text: readFileSync(`${root}${file}`, 'utf8') }));

const sql = read(['sql/**/*.sql']);
const typescript = read([
  'functions/**/*.ts',
  'client/**/*.ts',
  'types/error-origins.ts',
  'types/normalize-error.ts',
]);

/** Every call of private.fail with its literals; `code` is undefined where the code is not written out. */
const raised = sql.flatMap(({ file, text }) =>
  [
    ...text.matchAll(
      /(?<!function )private\.(?:fail|answer_error)\s*\(\s*(?:'(?<code>\w+)'\s*,\s*(?<status>\d+))?/g,
    ),
  ].map(({ groups }) => ({ file, code: groups?.['code'], status: Number(groups?.['status']) })),
);

const quoted = new Set(
  [...sql, ...typescript].flatMap(({ text }) =>
    [...text.matchAll(/'([A-Z][A-Z0-9_]+)'/g)].map(([, code]) => code),
  ),
);

describe('the register of errors', () => {
  test('there is SQL to compare it with', () => {
    expect(raised.length).toBeGreaterThan(10);
  });

  test('private.fail is always called with a literal code and status', () => {
    expect(raised.filter(({ code }) => code === undefined)).toEqual([]);
  });

  test('every code that SQL raises is registered, with the same status', () => {
    const strays = raised.filter(({ code, status }) => !isErrorCode(code) || errors[code].status !== status);
    expect(strays).toEqual([]);
  });

  test('every limit says how long to wait: in a header, and in the details, because supabase-js keeps no header', () => {
    const limits = sql.flatMap(({ file, text }) =>
      [...text.matchAll(/private\.(?:fail|answer_error)\s*\([^;]*?, 429,[^;]*/g)].map(([call]) => ({
        file,
        call,
      })),
    );
    expect(limits.length).toBeGreaterThan(5);
    const silent = limits.filter(
      ({ call }) =>
        !call.includes('Retry-After') || !call.includes('window_seconds') || !call.includes('limit'),
    );
    expect(silent.map(({ file }) => file)).toEqual([]);
  });

  test('every registered code is raised by SQL, thrown by a function or made by the normaliser', () => {
    expect(Object.keys(errors).filter((code) => !quoted.has(code))).toEqual([]);
  });

  test('every message is a sentence for people', () => {
    for (const { message } of Object.values(errors)) expect(message).toMatch(/^[A-Z].{8,}\.$/);
  });
});

describe('LearnFlowError', () => {
  test('is the body of the contract when written as JSON', () => {
    const error = new LearnFlowError('ORDER_NOT_FOUND', { details: { order_id: 'x' } });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      error: {
        code: 'ORDER_NOT_FOUND',
        message: 'This order does not exist.',
        status: 404,
        details: { order_id: 'x' },
      },
    });
  });

  test('is an error that can be thrown and told apart', () => {
    const error: unknown = new LearnFlowError('CONFLICT', { message: 'Twice.' });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'LearnFlowError', message: 'Twice.', code: 'CONFLICT', status: 409 });
  });
});
