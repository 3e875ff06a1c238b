-- Every CHECK of public and private refuses what it is there for: one line of `lines` for each thing that it forbids.
-- Asked is a copy of the table. It has the checks, the defaults and the generated columns of the original, but no triggers,
-- keys and neighbours: a lawful row needs no world around it, and nothing but a check can refuse a change.
begin;

-- One row: a table, a check of it, and a change of a lawful row that the check alone refuses.
create temp table lines (
  place integer generated always as identity,
  table_name text not null,
  check_name text not null,
  change text not null,
  -- Checks that would refuse the change, too: this one has no case of its own until they are out of the way.
  behind text[] not null default '{}'
) on commit drop;

-- A lawful row of a table, as far as the usual value of a column's type would not do.
create temp table givens (table_name text primary key, given jsonb not null) on commit drop;

insert into givens (table_name, given)
values
  ('private.access_grants', '{"source": "manual"}'),
  ('private.api_nonces', '{"nonce": "0123456789abcdef"}'),
  ('private.catalogue_cards', '{"card": "{\"title\": \"Word\""}'),
  ('private.company_enrollments', jsonb_build_object('request_hash', repeat('0', 64))),
  ('private.company_invitations', jsonb_build_object('email_hash', '\x' || repeat('00', 32))),
  ('private.company_seats', jsonb_build_object('email_hash', '\x' || repeat('00', 32))),
  ('private.email_pepper', '{"id": true}'),
  ('private.idempotency_keys', jsonb_build_object('key', 'checkout', 'request_hash', repeat('0', 64))),
  ('private.jobs', '{"run_every": "1 minute"}'),
  ('private.ledger_transactions', jsonb_build_object('kind', 'sale', 'order_id', gen_random_uuid())),
  ('private.order_transitions', '{"from_state": "pending", "to_state": "completed"}'),
  ('private.personal_data', '{"table_name": "public.words", "user_column": "user_id"}'),
  ('private.price_falls', '{"price_cents": 999, "lowest_before_cents": 1999}'),
  ('private.rating_count_changes', '{"counts": [0, 0, 0, 0, 1, 0]}'),
  ('private.review_cards', '{"author": "{}", "card": "{\"title\": \"Word\""}'),
  ('private.search_terms', jsonb_build_object('searcher_hash', repeat('0', 64))),
  (
    'public.api_keys',
    jsonb_build_object('key_prefix', 'lf_01234567', 'key_hash', repeat('0', 64), 'expires_at', '2100-01-01')
  ),
  ('public.certificates', jsonb_build_object('code', 'LF-' || repeat('0', 24), 'content_hash', repeat('0', 64))),
  ('public.contact_messages', '{"email": "somebody@people.test"}'),
  ('public.coupons', '{"code": "SAVE10", "percent_off": 10}'),
  ('public.invoices', '{"number": "INV-2026-00001", "kind": "invoice", "cause": "sale", "lines": [{}]}'),
  ('public.order_billing', '{"country": "US"}'),
  ('public.orders', '{"order_number": "ORD-2026-00001"}');

