// node bench/prove/plpgsql.ts: what plpgsql_check finds in every function of PL/pgSQL. The extension comes as Debian's
// postgresql-15-plpgsql-check; without it the figure is short. Its Postgres is another one than the stack's, so what the
// platform is made of is written for it, sql/ is loaded, and everything is thrown away again.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { authSchemaSql, storageSchemaSql } from '../../local/gateway/lite.ts';
import { freePorts } from '../../local/ports.ts';
import { postgresPlace } from '../../local/postgres/account.ts';
import { loadSqlFiles, readSqlFiles } from '../../local/schema/load-sql.ts';
import { makeTemporaryHome } from '../../local/schema/temporary-home.ts';
import { projectRoot, readSettings } from '../../local/settings.ts';
import { figure, unmeasured } from '../figures.ts';

const programs = process.env['PLPGSQL_CHECK_POSTGRES'] ?? '/usr/lib/postgresql/15';

// Words of Postgres 16 and 17 that say nothing about functions.
const forOlderPostgres = (text: string): string =>
  text.replaceAll(/ with (inherit|set) (true|false)/g, '').replaceAll(', maintain', '');

const platform = async (name: string): Promise<string> =>
  forOlderPostgres(await readFile(join(projectRoot, 'local/postgres/sql', `${name}.sql`), 'utf8'));

async function check(): Promise<void> {
  const home = await makeTemporaryHome('plpgsql');
  const { account } = postgresPlace(await readSettings({ home: home.path, portBase: 'free' }));
  const [port] = await freePorts(1);
  const data = join(home.path, 'data');
  await mkdir(data, { mode: 0o700 });
  if (account) for (const path of [home.path, data]) await chown(path, account.uid, account.gid);
  const run = (program: string, ...args: string[]) =>
    promisify(execFile)(join(programs, 'bin', program), [`--pgdata=${data}`, ...args], {
      ...account,
      cwd: home.path,
    });
  await run(
    'initdb',
    '--username=supabase_admin',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  );
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c allow_system_table_mods=on`;
  await run('pg_ctl', '-w', '-o', settings, `--log=${home.path}/log`, 'start');
  const open = (user: string) =>
    postgres(`postgresql://${user}@127.0.0.1:${port}/postgres`, { max: 1, onnotice: () => {} });
  const admin = open('supabase_admin');
  try {
    await admin.unsafe(await platform('before-auth')).simple();
    await admin.unsafe(authSchemaSql()).simple();
    await admin.unsafe(storageSchemaSql()).simple();
    await admin.unsafe(await platform('after-auth')).simple();
    // What Postgres 16 brought and sql/ uses.
    await admin`
      create function pg_catalog.pg_input_is_valid(text, text) returns boolean stable parallel safe language sql return true`;
    const owner = open('postgres');
    const files = await readSqlFiles();
    await loadSqlFiles(
      owner,
      files.map(({ path, text }) => ({ path, text: forOlderPostgres(text) })),
    );
    await owner.end();

    // What hosted Supabase has, and is called only where it is.
    await admin.unsafe(`
      create schema if not exists vault;
      create table vault.decrypted_secrets (name text, decrypted_secret text);
      create schema if not exists net;
      create function net.http_post(url text, body jsonb, headers jsonb, timeout_milliseconds integer) returns bigint
      language sql return 1;`);
    await admin`create extension plpgsql_check with schema extensions`;
    // A trigger function may serve several triggers, each with tables of its own. Warnings about speed and about literals
    // that become another type are left out.
    const found = await admin<{ name: string; level: string; message: string; line: number | null }[]>`
      with functions as (
        select p.oid, max(t.tgrelid::bigint)::oid as relation, max(t.tgnewtable) as added,
          max(t.tgoldtable) filter (where t.tgoldtable not in (select x.tgnewtable from pg_trigger x where x.tgfoid = p.oid and x.tgnewtable is not null)) as removed,
          p.prorettype = 'trigger'::regtype as is_trigger
        from pg_proc p
        join pg_language l on l.oid = p.prolang and l.lanname = 'plpgsql'
        left join pg_trigger t on t.tgfoid = p.oid and not t.tgisinternal
        where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
        group by p.oid
      )
      select f.oid::regprocedure::text as name, r.level, r.message, r.lineno as line
      from functions f
      cross join lateral extensions.plpgsql_check_function_tb(
        f.oid, coalesce(f.relation, 0), oldtable => f.removed, newtable => f.added,
        performance_warnings => false, other_warnings => false) r
      where not f.is_trigger or f.relation is not null`;
    const [counted] = await admin`
      select count(*)::int as n from pg_proc p join pg_language l on l.oid = p.prolang and l.lanname = 'plpgsql'
      where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)`;
    const errors = new Set(
      found
        .filter(({ level }) => level === 'error')
        .map(({ name, line, message }) => `${name}:${line} ${message}`),
    );
    const warnings = new Set(
      found
        .filter(({ level }) => level !== 'error')
        .map(({ name, line, level, message }) => `${name}:${line} ${level}: ${message}`),
    );
    for (const line of [...errors, ...warnings]) console.log(`  ${line}`);
    figure('plpgsql.functions_checked', counted!['n'], 100, 'least');
    figure('plpgsql.errors', errors.size, 0);
    figure('plpgsql.warnings', warnings.size, 0);
  } finally {
    await admin.end();
    await run('pg_ctl', '-w', '-m', 'immediate', 'stop');
    await home.remove();
  }
}

if (existsSync(join(programs, 'lib', 'plpgsql_check.so'))) await check();
else unmeasured('plpgsql.errors', 0, `there is no plpgsql_check in ${programs}`);
process.exit();
