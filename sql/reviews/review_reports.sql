-- One row: somebody says that a review breaks the rules.
create table private.review_reports (
  review_id uuid not null references public.reviews (id)
    on delete cascade,
  user_id uuid not null references public.profiles (id)
    on delete restrict,
  reason text not null check (length(btrim(reason)) between 1 and 500),
  created_at timestamptz not null default now(),
  resolved_at timestamptz,
  primary key (review_id, user_id)
);

comment on table private.review_reports is 'Complaints about reviews, until staff has looked at them.';

create index review_reports_user_id_idx on private.review_reports (user_id);
create index review_reports_open_idx on private.review_reports (created_at, review_id)
where resolved_at is null; -- staff's queue
alter table private.review_reports enable row level security;

-- No policy and no grant: report_review, reported_reviews and moderate_review are the only doors.
revoke all on table private.review_reports from public, anon, authenticated, service_role;
