import { readStatements, type Statement } from './statements.ts';

/** Two migrations, so that whoever is in the middle of a request loses neither a function nor the right to call it. */
export interface ExpandAndContract {
  /** Makes what is new. A function that has to be made anew (another answer, other names) is renamed, not dropped. */
  expand: string[];
  /** Takes away what only a request from before can still call. */
  contract: string[];
}

/**
 * A request looks a function up, and starts it a moment later: when it is dropped in between, even to be made anew in the same
 * transaction, the request fails (XX000, cache lookup failed). A renamed function is still the same one.
 */
export async function expandAndContract(diff: string): Promise<ExpandAndContract> {
  const statements = await readStatements(diff);
  const expand: string[] = [];
  const contract: string[] = [];
  for (const [at, statement] of statements.entries()) {
    const [before, after] = [statements.slice(0, at), statements.slice(at + 1)];
    const names = functionsOf(statement);
    const isAbout = (other: Statement) => functionsOf(other).some((name) => names.includes(name));
    const isMadeBy = (others: readonly Statement[]) =>
      others.some((other) => other.kind === 'CreateFunctionStmt' && isAbout(other));

    if (isDrop(statement)) {
      if (isMadeBy(after)) {
        const { old, outgoing, name } = renaming(statement.text);
        expand.push(`ALTER FUNCTION ${old} RENAME TO ${name}`);
        contract.push(`DROP FUNCTION ${outgoing}`);
      } else contract.push(statement.text);
    } else if (
      isRevoke(statement) &&
      // What is made here is closed at once, and of what is given here again nothing is lost.
      !isMadeBy(before) &&
      !after.some((other) => isGrant(other) && isAbout(other))
    )
      contract.push(statement.text);
    else expand.push(statement.text);
  }
  const makesSomething = statements.some(
    ({ kind, text }) => kind !== 'VariableSetStmt' && expand.includes(text),
  );
  return { expand: contract.length === 0 || makesSomething ? expand : [], contract };
}

function renaming(drop: string): { old: string; outgoing: string; name: string } {
  const [, schema, name, args] =
    /drop function (?:if exists )?("?\w+"?)\.("?\w+"?)\s*(\(.*\))$/is.exec(drop) ?? [];
  if (!schema || !name || args === undefined) throw new Error(`Cannot read: ${drop}`);
  const outgoing = `"${name.replaceAll('"', '')}_outgoing"`;
  return { old: `${schema}.${name}${args}`, outgoing: `${schema}.${outgoing}${args}`, name: outgoing };
}

function isDrop({ tree }: Statement): boolean {
  return (tree['DropStmt'] as { removeType?: string } | undefined)?.removeType === 'OBJECT_FUNCTION';
}

function isRevoke({ tree }: Statement): boolean {
  const { objtype, is_grant } = (tree['GrantStmt'] ?? {}) as Grant;
  return objtype === 'OBJECT_FUNCTION' && !is_grant;
}

function isGrant({ tree }: Statement): boolean {
  return (tree['GrantStmt'] as Grant | undefined)?.is_grant === true;
}

/** The functions that a statement makes, drops or gives rights to, whatever their arguments. */
function functionsOf({ tree, kind }: Statement): string[] {
  const { funcname, objects = [] } = (tree[kind] ?? {}) as { funcname?: Name[]; objects?: ObjectWithArgs[] };
  const names = [funcname, ...objects.map(({ ObjectWithArgs }) => ObjectWithArgs?.objname)];
  return names.flatMap((name) => (name ? [name.map(({ String: { sval } }) => sval).join('.')] : []));
}

interface Grant {
  objtype?: string;
  is_grant?: boolean;
}

interface Name {
  String: { sval: string };
}

interface ObjectWithArgs {
  ObjectWithArgs?: { objname?: Name[] };
}
