import type Stripe from 'stripe';
import { askStripe } from './stripe.ts';

export const STRIPE_PAGE_SIZE = 100;

/** Walks through a list of Stripe page by page, so that each page can be asked about in one call of ours. */
export async function* stripePages<Item extends { id: string }>(
  list: (page: { limit: number; starting_after?: string }) => Promise<Stripe.ApiList<Item>>,
): AsyncGenerator<Item[]> {
  let after: string | undefined;
  for (;;) {
    const { data, has_more } = await askStripe(
      list({ limit: STRIPE_PAGE_SIZE, ...(after !== undefined && { starting_after: after }) }),
    );
    if (data.length > 0) yield data;
    after = data.at(-1)?.id;
    if (!has_more || after === undefined) return;
  }
}
