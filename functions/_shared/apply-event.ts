import type Stripe from 'stripe';
import type { Json } from '../../types/database.ts';
import type { StripeEventResult } from '../../types/schemas/payments.ts';
import type { CallDatabase } from './database.ts';
import type { SyncEvent } from './sync-event.ts';

/** Records an event once and does everything that follows from it, in one transaction. */
export type ApplyEvent = (event: Stripe.Event | SyncEvent) => Promise<StripeEventResult>;

export const createApplyEvent =
  (call: CallDatabase): ApplyEvent =>
  (event) =>
    call('apply_stripe_event', { event: storable(event) });

/** It came as JSON and goes on as JSON, without what the database refuses in a text and a buyer's name can bring. */
const storable = (event: Stripe.Event | SyncEvent): Json =>
  JSON.parse(JSON.stringify(event), (_, value: Json) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\ufffd') : value,
  ) as Json;
