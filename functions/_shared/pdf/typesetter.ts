import anyAscii from 'any-ascii';
import bidiFactory from 'bidi-js';
import type { Document } from './document.ts';
import { loadFont } from './fonts/load.ts';
import { display, eastAsian, type Face, text as textFaces } from './fonts/faces.ts';

/** Some characters that one font writes in one direction. */
export interface Run {
  face: string;
  /** Odd from right to left. */
  level: number;
  characters: string;
}

/** A text whose every character has a font. */
export interface Setting {
  clusters: { face: string; characters: string }[];
}

// Its types say that the package is called through `default`; Deno and Node give the function itself.
const createBidi = bidiFactory as unknown as typeof bidiFactory.default;

interface OpenedFont {
  _font: { font: { hasGlyphForCodePoint(codePoint: number): boolean } };
}

export type Style = 'display' | 'text';
export type Align = 'left' | 'center' | 'right';
// Features turn off pdfkit's shaping word by word, which sets the words of Arabic in the wrong order.
const whole = { features: [] as never[] };

/** Hands texts to pdfkit run by run, each in a font that has its characters and in the order in which it is read. */
export class Typesetter {
  /** Whether a text was written in Latin letters because no font has its own. */
  transliterated = false;
  readonly #document: Document;
  readonly #bidi = createBidi();
  readonly #covers = new Map<string, (codePoint: number) => boolean>();

  constructor(document: Document) {
    this.#document = document;
  }

  /** Finds a font for every character. */
  async prepare(words: string, style: Style): Promise<Setting> {
    const clean = tidy(words);
    // Pictures are no part of a name; letters that no font has are written in those that every font has.
    const setting =
      (await this.#set(clean, style)) ?? (await this.#set(tidy(clean.replace(picture, '')), style));
    return setting ?? (await this.#transliterate(clean, style));
  }

  async #transliterate(words: string, style: Style): Promise<Setting> {
    this.transliterated = true;
    const latin = anyAscii(words.replace(picture, '')).replace(/(?<![a-z])[a-z]/gi, (letter) =>
      letter.toUpperCase(),
    );
    return (await this.#set(tidy(latin), style)) ?? { clusters: [] };
  }

  async #set(words: string, style: Style): Promise<Setting | undefined> {
    if (words === '') return undefined;
    const candidates = [...(style === 'display' ? display : []), ...textFaces, ...eastAsian(words)].filter(
      ({ script }) => script.test(words),
    );
    const clusters: Setting['clusters'] = [];
    for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(words)) {
      const face = await this.#faceOf(segment, candidates, clusters.at(-1)?.face);
      if (face === undefined) return undefined;
      clusters.push({ face, characters: segment });
    }
    return { clusters };
  }

