import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse } from 'smol-toml';

/** What the local stack reads from supabase/config.toml. */
export interface ProjectConfig {
  apiPort: number;
  /** Sections as written, with `env(NAME)` resolved. */
  api: Section;
  auth: Section;
  storage: Section;
  functions: FunctionConfig[];
  /** The files of [db.seed] that exist. */
  seeds: string[];
}

export interface FunctionConfig {
  name: string;
  entrypoint: string;
  verifyJwt: boolean;
}

export type Section = { [key: string]: unknown };

export async function readProjectConfig(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ProjectConfig> {
  const folder = resolve(root, 'supabase');
  const text = await readFile(resolve(folder, 'config.toml'), 'utf8');
  const document = resolveEnv(parse(text), env) as Section;
  const api = section(document, 'api');
  return {
    apiPort: typeof api['port'] === 'number' ? api['port'] : 54321,
    api,
    auth: withTemplatePaths(section(document, 'auth'), root),
    storage: section(document, 'storage'),
    functions: Object.entries(section(document, 'functions'))
      .map(([name, value]) => functionConfig(folder, name, value as Section))
      .filter((config) => config !== undefined),
    seeds: seedFiles(folder, section(section(document, 'db'), 'seed')),
  };
}

export function section(parent: Section, name: string): Section {
  const value = parent[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Section) : {};
}

/** The CLI finds the templates of Auth's mails from the folder above supabase/, wherever it was started. */
function withTemplatePaths(auth: Section, root: string): Section {
  const email = section(auth, 'email');
  const template = Object.entries(section(email, 'template')).map(([name, value]) => {
    const path = (value as Section)['content_path'];
    return [
      name,
      { ...(value as Section), ...(path !== undefined && { content_path: resolve(root, String(path)) }) },
    ];
  });
  return template.length === 0
    ? auth
    : { ...auth, email: { ...email, template: Object.fromEntries(template) } };
}

function seedFiles(folder: string, seed: Section): string[] {
  if (seed['enabled'] === false || !Array.isArray(seed['sql_paths'])) return [];
  return globSync(seed['sql_paths'].map(String), { cwd: folder }).map((path) => resolve(folder, path));
}

function functionConfig(folder: string, name: string, config: Section): FunctionConfig | undefined {
  if (config['enabled'] === false) return undefined;
  const entrypoint = config['entrypoint'];
  return {
    name,
    entrypoint: resolve(folder, typeof entrypoint === 'string' ? entrypoint : `functions/${name}/index.ts`),
    // The platform's default: a function that says nothing wants a signed-in caller.
    verifyJwt: config['verify_jwt'] !== false,
  };
}

function resolveEnv(value: unknown, env: Readonly<Record<string, string | undefined>>): unknown {
  if (typeof value === 'string') {
    const name = /^env\((\w+)\)$/.exec(value)?.[1];
    return name === undefined ? value : (env[name] ?? '');
  }
  if (Array.isArray(value)) return value.map((item) => resolveEnv(item, env));
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveEnv(item, env)]));
  }
  return value;
}
