import Stripe from 'stripe';
import { LearnFlowError } from '../../types/errors.ts';
import type { ClaimedTransfers, ProcessPayoutsReport } from '../../types/schemas/payouts.ts';
import type { Log } from '../_shared/log.ts';
import { type SyncEvent, transferEvent } from '../_shared/sync-event.ts';

type ClaimedTransfer = ClaimedTransfers[number];

export interface TransferStore {
  /** Takes requested transfers and reversals; nobody else gets them until the lease is over. */
  claim(): Promise<ClaimedTransfers>;
  /** Without a code: it was void, and Stripe has not made it. */
  fail(transferId: string, failureCode?: string): Promise<void>;
  apply(event: SyncEvent): Promise<unknown>;
}

export interface Transfers {
  create(transfer: ClaimedTransfer): Promise<Stripe.Transfer>;
  /** The transfer that an earlier try has made. */
  find(transfer: ClaimedTransfer): Promise<Stripe.Transfer | null>;
  /** Brings a part back, unless an earlier try has; answers the transfer as it is then. */
  reverse(reversal: ClaimedTransfer): Promise<Stripe.Transfer>;
}

export interface ProcessPayoutsDeps {
  store: TransferStore;
  transfers: Transfers;
  apiVersion: string;
  log: Log;
  now: () => number;
  budgetMs: number;
}

/**
 * Carries transfers to instructors, and what comes back from them, to Stripe. Claimed, made, recorded: whoever dies in
 * between leaves it to the next try, which finds what was made. The answer takes the webhook's path.
 */
export const makeProcessPayouts = (deps: ProcessPayoutsDeps) => {
  const { store, transfers, apiVersion, log, now, budgetMs } = deps;

  return async (): Promise<ProcessPayoutsReport> => {
    const start = now();
    const report: ProcessPayoutsReport = { sent: 0, returned: 0, canceled: 0, refused: 0, postponed: 0 };
    while (now() - start < budgetMs) {
      const claimed = await store.claim();
      if (claimed.length === 0) break;
      for (const transfer of claimed) report[await carry(transfer)] += 1;
    }
    return report;
  };

  async function carry(transfer: ClaimedTransfer): Promise<keyof ProcessPayoutsReport> {
    try {
      const made = await make(transfer);
      if (made === null) {
        await store.fail(transfer.transfer_id);
        return 'canceled';
      }
      await store.apply(transferEvent(made, apiVersion));
      return transfer.kind === 'transfer' ? 'sent' : 'returned';
    } catch (cause) {
      const code = refusalOf(cause);
      const { transfer_id, kind, attempt } = transfer;
      log('error', code ? `Stripe refused a ${kind}` : `a ${kind} has to wait`, {
        transfer_id,
        attempt,
        code,
        cause,
      });
      if (code === null) return 'postponed';
      await store.fail(transfer_id, code);
      return 'refused';
    }
  }

  /** Null for a transfer that is not to be made any more, and was not. */
  async function make(transfer: ClaimedTransfer): Promise<Stripe.Transfer | null> {
    if (transfer.kind === 'reversal') return transfers.reverse(transfer);
    // Stripe forgets an idempotency key after a day: from the second try on it is asked first.
    const earlier = transfer.attempt > 1 || transfer.is_void ? await transfers.find(transfer) : null;
    return transfer.is_void ? earlier : (earlier ?? transfers.create(transfer));
  }
};

/** Only what Stripe says about the transfer itself is final; everything else is tried again when the lease is over. */
function refusalOf(error: unknown): string | null {
  const cause = error instanceof LearnFlowError ? error.cause : undefined;
  if (!(cause instanceof Stripe.errors.StripeInvalidRequestError)) return null;
  // Another try is under way.
  const passing = ['idempotency_key_in_use', 'lock_timeout'];
  return passing.includes(cause.code ?? '') ? null : (cause.code ?? 'refused');
}
