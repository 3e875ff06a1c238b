import type { BegunPayoutAccount, OnboardInstructorOutput } from '../../types/schemas/payouts.ts';
import type { Caller } from '../_shared/auth.ts';
import type { FetchedAccount } from '../_shared/connected-accounts.ts';

export interface OnboardInstructorDeps {
  store: {
    /** Checks that this person may be paid. */
    begin(userId: string): Promise<BegunPayoutAccount>;
    /** Keeps the account; answers the one this person has, which is another one when two were made at once. */
    remember(userId: string, made: FetchedAccount): Promise<BegunPayoutAccount>;
  };
  accounts: {
    /** Makes the account of this person, or returns the one already made. */
    create(person: BegunPayoutAccount): Promise<FetchedAccount>;
    link(
      accountId: string,
      urls: { refresh: string; return: string },
    ): Promise<{ url: string; expiresAt: number }>;
  };
  siteUrl: string;
}

/** Leads an instructor to the page where Stripe learns whom and where to pay, the first time and whenever it wants more. */
export const makeOnboardInstructor =
  ({ store, accounts, siteUrl }: OnboardInstructorDeps) =>
  async (_input: unknown, caller: Caller): Promise<OnboardInstructorOutput> => {
    let person = await store.begin(caller.id);
    if (person.stripe_account_id === null) {
      person = await store.remember(caller.id, await accounts.create(person));
    }
    // Never what a caller says: a link of ours would lead anywhere.
    const page = new URL('/instructor/payouts', siteUrl).href;
    const { url, expiresAt } = await accounts.link(person.stripe_account_id!, {
      refresh: `${page}?onboarding=again`,
      return: `${page}?onboarding=done`,
    });
    return { url, expires_at: new Date(expiresAt * 1000).toISOString() };
  };
