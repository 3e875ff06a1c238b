import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { parse } from 'smol-toml';
import { isLive } from '../../functions/_shared/env.ts';
import { section, type Section } from '../config.ts';
import { migrationsFolder } from '../schema/diff.ts';
import { difference, fingerprint } from '../schema/fingerprint.ts';
import { withScratch } from '../schema/scratch.ts';
import { pushMigrations } from '../schema/supabase-cli.ts';
import { projectRoot } from '../settings.ts';
import { type Finding, judge, messageOf, ok, problem, skipped, some, warning } from './finding.ts';
import { functionsUrl, type Target } from './target.ts';

const pushFix = 'npx supabase db push --remote';

/** Migrations, privileges, row-level security, buckets, scheduled jobs and the settings of the business. */
export async function examineDatabase(target: Target, { deep }: { deep: boolean }): Promise<Finding[]> {
  const url = target.databaseUrl;
  if (url === undefined) return [skipped('The database', 'Set DATABASE_URL to look into it.')];
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10 });
  try {
    await sql`select 1`;
  } catch (error) {
    await sql.end();
    return [problem(`The database does not answer: ${messageOf(error)}`, 'Check DATABASE_URL.')];
  }
  try {
    const migrations = await examineMigrations(sql);
    // Without the migrations nothing below can be asked.
    if (migrations.level === 'problem') return [migrations];
    return [
      migrations,
      ...(deep ? [await examinePrivileges(url)] : []),
      await examineRowSecurity(sql),
      await examineBuckets(sql),
      ...(await examineJobs(sql, target)),
      await examineMode(sql, target),
      await examineAdmins(sql),
    ];
  } finally {
    await sql.end();
  }
}

async function examineMigrations(sql: Sql): Promise<Finding> {
  const files = (await readdir(migrationsFolder)).filter((name) => name.endsWith('.sql'));
  const [exists] = await sql`select to_regclass('supabase_migrations.schema_migrations') is not null as it`;
  const rows = exists?.['it'] ? await sql`select version from supabase_migrations.schema_migrations` : [];
  const applied = new Set(rows.map(({ version }) => String(version)));
  const missing = files.filter((name) => !applied.has(name.split('_')[0]!));
  return judge(
    missing.length === 0,
    `All ${files.length} migrations are applied`,
    `Migrations are not applied: ${some(missing)}`,
    pushFix,
  );
}

/** Compares who may do what, and every function's body, with a database that the migrations alone have made. */
async function examinePrivileges(url: string): Promise<Finding> {
  let expected: string[] = [];
  await withScratch(async (scratch) => {
    const fresh = await scratch.createDatabase('doctor');
    await pushMigrations(fresh);
    expected = (await fingerprint(fresh)).filter(isOurs);
  });
  const { onlyFirst, onlySecond } = difference(expected, (await fingerprint(url)).filter(isOurs));
  if (onlyFirst.length > 0) {
    return problem(
      `Privileges, policies or functions are not those of the migrations: ${some(onlyFirst.map(objectOf))}`,
      'Somebody changed the database by hand. `npx supabase db diff --remote` shows what; undo it by a migration.',
    );
  }
  return onlySecond.length === 0
    ? ok(`Privileges, policies and functions are those of the migrations (${expected.length} facts)`)
    : warning(
        `The database has more than the migrations make: ${some(onlySecond.map(objectOf))}`,
        'Take it away, or write it into sql/ and make a migration of it.',
      );
}

const kinds = /^(column|constraint|function|index|policy|relation|sequence|trigger|type) /;
const platform = /^\w+ (auth|extensions|graphql|graphql_public|net|cron|realtime|vault|pgsodium|storage)\./;

/** The platform's own schemas differ from project to project; our policies on its files do not. */
const isOurs = (fact: string): boolean =>
  (kinds.test(fact) && !platform.test(fact)) || fact.startsWith('policy storage.objects.');

const objectOf = (fact: string): string => fact.slice(0, fact.indexOf(': '));

async function examineRowSecurity(sql: Sql): Promise<Finding> {
  const rows = await sql`
    select oid::regclass::text as name from pg_class
    where relnamespace in ('public'::regnamespace, 'private'::regnamespace) and relkind in ('r', 'p') and not relrowsecurity
    order by 1`;
  return judge(
    rows.length === 0,
    'Row-level security is on for every table',
    `Row-level security is off for ${some(rows.map(({ name }) => String(name)))}`,
    'alter table NAME enable row level security, in a migration.',
  );
}

