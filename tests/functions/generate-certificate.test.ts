import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import type { CallDatabase } from '../../functions/_shared/database.ts';
import { unpackWoff } from '../../functions/_shared/pdf/fonts/woff.ts';
import type { PdfFiles } from '../../functions/_shared/pdf/pdf-files.ts';
import { printCertificate } from '../../functions/generate-certificate/certificate-pdf.ts';
import { makeGenerateCertificate } from '../../functions/generate-certificate/handler.ts';
import type { CertificateDocument } from '../../types/schemas/certificates.ts';
import { bob, orderId, pdfString, recordLog } from './support.ts';

const certificate = (changes: Partial<CertificateDocument> = {}): CertificateDocument => ({
  id: orderId,
  enrollment_id: orderId,
  course_id: orderId,
  code: 'LF-0123456789ABCDEF01234567',
  certificate_url: '/certificates/LF-0123456789ABCDEF01234567',
  status: 'valid',
  student_name: 'Bob Tester',
  course_title: 'React from the Ground Up',
  instructor_name: 'Ada Lovelace',
  duration_hours: 12.5,
  completed_at: '2026-01-01T00:00:00+00:00',
  issued_at: '2026-01-01T00:00:00+00:00',
  file_path: null,
  revoked_at: null,
  revoke_reason: null,
  user_id: bob.id,
  content_hash: '0'.repeat(64),
  ...changes,
});

function setUp(waiting: CertificateDocument[], now: () => number = () => 0) {
  const [first] = waiting;
  const answers: Record<string, () => unknown> = {
    claim_certificates: () => waiting.splice(0, 1),
    certificate_document: () => first,
  };
  const call = vi.fn<(name: string, args: object) => Promise<unknown>>(async (name) => answers[name]?.());
  const put = vi.fn<PdfFiles['put']>().mockResolvedValue(undefined);
  const print = vi
    .fn<typeof printCertificate>()
    .mockResolvedValue({ bytes: new Uint8Array([1, 2, 3]), transliterated: false });
  const { log, entries } = recordLog();
  const work = makeGenerateCertificate({
    call: call as unknown as CallDatabase,
    files: { put },
    print,
    siteUrl: 'https://learnflow.test',
    log,
    now,
  });
  return { work, call, put, print, entries };
}
describe('the worker', () => {
  const path = `${bob.id}/LF-0123456789ABCDEF01234567.pdf`;

  test('prints what waits, keeps it in the folder of the student, and says where', async () => {
    const { work, call, put, print } = setUp([certificate()]);
    expect(await work({})).toEqual({ printed: 1, failed: 0 });
    expect(print.mock.calls[0]![1]).toBe('https://learnflow.test/verify/LF-0123456789ABCDEF01234567');
    expect(put).toHaveBeenCalledExactlyOnceWith(path, new Uint8Array([1, 2, 3]));
    expect(call).toHaveBeenCalledWith('attach_certificate_file', {
      certificate_id: orderId,
      file_path: path,
    });
  });

  test('is not held up by one that cannot be printed or kept', async () => {
    const { work, put, print, entries } = setUp([certificate(), certificate(), certificate()]);
    print.mockRejectedValueOnce(new Error('no ink'));
    put.mockRejectedValueOnce(new Error('no room'));
    expect(await work({})).toEqual({ printed: 1, failed: 2 });
    expect(entries().filter(({ level }) => level === 'error')).toHaveLength(2);
  });

  test('begins no other when the computing time of one request runs out', async () => {
    let clock = 0;
    const { work, print } = setUp(
      Array.from({ length: 9 }, () => certificate()),
      () => clock,
    );
    print.mockImplementation(async () => {
      clock += 300;
      return { bytes: new Uint8Array(), transliterated: false };
    });
    expect(await work({})).toEqual({ printed: 3, failed: 0 });
  });

  test('what could not be kept is not said to be there', async () => {
    const { work, call, put } = setUp([certificate()]);
    put.mockRejectedValueOnce(new Error('no room'));
    await work({});
    expect(call).not.toHaveBeenCalledWith('attach_certificate_file', expect.anything());
  });

  test('prints one that it is asked for, and tells when that fails', async () => {
    const { work, put } = setUp([certificate()]);
    expect(await work({ certificate_id: orderId })).toEqual({ printed: 1, failed: 0 });
    put.mockRejectedValueOnce(new Error('no room'));
    await expect(work({ certificate_id: orderId })).rejects.toThrow('no room');
  });

  test('does not print what was taken back', async () => {
    const { work, print } = setUp([certificate({ status: 'revoked' })]);
    await expect(work({ certificate_id: orderId })).rejects.toMatchObject({ code: 'CERTIFICATE_NOT_FOUND' });
    expect(print).not.toHaveBeenCalled();
  });
});

const source = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

