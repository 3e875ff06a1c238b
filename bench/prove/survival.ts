// node bench/prove/survival.ts [PART…] [--seconds N]: the disk is full, the archive is full, every connection is taken, the clock
// is wrong. Whoever reads goes on reading, whoever writes is told why not, and all is well within five seconds after the
// cause is gone, without a restart. PART is disk, archive, connections or clock. Takes root, for the small volumes, and
// libfaketime; what is missing is said and reads short.
import { parseArgs } from 'node:util';
import { surviveDriverFault } from '../../local/postgres/driver-fault.ts';
import { unmeasured } from '../figures.ts';
import { startWorld, type World } from '../money/world.ts';
import { clockShifts } from '../survival/clock.ts';
import { connectionsGone } from '../survival/connections.ts';
import { archiveFull, dataVolumeFull } from '../survival/disk.ts';

const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '10' } },
  allowPositionals: true,
});
const seconds = Number(values.seconds);
const isWanted = (part: string): boolean => positionals.length === 0 || positionals.includes(part);
const needsRoot = (name: string): boolean => {
  if (process.getuid?.() === 0) return true;
  unmeasured(name, 0, 'only root mounts a volume that is small enough to be filled');
  return false;
};

surviveDriverFault();
const parts: Record<string, (world: World) => Promise<void>> = {
  connections: (world) => connectionsGone(world, 5),
  disk: async (world) => {
    if (needsRoot('survival.disk_full_acknowledged_and_lost')) await dataVolumeFull(world, seconds);
  },
  // Last: it starts the server anew to switch archiving on.
  archive: async (world) => {
    if (needsRoot('survival.archive_full_acknowledged_and_lost')) await archiveFull(world, seconds);
  },
};
const wanted = Object.entries(parts).filter(([name]) => isWanted(name));
if (wanted.length > 0) {
  const world = await startWorld();
  try {
    for (const [, part] of wanted) await part(world);
  } finally {
    await world.stop();
  }
}
if (isWanted('clock')) await clockShifts();
process.exit();
