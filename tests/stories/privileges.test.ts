import { expect, inject, test } from 'vitest';
import { difference, fingerprint } from '../../local/schema/fingerprint.ts';
import { withScratch } from '../../local/schema/scratch.ts';
import { pushMigrations } from '../../local/schema/supabase-cli.ts';
import { anonymous } from '../support/people.ts';

test('a stack that answers requests has the privileges that the migrations give, and no others', async () => {
  // The first request is when an API could widen them.
  await anonymous().from('courses').select('id').limit(1).throwOnError();
  await withScratch(async (scratch) => {
    const url = await scratch.createDatabase('reference');
    await pushMigrations(url);
    const expected = await fingerprint(url);
    const actual = await fingerprint(inject('stack').database_url);
    expect(difference(expected, actual)).toEqual({ onlyFirst: [], onlySecond: [] });
  });
});
