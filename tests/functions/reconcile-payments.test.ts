import type Stripe from 'stripe';
import { describe, expect, test, vi } from 'vitest';
import { makeReconcilePayments } from '../../functions/reconcile-payments/handler.ts';
import type { Instructors } from '../../functions/reconcile-payments/instructors.ts';
import type { SweepStore } from '../../functions/reconcile-payments/store.ts';
import type { SweepStripe } from '../../functions/reconcile-payments/stripe.ts';
import { LearnFlowError } from '../../types/errors.ts';
import type { OpenPayments } from '../../types/schemas/payments.ts';
import type { PaymentsWithoutFee } from '../../types/schemas/payouts.ts';
import type { SyncEvent } from '../../functions/_shared/sync-event.ts';
import { intent, orderId, recordLog } from './support.ts';

type OpenPayment = OpenPayments[number];

const payment = (changes: Partial<OpenPayment> = {}): OpenPayment => ({
  payment_id: '0a0a0a0a-0000-4000-8000-000000000001',
  order_id: orderId,
  order_number: 'ORD-2026-00001',
  state: 'pending',
  attempt: 1,
  status: 'pending',
  payment_intent_id: 'pi_1',
  is_stale: false,
  created_at: '2026-01-01T00:00:00+00:00',
  ...changes,
});

const lookedAt = { object: 'event', type: 'account.updated', livemode: false } as unknown as SyncEvent;

async function* pages<Item>(...all: Item[][]): AsyncGenerator<Item[]> {
  yield* all;
}

function setUp({
  open = [],
  intents = [],
  events = [],
  delivered = [],
  unprocessed,
  paid = [],
  unsettled,
  unpriced = [],
  transfers = [],
  accounts = [],
}: {
  open?: OpenPayment[];
  intents?: Stripe.PaymentIntent[];
  events?: Stripe.Event[];
  delivered?: Stripe.Event[];
  unprocessed?: string[];
  paid?: Stripe.PaymentIntent[];
  unsettled?: string[];
  unpriced?: PaymentsWithoutFee;
  transfers?: Stripe.Transfer[];
  accounts?: string[];
}) {
  const { log, entries } = recordLog();
  const store = {
    open: vi.fn<SweepStore['open']>(async (after) => (after === undefined ? open : [])),
    remember: vi.fn<SweepStore['remember']>().mockResolvedValue(undefined),
    release: vi.fn<SweepStore['release']>().mockResolvedValue(undefined),
    unprocessed: vi.fn<SweepStore['unprocessed']>(async (ids) => unprocessed ?? ids),
    unsettled: vi.fn<SweepStore['unsettled']>(async (ids) => unsettled ?? ids),
    apply: vi.fn<SweepStore['apply']>(async ({ id }) => ({
      event_id: id,
      outcome: 'applied',
      order_id: orderId,
    })),
  };
  const stripe = {
    retrieve: vi.fn<SweepStripe['retrieve']>(async (id) => intents.find((one) => one.id === id) ?? null),
    cancel: vi.fn<SweepStripe['cancel']>(async (id) => intent({ id, status: 'canceled' })),
    find: vi.fn<SweepStripe['find']>().mockResolvedValue(null),
    undelivered: vi.fn<SweepStripe['undelivered']>(() => pages(events)),
    events: vi.fn<SweepStripe['events']>(() => pages(delivered)),
    paid: vi.fn<SweepStripe['paid']>(() => pages(paid)),
  };
  const instructors = {
    withoutFee: vi.fn<Instructors['withoutFee']>(async (after) => (after === undefined ? unpriced : [])),
    price: vi.fn<Instructors['price']>().mockResolvedValue(true),
    transfers: vi.fn<Instructors['transfers']>(() => pages(transfers)),
    unsettled: vi.fn<Instructors['unsettled']>(async (all) => all.map(({ id }) => id)),
    accounts: vi.fn<Instructors['accounts']>().mockResolvedValue(accounts.map((id) => ({ id }))),
    look: vi.fn<Instructors['look']>(async (id) => ({ ...lookedAt, id: `sync:${id}` })),
  };
  const clock = vi.fn(() => 1_767_225_600_000);
  const run = makeReconcilePayments({
    store,
    stripe,
    instructors,
    apiVersion: '2026-10-28.endive',
    livemode: false,
    log,
    now: clock,
    budgetMs: 1_000,
  });
  return { run, store, stripe, instructors, clock, entries };
}

