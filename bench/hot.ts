import { figure } from './figures.ts';
import { run, warmUp } from './load/run.ts';
import { asApi, median, readRequests, Requests, type Stage } from './measure.ts';
import { hotWrites } from './operations/hot.ts';

// Tables whose rows are counters or progress: their updates should never touch an index.
const counterTables = ['course_stats', 'profile_stats', 'enrollments', 'lesson_progress', 'learning_days'];

/** The same write on one course and on all of them, in turn, at concurrency 32. */
export async function hotCourse(
  stage: Stage,
  scale: string,
  rounds: number,
  milliseconds: number,
): Promise<void> {
  for (const { name, statement, prepare, hot, spread } of hotWrites) {
    if (prepare)
      await stage.sql
        .unsafe(`set session_replication_role = replica; ${prepare}; set session_replication_role = origin`)
        .simple();
    await stage.api.prepare(`hot_${name}`, statement);
    const make = asApi('authenticated', `hot_${name}`, true);
    const next = {
      hot: new Requests(await readRequests(stage.sql, hot, 100_000), false).side(make),
      spread: new Requests(await readRequests(stage.sql, spread, 100_000), false).side(make),
    };
    await warmUp(stage.api, 8, next.spread);
    const shares: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const alone = await run(stage.api, 32, milliseconds, next.spread);
      const [one, prices] = await Promise.all([
        run(stage.api, 32, milliseconds, next.hot),
        name === 'review' ? changePrices(stage, milliseconds) : { changed: 0, undone: 0 },
      ]);
      shares.push(one.perSecond / alone.perSecond);
      for (const [text, times] of [...one.errors, ...alone.errors])
        console.log(`  ${name}: ${times} × ${text}`);
      if (prices.changed > 0) figure(`${scale}.price_changes_undone.${round + 1}`, prices.undone, 0);
    }
    figure(`${scale}.hot_${name}.share_of_spread`, median(shares), 0.7, 'least');
  }
}

/** Meanwhile the owner changes the price again and again: whatever else is written, each change has to stay. */
async function changePrices(
  stage: Stage,
  milliseconds: number,
): Promise<{ changed: number; undone: number }> {
  const until = performance.now() + milliseconds;
  let [changed, undone, price] = [0, 0, 0];
  while (performance.now() < until) {
    const [found] = await stage.sql`select price_cents from public.courses where id = bench.id('course', 0)`;
    if (changed > 0 && found!['price_cents'] !== price) undone += 1;
    price = 1000 + (changed % 90) * 100;
    await stage.sql`update public.courses set price_cents = ${price} where id = bench.id('course', 0)`;
    changed += 1;
  }
  return { changed, undone };
}

export type Updates = Map<string, { updates: number; hot: number }>;

export async function readUpdates(stage: Stage): Promise<Updates> {
  // What the sessions have counted is handed in when they are idle for a moment.
  await stage.sql`select pg_stat_force_next_flush(), pg_stat_clear_snapshot()`;
  const rows = await stage.sql<{ relname: string; n_tup_upd: string; n_tup_hot_upd: string }[]>`
    select relname, n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relname = any (${counterTables}) and schemaname = 'public'`;
  return new Map(
    rows.map((row) => [row.relname, { updates: Number(row.n_tup_upd), hot: Number(row.n_tup_hot_upd) }]),
  );
}

/** How many of the updates since then stayed on their page and left the indexes alone. */
export async function hotShare(stage: Stage, scale: string, before: Updates): Promise<void> {
  const after = await readUpdates(stage);
  for (const table of counterTables) {
    const updates = after.get(table)!.updates - (before.get(table)?.updates ?? 0);
    const hot = after.get(table)!.hot - (before.get(table)?.hot ?? 0);
    if (updates > 0)
      figure(`${scale}.hot_updates.${table}`, Math.floor((hot / updates) * 1000) / 1000, 0.95, 'least');
  }
}
