import type { Api, CallOptions, RpcArgs } from '../api.ts';

/** Keys for one's own programs. A key is shown once, when it is made. */
export const createApiKeyService = ({ write }: Api) => ({
  createApiKey: (key: RpcArgs<'create_api_key'>, options?: CallOptions) =>
    write('create_api_key', key, options),

  /** Makes a successor; the old key ends after `overlap_hours`. */
  rotateApiKey: (rotation: RpcArgs<'rotate_api_key'>, options?: CallOptions) =>
    write('rotate_api_key', rotation, options),

  revokeApiKey: (keyId: string, options?: CallOptions) =>
    write('revoke_api_key', { key_id: keyId }, { ...options, repeatable: true }),
});
