-- What a month did to an instructor's money. Derived from the append-only books, so that it can be made again and never differs:
-- nothing is written into the past, and a month is final a day after its end, when no transaction of it is still open.
create function private.payout_statement(month text, instructor_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  whose uuid := private.statement_owner(private.require_user(), payout_statement.instructor_id);
  begins timestamptz := private.statement_month(payout_statement.month);
  ends timestamptz := begins + interval '1 month';
begin
  return jsonb_build_object(
    'instructor_id', whose,
    'month', payout_statement.month,
    'is_final', now() >= ends + interval '1 day',
    'currencies', coalesce(
      (
        select jsonb_agg(
          jsonb_build_object(
            'currency', c.currency,
            'opening', private.to_amount(c.opening::bigint, c.currency),
            'closing', private.to_amount((c.opening + c.moved)::bigint, c.currency),
            'totals', (
              select coalesce(
                jsonb_agg(
                  jsonb_build_object('kind', k.kind, 'count', k.number, 'amount', private.to_amount(k.cents::bigint, c.currency))
                  order by k.kind
                ),
                '[]'
              )
              from (
                select l.kind, count(*) as number, sum(l.amount_cents) as cents
                from private.instructor_ledger l
                where l.instructor_id = whose and l.currency = c.currency and l.created_at >= begins and l.created_at < ends
                group by l.kind
              ) k
            )
          )
          order by c.currency
        )
        from (
          select l.currency,
            coalesce(sum(l.amount_cents) filter (where l.created_at < begins), 0) as opening,
            coalesce(sum(l.amount_cents) filter (where l.created_at >= begins), 0) as moved
          from private.instructor_ledger l
          where l.instructor_id = whose and l.created_at < ends
          group by l.currency
        ) c
      ),
      '[]'
    )
  );
end
$$;

comment on function private.payout_statement is 'The door behind public.payout_statement.';

revoke execute on function private.payout_statement from public, anon, authenticated, service_role;

grant execute on function private.payout_statement to authenticated;

create function public.payout_statement(month text, instructor_id uuid default null)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return private.payout_statement(month, instructor_id);
end
$$;

comment on function public.payout_statement is
  'Instructors: the statement of a month (2026-07; UTC). instructor_id: of somebody else, for admins. Returns {instructor_id, month, is_final, currencies[{currency, opening, closing, totals[{kind (sale, refund, dispute, payout, reversal, adjustment), count, amount}]}]}: closing is opening plus the totals, and the next month''s opening. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, VALIDATION_ERROR 422.';

revoke execute on function public.payout_statement from public, anon, authenticated, service_role;

grant execute on function public.payout_statement to authenticated;

create function private.statement_month(month text)
returns timestamptz
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if statement_month.month !~ '^20\d\d-(0[1-9]|1[0-2])$' or statement_month.month is null then
    perform private.fail('VALIDATION_ERROR', 422, 'There is no such month.', '{"month": "YYYY-MM"}');
  end if;
  return (statement_month.month || '-01')::timestamp at time zone 'utc';
end
$$;

comment on function private.statement_month is
  'The month''s first moment, UTC. Errors: VALIDATION_ERROR 422.';

create function private.statement_owner(caller uuid, instructor_id uuid)
returns uuid
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if statement_owner.instructor_id is not null and statement_owner.instructor_id <> statement_owner.caller then
    perform private.require_admin();
  end if;
  return coalesce(statement_owner.instructor_id, statement_owner.caller);
end
$$;

comment on function private.statement_owner is 'Whose statement the caller may see. Errors: FORBIDDEN 403.';

revoke execute
on function private.statement_month, private.statement_owner
from public, anon, authenticated, service_role;
