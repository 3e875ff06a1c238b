import { Buffer } from 'node:buffer';
import type { Face } from './faces.ts';
import { unpackWoff } from './woff.ts';

const unpacked = new Map<string, Promise<Buffer>>();

const unpack = async ({ load }: Face): Promise<Buffer> =>
  unpackWoff(Buffer.from((await load()).default, 'base64'));

/** The bytes of a font. Unpacked once for all documents that this worker prints. */
export function loadFont(face: Face): Promise<Buffer> {
  const font = unpacked.get(face.name) ?? unpack(face);
  unpacked.set(face.name, font);
  return font;
}
