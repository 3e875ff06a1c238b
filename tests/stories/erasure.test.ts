import { expect, inject, test } from 'vitest';
import { putFile } from '../../local/storage-files.ts';
import { eventually } from '../support/eventually.ts';
import { anonymous, asOwner, signUp } from '../support/people.ts';

test('Bob takes his data along and leaves; nobody can sign in as him, and his picture goes', async () => {
  const bob = await signUp('Bob');
  const path = `${bob.id}/me.png`;
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  );
  const upload = await bob.client.storage
    .from('avatars')
    .upload(path, new Blob([png], { type: 'image/png' }));
  expect(upload.error).toBeNull();

  // What lies below a folder is his as well, however it came there.
  const nested = `${bob.id}/old/me.png`;
  await putFile(inject('stack'), { bucket: 'avatars', path: nested, contentType: 'image/png', bytes: png });

  const { data: mine } = await bob.client.rpc('export_my_data').throwOnError();
  expect(mine.tables['public.profile_private']).toMatchObject([{ email: bob.email }]);
  expect(mine.files).toMatchObject([path, nested].map((file) => ({ bucket: 'avatars', path: file })));

  const slip = await bob.client.rpc('delete_my_account', { confirm_email: 'other@people.test' });
  expect([slip.status, slip.error?.code]).toEqual([422, 'VALIDATION_ERROR']);

  // Signed in since yesterday, on whatever device: refreshing makes no session younger, the password does.
  await asOwner(
    (sql) => sql`update auth.sessions set created_at = now() - interval '1 day' where user_id = ${bob.id}`,
  );
  await bob.client.auth.refreshSession();
  const stale = await bob.client.rpc('delete_my_account', { confirm_email: bob.email });
  expect([stale.status, stale.error?.code]).toEqual([403, 'REAUTHENTICATION_REQUIRED']);
  await bob.client.auth.signInWithPassword({ email: bob.email, password: bob.password });
  await bob.client.rpc('delete_my_account', { confirm_email: bob.email }).throwOnError();

  const signIn = await anonymous().auth.signInWithPassword({ email: bob.email, password: bob.password });
  expect(signIn.data.session).toBeNull();
  expect((await bob.client.auth.refreshSession()).error).not.toBeNull();

  const { functions_url, cron_secret } = inject('stack');
  const answer = await fetch(`${functions_url}/delete-files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${cron_secret}` },
  });
  expect(answer.status).toBe(200);
  await eventually(async () => {
    for (const file of [path, nested]) {
      const { publicUrl } = anonymous().storage.from('avatars').getPublicUrl(file).data;
      expect((await fetch(publicUrl)).ok).toBe(false);
    }
  });

  const again = await anonymous().auth.signUp({ email: bob.email, password: bob.password });
  expect(again.error).toBeNull();
});

test('a stranger cannot set the worker to work', async () => {
  const { status } = await fetch(`${inject('stack').functions_url}/delete-files`, { method: 'POST' });
  expect(status).toBe(401);
});
