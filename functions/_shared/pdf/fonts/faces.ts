/**
 * The fonts of certificates and invoices, as modules: the API of the platform deploys no other files.
 * Each is loaded when a document first needs it, and only the glyphs that were used end up in a PDF.
 */
export interface Face {
  name: string;
  /** Texts that have none of this never load the face. */
  script: RegExp;
  load: () => Promise<{ default: string }>;
}

const latin = /[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u;
const cyrillic = /\p{Script=Cyrillic}/u;
const greek = /\p{Script=Greek}/u;
const han = /[\p{Script=Han}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]/u;
const kana = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** For names and headlines, where it has the letters. */
export const display: readonly Face[] = [
  { name: 'CG', script: latin, load: () => import('./data/cormorant-garamond-latin.ts') },
  { name: 'CG-ext', script: latin, load: () => import('./data/cormorant-garamond-latin-ext.ts') },
  { name: 'CG-vi', script: latin, load: () => import('./data/cormorant-garamond-vietnamese.ts') },
  { name: 'CG-cyr', script: cyrillic, load: () => import('./data/cormorant-garamond-cyrillic.ts') },
  { name: 'CG-cyr-ext', script: cyrillic, load: () => import('./data/cormorant-garamond-cyrillic-ext.ts') },
];

/** For everything, in the order in which they are asked. */
export const text: readonly Face[] = [
  { name: 'NS', script: latin, load: () => import('./data/noto-serif-latin.ts') },
  { name: 'NS-ext', script: latin, load: () => import('./data/noto-serif-latin-ext.ts') },
  { name: 'NS-vi', script: latin, load: () => import('./data/noto-serif-vietnamese.ts') },
  { name: 'NS-el', script: greek, load: () => import('./data/noto-serif-greek.ts') },
  { name: 'NS-el-ext', script: greek, load: () => import('./data/noto-serif-greek-ext.ts') },
  { name: 'NS-cyr', script: cyrillic, load: () => import('./data/noto-serif-cyrillic.ts') },
  { name: 'NS-cyr-ext', script: cyrillic, load: () => import('./data/noto-serif-cyrillic-ext.ts') },
  { name: 'Arabic', script: /\p{Script=Arabic}/u, load: () => import('./data/noto-naskh-arabic.ts') },
  { name: 'Hebrew', script: /\p{Script=Hebrew}/u, load: () => import('./data/noto-serif-hebrew.ts') },
  {
    name: 'Devanagari',
    script: /\p{Script=Devanagari}/u,
    load: () => import('./data/noto-serif-devanagari.ts'),
  },
  { name: 'Thai', script: /\p{Script=Thai}/u, load: () => import('./data/noto-serif-thai.ts') },
];

const chinese: Face = { name: 'SC', script: han, load: () => import('./data/noto-sans-sc.ts') };
const japanese: Face = {
  name: 'JP',
  script: new RegExp(`${han.source}|${kana.source}`, 'u'),
  load: () => import('./data/noto-sans-jp.ts'),
};
const korean: Face = {
  name: 'KR',
  script: /\p{Script=Hangul}/u,
  load: () => import('./data/noto-sans-kr.ts'),
};

/** The same characters are drawn a little differently in Chinese and Japanese; kana tell which it is. */
export const eastAsian = (words: string): readonly Face[] =>
  kana.test(words) ? [japanese, chinese, korean] : [chinese, japanese, korean];
