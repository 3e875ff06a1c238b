import { describe, expect, test, vi } from 'vitest';
import type { PdfFiles } from '../../functions/_shared/pdf/pdf-files.ts';
import type { SignFile } from '../../functions/_shared/sign-file.ts';
import { amount, countryName, currencyName } from '../../functions/signed-invoice-url/amounts.ts';
import { makeSignedInvoiceUrl } from '../../functions/signed-invoice-url/handler.ts';
import { printInvoice } from '../../functions/signed-invoice-url/invoice-pdf.ts';
import { LearnFlowError } from '../../types/errors.ts';
import {
  InvoiceDocument,
  type InvoiceLine,
  SignedInvoiceUrlInput,
  SignedInvoiceUrlOutput,
} from '../../types/schemas/invoices.ts';
import { bob, orderId as id, pdfString, recordLog } from './support.ts';

const line = (title: string, price_cents = 8999, discount_cents = 0, tax_cents = 0): InvoiceLine => ({
  order_item_id: id,
  course_id: id,
  title,
  instructor_name: 'Ada Lovelace',
  price_cents,
  discount_cents,
  tax_cents,
  total_cents: price_cents - discount_cents + tax_cents,
});

const invoice = ({
  lines = [line('React from the Ground Up'), line('Baking bread', 7999)],
  buyer = {},
  ...changes
}: Partial<Omit<InvoiceDocument, 'buyer'>> & {
  buyer?: Partial<InvoiceDocument['buyer']>;
} = {}): InvoiceDocument => {
  const sum = (key: 'price_cents' | 'discount_cents' | 'tax_cents' | 'total_cents') =>
    lines.reduce((total, item) => total + item[key], 0);
  return InvoiceDocument.parse({
    id,
    number: 'INV-2026-00001',
    kind: 'invoice',
    cause: 'sale',
    issued_at: '2026-01-31T12:00:00+00:00',
    invoice_number: null,
    order_number: 'ORD-2026-00042',
    currency: 'usd',
    currency_digits: 2,
    subtotal_cents: sum('price_cents'),
    discount_cents: sum('discount_cents'),
    tax_cents: sum('tax_cents'),
    total_cents: sum('total_cents'),
    seller: {
      name: 'LearnFlow Ltd',
      address: '1 Way\nLondon',
      tax_id: 'GB 1',
      email: 'billing@learnflow.com',
    },
    buyer: {
      first_name: 'Bob',
      last_name: 'Buyer',
      address_line1: '123 Main St',
      address_line2: '',
      city: 'San Francisco',
      state: 'CA',
      postal_code: '94105',
      country: 'US',
      ...buyer,
    },
    lines,
    bucket: 'invoices',
    path: `${bob.id}/INV-2026-00001.pdf`,
    ...changes,
  });
};

const missing = () => new LearnFlowError('FILE_NOT_FOUND');

function setUp(sign: SignFile) {
  const files = { put: vi.fn<PdfFiles['put']>().mockResolvedValue(undefined) };
  const print = vi
    .fn<typeof printInvoice>()
    .mockResolvedValue({ bytes: new Uint8Array([1, 2, 3]), pages: 1, transliterated: false });
  const find = vi.fn(async () => invoice());
  const { log, entries } = recordLog();
  const handle = makeSignedInvoiceUrl({ find, files, sign, print, log, now: () => 0 });
  return { ask: () => handle({ invoice_id: id }, bob), files, print, find, entries };
}

describe('an address for an invoice', () => {
  test('is asked for the caller, lives five minutes, and prints nothing that is there', async () => {
    const sign = vi.fn<SignFile>().mockResolvedValue('https://project.example/signed?token=x');
    const { ask, find, print } = setUp(sign);
    expect(SignedInvoiceUrlOutput.parse(await ask())).toEqual({
      number: 'INV-2026-00001',
      url: 'https://project.example/signed?token=x',
      expires_at: '1970-01-01T00:05:00.000Z',
      expires_in: 300,
    });
    expect(find).toHaveBeenCalledExactlyOnceWith(bob.id, id);
    expect(sign).toHaveBeenCalledExactlyOnceWith('invoices', `${bob.id}/INV-2026-00001.pdf`, 300);
    expect(print).not.toHaveBeenCalled();
  });

  test('prints what nobody has asked for yet, and keeps it', async () => {
    const sign = vi.fn<SignFile>().mockRejectedValueOnce(missing()).mockResolvedValue('https://p.example/s');
    const { ask, files, entries } = setUp(sign);
    expect(await ask()).toMatchObject({ url: 'https://p.example/s' });
    expect(files.put).toHaveBeenCalledExactlyOnceWith(
      `${bob.id}/INV-2026-00001.pdf`,
      new Uint8Array([1, 2, 3]),
    );
    // Who was billed is no matter of the log.
    expect(JSON.stringify(entries())).not.toContain('Buyer');
  });

  test('is none when the file cannot be kept or signed', async () => {
    const { ask, files } = setUp(vi.fn<SignFile>().mockRejectedValueOnce(missing()));
    files.put.mockRejectedValueOnce(new LearnFlowError('SERVICE_UNAVAILABLE'));
    await expect(ask()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });

    const broken = setUp(vi.fn<SignFile>().mockRejectedValue(new LearnFlowError('SERVICE_UNAVAILABLE')));
    await expect(broken.ask()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(broken.print).not.toHaveBeenCalled();
  });

  test.each([
    [{ invoice_id: id.toUpperCase() }, true],
    [{ invoice_id: 'INV-2026-00001' }, false],
    [{}, false],
  ])('takes %j: %s', (input, isValid) => {
    expect(SignedInvoiceUrlInput.safeParse(input).success).toBe(isValid);
  });
});

