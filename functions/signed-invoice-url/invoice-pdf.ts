import type { InvoiceDocument, InvoiceLine } from '../../types/schemas/invoices.ts';
import { A4, collect, createDocument, decoration, type Document } from '../_shared/pdf/document.ts';
import { Typesetter } from '../_shared/pdf/typesetter.ts';
import { amount, countryName, currencyName } from './amounts.ts';
import { colours, left, type Look, Pages, right } from './pages.ts';

const { faint, brand } = colours;
const titles = { invoice: 'Invoice', credit_note: 'Credit note', debit_note: 'Debit note' } as const;

/** Where the columns of numbers end, and how wide each may be. */
const columns = [
  { name: 'Price', end: right - 216, of: ({ price_cents }: InvoiceLine) => price_cents },
  { name: 'Discount', end: right - 144, of: ({ discount_cents }: InvoiceLine) => -discount_cents || 0 },
  { name: 'Tax', end: right - 72, of: ({ tax_cents }: InvoiceLine) => tax_cents },
  { name: 'Total', end: right, of: ({ total_cents }: InvoiceLine) => total_cents },
] as const;
const numberWidth = 68;
const headHeight = 25;
const wordsWidth = right - left - 4 * 72 - 12;
const half = (right - left) / 2;

const body: Look = { size: 10 };
const small: Look = { size: 8.5, colour: faint };
const label: Look = { size: 8.5, colour: faint };
const strong: Look = { size: 12.5, colour: brand };

const substitution =
  'Letters that this document cannot show are written in Latin script; the order has the original.';

export interface PrintedInvoice {
  bytes: Uint8Array;
  pages: number;
  /** Somebody's words have letters that no font has. */
  transliterated: boolean;
}

