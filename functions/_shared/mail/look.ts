const sans = "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;";

/** What each class looks like in the light. Written into the elements, because some readers drop style sheets. */
const light = {
  page: 'margin:0;padding:0;background-color:#f3f4f8;-webkit-text-size-adjust:100%;',
  preview: 'display:none;max-height:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;',
  margin: 'padding:32px 16px;',
  column: 'max-width:560px;margin:0 auto;',
  above: 'padding:0 8px 20px;',
  brand: `${sans}font-size:20px;font-weight:800;letter-spacing:-0.3px;color:#4338ca;text-decoration:none;`,
  card: 'background-color:#ffffff;border:1px solid #e2e4ee;border-radius:12px;padding:18px 32px 24px;',
  block: 'padding:10px 0;overflow-wrap:anywhere;word-break:break-word;',
  heading: 'margin:0;font-size:25px;line-height:32px;font-weight:700;',
  words: 'margin:0;font-size:16px;line-height:25px;',
  small: 'margin:0;font-size:14px;line-height:21px;',
  ink: `${sans}color:#1c1f2b;`,
  faint: `${sans}color:#666b7d;`,
  footer: 'font-size:13px;line-height:20px;padding:20px 8px 0;',
  quote: 'border:0 solid #c7c9f5;border-left-width:3px;padding:2px 0 2px 16px;',
  fromRight: 'border-left-width:0;border-right-width:3px;padding:2px 16px 2px 0;',
  code:
    'margin:0;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:26px;line-height:32px;letter-spacing:4px;' +
    'font-weight:600;color:#1c1f2b;background-color:#f3f4f8;border-radius:8px;padding:14px 18px;text-align:center;',
  serial: 'font-size:17px;line-height:24px;letter-spacing:0.5px;',
  button: 'background-color:#4338ca;border-radius:8px;',
  pressed:
    `${sans}display:inline-block;padding:13px 24px;border-radius:8px;font-size:16px;line-height:20px;font-weight:600;` +
    'color:#ffffff;background-color:#4338ca;text-decoration:none;',
  label:
    'text-align:left;font-size:16px;line-height:24px;padding:9px 16px 9px 0;border-top:1px solid #e2e4ee;',
  value:
    'font-size:16px;line-height:24px;padding:9px 0;border-top:1px solid #e2e4ee;white-space:nowrap;vertical-align:top;',
  strong: 'font-weight:700;',
} as const satisfies Record<string, string>;

/** The class and style attributes of an element. */
export const look = (...names: (keyof typeof light)[]): string =>
  `class="${names.join(' ')}" style="${names.map((name) => light[name]).join('')}"`;

/** Readers that know style sheets get the dark and the narrow looks as well. */
export const darkAndNarrow = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.page{background-color:#12141c!important}
.card{background-color:#1d2029!important;border-color:#323644!important}
.ink,.code{color:#eceef5!important}
.faint{color:#a5aabb!important}
.brand{color:#b4b8ff!important}
.code{background-color:#12141c!important}
.quote{border-color:#5a5fc7!important}
.label,.value{border-color:#323644!important}
.button,.pressed{background-color:#5b54e6!important}
}
@media (max-width:480px){
.margin{padding:20px 10px!important}
.card{padding:10px 18px 16px!important}
.heading{font-size:22px!important;line-height:28px!important}
.serial{font-size:15px!important;letter-spacing:0!important;padding:12px 8px!important}
}`;
