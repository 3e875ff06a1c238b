// npm run doctor: looks at a deployment and says what is wrong and how to mend it. Without variables it looks at the
// local stack; `--env-file FILE` names another deployment (SUPABASE_URL, DATABASE_URL, SUPABASE_SECRET_KEY, the functions'
// secrets). Exit code 1 when there is a problem.
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs, parseEnv } from 'node:util';
import { examine } from './doctor/examine.ts';
import type { Finding } from './doctor/finding.ts';
import { findTarget } from './doctor/target.ts';

const { values } = parseArgs({
  options: {
    'env-file': { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const signs: Record<Finding['level'], string> = { ok: '✓', warning: '!', problem: '✗', skipped: '–' };

try {
  const target = await findTarget(readEnv());
  const chapters = await examine(target, { deep: !values.quick });
  const findings = chapters.flatMap((chapter) => chapter.findings);
  const count = (level: Finding['level']) => findings.filter((finding) => finding.level === level).length;

  if (values.json) {
    console.log(JSON.stringify({ target: target.name, chapters }, null, 2));
  } else {
    console.log(`Examining ${target.name}`);
    for (const { title, findings: lines } of chapters) {
      console.log(`\n${title}`);
      for (const { level, what, fix } of lines) {
        console.log(`  ${signs[level]} ${what}${fix === undefined ? '' : `\n      → ${fix}`}`);
      }
    }
    console.log(`\n${count('ok')} good, ${count('warning')} warnings, ${count('problem')} problems`);
  }
  process.exitCode = count('problem') > 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}

/** The file named, or .env, below the variables of the process. */
function readEnv(): Record<string, string | undefined> {
  const file = values['env-file'] ?? '.env';
  if (values['env-file'] !== undefined && !existsSync(file)) throw new Error(`There is no file ${file}.`);
  const given = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  return { ...given, ...process.env };
}
