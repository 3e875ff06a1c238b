import { Buffer } from 'node:buffer';
import PDFDocument from 'pdfkit';

export type Document = typeof PDFDocument.prototype;

/** What a document is about, for viewers and archives. */
export interface About {
  /** Width and height in points. */
  size: [width: number, height: number];
  title: string;
  subject: string;
  keywords: string;
  /** Part of the bytes: the same document printed again is the same file. */
  createdAt: string;
}

/** A4, upright, in points. */
export const A4 = { width: 595.28, height: 841.89 } as const;

/** An empty document that screen readers can follow. Its pages are kept until its end, so that all can be numbered. */
export const createDocument = ({ size, title, subject, keywords, createdAt }: About): Document =>
  new PDFDocument({
    size,
    margin: 0,
    bufferPages: true,
    // Otherwise pdfkit opens a font of its own, from a file.
    font: null as unknown as string,
    lang: 'en',
    tagged: true,
    displayTitle: true,
    pdfVersion: '1.7',
    info: {
      Title: title,
      Author: 'LearnFlow',
      Subject: subject,
      Keywords: keywords,
      CreationDate: new Date(createdAt),
      ModDate: new Date(createdAt),
    },
  });

/** The bytes of a document, once it has ended. Asked for before anything is drawn. */
export function collect(document: Document): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  return new Promise((resolve, reject) => {
    document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    document.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
    document.on('error', reject);
  });
}

/** What is only decoration is hidden from who listens to the page. */
export function decoration(document: Document, draw: () => void): void {
  document.markContent('Artifact', { type: 'Layout' });
  draw();
  document.endMarkedContent();
}
