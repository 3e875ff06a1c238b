-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

DROP VIEW "private"."money_invariants";

CREATE VIEW "private"."course_invariants" WITH (security_invoker=true) AS  SELECT 'lessons_of_course_miscounted'::text AS invariant,
    (s.course_id)::text AS subject
   FROM ((public.course_stats s
     LEFT JOIN ( SELECT l_1.course_id,
            count(*) AS lessons,
            sum(l_1.duration_seconds) AS seconds
           FROM public.lessons l_1
          GROUP BY l_1.course_id) l USING (course_id))
     LEFT JOIN ( SELECT c_1.course_id,
            count(*) AS sections
           FROM public.curriculum_sections c_1
          GROUP BY c_1.course_id) c USING (course_id))
  WHERE ((s.lesson_count IS DISTINCT FROM COALESCE(l.lessons, (0)::bigint)) OR (s.duration_seconds IS DISTINCT FROM COALESCE(l.seconds, (0)::bigint)) OR (s.section_count IS DISTINCT FROM COALESCE(c.sections, (0)::bigint)))
UNION ALL
 SELECT 'lessons_of_section_miscounted'::text AS invariant,
    (c.id)::text AS subject
   FROM (public.curriculum_sections c
     LEFT JOIN public.lessons l ON ((l.section_id = c.id)))
  GROUP BY c.id
 HAVING ((c.total_lessons IS DISTINCT FROM count(l.id)) OR (c.total_duration_minutes IS DISTINCT FROM COALESCE(sum(l.duration_minutes), (0)::bigint)))
UNION ALL
 SELECT 'ratings_miscounted'::text AS invariant,
    (s.course_id)::text AS subject
   FROM (public.course_stats s
     LEFT JOIN public.reviews r ON (((r.course_id = s.course_id) AND (NOT r.is_hidden))))
  GROUP BY s.course_id
 HAVING ((s.rating_1 IS DISTINCT FROM count(*) FILTER (WHERE (r.rating = 1))) OR (s.rating_2 IS DISTINCT FROM count(*) FILTER (WHERE (r.rating = 2))) OR (s.rating_3 IS DISTINCT FROM count(*) FILTER (WHERE (r.rating = 3))) OR (s.rating_4 IS DISTINCT FROM count(*) FILTER (WHERE (r.rating = 4))) OR (s.rating_5 IS DISTINCT FROM count(*) FILTER (WHERE (r.rating = 5))) OR (s.review_count IS DISTINCT FROM count(*) FILTER (WHERE r.has_words)))
UNION ALL
 SELECT 'helpful_votes_miscounted'::text AS invariant,
    (r.id)::text AS subject
   FROM (public.reviews r
     LEFT JOIN public.review_votes v ON ((v.review_id = r.id)))
  GROUP BY r.id
 HAVING (count(v.user_id) <> r.helpful_count)
UNION ALL
 SELECT 'students_miscounted'::text AS invariant,
    (s.course_id)::text AS subject
   FROM ((public.course_stats s
     LEFT JOIN ( SELECT w_1.course_id,
            sum(w_1.change) AS waiting
           FROM private.student_count_changes w_1
          GROUP BY w_1.course_id) w USING (course_id))
     LEFT JOIN ( SELECT e_1.course_id,
            count(*) AS students
           FROM public.enrollments e_1
          WHERE ((e_1.status = 'active'::public.enrollment_status) AND (NOT (EXISTS ( SELECT
                   FROM public.course_instructors i
                  WHERE ((i.course_id = e_1.course_id) AND (i.user_id = e_1.user_id))))))
          GROUP BY e_1.course_id) e USING (course_id))
  WHERE ((s.student_count + COALESCE(w.waiting, (0)::bigint)) <> COALESCE(e.students, (0)::bigint))
UNION ALL
 SELECT 'courses_of_category_miscounted'::text AS invariant,
    (k.id)::text AS subject
   FROM (public.categories k
     LEFT JOIN public.courses c ON (((c.category_id = k.id) AND c.is_published)))
  GROUP BY k.id
 HAVING (count(c.id) <> k.course_count)
UNION ALL
 SELECT 'course_without_its_owner'::text AS invariant,
    (c.id)::text AS subject
   FROM public.courses c
  WHERE (NOT (EXISTS ( SELECT
           FROM public.course_instructors i
          WHERE ((i.course_id = c.id) AND (i.user_id = c.instructor_id) AND (i.role = 'owner'::public.course_instructor_role)))))
