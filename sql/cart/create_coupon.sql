-- Makes a coupon. Definer: codes are unique in the whole shop, so whoever could insert freely could also find out, one
-- refusal after the other, which codes of others exist.
create function private.create_coupon(
  code text,
  percent_off integer,
  amount_off_cents integer,
  currency text,
  minimum_cents integer,
  course_id uuid,
  category_id uuid,
  instructor_id uuid,
  starts_at timestamptz,
  expires_at timestamptz,
  max_redemptions integer,
  max_per_user integer,
  description text
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  hourly_limit constant integer := 20;
  caller constant uuid := private.require_user();
  is_admin constant boolean := private.is_admin();
  -- Short codes are the platform's: they can be guessed, and then it is known that they exist.
  fewest_characters constant integer := case when is_admin then 3 else 8 end;
  spelling constant text := private.normalise_coupon_code(create_coupon.code);
  wrong jsonb := '{}';
  made public.coupons;
begin
  -- The owner of a course discounts it, a co-instructor does not; only admins discount the courses of others.
  if not private.is_instructor() then
    perform private.fail('FORBIDDEN', 403, 'Only instructors make coupons.');
  elsif create_coupon.course_id is not null then
    perform private.require_course_owner(create_coupon.course_id);
  elsif not is_admin and create_coupon.instructor_id is distinct from caller then
    perform private.fail('FORBIDDEN', 403, 'Your coupons are for your own courses.');
  end if;

  if spelling is null or spelling !~ '^[A-Z0-9][A-Z0-9_-]*$' or length(spelling) not between fewest_characters and 40 then
    wrong := wrong || jsonb_build_object(
      'code', format('%s to 40 of A-Z 0-9 - _, beginning with a letter or digit', fewest_characters)
    );
  end if;
  if num_nonnulls(create_coupon.percent_off, create_coupon.amount_off_cents) <> 1
    or create_coupon.percent_off not between 1 and 100 or create_coupon.amount_off_cents <= 0
  then
    wrong := wrong || '{"percent_off": "1 to 100, or amount_off_cents above 0 instead"}';
  end if;
  if coalesce(create_coupon.minimum_cents, 0) < 0 then
    wrong := wrong || '{"minimum_cents": "0 or more"}';
  end if;
  if create_coupon.currency !~ '^[a-z]{3}$'
    or create_coupon.currency is null and (create_coupon.amount_off_cents is not null or create_coupon.minimum_cents > 0)
  then
    wrong := wrong || '{"currency": "lower-case ISO 4217, where there is an amount"}';
  end if;
  if num_nonnulls(create_coupon.course_id, create_coupon.category_id, create_coupon.instructor_id) > 1 then
    wrong := wrong || '{"course_id": "one of course_id, category_id and instructor_id at most"}';
  end if;
  if create_coupon.expires_at <= coalesce(create_coupon.starts_at, now()) then
    wrong := wrong || '{"expires_at": "after starts_at"}';
  end if;
  if create_coupon.max_redemptions <= 0 or create_coupon.max_per_user <= 0 then
    wrong := wrong || '{"max_redemptions": "1 or more, like max_per_user"}';
  end if;
  if length(create_coupon.description) > 300 then
    wrong := wrong || '{"description": "at most 300 characters"}';
  end if;
  if wrong <> '{}' then
    perform private.fail('VALIDATION_ERROR', 422, 'The coupon was not made.', wrong);
  end if;

  -- Answered, not raised: the attempt must count. Admins see every code anyway.
  if not is_admin and not private.rate_limit_hit('create_coupon', caller::text, hourly_limit, interval '1 hour') then
    return private.answer_error(
      'RATE_LIMITED', 429, 'Too many coupons. Try again later.',
      jsonb_build_object('limit', hourly_limit, 'window_seconds', 3600), '{"Retry-After": "3600"}'
    );
  end if;
  insert into public.coupons (
    code, description, created_by, course_id, category_id, instructor_id, percent_off, amount_off_cents, currency,
    minimum_cents, starts_at, expires_at, max_redemptions, max_per_user
  )
  values (
    spelling, coalesce(create_coupon.description, ''), caller, create_coupon.course_id, create_coupon.category_id,
    create_coupon.instructor_id, create_coupon.percent_off, create_coupon.amount_off_cents, create_coupon.currency,
    coalesce(create_coupon.minimum_cents, 0), coalesce(create_coupon.starts_at, now()), create_coupon.expires_at,
    create_coupon.max_redemptions, coalesce(create_coupon.max_per_user, 1)
  )
  on conflict on constraint coupons_code_key do nothing
  returning * into made;
  if made.id is null then
    return private.answer_error('COUPON_CODE_TAKEN', 409, 'Choose another code.', jsonb_build_object('code', spelling));
  end if;
  return to_jsonb(made) - '{created_by,updated_at}'::text[];
end
$$;

comment on function private.create_coupon is 'The door behind public.create_coupon.';

revoke execute on function private.create_coupon from public, anon, authenticated, service_role;

grant execute on function private.create_coupon to authenticated;

create function public.create_coupon(
  code text,
  percent_off integer default null,
  amount_off_cents integer default null,
  currency text default null,
  minimum_cents integer default 0,
  course_id uuid default null,
  category_id uuid default null,
  instructor_id uuid default null,
  starts_at timestamptz default now(),
  expires_at timestamptz default null,
  max_redemptions integer default null,
  max_per_user integer default 1,
  description text default ''
)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.create_coupon(
  code,
  percent_off,
  amount_off_cents,
  currency,
  minimum_cents,
  course_id,
  category_id,
  instructor_id,
  starts_at,
  expires_at,
  max_redemptions,
  max_per_user,
  description
);

comment on function public.create_coupon is
  'Instructors: makes a discount code for an own course (course_id) or for all of them (instructor_id: oneself); admins: for any course, category_id or instructor, or for everything. code: 8 to 40 of A-Z 0-9 - _ (admins: 3 to 40), stored in upper case; percent_off: 1 to 100, or amount_off_cents with currency; minimum_cents: smallest sum of the covered courses; max_redemptions: orders that may use it, null for any number; max_per_user: of one person. Returns {id, code, description, course_id, category_id, instructor_id, percent_off, amount_off_cents, currency, minimum_cents, starts_at, expires_at, max_redemptions, max_per_user, redeemed_count, is_active, created_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404, COUPON_CODE_TAKEN 409, RATE_LIMITED 429 (20 attempts an hour), VALIDATION_ERROR 422 with the arguments that are wrong.';

revoke execute on function public.create_coupon from public, anon, authenticated, service_role;

grant execute on function public.create_coupon to authenticated;
