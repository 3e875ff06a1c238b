let short = 0;

/** Prints one figure and remembers whether it falls short. `least`: the target is a floor; otherwise it must be met exactly. */
export function figure(
  name: string,
  value: number,
  target: number,
  how: 'exactly' | 'least' = 'exactly',
): void {
  const ok = how === 'least' ? value >= target : value === target;
  if (!ok) short += 1;
  console.log(`figure ${name} ${value} ${target} ${ok ? 'ok' : 'short'}`);
}

export const anyShort = (): boolean => short > 0;
