import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type Clients, fingerprintOf, listOf, makeWorld, tryCell } from './over-http.ts';
import { figure } from '../../bench/figures.ts';
import { type Actor, actors, type Fixtures, parseAttempt, readMatrix, type Row } from './matrix.ts';
import { keepCopy } from './restore.ts';
import { billingAddress } from '../support/billing.ts';
import { asOwner } from '../support/people.ts';

const matrix = readMatrix();
let fixtures: Fixtures;
let clients: Clients;
let tried = 0;
let surprised = 0;
let compared = 0;
/** Cells that were asked over HTTP, by line and actor. */
const asked = new Set<string>();
const nameOf = ({ row, actor }: Cell) => `line ${row.line}, ${actor}`;

beforeAll(async () => {
  ({ fixtures, clients } = await makeWorld());
}, 60_000);

interface Cell {
  row: Row;
  actor: Actor;
}

const cellsOf = (rows: readonly Row[], wanted: (expected: string, actor: Actor) => boolean): Cell[] =>
  rows.flatMap((row) =>
    actors.filter((actor) => wanted(row.expected[actor], actor)).map((actor) => ({ row, actor })),
  );

/** Tries cells a few at a time; returns those that are not answered as the matrix says. */
async function surprises(
  cells: readonly Cell[],
  attempt: (cell: Cell) => Promise<string>,
  expected = ({ row, actor }: Cell) => row.expected[actor],
): Promise<string[]> {
  const found: string[] = [];
  const left = [...cells];
  const worker = async (): Promise<void> => {
    for (let cell = left.shift(); cell; cell = left.shift()) {
      const outcome = await attempt(cell);
      tried += 1;
      asked.add(nameOf(cell));
      const { row, actor } = cell;
      if (outcome !== expected(cell))
        found.push(
          `line ${row.line}, ${actor}: ${row.operation} ${row.resource} ${row.attempt} should answer ${expected(cell)}, not ${outcome}`,
        );
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  surprised += found.length;
  return found;
}

const overApi = ({ row, actor }: Cell) => tryCell(row, clients[actor], fixtures);
/** Where nobody may, three kinds of caller are asked here; SQL asks all twelve. */
const isRepeated = (row: Row) => actors.every((actor) => row.expected[actor] === row.expected.anon);
const isTable = ({ resource }: Row) => !/[.:(]/.test(resource);

/** Functions that change nothing. */
async function readStable(): Promise<Set<string>> {
  const rows = await asOwner(
    (sql) => sql<{ name: string }[]>`
      select proname as name from pg_proc
      where pronamespace = 'public'::regnamespace and provolatile != 'v'`,
  );
  return new Set(rows.map(({ name }) => `${name}()`));
}

describe('The matrix through supabase-js', () => {
  test('everybody reads what the matrix says, and nothing else', async () => {
    const reads = matrix.filter((row) => isTable(row) && ['select', 'list'].includes(row.operation));
    expect(
      await surprises(
        cellsOf(reads, () => true),
        overApi,
      ),
    ).toEqual([]);
  }, 300_000);

  test('what must not be written is refused and unchanged', async () => {
    // Without a filter the platform refuses before anybody asks who may; SQL tries those.
    const writes = matrix.filter(
      (row) =>
        isTable(row) && ['insert', 'update', 'delete'].includes(row.operation) && row.attempt.includes('='),
    );
    const cells = [
      ...cellsOf(writes.filter(isRepeated), (_, actor) =>
        ['student', 'admin', 'service_role'].includes(actor),
      ),
      ...cellsOf(
        writes.filter((row) => !isRepeated(row)),
        (expected) => expected !== 'A',
      ),
    ];
    const rows = [...new Set(cells.map(({ row }) => row))];
    const before = await asOwner((sql) => fingerprintOf(sql, rows, fixtures));
    expect(await surprises(cells, overApi)).toEqual([]);
    expect(await asOwner((sql) => fingerprintOf(sql, rows, fixtures))).toEqual(before);
  }, 300_000);

  test('functions refuse whom the matrix refuses, and answer who may ask', async () => {
    const reads = await readStable();
    const calls = matrix.filter(({ operation }) => operation === 'call');
    // What would change the world is done last, and put back.
    const cells = calls.flatMap((row) =>
      cellsOf([row], (expected) => expected !== 'A' || reads.has(row.resource)),
    );
    expect(await surprises(cells, overApi)).toEqual([]);
  }, 300_000);

  test('files are shown, signed and taken as the matrix says', async () => {
    const files = matrix.filter(
      ({ resource, operation, attempt }) =>
        resource.startsWith('bucket:') &&
        ['read', 'sign', 'upload'].includes(operation) &&
        // fetch straightens such a path before it is sent.
        !attempt.includes('..'),
    );
    const cells = cellsOf(files, () => true).filter(
      ({ row, actor }) => row.operation !== 'upload' || row.expected[actor] !== 'A',
    );
    expect(
      await surprises(cells, overApi, ({ row, actor }) => (row.expected[actor] === 'A' ? 'A' : 'refused')),
    ).toEqual([]);
    for (const [name, path] of fixtures) {
      const [, bucket = ''] = /^File_([a-z-]+)_/.exec(name) ?? [];
      if (!bucket) continue;
      const { data } = clients.anon.storage.from(bucket).getPublicUrl(String(path));
      const isPublic = matrix.find(
        (row) => row.resource === `bucket:${bucket}` && row.operation === 'public',
      )!;
      expect([name, (await fetch(data.publicUrl)).ok]).toEqual([name, isPublic.expected.anon === 'A']);
      // Such an address asks nobody who he is.
      for (const actor of actors) asked.add(nameOf({ row: isPublic, actor }));
    }
  }, 300_000);

  test('what the matrix allows is done, and put back', async () => {
    // Who leaves has just signed in, however long the cells before took.
    await asOwner((sql) => sql`update auth.sessions set created_at = now()`);
    const stable = await readStable();
    const changes = matrix.filter(
      (row) =>
        (isTable(row) && ['insert', 'update', 'delete'].includes(row.operation)) ||
        (row.operation === 'call' && !stable.has(row.resource)) ||
        ['upload', 'replace', 'remove'].includes(row.operation),
    );
    const cells = cellsOf(changes, (expected) => expected === 'A');
    const copy = await keepCopy(inject('stack').superuser_url);
    const found: string[] = [];
    try {
      // One after the other: each finds the world as it was made.
      for (const cell of cells) {
        found.push(...(await surprises([cell], overApi)));
        const { row, actor } = cell;
        if ((await copy.restore()).length === 0 && row.operation !== 'call')
          found.push(`line ${row.line}, ${actor}: ${row.operation} ${row.resource} changed nothing`);
      }
    } finally {
      await copy.forget();
    }
    figure('matrix.allowed_changes_done_over_http', cells.length - found.length, cells.length);
    expect(found).toEqual([]);
  }, 600_000);

  test('edge functions know who is asking', async () => {
    // A new order: of the one in the fixtures Stripe knows nothing.
    const student = clients.student;
    await student.rpc('cancel_order', { order_id: fixtures.get('Order_S') }).throwOnError();
    const { data: order } = await student
      .rpc('create_order_from_cart', {
        billing_address: billingAddress({ name: 'Student', email: 'student@people.test' } as never),
      })
      .throwOnError();
    const { data: intent } = await student.functions.invoke('create-payment-intent', {
      body: { order_id: order.id },
    });
    const [payment_intent_id] = (intent as { client_secret: string }).client_secret.split('_secret_');
    // What cannot be said in the matrix: what was just made.
    const bodies: Record<string, object> = {
      'create-payment-intent': { order_id: order.id },
      'confirm-payment': { order_id: order.id, payment_intent_id },
    };
    const invoke = async ({ row, actor }: Cell) => {
      const name = row.resource.slice('edge:'.length);
      const { functions_url, secret_key, publishable_key } = inject('stack');
      const { data } = await clients[actor].auth.getSession();
      const answer = await fetch(`${functions_url}/${name}`, {
        method: name === 'health' ? 'GET' : 'POST',
        headers: {
          apikey: actor === 'service_role' ? secret_key : publishable_key,
          ...(data.session && { authorization: `Bearer ${data.session.access_token}` }),
          'content-type': 'application/json',
        },
        ...(name !== 'health' && {
          body: JSON.stringify(bodies[name] ?? parseAttempt(row.attempt, fixtures).values),
        }),
      });
      const body = (await answer.json()) as { error?: { code: string } };
      return answer.ok ? 'A' : (body.error?.code ?? String(answer.status));
    };
    const rows = matrix.filter(({ operation }) => operation === 'invoke');
    expect(
      await surprises(
        cellsOf(rows, () => true),
        invoke,
      ),
    ).toEqual([]);
  }, 300_000);

  test('list, detail and embed show the same', async () => {
    const people = actors.filter((actor) => actor !== 'service_role');
    const courses = [...fixtures].filter(([name]) => name.startsWith('C_'));
    const lessons = [...fixtures].filter(([name]) => /^L\d_/.test(name));
    const ids = (entries: typeof courses) => entries.map(([, id]) => String(id));
    for (const actor of people) {
      const client = clients[actor];
      const list = listOf(await client.from('courses').select('id').in('id', ids(courses)), fixtures);
      const details = await Promise.all(
        ids(courses).map((id) => client.rpc('course_detail', { course_id: id }).then(({ data }) => data)),
      );
      const detail = listOf(
        { data: details.filter(Boolean).map((course: { id: string }) => ({ id: course.id })), error: null },
        fixtures,
      );
      const embedded = await client
        .from('curriculum_sections')
        .select('courses(id), lessons(lesson_contents(lesson_id))')
        .in('course_id', ids(courses))
        .throwOnError();
      interface Embedded {
        courses: { id: string };
        lessons: { lesson_contents: { lesson_id: string } | null }[];
      }
      const sections = embedded.data as unknown as Embedded[];
      const embed = listOf({ data: sections.map(({ courses: { id } }) => ({ id })), error: null }, fixtures);
      expect([actor, detail, embed]).toEqual([actor, list, list]);

      const contents = listOf(
        await client.from('lesson_contents').select('lesson_id').in('lesson_id', ids(lessons)),
        fixtures,
      );
      const single = await Promise.all(
        ids(lessons).map((id) => client.from('lesson_contents').select('lesson_id').eq('lesson_id', id)),
      );
      const one = listOf({ data: single.flatMap(({ data }) => data ?? []), error: null }, fixtures);
      const nested = sections.flatMap((section) =>
        section.lessons.flatMap((lesson) => lesson.lesson_contents ?? []),
      );
      expect([actor, one, listOf({ data: nested, error: null }, fixtures)]).toEqual([
        actor,
        contents,
        contents,
      ]);
      compared += courses.length + lessons.length + 3;
    }
    figure('matrix.cells_over_http', tried, 1500, 'least');
    figure('matrix.surprises_over_http', surprised, 0);
    figure('matrix.answers_of_lists_compared', compared, people.length * 10, 'least');
    const left = cellsOf(matrix, (expected) => expected === 'A').filter((cell) => !asked.has(nameOf(cell)));
    for (const cell of left)
      console.log(`  not asked over HTTP: ${nameOf(cell)}: ${cell.row.operation} ${cell.row.resource}`);
    figure('matrix.allowed_cells_not_asked_over_http', left.length, 0);
    expect(left).toEqual([]);
  }, 300_000);
});
