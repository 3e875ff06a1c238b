import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { packageVersion } from '../binaries.ts';

export interface PlatformPasswords {
  postgres: string;
  gateway: string;
}

/** Changes whenever a fresh cluster would look different. */
export async function platformVersion(): Promise<string> {
  const hash = createHash('sha256');
  hash.update(await sqlFile('before-auth')).update(await sqlFile('after-auth'));
  return `${hash.digest('hex').slice(0, 16)} with lite ${packageVersion('@supabase/lite')}`;
}

/** Makes a fresh cluster look like the platform: roles, schemas, Auth and Storage tables, grants. */
export async function createPlatform(superuserUrl: string, passwords: PlatformPasswords): Promise<void> {
  const sql = postgres(superuserUrl, { max: 1, onnotice: () => {} });
  try {
    // Loaded here only: later starts do without lite in this thread.
    const lite = await import('../gateway/lite.ts');
    await sql.unsafe(await sqlFile('before-auth')).simple();
    await sql.unsafe(lite.authSchemaSql()).simple();
    await sql.unsafe(lite.storageSchemaSql()).simple();
    await sql.unsafe(await sqlFile('after-auth')).simple();
    await sql.unsafe(`alter role postgres password ${literal(passwords.postgres)}`);
    await sql.unsafe(`alter role local_gateway password ${literal(passwords.gateway)}`);
  } finally {
    await sql.end();
  }
}

function sqlFile(name: string): Promise<string> {
  return readFile(join(import.meta.dirname, 'sql', `${name}.sql`), 'utf8');
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
