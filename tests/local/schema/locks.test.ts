import { expect, test } from 'vitest';
import { lockStatement } from '../../../local/schema/locks.ts';

const none = new Map<string, string>();

test('what changes is locked, what gets a trigger, an index or a reference is kept from writers', async () => {
  const statements = [
    'DROP TRIGGER t ON public.courses',
    'DROP POLICY p ON public.lessons',
    'CREATE POLICY p ON public.reviews USING (true)',
    'ALTER TABLE private.jobs ADD COLUMN note text',
    'DROP INDEX public.carts_idx',
    'CREATE TRIGGER t AFTER INSERT ON public.orders FOR EACH ROW EXECUTE FUNCTION private.f()',
    'CREATE INDEX i ON public.payments (id)',
    'CREATE TABLE public.gifts (user_id uuid REFERENCES public.profiles (id))',
  ];
  const locks = await lockStatement(statements, new Map([['public.carts_idx', 'public.carts']]));
  expect(locks?.match(/lock table[^;]*/g)?.map((lock) => lock.replaceAll(/\s+/g, ' '))).toEqual([
    'lock table private.jobs, public.carts, public.courses, public.lessons, public.reviews in access exclusive mode',
    'lock table public.orders, public.payments, public.profiles in share row exclusive mode',
  ]);
});

test('nothing is locked for one table, for new ones, for views, or for what is not ours', async () => {
  const statements = [
    'CREATE TABLE public.gifts (id uuid)',
    'ALTER TABLE public.gifts ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY p ON public.gifts USING (true)',
    'CREATE POLICY p ON storage.objects USING (true)',
    'CREATE TRIGGER t INSTEAD OF UPDATE ON public.v_cards FOR EACH ROW EXECUTE FUNCTION private.f()',
    'DROP TRIGGER t ON public.courses',
  ];
  expect(await lockStatement(statements, none)).toBeUndefined();
  expect(await lockStatement([], none)).toBeUndefined();
});
