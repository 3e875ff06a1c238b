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
    await seedBucket(stack, sql, {
      bucket: 'course-thumbnails',
      table: 'courses',
      path: 'thumbnail_path',
      label: 'title',
    });
    await seedBucket(stack, sql, {
      bucket: 'avatars',
      table: 'profiles',
      path: 'avatar_path',
      label: 'display_name',
    });
  } finally {
    await sql.end();
  }
}

interface PictureSource {
  bucket: string;
  table: string;
  path: string;
  label: string;
}

async function seedBucket(stack: Target, sql: postgres.Sql, source: PictureSource): Promise<void> {
  const columns = await sql`
    select column_name from information_schema.columns
    where table_schema = 'public' and table_name = ${source.table} and column_name in (${source.path}, ${source.label})`;
  // A project whose schema has no such pictures has nothing to seed.
  if (columns.length < 2) return;
  const rows = await sql<{ path: string; label: string }[]>`
    select ${sql(source.path)} as path, coalesce(${sql(source.label)}, '') as label
    from public.${sql(source.table)} where ${sql(source.path)} is not null`;
  const queue = [...rows];
  const upload = async (): Promise<void> => {
    for (let row = queue.pop(); row; row = queue.pop()) {
      await putFile(stack, { bucket: source.bucket, path: row.path, ...pictureOf(row.path, row.label) });
    }
  };
  await Promise.all(Array.from({ length: 6 }, upload));
}
