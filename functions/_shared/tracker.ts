import { env } from 'node:process';
import type { LogFields } from './log.ts';
import { redact } from './redact.ts';

/** Where errors go to be counted and looked at by people. Nothing of a person goes along. */
export interface Tracker {
  report(message: string, fields: LogFields): void;
  /** A request, when it is over. Times in milliseconds since 1970. */
  trace(name: string, start: number, end: number, fields: LogFields): void;
}

type Sentry = typeof import('@sentry/deno');
type Sdk = Pick<Sentry, 'captureException' | 'captureMessage' | 'startInactiveSpan' | 'flush'>;

const FLUSH_MS = 2_000;
const TRACES = 0.1;

declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): void } | undefined;

/** The platform ends a worker that has answered, unless it is told what is still going on. */
const keepAlive = (work: Promise<unknown>): void => {
  if (typeof EdgeRuntime !== 'undefined') EdgeRuntime.waitUntil(work);
};

/** A tracker over Sentry's SDK, or one that does nothing. Its failures never become ours. */
export function createTracker(loading: Promise<Sdk> | null): Tracker {
  if (loading === null) return { report: () => {}, trace: () => {} };

  const send = (use: (sdk: Sdk) => void) =>
    keepAlive(
      loading
        .then((sdk) => {
          use(sdk);
          return sdk.flush(FLUSH_MS);
        })
        .catch((error: unknown) => console.error('Sentry does not work:', error)),
    );
  return {
    report(message, { cause, ...fields }) {
      const context = { level: 'error' as const, extra: { message, ...fields }, tags: tagsOf(fields) };
      send((sdk) =>
        cause instanceof Error ? sdk.captureException(cause, context) : sdk.captureMessage(message, context),
      );
    },
    trace(name, start, end, fields) {
      send((sdk) =>
        sdk
          .startInactiveSpan({
            name,
            op: 'http.server',
            startTime: start / 1000,
            forceTransaction: true,
            attributes: tagsOf(fields),
          })
          .end(end / 1000),
      );
    },
  };
}

/** By what errors are counted. */
const tagsOf = (fields: LogFields): Record<string, string> =>
  Object.fromEntries(
    ['function', 'code', 'status', 'request_id']
      .filter((name) => fields[name] !== undefined)
      .map((name) => [name, String(fields[name])]),
  );

/** The event as it is written down elsewhere: deep enough for stack traces. */
export const scrub = <Event>(event: Event): Event => redact(event, -20) as Event;

/** The SDK is loaded only where it is wanted; none of its integrations, which would look at requests and at the console. */
async function loadSentry(dsn: string): Promise<Sdk> {
  const sentry = await import('@sentry/deno');
  sentry.init({
    dsn,
    environment: env['SENTRY_ENVIRONMENT'] || 'production',
    defaultIntegrations: false,
    skipOpenTelemetrySetup: true,
    sendDefaultPii: false,
    tracesSampleRate: TRACES,
    serverName: 'edge-function',
    beforeSend: scrub,
    beforeSendTransaction: scrub,
  });
  return sentry;
}

const dsn = env['SENTRY_DSN'];

export const tracker: Tracker = createTracker(dsn ? loadSentry(dsn) : null);
