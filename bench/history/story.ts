import type { Sql } from 'postgres';

// A subject is the id of an order, a line or a payment, or begins with a person and a course.
const order = `
  select o.id, o.user_id from public.orders o
  where $1 like o.id || '%'
    or exists (select from public.order_items i where i.order_id = o.id and (i.id::text = $1 or o.user_id || ' ' || i.course_id = $1))
    or exists (select from public.payments p where p.order_id = o.id and p.id::text = $1)`;

/** What has happened to an order, or to one of its lines, and to its buyer's access to the same courses, oldest first. */
const story = `
  with o as (${order}), item as (
    select i.* from public.order_items i join o on o.id = i.order_id
    where i.id::text = $1 or not exists (select from public.order_items x where x.id::text = $1)
  ), given as (
    select g.*, e.course_id from private.access_grants g join public.enrollments e on e.id = g.enrollment_id
    where (e.user_id, e.course_id) in (select o.user_id, i.course_id from o join item i on i.order_id = o.id)
  ), told (at, what, fact) as (
    select x.created_at, 'order', to_jsonb(x) from public.orders x join o on o.id = x.id
    union all
    select i.created_at, 'line', to_jsonb(i) - '{title,slug,instructor_name,thumbnail_path}'::text[] from item i
    union all
    select p.created_at, 'payment', to_jsonb(p) from public.payments p join o on o.id = p.order_id
    union all
    select r.created_at, 'refund', to_jsonb(r) from private.refunds r join o on o.id = r.order_id
    union all
    select d.created_at, 'dispute', to_jsonb(d) from private.disputes d join public.payments p on p.id = d.payment_id join o on o.id = p.order_id
    union all
    select g.granted_at, 'grant', to_jsonb(g) from given g
    union all
    select e.erased_at, 'erasure', to_jsonb(e) from private.erasures e join o on o.user_id = e.user_id
    union all
    select a.happened_at, 'audit ' || a.table_name, jsonb_build_object('actor', a.actor_role, 'row', a.row_id, 'before', a.before, 'after', a.after)
    from public.audit_log a
    where a.row_id in (select id::text from o union all select id::text from given)
      or a.after ->> 'order_id' in (select id::text from o)
  )
  select at, what, jsonb_strip_nulls(fact)::text as fact from told order by at, what`;

export interface Told {
  at: Date;
  what: string;
  fact: string;
}

/** The story of the order that a broken invariant names; nothing where it names none. */
export async function storyOf(sql: Sql, subject: string): Promise<Told[]> {
  return sql.unsafe<Told[]>(story, [subject]);
}
