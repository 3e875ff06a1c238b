import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

/** A small PNG, a gradient of its own for every name. */
export function pictureOf(name: string): Uint8Array {
  return png(320, 180, ...coloursOf(name));
}

type Colour = readonly [red: number, green: number, blue: number];

function coloursOf(name: string): [Colour, Colour] {
  const hash = createHash('sha256').update(name).digest();
  const colour = (at: number): Colour => [
    40 + (hash[at]! % 160),
    40 + (hash[at + 1]! % 160),
    40 + (hash[at + 2]! % 160),
  ];
  return [colour(0), colour(3)];
}

/** https://www.w3.org/TR/png-3/: signature, header, one compressed data chunk, end. */
function png(width: number, height: number, from: Colour, to: Colour): Uint8Array {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const share = (x / width + y / height) / 2;
      for (const channel of [0, 1, 2] as const) {
        rows[y * (1 + width * 3) + 1 + x * 3 + channel] = Math.round(
          from[channel] + (to[channel] - from[channel]) * share,
        );
      }
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(content.length + 8);
  framed.writeUInt32BE(data.length, 0);
  content.copy(framed, 4);
  framed.writeUInt32BE(crc32(content), content.length + 4);
  return framed;
}
