import type { Health, HealthDetails, HealthReport } from '../../types/schemas/health.ts';

export interface HealthDeps {
  /** The short answer of the database. */
  ask(): Promise<Health>;
  report(): Promise<HealthReport>;
  /** Resolves when Storage answers. */
  askStorage(): Promise<unknown>;
  /** Resolves when Stripe takes our key. */
  askStripe(): Promise<unknown>;
  stripeMode: 'test' | 'live';
  now: () => number;
}

export interface HealthAnswer {
  status: 200 | 500;
  body: Health | HealthDetails | { status: 'unhealthy'; error: string };
}

/** Whoever asks how we are is answered within two seconds; who asks for details has more patience. */
const PATIENCE_MS = 1_800;
const PATIENCE_FOR_DETAILS_MS = 5_000;

const minutes = (count: number) => count * 60_000;

/** Is the service well? Everybody learns yes or no; a machine of ours learns what is behind, and what waits for a person. */
export const makeHealth = (deps: HealthDeps) => {
  return async (wantsDetails: boolean): Promise<HealthAnswer> => {
    try {
      if (!wantsDetails) return { status: 200, body: await within(deps.ask(), PATIENCE_MS) };
      return { status: 200, body: await details() };
    } catch {
      // The story behind it is in the database's own log: a stranger need not read it.
      return { status: 500, body: { status: 'unhealthy', error: 'The database does not answer.' } };
    }
  };

  async function details(): Promise<HealthDetails> {
    const [report, storage, stripe] = await Promise.all([
      within(deps.report(), PATIENCE_FOR_DETAILS_MS),
      succeeds(deps.askStorage),
      succeeds(deps.askStripe),
    ]);
    const found: Omit<HealthDetails, 'problems'> = {
      ...report,
      storage: storage ? 'ok' : 'unreachable',
      stripe: { reachable: stripe, mode: deps.stripeMode },
    };
    const problems = problemsOf(found, deps.now());
    return { ...found, status: problems.length === 0 ? 'healthy' : 'degraded', problems };
  }
};

function problemsOf(found: Omit<HealthDetails, 'problems'>, now: number): string[] {
  const { stripe, storage, stripe_livemode, jobs, events, outbox, refunds, transfers, anomalies } = found;
  const waitsLongerThan = (ms: number, { oldest_at }: { oldest_at: string | null }) =>
    oldest_at !== null && now - Date.parse(oldest_at) > ms;
  const problems: [boolean, string][] = [
    [storage !== 'ok', 'Storage does not answer.'],
    [!stripe.reachable, 'Stripe does not answer, or does not take our key.'],
    [
      (stripe.mode === 'live') !== stripe_livemode,
      `The Stripe key is of ${stripe.mode} mode, but the setting stripe_livemode is ${stripe_livemode}.`,
    ],
    [jobs.late > 0, `${jobs.late} scheduled jobs are late.`],
    [Object.keys(jobs.failing).length > 0, `Jobs fail: ${Object.keys(jobs.failing).join(', ')}.`],
    [events.failed > 0, `${events.failed} events of Stripe could not be applied.`],
    [outbox.dead > 0, `${outbox.dead} mails were given up.`],
    [waitsLongerThan(minutes(15), outbox), 'Mail waits for more than 15 minutes.'],
    [waitsLongerThan(minutes(15), refunds), 'A refund waits for more than 15 minutes.'],
    [waitsLongerThan(minutes(15), transfers), 'A transfer to an instructor waits for more than 15 minutes.'],
    [anomalies.open > 0, `${anomalies.open} anomalies of money wait for a person.`],
  ];
  return problems.filter(([isProblem]) => isProblem).map(([, text]) => text);
}

const succeeds = (ask: () => Promise<unknown>): Promise<boolean> =>
  within(ask(), PATIENCE_FOR_DETAILS_MS).then(
    () => true,
    () => false,
  );

async function within<T>(work: Promise<T>, patienceMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), patienceMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
