/** What must be true after any history, each as a query for the rows that break it. */
export const invariants: Record<string, string> = {
  'one place a student and course': `
    select user_id || ' ' || course_id as subject from public.enrollments group by user_id, course_id having count(*) > 1`,
  'a place is active while, and only while, a grant of it is live': `
    select e.id::text as subject from public.enrollments e
    where (e.status = 'active') <> exists (
      select from private.access_grants g
      where g.enrollment_id = e.id and g.revoked_at is null and g.suspended_at is null
        and (g.expires_at is null or g.expires_at > now()))`,
  'a completed order has the places of its lines': `
    select i.id::text as subject from public.orders o join public.order_items i on i.order_id = o.id
    where o.completed_at is not null and i.access = 'granted' and not exists (
      select from public.enrollments e where e.user_id = o.user_id and e.course_id = i.course_id)`,
  'money: payments, orders, lines, coupons, refunds and the books agree': `
    select invariant || ' ' || subject as subject from private.money_invariants`,
  'nobody buys a course twice': `
    select o.user_id || ' ' || i.course_id as subject
    from public.orders o join public.order_items i on i.order_id = o.id
    join private.access_grants g on g.order_item_id = i.id and g.revoked_at is null
    where i.access = 'granted' group by o.user_id, i.course_id having count(*) > 1`,
  'a coupon has no more takers than seats': `
    select k.id::text as subject from public.coupons k
    where k.redeemed_count <> (select count(*) from private.coupon_redemptions r where r.coupon_id = k.id and r.state <> 'released')
      or k.redeemed_count > k.max_redemptions`,
  'an event of Stripe is applied once, and an order has one sale and one receipt': `
    select t.order_id::text as subject from private.ledger_transactions t where t.kind = 'sale' group by t.order_id having count(*) > 1
    union all
    select x.payload ->> 'order_id' from private.outbox x where x.template = 'receipt' group by 1 having count(*) > 1`,
  'ratings and counts of courses equal what is counted again': `
    select s.course_id::text as subject
    from public.course_stats s, lateral (
      select count(*) filter (where r.rating = 1) as one, count(*) filter (where r.rating = 2) as two, count(*) filter (where r.rating = 3) as three,
        count(*) filter (where r.rating = 4) as four, count(*) filter (where r.rating = 5) as five, count(*) filter (where r.has_words) as words
      from public.reviews r where r.course_id = s.course_id and not r.is_hidden) n
    where (s.rating_1, s.rating_2, s.rating_3, s.rating_4, s.rating_5, s.review_count) <> (n.one, n.two, n.three, n.four, n.five, n.words)
      or s.lesson_count <> (select count(*) from public.lessons l where l.course_id = s.course_id)
      or s.section_count <> (select count(*) from public.curriculum_sections c where c.course_id = s.course_id)
      or s.duration_seconds <> (select coalesce(sum(l.duration_seconds), 0) from public.lessons l where l.course_id = s.course_id)
      or s.student_count + (select coalesce(sum(w.change), 0) from private.student_count_changes w where w.course_id = s.course_id)
        <> private.count_students_of(s.course_id)
    union all
    select 'category ' || k.id from public.categories k
    where k.course_count <> (select count(*) from public.courses c where c.category_id = k.id and c.is_published)
    union all
    select 'review ' || r.id from public.reviews r
    where r.helpful_count <> (select count(*) from public.review_votes v where v.review_id = r.id)`,
  'progress equals its lessons, and figures of students equal their rows': `
    select e.id::text as subject from public.enrollments e
    where e.lessons_completed <> (select count(*) from public.lesson_progress p where p.enrollment_id = e.id and p.is_completed)
    union all
    select 'stats ' || s.user_id from public.profile_stats s
    where s.courses_completed <> (select count(*) from public.enrollments e where e.user_id = s.user_id and e.is_completed)
      or s.seconds_learned <> (select coalesce(sum(d.seconds), 0) from public.learning_days d where d.user_id = s.user_id)
      or s.courses_enrolled <> (select count(*) from public.enrollments e where e.user_id = s.user_id and e.status = 'active')
      or s.certificates_earned <> (select count(*) from public.certificates c where c.user_id = s.user_id and c.revoked_at is null)
      or s.ratings_given <> (select count(*) from public.reviews r where r.user_id = s.user_id)
      or s.rating_sum_given <> (select coalesce(sum(r.rating), 0) from public.reviews r where r.user_id = s.user_id)`,
  'one certificate a place, and only of a completed one': `
    select c.id::text as subject from public.certificates c join public.enrollments e on e.id = c.enrollment_id
    where e.completed_at is null or (c.user_id, c.course_id) <> (e.user_id, e.course_id)`,
  'nobody reviews what he never studied, or twice': `
    select r.id::text as subject from public.reviews r
    where not exists (select from public.enrollments e where e.user_id = r.user_id and e.course_id = r.course_id)
    union all
    select user_id || ' ' || course_id from public.reviews group by user_id, course_id having count(*) > 1`,
  'every course has one owner, and no position is taken twice': `
    select c.id::text as subject from public.courses c
    where (select count(*) from public.course_instructors i where i.course_id = c.id and i.role = 'owner') <> 1
    union all
    select 'section ' || course_id from public.curriculum_sections group by course_id, position having count(*) > 1
    union all
    select 'lesson ' || section_id from public.lessons group by section_id, position having count(*) > 1`,
};

/** Those of them that are about counters. */
export const counters = [
  'ratings and counts of courses equal what is counted again',
  'progress equals its lessons, and figures of students equal their rows',
] as const;
