-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.enroll_company_lines (
  key        public.api_keys,
  reference  text,
  course_ids uuid[],
  employees  jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  line record;
  place uuid;
  status text;
  lines jsonb := '[]';
begin
  for line in
    select asked.position - 1 as employee, chosen.course_id, person.id as user_id, asked.employee ->> 'email' as email,
      case
        when person.id is null and (u.id is not null or asked.employee ->> 'email' is null) then 'PROFILE_NOT_FOUND'
        when c.id is null then 'COURSE_NOT_FOUND'
        when exists (
          select from public.course_instructors i where i.course_id = c.id and i.user_id = person.id
        ) then 'OWN_COURSE'
      end as refusal
    from
      jsonb_array_elements(enroll_company_lines.employees) with ordinality asked (employee, position)
      cross join (select distinct unnest(enroll_company_lines.course_ids)) chosen (course_id)
      -- An address counts once its owner has confirmed it: nobody takes the seat of somebody else.
      left join auth.users u
        on u.email = lower(btrim(asked.employee ->> 'email')) and u.email_confirmed_at is not null and not u.is_sso_user
      left join public.profiles person
        on person.is_active and person.id = coalesce(u.id, private.uuid_or_null(asked.employee ->> 'user_id'))
      left join public.courses c
        on c.id = chosen.course_id and c.is_published and c.id = any ((enroll_company_lines.key).course_ids)
    -- Always in the same order, so that two lists with the same people do not wait for each other in a circle.
    order by person.id, lower(btrim(asked.employee ->> 'email')), chosen.course_id, asked.position
  loop
    place := null;
    status := 'refused';
    if line.refusal is null and line.user_id is null then
      -- Nobody has proved to own this address: the place waits for whoever does.
      insert into private.company_invitations (company_id, course_id, email_hash, reference, expires_at)
      values (
        (enroll_company_lines.key).user_id, line.course_id, private.email_hash(line.email), enroll_company_lines.reference,
        now() + make_interval(days => private.setting_int('company_invitation_days'))
      )
      on conflict on constraint company_invitations_email_hash_key do update
      set expires_at = excluded.expires_at, reference = excluded.reference;
      status := 'invited';
    elsif line.refusal is null then
      -- Two lists with the same person: the second waits here and then finds what the first gave.
      perform private.lock_learner(line.user_id);
      select e.id into place
      from private.access_grants g join public.enrollments e on e.id = g.enrollment_id
      where e.user_id = line.user_id and e.course_id = line.course_id
        and g.source = 'company' and g.granted_by = (enroll_company_lines.key).user_id
        and g.revoked_at is null and (g.expires_at is null or g.expires_at > now());
      status := case when place is null then 'enrolled' else 'already_enrolled' end;
      -- Whoever bought the course gets it from the company as well: a refund then takes away only what was bought.
      place := coalesce(
        place,
        private.grant_access(
          line.user_id, line.course_id, 'company', null, (enroll_company_lines.key).user_id,
          'Company list ' || enroll_company_lines.reference
        )
      );
    end if;
    lines := lines || jsonb_build_object(
      'employee', line.employee, 'course_id', line.course_id, 'status', status, 'code', line.refusal, 'enrollment_id', place
    );
  end loop;
  return (
    select coalesce(jsonb_agg(l order by (l ->> 'employee')::integer, l ->> 'course_id'), '[]')
    from jsonb_array_elements(lines) l
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_paid_order (
  o public.orders
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  claim record;
  gone_cents integer := 0;
  is_disputed boolean;
  new_state public.order_state;
begin
  -- Nearly every paid order: completed, and nobody asked for anything back. There is nothing to derive.
  if o.state = 'completed' and o.refunded_cents = 0
    and not exists (select from private.refunds r where r.order_id = o.id)
    and not exists (select from public.payments p where p.order_id = o.id and p.charge_refunded_cents > 0)
    and not exists (select from private.disputes d join public.payments p on p.id = d.payment_id where p.order_id = o.id)
    and not exists (select from public.payments p where p.order_id = o.id and p.charge_refunded_cents > 0)
  then
    perform private.issue_invoices(o.id);
    return;
  end if;

  for claim in select * from private.order_claims(o.id) loop
    update public.order_items i
    set refunded_cents = claim.refunded_cents + claim.lost_cents
    where i.id = claim.order_item_id and i.refunded_cents <> claim.refunded_cents + claim.lost_cents;
    gone_cents := gone_cents + claim.refunded_cents + claim.lost_cents;
  end loop;
  is_disputed := private.has_open_dispute(o.id);

  for claim in select c.*, i.access from private.order_claims(o.id) c join public.order_items i on i.id = c.order_item_id loop
    perform private.set_item_access(
      claim.order_item_id,
      case
        when claim.access = 'withheld' then 'withheld'
        when claim.is_refunded_by_name or (o.total_cents > 0 and gone_cents >= o.total_cents) then 'revoked'
        when is_disputed then 'suspended'
        else 'granted'
      end::public.order_item_access,
      case when claim.lost_cents > 0 then 'The payment was charged back.' else 'The purchase was refunded.' end
    );
  end loop;

  new_state := case
    when is_disputed then 'disputed'
    when o.total_cents > 0 and gone_cents >= o.total_cents then 'refunded'
    when gone_cents > 0 then 'partially_refunded'
    else 'completed'
  end;
  if (new_state, gone_cents) is distinct from (o.state, o.refunded_cents) then
    update public.orders x set state = new_state, refunded_cents = gone_cents where x.id = o.id;
  end if;

  -- Who has everything back has not used the coupon; who has lost a dispute has.
  if new_state = 'refunded' and not private.has_lost_dispute(o.id) then
    update private.coupon_redemptions r set state = 'released', settled_at = now() where r.order_id = o.id and r.state = 'redeemed';
  elsif new_state <> 'refunded' and o.state = 'refunded' then
    perform private.redeem_coupon_seat(o.id);
  end if;

  perform private.post_ledger(o.id);
  perform private.recover_shares(o.id);
  if gone_cents > o.refunded_cents then
    perform private.send_refund_notice(o, gone_cents);
  end if;
  -- Last: it locks the numbers of all invoices until the transaction ends.
  perform private.issue_invoices(o.id);
end
$function$;
