import { callStatement, scalarAnswer, writeAnswer } from '../load/data-api.ts';
import type { Operation } from './operation.ts';

const line = `jsonb_build_object('id', i.id, 'course', jsonb_build_object('id', i.course_id, 'title', i.title, 'slug', i.slug, 'thumbnail', i.thumbnail_path),
  'instructor_name', i.instructor_name, 'price_at_purchase', i.price_cents / 100.0, 'discount_amount', i.discount_cents / 100.0,
  'total_amount', i.total_cents / 100.0, 'refunded_amount', i.refunded_cents / 100.0, 'access', i.access)`;

const buyers = `bench.order o where o.id is not null`;

const billing = {
  first_name: 'Bob',
  last_name: 'Buyer',
  email: 'bob@learnflow.test',
  address_line1: '1 Main Street',
  city: 'Springfield',
  country: 'US',
};

const fullOrder = (from: string): string => `
  select jsonb_build_object('id', o.id, 'order_number', o.order_number, 'status', o.status, 'state', o.state, 'currency', o.currency,
    'subtotal', o.subtotal_cents / 100.0, 'discount_amount', o.discount_cents / 100.0, 'tax_amount', o.tax_cents / 100.0, 'total_amount', o.total_cents / 100.0,
    'refunded_amount', o.refunded_cents / 100.0, 'coupon_code', null, 'created_at', o.created_at, 'completed_at', o.completed_at, 'expires_at', o.expires_at,
    'items_count', t.lines, 'items', t.items, 'billing_address', to_jsonb(b) - 'order_id',
    'payment', (select jsonb_build_object('method', o.payment_method, 'status', p.status, 'transaction_id', p.stripe_charge_id)
      from public.payments p where p.order_id = o.id order by p.pays_order desc, p.attempt desc limit 1),
    'invoices', (select coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'number', v.number, 'kind', v.kind, 'total_amount', v.total_cents / 100.0,
      'issued_at', v.issued_at) order by v.issued_at, v.kind, v.number), '[]') from public.invoices v where v.order_id = o.id)) as pgrst_scalar
  from ${from}`;