describe('amounts', () => {
  test.each([
    [123_456, 2, '1,234.56'],
    [1_234_567, 0, '1,234,567'],
    [1_234_567, 3, '1,234.567'],
    [-1000, 2, '-10.00'],
    [29, 2, '0.29'],
    [99_999_999, 2, '999,999.99'],
  ])('%i minor units with %i decimals are %s', (cents, currency_digits, words) => {
    expect(amount(cents, { currency_digits })).toBe(words);
  });

  test('currencies and countries have names, or at least their code', () => {
    expect(currencyName('usd')).toBe('US dollars (USD)');
    expect(currencyName('jpy')).toBe('Japanese yen (JPY)');
    expect(currencyName('zzz')).toBe('ZZZ');
    expect([countryName('DE'), countryName('QZ')]).toEqual(['Germany', 'QZ']);
  });
});

const source = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const pagesOf = (bytes: Uint8Array) => source(bytes).match(/\/Type \/Page\b/g)!.length;

describe('the PDF', () => {
  test('is a tagged A4 page with embedded fonts, named by its number', async () => {
    const { bytes, pages } = await printInvoice(invoice());
    const pdf = source(bytes);
    expect(pdf).toMatch(/^%PDF-1\.7/);
    expect([pages, pagesOf(bytes)]).toEqual([1, 1]);
    expect(pdf).toContain('/MediaBox [0 0 595.28 841.89]');
    expect(pdf).toContain('/Marked true');
    expect(pdf).toContain('/S /Table');
    expect(pdf).toContain('Invoice INV-2026-00001');
    expect(pdf.match(/\/FontFile[23] /g)).toHaveLength(pdf.match(/\/Subtype \/Type0/g)!.length);
    expect(pdf).not.toContain('/Helvetica');
  });

  test('is the same for the same invoice', async () => {
    expect((await printInvoice(invoice())).bytes).toEqual((await printInvoice(invoice())).bytes);
  });

  test.each(['credit_note', 'debit_note'] as const)('says what a %s is about', async (kind) => {
    for (const cause of ['refund', 'dispute'] as const) {
      const { bytes } = await printInvoice(
        invoice({ kind, cause, number: 'CN-2026-00007', invoice_number: 'INV-2026-00001' }),
      );
      expect(source(bytes)).toContain(kind === 'credit_note' ? 'Credit note' : 'Debit note');
    }
  });

  test('breaks many lines over pages, and leaves none out', async () => {
    const lines = Array.from({ length: 50 }, (_, n) => line(`Course ${n}`, 99_999, n * 10, 7));
    const { bytes, pages } = await printInvoice(invoice({ lines }));
    expect(pages).toBeGreaterThan(2);
    expect(pagesOf(bytes)).toBe(pages);
    for (const { title } of lines) expect(source(bytes)).toContain(`${title}, by Ada Lovelace`);
  });

  test('has room for everything that people may type', async () => {
    const { pages } = await printInvoice(
      invoice({
        buyer: {
          first_name: 'Wolkenstein '.repeat(12).trim(),
          last_name: 'W'.repeat(150),
          address_line1: 'W'.repeat(200),
          address_line2: '王'.repeat(200),
          city: 'X'.repeat(100),
          state: 'Y'.repeat(100),
          postal_code: '1'.repeat(20),
        },
        lines: [line('W'.repeat(255), 99_999_999)],
      }),
    );
    expect(pages).toBeLessThan(4);
  });

  test.each([
    ['Arabic', 'محمد', 'بن عبد الله'],
    ['Japanese', '太郎', '山田'],
    ['Cyrillic', 'Екатерина', 'Їжак'],
    ['Hindi', 'कृष्णा', 'श्रीवास्तव'],
  ])('shows names in %s as they are', async (_, first_name, last_name) => {
    const { bytes, transliterated } = await printInvoice(invoice({ buyer: { first_name, last_name } }));
    expect(transliterated).toBe(false);
    expect(source(bytes)).toContain(pdfString(`${first_name} ${last_name}`));
  });

  test('writes what no font has in Latin letters, and says so', async () => {
    expect((await printInvoice(invoice({ buyer: { first_name: 'გიორგი' } }))).transliterated).toBe(true);
  });

  test('takes a fraction of the two seconds that the platform gives, with fifty lines', async () => {
    const lines = Array.from({ length: 50 }, (_, n) => line(`数据库系统导论 ${n}`));
    await printInvoice(invoice({ lines: lines.slice(0, 1) }));
    const before = process.cpuUsage();
    await printInvoice(invoice({ lines }));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(1000);
  });
});
