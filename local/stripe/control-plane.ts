import { Hono } from 'hono';
import Stripe from 'stripe';
import { z } from 'zod';
import { ApiError, invalidRequest, noSuch } from './api-error.ts';
import type { Emulator, Http } from './api.ts';
import { type Context, makeContext } from './context.ts';
import { FaultInput } from './faults.ts';
import { newId } from './ids.ts';
import { challengePage, overviewPage, receiptPage } from './pages.ts';
import { authenticate, settle } from './payment-intent-machine.ts';
import { findAccount, setOnboarded } from './resources/accounts.ts';
import { findCharge } from './resources/charges.ts';
import {
  closeDispute,
  escalateInquiry,
  findDispute,
  openDispute,
  warnOfFraud,
} from './resources/disputes.ts';
import { find as findIntent } from './resources/payment-intents.ts';
import { payOut } from './resources/payouts.ts';
import { settleRefund } from './resources/refunds.ts';
import { checkEndpoint } from './webhooks/endpoints.ts';
import type { WebhookDelivery } from './webhooks/delivery.ts';
import { ForgeInput, HoldInput, RedeliverInput, Rehearsal, ReleaseInput } from './webhooks/rehearsal.ts';

const Decision = z.strictObject({ id: z.string(), ok: z.boolean() });
const ChargeRef = z.strictObject({ charge: z.string().optional(), payment_intent: z.string().optional() });
const DisputeInput = ChargeRef.extend({ inquiry: z.boolean().default(false), reason: z.string().optional() });
const EndpointsInput = z.array(
  z.strictObject({
    url: z.url(),
    secret: z.union([z.string(), z.array(z.string())]),
    events: z.array(z.string()).optional(),
    connect: z.boolean().optional(),
  }),
);