export const commerce: readonly Operation[] = [
  {
    name: 'cart',
    role: 'authenticated',
    writes: false,
    goal: 0.8,
    statement: callStatement('get_cart', {}),
    floor: scalarAnswer(`
      select jsonb_build_object('id', (select k.id from public.carts k where k.user_id = $1),
        'items', coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'course', jsonb_build_object('id', c.id, 'title', c.title, 'slug', c.slug,
          'price', c.price_cents / 100.0, 'original_price', c.original_price_cents / 100.0, 'thumbnail', c.thumbnail_path,
          'instructor', jsonb_build_object('id', p.id, 'first_name', p.first_name, 'last_name', p.last_name)),
          'added_at', i.added_at, 'is_available', x.refusal is null, 'unavailable_reason', x.refusal) order by i.added_at, i.id), '[]'),
        'total_items', count(*) filter (where x.refusal is null), 'total_price', sum(c.price_cents) filter (where x.refusal is null) / 100.0,
        'total_original_price', sum(coalesce(c.original_price_cents, c.price_cents)) filter (where x.refusal is null) / 100.0,
        'total_discount', sum(coalesce(c.original_price_cents, c.price_cents) - c.price_cents) filter (where x.refusal is null) / 100.0, 'currency', 'usd') as pgrst_scalar
      from public.cart_items i
        join public.courses c on c.id = i.course_id
        join public.profiles p on p.id = c.instructor_id
        cross join lateral (select case when not c.is_published then 'COURSE_NOT_FOUND'
          when exists (select from public.course_instructors a where a.course_id = c.id and a.user_id = $1) then 'OWN_COURSE'
          when exists (select from public.enrollments e where e.user_id = $1 and e.course_id = c.id and e.status = 'active') then 'ALREADY_ENROLLED' end as refusal) x
      where i.user_id = $1 and $2::jsonb is not null`),
    requests: `select p.id as user_id, '{}'::jsonb as args from bench.size s, generate_series(1, $1::int) i
      join bench.person p on p.n = 2 * bench.pick(i, 'whose cart', (select z.users / 2 from bench.size z))`,
  },
  {
    name: 'order_list',
    role: 'authenticated',
    writes: false,
    goal: 0.8,
    statement: callStatement('my_orders', { page: 'integer' }),
    floor: scalarAnswer(`
      select jsonb_build_object('count', (select count(*) from public.orders o where o.user_id = $1), 'current_page', 1, 'page_size', 10,
        'results', jsonb_agg(jsonb_build_object('id', o.id, 'order_number', o.order_number, 'status', o.status, 'state', o.state, 'created_at', o.created_at,
          'completed_at', o.completed_at, 'expires_at', o.expires_at, 'currency', o.currency, 'total_amount', o.total_cents / 100.0,
          'refunded_amount', o.refunded_cents / 100.0, 'items_count', t.lines, 'items', t.items) order by o.created_at desc, o.id)) as pgrst_scalar
      from (select * from public.orders o where o.user_id = $1 and $2::jsonb is not null order by o.created_at desc, o.id limit 10) o
        cross join lateral (select count(*) as lines, jsonb_agg(${line} order by i.position) as items from public.order_items i where i.order_id = o.id) t`),
    requests: `select o.user_id, '{"page": 1}'::jsonb as args from ${buyers} order by bench.draw(o.person, 'looks at orders') limit $1::int`,
  },
  {
    name: 'order_detail',
    role: 'authenticated',
    writes: false,
    goal: 0.8,
    statement: callStatement('get_order', { order_id: 'uuid' }),
    floor: scalarAnswer(
      fullOrder(`public.orders o join public.order_billing b on b.order_id = o.id
        cross join lateral (select count(*) as lines, jsonb_agg(${line} order by i.position) as items from public.order_items i where i.order_id = o.id) t
      where o.id = ($2::jsonb ->> 'order_id')::uuid and o.user_id = $1`),
    ),
    requests: `select o.user_id, jsonb_build_object('order_id', o.id) as args from ${buyers} order by bench.draw(o.person, 'looks at an order') limit $1::int`,
  },
  {
    name: 'add_to_cart',
    role: 'authenticated',
    writes: true,
    goal: 0.7,
    statement: callStatement('add_to_cart', { course_id: 'uuid' }),
    // The lock of the cart is also the time when something was last put in.
    floor: writeAnswer(
      `held as materialized (update public.carts k set updated_at = now() where k.user_id = $1 returning k.id),
      item as (
        insert into public.cart_items (cart_id, user_id, course_id)
        select held.id, $1, c.id from held, public.courses c
        where c.id = ($2::jsonb ->> 'course_id')::uuid and c.is_published
          and not exists (select from public.enrollments e where e.user_id = $1 and e.course_id = c.id and e.status = 'active')
          and not exists (select from public.course_instructors a where a.course_id = c.id and a.user_id = $1)
          and (select count(*) from public.cart_items x where x.user_id = $1) < 50
        returning *
      )`,
      `select jsonb_build_object('id', item.id, 'course', jsonb_build_object('id', c.id, 'title', c.title, 'slug', c.slug, 'price', c.price_cents / 100.0), 'added_at', item.added_at) as pgrst_scalar
      from item join public.courses c on c.id = item.course_id`,
    ),
    // Those whose carts are empty, and courses that they do not have.
    requests: `
      select p.id as user_id, jsonb_build_object('course_id', c.id) as args
      from (
        select distinct 2 * bench.pick(i, 'fills the cart', s.users / 2) + 1 as person, bench.course_of_rank(bench.pick(i, 'put in', s.courses - 1, 2), s.courses) as course
        from bench.size s, generate_series(1, $1::int) i
      ) d
      join bench.person p on p.n = d.person
      join bench.course c on c.n = d.course and c.status = 'published' and c.instructor <> d.person
      where not exists (select from public.enrollments e where e.user_id = p.id and e.course_id = c.id)
      order by bench.draw(d.person * 100000::bigint + d.course, 'turn')`,
  },
  {
    name: 'create_order',
    role: 'authenticated',
    writes: true,
    goal: 0.7,
    statement: callStatement('create_order_from_cart', { billing_address: 'jsonb' }),
    floor: writeAnswer(
      `held as materialized (select k.id from public.carts k where k.user_id = $1 for no key update),
      lines as materialized (
        select gen_random_uuid() as id, c.id as course_id, c.instructor_id, c.title, c.slug, c.thumbnail_path, c.price_cents, c.original_price_cents,
          p.first_name || ' ' || p.last_name as instructor_name, row_number() over (order by i.added_at, i.id)::smallint as position
        from held, public.cart_items i join public.courses c on c.id = i.course_id join public.profiles p on p.id = c.instructor_id
        where i.user_id = $1 and c.is_published
          and not exists (select from public.enrollments e where e.user_id = $1 and e.course_id = c.id and e.status = 'active')
          and not exists (select from public.course_instructors a where a.course_id = c.id and a.user_id = $1)
      ), o as (
        insert into public.orders (order_number, user_id, currency, subtotal_cents, total_cents, expires_at)
        select 'ORD-2026-' || nextval('floor.order_number'), $1, 'usd', sum(l.price_cents), sum(l.price_cents), now() + interval '1 hour' from lines l
        having count(*) > 0 and not exists (select from public.orders x where x.user_id = $1 and x.state in ('pending', 'failed'))
        returning *
      ), i as (
        insert into public.order_items (id, order_id, position, course_id, instructor_id, title, slug, instructor_name, thumbnail_path, list_price_cents, price_cents, total_cents, platform_fee_percent)
        select l.id, o.id, l.position, l.course_id, l.instructor_id, l.title, l.slug, l.instructor_name, l.thumbnail_path, coalesce(l.original_price_cents, l.price_cents), l.price_cents, l.price_cents, 30
        from o, lines l returning *
      ), b as (
        insert into public.order_billing select b.* from o, jsonb_populate_record(null::public.order_billing, ($2::jsonb -> 'billing_address') || jsonb_build_object('order_id', o.id, 'address_line2', '', 'state', '', 'postal_code', '', 'phone', '')) b returning *
      ), t as (select count(*) as lines, jsonb_agg(${line} order by i.position) as items from i)`,
      `${fullOrder('o, b, t')}`,
    ),
    requests: `select p.id as user_id, jsonb_build_object('billing_address', '${JSON.stringify(billing)}'::jsonb) as args
      from bench.person p
      where exists (select from public.cart_items i where i.user_id = p.id having sum((select c.price_cents from public.courses c where c.id = i.course_id)) > 0)
        and not exists (select from public.orders o where o.user_id = p.id and o.state in ('pending', 'failed')) and p.n % 2 = 0
      order by bench.draw(p.n, 'checks out') limit $1::int`,
  },
];
