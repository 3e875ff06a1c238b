/**
 * Where a request comes from, by what a visitor cannot write: Cloudflare in front of the platform overwrites its header,
 * and of the forwarded addresses only the last was added on the way. private.caller_key reads them alike.
 */
export const callerAddress = ({ headers }: Request): string | undefined =>
  headers.get('cf-connecting-ip') ?? headers.get('x-forwarded-for')?.split(',').at(-1)?.trim();
