import fc from 'fast-check';

/** An order that waits for its money, as the database made it. */
export interface World {
  order_id: string;
  intent: string;
  attempt: number;
  /** An intent of an earlier attempt, which was canceled. */
  earlier?: string;
  total: number;
  lines: Line[];
  /** It is paid, and Stripe was asked for this refund. */
  asked?: { refund: string; line: Line };
}

interface Line {
  id: string;
  total: number;
}

/** One thing that happens to it: Stripe tells something, or we learn the intent's id. */
export type Entry =
  | { id: string; type: string; created: number; object: Record<string, unknown> }
  | { remember: string; attempt: number };

const refund = fc.record({
  /** A line by name, or a part of what is left by no name. */
  of: fc.oneof(fc.record({ line: fc.nat(2) }), fc.record({ percent: fc.integer({ min: 1, max: 100 }) })),
  path: fc.constantFrom(
    ['succeeded'],
    ['pending', 'succeeded'],
    ['pending', 'failed'],
    ['succeeded', 'failed'],
    ['pending', 'canceled'],
    ['pending'],
  ),
});

const dispute = fc.record({
  path: fc.constantFrom(
    ['warning_needs_response', 'warning_closed'],
    ['warning_needs_response', 'needs_response', 'lost'],
    ['needs_response', 'under_review'],
    ['needs_response', 'under_review', 'won'],
    ['needs_response', 'lost'],
  ),
});

/** What may happen to the money of one order, as Stripe would let it happen. */
export const life = fc.record({
  declines: fc.array(fc.constantFrom('card_declined', 'insufficient_funds', 'expired_card'), {
    maxLength: 2,
  }),
  challenged: fc.boolean(),
  debit: fc.boolean(),
  end: fc.oneof(
    { weight: 6, arbitrary: fc.constant('succeeded' as const) },
    { weight: 1, arbitrary: fc.constantFrom('canceled', 'bounced', 'open') },
  ),
  refunds: fc.array(refund, { maxLength: 3 }),
  dispute: fc.option(dispute),
  /** Seconds between two events; 0 because Stripe's clock has whole seconds. */
  pauses: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 40, maxLength: 40 }),
});

type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

