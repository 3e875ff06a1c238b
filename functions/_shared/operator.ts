import { createHash, timingSafeEqual } from 'node:crypto';
import { verifyAuth } from '@supabase/server/core';
import { LearnFlowError } from '../../types/errors.ts';

/** Keys and URL of the project; read from the environment where not given. */
type ProjectEnv = Parameters<typeof verifyAuth>[1]['env'];

/** Resolves when a machine of ours is calling; otherwise throws what the caller may know. */
export type RequireOperator = (request: Request) => Promise<void>;

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Compares in a time that tells nothing about where two texts differ. */
export const sameSecret = (one: string, other: string): boolean =>
  timingSafeEqual(digest(one), digest(other));

/**
 * Lets in the scheduler with its own bearer token, and whoever holds the project's secret key.
 * The scheduler has a secret of its own because what pg_net still has to send can be read in the database.
 */
export const createRequireOperator =
  (cronSecret: string, env: ProjectEnv = {}): RequireOperator =>
  async (request) => {
    const bearer = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    if (bearer !== undefined && sameSecret(bearer, cronSecret)) return;

    const { data, error } = await verifyAuth(request, { auth: ['secret', 'user'], env });
    if (error) {
      if (error.status >= 500) throw new LearnFlowError('SERVICE_UNAVAILABLE', { cause: error });
      throw new LearnFlowError(error.code === 'INVALID_JWT' ? 'TOKEN_INVALID' : 'AUTH_REQUIRED', {
        cause: error,
      });
    }
    // A person, however high, is no machine.
    if (data.authMode !== 'secret') throw new LearnFlowError('FORBIDDEN');
  };
