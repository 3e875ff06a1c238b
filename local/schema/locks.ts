import { readStatements, type Statement } from './statements.ts';

/**
 * The statement that begins a migration which needs several tables for itself, or none. A request that has read one of them may wait
 * for the other, and the migration the other way round: such a circle ends when the migration gives up, with whatever it had.
 * Here it has nothing yet but locks, lets go of them, lets everybody pass, and tries again.
 */
export async function lockStatement(
  statements: readonly string[],
  tableOfIndex: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const parsed = await readStatements(statements.map((text) => `${text};`).join('\n'));
  const made = new Set(parsed.flatMap(madeTables));
  const ours = (tables: string[]) =>
    [...new Set(tables)].filter((name) => !made.has(name) && /^(public|private)\./.test(name)).toSorted();
  const alone = ours(parsed.flatMap((statement) => tablesNobodyMayRead(statement, tableOfIndex)));
  const unchanged = ours(parsed.flatMap(tablesNobodyMayWrite)).filter((name) => !alone.includes(name));
  if (alone.length + unchanged.length < 2) return undefined;
  return `-- All of them or none: see local/schema/locks.ts. What takes long, an index or many rows, belongs in a migration of its own.
do $$
begin
  for attempt in 1 .. 60 loop
    begin
      set local lock_timeout = '200ms';${lock(alone, 'access exclusive')}${lock(unchanged, 'share row exclusive')}
      set local lock_timeout = '500ms';
      return;
    exception when lock_not_available or deadlock_detected then
      perform pg_catalog.pg_sleep(0.3);
    end;
  end loop;
  raise lock_not_available using message = 'The tables are too busy for this migration. Push it again in a quieter minute.';
end
$$`;
}

function lock(tables: readonly string[], mode: string): string {
  return tables.length === 0
    ? ''
    : `
      lock table
        ${tables.join(',\n        ')}
      in ${mode} mode;`;
}

function madeTables({ tree }: Statement): string[] {
  const { relation } = (tree['CreateStmt'] ?? {}) as { relation?: Relation };
  return relation ? [nameOf(relation)] : [];
}

/** Triggers, indexes, and what a new reference points to. */
function tablesNobodyMayWrite({ kind, tree }: Statement): string[] {
  const { relation, timing } = (tree[kind] ?? {}) as Fields;
  const referenced = [...JSON.stringify(tree).matchAll(/"pktable":(\{[^{}]*\})/g)].map(
    ([, table]) => JSON.parse(table!) as Relation,
  );
  const isOfTable = kind === 'IndexStmt' || (kind === 'CreateTrigStmt' && timing !== INSTEAD_OF);
  const own = isOfTable && relation ? [relation] : [];
  return [...own, ...referenced].map(nameOf);
}

function tablesNobodyMayRead({ kind, tree }: Statement, tableOfIndex: ReadonlyMap<string, string>): string[] {
  const { relation, table, objtype, objects, removeType } = (tree[kind] ?? {}) as Fields;
  if (kind === 'AlterTableStmt' && objtype === 'OBJECT_TABLE' && relation) return [nameOf(relation)];
  if (/^(Create|Alter)PolicyStmt$/.test(kind) && table) return [nameOf(table)];
  if (kind !== 'DropStmt') return [];
  const names = (objects ?? []).map(({ List }) => (List?.items ?? []).map(({ String: { sval } }) => sval));
  if (removeType === 'OBJECT_TABLE') return names.map((name) => name.join('.'));
  if (removeType === 'OBJECT_TRIGGER' || removeType === 'OBJECT_POLICY')
    return names.map((name) => name.slice(0, -1).join('.'));
  if (removeType === 'OBJECT_INDEX') return names.flatMap((name) => tableOfIndex.get(name.join('.')) ?? []);
  return [];
}

/** How the parser says that a trigger is of a view. */
const INSTEAD_OF = 64;

const nameOf = ({ schemaname, relname }: Relation): string => `${schemaname}.${relname}`;

interface Relation {
  schemaname: string;
  relname: string;
}

interface Fields {
  relation?: Relation;
  table?: Relation;
  objtype?: string;
  timing?: number;
  removeType?: string;
  objects?: { List?: { items: { String: { sval: string } }[] } }[];
}
