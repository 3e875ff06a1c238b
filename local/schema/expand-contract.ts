import { readStatements, type Statement } from './statements.ts';

/** Two migrations, so that whoever is in the middle of a request loses neither a function nor the right to call it. */
export interface ExpandAndContract {
  /** Makes what is new. A function that has to be made anew (another answer, other names) is put away, not dropped. */
  expand: string[];
  /** Takes away what only a request from before can still call. */
  contract: string[];
}

/**
 * A request looks a function up, and starts it a moment later: when it is dropped in between, even to be made anew in the same
 * transaction, the request fails (XX000, cache lookup failed). In another schema it is still the same one; under another name it
 * would not be, because a body may call its parameters by it (`price.cents`).
 */
export async function expandAndContract(diff: string): Promise<ExpandAndContract> {
  const statements = await readStatements(diff);
  const expand: string[] = [];
  const contract: string[] = [];
  const schemas = new Set<string>();
  for (const [at, statement] of statements.entries()) {
    const [before, after] = [statements.slice(0, at), statements.slice(at + 1)];
    const names = functionsOf(statement);
    const isAbout = (other: Statement) => functionsOf(other).some((name) => names.includes(name));
    const isMadeBy = (others: readonly Statement[]) =>
      others.some((other) => other.kind === 'CreateFunctionStmt' && isAbout(other));

    if (isDrop(statement)) {
      if (isMadeBy(after)) {
        const { schema, signature } = partsOf(statement.text);
        const away = `"${schema}_outgoing"`;
        if (!schemas.has(away)) expand.push(`CREATE SCHEMA ${away}`);
        schemas.add(away);
        expand.push(`ALTER FUNCTION "${schema}".${signature} SET SCHEMA ${away}`);
        contract.push(`DROP FUNCTION ${away}.${signature}`);
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
  contract.push(...[...schemas].map((schema) => `DROP SCHEMA ${schema}`));
  const makesSomething = statements.some(
    ({ kind, text }) => kind !== 'VariableSetStmt' && expand.includes(text),
  );
  return { expand: contract.length === 0 || makesSomething ? expand : [], contract };
}

function partsOf(drop: string): { schema: string; signature: string } {
  const [, schema, signature] =
    /drop function (?:if exists )?"?(\w+)"?\.("?\w+"?\s*\(.*\))$/is.exec(drop) ?? [];
  if (!schema || !signature) throw new Error(`Cannot read: ${drop}`);
  return { schema, signature };
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
