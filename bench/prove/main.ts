// npm run prove [-- --tier 1|2] [-- --beside-tests] [NAME…]: every proof, one after the other, and its figures under the goal
// they belong to. Tier 1 is short enough for every run of the tests, and --beside-tests leaves out what npm test does itself;
// tier 2 has the long ones. Without a tier each runs in its longest form.
// Exits with 1 when a figure is short, missing or could not be measured.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { unmeasured } from '../figures.ts';
import { type Goal, goals } from './goals.ts';
import { type Proof, proofs } from './proofs.ts';

const { values: asked, positionals: names } = parseArgs({
  options: { tier: { type: 'string' }, 'beside-tests': { type: 'boolean', default: false } },
  allowPositionals: true,
});
for (const name of names)
  if (!proofs.some((proof) => proof.name === name)) throw new Error(`There is no proof called ${name}`);

const commandOf = ({ tier1, tier2, isTested }: Proof): readonly string[] | undefined => {
  if (asked['beside-tests'] && isTested) return undefined;
  return asked.tier === '1' ? tier1 : asked.tier === '2' ? tier2 : (tier2 ?? tier1);
};
/** Every figure of a goal belongs to a proof that runs now, or to the tests. */
const isExpected = (goal: Goal): boolean => {
  if (asked.tier !== undefined && goals[goal].tier > Number(asked.tier)) return false;
  const of = proofs.filter((proof) => Object.values(proof.goals).includes(goal));
  if (asked['beside-tests'] && of.some(({ isTested }) => isTested)) return false;
  return asked.tier !== '2' || of.length === 0 || of.some(({ tier2 }) => tier2);
};

const missing = new Set(Object.keys(goals) as Goal[]);
const started = Date.now();
let short = 0;
let reached = 0;

/** Nothing here takes so long: a proof that does hangs, and the others still have their say. */
const patience = (asked.tier === '1' ? 10 : 120) * 60_000;

/** Runs one proof; its figures come out under their goals, everything else as it is. */
async function run(proof: Proof, [command = '', ...args]: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: patience });
  const ended = once(child, 'close');
  let shortHere = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name = '', rest = ''] = /^figure (\S+) (.*)$/.exec(line) ?? [];
    if (name === '') {
      console.log(line);
      continue;
    }
    const goal = proof.goals[name.split('.')[0]!];
    if (goal) missing.delete(goal);
    else console.log(`  ${proof.name} prints ${name}, which belongs to no goal`);
    if (goal && rest.endsWith(' ok')) reached += 1;
    else shortHere += 1;
    console.log(`figure ${goal ?? 'none'}.${name} ${rest}`);
  }
  const [code, signal] = await ended;
  short += shortHere;
  if (code !== 0 && shortHere === 0) {
    short += 1;
    unmeasured(`${proof.name}.ended`, 0, `the proof ended with ${code ?? signal}`);
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
    if (!isExpected(goal)) continue;
    short += 1;
    unmeasured(goal, 1, 'no proof printed a figure of it');
  }
}
console.log(
  `\n${reached} figures reached, ${short} short, in ${Math.round((Date.now() - started) / 1000)} s`,
);
process.exitCode = short > 0 ? 1 : 0;
