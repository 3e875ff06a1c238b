// npm run bench:functions: how large each edge function is and how long a new worker takes to its first answer, as it is
// deployed and as one bundled file. Writes the table of docs/performance.md. BENCH_ROUNDS: how often each is started.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';
import { denoProgram } from '../../local/binaries.ts';
import { type Environment, functionEnvironment } from '../../local/functions/environment.ts';
import { denoArguments } from '../../local/functions/index.ts';
import { readOrCreateSecrets } from '../../local/secrets.ts';
import { projectRoot, readSettings } from '../../local/settings.ts';
import { figure } from '../figures.ts';
import { writeFunctions } from '../report.ts';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 11);
/** What the platform takes at most: https://supabase.com/docs/guides/functions/limits */
const most = 20_000_000;

const folder = await mkdtemp(join(tmpdir(), 'learnflow-functions-'));
const settings = await readSettings({ home: folder, portBase: 'free' });
const environment: Environment = functionEnvironment(settings, await readOrCreateSecrets(folder), '');

/** What a function imports in one minified file, and what it loads only when it is wanted (the error tracker) beside it. */
async function bundle(name: string): Promise<{ entrypoint: string; bytes: number }> {
  const { output } = await build({
    input: join(projectRoot, 'functions', name, 'index.ts'),
    platform: 'node',
    output: { dir: join(folder, name), format: 'esm', minify: true, entryFileNames: 'index.mjs' },
    logLevel: 'warn',
  });
  const bytes = output.reduce(
    (sum, file) => sum + Buffer.byteLength(file.type === 'chunk' ? file.code : file.source),
    0,
  );
  return { entrypoint: join(folder, name, 'index.mjs'), bytes };
}

const quiet = { DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' };

/** Milliseconds from the start of a process to the end of its first answer. Nothing that was compiled before is used. */
async function coldStart(entrypoint: string): Promise<number> {
  const script = join(import.meta.dirname, 'once.ts');
  const [run = '', ...rest] = denoArguments({ root: projectRoot, environment }, script);
  const started = performance.now();
  const child = spawn(
    denoProgram(),
    [run, '--no-code-cache', `--allow-read=${folder}`, ...rest, pathToFileURL(entrypoint).href],
    {
      cwd: projectRoot,
      env: { ...process.env, ...quiet, ...environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${entrypoint} ended with ${code}`);
  return performance.now() - started;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

try {
  await chmod(folder, 0o755);
  const empty = join(folder, 'empty.js');
  await writeFile(empty, 'export default { fetch: async () => new Response(null, { status: 204 }) };');
  const names = (await readdir(join(projectRoot, 'functions'), { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && entry.name !== '_shared')
    .map(({ name }) => name)
    .toSorted();

  const bundles = new Map<string, Awaited<ReturnType<typeof bundle>>>();
  for (const name of names) bundles.set(name, await bundle(name));
  const times = new Map<string, number[]>();
  const take = async (what: string, entrypoint: string): Promise<void> => {
    const taken = times.get(what) ?? [];
    times.set(what, taken);
    taken.push(await coldStart(entrypoint));
  };
  // In turns: what else the machine does happens to all.
  for (let round = 0; round <= rounds; round += 1) {
    await take('empty', empty);
    for (const name of names) {
      await take(name, join(projectRoot, 'functions', name, 'index.ts'));
      await take(`${name} bundled`, bundles.get(name)!.entrypoint);
    }
    // The first time reads the disk.
    if (round === 0) times.clear();
  }

  const floor = median(times.get('empty')!);
  const results = [];
  for (const name of names) {
    const { bytes } = bundles.get(name)!;
    const [cold, bundled] = [median(times.get(name)!), median(times.get(`${name} bundled`)!)];
    figure(`functions.${name}.bytes`, bytes, most, 'most');
    console.log(
      `  ${name}: ${Math.round(cold)} ms to the first answer, ${Math.round(bundled)} ms as one file, ${Math.round(floor)} ms for an empty function`,
    );
    results.push({ name, bytes, cold, bundled });
  }
  const [first] = cpus();
  await writeFunctions(
    results,
    floor,
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores (${first?.model.trim()}), medians of ${rounds} starts in turns, nothing compiled before.`,
  );
} finally {
  await rm(folder, { recursive: true });
}
