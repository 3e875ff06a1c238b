import type { Database as Generated } from './database.ts';
import type { RpcName, RpcResult } from './rpc.ts';

type Replace<Base, Changes> = Omit<Base, keyof Changes> & Changes;

type GeneratedFunctions = Generated['public']['Functions'];

type PreciseFunctions = {
  [Name in keyof GeneratedFunctions]: Name extends RpcName
    ? Replace<GeneratedFunctions[Name], { Returns: RpcResult<Name> }>
    : GeneratedFunctions[Name];
};

/** The database as the CLI sees it, with the results of its functions as they are instead of `Json`. */
export type Database = Replace<
  Generated,
  { public: Replace<Generated['public'], { Functions: PreciseFunctions }> }
>;
