import type Stripe from 'stripe';
import { pictureOf } from '../_shared/connected-accounts.ts';
import { askStripe } from '../_shared/stripe.ts';
import type { OnboardInstructorDeps } from './handler.ts';

export const createAccounts = (
  stripe: Stripe,
  now: () => number = Date.now,
): OnboardInstructorDeps['accounts'] => ({
  async create({ user_id, email, gone_account_id }) {
    const askedAt = new Date(now()).toISOString();
    const account = await askStripe(
      stripe.accounts.create(
        {
          // What Stripe calls an Express account: the platform bears fees and losses, Stripe asks for papers.
          controller: {
            fees: { payer: 'application' },
            losses: { payments: 'application' },
            requirement_collection: 'stripe',
            stripe_dashboard: { type: 'express' },
          },
          capabilities: { transfers: { requested: true } },
          email,
          metadata: { user_id },
        },
        // A lost answer and a second click meet the same account, but not the one that was closed. The e-mail is part of it: it
        // may have changed since.
        {
          idempotencyKey: ['account', user_id, email, ...(gone_account_id ? [gone_account_id] : [])].join(
            ':',
          ),
        },
      ),
    );
    return { account: pictureOf(account), askedAt };
  },

  async link(account, urls) {
    const { url, expires_at } = await askStripe(
      stripe.accountLinks.create({
        account,
        type: 'account_onboarding',
        refresh_url: urls.refresh,
        return_url: urls.return,
      }),
    );
    return { url, expiresAt: expires_at };
  },
});
