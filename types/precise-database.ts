import type { Database as Generated } from './database.ts';
import type { RpcName, RpcResult } from './rpc.ts';

type Replace<Base, Changes> = Omit<Base, keyof Changes> & Changes;
type Optional<Base, Keys> = Omit<Base, Keys & keyof Base> & Partial<Pick<Base, Keys & keyof Base>>;

type GeneratedTables = Generated['public']['Tables'];
type GeneratedFunctions = Generated['public']['Functions'];

/** Columns that are never null and that a trigger fills in: who inserts a row leaves them out. */
interface FilledByTrigger {
  courses: 'slug';
  lessons: 'course_id';
  lesson_contents: 'course_id';
}

type PreciseTables = {
  [Name in keyof GeneratedTables]: Name extends keyof FilledByTrigger
    ? Replace<
        GeneratedTables[Name],
        { Insert: Optional<GeneratedTables[Name]['Insert'], FilledByTrigger[Name]> }
      >
    : GeneratedTables[Name];
};

type PreciseFunctions = {
  [Name in keyof GeneratedFunctions]: Name extends RpcName
    ? Replace<GeneratedFunctions[Name], { Returns: RpcResult<Name> }>
    : GeneratedFunctions[Name];
};

/**
 * The database as the CLI sees it, with the results of its functions as they are instead of `Json`, and without asking
 * for what triggers know.
 */
export type Database = Replace<
  Generated,
  { public: Replace<Generated['public'], { Tables: PreciseTables; Functions: PreciseFunctions }> }
>;