/** Prints an invoice or a note, on as many pages as it needs. The same document gives the same bytes. */
export async function printInvoice(invoice: InvoiceDocument): Promise<PrintedInvoice> {
  const title = titles[invoice.kind];
  const document = createDocument({
    size: [A4.width, A4.height],
    title: `${title} ${invoice.number}`,
    subject: `${title} for order ${invoice.order_number}`,
    keywords: invoice.number,
    createdAt: invoice.issued_at,
  });
  const bytes = collect(document);
  const typesetter = new Typesetter(document);
  const heads = await Promise.all(
    ['Description', ...columns.map(({ name }) => name)].map((name) => typesetter.prepare(name, 'text')),
  );
  const root = document.struct('Document');
  document.addStructure(root);
  // The head of the table stands on each page; who listens hears it once.
  let inTable = false;
  const pages: Pages = new Pages(document, typesetter, () => {
    if (!inTable) return;
    decoration(document, head);
    underHead();
  });
  const set = (words: string, width: number, look: Look) => pages.paragraph(words, width, look);
  const tag = (name: string, draw: () => void, actual?: string) => {
    const element = document.struct(name, actual ? { actual } : {});
    root.add(element);
    element.add(draw);
    element.end();
  };

  function head(): void {
    document.fillColor(faint);
    const [description, ...numbers] = heads;
    const baseline = pages.y + 10;
    typesetter.draw(description!, { x: left, baseline, size: 8.5 });
    for (const [index, setting] of numbers.entries()) {
      typesetter.draw(setting, { x: columns[index]!.end, baseline, size: 8.5, align: 'right' });
    }
  }

  function underHead(): void {
    pages.rule(pages.y + 17);
    pages.y += headHeight;
  }

  await letterhead();
  await people();
  await table();
  await sums();

  root.end();
  const footer = [await set(`${invoice.seller.name}, ${invoice.seller.email}`, half, small)];
  if (typesetter.transliterated)
    footer.push(await set(substitution, right - left - 80, { ...small, size: 7 }));
  const { count } = document.bufferedPageRange();
  const numbers = await Promise.all(
    Array.from({ length: count }, (_, page) =>
      set(`${invoice.number}, page ${page + 1} of ${count}`, half, small),
    ),
  );
  pages.foot(footer, (page) => numbers[page]!);
  document.end();
  return { bytes: await bytes, pages: count, transliterated: typesetter.transliterated };

  async function letterhead(): Promise<void> {
    const name = await set('LearnFlow', half, { size: 24, style: 'display', colour: brand });
    const kind = await set(title, half, { size: 24, style: 'display' });
    tag('P', () => pages.put(name, left, pages.y));
    tag('H1', () => pages.put(kind, right, pages.y, 'right'));
    pages.y += name.height + 8;
    const facts: [string, string][] = [
      ['Number', invoice.number],
      ['Date', dateOf(invoice.issued_at)],
      ['Order', invoice.order_number],
    ];
    if (invoice.invoice_number !== null) facts.push(['Invoice', invoice.invoice_number]);
    for (const [what, value] of facts) {
      const [key, words] = [await set(what, 80, label), await set(value, 150, body)];
      tag('P', () => {
        pages.put(key, right - 158, pages.y + 1.5);
        pages.put(words, right, pages.y, 'right');
      });
      pages.y += words.height;
    }
    pages.y += 14;
  }

  /** Who sold and who bought, side by side. */
  async function people(): Promise<void> {
    const { seller, buyer } = invoice;
    const from = [seller.name, seller.address, seller.tax_id && `Tax number ${seller.tax_id}`, seller.email];
    const to = [
      `${buyer.first_name} ${buyer.last_name}`,
      buyer.address_line1,
      buyer.address_line2,
      `${buyer.postal_code} ${buyer.city}`,
      buyer.state,
      countryName(buyer.country),
    ];
    let lowest = pages.y;
    for (const [what, x, lines] of [
      ['From', left, from],
      ['Billed to', left + half, to],
    ] as const) {
      const key = await set(what, half, label);
      const words = lines
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .join('\n');
      const block = await set(words, half - 24, body);
      tag('P', () => pages.put(key, x, pages.y));
      // What people typed is also kept as typed: shaped letters cannot always be read back.
      tag('P', () => pages.put(block, x, pages.y + 15), words);
      lowest = Math.max(lowest, pages.y + 15 + block.height);
    }
    pages.y = lowest + 26;
  }

  async function table(): Promise<void> {
    // A head without a line below it says nothing.
    pages.need(headHeight + 60);
    const element = document.struct('Table');
    root.add(element);
    const headRow = row(element);
    cell(headRow, 'TH', head);
    headRow.end();
    underHead();
    inTable = true;
    for (const line of invoice.lines) {
      const name = await set(line.title, wordsWidth, body);
      const teacher = await set(`by ${line.instructor_name}`, wordsWidth, small);
      const values = await Promise.all(
        columns.map(({ of }) => set(amount(of(line), invoice), numberWidth, body)),
      );
      const height = name.height + teacher.height + 9;
      pages.need(height);
      const tr = row(element);
      cell(
        tr,
        'TD',
        () => {
          pages.put(name, left, pages.y);
          pages.put(teacher, left, pages.y + name.height);
        },
        `${line.title}, by ${line.instructor_name}`,
      );
      for (const [index, value] of values.entries()) {
        cell(tr, 'TD', () => pages.put(value, columns[index]!.end, pages.y, 'right'));
      }
      tr.end();
      pages.y += height;
      pages.rule(pages.y - 5);
    }
    inTable = false;
    element.end();
  }

  function row(element: Structure): Structure {
    const tr = document.struct('TR');
    element.add(tr);
    return tr;
  }

  function cell(tr: Structure, name: 'TH' | 'TD', draw: () => void, actual?: string): void {
    const element = document.struct(name, actual ? { actual } : {});
    tr.add(element);
    element.add(draw);
    element.end();
  }

  async function sums(): Promise<void> {
    const facts: [string, number][] = [['Subtotal', invoice.subtotal_cents]];
    if (invoice.discount_cents > 0) facts.push(['Discount', -invoice.discount_cents]);
    facts.push(['Tax', invoice.tax_cents]);
    const words = await set(
      `${reasonOf(invoice)} All amounts are in ${currencyName(invoice.currency)}.`,
      right - left,
      small,
    );
    // They stand together, on the page of the last line or on a new one.
    pages.need(facts.length * 16 + 46 + words.height);
    pages.y += 4;
    for (const [what, cents] of facts) {
      const [key, value] = [await set(what, 120, label), await set(amount(cents, invoice), 120, body)];
      tag('P', () => {
        pages.put(key, right - 216, pages.y + 1.5);
        pages.put(value, right, pages.y, 'right');
      });
      pages.y += 16;
    }
    pages.rule(pages.y + 2, right - 216, 1, brand);
    pages.y += 6;
    const key = await set(totalNames[invoice.kind], 120, strong);
    const value = await set(
      `${invoice.currency.toUpperCase()} ${amount(invoice.total_cents, invoice)}`,
      160,
      strong,
    );
    tag('P', () => {
      pages.put(key, right - 216, pages.y);
      pages.put(value, right, pages.y, 'right');
    });
    pages.y += 36;
    tag('P', () => pages.put(words, left, pages.y));
  }
}

type Structure = ReturnType<Document['struct']>;

const totalNames = { invoice: 'Paid', credit_note: 'Credited', debit_note: 'Charged' } as const;

function reasonOf({ kind, cause, invoice_number, issued_at }: InvoiceDocument): string {
  if (kind === 'invoice') return `Paid in full on ${dateOf(issued_at)}.`;
  if (kind === 'credit_note') {
    return cause === 'refund'
      ? `This note reduces invoice ${invoice_number}: the amount was refunded to the way it was paid.`
      : `This note reduces invoice ${invoice_number}: the bank of the payer has taken the amount back.`;
  }
  return cause === 'refund'
    ? `This note takes back a credit note on invoice ${invoice_number}: the refund did not arrive.`
    : `This note takes back a credit note on invoice ${invoice_number}: the bank has returned the amount.`;
}

const dateOf = (at: string): string =>
  new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(at));
