import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { LearnFlow } from '../../client/create-learnflow.ts';
import { apiUrl, learnflowAnswering, session } from './support.ts';

const root = new URL('../../', import.meta.url);
const id = '00000000-0000-4000-8000-000000000002';

/** Arguments for the few methods that cannot work with an id in every place. */
const picture = new Blob(['a picture'], { type: 'image/png' });
const special: Record<string, unknown[]> = {
  'authService.logout': [],
  'authService.login': [{ email: 'bob@people.test', password: 'a password' }],
  'authService.register': [{ email: 'bob@people.test', password: 'a password' }],
  'courseService.getCourses': [{ search: 'pans' }],
  'certificateService.downloadCertificate': [{ file_path: 'folder/file.pdf' }],
  'searchService.search': [{ q: 'pans' }],
  'instructorService.uploadResource': [id, 'Slides', picture],
  'instructorService.uploadThumbnail': [id, picture],
  'instructorService.uploadVideo': [id, picture],
  'profileService.uploadAvatar': [picture],
};

interface Asked {
  /** Such as `search_courses`, `table notifications`, `function health`, `bucket avatars` or `Auth`. */
  what: string;
  method: string;
}

/** Calls a method over a backend that says yes to everything, and tells what it was asked. */
async function askedBy(service: string, method: string): Promise<Asked[]> {
  const asked: Asked[] = [];
  const learnflow = learnflowAnswering((request) => {
    asked.push({ what: nameOf(new URL(request.url).pathname), method: request.method });
    if (request.url.startsWith(`${apiUrl}/auth/`)) return Response.json(session);
    return Response.json(
      request.url.includes('/object/list/') ? [] : { profile_picture: null, avatar_path: 'folder/me.png' },
    );
  });
  const functions = learnflow[service as keyof LearnFlow] as unknown as Record<
    string,
    (...args: unknown[]) => unknown
  >;
  await functions[method]!(...(special[`${service}.${method}`] ?? [id, id, id]));
  // What it sets off and does not wait for.
  await new Promise((resolve) => setTimeout(resolve, 5));
  return asked;
}

function nameOf(path: string): string {
  const [api, , ...rest] = path.slice(1).split('/');
  switch (api) {
    case 'rest':
      return rest[0] === 'rpc' ? rest[1]! : `table ${rest[0]}`;
    case 'functions':
      return `function ${rest[0]}`;
    case 'storage':
      return `bucket ${rest[1] === 'list' ? rest[2] : rest[1]}`;
    default:
      return 'Auth';
  }
}

const methods = Object.entries(learnflowAnswering(() => Response.json({})))
  .filter(([name]) => name.endsWith('Service'))
  .flatMap(([service, functions]) => Object.keys(functions).map((method) => [service, method] as const));

/** The rows of the table in the README: method, what it asks, endpoint. */
const rows = Array.from(
  readFileSync(new URL('client/README.md', root), 'utf8').matchAll(
    /^\| `(\w+Service\.\w+)` *\| (.*?) *\| (.*?) *\|$/gm,
  ),
  ([, method, asks, endpoint]) => ({ method: method!, asks: asks!, endpoint: endpoint!.replaceAll('`', '') }),
);

/** Functions of the database that people may call, signed in or not. */
const open = globSync('sql/**/*.sql', { cwd: root.pathname }).flatMap((file) =>
  Array.from(
    readFileSync(new URL(file, root), 'utf8').matchAll(
      /^grant\s+execute\s+on\s+function\s+public\.(\w+)[^;]*\bto\s[^;]*\b(?:anon|authenticated)\b/gm,
    ),
    ([, name]) => name!,
  ),
);

/** Functions of the database that promise to change nothing, as sql/ says. */
const stable = new Set(
  globSync('sql/**/*.sql', { cwd: root.pathname }).flatMap((file) =>
    Array.from(
      readFileSync(new URL(file, root), 'utf8').matchAll(
        /create function public\.(\w+)\s*\((?:[^()]|\([^()]*\))*\)\s*returns[^;]*?\n(stable|immutable)\n/g,
      ),
      ([, name]) => name!,
    ),
  ),
);

