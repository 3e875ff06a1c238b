import { LearnFlowError } from '../../types/errors.ts';
import type { Api, CallOptions } from '../api.ts';
import { unwrap } from '../unwrap.ts';
import { normalizeError } from '../../types/normalize-error.ts';

export interface Registration {
  email: string;
  password: string;
  first_name: string;
  last_name: string;
}

export interface Registered {
  id: string;
  email: string;
  first_name: string;
  last_name: string;
  /** Null until the e-mail address is confirmed, where the project asks for that. */
  access_token: string | null;
  refresh_token: string | null;
}

/** Accounts and sessions, kept by supabase-js. */
export const createAuthService = ({ client, read }: Api) => ({
  async register({ email, password, first_name, last_name }: Registration): Promise<Registered> {
    const { timeZone: timezone } = Intl.DateTimeFormat().resolvedOptions();
    const { user, session } = await unwrap(
      client.auth.signUp({ email, password, options: { data: { first_name, last_name, timezone } } }),
    );
    if (!user) throw new LearnFlowError('INTERNAL_ERROR');
    return {
      id: user.id,
      email: user.email ?? email,
      first_name,
      last_name,
      access_token: session?.access_token ?? null,
      refresh_token: session?.refresh_token ?? null,
    };
  },

  async login(credentials: { email: string; password: string }, options: CallOptions = {}) {
    const { session } = await unwrap(client.auth.signInWithPassword(credentials));
    const { id, email, first_name, last_name, is_instructor } = await read('me', {}, options);
    return {
      access_token: session!.access_token,
      refresh_token: session!.refresh_token,
      user: { id, email, first_name, last_name, is_instructor },
    };
  },

  /** supabase-js does this by itself in time; for who keeps refresh tokens elsewhere. */
  async refresh(refreshToken?: string): Promise<{ access: string }> {
    const { session } = await unwrap(
      client.auth.refreshSession(refreshToken === undefined ? undefined : { refresh_token: refreshToken }),
    );
    if (!session) throw new LearnFlowError('SESSION_EXPIRED');
    return { access: session.access_token };
  },

  /** Ends this session; `global` ends those on other devices too. */
  async logout(scope: 'local' | 'global' = 'local'): Promise<{ message: string }> {
    const { error } = await client.auth.signOut({ scope });
    if (error) throw await normalizeError(error);
    return { message: 'Successfully logged out' };
  },

  me: (options?: CallOptions) => read('me', {}, options),

  /** Sends a link; the page behind it calls `setNewPassword`. Says nothing about whether the account exists. */
  async requestPasswordReset(email: string, redirectTo?: string): Promise<void> {
    await unwrap(client.auth.resetPasswordForEmail(email, redirectTo === undefined ? {} : { redirectTo }));
  },

  /** Sends the mail of `register` again. Says nothing about whether the account exists. */
  async resendConfirmation(email: string, redirectTo?: string): Promise<void> {
    await unwrap(
      client.auth.resend({
        type: 'signup',
        email,
        ...(redirectTo !== undefined && { options: { emailRedirectTo: redirectTo } }),
      }),
    );
  },

  /** Sends links to the old and to the new address; the account moves when both were followed. */
  async changeEmail(email: string, redirectTo?: string): Promise<void> {
    await unwrap(
      client.auth.updateUser({ email }, redirectTo === undefined ? {} : { emailRedirectTo: redirectTo }),
    );
  },

  async setNewPassword(password: string): Promise<void> {
    await unwrap(client.auth.updateUser({ password }));
  },
});
