-- Staff's queue: reviews with complaints that nobody has looked at. Who complained is not shown.
create function private.reported_reviews(page integer, page_size integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  page integer := private.clamp_page(reported_reviews.page);
  page_size integer := private.clamp_page_size(reported_reviews.page_size);
begin
  perform private.require_staff();
  return (
    with queue as materialized (
      select p.review_id, count(*) as reports, min(p.created_at) as since, jsonb_agg(p.reason order by p.created_at) as reasons
      from private.review_reports p
      where p.resolved_at is null
      group by p.review_id
    )
    select private.page(
      (select count(*) from queue), page, page_size,
      (
        select jsonb_agg(
          jsonb_build_object(
            'review_id', q.review_id, 'course_id', r.course_id, 'rating', r.rating, 'title', r.title, 'comment', r.comment,
            'is_hidden', r.is_hidden, 'reports', q.reports, 'reasons', q.reasons, 'since', q.since
          )
          order by q.reports desc, q.since, q.review_id
        )
        from (
          select x.* from queue x order by x.reports desc, x.since, x.review_id limit page_size offset (page - 1) * page_size
        ) q
        join public.reviews r on r.id = q.review_id
      )
    )
  );
end
$$;

comment on function private.reported_reviews is 'The door behind public.reported_reviews.';

revoke execute on function private.reported_reviews from public, anon, authenticated, service_role;

grant execute on function private.reported_reviews to authenticated;

create function public.reported_reviews(page integer default 1, page_size integer default 20)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return private.reported_reviews(page, page_size);
end
$$;

comment on function public.reported_reviews is
  'Staff: reported reviews, the most reported first: {count, total_pages, current_page, page_size, next, previous, results[{review_id, course_id, rating, title, comment, is_hidden, reports, reasons[], since}]}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403.';

revoke execute on function public.reported_reviews from public, anon, authenticated, service_role;

grant execute on function public.reported_reviews to authenticated;
