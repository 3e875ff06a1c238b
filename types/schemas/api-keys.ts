import { z } from 'zod';
import { Id, Timestamp } from './common.ts';

export const ApiKeyScope = z.enum(['enroll']).describe('enroll: give the courses of course_ids to people');
export type ApiKeyScope = z.infer<typeof ApiKeyScope>;

export const CreatedApiKey = z.object({
  id: Id,
  name: z.string(),
  key: z.string().describe('shown only now'),
  key_prefix: z.string(),
  scopes: z.array(ApiKeyScope),
  course_ids: z.array(Id),
  seats: z.int().positive().nullable().describe('to how many people a company may give them'),
  created_at: Timestamp,
  expires_at: Timestamp,
});
export type CreatedApiKey = z.infer<typeof CreatedApiKey>;

export const RevokedApiKey = z.object({ id: Id, is_active: z.boolean(), revoked_at: Timestamp });
export type RevokedApiKey = z.infer<typeof RevokedApiKey>;

/** Who signed a request. */
export const SignedCaller = z.object({ key_id: Id, user_id: Id, scopes: z.array(ApiKeyScope) });
export type SignedCaller = z.infer<typeof SignedCaller>;
