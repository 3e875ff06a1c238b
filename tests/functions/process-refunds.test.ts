import Stripe from 'stripe';
import { describe, expect, test, vi } from 'vitest';
import {
  type RefundStore,
  type Refunds,
  makeProcessRefunds,
} from '../../functions/process-refunds/handler.ts';
import { fromStripeError } from '../../functions/_shared/stripe.ts';
import { orderId, recordLog } from './support.ts';

const claimed = (attempt = 1) => ({
  refund_id: 'f0f0f0f0-0000-4000-8000-000000000001',
  order_id: orderId,
  payment_intent_id: 'pi_1',
  amount_cents: 8999,
  currency: 'usd',
  attempt,
  idempotency_key: 'refund:f0f0f0f0-0000-4000-8000-000000000001',
  metadata: { refund_id: 'f0f0f0f0-0000-4000-8000-000000000001', order_id: orderId },
});
const refund = { id: 're_1', object: 'refund', status: 'succeeded', amount: 8999 } as Stripe.Refund;

function setUp(attempt = 1) {
  const { log, entries } = recordLog();
  const store = {
    claim: vi
      .fn<RefundStore['claim']>()
      .mockResolvedValueOnce([claimed(attempt)])
      .mockResolvedValue([]),
    fail: vi.fn<RefundStore['fail']>().mockResolvedValue(undefined),
    apply: vi.fn<RefundStore['apply']>().mockResolvedValue(undefined),
  };
  const refunds = {
    create: vi.fn<Refunds['create']>().mockResolvedValue(refund),
    find: vi.fn<Refunds['find']>().mockResolvedValue(null),
  };
  const run = makeProcessRefunds({
    store,
    refunds,
    apiVersion: '2026-10-28.endive',
    livemode: false,
    log,
    now: () => 0,
    budgetMs: 1_000,
  });
  return { run, store, refunds, entries };
}

const refused = (raw: { type: string; code?: string }, statusCode = 400) =>
  fromStripeError(
    Stripe.errors.StripeError.generate({ message: 'No.', statusCode, ...raw } as Stripe.StripeRawError),
  );

describe('a requested refund', () => {
  test('is made at Stripe, and its answer takes the path of the webhook', async () => {
    const { run, store, refunds } = setUp();
    expect(await run()).toEqual({ made: 1, refused: 0, postponed: 0 });
    expect(refunds.find).not.toHaveBeenCalled();
    expect(store.apply).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        id: 'sync:re_1:succeeded',
        type: 'refund.created',
        livemode: false,
        data: { object: refund },
      }),
    );
  });

  test('that may have been made before is looked for first', async () => {
    const { run, refunds } = setUp(2);
    refunds.find.mockResolvedValue(refund);
    expect(await run()).toEqual({ made: 1, refused: 0, postponed: 0 });
    expect(refunds.create).not.toHaveBeenCalled();
  });

  test.each([
    ['of a disputed charge', { type: 'invalid_request_error', code: 'charge_disputed' }, 'charge_disputed'],
    [
      'that came too late',
      { type: 'invalid_request_error', code: 'charge_already_refunded' },
      'charge_already_refunded',
    ],
    ['for a reason without a name', { type: 'invalid_request_error' }, 'refused'],
  ])('%s is refused for good', async (_, raw, code) => {
    const { run, store, refunds } = setUp();
    refunds.create.mockRejectedValue(refused(raw));
    expect(await run()).toEqual({ made: 0, refused: 1, postponed: 0 });
    expect(store.fail).toHaveBeenCalledExactlyOnceWith(claimed().refund_id, code);
  });

  test.each([
    ['Stripe is broken', refused({ type: 'api_error' }, 500)],
    ['Stripe is busy', refused({ type: 'rate_limit_error' }, 429)],
    ['our key is wrong', refused({ type: 'authentication_error' }, 401)],
    [
      'another try is under way',
      refused({ type: 'invalid_request_error', code: 'idempotency_key_in_use' }, 409),
    ],
    ['the key was used for something else', refused({ type: 'idempotency_error' }, 400)],
    ['the database is away', new Error('no connection')],
  ])('waits when %s', async (_, error) => {
    const { run, store, refunds, entries } = setUp();
    refunds.create.mockRejectedValue(error);
    expect(await run()).toEqual({ made: 0, refused: 0, postponed: 1 });
    expect(store.fail).not.toHaveBeenCalled();
    expect(entries()).toEqual([expect.objectContaining({ level: 'error', attempt: 1 })]);
  });
});
