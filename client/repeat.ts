import { type ErrorCode, LearnFlowError } from '../types/errors.ts';

/** Failures that may be gone a moment later. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'NETWORK_ERROR',
  'RETRY_LATER',
  'QUERY_TIMEOUT',
  'SERVICE_UNAVAILABLE',
  'REQUEST_IN_PROGRESS',
  'PAYMENT_PROVIDER_UNAVAILABLE',
  'PAYMENT_PROVIDER_TIMEOUT',
]);

const waits = [1000, 2000];
/** Who is told to wait longer is better told so: somebody sits in front of the screen. */
const longestWait = 10_000;

/**
 * Does again what failed for a passing reason, twice at most. Only for what may arrive twice: postgrest-js repeats
 * reads itself, and never writes, because it cannot know which of them may.
 */
export async function repeat<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const wait = waitAfter(error, attempt);
      if (wait === undefined || signal?.aborted) throw error;
      await pause(wait, signal);
      if (signal?.aborted) throw error;
    }
  }
}

function waitAfter(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof LearnFlowError) || !passing.has(error.code)) return undefined;
  const wait = waits[attempt];
  if (wait === undefined) return undefined;
  const asked = Math.max(wait, (error.retryAfter ?? 0) * 1000);
  return asked > longestWait ? undefined : asked;
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end);
  });
}
