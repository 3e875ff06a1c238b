-- Carts, wishes, and what was bought, with the payments and the books that belong to it.
insert into public.cart_items (id, cart_id, user_id, course_id, added_at)
select
  bench.id('cart item', w.n),
  bench.id('cart', w.person),
  p.id,
  c.id,
  bench.today() - make_interval(mins => bench.pick(w.n, 'added', 1440 * 60))
from
  (
    select min(d.n) as n, d.person, d.course
    from
      (
        select
          i as n,
          -- Every second user has a cart with something in it.
          2 * bench.pick(i, 'cart of', s.users / 2) as person,
          bench.course_of_rank(bench.pick(i, 'in cart', s.courses - 1, 2), s.courses) as course
        from
          bench.size as s
          cross join generate_series(1, s.cart_items) as i
      ) as d
    group by d.person, d.course
  ) as w
  join bench.person as p on p.n = w.person
  join bench.course as c on c.n = w.course
where
  c.status = 'published'
  and c.instructor != w.person
  and not exists (select from bench.enrollment as e where e.person = w.person and e.course = w.course);

insert into public.wishlists (user_id, course_id, added_at)
select
  p.id,
  c.id,
  bench.today() - make_interval(
    mins => bench.pick(w.person * 100000::bigint + w.course, 'wished', 1440 * 400)
  )
from
  (
    select distinct
      bench.pick(i, 'wishes', s.users) as person,
      bench.course_of_rank(bench.pick(i, 'wished', s.courses - 1, 2), s.courses) as course
    from
      bench.size as s
      cross join generate_series(1, s.wishes) as i
  ) as w
  join bench.person as p on p.n = w.person
  join bench.course as c on c.n = w.course
where c.status = 'published';

create table bench.order_line as
  select
    b.n,
    b.person,
    b.order_id,
    b.order_item_id,
    b.position,
    e.user_id,
    e.enrolled_at,
    c.id as course_id,
    i.id as instructor_id,
    c.title,
    i.first_name || ' ' || i.last_name as instructor_name,
    c.price_cents,
    round(c.price_cents * 0.3)::integer as fee_cents
  from
    bench.purchase as b
    join bench.enrollment as e on e.n = b.n
    join bench.course as c on c.n = e.course
    join bench.person as i on i.n = c.instructor;

create table bench.order as
  select
    l.order_id as id,
    l.user_id,
    l.person,
    sum(l.price_cents)::integer as total_cents,
    max(l.enrolled_at) as paid_at
  from bench.order_line as l
  group by l.order_id, l.user_id, l.person;

insert into public.orders
  (
    id,
    order_number,
    user_id,
    currency,
    subtotal_cents,
    total_cents,
    payment_method,
    state,
    expires_at,
    completed_at,
    closed_at,
    created_at,
    updated_at
  )
select
  o.id,
  format(
    'ORD-%s-%s',
    to_char(o.paid_at, 'YYYY'),
    to_char(
      row_number() over (
        partition by to_char(o.paid_at, 'YYYY')
        order by o.paid_at, o.id
      ),
      'FM0000000'
    )
  ),
  o.user_id,
  'usd',
  o.total_cents,
  o.total_cents,
  'stripe',
  'completed',
  o.paid_at + interval '50 minutes',
  o.paid_at,
  null,
  o.paid_at - interval '10 minutes',
  o.paid_at
from bench.order as o;

insert into private.order_counters (year, numbered_before)
select
  extract(year from o.completed_at),
  sum(count(*)) over (order by extract(year from o.completed_at)) - count(*)
from public.orders as o
group by 1;

select setval('private.order_numbers', count(*))
from public.orders;

insert into public.order_items
  (
    id,
    order_id,
    position,
    course_id,
    instructor_id,
    title,
    slug,
    instructor_name,
    list_price_cents,
    price_cents,
    total_cents,
    platform_fee_percent,
    access,
    created_at
  )
select
  l.order_item_id,
  l.order_id,
  l.position,
  l.course_id,
  l.instructor_id,
  l.title,
  private.slugify(l.title),
  l.instructor_name,
  l.price_cents,
  l.price_cents,
  l.price_cents,
  30,
  'granted',
  l.enrolled_at - interval '10 minutes'
from bench.order_line as l;

insert into public.order_billing
  (order_id, first_name, last_name, email, address_line1, city, postal_code, country)
