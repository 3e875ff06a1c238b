import { html } from 'hono/html';
import type Stripe from 'stripe';
import { formatAmount } from './currencies.ts';
import type { Store } from './store.ts';

type Html = ReturnType<typeof html>;
const newest = 50;

function page(title: string, body: Html | Html[]): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <style>
          body {
            font:
              15px/1.5 system-ui,
              sans-serif;
            margin: 2rem;
          }
          table {
            border-collapse: collapse;
            margin-bottom: 2rem;
          }
          th,
          td {
            border-bottom: 1px solid #ddd;
            padding: 0.25rem 1rem 0.25rem 0;
            text-align: left;
          }
          code {
            font-size: 13px;
          }
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${body}
      </body>
    </html>`;
}

function table(title: string, columns: string[], rows: (string | Html)[][]): Html {
  return html`<h2>${title}</h2>
    <table>
      <tr>
        ${columns.map((column) => html`<th>${column}</th>`)}
      </tr>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.map((cell) => html`<td>${cell}</td>`)}
          </tr>`,
      )}
    </table>`;
}

const code = (text: string): Html => html`<code>${text}</code>`;

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('T', ' ').slice(0, 19);
}

export function overviewPage(store: Store): Html {
  const intents = store.paymentIntents.newestFirst().slice(0, newest);
  const events = store.events.newestFirst().slice(0, newest);
  const deliveries = store.deliveries.newestFirst().slice(0, newest);
  return page('Stripe emulator', [
    table(
      'Payments',
      ['Created', 'Intent', 'Amount', 'Status', ''],
      intents.map((intent) => [
        time(intent.created),
        code(intent.id),
        formatAmount(intent.amount, intent.currency),
        intent.status,
        intent.status === 'requires_action'
          ? html`<a href="/_emu/3ds/${intent.id}">answer the challenge</a>`
          : '',
      ]),
    ),
    table(
      'Events',
      ['Created', 'Event', 'Type', 'Still to deliver'],
      events.map((event) => [
        time(event.created),
        code(event.id),
        event.type,
        String(event.pending_webhooks),
      ]),
    ),
    table(
      'Webhook deliveries',
      ['Event', 'To', 'State', 'Answers'],
      deliveries.map((delivery) => [
        delivery.type,
        delivery.url,
        delivery.status,
        delivery.attempts.map(({ status, error }) => status ?? error ?? '').join(', '),
      ]),
    ),
  ]);
}

export function challengePage(intent: Stripe.PaymentIntent): Html {
  return page(
    '3-D Secure test page',
    html`<p>
        A payment of ${formatAmount(intent.amount, intent.currency)} (<code>${intent.id}</code>) is
        ${intent.status}.
      </p>
      <form method="post">
        <button name="ok" value="yes">Complete authentication</button>
        <button name="ok" value="no">Fail authentication</button>
      </form>`,
  );
}

export function receiptPage(charge: Stripe.Charge): Html {
  return page(
    'Receipt',
    html`<p>
      ${formatAmount(charge.amount_captured, charge.currency)} paid on ${time(charge.created)},
      ${formatAmount(charge.amount_refunded, charge.currency)} refunded. <code>${charge.id}</code>
    </p>`,
  );
}
