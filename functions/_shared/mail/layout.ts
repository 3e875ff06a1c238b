import type { Block } from './blocks.ts';
import { escapeHtml } from './escape.ts';
import { darkAndNarrow, look } from './look.ts';

export interface Letter {
  subject: string;
  /** What inboxes show beside the subject. */
  preview: string;
  heading: string;
  blocks: readonly Block[];
  /** Why this mail came; the last words. */
  reason: string;
  /** Where mails of this kind can be switched off; none for those that a contract needs. Added by who sends it. */
  unsubscribeUrl?: string;
}

/** The look of every mail: one column that narrows, words instead of pictures, dark where the reader wants it dark. */
export const layout = (letter: Letter, siteUrl: string): { html: string; text: string } => ({
  html: html(letter, siteUrl),
  text: text(letter, siteUrl),
});

const table = 'role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"';
// Invisible characters keep inboxes from filling the preview with the words that follow.
const padding = '&#8199;&#847; '.repeat(40);

const html = ({ subject, preview, heading, blocks, reason, unsubscribeUrl }: Letter, siteUrl: string) =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title>${escapeHtml(subject)}</title>
<style>
${darkAndNarrow}
</style>
</head>
<body ${look('page')}>
<div ${look('preview')}>${escapeHtml(preview)}${padding}</div>
<table ${table} ${look('page')}><tr><td align="center" ${look('margin')}>
<table ${table} ${look('column')}>
<tr><td ${look('above')}><a href="${escapeHtml(siteUrl)}" target="_blank" ${look('brand')}>LearnFlow</a></td></tr>
<tr><td ${look('card')}>
<table ${table}>
<tr><td ${look('block')}><h1 ${look('ink', 'heading')}>${escapeHtml(heading)}</h1></td></tr>
${blocks.map((block) => block.html).join('\n')}
</table>
</td></tr>
<tr><td ${look('faint', 'footer')}>${escapeHtml(reason)}${unsubscribeUrl ? unsubscribe(unsubscribeUrl) : ''}</td></tr>
</table>
</td></tr></table>
</body>
</html>
`;

const unsubscribe = (url: string) =>
  ` <a href="${escapeHtml(url)}" target="_blank" ${look('faint')}>Unsubscribe</a>`;

// "-- " with its space is how mail says: from here on it is the signature.
const text = ({ heading, blocks, reason, unsubscribeUrl }: Letter, siteUrl: string) =>
  `${[heading, ...blocks.map((block) => block.text)].join('\n\n')}

-- 
LearnFlow, ${siteUrl}
${reason}
${unsubscribeUrl ? `Unsubscribe: ${unsubscribeUrl}\n` : ''}`;