const applied = (store: ReturnType<typeof setUp>['store']) => store.apply.mock.calls.map(([{ id }]) => id);

describe('open attempts', () => {
  test('that were paid are told to the database', async () => {
    const { run, store } = setUp({
      open: [payment()],
      intents: [intent({ status: 'succeeded', latest_charge: 'ch_1' })],
    });
    expect(await run({})).toMatchObject({ asked: 1, canceled: 0, failed: 0, complete: true });
    expect(applied(store)).toEqual(['sync:pi_1:succeeded']);
  });

  test('with a buyer who still thinks are left alone', async () => {
    const { run, store, stripe } = setUp({ open: [payment()], intents: [intent()] });
    await run({});
    expect(stripe.cancel).not.toHaveBeenCalled();
    expect(store.apply).not.toHaveBeenCalled();
  });

  test.each(['requires_payment_method', 'requires_action', 'requires_confirmation'] as const)(
    'of an order that is over are canceled at Stripe first (%s)',
    async (status) => {
      const { run, store, stripe } = setUp({
        open: [payment({ is_stale: true })],
        intents: [intent({ status })],
      });
      expect(await run({})).toMatchObject({ canceled: 1 });
      expect(stripe.cancel.mock.invocationCallOrder[0]).toBeLessThan(
        store.apply.mock.invocationCallOrder[0]!,
      );
      expect(applied(store)).toEqual(['sync:pi_1:canceled']);
    },
  );

  test('that are paid in the moment of cancelling count as paid', async () => {
    const { run, store, stripe } = setUp({ open: [payment({ is_stale: true })], intents: [intent()] });
    stripe.cancel.mockResolvedValue(intent({ status: 'succeeded' }));
    expect(await run({})).toMatchObject({ canceled: 0 });
    expect(applied(store)).toEqual(['sync:pi_1:succeeded']);
  });

  test('that a bank still works on are never canceled', async () => {
    const { run, stripe } = setUp({
      open: [payment({ is_stale: true })],
      intents: [intent({ status: 'processing' })],
    });
    await run({});
    expect(stripe.cancel).not.toHaveBeenCalled();
  });

  test('without an intent are taken up when Stripe has one', async () => {
    const { run, store, stripe } = setUp({ open: [payment({ payment_intent_id: null })] });
    stripe.find.mockResolvedValue(intent({ status: 'succeeded' }));
    await run({});
    expect(store.remember).toHaveBeenCalledOnce();
    expect(applied(store)).toEqual(['sync:pi_1:succeeded']);
    expect(store.release).not.toHaveBeenCalled();
  });

  test('without an intent are given up only when the order is over', async () => {
    const young = setUp({ open: [payment({ payment_intent_id: null })] });
    expect(await young.run({})).toMatchObject({ released: 0 });
    const stale = setUp({ open: [payment({ payment_intent_id: null, is_stale: true })] });
    expect(await stale.run({})).toMatchObject({ released: 1 });
    expect(stale.store.release).toHaveBeenCalledOnce();
  });

  test('that Stripe does not know are shown to staff, and do not stop the others', async () => {
    const lost = payment({
      payment_id: '0a0a0a0a-0000-4000-8000-000000000002',
      payment_intent_id: 'pi_lost',
    });
    const { run, store, entries } = setUp({
      open: [lost, payment()],
      intents: [intent({ status: 'succeeded' })],
    });
    expect(await run({})).toMatchObject({ asked: 2, failed: 1 });
    expect(applied(store).toSorted()).toEqual(['sync:pi_1:succeeded', 'sync:pi_lost:unknown']);
    expect(entries()).toEqual([expect.objectContaining({ level: 'error', subject: lost.payment_id })]);
  });

  test('are asked about page by page', async () => {
    const { run, store } = setUp({ intents: [intent()] });
    store.open.mockResolvedValueOnce([payment()]).mockResolvedValueOnce([payment({ payment_id: orderId })]);
    expect(await run({})).toMatchObject({ asked: 2 });
    expect(store.open.mock.calls).toEqual([[undefined], [payment().payment_id], [orderId]]);
  });
});

