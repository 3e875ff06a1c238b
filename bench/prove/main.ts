// npm run prove [-- --tier 1|2] [NAME…]: every proof, one after the other, and its figures under the goal they belong to.
// Tier 1 is short enough for every run of the tests; tier 2 has the long ones. Without a tier each runs in its longest form.
// Exits with 1 when a figure is short, missing or could not be measured.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { unmeasured } from '../figures.ts';
import { type Goal, goals } from './goals.ts';

interface Proof {
  /** As it is asked for: npm run prove -- access */
  name: string;
  /** The goal of its figures, by the first word of their names. */
  goals: Record<string, Goal>;
  /** Its command in the short form, which ends within minutes. */
  tier1?: string[];
  /** Its command in the long form. */
  tier2?: string[];
}

/** Each is a program that runs by itself and prints its own figures; a new one is a line here. */
const proofs: readonly Proof[] = [
  {
    name: 'access',
    goals: { matrix: 'G1', columns: 'G2' },
    tier1: ['vitest', 'run', '--project', 'sql', 'tests/access', '--reporter=dot'],
  },
  {
    name: 'contract',
    goals: { matrix: 'G1', errors: 'G14' },
    tier1: ['node', 'bench/prove/contract.ts'],
  },
  {
    name: 'fuzz',
    goals: { fuzz: 'G3' },
    tier1: ['node', 'bench/prove/fuzz.ts', '--tier', '1'],
    tier2: ['node', 'bench/prove/fuzz.ts'],
  },
  {
    name: 'lints',
    goals: { lints: 'G4' },
    tier1: ['node', 'bench/prove/lints.ts'],
  },
  {
    name: 'plpgsql',
    goals: { plpgsql: 'G4' },
    tier2: ['node', 'bench/prove/plpgsql.ts'],
  },
  {
    name: 'history',
    goals: { history: 'G7', counters: 'G17' },
    tier1: ['node', 'bench/prove/history.ts', '--tier', '1'],
    tier2: ['node', 'bench/prove/history.ts'],
  },
  {
    name: 'limits',
    goals: { limits: 'G13' },
    tier1: ['node', 'bench/prove/limits.ts'],
  },
  {
    name: 'one-request',
    goals: { one_request: 'G15' },
    tier2: ['node', 'bench/prove/one-request.ts'],
  },
  {
    name: 'faults',
    goals: { faults: 'G10' },
    tier2: ['node', 'bench/prove/faults.ts'],
  },
  {
    name: 'restore',
    goals: { restore: 'G11' },
    tier2: ['node', 'bench/prove/restore.ts'],
  },
  {
    name: 'migrations',
    goals: { migrations: 'G12' },
    tier2: ['node', 'bench/prove/migrations.ts'],
  },
  {
    name: 'privacy',
    goals: { privacy: 'G16' },
    tier1: ['node', 'bench/prove/privacy.ts'],
  },
  {
    name: 'mutants',
    goals: { access: 'G1b' },
    tier2: ['node', 'tests/access/prove.ts'],
  },
  {
    name: 'money',
    goals: {
      coupon: 'G5',
      identical_checkouts: 'G6',
      storms: 'G6',
      properties: 'G7',
      crash: 'G8',
      same_event: 'G9',
      permutations: 'G9',
    },
    tier2: ['node', 'bench/money/main.ts'],
  },
];

const { values: asked, positionals: names } = parseArgs({
  options: { tier: { type: 'string' } },
  allowPositionals: true,
});
const commandOf = ({ tier1, tier2 }: Proof): string[] | undefined =>
  asked.tier === '1' ? tier1 : asked.tier === '2' ? tier2 : (tier2 ?? tier1);

const missing = new Set(Object.keys(goals) as Goal[]);
const started = Date.now();
let short = 0;
let reached = 0;

/** Runs one proof; its figures come out under their goals, everything else as it is. */
async function run(proof: Proof, [command = '', ...args]: string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let shortHere = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name = '', rest = ''] = /^figure (\S+) (.*)$/.exec(line) ?? [];
    if (name === '') {
      console.log(line);
      continue;
    }
    const goal = proof.goals[name.split('.')[0]!];
    if (!goal) throw new Error(`${proof.name} prints ${name}, which belongs to no goal`);
    missing.delete(goal);
    if (rest.endsWith(' ok')) reached += 1;
    else shortHere += 1;
    console.log(`figure ${goal}.${name} ${rest}`);
  }
  const [code] = await ended;
  short += shortHere;
  if (code !== 0 && shortHere === 0) {
    short += 1;
    unmeasured(`${proof.name}.ended`, 0, `the proof ended with ${code}`);
  }
}

for (const proof of proofs) {
  const command = commandOf(proof);
  if (!command || (names.length > 0 && !names.includes(proof.name))) continue;
  const since = Date.now();
  console.log(`\n${proof.name}: ${command.join(' ')}`);
  await run(proof, command);
  console.log(`  ${proof.name} took ${Math.round((Date.now() - since) / 1000)} s`);
}

if (names.length === 0) {
  for (const goal of missing) {
    const of = proofs.filter((proof) => Object.values(proof.goals).includes(goal));
    // The other tier has it.
    if (of.length > 0 && !of.some(commandOf)) continue;
    short += 1;
    unmeasured(goal, 1, of.length > 0 ? 'its proof printed no figure' : 'nothing proves it yet');
  }
}
console.log(
  `\n${reached} figures reached, ${short} short, in ${Math.round((Date.now() - started) / 1000)} s`,
);
process.exitCode = short > 0 ? 1 : 0;
