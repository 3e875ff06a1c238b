import { randomUUID } from 'node:crypto';
import postgres, { type Sql } from 'postgres';
import { inject } from 'vitest';
import { createLearnFlowClient, type LearnFlowClient } from '../../client/create-client.ts';

/** Somebody with an account, seeing the stack through supabase-js and the publishable key. */
export interface Person {
  name: string;
  id: string;
  email: string;
  /** Known to nobody else, and worth nothing outside the stack of the tests. */
  password: string;
  client: LearnFlowClient;
}

export type Role = 'instructor' | 'moderator' | 'admin';

/** A client of somebody who has not signed in. */
export function anonymous(): LearnFlowClient {
  const { api_url, publishable_key } = inject('stack');
  return createLearnFlowClient(api_url, publishable_key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  });
}

/** Signs up through the API. Each call makes a new account, so that files can run side by side. */
export async function signUp(name: string, role?: Role): Promise<Person> {
  const client = anonymous();
  const email = `${name.toLowerCase()}.${randomUUID().slice(0, 8)}@people.test`;
  const password = `${randomUUID()}-Aa1!`;
  const { data, error } = await client.auth.signUp({
    email,
    password,
    options: { data: { first_name: name, last_name: 'Tester' } },
  });
  if (error || !data.session || !data.user) throw new Error(`${name} could not sign up`, { cause: error });
  const person: Person = { name, id: data.user.id, email, password, client };
  if (role) await giveRole(person, role);
  return person;
}

/** The cast of the tests: Ada teaches, Bob buys, Eve is a stranger, Ruth administers. */
export async function cast(): Promise<Record<'ada' | 'bob' | 'eve' | 'ruth', Person>> {
  const [ada, bob, eve, ruth] = await Promise.all([
    signUp('Ada', 'instructor'),
    signUp('Bob'),
    signUp('Eve'),
    signUp('Ruth', 'admin'),
  ]);
  return { ada, bob, eve, ruth };
}

/** As `npm run make-admin` does: by the owner of the database, because only admins give roles through the API. */
export async function giveRole(person: Person, role: Role): Promise<void> {
  await asOwner(
    (sql) => sql`
      insert into public.user_roles (user_id, role) values (${person.id}, ${role}) on conflict do nothing`,
  );
}

/** Does something as the owner of the database: for preparing and for reading back, never for what people do. */
export async function asOwner<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
  const sql = postgres(inject('stack').database_url, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}
