import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Goal, goals } from '../../bench/prove/goals.ts';
import { proofs } from '../../bench/prove/proofs.ts';
import { projectRoot } from '../../local/settings.ts';

/** The first words of the figures that a file, or the files of a folder, print. */
function printedBy(source: string): string[] {
  const path = join(projectRoot, source);
  const files = statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))
    : [path];
  return files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [
      ...readFileSync(file, 'utf8').matchAll(/\b(?:figure|unmeasured)\(\s*['`"]([a-z_]+)\./g),
    ])
    .map(([, word]) => word!);
}

describe('npm run prove', () => {
  test.each(proofs)('every figure of $name belongs to a goal, and every goal gets one', (proof) => {
    const printed = new Set(proof.sources.flatMap(printedBy));
    expect([...printed].toSorted()).toEqual(Object.keys(proof.goals).toSorted());
  });

  test('no file of the proofs prints what no proof runs', () => {
    const listed = new Set(proofs.flatMap(({ sources }) => sources));
    const folder = 'bench/prove';
    const printing = readdirSync(join(projectRoot, folder))
      .map((name) => `${folder}/${name}`)
      .filter((file) => printedBy(file).length > 0);
    expect(printing.filter((file) => !listed.has(file))).toEqual([]);
  });

  test('every goal is proved, and in time for its tier', () => {
    const late = (Object.keys(goals) as Goal[]).filter(
      (goal) =>
        !proofs.some(
          ({ goals: of, tier1, tier2 }) =>
            Object.values(of).includes(goal) && (goals[goal].tier === 1 ? tier1 : (tier2 ?? tier1)),
        ),
    );
    expect(late).toEqual([]);
  });
});
