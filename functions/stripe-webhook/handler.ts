import Stripe from 'stripe';
import { LearnFlowError } from '../../types/errors.ts';
import type { StripeEventResult, StripeWebhookOutput } from '../../types/schemas/payments.ts';
import type { ApplyEvent } from '../_shared/apply-event.ts';
import type { FreshEvent } from '../_shared/connected-accounts.ts';

export interface StripeWebhookDeps {
  store: { apply: ApplyEvent };
  webhooks: Pick<Stripe['webhooks'], 'constructEventAsync'>;
  secrets: readonly string[];
  /** Secrets of the endpoint for connected accounts. */
  connectSecrets: readonly string[];
  /** Asks Stripe again where an event only says that something has changed. */
  fresh: FreshEvent;
}

export interface SignedPayload {
  /** The body exactly as it came: the signature is over its bytes. */
  payload: string;
  signature: string | null;
}

export interface WebhookResult {
  body: StripeWebhookOutput;
  facts: Record<string, unknown>;
}

/**
 * Believes an event only by its signature and hands it to the database, which records it once.
 * A duplicate, an unknown and a quarantined event are all received: repeating them would change nothing.
 */
export const makeStripeWebhook = (deps: StripeWebhookDeps) => {
  const { store, webhooks, secrets, connectSecrets, fresh } = deps;

  return async ({ payload, signature }: SignedPayload): Promise<WebhookResult> => {
    if (!signature) throw new LearnFlowError('INVALID_SIGNATURE');
    const event = await verify(payload, signature);
    const { outcome } = await apply(event);
    return {
      body: { received: true, outcome },
      facts: { event_id: event.id, event_type: event.type, outcome },
    };
  };

  /** The first secret that fits decides; while a secret is rolled, several are valid. */
  async function verify(payload: string, signature: string): Promise<Stripe.Event> {
    let refusal: unknown;
    for (const secret of [...secrets, ...connectSecrets]) {
      try {
        // Tolerance must stay undefined (300 s): a number that is 0 would switch the check of age off.
        const event = await webhooks.constructEventAsync(payload, signature, secret, undefined);
        // Whoever learns the secret of the other endpoint can speak about connected accounts and about nothing of ours.
        if (event.account === undefined && !secrets.includes(secret)) {
          throw new LearnFlowError('INVALID_SIGNATURE');
        }
        return event;
      } catch (cause) {
        if (cause instanceof LearnFlowError) throw cause;
        // The signature is right but what it signs is not JSON, or not an event of this kind.
        if (!(cause instanceof Stripe.errors.StripeSignatureVerificationError)) {
          throw new LearnFlowError('INVALID_PAYLOAD', { cause });
        }
        refusal = cause;
      }
    }
    throw new LearnFlowError('INVALID_SIGNATURE', { cause: refusal });
  }

  async function apply(event: Stripe.Event): Promise<StripeEventResult> {
    try {
      return await store.apply(await fresh(event));
    } catch (cause) {
      // What is no event today will be none tomorrow.
      if (cause instanceof LearnFlowError && cause.code === 'INVALID_PAYLOAD') throw cause;
      // Any 5xx makes Stripe deliver again; no failure of ours may ever read as received.
      throw new LearnFlowError('INTERNAL_ERROR', { cause });
    }
  }
};
