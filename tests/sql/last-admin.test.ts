import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

// Two admins at the same moment, which one session cannot play.

const [first] = inject('sqlDatabases');
const name = 'last_admin';
const admin = postgres(first!, { max: 1, onnotice: () => {} });
const sql = postgres(new URL(`/${name}${new URL(first!).search}`, first).href, {
  max: 3,
  onnotice: () => {},
});

beforeAll(async () => {
  await admin.unsafe(`create database ${name} template template_of_tests`);
  await sql`select tests.make_admin('ruth'), tests.make_admin('rita')`;
});

afterAll(async () => {
  await sql.end();
  await admin.unsafe(`drop database ${name}`);
  await admin.end();
});

test.each([
  ['take each other’s role', (other: string) => `set_user_role(tests.user_id('${other}'), 'admin', false)`],
  ['close each other’s account', (other: string) => `deactivate_user(tests.user_id('${other}'))`],
  ['leave', (_: string, me: string) => `delete_my_account(tests.email_of('${me}'))`],
])('the two who are left %s: one of them stays', async (_, call) => {
  // Both have been let in before either has done it.
  const together = async (
    me: string,
    other: string,
    mine: PromiseWithResolvers<void>,
    theirs: Promise<void>,
  ) =>
    sql.begin(async (tx) => {
      await tx`select tests.act_as(${me})`;
      mine.resolve();
      await theirs;
      await tx.unsafe(`select public.${call(other, me)}`);
    });
  const ready = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  const outcomes = await Promise.allSettled([
    together('ruth', 'rita', ready[0], ready[1].promise),
    together('rita', 'ruth', ready[1], ready[0].promise),
  ]);
  const refusals = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
  expect(refusals).toHaveLength(1);
  const [left] = await sql`
    select count(*)::int as admins from public.user_roles r join public.profiles p on p.id = r.user_id
    where r.role = 'admin' and p.is_active`;
  expect(left).toEqual({ admins: 1 });

  // As before, for the next pair.
  await sql`update public.profiles set is_active = true where not is_active`;
  await sql`select tests.make_admin('ruth'), tests.make_admin('rita')`;
});
