import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { learnflow } from '../support/learnflow.ts';
import { mailsTo } from '../support/mailbox.ts';
import { anonymous, asOwner, cast, signUp } from '../support/people.ts';

test('Bob signs up and is signed in at once, as nobody but himself', async () => {
  const client = anonymous();
  const email = `bob.${crypto.randomUUID().slice(0, 8)}@people.test`;
  const { data, error } = await client.auth.signUp({
    email,
    password: 'Correct-Horse-9!',
    options: {
      data: { first_name: 'Bob', last_name: 'Tester', role: 'admin', timezone: 'America/Sao_Paulo' },
    },
  });
  expect(error).toBeNull();
  expect(data.session?.expires_in).toBe(900);

  const { data: me } = await client.rpc('me').throwOnError();
  expect(me).toMatchObject({ email, first_name: 'Bob', is_instructor: false, roles: [] });
  expect(me.profile).toMatchObject({ timezone: 'America/Sao_Paulo', current_streak_days: 0 });
});

test.each([
  ['short', 'Aa1!'],
  ['without a number', 'Correct-Horse!!'],
  ['without a capital', 'correct-horse-9!'],
])('a password that is %s is refused, and no account is left behind', async (_why, password) => {
  const email = `weak.${crypto.randomUUID().slice(0, 8)}@people.test`;
  const { error } = await anonymous().auth.signUp({ email, password });
  expect([error?.status, error?.code]).toEqual([422, 'weak_password']);
  expect(await asOwner((sql) => sql`select from auth.users where email = ${email}`)).toHaveLength(0);
});

test('Bob signs in with his password and nobody with another one', async () => {
  const bob = await signUp('Bob');
  const wrong = await anonymous().auth.signInWithPassword({ email: bob.email, password: 'Wrong-Horse-9!' });
  expect([wrong.error?.status, wrong.error?.code]).toEqual([400, 'invalid_credentials']);

  const client = anonymous();
  await client.auth.signInWithPassword({ email: bob.email, password: bob.password });
  expect((await client.rpc('me').throwOnError()).data.id).toBe(bob.id);
});

test('a new password needs the old one, however the change is asked for', async () => {
  const bob = await signUp('Bob');
  const password = `${crypto.randomUUID()}-Aa1!`;
  const change = async (attributes: { password: string; current_password?: string }) =>
    (await bob.client.auth.updateUser(attributes)).error?.code;
  expect(await change({ password })).toBe('current_password_required');
  expect(await change({ password, current_password: 'Guessed-Horse-9!' })).toBe('current_password_invalid');
  const signIn = (word: string) => anonymous().auth.signInWithPassword({ email: bob.email, password: word });
  expect((await signIn(bob.password)).error).toBeNull();

  expect(await change({ password, current_password: bob.password })).toBeUndefined();
  expect((await signIn(bob.password)).error?.code).toBe('invalid_credentials');
  expect((await signIn(password)).error).toBeNull();
});

test('Bob forgot his password: the link in the mail lets him choose another', async () => {
  const bob = await signUp('Bob');
  const forgetful = learnflow();
  await forgetful.authService.requestPasswordReset(bob.email);
  const link = await eventually(async () => {
    const [mail] = await mailsTo(bob.email);
    return /href="([^"]+verify[^"]+)"/.exec(mail!.html)![1]!.replaceAll('&amp;', '&');
  });
  const { headers } = await fetch(link, { redirect: 'manual' });
  const session = new URLSearchParams(headers.get('location')!.split('#')[1]);
  await forgetful.client.auth.setSession({
    access_token: session.get('access_token')!,
    refresh_token: session.get('refresh_token')!,
  });

  const password = `${crypto.randomUUID()}-Aa1!`;
  await forgetful.authService.setNewPassword(password);
  await learnflow().authService.login({ email: bob.email, password });
  await expect(
    learnflow().authService.login({ email: bob.email, password: bob.password }),
  ).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
});

test('a session is refreshed with a new token, and is over after signing out', async () => {
  const bob = await signUp('Bob');
  const first = (await bob.client.auth.getSession()).data.session!;
  const { data } = await bob.client.auth.refreshSession();
  expect(data.session?.refresh_token).not.toBe(first.refresh_token);
  expect((await bob.client.rpc('me').throwOnError()).data.id).toBe(bob.id);

  await bob.client.auth.signOut();
  expect((await bob.client.rpc('me')).status).toBe(401);
  const { error } = await anonymous().auth.refreshSession({ refresh_token: data.session!.refresh_token });
  expect(error?.status).toBe(400);
});

test('a session that began a week ago is over, however busy it was', async () => {
  const bob = await signUp('Bob');
  const begun = (ago: string) =>
    asOwner(
      (sql) => sql`update auth.sessions set created_at = now() - ${ago}::interval where user_id = ${bob.id}`,
    );
  await begun('6 days 23 hours');
  expect((await bob.client.auth.refreshSession()).error).toBeNull();
  await begun('7 days 1 minute');
  expect((await bob.client.auth.refreshSession()).error?.status).toBeGreaterThanOrEqual(400);
});

test('Bob writes his profile; a wrong time zone changes nothing', async () => {
  const { client } = await signUp('Bob');
  const { data: changed } = await client
    .rpc('update_profile', { bio: 'Learns.', country: 'Brazil', timezone: 'America/Sao_Paulo' })
    .throwOnError();
  expect(changed.profile).toMatchObject({ bio: 'Learns.', country: 'Brazil' });

  const { status, error } = await client.rpc('update_profile', { bio: 'Gone.', timezone: 'Mars/Olympus' });
  expect([status, error?.code]).toEqual([422, 'VALIDATION_ERROR']);
  expect(JSON.parse(error!.details)).toHaveProperty('timezone');
  expect((await client.rpc('me').throwOnError()).data.profile.bio).toBe('Learns.');
});

test('Ruth approves Bob, who then teaches; Eve cannot', async () => {
  const { bob, eve, ruth } = await cast();
  const draft = { title: 'Cooking for one' };
  expect((await eve.client.from('courses').insert(draft)).error?.code).toBe('42501');

  await bob.client.rpc('request_instructor', { motivation: 'I cook every day.' }).throwOnError();
  expect((await eve.client.rpc('approve_instructor', { user_id: eve.id })).error?.code).toBe('FORBIDDEN');
  await ruth.client.rpc('approve_instructor', { user_id: bob.id }).throwOnError();

  await bob.client.from('courses').insert(draft).throwOnError();
  const { data: card } = await eve.client
    .from('profiles')
    .select('is_instructor')
    .eq('id', bob.id)
    .single()
    .throwOnError();
  expect(card.is_instructor).toBe(true);
});

test('a closed account loses its session, and its open token writes nothing', async () => {
  const { bob, ruth } = await cast();
  await ruth.client.rpc('deactivate_user', { user_id: bob.id }).throwOnError();

  const update = await bob.client.rpc('update_profile', { bio: 'Still here.' });
  expect([update.status, update.error?.code]).toEqual([403, 'ACCOUNT_DISABLED']);
  const { data } = await bob.client.from('profiles').update({ bio: 'Still here.' }).eq('id', bob.id).select();
  expect(data).toEqual([]);
  // Reading what is his remains his right.
  expect((await bob.client.rpc('me').throwOnError()).data).toMatchObject({
    is_active: false,
    profile: { bio: '' },
  });
  expect((await bob.client.auth.refreshSession()).error).not.toBeNull();
});
