import { z } from 'zod';
import { Count, Timestamp } from './common.ts';

/** The short answer, for monitors. */
export const Health = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  database: z.literal('ok'),
  cache: z.enum(['ok', 'stale']).describe('stale: the jobs that keep derived rows fresh are late'),
  timestamp: Timestamp,
});
export type Health = z.infer<typeof Health>;

/** How far behind the database is with its own work, and what waits for a person. */
export const HealthReport = Health.extend({
  stripe_livemode: z.boolean(),
  events: z.object({ last_received_at: Timestamp.nullable(), failed: Count }),
  payments: z.object({ open: Count, oldest_at: Timestamp.nullable() }),
  refunds: z.object({ waiting: Count, oldest_at: Timestamp.nullable() }),
  transfers: z.object({ waiting: Count, oldest_at: Timestamp.nullable() }),
  outbox: z.object({ waiting: Count, dead: Count, oldest_at: Timestamp.nullable() }),
  jobs: z.object({
    late: Count,
    most_overdue_seconds: Count,
    failing: z.record(z.string(), z.string()).describe('name of the job and its last error'),
  }),
  anomalies: z.object({
    open: Count,
    oldest_at: Timestamp.nullable(),
    kinds: z.record(z.string(), Count),
  }),
});
export type HealthReport = z.infer<typeof HealthReport>;

/** The long answer, for our own machines. */
export const HealthDetails = HealthReport.extend({
  storage: z.enum(['ok', 'unreachable']),
  stripe: z.object({
    reachable: z.boolean(),
    mode: z.enum(['test', 'live']),
  }),
  problems: z.array(z.string()).describe('what is not as it should be, in words'),
});
export type HealthDetails = z.infer<typeof HealthDetails>;