/** The log that Stripe would have written, in the order in which it happened. */
export function logOf(world: World, told: Life): Entry[] {
  const { order_id, intent, attempt, earlier, total, lines, asked } = world;
  const log: Entry[] = asked ? [] : [{ remember: intent, attempt }];
  let created = 1767225600;
  const says = (type: string, object: Record<string, unknown>): void => {
    created += told.pauses[log.length % told.pauses.length]!;
    log.push({ id: `evt_${String(log.length).padStart(2, '0')}`, type, created, object });
  };
  const intentNow = (more: Record<string, unknown>) => ({
    id: intent,
    object: 'payment_intent',
    amount: total,
    amount_received: 0,
    currency: 'usd',
    metadata: { order_id, attempt: String(attempt) },
    ...more,
  });

  const isPaid = (): boolean => {
    if (earlier !== undefined) {
      const gone = {
        id: earlier,
        object: 'payment_intent',
        currency: 'usd',
        metadata: { order_id, attempt: '1' },
      };
      const last_payment_error = { code: 'card_declined', charge: 'ch_0' };
      says('payment_intent.payment_failed', { ...gone, latest_charge: 'ch_0', last_payment_error });
      says('payment_intent.canceled', { ...gone, status: 'canceled' });
    }
    says('payment_intent.created', intentNow({}));
    told.declines.forEach((code, index) => {
      const charge = `ch_no_${index}`;
      says('charge.failed', { id: charge, object: 'charge', payment_intent: intent });
      says(
        'payment_intent.payment_failed',
        intentNow({
          latest_charge: charge,
          last_payment_error: { code: 'card_declined', decline_code: code, charge },
        }),
      );
    });
    if (told.challenged) says('payment_intent.requires_action', intentNow({}));
    if (told.end === 'canceled') says('payment_intent.canceled', intentNow({ status: 'canceled' }));
    const isDebit = told.debit || told.end === 'bounced';
    if (isDebit && told.end !== 'canceled')
      says('payment_intent.processing', intentNow({ latest_charge: 'ch_1' }));
    if (told.end === 'bounced') {
      const last_payment_error = { code: 'payment_intent_payment_attempt_failed', charge: 'ch_1' };
      says('payment_intent.payment_failed', intentNow({ latest_charge: 'ch_1', last_payment_error }));
    }
    if (told.end !== 'succeeded') return false;

    says('charge.succeeded', { id: 'ch_1', object: 'charge', payment_intent: intent });
    says('payment_intent.succeeded', intentNow({ amount_received: total, latest_charge: 'ch_1' }));
    return true;
  };
  if (!asked && !isPaid()) return log;

  let left = total;
  const refunds =
    asked && told.refunds.length === 0 ? [{ of: { line: 0 }, path: ['succeeded'] }] : told.refunds;
  refunds.forEach(({ of, path }, index) => {
    const isOurs = asked !== undefined && index === 0;
    const line = isOurs ? asked.line : 'line' in of ? lines[of.line % lines.length] : undefined;
    const amount = Math.min(
      left,
      line ? line.total : Math.ceil((left * ('percent' in of ? of.percent : 0)) / 100),
    );
    if (amount === 0) return;
    left -= amount;
    path.forEach((status, step) => {
      says(step === 0 ? 'refund.created' : status === 'failed' ? 'refund.failed' : 'refund.updated', {
        id: `re_${index}`,
        object: 'refund',
        amount,
        status,
        payment_intent: intent,
        charge: 'ch_1',
        metadata: isOurs ? { refund_id: asked.refund } : line ? { order_item_ids: line.id } : {},
      });
      if (step === 0) {
        const amount_refunded = total - left;
        says('charge.refunded', { id: 'ch_1', object: 'charge', payment_intent: intent, amount_refunded });
      }
      if (status === 'failed' || status === 'canceled') left += amount;
    });
  });

  if (told.dispute && left > 0) {
    const { path } = told.dispute;
    path.forEach((status, step) => {
      const object = {
        id: 'dp_1',
        object: 'dispute',
        amount: left,
        currency: 'usd',
        status,
        payment_intent: intent,
        charge: 'ch_1',
      };
      if (status === 'needs_response') says('charge.dispute.funds_withdrawn', object);
      const isOver = ['won', 'lost', 'warning_closed'].includes(status);
      says(
        step === 0 ? 'charge.dispute.created' : isOver ? 'charge.dispute.closed' : 'charge.dispute.updated',
        object,
      );
      if (status === 'won') says('charge.dispute.funds_reinstated', object);
    });
  }
  return log;
}

/** How a log arrives: in any order, each entry once or more, some as second events about the same change, or read by ourselves. */
export const arrival = fc.record({
  keys: fc.array(fc.nat(1_000_000), { minLength: 80, maxLength: 80 }),
  copies: fc.array(fc.constantFrom('once', 'once', 'again', 'as another', 'as we asked'), {
    minLength: 40,
    maxLength: 40,
  }),
});

export function arrives(
  log: readonly Entry[],
  { keys, copies }: typeof arrival extends fc.Arbitrary<infer T> ? T : never,
): Entry[] {
  const all = log.flatMap((entry, index) => {
    const copy = copies[index % copies.length];
    if (copy === 'once') return [entry];
    if (copy === 'again' || !('id' in entry)) return [entry, entry];
    return [entry, { ...entry, id: copy === 'as another' ? `copy_${entry.id}` : `sync:${entry.id}` }];
  });
  return all
    .map((entry, index) => ({ entry, key: keys[index % keys.length]! }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ entry }) => entry);
}
