import type { SupabaseClient } from '@supabase/supabase-js';
import type { Database } from '../types/precise-database.ts';
import { LearnFlowError } from '../types/errors.ts';
import type { LearnFlowClient } from './create-client.ts';
import { inPatience } from './patience.ts';
import { type Addresses, type Presented, type PublicBucket, present } from './present.ts';
import { repeat } from './repeat.ts';
import { type Answer, type DataOf, type UnwrapOptions, unwrap } from './unwrap.ts';

type Functions = Database['public']['Functions'];
type FunctionName = keyof Functions & string;

/** The arguments of a function of the database; what is left out may also be undefined. */
export type RpcArgs<Name extends FunctionName> = {
  [Key in keyof Functions[Name]['Args']]: Functions[Name]['Args'][Key] | undefined;
};
/** What a function of the database answers, with addresses. */
export type RpcAnswer<Name extends FunctionName> = Presented<Functions[Name]['Returns']>;

export interface CallOptions {
  /** Gives the request up; the call then throws NETWORK_ERROR with `aborted`. */
  signal?: AbortSignal | undefined;
}

/** One of the tries of a call. */
interface Attempt extends CallOptions {
  /** Ends with the call: what the caller's signal and the deadline say. */
  until: AbortSignal;
}

export interface WriteOptions extends CallOptions {
  /** Doing it twice is doing it once, so a failure of the network is tried again. */
  repeatable?: boolean;
}

/** The four ways in which the services ask the backend. Each throws LearnFlowErrors only. */
export interface Api {
  client: LearnFlowClient;
  /** A function that changes nothing: by GET, which postgrest-js repeats when the network or the server fails. */
  read<Name extends FunctionName>(
    name: Name,
    args: RpcArgs<Name>,
    options?: CallOptions,
  ): Promise<RpcAnswer<Name>>;
  write<Name extends FunctionName>(
    name: Name,
    args: RpcArgs<Name>,
    options?: WriteOptions,
  ): Promise<RpcAnswer<Name>>;
  /** An edge function. */
  invoke<Output>(name: string, body: Record<string, unknown>, options?: WriteOptions): Promise<Output>;
  /** Tables and Storage, as they are. */
  query<Answered extends Answer>(
    answer: PromiseLike<Answered>,
    options?: UnwrapOptions,
  ): Promise<DataOf<Answered>>;
  /** The public address of a file, if there is one. */
  fileUrl<Path extends string | null>(bucket: PublicBucket, path: Path): Path;
  /** The id of who is signed in. */
  userId(): Promise<string>;
}

export interface ApiOptions {
  /** Where the app is, for links into it; a browser knows. */
  appUrl?: string | undefined;
}

/** The signal of a call: the caller's, and the one deadline for all that it takes. */
export const signalOf = ({ signal }: CallOptions): AbortSignal => inPatience(signal);

export function createApi(
  client: LearnFlowClient,
  { appUrl = globalThis.location?.origin }: ApiOptions = {},
): Api {
  // The types of rpc() are made for names that are written down, not for a name that is a parameter.
  const untyped = client as unknown as SupabaseClient;

  const ofFile: Addresses['ofFile'] = (bucket, path) =>
    client.storage.from(bucket).getPublicUrl(path).data.publicUrl;

  const addresses = (request: URL): Addresses => ({
    ofFile,
    ofApp: (path) => (appUrl === undefined ? path : new URL(path, appUrl).href),
    ofPage: (page) => {
      const url = new URL(request);
      url.searchParams.set('page', String(page));
      return url.href;
    },
  });

  const call = async <Name extends FunctionName>(
    name: Name,
    args: RpcArgs<Name>,
    { signal, until, get }: Attempt & { get: boolean },
  ): Promise<RpcAnswer<Name>> => {
    const request = untyped.rpc(name, withoutNulls(args), { get }).abortSignal(until);
    const data = await unwrap(request, { signal, until });
    return present(data as Functions[Name]['Returns'], addresses(request['url']));
  };

  return {
    client,
    read: (name, args, { signal } = {}) =>
      call(name, args, { signal, until: signalOf({ signal }), get: true }),
    write: (name, args, { repeatable = false, signal } = {}) => {
      const until = signalOf({ signal });
      const once = () => call(name, args, { signal, until, get: false });
      return repeatable ? repeat(once, until) : once();
    },
    invoke: <Output>(
      name: string,
      body: Record<string, unknown>,
      { repeatable = false, signal }: WriteOptions = {},
    ) => {
      const until = signalOf({ signal });
      const once = async () => {
        const answer = client.functions.invoke(name, { body, signal: until });
        return (await unwrap(answer, { signal, until })) as Output;
      };
      return repeatable ? repeat(once, until) : once();
    },
    query: (answer, options) =>
      unwrap(answer, { ...options, until: (answer as { signal?: AbortSignal }).signal }),
    fileUrl: (bucket, path) => (path === null ? path : (ofFile(bucket, path) as typeof path)),
    userId: async () => {
      const { session } = await unwrap(client.auth.getSession());
      if (!session) throw new LearnFlowError('AUTH_REQUIRED');
      return session.user.id;
    },
  };
}

/** In an address, null would be the word "null"; left out, the function takes its default, which is null. */
const withoutNulls = (args: object) =>
  Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined && value !== null));
