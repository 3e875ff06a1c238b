import type Stripe from 'stripe';
import { LearnFlowError } from '../../types/errors.ts';
import type { OpenPayments, ReconcileInput, ReconcileReport } from '../../types/schemas/payments.ts';
import type { Log } from '../_shared/log.ts';
import { syncEvent, transferEvent, unknownEvent } from '../_shared/sync-event.ts';
import type { Instructors } from './instructors.ts';
import type { SweepStore } from './store.ts';
import type { SweepStripe } from './stripe.ts';

type OpenPayment = OpenPayments[number];

export interface ReconcileDeps {
  store: SweepStore;
  stripe: SweepStripe;
  instructors: Instructors;
  apiVersion: string;
  /** The mode of our key. */
  livemode: boolean;
  log: Log;
  now: () => number;
  /** After so long no new piece of work is begun; the next round goes on. */
  budgetMs: number;
}

/** As long as Stripe lists events, which is ten times as long as it tries to deliver them. */
const EVENT_SECONDS = 30 * 24 * 3600;
const AT_ONCE = 5;
/** So many failures of our own with no success between them are no longer about one row. */
const FAILURES_IN_A_ROW = 20;

/**
 * Finds what no webhook told: asks Stripe about every open attempt, takes what Stripe could not deliver, and with
 * `sweep_hours` compares every event, every paid intent and every transfer with our books: a restored backup has forgotten what
 * was delivered. Everything goes through apply_stripe_event, so that running twice, or beside the webhook, changes nothing.
 */