const failing = (length: number) =>
  Array.from({ length }, () => payment({ payment_intent_id: 'pi_bad' })).concat(payment());

describe('the round', () => {
  test('ends when Stripe is away: the next one tries again', async () => {
    const { run, stripe } = setUp({ open: [payment(), payment()] });
    stripe.retrieve.mockRejectedValue(new LearnFlowError('PAYMENT_PROVIDER_UNAVAILABLE'));
    await expect(run({})).rejects.toMatchObject({ code: 'PAYMENT_PROVIDER_UNAVAILABLE' });
  });

  test('goes on past rows that our own mistake makes impossible', async () => {
    const { run, stripe, store } = setUp({ open: failing(10), intents: [intent({ status: 'succeeded' })] });
    stripe.retrieve.mockImplementation(async (id) => {
      if (id === 'pi_bad') throw new LearnFlowError('INTERNAL_ERROR');
      return intent({ status: 'succeeded' });
    });
    expect(await run({})).toMatchObject({ asked: 11, failed: 10 });
    expect(applied(store)).toEqual(['sync:pi_1:succeeded']);
  });

  test('ends when nothing succeeds any more: our key is wrong, perhaps', async () => {
    const { run, stripe, store } = setUp({ open: failing(25) });
    stripe.retrieve.mockRejectedValue(new LearnFlowError('INTERNAL_ERROR'));
    await expect(run({})).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
    expect(store.apply).not.toHaveBeenCalled();
  });

  test('ends when time is up, and says so', async () => {
    const { run, clock, store } = setUp({ open: [payment()], intents: [intent({ status: 'succeeded' })] });
    clock.mockReturnValueOnce(1_767_225_600_000).mockReturnValue(1_767_225_602_000);
    expect(await run({})).toMatchObject({ asked: 0, complete: false });
    expect(store.apply).not.toHaveBeenCalled();
  });
});

describe('events that did not reach us', () => {
  const events = ['evt_3', 'evt_2', 'evt_1'].map((id) => ({ id }) as Stripe.Event);

  test('are applied, the oldest of a page first, those that we know left out', async () => {
    const { run, store, stripe } = setUp({ events, unprocessed: ['evt_3', 'evt_1'] });
    expect(await run({})).toMatchObject({ recovered_events: 2 });
    expect(applied(store)).toEqual(['evt_1', 'evt_3']);
    expect(stripe.undelivered).toHaveBeenCalledExactlyOnceWith(1_767_225_600 - 30 * 86_400);
    expect(stripe.events).not.toHaveBeenCalled();
  });
});

/** Every word to the database takes so long. */
const slow = (stage: ReturnType<typeof setUp>, ms: number) => {
  let now = 1_767_225_600_000;
  stage.clock.mockImplementation(() => now);
  stage.store.apply.mockImplementation(async ({ id }) => {
    now += ms;
    return { event_id: id, outcome: 'applied', order_id: orderId };
  });
};
const event = (id: string) => ({ id }) as Stripe.Event;

