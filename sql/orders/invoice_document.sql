-- For signed-invoice-url: everything a printed invoice shows, told to its buyer and to admins only.
create function public.invoice_document(user_id uuid, invoice_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v public.invoices;
  digits integer;
begin
  select * into v
  from public.invoices x
  where x.id = invoice_document.invoice_id
    and (
      x.user_id = invoice_document.user_id
      or exists (
        select from public.user_roles r join public.profiles p on p.id = r.user_id
        where r.user_id = invoice_document.user_id and r.role = 'admin' and p.is_active
      )
    );
  if v.id is null then
    perform private.fail('INVOICE_NOT_FOUND', 404, 'There is no such invoice.');
  end if;
  digits := private.minor_unit_digits(v.currency);

  return (
    select jsonb_build_object(
      'id', v.id, 'number', v.number, 'kind', v.kind, 'cause', v.cause, 'issued_at', v.issued_at,
      'invoice_number', main.number, 'order_number', o.order_number,
      'currency', v.currency, 'currency_digits', digits,
      'subtotal_cents', v.subtotal_cents, 'discount_cents', v.discount_cents, 'tax_cents', v.tax_cents, 'total_cents', v.total_cents,
      'seller', v.seller, 'buyer', v.buyer, 'lines', v.lines,
      'bucket', 'invoices', 'path', v.user_id || '/' || v.number || '.pdf'
    )
    from public.orders o left join public.invoices main on main.id = v.invoice_id
    where o.id = v.order_id
  );
end
$$;

comment on function public.invoice_document is
  'Edge functions only. What user_id (the buyer, or an admin) may have printed: {id, number, kind, cause, issued_at, invoice_number (of the invoice that a note changes, or null), order_number, currency, currency_digits, subtotal_cents, discount_cents, tax_cents, total_cents, seller, buyer, lines[…], bucket, path}. Works for a closed account too. Errors: INVOICE_NOT_FOUND 404 (also for invoices of others).';

revoke execute on function public.invoice_document from public, anon, authenticated, service_role;

grant execute on function public.invoice_document to service_role;
