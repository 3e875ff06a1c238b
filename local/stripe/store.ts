import type Stripe from 'stripe';
import type { StoredAnswer } from './idempotency.ts';
import type { Delivery } from './webhooks/delivery.ts';

/** Rows in order of creation. A row is replaced, never changed in place, so that a snapshot stays what it was. */
export class Table<Row extends { id: string }> {
  readonly #rows = new Map<string, Row>();
  /** Grows with every write, so that whoever keeps a copy knows when it is old. */
  changes = 0;

  get(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  put(row: Row): Row {
    this.changes += 1;
    this.#rows.set(row.id, row);
    return row;
  }

  update(row: Row, change: Partial<Row>): Row {
    return this.put({ ...row, ...change });
  }

  remove(id: string): void {
    this.changes += 1;
    this.#rows.delete(id);
  }

  [Symbol.iterator](): IterableIterator<Row> {
    return this.#rows.values();
  }

  newestFirst(): Row[] {
    return [...this].toReversed();
  }

  clear(): void {
    this.changes += 1;
    this.#rows.clear();
  }
}

/** Which of Stripe's test payment methods one of ours was made from: it decides how the payment goes. */
export type TestMethodLink = { id: string; token: string };

export class Store {
  readonly accounts = new Table<Stripe.Account>();
  readonly balanceTransactions = new Table<Stripe.BalanceTransaction>();
  readonly charges = new Table<Stripe.Charge>();
  readonly customers = new Table<Stripe.Customer>();
  readonly deliveries = new Table<Delivery>();
  readonly disputes = new Table<Stripe.Dispute>();
  readonly earlyFraudWarnings = new Table<Stripe.Radar.EarlyFraudWarning>();
  readonly events = new Table<Stripe.Event>();
  readonly idempotency = new Table<StoredAnswer>();
  readonly paymentIntents = new Table<Stripe.PaymentIntent>();
  readonly paymentMethods = new Table<Stripe.PaymentMethod>();
  readonly payouts = new Table<Stripe.Payout>();
  readonly refunds = new Table<Stripe.Refund>();
  readonly testMethods = new Table<TestMethodLink>();
  readonly transferReversals = new Table<Stripe.TransferReversal>();
  readonly transfers = new Table<Stripe.Transfer>();

  /** Any object by its id; the prefix says where it lives. */
  find(id: string): object | undefined {
    return this.#byPrefix[id.slice(0, id.indexOf('_'))]?.get(id);
  }

  tables(): [name: string, table: Table<{ id: string }>][] {
    return Object.entries(this).filter(
      (entry): entry is [string, Table<{ id: string }>] => entry[1] instanceof Table,
    );
  }

  readonly #byPrefix: Record<string, { get(id: string): object | undefined } | undefined> = {
    acct: this.accounts,
    ch: this.charges,
    cus: this.customers,
    du: this.disputes,
    evt: this.events,
    issfr: this.earlyFraudWarnings,
    pi: this.paymentIntents,
    pm: this.paymentMethods,
    po: this.payouts,
    py: this.charges,
    pyr: this.refunds,
    re: this.refunds,
    tr: this.transfers,
    trr: this.transferReversals,
    txn: this.balanceTransactions,
  };
}