describe('a round that is too short for everything', () => {
  test('shortens a backlog all the same: what was read is applied before more is read', async () => {
    const stage = setUp({});
    slow(stage, 2_000);
    stage.stripe.undelivered.mockReturnValue(pages([event('evt_2')], [event('evt_1')]));
    expect(await stage.run({})).toMatchObject({ recovered_events: 1, complete: false });
    expect(applied(stage.store)).toEqual(['evt_2']);
  });

  test('takes what is paid before it asks about those who still think', async () => {
    const open = Array.from({ length: 50 }, () => payment());
    const stage = setUp({ open, intents: [intent({ status: 'succeeded' })], events: [event('evt_1')] });
    slow(stage, 400);
    stage.stripe.paid.mockReturnValue(pages([intent({ id: 'pi_2', status: 'succeeded' })]));
    expect(await stage.run({ sweep_hours: 1 })).toMatchObject({
      recovered_events: 1,
      recovered_payments: 1,
      complete: false,
    });
  });
});

describe('the daily comparison', () => {
  const paid = ['pi_1', 'pi_2'].map((id) => intent({ id, status: 'succeeded' }));

  test('finds what Stripe was paid and we do not know', async () => {
    const { run, store, stripe } = setUp({ paid, unsettled: ['pi_2'] });
    expect(await run({ sweep_hours: 24 })).toMatchObject({ recovered_payments: 1 });
    expect(applied(store)).toEqual(['sync:pi_2:succeeded']);
    expect(stripe.paid).toHaveBeenCalledExactlyOnceWith(1_767_225_600 - 86_400);
  });

  test('applies what was delivered and forgotten, a refund for example', async () => {
    const { run, store, stripe } = setUp({
      delivered: [event('evt_2'), event('evt_1')],
      unprocessed: ['evt_2'],
    });
    expect(await run({ sweep_hours: 24 })).toMatchObject({ recovered_events: 1 });
    expect(applied(store)).toEqual(['evt_2']);
    expect(stripe.events).toHaveBeenCalledExactlyOnceWith(1_767_225_600 - 86_400);
  });

  test('is made only when it is asked for', async () => {
    const { run, stripe } = setUp({ paid });
    await run({});
    expect(stripe.paid).not.toHaveBeenCalled();
  });
});

const transfer = (id: string, amount_reversed = 0) =>
  ({ id, object: 'transfer', amount: 5000, amount_reversed, livemode: false }) as Stripe.Transfer;

describe('instructors’ money', () => {
  const payments = [1, 2].map((n) => ({
    payment_id: `0a0a0a0a-0000-4000-8000-00000000000${n}`,
    charge_id: `ch_${n}`,
  }));

  test('what Stripe kept is asked for; what it does not know yet is left for the next round', async () => {
    const { run, instructors } = setUp({ unpriced: payments });
    instructors.price.mockResolvedValueOnce(false);
    expect(await run({})).toMatchObject({ fees: 1, failed: 0 });
    expect(instructors.price.mock.calls.map(([{ charge_id }]) => charge_id)).toEqual(['ch_1', 'ch_2']);
  });

  test('one charge that Stripe does not know does not stop the others', async () => {
    const { run, instructors, entries } = setUp({ unpriced: payments });
    instructors.price.mockRejectedValueOnce(new LearnFlowError('PAYMENT_PROVIDER_ERROR'));
    expect(await run({})).toMatchObject({ fees: 1, failed: 1 });
    expect(entries()).toEqual([expect.objectContaining({ subject: payments[0]?.payment_id })]);
  });

  test('transfers that the books do not know as they are, are told: only in the wide sweep', async () => {
    const transfers = [transfer('tr_1'), transfer('tr_2', 700)];
    const { run, store } = setUp({ transfers });
    expect(await run({})).toMatchObject({ recovered_transfers: 0 });
    expect(await run({ sweep_hours: 24 })).toMatchObject({ recovered_transfers: 2 });
    expect(store.apply.mock.calls.map(([{ id, type }]) => [id, type])).toEqual([
      ['sync:tr_1:0', 'transfer.created'],
      ['sync:tr_2:700', 'transfer.reversed'],
    ]);
  });

  test('accounts are looked at again', async () => {
    const { run, store } = setUp({ accounts: ['acct_1', 'acct_2'] });
    expect(await run({})).toMatchObject({ accounts: 2 });
    expect(applied(store)).toEqual(['sync:acct_1', 'sync:acct_2']);
  });
});
