import Stripe from 'stripe';
import { newId } from './ids.ts';
import type { Store } from './store.ts';

export type EventOf<Type extends Stripe.Event['type']> = Extract<Stripe.Event, { type: Type }>;

/** What one request, or one turn of a knob on the control plane, works with. */
export type Context = {
  store: Store;
  /** Seconds since 1970, as Stripe counts. */
  now: () => number;
  baseUrl: string;
  caller: 'secret' | 'publishable' | 'control';
  /** The API version asked for. Who asks for none is served as an old account would be. */
  version: string | null;
  /** Records that something happened and lets the webhooks know. */
  emit: <Type extends Stripe.Event['type']>(
    type: Type,
    object: EventOf<Type>['data']['object'],
    details?: { previous?: object; account?: string },
  ) => void;
};

type ContextInput = Omit<Context, 'emit'> & {
  request: { id: string | null; idempotency_key: string | null };
  publish: (event: Stripe.Event) => void;
};

export function makeContext({ request, publish, ...base }: ContextInput): Context {
  return {
    ...base,
    emit(type, object, { previous, account } = {}) {
      const event = {
        id: newId('event'),
        object: 'event',
        ...(account && { account }),
        api_version: Stripe.API_VERSION,
        created: base.now(),
        data: { object, ...(previous && { previous_attributes: previous }) },
        livemode: false,
        pending_webhooks: 0,
        request,
        type,
      } satisfies Stripe.EventBase;
      // The union of all events cannot be narrowed by a type that is still a parameter.
      publish(event as unknown as Stripe.Event);
    },
  };
}
