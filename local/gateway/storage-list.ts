export interface ListQuery {
  prefix?: string;
  limit?: number;
  offset?: number;
  search?: string;
  sortBy?: { column?: string; order?: string };
}

export interface ListedObject {
  name: string;
  id: string | null;
  created_at: string | null;
  updated_at: string | null;
  last_accessed_at: string | null;
  metadata: unknown;
}

/** lite lists every object below a prefix by its full name; the platform shows one folder, with its subfolders. */
export function asFolderView(
  objects: readonly ListedObject[],
  prefix: string,
  query: ListQuery,
): ListedObject[] {
  const entries = new Map<string, ListedObject>();
  for (const object of objects) {
    const [first = '', ...deeper] = object.name.slice(prefix.length).split('/');
    const { id, created_at, updated_at, last_accessed_at, metadata } = object;
    entries.set(
      first,
      deeper.length > 0
        ? {
            name: first,
            id: null,
            created_at: null,
            updated_at: null,
            last_accessed_at: null,
            metadata: null,
          }
        : { name: first, id, created_at, updated_at, last_accessed_at, metadata },
    );
  }
  const found = [...entries.values()].filter(({ name }) => name.startsWith(query.search ?? ''));
  const offset = query.offset ?? 0;
  return found.toSorted(comparison(query.sortBy)).slice(offset, offset + (query.limit ?? 100));
}

const sortable = ['name', 'created_at', 'updated_at', 'last_accessed_at'] as const;

function comparison(sortBy: ListQuery['sortBy']): (a: ListedObject, b: ListedObject) => number {
  const column = sortable.find((name) => name === sortBy?.column) ?? 'name';
  const direction = sortBy?.order === 'desc' ? -1 : 1;
  return (a, b) => {
    const [left, right] = [a[column] ?? '', b[column] ?? ''];
    return left === right ? 0 : left < right ? -direction : direction;
  };
}
