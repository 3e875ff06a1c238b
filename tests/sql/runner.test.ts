import postgres from 'postgres';
import { afterAll, expect, inject, test } from 'vitest';
import { runPgtap } from '../support/pgtap.ts';

// The runner itself is under test: these files that prove nothing, skip or postpone are what it must see through.
const sql = postgres(inject('toolDatabase'), { max: 1, onnotice: () => {} });
afterAll(() => sql.end());

async function run(body: string): Promise<{ assertions: number; failures: string }> {
  const { assertions, failures } = await runPgtap(sql, `begin;\n${body}\nrollback;`);
  return { assertions, failures: failures.join('\n') };
}

test('a file whose assertions hold passes', async () => {
  const result = await run(`
    select plan(2);
    select ok(true, 'first'); -- true on purpose: the runner has to count it
    select tests.sign_up('bob');
    select is(tests.user_id('bob') is null, false, 'second');
    select * from finish();`);
  expect(result).toEqual({ assertions: 2, failures: '' });
});

test('a false assertion fails with its description and what pgTAP says about it', async () => {
  const { failures } = await run(`
    select plan(2);
    select ok(true, 'true'); -- true on purpose: the runner must not name it
    select is(1, 2, 'one is two');
    select * from finish();`);
  expect(failures).toContain('2 one is two');
  expect(failures).toContain('have: 1');
});

test('fewer or more assertions than planned fail', async () => {
  // True on purpose: only their number is wrong.
  const few = await run("select plan(2); select ok(true, 'one'); select * from finish();");
  const many = await run(
    "select plan(1); select ok(true, 'one'); select ok(true, 'two'); select * from finish();",
  );
  expect(few.failures).not.toBe('');
  expect(many.failures).not.toBe('');
});

test('an SQL error fails and names its line', async () => {
  const { failures } = await run(`
    select plan(1);

    select ok(missing_column, 'never') from auth.users;`);
  expect(failures).toContain('SQL error 42703 in the statement at line 5');
});

test('a file without a plan or without assertions fails', async () => {
  expect((await run("select 'hello';")).failures).toContain('no assertion ran');
  expect((await run('select plan(0);')).failures).toContain('no assertion ran');
});

test('a skipped or postponed assertion fails', async () => {
  // Skipped and postponed on purpose: the runner has to refuse them.
  const skipped = await run("select plan(1); select skip('later', 1); select * from finish();");
  const postponed = await run(`
    select plan(1); select todo('later', 1); select ok(false, 'one'); select * from finish();`);
  expect(skipped.failures).toContain('skipped');
  expect(postponed.failures).toContain('left to do');
});

test('nothing of a file is left for the next one', async () => {
  await runPgtap(
    sql,
    "begin; select plan(1); select tests.sign_up('eve'); select tests.act_as('eve'); select ok(true, 'x');",
  );
  const { failures } = await run(`
    select plan(2);
    select is(current_user::text, 'postgres', 'nobody acts');
    select is_empty($$select from auth.users where email = tests.email_of('eve')$$, 'Eve is gone');
    select * from finish();`);
  expect(failures).toBe('');
});

test('raises wants the whole shape of the error contract', async () => {
  const { failures } = await run(`
    select plan(3);
    select tests.raises($$select 1$$, 'CART_EMPTY', 'raises nothing');
    select tests.raises($$select private.fail('CART_EMPTY', 422, 'x')$$, 'ALREADY_ENROLLED', 'raises another code');
    select tests.raises(
      $$do 'begin raise sqlstate ''PGRST'' using message = ''{"code": "CART_EMPTY"}'', detail = ''{}''; end'$$,
      'CART_EMPTY', 'raises half an error'
    );
    select * from finish();`);
  expect(failures).toContain('it raised nothing');
  expect(failures).toContain('expected ALREADY_ENROLLED, got CART_EMPTY');
  expect(failures).toContain('malformed');
});
