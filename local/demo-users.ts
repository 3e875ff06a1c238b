/** The cast: who can sign in to a seeded local stack. */
export interface DemoUser {
  name: string;
  role: string;
  email: string;
  password: string;
}

/** A local demo password, written by supabase/seeds/people.sql. It opens nothing but a stack on this machine. */
export const demoPassword = 'Learn-flow-2026!';

export const demoUsers: readonly DemoUser[] = [
  { name: 'Ada', role: 'teaches', email: 'ada@learnflow.test', password: demoPassword },
  { name: 'Bob', role: 'buys', email: 'bob@learnflow.test', password: demoPassword },
  { name: 'Eve', role: 'is a stranger', email: 'eve@learnflow.test', password: demoPassword },
  { name: 'Ruth', role: 'administers', email: 'ruth@learnflow.test', password: demoPassword },
];
