import { expect, test, vi } from 'vitest';
import { createPaymentStore } from '../../functions/_shared/payment-store.ts';
import type { CallDatabase } from '../../functions/_shared/database.ts';
import { syncEvent } from '../../functions/_shared/sync-event.ts';
import { intent } from './support.ts';

const tell = async (description: string): Promise<unknown> => {
  const call = vi.fn(async (_name: string, _args: unknown) => {});
  await createPaymentStore(call as unknown as CallDatabase).apply(
    syncEvent(intent({ status: 'succeeded', description }), 'v')!,
  );
  return call.mock.calls[0]?.[1];
};

test.each([
  ['a character that no database keeps', 'Bob\0', 'Bob\ufffd'],
  ['half of a character', 'Bob\ud83d', 'Bob\ufffd'],
  ['a backslash and what looks like a character after it', 'Bob\\u0000', 'Bob\\u0000'],
])('an event with %s can be stored', async (_, told, stored) => {
  expect(await tell(told)).toMatchObject({ event: { data: { object: { description: stored } } } });
});
