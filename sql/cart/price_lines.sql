-- One line of what somebody is about to buy; amounts in minor units.
create type private.priced_line as (
  "position" integer,
  course_id uuid,
  instructor_id uuid,
  title text,
  slug text,
  instructor_name text,
  thumbnail_path text,
  currency char(3),
  list_price_cents integer,
  price_cents integer,
  discount_cents integer,
  tax_cents integer,
  total_cents integer,
  platform_fee_percent integer
);

comment on type private.priced_line is
  'A course with its price, its part of the discount and the platform''s fee.';

-- The one place where a price is computed: what these courses cost now, with or without a coupon.
-- It does not ask whether the coupon may be used; private.use_coupon does. An array is planned for anew each time
-- unless it is told not to.
create function private.price_lines(course_ids uuid[], coupon_id uuid default null)
returns setof private.priced_line
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  discount public.coupons;
  fee_percent integer := private.setting_int('platform_fee_percent');
  coupon_fee_percent integer;
begin
  if price_lines.coupon_id is not null then
    select k.* into discount from public.coupons k where k.id = price_lines.coupon_id;
    coupon_fee_percent := private.setting_int('instructor_coupon_fee_percent');
  end if;

  return query
  with line as (
    select
      asked.position::integer as position, c.id, c.instructor_id, c.title, c.slug, c.currency, c.price_cents,
      btrim(p.first_name || ' ' || p.last_name) as instructor_name, c.thumbnail_path,
      coalesce(c.original_price_cents, c.price_cents) as list_price_cents,
      case when discount.id is not null and private.coupon_covers(discount, c) then c.price_cents else 0 end as covered_cents
    from
      unnest(price_lines.course_ids) with ordinality as asked (course_id, position)
      join public.courses c on c.id = asked.course_id
      join public.profiles p on p.id = c.instructor_id
  ), split as (
    select private.spread_cents(
      coalesce(
        case
          -- Without a coupon this is null.
          when discount.amount_off_cents is not null then least(discount.amount_off_cents, sum(l.covered_cents))
          else round(sum(l.covered_cents) * discount.percent_off / 100.0)
        end,
        0
      )::bigint,
      array_agg(l.covered_cents::bigint order by l.position)
    ) as discounts
    from line l
  ), numbered as (
    select l.*, row_number() over (order by l.position) as n from line l
  )
  select
    l.n::integer, l.id, l.instructor_id, l.title, l.slug, l.instructor_name, l.thumbnail_path, l.currency,
    l.list_price_cents, l.price_cents,
    s.discounts[l.n]::integer,
    0, -- Tax is not charged yet; the columns are there for it.
    (l.price_cents - s.discounts[l.n])::integer,
    -- An instructor who brings the buyer keeps more.
    case when l.covered_cents > 0 and discount.created_by = l.instructor_id then coupon_fee_percent else fee_percent end
  from numbered l cross join split s
  order by l.n;
end
$$;

comment on function private.price_lines is
  'One line a course, in the order asked for; amounts in minor units. The discount of the coupon is split to the cent over the courses it covers.';

-- Does the coupon lower the price of this course? False without a coupon.
create function private.coupon_covers(coupon public.coupons, course public.courses)
returns boolean
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return (coupon).id is not null
    and ((coupon).currency is null or (coupon).currency = (course).currency)
    and ((coupon).course_id is null or (coupon).course_id = (course).id)
    and ((coupon).category_id is null or (coupon).category_id is not distinct from (course).category_id)
    and ((coupon).instructor_id is null or (coupon).instructor_id = (course).instructor_id);
end
$$;

comment on function private.coupon_covers is
  'true when the course is within the coupon''s scope and currency.';

revoke execute
on function private.price_lines, private.coupon_covers
from public, anon, authenticated, service_role;