/** What in the real world is done by buyers, banks, networks and time; under `/_emu`, in JSON. */
export function makeControlPlane(emulator: Emulator, webhooks: WebhookDelivery): Hono<Http> {
  const app = new Hono<Http>();
  const { store, faults } = emulator;
  const rehearsal = new Rehearsal(webhooks, store);

  const context = (): Context =>
    makeContext({
      store,
      now: emulator.now,
      baseUrl: emulator.baseUrl(),
      caller: 'control',
      version: null,
      request: { id: null, idempotency_key: null },
      publish: emulator.publish,
    });

  function knob<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    turn: (input: z.output<Schema>, ctx: Context) => object | Promise<object>,
    method: 'POST' | 'PUT' | 'DELETE' = 'POST',
  ): void {
    app.on(method, path, async (call) => {
      const text = await call.req.text();
      const input = schema.safeParse(text === '' ? {} : JSON.parse(text));
      if (!input.success) return call.json({ error: { message: z.prettifyError(input.error) } }, 400);
      return call.json(await turn(input.data, context()));
    });
  }

  app.onError((error, call) =>
    error instanceof ApiError || error instanceof SyntaxError
      ? call.json({ error: { message: error.message } }, 400)
      : call.json({ error: { message: error.stack ?? error.message } }, 500),
  );

  // Buyers and their banks.
  knob('/3ds', Decision, ({ id, ok }, ctx) => authenticate(ctx, findIntent(ctx, id), ok));
  knob('/settle', Decision, ({ id, ok }, ctx) => {
    const refund = store.refunds.get(id);
    return refund ? settleRefund(ctx, refund, ok) : settle(ctx, findIntent(ctx, id), ok);
  });
  knob('/dispute', DisputeInput, ({ inquiry, reason, ...ref }, ctx) =>
    openDispute(ctx, chargeOf(ctx, ref), { isInquiry: inquiry, reason }),
  );
  knob('/dispute/close', z.strictObject({ id: z.string(), won: z.boolean() }), ({ id, won }, ctx) =>
    closeDispute(ctx, findDispute(ctx, id), won),
  );
  knob('/dispute/escalate', z.strictObject({ id: z.string() }), ({ id }, ctx) =>
    escalateInquiry(ctx, findDispute(ctx, id)),
  );
  knob('/early_fraud_warning', ChargeRef, (ref, ctx) => warnOfFraud(ctx, chargeOf(ctx, ref)));
  knob('/onboarding', Decision, ({ id, ok }, ctx) => setOnboarded(ctx, findAccount(ctx, id), ok));

  knob('/payout', z.strictObject({ id: z.string(), amount: z.int().positive().optional() }), (input, ctx) =>
    payOut(ctx, findAccount(ctx, input.id), input.amount),
  );

  // The network between us and Stripe.
  knob('/fault', FaultInput, (fault) => {
    faults.add(fault);
    return faults.list();
  });
  app.get('/fault', (call) => call.json(faults.list()));
  const Forgotten = z.strictObject({ about: z.string().min(1).optional() });
  knob('/fault', Forgotten, ({ about }) => (faults.clear(about), faults.list()), 'DELETE');

  // Webhooks.
  knob('/hold', HoldInput, (input) => (rehearsal.hold(input), { holding: true }));
  knob('/release', ReleaseInput, (input) => rehearsal.release(input));
  knob('/redeliver', RedeliverInput, (input) => rehearsal.redeliver(input));
  knob('/forge', ForgeInput, (input) => rehearsal.forge(input, eventTemplate(emulator)));
  knob('/idle', z.strictObject({}), async () => (await webhooks.idle(), { idle: true }));
  knob(
    '/webhooks',
    EndpointsInput,
    (endpoints) => {
      endpoints.forEach(checkEndpoint);
      webhooks.endpoints = endpoints;
      return endpoints.map(({ url }) => ({ url }));
    },
    'PUT',
  );
  app.get('/requests', (call) => call.json(emulator.requests.after(Number(call.req.query('after') ?? 0))));
  app.get('/deliveries', (call) => call.json([...store.deliveries]));

  knob('/reset', z.strictObject({}), () => {
    for (const [, table] of store.tables()) table.clear();
    faults.clear();
    webhooks.holding.clear();
    return { reset: true };
  });

  // For people.
  app.get('/', (call) => call.html(overviewPage(store)));
  app.get('/receipts/:id', (call) => call.html(receiptPage(findCharge(context(), call.req.param('id')))));
  app.get('/3ds/:id', (call) => call.html(challengePage(findIntent(context(), call.req.param('id')))));
  app.post('/3ds/:id', async (call) => {
    const ctx = context();
    const intent = findIntent(ctx, call.req.param('id'));
    const { ok } = await call.req.parseBody();
    const done = authenticate(ctx, intent, ok === 'yes');
    const back = intent.next_action?.redirect_to_url?.return_url;
    if (!back) return call.redirect('/_emu/');
    const url = new URL(back);
    url.searchParams.set('payment_intent', done.id);
    url.searchParams.set('payment_intent_client_secret', done.client_secret ?? '');
    url.searchParams.set('redirect_status', done.status === 'succeeded' ? 'succeeded' : 'failed');
    return call.redirect(url.href);
  });
  app.get('/onboarding/:id', (call) => {
    const ctx = context();
    setOnboarded(ctx, findAccount(ctx, call.req.param('id')), true);
    return call.redirect(call.req.query('return_url') ?? '/_emu/');
  });
  return app;
}

function chargeOf(ctx: Context, ref: z.output<typeof ChargeRef>): Stripe.Charge {
  if (ref.charge !== undefined) return findCharge(ctx, ref.charge);
  if (ref.payment_intent === undefined) throw invalidRequest('Name a charge or a payment_intent.');
  const intent = findIntent(ctx, ref.payment_intent);
  if (typeof intent.latest_charge !== 'string') throw noSuch('charge', `latest of ${intent.id}`);
  return findCharge(ctx, intent.latest_charge);
}

function eventTemplate({ now }: Emulator): Stripe.EventBase {
  return {
    id: newId('event'),
    object: 'event',
    api_version: Stripe.API_VERSION,
    created: now(),
    data: { object: {} },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type: 'payment_intent.succeeded',
  };
}
