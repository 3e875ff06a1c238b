import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The columns of the matrix, in its order. The letter is how the matrix names the person as a fixture. */
export const actors = [
  'anon',
  'student',
  'student_other',
  'student_enrolled',
  'student_refunded',
  'instructor_owner',
  'instructor_other',
  'co_instructor',
  'moderator',
  'admin',
  'deactivated',
  'service_role',
] as const;
export type Actor = (typeof actors)[number];

/** One line of the matrix: one thing that is tried, and what each actor is answered. */
export interface Row {
  line: number;
  resource: string;
  operation: string;
  attempt: string;
  expected: Record<Actor, string>;
  note: string;
}

export const matrixFile = join(import.meta.dirname, 'authz-matrix.csv');

export function readMatrix(text = readFileSync(matrixFile, 'utf8')): Row[] {
  const [header, ...records] = parseCsv(text);
  const expectedHeader = ['resource', 'operation', 'attempt', ...actors, 'note'];
  if (header?.join() !== expectedHeader.join())
    throw new Error(`The matrix must begin with ${expectedHeader}`);
  return records.map((fields, index) => {
    const line = index + 2;
    if (fields.length !== expectedHeader.length)
      throw new Error(`Line ${line} has ${fields.length} fields instead of ${expectedHeader.length}`);
    const [resource = '', operation = '', attempt = '', ...rest] = fields;
    const expected = Object.fromEntries(actors.map((actor, at) => [actor, rest[at]!])) as Row['expected'];
    for (const actor of actors)
      if (expected[actor] === '') throw new Error(`Line ${line} has no answer for ${actor}`);
    return { line, resource, operation, attempt, expected, note: rest.at(-1)! };
  });
}

/** Fields may stand in quotation marks, and a doubled one is one; a field holds no line break. */
function parseCsv(text: string): string[][] {
  const field = /(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/y;
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const fields: string[] = [];
      field.lastIndex = 0;
      for (;;) {
        const match = field.exec(line);
        if (!match) throw new Error(`Not a line of CSV: ${line}`);
        fields.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
        if (match[3] === '') return fields;
      }
    });
}

/** What stands for @name in an attempt. */
export type Fixtures = ReadonlyMap<string, unknown>;

export interface Attempt {
  /** Columns to read, of a select or a list. */
  columns: string[];
  /** What to write, or the arguments of a call. */
  values: Record<string, unknown>;
  where: Record<string, unknown>;
}

/**
 * Reads `title status where id=@C_pub`, `title=Changed; position=2 where id=@Lesson` or `course_id=@C_pub`.
 * A value is a fixture, JSON, or else a text.
 */
export function parseAttempt(text: string, fixtures: Fixtures): Attempt {
  const [what = '', where = ''] = text.split(/(?:^|\s)where\s/);
  const pairs = (part: string, separator: string) =>
    Object.fromEntries(
      part
        .split(separator)
        .filter((pair) => pair.includes('='))
        .map((pair) => {
          const at = pair.indexOf('=');
          return [pair.slice(0, at).trim(), readValue(pair.slice(at + 1).trim(), fixtures)];
        }),
    );
  return {
    columns: what.includes('=') ? [] : what.split(' ').filter(Boolean),
    values: pairs(what, '; '),
    where: pairs(where, ' and '),
  };
}

function readValue(text: string, fixtures: Fixtures): unknown {
  const resolved = text.replace(/@([A-Z][\w-]*)/g, (_match, name: string) => {
    if (!fixtures.has(name)) throw new Error(`There is no fixture called ${name}`);
    const value = fixtures.get(name);
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
  if (!/^([[{"]|-?\d+(\.\d+)?$|true$|false$|null$)/.test(resolved)) return resolved;
  try {
    return JSON.parse(resolved);
  } catch {
    return resolved;
  }
}