/** What people may do with the tables themselves, as the grants of sql/ say: `insert course_outcomes`. */
const writes = new Set(
  globSync('sql/**/*.sql', { cwd: root.pathname }).flatMap((file) =>
    Array.from(
      readFileSync(new URL(file, root), 'utf8').matchAll(
        /^grant\s([^;]*?)\son\s+table\s+public\.(\w+)\s+to\s[^;]*\bauthenticated\b/gm,
      ),
      ([, rights, table]) =>
        ['insert', 'update', 'delete']
          .filter((right) => new RegExp(`\\b${right}\\b`).test(rights!.replaceAll(/\([^)]*\)/g, '')))
          .map((right) => `${right} ${table}`),
    ).flat(),
  ),
);

/** Writes that no service does, and why none is missed. */
const done: Readonly<Record<string, string>> = {
  'insert cart_items': 'add_to_cart asks first whether the course can be bought',
  'delete cart_items': 'remove_from_cart and clear_cart give the cart back',
  'insert wishlists': 'add_to_wishlist, which may be said twice',
  'delete wishlists': 'remove_from_wishlist, which may be said twice',
  'insert reviews': 'submit_review names what keeps somebody from it',
  'insert review_votes': 'vote_review_helpful gives the new count',
  'delete review_votes': 'vote_review_helpful gives the new count',
  'update profiles': 'update_profile changes both halves at once',
  'update profile_private': 'update_profile changes both halves at once',
  'delete lesson_contents': 'deleteLesson takes it along, and saveLessonContent empties it',
};

const rights: Readonly<Record<string, string>> = { POST: 'insert', PATCH: 'update', DELETE: 'delete' };

describe('the table of the README', () => {
  test('has every method, in this order, and no other', () => {
    expect(rows.map(({ method }) => method)).toEqual(
      methods.map(([service, method]) => `${service}.${method}`),
    );
  });

  test('leaves out no function that people may call', () => {
    const asked = new Set(rows.flatMap(({ asks }) => asks.replaceAll('`', '').split(', ')));
    expect(open.length).toBeGreaterThan(60);
    expect(open.filter((name) => !asked.has(name))).toEqual([]);
  });

  test('leaves out no write that people may do to a table, unless something does it better', async () => {
    const asked = await Promise.all(methods.map(([service, method]) => askedBy(service, method)));
    const reached = new Set(
      asked
        .flat()
        .filter(({ what, method }) => what.startsWith('table ') && method in rights)
        .map(({ what, method }) => what.replace('table', rights[method]!)),
    );
    expect(writes.size).toBeGreaterThan(40);
    expect([...writes].filter((write) => !reached.has(write)).toSorted()).toEqual(
      Object.keys(done).toSorted(),
    );
  });

  test.each(methods)(
    'tells what %s.%s asks, and it reads by GET what only reads',
    async (service, method) => {
      const asked = await askedBy(service, method);
      const row = rows.find((one) => one.method === `${service}.${method}`);
      expect(Array.from(new Set(asked.map(({ what }) => `\`${what}\``))).join(', ')).toBe(row?.asks);

      const functions = asked.filter(({ what }) => !/^(table|bucket|function) |^Auth$/.test(what));
      for (const { what, method } of functions) expect(method).toBe(stable.has(what) ? 'GET' : 'POST');
    },
  );

  test('serves every endpoint of the requirements', () => {
    const goldens = globSync('tests/golden/*.json', { cwd: root.pathname })
      .map((file) => JSON.parse(readFileSync(new URL(file, root), 'utf8')))
      .filter(({ method }) => method !== null)
      .map(({ endpoint, method }) => ({ endpoint, method }));
    expect(goldens).toHaveLength(32);
    expect(rows.map(({ endpoint, method }) => ({ endpoint, method }))).toEqual(
      expect.arrayContaining(goldens),
    );
  });
});
