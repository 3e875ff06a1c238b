import { examineConfig } from './config.ts';
import { examineDatabase } from './database.ts';
import type { Finding } from './finding.ts';
import { examineFunctions } from './functions.ts';
import { examineKeys } from './keys.ts';
import { examineStripe } from './stripe.ts';
import type { Target } from './target.ts';

export interface Chapter {
  title: string;
  findings: Finding[];
}

/** Looks at everything. `deep` also compares the database with one that the migrations have just made. */
export async function examine(target: Target, options: { deep: boolean }): Promise<Chapter[]> {
  return [
    { title: 'Keys and secrets', findings: examineKeys(target) },
    { title: 'Settings', findings: await examineConfig(target) },
    { title: 'Database', findings: await examineDatabase(target, options) },
    { title: 'Edge functions', findings: await examineFunctions(target) },
    { title: 'Stripe', findings: await examineStripe(target) },
  ];
}