describe('the PDF', () => {
  const url = 'https://learnflow.test/verify/LF-0123456789ABCDEF01234567';
  const print = (changes: Partial<CertificateDocument> = {}) => printCertificate(certificate(changes), url);
  test('is one tagged A4 page in landscape with embedded fonts and a link to its verification', async () => {
    const pdf = source((await print()).bytes);
    expect(pdf).toMatch(/^%PDF-1\.7/);
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
    expect(pdf).toContain('/MediaBox [0 0 841.89 595.28]');
    expect(pdf).toContain('/Marked true');
    expect(pdf).toContain(`/URI (${url})`);
    const fonts = pdf.match(/\/Subtype \/Type0/g)?.length;
    expect(pdf.match(/\/FontFile[23] /g)).toHaveLength(fonts!);
    expect(pdf).not.toContain('/Helvetica');
  });

  test('is the same for the same certificate', async () => {
    expect((await print()).bytes).toEqual((await print()).bytes);
  });

  test.each([
    ['Latin', 'Þórður Łukasz Çelik Šťastná'],
    ['Vietnamese', 'Nguyễn Thị Ánh Tuyết'],
    ['Greek', 'Ἀλέξανδρος Παπαδόπουλος'],
    ['Cyrillic', 'Екатерина Ђорђевић Їжак'],
    ['Arabic', 'محمد بن عبد الله (الحسن)'],
    ['Hebrew', 'שרה כהן-לוי'],
    ['Devanagari', 'कृष्णा श्रीवास्तव'],
    ['Thai', 'สมชาย ใจดี'],
    ['Chinese', '王小明'],
    ['Japanese', '山田 太郎（タロウ）'],
    ['Korean', '김민준'],
    ['a mixture', 'Bob 王 Ιωάννης'],
    ['decomposed Latin', 'Ze\u0301phyrine'],
  ])('shows names in %s as they are', async (_, student_name) => {
    const { transliterated, bytes } = await print({ student_name });
    expect(transliterated).toBe(false);
    // Whoever listens to the page or searches it gets what was typed.
    expect(source(bytes)).toContain(`/ActualText (${pdfString(`\ufeff${student_name}`)})`);
    expect(bytes.byteLength).toBeLessThan(60_000);
  });

  test.each(['გიორგი მაისურაძე', 'தமிழ் செல்வன்', '𐎠𐎡𐎢'])(
    'writes %s in Latin letters instead of empty boxes, and says so',
    async (student_name) => {
      expect((await print({ student_name })).transliterated).toBe(true);
    },
  );

  test('leaves pictures out of names without a word', async () => {
    expect((await print({ student_name: 'Bob 🚀 Tester 👩🏽‍💻' })).transliterated).toBe(false);
  });

  test.each([
    ['as long as names can be', 'W'.repeat(301)],
    ['of many words', 'Wolkenstein '.repeat(25).trim()],
    ['in Chinese, without a space', '王'.repeat(301)],
    ['of one letter', 'X'],
    ['of pictures only', '🚀🚀'],
    ['with line breaks and marks of direction', 'Bob\r\n\u202eretseT\u202c'],
  ])('has room on its one page for a name %s', async (_, student_name) => {
    const { bytes } = await print({ student_name, course_title: student_name.slice(0, 255) });
    expect(source(bytes).match(/\/Type \/Page\b/g)).toHaveLength(1);
  });

  test('takes a fraction of the two seconds that the platform gives, also in Chinese', async () => {
    await print({ student_name: '王小明' });
    const before = process.cpuUsage();
    await print({ student_name: '李娜', course_title: '数据库系统导论：从入门到精通' });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(1000);
  });
});

describe('the fonts', () => {
  const folder = new URL('../../functions/_shared/pdf/fonts/', import.meta.url).pathname;
  const files = globSync('data/*.ts', { cwd: folder }).toSorted();
  const bytesOf = (file: string) =>
    Buffer.from(/'([\w+/=]+)'/.exec(readFileSync(folder + file, 'utf8'))![1]!, 'base64');
  const readme = readFileSync(`${folder}README.md`, 'utf8');
  const listed = new Map(
    Array.from(
      readme.matchAll(/\| `(data\/[\w-]+\.ts)` +\| .* \| `([0-9a-f]{64})` +\|/g),
      ([, file, hash]) => [file!, hash!],
    ),
  );

  test.each(files)('%s is the file that README.md lists, whole', (file) => {
    const woff = bytesOf(file);
    expect(listed.get(file)).toBe(createHash('sha256').update(woff).digest('hex'));
    expect(woff.readUInt32BE(8)).toBe(woff.length);
  });

  test('README.md lists no others', () => {
    expect([...listed.keys()].toSorted()).toEqual(files);
  });

  test('every table of an unpacked font is where its directory says, and its checksum is right', () => {
    for (const file of files.filter((name) => !name.includes('sans'))) {
      const font = unpackWoff(bytesOf(file));
      for (let entry = 12; entry < 12 + font.readUInt16BE(4) * 16; entry += 16) {
        const [checksum, offset, length] = [4, 8, 12].map((at) => font.readUInt32BE(entry + at)) as number[];
        // The checksum of `head` leaves out a field of its own.
        if (font.toString('latin1', entry, entry + 4) === 'head') continue;
        expect([file, sum(font.subarray(offset, offset! + length!))]).toEqual([file, checksum]);
      }
    }
  });

  test('what is no font is refused', () => {
    expect(() => unpackWoff(Buffer.alloc(64))).toThrow('no WOFF');
  });
});

function sum(table: Buffer): number {
  const padded = Buffer.alloc(Math.ceil(table.length / 4) * 4);
  table.copy(padded);
  let total = 0;
  for (let at = 0; at < padded.length; at += 4) total = (total + padded.readUInt32BE(at)) >>> 0;
  return total;
}
