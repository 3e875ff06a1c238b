import type { Sql } from 'postgres';

/** One line of the list: an account, known by its id alone, and when it was erased. */
export interface Erasure {
  user_id: string;
  erased_at: string;
}

const line = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (\d{4}-\d\d-\d\dT[\d:.]+Z)$/;

/** Everybody who was ever erased here, oldest first. The list names nobody: an id, and a time. */
export async function readErasures(sql: Sql): Promise<Erasure[]> {
  return sql<Erasure[]>`
    select user_id, to_char(erased_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as erased_at
    from private.erasures order by erased_at, user_id`;
}

export const writeList = (erasures: readonly Erasure[]): string =>
  erasures.map(({ user_id, erased_at }) => `${user_id} ${erased_at}\n`).join('');

/** Several lists may stand one after the other. A line that is none is refused: half a list erases half the people. */
export function readList(text: string): Erasure[] {
  return text
    .split(/\r?\n/)
    .filter((entry) => entry.trim() !== '')
    .map((entry, index) => {
      const [, user_id, erased_at] = line.exec(entry.trim()) ?? [];
      if (!user_id || !erased_at) throw new Error(`Entry ${index + 1} of the list is no "id time".`);
      return { user_id, erased_at };
    });
}

/**
 * Erases again whom an older backup brought back; each person in a transaction of his own, so that what is done stays
 * done. Whoever is still erased is erased once more, which changes nothing. Answers whom the backup had brought back.
 */
export async function eraseAgain(sql: Sql, erasures: readonly Erasure[]): Promise<string[]> {
  const back: string[] = [];
  for (const { user_id, erased_at } of erasures) {
    const isBack = await sql.begin(async (transaction) => {
      const added = await transaction`
        insert into private.erasures (user_id, erased_at) values (${user_id}, ${erased_at}::text::timestamptz)
        on conflict (user_id) do nothing returning user_id`;
      await transaction`
        select private.close_order(o.id, 'canceled') from public.orders o
        where o.user_id = ${user_id} and o.state in ('pending', 'failed')`;
      await transaction`select private.erase_user(${user_id})`;
      const known = await transaction`select from public.profiles where id = ${user_id}`;
      return added.length > 0 && known.length > 0;
    });
    if (isBack) back.push(user_id);
  }
  return back;
}
