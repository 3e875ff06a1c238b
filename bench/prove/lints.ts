// node bench/prove/lints.ts: Supabase's advisors, the project's own rules for every object, and the linter of migrations.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { advise } from '../../local/schema/advisors.ts';
import { difference, fingerprint } from '../../local/schema/fingerprint.ts';
import { loadSql } from '../../local/schema/load-sql.ts';
import { withScratch } from '../../local/schema/scratch.ts';
import { pushMigrations } from '../../local/schema/supabase-cli.ts';
import { projectRoot } from '../../local/settings.ts';
import { figure } from '../figures.ts';

/** What was promised to be a rule, and the rules that keep it. */
const promised: Record<string, readonly string[]> = {
  'R02 no definer function in the API': ['no_definer_for_people'],
  'R03 a pinned search_path': ['search_path_pinned'],
  'R04 a definer function asks who calls': ['definer_asks_who_calls'],
  'R05 policies name roles': ['policies_name_roles'],
  'R06 an update is checked': ['updates_are_checked'],
  'R07 nobody is not everybody': ['nobody_is_not_everybody'],
  'R08 no circle of policies': ['no_circle_of_policies'],
  'R09 facts are not written by clients': ['clients_write_no_facts'],
  'R10 user_id comes from the token': ['clients_write_no_user_id'],
  'R11 no overloads': ['one_signature_a_name'],
  'R12 nobody names another user': ['nobody_names_another_user'],
  'R13 no dynamic SQL': ['no_dynamic_sql'],
  'R14 explicit grants': ['explicit_grants', 'not_for_public'],
  'R15 trigger functions for nobody': ['trigger_functions_for_nobody'],
  'R16 money is an integer': ['money_is_integer'],
  'R17 days have a time zone': ['days_have_a_time_zone', 'days_of_defaults_have_a_zone'],
  'R18 publication and replica identity': ['published_on_purpose', 'no_full_replica_identity'],
  'R19 addresses are https': ['urls_are_https'],
  'R20 text has a length': ['text_has_a_length', 'lists_have_a_length'],
  'R21 errors by one function': ['errors_by_fail', 'no_asserts'],
  'R22 timeouts for people': ['people_have_timeouts'],
};
const support = join(projectRoot, 'tests/sql/support');

await withScratch(async (scratch) => {
  const url = await scratch.createDatabase('lints');
  await loadSql(url);
  const advice = await advise(url, 'warn');
  for (const { name, detail } of advice) console.log(`  ${name}: ${detail}`);
  figure('lints.advisors', advice.length, 0);

  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const rules = (await readdir(join(support, 'rules'))).toSorted().map((file) => join('rules', file));
  for (const file of ['schema.sql', 'catalogue.sql', ...rules])
    await sql.unsafe(await readFile(join(support, file), 'utf8')).simple();
  const names = (await sql<{ name: string }[]>`select name from tests.rules`).map(({ name }) => name);
  const broken = await sql<{ rule: string; object: string }[]>`
    select r.name as rule, o.object from tests.rules r, lateral tests.offenders(r.name) as o (object)
    where not exists (select from tests.exceptions e where e.rule = r.name and e.object = o.object)`;
  const [{ exceptions } = { exceptions: 0 }] = await sql<
    { exceptions: number }[]
  >`select count(*)::int as exceptions from tests.exceptions`;
  const named = await sql<
    { rule: string; object: string; reason: string }[]
  >`select * from tests.named_by_rules`;
  await sql.end();
  for (const { rule, object } of broken) console.log(`  ${rule}: ${object}`);
  const missing = Object.entries(promised).filter(([, kept]) => !kept.every((name) => names.includes(name)));
  for (const [what] of missing) console.log(`  no rule keeps ${what}`);
  figure('lints.rules', names.length, 21, 'least');
  figure('lints.promised_rules_missing', missing.length, 0);
  figure('lints.rules_broken', broken.length, 0);
  figure('lints.exceptions', exceptions, 5, 'most');
  // Rules about all others but a few (security.md R04, R09) name those few, each with its reason. There shall be no more.
  figure('lints.objects_that_rules_name', named.length, 24, 'most');

  // R01: every privilege is the same on a project that grants new objects by itself and on one that does not.
  const [young, old] = [await scratch.createDatabase('young'), await scratch.createDatabase('old')];
  const owner = postgres(old, { max: 1, onnotice: () => {} });
  for (const objects of ['tables', 'sequences', 'functions'])
    await owner.unsafe(
      `alter default privileges in schema public grant all on ${objects} to anon, authenticated, service_role`,
    );
  await owner.end();
  // One after the other: both set the same roles, which belong to the whole cluster.
  await pushMigrations(young);
  await pushMigrations(old);
  const { onlyFirst, onlySecond } = difference(await fingerprint(young), await fingerprint(old));
  for (const line of [...onlyFirst, ...onlySecond]) console.log(`  ${line}`);
  figure('lints.privileges_that_depend_on_the_project', onlyFirst.length + onlySecond.length, 0);

  const squawk = await promisify(execFile)('npm', ['run', '--silent', 'lint:migrations'], {
    cwd: projectRoot,
  }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
  console.log(squawk);
  figure('lints.migrations', squawk === '' ? 0 : 1, 0);
});
process.exit();