insert into lines (table_name, check_name, change)
values
  -- core
  ('private.app_config', 'app_config_name_check', $$name = 'Name'$$),
  ('private.app_config', 'app_config_note_check', $$note = repeat('a', 301)$$),
  ('private.app_config', 'app_config_value_check', $$value = repeat('a', 501)$$),
  ('private.file_deletions', 'file_deletions_attempts_check', 'attempts = -1'),
  ('private.file_deletions', 'file_deletions_bucket_id_check', $$bucket_id = repeat('a', 101)$$),
  ('private.file_deletions', 'file_deletions_folder_check', $$folder = ''$$),
  ('private.file_deletions', 'file_deletions_folder_check', $$folder = repeat('a', 301)$$),
  ('private.file_deletions', 'file_deletions_last_error_check', $$last_error = repeat('a', 1001)$$),
  ('private.jobs', 'jobs_command_check', $$command = repeat('a', 1001)$$),
  ('private.jobs', 'jobs_last_error_check', $$last_error = repeat('a', 2001)$$),
  ('private.jobs', 'jobs_name_check', $$name = 'a job'$$),
  ('private.jobs', 'jobs_run_every_check', $$run_every = '9 seconds'$$),
  ('private.personal_data', 'personal_data_clear_means_how_check', $$erasure = 'clear'$$),
  ('private.personal_data', 'personal_data_clear_means_how_check', $$cleared_by = 'name = null'$$),
  ('private.personal_data', 'personal_data_cleared_by_check', $$erasure = 'clear', cleared_by = repeat('a', 501)$$),
  ('private.personal_data', 'personal_data_column_or_via_not_both_check', $$via = 't.id = $1'$$),
  ('private.personal_data', 'personal_data_hidden_columns_check', $$hidden_columns = array_fill('a'::text, '{21}')$$),
  ('private.personal_data', 'personal_data_kept_columns_check', $$kept_columns = array_fill('a'::text, '{21}')$$),
  ('private.personal_data', 'personal_data_only_kept_rows_name_people_check', $$erasure = 'delete', kept_columns = '{a}'$$),
  ('private.personal_data', 'personal_data_reason_check', $$reason = ''$$),
  ('private.personal_data', 'personal_data_reason_check', $$reason = repeat('a', 301)$$),
  ('private.personal_data', 'personal_data_table_name_check', $$table_name = 'storage.objects'$$),
  ('private.personal_data', 'personal_data_user_column_check', $$user_column = 'user id'$$),
  ('private.personal_data', 'personal_data_via_check', $$user_column = null, via = 'true'$$),
  ('private.personal_data', 'personal_data_via_check', $$user_column = null, via = '$1' || repeat(' ', 299)$$),
  ('private.rate_limits', 'rate_limits_bucket_check', $$bucket = repeat('a', 61)$$),
  ('private.rate_limits', 'rate_limits_hits_check', 'hits = 0'),
  ('private.rate_limits', 'rate_limits_subject_check', $$subject = repeat('a', 201)$$),
  ('public.audit_log', 'audit_log_action_check', $$action = repeat('a', 21)$$),
  ('public.audit_log', 'audit_log_actor_role_check', $$actor_role = repeat('a', 64)$$),
  ('public.audit_log', 'audit_log_row_id_check', $$row_id = repeat('a', 201)$$),
  ('public.audit_log', 'audit_log_table_name_check', $$table_name = repeat('a', 64)$$),

  -- people
  ('public.instructor_requests', 'instructor_requests_decided_means_when_check', $$status = 'approved'$$),
  ('public.instructor_requests', 'instructor_requests_decided_means_when_check', 'decided_at = now()'),
  ('public.instructor_requests', 'instructor_requests_motivation_check', $$motivation = ''$$),
  ('public.instructor_requests', 'instructor_requests_motivation_check', $$motivation = repeat('a', 2001)$$),
  ('public.instructor_requests', 'instructor_requests_note_check', $$note = repeat('a', 1001)$$),
  ('public.profile_private', 'profile_private_country_check', $$country = repeat('a', 101)$$),
  ('public.profile_private', 'profile_private_email_check', $$email = repeat('a', 321)$$),
  ('public.profile_private', 'profile_private_phone_check', $$phone = 'call me'$$),
  ('public.profile_private', 'profile_private_phone_check', $$phone = '+123'$$),
  ('public.profile_private', 'profile_private_timezone_check', $$timezone = repeat('a', 51)$$),
  ('public.profile_stats', 'profile_stats_certificates_earned_check', 'certificates_earned = -1'),
  ('public.profile_stats', 'profile_stats_courses_completed_check', 'courses_completed = -1'),
  ('public.profile_stats', 'profile_stats_courses_enrolled_check', 'courses_enrolled = -1'),
  ('public.profile_stats', 'profile_stats_rating_sum_given_check', 'rating_sum_given = -1'),
  ('public.profile_stats', 'profile_stats_ratings_given_check', 'ratings_given = -1'),
  ('public.profile_stats', 'profile_stats_seconds_learned_check', 'seconds_learned = -1'),
  ('public.profile_stats', 'profile_stats_streak_days_check', 'streak_days = -1'),
  ('public.profiles', 'profiles_avatar_path_check', $$avatar_path = id || '/' || repeat('a', 264)$$),
  ('public.profiles', 'profiles_avatar_path_in_own_folder_check', $$avatar_path = gen_random_uuid() || '/a.png'$$),
  ('public.profiles', 'profiles_avatar_path_in_own_folder_check', $$avatar_path = id || '/deep/a.png'$$),
  ('public.profiles', 'profiles_avatar_path_in_own_folder_check', $$avatar_path = id || '/..'$$),
  ('public.profiles', 'profiles_bio_check', $$bio = repeat('a', 5001)$$),
  ('public.profiles', 'profiles_first_name_check', $$first_name = repeat('a', 151)$$),
  ('public.profiles', 'profiles_headline_check', $$headline = repeat('a', 151)$$),
  ('public.profiles', 'profiles_last_name_check', $$last_name = repeat('a', 151)$$),

  -- courses and what is in them
  ('public.categories', 'categories_course_count_check', 'course_count = -1'),
  ('public.categories', 'categories_description_check', $$description = repeat('a', 2001)$$),
  ('public.categories', 'categories_icon_check', $$icon = 'Book Open'$$),
  ('public.categories', 'categories_icon_check', $$icon = repeat('a', 51)$$),
  ('public.categories', 'categories_name_check', $$name = ' '$$),
  ('public.categories', 'categories_name_check', $$name = repeat('a', 101)$$),
  ('public.categories', 'categories_slug_check', $$slug = 'two words'$$),
  ('public.categories', 'categories_slug_check', $$slug = repeat('a', 101)$$),
  ('public.course_holds', 'course_holds_reason_check', $$reason = ' '$$),
  ('public.course_holds', 'course_holds_reason_check', $$reason = repeat('a', 501)$$),
  ('public.course_holds', 'course_holds_reason_check', $$reason = 'a' || repeat(' ', 500)$$),
  ('public.course_instructors', 'course_instructors_revenue_share_percent_check', 'revenue_share_percent = -1'),
  ('public.course_instructors', 'course_instructors_revenue_share_percent_check', 'revenue_share_percent = 101'),
  ('public.course_outcomes', 'course_outcomes_position_check', 'position = 0'),
  ('public.course_outcomes', 'course_outcomes_text_check', $$text = ' '$$),
  ('public.course_outcomes', 'course_outcomes_text_check', $$text = repeat('a', 301)$$),
  ('public.course_price_history', 'course_price_history_currency_check', $$currency = 'USD'$$),
  ('public.course_price_history', 'course_price_history_price_cents_check', 'price_cents = -1'),
  ('public.course_requirements', 'course_requirements_position_check', 'position = 0'),
  ('public.course_requirements', 'course_requirements_text_check', $$text = ' '$$),
  ('public.course_requirements', 'course_requirements_text_check', $$text = repeat('a', 301)$$),
  ('public.course_stats', 'course_stats_duration_seconds_check', 'duration_seconds = -1'),
  ('public.course_stats', 'course_stats_lesson_count_check', 'lesson_count = -1'),
  ('public.course_stats', 'course_stats_rating_1_check', 'rating_1 = -1'),
  ('public.course_stats', 'course_stats_rating_2_check', 'rating_2 = -1'),
  ('public.course_stats', 'course_stats_rating_3_check', 'rating_3 = -1'),
  ('public.course_stats', 'course_stats_rating_4_check', 'rating_4 = -1'),
  ('public.course_stats', 'course_stats_rating_5_check', 'rating_5 = -1'),
  ('public.course_stats', 'course_stats_review_count_check', 'review_count = -1'),
  ('public.course_stats', 'course_stats_section_count_check', 'section_count = -1'),
  ('public.course_stats', 'course_stats_student_count_check', 'student_count = -1'),
  ('public.courses', 'courses_archived_means_when_check', $$status = 'archived'$$),
  ('public.courses', 'courses_archived_means_when_check', 'archived_at = now()'),
  ('public.courses', 'courses_currency_can_be_split_check', $$currency = 'isk'$$),
  ('public.courses', 'courses_currency_can_be_split_check', $$currency = 'kwd'$$),
  ('public.courses', 'courses_currency_check', $$currency = 'USD'$$),
  ('public.courses', 'courses_description_check', $$description = repeat('a', 20001)$$),
  ('public.courses', 'courses_language_check', $$language = ' '$$),
  ('public.courses', 'courses_language_check', $$language = repeat('a', 51)$$),
  ('public.courses', 'courses_original_price_above_price_check', 'price_cents = 999, original_price_cents = 999'),
  ('public.courses', 'courses_original_price_cents_check', 'original_price_cents = 10000000'),
  ('public.courses', 'courses_preview_video_url_check', $$preview_video_url = 'http://videos.test/a'$$),
  ('public.courses', 'courses_preview_video_url_check', $$preview_video_url = 'https://' || repeat('a', 1993)$$),
  ('public.courses', 'courses_price_cents_check', 'price_cents = -1'),
  ('public.courses', 'courses_price_cents_check', 'price_cents = 10000000'),
  ('public.courses', 'courses_published_means_when_check', $$status = 'published'$$),
  ('public.courses', 'courses_published_means_when_check', $$status = 'unpublished'$$),
  ('public.courses', 'courses_short_description_check', $$short_description = repeat('a', 501)$$),
  ('public.courses', 'courses_slug_check', $$slug = 'two words'$$),
  ('public.courses', 'courses_slug_check', $$slug = repeat('a', 101)$$),
  ('public.courses', 'courses_thumbnail_path_check', $$thumbnail_path = '../a.png'$$),
  ('public.courses', 'courses_thumbnail_path_check', $$thumbnail_path = repeat('a', 301)$$),
  ('public.courses', 'courses_title_check', $$title = ' '$$),
  ('public.courses', 'courses_title_check', $$title = repeat('a', 256)$$),
  ('public.courses', 'courses_title_check', $$title = 'a' || repeat(' ', 255)$$),
  ('public.curriculum_sections', 'curriculum_sections_description_check', $$description = repeat('a', 5001)$$),
  ('public.curriculum_sections', 'curriculum_sections_position_check', 'position = 0'),
  ('public.curriculum_sections', 'curriculum_sections_title_check', $$title = ' '$$),
  ('public.curriculum_sections', 'curriculum_sections_title_check', $$title = repeat('a', 256)$$),
  ('public.curriculum_sections', 'curriculum_sections_title_check', $$title = 'a' || repeat(' ', 255)$$),
  ('public.curriculum_sections', 'curriculum_sections_total_duration_minutes_check', 'total_duration_minutes = -1'),
  ('public.curriculum_sections', 'curriculum_sections_total_lessons_check', 'total_lessons = -1'),
  ('public.lesson_contents', 'lesson_contents_body_check', $$body = repeat('a', 100001)$$),
  (
    'public.lesson_contents',
    'lesson_contents_resources_check',
    $$resources = jsonb_build_array(jsonb_build_object('title', repeat('a', 20000), 'path', 'a.pdf'))$$
  ),
  (
    'public.lesson_contents',
    'lesson_contents_resources_have_title_and_path_or_https_url_chec',
    $$resources = '[{"path": "a.pdf"}]'$$
  ),
  (
    'public.lesson_contents',
    'lesson_contents_resources_have_title_and_path_or_https_url_chec',
    $$resources = '[{"title": "A"}]'$$
  ),
  (
    'public.lesson_contents',
    'lesson_contents_resources_have_title_and_path_or_https_url_chec',
    $$resources = '[{"title": "A", "url": "http://files.test/a.pdf"}]'$$
  ),
  (
    'public.lesson_contents',
    'lesson_contents_resources_have_title_and_path_or_https_url_chec',
    $$resources = '["a.pdf"]'$$
  ),
  (
    'public.lesson_contents',
    'lesson_contents_resources_name_files_by_path_check',
    $$resources = '[{"title": "A", "path": "../a.pdf"}]'$$
  ),
  (
    'public.lesson_contents',
    'lesson_contents_video_path_check',
    $$video_path = course_id || '/' || lesson_id || '/' || repeat('a', 227)$$
  ),
  (
    'public.lesson_contents',
    'lesson_contents_video_path_in_own_folder_check',
    $$video_path = course_id || '/' || gen_random_uuid() || '/a.mp4'$$
  ),
  (
    'public.lesson_contents',
    'lesson_contents_video_path_in_own_folder_check',
    $$video_path = course_id || '/' || lesson_id || '/../a.mp4'$$
  ),
  ('public.lesson_contents', 'lesson_contents_video_url_check', $$video_url = 'http://videos.test/a'$$),
  ('public.lesson_contents', 'lesson_contents_video_url_check', $$video_url = 'https://' || repeat('a', 1993)$$),
  ('public.lessons', 'lessons_description_check', $$description = repeat('a', 5001)$$),
  ('public.lessons', 'lessons_duration_seconds_check', 'duration_seconds = -1'),
  ('public.lessons', 'lessons_duration_seconds_check', 'duration_seconds = 86401'),
  ('public.lessons', 'lessons_position_check', 'position = 0'),
  ('public.lessons', 'lessons_title_check', $$title = ' '$$),
  ('public.lessons', 'lessons_title_check', $$title = repeat('a', 256)$$),
  ('public.lessons', 'lessons_title_check', $$title = 'a' || repeat(' ', 255)$$),

  -- the catalogue and the search
  ('private.catalogue_anchors', 'catalogue_anchors_ordering_check', $$ordering = repeat('a', 21)$$),
  ('private.catalogue_anchors', 'catalogue_anchors_place_check', 'place = -1'),
  ('private.catalogue_cards', 'catalogue_cards_card_check', $$card = '{"title": "' || repeat('a', 10000) || '"'$$),
  ('private.catalogue_cell_changes', 'catalogue_cell_changes_language_check', $$language = repeat('a', 51)$$),
  ('private.catalogue_cells', 'catalogue_cells_language_check', $$language = repeat('a', 51)$$),
  ('private.catalogue_entries', 'catalogue_entries_language_check', $$language = repeat('a', 51)$$),
  ('private.catalogue_entries', 'catalogue_entries_price_cents_check', 'price_cents = -1'),
  ('private.catalogue_entries', 'catalogue_entries_rating_check', 'rating = -0.01'),
  ('private.catalogue_entries', 'catalogue_entries_rating_check', 'rating = 5.01'),
  ('private.catalogue_entries', 'catalogue_entries_student_count_check', 'student_count = -1'),
  ('private.course_affinities', 'course_affinities_score_check', 'score = 0'),
  ('private.course_search', 'course_search_language_check', $$language = repeat('a', 51)$$),
  ('private.popular_terms', 'popular_terms_people_check', 'people = 0'),
  ('private.popular_terms', 'popular_terms_term_check', $$term = 'a'$$),
  ('private.popular_terms', 'popular_terms_term_check', $$term = repeat('a', 201)$$),
  ('private.popular_terms', 'popular_terms_words_check', $$words = repeat('a', 1001)$$),
  ('private.search_salts', 'search_salts_salt_check', $$salt = repeat('0', 63)$$),
  ('private.search_terms', 'search_terms_searcher_hash_check', $$searcher_hash = repeat('0', 63)$$),
  ('private.search_terms', 'search_terms_term_check', $$term = 'a'$$),
  ('private.search_terms', 'search_terms_term_check', $$term = repeat('a', 201)$$),
  ('private.search_words', 'search_words_word_check', $$word = 'aa'$$),
  ('private.search_words', 'search_words_word_check', $$word = repeat('a', 101)$$),

  -- coupons and falls of prices
  ('private.price_falls', 'price_falls_check', 'lowest_before_cents = price_cents'),
  ('private.price_falls', 'price_falls_currency_check', $$currency = 'USD'$$),
  ('private.price_falls', 'price_falls_price_cents_check', 'price_cents = -1'),
  ('private.price_falls', 'price_falls_told_check', 'told = -1'),
  ('public.coupons', 'coupons_amount_off_cents_check', $$percent_off = null, amount_off_cents = 0, currency = 'usd'$$),
  ('public.coupons', 'coupons_amounts_have_a_currency_check', 'percent_off = null, amount_off_cents = 500'),
  ('public.coupons', 'coupons_amounts_have_a_currency_check', 'minimum_cents = 500'),
  ('public.coupons', 'coupons_code_is_3_to_40_letters_and_digits_check', $$code = 'AB'$$),
  ('public.coupons', 'coupons_code_is_3_to_40_letters_and_digits_check', $$code = 'save10'$$),
  ('public.coupons', 'coupons_code_is_3_to_40_letters_and_digits_check', $$code = repeat('A', 41)$$),
  ('public.coupons', 'coupons_currency_check', $$currency = 'USD'$$),
  ('public.coupons', 'coupons_description_check', $$description = repeat('a', 301)$$),
  ('public.coupons', 'coupons_end_after_start_check', 'expires_at = starts_at'),
  ('public.coupons', 'coupons_max_per_user_check', 'max_per_user = 0'),
  ('public.coupons', 'coupons_max_redemptions_check', 'max_redemptions = 0'),
  ('public.coupons', 'coupons_minimum_cents_check', $$minimum_cents = -1, currency = 'usd'$$),
  ('public.coupons', 'coupons_not_oversold_check', 'max_redemptions = 1, redeemed_count = 2'),
  ('public.coupons', 'coupons_one_scope_check', 'course_id = id, category_id = id'),
  ('public.coupons', 'coupons_one_scope_check', 'category_id = id, instructor_id = id'),
  ('public.coupons', 'coupons_one_scope_check', 'course_id = id, instructor_id = id'),
  ('public.coupons', 'coupons_percent_off_check', 'percent_off = 0'),
  ('public.coupons', 'coupons_percent_off_check', 'percent_off = 101'),
  ('public.coupons', 'coupons_percent_or_amount_not_both_check', $$amount_off_cents = 500, currency = 'usd'$$),
  ('public.coupons', 'coupons_percent_or_amount_not_both_check', 'percent_off = null'),
  ('public.coupons', 'coupons_redeemed_count_check', 'redeemed_count = -1'),

  -- enrolments, progress and certificates
  ('private.access_grants', 'access_grants_purchase_has_order_item_check', $$source = 'purchase'$$),
  ('private.access_grants', 'access_grants_reason_check', $$reason = repeat('a', 501)$$),
  ('private.access_grants', 'access_grants_revoke_reason_check', $$revoke_reason = repeat('a', 501)$$),
  ('private.certificate_prints', 'certificate_prints_attempts_check', 'attempts = -1'),
  ('private.company_enrollments', 'company_enrollments_reference_check', $$reference = ''$$),
  ('private.company_enrollments', 'company_enrollments_reference_check', $$reference = repeat('a', 101)$$),
  ('private.company_enrollments', 'company_enrollments_request_hash_check', $$request_hash = repeat('0', 63)$$),
  ('private.company_enrollments', 'company_enrollments_request_hash_check', $$request_hash = repeat('A', 64)$$),
  ('private.company_invitations', 'company_invitations_email_hash_check', $$email_hash = '\x00'$$),
  ('private.company_invitations', 'company_invitations_reference_check', $$reference = ''$$),
  ('private.company_invitations', 'company_invitations_reference_check', $$reference = repeat('a', 101)$$),
  ('private.company_seats', 'company_seats_email_hash_check', $$email_hash = '\x00'$$),
  ('private.email_pepper', 'email_pepper_id_check', 'id = false'),
  ('private.email_pepper', 'email_pepper_secret_check', $$secret = '\x00'$$),
  ('public.certificates', 'certificates_code_check', $$code = 'LF-' || repeat('0', 23)$$),
  ('public.certificates', 'certificates_code_check', $$code = 'LF-' || repeat('a', 24)$$),
  ('public.certificates', 'certificates_content_hash_check', $$content_hash = repeat('0', 63)$$),
  ('public.certificates', 'certificates_course_title_check', $$course_title = repeat('a', 256)$$),
  ('public.certificates', 'certificates_duration_seconds_check', 'duration_seconds = -1'),
  ('public.certificates', 'certificates_file_path_check', $$file_path = user_id || '/' || repeat('a', 264)$$),
  ('public.certificates', 'certificates_file_path_in_own_folder_check', $$file_path = gen_random_uuid() || '/a.pdf'$$),
  ('public.certificates', 'certificates_file_path_in_own_folder_check', $$file_path = user_id || '/../a.pdf'$$),
  ('public.certificates', 'certificates_instructor_name_check', $$instructor_name = repeat('a', 302)$$),
  ('public.certificates', 'certificates_revoke_reason_check', $$revoked_at = now(), revoke_reason = repeat('a', 501)$$),
  ('public.certificates', 'certificates_revoked_means_reason_check', 'revoked_at = now()'),
  ('public.certificates', 'certificates_revoked_means_reason_check', $$revoke_reason = 'Copied.'$$),
  ('public.certificates', 'certificates_student_name_check', $$student_name = ''$$),
  ('public.certificates', 'certificates_student_name_check', $$student_name = repeat('a', 302)$$),
  ('public.enrollments', 'enrollments_completed_lesson_count_check', 'completed_at = now(), completed_lesson_count = 0'),
  ('public.enrollments', 'enrollments_completed_means_lessons_check', 'completed_at = now()'),
  ('public.enrollments', 'enrollments_completed_means_lessons_check', 'completed_lesson_count = 1'),
  ('public.enrollments', 'enrollments_lessons_completed_check', 'lessons_completed = -1'),
  ('public.learning_days', 'learning_days_seconds_check', 'seconds = -1'),
  ('public.lesson_progress', 'lesson_progress_completed_means_when_check', 'is_completed = true'),
  ('public.lesson_progress', 'lesson_progress_completed_means_when_check', 'completed_at = now()'),
  ('public.lesson_progress', 'lesson_progress_position_seconds_check', 'position_seconds = -1'),

  -- orders and invoices
  ('private.idempotency_keys', 'idempotency_keys_key_check', $$key = repeat('a', 7)$$),
  ('private.idempotency_keys', 'idempotency_keys_key_check', $$key = repeat('a', 256)$$),
  ('private.idempotency_keys', 'idempotency_keys_request_hash_check', $$request_hash = repeat('0', 63)$$),
  ('private.invoice_counters', 'invoice_counters_last_number_check', 'last_number = 0'),
  ('private.order_counters', 'order_counters_numbered_before_check', 'numbered_before = -1'),
  ('private.order_transitions', 'order_transitions_lead_somewhere_check', 'to_state = from_state'),
  ('private.order_transitions', 'order_transitions_reason_check', $$reason = repeat('a', 201)$$),
  ('public.invoices', 'invoices_buyer_check', $$buyer = '[]'$$),
  ('public.invoices', 'invoices_currency_check', $$currency = 'USD'$$),
  ('public.invoices', 'invoices_discount_cents_check', 'discount_cents = -1, total_cents = 2'),
  ('public.invoices', 'invoices_invoices_are_for_sales_check', $$cause = 'refund'$$),
  ('public.invoices', 'invoices_invoices_are_for_sales_check', $$kind = 'credit_note', invoice_id = id$$),
  ('public.invoices', 'invoices_lines_check', $$lines = '{}'$$),
  ('public.invoices', 'invoices_lines_check', $$lines = '[]'$$),
  ('public.invoices', 'invoices_notes_refer_to_an_invoice_check', 'invoice_id = id'),
  ('public.invoices', 'invoices_notes_refer_to_an_invoice_check', $$kind = 'credit_note', cause = 'refund'$$),
  ('public.invoices', 'invoices_number_check', $$number = 'ORD-2026-00001'$$),
  ('public.invoices', 'invoices_number_check', $$number = 'INV-2026-' || repeat('1', 22)$$),
  ('public.invoices', 'invoices_seller_check', $$seller = '[]'$$),
  ('public.invoices', 'invoices_subtotal_cents_check', 'subtotal_cents = -1, tax_cents = 2'),
  ('public.invoices', 'invoices_tax_cents_check', 'subtotal_cents = 2, tax_cents = -1'),
  ('public.invoices', 'invoices_total_adds_up_check', 'total_cents = 2'),
  ('public.invoices', 'invoices_total_cents_check', 'subtotal_cents = 0, total_cents = 0'),
  ('public.order_billing', 'order_billing_address_line1_check', $$address_line1 = ''$$),
  ('public.order_billing', 'order_billing_address_line1_check', $$address_line1 = repeat('a', 201)$$),
  ('public.order_billing', 'order_billing_address_line2_check', $$address_line2 = repeat('a', 201)$$),
  ('public.order_billing', 'order_billing_city_check', $$city = ''$$),
  ('public.order_billing', 'order_billing_city_check', $$city = repeat('a', 101)$$),
  ('public.order_billing', 'order_billing_country_check', $$country = 'us'$$),
  ('public.order_billing', 'order_billing_email_check', $$email = 'aa'$$),
  ('public.order_billing', 'order_billing_email_check', $$email = repeat('a', 321)$$),
  ('public.order_billing', 'order_billing_first_name_check', $$first_name = ''$$),
  ('public.order_billing', 'order_billing_first_name_check', $$first_name = repeat('a', 151)$$),
  ('public.order_billing', 'order_billing_last_name_check', $$last_name = ''$$),
  ('public.order_billing', 'order_billing_last_name_check', $$last_name = repeat('a', 151)$$),
  ('public.order_billing', 'order_billing_phone_check', $$phone = repeat('1', 21)$$),
  ('public.order_billing', 'order_billing_postal_code_check', $$postal_code = repeat('1', 21)$$),
  ('public.order_billing', 'order_billing_state_check', $$state = repeat('a', 101)$$),
  ('public.order_items', 'order_items_discount_cents_check', 'discount_cents = -1, total_cents = 2'),
  ('public.order_items', 'order_items_discount_within_price_check', 'discount_cents = 2, tax_cents = 2'),
  ('public.order_items', 'order_items_instructor_name_check', $$instructor_name = repeat('a', 311)$$),
  ('public.order_items', 'order_items_list_price_cents_check', 'list_price_cents = -1'),
  ('public.order_items', 'order_items_platform_fee_percent_check', 'platform_fee_percent = -1'),
  ('public.order_items', 'order_items_platform_fee_percent_check', 'platform_fee_percent = 101'),
  ('public.order_items', 'order_items_position_check', 'position = 0'),
  ('public.order_items', 'order_items_refunded_cents_check', 'refunded_cents = -1'),
  ('public.order_items', 'order_items_refunds_within_total_check', 'refunded_cents = total_cents + 1'),
  ('public.order_items', 'order_items_slug_check', $$slug = repeat('a', 301)$$),
  ('public.order_items', 'order_items_tax_cents_check', 'tax_cents = -1, total_cents = 0'),
  ('public.order_items', 'order_items_thumbnail_path_check', $$thumbnail_path = repeat('a', 301)$$),
  ('public.order_items', 'order_items_title_check', $$title = repeat('a', 256)$$),
  ('public.order_items', 'order_items_total_adds_up_check', 'total_cents = total_cents + 1'),
  ('public.orders', 'orders_currency_check', $$currency = 'USD'$$),
  ('public.orders', 'orders_discount_cents_check', 'discount_cents = -1, total_cents = 2'),
  ('public.orders', 'orders_order_number_check', $$order_number = 'ORD-2026-1'$$),
  ('public.orders', 'orders_order_number_check', $$order_number = 'ORD-2026-' || repeat('1', 22)$$),
  ('public.orders', 'orders_paid_means_completed_at_check', $$state = 'completed'$$),
  ('public.orders', 'orders_paid_means_completed_at_check', $$completed_at = now(), payment_method = 'stripe'$$),
  ('public.orders', 'orders_paid_means_payment_method_check', $$state = 'completed', completed_at = now()$$),
  ('public.orders', 'orders_payment_method_check', $$payment_method = 'cash'$$),
  ('public.orders', 'orders_refunded_cents_check', 'refunded_cents = -1'),
  ('public.orders', 'orders_refunds_within_total_check', 'refunded_cents = total_cents + 1'),
  ('public.orders', 'orders_subtotal_cents_check', 'subtotal_cents = -1, tax_cents = 2'),
  ('public.orders', 'orders_tax_cents_check', 'tax_cents = -1, total_cents = 0'),
  ('public.orders', 'orders_total_adds_up_check', 'total_cents = total_cents + 1'),

  -- money
  ('private.disputes', 'disputes_amount_cents_check', 'amount_cents = -1'),
  ('private.disputes', 'disputes_currency_check', $$currency = 'USD'$$),
  ('private.disputes', 'disputes_fee_movements_check', 'fee_movements = -1'),
  ('private.disputes', 'disputes_reason_check', $$reason = repeat('a', 101)$$),
  ('private.disputes', 'disputes_stripe_dispute_id_check', $$stripe_dispute_id = repeat('a', 256)$$),
  ('private.disputes', 'disputes_stripe_status_check', $$stripe_status = repeat('a', 61)$$),
  ('private.ledger_accounts', 'ledger_accounts_currency_check', $$currency = 'USD'$$),
  ('private.ledger_accounts', 'ledger_accounts_instructors_have_owners_check', $$kind = 'instructor_payable'$$),
  ('private.ledger_accounts', 'ledger_accounts_instructors_have_owners_check', $$kind = 'instructor_held'$$),
  ('private.ledger_accounts', 'ledger_accounts_instructors_have_owners_check', 'owner_id = id'),
  ('private.ledger_entries', 'ledger_entries_amount_cents_check', 'amount_cents = 0'),
  ('private.ledger_entries', 'ledger_entries_currency_check', $$currency = 'USD'$$),
  ('private.ledger_transactions', 'ledger_transactions_currency_check', $$currency = 'USD'$$),
  ('private.ledger_transactions', 'ledger_transactions_name_their_cause_check', 'order_id = null'),
  ('private.ledger_transactions', 'ledger_transactions_name_their_cause_check', 'payout_id = order_id'),
  ('private.ledger_transactions', 'ledger_transactions_name_their_cause_check', $$kind = 'adjustment'$$),
  ('private.ledger_transactions', 'ledger_transactions_name_their_cause_check', $$kind = 'payout'$$),
  ('private.ledger_transactions', 'ledger_transactions_note_check', $$note = repeat('a', 301)$$),
  ('private.money_anomalies', 'money_anomalies_kind_check', $$kind = 'two words'$$),
  ('private.money_anomalies', 'money_anomalies_resolution_check', $$resolution = repeat('a', 1001)$$),
  ('private.money_anomalies', 'money_anomalies_subject_check', $$subject = repeat('a', 301)$$),
  ('private.payout_accounts', 'payout_accounts_country_check', $$country = 'us'$$),
  ('private.payout_accounts', 'payout_accounts_disabled_reason_check', $$disabled_reason = repeat('a', 101)$$),
  ('private.payout_accounts', 'payout_accounts_requirements_due_check', $$requirements_due = array_fill('a'::text, '{101}')$$),
  ('private.payout_accounts', 'payout_accounts_stripe_account_id_check', $$stripe_account_id = repeat('a', 256)$$),
  ('private.payouts', 'payouts_amount_cents_check', 'amount_cents = 0'),
  ('private.payouts', 'payouts_currency_check', $$currency = 'USD'$$),
  ('private.refund_items', 'refund_items_amount_cents_check', 'amount_cents = -1'),
  ('private.refunds', 'refunds_amount_cents_check', 'amount_cents = 0'),
  ('private.refunds', 'refunds_asked_item_ids_check', $$asked_item_ids = array_fill(id, '{1001}')$$),
  ('private.refunds', 'refunds_attempts_check', 'attempts = -1'),
  ('private.refunds', 'refunds_currency_check', $$currency = 'USD'$$),
  ('private.refunds', 'refunds_failure_code_check', $$failure_code = repeat('a', 101)$$),
  ('private.refunds', 'refunds_idempotency_key_check', $$idempotency_key = repeat('a', 7)$$),
  ('private.refunds', 'refunds_idempotency_key_check', $$idempotency_key = repeat('a', 256)$$),
  ('private.refunds', 'refunds_reason_check', $$reason = repeat('a', 501)$$),
  ('private.refunds', 'refunds_stripe_refund_id_check', $$stripe_refund_id = repeat('a', 256)$$),
  ('private.stripe_events', 'stripe_events_api_version_check', $$api_version = repeat('a', 61)$$),
  ('private.stripe_events', 'stripe_events_deliveries_check', 'deliveries = 0'),
  ('private.stripe_events', 'stripe_events_error_check', $$error = repeat('a', 2001)$$),
  ('private.stripe_events', 'stripe_events_id_check', $$id = 'aa'$$),
  ('private.stripe_events', 'stripe_events_id_check', $$id = repeat('a', 301)$$),
  ('private.stripe_events', 'stripe_events_payment_intent_id_check', $$payment_intent_id = repeat('a', 256)$$),
  ('private.stripe_events', 'stripe_events_type_check', $$type = repeat('a', 101)$$),
  ('private.transfers', 'transfers_amount_cents_check', 'amount_cents = 0'),
  ('private.transfers', 'transfers_attempts_check', 'attempts = -1'),
  ('private.transfers', 'transfers_check', $$state = 'made', stripe_id = 'tr_1', reversed_cents = -1$$),
  ('private.transfers', 'transfers_check', $$state = 'made', stripe_id = 'tr_1', reversed_cents = amount_cents + 1$$),
  ('private.transfers', 'transfers_currency_check', $$currency = 'USD'$$),
  ('private.transfers', 'transfers_failure_code_check', $$failure_code = repeat('a', 101)$$),
  ('private.transfers', 'transfers_made_has_id_check', $$state = 'made'$$),
  ('private.transfers', 'transfers_only_what_was_sent_comes_back_check', 'reversed_cents = 1'),
  (
    'private.transfers',
    'transfers_only_what_was_sent_comes_back_check',
    $$state = 'made', stripe_id = 'trr_1', reverses_id = gen_random_uuid(), reversed_cents = 1$$
  ),
  ('private.transfers', 'transfers_stripe_id_check', $$stripe_id = repeat('a', 256)$$),
  ('public.payments', 'payments_amount_cents_check', 'amount_cents = 0'),
  ('public.payments', 'payments_attempt_check', 'attempt = 0'),
  ('public.payments', 'payments_charge_refunded_cents_check', 'charge_refunded_cents = -1'),
  ('public.payments', 'payments_currency_check', $$currency = 'USD'$$),
  ('public.payments', 'payments_failed_charges_check', $$failed_charges = array_fill('a'::text, '{1001}')$$),
  ('public.payments', 'payments_failure_code_check', $$failure_code = repeat('a', 101)$$),
  ('public.payments', 'payments_pays_order_means_succeeded_check', 'pays_order = true'),
  ('public.payments', 'payments_processing_charges_check', $$processing_charges = array_fill('a'::text, '{1001}')$$),
  ('public.payments', 'payments_processing_fee_cents_check', 'processing_fee_cents = -1'),
  ('public.payments', 'payments_provider_check', $$provider = 'paypal'$$),
  ('public.payments', 'payments_receipt_email_check', $$receipt_email = repeat('a', 321)$$),
  ('public.payments', 'payments_stripe_charge_id_check', $$stripe_charge_id = repeat('a', 256)$$),
  ('public.payments', 'payments_stripe_payment_intent_id_check', $$stripe_payment_intent_id = repeat('a', 256)$$),

  -- reviews
  ('private.rating_count_changes', 'rating_count_changes_counts_check', $$counts = '{1, 2, 3, 4, 5}'$$),
  ('private.review_anchors', 'review_anchors_ordering_check', $$ordering = repeat('a', 21)$$),
  ('private.review_anchors', 'review_anchors_place_check', 'place = -1'),
  ('private.review_cards', 'review_cards_author_check', $$author = '[]'$$),
  ('private.review_cards', 'review_cards_author_check', $$author = '{"name": "' || repeat('a', 5000) || '"}'$$),
  ('private.review_cards', 'review_cards_card_check', $$card = '{"title": "' || repeat('a', 75000) || '"'$$),
  ('private.review_reports', 'review_reports_reason_check', $$reason = ' '$$),
  ('private.review_reports', 'review_reports_reason_check', $$reason = repeat('a', 501)$$),
  ('public.reviews', 'reviews_comment_check', $$comment = repeat('a', 5001)$$),
  ('public.reviews', 'reviews_helpful_count_check', 'helpful_count = -1'),
  ('public.reviews', 'reviews_hidden_reason_check', $$is_hidden = true, hidden_reason = repeat('a', 501)$$),
  ('public.reviews', 'reviews_instructor_reply_check', $$instructor_reply = repeat('a', 5001), replied_at = now()$$),
  ('public.reviews', 'reviews_only_hidden_ones_have_a_reason_check', $$hidden_reason = 'Rude.'$$),
  ('public.reviews', 'reviews_rating_check', 'rating = 0'),
  ('public.reviews', 'reviews_rating_check', 'rating = 6'),
  ('public.reviews', 'reviews_reply_means_when_check', $$instructor_reply = 'Thank you.'$$),
  ('public.reviews', 'reviews_reply_means_when_check', 'replied_at = now()'),
  ('public.reviews', 'reviews_title_check', $$title = repeat('a', 256)$$),

  -- mail and notifications
  ('private.outbox', 'outbox_attempts_check', 'attempts = -1'),
  ('private.outbox', 'outbox_dedupe_key_check', $$dedupe_key = repeat('a', 201)$$),
  ('private.outbox', 'outbox_last_error_check', $$last_error = repeat('a', 1001)$$),
  ('private.outbox', 'outbox_payload_check', $$payload = '[]'$$),
  ('private.outbox', 'outbox_payload_check', $$payload = jsonb_build_object('title', repeat('a', 20000))$$),
  ('private.outbox', 'outbox_preference_check', $$preference = 'advertising'$$),
  ('private.outbox', 'outbox_sent_means_when_check', $$state = 'sent'$$),
  ('private.outbox', 'outbox_sent_means_when_check', 'sent_at = now()'),
  ('private.unsubscribe_keys', 'unsubscribe_keys_secret_check', $$secret = '\x00'$$),
  ('public.notifications', 'notifications_body_check', $$body = repeat('a', 1001)$$),
  ('public.notifications', 'notifications_dedupe_key_check', $$dedupe_key = repeat('a', 201)$$),
  ('public.notifications', 'notifications_kind_check', $$kind = 'two words'$$),
  ('public.notifications', 'notifications_kind_check', $$kind = repeat('a', 41)$$),
  ('public.notifications', 'notifications_link_check', $$link = 'https://elsewhere.test'$$),
  ('public.notifications', 'notifications_link_check', $$link = '/' || repeat('a', 500)$$),
  ('public.notifications', 'notifications_title_check', $$title = ''$$),
  ('public.notifications', 'notifications_title_check', $$title = repeat('a', 301)$$),

  -- figures, keys of the API and messages
  ('private.api_nonces', 'api_nonces_nonce_check', $$nonce = repeat('a', 15)$$),
  ('private.api_nonces', 'api_nonces_nonce_check', $$nonce = repeat('a', 65)$$),
  ('private.api_nonces', 'api_nonces_nonce_check', $$nonce = repeat('/', 16)$$),
  ('public.api_keys', 'api_keys_course_ids_check', $$scopes = '{enroll}', course_ids = array_fill(id, '{101}')$$),
  ('public.api_keys', 'api_keys_enroll_names_courses_check', $$scopes = '{enroll}'$$),
  ('public.api_keys', 'api_keys_enroll_names_courses_check', 'course_ids = array[id]'),
  ('public.api_keys', 'api_keys_expire_after_creation_check', 'expires_at = created_at'),
  ('public.api_keys', 'api_keys_key_hash_check', $$key_hash = repeat('0', 63)$$),
  ('public.api_keys', 'api_keys_key_hash_check', $$key_hash = repeat('A', 64)$$),
  ('public.api_keys', 'api_keys_key_prefix_check', $$key_prefix = 'sk_01234567'$$),
  ('public.api_keys', 'api_keys_name_check', $$name = ' '$$),
  ('public.api_keys', 'api_keys_name_check', $$name = repeat('a', 101)$$),
  ('public.api_keys', 'api_keys_name_check', $$name = 'a' || repeat(' ', 100)$$),
  ('public.api_keys', 'api_keys_scopes_check', $$scopes = '{everything}'$$),
  ('public.api_keys', 'api_keys_seats_are_for_enroll_check', 'seats = 1'),
  ('public.api_keys', 'api_keys_seats_check', $$scopes = '{enroll}', course_ids = array[id], seats = 0$$),
  ('public.api_keys', 'api_keys_seats_check', $$scopes = '{enroll}', course_ids = array[id], seats = 100001$$),
  ('public.contact_messages', 'contact_messages_body_check', $$body = ''$$),
  ('public.contact_messages', 'contact_messages_body_check', $$body = repeat('a', 5001)$$),
  ('public.contact_messages', 'contact_messages_email_check', $$email = 'nobody'$$),
  ('public.contact_messages', 'contact_messages_email_check', $$email = repeat('a', 312) || '@mail.test'$$),
  ('public.contact_messages', 'contact_messages_name_check', $$name = ''$$),
  ('public.contact_messages', 'contact_messages_name_check', $$name = repeat('a', 151)$$),
  ('public.contact_messages', 'contact_messages_subject_check', $$subject = ''$$),
  ('public.contact_messages', 'contact_messages_subject_check', $$subject = repeat('a', 201)$$),
  ('public.course_daily_revenue', 'course_daily_revenue_currency_check', $$currency = 'USD'$$),
  ('public.course_daily_revenue', 'course_daily_revenue_refunded_cents_check', 'refunded_cents = -1'),
  ('public.course_daily_revenue', 'course_daily_revenue_revenue_cents_check', 'revenue_cents = -1'),
  ('public.course_daily_revenue', 'course_daily_revenue_sales_check', 'sales = -1'),
  ('public.course_daily_stats', 'course_daily_stats_completions_check', 'completions = -1'),
  ('public.course_daily_stats', 'course_daily_stats_enrollments_check', 'enrollments = -1'),
  ('public.course_daily_stats', 'course_daily_stats_rating_count_check', 'rating_count = -1'),
  ('public.course_daily_stats', 'course_daily_stats_rating_sum_check', 'rating_sum = -1'),
  ('public.course_daily_stats', 'course_daily_stats_views_check', 'views = -1');