select
  o.id,
  p.first_name,
  p.last_name,
  format('user-%s@learnflow.test', p.n),
  format('%s Main Street', 1 + bench.pick(p.n, 'house', 300)),
  bench.one_of('{Berlin,Lisbon,Austin,Pune,Lagos}', p.n, 'city'),
  (10000 + bench.pick(p.n, 'postal code', 89999))::text,
  bench.one_of('{DE,PT,US,IN,NG}', p.n, 'city')
from
  bench.order as o
  join bench.person as p on p.n = o.person;

insert into public.payments
  (
    id,
    order_id,
    attempt,
    amount_cents,
    currency,
    stripe_payment_intent_id,
    stripe_charge_id,
    succeeded_at,
    pays_order,
    created_at,
    updated_at
  )
select
  md5('payment:' || o.id)::uuid,
  o.id,
  1,
  o.total_cents,
  'usd',
  'pi_' || replace(o.id::text, '-', ''),
  'ch_' || replace(o.id::text, '-', ''),
  o.paid_at,
  true,
  o.paid_at - interval '5 minutes',
  o.paid_at
from bench.order as o;

-- The books: cash against the platform's fee and the instructor's share.
insert into private.ledger_transactions (kind, currency, order_id, created_at)
select 'sale', 'usd', o.id, o.paid_at
from bench.order as o
order by o.paid_at, o.id;

insert into private.ledger_accounts (kind, owner_id, currency)
select 'stripe_cash'::private.ledger_account_kind, null::uuid, 'usd'
union all
select 'platform_revenue', null, 'usd'
union all
select distinct 'instructor_payable'::private.ledger_account_kind, l.instructor_id, 'usd'
from bench.order_line as l;

insert into private.ledger_entries
  (transaction_id, account_id, currency, amount_cents, order_item_id, available_at, created_at)
select
  t.id,
  a.id,
  'usd',
  s.amount_cents,
  l.order_item_id,
  case
    when s.kind = 'instructor_payable' then t.created_at + interval '30 days'
    else t.created_at
  end,
  t.created_at
from
  bench.order_line as l
  join private.ledger_transactions as t on t.order_id = l.order_id
  cross join lateral (
    values
      ('stripe_cash'::private.ledger_account_kind, bench.id('nobody', 0), l.price_cents),
      ('platform_revenue', bench.id('nobody', 0), -l.fee_cents),
      ('instructor_payable', l.instructor_id, l.fee_cents - l.price_cents)
  ) as s (kind, owner_id, amount_cents)
  -- Equality on both, so that a sale is not compared with the account of every instructor.
  join (
    select a.id, a.kind, coalesce(a.owner_id, bench.id('nobody', 0)) as owner_id
    from private.ledger_accounts as a
  ) as a
    on a.kind = s.kind and a.owner_id = s.owner_id;

-- The invoices, numbered without gaps in the order in which they were paid.
insert into public.invoices
  (
    id,
    number,
    kind,
    cause,
    order_id,
    user_id,
    currency,
    subtotal_cents,
    total_cents,
    seller,
    buyer,
    lines,
    issued_at
  )
select
  md5('invoice:' || o.id)::uuid,
  private.document_number(
    'INV',
    extract(year from o.completed_at at time zone 'UTC')::smallint,
    row_number() over (
      partition by extract(year from o.completed_at at time zone 'UTC')
      order by o.completed_at, o.id
    )
  ),
  'invoice',
  'sale',
  o.id,
  o.user_id,
  o.currency,
  o.subtotal_cents,
  o.total_cents,
  '{"name": "LearnFlow", "address": "", "tax_id": "", "email": "billing@learnflow.com"}',
  to_jsonb(b) - '{order_id,phone,email}'::text[],
  l.lines,
  o.completed_at
from
  public.orders as o
  join public.order_billing as b on b.order_id = o.id
  join (
    select
      i.order_id,
      jsonb_agg(
        jsonb_build_object(
          'order_item_id',
          i.id,
          'course_id',
          i.course_id,
          'title',
          i.title,
          'instructor_name',
          i.instructor_name,
          'price_cents',
          i.price_cents,
          'discount_cents',
          i.discount_cents,
          'tax_cents',
          i.tax_cents,
          'total_cents',
          i.total_cents
        )
        order by i.position
      ) as lines
    from public.order_items as i
    group by i.order_id
  ) as l
    on l.order_id = o.id
where o.completed_at is not null and o.total_cents > 0;

insert into private.invoice_counters (kind, year, last_number)
select v.kind, split_part(v.number, '-', 2)::smallint, count(*)
from public.invoices as v
group by 1, 2;
