-- Who may set a price, which one can be paid, and which struck-through price is honest. People only: jobs and migrations know what they do.
create function private.guard_course_price()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if (select auth.uid()) is null then
    return new;
  end if;

  if new.instructor_id is distinct from private.active_uid() and not private.is_admin() then
    perform private.fail('NOT_COURSE_OWNER', 403, 'Only the owner of the course sets its price.');
  end if;

  -- A draft may say what it likes; publish_course asks again.
  if new.status = 'published' and new.price_cents > 0 and new.price_cents < private.minimum_charge_cents(new.currency) then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'Nobody could pay this price.',
      jsonb_build_object('price_cents', format('0, or at least %s', private.minimum_charge_cents(new.currency)))
    );
  end if;
  if new.published_at is not null
    and new.original_price_cents is distinct from old.original_price_cents
    and new.original_price_cents > coalesce(private.highest_price_charged(new.id), 0)
  then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'The original price must be one at which the course was really sold.',
      '{"original_price_cents": "the course was not sold at this price in the last 90 days"}'
    );
  end if;
  return new;
end
$$;

comment on function private.guard_course_price is
  'Trigger: NOT_COURSE_OWNER 403 for a co-instructor, VALIDATION_ERROR 422 for a price on sale that no card takes and for an original price that was never charged.';

revoke execute on function private.guard_course_price from public, anon, authenticated, service_role;

create trigger guard_course_price
before update of price_cents, original_price_cents on public.courses
for each row
when
  (
    old.price_cents is distinct from new.price_cents
    or old.original_price_cents is distinct from new.original_price_cents
  )
execute function private.guard_course_price();
