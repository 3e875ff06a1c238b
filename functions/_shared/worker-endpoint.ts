import type { z } from 'zod';
import { parseJson, readText } from './body.ts';
import { endpoint } from './endpoint.ts';
import type { Log } from './log.ts';
import type { RequireOperator } from './operator.ts';

const MAX_BODY_BYTES = 1_024;

export interface WorkerEndpointOptions<Schema extends z.ZodType, Report extends Record<string, unknown>> {
  name: string;
  log: Log;
  requireOperator: RequireOperator;
  input: Schema;
  /** One round of the work. What it reports is answered and logged. */
  work: (input: z.output<Schema>) => Promise<Report>;
}

/**
 * Work that the scheduler asks for: POST, by a machine of ours only. A report is answered, and logged as facts.
 * Errors: AUTH_REQUIRED 401, TOKEN_INVALID 401, FORBIDDEN 403 (a person), BAD_REQUEST 400, PAYLOAD_TOO_LARGE 413.
 */
export const workerEndpoint = <Schema extends z.ZodType, Report extends Record<string, unknown>>(
  options: WorkerEndpointOptions<Schema, Report>,
) =>
  endpoint({ name: options.name, method: 'POST', allowedOrigins: [], log: options.log }, async (request) => {
    await options.requireOperator(request);
    const text = await readText(request, MAX_BODY_BYTES);
    const report = await options.work(parseJson(text === '' ? '{}' : text, options.input));
    return { status: 200, body: report, facts: report, quiet: isIdle(report) };
  });

/** A round every few seconds that found nothing to do is not worth a line. */
const isIdle = (report: Record<string, unknown>): boolean =>
  Object.values(report).every((value) => value === 0 || value === false);
