import { describe, expect, test, vi } from 'vitest';
import { type HealthDeps, makeHealth } from '../../functions/health/handler.ts';
import type { HealthDetails, HealthReport } from '../../types/schemas/health.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const short = {
  status: 'healthy',
  database: 'ok',
  cache: 'ok',
  timestamp: '2026-01-01T12:00:00+00:00',
} as const;
const report: HealthReport = {
  ...short,
  stripe_livemode: false,
  events: { last_received_at: null, failed: 0 },
  payments: { open: 0, oldest_at: null },
  refunds: { waiting: 0, oldest_at: null },
  transfers: { waiting: 0, oldest_at: null },
  outbox: { waiting: 0, dead: 0, oldest_at: null },
  jobs: { late: 0, most_overdue_seconds: 0, failing: {} },
  anomalies: { open: 0, oldest_at: null, kinds: {} },
};

const health = (changes: Partial<HealthDeps> = {}) =>
  makeHealth({
    ask: async () => short,
    report: async () => report,
    askStorage: async () => {},
    askStripe: async () => {},
    stripeMode: 'test',
    now: () => now,
    ...changes,
  });
const away = async () => {
  throw new Error('connection to 10.0.0.1 refused');
};
const problemsOf = async (changes: Partial<HealthDeps>) =>
  ((await health(changes)(true)).body as HealthDetails).problems;

describe('the health of the service', () => {
  test('is one small answer for everybody, and nothing else is asked for it', async () => {
    const askStripe = vi.fn();
    expect(await health({ askStripe })(false)).toEqual({ status: 200, body: short });
    expect(askStripe).not.toHaveBeenCalled();
  });

  test.each([false, true])('is bad when the database is away (details: %s)', async (details) => {
    const { status, body } = await health({ ask: away, report: away })(details);
    expect([status, body]).toEqual([500, { status: 'unhealthy', error: 'The database does not answer.' }]);
  });

  test('is bad within two seconds when the database is asleep', async () => {
    vi.useFakeTimers();
    const answer = health({ ask: () => new Promise(() => {}) })(false);
    await vi.advanceTimersByTimeAsync(2_000);
    expect((await answer).status).toBe(500);
    vi.useRealTimers();
  });

  test('has no problems when nothing waits', async () => {
    const { status, body } = await health()(true);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'healthy',
      problems: [],
      stripe: { reachable: true, mode: 'test' },
    });
  });

  const longAgo = '2026-01-01T11:44:00+00:00';
  const lately = '2026-01-01T11:50:00+00:00';
  test.each<[string, Partial<HealthReport>, RegExp]>([
    ['jobs are late', { jobs: { ...report.jobs, late: 2 } }, /2 scheduled jobs are late/],
    ['a job fails', { jobs: { ...report.jobs, failing: { sweep: 'It rained.' } } }, /sweep/],
    ['events failed', { events: { last_received_at: null, failed: 1 } }, /1 events/],
    ['mails died', { outbox: { waiting: 0, dead: 4, oldest_at: null } }, /4 mails/],
    ['mail waits', { outbox: { waiting: 1, dead: 0, oldest_at: longAgo } }, /Mail waits/],
    ['a transfer waits', { transfers: { waiting: 1, oldest_at: longAgo } }, /transfer to an instructor/],
    ['a refund waits', { refunds: { waiting: 1, oldest_at: longAgo } }, /refund waits/],
    ['money does not fit', { anomalies: { open: 1, oldest_at: lately, kinds: { x: 1 } } }, /1 anomalies/],
    ['the modes differ', { stripe_livemode: true }, /stripe_livemode/],
  ])('says when %s', async (_, changes, text) => {
    expect(await problemsOf({ report: async () => ({ ...report, ...changes }) })).toEqual([
      expect.stringMatching(text),
    ]);
  });

  test('is patient for a quarter of an hour', async () => {
    const waiting = {
      outbox: { waiting: 1, dead: 0, oldest_at: lately },
      refunds: { waiting: 1, oldest_at: lately },
    };
    expect(await problemsOf({ report: async () => ({ ...report, ...waiting }) })).toEqual([]);
  });

  test('says what of the outside is away, and stays up', async () => {
    const { status, body } = await health({ askStorage: away, askStripe: away })(true);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'degraded',
      storage: 'unreachable',
      stripe: { reachable: false },
      problems: [expect.stringMatching(/Storage/), expect.stringMatching(/Stripe/)],
    });
  });
});
