import { type Api, type CallOptions, type RpcArgs, signalOf } from '../api.ts';

const shown =
  'id, user_id, name, key_prefix, scopes, course_ids, is_active, created_at, expires_at, last_used_at, revoked_at';

/** Keys for one's own programs. A key is shown once, when it is made. */
export const createApiKeyService = ({ client, query, write }: Api) => ({
  /** Those that were made, latest first, by the beginning of each; all of them for an admin. */
  getApiKeys: async (options: CallOptions = {}) => ({
    results: await query(
      client
        .from('api_keys')
        .select(shown)
        .order('created_at', { ascending: false })
        .order('id')
        .abortSignal(signalOf(options)),
      options,
    ),
  }),

  createApiKey: (key: RpcArgs<'create_api_key'>, options?: CallOptions) =>
    write('create_api_key', key, options),

  /** Makes a successor; the old key ends after `overlap_hours`. */
  rotateApiKey: (rotation: RpcArgs<'rotate_api_key'>, options?: CallOptions) =>
    write('rotate_api_key', rotation, options),

  revokeApiKey: (keyId: string, options?: CallOptions) =>
    write('revoke_api_key', { key_id: keyId }, { ...options, repeatable: true }),
});
