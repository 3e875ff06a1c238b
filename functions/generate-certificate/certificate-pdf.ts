import type { CertificateDocument } from '../../types/schemas/certificates.ts';
import { collect, createDocument, decoration } from '../_shared/pdf/document.ts';
import { type Setting, Typesetter } from '../_shared/pdf/typesetter.ts';
import { colours, frame, line, ornament, page, qrCode } from './drawing.ts';

const { ink, faint, brand } = colours;
const middle = page.width / 2;
const left = 192;
const right = page.width - left;

/** Sizes from large to small, each allowed so many lines. */
const sizes = (from: number, to: number, lines: number) =>
  Array.from({ length: from - to + 1 }, (_, index) => ({ size: from - index, lines }));
const nameSizes = [...sizes(46, 30, 1), ...sizes(28, 21, 2), ...sizes(20, 17, 3), ...sizes(16, 8, 4)];
const titleSizes = [...sizes(28, 20, 1), ...sizes(22, 15, 2), ...sizes(14, 8, 3)];
const instructorSizes = [...sizes(13, 9, 1), ...sizes(9, 5, 3)];

const substitution =
  'Letters that this certificate cannot show are written in Latin script; the page above has the original.';

export interface PrintedCertificate {
  bytes: Uint8Array;
  /** A name or the title has letters that no font has. */
  transliterated: boolean;
}

/** Prints a certificate on one page. The same certificate gives the same bytes. */
export async function printCertificate(
  certificate: CertificateDocument,
  verifyUrl: string,
): Promise<PrintedCertificate> {
  const { course_title, student_name, code, issued_at } = certificate;
  const document = createDocument({
    size: [page.width, page.height],
    title: `Certificate of completion: ${course_title}`,
    subject: `${student_name} completed ${course_title}`,
    keywords: code,
    createdAt: issued_at,
  });
  const bytes = collect(document);
  const typesetter = new Typesetter(document);
  const fit = async (words: string, style: 'display' | 'text', width: number, tries: typeof nameSizes) =>
    typesetter.fit(await typesetter.prepare(words, style), width, tries);

  const name = await fit(student_name, 'display', 640, nameSizes);
  const title = await fit(course_title, 'display', 620, titleSizes);
  const instructor = await fit(certificate.instructor_name || 'LearnFlow', 'text', 200, instructorSizes);
  const address = new URL('.', verifyUrl).href.replace(/^https?:\/\//, '');

  /** One line of our own words. */
  const words = async (text: string, size: number, baseline: number, colour: string, x = middle) => {
    const setting = await typesetter.prepare(text, size > 18 ? 'display' : 'text');
    return () => {
      document.fillColor(colour);
      typesetter.draw(setting, { x, baseline, size, align: 'center' });
    };
  };
  /** Lines of somebody's words around a height. */
  const block =
    (fitted: { size: number; lines: Setting[] }, centre: number, colour: string, x = middle) =>
    () => {
      const leading = fitted.size * 1.2;
      const first = centre - ((fitted.lines.length - 1) * leading) / 2 + fitted.size * 0.3;
      document.fillColor(colour);
      for (const [index, setting] of fitted.lines.entries()) {
        typesetter.draw(setting, {
          x,
          baseline: first + index * leading,
          size: fitted.size,
          align: 'center',
        });
      }
    };

  const { completed_at, duration_hours } = certificate;
  // What people typed is also kept as typed: shaped letters cannot always be read back.
  const parts: [tag: string, draw: () => void, actual?: string][] = [
    ['P', await words('LearnFlow', 22, 88, brand)],
    ['H1', await words('Certificate of Completion', 34, 134, ink)],
    ['P', await words('This certifies that', 12, 186, faint)],
    ['P', block(name, 232, brand), student_name],
    ['P', await words('has completed every lesson of', 12, 293, faint)],
    ['P', block(title, 331, ink), course_title],
    ['P', await words(lengthOf(duration_hours), 11, 382, faint)],
    ['P', await words(dateOf(completed_at), 13, 468, ink, left)],
    ['P', await words('Completed on', 9, 492, faint, left)],
    ['P', block(instructor, 464, ink, right), certificate.instructor_name],
    ['P', await words('Instructor', 9, 492, faint, right)],
    ['P', await words(`Verify at ${address}`, 9, 508, faint)],
    ['P', await words(code, 9, 522, ink)],
  ];
  if (typesetter.transliterated) parts.push(['P', await words(substitution, 7, 540, faint)]);

  decoration(document, () => {
    frame(document);
    ornament(document, middle, 154, 90);
    line(document, left, 478, 100);
    line(document, right, 478, 100);
  });
  document.addStructure(
    document.struct('Document', [
      ...parts.map(([tag, draw, actual]) => document.struct(tag, actual ? { actual } : {}, draw)),
      document.struct('Figure', { alt: `QR code of ${verifyUrl}` }, () =>
        qrCode(document, verifyUrl, middle, 408, 82),
      ),
    ]),
  );
  document.link(middle - 110, 404, 220, 124, verifyUrl);
  document.end();
  return { bytes: await bytes, transliterated: typesetter.transliterated };
}

const dateOf = (at: string) =>
  new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(at));

function lengthOf(hours: number): string {
  const rounded = Math.round(hours * 10) / 10;
  if (rounded >= 1) return `a course of ${rounded} ${rounded === 1 ? 'hour' : 'hours'}`;
  const minutes = Math.max(1, Math.round(hours * 60));
  return `a course of ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
}
