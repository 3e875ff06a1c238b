// npm run db:advisors: what Supabase's security and performance advisors say about what sql/ makes.
import { loadSql } from './load-sql.ts';
import { withScratch } from './scratch.ts';
import { supabaseCli } from './supabase-cli.ts';

export type AdvisorLevel = 'info' | 'warn' | 'error';

export interface Advice {
  name: string;
  level: string;
  detail: string;
}

/** The findings of the advisors at a level or above. */
export async function advise(databaseUrl: string, level: AdvisorLevel): Promise<Advice[]> {
  const output = ['--level', level, '--fail-on', 'none', '--output-format', 'json'];
  const answer = await supabaseCli(['db', 'advisors', `--remote=${databaseUrl}`, ...output]);
  return (JSON.parse(answer) as { results: Advice[] }).results;
}

if (import.meta.main) {
  await withScratch(async (scratch) => {
    const url = await scratch.createDatabase('advisors');
    await loadSql(url);
    const advice = await advise(url, 'info');
    for (const { level, name, detail } of advice) console.log(`${level.toLowerCase()} ${name}: ${detail}`);
    const serious = advice.filter(({ level }) => level.toLowerCase() !== 'info');
    console.log(`${serious.length} warnings and errors, ${advice.length - serious.length} notes`);
    if (serious.length > 0) process.exitCode = 1;
  }).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
