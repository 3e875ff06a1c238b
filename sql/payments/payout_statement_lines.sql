-- The lines behind a statement, oldest first. Who bought is not told.
create function private.payout_statement_lines(
  month text,
  instructor_id uuid,
  page integer,
  page_size integer
)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  whose uuid := private.statement_owner(private.require_user(), payout_statement_lines.instructor_id);
  begins timestamptz := private.statement_month(payout_statement_lines.month);
  ends timestamptz := begins + interval '1 month';
  page integer := private.clamp_page(payout_statement_lines.page);
  page_size integer := private.clamp_page_size(payout_statement_lines.page_size);
begin
  return private.page(
    (
      select count(*) from private.instructor_ledger l
      where l.instructor_id = whose and l.created_at >= begins and l.created_at < ends
    ),
    page, page_size,
    (
      select jsonb_agg(
        jsonb_build_object(
          'number', x.number, 'at', x.created_at, 'kind', x.kind, 'course_id', i.course_id, 'course_title', i.title,
          'amount', private.to_amount(x.amount_cents::bigint, x.currency), 'currency', x.currency
        )
        order by x.number
      )
      from (
        select l.*, row_number() over (order by l.created_at, l.transaction_id, l.order_item_id) as number
        from private.instructor_ledger l
        where l.instructor_id = whose and l.created_at >= begins and l.created_at < ends
        order by l.created_at, l.transaction_id, l.order_item_id
        limit page_size offset (page - 1) * page_size
      ) x
      left join public.order_items i on i.id = x.order_item_id
    )
  );
end
$$;

comment on function private.payout_statement_lines is 'The door behind public.payout_statement_lines.';

revoke execute on function private.payout_statement_lines from public, anon, authenticated, service_role;

grant execute on function private.payout_statement_lines to authenticated;

create function public.payout_statement_lines(
  month text,
  instructor_id uuid default null,
  page integer default 1,
  page_size integer default 100
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return private.payout_statement_lines(month, instructor_id, page, page_size);
end
$$;

comment on function public.payout_statement_lines is
  'Instructors: a page of the lines of a month (2026-07; UTC), oldest first: {count, total_pages, current_page, page_size, next, previous, results[{number, at, kind (sale, refund, dispute, payout, reversal, adjustment), course_id, course_title, amount (negative: taken from the balance), currency}]}. instructor_id: of somebody else, for admins. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, VALIDATION_ERROR 422.';

revoke execute on function public.payout_statement_lines from public, anon, authenticated, service_role;

grant execute on function public.payout_statement_lines to authenticated;
