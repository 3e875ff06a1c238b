import { expect, test } from 'vitest';
import { createDocument } from '../../functions/_shared/pdf/document.ts';
import { Typesetter } from '../../functions/_shared/pdf/typesetter.ts';

interface Opened {
  _font: { font: { layout(characters: string): { glyphs: { codePoints: number[] }[] } } };
}

/** The characters of a line as they stand on the page, from left to right. */
async function seen(words: string): Promise<string> {
  const about = { title: '', subject: '', keywords: '', createdAt: '2026-01-01T00:00:00Z' };
  const document = createDocument({ size: [600, 800], ...about });
  const typesetter = new Typesetter(document);
  const runs = typesetter.runs(await typesetter.prepare(words, 'text'));
  return runs
    .flatMap(({ face, characters }) => {
      document.font(face);
      // oxlint-disable-next-line no-underscore-dangle -- pdfkit's name for the font it has just opened
      return (document as unknown as Opened)._font.font.layout(characters).glyphs;
    })
    .map(({ codePoints }) => String.fromCodePoint(...codePoints))
    .join('');
}

const turned = (words: string) => Array.from(words).toReversed().join('');

test.each([
  ['Latin', '12 Main Street', '12 Main Street'],
  ['Hebrew', 'שדרה 12', `12${turned('שדרה ')}`],
  ['Hebrew with brackets', 'שדרה (12)', `(12)${turned('שדרה ')}`],
  ['Arabic', 'حيدر 12', `12${turned('حيدر ')}`],
  ['Arabic with its own digits', 'حيدر ١٢', `١٢${turned('حيدر ')}`],
  ['Persian with its own digits', 'درود ۱۲۳ دور', `${turned(' دور')}۱۲۳${turned('درود ')}`],
  ['Latin with Arabic digits', 'House ١٢', 'House ١٢'],
])('letters and numbers stand in the order in which they are read: %s', async (_, words, expected) => {
  expect(await seen(words)).toBe(expected);
});
