// npm run licences: every package of the lock with its licence, one a line, and how many there are of each.
import { argued, isForOneSystem, licenceOf, readLock } from './supply-chain.ts';

const packages = await readLock();
const counts = new Map<string, number>();
for (const locked of packages) {
  const licence =
    licenceOf(locked) ?? (isForOneSystem(locked) ? 'as the package that asks for it' : 'unknown');
  counts.set(licence, (counts.get(licence) ?? 0) + 1);
  const note = argued[locked.name];
  console.log(`${locked.name}@${locked.version}  ${licence}${note ? `  (${note})` : ''}`);
}
console.log(`\n${packages.length} packages`);
for (const [licence, count] of [...counts].toSorted(([, a], [, b]) => b - a))
  console.log(`${count}  ${licence}`);
