import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Recording, recordEverything } from './recording.ts';

// The emulator is checked by the declarations of the installed SDK, not by what we believe of Stripe: every answer
// is written down as a literal of its declared type, and the compiler reads it. In literals it also reports
// properties that Stripe does not have.

const folder = join(import.meta.dirname, '../../../node_modules/.cache/stripe-emulator');
let recording: Recording;
beforeAll(async () => {
  recording = await recordEverything();
  await mkdir(folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const typeOf: Record<string, string> = {
  account: 'Stripe.Account',
  account_link: 'Stripe.AccountLink',
  balance: 'Stripe.Balance',
  balance_transaction: 'Stripe.BalanceTransaction',
  charge: 'Stripe.Charge',
  customer: 'Stripe.Customer',
  dispute: 'Stripe.Dispute',
  event: 'Stripe.Event',
  payment_intent: 'Stripe.PaymentIntent',
  payment_method: 'Stripe.PaymentMethod',
  refund: 'Stripe.Refund',
  transfer: 'Stripe.Transfer',
  transfer_reversal: 'Stripe.TransferReversal',
};

/** A list's declaration hides behind the SDK's own type, so its rows are taken one by one. */
function rowsOf({ exchanges }: Recording): { object: string }[] {
  return exchanges
    .flatMap(({ body }) => (body.object === 'list' ? (body.data ?? []) : [body]))
    .filter((row): row is { object: string } => 'object' in row);
}

/** What the compiler says about these objects. */
async function compile(name: string, objects: readonly { object: string }[]): Promise<string[]> {
  const lines = objects.map(
    (row, at) => `export const row${at}: ${typeOf[row.object]} = ${JSON.stringify(row)};`,
  );
  const file = join(folder, `${name}.ts`);
  await writeFile(file, [`import type Stripe from 'stripe';`, ...lines].join('\n'));
  const compiler = join(import.meta.dirname, '../../../node_modules/typescript/bin/tsc');
  const options = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--types', 'node'];
  const target = ['--module', 'nodenext', '--target', 'es2024', '--exactOptionalPropertyTypes'];
  const run = promisify(execFile)(process.execPath, [compiler, ...options, ...target, file], { cwd: folder });
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return stdout.split('\n').filter((line) => line !== '');
}

test('every kind of object was answered', () => {
  const seen = new Set(rowsOf(recording).map(({ object }) => object));
  expect([...seen].toSorted()).toEqual(Object.keys(typeOf).toSorted());
});

test('every answer is what the SDK declares', { timeout: 60_000 }, async () => {
  expect(await compile('answers', rowsOf(recording))).toEqual([]);
});

test('every event is what the SDK declares for its type', { timeout: 60_000 }, async () => {
  expect(recording.events.length).toBeGreaterThan(60);
  expect(new Set(recording.events.map(({ type }) => type)).size).toBeGreaterThan(20);
  expect(await compile('events', recording.events)).toEqual([]);
});

test(
  'the check sees a missing field, a wrong kind, an invented one and an event about something else',
  { timeout: 60_000 },
  async () => {
    const refund = rowsOf(recording).find(({ object }) => object === 'refund') as unknown as Stripe.Refund;
    const { amount: _, ...missing } = refund;
    const event = { ...recording.events[0], data: { object: refund } };
    const wrong = [missing, { ...refund, amount: '1' }, { ...refund, colour: 'red' }, event];
    const found = await compile('wrong', wrong as { object: string }[]);
    const lines = found.flatMap((line) => /\((\d+),.*error TS/.exec(line)?.[1] ?? []);
    expect([...new Set(lines)]).toEqual(['2', '3', '4', '5']);
  },
);
