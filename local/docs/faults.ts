import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../settings.ts';
import { readCsv } from './csv.ts';

/** One way in which the system is attacked or breaks, and what proves that it holds. */
export interface FaultCase {
  id: string;
  area: string;
  what: string;
  /** References as in tests/requirements.csv, one a line. */
  proved_by: string;
  /** How to read it, or why there is nothing to prove here. */
  note: string;
}

export const faultsFile = join(projectRoot, 'tests', 'faults', 'faults.csv');

/** The catalogue's numbers; those that it left out on the way are not there. */
const leftOut = new Set([
  6, 17, 36, 38, 41, 54, 66, 69, 82, 92, 104, 112, 117, 123, 140, 149, 152, 158, 174, 185, 193, 198, 205, 216,
  217,
]);
export const faultIds: readonly string[] = Array.from({ length: 224 }, (_, index) => index + 1)
  .filter((number) => !leftOut.has(number))
  .map((number) => `F${String(number).padStart(3, '0')}`);

export async function readFaults(): Promise<FaultCase[]> {
  return readCsv(await readFile(faultsFile, 'utf8')) as unknown as FaultCase[];
}