UNION ALL
 SELECT 'shares_do_not_make_100'::text AS invariant,
    (i.course_id)::text AS subject
   FROM public.course_instructors i
  GROUP BY i.course_id
 HAVING (sum(i.revenue_share_percent) <> 100);

CREATE VIEW "private"."learning_invariants" WITH (security_invoker=true) AS  SELECT 'access_without_live_grant'::text AS invariant,
    (e.id)::text AS subject
   FROM public.enrollments e
  WHERE ((e.status = 'active'::public.enrollment_status) AND ((e.access_ends_at IS NULL) OR (e.access_ends_at > now())) AND (NOT (EXISTS ( SELECT
           FROM private.access_grants g
          WHERE ((g.enrollment_id = e.id) AND (g.revoked_at IS NULL) AND (g.suspended_at IS NULL) AND ((g.expires_at IS NULL) OR (g.expires_at > now())))))))
UNION ALL
 SELECT 'live_grant_without_access'::text AS invariant,
    (g.id)::text AS subject
   FROM (private.access_grants g
     JOIN public.enrollments e ON ((e.id = g.enrollment_id)))
  WHERE ((g.revoked_at IS NULL) AND (g.suspended_at IS NULL) AND ((g.expires_at IS NULL) OR (g.expires_at > now())) AND ((e.status <> 'active'::public.enrollment_status) OR (e.access_ends_at < COALESCE(g.expires_at, 'infinity'::timestamp with time zone))))
UNION ALL
 SELECT 'lessons_completed_miscounted'::text AS invariant,
    (e.id)::text AS subject
   FROM (public.enrollments e
     LEFT JOIN public.lesson_progress p ON (((p.enrollment_id = e.id) AND p.is_completed)))
  GROUP BY e.id
 HAVING (count(p.lesson_id) <> e.lessons_completed)
UNION ALL
 SELECT 'progress_of_somebody_else'::text AS invariant,
    ((p.enrollment_id || ' '::text) || p.lesson_id) AS subject
   FROM (public.lesson_progress p
     JOIN public.enrollments e ON ((e.id = p.enrollment_id)))
  WHERE ((p.user_id <> e.user_id) OR (p.course_id <> e.course_id))
UNION ALL
 SELECT 'completed_without_certificate'::text AS invariant,
    (e.id)::text AS subject
   FROM public.enrollments e
  WHERE ((e.completed_at IS NOT NULL) AND (NOT (EXISTS ( SELECT
           FROM public.certificates c
          WHERE (c.enrollment_id = e.id)))))
UNION ALL
 SELECT 'certificate_without_completion'::text AS invariant,
    (c.id)::text AS subject
   FROM (public.certificates c
     JOIN public.enrollments e ON ((e.id = c.enrollment_id)))
  WHERE ((e.completed_at IS NULL) OR ((c.user_id <> e.user_id) OR (c.course_id <> e.course_id)))
UNION ALL
 SELECT 'learning_of_person_miscounted'::text AS invariant,
    (s.user_id)::text AS subject
   FROM (((((public.profile_stats s
     LEFT JOIN ( SELECT d_1.user_id,
            sum(d_1.seconds) AS seconds
           FROM public.learning_days d_1
          GROUP BY d_1.user_id) d USING (user_id))
     LEFT JOIN private.erasures x USING (user_id))
     LEFT JOIN ( SELECT e_1.user_id,
            count(*) FILTER (WHERE (e_1.status = 'active'::public.enrollment_status)) AS enrolled,
            count(*) FILTER (WHERE e_1.is_completed) AS completed
           FROM public.enrollments e_1
          GROUP BY e_1.user_id) e USING (user_id))
     LEFT JOIN ( SELECT c_1.user_id,
            count(*) AS earned
           FROM public.certificates c_1
          WHERE (c_1.revoked_at IS NULL)
          GROUP BY c_1.user_id) c USING (user_id))
     LEFT JOIN ( SELECT r_1.user_id,
            count(*) AS given,
            sum(r_1.rating) AS stars
           FROM public.reviews r_1
          GROUP BY r_1.user_id) r USING (user_id))
  WHERE ((s.seconds_learned IS DISTINCT FROM
        CASE
            WHEN (x.user_id IS NULL) THEN COALESCE(d.seconds, (0)::bigint)
            ELSE s.seconds_learned
        END) OR (s.courses_enrolled IS DISTINCT FROM COALESCE(e.enrolled, (0)::bigint)) OR (s.courses_completed IS DISTINCT FROM COALESCE(e.completed, (0)::bigint)) OR (s.certificates_earned IS DISTINCT FROM COALESCE(c.earned, (0)::bigint)) OR (s.ratings_given IS DISTINCT FROM COALESCE(r.given, (0)::bigint)) OR (s.rating_sum_given IS DISTINCT FROM COALESCE(r.stars, (0)::bigint)));

