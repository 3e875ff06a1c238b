import postgres from 'postgres';
import { pictureOf } from './pictures.ts';
import { putFile } from './storage-files.ts';

interface Target {
  api_url: string;
  secret_key: string;
  database_url: string;
}

/** Puts a small generated picture behind every path the seed data mentions, so that a page has something to show. */
export async function seedMedia(stack: Target): Promise<void> {
  const sql = postgres(stack.database_url, { max: 1, onnotice: () => {} });
  try {
    await seedBucket(stack, sql, { bucket: 'course-thumbnails', table: 'courses', column: 'thumbnail_path' });
    await seedBucket(stack, sql, { bucket: 'avatars', table: 'profiles', column: 'avatar_path' });
  } finally {
    await sql.end();
  }
}

async function seedBucket(
  stack: Target,
  sql: postgres.Sql,
  { bucket, table, column }: { bucket: string; table: string; column: string },
): Promise<void> {
  const [found] = await sql`
    select from information_schema.columns
    where table_schema = 'public' and table_name = ${table} and column_name = ${column}`;
  // A schema without such pictures has nothing to seed.
  if (!found) return;
  const rows = await sql<{ path: string }[]>`
    select ${sql(column)} as path from public.${sql(table)} where ${sql(column)} is not null`;
  const queue = rows.map(({ path }) => path);
  const upload = async (): Promise<void> => {
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      await putFile(stack, { bucket, path, contentType: 'image/png', bytes: pictureOf(path) });
    }
  };
  await Promise.all(Array.from({ length: 6 }, upload));
}
