// Writes supabase/templates: the mails of Supabase Auth, in the look of all others. Run it after a change of that look.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Block, button, code, note, paragraph } from '../functions/_shared/mail/blocks.ts';
import { type Letter, layout } from '../functions/_shared/mail/layout.ts';
import { projectRoot } from './settings.ts';

const orType = (): Block[] => [note('Or type this code where you were asked for it:'), code('{{ .Token }}')];
const follow = (label: string): Block => button(label, '{{ .ConfirmationURL }}');
const ignore = note('If this was not you, you can ignore this mail: nothing happens without it.');

const letter = (subject: string, preview: string, blocks: Block[]): Letter => ({
  subject,
  preview,
  heading: subject,
  blocks,
  reason: 'You receive this mail because somebody gave this address to LearnFlow.',
});

/** By the names that config.toml has for them. `{{ … }}` is filled in by Auth, which also escapes it. */
const letters: Readonly<Record<string, Letter>> = {
  confirmation: letter('Confirm your e-mail address', 'One step, and your account is ready.', [
    paragraph('Welcome to LearnFlow! Confirm that this address is yours, and your account is ready.'),
    follow('Confirm this address'),
    ...orType(),
    ignore,
  ]),
  recovery: letter('Choose a new password', 'The link is good for one hour.', [
    paragraph('Somebody asked for a new password for your account. The link is good for one hour, once.'),
    follow('Choose a new password'),
    ...orType(),
    ignore,
  ]),
  magic_link: letter('Sign in to LearnFlow', 'The link is good for one hour.', [
    paragraph('Follow this link to sign in. It is good for one hour, once.'),
    follow('Sign in'),
    ...orType(),
    ignore,
  ]),
  email_change: letter('Confirm your new e-mail address', 'Your account moves when both addresses agree.', [
    paragraph('Your account is to move from {{ .Email }} to {{ .NewEmail }}. Both addresses have to agree.'),
    follow('Confirm the change'),
    ...orType(),
    note('If this was not you, change your password: somebody else may know it.'),
  ]),
  invite: letter('You are invited to LearnFlow', 'Accept, and choose a password.', [
    paragraph('Somebody made an account for you at LearnFlow. Accept the invitation and choose a password.'),
    follow('Accept the invitation'),
    note('If you do not know of this, you can ignore this mail: nothing happens without it.'),
  ]),
  reauthentication: letter('Your code for LearnFlow', 'It confirms that it is you.', [
    paragraph('Type this code to confirm that it is you who is changing your account:'),
    code('{{ .Token }}'),
    note('If this was not you, change your password: somebody else may know it.'),
  ]),
};

export interface AuthMail {
  subject: string;
  html: string;
}

export const authMails: Readonly<Record<string, AuthMail>> = Object.fromEntries(
  Object.entries(letters).map(([name, given]) => [
    name,
    { subject: given.subject, html: layout(given, '{{ .SiteURL }}').html },
  ]),
);

export const templatesFolder = join(projectRoot, 'supabase', 'templates');

if (import.meta.main) {
  await mkdir(templatesFolder, { recursive: true });
  for (const [name, { html }] of Object.entries(authMails)) {
    await writeFile(join(templatesFolder, `${name}.html`), html);
  }
}