export const makeReconcilePayments = (deps: ReconcileDeps) => {
  const { store, stripe, instructors, apiVersion, livemode, log, now, budgetMs } = deps;
  let failuresInARow = 0;

  return async ({ sweep_hours }: ReconcileInput): Promise<ReconcileReport> => {
    const start = now();
    failuresInARow = 0;
    const since = (seconds: number) => Math.floor(start / 1000) - seconds;
    const inTime = () => now() - start < budgetMs;
    const report: ReconcileReport = {
      asked: 0,
      canceled: 0,
      released: 0,
      recovered_events: 0,
      recovered_payments: 0,
      fees: 0,
      recovered_transfers: 0,
      accounts: 0,
      failed: 0,
      complete: true,
    };

    // The many checkouts that are left alone come last: they must not use up the time of what is paid.
    await takeEvents(report, stripe.undelivered(since(EVENT_SECONDS)), inTime);
    await priceCharges(report, inTime);
    if (sweep_hours !== undefined) {
      await takeEvents(report, stripe.events(since(sweep_hours * 3600)), inTime);
      await comparePaid(report, since(sweep_hours * 3600), inTime);
      await compareTransfers(report, since(sweep_hours * 3600), inTime);
    }
    await lookAtAccounts(report, inTime);
    await askAboutOpen(report, inTime);
    report.complete = inTime();
    return report;
  };

  async function askAboutOpen(report: ReconcileReport, inTime: () => boolean): Promise<void> {
    let after: string | undefined;
    while (inTime()) {
      const payments = await store.open(after);
      after = payments.at(-1)?.payment_id;
      if (after === undefined) return;
      await each(payments, report, inTime, async (payment) => {
        report.asked += 1;
        await askAbout(payment, report);
      });
    }
  }

  async function askAbout(payment: OpenPayment, report: ReconcileReport): Promise<void> {
    let intent = await intentOf(payment);
    if (intent === null) {
      if (payment.payment_intent_id !== null) {
        // Staff see it once: while nobody looks, its order stays open.
        await store.apply(unknownEvent(payment.payment_intent_id, { apiVersion, livemode }));
        throw new Error(
          `Stripe does not know ${payment.payment_intent_id}; is it of another mode or account?`,
        );
      }
      // Nobody can pay what Stripe does not have.
      if (payment.is_stale) {
        await store.release(payment);
        report.released += 1;
      }
      return;
    }
    // First at Stripe, then here: an order is never given up while its money can still come.
    if (payment.is_stale && waitsForPayment(intent)) {
      intent = await stripe.cancel(intent.id);
      if (intent?.status === 'canceled') report.canceled += 1;
    }
    const event = intent && syncEvent(intent, apiVersion);
    if (event) await store.apply(event);
  }

  async function intentOf(payment: OpenPayment): Promise<Stripe.PaymentIntent | null> {
    if (payment.payment_intent_id !== null) return stripe.retrieve(payment.payment_intent_id);
    const made = await stripe.find(payment);
    if (made) await store.remember(payment, made);
    return made;
  }

  async function takeEvents(
    report: ReconcileReport,
    pages: AsyncIterable<Stripe.Event[]>,
    inTime: () => boolean,
  ): Promise<void> {
    // Page by page, so that a backlog of any length becomes shorter with every round. The order does not matter.
    for await (const page of pages) {
      const unknown = new Set(await store.unprocessed(page.map(({ id }) => id)));
      const missing = page.filter(({ id }) => unknown.has(id));
      await each(missing.toReversed(), report, inTime, async (event) => {
        await store.apply(event);
        report.recovered_events += 1;
      });
      if (!inTime()) return;
    }
  }

  async function comparePaid(report: ReconcileReport, since: number, inTime: () => boolean): Promise<void> {
    for await (const page of stripe.paid(since)) {
      const unknown = new Set(await store.unsettled(page.map(({ id }) => id)));
      const missing = page.filter(({ id }) => unknown.has(id));
      await each(missing, report, inTime, async (intent) => {
        const event = syncEvent(intent, apiVersion);
        const result = event && (await store.apply(event));
        if (result?.outcome === 'applied') report.recovered_payments += 1;
      });
      if (!inTime()) return;
    }
  }

  /** What Stripe kept of each payment, which it may know only after a while. */
  async function priceCharges(report: ReconcileReport, inTime: () => boolean): Promise<void> {
    let after: string | undefined;
    while (inTime()) {
      const payments = await instructors.withoutFee(after);
      after = payments.at(-1)?.payment_id;
      if (after === undefined) return;
      await each(payments, report, inTime, async (payment) => {
        if (await instructors.price(payment)) report.fees += 1;
      });
    }
  }

  async function compareTransfers(
    report: ReconcileReport,
    since: number,
    inTime: () => boolean,
  ): Promise<void> {
    for await (const page of instructors.transfers(since)) {
      const unknown = new Set(await instructors.unsettled(page));
      const missing = page.filter(({ id }) => unknown.has(id));
      await each(missing, report, inTime, async (transfer) => {
        const { outcome } = await store.apply(transferEvent(transfer, apiVersion));
        if (outcome === 'applied') report.recovered_transfers += 1;
      });
      if (!inTime()) return;
    }
  }

  async function lookAtAccounts(report: ReconcileReport, inTime: () => boolean): Promise<void> {
    const accounts = await instructors.accounts();
    await each(accounts, report, inTime, async ({ id }) => {
      await store.apply(await instructors.look(id));
      report.accounts += 1;
    });
  }

  /** A few at once; one that fails does not stop the others, unless all of them would fail. */
  async function each<Item extends { id: string } | { payment_id: string }>(
    items: readonly Item[],
    report: ReconcileReport,
    inTime: () => boolean,
    work: (item: Item) => Promise<void>,
  ): Promise<void> {
    for (let at = 0; at < items.length && inTime(); at += AT_ONCE) {
      await Promise.all(
        items.slice(at, at + AT_ONCE).map(async (item) => {
          try {
            await work(item);
            failuresInARow = 0;
          } catch (cause) {
            if (isHopeless(cause)) throw cause;
            report.failed += 1;
            failuresInARow += 1;
            if (failuresInARow >= FAILURES_IN_A_ROW) throw cause;
            const subject = 'payment_id' in item ? item.payment_id : item.id;
            log('error', 'one could not be reconciled', { subject, cause });
          }
        }),
      );
    }
  }
};

const waitsForPayment = ({ status }: Stripe.PaymentIntent): boolean =>
  status === 'requires_payment_method' || status === 'requires_confirmation' || status === 'requires_action';

/** Stripe or the database is away: the next round tries again. */
const isHopeless = (cause: unknown): boolean =>
  cause instanceof LearnFlowError && (cause.status >= 503 || cause.status === 0);