CREATE VIEW "private"."money_invariants" WITH (security_invoker=true) AS  SELECT 'order_lines_do_not_add_up'::text AS invariant,
    (o.id)::text AS subject
   FROM (public.orders o
     LEFT JOIN public.order_items i ON ((i.order_id = o.id)))
  GROUP BY o.id
 HAVING ((sum(i.price_cents) IS DISTINCT FROM o.subtotal_cents) OR (sum(i.discount_cents) IS DISTINCT FROM o.discount_cents) OR (sum(i.tax_cents) IS DISTINCT FROM o.tax_cents) OR (sum(i.total_cents) IS DISTINCT FROM o.total_cents))
UNION ALL
 SELECT 'refunded_lines_do_not_add_up'::text AS invariant,
    (o.id)::text AS subject
   FROM (public.orders o
     JOIN public.order_items i ON ((i.order_id = o.id)))
  GROUP BY o.id
 HAVING (sum(i.refunded_cents) <> o.refunded_cents)
UNION ALL
 SELECT 'paid_without_completed_order'::text AS invariant,
    (p.order_id)::text AS subject
   FROM (public.payments p
     JOIN public.orders o ON ((o.id = p.order_id)))
  WHERE ((p.status = 'succeeded'::public.payment_status) AND (o.completed_at IS NULL))
UNION ALL
 SELECT 'completed_without_payment'::text AS invariant,
    (o.id)::text AS subject
   FROM public.orders o
  WHERE ((o.completed_at IS NOT NULL) AND (o.total_cents > 0) AND (NOT (EXISTS ( SELECT
           FROM public.payments p
          WHERE ((p.order_id = o.id) AND p.pays_order AND ((p.amount_cents = o.total_cents) AND (p.currency = o.currency)))))))
UNION ALL
 SELECT 'second_live_payment'::text AS invariant,
    (p.order_id)::text AS subject
   FROM public.payments p
  WHERE (p.status = ANY (ARRAY['pending'::public.payment_status, 'processing'::public.payment_status, 'failed'::public.payment_status]))
  GROUP BY p.order_id
 HAVING (count(*) > 1)
UNION ALL
 SELECT 'second_payment_kept'::text AS invariant,
    (p.id)::text AS subject
   FROM public.payments p
  WHERE ((p.status = 'succeeded'::public.payment_status) AND (NOT p.pays_order) AND (NOT (EXISTS ( SELECT
           FROM private.refunds r
          WHERE (r.payment_id = p.id)))))
UNION ALL
 SELECT 'line_without_its_grant'::text AS invariant,
    (i.id)::text AS subject
   FROM (public.order_items i
     LEFT JOIN private.access_grants g ON ((g.order_item_id = i.id)))
  WHERE
        CASE i.access
            WHEN 'granted'::public.order_item_access THEN ((g.id IS NULL) OR (g.suspended_at IS NOT NULL))
            WHEN 'suspended'::public.order_item_access THEN ((g.id IS NULL) OR ((g.suspended_at IS NULL) AND (g.revoked_at IS NULL)))
            WHEN 'revoked'::public.order_item_access THEN (g.revoked_at IS NULL)
            ELSE (g.id IS NOT NULL)
        END
UNION ALL
 SELECT 'paid_line_that_gives_nothing'::text AS invariant,
    (i.id)::text AS subject
   FROM (public.order_items i
     JOIN public.orders o ON ((o.id = i.order_id)))
  WHERE ((i.access = 'pending'::public.order_item_access) <> (o.completed_at IS NULL))
UNION ALL
 SELECT 'refunded_beyond_payment'::text AS invariant,
    (p.id)::text AS subject
   FROM (public.payments p
     JOIN private.refunds r ON (((r.payment_id = p.id) AND (r.state = ANY (ARRAY['pending'::private.refund_state, 'succeeded'::private.refund_state])))))
  GROUP BY p.id
 HAVING (sum(r.amount_cents) > p.amount_cents)