  async #faceOf(
    characters: string,
    candidates: readonly Face[],
    previous: string | undefined,
  ): Promise<string | undefined> {
    const codePoints = Array.from(characters, (character) => character.codePointAt(0)!).filter(
      (codePoint) => !isIgnorable(codePoint),
    );
    // Spaces and points stay with the word before, so that a line has few changes of font.
    const common = /^[\p{Script=Common}\p{Script=Inherited}]+$/u.test(characters);
    const ordered =
      common && previous ? candidates.toSorted((a) => (a.name === previous ? -1 : 0)) : candidates;
    for (const face of ordered) {
      const covers = this.#covers.get(face.name) ?? (await this.#load(face));
      if (codePoints.every((codePoint) => covers(codePoint))) return face.name;
    }
    return undefined;
  }

  async #load(face: Face): Promise<(codePoint: number) => boolean> {
    this.#document.registerFont(face.name, await loadFont(face));
    this.#document.font(face.name);
    // oxlint-disable-next-line no-underscore-dangle -- pdfkit's name for the font it has just opened
    const { font } = (this.#document as unknown as OpenedFont)._font;
    const covers = (codePoint: number) => font.hasGlyphForCodePoint(codePoint);
    this.#covers.set(face.name, covers);
    return covers;
  }

  /** The runs of a line from left to right. */
  runs({ clusters }: Setting): Run[] {
    const line = clusters.map(({ characters }) => characters).join('');
    const { levels } = this.#bidi.getEmbeddingLevels(line);
    const runs: Run[] = [];
    let index = 0;
    for (const { face, characters } of clusters) {
      const level = levels[index]!;
      const last = runs.at(-1);
      const shown =
        level % 2 === 1 ? (this.#bidi.getMirroredCharacter(characters) ?? characters) : characters;
      if (last?.face === face && last.level === level) last.characters += shown;
      else runs.push({ face, level, characters: shown });
      index += characters.length;
    }
    return reorder(runs.map(turned));
  }

  width(setting: Setting, size: number): number {
    return this.runs(setting).reduce((sum, run) => sum + this.#widthOf(run, size), 0);
  }

  #widthOf({ face, characters }: Run, size: number): number {
    return this.#document.font(face).fontSize(size).widthOfString(characters, whole);
  }

  /** Draws a line that begins at x, ends there or lies around it, standing on its baseline. */
  draw(
    setting: Setting,
    { x, baseline, size, align = 'left' }: { x: number; baseline: number; size: number; align?: Align },
  ): void {
    let left = x - this.width(setting, size) * { left: 0, center: 0.5, right: 1 }[align];
    for (const run of this.runs(setting)) {
      const width = this.#widthOf(run, size);
      this.#document.text(run.characters, left, baseline, {
        ...whole,
        lineBreak: false,
        baseline: 'alphabetic',
      });
      left += width;
    }
  }

  /** Breaks a text into lines that fit: between words, and inside those that are too long or have no spaces. */
  wrap({ clusters }: Setting, size: number, width: number): Setting[] {
    const lines: Setting[] = [];
    let line: Setting['clusters'] = [];
    const fits = (more: Setting['clusters']) =>
      this.width({ clusters: trim([...line, ...more]) }, size) <= width;
    const close = () => {
      if (trim(line).length > 0) lines.push({ clusters: trim(line) });
      line = [];
    };
    for (const word of wordsOf(clusters)) {
      if (!fits(word)) close();
      if (fits(word)) line.push(...word);
      else {
        for (const cluster of word) {
          if (!fits([cluster])) close();
          line.push(cluster);
        }
      }
    }
    close();
    return lines;
  }

  /** The largest size, of those that are tried in this order, at which a text fits; the last is taken in any case. */
  fit(
    setting: Setting,
    width: number,
    tries: readonly { size: number; lines: number }[],
  ): { size: number; lines: Setting[] } {
    const atOnePoint = this.width(setting, 1);
    const likely = tries.filter(({ size, lines }) => atOnePoint * size <= width * lines);
    for (const { size, lines } of likely) {
      const broken = this.wrap(setting, size, width);
      if (broken.length <= lines) return { size, lines: broken };
    }
    const { size } = tries.at(-1)!;
    return { size, lines: this.wrap(setting, size, width) };
  }
}

const picture = /\p{Extended_Pictographic}[\ufe0f\u200d\p{Emoji_Modifier}]*/gu;

/** One line, composed letters, and nothing that changes the direction unseen. */
const tidy = (words: string): string =>
  words
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Bidi_Control}\s]+/gu, ' ')
    .trim();

/** Joiners and selectors change how their neighbours look and need no glyph. */
const isIgnorable = (codePoint: number): boolean =>
  codePoint === 0x20_0c || codePoint === 0x20_0d || (codePoint >= 0xfe_00 && codePoint <= 0xfe_0f);

/**
 * fontkit turns whatever is written in a script that runs from right to left. What stands between such words has to be
 * turned here, and so have the digits of these scripts, which run from left to right: else house 12 becomes house 21.
 */
function turned(run: Run): Run {
  const isTurned = /[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(run.characters);
  return isTurned === (run.level % 2 === 1)
    ? run
    : { ...run, characters: Array.from(run.characters).toReversed().join('') };
}

/** From the highest level down, what stands together is turned round (Unicode's rule L2). */
function reorder(runs: readonly Run[]): Run[] {
  const shown = [...runs];
  const highest = Math.max(0, ...shown.map(({ level }) => level));
  for (let level = highest; level > 0; level -= 1) {
    for (let start = 0; start < shown.length; start += 1) {
      let end = start;
      while (end < shown.length && shown[end]!.level >= level) end += 1;
      if (end > start) shown.splice(start, end - start, ...shown.slice(start, end).toReversed());
      start = Math.max(start, end - 1);
    }
  }
  return shown;
}

// Scripts that are written without spaces.
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

function wordsOf(clusters: Setting['clusters']): Setting['clusters'][] {
  const words: Setting['clusters'][] = [];
  let previous = ' ';
  for (const cluster of clusters) {
    const breaks = (/[\s-]/.test(previous) && cluster.characters !== ' ') || unspaced.test(previous);
    if (breaks || words.length === 0) words.push([cluster]);
    else words.at(-1)!.push(cluster);
    previous = cluster.characters;
  }
  return words;
}

function trim(clusters: Setting['clusters']): Setting['clusters'] {
  const first = clusters.findIndex(({ characters }) => characters !== ' ');
  const last = clusters.findLastIndex(({ characters }) => characters !== ' ');
  return first < 0 ? [] : clusters.slice(first, last + 1);
}
