import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { projectRoot } from '../settings.ts';

/** Where things are written down, found in the sources themselves. Paths begin at the root of the project. */

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');

const list = (pattern: string): string[] =>
  globSync(pattern, { cwd: projectRoot })
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted();

/** File of each function, table and view of schema public. */
export function readSqlSources(): Map<string, string> {
  const files = new Map<string, string>();
  for (const file of list('sql/**/*.sql'))
    for (const [, name] of read(file).matchAll(/^create (?:function|table|view) public\.(\w+)/gm))
      files.set(name!, file);
  return files;
}

/** Codes that each file of sql/ raises by itself. */
export function readRaisedCodes(): Map<string, string[]> {
  const raised = new Map<string, string[]>();
  for (const file of list('sql/**/*.sql')) {
    const codes = [...read(file).matchAll(/private\.(?:fail|answer_error)\s*\(\s*'(\w+)'/g)].map(
      ([, code]) => code!,
    );
    if (codes.length > 0) raised.set(file, [...new Set(codes)].toSorted());
  }
  return raised;
}

/** Codes that stand for what the platform itself answers. */
export const readNormalisedCodes = (): Set<string> => {
  const text = read('types/error-origins.ts') + read('types/normalize-error.ts');
  return new Set([...text.matchAll(/'([A-Z][A-Z_]+)'/g)].map(([, code]) => code!));
};

/** For each function of the database and each edge function: the methods of the client that call it. */
export function readClientMethods(): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const file of list('client/services/*.ts')) {
    const text = read(file);
    const service = /export const create(\w+)/.exec(text)?.[1];
    if (!service) continue;
    const instance = service[0]!.toLowerCase() + service.slice(1);
    let method = '';
    // Types before the service name functions too, but call none.
    for (const line of text.slice(text.indexOf('export const create')).split('\n')) {
      method = /^ {2}(?:async )?(\w+)(?:\(|: )/.exec(line)?.[1] ?? method;
      for (const [, name] of line.matchAll(/'([a-z][a-z_-]+)'/g)) {
        const known = methods.get(name!) ?? [];
        const call = `${instance}.${method}`;
        if (!known.includes(call)) methods.set(name!, [...known, call]);
      }
    }
  }
  return methods;
}

export interface EdgeSource {
  /** The first line of index.ts: who asks how, and what is answered. */
  summary: string;
  caller: 'person' | 'operator' | 'program' | 'anybody';
  method: 'GET' | 'POST' | 'GET or POST';
  /** Codes that it answers with by itself, as it and what lets its callers in say. */
  codes: string[];
  /** Functions of the database that it calls. */
  calls: string[];
}

const wrappers = { userEndpoint: 'person', workerEndpoint: 'operator', signedEndpoint: 'program' } as const;

/** The codes that a file of functions/ says it answers with. */
const saidCodes = (path: string): string[] =>
  [
    ...(/\bErrors\b[^:\n]*: (.*)/.exec(read(path))?.[1] ?? '').matchAll(/\b([A-Z]+(?:_[A-Z]+)*) \d{3}\b/g),
  ].map(([, code]) => code!);

/** What every edge function can answer. */
export const readEndpointCodes = (): string[] => saidCodes('functions/_shared/endpoint.ts').toSorted();

export function readEdgeSource(name: string): EdgeSource {
  const index = read(`functions/${name}/index.ts`);
  const wrapper = (Object.keys(wrappers) as (keyof typeof wrappers)[]).find((key) =>
    index.includes(`${key}({`),
  );
  const texts = [...modulesOf(`functions/${name}/index.ts`).values()];
  const found = (pattern: RegExp) =>
    [
      ...new Set(
        texts.flatMap((text) => [...text.matchAll(pattern)].flatMap((match) => match[1] ?? match[2]!)),
      ),
    ].toSorted();
  return {
    summary: /^\/\/ (.*)/.exec(index)![1]!,
    caller: wrapper ? wrappers[wrapper] : 'anybody',
    method: methodOf(index),
    codes: [
      ...(wrapper ? saidCodes(`functions/_shared/${wrapper.replace('Endpoint', '-endpoint')}.ts`) : []),
      ...saidCodes(`functions/${name}/index.ts`),
    ].toSorted(),
    calls: found(/\bcall\('(\w+)'/g),
  };
}

function methodOf(index: string): EdgeSource['method'] {
  if (index.includes("method: ['GET', 'POST']")) return 'GET or POST';
  return index.includes("method: 'GET'") ? 'GET' : 'POST';
}

/** A module of functions/ and what it imports from there. */
function modulesOf(path: string, seen = new Map<string, string>()): Map<string, string> {
  if (seen.has(path)) return seen;
  const text = read(path);
  seen.set(path, text);
  for (const [, specifier] of text.matchAll(/^(?:import|export) (?!type)[^;]*? from '(\.[^']+)'/gm)) {
    const target = normalize(join(dirname(path), specifier!)).replaceAll('\\', '/');
    if (target.startsWith('functions/')) modulesOf(target, seen);
  }
  return seen;
}