-- Nothing is discounted beyond a price nor refunded beyond a total, and neither is below zero: so prices and totals are not.
-- What is no list has no elements with titles either.
insert into lines (table_name, check_name, change, behind)
values
  (
    'public.lesson_contents',
    'lesson_contents_resources_check',
    $$resources = '{}'$$,
    '{lesson_contents_resources_have_title_and_path_or_https_url_chec}'
  ),
  (
    'public.order_items',
    'order_items_price_cents_check',
    'price_cents = -1, tax_cents = 2',
    '{order_items_discount_within_price_check}'
  ),
  (
    'public.order_items',
    'order_items_total_cents_check',
    'discount_cents = 2, total_cents = -1',
    '{order_items_discount_within_price_check,order_items_refunds_within_total_check}'
  ),
  (
    'public.orders',
    'orders_total_cents_check',
    'discount_cents = 2, total_cents = -1',
    '{orders_refunds_within_total_check}'
  );

-- The copy of each table, called like the original with its schema, holds one lawful row.
create function pg_temp.copy_with_a_row(original text)
returns void
language plpgsql
as $$
declare
  usual jsonb;
begin
  execute format(
    'create temp table %I (like %s including constraints including defaults including generated including identity) on commit drop',
    original, original
  );
  -- What a column must be told and no given says. The default of an id may be the caller, who is nobody here.
  select
    coalesce(
      jsonb_object_agg(
        a.attname,
        case
          when t.typtype = 'e' then
            to_jsonb((select e.enumlabel from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder limit 1))
          when t.typname = 'uuid' then to_jsonb(gen_random_uuid())
          when t.typname = 'bool' then 'false'
          when t.typname = 'jsonb' then '{}'
          when t.typname = 'bpchar' then '"usd"'
          when t.typcategory = 'D' then to_jsonb(now())
          when t.typcategory = 'N' then '1'
          when t.typcategory = 'A' then '[]'
          else '"word"'
        end
      ),
      '{}'
    )
  into usual
  from
    pg_attribute a
    join pg_type t on t.oid = a.atttypid
  where
    a.attrelid = to_regclass(format('pg_temp.%I', original))
    and a.attnum > 0 and a.attnotnull and a.attgenerated = '' and a.attidentity = ''
    and (not a.atthasdef or t.typname = 'uuid');
  usual := usual || coalesce((select given from givens where table_name = original), '{}');
  execute format(
    'insert into %1$I (%2$s) select %2$s from jsonb_populate_record(null::%1$I, $1)',
    original, (select string_agg(quote_ident(key), ', ') from jsonb_object_keys(usual) as key)
  )
  using usual;
