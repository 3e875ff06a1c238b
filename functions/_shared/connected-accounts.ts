import type Stripe from 'stripe';
import { LearnFlowError } from '../../types/errors.ts';
import { askStripe } from './stripe.ts';
import type { SyncEvent } from './sync-event.ts';

/** What we keep of a connected account. Who its owner is, Stripe knows and we need not. */
export interface AccountPicture {
  id: string;
  object: 'account';
  country: string | null;
  details_submitted: boolean;
  payouts_enabled: boolean;
  capabilities: { transfers: string };
  requirements: { disabled_reason: string | null; currently_due: string[] };
}

/** An account as it was at a moment. */
export interface FetchedAccount {
  account: AccountPicture;
  /** Taken before Stripe was asked, so that of two answers the one asked for last is the newer one. */
  askedAt: string;
}

export type FetchAccount = (id: string) => Promise<FetchedAccount>;

export const createFetchAccount =
  (stripe: Stripe, now: () => number = Date.now): FetchAccount =>
  async (id) => {
    const askedAt = new Date(now()).toISOString();
    try {
      return { account: pictureOf(await askStripe(stripe.accounts.retrieve(id))), askedAt };
    } catch (error) {
      if (isGone(error)) return { account: goneAccount(id), askedAt };
      throw error;
    }
  };

export const pictureOf = (account: Stripe.Account): AccountPicture => ({
  id: account.id,
  object: 'account',
  country: account.country ?? null,
  details_submitted: account.details_submitted ?? false,
  payouts_enabled: account.payouts_enabled ?? false,
  capabilities: { transfers: account.capabilities?.transfers ?? 'inactive' },
  requirements: {
    disabled_reason: account.requirements?.disabled_reason ?? null,
    currently_due: account.requirements?.currently_due ?? [],
  },
});

/** Its owner has closed it, or taken our access away. */
const goneAccount = (id: string): AccountPicture => ({
  id,
  object: 'account',
  country: null,
  details_submitted: true,
  payouts_enabled: false,
  capabilities: { transfers: 'inactive' },
  requirements: { disabled_reason: 'platform_access_revoked', currently_due: [] },
});

const isGone = (error: unknown): boolean => {
  const cause = error instanceof LearnFlowError ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'account_invalid' || code === 'resource_missing';
};

/** What we asked of an account ourselves, as an event. */
export const accountEvent = (
  { account, askedAt }: FetchedAccount,
  { apiVersion, livemode }: { apiVersion: string; livemode: boolean },
): SyncEvent => ({
  id: `sync:${account.id}:${askedAt}`,
  object: 'event',
  type: 'account.updated',
  livemode,
  api_version: apiVersion,
  data: { object: account },
  asked_at: askedAt,
});

/**
 * Events of accounts come late, twice and in any order, and carry the picture of then: what they are good for is to say
 * which account to look at. Every other event is passed on as it came.
 */
export const makeFreshEvent =
  (fetchAccount: FetchAccount) =>
  async (event: Stripe.Event): Promise<Stripe.Event | SyncEvent> => {
    if (event.type !== 'account.updated') return event;
    const { account, askedAt } = await fetchAccount(event.data.object.id);
    const { id, type, livemode, api_version } = event;
    return {
      id,
      object: 'event',
      type,
      livemode,
      api_version: api_version ?? '',
      data: { object: account },
      asked_at: askedAt,
    };
  };
export type FreshEvent = ReturnType<typeof makeFreshEvent>;
