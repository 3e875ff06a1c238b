/** What a heading says after the name, so that a function and a shape of one name have two anchors. */
type Kind = 'function' | 'edge function' | 'table' | 'view' | 'shape';

export const heading = (name: string, kind: Kind): string =>
  kind === 'function' ? name : `${name} (${kind})`;

export const link = (name: string, kind: Kind = 'function'): string =>
  `[\`${name}\`](#${anchor(heading(name, kind))})`;

/** As GitHub makes the anchor of a heading. */
export const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

export const file = (path: string): string => `[${path}](../${path})`;

export const row = (...cells: string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

export const table = (columns: string[], rows: string[]): string =>
  [row(...columns), row(...columns.map(() => '---')), ...rows].join('\n');

export const code = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``;

/** Prose of a comment as Markdown. */
export const prose = (text: string): string => text.replaceAll(/[<*]/g, (sign) => `\\${sign}`);

export const paragraphs = (...parts: (string | false)[]): string => parts.filter(Boolean).join('\n\n');
