import { existsSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { parse } from 'smol-toml';
import { projectRoot } from '../settings.ts';
import { readCsv } from './csv.ts';
import { prose, row, table } from './markdown.ts';

/** What the requirements name, and where it is. References stand on lines of their own. */
export interface Requirement {
  id: string;
  what: string;
  /** `path`, or `path > text in it`; in .toml and .json a key, with dots. */
  served_by: string;
  /** `path of a test`, or `path > name of the test`. */
  proved_by: string;
  note: string;
}

export const requirementsFile = join(projectRoot, 'tests', 'requirements.csv');
export const requirementsPage = join(projectRoot, 'docs', 'requirements.md');

interface Section {
  title: string;
  letter: string;
  last: number;
}

const sections: readonly Section[] = [
  { title: 'Endpoints', letter: 'E', last: 33 },
  { title: 'Implied, without an endpoint', letter: 'M', last: 18 },
  { title: 'Models and fields', letter: 'D', last: 19 },
  { title: 'Systems and numbers', letter: 'N', last: 24 },
];

const number = (value: number): string => String(value).padStart(2, '0');

/** Every id that must have its line; E06a is the card of E06. */
export const requiredIds: readonly string[] = sections.flatMap(({ letter, last }) =>
  Array.from({ length: last }, (_, index) => `${letter}${number(index + 1)}`).flatMap((id) =>
    id === 'E06' ? [id, 'E06a'] : [id],
  ),
);

export async function readRequirements(): Promise<Requirement[]> {
  return readCsv(await readFile(requirementsFile, 'utf8')) as unknown as Requirement[];
}

export const references = (cell: string): string[] => cell.split('\n').filter(Boolean);

/** Why a reference leads nowhere; undefined when it does not. */
export function brokenReference(reference: string): string | undefined {
  const [path, ...rest] = reference.split(' > ');
  const inside = rest.join(' > ');
  const full = join(projectRoot, path!);
  if (!existsSync(full)) return `${path} does not exist`;
  if (!inside) return undefined;
  if (!statSync(full).isFile()) return `${path} is no file`;
  const text = readFileSync(full, 'utf8');
  if (path!.endsWith('.toml') || path!.endsWith('.json')) {
    const content: unknown = path!.endsWith('.toml') ? parse(text) : JSON.parse(text);
    return hasKey(content, inside) ? undefined : `${path} has no key ${inside}`;
  }
  const isTest = /\.test\.(ts|sql)$/.test(path!);
  const found = isTest ? quoted(inside).some((name) => text.includes(name)) : text.includes(inside);
  return found ? undefined : `${path} does not say ${inside}`;
}

/** The name of a test as TypeScript or SQL writes it. */
const quoted = (name: string): string[] => [
  `'${name.replaceAll("'", "''")}'`,
  `'${name.replaceAll("'", String.raw`\'`)}'`,
  `"${name}"`,
];

function hasKey(content: unknown, key: string): boolean {
  let value = content;
  for (const part of key.split('.')) value = (value as Record<string, unknown> | undefined)?.[part];
  return value !== undefined;
}

/** docs/requirements.md, from tests/requirements.csv. */
export async function generateRequirements(): Promise<string> {
  const requirements = await readRequirements();
  const page = [
    '<!-- Made by `npm run docs` from tests/requirements.csv. A test fails when it is stale. -->',
    '# What the requirements name',
    `Each line of the requirements, what serves it and the test that proves it. A test fails when a line is missing or names something that does not exist. ${requirements.length} lines; ${whatIsOpen(requirements)}.`,
    ...sections.map(
      ({ title, letter }) => `## ${title}\n\n${rows(requirements.filter(({ id }) => id.startsWith(letter)))}`,
    ),
  ].join('\n\n');
  return format(page, { ...(await resolveConfig(requirementsPage)), filepath: requirementsPage });
}

/** Which lines say that something is not there yet. */
export function whatIsOpen(requirements: readonly Pick<Requirement, 'id' | 'note'>[]): string {
  const open = requirements.filter(({ note }) => /not yet:/i.test(note)).map(({ id }) => id);
  if (open.length === 0) return 'none of them says that something is not there yet';
  return `something is not there yet in ${open.join(', ')}`;
}

const rows = (requirements: readonly Requirement[]): string =>
  table(
    ['', 'What', 'Served by', 'Proved by', 'How it was settled'],
    requirements.map(({ id, what, served_by, proved_by, note }) =>
      row(id, prose(what), list(served_by), list(proved_by), prose(note)),
    ),
  );

const list = (cell: string): string =>
  references(cell)
    .map((reference) => {
      const [path, ...rest] = reference.split(' > ');
      const link = `[${shortName(path!)}](../${path})`;
      return rest.length > 0 ? `${link}: ${prose(rest.join(' > '))}` : link;
    })
    .join('<br>');

/** The last part of a path, and the folder where that part says nothing. */
const shortName = (path: string): string =>
  path
    .split('/')
    .slice(/(?:handler|index)\.ts$|README\.md$/.test(path) ? -2 : -1)
    .join('/');
