-- Why somebody cannot buy a course or put it in the cart: one rule, read by the trigger, by checkout and by reports.

-- An array of courses is planned for anew each time unless it is told not to.
create function private.purchase_refusals(user_id uuid, course_ids uuid[])
returns text[]
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return array(
    select case
      when c.id is null or not c.is_published then 'COURSE_NOT_FOUND'
      when c.instructor_id = purchase_refusals.user_id
        or exists (
          select from public.course_instructors i
          where i.course_id = asked.course_id and i.user_id = purchase_refusals.user_id
        )
      then 'OWN_COURSE'
      when exists (
        select from public.enrollments e
        where e.user_id = purchase_refusals.user_id and e.course_id = asked.course_id
          -- Postgres looks up all of them at once: not the whole library of the buyer.
          and e.course_id = any (purchase_refusals.course_ids)
          and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
      )
      then 'ALREADY_ENROLLED'
    end
    from unnest(purchase_refusals.course_ids) with ordinality asked (course_id, n)
    left join public.courses c on c.id = asked.course_id
    order by asked.n
  );
end
$$;

comment on function private.purchase_refusals is
  'For each course the code of the reason why the user cannot buy it (COURSE_NOT_FOUND, OWN_COURSE, ALREADY_ENROLLED), or null.';

create function private.purchase_refusal(user_id uuid, course_id uuid)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return (private.purchase_refusals(purchase_refusal.user_id, array[purchase_refusal.course_id]))[1];
end
$$;

comment on function private.purchase_refusal is 'The same for one course.';

create function private.cart_refusal(user_id uuid, course_id uuid)
returns text
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  refusal text;
begin
  -- private.purchase_refusals, written out for one course: this is asked while the cart is locked.
  select case
    when not c.is_published then 'COURSE_NOT_FOUND'
    when c.instructor_id = cart_refusal.user_id
      or exists (
        select from public.course_instructors i
        where i.course_id = cart_refusal.course_id and i.user_id = cart_refusal.user_id
      )
    then 'OWN_COURSE'
    when exists (
      select from public.enrollments e
      where e.user_id = cart_refusal.user_id and e.course_id = cart_refusal.course_id
        and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
    )
    then 'ALREADY_ENROLLED'
    when cart.has_course then 'ALREADY_IN_CART'
    when cart.lines > 0 and cart.lines >= (select s.value::integer from private.app_config s where s.name = 'cart_limit')
    then 'CART_LIMIT_REACHED'
    when cart.has_other_currency then 'CURRENCY_MISMATCH'
  end
  into refusal
  from
    public.courses c
    cross join lateral (
      select
        count(*) as lines,
        bool_or(i.course_id = cart_refusal.course_id) as has_course,
        bool_or(other.currency <> c.currency) as has_other_currency
      from public.cart_items i join public.courses other on other.id = i.course_id
      where i.user_id = cart_refusal.user_id
    ) cart
  where c.id = cart_refusal.course_id;
  return case when found then refusal else 'COURSE_NOT_FOUND' end;
end
$$;

comment on function private.cart_refusal is
  'Code of the reason why the course cannot be put in the user''s cart, or null. Volatile: it must see the rows of the statement before it.';

create function private.refuse_course(code text, course_id uuid)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  which jsonb := jsonb_build_object('course_id', refuse_course.course_id);
begin
  case refuse_course.code
    when 'COURSE_NOT_FOUND' then perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.', which);
    when 'COURSE_UNAVAILABLE' then perform private.fail('COURSE_UNAVAILABLE', 409, 'This course is no longer sold.', which);
    when 'OWN_COURSE' then perform private.fail('OWN_COURSE', 409, 'You teach this course.', which);
    when 'ALREADY_ENROLLED' then perform private.fail('ALREADY_ENROLLED', 409, 'You have this course already.', which);
    when 'ALREADY_IN_CART' then perform private.fail('ALREADY_IN_CART', 409, 'This course is in your cart already.', which);
    when 'CURRENCY_MISMATCH' then perform private.fail('CURRENCY_MISMATCH', 409, 'One order has one currency: buy this course on its own.', which);
    when 'CART_LIMIT_REACHED' then
      perform private.fail(
        'CART_LIMIT_REACHED', 422, 'The cart is full.', jsonb_build_object('limit', private.setting_int('cart_limit'))
      );
    else return;
  end case;
end
$$;

comment on function private.refuse_course is
  'Raises the error of a code that the rules above answered; null raises nothing.';

-- The cart refuses a second currency, but a course in it may change its own.
create function private.refuse_mixed_currencies(course_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  odd_course uuid := (
    select c.id from public.courses c
    where c.id = any (refuse_mixed_currencies.course_ids)
      and c.currency <> (select x.currency from public.courses x where x.id = refuse_mixed_currencies.course_ids[1])
    limit 1
  );
begin
  if odd_course is not null then
    perform private.refuse_course('CURRENCY_MISMATCH', odd_course);
  end if;
end
$$;

comment on function private.refuse_mixed_currencies is
  'CURRENCY_MISMATCH when the courses are not all of one currency.';

revoke execute
on function private.refuse_mixed_currencies,
private.purchase_refusals,
private.purchase_refusal,
private.cart_refusal,
private.refuse_course
from public, anon, authenticated, service_role;