end
$$;

-- Three things: the row is lawful as it is, the check refuses the change, and without the check the same change goes in.
create function pg_temp.refuses(line lines)
returns text
language plpgsql
as $$
declare
  name constant text := format('%s: %s is refused by %s', line.table_name, line.change, line.check_name);
  drop_check constant text := format('alter table pg_temp.%I drop constraint if exists', line.table_name);
  other text;
  refused_by text;
  rows_changed bigint;
  problem text;
begin
  begin
    foreach other in array line.behind loop
      execute format('%s %I', drop_check, other);
    end loop;
    begin
      execute format('update pg_temp.%I set %s', line.table_name, line.change);
      problem := 'it goes in';
    exception
      when others then
        get stacked diagnostics refused_by = constraint_name;
        if sqlstate != '23514' or refused_by is distinct from line.check_name then
          problem := format('%s %s', sqlstate, sqlerrm);
        end if;
    end;
    if problem is null then
      begin
        execute format('%s %I', drop_check, line.check_name);
        execute format('update pg_temp.%I set %s', line.table_name, line.change);
        get diagnostics rows_changed = row_count;
        if rows_changed != 1 then
          problem := format('%s rows were there', rows_changed);
        end if;
      exception
        when others then
          problem := format('without the check it is refused as well: %s %s', sqlstate, sqlerrm);
      end;
    end if;
    -- The next line finds the row and the checks as they were.
    raise sqlstate 'ZZ001';
  exception
    when sqlstate 'ZZ001' then null;
  end;
  return extensions.ok(problem is null, name) || coalesce(e'\n' || extensions.diag(problem), '');
end
$$;

select plan((select count(*)::integer + 2 from lines));

select lives_ok(
  $$select pg_temp.copy_with_a_row(table_name) from (select distinct table_name from lines order by 1) as tables$$,
  'a lawful row of every table goes in'
);

select is(
  array(
    select format('%s: %s', t.object, k.conname)
    from tests.own_tables t join pg_constraint k on k.conrelid = t.oid and k.contype = 'c'
    except
    select format('%s: %s', table_name, check_name) from lines
    order by 1
  ),
  '{}',
  'every check of public and private has a line here'
);

select pg_temp.refuses(lines) from lines order by place;

select * from finish();

rollback;
