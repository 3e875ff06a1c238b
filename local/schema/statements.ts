import { parse } from 'libpg-query';

/** One statement of a .sql file. */
export interface Statement {
  /** Kind of the parse tree's root, such as `InsertStmt` or `OBJECT_TSCONFIGURATION`. */
  kind: string;
  /** As written, with the comment above it, without the semicolon. */
  text: string;
  /** Line of the file on which it begins. */
  line: number;
  /** The same for every spelling of the same statement. */
  key: string;
  /** What the parser made of it. */
  tree: Record<string, unknown>;
}

/** Splits a file into its statements with Postgres's own parser. */
export async function readStatements(text: string): Promise<Statement[]> {
  // The parser takes no empty text.
  if (text.trim() === '') return [];
  const source = Buffer.from(text);
  const { stmts } = (await parse(text)) as ParseResult;
  return stmts.map(({ stmt, stmt_location = 0, stmt_len }) => {
    // The parser counts bytes and leaves the length of the last statement out.
    const end = stmt_len === undefined ? source.length : stmt_location + stmt_len;
    const written = source.subarray(stmt_location, end).toString();
    const before = source.subarray(0, stmt_location).toString() + (/^\s*/.exec(written)?.[0] ?? '');
    return {
      kind: kindOf(stmt),
      text: written.replace(/;\s*$/, '').trim(),
      line: before.split('\n').length,
      key: JSON.stringify(stmt, (name, value: unknown) => (name === 'location' ? undefined : value)),
      tree: stmt,
    };
  });
}

/** `create text search …`, `create aggregate …` and others share a node and differ in its kind. */
function kindOf(stmt: Record<string, unknown>): string {
  const [[node, fields] = ['', {}]] = Object.entries(stmt);
  return node === 'DefineStmt' ? (fields as { kind: string }).kind : node;
}

interface ParseResult {
  stmts: { stmt: Record<string, unknown>; stmt_location?: number; stmt_len?: number }[];
}

/** What a diff of two databases does not write, and whether it has to come before or after the diff. */
const places: Readonly<Record<string, 'before' | 'after'>> = {
  // Everything made later depends on these.
  CreateSchemaStmt: 'before',
  CreateExtensionStmt: 'before',
  AlterDefaultPrivilegesStmt: 'before',
  OBJECT_TSCONFIGURATION: 'before',
  OBJECT_TSDICTIONARY: 'before',
  AlterTSConfigurationStmt: 'before',
  AlterTSDictionaryStmt: 'before',
  // Rows, and what only a session can do.
  InsertStmt: 'after',
  UpdateStmt: 'after',
  DeleteStmt: 'after',
  SelectStmt: 'after',
  DoStmt: 'after',
  AlterRoleSetStmt: 'after',
  CreateStatsStmt: 'after',
};

export interface CarriedStatements {
  before: Statement[];
  after: Statement[];
}

/** The statements of sql/ that a diff does not write and that no migration has yet. */
export async function carriedStatements(
  files: readonly { text: string }[],
  migrations: readonly { text: string }[],
): Promise<CarriedStatements> {
  const known = new Set((await statementsOf(migrations)).map(({ key }) => key));
  const byFile = await Promise.all(files.map(({ text }) => readStatements(text)));
  const views = new Set(byFile.flat().map(viewName));
  const missing = byFile.flatMap((statements) => missingOf(statements, known));
  return {
    before: missing.filter(({ kind }) => places[kind] === 'before'),
    after: missing.filter(
      (statement) => places[statement.kind] === 'after' || views.has(commentedRelation(statement) ?? ''),
    ),
  };
}

/** What is not known, and with it everything about a table that the file empties first: such a register is made anew. */
function missingOf(statements: readonly Statement[], known: ReadonlySet<string>): Statement[] {
  const emptied = new Set(statements.filter(isEmptying).map(changedTable));
  const changed = new Set(statements.filter(({ key }) => !known.has(key)).map(changedTable));
  return statements.filter((statement) => {
    const table = changedTable(statement);
    return !known.has(statement.key) || (table !== undefined && emptied.has(table) && changed.has(table));
  });
}

/** `delete from t where true` */
function isEmptying({ tree }: Statement): boolean {
  const { DeleteStmt: statement } = tree as {
    DeleteStmt?: { whereClause?: { A_Const?: { boolval?: object } } };
  };
  return statement?.whereClause?.A_Const?.boolval !== undefined;
}

/** The table whose rows a statement writes. */
function changedTable({ kind, tree }: Statement): string | undefined {
  const { relation } = (tree[kind] ?? {}) as { relation?: { schemaname?: string; relname: string } };
  return /^(Insert|Update|Delete)Stmt$/.test(kind) && relation
    ? `${relation.schemaname ?? ''}.${relation.relname}`
    : undefined;
}

async function statementsOf(files: readonly { text: string }[]): Promise<Statement[]> {
  return (await Promise.all(files.map(({ text }) => readStatements(text)))).flat();
}

function viewName({ tree }: Statement): string | undefined {
  const { view } = (tree['ViewStmt'] ?? {}) as { view?: { schemaname: string; relname: string } };
  return view && `${view.schemaname}.${view.relname}`;
}

/** The table or view in `comment on column schema.relation.column`: the diff forgets the columns of views. */
function commentedRelation({ tree }: Statement): string | undefined {
  const comment = tree['CommentStmt'] as CommentOnColumn | undefined;
  if (comment?.objtype !== 'OBJECT_COLUMN') return undefined;
  return comment.object.List.items
    .slice(0, -1)
    .map(({ String: name }) => name.sval)
    .join('.');
}

interface CommentOnColumn {
  objtype: string;
  object: { List: { items: { String: { sval: string } }[] } };
}
