import type { Api, CallOptions, RpcArgs } from '../api.ts';

/** Messages to the platform. */
export const createContactService = ({ write }: Api) => ({
  sendMessage: (message: RpcArgs<'submit_contact'>, options?: CallOptions) =>
    write('submit_contact', message, options),
});
