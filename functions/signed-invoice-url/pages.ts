import { A4, decoration, type Document } from '../_shared/pdf/document.ts';
import type { Align, Setting, Style, Typesetter } from '../_shared/pdf/typesetter.ts';

export const colours = { ink: '#1f2333', faint: '#666b7d', brand: '#332f8f', rule: '#c9cbd6' } as const;

export const left = 56;
export const right = A4.width - left;
const top = 64;
/** Below it is the foot of the page. */
const bottom = A4.height - 84;

export interface Look {
  size: number;
  colour?: string;
  style?: Style;
}

/** Some lines of one text, broken to a width. */
export interface Paragraph {
  lines: Setting[];
  size: number;
  colour: string;
  height: number;
}

/** Pages that are filled from top to bottom. What must not be torn apart asks for its whole height first. */
export class Pages {
  y = top;
  readonly #document: Document;
  readonly #typesetter: Typesetter;
  readonly #onNewPage: (pages: Pages) => void;

  constructor(document: Document, typesetter: Typesetter, onNewPage: (pages: Pages) => void) {
    this.#document = document;
    this.#typesetter = typesetter;
    this.#onNewPage = onNewPage;
  }

  /** Sets a text; line breaks in it begin new lines. */
  async paragraph(words: string, width: number, look: Look): Promise<Paragraph> {
    const { size, colour = colours.ink, style = 'text' } = look;
    const lines: Setting[] = [];
    for (const line of words.split('\n')) {
      lines.push(...this.#typesetter.wrap(await this.#typesetter.prepare(line, style), size, width));
    }
    return { lines, size, colour, height: lines.length * size * leading };
  }

  /** Goes on to a new page unless so much is left of this one. */
  need(height: number): void {
    if (this.y + height <= bottom) return;
    this.#document.addPage();
    this.y = top;
    this.#onNewPage(this);
  }

  /** Draws a paragraph from a height on. */
  put({ lines, size, colour }: Paragraph, x: number, y: number, align: Align = 'left'): void {
    this.#document.fillColor(colour);
    for (const [index, line] of lines.entries()) {
      this.#typesetter.draw(line, { x, baseline: y + (index + 0.8) * size * leading, size, align });
    }
  }

  rule(y: number, from = left, width = 0.7, colour: string = colours.rule): void {
    decoration(this.#document, () => {
      this.#document.lineWidth(width).strokeColor(colour).moveTo(from, y).lineTo(right, y).stroke();
    });
  }

  /** Writes the foot of every page, once all are filled. */
  foot(paragraphs: readonly Paragraph[], numbers: (page: number) => Paragraph): void {
    const { start, count } = this.#document.bufferedPageRange();
    for (let page = start; page < start + count; page += 1) {
      this.#document.switchToPage(page);
      this.rule(A4.height - 66);
      decoration(this.#document, () => {
        let y = A4.height - 58;
        for (const paragraph of paragraphs) {
          this.put(paragraph, left, y);
          y += paragraph.height;
        }
        this.put(numbers(page - start), right, A4.height - 58, 'right');
      });
    }
  }
}

const leading = 1.35;
