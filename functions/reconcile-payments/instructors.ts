import type Stripe from 'stripe';
import type { PaymentsWithoutFee } from '../../types/schemas/payouts.ts';
import { type FetchAccount, accountEvent } from '../_shared/connected-accounts.ts';
import type { CallDatabase } from '../_shared/database.ts';
import { stripePages } from '../_shared/stripe-pages.ts';
import { askStripe } from '../_shared/stripe.ts';
import type { SyncEvent } from '../_shared/sync-event.ts';

/** The part of the sweep that is about instructors' money: what payments cost, transfers, connected accounts. */
export interface Instructors {
  /** The next payments of which nobody has told what Stripe kept, after the one given. */
  withoutFee(after: string | undefined): Promise<PaymentsWithoutFee>;
  /** Asks Stripe and writes it into the books; false while Stripe does not know. */
  price(payment: PaymentsWithoutFee[number]): Promise<boolean>;
  transfers(since: number): AsyncIterable<Stripe.Transfer[]>;
  /** Those of the transfers that the books do not know as they are. */
  unsettled(transfers: readonly Stripe.Transfer[]): Promise<string[]>;
  /** Accounts at which nobody has looked for a day. */
  accounts(): Promise<{ id: string }[]>;
  look(accountId: string): Promise<SyncEvent>;
}

export interface InstructorsDeps {
  call: CallDatabase;
  stripe: Stripe;
  fetchAccount: FetchAccount;
  apiVersion: string;
  livemode: boolean;
}

export const createInstructors = (deps: InstructorsDeps): Instructors => {
  const { call, stripe, fetchAccount, apiVersion, livemode } = deps;
  return {
    withoutFee: (after) =>
      call('payments_without_fee', after === undefined ? {} : { after_payment_id: after }),

    async price({ payment_id, charge_id }) {
      const { balance_transaction: movement } = await askStripe(
        stripe.charges.retrieve(charge_id, { expand: ['balance_transaction'] }),
      );
      if (movement === null || typeof movement === 'string') return false;
      const { fee, currency } = movement;
      await call('record_processing_fee', { payment_id, fee_cents: fee, currency });
      return true;
    },

    transfers: (since) => stripePages((page) => stripe.transfers.list({ ...page, created: { gte: since } })),

    unsettled: (transfers) =>
      call('unsettled_transfers', {
        transfers: transfers.map(({ id, amount_reversed }) => ({ id, amount_reversed })),
      }),

    accounts: async () =>
      (await call('list_payout_accounts', {})).map(({ stripe_account_id: id }) => ({ id })),

    look: async (id) => accountEvent(await fetchAccount(id), { apiVersion, livemode }),
  };
};
