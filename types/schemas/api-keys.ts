import { z } from 'zod';
import { Id, Timestamp } from './common.ts';

export const CreatedApiKey = z.object({
  id: Id,
  name: z.string(),
  key: z.string().describe('shown only now'),
  key_prefix: z.string(),
  created_at: Timestamp,
  expires_at: Timestamp,
});
export type CreatedApiKey = z.infer<typeof CreatedApiKey>;

export const RevokedApiKey = z.object({ id: Id, is_active: z.boolean(), revoked_at: Timestamp });
export type RevokedApiKey = z.infer<typeof RevokedApiKey>;
