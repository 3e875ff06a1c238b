import Stripe from 'stripe';
import { LearnFlowError } from '../../types/errors.ts';
import type { ClaimedRefunds, ProcessRefundsReport } from '../../types/schemas/refunds.ts';
import type { Log } from '../_shared/log.ts';
import { type SyncEvent, refundEvent } from '../_shared/sync-event.ts';

type ClaimedRefund = ClaimedRefunds[number];

export interface RefundStore {
  /** Takes requested refunds; nobody else gets them until the lease is over. */
  claim(): Promise<ClaimedRefunds>;
  fail(refundId: string, failureCode: string): Promise<void>;
  apply(event: SyncEvent): Promise<unknown>;
}

export interface Refunds {
  create(refund: ClaimedRefund): Promise<Stripe.Refund>;
  /** The refund that an earlier try has made. */
  find(refund: ClaimedRefund): Promise<Stripe.Refund | null>;
}

export interface ProcessRefundsDeps {
  store: RefundStore;
  refunds: Refunds;
  apiVersion: string;
  livemode: boolean;
  log: Log;
  now: () => number;
  budgetMs: number;
}

/** Carries requested refunds to Stripe. Each is made once, however often it is tried; the answer takes the webhook's path. */
export const makeProcessRefunds = (deps: ProcessRefundsDeps) => {
  const { store, refunds, apiVersion, livemode, log, now, budgetMs } = deps;

  return async (): Promise<ProcessRefundsReport> => {
    const start = now();
    const report: ProcessRefundsReport = { made: 0, refused: 0, postponed: 0 };
    while (now() - start < budgetMs) {
      const claimed = await store.claim();
      if (claimed.length === 0) break;
      for (const refund of claimed) report[await carry(refund)] += 1;
    }
    return report;
  };

  async function carry(refund: ClaimedRefund): Promise<keyof ProcessRefundsReport> {
    try {
      // Stripe forgets an idempotency key after a day: from the second try on it is asked first.
      const earlier = refund.attempt > 1 ? await refunds.find(refund) : null;
      const made = earlier ?? (await refunds.create(refund));
      await store.apply(refundEvent(made, { apiVersion, livemode }));
      return 'made';
    } catch (cause) {
      const code = refusalOf(cause);
      const { refund_id, attempt } = refund;
      log('error', code ? 'Stripe refused a refund' : 'a refund has to wait', {
        refund_id,
        attempt,
        code,
        cause,
      });
      if (code === null) return 'postponed';
      await store.fail(refund_id, code);
      return 'refused';
    }
  }
};

/** Only what Stripe says about the refund itself is final; everything else is tried again when the lease is over. */
function refusalOf(error: unknown): string | null {
  const cause = error instanceof LearnFlowError ? error.cause : undefined;
  const isFinal =
    cause instanceof Stripe.errors.StripeInvalidRequestError ||
    cause instanceof Stripe.errors.StripeCardError;
  if (!isFinal || cause.code === 'idempotency_key_in_use' || cause.code === 'lock_timeout') return null;
  return cause.code ?? 'refused';
}
