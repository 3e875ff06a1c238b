import { LearnFlowError } from '../../types/errors.ts';
import { normalizeError } from '../../types/normalize-error.ts';
import { type Api, type CallOptions, type RpcArgs, signalOf } from '../api.ts';
import { fileName } from '../file-name.ts';
import { unwrap } from '../unwrap.ts';

export type ProfileChanges = Omit<RpcArgs<'update_profile'>, 'avatar_path'>;

/** The own profile and password. */
export const createProfileService = ({ client, query, read, userId, write }: Api) => ({
  getProfile: (options?: CallOptions) => read('me', {}, options),

  /** What is left out stays as it is. */
  updateProfile: (changes: ProfileChanges, options?: CallOptions) =>
    write('update_profile', changes, { ...options, repeatable: true }),

  /** Uploads a picture of the person and shows it from now on. */
  async uploadAvatar(picture: Blob) {
    const folder = await userId();
    const name = fileName(picture);
    const avatars = client.storage.from('avatars');
    await query(avatars.upload(`${folder}/${name}`, picture, { contentType: picture.type }));
    const me = await write('update_profile', { avatar_path: `${folder}/${name}` }, { repeatable: true });
    // The ones before are shown nowhere any more. What cannot be removed now goes with the next picture.
    const { data: files } = await avatars.list(folder);
    const old = (files ?? []).filter((file) => file.name !== name).map((file) => `${folder}/${file.name}`);
    if (old.length > 0) await avatars.remove(old);
    return me;
  },

  /** Shows no picture any more, and deletes the one that was shown. */
  async removeAvatar(options: CallOptions = {}) {
    const { avatar_path } = await query(
      client
        .from('profiles')
        .select('avatar_path')
        .eq('id', await userId())
        .abortSignal(signalOf(options))
        .single(),
      { ...options, notFound: 'PROFILE_NOT_FOUND' },
    );
    const profile = await write('update_profile', { avatar_path: '' }, { ...options, repeatable: true });
    if (avatar_path !== null) await query(client.storage.from('avatars').remove([avatar_path]));
    return profile;
  },

  /** Signing in again proves the old password, and makes the session young enough to change it. */
  async changePassword(oldPassword: string, newPassword: string): Promise<{ message: string }> {
    const { session } = await unwrap(client.auth.getSession());
    const email = session?.user.email;
    if (email === undefined) throw new LearnFlowError('AUTH_REQUIRED');
    const { error } = await client.auth.signInWithPassword({ email, password: oldPassword });
    if (error?.code === 'invalid_credentials') {
      throw new LearnFlowError('INVALID_CREDENTIALS', {
        message: 'The old password is wrong.',
        details: { old_password: 'is wrong' },
        cause: error,
      });
    }
    if (error) throw await normalizeError(error);
    await unwrap(client.auth.updateUser({ password: newPassword, current_password: oldPassword }));
    return { message: 'Password changed successfully' };
  },

  /** Everything that is stored about the caller, as it is stored. */
  exportMyData: (options: CallOptions = {}) =>
    query(client.rpc('export_my_data', {}, { get: true }).abortSignal(signalOf(options)), options),

  /** Closes the caller's account and keeps everything; staff opens it again. */
  async deactivateMyAccount(options?: CallOptions) {
    const answer = await write('deactivate_my_account', {}, options);
    // The server has ended the session already; this browser forgets it too.
    await client.auth.signOut({ scope: 'local' });
    return answer;
  },

  /**
   * Erases the caller's account for good; names its address, so that it cannot happen by a slip. Who signed in more than ten
   * minutes ago hears REAUTHENTICATION_REQUIRED: log in again, then call again.
   */
  async deleteMyAccount(confirmEmail: string, options?: CallOptions) {
    const answer = await write('delete_my_account', { confirm_email: confirmEmail }, options);
    // The server has ended the session already; this browser forgets it too.
    await client.auth.signOut({ scope: 'local' });
    return answer;
  },
});
