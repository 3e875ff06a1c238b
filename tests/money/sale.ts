import fc from 'fast-check';
import type { TransactionSql } from 'postgres';

/** What may happen to the money of a sale; what Stripe would not let happen, or makes no sense yet, is passed over. */
export const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ refund: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 2, arbitrary: fc.record({ refundLine: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ bounce: fc.constant('the last refund') }) },
  { weight: 2, arbitrary: fc.record({ dispute: fc.constantFrom('opened', 'won', 'lost') }) },
  { weight: 1, arbitrary: fc.record({ fee: fc.constant('told') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      again: fc.constantFrom('paid', 'paid', 'refunded', 'bounced', 'disputed', 'won', 'lost'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ payout: fc.constant('decided') }) },
  // A worker that dies has taken transfers, and Stripe has not heard of them.
  { weight: 5, arbitrary: fc.record({ transfers: fc.constantFrom('carried', 'carried', 'taken') }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Claimed {
  transfer_id: string;
  kind: 'transfer' | 'reversal';
  destination: string;
  stripe_transfer_id: string | null;
  amount_cents: number;
  currency: string;
  is_void: boolean;
  metadata: object;
}

interface Transfer {
  id: string;
  amount: number;
  amount_reversed: number;
  destination: string;
  currency: string;
  metadata: object;
  reversals: { data: { id: string; amount: number; metadata: object }[] };
}

type Again = 'here' | 'back' | 'stuck' | 'disputed' | 'won' | 'lost';

/** What may happen to a payment that comes too much: from where to where. */
const again: Record<
  'paid' | 'refunded' | 'bounced' | 'disputed' | 'won' | 'lost',
  [from: readonly (Again | undefined)[], to: Again]
> = {
  paid: [[undefined], 'here'],
  refunded: [['here'], 'back'],
  bounced: [['back'], 'stuck'],
  disputed: [['here', 'stuck'], 'disputed'],
  won: [['disputed'], 'won'],
  lost: [['disputed'], 'lost'],
};

const feeOfDispute = 1500;
const instructors = ['ada', 'carl', 'dora'];

/** One sale, paid and beyond its hold, to instructors whom Stripe may pay; and what Stripe would say of it. */
export class Sale {
  readonly #sql: TransactionSql;
  readonly #order: string;
  readonly #lines: { id: string; total: number }[];
  readonly #paid: number;
  #refunds: { id: string; amount: number; line?: string }[] = [];
  #count = 0;
  #fees = 0;
  #isFeeTold = false;
  #dispute: { amount: number; state: 'opened' | 'won' | 'lost' } | undefined;
  /** What became of the payment that came too much; undefined before it came. */
  #again: Again | undefined;
  readonly #transfers = new Map<string, Transfer>();

  private constructor(sql: TransactionSql, order: string, lines: { id: string; total: number }[]) {
    this.#sql = sql;
    this.#order = order;
    this.#lines = lines;
    this.#paid = lines.reduce((sum, { total }) => sum + total, 0);
  }

  static async of(sql: TransactionSql, courses: readonly string[]): Promise<Sale> {
    const [order] = await sql`select tests.check_out('bob', ${courses}) as id`;
    await sql`select tests.pay(${order!['id']}, 'pi_1')`;
    await sql`set constraints all immediate`;
    await sql`alter table private.ledger_entries disable trigger keep_history`;
    await sql`update private.ledger_entries set available_at = now() where available_at > now()`;
    await sql`alter table private.ledger_entries enable trigger keep_history`;
    await sql`set constraints all deferred`;
    for (const name of instructors) {
      const account = {
        id: `acct_${name}`,
        country: 'US',
        details_submitted: true,
        payouts_enabled: true,
        capabilities: { transfers: 'active' },
        requirements: { disabled_reason: null, currently_due: [] },
      };
      await sql`select public.remember_payout_account(tests.user_id(${name}), ${sql.json(account)}, now())`;
    }
    const lines = await sql<{ id: string; total: number }[]>`
      select id, total_cents as total from public.order_items where order_id = ${order!['id']} order by position`;
    return new Sale(sql, order!['id'], [...lines]);
  }

  /** What Stripe holds of it. */
  atStripe(): number {
    const transferred = [...this.#transfers.values()].map(
      ({ amount, amount_reversed: back }) => amount - back,
    );
    const tooMuch = ['here', 'stuck', 'disputed', 'won'].includes(this.#again ?? '') ? this.#paid : 0;
    return this.#left() + tooMuch - this.#fees - transferred.reduce((sum, amount) => sum + amount, 0);
  }

  /** What we believe that it holds, or a bank has taken until its dispute ends. */
  async cash(): Promise<number> {
    await this.#sql`set constraints all immediate`;
    await this.#sql`set constraints all deferred`;
    const [row] = await this.#sql`
      select coalesce(sum(e.amount_cents), 0)::int as cents
      from private.ledger_entries e join private.ledger_accounts a on a.id = e.account_id
      where a.kind in ('stripe_cash', 'disputed_funds')`;
    return row!['cents'];
  }

  async take(one: Step): Promise<void> {
    if ('refund' in one) return this.#refund(Math.ceil((this.#left() * one.refund) / 100));
    if ('refundLine' in one) {
      const line = this.#lines[one.refundLine % this.#lines.length]!;
      if (this.#refunds.some((refund) => refund.line === line.id) || line.total > this.#left()) return;
      return this.#refund(line.total, line.id);
    }
    if ('bounce' in one) {
      const last = this.#refunds.pop();
      if (last) await this.#says('refund.failed', { ...this.#refundObject(last), status: 'failed' });
      return;
    }
    if ('dispute' in one) return this.#disputes(one.dispute);
    if ('fee' in one) return this.#priced();
    if ('again' in one) return this.#paysAgain(one.again);
    if ('payout' in one) {
      for (const name of instructors)
        await this.#sql`select private.create_payout(tests.user_id(${name}), 'usd', 1)`;
      return;
    }
    const claimed = await this.#claim();
    if (one.transfers === 'carried') await this.#carry(claimed);
  }

  #left(): number {
    const back = this.#refunds.reduce((sum, { amount }) => sum + amount, 0);
    return this.#paid - back - (this.#dispute?.state === 'lost' ? this.#dispute.amount : 0);
  }

  async #says(type: string, object: object): Promise<void> {
    await this.#sql`select tests.stripe_says(${type}, ${this.#sql.json(object as never)})`;
  }

  #refundObject({ id, amount, line }: { id: string; amount: number; line?: string }) {
    const metadata = line === undefined ? {} : { order_item_ids: line };
    return { id, object: 'refund', amount, payment_intent: 'pi_1', metadata };
  }

  async #refund(amount: number, line?: string): Promise<void> {
    // Stripe does not refund what a bank has asked back.
    if (amount === 0 || this.#dispute) return;
    this.#count += 1;
    const refund = { id: `re_${this.#count}`, amount, ...(line !== undefined && { line }) };
    this.#refunds.push(refund);
    await this.#says('refund.created', { ...this.#refundObject(refund), status: 'succeeded' });
  }

  async #disputes(state: 'opened' | 'won' | 'lost'): Promise<void> {
    if (state === 'opened') {
      if (this.#dispute || this.#left() === 0) return;
      this.#dispute = { amount: this.#left(), state };
      this.#fees += feeOfDispute;
    } else {
      if (this.#dispute?.state !== 'opened') return;
      this.#dispute.state = state;
    }
    const object = {
      id: 'dp_1',
      object: 'dispute',
      amount: this.#dispute.amount,
      currency: 'usd',
      payment_intent: 'pi_1',
      status: state === 'opened' ? 'needs_response' : state,
      balance_transactions: [{ fee: feeOfDispute, currency: 'usd' }],
    };
    await this.#says(state === 'opened' ? 'charge.dispute.created' : 'charge.dispute.closed', object);
  }

  /** A payment too many, which goes back by itself; its refund bounces, or a bank is asked for it. */
  async #paysAgain(what: keyof typeof again): Promise<void> {
    const [from, to] = again[what];
    if (!from.includes(this.#again)) return;
    this.#again = to;
    const object = { amount: this.#paid, currency: 'usd', payment_intent: 'pi_2' };
    if (what === 'paid') {
      const metadata = { order_id: this.#order, attempt: '2' };
      const money = { amount_received: this.#paid, latest_charge: 'ch_2' };
      await this.#says('payment_intent.succeeded', { ...object, ...money, id: 'pi_2', metadata });
    } else if (what === 'refunded' || what === 'bounced') {
      const [asked] = await this.#sql`
        select r.id from private.refunds r join public.payments p on p.id = r.payment_id
        where p.stripe_payment_intent_id = 'pi_2'`;
      const refund = { ...object, id: 're_again', object: 'refund', metadata: { refund_id: asked!['id'] } };
      if (what === 'refunded') await this.#says('refund.created', { ...refund, status: 'succeeded' });
      else await this.#says('refund.failed', { ...refund, status: 'failed' });
    } else {
      if (what === 'disputed') this.#fees += feeOfDispute;
      await this.#says(what === 'disputed' ? 'charge.dispute.created' : 'charge.dispute.closed', {
        ...object,
        id: 'dp_2',
        object: 'dispute',
        status: what === 'disputed' ? 'needs_response' : what,
        balance_transactions: [{ fee: feeOfDispute, currency: 'usd' }],
      });
    }
  }

  async #priced(): Promise<void> {
    if (this.#isFeeTold) return;
    this.#isFeeTold = true;
    const fee = Math.floor(this.#paid * 0.029) + 30;
    this.#fees += fee;
    await this.#sql`select public.record_processing_fee(p.id, ${fee}, 'usd') 
      from public.payments p where p.stripe_payment_intent_id = 'pi_1'`;
  }

  /** Whoever had them is dead, and the lease over. */
  async #claim(): Promise<Claimed[]> {
    await this.#sql`update private.transfers set locked_until = null where locked_until is not null`;
    const [row] = await this.#sql<{ claimed: Claimed[] }[]>`select public.claim_transfers(100) as claimed`;
    return row!.claimed;
  }

  /** As the worker does: sends, asks back, and only looks for what is void and finds nothing. */
  async #carry(all: readonly Claimed[]): Promise<void> {
    for (const claimed of all) {
      const { transfer_id, kind, stripe_transfer_id, amount_cents, metadata, destination, currency } =
        claimed;
      if (claimed.is_void) {
        await this.#sql`select public.fail_transfer(${transfer_id}, null)`;
      } else if (kind === 'transfer') {
        const id = `tr_${transfer_id}`;
        const money = { amount: amount_cents, amount_reversed: 0, destination, currency, metadata };
        this.#transfers.set(id, { id, ...money, reversals: { data: [] } });
        await this.#says('transfer.created', this.#transfers.get(id)!);
      } else {
        const sent = this.#transfers.get(stripe_transfer_id!)!;
        sent.amount_reversed += amount_cents;
        sent.reversals.data.push({ id: `trr_${transfer_id}`, amount: amount_cents, metadata });
        await this.#says('transfer.reversed', sent);
      }
    }
  }
}
