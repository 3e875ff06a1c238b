import { escapeHtml } from './escape.ts';
import { look } from './look.ts';

/** A part of a mail, said twice. Both come from the same words, so they cannot disagree. */
export interface Block {
  html: string;
  text: string;
}

const block = (html: string): string => `<tr><td ${look('block')}>${html}</td></tr>`;
// What people wrote keeps its line breaks.
const written = (text: string): string => escapeHtml(text).replaceAll('\n', '<br>');

/** Our own sentence runs from left to right, also where it begins with the Arabic title of a course. */
export const paragraph = (text: string): Block => ({
  html: block(`<p ${look('ink', 'words')}>${written(text)}</p>`),
  text,
});

export const note = (text: string): Block => ({
  html: block(`<p ${look('faint', 'small')}>${written(text)}</p>`),
  text,
});

// As a browser decides it for dir="auto"; told here, because the bar stands where the words begin.
const runsLeft = (text: string): boolean =>
  /^\P{Letter}*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(
    text,
  );

/** What a person wrote to another, in its own direction: set apart, so that nobody takes it for our words. */
export const quote = (text: string): Block => ({
  html: block(
    runsLeft(text)
      ? `<p dir="rtl" ${look('ink', 'words', 'quote', 'fromRight')}>${written(text)}</p>`
      : `<p dir="ltr" ${look('ink', 'words', 'quote')}>${written(text)}</p>`,
  ),
  text: text.replaceAll(/^/gm, '> '),
});

/** The colour is repeated as an attribute for Outlook, which knows no background of links. */
export const button = (label: string, url: string): Block => ({
  html: block(
    '<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>' +
      `<td bgcolor="#4338ca" ${look('button')}>` +
      `<a href="${escapeHtml(url)}" target="_blank" ${look('pressed')}>${escapeHtml(label)}</a></td></tr></table>`,
  ),
  text: `${label}:\n${url}`,
});

/** A few characters to type. */
export const code = (text: string): Block => ({
  html: block(`<p ${look('code')}>${escapeHtml(text)}</p>`),
  text,
});

/** Many characters to compare. */
export const serial = (text: string): Block => ({
  html: block(`<p ${look('code', 'serial')}>${escapeHtml(text)}</p>`),
  text,
});

export interface Row {
  label: string;
  value: string;
  /** A second, fainter line below the label. */
  detail?: string;
  /** The line that matters most. */
  strong?: boolean;
}

/** Labels at one side, values at the other: what was bought, what a week was like. */
export const rows = (lines: readonly Row[]): Block => ({
  html: block(
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">' +
      `${lines.map(row).join('')}</table>`,
  ),
  text: lines
    .map(({ label, value, detail }) => `${label}: ${value}${detail ? `\n  ${detail}` : ''}`)
    .join('\n'),
});

function row({ label, value, detail, strong = false }: Row): string {
  const weight = strong ? (['strong'] as const) : [];
  const below = detail ? `<br><span ${look('faint', 'small')}>${escapeHtml(detail)}</span>` : '';
  // A title of another direction stays in its column.
  return (
    `<tr><td dir="auto" align="left" ${look('ink', 'label', ...weight)}>${escapeHtml(label)}${below}</td>` +
    `<td align="right" ${look('ink', 'value', ...weight)}>${escapeHtml(value)}</td></tr>`
  );
}
