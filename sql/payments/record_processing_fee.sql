-- For the sweep: what Stripe kept of a payment goes into the books, once.
create function public.record_processing_fee(payment_id uuid, fee_cents integer, currency text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  payment public.payments;
begin
  -- The order first, as everywhere.
  perform from public.orders o
  where o.id = (select p.order_id from public.payments p where p.id = record_processing_fee.payment_id)
  for no key update;
  select * into payment from public.payments p where p.id = record_processing_fee.payment_id;
  if payment.id is null or record_processing_fee.fee_cents is null or record_processing_fee.fee_cents < 0 then
    perform private.fail('VALIDATION_ERROR', 422, 'There is no such payment, or this is no fee.');
  end if;

  if payment.processing_fee_cents is null then
    if record_processing_fee.currency is distinct from payment.currency::text then
      -- Neither the fee nor a transfer can be booked in the currency of the sale.
      perform private.report_anomaly(
        'settled_in_other_currency', payment.id::text, payment.order_id,
        jsonb_build_object('paid', payment.currency, 'settled', record_processing_fee.currency, 'fee', record_processing_fee.fee_cents)
      );
    end if;
    update public.payments p
    set processing_fee_cents = case
      when record_processing_fee.currency = payment.currency::text then record_processing_fee.fee_cents
      else 0
    end
    where p.id = payment.id;
    if exists (select from public.orders o where o.id = payment.order_id and o.completed_at is not null) then
      perform private.post_ledger(payment.order_id);
    end if;
  end if;
  return jsonb_build_object(
    'payment_id', payment.id,
    'processing_fee_cents', (select p.processing_fee_cents from public.payments p where p.id = payment.id)
  );
end
$$;

comment on function public.record_processing_fee is
  'Sweep only. fee_cents (minor units) and currency of the charge''s balance transaction. The first answer counts. A payment that Stripe settled in another currency is reported to staff, and no fee is booked. Returns {payment_id, processing_fee_cents}. Errors: VALIDATION_ERROR 422.';

revoke execute on function public.record_processing_fee from public, anon, authenticated, service_role;

grant execute on function public.record_processing_fee to service_role;
