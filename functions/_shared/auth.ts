import { verifyAuth } from '@supabase/server/core';
import { LearnFlowError } from '../../types/errors.ts';
import { callerAddress } from './caller-address.ts';

/** The signed-in person behind a request, as the verified token says. */
export interface Caller {
  id: string;
  email: string | null;
}

/** Somebody who has not signed in: all that is known is where the request comes from. */
export interface Visitor {
  id: null;
  address: string | undefined;
}

/** Keys and URL of the project; read from the environment where not given. */
type ProjectEnv = Parameters<typeof verifyAuth>[1]['env'];

export type Authenticate<Who = Caller> = (request: Request) => Promise<Who>;

/** Verifies the user's token against the project's keys; no database and, with inline keys, no network. */
export const createAuthenticate =
  (env: ProjectEnv = {}): Authenticate =>
  async (request) => {
    const { data, error } = await verifyAuth(request, { auth: 'user', env, audience: 'authenticated' });
    if (error) {
      if (error.status >= 500) throw new LearnFlowError('SERVICE_UNAVAILABLE', { cause: error });
      if (error.code !== 'INVALID_JWT') throw new LearnFlowError('AUTH_REQUIRED', { cause: error });
      const expired = (error.cause as { code?: string } | undefined)?.code === 'ERR_JWT_EXPIRED';
      throw new LearnFlowError(expired ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID', { cause: error });
    }
    const claims = data.userClaims;
    if (claims === null || claims.role !== 'authenticated') throw new LearnFlowError('AUTH_REQUIRED');
    return { id: claims.id, email: claims.email ?? null };
  };

/** A person by the token, or a visitor by the publishable key alone. A token that is not good makes nobody a visitor. */
export const createRecognize = (env: ProjectEnv = {}): Authenticate<Caller | Visitor> => {
  const authenticate = createAuthenticate(env);
  return async (request) => {
    const shown = request.headers.get('authorization');
    // Older clients put the publishable key where a token belongs.
    if (shown !== null && !shown.startsWith('Bearer sb_publishable_')) return authenticate(request);
    const { error } = await verifyAuth(request, { auth: 'publishable:*', env });
    if (error) throw new LearnFlowError('AUTH_REQUIRED', { cause: error });
    return { id: null, address: callerAddress(request) };
  };
};
