import { encode } from 'uqr';
import { A4, type Document } from '../_shared/pdf/document.ts';

/** A4, landscape, in points. */
export const page = { width: A4.height, height: A4.width } as const;

export const colours = { ink: '#1f2333', faint: '#666b7d', brand: '#332f8f', gold: '#b0893a' } as const;

/** Two frames, with the corners of the inner one cut in quarter circles. */
export function frame(document: Document): void {
  const { width, height } = page;
  document
    .lineWidth(2.5)
    .strokeColor(colours.brand)
    .rect(26, 26, width - 52, height - 52)
    .stroke();
  const [left, top, right, bottom, cut] = [36, 36, width - 36, height - 36, 16];
  document
    .path(
      `M${left + cut} ${top} H${right - cut} A${cut} ${cut} 0 0 0 ${right} ${top + cut} V${bottom - cut} ` +
        `A${cut} ${cut} 0 0 0 ${right - cut} ${bottom} H${left + cut} A${cut} ${cut} 0 0 0 ${left} ${bottom - cut} ` +
        `V${top + cut} A${cut} ${cut} 0 0 0 ${left + cut} ${top} Z`,
    )
    .lineWidth(0.9)
    .strokeColor(colours.gold)
    .stroke();
  for (const x of [left, right]) {
    for (const y of [top, bottom]) document.circle(x, y, 3).fill(colours.gold);
  }
}

/** A thin line that widens to a lozenge in its middle. */
export function ornament(document: Document, middle: number, y: number, half: number): void {
  document
    .lineWidth(0.7)
    .strokeColor(colours.gold)
    .moveTo(middle - half, y)
    .lineTo(middle - 9, y)
    .moveTo(middle + 9, y)
    .lineTo(middle + half, y)
    .stroke();
  document.polygon([middle - 5, y], [middle, y - 5], [middle + 5, y], [middle, y + 5]).fill(colours.gold);
}

export function line(document: Document, middle: number, y: number, half: number): void {
  document
    .lineWidth(0.7)
    .strokeColor('#b9bccb')
    .moveTo(middle - half, y)
    .lineTo(middle + half, y)
    .stroke();
}

export function qrCode(document: Document, words: string, middle: number, top: number, side: number): void {
  const { data, size } = encode(words, { ecc: 'M', border: 0 });
  const module = side / size;
  for (const [row, modules] of data.entries()) {
    for (const [column, dark] of modules.entries()) {
      // A hair wider than its place: no viewer shows a light line between two dark modules.
      if (dark) {
        document.rect(middle - side / 2 + column * module, top + row * module, module + 0.05, module + 0.05);
      }
    }
  }
  document.fill(colours.ink);
}