async function examineBuckets(sql: Sql): Promise<Finding> {
  const text = await readFile(join(projectRoot, 'supabase', 'config.toml'), 'utf8');
  const buckets = section(section(parse(text) as Section, 'storage'), 'buckets');
  const rows = await sql<{ id: string; public: boolean }[]>`select id, public from storage.buckets`;
  const wrong = Object.entries(buckets).filter(
    ([id, bucket]) => rows.find((row) => row.id === id)?.public !== (bucket as Section)['public'],
  );
  return judge(
    wrong.length === 0,
    `All ${Object.keys(buckets).length} buckets are there, and only pictures are public`,
    `Buckets are missing, or wrongly public: ${some(wrong.map(([id]) => id))}`,
    `${pushFix}; then compare storage.buckets with supabase/config.toml.`,
  );
}

async function examineJobs(sql: Sql, target: Target): Promise<Finding[]> {
  const late = await sql`
    select name from private.jobs where is_enabled and next_run_at < now() - interval '5 minutes' order by next_run_at`;
  const failing = await sql`select name, last_error from private.jobs where last_error is not null`;
  const [here] = await sql`
    select to_regclass('cron.job') is not null as cron, to_regproc('net.http_post') is not null as net,
      to_regclass('vault.decrypted_secrets') is not null as vault`;
  const findings = [
    judge(
      late.length === 0,
      'Scheduled jobs run',
      `Scheduled jobs do not run: ${some(late.map(({ name }) => String(name)))}`,
      here?.['cron']
        ? 'Look at cron.job and cron.job_run_details: learnflow-jobs has to run each minute.'
        : 'There is no pg_cron: call private.run_due_job() each minute from outside, until it answers false.',
    ),
    judge(
      failing.length === 0,
      'No job fails',
      `Jobs fail: ${failing.map(({ name, last_error }) => `${name} (${last_error})`).join(', ')}`,
      'Mend what the error says; a job is tried again within five minutes.',
    ),
  ];
  if (target.isLocal) return findings;
  if (!here?.['net'] || !here['vault']) {
    findings.push(
      warning(
        'pg_net or Vault is missing: nothing in the database can call the scheduled functions',
        'Enable pg_net, or call send-emails, reconcile-payments, process-refunds and process-payouts each minute from outside.',
      ),
    );
    return findings;
  }
  findings.push(...(await examineVault(sql, target)));
  return findings;
}

/** With these two the database calls the scheduled functions. `db push` writes them, but only beside a new migration. */
async function examineVault(sql: Sql, { apiUrl, env }: Target): Promise<Finding[]> {
  const expected = { functions_url: apiUrl && functionsUrl(apiUrl), cron_secret: env['CRON_SECRET'] };
  const rows = await sql<{ name: string; value: string }[]>`
    select name, decrypted_secret as value from vault.decrypted_secrets where name in ${sql(Object.keys(expected))}`;
  return Object.entries(expected).map(([name, value]) => {
    const known = rows.find((row) => row.name === name);
    if (!known) {
      return problem(
        `Vault does not know ${name}: scheduled functions are not called`,
        `npx supabase db query --remote "select vault.create_secret('…', '${name}')"`,
      );
    }
    return judge(
      !value || known.value === value,
      `Vault knows ${name}`,
      `Vault has another ${name} than the functions`,
      `npx supabase db query --remote "select vault.update_secret((select id from vault.secrets where name = '${name}'), '…')"`,
    );
  });
}

/** Events of the other mode are quarantined: this must follow the key. */
async function examineMode(sql: Sql, { env }: Target): Promise<Finding> {
  const key = env['STRIPE_SECRET_KEY'];
  if (!key) return skipped('The mode of Stripe', 'Set STRIPE_SECRET_KEY to compare it.');
  const live = isLive({ STRIPE_SECRET_KEY: key });
  const [row] = await sql`select value from private.app_config where name = 'stripe_livemode'`;
  return judge(
    row?.['value'] === String(live),
    `The database expects events of ${live ? 'live' : 'test'} mode, as the key says`,
    `The key is of ${live ? 'live' : 'test'} mode, but stripe_livemode is ${row?.['value']}: every event would be quarantined`,
    `update private.app_config set value = '${live}' where name = 'stripe_livemode';`,
  );
}

async function examineAdmins(sql: Sql): Promise<Finding> {
  const [row] = await sql`select count(*)::int as admins from public.user_roles where role = 'admin'`;
  return Number(row?.['admins']) > 0
    ? ok('There is an admin')
    : warning('There is no admin', 'npm run make-admin -- EMAIL DATABASE_URL');
}
