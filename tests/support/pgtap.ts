import { type FinalResults, Parser } from 'tap-parser';
import postgres, { type ReservedSql, type Sql } from 'postgres';
import { readStatements } from '../../local/schema/statements.ts';

/** What one pgTAP file had to say. */
export interface PgtapResult {
  assertions: number;
  /** One text a failure; empty means that the file passed. */
  failures: string[];
}

/**
 * Runs one pgTAP file statement by statement on a connection of its own and reads the TAP that comes back.
 * No plan, another number of assertions than planned, an SQL error, a skipped test and a file without assertions fail.
 */
export async function runPgtap(sql: Sql, text: string): Promise<PgtapResult> {
  const connection = await sql.reserve();
  try {
    const { lines, error } = await execute(connection, text);
    const results = parseTap(lines);
    const failures = [...(error ? [error] : []), ...failuresOf(results, lines)];
    return { assertions: results.count, failures };
  } finally {
    // Whatever the file left open must not reach the next one.
    await connection`rollback`;
    await connection`discard all`;
    connection.release();
  }
}

async function execute(connection: ReservedSql, text: string): Promise<{ lines: string[]; error?: string }> {
  const lines: string[] = [];
  for (const statement of await readStatements(text)) {
    try {
      const rows = await connection.unsafe(statement.text).values();
      for (const [value] of rows) if (typeof value === 'string') lines.push(...value.split('\n'));
    } catch (error) {
      if (!(error instanceof postgres.PostgresError)) throw error;
      const parts = [`SQL error ${error.code} in the statement at line ${statement.line}: ${error.message}`];
      if (error.detail) parts.push(error.detail);
      if (error.where) parts.push(error.where);
      return { lines, error: parts.join('\n') };
    }
  }
  return { lines };
}

function parseTap(lines: readonly string[]): FinalResults {
  const parser = new Parser();
  // Only TAP: a test may select other things on the way.
  parser.end(lines.filter((line) => /^(not ok|ok|1\.\.\d+|Bail out!|#)/.test(line)).join('\n') + '\n');
  return parser.results!;
}

function failuresOf(results: FinalResults, lines: readonly string[]): string[] {
  const failures = results.failures.map((failure) => {
    if ('tapError' in failure && failure.tapError) return String(failure.tapError);
    const { id, name } = failure as { id: number; name: string };
    return [`${id} ${name}`, ...diagnosticsOf(id, lines)].join('\n');
  });
  // What proves nothing, is skipped or is postponed is no proof.
  if (results.count === 0) failures.push('no assertion ran');
  if (results.skip > 0) failures.push(`${results.skip} assertions are skipped`);
  if (results.todo > 0) failures.push(`${results.todo} assertions are left to do`);
  if (!results.ok && failures.length === 0) failures.push('the TAP output is not valid');
  return failures;
}

/** The lines that pgTAP wrote below a failed assertion. */
function diagnosticsOf(id: number, lines: readonly string[]): string[] {
  const start = lines.findIndex((line) => line.startsWith(`not ok ${id} `));
  const below = lines.slice(start + 1);
  const end = below.findIndex((line) => !line.startsWith('#'));
  return start < 0 ? [] : below.slice(1, end < 0 ? undefined : end);
}
