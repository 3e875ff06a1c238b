// What every proof command prints: one line a figure, never rounded in its own favour.

/** `exactly`: the target must be met; `least`: it is a floor; `most`: it is a ceiling. */
export type Comparison = 'exactly' | 'least' | 'most';

const reaches: Record<Comparison, (value: number, target: number) => boolean> = {
  exactly: (value, target) => value === target,
  least: (value, target) => value >= target,
  most: (value, target) => value <= target,
};

/** Prints `figure <name> <value> <target> ok|short` and lets the command exit with 1 when the figure is short. */
export function figure(name: string, value: number, target: number, how: Comparison = 'exactly'): void {
  const isReached = reaches[how](value, target);
  if (!isReached) process.exitCode = 1;
  console.log(`figure ${name} ${value} ${target} ${isReached ? 'ok' : 'short'}`);
}

/** A figure that could not be measured is short, and says why. */
export function unmeasured(name: string, target: number, reason: string): void {
  process.exitCode = 1;
  console.log(`  ${name} was not measured: ${reason}`);
  console.log(`figure ${name} none ${target} short`);
}

/** A share in percent with one decimal, cut off so that 94.96 never reads 95. */
export const percentDown = (part: number, whole: number): number => Math.floor((part / whole) * 1000) / 10;
