import { escapeHtml } from '../_shared/mail/escape.ts';
import type { Notice } from './handler.ts';

/** The notice as a page in the look of our mails. The form posts to the address it stands at. */
export const page = ({ heading, words, button, link }: Notice): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(heading)} · LearnFlow</title>
<style>
:root{color-scheme:light dark;--page:#f3f4f8;--card:#fff;--edge:#e2e4ee;--ink:#1c1f2b;--faint:#666b7d;--brand:#4338ca;--press:#4338ca}
@media (prefers-color-scheme:dark){:root{--page:#12141c;--card:#1d2029;--edge:#323644;--ink:#eceef5;--faint:#a5aabb;--brand:#b4b8ff;--press:#5b54e6}}
body{margin:0;padding:32px 16px;background:var(--page);color:var(--ink);font:16px/25px -apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}
main{max-width:480px;margin:0 auto}
.brand{padding:0 8px 20px;font-size:20px;font-weight:800;letter-spacing:-.3px;color:var(--brand)}
.card{padding:24px 32px 32px;background:var(--card);border:1px solid var(--edge);border-radius:12px}
h1{margin:0 0 12px;font-size:25px;line-height:32px}
p{margin:0 0 20px}
button{padding:13px 24px;border:0;border-radius:8px;background:var(--press);color:#fff;font:inherit;font-weight:600;line-height:20px;cursor:pointer}
a{display:inline-block;padding:20px 8px 0;font-size:14px;color:var(--faint)}
</style>
</head>
<body>
<main>
<div class="brand">LearnFlow</div>
<div class="card">
<h1>${escapeHtml(heading)}</h1>
<p${button ? '' : ' style="margin:0"'}>${escapeHtml(words)}</p>
${button ? `<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button>${escapeHtml(button)}</button></form>` : ''}
</div>
<a href="${escapeHtml(link.url)}">${escapeHtml(link.label)}</a>
</main>
</body>
</html>
`;

/** The same in words, where no pages can be shown. */
export const words = ({ heading, words, button, link }: Notice): string =>
  [
    heading,
    words,
    ...(button ? ['Your mail program has a button for it, beside the sender. Or sign in:'] : []),
    `${link.label}: ${link.url}`,
  ].join('\n\n') + '\n';