UNION ALL
 SELECT 'coupon_seats_miscounted'::text AS invariant,
    (k.id)::text AS subject
   FROM (public.coupons k
     LEFT JOIN private.coupon_redemptions r ON (((r.coupon_id = k.id) AND (r.state <> 'released'::private.coupon_redemption_state))))
  GROUP BY k.id
 HAVING ((count(r.order_id) <> k.redeemed_count) OR (count(r.order_id) > k.max_redemptions))
UNION ALL
 SELECT 'coupon_used_too_often'::text AS invariant,
    ((r.coupon_id || ' by '::text) || r.user_id) AS subject
   FROM (private.coupon_redemptions r
     JOIN public.coupons k ON ((k.id = r.coupon_id)))
  WHERE (r.state <> 'released'::private.coupon_redemption_state)
  GROUP BY r.coupon_id, r.user_id, k.max_per_user
 HAVING (count(*) > k.max_per_user)
UNION ALL
 SELECT 'seat_outlives_its_order'::text AS invariant,
    (r.order_id)::text AS subject
   FROM (private.coupon_redemptions r
     JOIN public.orders o ON ((o.id = r.order_id)))
  WHERE ((r.state = 'reserved'::private.coupon_redemption_state) AND (o.state <> ALL (ARRAY['pending'::public.order_state, 'processing'::public.order_state, 'failed'::public.order_state])))
UNION ALL
 SELECT 'ledger_out_of_balance'::text AS invariant,
    (e.transaction_id)::text AS subject
   FROM private.ledger_entries e
  GROUP BY e.transaction_id
 HAVING (sum(e.amount_cents) <> (0)::numeric)
UNION ALL
 SELECT 'sale_not_in_the_books'::text AS invariant,
    (o.id)::text AS subject
   FROM public.orders o
  WHERE ((o.completed_at IS NOT NULL) AND ((o.total_cents)::numeric IS DISTINCT FROM ( SELECT COALESCE(sum(e.amount_cents), (0)::numeric) AS "coalesce"
           FROM ((private.ledger_transactions t
             JOIN private.ledger_entries e ON ((e.transaction_id = t.id)))
             JOIN private.ledger_accounts a ON ((a.id = e.account_id)))
          WHERE ((t.order_id = o.id) AND (t.kind = 'sale'::private.ledger_transaction_kind) AND (a.kind = 'stripe_cash'::private.ledger_account_kind)))))
UNION ALL
 SELECT 'sale_booked_twice'::text AS invariant,
    (t.order_id)::text AS subject
   FROM private.ledger_transactions t
  WHERE (t.kind = 'sale'::private.ledger_transaction_kind)
  GROUP BY t.order_id
 HAVING (count(*) > 1)
UNION ALL
 SELECT 'receipt_owed_twice'::text AS invariant,
    (x.payload ->> 'order_id'::text) AS subject
   FROM private.outbox x
  WHERE (x.template = 'receipt'::private.mail_template)
  GROUP BY (x.payload ->> 'order_id'::text)
 HAVING (count(*) > 1)
UNION ALL
 SELECT 'books_behind_the_facts'::text AS invariant,
    (o.id)::text AS subject
   FROM public.orders o
  WHERE ((o.completed_at IS NOT NULL) AND (EXISTS ( SELECT
           FROM private.ledger_difference(o.id) ledger_difference(kind, order_item_id, account, owner_id, amount_cents, available_at))));

CREATE VIEW "private"."v_invariants" WITH (security_invoker=true) AS  SELECT m.invariant,
    m.subject
   FROM private.money_invariants m
UNION ALL
 SELECT l.invariant,
    l.subject
   FROM private.learning_invariants l
UNION ALL
 SELECT c.invariant,
    c.subject
   FROM private.course_invariants c;

COMMENT ON VIEW "private"."course_invariants" IS 'What must never be so about courses, and of which. Part of private.v_invariants.';

COMMENT ON VIEW "private"."learning_invariants" IS 'What must never be so about access and learning, and of which. Part of private.v_invariants.';

COMMENT ON VIEW "private"."money_invariants" IS 'What must never be so, and of what. Read after every suite, drill and restore; private.v_invariants takes it in.';

COMMENT ON VIEW "private"."v_invariants" IS 'Every rule about the whole of the data, by name, and what breaks it. Empty after every story, storm, drill and restore, or somebody is called.';
