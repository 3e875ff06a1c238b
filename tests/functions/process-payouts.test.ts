import Stripe from 'stripe';
import { describe, expect, test, vi } from 'vitest';
import {
  type TransferStore,
  type Transfers,
  makeProcessPayouts,
} from '../../functions/process-payouts/handler.ts';
import { fromStripeError } from '../../functions/_shared/stripe.ts';
import type { ClaimedTransfers } from '../../types/schemas/payouts.ts';
import { orderId, recordLog } from './support.ts';

type Claimed = ClaimedTransfers[number];
const transferId = 'f0f0f0f0-0000-4000-8000-000000000001';
const claimed = (changes: Partial<Claimed> = {}): Claimed => ({
  transfer_id: transferId,
  kind: 'transfer',
  destination: 'acct_ada',
  stripe_transfer_id: null,
  amount_cents: 5000,
  currency: 'usd',
  source_transaction: 'ch_1',
  transfer_group: orderId,
  attempt: 1,
  is_void: false,
  idempotency_key: `transfer:${transferId}`,
  metadata: { transfer_id: transferId },
  ...changes,
});
const made = (amount_reversed = 0) =>
  ({ id: 'tr_1', object: 'transfer', livemode: false, amount: 5000, amount_reversed }) as Stripe.Transfer;

function setUp(transfer = claimed()) {
  const { log, entries } = recordLog();
  const store = {
    claim: vi.fn<TransferStore['claim']>().mockResolvedValueOnce([transfer]).mockResolvedValue([]),
    fail: vi.fn<TransferStore['fail']>().mockResolvedValue(undefined),
    apply: vi.fn<TransferStore['apply']>().mockResolvedValue(undefined),
  };
  const transfers = {
    create: vi.fn<Transfers['create']>().mockResolvedValue(made()),
    find: vi.fn<Transfers['find']>().mockResolvedValue(null),
    reverse: vi.fn<Transfers['reverse']>().mockResolvedValue(made(2000)),
  };
  const run = makeProcessPayouts({
    store,
    transfers,
    apiVersion: '2026-10-28.endive',
    log,
    now: () => 0,
    budgetMs: 1_000,
  });
  return { run, store, transfers, entries };
}

const refused = (raw: { type: string; code?: string }, statusCode = 400) =>
  fromStripeError(
    Stripe.errors.StripeError.generate({ message: 'No.', statusCode, ...raw } as Stripe.StripeRawError),
  );

describe('a transfer', () => {
  test('is made at Stripe, and its answer takes the path of the webhook', async () => {
    const { run, store, transfers } = setUp();
    expect(await run()).toEqual({ sent: 1, returned: 0, canceled: 0, refused: 0, postponed: 0 });
    expect(transfers.find).not.toHaveBeenCalled();
    expect(store.apply).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ id: 'sync:tr_1:0', type: 'transfer.created', data: { object: made() } }),
    );
  });

  test('that may have been made before is looked for first', async () => {
    const { run, transfers } = setUp(claimed({ attempt: 2 }));
    transfers.find.mockResolvedValue(made());
    expect(await run()).toMatchObject({ sent: 1 });
    expect(transfers.create).not.toHaveBeenCalled();
  });

  test('of a share that was taken back is not made any more', async () => {
    const { run, store, transfers } = setUp(claimed({ attempt: 2, is_void: true }));
    expect(await run()).toMatchObject({ sent: 0, canceled: 1 });
    expect(transfers.create).not.toHaveBeenCalled();
    expect(store.fail).toHaveBeenCalledExactlyOnceWith(transferId);
  });

  test('of such a share that was made all the same is told, to be asked back', async () => {
    const { run, store, transfers } = setUp(claimed({ attempt: 2, is_void: true }));
    transfers.find.mockResolvedValue(made());
    expect(await run()).toMatchObject({ sent: 1, canceled: 0 });
    expect(store.fail).not.toHaveBeenCalled();
  });

  test.each([
    ['to an account that may not be paid', 'insufficient_capabilities_for_transfer'],
    ['for a reason without a name', undefined],
  ])('%s is refused for good', async (_, code) => {
    const { run, store, transfers } = setUp();
    transfers.create.mockRejectedValue(refused({ type: 'invalid_request_error', ...(code && { code }) }));
    expect(await run()).toMatchObject({ refused: 1 });
    expect(store.fail).toHaveBeenCalledExactlyOnceWith(transferId, code ?? 'refused');
  });

  test.each([
    ['Stripe is broken', refused({ type: 'api_error' }, 500)],
    ['Stripe is busy', refused({ type: 'rate_limit_error' }, 429)],
    ['our key is wrong', refused({ type: 'authentication_error' }, 401)],
    [
      'another try is under way',
      refused({ type: 'invalid_request_error', code: 'idempotency_key_in_use' }, 409),
    ],
    ['the database is away', new Error('no connection')],
  ])('waits when %s', async (_, error) => {
    const { run, store, transfers, entries } = setUp();
    transfers.create.mockRejectedValue(error);
    expect(await run()).toMatchObject({ postponed: 1 });
    expect(store.fail).not.toHaveBeenCalled();
    expect(entries()).toEqual([
      expect.objectContaining({ level: 'error', transfer_id: transferId, attempt: 1 }),
    ]);
  });
});

describe('a reversal', () => {
  const reversal = claimed({ kind: 'reversal', stripe_transfer_id: 'tr_1', amount_cents: 2000 });

  test('tells how much of the transfer has come back', async () => {
    const { run, store, transfers } = setUp(reversal);
    expect(await run()).toEqual({ sent: 0, returned: 1, canceled: 0, refused: 0, postponed: 0 });
    expect(transfers.create).not.toHaveBeenCalled();
    expect(store.apply).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ id: 'sync:tr_1:2000', type: 'transfer.reversed' }),
    );
  });

  test('of what the account does not have any more is refused', async () => {
    const { run, store, transfers } = setUp(reversal);
    transfers.reverse.mockRejectedValue(
      refused({ type: 'invalid_request_error', code: 'balance_insufficient' }),
    );
    expect(await run()).toMatchObject({ refused: 1 });
    expect(store.fail).toHaveBeenCalledExactlyOnceWith(transferId, 'balance_insufficient');
  });
});
