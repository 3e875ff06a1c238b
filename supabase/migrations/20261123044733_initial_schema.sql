-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.
-- Every table below is made here and empty, which the linter cannot see in these rules:
-- squawk-ignore-file adding-required-field, adding-field-with-default, adding-serial-primary-key-field

set local lock_timeout = '2s';

set local statement_timeout = '10min';

-- The two rooms of the database, and what nobody gets by default. Loaded first.

-- public is the API. private is the workshop: functions and tables that the API never shows.
create schema private;

-- The same privileges on every project, whether or not it grants new objects to the API roles by itself:
-- nothing is reachable unless the object's own file says so.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;

alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;

alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

alter default privileges revoke execute on functions from public;

create extension if not exists pg_trgm with schema extensions;

create extension if not exists unaccent with schema extensions;

create extension if not exists pgcrypto with schema extensions;

SET local check_function_bodies = off;

CREATE TABLE "private"."access_grants" (
  "id"            uuid NOT NULL DEFAULT gen_random_uuid(),
  "enrollment_id" uuid NOT NULL,
  CONSTRAINT "access_grants_pkey" PRIMARY KEY (id)
);

ALTER TABLE "private"."access_grants"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."api_nonces" (
  "key_id"  uuid                     NOT NULL,
  "nonce"   text                     NOT NULL,
  "used_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "api_nonces_nonce_check" CHECK ((nonce ~ '^[A-Za-z0-9_-]{16,64}$'::text)),
  CONSTRAINT "api_nonces_pkey" PRIMARY KEY (key_id, nonce)
);

ALTER TABLE "private"."api_nonces"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."app_config" (
  "name"  text NOT NULL,
  "value" text NOT NULL,
  "note"  text NOT NULL,
  CONSTRAINT "app_config_name_check" CHECK ((name ~ '^[a-z][a-z0-9_]{1,62}$'::text)),
  CONSTRAINT "app_config_note_check" CHECK ((length(note) <= 300)),
  CONSTRAINT "app_config_pkey" PRIMARY KEY (name),
  CONSTRAINT "app_config_value_check" CHECK ((length(value) <= 500))
);

ALTER TABLE "private"."app_config"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."certificate_prints" (
  "certificate_id"  uuid                     NOT NULL,
  "attempts"        integer                  NOT NULL DEFAULT 0,
  "next_attempt_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "certificate_prints_attempts_check" CHECK ((attempts >= 0)),
  CONSTRAINT "certificate_prints_pkey" PRIMARY KEY (certificate_id)
);

ALTER TABLE "private"."certificate_prints"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."company_enrollments" (
  "key_id"       uuid                     NOT NULL,
  "reference"    text                     NOT NULL,
  "request_hash" text                     NOT NULL,
  "lines"        jsonb                    NOT NULL DEFAULT '[]'::jsonb,
  "created_at"   timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "company_enrollments_pkey" PRIMARY KEY (key_id, reference),
  CONSTRAINT "company_enrollments_reference_check" CHECK (((length(reference) >= 1) AND (length(reference) <= 100))),
  CONSTRAINT "company_enrollments_request_hash_check" CHECK ((request_hash ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE "private"."company_enrollments"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."coupon_holders" (
  "coupon_id"        uuid                     NOT NULL,
  "user_id"          uuid                     NOT NULL,
  "first_applied_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "coupon_holders_pkey" PRIMARY KEY (coupon_id, user_id)
);

ALTER TABLE "private"."coupon_holders"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."coupon_redemptions" (
  "order_id"  uuid NOT NULL,
  "coupon_id" uuid NOT NULL,
  "user_id"   uuid NOT NULL,
  CONSTRAINT "coupon_redemptions_pkey" PRIMARY KEY (order_id)
);

ALTER TABLE "private"."coupon_redemptions"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."course_affinities" (
  "course_id"         uuid NOT NULL,
  "related_course_id" uuid NOT NULL,
  "score"             real NOT NULL,
  CONSTRAINT "course_affinities_pkey" PRIMARY KEY (course_id, related_course_id),
  CONSTRAINT "course_affinities_score_check" CHECK ((score > (0)::double precision))
);

ALTER TABLE "private"."course_affinities"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."course_search" (
  "course_id" uuid     NOT NULL,
  "document"  tsvector NOT NULL,
  CONSTRAINT "course_search_pkey" PRIMARY KEY (course_id)
);

ALTER TABLE "private"."course_search"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."disputes" (
  "id"                  uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "stripe_dispute_id"   text                     NOT NULL,
  "payment_id"          uuid                     NOT NULL,
  "amount_cents"        integer                  NOT NULL,
  "currency"            character(3)             NOT NULL,
  "reason"              text                     NOT NULL DEFAULT ''::text,
  "stripe_status"       text                     NOT NULL,
  "stripe_status_at"    timestamp with time zone NOT NULL,
  "effect"              text                     GENERATED ALWAYS AS (
CASE
    WHEN (stripe_status = 'lost'::text) THEN 'lost'::text
    WHEN (stripe_status = ANY (ARRAY['needs_response'::text, 'under_review'::text, 'appeal_needs_response'::text, 'appeal_under_review'::text])) THEN 'open'::text
    ELSE 'none'::text
END) STORED NOT NULL,
  "funds_withdrawn_at"  timestamp with time zone,
  "funds_reinstated_at" timestamp with time zone,
  "created_at"          timestamp with time zone NOT NULL DEFAULT now(),
  "updated_at"          timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "disputes_amount_cents_check" CHECK ((amount_cents >= 0)),
  CONSTRAINT "disputes_currency_check" CHECK ((currency ~ '^[a-z]{3}$'::text)),
  CONSTRAINT "disputes_pkey" PRIMARY KEY (id),
  CONSTRAINT "disputes_reason_check" CHECK ((length(reason) <= 100)),
  CONSTRAINT "disputes_stripe_dispute_id_check" CHECK ((length(stripe_dispute_id) <= 255)),
  CONSTRAINT "disputes_stripe_dispute_id_key" UNIQUE (stripe_dispute_id),
  CONSTRAINT "disputes_stripe_status_check" CHECK ((length(stripe_status) <= 60))
);

ALTER TABLE "private"."disputes"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."erasures" (
  "user_id"   uuid                     NOT NULL,
  "erased_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "erasures_pkey" PRIMARY KEY (user_id)
);

ALTER TABLE "private"."erasures"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."file_deletions" (
  "id"              bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "bucket_id"       text                     NOT NULL,
  "folder"          text                     NOT NULL,
  "requested_at"    timestamp with time zone NOT NULL DEFAULT now(),
  "next_attempt_at" timestamp with time zone NOT NULL DEFAULT now(),
  "attempts"        smallint                 NOT NULL DEFAULT 0,
  "done_at"         timestamp with time zone,
  "last_error"      text,
  CONSTRAINT "file_deletions_attempts_check" CHECK ((attempts >= 0)),
  CONSTRAINT "file_deletions_bucket_id_check" CHECK ((length(bucket_id) <= 100)),
  CONSTRAINT "file_deletions_folder_check" CHECK (((length(folder) >= 1) AND (length(folder) <= 300))),
  CONSTRAINT "file_deletions_last_error_check" CHECK ((length(last_error) <= 1000)),
  CONSTRAINT "file_deletions_pkey" PRIMARY KEY (id)
);

ALTER TABLE "private"."file_deletions"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."idempotency_keys" (
  "user_id"      uuid                     NOT NULL,
  "key"          text                     NOT NULL,
  "request_hash" text                     NOT NULL,
  "order_id"     uuid                     NOT NULL,
  "created_at"   timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "idempotency_keys_key_check" CHECK (((length(key) >= 8) AND (length(key) <= 255))),
  CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY (user_id, key),
  CONSTRAINT "idempotency_keys_request_hash_check" CHECK ((length(request_hash) = 64))
);

ALTER TABLE "private"."idempotency_keys"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."jobs" (
  "name"             text                     NOT NULL,
  "command"          text                     NOT NULL,
  "run_every"        interval                 NOT NULL,
  "next_run_at"      timestamp with time zone NOT NULL DEFAULT now(),
  "last_run_at"      timestamp with time zone,
  "last_duration_ms" integer,
  "last_error"       text,
  "is_enabled"       boolean                  NOT NULL DEFAULT true,
  CONSTRAINT "jobs_command_check" CHECK ((length(command) <= 1000)),
  CONSTRAINT "jobs_last_error_check" CHECK ((length(last_error) <= 2000)),
  CONSTRAINT "jobs_name_check" CHECK ((name ~ '^[a-z][a-z0-9_]{1,62}$'::text)),
  CONSTRAINT "jobs_pkey" PRIMARY KEY (name),
  CONSTRAINT "jobs_run_every_check" CHECK ((run_every >= '00:00:10'::interval))
);

ALTER TABLE "private"."jobs"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."ledger_accounts" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT "ledger_accounts_pkey" PRIMARY KEY (id)
);

ALTER TABLE "private"."ledger_accounts"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."ledger_entries" (
  "id"             bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "transaction_id" bigint                   NOT NULL,
  "account_id"     uuid                     NOT NULL,
  "currency"       character(3)             NOT NULL,
  "amount_cents"   bigint                   NOT NULL,
  "order_item_id"  uuid,
  "available_at"   timestamp with time zone NOT NULL DEFAULT now(),
  "created_at"     timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "ledger_entries_amount_cents_check" CHECK ((amount_cents <> 0)),
  CONSTRAINT "ledger_entries_currency_check" CHECK ((currency ~ '^[a-z]{3}$'::text)),
  CONSTRAINT "ledger_entries_pkey" PRIMARY KEY (id)
);

ALTER TABLE "private"."ledger_entries"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."ledger_transactions" (
  "id" bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  CONSTRAINT "ledger_transactions_pkey" PRIMARY KEY (id)
);

ALTER TABLE "private"."ledger_transactions"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."money_anomalies" (
  "id"          bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "kind"        text                     NOT NULL,
  "subject"     text                     NOT NULL,
  "order_id"    uuid,
  "details"     jsonb                    NOT NULL DEFAULT '{}'::jsonb,
  "created_at"  timestamp with time zone NOT NULL DEFAULT now(),
  "resolved_at" timestamp with time zone,
  "resolved_by" uuid,
  "resolution"  text,
  CONSTRAINT "money_anomalies_kind_check" CHECK ((kind ~ '^[a-z_]{3,60}$'::text)),
  CONSTRAINT "money_anomalies_kind_subject_key" UNIQUE (kind, subject),
  CONSTRAINT "money_anomalies_pkey" PRIMARY KEY (id),
  CONSTRAINT "money_anomalies_resolution_check" CHECK ((length(resolution) <= 1000)),
  CONSTRAINT "money_anomalies_subject_check" CHECK ((length(subject) <= 300))
);

ALTER TABLE "private"."money_anomalies"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."order_counters" (
  "year"        smallint NOT NULL,
  "last_number" bigint   NOT NULL,
  CONSTRAINT "order_counters_last_number_check" CHECK ((last_number > 0)),
  CONSTRAINT "order_counters_pkey" PRIMARY KEY (year)
);

ALTER TABLE "private"."order_counters"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."order_transitions" ();

ALTER TABLE "private"."order_transitions"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."outbox" (
  "id" bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  CONSTRAINT "outbox_pkey" PRIMARY KEY (id)
);

ALTER TABLE "private"."outbox"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."payout_accounts" (
  "user_id"              uuid                     NOT NULL,
  "stripe_account_id"    text                     NOT NULL,
  "country"              character(2),
  "is_details_submitted" boolean                  NOT NULL DEFAULT false,
  "is_payouts_enabled"   boolean                  NOT NULL DEFAULT false,
  "fetched_at"           timestamp with time zone,
  "created_at"           timestamp with time zone NOT NULL DEFAULT now(),
  "updated_at"           timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "payout_accounts_country_check" CHECK ((country ~ '^[A-Z]{2}$'::text)),
  CONSTRAINT "payout_accounts_pkey" PRIMARY KEY (user_id),
  CONSTRAINT "payout_accounts_stripe_account_id_check" CHECK ((length(stripe_account_id) <= 255)),
  CONSTRAINT "payout_accounts_stripe_account_id_key" UNIQUE (stripe_account_id)
);

ALTER TABLE "private"."payout_accounts"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."payouts" (
  "id"            uuid         NOT NULL DEFAULT gen_random_uuid(),
  "instructor_id" uuid         NOT NULL,
  "amount_cents"  bigint       NOT NULL,
  "currency"      character(3) NOT NULL,
  CONSTRAINT "payouts_amount_cents_check" CHECK ((amount_cents > 0)),
  CONSTRAINT "payouts_currency_check" CHECK ((currency ~ '^[a-z]{3}$'::text)),
  CONSTRAINT "payouts_pkey" PRIMARY KEY (id)
);

ALTER TABLE "private"."payouts"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."personal_data" (
  "table_name"     text    NOT NULL,
  "user_column"    text,
  "via"            text,
  "condition"      text    GENERATED ALWAYS AS (COALESCE(via, (('t.'::text || user_column) || ' = $1'::text))) STORED NOT NULL,
  "is_exported"    boolean NOT NULL DEFAULT true,
  "hidden_columns" text[]  NOT NULL DEFAULT '{}'::text[],
  CONSTRAINT "personal_data_column_or_via_not_both_check" CHECK (((user_column IS NULL) <> (via IS NULL))),
  CONSTRAINT "personal_data_hidden_columns_check" CHECK ((cardinality(hidden_columns) <= 20)),
  CONSTRAINT "personal_data_pkey" PRIMARY KEY (table_name, condition),
  CONSTRAINT "personal_data_table_name_check" CHECK ((table_name ~ '^(public|private|auth)\.[a-z_]{1,63}$'::text)),
  CONSTRAINT "personal_data_user_column_check" CHECK ((user_column ~ '^[a-z_]{1,63}$'::text)),
  CONSTRAINT "personal_data_via_check" CHECK (((via ~~ '%$1%'::text) AND (length(via) <= 300)))
);

ALTER TABLE "private"."personal_data"
  ENABLE ROW LEVEL SECURITY;

CREATE UNLOGGED TABLE "private"."rate_limits" (
  "bucket"            text                     NOT NULL,
  "subject"           text                     NOT NULL,
  "window_started_at" timestamp with time zone NOT NULL,
  "hits"              integer                  NOT NULL DEFAULT 1,
  CONSTRAINT "rate_limits_bucket_check" CHECK ((length(bucket) <= 60)),
  CONSTRAINT "rate_limits_hits_check" CHECK ((hits > 0)),
  CONSTRAINT "rate_limits_pkey" PRIMARY KEY (bucket, subject, window_started_at),
  CONSTRAINT "rate_limits_subject_check" CHECK ((length(subject) <= 200))
);

ALTER TABLE "private"."rate_limits"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."rate_limits"
  SET (fillfactor=70);

CREATE TABLE "private"."refund_items" (
  "refund_id"     uuid    NOT NULL,
  "order_item_id" uuid    NOT NULL,
  "amount_cents"  integer NOT NULL,
  CONSTRAINT "refund_items_amount_cents_check" CHECK ((amount_cents > 0)),
  CONSTRAINT "refund_items_pkey" PRIMARY KEY (refund_id, order_item_id)
);

ALTER TABLE "private"."refund_items"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."refunds" (
  "id"           uuid         NOT NULL DEFAULT gen_random_uuid(),
  "order_id"     uuid         NOT NULL,
  "payment_id"   uuid         NOT NULL,
  "amount_cents" integer      NOT NULL,
  "currency"     character(3) NOT NULL,
  CONSTRAINT "refunds_amount_cents_check" CHECK ((amount_cents > 0)),
  CONSTRAINT "refunds_currency_check" CHECK ((currency ~ '^[a-z]{3}$'::text)),
  CONSTRAINT "refunds_pkey" PRIMARY KEY (id)
);

ALTER TABLE "private"."refunds"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."review_reports" (
  "review_id"   uuid                     NOT NULL,
  "user_id"     uuid                     NOT NULL,
  "reason"      text                     NOT NULL,
  "created_at"  timestamp with time zone NOT NULL DEFAULT now(),
  "resolved_at" timestamp with time zone,
  CONSTRAINT "review_reports_pkey" PRIMARY KEY (review_id, user_id),
  CONSTRAINT "review_reports_reason_check" CHECK (((length(btrim(reason)) >= 1) AND (length(btrim(reason)) <= 500)))
);

ALTER TABLE "private"."review_reports"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."search_terms" (
  "term"             text                     NOT NULL,
  "searcher_hash"    text                     NOT NULL,
  "last_searched_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "search_terms_pkey" PRIMARY KEY (term, searcher_hash),
  CONSTRAINT "search_terms_searcher_hash_check" CHECK ((length(searcher_hash) = 64)),
  CONSTRAINT "search_terms_term_check" CHECK (((length(term) >= 2) AND (length(term) <= 200)))
);

ALTER TABLE "private"."search_terms"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."stripe_events" (
  "id"                text                     NOT NULL,
  "type"              text                     NOT NULL,
  "payment_intent_id" text,
  "livemode"          boolean                  NOT NULL,
  "api_version"       text,
  "stripe_created_at" timestamp with time zone NOT NULL,
  "payload"           jsonb                    NOT NULL,
  "deliveries"        integer                  NOT NULL DEFAULT 1,
  "received_at"       timestamp with time zone NOT NULL DEFAULT now(),
  "processed_at"      timestamp with time zone,
  CONSTRAINT "stripe_events_api_version_check" CHECK ((length(api_version) <= 60)),
  CONSTRAINT "stripe_events_deliveries_check" CHECK ((deliveries > 0)),
  CONSTRAINT "stripe_events_id_check" CHECK (((length(id) >= 3) AND (length(id) <= 300))),
  CONSTRAINT "stripe_events_payment_intent_id_check" CHECK ((length(payment_intent_id) <= 255)),
  CONSTRAINT "stripe_events_pkey" PRIMARY KEY (id),
  CONSTRAINT "stripe_events_type_check" CHECK ((length(type) <= 100))
);

ALTER TABLE "private"."stripe_events"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."student_count_changes" (
  "id"        bigint  GENERATED ALWAYS AS IDENTITY NOT NULL,
  "course_id" uuid    NOT NULL,
  "change"    integer NOT NULL,
  CONSTRAINT "student_count_changes_pkey" PRIMARY KEY (id)
);

ALTER TABLE "private"."student_count_changes"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."api_keys" (
  "id"           uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "user_id"      uuid                     NOT NULL,
  "name"         text                     NOT NULL,
  "key_prefix"   text                     NOT NULL,
  "key_hash"     text                     NOT NULL,
  "scopes"       text[]                   NOT NULL DEFAULT '{}'::text[],
  "course_ids"   uuid[]                   NOT NULL DEFAULT '{}'::uuid[],
  "revoked_at"   timestamp with time zone,
  "is_active"    boolean                  GENERATED ALWAYS AS ((revoked_at IS NULL)) STORED NOT NULL,
  "created_at"   timestamp with time zone NOT NULL DEFAULT now(),
  "expires_at"   timestamp with time zone NOT NULL,
  "last_used_at" timestamp with time zone,
  CONSTRAINT "api_keys_course_ids_check" CHECK ((cardinality(course_ids) <= 100)),
  CONSTRAINT "api_keys_enroll_names_courses_check" CHECK ((('enroll'::text = ANY (scopes)) = (cardinality(course_ids) > 0))),
  CONSTRAINT "api_keys_expire_after_creation_check" CHECK ((expires_at > created_at)),
  CONSTRAINT "api_keys_key_hash_check" CHECK ((key_hash ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT "api_keys_key_hash_key" UNIQUE (key_hash),
  CONSTRAINT "api_keys_key_prefix_check" CHECK ((key_prefix ~ '^lf_[0-9a-f]{8}$'::text)),
  CONSTRAINT "api_keys_name_check" CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 100) AND (length(name) <= 100))),
  CONSTRAINT "api_keys_pkey" PRIMARY KEY (id),
  CONSTRAINT "api_keys_scopes_check" CHECK ((scopes <@ '{enroll}'::text[]))
);

ALTER TABLE "public"."api_keys"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."api_keys" FROM "anon", "service_role";

CREATE TABLE "public"."audit_log" (
  "id"          bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "happened_at" timestamp with time zone NOT NULL DEFAULT now(),
  "actor_id"    uuid,
  "actor_role"  text                     NOT NULL,
  "action"      text                     NOT NULL,
  "table_name"  text                     NOT NULL,
  "row_id"      text,
  "before"      jsonb,
  "after"       jsonb,
  CONSTRAINT "audit_log_action_check" CHECK ((length(action) <= 20)),
  CONSTRAINT "audit_log_actor_role_check" CHECK ((length(actor_role) <= 63)),
  CONSTRAINT "audit_log_pkey" PRIMARY KEY (id),
  CONSTRAINT "audit_log_row_id_check" CHECK ((length(row_id) <= 200)),
  CONSTRAINT "audit_log_table_name_check" CHECK ((length(table_name) <= 63))
);

ALTER TABLE "public"."audit_log"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."audit_log" FROM "anon", "service_role";

CREATE TABLE "public"."cart_items" (
  "id"        uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "course_id" uuid                     NOT NULL,
  "added_at"  timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "cart_items_pkey" PRIMARY KEY (id),
  "user_id"   uuid                     NOT NULL DEFAULT auth.uid()
);

ALTER TABLE "public"."cart_items"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."cart_items" FROM "anon", "service_role";

CREATE TABLE "public"."carts" (
  "id"         uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "user_id"    uuid                     NOT NULL,
  "created_at" timestamp with time zone NOT NULL DEFAULT now(),
  "updated_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "carts_id_user_id_key" UNIQUE (id, user_id),
  CONSTRAINT "carts_pkey" PRIMARY KEY (id),
  CONSTRAINT "carts_user_id_key" UNIQUE (user_id)
);

ALTER TABLE "public"."carts"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."carts" FROM "anon", "service_role";

CREATE TABLE "public"."categories" (
  "id"           uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "name"         text                     NOT NULL,
  "slug"         text                     NOT NULL,
  "description"  text                     NOT NULL DEFAULT ''::text,
  "icon"         text                     NOT NULL DEFAULT 'BookOpen'::text,
  "course_count" integer                  NOT NULL DEFAULT 0,
  "created_at"   timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "categories_course_count_check" CHECK ((course_count >= 0)),
  CONSTRAINT "categories_description_check" CHECK ((length(description) <= 2000)),
  CONSTRAINT "categories_icon_check" CHECK ((icon ~ '^[A-Za-z0-9]{1,50}$'::text)),
  CONSTRAINT "categories_name_check" CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 100))),
  CONSTRAINT "categories_name_key" UNIQUE (name),
  CONSTRAINT "categories_pkey" PRIMARY KEY (id),
  CONSTRAINT "categories_slug_check" CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(slug) <= 100))),
  CONSTRAINT "categories_slug_key" UNIQUE (slug)
);

ALTER TABLE "public"."categories"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."categories" FROM "service_role";

CREATE TABLE "public"."certificates" (
  "id"               uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "enrollment_id"    uuid                     NOT NULL,
  "user_id"          uuid                     NOT NULL,
  "course_id"        uuid                     NOT NULL,
  "code"             text                     NOT NULL,
  "student_name"     text                     NOT NULL,
  "course_title"     text                     NOT NULL,
  "instructor_name"  text                     NOT NULL,
  "duration_seconds" integer                  NOT NULL,
  "completed_at"     timestamp with time zone NOT NULL,
  "issued_at"        timestamp with time zone NOT NULL DEFAULT now(),
  "content_hash"     text                     NOT NULL,
  "file_path"        text,
  "revoked_at"       timestamp with time zone,
  "revoked_by"       uuid,
  "revoke_reason"    text,
  CONSTRAINT "certificates_code_check" CHECK ((code ~ '^LF-[0-9A-F]{24}$'::text)),
  CONSTRAINT "certificates_code_key" UNIQUE (code),
  CONSTRAINT "certificates_content_hash_check" CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT "certificates_course_title_check" CHECK ((length(course_title) <= 255)),
  CONSTRAINT "certificates_duration_seconds_check" CHECK ((duration_seconds >= 0)),
  CONSTRAINT "certificates_enrollment_id_key" UNIQUE (enrollment_id),
  CONSTRAINT "certificates_file_path_check" CHECK ((length(file_path) <= 300)),
  CONSTRAINT "certificates_file_path_in_own_folder_check" CHECK ((file_path ~~ ((user_id)::text || '/%'::text))),
  CONSTRAINT "certificates_instructor_name_check" CHECK ((length(instructor_name) <= 301)),
  CONSTRAINT "certificates_pkey" PRIMARY KEY (id),
  CONSTRAINT "certificates_revoke_reason_check" CHECK ((length(revoke_reason) <= 500)),
  CONSTRAINT "certificates_revoked_means_reason_check" CHECK (((revoked_at IS NULL) = (revoke_reason IS NULL))),
  CONSTRAINT "certificates_student_name_check" CHECK (((length(student_name) >= 1) AND (length(student_name) <= 301)))
);

ALTER TABLE "public"."certificates"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."certificates" FROM "anon", "service_role";

CREATE TABLE "public"."contact_messages" (
  "id"      uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id" uuid,
  "name"    text NOT NULL,
  "email"   text NOT NULL,
  "subject" text NOT NULL,
  "body"    text NOT NULL,
  CONSTRAINT "contact_messages_body_check" CHECK (((length(body) >= 1) AND (length(body) <= 5000))),
  CONSTRAINT "contact_messages_email_check" CHECK (((length(email) <= 320) AND (email ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$'::text))),
  CONSTRAINT "contact_messages_name_check" CHECK (((length(name) >= 1) AND (length(name) <= 150))),
  CONSTRAINT "contact_messages_pkey" PRIMARY KEY (id),
  CONSTRAINT "contact_messages_subject_check" CHECK (((length(subject) >= 1) AND (length(subject) <= 200)))
);

ALTER TABLE "public"."contact_messages"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."contact_messages" FROM "anon", "service_role";

CREATE TABLE "public"."coupons" (
  "id"               uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "code"             text                     NOT NULL,
  "description"      text                     NOT NULL DEFAULT ''::text,
  "course_id"        uuid,
  "category_id"      uuid,
  "instructor_id"    uuid,
  "percent_off"      smallint,
  "amount_off_cents" integer,
  "currency"         character(3),
  "minimum_cents"    integer                  NOT NULL DEFAULT 0,
  "starts_at"        timestamp with time zone NOT NULL DEFAULT now(),
  "expires_at"       timestamp with time zone,
  "max_redemptions"  integer,
  "max_per_user"     integer                  NOT NULL DEFAULT 1,
  "redeemed_count"   integer                  NOT NULL DEFAULT 0,
  "is_active"        boolean                  NOT NULL DEFAULT true,
  "created_at"       timestamp with time zone NOT NULL DEFAULT now(),
  "updated_at"       timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "coupons_amount_off_cents_check" CHECK ((amount_off_cents > 0)),
  CONSTRAINT "coupons_amounts_have_a_currency_check" CHECK (((currency IS NOT NULL) OR ((amount_off_cents IS NULL) AND (minimum_cents = 0)))),
  CONSTRAINT "coupons_code_is_3_to_40_letters_and_digits_check" CHECK ((code ~ '^[A-Z0-9][A-Z0-9_-]{2,39}$'::text)),
  CONSTRAINT "coupons_code_key" UNIQUE (code),
  CONSTRAINT "coupons_currency_check" CHECK ((currency ~ '^[a-z]{3}$'::text)),
  CONSTRAINT "coupons_description_check" CHECK ((length(description) <= 300)),
  CONSTRAINT "coupons_end_after_start_check" CHECK ((expires_at > starts_at)),
  CONSTRAINT "coupons_max_per_user_check" CHECK ((max_per_user > 0)),
  CONSTRAINT "coupons_max_redemptions_check" CHECK ((max_redemptions > 0)),
  CONSTRAINT "coupons_minimum_cents_check" CHECK ((minimum_cents >= 0)),
  CONSTRAINT "coupons_not_oversold_check" CHECK ((redeemed_count <= max_redemptions)),
  CONSTRAINT "coupons_one_scope_check" CHECK ((num_nonnulls(course_id, category_id, instructor_id) <= 1)),
  CONSTRAINT "coupons_percent_off_check" CHECK (((percent_off >= 1) AND (percent_off <= 100))),
  CONSTRAINT "coupons_percent_or_amount_not_both_check" CHECK ((num_nonnulls(percent_off, amount_off_cents) = 1)),
  CONSTRAINT "coupons_pkey" PRIMARY KEY (id),
  CONSTRAINT "coupons_redeemed_count_check" CHECK ((redeemed_count >= 0)),
  "created_by"       uuid                     DEFAULT auth.uid()
);

ALTER TABLE "public"."coupons"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."coupons" FROM "anon", "service_role";

CREATE TABLE "public"."course_daily_revenue" (
  "course_id"      uuid         NOT NULL,
  "day"            date         NOT NULL,
  "currency"       character(3) NOT NULL,
  "sales"          integer      NOT NULL DEFAULT 0,
  "revenue_cents"  bigint       NOT NULL DEFAULT 0,
  "refunded_cents" bigint       NOT NULL DEFAULT 0,
  CONSTRAINT "course_daily_revenue_currency_check" CHECK ((currency ~ '^[a-z]{3}$'::text)),
  CONSTRAINT "course_daily_revenue_pkey" PRIMARY KEY (course_id, day, currency),
  CONSTRAINT "course_daily_revenue_refunded_cents_check" CHECK ((refunded_cents >= 0)),
  CONSTRAINT "course_daily_revenue_revenue_cents_check" CHECK ((revenue_cents >= 0)),
  CONSTRAINT "course_daily_revenue_sales_check" CHECK ((sales >= 0))
);

ALTER TABLE "public"."course_daily_revenue"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."course_daily_revenue" FROM "anon", "service_role";

CREATE TABLE "public"."course_daily_stats" (
  "course_id"    uuid         NOT NULL,
  "day"          date         NOT NULL,
  "views"        integer      NOT NULL DEFAULT 0,
  "enrollments"  integer      NOT NULL DEFAULT 0,
  "completions"  integer      NOT NULL DEFAULT 0,
  "rating_sum"   integer      NOT NULL DEFAULT 0,
  "rating_count" integer      NOT NULL DEFAULT 0,
  "avg_rating"   numeric(3,2) GENERATED ALWAYS AS (round(((rating_sum)::numeric / (NULLIF(rating_count, 0))::numeric), 2)) STORED,
  CONSTRAINT "course_daily_stats_completions_check" CHECK ((completions >= 0)),
  CONSTRAINT "course_daily_stats_enrollments_check" CHECK ((enrollments >= 0)),
  CONSTRAINT "course_daily_stats_pkey" PRIMARY KEY (course_id, day),
  CONSTRAINT "course_daily_stats_rating_count_check" CHECK ((rating_count >= 0)),
  CONSTRAINT "course_daily_stats_rating_sum_check" CHECK ((rating_sum >= 0)),
  CONSTRAINT "course_daily_stats_views_check" CHECK ((views >= 0))
);

ALTER TABLE "public"."course_daily_stats"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."course_daily_stats"
  SET (fillfactor=80);

REVOKE ALL ON TABLE "public"."course_daily_stats" FROM "anon", "service_role";

CREATE TABLE "public"."course_instructors" (
  "course_id" uuid NOT NULL,
  "user_id"   uuid NOT NULL,
  CONSTRAINT "course_instructors_pkey" PRIMARY KEY (course_id, user_id)
);

ALTER TABLE "public"."course_instructors"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."course_instructors" FROM "service_role";

CREATE TABLE "public"."course_outcomes" (
  "id"        uuid     NOT NULL DEFAULT gen_random_uuid(),
  "course_id" uuid     NOT NULL,
  "position"  smallint NOT NULL,
  "text"      text     NOT NULL,
  CONSTRAINT "course_outcomes_course_id_position_key" UNIQUE (course_id, "position") DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT "course_outcomes_pkey" PRIMARY KEY (id),
  CONSTRAINT "course_outcomes_position_check" CHECK (("position" > 0)),
  CONSTRAINT "course_outcomes_text_check" CHECK (((length(btrim(text)) >= 1) AND (length(btrim(text)) <= 300)))
);

ALTER TABLE "public"."course_outcomes"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."course_outcomes" FROM "service_role";

CREATE TABLE "public"."course_price_history" (
  "id"           bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "course_id"    uuid                     NOT NULL,
  "price_cents"  integer                  NOT NULL,
  "currency"     character(3)             NOT NULL,
  "charged_from" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "course_price_history_currency_check" CHECK ((currency ~ '^[a-z]{3}$'::text)),
  CONSTRAINT "course_price_history_pkey" PRIMARY KEY (id),
  CONSTRAINT "course_price_history_price_cents_check" CHECK ((price_cents >= 0))
);

ALTER TABLE "public"."course_price_history"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."course_price_history" FROM "anon", "service_role";

CREATE TABLE "public"."course_requirements" (
  "id"        uuid     NOT NULL DEFAULT gen_random_uuid(),
  "course_id" uuid     NOT NULL,
  "position"  smallint NOT NULL,
  "text"      text     NOT NULL,
  CONSTRAINT "course_requirements_course_id_position_key" UNIQUE (course_id, "position") DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT "course_requirements_pkey" PRIMARY KEY (id),
  CONSTRAINT "course_requirements_position_check" CHECK (("position" > 0)),
  CONSTRAINT "course_requirements_text_check" CHECK (((length(btrim(text)) >= 1) AND (length(btrim(text)) <= 300)))
);

ALTER TABLE "public"."course_requirements"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."course_requirements" FROM "service_role";

CREATE TABLE "public"."course_stats" (
  "course_id"        uuid                     NOT NULL,
  "rating_1"         integer                  NOT NULL DEFAULT 0,
  "rating_2"         integer                  NOT NULL DEFAULT 0,
  "rating_3"         integer                  NOT NULL DEFAULT 0,
  "rating_4"         integer                  NOT NULL DEFAULT 0,
  "rating_5"         integer                  NOT NULL DEFAULT 0,
  "rating_count"     integer                  GENERATED ALWAYS AS (((((rating_1 + rating_2) + rating_3) + rating_4) + rating_5)) STORED NOT NULL,
  "rating_sum"       integer                  GENERATED ALWAYS AS (((((rating_1 + (2 * rating_2)) + (3 * rating_3)) + (4 * rating_4)) + (5 * rating_5))) STORED NOT NULL,
  "rating"           numeric(3,2)             GENERATED ALWAYS AS
    (COALESCE(round(((((((rating_1 + (2 * rating_2)) + (3 * rating_3)) + (4 * rating_4)) + (5 * rating_5)))::numeric / (NULLIF(((((rating_1 + rating_2) + rating_3) + rating_4) +
    rating_5), 0))::numeric), 2), (0)::numeric)) STORED NOT NULL,
  "review_count"     integer                  NOT NULL DEFAULT 0,
  "student_count"    integer                  NOT NULL DEFAULT 0,
  "section_count"    integer                  NOT NULL DEFAULT 0,
  "lesson_count"     integer                  NOT NULL DEFAULT 0,
  "duration_seconds" integer                  NOT NULL DEFAULT 0,
  "bestseller_until" timestamp with time zone,
  CONSTRAINT "course_stats_duration_seconds_check" CHECK ((duration_seconds >= 0)),
  CONSTRAINT "course_stats_lesson_count_check" CHECK ((lesson_count >= 0)),
  CONSTRAINT "course_stats_pkey" PRIMARY KEY (course_id),
  CONSTRAINT "course_stats_rating_1_check" CHECK ((rating_1 >= 0)),
  CONSTRAINT "course_stats_rating_2_check" CHECK ((rating_2 >= 0)),
  CONSTRAINT "course_stats_rating_3_check" CHECK ((rating_3 >= 0)),
  CONSTRAINT "course_stats_rating_4_check" CHECK ((rating_4 >= 0)),
  CONSTRAINT "course_stats_rating_5_check" CHECK ((rating_5 >= 0)),
  CONSTRAINT "course_stats_review_count_check" CHECK ((review_count >= 0)),
  CONSTRAINT "course_stats_section_count_check" CHECK ((section_count >= 0)),
  CONSTRAINT "course_stats_student_count_check" CHECK ((student_count >= 0))
);

ALTER TABLE "public"."course_stats"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."course_stats"
  SET (fillfactor=70);

REVOKE ALL ON TABLE "public"."course_stats" FROM "service_role";

CREATE TABLE "public"."courses" (
  "id"                uuid NOT NULL DEFAULT gen_random_uuid(),
  "slug"              text NOT NULL,
  "title"             text NOT NULL,
  "short_description" text NOT NULL DEFAULT ''::text,
  "description"       text NOT NULL DEFAULT ''::text,
  "category_id"       uuid,
  CONSTRAINT "courses_description_check" CHECK ((length(description) <= 20000)),
  CONSTRAINT "courses_pkey" PRIMARY KEY (id),
  CONSTRAINT "courses_short_description_check" CHECK ((length(short_description) <= 500)),
  CONSTRAINT "courses_slug_check" CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(slug) <= 100))),
  CONSTRAINT "courses_slug_key" UNIQUE (slug),
  CONSTRAINT "courses_title_check" CHECK (((length(btrim(title)) >= 1) AND (length(btrim(title)) <= 255) AND (length(title) <= 255))),
  "instructor_id"     uuid NOT NULL DEFAULT auth.uid()
);

ALTER TABLE "public"."courses"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."courses" FROM "service_role";

CREATE TABLE "public"."curriculum_sections" (
  "id"                     uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "course_id"              uuid                     NOT NULL,
  "title"                  text                     NOT NULL,
  "description"            text                     NOT NULL DEFAULT ''::text,
  "position"               smallint                 NOT NULL,
  "total_lessons"          integer                  NOT NULL DEFAULT 0,
  "total_duration_minutes" integer                  NOT NULL DEFAULT 0,
  "created_at"             timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "curriculum_sections_course_id_position_key" UNIQUE (course_id, "position") DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT "curriculum_sections_description_check" CHECK ((length(description) <= 5000)),
  CONSTRAINT "curriculum_sections_id_course_id_key" UNIQUE (id, course_id),
  CONSTRAINT "curriculum_sections_pkey" PRIMARY KEY (id),
  CONSTRAINT "curriculum_sections_position_check" CHECK (("position" > 0)),
  CONSTRAINT "curriculum_sections_title_check" CHECK (((length(btrim(title)) >= 1) AND (length(btrim(title)) <= 255) AND (length(title) <= 255))),
  CONSTRAINT "curriculum_sections_total_duration_minutes_check" CHECK ((total_duration_minutes >= 0)),
  CONSTRAINT "curriculum_sections_total_lessons_check" CHECK ((total_lessons >= 0))
);

ALTER TABLE "public"."curriculum_sections"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."curriculum_sections" FROM "service_role";

CREATE TABLE "public"."enrollments" (
  "id"        uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id"   uuid NOT NULL,
  "course_id" uuid NOT NULL,
  CONSTRAINT "enrollments_pkey" PRIMARY KEY (id),
  CONSTRAINT "enrollments_user_id_course_id_key" UNIQUE (user_id, course_id)
);

ALTER TABLE "public"."enrollments"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."enrollments"
  SET (fillfactor=70);

REVOKE ALL ON TABLE "public"."enrollments" FROM "anon", "service_role";

CREATE TABLE "public"."instructor_requests" (
  "id"         uuid NOT NULL DEFAULT gen_random_uuid(),
  "user_id"    uuid NOT NULL,
  "motivation" text NOT NULL,
  CONSTRAINT "instructor_requests_motivation_check" CHECK (((length(motivation) >= 1) AND (length(motivation) <= 2000))),
  CONSTRAINT "instructor_requests_pkey" PRIMARY KEY (id)
);

ALTER TABLE "public"."instructor_requests"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."instructor_requests" FROM "anon", "service_role";

CREATE TABLE "public"."learning_days" (
  "user_id"     uuid                     NOT NULL,
  "day"         date                     NOT NULL,
  "seconds"     integer                  NOT NULL DEFAULT 0,
  "spent_until" timestamp with time zone NOT NULL DEFAULT '-infinity'::timestamp WITH time zone,
  CONSTRAINT "learning_days_pkey" PRIMARY KEY (user_id, day),
  CONSTRAINT "learning_days_seconds_check" CHECK ((seconds >= 0))
);

ALTER TABLE "public"."learning_days"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."learning_days"
  SET (fillfactor=70);

REVOKE ALL ON TABLE "public"."learning_days" FROM "anon", "service_role";

CREATE TABLE "public"."lesson_contents" (
  "lesson_id"  uuid                     NOT NULL,
  "course_id"  uuid                     NOT NULL,
  "video_path" text,
  "video_url"  text,
  "body"       text                     NOT NULL DEFAULT ''::text,
  "resources"  jsonb                    NOT NULL DEFAULT '[]'::jsonb,
  "updated_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "lesson_contents_body_check" CHECK ((length(body) <= 100000)),
  CONSTRAINT "lesson_contents_pkey" PRIMARY KEY (lesson_id),
  CONSTRAINT "lesson_contents_resources_check" CHECK (((jsonb_typeof(resources) = 'array'::text) AND (length((resources)::text) <= 20000))),
  CONSTRAINT "lesson_contents_resources_have_title_and_path_or_https_url_chec"
    CHECK
    ((NOT jsonb_path_exists(resources,
    '$[*]?(!(@."title".type() == "string" && (@."url" starts with "https://" || !(exists (@."url")) && @."path".type() == "string")))'::jsonpath))),
  CONSTRAINT "lesson_contents_video_path_check" CHECK ((length(video_path) <= 300)),
  CONSTRAINT "lesson_contents_video_path_in_own_folder_check" CHECK ((video_path ~~ ((((course_id)::text || '/'::text) || (lesson_id)::text) || '/%'::text))),
  CONSTRAINT "lesson_contents_video_url_check" CHECK (((video_url ~ '^https://'::text) AND (length(video_url) <= 2000)))
);

ALTER TABLE "public"."lesson_contents"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."lesson_contents" FROM "service_role";

CREATE TABLE "public"."lesson_progress" (
  "enrollment_id" uuid                     NOT NULL,
  "lesson_id"     uuid                     NOT NULL,
  "user_id"       uuid                     NOT NULL,
  "course_id"     uuid                     NOT NULL,
  "is_completed"  boolean                  NOT NULL DEFAULT false,
  "completed_at"  timestamp with time zone,
  "watched"       int4multirange           NOT NULL DEFAULT '{}'::int4multirange,
  CONSTRAINT "lesson_progress_completed_means_when_check" CHECK ((is_completed = (completed_at IS NOT NULL))),
  CONSTRAINT "lesson_progress_pkey" PRIMARY KEY (enrollment_id, lesson_id)
);

ALTER TABLE "public"."lesson_progress"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."lesson_progress"
  SET (fillfactor=70);

REVOKE ALL ON TABLE "public"."lesson_progress" FROM "anon", "service_role";

CREATE TABLE "public"."lessons" (
  "id"               uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "section_id"       uuid                     NOT NULL,
  "course_id"        uuid                     NOT NULL,
  "title"            text                     NOT NULL,
  "description"      text                     NOT NULL DEFAULT ''::text,
  "duration_seconds" integer                  NOT NULL DEFAULT 0,
  "duration_minutes" integer                  GENERATED ALWAYS AS (((duration_seconds + 59) / 60)) STORED NOT NULL,
  "position"         smallint                 NOT NULL,
  "is_preview"       boolean                  NOT NULL DEFAULT false,
  "created_at"       timestamp with time zone NOT NULL DEFAULT now(),
  "updated_at"       timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "lessons_description_check" CHECK ((length(description) <= 5000)),
  CONSTRAINT "lessons_duration_seconds_check" CHECK (((duration_seconds >= 0) AND (duration_seconds <= 86400))),
  CONSTRAINT "lessons_id_course_id_key" UNIQUE (id, course_id),
  CONSTRAINT "lessons_pkey" PRIMARY KEY (id),
  CONSTRAINT "lessons_position_check" CHECK (("position" > 0)),
  CONSTRAINT "lessons_section_id_position_key" UNIQUE (section_id, "position") DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT "lessons_title_check" CHECK (((length(btrim(title)) >= 1) AND (length(btrim(title)) <= 255) AND (length(title) <= 255)))
);

ALTER TABLE "public"."lessons"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."lessons" FROM "service_role";

CREATE TABLE "public"."notification_preferences" (
  "user_id"        uuid                     NOT NULL,
  "weekly_summary" boolean                  NOT NULL DEFAULT true,
  "course_news"    boolean                  NOT NULL DEFAULT true,
  "review_replies" boolean                  NOT NULL DEFAULT true,
  "updated_at"     timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "notification_preferences_pkey" PRIMARY KEY (user_id)
);

ALTER TABLE "public"."notification_preferences"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."notification_preferences" FROM "anon", "service_role";

CREATE TABLE "public"."notifications" (
  "id"         uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "user_id"    uuid                     NOT NULL,
  "kind"       text                     NOT NULL,
  "title"      text                     NOT NULL,
  "body"       text                     NOT NULL DEFAULT ''::text,
  "link"       text,
  "dedupe_key" text,
  "read_at"    timestamp with time zone,
  "created_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "notifications_body_check" CHECK ((length(body) <= 1000)),
  CONSTRAINT "notifications_dedupe_key_check" CHECK ((length(dedupe_key) <= 200)),
  CONSTRAINT "notifications_kind_check" CHECK ((kind ~ '^[a-z][a-z_]{1,39}$'::text)),
  CONSTRAINT "notifications_link_check" CHECK (((link ~ '^/'::text) AND (length(link) <= 500))),
  CONSTRAINT "notifications_pkey" PRIMARY KEY (id),
  CONSTRAINT "notifications_title_check" CHECK (((length(title) >= 1) AND (length(title) <= 300))),
  CONSTRAINT "notifications_user_id_dedupe_key_key" UNIQUE (user_id, dedupe_key)
);

ALTER TABLE "public"."notifications"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."notifications" FROM "anon", "service_role";

CREATE TABLE "public"."order_billing" (
  "order_id"      uuid         NOT NULL,
  "first_name"    text         NOT NULL,
  "last_name"     text         NOT NULL,
  "email"         text         NOT NULL,
  "address_line1" text         NOT NULL,
  "address_line2" text         NOT NULL DEFAULT ''::text,
  "city"          text         NOT NULL,
  "state"         text         NOT NULL DEFAULT ''::text,
  "postal_code"   text         NOT NULL DEFAULT ''::text,
  "country"       character(2) NOT NULL,
  "phone"         text         NOT NULL DEFAULT ''::text,
  CONSTRAINT "order_billing_address_line1_check" CHECK (((length(address_line1) >= 1) AND (length(address_line1) <= 200))),
  CONSTRAINT "order_billing_address_line2_check" CHECK ((length(address_line2) <= 200)),
  CONSTRAINT "order_billing_city_check" CHECK (((length(city) >= 1) AND (length(city) <= 100))),
  CONSTRAINT "order_billing_country_check" CHECK ((country ~ '^[A-Z]{2}$'::text)),
  CONSTRAINT "order_billing_email_check" CHECK (((length(email) >= 3) AND (length(email) <= 320))),
  CONSTRAINT "order_billing_first_name_check" CHECK (((length(first_name) >= 1) AND (length(first_name) <= 150))),
  CONSTRAINT "order_billing_last_name_check" CHECK (((length(last_name) >= 1) AND (length(last_name) <= 150))),
  CONSTRAINT "order_billing_phone_check" CHECK ((length(phone) <= 20)),
  CONSTRAINT "order_billing_pkey" PRIMARY KEY (order_id),
  CONSTRAINT "order_billing_postal_code_check" CHECK ((length(postal_code) <= 20)),
  CONSTRAINT "order_billing_state_check" CHECK ((length(state) <= 100))
);

ALTER TABLE "public"."order_billing"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."order_billing" FROM "anon", "service_role";

CREATE TABLE "public"."order_items" (
  "id"                   uuid     NOT NULL DEFAULT gen_random_uuid(),
  "order_id"             uuid     NOT NULL,
  "position"             smallint NOT NULL,
  "course_id"            uuid     NOT NULL,
  "instructor_id"        uuid     NOT NULL,
  "title"                text     NOT NULL,
  "slug"                 text     NOT NULL,
  "instructor_name"      text     NOT NULL,
  "thumbnail_path"       text,
  "list_price_cents"     integer  NOT NULL,
  "price_cents"          integer  NOT NULL,
  "discount_cents"       integer  NOT NULL DEFAULT 0,
  "tax_cents"            integer  NOT NULL DEFAULT 0,
  "total_cents"          integer  NOT NULL,
  "platform_fee_percent" smallint NOT NULL,
  "refunded_cents"       integer  NOT NULL DEFAULT 0,
  CONSTRAINT "order_items_discount_cents_check" CHECK ((discount_cents >= 0)),
  CONSTRAINT "order_items_discount_within_price_check" CHECK ((discount_cents <= price_cents)),
  CONSTRAINT "order_items_instructor_name_check" CHECK ((length(instructor_name) <= 310)),
  CONSTRAINT "order_items_list_price_cents_check" CHECK ((list_price_cents >= 0)),
  CONSTRAINT "order_items_order_id_course_id_key" UNIQUE (order_id, course_id),
  CONSTRAINT "order_items_order_id_position_key" UNIQUE (order_id, "position"),
  CONSTRAINT "order_items_pkey" PRIMARY KEY (id),
  CONSTRAINT "order_items_platform_fee_percent_check" CHECK (((platform_fee_percent >= 0) AND (platform_fee_percent <= 100))),
  CONSTRAINT "order_items_position_check" CHECK (("position" > 0)),
  CONSTRAINT "order_items_price_cents_check" CHECK ((price_cents >= 0)),
  CONSTRAINT "order_items_refunded_cents_check" CHECK ((refunded_cents >= 0)),
  CONSTRAINT "order_items_refunds_within_total_check" CHECK ((refunded_cents <= total_cents)),
  CONSTRAINT "order_items_slug_check" CHECK ((length(slug) <= 300)),
  CONSTRAINT "order_items_tax_cents_check" CHECK ((tax_cents >= 0)),
  CONSTRAINT "order_items_thumbnail_path_check" CHECK ((length(thumbnail_path) <= 300)),
  CONSTRAINT "order_items_title_check" CHECK ((length(title) <= 255)),
  CONSTRAINT "order_items_total_adds_up_check" CHECK ((total_cents = ((price_cents - discount_cents) + tax_cents))),
  CONSTRAINT "order_items_total_cents_check" CHECK ((total_cents >= 0))
);

ALTER TABLE "public"."order_items"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."order_items" FROM "anon", "service_role";

CREATE TABLE "public"."orders" (
  "id"             uuid         NOT NULL DEFAULT gen_random_uuid(),
  "order_number"   text         NOT NULL,
  "user_id"        uuid         NOT NULL,
  "coupon_id"      uuid,
  "currency"       character(3) NOT NULL,
  "subtotal_cents" integer      NOT NULL,
  "discount_cents" integer      NOT NULL DEFAULT 0,
  "tax_cents"      integer      NOT NULL DEFAULT 0,
  "total_cents"    integer      NOT NULL,
  "refunded_cents" integer      NOT NULL DEFAULT 0,
  "payment_method" text,
  CONSTRAINT "orders_currency_check" CHECK ((currency ~ '^[a-z]{3}$'::text)),
  CONSTRAINT "orders_discount_cents_check" CHECK ((discount_cents >= 0)),
  CONSTRAINT "orders_order_number_check" CHECK (((order_number ~ '^ORD-\d{4}-\d{5,}$'::text) AND (length(order_number) <= 30))),
  CONSTRAINT "orders_order_number_key" UNIQUE (order_number),
  CONSTRAINT "orders_payment_method_check" CHECK ((payment_method = ANY (ARRAY['stripe'::text, 'free'::text]))),
  CONSTRAINT "orders_pkey" PRIMARY KEY (id),
  CONSTRAINT "orders_refunded_cents_check" CHECK ((refunded_cents >= 0)),
  CONSTRAINT "orders_refunds_within_total_check" CHECK ((refunded_cents <= total_cents)),
  CONSTRAINT "orders_subtotal_cents_check" CHECK ((subtotal_cents >= 0)),
  CONSTRAINT "orders_tax_cents_check" CHECK ((tax_cents >= 0)),
  CONSTRAINT "orders_total_adds_up_check" CHECK ((total_cents = ((subtotal_cents - discount_cents) + tax_cents))),
  CONSTRAINT "orders_total_cents_check" CHECK ((total_cents >= 0))
);

ALTER TABLE "public"."orders"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."orders" FROM "anon", "service_role";

CREATE TABLE "public"."payments" (
  "id"                       uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "order_id"                 uuid                     NOT NULL,
  "attempt"                  smallint                 NOT NULL,
  "provider"                 text                     NOT NULL DEFAULT 'stripe'::text,
  "amount_cents"             integer                  NOT NULL,
  "currency"                 character(3)             NOT NULL,
  "stripe_payment_intent_id" text,
  "stripe_charge_id"         text,
  "processing_charges"       text[]                   NOT NULL DEFAULT '{}'::text[],
  "failed_charges"           text[]                   NOT NULL DEFAULT '{}'::text[],
  "failed_at"                timestamp with time zone,
  "failure_code"             text,
  "canceled_at"              timestamp with time zone,
  "succeeded_at"             timestamp with time zone,
  "charge_refunded_cents"    integer                  NOT NULL DEFAULT 0,
  "pays_order"               boolean                  NOT NULL DEFAULT false,
  CONSTRAINT "payments_amount_cents_check" CHECK ((amount_cents > 0)),
  CONSTRAINT "payments_attempt_check" CHECK ((attempt > 0)),
  CONSTRAINT "payments_charge_refunded_cents_check" CHECK ((charge_refunded_cents >= 0)),
  CONSTRAINT "payments_currency_check" CHECK ((currency ~ '^[a-z]{3}$'::text)),
  CONSTRAINT "payments_failed_charges_check" CHECK ((cardinality(failed_charges) <= 1000)),
  CONSTRAINT "payments_failure_code_check" CHECK ((length(failure_code) <= 100)),
  CONSTRAINT "payments_order_id_attempt_key" UNIQUE (order_id, attempt),
  CONSTRAINT "payments_pays_order_means_succeeded_check" CHECK (((NOT pays_order) OR (succeeded_at IS NOT NULL))),
  CONSTRAINT "payments_pkey" PRIMARY KEY (id),
  CONSTRAINT "payments_processing_charges_check" CHECK ((cardinality(processing_charges) <= 1000)),
  CONSTRAINT "payments_provider_check" CHECK ((provider = 'stripe'::text)),
  CONSTRAINT "payments_stripe_charge_id_check" CHECK ((length(stripe_charge_id) <= 255)),
  CONSTRAINT "payments_stripe_payment_intent_id_check" CHECK ((length(stripe_payment_intent_id) <= 255)),
  CONSTRAINT "payments_stripe_payment_intent_id_key" UNIQUE (stripe_payment_intent_id)
);

ALTER TABLE "public"."payments"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."payments" FROM "anon", "service_role";

CREATE TABLE "public"."profile_private" (
  "user_id"    uuid                     NOT NULL,
  "email"      text                     NOT NULL,
  "phone"      text                     NOT NULL DEFAULT ''::text,
  "country"    text                     NOT NULL DEFAULT ''::text,
  "timezone"   text                     NOT NULL DEFAULT 'UTC'::text,
  "created_at" timestamp with time zone NOT NULL DEFAULT now(),
  "updated_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "profile_private_country_check" CHECK ((length(country) <= 100)),
  CONSTRAINT "profile_private_email_check" CHECK ((length(email) <= 320)),
  CONSTRAINT "profile_private_phone_check" CHECK ((phone ~ '^$|^\+?[0-9 ()./-]{4,20}$'::text)),
  CONSTRAINT "profile_private_pkey" PRIMARY KEY (user_id),
  CONSTRAINT "profile_private_timezone_check" CHECK ((length(timezone) <= 50))
);

ALTER TABLE "public"."profile_private"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."profile_private" FROM "anon", "service_role";

CREATE TABLE "public"."profile_stats" (
  "user_id"             uuid                     NOT NULL,
  "seconds_learned"     bigint                   NOT NULL DEFAULT 0,
  "courses_enrolled"    integer                  NOT NULL DEFAULT 0,
  "courses_completed"   integer                  NOT NULL DEFAULT 0,
  "certificates_earned" integer                  NOT NULL DEFAULT 0,
  "ratings_given"       integer                  NOT NULL DEFAULT 0,
  "rating_sum_given"    integer                  NOT NULL DEFAULT 0,
  "streak_days"         integer                  NOT NULL DEFAULT 0,
  "streak_last_on"      date,
  "last_activity_at"    timestamp with time zone,
  CONSTRAINT "profile_stats_certificates_earned_check" CHECK ((certificates_earned >= 0)),
  CONSTRAINT "profile_stats_courses_completed_check" CHECK ((courses_completed >= 0)),
  CONSTRAINT "profile_stats_courses_enrolled_check" CHECK ((courses_enrolled >= 0)),
  CONSTRAINT "profile_stats_pkey" PRIMARY KEY (user_id),
  CONSTRAINT "profile_stats_rating_sum_given_check" CHECK ((rating_sum_given >= 0)),
  CONSTRAINT "profile_stats_ratings_given_check" CHECK ((ratings_given >= 0)),
  CONSTRAINT "profile_stats_seconds_learned_check" CHECK ((seconds_learned >= 0)),
  CONSTRAINT "profile_stats_streak_days_check" CHECK ((streak_days >= 0))
);

ALTER TABLE "public"."profile_stats"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."profile_stats"
  SET (fillfactor=70);

REVOKE ALL ON TABLE "public"."profile_stats" FROM "anon", "service_role";

CREATE TABLE "public"."profiles" (
  "id"            uuid                     NOT NULL,
  "first_name"    text                     NOT NULL DEFAULT ''::text,
  "last_name"     text                     NOT NULL DEFAULT ''::text,
  "headline"      text                     NOT NULL DEFAULT ''::text,
  "bio"           text                     NOT NULL DEFAULT ''::text,
  "avatar_path"   text,
  "is_instructor" boolean                  NOT NULL DEFAULT false,
  "is_reviewer"   boolean                  NOT NULL DEFAULT false,
  "is_active"     boolean                  NOT NULL DEFAULT true,
  "created_at"    timestamp with time zone NOT NULL DEFAULT now(),
  "updated_at"    timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "profiles_avatar_path_check" CHECK ((length(avatar_path) <= 300)),
  CONSTRAINT "profiles_avatar_path_in_own_folder_check" CHECK ((avatar_path ~~ ((id)::text || '/%'::text))),
  CONSTRAINT "profiles_bio_check" CHECK ((length(bio) <= 5000)),
  CONSTRAINT "profiles_first_name_check" CHECK ((length(first_name) <= 150)),
  CONSTRAINT "profiles_headline_check" CHECK ((length(headline) <= 150)),
  CONSTRAINT "profiles_last_name_check" CHECK ((length(last_name) <= 150)),
  CONSTRAINT "profiles_pkey" PRIMARY KEY (id)
);

ALTER TABLE "public"."profiles"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."profiles" FROM "service_role";

CREATE TABLE "public"."review_votes" (
  "review_id"  uuid                     NOT NULL,
  "created_at" timestamp with time zone NOT NULL DEFAULT now(),
  "user_id"    uuid                     NOT NULL DEFAULT auth.uid(),
  CONSTRAINT "review_votes_pkey" PRIMARY KEY (review_id, user_id)
);

ALTER TABLE "public"."review_votes"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."review_votes" FROM "anon", "service_role";

CREATE TABLE "public"."reviews" (
  "id"               uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "course_id"        uuid                     NOT NULL,
  "rating"           smallint                 NOT NULL,
  "title"            text                     NOT NULL DEFAULT ''::text,
  "comment"          text                     NOT NULL DEFAULT ''::text,
  "has_words"        boolean                  GENERATED ALWAYS AS (((title <> ''::text) OR (COMMENT <> ''::text))) STORED NOT NULL,
  "helpful_count"    integer                  NOT NULL DEFAULT 0,
  "is_hidden"        boolean                  NOT NULL DEFAULT false,
  "hidden_reason"    text                     NOT NULL DEFAULT ''::text,
  "instructor_reply" text                     NOT NULL DEFAULT ''::text,
  "replied_at"       timestamp with time zone,
  "created_at"       timestamp with time zone NOT NULL DEFAULT now(),
  "updated_at"       timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "reviews_comment_check" CHECK ((length(comment) <= 5000)),
  CONSTRAINT "reviews_helpful_count_check" CHECK ((helpful_count >= 0)),
  CONSTRAINT "reviews_hidden_reason_check" CHECK ((length(hidden_reason) <= 500)),
  CONSTRAINT "reviews_instructor_reply_check" CHECK ((length(instructor_reply) <= 5000)),
  CONSTRAINT "reviews_only_hidden_ones_have_a_reason_check" CHECK ((is_hidden OR (hidden_reason = ''::text))),
  CONSTRAINT "reviews_pkey" PRIMARY KEY (id),
  CONSTRAINT "reviews_rating_check" CHECK (((rating >= 1) AND (rating <= 5))),
  CONSTRAINT "reviews_reply_means_when_check" CHECK (((instructor_reply <> ''::text) = (replied_at IS NOT NULL))),
  CONSTRAINT "reviews_title_check" CHECK ((length(title) <= 255)),
  "user_id"          uuid                     NOT NULL DEFAULT auth.uid(),
  CONSTRAINT "reviews_course_id_user_id_key" UNIQUE (course_id, user_id)
);

ALTER TABLE "public"."reviews"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."reviews" FROM "service_role";

CREATE TABLE "public"."user_roles" (
  "user_id" uuid NOT NULL
);

ALTER TABLE "public"."user_roles"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."user_roles" FROM "anon", "service_role";

CREATE TABLE "public"."wishlists" (
  "course_id" uuid                     NOT NULL,
  "added_at"  timestamp with time zone NOT NULL DEFAULT now(),
  "user_id"   uuid                     NOT NULL DEFAULT auth.uid(),
  CONSTRAINT "wishlists_pkey" PRIMARY KEY (user_id, course_id)
);

ALTER TABLE "public"."wishlists"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."wishlists" FROM "anon", "service_role";

REVOKE ALL ON SEQUENCE "public"."audit_log_id_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."audit_log_id_seq" FROM "authenticated";

REVOKE ALL ON SEQUENCE "public"."audit_log_id_seq" FROM "service_role";

REVOKE ALL ON SEQUENCE "public"."course_price_history_id_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."course_price_history_id_seq" FROM "authenticated";

REVOKE ALL ON SEQUENCE "public"."course_price_history_id_seq" FROM "service_role";

CREATE TYPE "private"."coupon_redemption_state" AS ENUM (
  'reserved',
  'redeemed',
  'released'
);

ALTER TABLE "private"."coupon_redemptions"
  ADD COLUMN "state" private.coupon_redemption_state NOT NULL DEFAULT 'reserved'::private.coupon_redemption_state;

ALTER TABLE "private"."coupon_redemptions"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "private"."coupon_redemptions"
  ADD COLUMN "settled_at" timestamp WITH time zone;

CREATE TYPE "private"."erasure" AS ENUM (
  'delete',
  'clear',
  'keep'
);

ALTER TABLE "private"."personal_data"
  ADD COLUMN "erasure" private.erasure NOT NULL DEFAULT 'keep'::private.erasure;

ALTER TABLE "private"."personal_data"
  ADD COLUMN "cleared_by" text;

ALTER TABLE "private"."personal_data"
  ADD COLUMN "reason" text NOT NULL;

CREATE TYPE "private"."ledger_account_kind" AS ENUM (
  'stripe_cash',
  'disputed_funds',
  'platform_revenue',
  'instructor_payable',
  'instructor_held',
  'tax_payable'
);

ALTER TABLE "private"."ledger_accounts"
  ADD COLUMN "kind" private.ledger_account_kind NOT NULL;

ALTER TABLE "private"."ledger_accounts"
  ADD COLUMN "owner_id" uuid;

ALTER TABLE "private"."ledger_accounts"
  ADD COLUMN "currency" character(3) NOT NULL;

ALTER TABLE "private"."ledger_accounts"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "private"."ledger_transaction_kind" AS ENUM (
  'sale',
  'refund',
  'dispute',
  'payout',
  'adjustment'
);

ALTER TABLE "private"."ledger_transactions"
  ADD COLUMN "kind" private.ledger_transaction_kind NOT NULL;

ALTER TABLE "private"."ledger_transactions"
  ADD COLUMN "currency" character(3) NOT NULL;

ALTER TABLE "private"."ledger_transactions"
  ADD COLUMN "order_id" uuid;

ALTER TABLE "private"."ledger_transactions"
  ADD COLUMN "payout_id" uuid;

ALTER TABLE "private"."ledger_transactions"
  ADD COLUMN "note" text NOT NULL DEFAULT ''::text;

ALTER TABLE "private"."ledger_transactions"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "private"."mail_template" AS ENUM (
  'enrollment_confirmation',
  'receipt',
  'refund',
  'access_revoked',
  'certificate',
  'instructor_approved',
  'weekly_summary'
);

ALTER TABLE "private"."outbox"
  ADD COLUMN "template" private.mail_template NOT NULL;

ALTER TABLE "private"."outbox"
  ADD COLUMN "user_id" uuid NOT NULL;

ALTER TABLE "private"."outbox"
  ADD COLUMN "payload" jsonb NOT NULL DEFAULT '{}'::jsonb;

ALTER TABLE "private"."outbox"
  ADD COLUMN "dedupe_key" text NOT NULL;

CREATE TYPE "private"."outbox_state" AS ENUM (
  'pending',
  'sent',
  'dead'
);

ALTER TABLE "private"."outbox"
  ADD COLUMN "state" private.outbox_state NOT NULL DEFAULT 'pending'::private.outbox_state;

ALTER TABLE "private"."outbox"
  ADD COLUMN "attempts" smallint NOT NULL DEFAULT 0;

ALTER TABLE "private"."outbox"
  ADD COLUMN "next_attempt_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "private"."outbox"
  ADD COLUMN "sent_at" timestamp WITH time zone;

ALTER TABLE "private"."outbox"
  ADD COLUMN "last_error" text;

ALTER TABLE "private"."outbox"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "private"."payout_state" AS ENUM (
  'requested',
  'sent',
  'failed',
  'reversed'
);

ALTER TABLE "private"."payouts"
  ADD COLUMN "state" private.payout_state NOT NULL DEFAULT 'requested'::private.payout_state;

ALTER TABLE "private"."payouts"
  ADD COLUMN "requested_by" uuid;

ALTER TABLE "private"."payouts"
  ADD COLUMN "stripe_transfer_id" text;

ALTER TABLE "private"."payouts"
  ADD COLUMN "failure_code" text;

ALTER TABLE "private"."payouts"
  ADD COLUMN "attempts" smallint NOT NULL DEFAULT 0;

ALTER TABLE "private"."payouts"
  ADD COLUMN "locked_until" timestamp WITH time zone;

ALTER TABLE "private"."payouts"
  ADD COLUMN "settled_at" timestamp WITH time zone;

ALTER TABLE "private"."payouts"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "private"."payouts"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "private"."rating_change" AS (
  "course_id" uuid,
  "user_id"   uuid,
  "rating"    smallint,
  "has_words" boolean,
  "is_shown"  boolean,
  "n"         integer
);

CREATE TYPE "private"."refund_origin" AS ENUM (
  'staff',
  'buyer',
  'automatic',
  'stripe'
);

ALTER TABLE "private"."refunds"
  ADD COLUMN "origin" private.refund_origin NOT NULL;

ALTER TABLE "private"."refunds"
  ADD COLUMN "reason" text NOT NULL DEFAULT ''::text;

ALTER TABLE "private"."refunds"
  ADD COLUMN "requested_by" uuid;

ALTER TABLE "private"."refunds"
  ADD COLUMN "names_items" boolean NOT NULL;

ALTER TABLE "private"."refunds"
  ADD COLUMN "idempotency_key" text;

CREATE TYPE "private"."refund_state" AS ENUM (
  'requested',
  'pending',
  'succeeded',
  'canceled',
  'failed'
);

ALTER TABLE "private"."refunds"
  ADD COLUMN "state" private.refund_state NOT NULL DEFAULT 'requested'::private.refund_state;

ALTER TABLE "private"."refunds"
  ADD COLUMN "stripe_refund_id" text;

ALTER TABLE "private"."refunds"
  ADD COLUMN "failure_code" text;

ALTER TABLE "private"."refunds"
  ADD COLUMN "attempts" smallint NOT NULL DEFAULT 0;

ALTER TABLE "private"."refunds"
  ADD COLUMN "locked_until" timestamp WITH time zone;

ALTER TABLE "private"."refunds"
  ADD COLUMN "settled_at" timestamp WITH time zone;

ALTER TABLE "private"."refunds"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "private"."refunds"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "private"."stripe_event_outcome" AS ENUM (
  'applied',
  'ignored',
  'quarantined',
  'failed'
);

ALTER TABLE "private"."stripe_events"
  ADD COLUMN "outcome" private.stripe_event_outcome;

ALTER TABLE "private"."stripe_events"
  ADD COLUMN "order_id" uuid;

ALTER TABLE "private"."stripe_events"
  ADD COLUMN "error" text;

CREATE TYPE "public"."contact_status" AS ENUM (
  'new',
  'in_progress',
  'done',
  'spam'
);

ALTER TABLE "public"."contact_messages"
  ADD COLUMN "status" public.contact_status NOT NULL DEFAULT 'new'::public.contact_status;

ALTER TABLE "public"."contact_messages"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."contact_messages"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "public"."course_instructor_role" AS ENUM (
  'owner',
  'co_instructor'
);

ALTER TABLE "public"."course_instructors"
  ADD COLUMN "role" public.course_instructor_role NOT NULL DEFAULT 'co_instructor'::public.course_instructor_role;

ALTER TABLE "public"."course_instructors"
  ADD COLUMN "revenue_share_percent" smallint NOT NULL DEFAULT 0;

ALTER TABLE "public"."course_instructors"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "public"."course_level" AS ENUM (
  'beginner',
  'intermediate',
  'advanced'
);

ALTER TABLE "public"."courses"
  ADD COLUMN "level" public.course_level NOT NULL DEFAULT 'beginner'::public.course_level;

ALTER TABLE "public"."courses"
  ADD COLUMN "language" text NOT NULL DEFAULT 'English'::text;

ALTER TABLE "public"."courses"
  ADD COLUMN "thumbnail_path" text;

ALTER TABLE "public"."courses"
  ADD COLUMN "preview_video_url" text;

ALTER TABLE "public"."courses"
  ADD COLUMN "price_cents" integer NOT NULL DEFAULT 0;

ALTER TABLE "public"."courses"
  ADD COLUMN "original_price_cents" integer;

ALTER TABLE "public"."courses"
  ADD COLUMN "currency" character(3) NOT NULL DEFAULT 'usd'::bpchar;

ALTER TABLE "public"."courses"
  ADD COLUMN "discount_percent" integer GENERATED ALWAYS AS (COALESCE((((original_price_cents - price_cents) * 100) / NULLIF(original_price_cents, 0)), 0)) STORED NOT NULL;

CREATE TYPE "public"."course_status" AS ENUM (
  'draft',
  'in_review',
  'published',
  'unpublished',
  'archived'
);

ALTER TABLE "public"."courses"
  ADD COLUMN "status" public.course_status NOT NULL DEFAULT 'draft'::public.course_status;

ALTER TABLE "public"."courses"
  ADD COLUMN "is_published" boolean GENERATED ALWAYS AS ((status = 'published'::public.course_status)) STORED NOT NULL;

ALTER TABLE "public"."courses"
  ADD COLUMN "is_featured" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."courses"
  ADD COLUMN "published_at" timestamp WITH time zone;

ALTER TABLE "public"."courses"
  ADD COLUMN "archived_at" timestamp WITH time zone;

ALTER TABLE "public"."courses"
  ADD COLUMN "last_updated" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."courses"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."courses"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "public"."enrollment_status" AS ENUM (
  'active',
  'suspended',
  'revoked'
);

ALTER TABLE "public"."enrollments"
  ADD COLUMN "status" public.enrollment_status NOT NULL DEFAULT 'active'::public.enrollment_status;

ALTER TABLE "public"."enrollments"
  ADD COLUMN "access_ends_at" timestamp WITH time zone;

ALTER TABLE "public"."enrollments"
  ADD COLUMN "lessons_completed" integer NOT NULL DEFAULT 0;

ALTER TABLE "public"."enrollments"
  ADD COLUMN "completed_at" timestamp WITH time zone;

ALTER TABLE "public"."enrollments"
  ADD COLUMN "is_completed" boolean GENERATED ALWAYS AS ((completed_at IS NOT NULL)) STORED NOT NULL;

ALTER TABLE "public"."enrollments"
  ADD COLUMN "completed_lesson_count" integer;

ALTER TABLE "public"."enrollments"
  ADD COLUMN "last_lesson_id" uuid;

ALTER TABLE "public"."enrollments"
  ADD COLUMN "last_activity_at" timestamp WITH time zone;

ALTER TABLE "public"."enrollments"
  ADD COLUMN "enrolled_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."enrollments"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "public"."grant_source" AS ENUM (
  'purchase',
  'free',
  'coupon',
  'gift',
  'manual',
  'company'
);

ALTER TABLE "private"."access_grants"
  ADD COLUMN "source" public.grant_source NOT NULL;

ALTER TABLE "private"."access_grants"
  ADD COLUMN "order_item_id" uuid;

ALTER TABLE "private"."access_grants"
  ADD COLUMN "granted_by" uuid;

ALTER TABLE "private"."access_grants"
  ADD COLUMN "reason" text;

ALTER TABLE "private"."access_grants"
  ADD COLUMN "granted_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "private"."access_grants"
  ADD COLUMN "expires_at" timestamp WITH time zone;

ALTER TABLE "private"."access_grants"
  ADD COLUMN "suspended_at" timestamp WITH time zone;

ALTER TABLE "private"."access_grants"
  ADD COLUMN "revoked_at" timestamp WITH time zone;

ALTER TABLE "private"."access_grants"
  ADD COLUMN "revoked_by" uuid;

ALTER TABLE "private"."access_grants"
  ADD COLUMN "revoke_reason" text;

CREATE TYPE "public"."instructor_request_status" AS ENUM (
  'pending',
  'approved',
  'rejected'
);

ALTER TABLE "public"."instructor_requests"
  ADD COLUMN "status" public.instructor_request_status NOT NULL DEFAULT 'pending'::public.instructor_request_status;

ALTER TABLE "public"."instructor_requests"
  ADD COLUMN "decided_by" uuid;

ALTER TABLE "public"."instructor_requests"
  ADD COLUMN "decided_at" timestamp WITH time zone;

ALTER TABLE "public"."instructor_requests"
  ADD COLUMN "note" text NOT NULL DEFAULT ''::text;

ALTER TABLE "public"."instructor_requests"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "public"."order_item_access" AS ENUM (
  'pending',
  'granted',
  'suspended',
  'revoked',
  'withheld'
);

ALTER TABLE "public"."order_items"
  ADD COLUMN "access" public.order_item_access NOT NULL DEFAULT 'pending'::public.order_item_access;

ALTER TABLE "public"."order_items"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "public"."order_state" AS ENUM (
  'pending',
  'processing',
  'failed',
  'completed',
  'partially_refunded',
  'refunded',
  'disputed',
  'canceled',
  'expired'
);

ALTER TABLE "private"."order_transitions"
  ADD COLUMN "from_state" public.order_state NOT NULL;

ALTER TABLE "private"."order_transitions"
  ADD COLUMN "to_state" public.order_state NOT NULL;

ALTER TABLE "private"."order_transitions"
  ADD COLUMN "reason" text NOT NULL;

ALTER TABLE "public"."orders"
  ADD COLUMN "state" public.order_state NOT NULL DEFAULT 'pending'::public.order_state;

CREATE TYPE "public"."order_status" AS ENUM (
  'pending',
  'completed',
  'failed',
  'refunded'
);

ALTER TABLE "public"."orders"
  ADD COLUMN "status" public.order_status GENERATED ALWAYS AS (
CASE state
    WHEN 'completed'::public.order_state THEN 'completed'::public.order_status
    WHEN 'partially_refunded'::public.order_state THEN 'completed'::public.order_status
    WHEN 'disputed'::public.order_state THEN 'completed'::public.order_status
    WHEN 'refunded'::public.order_state THEN 'refunded'::public.order_status
    WHEN 'canceled'::public.order_state THEN 'failed'::public.order_status
    WHEN 'expired'::public.order_state THEN 'failed'::public.order_status
    ELSE 'pending'::public.order_status
END) STORED NOT NULL;

ALTER TABLE "public"."orders"
  ADD COLUMN "expires_at" timestamp WITH time zone NOT NULL;

ALTER TABLE "public"."orders"
  ADD COLUMN "completed_at" timestamp WITH time zone;

ALTER TABLE "public"."orders"
  ADD COLUMN "closed_at" timestamp WITH time zone;

ALTER TABLE "public"."orders"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."orders"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "public"."payment_status" AS ENUM (
  'pending',
  'processing',
  'succeeded',
  'failed',
  'canceled'
);

ALTER TABLE "public"."payments"
  ADD COLUMN "status" public.payment_status GENERATED ALWAYS AS (
CASE
    WHEN (succeeded_at IS NOT NULL) THEN 'succeeded'::public.payment_status
    WHEN (canceled_at IS NOT NULL) THEN 'canceled'::public.payment_status
    WHEN (NOT (processing_charges <@ failed_charges)) THEN 'processing'::public.payment_status
    WHEN (failed_at IS NOT NULL) THEN 'failed'::public.payment_status
    ELSE 'pending'::public.payment_status
END) STORED NOT NULL;

ALTER TABLE "public"."payments"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."payments"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "public"."user_role" AS ENUM (
  'instructor',
  'moderator',
  'admin'
);

ALTER TABLE "public"."user_roles"
  ADD COLUMN "role" public.user_role NOT NULL;

ALTER TABLE "public"."user_roles"
  ADD COLUMN "granted_by" uuid;

ALTER TABLE "public"."user_roles"
  ADD COLUMN "granted_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE OR REPLACE FUNCTION private.active_uid()
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return (select p.id from public.profiles p where p.id = auth.uid() and p.is_active);
end
$function$;

CREATE OR REPLACE FUNCTION private.add_spread (
  base   bigint[],
  amount bigint,
  totals bigint[]
)
  RETURNS bigint[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  with
    room as (
      select array_agg(u.total - u.base order by u.n) as cents
      from unnest(add_spread.base, add_spread.totals) with ordinality as u (base, total, n)
    )
  select array_agg(u.base + u.part order by u.n)
  from
    room,
    unnest(
      add_spread.base,
      private.spread_cents(least(add_spread.amount, private.sum_of(room.cents)), room.cents)
    ) with ordinality as u (base, part, n);
$function$;

CREATE OR REPLACE FUNCTION private.add_students (
  course_id uuid,
  change    integer
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if add_students.change = 0 then
    return;
  end if;
  perform from public.course_stats s where s.course_id = add_students.course_id for no key update skip locked;
  if found then
    perform private.fold_students(add_students.course_id, add_students.change);
  else
    insert into private.student_count_changes (course_id, change) values (add_students.course_id, add_students.change);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.add_to_cart (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  item public.cart_items;
begin
  if add_to_cart.course_id is null then
    perform private.fail('VALIDATION_ERROR', 422, 'Which course?', '{"course_id": "required"}');
  end if;

  -- The trigger of cart_items refuses what cannot be bought.
  insert into public.cart_items (cart_id, user_id, course_id)
  values (private.own_cart_id(), caller, add_to_cart.course_id)
  returning * into item;

  return (
    select jsonb_build_object(
      'id', item.id,
      'course', jsonb_build_object(
        'id', c.id, 'title', c.title, 'slug', c.slug, 'price', private.to_amount(c.price_cents, c.currency)
      ),
      'added_at', item.added_at
    )
    from public.courses c
    where c.id = item.course_id
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.administered_course_ids()
  RETURNS SETOF uuid
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if private.is_admin() then
    return query select c.id from public.courses c;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.answer_error (
  code    text,
  status  integer,
  message text,
  details jsonb   DEFAULT '{}'::jsonb,
  headers jsonb   DEFAULT '{}'::jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform set_config('response.status', answer_error.status::text, true);
  -- One object a header: PostgREST answers 500 to an object that holds none, or several.
  perform set_config(
    'response.headers',
    (select coalesce(jsonb_agg(jsonb_build_object(h.key, h.value)), '[]') from jsonb_each(answer_error.headers) h)::text,
    true
  );
  -- The body that private.fail makes PostgREST send.
  return jsonb_build_object(
    'code', answer_error.code,
    'message', answer_error.message,
    'details', answer_error.details::text,
    'hint', jsonb_build_object('status', answer_error.status)::text
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.append_position()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  list uuid := (to_jsonb(new) ->> tg_argv[0])::uuid;
begin
  -- Two additions to one list at the same moment wait for each other.
  perform pg_advisory_xact_lock(hashtext(tg_table_name), hashtext(list::text) & 255);
  execute format('select coalesce(max(t.position), 0) + 1 from %I.%I t where t.%I = $1', tg_table_schema, tg_table_name, tg_argv[0])
  into new.position
  using list;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_charge_refunded (
  charge jsonb,
  OUT    outcome text,
  OUT    order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments := private.find_payment(
    private.stripe_id(apply_charge_refunded.charge -> 'payment_intent'), apply_charge_refunded.charge -> 'metadata'
  );
begin
  if payment.id is null then
    outcome := 'ignored';
    return;
  end if;
  order_id := payment.order_id;
  update public.payments p
  set charge_refunded_cents = greatest(p.charge_refunded_cents, (apply_charge_refunded.charge ->> 'amount_refunded')::integer)
  where p.id = payment.id;
  perform private.settle_order(order_id);
  outcome := 'applied';
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_coupon (
  order_id uuid,
  code     text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  typed text := nullif(private.normalise_coupon_code(apply_coupon.code), '');
  o public.orders;
  course_ids uuid[];
  coupon_id uuid;
  refusal jsonb;
  new_order_id uuid;
begin
  perform from public.carts c where c.user_id = caller for no key update;
  select * into o from public.orders x where x.id = apply_coupon.order_id and x.user_id = caller for update;
  if o.id is null then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  elsif o.completed_at is not null then
    perform private.fail('ORDER_ALREADY_PAID', 409, 'This order is paid.');
  elsif o.state = 'processing' then
    perform private.fail('PAYMENT_PROCESSING', 409, 'This order is being paid.');
  elsif o.closed_at is not null or o.expires_at <= now() then
    perform private.fail('ORDER_EXPIRED', 409, 'This order is over. Order again.');
  end if;

  course_ids := array(select i.course_id from public.order_items i where i.order_id = o.id order by i.position);
  perform private.refuse_unbuyable(caller, course_ids);

  if typed is not null then
    perform from public.coupons k where k.id = o.coupon_id or k.code = typed order by k.id for no key update;
    select u.coupon_id, u.refusal into coupon_id, refusal from private.use_coupon(typed, caller, course_ids, o.id) u;
    if refusal is not null then
      return refusal;
    end if;
  end if;

  -- A statement of its own: order_json, being stable, would not see what its own statement writes.
  new_order_id := private.place_order(
    caller, course_ids, coupon_id,
    (select to_jsonb(b) - 'order_id' from public.order_billing b where b.order_id = o.id),
    o
  );
  return private.order_json(new_order_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_dispute (
  event_type text,
  dispute    jsonb,
  told_at    timestamp with time zone,
  OUT        outcome text,
  OUT        order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments := private.find_payment(private.stripe_id(apply_dispute.dispute -> 'payment_intent'));
  told private.disputes;
begin
  if payment.id is null then
    select f.* into payment
    from public.payments p cross join lateral private.find_payment(p.stripe_payment_intent_id) f
    where p.stripe_charge_id = private.stripe_id(apply_dispute.dispute -> 'charge');
  end if;
  if payment.id is null then
    outcome := 'ignored';
    return;
  end if;
  order_id := payment.order_id;

  insert into private.disputes (
    stripe_dispute_id, payment_id, amount_cents, currency, reason, stripe_status, stripe_status_at
  )
  values (
    apply_dispute.dispute ->> 'id', payment.id, (apply_dispute.dispute ->> 'amount')::integer,
    coalesce(apply_dispute.dispute ->> 'currency', payment.currency),
    left(coalesce(apply_dispute.dispute ->> 'reason', ''), 100), left(apply_dispute.dispute ->> 'status', 60),
    apply_dispute.told_at
  )
  on conflict on constraint disputes_stripe_dispute_id_key do nothing
  returning * into told;

  if told.id is null then
    update private.disputes d
    set stripe_status = apply_dispute.dispute ->> 'status', stripe_status_at = apply_dispute.told_at,
      amount_cents = (apply_dispute.dispute ->> 'amount')::integer
    where d.stripe_dispute_id = apply_dispute.dispute ->> 'id'
      and (private.dispute_finality(apply_dispute.dispute ->> 'status'), apply_dispute.told_at, apply_dispute.dispute ->> 'status')
      > (private.dispute_finality(d.stripe_status), d.stripe_status_at, d.stripe_status);
  end if;

  update private.disputes d
  set
    funds_withdrawn_at = case
      when apply_dispute.event_type = 'charge.dispute.funds_withdrawn' then coalesce(d.funds_withdrawn_at, apply_dispute.told_at)
      else d.funds_withdrawn_at
    end,
    funds_reinstated_at = case
      when apply_dispute.event_type = 'charge.dispute.funds_reinstated' then coalesce(d.funds_reinstated_at, apply_dispute.told_at)
      else d.funds_reinstated_at
    end
  where d.stripe_dispute_id = apply_dispute.dispute ->> 'id';

  perform private.settle_order(order_id);
  outcome := 'applied';
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_fraud_warning (
  warning jsonb,
  OUT     outcome text,
  OUT     order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments := private.find_payment(private.stripe_id(apply_fraud_warning.warning -> 'payment_intent'));
begin
  if payment.id is null then
    outcome := 'ignored';
    return;
  end if;
  order_id := payment.order_id;
  perform private.report_anomaly(
    'early_fraud_warning', apply_fraud_warning.warning ->> 'id', order_id,
    jsonb_build_object('fraud_type', apply_fraud_warning.warning -> 'fraud_type')
  );
  outcome := 'applied';
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_payment_intent (
  event_type text,
  intent     jsonb,
  told_at    timestamp with time zone,
  OUT        outcome text,
  OUT        order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments := private.find_payment(
    apply_payment_intent.intent ->> 'id', apply_payment_intent.intent -> 'metadata'
  );
  problem text;
  charge text := private.stripe_id(apply_payment_intent.intent -> 'latest_charge');
  declined_charge text := coalesce(
    private.stripe_id(apply_payment_intent.intent #> '{last_payment_error,charge}'), charge, 'none'
  );
  declined_for text := left(
    coalesce(
      apply_payment_intent.intent #>> '{last_payment_error,decline_code}',
      apply_payment_intent.intent #>> '{last_payment_error,code}',
      'payment_failed'
    ),
    100
  );
begin
  if payment.id is null then
    outcome := 'ignored';
    return;
  end if;
  order_id := payment.order_id;

  problem := private.payment_intent_problem(payment, apply_payment_intent.event_type, apply_payment_intent.intent);
  if problem is not null then
    perform private.report_anomaly(
      problem, apply_payment_intent.intent ->> 'id', order_id,
      jsonb_build_object(
        'event_type', apply_payment_intent.event_type,
        'expected', jsonb_build_object('amount', payment.amount_cents, 'currency', payment.currency, 'order_id', payment.order_id),
        'received', jsonb_build_object(
          'amount', apply_payment_intent.intent -> 'amount_received', 'currency', apply_payment_intent.intent -> 'currency',
          'order_id', apply_payment_intent.intent #> '{metadata,order_id}'
        )
      )
    );
    outcome := 'quarantined';
    return;
  end if;

  case apply_payment_intent.event_type
    when 'payment_intent.succeeded' then
      update public.payments p
      set succeeded_at = coalesce(p.succeeded_at, apply_payment_intent.told_at),
        stripe_charge_id = coalesce(p.stripe_charge_id, charge)
      where p.id = payment.id;
      perform private.take_payment(payment.id);
    when 'payment_intent.processing' then
      update public.payments p
      set processing_charges = private.with_element(p.processing_charges, coalesce(charge, 'none'))
      where p.id = payment.id;
    when 'payment_intent.payment_failed' then
      update public.payments p
      set failed_charges = private.with_element(p.failed_charges, declined_charge)
      where p.id = payment.id;
      -- The last failure is the one that is shown, in whatever order they were told; Stripe's clock has whole seconds.
      update public.payments p
      set failed_at = apply_payment_intent.told_at, failure_code = declined_for
      where p.id = payment.id
        and (p.failed_at is null or (p.failed_at, p.failure_code) < (apply_payment_intent.told_at, declined_for));
    else
      update public.payments p
      set canceled_at = coalesce(p.canceled_at, apply_payment_intent.told_at)
      where p.id = payment.id;
  end case;

  perform private.settle_order(order_id);
  outcome := 'applied';
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_refund (
  refund jsonb,
  OUT    outcome text,
  OUT    order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments := private.find_payment(private.stripe_id(apply_refund.refund -> 'payment_intent'));
  known private.refunds;
  amount integer := (apply_refund.refund ->> 'amount')::integer;
  new_state private.refund_state := case apply_refund.refund ->> 'status'
    when 'succeeded' then 'succeeded'
    when 'failed' then 'failed'
    when 'canceled' then 'canceled'
    else 'pending'
  end;
begin
  if payment.id is null then
    outcome := 'ignored';
    return;
  end if;
  order_id := payment.order_id;

  select * into known
  from private.refunds r
  where r.payment_id = payment.id
    and (
      r.stripe_refund_id = apply_refund.refund ->> 'id'
      or (r.stripe_refund_id is null and r.id::text = apply_refund.refund #>> '{metadata,refund_id}')
    )
  order by r.stripe_refund_id is null
  limit 1;

  if known.id is null then
    known.id := private.mirror_refund(payment, apply_refund.refund, amount);
  elsif known.amount_cents <> amount then
    -- Not what we asked for: the money counts, the lines do not follow from it any more.
    perform private.report_anomaly(
      'refund_mismatch', known.id::text, order_id, jsonb_build_object('expected', known.amount_cents, 'received', amount)
    );
    update private.refunds r set amount_cents = amount, names_items = false where r.id = known.id;
  end if;

  update private.refunds r
  set stripe_refund_id = apply_refund.refund ->> 'id',
    state = greatest(r.state, new_state),
    failure_code = coalesce(left(apply_refund.refund ->> 'failure_reason', 100), r.failure_code),
    settled_at = case when greatest(r.state, new_state) in ('succeeded', 'canceled', 'failed') then coalesce(r.settled_at, now()) end,
    locked_until = null
  where r.id = known.id;

  if new_state in ('failed', 'canceled') then
    perform private.report_anomaly(
      'refund_failed', known.id::text, order_id, jsonb_build_object('failure_reason', apply_refund.refund -> 'failure_reason')
    );
  end if;
  perform private.settle_order(order_id);
  outcome := 'applied';
end
$function$;

CREATE OR REPLACE FUNCTION private.approve_instructor (
  user_id uuid,
  approve boolean,
  note    text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  admin uuid := private.require_admin();
  decision public.instructor_request_status := case when approve_instructor.approve then 'approved' else 'rejected' end;
begin
  if not exists (select from public.profiles p where p.id = approve_instructor.user_id) then
    perform private.fail('PROFILE_NOT_FOUND', 404, 'There is no such person.');
  end if;

  update public.instructor_requests r
  set status = decision, decided_by = admin, decided_at = now(), note = left(coalesce(approve_instructor.note, ''), 1000)
  where r.user_id = approve_instructor.user_id and r.status = 'pending';

  if approve_instructor.approve then
    insert into public.user_roles (user_id, role, granted_by)
    values (approve_instructor.user_id, 'instructor', admin)
    on conflict do nothing;
    if found then
      perform private.enqueue_mail('instructor_approved', approve_instructor.user_id, '{}', 'instructor_approved:' || approve_instructor.user_id);
    end if;
  end if;
  return jsonb_build_object('user_id', approve_instructor.user_id, 'status', decision);
end
$function$;

CREATE OR REPLACE FUNCTION private.archive_course (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_course_owner(archive_course.course_id);

  update public.courses c
  set status = 'archived', archived_at = now(), is_featured = false
  where c.id = archive_course.course_id and c.status <> 'archived';
  return private.course_state(archive_course.course_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.audit()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  old_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  new_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  watched text[] := tg_argv[1:];
  before_values jsonb;
  after_values jsonb;
begin
  select jsonb_object_agg(c, old_row -> c) filter (where old_row is not null),
    jsonb_object_agg(c, new_row -> c) filter (where new_row is not null)
  into before_values, after_values
  from unnest(watched) c
  where old_row is null or new_row is null or old_row -> c is distinct from new_row -> c;

  if coalesce(before_values, after_values) is not null then
    insert into public.audit_log (actor_id, actor_role, action, table_name, row_id, before, after)
    values (
      (select auth.uid()), coalesce(nullif(current_setting('role', true), 'none'), session_user), lower(tg_op), tg_table_name,
      coalesce(new_row, old_row) ->> tg_argv[0], before_values, after_values
    );
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.call_edge_function (
  name text,
  body jsonb DEFAULT '{}'::jsonb
)
  RETURNS bigint
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  url text;
  token text;
begin
  if to_regproc('net.http_post') is null or to_regclass('vault.decrypted_secrets') is null then
    return null;
  end if;
  select max(s.decrypted_secret) filter (where s.name = 'functions_url'), max(s.decrypted_secret) filter (where s.name = 'cron_secret')
  into url, token
  from vault.decrypted_secrets s
  where s.name in ('functions_url', 'cron_secret');
  if url is null or token is null then
    return null;
  end if;
  -- Sent when this transaction has committed, so that the function finds what woke it.
  return net.http_post(
    url := rtrim(url, '/') || '/' || call_edge_function.name,
    body := call_edge_function.body,
    headers := jsonb_build_object('Content-Type', 'application/json', 'Authorization', 'Bearer ' || token),
    timeout_milliseconds := 60000
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.caller_key()
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  headers jsonb := nullif(current_setting('request.headers', true), '');
begin
  return coalesce(
    (select auth.uid())::text,
    -- Cloudflare in front of the platform overwrites its header. Of the forwarded ones only the last was not written
    -- by the visitor.
    left(
      coalesce(
        headers ->> 'cf-connecting-ip', btrim((regexp_match(headers ->> 'x-forwarded-for', '[^,]+$'))[1]), 'unknown'
      ),
      100
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.cancel_order (
  order_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  is_service boolean := coalesce((select auth.role()) = 'service_role', false);
  caller uuid := case when not is_service then private.require_user() end;
  o public.orders;
begin
  select * into o
  from public.orders x
  where x.id = cancel_order.order_id and (x.user_id = caller or is_service or private.is_admin())
  for update;
  if o.id is null then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  elsif o.completed_at is not null or o.state = 'processing' then
    perform private.fail('ORDER_NOT_CANCELLABLE', 409, 'This order is paid or being paid.', jsonb_build_object('status', o.status));
  end if;

  -- Twice is once.
  if o.state in ('pending', 'failed') then
    perform private.close_order(o.id, 'canceled');
  end if;
  return private.order_json(o.id);
end
$function$;

CREATE OR REPLACE FUNCTION private.cart_json (
  user_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  result jsonb;
begin
  with item as (
    select
      i.id, i.added_at, c.id as course_id, c.title, c.slug, c.thumbnail_path, c.currency, c.price_cents,
      c.original_price_cents as struck_price_cents,
      coalesce(c.original_price_cents, c.price_cents) as original_price_cents,
      private.purchase_refusal(cart_json.user_id, c.id) as refusal,
      jsonb_build_object('id', p.id, 'first_name', p.first_name, 'last_name', p.last_name) as instructor
    from
      public.cart_items i
      join public.courses c on c.id = i.course_id
      join public.profiles p on p.id = c.instructor_id
    where i.user_id = cart_json.user_id
  ), total as (
    select
      coalesce(min(i.currency), private.setting('currency')) as currency,
      coalesce(sum(i.price_cents) filter (where i.refusal is null), 0)::bigint as price_cents,
      coalesce(sum(i.original_price_cents) filter (where i.refusal is null), 0)::bigint as original_price_cents
    from item i
  )
  select jsonb_build_object(
    'id', (select k.id from public.carts k where k.user_id = cart_json.user_id),
    'items', coalesce(
      (
        select jsonb_agg(
          jsonb_build_object(
            'id', i.id,
            'course', jsonb_build_object(
              'id', i.course_id, 'title', i.title, 'slug', i.slug,
              'price', private.to_amount(i.price_cents, i.currency),
              'original_price', private.to_amount(i.struck_price_cents, i.currency),
              'thumbnail', i.thumbnail_path, 'instructor', i.instructor
            ),
            'added_at', i.added_at,
            'is_available', i.refusal is null,
            'unavailable_reason', i.refusal
          )
          order by i.added_at, i.id
        )
        from item i
      ),
      '[]'
    ),
    'total_items', (select count(*) from item i where i.refusal is null),
    'total_price', private.to_amount(t.price_cents, t.currency),
    'total_original_price', private.to_amount(t.original_price_cents, t.currency),
    'total_discount', private.to_amount(t.original_price_cents - t.price_cents, t.currency),
    'currency', t.currency
  )
  into result
  from total t;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.cart_refusal (
  user_id   uuid,
  course_id uuid
)
  RETURNS text
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  select
    coalesce(
      private.purchase_refusal(cart_refusal.user_id, cart_refusal.course_id),
      case
        when exists (
          select
          from public.cart_items as i
          where i.user_id = cart_refusal.user_id and i.course_id = cart_refusal.course_id
        ) then 'ALREADY_IN_CART'
        when (
          select count(*) from public.cart_items as i where i.user_id = cart_refusal.user_id
        ) >= private.setting_int('cart_limit') then 'CART_LIMIT_REACHED'
        when exists (
          select
          from
            public.cart_items as i
            join public.courses as other on other.id = i.course_id
            join public.courses as mine on mine.id = cart_refusal.course_id
          where i.user_id = cart_refusal.user_id and other.currency != mine.currency
        ) then 'CURRENCY_MISMATCH'
      end
    );
$function$;

CREATE OR REPLACE FUNCTION private.certificate_hash (
  code             text,
  student_name     text,
  course_title     text,
  instructor_name  text,
  duration_seconds integer,
  completed_at     timestamp with time zone
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select
    encode(
      sha256(
        convert_to(
          -- The unit separator occurs in no name: two different certificates cannot read the same.
          concat_ws(
            chr(31),
            certificate_hash.code,
            certificate_hash.student_name,
            certificate_hash.course_title,
            certificate_hash.instructor_name,
            certificate_hash.duration_seconds,
            extract(epoch from certificate_hash.completed_at)
          ),
          'UTF8'
        )
      ),
      'hex'
    );
$function$;

CREATE OR REPLACE FUNCTION private.certificate_json (
  certificate public.certificates
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN
  jsonb_build_object('id', (certificate).id, 'enrollment_id', (certificate).enrollment_id, 'course_id', (certificate).course_id, 'code', (certificate).code, 'certificate_url',
  ('/certificates/'::text || (certificate).code),
  'status',
  CASE WHEN ((certificate).revoked_at IS NULL) THEN 'valid'::text ELSE 'revoked'::text END,
  'student_name',
  (certificate).student_name,
  'course_title',
  (certificate).course_title,
  'instructor_name',
  (certificate).instructor_name,
  'duration_hours',
  round((((certificate).duration_seconds)::numeric / 3600.0), 2),
  'completed_at',
  (certificate).completed_at,
  'issued_at', (certificate).issued_at, 'file_path', (certificate).file_path, 'revoked_at', (certificate).revoked_at, 'revoke_reason', (certificate).revoke_reason);

CREATE OR REPLACE FUNCTION private.check_ledger_balance()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  journal_id bigint := case tg_table_name
    when 'ledger_entries' then (to_jsonb(new) ->> 'transaction_id')::bigint
    else (to_jsonb(new) ->> 'id')::bigint
  end;
begin
  -- Not zero, or without entries at all.
  if (select sum(e.amount_cents) from private.ledger_entries e where e.transaction_id = journal_id) is distinct from 0 then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'The entries do not add up to zero.', jsonb_build_object('transaction_id', journal_id)
    );
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_order_sums()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
  lines record;
begin
  select * into o from public.orders
  where id = case tg_table_name when 'orders' then (to_jsonb(new) ->> 'id')::uuid else (to_jsonb(new) ->> 'order_id')::uuid end;

  select sum(i.price_cents) as subtotal, sum(i.discount_cents) as discount, sum(i.tax_cents) as tax, sum(i.total_cents) as total
  into lines
  from public.order_items i
  where i.order_id = o.id;

  if (lines.subtotal, lines.discount, lines.tax, lines.total)
    is distinct from (o.subtotal_cents, o.discount_cents, o.tax_cents, o.total_cents)
  then
    perform private.fail('INTERNAL_ERROR', 500, 'The lines do not add up to the order.', jsonb_build_object('order_id', o.id));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_timezone()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if not private.is_timezone(new.timezone) then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'The time zone is not an IANA time zone.',
      jsonb_build_object('timezone', 'must be an IANA name such as Europe/Berlin')
    );
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.clamp_page (
  page integer
)
  RETURNS integer
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
RETURN LEAST(GREATEST(COALESCE(page, 1), 1), 1000000);

CREATE OR REPLACE FUNCTION private.clamp_page_size (
  page_size integer,
  fallback  integer DEFAULT 20
)
  RETURNS integer
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
RETURN LEAST(GREATEST(COALESCE(page_size, fallback), 1), 100);

CREATE OR REPLACE FUNCTION private.close_order (
  order_id uuid,
  state    public.order_state
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  update public.orders o
  set state = close_order.state, closed_at = coalesce(o.closed_at, now())
  where o.id = close_order.order_id;

  update private.coupon_redemptions r
  set state = 'released', settled_at = now()
  where r.order_id = close_order.order_id and r.state = 'reserved';
end
$function$;

CREATE OR REPLACE FUNCTION private.complete_enrollment (
  enrollment_id uuid,
  at            timestamp with time zone DEFAULT now()
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  certificate public.certificates;
  slug text;
begin
  update public.enrollments e
  set completed_at = complete_enrollment.at, completed_lesson_count = s.lesson_count
  from public.course_stats s
  where e.id = complete_enrollment.enrollment_id and e.completed_at is null
    and s.course_id = e.course_id and s.lesson_count > 0 and e.lessons_completed >= s.lesson_count;
  if not found then
    return false;
  end if;

  certificate := private.write_certificate(complete_enrollment.enrollment_id);
  select c.slug into slug from public.courses c where c.id = certificate.course_id;
  perform private.notify(
    certificate.user_id, 'course_completed', 'You completed ' || certificate.course_title, 'Your certificate is ready.',
    '/certificates/' || certificate.code, 'course_completed:' || certificate.enrollment_id
  );
  perform private.enqueue_mail(
    'certificate', certificate.user_id,
    jsonb_build_object(
      'certificate_id', certificate.id, 'code', certificate.code, 'course_id', certificate.course_id,
      'course_title', certificate.course_title, 'course_slug', slug
    ),
    certificate.id::text
  );
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.complete_order (
  order_id       uuid,
  payment_method text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
  item public.order_items;
  withheld uuid[] := '{}';
begin
  update public.orders x
  set state = 'completed', completed_at = now(), payment_method = complete_order.payment_method
  where x.id = complete_order.order_id and x.completed_at is null
  returning * into o;
  if o.id is null then
    return;
  end if;

  perform private.redeem_coupon_seat(o.id);

  -- One story of this student at a time: two orders for one course cannot both find that it is not there yet.
  perform private.lock_learner(o.user_id);
  for item in select * from public.order_items i where i.order_id = o.id order by i.position loop
    -- Money can come late, when the course is owned already or no longer sold. It goes back.
    if private.purchase_refusal(o.user_id, item.course_id) is null then
      perform private.set_item_access(item.id, 'granted', null);
    else
      perform private.set_item_access(item.id, 'withheld', null);
      withheld := withheld || item.id;
    end if;
  end loop;

  delete from public.cart_items c
  where c.user_id = o.user_id
    and c.course_id in (select i.course_id from public.order_items i where i.order_id = o.id);

  perform private.post_sale(o.id);
  perform private.send_receipt(o.id);

  if cardinality(withheld) > 0 and o.total_cents > 0 then
    perform private.report_anomaly('line_withheld', o.id::text, o.id, jsonb_build_object('order_item_ids', withheld));
    perform private.request_refund(o.id, withheld, 'automatic', 'The course could not be given.');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.continue_learning (
  max_results integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  return jsonb_build_object(
    'results', coalesce(
      (
        select jsonb_agg(
          jsonb_build_object(
            'enrollment_id', r.id,
            'course', jsonb_build_object(
              'id', r.course_id, 'title', r.title, 'slug', r.slug, 'thumbnail', r.thumbnail_path, 'instructor', r.instructor
            ),
            'progress_percent', private.progress_percent(r.lessons_completed, r.lesson_count),
            'lessons_completed', r.lessons_completed,
            'total_lessons', r.lesson_count,
            'current_lesson', private.next_lesson(r.place),
            'last_activity_at', r.last_activity_at
          )
          order by r.last_activity_at desc nulls last, r.enrolled_at desc, r.id
        )
        from (
          select e.id, e.lessons_completed, e.last_activity_at, e.enrolled_at, e as place, s.lesson_count,
            e.course_id, c.title, c.slug, c.thumbnail_path, btrim(p.first_name || ' ' || p.last_name) as instructor
          from
            public.enrollments e
            join public.courses c on c.id = e.course_id
            join public.profiles p on p.id = c.instructor_id
            join public.course_stats s on s.course_id = e.course_id
          where e.user_id = caller and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
            and e.lessons_completed < s.lesson_count
          order by e.last_activity_at desc nulls last, e.enrolled_at desc, e.id
          limit least(greatest(coalesce(continue_learning.max_results, 10), 1), 50)
        ) r
      ),
      '[]'
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.count_author_as_student()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  author record := case tg_op when 'INSERT' then new else old end;
begin
  if exists (
    select from public.enrollments e
    where e.user_id = author.user_id and e.course_id = author.course_id and e.status = 'active'
  ) then
    perform private.add_students(author.course_id, case tg_op when 'INSERT' then -1 else 1 end);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_category_courses()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  left_ids uuid[];
  entered_ids uuid[];
begin
  case tg_op
    when 'INSERT' then
      entered_ids := array(select n.category_id from changed n where n.is_published);
    when 'DELETE' then
      left_ids := array(select o.category_id from changed o where o.is_published);
    else
      left_ids := case when old.is_published then array[old.category_id] end;
      entered_ids := case when new.is_published then array[new.category_id] end;
  end case;

  -- In one order, so that two moves in opposite directions cannot wait for each other.
  perform from public.categories c where c.id = any (left_ids || entered_ids) order by c.id for no key update;

  update public.categories c
  set course_count = c.course_count + d.n
  from (
    select x.category_id, sum(x.n) as n
    from (select unnest(left_ids), -1 union all select unnest(entered_ids), 1) x(category_id, n)
    group by x.category_id
    having sum(x.n) <> 0
  ) d
  where c.id = d.category_id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_certificates()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  update public.profile_stats s
  set certificates_earned = s.certificates_earned + case when new.revoked_at is null then 1 else -1 end
  where s.user_id = new.user_id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_changed_completion()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  update public.enrollments e
  set lessons_completed = e.lessons_completed + case when new.is_completed then 1 else -1 end
  where e.id = new.enrollment_id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_changed_enrollment()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  access_change integer := (new.status = 'active')::integer - (old.status = 'active')::integer;
begin
  update public.profile_stats s
  set courses_enrolled = s.courses_enrolled + access_change,
    courses_completed = s.courses_completed + new.is_completed::integer - old.is_completed::integer
  where s.user_id = new.user_id;

  if not exists (select from public.course_instructors i where i.course_id = new.course_id and i.user_id = new.user_id) then
    perform private.add_students(new.course_id, access_change);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_changed_lessons()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  section_ids uuid[];
  course_ids uuid[];
begin
  if tg_op = 'UPDATE' then
    -- Both sides of a move; nothing when only words or places changed.
    select array_agg(distinct x.section_id), array_agg(distinct x.course_id)
    into section_ids, course_ids
    from changed o
    join public.lessons n using (id)
    cross join lateral (values (o.section_id, o.course_id), (n.section_id, n.course_id)) x(section_id, course_id)
    where (n.section_id, n.duration_seconds) is distinct from (o.section_id, o.duration_seconds);
  else
    select array_agg(distinct c.section_id), array_agg(distinct c.course_id) into section_ids, course_ids from changed c;
  end if;

  if section_ids is not null then
    perform private.count_lessons(section_ids, course_ids);
    -- What a course teaches has changed.
    update public.courses c set last_updated = now() where c.id = any (course_ids) and c.last_updated < now();
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_completed_lessons()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  update public.enrollments e
  set lessons_completed = e.lessons_completed + case tg_op when 'INSERT' then c.completed else -c.completed end
  from (select r.enrollment_id, count(*)::integer as completed from changed r where r.is_completed group by r.enrollment_id) c
  where e.id = c.enrollment_id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_coupon_seats()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  update public.coupons c
  set redeemed_count = c.redeemed_count
    + case when tg_op <> 'DELETE' and new.state <> 'released' then 1 else 0 end
    - case when tg_op <> 'INSERT' and old.state <> 'released' then 1 else 0 end
  where c.id = coalesce(new.coupon_id, old.coupon_id);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_helpful_votes()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if tg_op = 'INSERT' then
    update public.reviews r
    set helpful_count = r.helpful_count + d.n
    from (select v.review_id, count(*) as n from changed_rows v group by v.review_id) d
    where r.id = d.review_id;
  else
    update public.reviews r
    set helpful_count = r.helpful_count - d.n
    from (select v.review_id, count(*) as n from changed_rows v group by v.review_id) d
    where r.id = d.review_id;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_lessons (
  section_ids uuid[],
  course_ids  uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform from public.curriculum_sections s where s.id = any (count_lessons.section_ids) order by s.id for no key update;
  update public.curriculum_sections s
  set total_lessons = t.lessons, total_duration_minutes = t.minutes
  from (
    select x.id, count(l.id) as lessons, coalesce(sum(l.duration_minutes), 0) as minutes
    from unnest(count_lessons.section_ids) x(id)
    left join public.lessons l on l.section_id = x.id
    group by x.id
  ) t
  where s.id = t.id and (s.total_lessons, s.total_duration_minutes) is distinct from (t.lessons, t.minutes);

  perform from public.course_stats c where c.course_id = any (count_lessons.course_ids) order by c.course_id for no key update;
  update public.course_stats c
  set lesson_count = t.lessons, duration_seconds = t.seconds
  from (
    select x.id, count(l.id) as lessons, coalesce(sum(l.duration_seconds), 0) as seconds
    from unnest(count_lessons.course_ids) x(id)
    left join public.lessons l on l.course_id = x.id
    group by x.id
  ) t
  where c.course_id = t.id and (c.lesson_count, c.duration_seconds) is distinct from (t.lessons, t.seconds);
end
$function$;

CREATE OR REPLACE FUNCTION private.count_new_enrollments()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  course record;
begin
  update public.profile_stats s
  set courses_enrolled = s.courses_enrolled + n.enrolled, courses_completed = s.courses_completed + n.completed
  from (
    select e.user_id, count(*) filter (where e.status = 'active')::integer as enrolled,
      count(e.completed_at)::integer as completed
    from changed e group by e.user_id
  ) n
  where s.user_id = n.user_id;

  for course in
    select e.course_id, count(*)::integer as students
    from changed e
    where e.status = 'active'
      and not exists (select from public.course_instructors i where i.course_id = e.course_id and i.user_id = e.user_id)
    group by e.course_id order by e.course_id
  loop
    perform private.add_students(course.course_id, course.students);
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_ratings()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  changes private.rating_change[];
begin
  case tg_op
    when 'INSERT' then
      changes := array(
        select row(r.course_id, r.user_id, r.rating, r.has_words, not r.is_hidden, 1)::private.rating_change from changed r
      );
    when 'DELETE' then
      changes := array(
        select row(r.course_id, r.user_id, r.rating, r.has_words, not r.is_hidden, -1)::private.rating_change from changed r
      );
    else
      changes := array[
        row(old.course_id, old.user_id, old.rating, old.has_words, not old.is_hidden, -1)::private.rating_change,
        row(new.course_id, new.user_id, new.rating, new.has_words, not new.is_hidden, 1)::private.rating_change
      ];
  end case;

  update public.course_stats s
  set rating_1 = s.rating_1 + d.rating_1,
    rating_2 = s.rating_2 + d.rating_2,
    rating_3 = s.rating_3 + d.rating_3,
    rating_4 = s.rating_4 + d.rating_4,
    rating_5 = s.rating_5 + d.rating_5,
    review_count = s.review_count + d.reviews
  from (
    select c.course_id,
      coalesce(sum(c.n) filter (where c.rating = 1), 0) as rating_1,
      coalesce(sum(c.n) filter (where c.rating = 2), 0) as rating_2,
      coalesce(sum(c.n) filter (where c.rating = 3), 0) as rating_3,
      coalesce(sum(c.n) filter (where c.rating = 4), 0) as rating_4,
      coalesce(sum(c.n) filter (where c.rating = 5), 0) as rating_5,
      coalesce(sum(c.n) filter (where c.has_words), 0) as reviews
    from unnest(changes) c
    where c.is_shown
    group by c.course_id
  ) d
  where s.course_id = d.course_id;

  update public.profile_stats s
  set ratings_given = s.ratings_given + d.ratings, rating_sum_given = s.rating_sum_given + d.stars
  from (
    select c.user_id, sum(c.n) as ratings, sum(c.n * c.rating) as stars from unnest(changes) c group by c.user_id
  ) d
  where s.user_id = d.user_id and (d.ratings <> 0 or d.stars <> 0);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_sections()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if tg_op = 'INSERT' then
    update public.course_stats s
    set section_count = s.section_count + d.n
    from (select r.course_id, count(*) as n from changed_rows r group by r.course_id) d
    where s.course_id = d.course_id;
  else
    update public.course_stats s
    set section_count = s.section_count - d.n
    from (select r.course_id, count(*) as n from changed_rows r group by r.course_id) d
    where s.course_id = d.course_id;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_students_of (
  course_id uuid
)
  RETURNS integer
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select count(*)::integer
  from public.enrollments as e
  where
    e.course_id = count_students_of.course_id
    and e.status = 'active'
    and not exists (
      select
      from public.course_instructors as i
      where i.course_id = e.course_id and i.user_id = e.user_id
    );
$function$;

CREATE OR REPLACE FUNCTION private.course_cards (
  course_ids uuid[]
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  caller uuid := (select auth.uid());
  enrolled uuid[];
  in_cart uuid[];
  in_wishlist uuid[];
begin
  if caller is not null then
    enrolled := array(
      select e.course_id from public.enrollments e
      where e.user_id = caller and e.course_id = any (course_cards.course_ids)
        and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
    );
    in_cart := array(
      select i.course_id from public.cart_items i where i.user_id = caller and i.course_id = any (course_cards.course_ids)
    );
    in_wishlist := array(
      select w.course_id from public.wishlists w where w.user_id = caller and w.course_id = any (course_cards.course_ids)
    );
  end if;

  return coalesce(
    (
      select jsonb_agg(
        to_jsonb(v) || jsonb_build_object(
          'enrolled', coalesce(v.id = any (enrolled), false),
          'in_cart', coalesce(v.id = any (in_cart), false),
          'in_wishlist', coalesce(v.id = any (in_wishlist), false)
        )
        order by x.place
      )
      from unnest(course_cards.course_ids) with ordinality x(id, place)
      join public.v_course_cards v on v.id = x.id
    ),
    '[]'
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.course_publish_issues (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  course public.courses;
  issues jsonb := '[]';
begin
  select c.* into course from public.courses c where c.id = course_publish_issues.course_id;

  if course.short_description = '' then
    issues := issues || '{"issue": "SHORT_DESCRIPTION_MISSING", "field": "short_description", "message": "Say in one sentence what the course is about."}'::jsonb;
  end if;
  if course.description = '' then
    issues := issues || '{"issue": "DESCRIPTION_MISSING", "field": "description", "message": "Describe the course."}'::jsonb;
  end if;
  if course.category_id is null then
    issues := issues || '{"issue": "CATEGORY_MISSING", "field": "category_id", "message": "Choose a category."}'::jsonb;
  end if;
  if course.thumbnail_path is null then
    issues := issues || '{"issue": "THUMBNAIL_MISSING", "field": "thumbnail_path", "message": "Upload a picture."}'::jsonb;
  end if;
  -- Cards refuse smaller amounts.
  if course.price_cents > 0 and private.to_amount(course.price_cents, course.currency) < 0.5 then
    issues := issues || '{"issue": "PRICE_BELOW_MINIMUM", "field": "price_cents", "message": "A price is 0.50 or more; 0 is free."}'::jsonb;
  end if;
  if course.original_price_cents > coalesce(private.highest_price_charged(course.id), 0) then
    issues := issues || '{"issue": "ORIGINAL_PRICE_NEVER_CHARGED", "field": "original_price_cents", "message": "The struck-through price must be one at which the course was sold in the last 90 days."}'::jsonb;
  end if;
  if not exists (select from public.lessons l where l.course_id = course.id) then
    issues := issues || '{"issue": "LESSONS_MISSING", "field": "curriculum", "message": "Add at least one lesson."}'::jsonb;
  end if;

  return issues || coalesce(
    (
      select jsonb_agg(
        jsonb_build_object('issue', 'SECTION_EMPTY', 'field', 'curriculum', 'section_id', s.id, 'message', format('The section "%s" has no lesson.', s.title))
        order by s.position
      )
      from public.curriculum_sections s
      where s.course_id = course.id and s.total_lessons = 0
    ),
    '[]'
  ) || coalesce(
    (
      select jsonb_agg(
        jsonb_build_object('issue', 'LESSON_EMPTY', 'field', 'curriculum', 'lesson_id', l.id, 'message', format('The lesson "%s" teaches nothing yet.', l.title))
        order by s.position, l.position
      )
      from public.lessons l
      join public.curriculum_sections s on s.id = l.section_id
      left join public.lesson_contents v on v.lesson_id = l.id
      where l.course_id = course.id
        and num_nonnulls(v.video_path, v.video_url, nullif(v.body, ''), nullif(v.resources, '[]')) = 0
    ),
    '[]'
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.course_readiness (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  issues jsonb;
begin
  perform private.require_course_author(course_readiness.course_id);
  issues := private.course_publish_issues(course_readiness.course_id);
  return jsonb_build_object('course_id', course_readiness.course_id, 'can_publish', issues = '[]', 'issues', issues);
end
$function$;

CREATE OR REPLACE FUNCTION private.course_roster (
  course_id uuid,
  page      integer,
  page_size integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  asked_page integer := private.clamp_page(course_roster.page);
  asked_size integer := private.clamp_page_size(course_roster.page_size);
  stats public.course_stats;
  results jsonb;
begin
  perform private.require_course_owner(course_roster.course_id);
  select s.* into stats from public.course_stats s where s.course_id = course_roster.course_id;

  select jsonb_agg(
    jsonb_build_object(
      'enrollment_id', r.id, 'first_name', r.first_name, 'enrolled_at', r.enrolled_at,
      'progress_percent', private.progress_percent(r.lessons_completed, stats.lesson_count),
      'lessons_completed', r.lessons_completed, 'is_completed', r.is_completed, 'last_activity_at', r.last_activity_at
    )
    order by r.enrolled_at desc, r.id
  )
  into results
  from (
    select e.id, e.enrolled_at, e.lessons_completed, e.is_completed, e.last_activity_at, p.first_name
    from public.enrollments e join public.profiles p on p.id = e.user_id
    where e.course_id = course_roster.course_id and e.status = 'active'
      and not exists (select from public.course_instructors i where i.course_id = e.course_id and i.user_id = e.user_id)
    order by e.enrolled_at desc, e.id
    limit asked_size offset (asked_page - 1) * asked_size
  ) r;

  -- The kept count: a page of a course with fifty thousand students counts none of them.
  return private.page(stats.student_count, asked_page, asked_size, results);
end
$function$;

CREATE OR REPLACE FUNCTION private.course_state (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select
    jsonb_build_object(
      'id',
      c.id,
      'slug',
      c.slug,
      'status',
      c.status,
      'is_published',
      c.is_published,
      'published_at',
      c.published_at,
      'archived_at',
      c.archived_at
    )
  from public.courses as c
  where c.id = course_state.course_id;
$function$;

CREATE OR REPLACE FUNCTION private.course_team (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_course_author(course_team.course_id);
  return (
    select jsonb_build_object(
      'results',
      jsonb_agg(
        jsonb_build_object(
          'user_id', i.user_id, 'first_name', p.first_name, 'last_name', p.last_name, 'role', i.role,
          'revenue_share_percent', i.revenue_share_percent, 'since', i.created_at
        )
        order by i.role, i.created_at, i.user_id
      )
    )
    from public.course_instructors i
    join public.profiles p on p.id = i.user_id
    where i.course_id = course_team.course_id
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.cover_lesson (
  place           public.enrollments,
  lesson          public.lessons,
  from_second     integer,
  to_second       integer,
  position_second integer,
  at              timestamp with time zone
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  seen int4multirange;
  spent timestamptz;
  fresh int4multirange;
  gained integer;
  allowed integer;
begin
  select
    coalesce(
      (select p.watched from public.lesson_progress p where p.enrollment_id = place.id and p.lesson_id = lesson.id), '{}'
    ),
    -- Nobody watched before access began.
    greatest(
      place.enrolled_at,
      cover_lesson.at - interval '5 minutes',
      (
        select d.spent_until from public.learning_days d
        where d.user_id = place.user_id and d.day = private.local_date(place.user_id, cover_lesson.at)
      )
    )
  into seen, spent;

  fresh := int4multirange(
    int4range(
      least(cover_lesson.from_second, lesson.duration_seconds), least(cover_lesson.to_second, lesson.duration_seconds)
    )
  ) - seen;
  gained := private.covered_seconds(fresh);
  -- Twice the clock that is left, and half a minute ahead for a player that reports early.
  allowed := floor(2 * extract(epoch from cover_lesson.at + interval '30 seconds' - spent));
  if gained > allowed then
    fresh := fresh * int4multirange(int4range(cover_lesson.from_second, cover_lesson.from_second + greatest(allowed, 0)));
    gained := private.covered_seconds(fresh);
  end if;

  insert into public.lesson_progress as p (
    enrollment_id, lesson_id, user_id, course_id, watched, position_seconds, last_watched_at
  )
  values (
    place.id, lesson.id, place.user_id, place.course_id, fresh,
    least(cover_lesson.position_second, lesson.duration_seconds), cover_lesson.at
  )
  on conflict on constraint lesson_progress_pkey do update
  set watched = p.watched + excluded.watched, position_seconds = excluded.position_seconds,
    last_watched_at = excluded.last_watched_at;

  perform private.record_learning(
    place.user_id, gained, cover_lesson.at,
    -- A second of video uses half a second of the clock.
    case when gained > 0 then spent + gained * interval '0.5 seconds' end
  );
  return gained;
end
$function$;

CREATE OR REPLACE FUNCTION private.covered_seconds (
  watched int4multirange
)
  RETURNS integer
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  return (select coalesce(sum(upper(r) - lower(r)), 0)::integer from unnest(covered_seconds.watched) as r);
end
$function$;

CREATE OR REPLACE FUNCTION private.create_api_key (
  name            text,
  expires_in_days integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller constant uuid := private.require_user();
begin
  perform private.require_room_for_key(caller);
  return private.mint_api_key(caller, create_api_key.name, create_api_key.expires_in_days);
end
$function$;

CREATE OR REPLACE FUNCTION private.create_company_key (
  owner_id        uuid,
  name            text,
  course_ids      uuid[],
  expires_in_days integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  chosen constant uuid[] := array(select distinct c from unnest(create_company_key.course_ids) c where c is not null);
  unknown uuid;
begin
  perform private.require_admin();
  if cardinality(chosen) not between 1 and 100 then
    perform private.fail('VALIDATION_ERROR', 422, 'Name the courses.', '{"course_ids": "1 to 100 courses"}');
  end if;
  if not exists (select from public.profiles p where p.id = create_company_key.owner_id and p.is_active) then
    perform private.fail('PROFILE_NOT_FOUND', 404, 'There is no such account.');
  end if;
  select c into unknown
  from unnest(chosen) c
  where not exists (select from public.courses x where x.id = c and x.is_published)
  limit 1;
  if unknown is not null then
    perform private.fail(
      'COURSE_NOT_FOUND', 404, 'There is no such course on sale.', jsonb_build_object('course_id', unknown)
    );
  end if;
  perform private.require_room_for_key(create_company_key.owner_id);
  return private.mint_api_key(
    create_company_key.owner_id, create_company_key.name, create_company_key.expires_in_days, '{enroll}', chosen
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.create_course_owner()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into public.course_instructors (course_id, user_id, role, revenue_share_percent)
  values (new.id, new.instructor_id, 'owner', 100);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.create_course_stats()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into public.course_stats (course_id) values (new.id) on conflict do nothing;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.create_notification_preferences()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into public.notification_preferences (user_id) values (new.id) on conflict do nothing;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.create_order_from_cart (
  billing_address jsonb,
  expected_total  numeric,
  coupon_code     text,
  idempotency_key text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  billing jsonb;
  typed text := nullif(private.normalise_coupon_code(create_order_from_cart.coupon_code), '');
  request_hash text;
  known private.idempotency_keys;
  course_ids uuid[];
  open_order public.orders;
  coupon_id uuid;
  refusal jsonb;
  order_id uuid;
begin
  if coalesce((select auth.jwt()) ->> 'is_anonymous' = 'true', false) then
    perform private.fail('FORBIDDEN', 403, 'Make an account before you buy.');
  end if;
  billing := private.parse_billing_address(create_order_from_cart.billing_address);
  if length(create_order_from_cart.idempotency_key) not between 8 and 255 then
    perform private.fail('VALIDATION_ERROR', 422, 'This key cannot be used.', '{"idempotency_key": "8 to 255 characters"}');
  end if;

  -- One checkout a person at a time: a double click waits here and finds the order of the first.
  perform from public.carts c where c.user_id = caller for no key update;

  request_hash := encode(
    sha256(convert_to(jsonb_build_array(billing, create_order_from_cart.expected_total, typed)::text, 'UTF8')), 'hex'
  );
  select * into known
  from private.idempotency_keys k
  where k.user_id = caller and k.key = create_order_from_cart.idempotency_key;
  if known.order_id is not null then
    if known.request_hash <> request_hash then
      perform private.fail('IDEMPOTENCY_KEY_REUSED', 409, 'This key was used for another request.');
    end if;
    return private.order_json(known.order_id);
  end if;

  course_ids := array(select i.course_id from public.cart_items i where i.user_id = caller order by i.added_at, i.id);
  if cardinality(course_ids) = 0 then
    perform private.fail('CART_EMPTY', 422, 'Your cart is empty.');
  end if;
  perform private.refuse_unbuyable(caller, course_ids);

  select o.* into open_order from public.orders o where o.user_id = caller and o.state in ('pending', 'failed') for update;

  if typed is not null then
    -- Both coupons in one order, whoever swaps which for which.
    perform from public.coupons k where k.id = open_order.coupon_id or k.code = typed order by k.id for no key update;
    select u.coupon_id, u.refusal into coupon_id, refusal
    from private.use_coupon(typed, caller, course_ids, open_order.id) u;
    if refusal is not null then
      return refusal;
    end if;
  end if;

  order_id := private.place_order(caller, course_ids, coupon_id, billing, open_order, create_order_from_cart.expected_total);
  if create_order_from_cart.idempotency_key is not null then
    insert into private.idempotency_keys (user_id, key, request_hash, order_id)
    values (caller, create_order_from_cart.idempotency_key, request_hash, order_id);
  end if;
  return private.order_json(order_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.current_streak_days (
  streak_days    integer,
  streak_last_on date,
  timezone       text,
  at             timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN CASE WHEN (streak_last_on >= (((at AT TIME ZONE timezone))::date - 1)) THEN streak_days ELSE 0 END;

CREATE OR REPLACE FUNCTION private.curriculum (
  course_id            uuid,
  completed_lesson_ids uuid[] DEFAULT NULL::uuid[]
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return coalesce(
    (
      select jsonb_agg(
        jsonb_build_object(
          'id', s.id,
          'title', s.title,
          'description', s.description,
          'order', s.position,
          'total_lessons', s.total_lessons,
          'total_duration_minutes', s.total_duration_minutes,
          'lessons', coalesce(l.lessons, '[]')
        )
        order by s.position
      )
      from public.curriculum_sections s
      left join (
        select x.section_id, jsonb_agg(
          jsonb_build_object(
            'id', x.id,
            'title', x.title,
            'description', x.description,
            'duration_minutes', x.duration_minutes,
            'order', x.position,
            'is_preview', x.is_preview,
            'video_url', v.video_url,
            'video_path', v.video_path,
            'completed', coalesce(x.id = any (curriculum.completed_lesson_ids), false)
          )
          order by x.position
        ) as lessons
        from public.lessons x
        left join public.lesson_contents v on v.lesson_id = x.id
        where x.course_id = curriculum.course_id
        group by x.section_id
      ) l on l.section_id = s.id
      where s.course_id = curriculum.course_id
    ),
    '[]'
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.deactivate_user (
  user_id   uuid,
  is_active boolean
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  admin uuid := private.require_admin();
begin
  if deactivate_user.user_id = admin then
    perform private.fail('CONFLICT', 409, 'You cannot close your own account here.');
  end if;

  update public.profiles p set is_active = deactivate_user.is_active where p.id = deactivate_user.user_id;
  if not found then
    perform private.fail('PROFILE_NOT_FOUND', 404, 'There is no such person.');
  end if;

  -- Open tabs lose their session at once; the access token that is still out is useless, because helpers read the table.
  if not deactivate_user.is_active then
    delete from auth.sessions s where s.user_id = deactivate_user.user_id;
  end if;
  return jsonb_build_object('user_id', deactivate_user.user_id, 'is_active', deactivate_user.is_active);
end
$function$;

CREATE OR REPLACE FUNCTION private.delete_my_account (
  confirm_email text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  -- A closed account keeps this right.
  caller uuid := (select auth.uid());
begin
  if caller is null then
    perform private.fail('AUTH_REQUIRED', 401, 'Sign in first.');
  end if;
  -- Typed by a person, so that no slip of a finger ends an account.
  if not exists (
    select from public.profile_private p
    where p.user_id = caller and lower(p.email) = lower(btrim(delete_my_account.confirm_email))
  ) then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'Type your address to confirm.', '{"confirm_email": "must be the address of the account"}'
    );
  end if;
  if exists (select from public.courses c where c.instructor_id = caller and c.status <> 'archived') then
    perform private.fail('INSTRUCTOR_HAS_COURSES', 409, 'Archive your courses or hand them over first.');
  end if;
  if exists (select from public.orders o where o.user_id = caller and o.state = 'processing') then
    perform private.fail('CONFLICT', 409, 'A payment of yours is on its way: wait until it has arrived.');
  end if;
  if exists (select from public.user_roles r where r.user_id = caller and r.role = 'admin')
    and not exists (select from public.user_roles r where r.user_id <> caller and r.role = 'admin')
  then
    perform private.fail('CONFLICT', 409, 'The last admin cannot leave.');
  end if;

  perform private.close_order(o.id, 'canceled')
  from public.orders o
  where o.user_id = caller and o.state in ('pending', 'failed');
  perform private.erase_user(caller);
  return jsonb_build_object('message', 'The account is deleted.');
end
$function$;

CREATE OR REPLACE FUNCTION private.derive_access (
  enrollment_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- Two changes of one enrolment must not overlook each other: the second waits here and then sees the first.
  perform from public.enrollments e where e.id = any (derive_access.enrollment_ids) order by e.id for no key update;

  update public.enrollments e
  set status = derived.status, access_ends_at = derived.access_ends_at
  from (
    select g.enrollment_id,
      case
        when bool_or(g.is_live) then 'active'
        when bool_or(g.is_suspended) then 'suspended'
        else 'revoked'
      end::public.enrollment_status as status,
      case when not bool_or(g.is_live and g.expires_at is null) then max(g.expires_at) filter (where g.is_live) end as access_ends_at
    from (
      select a.enrollment_id, a.expires_at,
        a.revoked_at is null and (a.expires_at is null or a.expires_at > now()) and a.suspended_at is null as is_live,
        a.revoked_at is null and (a.expires_at is null or a.expires_at > now()) and a.suspended_at is not null as is_suspended
      from private.access_grants a
      where a.enrollment_id = any (derive_access.enrollment_ids)
    ) g
    group by g.enrollment_id
  ) derived
  where e.id = derived.enrollment_id
    and (e.status, e.access_ends_at) is distinct from (derived.status, derived.access_ends_at);
end
$function$;

CREATE OR REPLACE FUNCTION private.derive_changed_access()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.derive_access((select array_agg(distinct c.enrollment_id) from changed c));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.dispatch_stripe_event (
  event private.stripe_events,
  OUT   outcome text,
  OUT   order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  object jsonb := (dispatch_stripe_event.event).payload #> '{data,object}';
  told_at timestamptz := (dispatch_stripe_event.event).stripe_created_at;
  result record;
begin
  case
    -- requires_action changes nothing: the intent waits for its buyer as before.
    when (event).type in (
      'payment_intent.succeeded', 'payment_intent.processing', 'payment_intent.payment_failed', 'payment_intent.canceled'
    ) then
      select * into result from private.apply_payment_intent((event).type, object, told_at);
    when (event).type = 'charge.refunded' then
      select * into result from private.apply_charge_refunded(object);
    when (event).type in ('refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated') then
      select * into result from private.apply_refund(object);
    when (event).type in (
      'charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed', 'charge.dispute.funds_withdrawn',
      'charge.dispute.funds_reinstated'
    ) then
      select * into result from private.apply_dispute((event).type, object, told_at);
    when (event).type = 'radar.early_fraud_warning.created' then
      select * into result from private.apply_fraud_warning(object);
    else
      select 'ignored' as outcome, null::uuid as order_id into result;
  end case;
  outcome := result.outcome;
  order_id := result.order_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.dispute_finality (
  stripe_status text
)
  RETURNS smallint
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
RETURN CASE WHEN (stripe_status = ANY (ARRAY['won'::text, 'lost'::text, 'warning_closed'::text, 'prevented'::text, 'charge_refunded'::text])) THEN (3)::smallint WHEN
  (stripe_status = ANY (ARRAY['needs_response'::text, 'under_review'::text, 'appeal_needs_response'::text, 'appeal_under_review'::text])) THEN (2)::smallint ELSE (1)::smallint END;

CREATE OR REPLACE FUNCTION private.end_expired_access()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  over uuid[];
begin
  select array_agg(e.id) into over
  from (
    select e.id from public.enrollments e
    where e.status = 'active' and e.access_ends_at <= now()
    order by e.access_ends_at
    limit 1000
  ) e;
  perform private.derive_access(over);
  return coalesce(cardinality(over), 0);
end
$function$;

CREATE OR REPLACE FUNCTION private.enqueue_mail (
  template   text,
  user_id    uuid,
  payload    jsonb,
  dedupe_key text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  insert into private.outbox (template, user_id, payload, dedupe_key)
  values (enqueue_mail.template::private.mail_template, enqueue_mail.user_id, enqueue_mail.payload, enqueue_mail.dedupe_key)
  on conflict on constraint outbox_template_dedupe_key_key do nothing;
end
$function$;

CREATE OR REPLACE FUNCTION private.enqueue_weekly_summaries (
  today date DEFAULT ((now() AT TIME ZONE 'UTC'::text))::date
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  -- The week that ended last Sunday. Days are everybody's own.
  monday date := date_trunc('week', enqueue_weekly_summaries.today::timestamp)::date - 7;
  owed integer;
begin
  insert into private.outbox (template, user_id, payload, dedupe_key)
  select 'weekly_summary', d.user_id,
    jsonb_build_object(
      'week_begins_on', monday, 'learning_days', count(*), 'seconds_learned', sum(d.seconds),
      'lessons_completed', (
        select count(*) from public.lesson_progress p
        where p.user_id = d.user_id
          and p.completed_at >= monday::timestamp at time zone 'UTC' and p.completed_at < (monday + 7)::timestamp at time zone 'UTC'
      )
    ),
    d.user_id || ' ' || monday
  from
    public.learning_days d
    join public.notification_preferences n on n.user_id = d.user_id and n.weekly_summary
    join public.profiles p on p.id = d.user_id and p.is_active
  where d.day >= monday and d.day < monday + 7
  group by d.user_id
  on conflict on constraint outbox_template_dedupe_key_key do nothing;
  get diagnostics owed = row_count;
  return owed;
end
$function$;

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
    select asked.position - 1 as employee, chosen.course_id, person.id as user_id,
      case
        when person.id is null then 'PROFILE_NOT_FOUND'
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
    order by person.id, chosen.course_id, asked.position
  loop
    place := null;
    status := 'refused';
    if line.refusal is null then
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

CREATE OR REPLACE FUNCTION private.enroll_free (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  course record;
  place uuid;
begin
  select c.price_cents, c.is_published into course
  from public.courses c
  where c.id = enroll_free.course_id;

  if course.is_published and private.is_course_author(enroll_free.course_id) then
    perform private.fail('OWN_COURSE', 409, 'You teach this course.');
  end if;
  perform private.lock_learner(caller);
  if private.is_enrolled(caller, enroll_free.course_id) then
    perform private.fail(
      'ALREADY_ENROLLED', 409, 'You are enrolled in this course already.',
      jsonb_build_object('course_id', enroll_free.course_id)
    );
  end if;
  if course.is_published is not true then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  if course.price_cents > 0 then
    perform private.fail(
      'COURSE_NOT_FREE', 402, 'This course has to be bought.', jsonb_build_object('course_id', enroll_free.course_id)
    );
  end if;

  place := private.grant_access(caller, enroll_free.course_id, 'free');
  return (
    select jsonb_build_object(
      'id', e.id, 'course_id', e.course_id, 'enrolled_at', e.enrolled_at,
      'progress_percent', private.progress_percent(e.lessons_completed, s.lesson_count), 'is_completed', e.is_completed
    )
    from public.enrollments e join public.course_stats s on s.course_id = e.course_id
    where e.id = place
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.enrolled_course_ids()
  RETURNS SETOF uuid
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  ROWS 10
  SET search_path TO ''
  AS $function$
begin
  return query
  select e.course_id
  from public.enrollments e join public.profiles p on p.id = e.user_id
  where e.user_id = (select auth.uid()) and p.is_active
    and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now());
end
$function$;

CREATE OR REPLACE FUNCTION private.enrollment_detail (
  enrollment_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  place public.enrollments;
begin
  select e.* into place
  from public.enrollments e
  where e.id = enrollment_detail.enrollment_id and e.user_id = caller;
  if place.id is null then
    perform private.fail('ENROLLMENT_NOT_FOUND', 404, 'There is no such enrolment.');
  end if;

  return (
    select private.enrollment_json(place, s.lesson_count) || jsonb_build_object(
      'current_lesson', private.next_lesson(place),
      'course', jsonb_build_object(
        'id', c.id, 'title', c.title, 'slug', c.slug, 'thumbnail', c.thumbnail_path,
        'duration_hours', round(s.duration_seconds / 3600.0, 2),
        'instructor', jsonb_build_object(
          'id', p.id, 'first_name', p.first_name, 'last_name', p.last_name, 'avatar', p.avatar_path
        ),
        'curriculum', coalesce(
          (
            select jsonb_agg(
              jsonb_build_object(
                'id', section.id, 'title', section.title, 'description', section.description, 'order', section.position,
                'total_lessons', section.total_lessons, 'total_duration_minutes', section.total_duration_minutes,
                'lessons', coalesce(done.lessons, '[]')
              )
              order by section.position
            )
            from
              public.curriculum_sections section
              left join (
                select l.section_id,
                  jsonb_agg(
                    jsonb_build_object(
                      'id', l.id, 'title', l.title, 'order', l.position, 'duration_minutes', l.duration_minutes,
                      'duration_seconds', l.duration_seconds, 'is_preview', l.is_preview,
                      'completed', coalesce(progress.is_completed, false),
                      'watch_time_seconds', coalesce(progress.watch_time_seconds, 0),
                      'position_seconds', coalesce(progress.position_seconds, 0)
                    )
                    order by l.position
                  ) as lessons
                from
                  public.lessons l
                  left join public.lesson_progress progress
                    on progress.enrollment_id = place.id and progress.lesson_id = l.id
                where l.course_id = place.course_id
                group by l.section_id
              ) done on done.section_id = section.id
            where section.course_id = place.course_id
          ),
          '[]'
        )
      )
    )
    from
      public.courses c
      join public.profiles p on p.id = c.instructor_id
      join public.course_stats s on s.course_id = c.id
    where c.id = place.course_id
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.enrollment_json (
  place        public.enrollments,
  lesson_count integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return jsonb_build_object(
    'id', place.id,
    'status', place.status,
    'access_ends_at', place.access_ends_at,
    'progress_percent', private.progress_percent(place.lessons_completed, enrollment_json.lesson_count),
    'lessons_completed', place.lessons_completed,
    'total_lessons', enrollment_json.lesson_count,
    'enrolled_at', place.enrolled_at,
    'last_activity_at', place.last_activity_at,
    'is_completed', place.is_completed,
    'completed_at', place.completed_at,
    -- Completion stays when the course grows: this is what there is to discover.
    'new_lessons_since_completion', greatest(enrollment_json.lesson_count - place.completed_lesson_count, 0),
    'certificate_url', '/certificates/' || (
      select c.code from public.certificates c
      where place.is_completed and c.enrollment_id = place.id and c.revoked_at is null
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.erase_user (
  user_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  place record;
begin
  -- The row is the lock: two calls do not meet.
  perform from public.profiles p where p.id = erase_user.user_id for update;
  insert into private.erasures (user_id) values (erase_user.user_id) on conflict do nothing;

  insert into private.file_deletions (bucket_id, folder)
  select b.bucket_id, erase_user.user_id::text
  from private.personal_buckets() b
  where exists (select from storage.objects o where o.bucket_id = b.bucket_id and o.name like erase_user.user_id || '/%');

  for place in
    select d.table_name, d.condition, d.erasure, d.cleared_by
    from private.personal_data d
    where d.erasure <> 'keep'
    order by d.erasure, d.table_name, d.condition
  loop
    perform private.execute_for_person(
      case place.erasure
        when 'delete' then format('with gone as (delete from %s t where %s) select null', place.table_name::regclass, place.condition)
        else format(
          'with gone as (update %s t set %s where %s) select null', place.table_name::regclass, place.cleared_by, place.condition
        )
      end,
      erase_user.user_id
    );
  end loop;

  -- Sessions, identities, factors: whatever Auth keeps about an account, in this version or the next.
  for place in
    select c.relname as table_name
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'auth'::regnamespace and c.relkind = 'r' and a.attname = 'user_id' and not a.attisdropped
    order by c.relname
  loop
    perform private.execute_for_person(
      format('with gone as (delete from auth.%I t where t.user_id::text = $1::text) select null', place.table_name),
      erase_user.user_id
    );
  end loop;
  delete from auth.audit_log_entries l where l.payload ->> 'actor_id' = erase_user.user_id::text;
end
$function$;

CREATE OR REPLACE FUNCTION private.execute_for_person (
  statement text,
  user_id   uuid,
  columns   text[] DEFAULT '{}'::text[]
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  result jsonb;
begin
  execute execute_for_person.statement using execute_for_person.user_id, execute_for_person.columns into result;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.expire_orders()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  o record;
  expired integer := 0;
begin
  for o in
    select x.id
    from public.orders x
    where x.state in ('pending', 'failed') and x.expires_at <= now()
      and not exists (
        select from public.payments p where p.order_id = x.id and p.status in ('pending', 'processing', 'failed')
      )
    order by x.expires_at
    limit 1000
    for update skip locked
  loop
    perform private.close_order(o.id, 'expired');
    expired := expired + 1;
  end loop;
  return expired;
end
$function$;

CREATE OR REPLACE FUNCTION private.explain_access (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  place public.enrollments;
  is_published boolean;
  is_author boolean := private.is_course_author(explain_access.course_id);
  is_open boolean;
  grants jsonb;
begin
  select c.is_published into is_published from public.courses c where c.id = explain_access.course_id;
  select e.* into place from public.enrollments e where e.user_id = caller and e.course_id = explain_access.course_id;
  if is_published is null or not (is_published or is_author or place.id is not null or private.is_staff()) then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;

  select jsonb_agg(
    jsonb_build_object(
      'source', g.source,
      'state', case
        when g.revoked_at is not null then 'revoked'
        when g.expires_at <= now() then 'over'
        when g.suspended_at is not null then 'suspended'
        else 'live'
      end,
      'granted_at', g.granted_at, 'expires_at', g.expires_at, 'suspended_at', g.suspended_at, 'revoked_at', g.revoked_at,
      'revoke_reason', g.revoke_reason, 'order_id', i.order_id
    )
    order by g.granted_at, g.id
  )
  into grants
  from private.access_grants g left join public.order_items i on i.id = g.order_item_id
  where g.enrollment_id = place.id;

  is_open := private.is_enrolled(caller, explain_access.course_id);
  return jsonb_build_object(
    'course_id', explain_access.course_id,
    'has_access', is_open or is_author or private.is_staff(),
    'reason', case
      when is_author then 'author'
      when is_open then 'enrolled'
      when private.is_staff() then 'staff'
      when place.id is null then 'not_enrolled'
      when place.status = 'suspended' then 'suspended'
      when exists (
        select from private.access_grants g where g.enrollment_id = place.id and g.revoked_at is null and g.expires_at <= now()
      ) then 'over'
      else 'revoked'
    end,
    'enrollment_id', place.id,
    'access_ends_at', place.access_ends_at,
    'grants', coalesce(grants, '[]')
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.export_my_data()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  -- A closed account keeps this right.
  caller uuid := (select auth.uid());
  place record;
  found_rows jsonb;
  tables jsonb := '{}';
begin
  if caller is null then
    perform private.fail('AUTH_REQUIRED', 401, 'Sign in first.');
  end if;

  for place in
    select d.table_name, string_agg('(' || d.condition || ')', ' or ') as condition, array_agg(distinct h) filter (where h is not null) as hidden
    from private.personal_data d left join lateral unnest(d.hidden_columns) h on true
    where d.is_exported
    group by d.table_name
    order by d.table_name
  loop
    found_rows := private.execute_for_person(
      format(
        'select coalesce(jsonb_agg(to_jsonb(t) - $2), ''[]'') from %s t where %s', place.table_name::regclass, place.condition
      ),
      caller, coalesce(place.hidden, '{}')
    );
    tables := tables || jsonb_build_object(place.table_name, found_rows);
  end loop;

  return jsonb_build_object(
    'exported_at', now(),
    'tables', tables,
    'files', (
      select coalesce(jsonb_agg(jsonb_build_object('bucket', o.bucket_id, 'path', o.name, 'created_at', o.created_at) order by o.bucket_id, o.name), '[]')
      from storage.objects o
      where o.bucket_id in (select b.bucket_id from private.personal_buckets() b) and o.name like caller || '/%'
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.fail (
  code    text,
  status  integer,
  message text,
  details jsonb   DEFAULT '{}'::jsonb,
  headers jsonb   DEFAULT '{}'::jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  raise sqlstate 'PGRST' using
    message = jsonb_build_object(
      'code', fail.code,
      'message', fail.message,
      -- Text holding JSON: PostgREST wants a string here.
      'details', coalesce(fail.details, '{}')::text,
      -- The status again, because throwOnError() of supabase-js loses the one of the response.
      'hint', jsonb_build_object('status', fail.status)::text
    )::text,
    detail = jsonb_build_object('status', fail.status, 'headers', coalesce(fail.headers, '{}'))::text;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_courses (
  words text
)
  RETURNS TABLE (
    course_id uuid,
    rank      real
  )
  LANGUAGE plpgsql
  STABLE
  ROWS 100
  SET search_path TO ''
  AS $function$
declare
  query tsquery := private.search_query(find_courses.words);
begin
  return query
  select d.course_id, ts_rank(d.document, query)
  from private.course_search d
  join public.courses c on c.id = d.course_id
  where d.document @@ query and c.is_published;

  if not found then
    perform set_config('pg_trgm.word_similarity_threshold', '0.4', true);
    return query
    select c.id, extensions.word_similarity(find_courses.words, c.title)
    from public.courses c
    where find_courses.words operator(extensions.<%) c.title and c.is_published;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_payment (
  payment_intent_id text,
  metadata          jsonb DEFAULT '{}'::jsonb
)
  RETURNS public.payments
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments;
begin
  -- The order first: everything that happens to it happens one after another.
  perform from public.orders o
  where o.id = (select p.order_id from public.payments p where p.stripe_payment_intent_id = find_payment.payment_intent_id)
  for update;
  select * into payment from public.payments p where p.stripe_payment_intent_id = find_payment.payment_intent_id;

  if payment.id is null and find_payment.payment_intent_id is not null
    and pg_input_is_valid(find_payment.metadata ->> 'order_id', 'uuid')
    and pg_input_is_valid(find_payment.metadata ->> 'attempt', 'smallint')
  then
    perform from public.orders o where o.id = (find_payment.metadata ->> 'order_id')::uuid for update;
    -- Stripe's answer was lost, or its event was faster; or we have learnt the id while waiting for the order.
    update public.payments p
    set stripe_payment_intent_id = find_payment.payment_intent_id
    where p.order_id = (find_payment.metadata ->> 'order_id')::uuid
      and p.attempt = (find_payment.metadata ->> 'attempt')::smallint
      and coalesce(p.stripe_payment_intent_id, find_payment.payment_intent_id) = find_payment.payment_intent_id
    returning * into payment;
    if payment.id is not null then
      perform private.replay_ignored_events(find_payment.payment_intent_id);
      select * into payment from public.payments p where p.stripe_payment_intent_id = find_payment.payment_intent_id;
    end if;
  end if;
  return payment;
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_student_counts()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  course uuid;
  folded integer := 0;
begin
  for course in
    select s.course_id from public.course_stats s
    where s.course_id in (select w.course_id from private.student_count_changes w)
    order by s.course_id
    for no key update skip locked
  loop
    perform private.fold_students(course);
    folded := folded + 1;
  end loop;
  return folded;
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_students (
  course_id uuid,
  change    integer DEFAULT 0
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  with waiting as (
    delete from private.student_count_changes w where w.course_id = fold_students.course_id returning w.change
  )
  update public.course_stats s
  set student_count = s.student_count + fold_students.change + coalesce((select sum(w.change) from waiting w), 0)
  where s.course_id = fold_students.course_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.get_cart()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return private.cart_json(private.require_user());
end
$function$;

CREATE OR REPLACE FUNCTION private.get_order (
  order_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if (select auth.uid()) is null then
    perform private.fail('AUTH_REQUIRED', 401, 'Sign in first.');
  end if;
  -- A closed account still reads its own receipts.
  if not exists (
    select from public.orders o
    where o.id = get_order.order_id and (o.user_id = (select auth.uid()) or private.is_admin())
  ) then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  end if;
  return private.order_json(get_order.order_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.grant_access (
  user_id       uuid,
  course_id     uuid,
  source        public.grant_source,
  order_item_id uuid                     DEFAULT NULL::uuid,
  granted_by    uuid                     DEFAULT NULL::uuid,
  reason        text                     DEFAULT NULL::text,
  expires_at    timestamp with time zone DEFAULT NULL::timestamp WITH time zone
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  place public.enrollments;
  had_access boolean := false;
  new_grant uuid;
begin
  perform private.lock_learner(grant_access.user_id);

  insert into public.enrollments (user_id, course_id, access_ends_at)
  values (grant_access.user_id, grant_access.course_id, grant_access.expires_at)
  on conflict on constraint enrollments_user_id_course_id_key do nothing
  returning * into place;

  if place.id is null then
    select e.* into strict place
    from public.enrollments e
    where e.user_id = grant_access.user_id and e.course_id = grant_access.course_id
    for no key update;
    had_access := place.status = 'active' and (place.access_ends_at is null or place.access_ends_at > now());
  end if;

  insert into private.access_grants (enrollment_id, source, order_item_id, granted_by, reason, expires_at)
  values (
    place.id, grant_access.source, grant_access.order_item_id, grant_access.granted_by, grant_access.reason,
    grant_access.expires_at
  )
  on conflict do nothing
  returning id into new_grant;

  if new_grant is null then
    -- Told twice of the same line or click: nothing new. Of another student's line: a mistake that must not stay.
    if not exists (
      select from private.access_grants g
      where g.enrollment_id = place.id
        and (g.order_item_id = grant_access.order_item_id or g.source = 'free' and g.revoked_at is null)
    ) then
      perform private.fail('CONFLICT', 409, 'This purchase belongs to another enrolment.');
    end if;
  elsif not had_access then
    perform private.welcome_student(place.id, new_grant);
  end if;
  return place.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.grant_enrollment (
  student_id uuid,
  course_id  uuid,
  reason     text,
  expires_at timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  operator uuid := private.require_operator();
  place uuid;
begin
  if length(grant_enrollment.reason) > 500 or grant_enrollment.expires_at <= now() then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'The grant is not valid.',
      '{"reason": "at most 500 characters", "expires_at": "must be in the future, or left out"}'
    );
  end if;
  if not exists (select from public.profiles p where p.id = grant_enrollment.student_id) then
    perform private.fail('PROFILE_NOT_FOUND', 404, 'There is no such person.');
  end if;
  if not exists (
    select from public.courses c where c.id = grant_enrollment.course_id and c.status not in ('draft', 'in_review')
  ) then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  if exists (
    select from public.course_instructors i
    where i.course_id = grant_enrollment.course_id and i.user_id = grant_enrollment.student_id
  ) then
    perform private.fail('OWN_COURSE', 409, 'This person teaches the course.');
  end if;

  place := private.grant_access(
    grant_enrollment.student_id, grant_enrollment.course_id, 'manual', null, operator,
    nullif(btrim(grant_enrollment.reason), ''), grant_enrollment.expires_at
  );
  return (
    select private.enrollment_json(e, s.lesson_count) || jsonb_build_object('user_id', e.user_id, 'course_id', e.course_id)
    from public.enrollments e join public.course_stats s on s.course_id = e.course_id
    where e.id = place
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_cart_item()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  -- Somebody else's cart, or a closed account: the policy refuses the row and says nothing about the cart.
  if (select auth.uid()) is not null
    and (private.active_uid() is null or new.cart_id is distinct from private.own_cart_id())
  then
    return new;
  end if;

  -- One writer a cart at a time, so that the limit and the answer to a double click hold.
  update public.carts c set updated_at = now() where c.id = new.cart_id;
  perform private.refuse_course(private.cart_refusal(new.user_id, new.course_id), new.course_id);
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_course_delete()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if exists (select from public.enrollments e where e.course_id = old.id) then
    perform private.fail('COURSE_HAS_STUDENTS', 409, 'A course that had students can be archived, not deleted.');
  end if;
  return old;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_course_instructor()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if not exists (select from public.profiles p where p.id = new.user_id and p.is_instructor and p.is_active) then
    perform private.fail('NOT_INSTRUCTOR', 403, 'Only an instructor can teach a course.');
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_course_price()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if (select auth.uid()) is null then
    return new;
  end if;

  if new.instructor_id is distinct from private.active_uid() and not private.is_admin() then
    perform private.fail('NOT_COURSE_OWNER', 403, 'Only the owner of the course sets its price.');
  end if;

  -- A draft may say what it likes; publish_course asks again.
  if new.published_at is not null
    and new.original_price_cents is distinct from old.original_price_cents
    and new.original_price_cents > coalesce(private.highest_price_charged(new.id), 0)
  then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'The original price must be one at which the course was really sold.',
      '{"original_price_cents": "the course was not sold at this price in the last 90 days"}'
    );
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_order_state()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if tg_op = 'INSERT' and new.state <> 'pending' then
    perform private.fail('INTERNAL_ERROR', 500, 'An order begins as pending.');
  elsif tg_op = 'UPDATE' and not exists (
    select from private.order_transitions t where t.from_state = old.state and t.to_state = new.state
  ) then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'An order does not move like this.', jsonb_build_object('from', old.state, 'to', new.state)
    );
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_refund_state()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if new.state < old.state then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'A refund does not move back.', jsonb_build_object('from', old.state, 'to', new.state)
    );
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_review_vote()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if exists (select from public.reviews r where r.id = new.review_id and r.user_id = new.user_id) then
    perform private.fail('SELF_VOTE', 409, 'You cannot vote for your own review.');
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_wishlist()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  -- Rows of others and closed accounts: left to the policy.
  if (select auth.uid()) is not null and new.user_id is distinct from private.active_uid() then
    return new;
  end if;
  if not exists (select from public.courses c where c.id = new.course_id and c.is_published) then
    perform private.refuse_course('COURSE_NOT_FOUND', new.course_id);
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.handle_new_user()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  zone text := coalesce(new.raw_user_meta_data ->> 'timezone', 'UTC');
begin
  -- Only names are taken from what the browser sent; a role in it means nothing.
  insert into public.profiles (id, first_name, last_name)
  values (
    new.id,
    left(btrim(coalesce(new.raw_user_meta_data ->> 'first_name', '')), 150),
    left(btrim(coalesce(new.raw_user_meta_data ->> 'last_name', '')), 150)
  )
  on conflict do nothing;

  insert into public.profile_private (user_id, email, timezone)
  values (new.id, left(coalesce(new.email, ''), 320), case when private.is_timezone(zone) then zone else 'UTC' end)
  on conflict do nothing;

  insert into public.profile_stats (user_id) values (new.id) on conflict do nothing;
  insert into public.carts (user_id) values (new.id) on conflict do nothing;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.has_course_access (
  course_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.active_uid();
begin
  return caller is not null and (
    private.is_enrolled(caller, has_course_access.course_id)
    or private.is_course_author(has_course_access.course_id)
    or private.is_staff()
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.has_lost_dispute (
  order_id uuid
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select
    exists (
      select
      from
        private.disputes as d
        join public.payments as p on p.id = d.payment_id
      where p.order_id = has_lost_dispute.order_id and p.pays_order and d.effect = 'lost'
    );
$function$;

CREATE OR REPLACE FUNCTION private.has_open_dispute (
  order_id uuid
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select
    exists (
      select
      from
        private.disputes as d
        join public.payments as p on p.id = d.payment_id
      where p.order_id = has_open_dispute.order_id and p.pays_order and d.effect = 'open'
    );
$function$;

CREATE OR REPLACE FUNCTION private.has_role (
  role public.user_role
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return exists (
    select from public.user_roles r
    join public.profiles p on p.id = r.user_id
    where r.user_id = auth.uid() and r.role = has_role.role and p.is_active
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.highest_price_charged (
  course_id uuid,
  since     timestamp with time zone DEFAULT (now() - '90 days'::interval)
)
  RETURNS integer
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select max(h.price_cents)
  from public.course_price_history as h
  where
    h.course_id = highest_price_charged.course_id
    and h.charged_from >= coalesce(
      (
        select max(b.charged_from)
        from public.course_price_history as b
        where b.course_id = highest_price_charged.course_id and b.charged_from <= highest_price_charged.since
      ),
      '-infinity'
    );
$function$;

CREATE OR REPLACE FUNCTION private.index_changed_courses()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  case tg_table_name
    when 'courses' then
      perform private.index_courses(array[new.id]);
    when 'categories' then
      perform private.index_courses(array(select c.id from public.courses c where c.category_id = new.id));
    when 'profiles' then
      perform private.index_courses(array(select c.id from public.courses c where c.instructor_id = new.id));
  end case;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.index_courses (
  course_ids uuid[]
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into private.course_search (course_id, document)
  select
    c.id,
    setweight(private.search_vector(c.title), 'A') || setweight(
      private.search_vector(c.short_description),
      'B'
    ) || setweight(
      private.search_vector(concat_ws(' ', k.name, p.first_name, p.last_name)),
      'C'
    ) || setweight(private.search_vector(c.description), 'D')
  from
    public.courses as c
    join public.profiles as p on p.id = c.instructor_id
    left join public.categories as k on k.id = c.category_id
  where c.id = any (index_courses.course_ids)
  on conflict (course_id) do update
    set document = excluded.document;
$function$;

CREATE OR REPLACE FUNCTION private.instructor_shares (
  course_id    uuid,
  owner_id     uuid,
  amount_cents bigint
)
  RETURNS TABLE (
    user_id      uuid,
    amount_cents bigint
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with
    teacher as (
      select i.user_id, i.revenue_share_percent::bigint as share
      from public.course_instructors as i
      where i.course_id = instructor_shares.course_id and i.revenue_share_percent > 0
      union all
      -- Nobody has a share: the one who sold it has it all.
      select instructor_shares.owner_id, 100
      where
        not exists (
          select
          from public.course_instructors as i
          where i.course_id = instructor_shares.course_id and i.revenue_share_percent > 0
        )
    ),
    listed as (
      select array_agg(t.user_id order by t.user_id) as users, array_agg(t.share order by t.user_id) as shares
      from teacher as t
    )
  select part.user_id, part.amount_cents
  from
    listed as l,
    unnest(l.users, private.spread_cents(instructor_shares.amount_cents, l.shares)) as part (
      user_id,
      amount_cents
    );
$function$;

CREATE OR REPLACE FUNCTION private.is_admin()
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return private.has_role('admin');
end
$function$;

CREATE OR REPLACE FUNCTION private.is_course_author (
  course_id uuid
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select
    exists (
      select
      from public.course_instructors as i
      where i.course_id = is_course_author.course_id and i.user_id = (select private.active_uid())
    );
$function$;

CREATE OR REPLACE FUNCTION private.is_course_owner (
  course_id uuid
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select
    exists (
      select
      from public.courses as c
      where c.id = is_course_owner.course_id and c.instructor_id = (select private.active_uid())
    );
$function$;

CREATE OR REPLACE FUNCTION private.is_enrolled (
  user_id   uuid,
  course_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return exists (
    select from public.enrollments e
    where e.user_id = is_enrolled.user_id and e.course_id = is_enrolled.course_id
      and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.is_instructor()
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return private.has_role('instructor') or private.has_role('admin');
end
$function$;

CREATE OR REPLACE FUNCTION private.is_service()
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN (current_setting('role'::text, true) = 'service_role'::text);

CREATE OR REPLACE FUNCTION private.is_staff()
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return private.has_role('moderator') or private.has_role('admin');
end
$function$;

CREATE OR REPLACE FUNCTION private.is_timezone (
  name text
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  -- Only region names and UTC: abbreviations and POSIX strings would ignore daylight saving time.
  if is_timezone.name <> 'UTC' and is_timezone.name !~ '^[A-Za-z_]+(/[A-Za-z0-9_+-]+)+$' then
    return false;
  end if;
  -- Asking for the time there is a thousand times cheaper than the view of all zones.
  perform now() at time zone is_timezone.name;
  return is_timezone.name is not null;
exception
  when invalid_parameter_value then
    return false;
end
$function$;

CREATE OR REPLACE FUNCTION private.issue_certificate (
  enrollment_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  -- The certificate worker asks for anybody, a person for the own enrolment.
  caller uuid := case when not private.is_service() then private.require_user() end;
  place public.enrollments;
  certificate public.certificates;
begin
  select e.* into place
  from public.enrollments e
  where e.id = issue_certificate.enrollment_id and (caller is null or e.user_id = caller);
  if place.id is null then
    perform private.fail('ENROLLMENT_NOT_FOUND', 404, 'There is no such enrolment.');
  end if;

  -- A lesson that was taken out of the course may have been the last one missing.
  if place.completed_at is null then
    perform private.lock_learner(place.user_id);
    if not private.complete_enrollment(place.id) then
      perform private.fail(
        'LESSONS_INCOMPLETE', 409, 'Complete every lesson first.',
        (
          select jsonb_build_object('lessons_completed', e.lessons_completed, 'total_lessons', s.lesson_count)
          from public.enrollments e join public.course_stats s on s.course_id = e.course_id
          where e.id = place.id
        )
      );
    end if;
  end if;

  select c.* into certificate from public.certificates c where c.enrollment_id = place.id;
  return private.certificate_json(certificate);
end
$function$;

CREATE OR REPLACE FUNCTION private.jobs_are_late()
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select
    exists (
      select
      from private.jobs as j
      where j.is_enabled and j.next_run_at < now() - interval '15 minutes'
    );
$function$;

CREATE OR REPLACE FUNCTION private.keep_history()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if tg_op = 'UPDATE' and (to_jsonb(new) - tg_argv) = (to_jsonb(old) - tg_argv) then
    return null;
  end if;
  perform private.fail(
    'INTERNAL_ERROR', 500, 'The books are not rewritten.', jsonb_build_object('table', tg_table_name, 'operation', lower(tg_op))
  );
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.ledger_account (
  kind     private.ledger_account_kind,
  owner_id uuid,
  currency character
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  account uuid;
begin
  insert into private.ledger_accounts (kind, owner_id, currency)
  values (ledger_account.kind, ledger_account.owner_id, ledger_account.currency)
  on conflict do nothing;
  select a.id into strict account
  from private.ledger_accounts a
  where a.kind = ledger_account.kind
    and a.owner_id is not distinct from ledger_account.owner_id
    and a.currency = ledger_account.currency;
  return account;
end
$function$;

CREATE OR REPLACE FUNCTION private.ledger_difference (
  order_id uuid
)
  RETURNS TABLE (
    kind          private.ledger_transaction_kind,
    order_item_id uuid,
    account       private.ledger_account_kind,
    owner_id      uuid,
    amount_cents  bigint,
    available_at  timestamp with time zone
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with
    both_sides as (
      select *
      from private.ledger_targets(ledger_difference.order_id)
      union all
      select t.kind, e.order_item_id, a.kind, a.owner_id, -e.amount_cents, e.available_at
      from
        private.ledger_transactions as t
        join private.ledger_entries as e on e.transaction_id = t.id
        join private.ledger_accounts as a on a.id = e.account_id
      where t.order_id = ledger_difference.order_id and t.kind in ('refund', 'dispute')
    )
  select
    b.kind,
    b.order_item_id,
    b.account,
    b.owner_id,
    sum(b.amount_cents)::bigint,
    -- A share that is still on hold is taken from what is on hold.
    case
      when b.account = 'instructor_payable' then max(b.available_at)
      else now()
    end
  from both_sides as b
  group by b.kind, b.order_item_id, b.account, b.owner_id
  having sum(b.amount_cents) != 0;
$function$;

CREATE OR REPLACE FUNCTION private.ledger_targets (
  order_id uuid
)
  RETURNS TABLE (
    kind          private.ledger_transaction_kind,
    order_item_id uuid,
    account       private.ledger_account_kind,
    owner_id      uuid,
    amount_cents  bigint,
    available_at  timestamp with time zone
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with
    -- Each line's money was credited to these accounts when it was sold; what goes back comes from them in proportion.
    sold as (
      select
        c.order_item_id,
        c.refunded_cents,
        c.lost_cents,
        c.frozen_cents,
        array_agg(e.account_id order by e.id) as accounts,
        array_agg(e.available_at order by e.id) as available_at,
        array_agg(-e.amount_cents order by e.id) as credits
      from
        private.order_claims(ledger_targets.order_id) as c
        join private.ledger_entries as e on e.order_item_id = c.order_item_id and e.amount_cents < 0
        join private.ledger_transactions as t on t.id = e.transaction_id and t.kind = 'sale'
      group by c.order_item_id, c.refunded_cents, c.lost_cents, c.frozen_cents
    ),
    -- Cumulative, so that the last cent of a line empties its accounts exactly.
    part as (
      select s.order_item_id, a.kind as account, a.owner_id, u.available_at, u.refunded, u.lost, u.frozen
      from
        sold as s,
        unnest(
          s.accounts,
          s.available_at,
          private.spread_cents(s.refunded_cents, s.credits),
          private.spread_cents(s.refunded_cents + s.lost_cents, s.credits),
          private.spread_cents(s.refunded_cents + s.lost_cents + s.frozen_cents, s.credits)
        ) as u (account_id, available_at, refunded, lost, frozen)
        join private.ledger_accounts as a on a.id = u.account_id
    ),
    side as (
      select
        'refund'::private.ledger_transaction_kind as kind,
        p.order_item_id,
        p.account,
        p.owner_id,
        p.refunded as amount_cents,
        p.available_at
      from part as p
      union all
      select 'dispute', p.order_item_id, p.account, p.owner_id, p.lost - p.refunded, p.available_at
      from part as p
      union all
      -- Frozen: the instructor's share is held, the platform's waits in the disputed funds.
      select 'dispute', p.order_item_id, p.account, p.owner_id, p.frozen - p.lost, p.available_at
      from part as p
      where p.account = 'instructor_payable'
      union all
      select 'dispute', p.order_item_id, 'instructor_held', p.owner_id, -(p.frozen - p.lost), now()
      from part as p
      where p.account = 'instructor_payable'
      union all
      select 'refund', s.order_item_id, 'stripe_cash', null, -s.refunded_cents, now()
      from sold as s
      union all
      select 'dispute', s.order_item_id, 'stripe_cash', null, -(s.lost_cents + s.frozen_cents), now()
      from sold as s
      union all
      select 'dispute', s.order_item_id, 'disputed_funds', null, s.frozen_cents, now()
      from sold as s
    )
  select s.kind, s.order_item_id, s.account, s.owner_id, sum(s.amount_cents)::bigint, max(s.available_at)
  from side as s
  group by s.kind, s.order_item_id, s.account, s.owner_id
  having sum(s.amount_cents) != 0;
$function$;

CREATE OR REPLACE FUNCTION private.lesson_id_of_file (
  name text
)
  RETURNS uuid
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN CASE WHEN ((name !~ '(^|/)\.{1,2}(/|$)'::text) AND pg_input_is_valid(split_part(name, '/'::text, 2), 'uuid'::text) AND (split_part(name, '/'::text, 3) <> ''::text)) THEN
  (split_part(name, '/'::text, 2))::uuid ELSE NULL::uuid END;

CREATE OR REPLACE FUNCTION private.local_date (
  user_id uuid,
  at      timestamp with time zone DEFAULT now()
)
  RETURNS date
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return (local_date.at at time zone coalesce(
    (select p.timezone from public.profile_private p where p.user_id = local_date.user_id), 'UTC'
  ))::date;
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_learner (
  user_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform from public.profile_stats s where s.user_id = lock_learner.user_id for no key update;
end
$function$;

CREATE OR REPLACE FUNCTION private.lowest_price_charged (
  course_id uuid,
  since     timestamp with time zone DEFAULT (now() - '30 days'::interval)
)
  RETURNS integer
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select min(h.price_cents)
  from public.course_price_history as h
  where
    h.course_id = lowest_price_charged.course_id
    and h.charged_from >= coalesce(
      (
        select max(b.charged_from)
        from public.course_price_history as b
        where b.course_id = lowest_price_charged.course_id and b.charged_from <= lowest_price_charged.since
      ),
      '-infinity'
    );
$function$;

CREATE OR REPLACE FUNCTION private.mark_lesson_complete (
  enrollment_id uuid,
  lesson_id     uuid,
  completed     boolean
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  lesson record;
  place public.enrollments;
begin
  select l.course_id, c.is_published into lesson
  from public.lessons l join public.courses c on c.id = l.course_id
  where l.id = mark_lesson_complete.lesson_id;

  perform private.lock_learner(caller);
  if mark_lesson_complete.enrollment_id is not null then
    select e.* into place
    from public.enrollments e
    where e.id = mark_lesson_complete.enrollment_id and e.user_id = caller;
    if place.id is null then
      perform private.fail('ENROLLMENT_NOT_FOUND', 404, 'There is no such enrolment.');
    end if;
  else
    select e.* into place
    from public.enrollments e
    where e.user_id = caller and e.course_id = lesson.course_id;
    if place.id is null and lesson.is_published then
      perform private.fail('NOT_ENROLLED', 403, 'You are not enrolled in this course.');
    end if;
  end if;
  if place.id is null or lesson.course_id is distinct from place.course_id then
    perform private.fail('LESSON_NOT_FOUND', 404, 'There is no such lesson in this course.');
  end if;
  perform private.require_open_place(place);

  insert into public.lesson_progress as p (enrollment_id, lesson_id, user_id, course_id, is_completed, completed_at)
  values (
    place.id, mark_lesson_complete.lesson_id, caller, place.course_id, mark_lesson_complete.completed,
    case when mark_lesson_complete.completed then now() end
  )
  on conflict on constraint lesson_progress_pkey do update
  set is_completed = excluded.is_completed, completed_at = excluded.completed_at
  where p.is_completed <> excluded.is_completed;

  if found then
    update public.enrollments e
    set last_lesson_id = mark_lesson_complete.lesson_id, last_activity_at = now()
    where e.id = place.id;
    if mark_lesson_complete.completed then
      perform private.record_learning(caller, 0);
    end if;
  end if;
  if mark_lesson_complete.completed and place.completed_at is null then
    perform private.complete_enrollment(place.id);
  end if;

  return (
    select jsonb_build_object(
      'lesson_id', mark_lesson_complete.lesson_id,
      'enrollment_id', e.id,
      'is_completed', mark_lesson_complete.completed,
      'enrollment_progress', private.progress_percent(e.lessons_completed, s.lesson_count),
      'lessons_completed', e.lessons_completed,
      'total_lessons', s.lesson_count,
      'course_completed', e.is_completed,
      'certificate_url', '/certificates/' || (
        select c.code from public.certificates c where c.enrollment_id = e.id and c.revoked_at is null
      )
    )
    from public.enrollments e join public.course_stats s on s.course_id = e.course_id
    where e.id = place.id
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.may_read_lesson_file (
  name text
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select
    exists (
      select
      from
        public.lessons as l
        join public.courses as c on c.id = l.course_id
      where
        l.id = private.lesson_id_of_file(may_read_lesson_file.name)
        and l.course_id::text = split_part(may_read_lesson_file.name, '/', 1)
        and ((l.is_preview and c.is_published) or private.has_course_access(l.course_id))
    );
$function$;

CREATE OR REPLACE FUNCTION private.may_write_course_file (
  name text
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select
    exists (
      select
      from public.courses as c
      where
        c.id = case
          when pg_input_is_valid(split_part(may_write_course_file.name, '/', 1), 'uuid') then split_part(
            may_write_course_file.name,
            '/',
            1
          )::uuid
        end
        and may_write_course_file.name !~ '(^|/)\.{1,2}(/|$)'
        and split_part(may_write_course_file.name, '/', 2) != ''
        and (private.is_course_author(c.id) or private.is_admin())
    );
$function$;

CREATE OR REPLACE FUNCTION private.may_write_lesson_file (
  name text
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select
    exists (
      select
      from public.lessons as l
      where
        l.id = private.lesson_id_of_file(may_write_lesson_file.name)
        and l.course_id::text = split_part(may_write_lesson_file.name, '/', 1)
        and (private.is_course_author(l.course_id) or private.is_admin())
    );
$function$;

CREATE OR REPLACE FUNCTION private.merge_guest_cart (
  course_ids uuid[]
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  cart uuid := private.own_cart_id();
  course uuid;
  refusal text;
  added uuid[] := '{}';
  skipped jsonb := '[]';
begin
  if cardinality(merge_guest_cart.course_ids) > 100 then
    perform private.fail('VALIDATION_ERROR', 422, 'Too many courses at once.', '{"course_ids": "at most 100"}');
  end if;

  -- Between the question and the insert nobody else may change the cart.
  perform from public.carts c where c.id = cart for no key update;
  for course in
    select g.id
    from unnest(merge_guest_cart.course_ids) with ordinality as g (id, position)
    where g.id is not null
    group by g.id
    order by min(g.position)
  loop
    refusal := private.cart_refusal(caller, course);
    if refusal is null then
      insert into public.cart_items (cart_id, user_id, course_id) values (cart, caller, course);
      added := added || course;
    else
      skipped := skipped || jsonb_build_object('course_id', course, 'reason', refusal);
    end if;
  end loop;

  return jsonb_build_object('added', to_jsonb(added), 'skipped', skipped, 'cart', private.cart_json(caller));
end
$function$;

CREATE OR REPLACE FUNCTION private.minimum_charge_cents (
  currency text
)
  RETURNS integer
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
RETURN CASE currency WHEN 'aed'::text THEN 200 WHEN 'czk'::text THEN 1500 WHEN 'dkk'::text THEN 250 WHEN 'gbp'::text THEN 30 WHEN 'hkd'::text THEN 400 WHEN 'huf'::text THEN 17500
  WHEN 'jpy'::text THEN 50 WHEN 'mxn'::text THEN 1000 WHEN 'myr'::text THEN 200 WHEN 'nok'::text THEN 300 WHEN 'pln'::text THEN 200 WHEN 'ron'::text THEN 200 WHEN 'sek'::text THEN
  300 WHEN 'thb'::text THEN 1000 ELSE 50 END;

CREATE OR REPLACE FUNCTION private.minor_unit_digits (
  currency text
)
  RETURNS integer
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
RETURN CASE WHEN
  (currency = ANY (ARRAY['bif'::text, 'clp'::text, 'djf'::text, 'gnf'::text, 'jpy'::text, 'kmf'::text, 'krw'::text, 'mga'::text, 'pyg'::text, 'rwf'::text, 'ugx'::text, 'vnd'::text,
  'vuv'::text, 'xaf'::text, 'xof'::text, 'xpf'::text])) THEN 0 ELSE 2 END;

CREATE OR REPLACE FUNCTION private.mint_api_key (
  user_id         uuid,
  name            text,
  expires_in_days integer,
  scopes          text[]  DEFAULT '{}'::text[],
  course_ids      uuid[]  DEFAULT '{}'::uuid[]
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  secret constant text := 'lf_' || encode(extensions.gen_random_bytes(20), 'hex');
  made public.api_keys;
begin
  if coalesce(length(btrim(mint_api_key.name)), 0) not between 1 and 100 then
    perform private.fail('VALIDATION_ERROR', 422, 'The key needs a name.', '{"name": "1 to 100 characters"}');
  end if;
  if mint_api_key.expires_in_days not between 1 and 365 or mint_api_key.expires_in_days is null then
    perform private.fail('VALIDATION_ERROR', 422, 'A key ends within a year.', '{"expires_in_days": "1 to 365"}');
  end if;

  insert into public.api_keys (user_id, name, key_prefix, key_hash, scopes, course_ids, expires_at)
  values (
    mint_api_key.user_id, btrim(mint_api_key.name), left(secret, 11), encode(sha256(convert_to(secret, 'UTF8')), 'hex'),
    mint_api_key.scopes, mint_api_key.course_ids, now() + make_interval(days => mint_api_key.expires_in_days)
  )
  returning * into made;
  return jsonb_build_object(
    'id', made.id, 'name', made.name, 'key', secret, 'key_prefix', made.key_prefix, 'scopes', made.scopes,
    'course_ids', made.course_ids, 'created_at', made.created_at, 'expires_at', made.expires_at
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.mirror_email()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  update public.profile_private p set email = left(coalesce(new.email, ''), 320) where p.user_id = new.id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.mirror_instructor_role()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  changed uuid := coalesce(new.user_id, old.user_id);
begin
  update public.profiles p
  set is_instructor = exists (select from public.user_roles r where r.user_id = changed and r.role = 'instructor')
  where p.id = changed;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.mirror_is_reviewer()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  update public.profiles p
  set is_reviewer = not p.is_reviewer
  where p.id in (new.user_id, old.user_id)
    and p.is_reviewer <> exists (select from public.reviews r where r.user_id = p.id and not r.is_hidden);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.mirror_refund (
  payment public.payments,
  refund  jsonb,
  amount  integer
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  new_id uuid;
  named uuid[];
  left_cents bigint[];
begin
  select array_agg(i.id order by i.position), array_agg(i.total_cents::bigint order by i.position)
  into named, left_cents
  from public.order_items i
  where i.order_id = (mirror_refund.payment).order_id
    and i.total_cents > 0
    and i.id::text = any (string_to_array(replace(mirror_refund.refund #>> '{metadata,order_item_ids}', ' ', ''), ','));

  insert into private.refunds (order_id, payment_id, amount_cents, currency, origin, reason, names_items)
  values (
    (mirror_refund.payment).order_id, (mirror_refund.payment).id, mirror_refund.amount, (mirror_refund.payment).currency,
    'stripe', left(coalesce(mirror_refund.refund ->> 'reason', ''), 500), named is not null
  )
  returning id into new_id;

  insert into private.refund_items (refund_id, order_item_id, amount_cents)
  select new_id, part.order_item_id, part.amount_cents
  from unnest(named, private.spread_cents(mirror_refund.amount, left_cents)) part (order_item_id, amount_cents)
  where part.amount_cents > 0;
  return new_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.moderate_review (
  review_id uuid,
  hidden    boolean,
  reason    text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  review public.reviews;
begin
  if not private.is_service() then
    perform private.require_staff();
  end if;
  if moderate_review.hidden and coalesce(length(btrim(moderate_review.reason)), 0) not between 1 and 500 then
    perform private.fail('VALIDATION_ERROR', 422, 'Say why the review is hidden.', '{"reason": "1 to 500 characters"}');
  end if;

  update public.reviews r
  set is_hidden = moderate_review.hidden,
    hidden_reason = case when moderate_review.hidden then btrim(moderate_review.reason) else '' end
  where r.id = moderate_review.review_id
  returning * into review;
  if review.id is null then
    perform private.fail('REVIEW_NOT_FOUND', 404, 'There is no such review.');
  end if;

  update private.review_reports p set resolved_at = now() where p.review_id = review.id and p.resolved_at is null;

  if review.is_hidden then
    perform private.notify(
      review.user_id, 'review_hidden', 'Your review was hidden', review.hidden_reason, null, 'review_hidden:' || review.id
    );
  end if;
  return jsonb_build_object('id', review.id, 'is_hidden', review.is_hidden, 'hidden_reason', review.hidden_reason);
end
$function$;

CREATE OR REPLACE FUNCTION private.my_certificates()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  return jsonb_build_object(
    'results', coalesce(
      (
        select jsonb_agg(private.certificate_json(c) order by c.issued_at desc, c.id)
        from public.certificates c
        where c.user_id = caller
      ),
      '[]'
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.my_enrollments (
  status    text,
  page      integer,
  page_size integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  asked_page integer := private.clamp_page(my_enrollments.page);
  asked_size integer := private.clamp_page_size(my_enrollments.page_size, 10);
  total bigint;
  results jsonb;
begin
  if my_enrollments.status not in ('active', 'completed', 'revoked') then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'There is no such status.', '{"status": "must be active, completed or revoked"}'
    );
  end if;

  select count(*) into total
  from public.enrollments e
  where e.user_id = caller
    and (e.status = 'revoked') = (my_enrollments.status is not distinct from 'revoked')
    and e.is_completed = case my_enrollments.status when 'active' then false when 'completed' then true else e.is_completed end;

  select jsonb_agg(
    private.enrollment_json(r.place, r.lesson_count) || jsonb_build_object(
      'course', jsonb_build_object(
        'id', r.course_id, 'title', r.title, 'slug', r.slug, 'thumbnail', r.thumbnail_path,
        'duration_hours', round(r.duration_seconds / 3600.0, 2), 'instructor', r.instructor
      )
    )
    order by r.enrolled_at desc, r.id
  )
  into results
  from (
    select e.id, e.enrolled_at, e as place, e.course_id, c.title, c.slug, c.thumbnail_path, s.duration_seconds, s.lesson_count,
      btrim(p.first_name || ' ' || p.last_name) as instructor
    from
      public.enrollments e
      join public.courses c on c.id = e.course_id
      join public.profiles p on p.id = c.instructor_id
      join public.course_stats s on s.course_id = e.course_id
    where e.user_id = caller
      and (e.status = 'revoked') = (my_enrollments.status is not distinct from 'revoked')
      and e.is_completed = case my_enrollments.status when 'active' then false when 'completed' then true else e.is_completed end
    order by e.enrolled_at desc, e.id
    limit asked_size offset (asked_page - 1) * asked_size
  ) r;

  return private.page(total, asked_page, asked_size, results);
end
$function$;

CREATE OR REPLACE FUNCTION private.next_lesson (
  place public.enrollments
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    with contents as (
      select l.id, l.title, l.position, s.title as section_title,
        row_number() over (order by s.position, l.position) as index,
        coalesce(p.is_completed, false) as is_completed,
        coalesce(p.position_seconds, 0) as position_seconds
      from
        public.curriculum_sections s
        join public.lessons l on l.section_id = s.id and l.course_id = s.course_id
        left join public.lesson_progress p on p.enrollment_id = place.id and p.lesson_id = l.id
      where s.course_id = place.course_id
    )
    select jsonb_build_object(
      'id', next.id, 'title', next.title, 'order', next.position, 'index', next.index, 'section', next.section_title,
      'position_seconds', next.position_seconds
    )
    from (
      select c.*
      from contents c
      where not c.is_completed
      order by
        c.index < coalesce((select last.index from contents last where last.id = place.last_lesson_id), 0),
        c.index
      limit 1
    ) next
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.next_order_number()
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  this_year smallint := extract(year from now() at time zone 'UTC');
  number bigint;
begin
  insert into private.order_counters as c (year, last_number)
  values (this_year, 1)
  on conflict (year) do update set last_number = c.last_number + 1
  returning c.last_number into number;
  -- lpad cuts what is too long: order 100000 must not become another 10000.
  return format('ORD-%s-%s', this_year, lpad(number::text, greatest(5, length(number::text)), '0'));
end
$function$;

CREATE OR REPLACE FUNCTION private.normalise_coupon()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  new.code := private.normalise_coupon_code(new.code);
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.normalise_coupon_code (
  code text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
RETURN upper(regexp_replace(NORMALIZE(code, NFKC), '[\s\u00ad\u200b-\u200f\u2060\ufeff]'::text, ''::text, 'g'::text));

CREATE OR REPLACE FUNCTION private.note_search (
  term     text,
  searcher text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  plain text := lower(regexp_replace(btrim(note_search.term), '\s+', ' ', 'g'));
begin
  if length(plain) between 2 and 200 then
    insert into private.search_terms as s (term, searcher_hash)
    values (plain, encode(sha256(convert_to(plain || chr(31) || note_search.searcher, 'UTF8')), 'hex'))
    on conflict on constraint search_terms_pkey do update set last_searched_at = now();
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.notify (
  user_id    uuid,
  kind       text,
  title      text,
  body       text,
  link       text,
  dedupe_key text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  insert into public.notifications (user_id, kind, title, body, link, dedupe_key)
  values (notify.user_id, notify.kind, left(notify.title, 300), left(coalesce(notify.body, ''), 1000), notify.link, notify.dedupe_key)
  on conflict on constraint notifications_user_id_dedupe_key_key do nothing;
end
$function$;

CREATE OR REPLACE FUNCTION private.order_claims (
  order_id uuid
)
  RETURNS TABLE (
    order_item_id       uuid,
    refunded_cents      integer,
    lost_cents          integer,
    frozen_cents        integer,
    is_refunded_by_name boolean
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  payment public.payments;
  items uuid[];
  totals bigint[];
  named bigint[];
  refunded bigint[];
  lost bigint[];
  frozen bigint[];
  given_back bigint;
  lost_amount bigint;
  disputed_amount bigint;
begin
  select * into payment from public.payments p where p.order_id = order_claims.order_id and p.pays_order;

  select
    array_agg(i.id order by i.position),
    array_agg(i.total_cents::bigint order by i.position),
    array_agg(least(i.total_cents, n.cents) order by i.position)
  into items, totals, named
  from
    public.order_items i
    cross join lateral (
      select coalesce(sum(x.amount_cents), 0)::bigint as cents
      from private.refund_items x join private.refunds r on r.id = x.refund_id
      where x.order_item_id = i.id and r.payment_id = payment.id and r.names_items and r.state in ('pending', 'succeeded')
    ) n
  where i.order_id = order_claims.order_id;

  -- The refunds one by one, or what the charge says altogether, whichever is more; a failed refund is no refund.
  select greatest(
    coalesce(sum(r.amount_cents) filter (where r.state in ('pending', 'succeeded')), 0),
    coalesce(payment.charge_refunded_cents, 0)
    - coalesce(sum(r.amount_cents) filter (where r.stripe_refund_id is not null and r.state in ('failed', 'canceled')), 0)
  )
  into given_back
  from private.refunds r
  where r.payment_id = payment.id;

  select coalesce(sum(d.amount_cents) filter (where d.effect = 'lost'), 0),
    coalesce(sum(d.amount_cents) filter (where d.effect = 'open'), 0)
  into lost_amount, disputed_amount
  from private.disputes d
  where d.payment_id = payment.id;

  -- Money that names no line is spread over what is left of all of them.
  refunded := private.add_spread(named, greatest(given_back - private.sum_of(named), 0), totals);
  lost := private.add_spread(refunded, lost_amount, totals);
  frozen := private.add_spread(lost, disputed_amount, totals);

  return query
  select c.item, c.r::integer, (c.l - c.r)::integer, (c.f - c.l)::integer, c.t > 0 and c.n >= c.t
  from unnest(items, totals, named, refunded, lost, frozen) c (item, t, n, r, l, f);
end
$function$;

CREATE OR REPLACE FUNCTION private.order_items_json (
  order_id uuid,
  currency text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return coalesce(
    (
      select jsonb_agg(
        jsonb_build_object(
          'id', i.id,
          'course', jsonb_build_object('id', i.course_id, 'title', i.title, 'slug', i.slug, 'thumbnail', i.thumbnail_path),
          'instructor_name', i.instructor_name,
          'price_at_purchase', private.to_amount(i.price_cents, order_items_json.currency),
          'discount_amount', private.to_amount(i.discount_cents, order_items_json.currency),
          'total_amount', private.to_amount(i.total_cents, order_items_json.currency),
          'refunded_amount', private.to_amount(i.refunded_cents, order_items_json.currency),
          'access', i.access
        )
        order by i.position
      )
      from public.order_items i
      where i.order_id = order_items_json.order_id
    ),
    '[]'
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.order_json (
  order_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  result jsonb;
begin
  select jsonb_build_object(
    'id', o.id,
    'order_number', o.order_number,
    'status', o.status,
    'state', o.state,
    'currency', o.currency,
    'subtotal', private.to_amount(o.subtotal_cents, o.currency),
    'discount_amount', private.to_amount(o.discount_cents, o.currency),
    'tax_amount', private.to_amount(o.tax_cents, o.currency),
    'total_amount', private.to_amount(o.total_cents, o.currency),
    'refunded_amount', private.to_amount(o.refunded_cents, o.currency),
    'coupon_code', (select k.code from public.coupons k where k.id = o.coupon_id),
    'created_at', o.created_at,
    'completed_at', o.completed_at,
    'expires_at', case when o.completed_at is null then o.expires_at end,
    'items_count', (select count(*) from public.order_items i where i.order_id = o.id),
    'items', private.order_items_json(o.id, o.currency),
    'billing_address', (select to_jsonb(b) - 'order_id' from public.order_billing b where b.order_id = o.id),
    'payment', (
      select jsonb_build_object(
        'method', coalesce(o.payment_method, p.provider),
        'status', case when o.payment_method = 'free' then 'succeeded' else p.status::text end,
        'transaction_id', p.stripe_charge_id
      )
      from (values (o.id)) as this (id)
      left join lateral (
        select y.provider, y.status, y.stripe_charge_id
        from public.payments y
        where y.order_id = this.id
        order by y.pays_order desc, y.attempt desc
        limit 1
      ) p on true
      where o.payment_method is not null or p.status is not null
    )
  )
  into result
  from public.orders o
  where o.id = order_json.order_id;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.order_still_says (
  order_id   uuid,
  course_ids uuid[],
  coupon_id  uuid
)
  RETURNS boolean
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  select
    not exists (
      select
      from
        private.price_lines(order_still_says.course_ids, order_still_says.coupon_id) as l
        full join (select * from public.order_items as x where x.order_id = order_still_says.order_id) as i
          on i.course_id = l.course_id
      where
        (l.price_cents, l.discount_cents, l.tax_cents, l.platform_fee_percent) is distinct from (
          i.price_cents,
          i.discount_cents,
          i.tax_cents,
          i.platform_fee_percent
        )
    );
$function$;

CREATE OR REPLACE FUNCTION private.own_cart_id()
  RETURNS uuid
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select c.id from public.carts as c where c.user_id = (select auth.uid());
$function$;

CREATE OR REPLACE FUNCTION private.owned_course_ids()
  RETURNS SETOF uuid
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  ROWS 10
  SET search_path TO ''
  AS $function$
  select c.id from public.courses as c where c.instructor_id = (select private.active_uid());
$function$;

CREATE OR REPLACE FUNCTION private.page (
  count     bigint,
  page      integer,
  page_size integer,
  results   jsonb
)
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
RETURN
  jsonb_build_object('count', count, 'total_pages', (((count + page_size) - 1) / page_size), 'current_page', page, 'page_size', page_size, 'next', CASE WHEN (((page)::bigint *
  page_size) < count) THEN (page + 1) ELSE NULL::integer END,
  'previous',
  CASE WHEN ((page > 1) AND (count > 0)) THEN LEAST(((page - 1))::bigint, (((count + page_size) - 1) / page_size)) ELSE NULL::bigint END, 'results', COALESCE(results, '[]'::jsonb));

CREATE OR REPLACE FUNCTION private.parse_billing_address (
  billing_address jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  rule record;
  given text;
  address jsonb := '{}';
  wrong jsonb := '{}';
begin
  if coalesce(jsonb_typeof(parse_billing_address.billing_address), 'null') <> 'object' then
    perform private.fail(
      'INVALID_BILLING_ADDRESS', 422, 'The billing address is missing.', '{"billing_address": "an object is required"}'
    );
  end if;

  for rule in
    select *
    from (
      values
        ('first_name', true, 150, '.'), ('last_name', true, 150, '.'), ('email', true, 320, '^[^@\s]+@[^@\s]+\.[^@\s]+$'),
        ('address_line1', true, 200, '.'), ('address_line2', false, 200, '.'), ('city', true, 100, '.'),
        ('state', false, 100, '.'), ('postal_code', false, 20, '.'), ('country', true, 2, '^[A-Za-z]{2}$'),
        ('phone', false, 20, '^[0-9 ()+./-]+$')
    ) r (field, is_required, max_length, pattern)
  loop
    given := btrim(coalesce(parse_billing_address.billing_address ->> rule.field, ''));
    if jsonb_typeof(parse_billing_address.billing_address -> rule.field) not in ('string', 'null') then
      wrong := wrong || jsonb_build_object(rule.field, 'must be text');
    elsif given = '' and rule.is_required then
      wrong := wrong || jsonb_build_object(rule.field, 'required');
    elsif length(given) > rule.max_length then
      wrong := wrong || jsonb_build_object(rule.field, format('at most %s characters', rule.max_length));
    elsif given <> '' and given !~ rule.pattern then
      wrong := wrong || jsonb_build_object(
        rule.field, case rule.field when 'country' then 'a two-letter ISO 3166-1 code' else 'not valid' end
      );
    else
      address := address || jsonb_build_object(rule.field, case rule.field when 'country' then upper(given) else given end);
    end if;
  end loop;

  if wrong <> '{}' then
    perform private.fail('INVALID_BILLING_ADDRESS', 422, 'Something in the billing address is not valid.', wrong);
  end if;
  return address;
end
$function$;

CREATE OR REPLACE FUNCTION private.payment_intent_problem (
  payment    public.payments,
  event_type text,
  intent     jsonb
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select
    case
      when (intent #>> '{metadata,order_id}') is not null
      and (intent #>> '{metadata,order_id}') != (payment).order_id::text then 'order_mismatch'
      when event_type != 'payment_intent.succeeded' then null
      when (intent ->> 'currency') is distinct from (payment).currency::text then 'currency_mismatch'
      when coalesce(intent ->> 'amount_received', intent ->> 'amount') is distinct from (
        payment
      ).amount_cents::text then 'amount_mismatch'
      when exists (
        select
        from public.orders as o
        where
          o.id = (payment).order_id
          and (o.total_cents, o.currency) is distinct from ((payment).amount_cents, (payment).currency)
      ) then 'amount_mismatch'
    end;
$function$;

CREATE OR REPLACE FUNCTION private.personal_buckets()
  RETURNS TABLE (
    bucket_id text
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  values
    ('avatars'),
    ('certificates'),
    ('receipts'),
    ('exports');
$function$;

CREATE OR REPLACE FUNCTION private.place_order (
  user_id        uuid,
  course_ids     uuid[],
  coupon_id      uuid,
  billing        jsonb,
  open_order     public.orders,
  expected_total numeric       DEFAULT NULL::numeric
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  total record;
  new_order uuid;
begin
  -- From here to the snapshot no price moves.
  perform from public.courses c where c.id = any (place_order.course_ids) order by c.id for share;

  select min(l.currency) as currency, sum(l.price_cents) as price_cents, sum(l.discount_cents) as discount_cents,
    sum(l.tax_cents) as tax_cents, sum(l.total_cents) as total_cents
  into total
  from private.price_lines(place_order.course_ids, place_order.coupon_id) l;

  if place_order.expected_total <> private.to_amount(total.total_cents, total.currency) then
    perform private.fail(
      'PRICE_CHANGED', 409, 'The price has changed.',
      private.priced_json(place_order.course_ids, place_order.coupon_id) || jsonb_build_object('expected_total', place_order.expected_total)
    );
  end if;
  if total.total_cents > 0 and total.total_cents < private.minimum_charge_cents(total.currency) then
    perform private.fail(
      'AMOUNT_BELOW_MINIMUM', 422, 'This total is too small to be charged.',
      jsonb_build_object(
        'total_amount', private.to_amount(total.total_cents, total.currency),
        'minimum_amount', private.to_amount(private.minimum_charge_cents(total.currency), total.currency)
      )
    );
  end if;
  -- The largest amount Stripe takes.
  if total.total_cents > 99999999 then
    perform private.fail('VALIDATION_ERROR', 422, 'This total is too large: buy some of the courses first.', '{"total_amount": "too large"}');
  end if;

  if open_order.id is not null then
    if open_order.expires_at > now()
      and open_order.coupon_id is not distinct from place_order.coupon_id
      and private.order_still_says(open_order.id, place_order.course_ids, place_order.coupon_id)
    then
      update public.order_billing b
      set (first_name, last_name, email, address_line1, address_line2, city, state, postal_code, country, phone) = (
        select a.first_name, a.last_name, a.email, a.address_line1, a.address_line2, a.city, a.state, a.postal_code, a.country, a.phone
        from jsonb_populate_record(null::public.order_billing, place_order.billing) a
      )
      where b.order_id = open_order.id;
      return open_order.id;
    end if;
    -- An order is never rewritten: whoever still pays the old one gets what it said.
    perform private.close_order(
      open_order.id, case when open_order.expires_at > now() then 'canceled' else 'expired' end::public.order_state
    );
  end if;

  insert into public.orders (
    order_number, user_id, coupon_id, currency, subtotal_cents, discount_cents, tax_cents, total_cents, expires_at
  )
  values (
    private.next_order_number(), place_order.user_id, place_order.coupon_id, total.currency, total.price_cents,
    total.discount_cents, total.tax_cents, total.total_cents,
    now() + make_interval(mins => private.setting_int('order_ttl_minutes'))
  )
  returning id into new_order;

  insert into public.order_items (
    order_id, position, course_id, instructor_id, title, slug, instructor_name, thumbnail_path, list_price_cents, price_cents,
    discount_cents, tax_cents, total_cents, platform_fee_percent
  )
  select
    new_order, l.position, l.course_id, l.instructor_id, l.title, l.slug, l.instructor_name, l.thumbnail_path,
    l.list_price_cents, l.price_cents, l.discount_cents, l.tax_cents, l.total_cents, l.platform_fee_percent
  from private.price_lines(place_order.course_ids, place_order.coupon_id) l;

  insert into public.order_billing
  select (jsonb_populate_record(null::public.order_billing, place_order.billing || jsonb_build_object('order_id', new_order))).*;

  if place_order.coupon_id is not null then
    insert into private.coupon_redemptions (order_id, coupon_id, user_id)
    values (new_order, place_order.coupon_id, place_order.user_id);
  end if;

  if total.total_cents = 0 then
    perform private.complete_order(new_order, 'free');
  end if;
  return new_order;
end
$function$;

CREATE OR REPLACE FUNCTION private.post_ledger (
  order_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
  missing record;
  journal_id bigint;
  journal_kind private.ledger_transaction_kind;
begin
  select * into strict o from public.orders x where x.id = post_ledger.order_id;

  for missing in select * from private.ledger_difference(o.id) d order by d.kind, d.order_item_id loop
    if journal_kind is distinct from missing.kind then
      insert into private.ledger_transactions (kind, currency, order_id)
      values (missing.kind, o.currency, o.id)
      returning id, kind into journal_id, journal_kind;
    end if;
    insert into private.ledger_entries (transaction_id, account_id, currency, amount_cents, order_item_id, available_at)
    values (
      journal_id, private.ledger_account(missing.account, missing.owner_id, o.currency), o.currency, missing.amount_cents,
      missing.order_item_id, missing.available_at
    );
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.post_sale (
  order_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
  item public.order_items;
  journal_id bigint;
  fee_cents bigint;
begin
  select * into strict o from public.orders x where x.id = post_sale.order_id;
  if o.total_cents = 0
    or exists (select from private.ledger_transactions t where t.order_id = o.id and t.kind = 'sale')
  then
    return;
  end if;

  insert into private.ledger_transactions (kind, currency, order_id)
  values ('sale', o.currency, o.id)
  returning id into journal_id;

  for item in select * from public.order_items i where i.order_id = o.id and i.total_cents > 0 order by i.position loop
    fee_cents := round((item.total_cents - item.tax_cents) * item.platform_fee_percent / 100.0);

    insert into private.ledger_entries (transaction_id, account_id, currency, amount_cents, order_item_id, available_at)
    select journal_id, private.ledger_account(side.kind, side.owner_id, o.currency), o.currency, side.amount_cents, item.id,
      case
        when side.kind = 'instructor_payable' then o.completed_at + make_interval(days => private.setting_int('payout_hold_days'))
        else o.completed_at
      end
    from (
      select 'stripe_cash'::private.ledger_account_kind as kind, null::uuid as owner_id, item.total_cents::bigint as amount_cents
      union all
      select 'tax_payable', null, -item.tax_cents
      union all
      select 'platform_revenue', null, -fee_cents
      union all
      select 'instructor_payable', s.user_id, -s.amount_cents
      from private.instructor_shares(item.course_id, item.instructor_id, item.total_cents - item.tax_cents - fee_cents) s
    ) side
    where side.amount_cents <> 0;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.preview_coupon (
  code text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  course_ids uuid[];
  coupon_id uuid;
  refusal jsonb;
begin
  if coalesce(length(preview_coupon.code), 0) not between 1 and 100 then
    perform private.fail('VALIDATION_ERROR', 422, 'Type a code.', '{"code": "1 to 100 characters"}');
  end if;

  course_ids := array(
    select i.course_id from public.cart_items i
    where i.user_id = caller and private.purchase_refusal(caller, i.course_id) is null
    order by i.added_at, i.id
  );
  if cardinality(course_ids) = 0 then
    perform private.fail('CART_EMPTY', 422, 'There is nothing in your cart that you can buy.');
  end if;

  select u.coupon_id, u.refusal into coupon_id, refusal
  from private.use_coupon(
    preview_coupon.code, caller, course_ids,
    (select o.id from public.orders o where o.user_id = caller and o.state in ('pending', 'failed'))
  ) u;
  if refusal is not null then
    return refusal;
  end if;
  return private.priced_json(course_ids, coupon_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.price_lines (
  course_ids uuid[],
  coupon_id  uuid   DEFAULT NULL::uuid
)
  RETURNS TABLE (
    "position"           integer,
    course_id            uuid,
    instructor_id        uuid,
    title                text,
    slug                 text,
    instructor_name      text,
    thumbnail_path       text,
    currency             character,
    list_price_cents     integer,
    price_cents          integer,
    discount_cents       integer,
    tax_cents            integer,
    total_cents          integer,
    platform_fee_percent integer
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  discount public.coupons;
begin
  select k.* into discount from public.coupons k where k.id = price_lines.coupon_id;

  return query
  with line as (
    select
      asked.position::integer as position, c.id, c.instructor_id, c.title, c.slug, c.currency, c.price_cents,
      btrim(p.first_name || ' ' || p.last_name) as instructor_name, c.thumbnail_path,
      coalesce(c.original_price_cents, c.price_cents) as list_price_cents,
      case when private.coupon_covers(discount, c) then c.price_cents else 0 end as covered_cents
    from
      unnest(price_lines.course_ids) with ordinality as asked (course_id, position)
      join public.courses c on c.id = asked.course_id
      join public.profiles p on p.id = c.instructor_id
  ), split as (
    select private.spread_cents(
      coalesce(
        case
          -- Without a coupon this is null.
          when discount.amount_off_cents is not null then least(discount.amount_off_cents, sum(l.covered_cents))
          else round(sum(l.covered_cents) * discount.percent_off / 100.0)
        end,
        0
      )::bigint,
      array_agg(l.covered_cents::bigint order by l.position)
    ) as discounts
    from line l
  ), numbered as (
    select l.*, row_number() over (order by l.position) as n from line l
  )
  select
    l.n::integer, l.id, l.instructor_id, l.title, l.slug, l.instructor_name, l.thumbnail_path, l.currency,
    l.list_price_cents, l.price_cents,
    s.discounts[l.n]::integer,
    0, -- Tax is not charged yet; the columns are there for it.
    (l.price_cents - s.discounts[l.n])::integer,
    -- An instructor who brings the buyer keeps more.
    case
      when l.covered_cents > 0 and discount.created_by = l.instructor_id then private.setting_int('instructor_coupon_fee_percent')
      else private.setting_int('platform_fee_percent')
    end
  from numbered l cross join split s
  order by l.n;
end
$function$;

CREATE OR REPLACE FUNCTION private.priced_json (
  course_ids uuid[],
  coupon_id  uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  result jsonb;
begin
  select jsonb_build_object(
    'code', (select k.code from public.coupons k where k.id = priced_json.coupon_id),
    'subtotal', private.to_amount(sum(l.price_cents), min(l.currency)),
    'discount_amount', private.to_amount(sum(l.discount_cents), min(l.currency)),
    'tax_amount', private.to_amount(sum(l.tax_cents), min(l.currency)),
    'total_amount', private.to_amount(sum(l.total_cents), min(l.currency)),
    'currency', min(l.currency),
    'items', jsonb_agg(
      jsonb_build_object(
        'course_id', l.course_id,
        'title', l.title,
        'price', private.to_amount(l.price_cents, l.currency),
        'discount_amount', private.to_amount(l.discount_cents, l.currency),
        'total_amount', private.to_amount(l.total_cents, l.currency)
      )
      order by l.position
    )
  )
  into result
  from private.price_lines(priced_json.course_ids, priced_json.coupon_id) l;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.process_stripe_event (
  event_id text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  e private.stripe_events;
  result record;
  problem text;
begin
  select * into strict e from private.stripe_events x where x.id = process_stripe_event.event_id for update;

  begin
    if e.livemode <> private.setting('stripe_livemode')::boolean then
      perform private.report_anomaly('livemode_mismatch', e.id);
      select 'quarantined' as outcome, null::uuid as order_id into result;
    else
      select d.outcome, d.order_id into result from private.dispatch_stripe_event(e) d;
    end if;
    -- The books are checked here, not at commit, where nobody could write down what is wrong.
    set constraints all immediate;
    set constraints all deferred;
  exception
    when others then
      -- Locks, time, space, shutdown: Stripe will tell us again.
      if left(sqlstate, 2) in ('08', '40', '53', '55', '57', '58') then
        raise;
      end if;
      problem := left(sqlstate || ': ' || sqlerrm, 2000);
  end;

  if problem is not null then
    perform private.report_anomaly('event_failed', e.id, null, jsonb_build_object('error', problem));
    update private.stripe_events x set outcome = 'failed', error = problem where x.id = e.id;
    return jsonb_build_object('event_id', e.id, 'outcome', 'quarantined', 'order_id', null);
  end if;

  update private.stripe_events x
  set outcome = result.outcome::private.stripe_event_outcome, order_id = result.order_id, processed_at = now(), error = null
  where x.id = e.id;
  update private.money_anomalies a
  set resolved_at = now(), resolution = 'The event was applied by a later try.'
  where a.kind = 'event_failed' and a.subject = e.id and a.resolved_at is null;
  return jsonb_build_object('event_id', e.id, 'outcome', result.outcome, 'order_id', result.order_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.progress_percent (
  lessons_completed integer,
  lesson_count      integer
)
  RETURNS integer
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  return case when lesson_count > 0 then least(lessons_completed * 100 / lesson_count, 100) else 0 end;
end
$function$;

CREATE OR REPLACE FUNCTION private.publish_course (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_course_owner(publish_course.course_id);
  course public.courses;
  issues jsonb;
begin
  select c.* into course from public.courses c where c.id = publish_course.course_id for update;

  if course.status = 'archived' then
    perform private.fail('CONFLICT', 409, 'An archived course stays off sale.');
  end if;
  if course.status = 'published' then
    return private.course_state(course.id);
  end if;

  issues := private.course_publish_issues(course.id);
  if issues <> '[]' then
    perform private.fail(
      'COURSE_NOT_PUBLISHABLE', 422, 'The course is not ready to be sold.', jsonb_build_object('issues', issues)
    );
  end if;

  if course.published_at is null and private.setting('course_review_required') = 'true'
    and not (private.is_service() or private.is_admin())
  then
    update public.courses c set status = 'in_review' where c.id = course.id;
    return private.course_state(course.id);
  end if;

  update public.courses c
  set status = 'published', published_at = coalesce(c.published_at, now())
  where c.id = course.id;

  if caller is distinct from course.instructor_id then
    perform private.notify(
      course.instructor_id, 'course_published', format('%s is on sale', course.title), null,
      '/courses/' || course.slug, format('course_published:%s:%s', course.id, now())
    );
  end if;
  return private.course_state(course.id);
end
$function$;

CREATE OR REPLACE FUNCTION private.purchase_refusal (
  user_id   uuid,
  course_id uuid
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select
    case
      when c.id is null
      or not c.is_published then 'COURSE_NOT_FOUND'
      when c.instructor_id = purchase_refusal.user_id
      or exists (
        select
        from public.course_instructors as i
        where i.course_id = purchase_refusal.course_id and i.user_id = purchase_refusal.user_id
      ) then 'OWN_COURSE'
      when private.is_enrolled(purchase_refusal.user_id, purchase_refusal.course_id) then 'ALREADY_ENROLLED'
    end
  from
    (values(purchase_refusal.course_id)) as asked (id)
    left join public.courses as c on c.id = asked.id;
$function$;

CREATE OR REPLACE FUNCTION private.rate_limit_hit (
  bucket   text,
  subject  text,
  max_hits integer,
  "window" interval
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  used integer;
begin
  insert into private.rate_limits as r (bucket, subject, window_started_at)
  values (
    rate_limit_hit.bucket,
    rate_limit_hit.subject,
    date_bin(rate_limit_hit."window", now(), timestamptz '2000-01-01 00:00:00+00')
  )
  on conflict on constraint rate_limits_pkey do update set hits = r.hits + 1
  returning r.hits into used;
  return used <= rate_limit_hit.max_hits;
end
$function$;

CREATE OR REPLACE FUNCTION private.rebuild_course_daily_stats (
  from_day date,
  to_day   date
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  since timestamptz := rebuild_course_daily_stats.from_day::timestamp at time zone 'UTC';
  until timestamptz := (rebuild_course_daily_stats.to_day + 1)::timestamp at time zone 'UTC';
begin
  insert into public.course_daily_stats as d (course_id, day, enrollments, completions, rating_sum, rating_count)
  select f.course_id, f.day, sum(f.enrollments), sum(f.completions), sum(f.rating_sum), sum(f.rating_count)
  from (
    select e.course_id, (e.enrolled_at at time zone 'UTC')::date as day, 1 as enrollments, 0 as completions,
      0 as rating_sum, 0 as rating_count
    from public.enrollments e
    where e.enrolled_at >= since and e.enrolled_at < until
    union all
    select e.course_id, (e.completed_at at time zone 'UTC')::date, 0, 1, 0, 0
    from public.enrollments e
    where e.completed_at >= since and e.completed_at < until
    union all
    select r.course_id, (r.created_at at time zone 'UTC')::date, 0, 0, r.rating, 1
    from public.reviews r
    where r.created_at >= since and r.created_at < until and not r.is_hidden
    union all
    -- What is not there any more becomes 0; views have no facts beside themselves and stay.
    select x.course_id, x.day, 0, 0, 0, 0
    from public.course_daily_stats x
    where x.day between rebuild_course_daily_stats.from_day and rebuild_course_daily_stats.to_day
  ) f
  group by f.course_id, f.day
  on conflict on constraint course_daily_stats_pkey do update
  set enrollments = excluded.enrollments, completions = excluded.completions, rating_sum = excluded.rating_sum,
    rating_count = excluded.rating_count
  where (d.enrollments, d.completions, d.rating_sum, d.rating_count)
    is distinct from (excluded.enrollments, excluded.completions, excluded.rating_sum, excluded.rating_count);

  insert into public.course_daily_revenue as d (course_id, day, currency, sales, revenue_cents, refunded_cents)
  select f.course_id, f.day, f.currency, sum(f.sales), sum(f.revenue_cents), sum(f.refunded_cents)
  from (
    select i.course_id, (o.completed_at at time zone 'UTC')::date as day, o.currency, 1 as sales,
      i.total_cents - i.tax_cents as revenue_cents, least(i.refunded_cents, i.total_cents - i.tax_cents) as refunded_cents
    from public.orders o join public.order_items i on i.order_id = o.id
    where o.completed_at >= since and o.completed_at < until
    union all
    select x.course_id, x.day, x.currency, 0, 0, 0
    from public.course_daily_revenue x
    where x.day between rebuild_course_daily_stats.from_day and rebuild_course_daily_stats.to_day
  ) f
  group by f.course_id, f.day, f.currency
  on conflict on constraint course_daily_revenue_pkey do update
  set sales = excluded.sales, revenue_cents = excluded.revenue_cents, refunded_cents = excluded.refunded_cents
  where (d.sales, d.revenue_cents, d.refunded_cents)
    is distinct from (excluded.sales, excluded.revenue_cents, excluded.refunded_cents);
end
$function$;

CREATE OR REPLACE FUNCTION private.recent_reviews (
  course_id uuid,
  how_many  integer DEFAULT 5
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return coalesce(
    (
      select jsonb_agg(
        jsonb_build_object(
          'id', r.id,
          'author', btrim(p.first_name || ' ' || p.last_name),
          'avatar', p.avatar_path,
          'rating', r.rating,
          'title', r.title,
          'date', r.created_at,
          'comment', r.comment,
          'helpful_count', r.helpful_count
        )
        order by r.created_at desc, r.id
      )
      from (
        select x.* from public.reviews x
        where x.course_id = recent_reviews.course_id and not x.is_hidden and x.has_words
        order by x.created_at desc, x.id
        limit recent_reviews.how_many
      ) r
      join public.profiles p on p.id = r.user_id
    ),
    '[]'
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.recommended_courses (
  max_results integer
)
  RETURNS TABLE (
    course_id uuid,
    reason    jsonb
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  wanted integer := least(greatest(coalesce(recommended_courses.max_results, 12), 1), 50);
  own uuid[] := array(select e.course_id from public.enrollments e where e.user_id = caller);
  known uuid[] := own || array(select i.course_id from public.course_instructors i where i.user_id = caller);
  also_taken uuid[];
  because uuid[];
begin
  select array_agg(best.id order by best.score desc, best.id), array_agg(best.because order by best.score desc, best.id)
  into also_taken, because
  from (
    select a.related_course_id as id, sum(a.score) as score, (array_agg(a.course_id order by a.score desc))[1] as because
    from private.course_affinities a join public.courses c on c.id = a.related_course_id and c.is_published
    where a.course_id = any (own) and a.related_course_id <> all (known)
    group by a.related_course_id
    order by sum(a.score) desc, a.related_course_id
    limit wanted
  ) best;

  return query
  select x.id, jsonb_build_object('kind', 'students_also_took', 'course_id', x.because, 'course_title', c.title)
  from unnest(also_taken, because) with ordinality x(id, because, place) join public.courses c on c.id = x.because
  order by x.place;
  wanted := wanted - coalesce(cardinality(also_taken), 0);

  -- Few have students in common: the rest is filled up.
  if wanted > 0 then
    known := known || coalesce(also_taken, '{}');
    return query
    with of_category as (
      select s.course_id as id, s.student_count, k.name
      from
        public.course_stats s
        join public.courses c on c.id = s.course_id and c.is_published
        join public.categories k on k.id = c.category_id
      where s.course_id <> all (known)
        and c.category_id in (select o.category_id from public.courses o where o.id = any (own))
      order by s.student_count desc, s.course_id
      limit wanted
    ), popular as (
      select s.course_id as id, s.student_count
      from public.course_stats s join public.courses c on c.id = s.course_id and c.is_published
      where s.course_id <> all (known) and s.course_id not in (select x.id from of_category x)
      order by s.student_count desc, s.course_id
      limit wanted
    )
    select best.id, best.reason
    from (
      select x.id, 1 as tier, x.student_count, jsonb_build_object('kind', 'same_category', 'category', x.name) as reason
      from of_category x
      union all
      select x.id, 2, x.student_count, jsonb_build_object('kind', 'popular')
      from popular x
    ) best
    order by best.tier, best.student_count desc, best.id
    limit wanted;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_course_price()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into public.course_price_history (course_id, price_cents, currency)
  values (new.id, new.price_cents, new.currency);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_course_view (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  is_first boolean;
begin
  if not exists (select from public.courses c where c.id = record_course_view.course_id and c.is_published) then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;

  is_first := not private.is_course_author(record_course_view.course_id)
    and private.rate_limit_hit(
      'course_view', record_course_view.course_id || ' ' || private.caller_key(), 1, interval '1 day'
    );
  if is_first then
    insert into public.course_daily_stats as d (course_id, day, views)
    values (record_course_view.course_id, (now() at time zone 'UTC')::date, 1)
    on conflict on constraint course_daily_stats_pkey do update set views = d.views + 1;
  end if;
  return jsonb_build_object('counted', is_first);
end
$function$;

CREATE OR REPLACE FUNCTION private.record_learning (
  user_id     uuid,
  seconds     integer,
  at          timestamp with time zone DEFAULT now(),
  spent_until timestamp with time zone DEFAULT NULL::timestamp WITH time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  today date := private.local_date(record_learning.user_id, record_learning.at);
begin
  insert into public.learning_days as d (user_id, day, seconds, spent_until)
  values (record_learning.user_id, today, record_learning.seconds, coalesce(record_learning.spent_until, '-infinity'))
  on conflict on constraint learning_days_pkey do update
  set seconds = d.seconds + excluded.seconds, spent_until = greatest(d.spent_until, excluded.spent_until);

  -- A day before the last one (somebody flew west, or changed the zone) adds nothing, and a zone is at most one day
  -- ahead of another: nobody makes a streak by changing zones.
  update public.profile_stats s
  set seconds_learned = s.seconds_learned + record_learning.seconds,
    streak_days = case
      when s.streak_last_on >= today then s.streak_days
      when s.streak_last_on = today - 1 then s.streak_days + 1
      else 1
    end,
    streak_last_on = greatest(s.streak_last_on, today),
    last_activity_at = greatest(s.last_activity_at, record_learning.at)
  where s.user_id = record_learning.user_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_watch_time (
  lesson_id       uuid,
  from_second     integer,
  to_second       integer,
  position_second integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  lesson public.lessons;
  place public.enrollments;
  is_published boolean;
  gained integer;
begin
  select l.* into lesson from public.lessons l where l.id = record_watch_time.lesson_id;
  perform private.lock_learner(caller);
  select e.* into place from public.enrollments e where e.user_id = caller and e.course_id = lesson.course_id;

  if place.id is null then
    select c.is_published into is_published from public.courses c where c.id = lesson.course_id;
    if is_published then
      perform private.fail('NOT_ENROLLED', 403, 'You are not enrolled in this course.');
    end if;
    perform private.fail('LESSON_NOT_FOUND', 404, 'There is no such lesson.');
  end if;
  perform private.require_open_place(place);

  -- A player may round up by a moment; a negative, reversed or far too long stretch is nonsense.
  if (
    record_watch_time.from_second >= 0 and record_watch_time.to_second > record_watch_time.from_second
    and record_watch_time.position_second >= 0
    and greatest(record_watch_time.to_second, record_watch_time.position_second) <= lesson.duration_seconds + 60
  ) is not true then
    perform private.fail(
      'WATCH_TIME_INVALID', 422, 'This stretch does not exist in the lesson.',
      jsonb_build_object('duration_seconds', lesson.duration_seconds)
    );
  end if;

  -- To the minute: the enrolment is not written by every heartbeat.
  if (place.last_lesson_id = lesson.id and place.last_activity_at > now() - interval '1 minute') is not true then
    update public.enrollments e set last_lesson_id = lesson.id, last_activity_at = now() where e.id = place.id;
  end if;

  gained := private.cover_lesson(
    place, lesson, record_watch_time.from_second, record_watch_time.to_second, record_watch_time.position_second, now()
  );
  return (
    select jsonb_build_object(
      'lesson_id', p.lesson_id, 'enrollment_id', p.enrollment_id, 'watch_time_seconds', p.watch_time_seconds,
      'credited_seconds', gained, 'position_seconds', p.position_seconds, 'duration_seconds', lesson.duration_seconds
    )
    from public.lesson_progress p
    where p.enrollment_id = place.id and p.lesson_id = lesson.id
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.recount_categories()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform from public.categories k order by k.id for no key update;
  update public.categories k
  set course_count = (select count(*) from public.courses c where c.category_id = k.id and c.is_published)
  where k.course_count <> (select count(*) from public.courses c where c.category_id = k.id and c.is_published);
end
$function$;

CREATE OR REPLACE FUNCTION private.recount_course (
  course_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.count_lessons(
    array(select s.id from public.curriculum_sections s where s.course_id = recount_course.course_id),
    array[recount_course.course_id]
  );

  -- Nothing is written between the count and the update.
  perform from public.course_stats s where s.course_id = recount_course.course_id for no key update;
  update public.course_stats s
  set section_count = (select count(*) from public.curriculum_sections c where c.course_id = recount_course.course_id),
    rating_1 = r.rating_1, rating_2 = r.rating_2, rating_3 = r.rating_3, rating_4 = r.rating_4, rating_5 = r.rating_5,
    review_count = r.reviews
  from (
    select count(*) filter (where x.rating = 1) as rating_1, count(*) filter (where x.rating = 2) as rating_2,
      count(*) filter (where x.rating = 3) as rating_3, count(*) filter (where x.rating = 4) as rating_4,
      count(*) filter (where x.rating = 5) as rating_5, count(*) filter (where x.has_words) as reviews
    from public.reviews x
    where x.course_id = recount_course.course_id and not x.is_hidden
  ) r
  where s.course_id = recount_course.course_id;

  perform private.recount_students(recount_course.course_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.recount_enrollment (
  enrollment_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.lock_learner(
    (select e.user_id from public.enrollments e where e.id = recount_enrollment.enrollment_id)
  );
  update public.enrollments e
  set lessons_completed = (
    select count(*) from public.lesson_progress p where p.enrollment_id = e.id and p.is_completed
  )
  where e.id = recount_enrollment.enrollment_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.recount_profile (
  user_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.lock_learner(recount_profile.user_id);
  update public.profile_stats s
  set seconds_learned = (select coalesce(sum(d.seconds), 0) from public.learning_days d where d.user_id = s.user_id),
    courses_enrolled = (select count(*) from public.enrollments e where e.user_id = s.user_id and e.status = 'active'),
    courses_completed = (select count(*) from public.enrollments e where e.user_id = s.user_id and e.is_completed),
    certificates_earned = (select count(*) from public.certificates c where c.user_id = s.user_id and c.revoked_at is null),
    ratings_given = (select count(*) from public.reviews r where r.user_id = s.user_id),
    rating_sum_given = (select coalesce(sum(r.rating), 0) from public.reviews r where r.user_id = s.user_id)
  where s.user_id = recount_profile.user_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.recount_students (
  course_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- Nobody enrols between the count and the write.
  perform from public.course_stats s where s.course_id = recount_students.course_id for no key update;
  delete from private.student_count_changes w where w.course_id = recount_students.course_id;
  update public.course_stats s
  set student_count = private.count_students_of(recount_students.course_id)
  where s.course_id = recount_students.course_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.redeem_coupon_seat (
  order_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  seat private.coupon_redemptions;
begin
  select * into seat from private.coupon_redemptions r where r.order_id = redeem_coupon_seat.order_id for update;
  if seat.state = 'released' then
    perform from public.coupons k
    where k.id = seat.coupon_id
      and (k.max_redemptions is null or k.redeemed_count < k.max_redemptions)
      and k.max_per_user > (
        select count(*) from private.coupon_redemptions r
        where r.coupon_id = k.id and r.user_id = seat.user_id and r.state <> 'released'
      )
    for no key update;
    if not found then
      perform private.report_anomaly('coupon_seat_lost', seat.order_id::text, seat.order_id);
      return;
    end if;
  end if;
  update private.coupon_redemptions r
  set state = 'redeemed', settled_at = now()
  where r.order_id = redeem_coupon_seat.order_id and r.state <> 'redeemed';
end
$function$;

CREATE OR REPLACE FUNCTION private.refresh_bestsellers()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  winners uuid[];
begin
  select coalesce(array_agg(r.course_id), '{}')
  into winners
  from (
    select c.id as course_id, n.enrollments,
      row_number() over (partition by c.category_id order by n.enrollments desc, c.id) as place,
      k.course_count
    from (
      select e.course_id, count(*) as enrollments
      from public.enrollments e
      where e.enrolled_at > now() - make_interval(days => private.setting_int('bestseller_window_days')) and e.status = 'active'
      group by e.course_id
      having count(*) >= 10
    ) n
    join public.courses c on c.id = n.course_id and c.is_published
    join public.categories k on k.id = c.category_id
  ) r
  where r.place <= ceil(r.course_count / 10.0);

  update public.course_stats s
  set bestseller_until = case when s.course_id = any (winners) then now() + interval '1 day' end
  where s.course_id = any (winners) or s.bestseller_until is not null;
  return cardinality(winners);
end
$function$;

CREATE OR REPLACE FUNCTION private.refresh_course_affinities (
  sample_size integer DEFAULT 200000
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  written integer;
begin
  delete from private.course_affinities a where a.course_id is not null;

  -- The latest enrolments only, and twenty of one student: the cost stays the same however many there are.
  insert into private.course_affinities (course_id, related_course_id, score)
  with latest as materialized (
    select l.user_id, l.course_id
    from (
      select e.user_id, e.course_id, row_number() over (partition by e.user_id order by e.enrolled_at desc) as place
      from (
        select x.user_id, x.course_id, x.enrolled_at
        from public.enrollments x
        order by x.enrolled_at desc
        limit refresh_course_affinities.sample_size
      ) e
    ) l
    where l.place <= 20
  ), sizes as (
    select l.course_id, count(*) as students from latest l group by l.course_id
  ), pairs as (
    select a.course_id, b.course_id as related_course_id, count(*) as shared
    from latest a join latest b on b.user_id = a.user_id and b.course_id <> a.course_id
    group by a.course_id, b.course_id
    having count(*) > 1
  ), ranked as (
    -- Cosine: a course that everybody takes goes with nothing in particular.
    select p.course_id, p.related_course_id, p.shared / sqrt(s.students * r.students) as score,
      row_number() over (
        partition by p.course_id order by p.shared / sqrt(s.students * r.students) desc, p.related_course_id
      ) as place
    from
      pairs p
      join sizes s on s.course_id = p.course_id
      join sizes r on r.course_id = p.related_course_id
  )
  select r.course_id, r.related_course_id, r.score from ranked r where r.place <= 20;
  get diagnostics written = row_count;
  return written;
end
$function$;

CREATE OR REPLACE FUNCTION private.refund_json (
  refund_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select
    jsonb_build_object(
      'id',
      r.id,
      'order_id',
      r.order_id,
      'amount',
      private.to_amount(r.amount_cents, r.currency),
      'currency',
      r.currency,
      'status',
      r.state,
      'reason',
      r.reason,
      'created_at',
      r.created_at,
      'items',
      coalesce(
        (
          select
            jsonb_agg(
              jsonb_build_object(
                'order_item_id',
                x.order_item_id,
                'amount',
                private.to_amount(x.amount_cents, r.currency)
              )
            )
          from private.refund_items as x
          where x.refund_id = r.id
        ),
        '[]'
      )
    )
  from private.refunds as r
  where r.id = refund_json.refund_id;
$function$;

CREATE OR REPLACE FUNCTION private.refund_order (
  order_id        uuid,
  order_item_ids  uuid[],
  reason          text,
  idempotency_key text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  is_service boolean := coalesce((select auth.role()) = 'service_role', false);
  admin uuid := case when not is_service then private.require_admin() end;
  o public.orders;
  refund_id uuid;
begin
  if length(refund_order.reason) > 500 then
    perform private.fail('VALIDATION_ERROR', 422, 'The reason is too long.', '{"reason": "at most 500 characters"}');
  elsif length(refund_order.idempotency_key) not between 8 and 255 then
    perform private.fail('VALIDATION_ERROR', 422, 'This key cannot be used.', '{"idempotency_key": "8 to 255 characters"}');
  end if;

  select * into o from public.orders x where x.id = refund_order.order_id for update;
  if o.id is null then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  end if;
  if exists (
    select from unnest(refund_order.order_item_ids) asked (id)
    where not exists (select from public.order_items i where i.id = asked.id and i.order_id = o.id)
  ) then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'These lines are not of this order.', '{"order_item_ids": "lines of the order"}'
    );
  end if;

  select r.id into refund_id
  from private.refunds r
  where r.order_id = o.id and r.idempotency_key = refund_order.idempotency_key;
  if refund_id is null then
    -- Stripe refuses to refund what a bank has asked back.
    if o.state in ('completed', 'partially_refunded') then
      refund_id := private.request_refund(
        o.id, refund_order.order_item_ids, 'staff', refund_order.reason, admin, refund_order.idempotency_key
      );
    end if;
    if refund_id is null then
      perform private.fail(
        'ORDER_NOT_REFUNDABLE', 409, 'There is nothing to refund.', jsonb_build_object('status', o.status, 'state', o.state)
      );
    end if;
  end if;
  return private.refund_json(refund_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_course (
  code      text,
  course_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  which jsonb := jsonb_build_object('course_id', refuse_course.course_id);
begin
  case refuse_course.code
    when 'COURSE_NOT_FOUND' then perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.', which);
    when 'COURSE_UNAVAILABLE' then perform private.fail('COURSE_UNAVAILABLE', 409, 'This course is no longer sold.', which);
    when 'OWN_COURSE' then perform private.fail('OWN_COURSE', 409, 'You teach this course.', which);
    when 'ALREADY_ENROLLED' then perform private.fail('ALREADY_ENROLLED', 409, 'You have this course already.', which);
    when 'ALREADY_IN_CART' then perform private.fail('ALREADY_IN_CART', 409, 'This course is in your cart already.', which);
    when 'CURRENCY_MISMATCH' then perform private.fail('CURRENCY_MISMATCH', 409, 'One order has one currency: buy this course on its own.', which);
    when 'CART_LIMIT_REACHED' then
      perform private.fail(
        'CART_LIMIT_REACHED', 422, 'The cart is full.', jsonb_build_object('limit', private.setting_int('cart_limit'))
      );
    else return;
  end case;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_unbuyable (
  user_id    uuid,
  course_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  course uuid;
  paying uuid;
begin
  foreach course in array refuse_unbuyable.course_ids loop
    perform private.refuse_course(private.purchase_refusal(refuse_unbuyable.user_id, course), course);
  end loop;

  select o.id into paying
  from public.orders o join public.order_items i on i.order_id = o.id
  where o.user_id = refuse_unbuyable.user_id and o.state = 'processing' and i.course_id = any (refuse_unbuyable.course_ids)
  limit 1;
  if paying is not null then
    perform private.fail(
      'PAYMENT_PROCESSING', 409, 'One of these courses is being paid already.', jsonb_build_object('order_id', paying)
    );
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_view_write()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.fail('FORBIDDEN', 403, 'This is a view: write to the tables behind it.');
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.reinstate_access (
  order_item_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  place record;
begin
  select g.id as grant_id, e.id, e.user_id into place
  from private.access_grants g join public.enrollments e on e.id = g.enrollment_id
  where g.order_item_id = reinstate_access.order_item_id;
  perform private.lock_learner(place.user_id);

  -- What an admin took is not given back by an event.
  update private.access_grants g
  set revoked_at = null, revoke_reason = null, suspended_at = null
  where g.id = place.grant_id and g.revoked_at is not null and g.revoked_by is null;
  if not found then
    return false;
  end if;
  perform private.welcome_student(place.id, place.grant_id);
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.reorder_curriculum (
  course_id  uuid,
  curriculum jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  section_ids uuid[];
  lesson_ids uuid[];
begin
  perform private.require_course_author(reorder_curriculum.course_id);

  if (case
    when jsonb_typeof(reorder_curriculum.curriculum) = 'array' then exists (
      select from jsonb_array_elements(reorder_curriculum.curriculum) s(section)
      where not coalesce(pg_input_is_valid(s.section ->> 'id', 'uuid'), false)
        or jsonb_typeof(s.section -> 'lessons') is distinct from 'array'
        or exists (
          select from jsonb_path_query(s.section, '$.lessons[*]') l(lesson)
          where not coalesce(pg_input_is_valid(l.lesson #>> '{}', 'uuid'), false)
        )
    )
    else true
  end) then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'The order cannot be read.', '{"curriculum": "[{\"id\": section, \"lessons\": [lesson, …]}, …]"}'
    );
  end if;

  -- One reordering of a course at a time, and no new sections or lessons meanwhile. In the order of count_lessons.
  perform from public.curriculum_sections s where s.course_id = reorder_curriculum.course_id order by s.id for no key update;
  perform from public.course_stats s where s.course_id = reorder_curriculum.course_id for no key update;

  select array_agg((s.section ->> 'id')::uuid order by s.place) into section_ids
  from jsonb_array_elements(reorder_curriculum.curriculum) with ordinality s(section, place);
  select array_agg(l.lesson::uuid) into lesson_ids
  from jsonb_array_elements(reorder_curriculum.curriculum) s(section), jsonb_array_elements_text(s.section -> 'lessons') l(lesson);

  if array(select s.id from public.curriculum_sections s where s.course_id = reorder_curriculum.course_id order by s.id)
    <> array(select x.id from unnest(section_ids) x(id) order by x.id)
    or array(select l.id from public.lessons l where l.course_id = reorder_curriculum.course_id order by l.id)
    <> array(select x.id from unnest(lesson_ids) x(id) order by x.id)
  then
    perform private.fail(
      'POSITION_CONFLICT', 409, 'The course has other sections or lessons than this order: load it again.'
    );
  end if;

  update public.curriculum_sections s
  set position = x.place
  from unnest(section_ids) with ordinality x(id, place)
  where s.id = x.id and s.position <> x.place;

  update public.lessons l
  set section_id = x.section_id, position = x.place
  from (
    select (s.section ->> 'id')::uuid as section_id, i.lesson::uuid as id, i.place
    from jsonb_array_elements(reorder_curriculum.curriculum) s(section),
      jsonb_array_elements_text(s.section -> 'lessons') with ordinality i(lesson, place)
  ) x
  where l.id = x.id and (l.section_id, l.position) is distinct from (x.section_id, x.place);

  return jsonb_build_object('curriculum', private.curriculum(reorder_curriculum.course_id));
end
$function$;

CREATE OR REPLACE FUNCTION private.replay_failed_events()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  e record;
  applied integer := 0;
begin
  for e in
    select x.id
    from private.stripe_events x
    where x.outcome = 'failed' and x.received_at > now() - interval '7 days'
    order by x.received_at
    limit 100
    for update skip locked
  loop
    if private.process_stripe_event(e.id) ->> 'outcome' = 'applied' then
      applied := applied + 1;
    end if;
  end loop;
  return applied;
end
$function$;

CREATE OR REPLACE FUNCTION private.replay_ignored_events (
  payment_intent_id text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  e record;
begin
  for e in
    select x.id
    from private.stripe_events x
    where x.payment_intent_id = replay_ignored_events.payment_intent_id and x.outcome = 'ignored'
    order by x.stripe_created_at, x.id
  loop
    perform private.process_stripe_event(e.id);
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.reply_to_review (
  review_id uuid,
  reply     text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  words text := btrim(coalesce(reply_to_review.reply, ''));
  review record;
begin
  select r.id, r.course_id, r.user_id, r.is_hidden, c.slug, c.title, c.is_published into review
  from public.reviews r join public.courses c on c.id = r.course_id
  where r.id = reply_to_review.review_id;

  if not found or (review.is_hidden or not review.is_published) and not private.is_course_author(review.course_id) then
    perform private.fail('REVIEW_NOT_FOUND', 404, 'There is no such review.');
  end if;
  if not private.is_course_author(review.course_id) then
    perform private.fail('NOT_COURSE_OWNER', 403, 'Only those who teach the course can answer.');
  end if;
  if review.is_hidden then
    perform private.fail('REVIEW_HIDDEN', 403, 'Staff has hidden this review.');
  end if;
  if length(words) > 5000 then
    perform private.fail('VALIDATION_ERROR', 422, 'The answer is too long.', '{"reply": "at most 5000 characters"}');
  end if;

  update public.reviews r
  set instructor_reply = words, replied_at = case when words <> '' then now() end
  where r.id = review.id;

  if words <> '' then
    perform private.notify(
      review.user_id, 'review_reply', format('Your review of %s was answered', review.title), left(words, 200),
      '/courses/' || review.slug, 'review_reply:' || review.id
    );
  end if;
  return jsonb_build_object(
    'id', review.id, 'instructor_reply', nullif(words, ''), 'replied_at', case when words <> '' then now() end
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.report_anomaly (
  kind     text,
  subject  text,
  order_id uuid  DEFAULT NULL::uuid,
  details  jsonb DEFAULT '{}'::jsonb
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into private.money_anomalies (kind, subject, order_id, details)
  values (report_anomaly.kind, report_anomaly.subject, report_anomaly.order_id, report_anomaly.details)
  on conflict on constraint money_anomalies_kind_subject_key do nothing;
$function$;

CREATE OR REPLACE FUNCTION private.report_review (
  review_id uuid,
  reason    text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  if coalesce(length(btrim(report_review.reason)), 0) not between 1 and 500 then
    perform private.fail('VALIDATION_ERROR', 422, 'Say what is wrong with the review.', '{"reason": "1 to 500 characters"}');
  end if;
  if not private.rate_limit_hit('report_review', caller::text, 20, interval '1 day') then
    perform private.fail('RATE_LIMITED', 429, 'That is enough for a day.', '{}', '{"Retry-After": "86400"}');
  end if;

  insert into private.review_reports (review_id, user_id, reason)
  values (report_review.review_id, caller, btrim(report_review.reason))
  on conflict on constraint review_reports_pkey do update
  set reason = excluded.reason, created_at = now(), resolved_at = null;
  return jsonb_build_object('review_id', report_review.review_id, 'reported', true);
end
$function$;

CREATE OR REPLACE FUNCTION private.reported_reviews (
  page      integer,
  page_size integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.request_instructor (
  motivation text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  request public.instructor_requests;
begin
  if private.has_role('instructor') then
    perform private.fail('CONFLICT', 409, 'You are an instructor already.');
  end if;
  if coalesce(length(btrim(request_instructor.motivation)), 0) not between 1 and 2000 then
    perform private.fail('VALIDATION_ERROR', 422, 'Say what you want to teach.', '{"motivation": "1 to 2000 characters"}');
  end if;

  insert into public.instructor_requests (user_id, motivation)
  values (caller, btrim(request_instructor.motivation))
  on conflict (user_id) where status = 'pending' do nothing
  returning * into request;

  if request.id is null then
    perform private.fail('INSTRUCTOR_REQUEST_PENDING', 409, 'Your application is being looked at.');
  end if;
  return jsonb_build_object('id', request.id, 'status', request.status, 'created_at', request.created_at);
end
$function$;

CREATE OR REPLACE FUNCTION private.request_refund (
  order_id        uuid,
  order_item_ids  uuid[],
  origin          private.refund_origin,
  reason          text,
  requested_by    uuid                  DEFAULT NULL::uuid,
  idempotency_key text                  DEFAULT NULL::text
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments;
  refund_id uuid := gen_random_uuid();
begin
  select * into payment from public.payments p where p.order_id = request_refund.order_id and p.pays_order;

  with item as (
    select i.id,
      i.total_cents - i.refunded_cents - coalesce(
        (
          select sum(x.amount_cents)
          from private.refund_items x join private.refunds r on r.id = x.refund_id
          where x.order_item_id = i.id and r.state = 'requested'
        ),
        0
      ) as left_cents
    from public.order_items i
    where i.order_id = request_refund.order_id
      and (request_refund.order_item_ids is null or i.id = any (request_refund.order_item_ids))
  ), refund as (
    insert into private.refunds (
      id, order_id, payment_id, amount_cents, currency, origin, reason, requested_by, names_items, idempotency_key
    )
    select refund_id, payment.order_id, payment.id, sum(i.left_cents), payment.currency, request_refund.origin,
      coalesce(request_refund.reason, ''), request_refund.requested_by, true, request_refund.idempotency_key
    from item i
    where i.left_cents > 0 and payment.id is not null
    having sum(i.left_cents) > 0
    returning id
  )
  insert into private.refund_items (refund_id, order_item_id, amount_cents)
  select f.id, i.id, i.left_cents from refund f cross join item i where i.left_cents > 0;

  return case when found then refund_id end;
end
$function$;

CREATE OR REPLACE FUNCTION private.require_admin()
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  if not private.is_admin() then
    perform private.fail('FORBIDDEN', 403, 'Only an admin may do this.');
  end if;
  return caller;
end
$function$;

CREATE OR REPLACE FUNCTION private.require_course_author (
  course_id uuid
)
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if private.is_course_author(require_course_author.course_id) then
    return private.require_user();
  end if;
  return private.require_course_owner(require_course_author.course_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.require_course_owner (
  course_id uuid
)
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := case when not private.is_service() then private.require_user() end;
  course record;
begin
  select c.instructor_id, c.is_published into course from public.courses c where c.id = require_course_owner.course_id;

  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  if course.instructor_id = caller or private.is_service() or private.is_admin() then
    return caller;
  end if;
  if course.is_published or private.is_course_author(require_course_owner.course_id) then
    perform private.fail('NOT_COURSE_OWNER', 403, 'Only the owner of the course may do this.');
  end if;
  perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
end
$function$;

CREATE OR REPLACE FUNCTION private.require_open_place (
  place public.enrollments
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if place.status <> 'active' or place.access_ends_at <= now() then
    perform private.fail(
      'ENROLLMENT_REVOKED', 403, 'Your access to this course has ended or rests.',
      jsonb_build_object('status', place.status, 'access_ends_at', place.access_ends_at)
    );
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.require_operator()
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return case when not private.is_service() then private.require_admin() end;
end
$function$;

CREATE OR REPLACE FUNCTION private.require_room_for_key (
  user_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  max_keys constant integer := 10;
begin
  perform from public.profiles p where p.id = require_room_for_key.user_id for no key update;
  if (
    select count(*)
    from public.api_keys k
    where k.user_id = require_room_for_key.user_id and k.is_active and k.expires_at > now()
  ) >= max_keys then
    perform private.fail('API_KEY_LIMIT_REACHED', 409, 'Revoke a key first.', jsonb_build_object('limit', max_keys));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.require_staff()
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  if not private.is_staff() then
    perform private.fail('FORBIDDEN', 403, 'Only staff may do this.');
  end if;
  return caller;
end
$function$;

CREATE OR REPLACE FUNCTION private.require_user()
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if (select auth.uid()) is null then
    perform private.fail('AUTH_REQUIRED', 401, 'Sign in first.');
  end if;
  if private.active_uid() is null then
    perform private.fail('ACCOUNT_DISABLED', 403, 'This account is closed.');
  end if;
  return (select auth.uid());
end
$function$;

CREATE OR REPLACE FUNCTION private.reset_progress (
  enrollment_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  place public.enrollments;
begin
  perform private.lock_learner(caller);
  select e.* into place
  from public.enrollments e
  where e.id = reset_progress.enrollment_id and e.user_id = caller;
  if place.id is null then
    perform private.fail('ENROLLMENT_NOT_FOUND', 404, 'There is no such enrolment.');
  end if;
  perform private.require_open_place(place);

  update public.lesson_progress p
  set is_completed = false, completed_at = null, position_seconds = 0
  where p.enrollment_id = place.id and (p.is_completed or p.position_seconds > 0);
  update public.enrollments e set last_lesson_id = null where e.id = place.id;
  return (
    select private.enrollment_json(e, s.lesson_count)
    from public.enrollments e join public.course_stats s on s.course_id = e.course_id
    where e.id = place.id
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.restore_access (
  order_item_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  place record;
begin
  select g.id as grant_id, e.id, e.user_id, c.title, c.slug into place
  from
    private.access_grants g
    join public.enrollments e on e.id = g.enrollment_id
    join public.courses c on c.id = e.course_id
  where g.order_item_id = restore_access.order_item_id;
  perform private.lock_learner(place.user_id);

  update private.access_grants g
  set suspended_at = null
  where g.id = place.grant_id and g.suspended_at is not null and g.revoked_at is null;
  if not found then
    return false;
  end if;

  perform private.notify(
    place.user_id, 'access_restored', 'Your access to ' || place.title || ' is back', 'You can go on learning.',
    '/learn/' || place.slug, null
  );
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.revoke_access (
  order_item_id uuid,
  reason        text
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.revoke_grant(
    (select g.id from private.access_grants g where g.order_item_id = revoke_access.order_item_id), revoke_access.reason
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.revoke_api_key (
  key_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := case when not private.is_service() then private.require_user() end;
  revoked public.api_keys;
begin
  update public.api_keys k
  set revoked_at = coalesce(k.revoked_at, now())
  where k.id = revoke_api_key.key_id and (caller is null or k.user_id = caller or private.is_admin())
  returning * into revoked;
  if revoked.id is null then
    perform private.fail('API_KEY_NOT_FOUND', 404, 'There is no such key.');
  end if;
  return jsonb_build_object('id', revoked.id, 'is_active', revoked.is_active, 'revoked_at', revoked.revoked_at);
end
$function$;

CREATE OR REPLACE FUNCTION private.revoke_certificate (
  certificate_id uuid,
  reason         text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  admin uuid := private.require_admin();
  certificate public.certificates;
begin
  if coalesce(length(btrim(revoke_certificate.reason)), 0) not between 1 and 500 then
    perform private.fail('VALIDATION_ERROR', 422, 'Say why.', '{"reason": "1 to 500 characters"}');
  end if;

  update public.certificates c
  set revoked_at = coalesce(c.revoked_at, now()), revoked_by = admin, revoke_reason = btrim(revoke_certificate.reason)
  where c.id = revoke_certificate.certificate_id
  returning * into certificate;
  if certificate.id is null then
    perform private.fail('CERTIFICATE_NOT_FOUND', 404, 'There is no such certificate.');
  end if;
  return private.certificate_json(certificate);
end
$function$;

CREATE OR REPLACE FUNCTION private.revoke_enrollment (
  enrollment_id uuid,
  reason        text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  operator uuid := private.require_operator();
  place public.enrollments;
  live_grant uuid;
begin
  if coalesce(length(btrim(revoke_enrollment.reason)), 0) not between 1 and 500 then
    perform private.fail('VALIDATION_ERROR', 422, 'Say why.', '{"reason": "1 to 500 characters"}');
  end if;
  select e.* into place from public.enrollments e where e.id = revoke_enrollment.enrollment_id;
  if place.id is null then
    perform private.fail('ENROLLMENT_NOT_FOUND', 404, 'There is no such enrolment.');
  end if;

  perform private.lock_learner(place.user_id);
  for live_grant in
    select g.id from private.access_grants g where g.enrollment_id = place.id and g.revoked_at is null order by g.granted_at, g.id
  loop
    perform private.revoke_grant(live_grant, btrim(revoke_enrollment.reason), operator);
  end loop;
  return (
    select private.enrollment_json(e, s.lesson_count) || jsonb_build_object('user_id', e.user_id, 'course_id', e.course_id)
    from public.enrollments e join public.course_stats s on s.course_id = e.course_id
    where e.id = place.id
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.revoke_grant (
  grant_id   uuid,
  reason     text,
  revoked_by uuid DEFAULT NULL::uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  place record;
begin
  select e.id, e.user_id into place
  from private.access_grants g join public.enrollments e on e.id = g.enrollment_id
  where g.id = revoke_grant.grant_id;
  perform private.lock_learner(place.user_id);

  update private.access_grants g
  set revoked_at = now(), revoke_reason = revoke_grant.reason, revoked_by = revoke_grant.revoked_by
  where g.id = revoke_grant.grant_id and g.revoked_at is null;
  if not found then
    return false;
  end if;

  if exists (select from public.enrollments e where e.id = place.id and e.status = 'revoked') then
    perform private.say_goodbye(place.id, revoke_grant.grant_id, revoke_grant.reason);
  end if;
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.rotate_api_key (
  key_id        uuid,
  overlap_hours integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller constant uuid := private.require_user();
  old public.api_keys;
begin
  if rotate_api_key.overlap_hours not between 0 and 168 or rotate_api_key.overlap_hours is null then
    perform private.fail('VALIDATION_ERROR', 422, 'A week at most.', '{"overlap_hours": "0 to 168"}');
  end if;
  select * into old
  from public.api_keys k
  where k.id = rotate_api_key.key_id
    -- The answer holds a secret that acts as the key's person, so an admin gets only successors of keys that admins made.
    and (k.user_id = caller or (k.scopes @> '{enroll}' and private.is_admin()))
    and k.is_active and k.expires_at > now()
  for update;
  if old.id is null then
    perform private.fail('API_KEY_NOT_FOUND', 404, 'There is no such valid key.');
  end if;

  update public.api_keys k
  set revoked_at = case when rotate_api_key.overlap_hours = 0 then now() end,
    expires_at = case
      when rotate_api_key.overlap_hours = 0 then k.expires_at
      else least(k.expires_at, now() + make_interval(hours => rotate_api_key.overlap_hours))
    end
  where k.id = old.id;
  return private.mint_api_key(
    old.user_id, old.name, ceil(extract(epoch from old.expires_at - old.created_at) / 86400)::integer, old.scopes, old.course_ids
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.run_due_jobs()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  job record;
  started timestamptz;
  done integer := 0;
begin
  for job in
    select j.name, j.command, j.run_every
    from private.jobs j
    where j.is_enabled and j.next_run_at <= now()
    order by j.next_run_at, j.name
    for update skip locked
  loop
    started := clock_timestamp();
    begin
      execute job.command;
      update private.jobs j
      set next_run_at = now() + job.run_every, last_run_at = now(), last_error = null,
        last_duration_ms = extract(epoch from clock_timestamp() - started) * 1000
      where j.name = job.name;
      done := done + 1;
    exception when others then
      -- A job that fails is tried again soon, and shown by the health check.
      update private.jobs j
      set next_run_at = now() + least(job.run_every, interval '5 minutes'), last_run_at = now(), last_error = left(sqlerrm, 2000)
      where j.name = job.name;
    end;
  end loop;
  return done;
end
$function$;

CREATE OR REPLACE FUNCTION private.say_goodbye (
  enrollment_id uuid,
  grant_id      uuid,
  reason        text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  place record;
begin
  select e.user_id, c.id as course_id, c.title, c.slug into strict place
  from public.enrollments e join public.courses c on c.id = e.course_id
  where e.id = say_goodbye.enrollment_id;

  update public.certificates c
  set revoked_at = now(), revoke_reason = coalesce(nullif(say_goodbye.reason, ''), 'Access ended.')
  where c.enrollment_id = say_goodbye.enrollment_id and c.revoked_at is null;

  perform private.notify(
    place.user_id, 'access_revoked', 'Your access to ' || place.title || ' has ended', coalesce(say_goodbye.reason, ''),
    '/courses/' || place.slug, 'access_revoked:' || say_goodbye.grant_id
  );
  perform private.enqueue_mail(
    'access_revoked', place.user_id,
    jsonb_build_object(
      'enrollment_id', say_goodbye.enrollment_id, 'course_id', place.course_id, 'course_title', place.title,
      'course_slug', place.slug, 'reason', coalesce(say_goodbye.reason, '')
    ),
    say_goodbye.grant_id::text
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.search (
  q         text,
  type      text,
  page      integer,
  page_size integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  words text := nullif(btrim(search.q), '');
  page integer := private.clamp_page(search.page);
  page_size integer := private.clamp_page_size(search.page_size);
  answer jsonb := '{}';
begin
  if words is null then
    perform private.fail('VALIDATION_ERROR', 422, 'Say what you look for.', '{"q": "must not be empty"}');
  end if;
  if length(words) > 200 then
    perform private.fail('SEARCH_QUERY_TOO_LONG', 422, 'Search for at most 200 characters.', '{"q": "at most 200 characters"}');
  end if;
  if search."type" not in ('course', 'instructor', 'category') then
    perform private.fail('VALIDATION_ERROR', 422, 'There is nothing of this type.', '{"type": "course, instructor or category"}');
  end if;
  perform set_config('pg_trgm.word_similarity_threshold', '0.4', true);

  if search."type" is null or search."type" = 'course' then
    answer := answer || jsonb_build_object(
      'courses', private.search_courses(words, null, null, null, null, null, 'relevance', page, page_size)
    );
  end if;

  if search."type" is null or search."type" = 'instructor' then
    answer := answer || jsonb_build_object(
      'instructors',
      (
        with matches as materialized (
          select p.id, extensions.word_similarity(words, p.first_name || ' ' || p.last_name) as fit
          from public.profiles p
          where p.is_instructor and words operator(extensions.<%) (p.first_name || ' ' || p.last_name)
        ),
        shown as (
          select m.id, m.fit from matches m order by m.fit desc, m.id limit page_size offset (page - 1) * page_size
        )
        select private.page(
          (select count(*) from matches), page, page_size,
          (select jsonb_agg(to_jsonb(v) order by s.fit desc, s.id) from shown s join public.v_instructor_public v on v.id = s.id)
        )
      )
    );
  end if;

  if search."type" is null or search."type" = 'category' then
    answer := answer || jsonb_build_object(
      'categories',
      (
        with matches as materialized (
          select k.*, extensions.word_similarity(words, k.name) as fit
          from public.categories k
          where words operator(extensions.<%) k.name
        )
        select private.page(
          (select count(*) from matches), page, page_size,
          (
            select jsonb_agg(
              jsonb_build_object(
                'id', s.id, 'name', s.name, 'slug', s.slug, 'description', s.description, 'icon', s.icon, 'course_count', s.course_count
              )
              order by s.fit desc, s.name
            )
            from (select m.* from matches m order by m.fit desc, m.name limit page_size offset (page - 1) * page_size) s
          )
        )
      )
    );
  end if;
  return answer;
end
$function$;

CREATE OR REPLACE FUNCTION private.search_courses (
  search     text,
  category   text,
  level      text,
  min_price  numeric,
  max_price  numeric,
  rating_min numeric,
  ordering   text,
  page       integer,
  page_size  integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  words text := nullif(btrim(search_courses.search), '');
  ordering text := coalesce(search_courses.ordering, case when words is null then 'popular' else 'relevance' end);
  page integer := private.clamp_page(search_courses.page);
  page_size integer := private.clamp_page_size(search_courses.page_size);
  units integer := 10 ^ private.minor_unit_digits(private.setting('currency'));
  wrong jsonb := '{}';
  shelf uuid;
  total bigint;
  ids uuid[];
begin
  if length(words) > 200 then
    perform private.fail('SEARCH_QUERY_TOO_LONG', 422, 'Search for at most 200 characters.', '{"search": "at most 200 characters"}');
  end if;
  if search_courses.level not in ('beginner', 'intermediate', 'advanced') then
    wrong := wrong || '{"level": "beginner, intermediate or advanced"}';
  end if;
  if search_courses.min_price not between 0 and 99999999.99 then wrong := wrong || '{"min_price": "0 or more"}'; end if;
  if search_courses.max_price not between 0 and 99999999.99 then wrong := wrong || '{"max_price": "0 or more"}'; end if;
  if search_courses.rating_min not between 0 and 5 then wrong := wrong || '{"rating_min": "0 to 5"}'; end if;
  if length(search_courses.category) > 100 then wrong := wrong || '{"category": "at most 100 characters"}'; end if;
  if wrong <> '{}' then
    perform private.fail('VALIDATION_ERROR', 422, 'The filters cannot be used.', wrong);
  end if;
  if search_courses.min_price > search_courses.max_price then
    perform private.fail('INVALID_PRICE_RANGE', 422, 'min_price is above max_price.');
  end if;
  if ordering not in ('popular', 'newest', 'rating', 'price_low', 'price_high', 'relevance') then
    perform private.fail(
      'INVALID_ORDERING', 422, 'There is no such ordering.',
      '{"ordering": "popular, newest, rating, price_low, price_high or relevance"}'
    );
  end if;
  if search_courses.category is not null then
    select k.id into shelf from public.categories k where k.slug = search_courses.category;
    if shelf is null then
      perform private.fail('CATEGORY_NOT_FOUND', 404, 'There is no such category.');
    end if;
  end if;
  with candidates as (
    -- One of the two, known before the statement runs.
    select c.id, null::real as rank from public.courses c where c.is_published and words is null
    union all
    select f.course_id, f.rank from private.find_courses(words) f where words is not null
  ),
  matches as materialized (
    select c.id, c.price_cents, c.published_at, s.rating, s.student_count, f.rank
    from candidates f
    join public.courses c on c.id = f.id and c.is_published
    join public.course_stats s on s.course_id = c.id
    where (shelf is null or c.category_id = shelf)
      and (search_courses.level is null or c.level = search_courses.level::public.course_level)
      and (search_courses.min_price is null or c.price_cents >= search_courses.min_price * units)
      and (search_courses.max_price is null or c.price_cents <= search_courses.max_price * units)
      and (search_courses.rating_min is null or s.rating >= search_courses.rating_min)
  )
  select
    (select count(*) from matches),
    array(
      select m.id
      from matches m
      order by
        case ordering when 'relevance' then m.rank when 'rating' then m.rating end desc nulls last,
        case when ordering in ('popular', 'relevance', 'rating') then m.student_count end desc,
        case when ordering = 'newest' then m.published_at end desc,
        case ordering when 'price_low' then m.price_cents when 'price_high' then -m.price_cents end,
        -- The last word is the id, so that no course is on two pages.
        m.id
      limit page_size offset (page - 1) * page_size
    )
  into total, ids;

  return private.page(total, page, page_size, private.course_cards(ids));
end
$function$;

CREATE OR REPLACE FUNCTION private.search_query (
  words text
)
  RETURNS tsquery
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN websearch_to_tsquery('english'::regconfig, extensions.unaccent('extensions.unaccent'::regdictionary, words));

CREATE OR REPLACE FUNCTION private.search_vector (
  words text
)
  RETURNS tsvector
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN to_tsvector('english'::regconfig, extensions.unaccent('extensions.unaccent'::regdictionary, words));

CREATE OR REPLACE FUNCTION private.send_receipt (
  order_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
begin
  select * into strict o from public.orders x where x.id = send_receipt.order_id;
  perform private.enqueue_mail(
    'receipt', o.user_id,
    jsonb_build_object(
      'order_id', o.id, 'order_number', o.order_number, 'currency', o.currency, 'completed_at', o.completed_at,
      'subtotal', private.to_amount(o.subtotal_cents, o.currency),
      'discount_amount', private.to_amount(o.discount_cents, o.currency),
      'tax_amount', private.to_amount(o.tax_cents, o.currency),
      'total_amount', private.to_amount(o.total_cents, o.currency),
      'payment_method', o.payment_method,
      'items', (
        select jsonb_agg(
          jsonb_build_object(
            'title', i.title, 'instructor_name', i.instructor_name, 'total_amount', private.to_amount(i.total_cents, o.currency)
          )
          order by i.position
        )
        from public.order_items i
        where i.order_id = o.id
      )
    ),
    o.id::text
  );
  perform private.notify(
    o.user_id, 'order_completed', 'Thank you for your order ' || o.order_number,
    format('%s %s', private.to_amount(o.total_cents, o.currency), upper(o.currency)), '/orders/' || o.id,
    'order_completed:' || o.id
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.send_refund_notice (
  o          public.orders,
  gone_cents integer
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  key text := format('%s:%s', (o).id, send_refund_notice.gone_cents);
begin
  -- What a bank took back, the buyer knows.
  if private.has_lost_dispute((o).id) then
    return;
  end if;
  perform private.enqueue_mail(
    'refund', (o).user_id,
    jsonb_build_object(
      'order_id', (o).id, 'order_number', (o).order_number, 'currency', (o).currency,
      'refunded_amount', private.to_amount(send_refund_notice.gone_cents - (o).refunded_cents, (o).currency),
      'refunded_total', private.to_amount(send_refund_notice.gone_cents, (o).currency),
      'total_amount', private.to_amount((o).total_cents, (o).currency)
    ),
    key
  );
  perform private.notify(
    (o).user_id, 'order_refunded', 'Refund for order ' || (o).order_number,
    format('%s %s', private.to_amount(send_refund_notice.gone_cents - (o).refunded_cents, (o).currency), upper((o).currency)),
    '/orders/' || (o).id, 'order_refunded:' || key
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.set_course_slug()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  base text := private.slugify(new.title);
  candidate text;
  attempt integer := 1;
begin
  -- An address that somebody chose is kept; when it is taken, the unique key says so.
  if tg_op = 'INSERT' and new.slug is not null then
    return new;
  end if;
  -- An address that was public is a promise, and one that does not stem from the old title was chosen.
  if tg_op = 'UPDATE' and (old.published_at is not null or old.slug !~ ('^' || private.slugify(old.title) || '(-[0-9]+)?$')) then
    return new;
  end if;

  if base = '' then
    base := 'course';
  end if;
  candidate := base;

  -- Two drafts of one title at the same moment wait for each other. 256 keys: bulk loads must not run out of locks.
  perform pg_advisory_xact_lock(hashtext('courses.slug'), hashtext(base) & 255);
  while exists (select from public.courses c where c.slug = candidate and c.id <> new.id) loop
    attempt := attempt + 1;
    candidate := base || '-' || attempt;
  end loop;
  new.slug := candidate;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.set_featured (
  course_id   uuid,
  is_featured boolean
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_operator();

  update public.courses c set is_featured = set_featured.is_featured where c.id = set_featured.course_id;
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  return jsonb_build_object('id', set_featured.course_id, 'is_featured', set_featured.is_featured);
end
$function$;

CREATE OR REPLACE FUNCTION private.set_item_access (
  order_item_id uuid,
  access        public.order_item_access,
  reason        text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  item public.order_items;
begin
  select * into strict item from public.order_items i where i.id = set_item_access.order_item_id for update;
  if item.access = set_item_access.access then
    return;
  end if;

  case set_item_access.access
    when 'granted' then
      if item.access = 'pending' then
        perform private.grant_access(
          user_id => (select o.user_id from public.orders o where o.id = item.order_id),
          course_id => item.course_id,
          source => case
            when item.price_cents = 0 then 'free'
            when item.total_cents = 0 then 'coupon'
            else 'purchase'
          end::public.grant_source,
          order_item_id => item.id
        );
      elsif item.access = 'suspended' then
        perform private.restore_access(item.id);
      elsif item.access = 'revoked' then
        perform private.reinstate_access(item.id);
      end if;
    when 'suspended' then
      if item.access = 'revoked' then
        perform private.reinstate_access(item.id);
      end if;
      perform private.suspend_access(item.id);
    when 'revoked' then
      perform private.revoke_access(item.id, set_item_access.reason);
    else
      null;
  end case;

  update public.order_items i set access = set_item_access.access where i.id = item.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.set_lesson_contents_course()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  new.course_id := (select l.course_id from public.lessons l where l.id = new.lesson_id);
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.set_lesson_course()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  new.course_id := (select s.course_id from public.curriculum_sections s where s.id = new.section_id);
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.set_user_role (
  user_id  uuid,
  role     public.user_role,
  has_role boolean
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  admin uuid := private.require_admin();
begin
  if not exists (select from public.profiles p where p.id = set_user_role.user_id) then
    perform private.fail('PROFILE_NOT_FOUND', 404, 'There is no such person.');
  end if;

  if set_user_role.has_role then
    insert into public.user_roles (user_id, role, granted_by)
    values (set_user_role.user_id, set_user_role.role, admin)
    on conflict do nothing;
  else
    -- The last admin stays: nobody could undo it.
    if set_user_role.user_id = admin and set_user_role.role = 'admin' then
      perform private.fail('CONFLICT', 409, 'Another admin has to take this role from you.');
    end if;
    delete from public.user_roles r where r.user_id = set_user_role.user_id and r.role = set_user_role.role;
  end if;

  return jsonb_build_object(
    'user_id', set_user_role.user_id,
    'roles', coalesce(
      (select jsonb_agg(r.role order by r.role) from public.user_roles r where r.user_id = set_user_role.user_id), '[]'
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.setting (
  name text
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select c.value from private.app_config as c where c.name = setting.name;
$function$;

CREATE OR REPLACE FUNCTION private.setting_int (
  name text
)
  RETURNS integer
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select c.value::integer from private.app_config as c where c.name = setting_int.name;
$function$;

CREATE OR REPLACE FUNCTION private.settle_completions()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  place record;
begin
  for place in
    select e.id, e.user_id
    from public.enrollments e join public.course_stats s on s.course_id = e.course_id
    where e.course_id in (select r.course_id from removed r)
      and e.completed_at is null and e.status = 'active' and s.lesson_count > 0 and e.lessons_completed >= s.lesson_count
    order by e.user_id, e.id
  loop
    perform private.lock_learner(place.user_id);
    perform private.complete_enrollment(place.id);
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_order (
  order_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
begin
  select * into strict o from public.orders x where x.id = settle_order.order_id for update;
  if o.completed_at is null then
    perform private.settle_unpaid_order(o);
  else
    perform private.settle_paid_order(o);
  end if;
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
  if gone_cents > o.refunded_cents then
    perform private.send_refund_notice(o, gone_cents);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_unpaid_order (
  o public.orders
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  live public.payment_status;
begin
  select p.status into live
  from public.payments p
  where p.order_id = o.id and p.status in ('pending', 'processing', 'failed');

  if live = 'processing' then
    if o.state <> 'processing' then
      update public.orders x set state = 'processing' where x.id = o.id;
    end if;
  elsif o.state = 'processing' then
    -- The money did not arrive. What was over is over as it was; otherwise the buyer may try again.
    if o.closed_at is not null
      or o.expires_at <= now()
      or exists (select from public.orders x where x.user_id = o.user_id and x.state in ('pending', 'failed'))
    then
      perform private.close_order(
        o.id, case when coalesce(o.closed_at, now()) >= o.expires_at then 'expired' else 'canceled' end::public.order_state
      );
    else
      update public.orders x set state = 'failed' where x.id = o.id;
    end if;
  elsif o.state in ('pending', 'failed') and live is null and o.expires_at <= now() then
    perform private.close_order(o.id, 'expired');
  elsif o.state = 'pending'
    and exists (
      select from public.payments p
      where p.order_id = o.id and (p.failed_at is not null or p.processing_charges <> '{}')
    )
  then
    -- Declined, or it did not arrive; even where the intent is given up meanwhile.
    update public.orders x set state = 'failed' where x.id = o.id;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.share_course_revenue()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  course uuid := coalesce(new.course_id, old.course_id);
  given_away integer;
begin
  -- One course's shares change one at a time.
  perform from public.course_instructors i where i.course_id = course and i.role = 'owner' for no key update;

  select coalesce(sum(i.revenue_share_percent), 0) into given_away
  from public.course_instructors i
  where i.course_id = course and i.role = 'co_instructor';

  if given_away > 100 then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'The shares of a course cannot exceed 100 percent.',
      jsonb_build_object('revenue_share_percent', format('at most %s', 100 - given_away + coalesce(new.revenue_share_percent, 0)))
    );
  end if;

  update public.course_instructors i
  set revenue_share_percent = 100 - given_away
  where i.course_id = course and i.role = 'owner';
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.slugify (
  title text
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN
  btrim("left"(btrim(regexp_replace(lower(extensions.unaccent('extensions.unaccent'::regdictionary, title)), '[^a-z0-9]+'::text, '-'::text, 'g'::text), '-'::text), 80), '-'::text);

CREATE OR REPLACE FUNCTION private.spread_cents (
  amount  bigint,
  weights bigint[]
)
  RETURNS bigint[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  with
    line as (
      select w.position, w.weight, sum(w.weight) over () as total
      from unnest(spread_cents.weights) with ordinality as w (weight, position)
    ),
    floored as (
      select
        position,
        -- numeric: two amounts multiplied can exceed a bigint.
        coalesce(div(spread_cents.amount::numeric * weight, nullif(total, 0)), 0)::bigint as part,
        coalesce(mod(spread_cents.amount::numeric * weight, nullif(total, 0)), 0) as remainder
      from line
    ),
    ranked as (
      select
        position,
        part,
        remainder,
        row_number() over (order by remainder desc, position) as rank,
        spread_cents.amount - sum(part) over () as missing
      from floored
    )
  select
    coalesce(
      array_agg(
        part + case
          when rank <= missing
          and remainder > 0 then 1
          else 0
        end
        order by position
      ),
      '{}'
    )
  from ranked;
$function$;

CREATE OR REPLACE FUNCTION private.stripe_id (
  reference jsonb
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
RETURN CASE jsonb_typeof(reference) WHEN 'string'::text THEN (reference #>> '{}'::text[]) WHEN 'object'::text THEN (reference ->> 'id'::text) ELSE NULL::text END;

CREATE OR REPLACE FUNCTION private.stripe_time (
  created jsonb
)
  RETURNS timestamp WITH time zone
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return case jsonb_typeof(stripe_time.created)
    when 'number' then to_timestamp((stripe_time.created #>> '{}')::double precision)
    when 'string' then
      case when pg_input_is_valid(stripe_time.created #>> '{}', 'timestamptz') then (stripe_time.created #>> '{}')::timestamptz else now() end
    else now()
  end;
end
$function$;

CREATE OR REPLACE FUNCTION private.submit_contact (
  name    text,
  email   text,
  subject text,
  message text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := (select auth.uid());
  wrong jsonb := '{}';
  new_id uuid;
begin
  if coalesce(length(btrim(submit_contact.name)), 0) not between 1 and 150 then
    wrong := wrong || '{"name": "1 to 150 characters"}';
  end if;
  if (length(submit_contact.email) <= 320 and submit_contact.email ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$') is not true then
    wrong := wrong || '{"email": "must be an e-mail address"}';
  end if;
  if coalesce(length(btrim(submit_contact.subject)), 0) not between 1 and 200 then
    wrong := wrong || '{"subject": "1 to 200 characters"}';
  end if;
  if coalesce(length(btrim(submit_contact.message)), 0) not between 1 and 5000 then
    wrong := wrong || '{"message": "1 to 5000 characters"}';
  end if;
  if wrong <> '{}' then
    perform private.fail('VALIDATION_ERROR', 422, 'The message was not sent.', wrong);
  end if;

  -- Visitors have a common limit, too: an address is easily changed. Answered, not raised: the attempt must count.
  if not private.rate_limit_hit('contact', private.caller_key(), 5, interval '1 hour')
    or caller is null and not private.rate_limit_hit('contact', 'visitors', 100, interval '1 hour') then
    return private.answer_error(
      'RATE_LIMITED', 429, 'Too many messages. Try again in an hour.', '{}', '{"Retry-After": "3600"}'
    );
  end if;

  insert into public.contact_messages (user_id, name, email, subject, body)
  values (caller, btrim(submit_contact.name), submit_contact.email, btrim(submit_contact.subject), btrim(submit_contact.message))
  returning id into new_id;
  return jsonb_build_object('id', new_id, 'message', 'Your message was sent.');
end
$function$;

CREATE OR REPLACE FUNCTION private.sum_of (
  parts bigint[]
)
  RETURNS bigint
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
RETURN (SELECT (COALESCE(sum(part.part), (0)::numeric))::bigint AS "coalesce" FROM unnest(sum_of.parts) part(part));

CREATE OR REPLACE FUNCTION private.suspend_access (
  order_item_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  place record;
begin
  select g.id as grant_id, e.id, e.user_id, c.title, c.slug into place
  from
    private.access_grants g
    join public.enrollments e on e.id = g.enrollment_id
    join public.courses c on c.id = e.course_id
  where g.order_item_id = suspend_access.order_item_id;
  perform private.lock_learner(place.user_id);

  update private.access_grants g
  set suspended_at = now()
  where g.id = place.grant_id and g.suspended_at is null and g.revoked_at is null;
  if not found then
    return false;
  end if;

  if exists (select from public.enrollments e where e.id = place.id and e.status = 'suspended') then
    perform private.notify(
      place.user_id, 'access_suspended', 'Your access to ' || place.title || ' rests',
      'The payment is disputed. Your progress is kept.', '/courses/' || place.slug, null
    );
  end if;
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.take_payment (
  payment_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments;
begin
  select * into strict payment from public.payments p where p.id = take_payment.payment_id;
  if payment.pays_order then
    return;
  elsif exists (select from public.orders o where o.id = payment.order_id and o.completed_at is null) then
    update public.payments p set pays_order = true where p.id = payment.id;
    perform private.complete_order(payment.order_id, payment.provider);
  elsif not exists (select from private.refunds r where r.payment_id = payment.id) then
    perform private.report_anomaly(
      'duplicate_payment', payment.id::text, payment.order_id, jsonb_build_object('payment_intent_id', payment.stripe_payment_intent_id)
    );
    insert into private.refunds (order_id, payment_id, amount_cents, currency, origin, reason, names_items)
    values (
      payment.order_id, payment.id, payment.amount_cents, payment.currency, 'automatic', 'The order was paid twice.', false
    );
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.taught_course_ids()
  RETURNS SETOF uuid
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  ROWS 10
  SET search_path TO ''
  AS $function$
  select i.course_id from public.course_instructors as i where i.user_id = (select private.active_uid());
$function$;

CREATE OR REPLACE FUNCTION private.to_amount (
  cents    bigint,
  currency text   DEFAULT 'usd'::text
)
  RETURNS numeric
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
RETURN CASE WHEN (private.minor_unit_digits(currency) = 0) THEN (cents)::numeric ELSE round(((cents)::numeric / (100)::numeric), 2) END;

CREATE OR REPLACE FUNCTION private.touch_last_updated()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  new.last_updated := now();
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.touch_updated_at()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  new.updated_at := now();
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.transfer_course (
  course_id uuid,
  new_owner uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  former uuid;
begin
  perform private.require_course_owner(transfer_course.course_id);

  if not exists (select from public.profiles p where p.id = transfer_course.new_owner and p.is_instructor and p.is_active) then
    perform private.fail('NOT_INSTRUCTOR', 403, 'Only an instructor can own a course.');
  end if;

  select c.instructor_id into former from public.courses c where c.id = transfer_course.course_id for update;
  if former <> transfer_course.new_owner then
    update public.course_instructors i
    set role = 'co_instructor', revenue_share_percent = 0
    where i.course_id = transfer_course.course_id and i.user_id = former;

    insert into public.course_instructors (course_id, user_id, role, revenue_share_percent)
    values (transfer_course.course_id, transfer_course.new_owner, 'owner', 0)
    on conflict on constraint course_instructors_pkey do update set role = 'owner', revenue_share_percent = 0;

    -- The shares of the others stay; the owner keeps the rest.
    update public.course_instructors i
    set revenue_share_percent = 100 - (
      select coalesce(sum(o.revenue_share_percent), 0)
      from public.course_instructors o
      where o.course_id = transfer_course.course_id and o.role = 'co_instructor'
    )
    where i.course_id = transfer_course.course_id and i.role = 'owner';

    update public.courses c set instructor_id = transfer_course.new_owner where c.id = transfer_course.course_id;
  end if;
  return jsonb_build_object('id', transfer_course.course_id, 'instructor_id', transfer_course.new_owner);
end
$function$;

CREATE OR REPLACE FUNCTION private.unpublish_course (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_course_owner(unpublish_course.course_id);

  update public.courses c
  set status = case c.status when 'published' then 'unpublished' else 'draft' end::public.course_status
  where c.id = unpublish_course.course_id and c.status in ('published', 'in_review');
  return private.course_state(unpublish_course.course_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.use_coupon (
  code            text,
  user_id         uuid,
  course_ids      uuid[],
  except_order_id uuid           DEFAULT NULL::uuid,
  OUT             coupon_id uuid,
  OUT             refusal jsonb
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  coupon public.coupons;
  is_holder boolean;
  covered_cents bigint;
begin
  -- The lock is held until the seat is reserved or the transaction ends: nobody overtakes.
  select k.* into coupon
  from public.coupons k
  where k.code = private.normalise_coupon_code(use_coupon.code)
  for no key update;
  is_holder := exists (
    select from private.coupon_holders h where h.coupon_id = coupon.id and h.user_id = use_coupon.user_id
  );

  -- Repeating a code one knows is no guess.
  if not is_holder and not private.rate_limit_hit('coupon', use_coupon.user_id::text, 10, interval '1 hour') then
    refusal := private.answer_error(
      'TOO_MANY_COUPON_ATTEMPTS', 429, 'Too many codes were tried. Try again later.', '{}', '{"Retry-After": "3600"}'
    );
    return;
  end if;

  select sum(c.price_cents) into covered_cents
  from public.courses c
  where c.id = any (use_coupon.course_ids) and private.coupon_covers(coupon, c);

  -- One answer for unknown, switched off, outside its window, too small a sum and the wrong courses.
  if coupon.id is null
    or not coupon.is_active
    or coupon.starts_at > now()
    or coupon.expires_at <= now()
    or coalesce(covered_cents, 0) = 0
    or covered_cents < coupon.minimum_cents
  then
    refusal := private.answer_error('COUPON_INVALID', 404, 'This code is not valid for these courses.');
    return;
  end if;

  if coupon.max_per_user <= (
    select count(*) from private.coupon_redemptions r
    where r.coupon_id = coupon.id and r.user_id = use_coupon.user_id and r.state <> 'released'
      and r.order_id is distinct from use_coupon.except_order_id
  ) then
    refusal := private.answer_error('COUPON_ALREADY_USED', 409, 'You have used this code already.');
    return;
  end if;

  if coupon.max_redemptions <= coupon.redeemed_count - (
    select count(*) from private.coupon_redemptions r
    where r.coupon_id = coupon.id and r.order_id = use_coupon.except_order_id and r.state <> 'released'
  ) then
    refusal := case
      when is_holder then private.answer_error('COUPON_EXHAUSTED', 409, 'This code is used up.')
      else private.answer_error('COUPON_INVALID', 404, 'This code is not valid for these courses.')
    end;
    return;
  end if;

  if not is_holder then
    insert into private.coupon_holders (coupon_id, user_id)
    values (coupon.id, use_coupon.user_id)
    on conflict do nothing;
  end if;
  coupon_id := coupon.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.uuid_or_null (
  text text
)
  RETURNS uuid
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
RETURN CASE WHEN pg_input_is_valid(text, 'uuid'::text) THEN (text)::uuid ELSE NULL::uuid END;

CREATE OR REPLACE FUNCTION private.verify_certificate (
  code text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  result jsonb;
begin
  select jsonb_build_object(
    'status', case when c.revoked_at is null then 'valid' else 'revoked' end,
    'student_name', c.student_name,
    'course_title', c.course_title,
    'completed_at', c.completed_at
  )
  into result
  from public.certificates c
  where c.code = upper(btrim(verify_certificate.code))
    -- A row that somebody changed behind our back is no certificate.
    and c.content_hash = private.certificate_hash(
      c.code, c.student_name, c.course_title, c.instructor_name, c.duration_seconds, c.completed_at
    );
  if result is null then
    perform private.fail('CERTIFICATE_NOT_FOUND', 404, 'There is no such certificate.');
  end if;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.wake_refund_worker()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.call_edge_function('process-refunds');
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.welcome_student (
  enrollment_id uuid,
  grant_id      uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  place record;
begin
  select e.user_id, c.id as course_id, c.title, c.slug into strict place
  from public.enrollments e join public.courses c on c.id = e.course_id
  where e.id = welcome_student.enrollment_id;

  -- What a refund took is given back; what an admin took is not.
  update public.certificates c
  set revoked_at = null, revoke_reason = null
  where c.enrollment_id = welcome_student.enrollment_id and c.revoked_at is not null and c.revoked_by is null;

  perform private.notify(
    place.user_id, 'enrollment', 'Welcome to ' || place.title, 'You can start learning now.',
    '/learn/' || place.slug, 'enrollment:' || welcome_student.grant_id
  );
  perform private.enqueue_mail(
    'enrollment_confirmation', place.user_id,
    jsonb_build_object(
      'enrollment_id', welcome_student.enrollment_id, 'course_id', place.course_id,
      'course_title', place.title, 'course_slug', place.slug
    ),
    welcome_student.grant_id::text
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.with_element (
  list    text[],
  element text
)
  RETURNS text[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
RETURN CASE WHEN (element = ANY (list)) THEN list ELSE ARRAY(SELECT e.e FROM unnest((with_element.list || with_element.element)) e(e) ORDER BY e.e) END;

CREATE OR REPLACE FUNCTION private.write_certificate (
  enrollment_id uuid
)
  RETURNS public.certificates
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  certificate public.certificates;
begin
  insert into public.certificates (
    enrollment_id, user_id, course_id, code, student_name, course_title, instructor_name, duration_seconds, completed_at,
    content_hash
  )
  select e.id, e.user_id, e.course_id, said.code, said.student_name, c.title, said.instructor_name, s.duration_seconds,
    e.completed_at,
    private.certificate_hash(
      said.code, said.student_name, c.title, said.instructor_name, s.duration_seconds, e.completed_at
    )
  from
    public.enrollments e
    join public.profiles student on student.id = e.user_id
    join public.courses c on c.id = e.course_id
    join public.course_stats s on s.course_id = e.course_id
    join public.profiles instructor on instructor.id = c.instructor_id
    cross join lateral (
      select 'LF-' || upper(encode(extensions.gen_random_bytes(12), 'hex')) as code,
        coalesce(nullif(btrim(student.first_name || ' ' || student.last_name), ''), 'A student of LearnFlow') as student_name,
        btrim(instructor.first_name || ' ' || instructor.last_name) as instructor_name
    ) said
  where e.id = write_certificate.enrollment_id
  on conflict on constraint certificates_enrollment_id_key do nothing
  returning * into certificate;
  return certificate;
end
$function$;

CREATE OR REPLACE FUNCTION public.add_to_cart (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.add_to_cart(course_id);

REVOKE ALL ON FUNCTION "public"."add_to_cart"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.add_to_wishlist (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  if add_to_wishlist.course_id is null then
    perform private.fail('VALIDATION_ERROR', 422, 'Which course?', '{"course_id": "required"}');
  end if;
  insert into public.wishlists (course_id)
  values (add_to_wishlist.course_id)
  on conflict on constraint wishlists_pkey do nothing;
  return (
    select jsonb_build_object('course_id', w.course_id, 'added_at', w.added_at)
    from public.wishlists w
    where w.user_id = caller and w.course_id = add_to_wishlist.course_id
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."add_to_wishlist"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.apply_coupon (
  order_id uuid,
  code     text DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.apply_coupon(order_id, code);

REVOKE ALL ON FUNCTION "public"."apply_coupon"(uuid, text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.apply_stripe_event (
  event jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  object jsonb := apply_stripe_event.event #> '{data,object}';
  seen private.stripe_events;
begin
  if length(apply_stripe_event.event ->> 'id') not between 3 and 300
    or coalesce(length(apply_stripe_event.event ->> 'type'), 0) not between 1 and 100
    or apply_stripe_event.event ->> 'id' is null
  then
    perform private.fail('INVALID_PAYLOAD', 400, 'This is not an event.');
  end if;

  -- The row is the lock: a second delivery waits here until the first is done or has failed.
  insert into private.stripe_events as e (
    id, type, payment_intent_id, livemode, api_version, stripe_created_at, payload
  )
  values (
    apply_stripe_event.event ->> 'id',
    apply_stripe_event.event ->> 'type',
    case
      when object ->> 'object' = 'payment_intent' then object ->> 'id'
      else private.stripe_id(object -> 'payment_intent')
    end,
    coalesce(apply_stripe_event.event -> 'livemode' = 'true', false),
    left(apply_stripe_event.event ->> 'api_version', 60),
    private.stripe_time(apply_stripe_event.event -> 'created'),
    apply_stripe_event.event
  )
  on conflict (id) do update set deliveries = e.deliveries + 1
  returning * into seen;

  if seen.processed_at is not null then
    return jsonb_build_object(
      'event_id', seen.id,
      -- Asked again about what cannot be right, the answer is the same.
      'outcome', case seen.outcome when 'quarantined' then 'quarantined' else 'duplicate' end,
      'order_id', seen.order_id
    );
  end if;
  return private.process_stripe_event(seen.id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."apply_stripe_event"(jsonb) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.approve_instructor (
  user_id uuid,
  approve boolean DEFAULT true,
  note    text    DEFAULT ''::text
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.approve_instructor(user_id, approve, note);

REVOKE ALL ON FUNCTION "public"."approve_instructor"(uuid, boolean, text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.archive_course (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.archive_course(course_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."archive_course"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.attach_certificate_file (
  certificate_id uuid,
  file_path      text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  certificate public.certificates;
begin
  update public.certificates c
  set file_path = attach_certificate_file.file_path
  where c.id = attach_certificate_file.certificate_id
  returning * into certificate;
  if certificate.id is null then
    perform private.fail('CERTIFICATE_NOT_FOUND', 404, 'There is no such certificate.');
  end if;
  delete from private.certificate_prints p where p.certificate_id = certificate.id;
  return private.certificate_json(certificate);
end
$function$;

REVOKE ALL ON FUNCTION "public"."attach_certificate_file"(uuid, text) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.authenticate_signed_request (
  key_id      uuid,
  signed_at   bigint,
  nonce       text,
  method      text,
  path        text,
  body_sha256 text,
  signature   text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  clock_window constant interval := interval '300 seconds';
  hourly_limit constant integer := 300;
  key public.api_keys;
  expected bytea;
begin
  select * into key from public.api_keys k where k.id = authenticate_signed_request.key_id;
  expected := extensions.hmac(
    convert_to(
      concat_ws(
        E'\n', 'LF1-HMAC-SHA256', authenticate_signed_request.signed_at, authenticate_signed_request.nonce,
        authenticate_signed_request.method, authenticate_signed_request.path, authenticate_signed_request.body_sha256
      ),
      'UTF8'
    ),
    -- Without such a key the same work is done for a random one.
    convert_to(coalesce(key.key_hash, gen_random_uuid()::text), 'UTF8'), 'sha256'
  );
  -- Digests are compared, so that the time it takes says nothing about the signature.
  if key.id is null
    or sha256(convert_to(encode(expected, 'hex'), 'UTF8'))
      is distinct from sha256(convert_to(authenticate_signed_request.signature, 'UTF8'))
  then
    perform private.fail('INVALID_SIGNATURE', 400, 'The signature does not match the request.');
  end if;
  if not key.is_active or key.expires_at <= now() then
    perform private.fail('API_KEY_EXPIRED', 401, 'This key was revoked or is over.');
  end if;
  -- Without to_timestamp: a number from outside may be no time at all.
  if abs(extract(epoch from now()) - authenticate_signed_request.signed_at) > extract(epoch from clock_window) then
    perform private.fail(
      'SIGNATURE_EXPIRED', 401, 'The request was signed at another time.',
      jsonb_build_object('server_time', floor(extract(epoch from now())), 'window_seconds', extract(epoch from clock_window))
    );
  end if;
  if not exists (select from public.profiles p where p.id = key.user_id and p.is_active) then
    perform private.fail('ACCOUNT_DISABLED', 403, 'The account of this key is closed.');
  end if;

  insert into private.api_nonces (key_id, nonce)
  values (key.id, authenticate_signed_request.nonce)
  on conflict do nothing;
  if not found then
    perform private.fail('REQUEST_REPLAYED', 409, 'This request was made already.');
  end if;
  if not private.rate_limit_hit('signed_request', key.id::text, hourly_limit, interval '1 hour') then
    perform private.fail(
      'RATE_LIMITED', 429, 'This key was used too often. Try again later.',
      jsonb_build_object('limit', hourly_limit), '{"Retry-After": "600"}'
    );
  end if;
  update public.api_keys k
  set last_used_at = now()
  where k.id = key.id and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute');
  return jsonb_build_object('key_id', key.id, 'user_id', key.user_id, 'scopes', key.scopes);
end
$function$;

REVOKE ALL ON FUNCTION "public"."authenticate_signed_request"(uuid, bigint, text, text, text, text, text) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.begin_payment (
  order_id uuid,
  user_id  uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
  payment public.payments;
  item public.order_items;
  refusal text;
begin
  if not exists (select from public.profiles p where p.id = begin_payment.user_id and p.is_active) then
    perform private.fail('ACCOUNT_DISABLED', 403, 'This account is closed.');
  end if;

  select * into o
  from public.orders x
  where x.id = begin_payment.order_id and x.user_id = begin_payment.user_id
  for update;
  if o.id is null then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  elsif o.completed_at is not null then
    perform private.fail('ORDER_ALREADY_PAID', 409, 'This order is paid.');
  elsif o.state in ('canceled', 'expired') or (o.state <> 'processing' and o.expires_at <= now()) then
    perform private.fail('ORDER_EXPIRED', 409, 'This order is over. Order again.');
  end if;

  select * into payment
  from public.payments p
  where p.order_id = o.id and p.status in ('pending', 'processing', 'failed');

  -- While money is on its way, only Stripe can say what comes next.
  if o.state <> 'processing' then
    for item in select * from public.order_items i where i.order_id = o.id order by i.position loop
      refusal := private.purchase_refusal(o.user_id, item.course_id);
      perform private.refuse_course(
        case refusal when 'COURSE_NOT_FOUND' then 'COURSE_UNAVAILABLE' else refusal end, item.course_id
      );
    end loop;
  end if;

  if payment.id is null then
    -- New intents are limited, retries of one are not: a buyer may try all the cards they have.
    if not private.rate_limit_hit('payment', o.user_id::text, 5, interval '1 hour') then
      perform private.fail(
        'RATE_LIMITED', 429, 'Too many payments were begun. Try again later.', '{"limit": 5, "window_seconds": 3600}',
        '{"Retry-After": "3600"}'
      );
    end if;
    insert into public.payments (order_id, attempt, amount_cents, currency)
    values (
      o.id, (select coalesce(max(p.attempt), 0) + 1 from public.payments p where p.order_id = o.id), o.total_cents, o.currency
    )
    returning * into payment;
  end if;

  return jsonb_build_object(
    'order_id', o.id,
    'user_id', o.user_id,
    'order_number', o.order_number,
    'state', o.state,
    'expires_at', o.expires_at,
    'payment_id', payment.id,
    'attempt', payment.attempt,
    'amount_cents', payment.amount_cents,
    'currency', payment.currency,
    'payment_intent_id', payment.stripe_payment_intent_id,
    'receipt_email', (
      select coalesce(nullif(v.email, ''), b.email)
      from public.order_billing b left join public.profile_private v on v.user_id = o.user_id
      where b.order_id = o.id
    )
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."begin_payment"(uuid, uuid) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.cancel_order (
  order_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.cancel_order(order_id);

REVOKE ALL ON FUNCTION "public"."cancel_order"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.certificate_document (
  certificate_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  result jsonb;
begin
  select private.certificate_json(c) || jsonb_build_object('user_id', c.user_id, 'content_hash', c.content_hash)
  into result
  from public.certificates c
  where c.id = certificate_document.certificate_id;
  if result is null then
    perform private.fail('CERTIFICATE_NOT_FOUND', 404, 'There is no such certificate.');
  end if;
  return result;
end
$function$;

REVOKE ALL ON FUNCTION "public"."certificate_document"(uuid) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.claim_certificates (
  batch_size integer DEFAULT 5
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  claimed jsonb;
begin
  with due as (
    select c.id, coalesce(p.attempts, 0) + 1 as attempts
    from public.certificates c left join private.certificate_prints p on p.certificate_id = c.id
    where c.file_path is null and c.revoked_at is null and coalesce(p.next_attempt_at, '-infinity') <= now()
    order by p.next_attempt_at nulls first, c.issued_at, c.id
    limit least(greatest(claim_certificates.batch_size, 1), 20)
    for update of c skip locked
  ), taken as (
    insert into private.certificate_prints (certificate_id, attempts, next_attempt_at)
    -- 1, 2, 4 … minutes, 6 hours at most. The power is bounded, because attempts are not.
    select d.id, d.attempts, now() + least(interval '1 minute' * 2 ^ least(d.attempts - 1, 10), interval '6 hours')
    from due d
    on conflict on constraint certificate_prints_pkey do update
    set attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at
    returning certificate_id
  )
  select jsonb_agg(public.certificate_document(t.certificate_id) order by t.certificate_id)
  into claimed
  from taken t;
  return coalesce(claimed, '[]');
end
$function$;

REVOKE ALL ON FUNCTION "public"."claim_certificates"(integer) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.claim_file_deletions (
  batch_size integer DEFAULT 20
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  claimed jsonb;
begin
  with due as (
    select d.id from private.file_deletions d
    where d.done_at is null and d.next_attempt_at <= now()
    order by d.next_attempt_at, d.id
    limit least(greatest(coalesce(claim_file_deletions.batch_size, 20), 1), 100)
    for update skip locked
  ), taken as (
    -- Should the worker die, the row comes back after a while.
    update private.file_deletions d
    set attempts = least(d.attempts + 1, 1000), next_attempt_at = now() + interval '5 minutes'
    from due where d.id = due.id
    returning d.id, d.bucket_id, d.folder
  )
  select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'bucket', t.bucket_id, 'folder', t.folder) order by t.id), '[]')
  into claimed from taken t;
  return claimed;
end
$function$;

REVOKE ALL ON FUNCTION "public"."claim_file_deletions"(integer) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.claim_outbox (
  batch_size    integer DEFAULT 20,
  lease_seconds integer DEFAULT 120
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  claimed jsonb;
begin
  with due as (
    select o.id
    from private.outbox o
    where o.state = 'pending' and o.next_attempt_at <= now()
    order by o.next_attempt_at, o.id
    limit least(greatest(claim_outbox.batch_size, 1), 100)
    for update skip locked
  ), taken as (
    update private.outbox o
    set attempts = o.attempts + 1,
      next_attempt_at = now() + make_interval(secs => least(greatest(claim_outbox.lease_seconds, 10), 900))
    from due
    where o.id = due.id
    returning o.id, o.template, o.user_id, o.payload, o.attempts, o.created_at
  )
  select jsonb_agg(
    jsonb_build_object(
      'id', t.id, 'template', t.template, 'attempt', t.attempts, 'payload', t.payload, 'created_at', t.created_at,
      'to', nullif(x.email, ''), 'first_name', p.first_name, 'timezone', x.timezone
    )
    order by t.id
  )
  into claimed
  from
    taken t
    join public.profiles p on p.id = t.user_id
    join public.profile_private x on x.user_id = t.user_id;
  return coalesce(claimed, '[]');
end
$function$;

REVOKE ALL ON FUNCTION "public"."claim_outbox"(integer, integer) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.claim_refunds (
  batch_size    integer DEFAULT 20,
  lease_seconds integer DEFAULT 120
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  claimed jsonb;
begin
  with due as (
    select r.id
    from private.refunds r
    where r.state = 'requested' and (r.locked_until is null or r.locked_until <= now())
    order by r.created_at, r.id
    limit least(greatest(claim_refunds.batch_size, 1), 100)
    for update skip locked
  ), taken as (
    update private.refunds r
    set attempts = least(r.attempts + 1, 30000),
      locked_until = now() + make_interval(secs => least(greatest(claim_refunds.lease_seconds, 10), 900))
    from due
    where r.id = due.id
    returning r.*
  )
  select jsonb_agg(
    jsonb_build_object(
      'refund_id', t.id,
      'order_id', t.order_id,
      'payment_intent_id', p.stripe_payment_intent_id,
      'amount_cents', t.amount_cents,
      'currency', t.currency,
      'attempt', t.attempts,
      -- One refund at Stripe, however often it is tried.
      'idempotency_key', 'refund:' || t.id,
      'metadata', jsonb_build_object('refund_id', t.id, 'order_id', t.order_id)
    )
    order by t.created_at, t.id
  )
  into claimed
  from taken t join public.payments p on p.id = t.payment_id;
  return coalesce(claimed, '[]');
end
$function$;

REVOKE ALL ON FUNCTION "public"."claim_refunds"(integer, integer) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.clear_cart()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  delete from public.cart_items i where i.user_id = caller;
end
$function$;

REVOKE ALL ON FUNCTION "public"."clear_cart"() FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.continue_learning (
  max_results integer DEFAULT 10
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN private.continue_learning(max_results);

REVOKE ALL ON FUNCTION "public"."continue_learning"(integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.course_detail (
  course_id uuid DEFAULT NULL::uuid,
  slug      text DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  caller uuid := (select auth.uid());
  course public.courses;
  stats public.course_stats;
  card jsonb;
  enrollment record;
  completed_ids uuid[];
begin
  if num_nonnulls(course_detail.course_id, course_detail.slug) <> 1 then
    perform private.fail('VALIDATION_ERROR', 422, 'Name one course.', '{"course_id": "either course_id or slug"}');
  end if;

  select c.* into course from public.courses c
  where c.id = course_detail.course_id or c.slug = course_detail.slug;
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;

  card := private.course_cards(array[course.id]) -> 0;
  select s.* into stats from public.course_stats s where s.course_id = course.id;

  -- The flag is the caller's live access; without it there is no progress to show.
  if (card ->> 'enrolled')::boolean then
    select e.id, e.lessons_completed into enrollment
    from public.enrollments e where e.user_id = caller and e.course_id = course.id;
    completed_ids := array(
      select p.lesson_id from public.lesson_progress p where p.enrollment_id = enrollment.id and p.is_completed
    );
    card := card || jsonb_build_object(
      'progress', private.progress_percent(enrollment.lessons_completed, stats.lesson_count),
      'enrollment_id', enrollment.id
    );
  else
    card := card || '{"progress": null, "enrollment_id": null}';
  end if;

  return card || jsonb_build_object(
    'description', course.description,
    'short_description', course.short_description,
    'preview_video_url', course.preview_video_url,
    'language', course.language,
    'review_count', stats.review_count,
    'last_updated', course.last_updated,
    'published_at', course.published_at,
    'status', course.status,
    'is_published', course.is_published,
    'lowest_price_30_days', private.to_amount(private.lowest_price_charged(course.id), course.currency),
    'instructor', (
      select jsonb_build_object(
        'id', i.id, 'first_name', i.first_name, 'last_name', i.last_name,
        'profile', jsonb_build_object(
          'headline', i.headline, 'bio', i.bio, 'profile_picture', i.profile_picture,
          'courses_count', i.courses_count, 'students_count', i.students_count, 'rating', i.rating
        )
      )
      from public.v_instructor_public i where i.id = course.instructor_id
    ),
    'outcomes', coalesce((select jsonb_agg(o.text order by o.position) from public.course_outcomes o where o.course_id = course.id), '[]'),
    'requirements', coalesce((select jsonb_agg(r.text order by r.position) from public.course_requirements r where r.course_id = course.id), '[]'),
    'curriculum', private.curriculum(course.id, completed_ids),
    'reviews', jsonb_build_object(
      'count', stats.rating_count,
      'rating', stats.rating,
      'distribution', jsonb_build_object(
        '5', stats.rating_5, '4', stats.rating_4, '3', stats.rating_3, '2', stats.rating_2, '1', stats.rating_1
      ),
      'recent', private.recent_reviews(course.id)
    )
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."course_detail"(uuid, text) FROM PUBLIC, "service_role";

CREATE OR REPLACE FUNCTION public.course_readiness (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.course_readiness(course_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."course_readiness"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.course_roster (
  course_id uuid,
  page      integer DEFAULT 1,
  page_size integer DEFAULT 20
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN private.course_roster(course_id, page, page_size);

REVOKE ALL ON FUNCTION "public"."course_roster"(uuid, integer, integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.course_team (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.course_team(course_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."course_team"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.create_api_key (
  name            text,
  expires_in_days integer DEFAULT 90
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.create_api_key(name, expires_in_days);

REVOKE ALL ON FUNCTION "public"."create_api_key"(text, integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.create_company_key (
  owner_id        uuid,
  name            text,
  course_ids      uuid[],
  expires_in_days integer DEFAULT 365
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.create_company_key(owner_id, name, course_ids, expires_in_days);

REVOKE ALL ON FUNCTION "public"."create_company_key"(uuid, text, uuid[], integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.create_order_from_cart (
  billing_address jsonb,
  expected_total  numeric DEFAULT NULL::numeric,
  coupon_code     text    DEFAULT NULL::text,
  idempotency_key text    DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.create_order_from_cart(billing_address, expected_total, coupon_code, idempotency_key);

REVOKE ALL ON FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.dashboard_stats()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  return (
    select jsonb_build_object(
      'courses_enrolled', s.courses_enrolled,
      'courses_completed', s.courses_completed,
      'total_hours_learned', round(s.seconds_learned / 3600.0, 2),
      'current_streak_days', private.current_streak_days(s.streak_days, s.streak_last_on, x.timezone),
      'average_rating_given', round(s.rating_sum_given::numeric / nullif(s.ratings_given, 0), 1),
      'certificates_earned', s.certificates_earned
    )
    from public.profile_stats s join public.profile_private x on x.user_id = s.user_id
    where s.user_id = caller
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."dashboard_stats"() FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.deactivate_user (
  user_id   uuid,
  is_active boolean DEFAULT false
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.deactivate_user(user_id, is_active);

REVOKE ALL ON FUNCTION "public"."deactivate_user"(uuid, boolean) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.delete_my_account (
  confirm_email text
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.delete_my_account(confirm_email);

REVOKE ALL ON FUNCTION "public"."delete_my_account"(text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.enroll_company_staff (
  key_id     uuid,
  reference  text,
  course_ids uuid[],
  employees  jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  key public.api_keys;
  request_hash constant text := encode(
    sha256(
      convert_to(
        coalesce(enroll_company_staff.course_ids::text, '') || coalesce(enroll_company_staff.employees::text, ''), 'UTF8'
      )
    ),
    'hex'
  );
  known private.company_enrollments;
  result jsonb;
begin
  select * into key
  from public.api_keys k
  where k.id = enroll_company_staff.key_id and k.is_active and k.expires_at > now();
  if not coalesce('enroll' = any (key.scopes), false) then
    perform private.fail('FORBIDDEN', 403, 'This key may not enrol people.');
  end if;

  -- The row is the lock: the same list sent twice at once is worked off once.
  insert into private.company_enrollments (key_id, reference, request_hash)
  values (key.id, enroll_company_staff.reference, request_hash)
  on conflict do nothing;
  if not found then
    select * into strict known
    from private.company_enrollments c
    where c.key_id = key.id and c.reference = enroll_company_staff.reference;
    if known.request_hash <> request_hash then
      perform private.fail('IDEMPOTENCY_KEY_REUSED', 409, 'This reference was used for another list.');
    end if;
    return jsonb_build_object('reference', known.reference, 'lines', known.lines);
  end if;

  result := private.enroll_company_lines(
    key, enroll_company_staff.reference, enroll_company_staff.course_ids, enroll_company_staff.employees
  );
  update private.company_enrollments c
  set lines = result
  where c.key_id = key.id and c.reference = enroll_company_staff.reference;
  return jsonb_build_object('reference', enroll_company_staff.reference, 'lines', result);
end
$function$;

REVOKE ALL ON FUNCTION "public"."enroll_company_staff"(uuid, text, uuid[], jsonb) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.enroll_free (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.enroll_free(course_id);

REVOKE ALL ON FUNCTION "public"."enroll_free"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.enrollment_detail (
  enrollment_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN private.enrollment_detail(enrollment_id);

REVOKE ALL ON FUNCTION "public"."enrollment_detail"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.explain_access (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN private.explain_access(course_id);

REVOKE ALL ON FUNCTION "public"."explain_access"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.export_my_data()
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN private.export_my_data();

REVOKE ALL ON FUNCTION "public"."export_my_data"() FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.fail_refund (
  refund_id    uuid,
  failure_code text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  refund private.refunds;
begin
  update private.refunds r
  set state = 'failed', failure_code = left(fail_refund.failure_code, 100), settled_at = now(), locked_until = null
  where r.id = fail_refund.refund_id and r.state = 'requested' and r.stripe_refund_id is null
  returning * into refund;

  if refund.id is not null then
    perform private.report_anomaly(
      'refund_failed', refund.id::text, refund.order_id, jsonb_build_object('failure_code', refund.failure_code)
    );
  end if;
  return private.refund_json(fail_refund.refund_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."fail_refund"(uuid, text) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.get_cart()
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN private.get_cart();

REVOKE ALL ON FUNCTION "public"."get_cart"() FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.get_order (
  order_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN private.get_order(order_id);

REVOKE ALL ON FUNCTION "public"."get_order"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.grant_enrollment (
  student_id uuid,
  course_id  uuid,
  reason     text                     DEFAULT NULL::text,
  expires_at timestamp with time zone DEFAULT NULL::timestamp WITH time zone
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.grant_enrollment(student_id, course_id, reason, expires_at);

REVOKE ALL ON FUNCTION "public"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.health()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return jsonb_build_object(
    'status', 'healthy', 'database', 'ok', 'cache', case when private.jobs_are_late() then 'stale' else 'ok' end,
    'timestamp', now()
  );
end
$function$;

CREATE OR REPLACE FUNCTION public.health_report()
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select
    public.health() || jsonb_build_object(
      'stripe_livemode',
      private.setting('stripe_livemode')::boolean,
      'events',
      (
        select
          jsonb_build_object(
            'last_received_at',
            (select max(e.received_at) from private.stripe_events as e),
            'failed',
            (select count(*) from private.stripe_events as e where e.outcome = 'failed')
          )
      ),
      'payments',
      (
        select jsonb_build_object('open', count(*), 'oldest_at', min(p.created_at))
        from public.payments as p
        where p.status in ('pending', 'processing')
      ),
      'refunds',
      (
        select jsonb_build_object('waiting', count(*), 'oldest_at', min(r.created_at))
        from private.refunds as r
        where r.state = 'requested'
      ),
      'outbox',
      (
        select
          jsonb_build_object(
            'waiting',
            count(*) filter (where o.state = 'pending'),
            'dead',
            count(*) filter (where o.state = 'dead'),
            'oldest_at',
            min(o.created_at) filter (where o.state = 'pending')
          )
        from private.outbox as o
        where o.state in ('pending', 'dead')
      ),
      'jobs',
      (
        select
          jsonb_build_object(
            'late',
            count(*) filter (where j.next_run_at < now() - interval '15 minutes'),
            'most_overdue_seconds',
            greatest(floor(extract(epoch from now() - min(j.next_run_at))), 0),
            'failing',
            coalesce(jsonb_object_agg(j.name, j.last_error) filter (where j.last_error is not null), '{}')
          )
        from private.jobs as j
        where j.is_enabled
      ),
      'anomalies',
      (
        select
          jsonb_build_object(
            'open',
            coalesce(sum(a.number), 0),
            'oldest_at',
            min(a.oldest_at),
            'kinds',
            coalesce(jsonb_object_agg(a.kind, a.number), '{}')
          )
        from
          (
            select m.kind, count(*) as number, min(m.created_at) as oldest_at
            from private.money_anomalies as m
            where m.resolved_at is null
            group by m.kind
          ) as a
      )
    );
$function$;

REVOKE ALL ON FUNCTION "public"."health_report"() FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.issue_certificate (
  enrollment_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.issue_certificate(enrollment_id);

REVOKE ALL ON FUNCTION "public"."issue_certificate"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.issue_lesson_media (
  user_id       uuid,
  lesson_id     uuid,
  resource_path text DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  hourly_limit constant integer := 600;
  claims constant text := current_setting('request.jwt.claims', true);
  person constant uuid := issue_lesson_media.user_id;
  lesson record;
  place public.enrollments;
  content public.lesson_contents;
  is_open boolean;
  folder text;
begin
  select l.id, l.course_id, c.is_published
  into lesson
  from public.lessons l join public.courses c on c.id = l.course_id
  where l.id = issue_lesson_media.lesson_id;
  folder := lesson.course_id || '/' || lesson.id || '/';

  perform set_config('request.jwt.claims', jsonb_build_object('sub', person, 'role', 'authenticated')::text, true);
  perform private.require_user();
  is_open := private.may_read_lesson_file(folder || 'file');
  perform set_config('request.jwt.claims', coalesce(claims, ''), true);

  if is_open is not true then
    select e.* into place from public.enrollments e where e.user_id = person and e.course_id = lesson.course_id;
    if lesson.id is null or (place.id is null and not lesson.is_published) then
      perform private.fail('LESSON_NOT_FOUND', 404, 'There is no such lesson.');
    elsif place.id is null then
      perform private.fail(
        'NOT_ENROLLED', 403, 'Enrol in the course first.', jsonb_build_object('course_id', lesson.course_id)
      );
    end if;
    perform private.fail(
      'ENROLLMENT_REVOKED', 403, 'Your access to this course has ended or rests.',
      jsonb_build_object('status', place.status, 'access_ends_at', place.access_ends_at)
    );
  end if;

  if not private.rate_limit_hit('issue_lesson_media', person::text, hourly_limit, interval '1 hour') then
    perform private.fail(
      'RATE_LIMITED', 429, 'Too many addresses were asked for. Try again later.',
      jsonb_build_object('limit', hourly_limit), '{"Retry-After": "600"}'
    );
  end if;

  select x.* into content from public.lesson_contents x where x.lesson_id = lesson.id;
  if issue_lesson_media.resource_path is null then
    if coalesce(content.video_path, content.video_url) is null then
      perform private.fail('FILE_NOT_FOUND', 404, 'This lesson has no video.');
    end if;
    return jsonb_build_object(
      'lesson_id', lesson.id, 'course_id', lesson.course_id, 'bucket', 'lesson-videos',
      'path', content.video_path, 'url', case when content.video_path is null then content.video_url end
    );
  end if;

  -- Authors type the paths of resources: one that lies under another lesson would be signed by the rule of this one.
  if private.lesson_id_of_file(issue_lesson_media.resource_path) is distinct from lesson.id
    or not starts_with(issue_lesson_media.resource_path, folder)
    or not exists (
      select from jsonb_array_elements(content.resources) r where r ->> 'path' = issue_lesson_media.resource_path
    )
  then
    perform private.fail('FILE_NOT_FOUND', 404, 'This lesson has no such file.');
  end if;
  return jsonb_build_object(
    'lesson_id', lesson.id, 'course_id', lesson.course_id, 'bucket', 'lesson-resources',
    'path', issue_lesson_media.resource_path, 'url', null
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."issue_lesson_media"(uuid, uuid, text) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.list_categories()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return jsonb_build_object(
    'results',
    coalesce(
      (
        select jsonb_agg(
          jsonb_build_object(
            'id', k.id, 'name', k.name, 'slug', k.slug, 'description', k.description, 'icon', k.icon, 'course_count', k.course_count
          )
          order by k.name
        )
        from public.categories k
      ),
      '[]'
    )
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_categories"() FROM PUBLIC, "service_role";

CREATE OR REPLACE FUNCTION public.list_open_payments (
  older_than_minutes integer DEFAULT 5,
  batch_size         integer DEFAULT 100,
  after_payment_id   uuid    DEFAULT NULL::uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  result jsonb;
begin
  select jsonb_agg(
    jsonb_build_object(
      'payment_id', x.payment_id, 'order_id', x.order_id, 'order_number', x.order_number, 'state', x.state,
      'attempt', x.attempt, 'status', x.status, 'payment_intent_id', x.stripe_payment_intent_id, 'is_stale', x.is_stale,
      'created_at', x.created_at
    )
    order by x.created_at, x.payment_id
  )
  into result
  from (
    select p.id as payment_id, p.order_id, o.order_number, o.state, p.attempt, p.status, p.stripe_payment_intent_id, p.created_at,
      -- Nobody should pay it any more: the order is over, overdue or paid otherwise.
      o.state not in ('pending', 'failed', 'processing') or (o.state <> 'processing' and o.expires_at <= now()) as is_stale
    from public.payments p join public.orders o on o.id = p.order_id
    where p.status in ('pending', 'processing', 'failed')
      and p.created_at <= now() - make_interval(mins => greatest(list_open_payments.older_than_minutes, 0))
      and (
        list_open_payments.after_payment_id is null
        or (p.created_at, p.id) > (select l.created_at, l.id from public.payments l where l.id = list_open_payments.after_payment_id)
      )
    order by p.created_at, p.id
    limit least(greatest(list_open_payments.batch_size, 1), 1000)
  ) x;
  return coalesce(result, '[]');
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_open_payments"(integer, integer, uuid) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.list_reviews (
  course_id uuid,
  rating    integer DEFAULT NULL::integer,
  ordering  text    DEFAULT '-helpful_count'::text,
  page      integer DEFAULT 1,
  page_size integer DEFAULT 10
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  caller uuid := (select auth.uid());
  page integer := private.clamp_page(list_reviews.page);
  page_size integer := private.clamp_page_size(list_reviews.page_size, 10);
  skipped integer := (page - 1) * page_size;
  stats public.course_stats;
  total bigint;
  ids uuid[];
  voted_ids uuid[];
begin
  if list_reviews.rating not between 1 and 5 then
    perform private.fail('VALIDATION_ERROR', 422, 'There is no such rating.', '{"rating": "1 to 5"}');
  end if;

  -- Whoever does not see the course does not see its counters.
  select s.* into stats from public.course_stats s where s.course_id = list_reviews.course_id;
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  total := case list_reviews.rating
    when 1 then stats.rating_1 when 2 then stats.rating_2 when 3 then stats.rating_3
    when 4 then stats.rating_4 when 5 then stats.rating_5 else stats.rating_count
  end;

  -- One statement an ordering: each walks its own index as far as the page.
  case coalesce(list_reviews.ordering, '-helpful_count')
    when '-helpful_count' then
      ids := array(
        select r.id from public.reviews r
        where r.course_id = list_reviews.course_id and not r.is_hidden
          and (list_reviews.rating is null or r.rating = list_reviews.rating)
        order by r.helpful_count desc, r.id limit page_size offset skipped
      );
    when '-created_at' then
      ids := array(
        select r.id from public.reviews r
        where r.course_id = list_reviews.course_id and not r.is_hidden
          and (list_reviews.rating is null or r.rating = list_reviews.rating)
        order by r.created_at desc, r.id limit page_size offset skipped
      );
    when 'created_at' then
      ids := array(
        select r.id from public.reviews r
        where r.course_id = list_reviews.course_id and not r.is_hidden
          and (list_reviews.rating is null or r.rating = list_reviews.rating)
        order by r.created_at, r.id desc limit page_size offset skipped
      );
    when '-rating' then
      ids := array(
        select r.id from public.reviews r
        where r.course_id = list_reviews.course_id and not r.is_hidden
          and (list_reviews.rating is null or r.rating = list_reviews.rating)
        order by r.rating desc, r.helpful_count desc, r.id limit page_size offset skipped
      );
    when 'rating' then
      ids := array(
        select r.id from public.reviews r
        where r.course_id = list_reviews.course_id and not r.is_hidden
          and (list_reviews.rating is null or r.rating = list_reviews.rating)
        order by r.rating, r.helpful_count desc, r.id limit page_size offset skipped
      );
    else
      perform private.fail(
        'INVALID_ORDERING', 422, 'There is no such ordering.',
        '{"ordering": "-helpful_count, -created_at, created_at, -rating or rating"}'
      );
  end case;

  if caller is not null then
    voted_ids := array(select v.review_id from public.review_votes v where v.user_id = caller and v.review_id = any (ids));
  end if;

  return private.page(
    total, page, page_size,
    (
      select jsonb_agg(
        jsonb_build_object(
          'id', r.id,
          'author', jsonb_build_object('id', p.id, 'first_name', p.first_name, 'last_name', p.last_name, 'avatar', p.avatar_path),
          'rating', r.rating,
          'title', r.title,
          'comment', r.comment,
          'helpful_count', r.helpful_count,
          'created_at', r.created_at,
          'updated_at', r.updated_at,
          'instructor_reply', nullif(r.instructor_reply, ''),
          'replied_at', r.replied_at,
          'is_own', coalesce(r.user_id = caller, false),
          'voted_helpful', coalesce(r.id = any (voted_ids), false)
        )
        order by x.place
      )
      from unnest(ids) with ordinality x(id, place)
      join public.reviews r on r.id = x.id
      left join public.profiles p on p.id = r.user_id
    )
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_reviews"(uuid, integer, text, integer, integer) FROM PUBLIC, "service_role";

CREATE OR REPLACE FUNCTION public.mark_lesson_complete (
  enrollment_id uuid,
  lesson_id     uuid,
  completed     boolean DEFAULT true
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.mark_lesson_complete(enrollment_id, lesson_id, completed);

REVOKE ALL ON FUNCTION "public"."mark_lesson_complete"(uuid, uuid, boolean) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.me()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  -- A closed account may still read its own data.
  caller uuid := (select auth.uid());
  result jsonb;
begin
  if caller is null then
    perform private.fail('AUTH_REQUIRED', 401, 'Sign in first.');
  end if;

  select jsonb_build_object(
    'id', p.id,
    'email', x.email,
    'first_name', p.first_name,
    'last_name', p.last_name,
    'is_instructor', p.is_instructor,
    'is_active', p.is_active,
    'roles', coalesce((select jsonb_agg(r.role order by r.role) from public.user_roles r where r.user_id = p.id), '[]'),
    'profile', jsonb_build_object(
      'headline', p.headline,
      'bio', p.bio,
      'profile_picture', p.avatar_path,
      'phone', x.phone,
      'country', x.country,
      'timezone', x.timezone,
      'total_hours_learned', round(s.seconds_learned / 3600.0, 2),
      'courses_completed', s.courses_completed,
      'certificates_earned', s.certificates_earned,
      'current_streak_days', private.current_streak_days(s.streak_days, s.streak_last_on, x.timezone),
      'last_activity', s.last_activity_at
    )
  )
  into result
  from public.profiles p
  join public.profile_private x on x.user_id = p.id
  join public.profile_stats s on s.user_id = p.id
  where p.id = caller;

  if result is null then
    perform private.fail('PROFILE_NOT_FOUND', 404, 'This account has no profile.');
  end if;
  return result;
end
$function$;

REVOKE ALL ON FUNCTION "public"."me"() FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.merge_guest_cart (
  course_ids uuid[]
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.merge_guest_cart(course_ids);

REVOKE ALL ON FUNCTION "public"."merge_guest_cart"(uuid[]) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.moderate_review (
  review_id uuid,
  hidden    boolean DEFAULT true,
  reason    text    DEFAULT ''::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.moderate_review(review_id, hidden, reason);
end
$function$;

REVOKE ALL ON FUNCTION "public"."moderate_review"(uuid, boolean, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.my_certificates()
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN private.my_certificates();

REVOKE ALL ON FUNCTION "public"."my_certificates"() FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.my_enrollments (
  status    text    DEFAULT NULL::text,
  page      integer DEFAULT 1,
  page_size integer DEFAULT 10
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN private.my_enrollments(status, page, page_size);

REVOKE ALL ON FUNCTION "public"."my_enrollments"(text, integer, integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.my_orders (
  status    text    DEFAULT NULL::text,
  page      integer DEFAULT 1,
  page_size integer DEFAULT 10
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  asked_page integer := private.clamp_page(my_orders.page);
  asked_size integer := private.clamp_page_size(my_orders.page_size, 10);
  asked_status public.order_status;
  total bigint;
  results jsonb;
begin
  if my_orders.status is not null and my_orders.status not in ('pending', 'completed', 'failed', 'refunded') then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'There is no such status.', '{"status": "pending, completed, failed or refunded"}'
    );
  end if;
  asked_status := my_orders.status::public.order_status;

  select count(*) into total
  from public.orders o
  where o.user_id = caller and (asked_status is null or o.status = asked_status);

  select jsonb_agg(
    jsonb_build_object(
      'id', o.id,
      'order_number', o.order_number,
      'status', o.status,
      'state', o.state,
      'created_at', o.created_at,
      'completed_at', o.completed_at,
      'expires_at', case when o.completed_at is null then o.expires_at end,
      'currency', o.currency,
      'total_amount', private.to_amount(o.total_cents, o.currency),
      'refunded_amount', private.to_amount(o.refunded_cents, o.currency),
      'items_count', jsonb_array_length(o.items),
      'items', o.items
    )
    order by o.created_at desc, o.id
  )
  into results
  from (
    select r.*, private.order_items_json(r.id, r.currency) as items
    from public.orders r
    where r.user_id = caller and (asked_status is null or r.status = asked_status)
    order by r.created_at desc, r.id
    limit asked_size offset (asked_page - 1) * asked_size
  ) o;

  return private.page(total, asked_page, asked_size, results);
end
$function$;

REVOKE ALL ON FUNCTION "public"."my_orders"(text, integer, integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.my_wishlist (
  page      integer DEFAULT 1,
  page_size integer DEFAULT 20
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  asked_page integer := private.clamp_page(my_wishlist.page);
  asked_size integer := private.clamp_page_size(my_wishlist.page_size);
  total bigint;
  results jsonb;
begin
  select count(*) into total
  from public.wishlists w join public.courses c on c.id = w.course_id
  where w.user_id = caller and c.is_published;

  select jsonb_agg(
    jsonb_build_object(
      'course', jsonb_build_object(
        'id', r.id, 'title', r.title, 'slug', r.slug, 'thumbnail', r.thumbnail_path,
        'price', private.to_amount(r.price_cents, r.currency),
        'original_price', private.to_amount(r.original_price_cents, r.currency),
        'discount_percent', r.discount_percent,
        'instructor', jsonb_build_object('id', r.instructor_id, 'first_name', r.first_name, 'last_name', r.last_name),
        'in_cart', r.in_cart
      ),
      'added_at', r.added_at
    )
    order by r.added_at desc, r.id
  )
  into results
  from (
    select
      w.added_at, c.id, c.title, c.slug, c.thumbnail_path, c.price_cents, c.original_price_cents, c.discount_percent, c.currency,
      c.instructor_id, p.first_name, p.last_name,
      exists (select from public.cart_items i where i.user_id = caller and i.course_id = c.id) as in_cart
    from
      public.wishlists w
      join public.courses c on c.id = w.course_id
      join public.profiles p on p.id = c.instructor_id
    where w.user_id = caller and c.is_published
    order by w.added_at desc, c.id
    limit asked_size offset (asked_page - 1) * asked_size
  ) r;

  return private.page(total, asked_page, asked_size, results);
end
$function$;

REVOKE ALL ON FUNCTION "public"."my_wishlist"(integer, integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.preview_coupon (
  code text
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.preview_coupon(code);

REVOKE ALL ON FUNCTION "public"."preview_coupon"(text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.publish_course (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.publish_course(course_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."publish_course"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.recommendations (
  max_results integer DEFAULT 12
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  ids uuid[];
  reasons jsonb;
begin
  select array_agg(r.course_id), jsonb_object_agg(r.course_id, r.reason) into ids, reasons
  from private.recommended_courses(recommendations.max_results) r;

  return jsonb_build_object(
    'results', coalesce(
      (
        select jsonb_agg(card.value || jsonb_build_object('reason', reasons -> (card.value ->> 'id')) order by card.place)
        from jsonb_array_elements(private.course_cards(ids)) with ordinality card(value, place)
      ),
      '[]'
    )
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."recommendations"(integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.record_course_view (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.record_course_view(course_id);

REVOKE ALL ON FUNCTION "public"."record_course_view"(uuid) FROM PUBLIC, "service_role";

CREATE OR REPLACE FUNCTION public.record_watch_time (
  lesson_id       uuid,
  from_second     integer,
  to_second       integer,
  position_second integer
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.record_watch_time(lesson_id, from_second, to_second, position_second);

REVOKE ALL ON FUNCTION "public"."record_watch_time"(uuid, integer, integer, integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.refund_order (
  order_id        uuid,
  order_item_ids  uuid[] DEFAULT NULL::uuid[],
  reason          text   DEFAULT NULL::text,
  idempotency_key text   DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.refund_order(order_id, order_item_ids, reason, idempotency_key);

REVOKE ALL ON FUNCTION "public"."refund_order"(uuid, uuid[], text, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.related_courses (
  course_id uuid,
  page_size integer DEFAULT 8
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  course record;
  ids uuid[];
begin
  select c.id, c.category_id, c.instructor_id, c.level into course from public.courses c where c.id = related_courses.course_id;
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;

  ids := array(
    select c.id
    from public.courses c
    join public.course_stats s on s.course_id = c.id
    where c.is_published and c.id <> course.id
      and (c.category_id = course.category_id or c.instructor_id = course.instructor_id)
    order by (c.category_id = course.category_id) desc nulls last, (c.level = course.level) desc, s.student_count desc, c.id
    limit private.clamp_page_size(related_courses.page_size, 8)
  );

  return jsonb_build_object('results', private.course_cards(ids));
end
$function$;

REVOKE ALL ON FUNCTION "public"."related_courses"(uuid, integer) FROM PUBLIC, "service_role";

CREATE OR REPLACE FUNCTION public.release_payment_attempt (
  order_id uuid,
  attempt  integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
begin
  select * into o from public.orders x where x.id = release_payment_attempt.order_id for update;
  update public.payments p
  set canceled_at = now()
  where p.order_id = release_payment_attempt.order_id
    and p.attempt = release_payment_attempt.attempt
    and p.stripe_payment_intent_id is null
    and p.status = 'pending';
  if o.id is not null then
    perform private.settle_order(o.id);
  end if;
  return (
    select jsonb_build_object('payment_id', p.id, 'order_id', p.order_id, 'status', p.status)
    from public.payments p
    where p.order_id = release_payment_attempt.order_id and p.attempt = release_payment_attempt.attempt
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."release_payment_attempt"(uuid, integer) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.remember_payment_intent (
  order_id          uuid,
  attempt           integer,
  payment_intent_id text,
  status            text    DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  payment public.payments;
  is_new boolean;
begin
  perform from public.orders o where o.id = remember_payment_intent.order_id for update;
  select * into payment
  from public.payments p
  where p.order_id = remember_payment_intent.order_id and p.attempt = remember_payment_intent.attempt;

  if payment.id is null then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such attempt to pay.');
  elsif payment.stripe_payment_intent_id <> remember_payment_intent.payment_intent_id then
    perform private.fail(
      'CONFLICT', 409, 'This attempt has another intent.', jsonb_build_object('payment_intent_id', payment.stripe_payment_intent_id)
    );
  end if;

  is_new := payment.stripe_payment_intent_id is null;
  if is_new then
    update public.payments p
    set stripe_payment_intent_id = remember_payment_intent.payment_intent_id
    where p.id = payment.id;
    -- Stripe may have told about it before we knew it.
    perform private.replay_ignored_events(remember_payment_intent.payment_intent_id);
  end if;
  return (
    select jsonb_build_object(
      'payment_id', p.id, 'order_id', p.order_id, 'status', p.status, 'stripe_status', remember_payment_intent.status
    )
    from public.payments p
    where p.id = payment.id
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."remember_payment_intent"(uuid, integer, text, text) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.remove_from_cart (
  cart_item_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  delete from public.cart_items i where i.id = remove_from_cart.cart_item_id and i.user_id = caller;
  if not found then
    perform private.fail('CART_ITEM_NOT_FOUND', 404, 'There is no such line in your cart.');
  end if;
end
$function$;

REVOKE ALL ON FUNCTION "public"."remove_from_cart"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.remove_from_wishlist (
  course_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  delete from public.wishlists w where w.user_id = caller and w.course_id = remove_from_wishlist.course_id;
end
$function$;

REVOKE ALL ON FUNCTION "public"."remove_from_wishlist"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.reorder_curriculum (
  course_id  uuid,
  curriculum jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.reorder_curriculum(course_id, curriculum);
end
$function$;

REVOKE ALL ON FUNCTION "public"."reorder_curriculum"(uuid, jsonb) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.reply_to_review (
  review_id uuid,
  reply     text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.reply_to_review(review_id, reply);
end
$function$;

REVOKE ALL ON FUNCTION "public"."reply_to_review"(uuid, text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.report_review (
  review_id uuid,
  reason    text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.require_user();
  -- Only what the caller can see can be reported: the policy answers.
  perform from public.reviews r where r.id = report_review.review_id;
  if not found then
    perform private.fail('REVIEW_NOT_FOUND', 404, 'There is no such review.');
  end if;
  return private.report_review(review_id, reason);
end
$function$;

REVOKE ALL ON FUNCTION "public"."report_review"(uuid, text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.reported_reviews (
  page      integer DEFAULT 1,
  page_size integer DEFAULT 20
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.reported_reviews(page, page_size);
end
$function$;

REVOKE ALL ON FUNCTION "public"."reported_reviews"(integer, integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.request_instructor (
  motivation text
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.request_instructor(motivation);

REVOKE ALL ON FUNCTION "public"."request_instructor"(text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.reset_progress (
  enrollment_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.reset_progress(enrollment_id);

REVOKE ALL ON FUNCTION "public"."reset_progress"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.revoke_api_key (
  key_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.revoke_api_key(key_id);

REVOKE ALL ON FUNCTION "public"."revoke_api_key"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.revoke_certificate (
  certificate_id uuid,
  reason         text
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.revoke_certificate(certificate_id, reason);

REVOKE ALL ON FUNCTION "public"."revoke_certificate"(uuid, text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.revoke_enrollment (
  enrollment_id uuid,
  reason        text
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.revoke_enrollment(enrollment_id, reason);

REVOKE ALL ON FUNCTION "public"."revoke_enrollment"(uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.rotate_api_key (
  key_id        uuid,
  overlap_hours integer DEFAULT 24
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.rotate_api_key(key_id, overlap_hours);

REVOKE ALL ON FUNCTION "public"."rotate_api_key"(uuid, integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.search (
  q         text,
  type      text    DEFAULT NULL::text,
  page      integer DEFAULT 1,
  page_size integer DEFAULT 20
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.search(q, "type", page, page_size);
end
$function$;

REVOKE ALL ON FUNCTION "public"."search"(text, text, integer, integer) FROM PUBLIC, "service_role";

CREATE OR REPLACE FUNCTION public.search_courses (
  search     text    DEFAULT NULL::text,
  category   text    DEFAULT NULL::text,
  level      text    DEFAULT NULL::text,
  min_price  numeric DEFAULT NULL::numeric,
  max_price  numeric DEFAULT NULL::numeric,
  rating_min numeric DEFAULT NULL::numeric,
  ordering   text    DEFAULT NULL::text,
  page       integer DEFAULT 1,
  page_size  integer DEFAULT 20
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.search_courses(
    search, category, level, min_price, max_price, rating_min, ordering, page, page_size
  );
end
$function$;

CREATE OR REPLACE FUNCTION public.set_featured (
  course_id   uuid,
  is_featured boolean DEFAULT true
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.set_featured(course_id, is_featured);
end
$function$;

REVOKE ALL ON FUNCTION "public"."set_featured"(uuid, boolean) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.set_user_role (
  user_id  uuid,
  role     public.user_role,
  has_role boolean          DEFAULT true
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.set_user_role(user_id, ROLE, has_role);

REVOKE ALL ON FUNCTION "public"."set_user_role"(uuid, public.user_role, boolean) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.settle_file_deletion (
  id    bigint,
  error text   DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  update private.file_deletions d
  set done_at = case when settle_file_deletion.error is null then now() end,
    last_error = left(settle_file_deletion.error, 1000),
    next_attempt_at = now() + least(interval '1 minute' * 2 ^ least(d.attempts, 10), interval '6 hours')
  where d.id = settle_file_deletion.id and d.done_at is null;
  return jsonb_build_object('id', settle_file_deletion.id, 'done', found and settle_file_deletion.error is null);
end
$function$;

REVOKE ALL ON FUNCTION "public"."settle_file_deletion"(bigint, text) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.settle_outbox (
  id        bigint,
  attempt   integer,
  error     text    DEFAULT NULL::text,
  permanent boolean DEFAULT false
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  max_attempts constant integer := 8;
  new_state private.outbox_state := case
    when settle_outbox.error is null then 'sent'
    when settle_outbox.permanent or settle_outbox.attempt >= max_attempts then 'dead'
    else 'pending'
  end;
begin
  update private.outbox o
  set state = new_state,
    sent_at = case when new_state = 'sent' then now() end,
    last_error = left(settle_outbox.error, 1000),
    -- 1, 2, 4 … minutes, 6 hours at most.
    next_attempt_at = now() + least(interval '1 minute' * 2 ^ (o.attempts - 1), interval '6 hours')
  where o.id = settle_outbox.id and o.state = 'pending'
    -- A worker that was too slow must not undo what its successor did.
    and (o.attempts = settle_outbox.attempt or new_state = 'sent');
  return jsonb_build_object('id', settle_outbox.id, 'settled', found, 'state', new_state);
end
$function$;

REVOKE ALL ON FUNCTION "public"."settle_outbox"(bigint, integer, text, boolean) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.submit_contact (
  name    text,
  email   text,
  subject text,
  message text
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.submit_contact(name, email, subject, message);

CREATE OR REPLACE FUNCTION public.submit_review (
  course_id uuid,
  rating    integer,
  title     text    DEFAULT ''::text,
  comment   text    DEFAULT ''::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  wrong jsonb := '{}';
  place record;
  review public.reviews;
begin
  perform from public.courses c where c.id = submit_review.course_id;
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  if private.is_course_author(submit_review.course_id) then
    perform private.fail('OWN_COURSE', 409, 'You cannot review a course that you teach.');
  end if;
  if submit_review.course_id not in (select private.enrolled_course_ids()) then
    select e.status into place from public.enrollments e where e.user_id = caller and e.course_id = submit_review.course_id;
    if place.status in ('revoked', 'suspended') then
      perform private.fail('ENROLLMENT_REVOKED', 403, 'You have no access to this course any more.');
    end if;
    perform private.fail('NOT_ENROLLED', 403, 'Only students of the course can review it.');
  end if;

  if submit_review.rating is null or submit_review.rating not between 1 and 5 then
    wrong := wrong || '{"rating": "1 to 5"}';
  end if;
  if length(submit_review.title) > 255 then wrong := wrong || '{"title": "at most 255 characters"}'; end if;
  if length(submit_review.comment) > 5000 then wrong := wrong || '{"comment": "at most 5000 characters"}'; end if;
  if wrong <> '{}' then
    perform private.fail('VALIDATION_ERROR', 422, 'The review cannot be taken like this.', wrong);
  end if;

  begin
    insert into public.reviews (course_id, rating, title, comment)
    values (
      submit_review.course_id, submit_review.rating,
      btrim(coalesce(submit_review.title, '')), btrim(coalesce(submit_review.comment, ''))
    )
    returning * into review;
  exception when unique_violation then
    perform private.fail('ALREADY_REVIEWED', 409, 'You have reviewed this course already: change your review instead.');
  end;

  return jsonb_build_object(
    'id', review.id,
    'rating', review.rating,
    'title', review.title,
    'comment', review.comment,
    'helpful_count', review.helpful_count,
    'created_at', review.created_at
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."submit_review"(uuid, integer, text, text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.transfer_course (
  course_id uuid,
  new_owner uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.transfer_course(course_id, new_owner);
end
$function$;

REVOKE ALL ON FUNCTION "public"."transfer_course"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.unprocessed_stripe_events (
  event_ids text[]
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select coalesce(jsonb_agg(asked.id order by asked.position), '[]')
  from unnest(unprocessed_stripe_events.event_ids) with ordinality as asked (id, position)
  where
    not exists (
      select
      from private.stripe_events as e
      where e.id = asked.id and e.processed_at is not null
    );
$function$;

REVOKE ALL ON FUNCTION "public"."unprocessed_stripe_events"(text[]) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.unpublish_course (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.unpublish_course(course_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."unpublish_course"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.unsettled_payment_intents (
  payment_intent_ids text[]
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select coalesce(jsonb_agg(asked.id order by asked.position), '[]')
  from unnest(unsettled_payment_intents.payment_intent_ids) with ordinality as asked (id, position)
  where
    not exists (
      select
      from public.payments as p
      where p.stripe_payment_intent_id = asked.id and p.status = 'succeeded'
    );
$function$;

REVOKE ALL ON FUNCTION "public"."unsettled_payment_intents"(text[]) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.update_profile (
  first_name  text DEFAULT NULL::text,
  last_name   text DEFAULT NULL::text,
  headline    text DEFAULT NULL::text,
  bio         text DEFAULT NULL::text,
  phone       text DEFAULT NULL::text,
  country     text DEFAULT NULL::text,
  timezone    text DEFAULT NULL::text,
  avatar_path text DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  wrong jsonb := '{}';
begin
  if length(update_profile.first_name) > 150 then wrong := wrong || '{"first_name": "at most 150 characters"}'; end if;
  if length(update_profile.last_name) > 150 then wrong := wrong || '{"last_name": "at most 150 characters"}'; end if;
  if length(update_profile.headline) > 150 then wrong := wrong || '{"headline": "at most 150 characters"}'; end if;
  if length(update_profile.bio) > 5000 then wrong := wrong || '{"bio": "at most 5000 characters"}'; end if;
  if update_profile.phone !~ '^$|^\+?[0-9 ()./-]{4,20}$' then wrong := wrong || '{"phone": "4 to 20 digits, spaces and + ( ) . / -"}'; end if;
  if length(update_profile.country) > 100 then wrong := wrong || '{"country": "at most 100 characters"}'; end if;
  if update_profile.timezone is not null and not private.is_timezone(update_profile.timezone) then wrong := wrong || '{"timezone": "must be an IANA name such as Europe/Berlin"}'; end if;
  if update_profile.avatar_path not like caller::text || '/%' or length(update_profile.avatar_path) > 300 then
    wrong := wrong || '{"avatar_path": "must be a file in your own folder"}';
  end if;
  if wrong <> '{}' then
    perform private.fail('VALIDATION_ERROR', 422, 'The profile was not changed.', wrong);
  end if;

  update public.profiles p
  set first_name = coalesce(btrim(update_profile.first_name), p.first_name),
    last_name = coalesce(btrim(update_profile.last_name), p.last_name),
    headline = coalesce(update_profile.headline, p.headline),
    bio = coalesce(update_profile.bio, p.bio),
    avatar_path = coalesce(update_profile.avatar_path, p.avatar_path)
  where p.id = caller;

  update public.profile_private p
  set phone = coalesce(update_profile.phone, p.phone),
    country = coalesce(update_profile.country, p.country),
    timezone = coalesce(update_profile.timezone, p.timezone)
  where p.user_id = caller;

  return public.me();
end
$function$;

REVOKE ALL ON FUNCTION "public"."update_profile"(text, text, text, text, text, text, text, text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.verify_certificate (
  code text
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN private.verify_certificate(code);

CREATE OR REPLACE FUNCTION public.vote_review_helpful (
  review_id uuid,
  helpful   boolean DEFAULT true
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  perform from public.reviews r where r.id = vote_review_helpful.review_id;
  if not found then
    perform private.fail('REVIEW_NOT_FOUND', 404, 'There is no such review.');
  end if;

  if vote_review_helpful.helpful then
    insert into public.review_votes (review_id)
    values (vote_review_helpful.review_id)
    on conflict on constraint review_votes_pkey do nothing;
  else
    delete from public.review_votes v where v.review_id = vote_review_helpful.review_id and v.user_id = caller;
  end if;

  return (
    select jsonb_build_object('review_id', r.id, 'helpful_count', r.helpful_count, 'voted_helpful', vote_review_helpful.helpful)
    from public.reviews r where r.id = vote_review_helpful.review_id
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."vote_review_helpful"(uuid, boolean) FROM PUBLIC, "anon", "service_role";

ALTER TABLE "private"."access_grants"
  ADD CONSTRAINT "access_grants_order_item_id_key" UNIQUE (order_item_id);

ALTER TABLE "private"."access_grants"
  ADD CONSTRAINT "access_grants_purchase_has_order_item_check" CHECK (((source <> 'purchase'::public.grant_source) OR (order_item_id IS NOT NULL)));

ALTER TABLE "private"."access_grants"
  ADD CONSTRAINT "access_grants_reason_check" CHECK ((length(reason) <= 500));

ALTER TABLE "private"."access_grants"
  ADD CONSTRAINT "access_grants_revoke_reason_check" CHECK ((length(revoke_reason) <= 500));

ALTER TABLE "private"."ledger_accounts"
  ADD CONSTRAINT "ledger_accounts_currency_check" CHECK ((currency ~ '^[a-z]{3}$'::text));

ALTER TABLE "private"."ledger_accounts"
  ADD CONSTRAINT "ledger_accounts_id_currency_key" UNIQUE (id, currency);

ALTER TABLE "private"."ledger_accounts"
  ADD CONSTRAINT "ledger_accounts_instructors_have_owners_check" CHECK (((owner_id IS
    NOT NULL) = (kind = ANY (ARRAY['instructor_payable'::private.ledger_account_kind, 'instructor_held'::private.ledger_account_kind]))));

ALTER TABLE "private"."ledger_entries"
  ADD CONSTRAINT "ledger_entries_account_id_currency_fkey" FOREIGN KEY (account_id, currency) REFERENCES private.ledger_accounts(id, currency) ON DELETE RESTRICT;

ALTER TABLE "private"."ledger_transactions"
  ADD CONSTRAINT "ledger_transactions_currency_check" CHECK ((currency ~ '^[a-z]{3}$'::text));

ALTER TABLE "private"."ledger_transactions"
  ADD CONSTRAINT "ledger_transactions_id_currency_key" UNIQUE (id, currency);

ALTER TABLE "private"."ledger_entries"
  ADD CONSTRAINT "ledger_entries_transaction_id_currency_fkey" FOREIGN KEY (transaction_id, currency) REFERENCES private.ledger_transactions(id, currency) ON DELETE RESTRICT;

ALTER TABLE "private"."ledger_transactions"
  ADD CONSTRAINT "ledger_transactions_name_their_cause_check" CHECK (
CASE kind
    WHEN 'payout'::private.ledger_transaction_kind THEN (payout_id IS NOT NULL)
    WHEN 'adjustment'::private.ledger_transaction_kind THEN (note <> ''::text)
    ELSE (order_id IS NOT NULL)
END);

ALTER TABLE "private"."ledger_transactions"
  ADD CONSTRAINT "ledger_transactions_note_check" CHECK ((length(note) <= 300));

ALTER TABLE "private"."order_transitions"
  ADD CONSTRAINT "order_transitions_lead_somewhere_check" CHECK ((from_state <> to_state));

ALTER TABLE "private"."order_transitions"
  ADD CONSTRAINT "order_transitions_pkey" PRIMARY KEY (from_state, to_state);

ALTER TABLE "private"."order_transitions"
  ADD CONSTRAINT "order_transitions_reason_check" CHECK ((length(reason) <= 200));

ALTER TABLE "private"."outbox"
  ADD CONSTRAINT "outbox_attempts_check" CHECK ((attempts >= 0));

ALTER TABLE "private"."outbox"
  ADD CONSTRAINT "outbox_dedupe_key_check" CHECK ((length(dedupe_key) <= 200));

ALTER TABLE "private"."outbox"
  ADD CONSTRAINT "outbox_last_error_check" CHECK ((length(last_error) <= 1000));

ALTER TABLE "private"."outbox"
  ADD CONSTRAINT "outbox_payload_check" CHECK (((jsonb_typeof(payload) = 'object'::text) AND (pg_column_size(payload) <= 20000)));

ALTER TABLE "private"."outbox"
  ADD CONSTRAINT "outbox_sent_means_when_check" CHECK (((state = 'sent'::private.outbox_state) = (sent_at IS NOT NULL)));

ALTER TABLE "private"."outbox"
  ADD CONSTRAINT "outbox_template_dedupe_key_key" UNIQUE (template, dedupe_key);

ALTER TABLE "private"."payouts"
  ADD CONSTRAINT "payouts_attempts_check" CHECK ((attempts >= 0));

ALTER TABLE "private"."payouts"
  ADD CONSTRAINT "payouts_failure_code_check" CHECK ((length(failure_code) <= 100));

ALTER TABLE "private"."ledger_transactions"
  ADD CONSTRAINT "ledger_transactions_payout_id_fkey" FOREIGN KEY (payout_id) REFERENCES private.payouts(id) ON DELETE RESTRICT;

ALTER TABLE "private"."payouts"
  ADD CONSTRAINT "payouts_stripe_transfer_id_check" CHECK ((length(stripe_transfer_id) <= 255));

ALTER TABLE "private"."payouts"
  ADD CONSTRAINT "payouts_stripe_transfer_id_key" UNIQUE (stripe_transfer_id);

ALTER TABLE "private"."personal_data"
  ADD CONSTRAINT "personal_data_clear_means_how_check" CHECK (((erasure = 'clear'::private.erasure) = (cleared_by IS NOT NULL)));

ALTER TABLE "private"."personal_data"
  ADD CONSTRAINT "personal_data_cleared_by_check" CHECK ((length(cleared_by) <= 500));

ALTER TABLE "private"."personal_data"
  ADD CONSTRAINT "personal_data_reason_check" CHECK (((length(reason) >= 1) AND (length(reason) <= 300)));

ALTER TABLE "private"."refunds"
  ADD CONSTRAINT "refunds_attempts_check" CHECK ((attempts >= 0));

ALTER TABLE "private"."refunds"
  ADD CONSTRAINT "refunds_failure_code_check" CHECK ((length(failure_code) <= 100));

ALTER TABLE "private"."refunds"
  ADD CONSTRAINT "refunds_idempotency_key_check" CHECK (((length(idempotency_key) >= 8) AND (length(idempotency_key) <= 255)));

ALTER TABLE "private"."refunds"
  ADD CONSTRAINT "refunds_order_id_idempotency_key_key" UNIQUE (order_id, idempotency_key);

ALTER TABLE "private"."refund_items"
  ADD CONSTRAINT "refund_items_refund_id_fkey" FOREIGN KEY (refund_id) REFERENCES private.refunds(id) ON DELETE RESTRICT;

ALTER TABLE "private"."refunds"
  ADD CONSTRAINT "refunds_reason_check" CHECK ((length(reason) <= 500));

ALTER TABLE "private"."refunds"
  ADD CONSTRAINT "refunds_stripe_refund_id_check" CHECK ((length(stripe_refund_id) <= 255));

ALTER TABLE "private"."refunds"
  ADD CONSTRAINT "refunds_stripe_refund_id_key" UNIQUE (stripe_refund_id);

ALTER TABLE "private"."stripe_events"
  ADD CONSTRAINT "stripe_events_error_check" CHECK ((length(error) <= 2000));

ALTER TABLE "private"."api_nonces"
  ADD CONSTRAINT "api_nonces_key_id_fkey" FOREIGN KEY (key_id) REFERENCES public.api_keys(id) ON DELETE CASCADE;

ALTER TABLE "private"."company_enrollments"
  ADD CONSTRAINT "company_enrollments_key_id_fkey" FOREIGN KEY (key_id) REFERENCES public.api_keys(id) ON DELETE RESTRICT;

ALTER TABLE "private"."certificate_prints"
  ADD CONSTRAINT "certificate_prints_certificate_id_fkey" FOREIGN KEY (certificate_id) REFERENCES public.certificates(id) ON DELETE CASCADE;

ALTER TABLE "public"."coupons"
  ADD CONSTRAINT "coupons_category_id_fkey" FOREIGN KEY (category_id) REFERENCES public.categories(id) ON DELETE RESTRICT;

ALTER TABLE "private"."coupon_holders"
  ADD CONSTRAINT "coupon_holders_coupon_id_fkey" FOREIGN KEY (coupon_id) REFERENCES public.coupons(id) ON DELETE CASCADE;

ALTER TABLE "private"."coupon_redemptions"
  ADD CONSTRAINT "coupon_redemptions_coupon_id_fkey" FOREIGN KEY (coupon_id) REFERENCES public.coupons(id) ON DELETE RESTRICT;

ALTER TABLE "public"."course_instructors"
  ADD CONSTRAINT "course_instructors_revenue_share_percent_check" CHECK (((revenue_share_percent >= 0) AND (revenue_share_percent <= 100)));

ALTER TABLE "public"."courses"
  ADD CONSTRAINT "courses_archived_means_when_check" CHECK (((status = 'archived'::public.course_status) = (archived_at IS NOT NULL)));

ALTER TABLE "public"."courses"
  ADD CONSTRAINT "courses_category_id_fkey" FOREIGN KEY (category_id) REFERENCES public.categories(id) ON DELETE RESTRICT;

ALTER TABLE "public"."courses"
  ADD CONSTRAINT "courses_currency_check" CHECK ((currency ~ '^[a-z]{3}$'::text));

ALTER TABLE "public"."courses"
  ADD CONSTRAINT "courses_language_check" CHECK (((length(btrim(language)) >= 1) AND (length(btrim(language)) <= 50)));

ALTER TABLE "public"."courses"
  ADD CONSTRAINT "courses_original_price_above_price_check" CHECK ((original_price_cents > price_cents));

ALTER TABLE "public"."courses"
  ADD CONSTRAINT "courses_original_price_cents_check" CHECK ((original_price_cents <= 9999999));

ALTER TABLE "private"."course_affinities"
  ADD CONSTRAINT "course_affinities_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE "private"."course_affinities"
  ADD CONSTRAINT "course_affinities_related_course_id_fkey" FOREIGN KEY (related_course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE "private"."course_search"
  ADD CONSTRAINT "course_search_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE "private"."student_count_changes"
  ADD CONSTRAINT "student_count_changes_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE "public"."cart_items"
  ADD CONSTRAINT "cart_items_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE "public"."certificates"
  ADD CONSTRAINT "certificates_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE RESTRICT;

ALTER TABLE "public"."coupons"
  ADD CONSTRAINT "coupons_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE RESTRICT;

ALTER TABLE "public"."course_daily_revenue"
  ADD CONSTRAINT "course_daily_revenue_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE RESTRICT;

ALTER TABLE "public"."course_daily_stats"
  ADD CONSTRAINT "course_daily_stats_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE "public"."course_instructors"
  ADD CONSTRAINT "course_instructors_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE "public"."course_outcomes"
  ADD CONSTRAINT "course_outcomes_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE "public"."course_price_history"
  ADD CONSTRAINT "course_price_history_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE "public"."course_requirements"
  ADD CONSTRAINT "course_requirements_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE "public"."course_stats"
  ADD CONSTRAINT "course_stats_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE "public"."courses"
  ADD CONSTRAINT "courses_preview_video_url_check" CHECK (((preview_video_url ~ '^https://'::text) AND (length(preview_video_url) <= 2000)));

ALTER TABLE "public"."courses"
  ADD CONSTRAINT "courses_price_cents_check" CHECK (((price_cents >= 0) AND (price_cents <= 9999999)));

ALTER TABLE "public"."courses"
  ADD CONSTRAINT "courses_published_means_when_check" CHECK (((status <> ALL (ARRAY['published'::public.course_status, 'unpublished'::public.course_status])) OR (published_at IS
    NOT NULL)));

ALTER TABLE "public"."courses"
  ADD CONSTRAINT "courses_thumbnail_path_check" CHECK ((length(thumbnail_path) <= 300));

ALTER TABLE "public"."curriculum_sections"
  ADD CONSTRAINT "curriculum_sections_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE "public"."enrollments"
  ADD CONSTRAINT "enrollments_completed_lesson_count_check" CHECK ((completed_lesson_count > 0));

ALTER TABLE "public"."enrollments"
  ADD CONSTRAINT "enrollments_completed_means_lessons_check" CHECK (((completed_at IS NULL) = (completed_lesson_count IS NULL)));

ALTER TABLE "public"."enrollments"
  ADD CONSTRAINT "enrollments_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE RESTRICT;

ALTER TABLE "public"."enrollments"
  ADD CONSTRAINT "enrollments_lessons_completed_check" CHECK ((lessons_completed >= 0));

ALTER TABLE "private"."access_grants"
  ADD CONSTRAINT "access_grants_enrollment_id_fkey" FOREIGN KEY (enrollment_id) REFERENCES public.enrollments(id) ON DELETE RESTRICT;

ALTER TABLE "public"."certificates"
  ADD CONSTRAINT "certificates_enrollment_id_fkey" FOREIGN KEY (enrollment_id) REFERENCES public.enrollments(id) ON DELETE RESTRICT;

ALTER TABLE "public"."instructor_requests"
  ADD CONSTRAINT "instructor_requests_decided_means_when_check" CHECK (((status = 'pending'::public.instructor_request_status) = (decided_at IS NULL)));

ALTER TABLE "public"."instructor_requests"
  ADD CONSTRAINT "instructor_requests_note_check" CHECK ((length(note) <= 1000));

ALTER TABLE "public"."lesson_progress"
  ADD CONSTRAINT "lesson_progress_enrollment_id_fkey" FOREIGN KEY (enrollment_id) REFERENCES public.enrollments(id) ON DELETE RESTRICT;

ALTER TABLE "public"."lesson_contents"
  ADD CONSTRAINT "lesson_contents_lesson_id_course_id_fkey" FOREIGN KEY (lesson_id, course_id) REFERENCES public.lessons(id, course_id) ON DELETE CASCADE;

ALTER TABLE "public"."lesson_progress"
  ADD CONSTRAINT "lesson_progress_lesson_id_course_id_fkey" FOREIGN KEY (lesson_id, course_id) REFERENCES public.lessons(id, course_id) ON DELETE CASCADE;

ALTER TABLE "public"."lessons"
  ADD CONSTRAINT "lessons_section_id_course_id_fkey" FOREIGN KEY (section_id, course_id) REFERENCES public.curriculum_sections(id, course_id) ON DELETE CASCADE;

ALTER TABLE "public"."order_items"
  ADD CONSTRAINT "order_items_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE RESTRICT;

ALTER TABLE "private"."access_grants"
  ADD CONSTRAINT "access_grants_order_item_id_fkey" FOREIGN KEY (order_item_id) REFERENCES public.order_items(id) ON DELETE RESTRICT;

ALTER TABLE "private"."ledger_entries"
  ADD CONSTRAINT "ledger_entries_order_item_id_fkey" FOREIGN KEY (order_item_id) REFERENCES public.order_items(id) ON DELETE RESTRICT;

ALTER TABLE "private"."refund_items"
  ADD CONSTRAINT "refund_items_order_item_id_fkey" FOREIGN KEY (order_item_id) REFERENCES public.order_items(id) ON DELETE RESTRICT;

ALTER TABLE "public"."orders"
  ADD CONSTRAINT "orders_coupon_id_fkey" FOREIGN KEY (coupon_id) REFERENCES public.coupons(id) ON DELETE RESTRICT;

ALTER TABLE "public"."orders"
  ADD CONSTRAINT "orders_paid_means_completed_at_check" CHECK (((completed_at IS
    NOT NULL) = (state = ANY (ARRAY['completed'::public.order_state, 'partially_refunded'::public.order_state, 'refunded'::public.order_state, 'disputed'::public.order_state]))));

ALTER TABLE "public"."orders"
  ADD CONSTRAINT "orders_paid_means_payment_method_check" CHECK (((completed_at IS NULL) OR (payment_method IS NOT NULL)));

ALTER TABLE "private"."coupon_redemptions"
  ADD CONSTRAINT "coupon_redemptions_order_id_fkey" FOREIGN KEY (order_id) REFERENCES public.orders(id) ON DELETE RESTRICT;

ALTER TABLE "private"."idempotency_keys"
  ADD CONSTRAINT "idempotency_keys_order_id_fkey" FOREIGN KEY (order_id) REFERENCES public.orders(id) ON DELETE RESTRICT;

ALTER TABLE "private"."ledger_transactions"
  ADD CONSTRAINT "ledger_transactions_order_id_fkey" FOREIGN KEY (order_id) REFERENCES public.orders(id) ON DELETE RESTRICT;

ALTER TABLE "private"."money_anomalies"
  ADD CONSTRAINT "money_anomalies_order_id_fkey" FOREIGN KEY (order_id) REFERENCES public.orders(id) ON DELETE RESTRICT;

ALTER TABLE "private"."refunds"
  ADD CONSTRAINT "refunds_order_id_fkey" FOREIGN KEY (order_id) REFERENCES public.orders(id) ON DELETE RESTRICT;

ALTER TABLE "private"."stripe_events"
  ADD CONSTRAINT "stripe_events_order_id_fkey" FOREIGN KEY (order_id) REFERENCES public.orders(id) ON DELETE RESTRICT;

ALTER TABLE "public"."order_billing"
  ADD CONSTRAINT "order_billing_order_id_fkey" FOREIGN KEY (order_id) REFERENCES public.orders(id) ON DELETE RESTRICT;

ALTER TABLE "public"."order_items"
  ADD CONSTRAINT "order_items_order_id_fkey" FOREIGN KEY (order_id) REFERENCES public.orders(id) ON DELETE RESTRICT;

ALTER TABLE "public"."payments"
  ADD CONSTRAINT "payments_order_id_fkey" FOREIGN KEY (order_id) REFERENCES public.orders(id) ON DELETE RESTRICT;

ALTER TABLE "private"."disputes"
  ADD CONSTRAINT "disputes_payment_id_fkey" FOREIGN KEY (payment_id) REFERENCES public.payments(id) ON DELETE RESTRICT;

ALTER TABLE "private"."refunds"
  ADD CONSTRAINT "refunds_payment_id_fkey" FOREIGN KEY (payment_id) REFERENCES public.payments(id) ON DELETE RESTRICT;

ALTER TABLE "public"."profiles"
  ADD CONSTRAINT "profiles_id_fkey" FOREIGN KEY (id) REFERENCES auth.users(id);

ALTER TABLE "private"."access_grants"
  ADD CONSTRAINT "access_grants_granted_by_fkey" FOREIGN KEY (granted_by) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "private"."access_grants"
  ADD CONSTRAINT "access_grants_revoked_by_fkey" FOREIGN KEY (revoked_by) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "private"."coupon_holders"
  ADD CONSTRAINT "coupon_holders_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "private"."coupon_redemptions"
  ADD CONSTRAINT "coupon_redemptions_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "private"."idempotency_keys"
  ADD CONSTRAINT "idempotency_keys_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "private"."ledger_accounts"
  ADD CONSTRAINT "ledger_accounts_owner_id_fkey" FOREIGN KEY (owner_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "private"."money_anomalies"
  ADD CONSTRAINT "money_anomalies_resolved_by_fkey" FOREIGN KEY (resolved_by) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "private"."outbox"
  ADD CONSTRAINT "outbox_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "private"."payout_accounts"
  ADD CONSTRAINT "payout_accounts_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "private"."payouts"
  ADD CONSTRAINT "payouts_instructor_id_fkey" FOREIGN KEY (instructor_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "private"."payouts"
  ADD CONSTRAINT "payouts_requested_by_fkey" FOREIGN KEY (requested_by) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "private"."refunds"
  ADD CONSTRAINT "refunds_requested_by_fkey" FOREIGN KEY (requested_by) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "private"."review_reports"
  ADD CONSTRAINT "review_reports_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."api_keys"
  ADD CONSTRAINT "api_keys_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."carts"
  ADD CONSTRAINT "carts_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."certificates"
  ADD CONSTRAINT "certificates_revoked_by_fkey" FOREIGN KEY (revoked_by) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."certificates"
  ADD CONSTRAINT "certificates_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."contact_messages"
  ADD CONSTRAINT "contact_messages_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."coupons"
  ADD CONSTRAINT "coupons_instructor_id_fkey" FOREIGN KEY (instructor_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."course_instructors"
  ADD CONSTRAINT "course_instructors_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."enrollments"
  ADD CONSTRAINT "enrollments_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."instructor_requests"
  ADD CONSTRAINT "instructor_requests_decided_by_fkey" FOREIGN KEY (decided_by) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."instructor_requests"
  ADD CONSTRAINT "instructor_requests_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."learning_days"
  ADD CONSTRAINT "learning_days_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."notification_preferences"
  ADD CONSTRAINT "notification_preferences_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."notifications"
  ADD CONSTRAINT "notifications_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."order_items"
  ADD CONSTRAINT "order_items_instructor_id_fkey" FOREIGN KEY (instructor_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."orders"
  ADD CONSTRAINT "orders_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."profile_private"
  ADD CONSTRAINT "profile_private_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."profile_stats"
  ADD CONSTRAINT "profile_stats_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."reviews"
  ADD CONSTRAINT "reviews_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE RESTRICT;

ALTER TABLE "private"."review_reports"
  ADD CONSTRAINT "review_reports_review_id_fkey" FOREIGN KEY (review_id) REFERENCES public.reviews(id) ON DELETE CASCADE;

ALTER TABLE "public"."review_votes"
  ADD CONSTRAINT "review_votes_review_id_fkey" FOREIGN KEY (review_id) REFERENCES public.reviews(id) ON DELETE CASCADE;

ALTER TABLE "public"."user_roles"
  ADD CONSTRAINT "user_roles_granted_by_fkey" FOREIGN KEY (granted_by) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."user_roles"
  ADD CONSTRAINT "user_roles_pkey" PRIMARY KEY (user_id, ROLE);

ALTER TABLE "public"."user_roles"
  ADD CONSTRAINT "user_roles_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

ALTER TABLE "public"."wishlists"
  ADD CONSTRAINT "wishlists_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

CREATE VIEW "private"."instructor_balances" WITH (security_invoker=true) AS  SELECT a.owner_id AS instructor_id,
    a.currency,
    COALESCE((- sum(e.amount_cents) FILTER (WHERE ((a.kind = 'instructor_payable'::private.ledger_account_kind) AND (e.available_at > now())))), (0)::numeric) AS pending_cents,
    COALESCE((- sum(e.amount_cents) FILTER (WHERE ((a.kind = 'instructor_payable'::private.ledger_account_kind) AND (e.available_at <= now())))), (0)::numeric) AS available_cents,
    COALESCE((- sum(e.amount_cents) FILTER (WHERE (a.kind = 'instructor_held'::private.ledger_account_kind))), (0)::numeric) AS held_cents
   FROM (private.ledger_accounts a
     JOIN private.ledger_entries e ON ((e.account_id = a.id)))
  WHERE (a.owner_id IS NOT NULL)
  GROUP BY a.owner_id, a.currency;

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
 SELECT 'books_behind_the_facts'::text AS invariant,
    (o.id)::text AS subject
   FROM public.orders o
  WHERE ((o.completed_at IS NOT NULL) AND (EXISTS ( SELECT
           FROM private.ledger_difference(o.id) ledger_difference(kind, order_item_id, account, owner_id, amount_cents, available_at))));

CREATE INDEX access_grants_enrollment_id_idx ON private.access_grants USING btree (enrollment_id);

CREATE INDEX access_grants_granted_by_idx ON private.access_grants USING btree (granted_by)
  WHERE (granted_by IS NOT NULL);

CREATE UNIQUE INDEX access_grants_one_live_free_key ON private.access_grants USING btree (enrollment_id)
  WHERE ((source = 'free'::public.grant_source) AND (revoked_at IS NULL));

CREATE INDEX access_grants_revoked_by_idx ON private.access_grants USING btree (revoked_by)
  WHERE (revoked_by IS NOT NULL);

CREATE INDEX api_nonces_used_at_idx ON private.api_nonces USING btree (used_at);

CREATE INDEX company_enrollments_created_at_idx ON private.company_enrollments USING btree (created_at);

CREATE INDEX coupon_holders_user_id_idx ON private.coupon_holders USING btree (user_id);

CREATE INDEX coupon_redemptions_coupon_id_fkey_idx ON private.coupon_redemptions USING btree (coupon_id);

CREATE INDEX coupon_redemptions_coupon_id_idx ON private.coupon_redemptions USING btree (coupon_id, user_id)
  WHERE (state <> 'released'::private.coupon_redemption_state);

CREATE INDEX coupon_redemptions_user_id_idx ON private.coupon_redemptions USING btree (user_id);

CREATE INDEX course_affinities_related_course_id_idx ON private.course_affinities USING btree (related_course_id);

CREATE INDEX course_search_document_idx ON private.course_search USING gin (document)
  WITH (fastupdate=off);

CREATE INDEX disputes_payment_id_idx ON private.disputes USING btree (payment_id);

CREATE INDEX file_deletions_due_idx ON private.file_deletions USING btree (next_attempt_at, id)
  WHERE (done_at IS NULL);

CREATE INDEX idempotency_keys_created_at_idx ON private.idempotency_keys USING btree (created_at);

CREATE INDEX idempotency_keys_order_id_idx ON private.idempotency_keys USING btree (order_id);

CREATE UNIQUE INDEX ledger_accounts_of_instructor_key ON private.ledger_accounts USING btree (kind, owner_id, currency)
  WHERE (owner_id IS NOT NULL);

CREATE UNIQUE INDEX ledger_accounts_of_platform_key ON private.ledger_accounts USING btree (kind, currency)
  WHERE (owner_id IS NULL);

CREATE INDEX ledger_accounts_owner_id_idx ON private.ledger_accounts USING btree (owner_id);

CREATE INDEX ledger_entries_account_id_idx ON private.ledger_entries USING btree (account_id, currency, available_at) INCLUDE (amount_cents);

CREATE INDEX ledger_entries_order_item_id_idx ON private.ledger_entries USING btree (order_item_id);

CREATE INDEX ledger_entries_transaction_id_idx ON private.ledger_entries USING btree (transaction_id, currency);

CREATE INDEX ledger_transactions_order_id_idx ON private.ledger_transactions USING btree (order_id, kind);

CREATE INDEX ledger_transactions_payout_id_idx ON private.ledger_transactions USING btree (payout_id);

CREATE INDEX money_anomalies_open_idx ON private.money_anomalies USING btree (created_at)
  WHERE (resolved_at IS NULL);

CREATE INDEX money_anomalies_order_id_idx ON private.money_anomalies USING btree (order_id);

CREATE INDEX money_anomalies_resolved_by_idx ON private.money_anomalies USING btree (resolved_by);

CREATE INDEX outbox_due_idx ON private.outbox USING btree (next_attempt_at, id)
  WHERE (state = 'pending'::private.outbox_state);

CREATE INDEX outbox_user_id_idx ON private.outbox USING btree (user_id);

CREATE INDEX payouts_instructor_id_idx ON private.payouts USING btree (instructor_id, created_at DESC);

CREATE INDEX payouts_requested_by_idx ON private.payouts USING btree (requested_by);

CREATE INDEX payouts_requested_idx ON private.payouts USING btree (created_at)
  WHERE (state = 'requested'::private.payout_state);

CREATE INDEX rate_limits_window_started_at_idx ON private.rate_limits USING btree (window_started_at);

CREATE INDEX refund_items_order_item_id_idx ON private.refund_items USING btree (order_item_id);

CREATE INDEX refunds_payment_id_idx ON private.refunds USING btree (payment_id);

CREATE INDEX refunds_requested_by_idx ON private.refunds USING btree (requested_by);

CREATE INDEX refunds_requested_idx ON private.refunds USING btree (created_at)
  WHERE (state = 'requested'::private.refund_state);

CREATE INDEX review_reports_open_idx ON private.review_reports USING btree (created_at, review_id)
  WHERE (resolved_at IS NULL);

CREATE INDEX review_reports_user_id_idx ON private.review_reports USING btree (user_id);

CREATE INDEX search_terms_last_searched_at_idx ON private.search_terms USING btree (last_searched_at);

CREATE INDEX stripe_events_failed_idx ON private.stripe_events USING btree (received_at)
  WHERE (outcome = 'failed'::private.stripe_event_outcome);

CREATE INDEX stripe_events_order_id_idx ON private.stripe_events USING btree (order_id);

CREATE INDEX stripe_events_payment_intent_id_idx ON private.stripe_events USING btree (payment_intent_id, stripe_created_at);

CREATE INDEX stripe_events_received_at_idx ON private.stripe_events USING btree (received_at);

CREATE INDEX student_count_changes_course_id_idx ON private.student_count_changes USING btree (course_id);

CREATE INDEX api_keys_user_id_idx ON public.api_keys USING btree (user_id);

CREATE INDEX audit_log_actor_id_idx ON public.audit_log USING btree (actor_id, id DESC);

CREATE INDEX audit_log_row_idx ON public.audit_log USING btree (table_name, row_id, id DESC);

CREATE INDEX cart_items_course_id_idx ON public.cart_items USING btree (course_id);

CREATE INDEX certificates_course_id_idx ON public.certificates USING btree (course_id);

CREATE INDEX certificates_revoked_by_idx ON public.certificates USING btree (revoked_by)
  WHERE (revoked_by IS NOT NULL);

CREATE INDEX certificates_unprinted_idx ON public.certificates USING btree (issued_at, id)
  WHERE ((file_path IS NULL) AND (revoked_at IS NULL));

CREATE INDEX certificates_user_id_idx ON public.certificates USING btree (user_id);

CREATE INDEX contact_messages_status_idx ON public.contact_messages USING btree (status, created_at DESC, id);

CREATE INDEX contact_messages_user_id_idx ON public.contact_messages USING btree (user_id)
  WHERE (user_id IS NOT NULL);

CREATE INDEX coupons_category_id_idx ON public.coupons USING btree (category_id);

CREATE INDEX coupons_course_id_idx ON public.coupons USING btree (course_id);

CREATE INDEX coupons_instructor_id_idx ON public.coupons USING btree (instructor_id);

CREATE INDEX course_daily_revenue_day_idx ON public.course_daily_revenue USING btree (day);

CREATE INDEX course_daily_stats_day_idx ON public.course_daily_stats USING btree (day);

CREATE UNIQUE INDEX course_instructors_one_owner_key ON public.course_instructors USING btree (course_id)
  WHERE (ROLE = 'owner'::public.course_instructor_role);

CREATE INDEX course_instructors_user_id_idx ON public.course_instructors USING btree (user_id, course_id);

CREATE INDEX course_price_history_course_id_idx ON public.course_price_history USING btree (course_id, charged_from DESC);

CREATE INDEX course_stats_popular_idx ON public.course_stats USING btree (student_count DESC, course_id);

CREATE INDEX course_stats_rating_idx ON public.course_stats USING btree (rating DESC, student_count DESC, course_id);

CREATE INDEX courses_catalogue_idx ON public.courses USING btree (id) INCLUDE (category_id, level, price_cents, published_at)
  WHERE is_published;

CREATE INDEX courses_category_id_idx ON public.courses USING btree (category_id, is_published);

CREATE INDEX courses_featured_idx ON public.courses USING btree (published_at DESC, id)
  WHERE (is_published AND is_featured);

CREATE INDEX courses_newest_idx ON public.courses USING btree (published_at DESC, id)
  WHERE is_published;

CREATE INDEX courses_price_high_idx ON public.courses USING btree (price_cents DESC, id)
  WHERE is_published;

CREATE INDEX courses_price_idx ON public.courses USING btree (price_cents, id)
  WHERE is_published;

CREATE INDEX courses_title_trgm_idx ON public.courses USING gin (title extensions.gin_trgm_ops);

CREATE INDEX enrollments_access_ends_at_idx ON public.enrollments USING btree (access_ends_at)
  WHERE (access_ends_at IS NOT NULL);

CREATE INDEX enrollments_completed_at_idx ON public.enrollments USING btree (completed_at)
  WHERE (completed_at IS NOT NULL);

CREATE INDEX enrollments_course_id_idx ON public.enrollments USING btree (course_id, enrolled_at DESC, id);

CREATE INDEX enrollments_enrolled_at_idx ON public.enrollments USING btree (enrolled_at);

CREATE INDEX instructor_requests_decided_by_idx ON public.instructor_requests USING btree (decided_by);

CREATE UNIQUE INDEX instructor_requests_one_pending_key ON public.instructor_requests USING btree (user_id)
  WHERE (status = 'pending'::public.instructor_request_status);

CREATE INDEX instructor_requests_pending_idx ON public.instructor_requests USING btree (created_at)
  WHERE (status = 'pending'::public.instructor_request_status);

CREATE INDEX instructor_requests_user_id_idx ON public.instructor_requests USING btree (user_id);

CREATE INDEX learning_days_day_idx ON public.learning_days USING btree (day);

CREATE INDEX lesson_contents_course_id_idx ON public.lesson_contents USING btree (course_id);

CREATE INDEX lesson_contents_lesson_id_course_id_idx ON public.lesson_contents USING btree (lesson_id, course_id);

CREATE INDEX lesson_progress_lesson_id_course_id_idx ON public.lesson_progress USING btree (lesson_id, course_id);

CREATE INDEX lesson_progress_user_id_idx ON public.lesson_progress USING btree (user_id);

CREATE INDEX lessons_course_id_idx ON public.lessons USING btree (course_id, section_id, "position");

CREATE INDEX lessons_section_id_course_id_idx ON public.lessons USING btree (section_id, course_id);

CREATE INDEX notifications_unread_idx ON public.notifications USING btree (user_id)
  WHERE (read_at IS NULL);

CREATE INDEX notifications_user_id_created_at_idx ON public.notifications USING btree (user_id, created_at DESC, id);

CREATE INDEX order_items_course_id_idx ON public.order_items USING btree (course_id);

CREATE INDEX order_items_instructor_id_idx ON public.order_items USING btree (instructor_id);

CREATE INDEX orders_completed_at_idx ON public.orders USING btree (completed_at)
  WHERE (completed_at IS NOT NULL);

CREATE INDEX orders_coupon_id_idx ON public.orders USING btree (coupon_id);

CREATE INDEX orders_created_at_idx ON public.orders USING btree (created_at DESC, id);

CREATE INDEX orders_expires_at_idx ON public.orders USING btree (expires_at)
  WHERE (state = ANY (ARRAY['pending'::public.order_state, 'processing'::public.order_state, 'failed'::public.order_state]));

CREATE UNIQUE INDEX orders_one_open_per_user_key ON public.orders USING btree (user_id)
  WHERE (state = ANY (ARRAY['pending'::public.order_state, 'failed'::public.order_state]));

CREATE INDEX orders_user_id_created_at_idx ON public.orders USING btree (user_id, created_at DESC, id);

CREATE INDEX orders_user_id_status_idx ON public.orders USING btree (user_id, status, created_at DESC, id);

CREATE INDEX payments_live_idx ON public.payments USING btree (created_at)
  WHERE (status = ANY (ARRAY['pending'::public.payment_status, 'processing'::public.payment_status, 'failed'::public.payment_status]));

CREATE UNIQUE INDEX payments_one_live_per_order_key ON public.payments USING btree (order_id)
  WHERE (status = ANY (ARRAY['pending'::public.payment_status, 'processing'::public.payment_status, 'failed'::public.payment_status]));

CREATE UNIQUE INDEX payments_one_pays_order_key ON public.payments USING btree (order_id)
  WHERE pays_order;

CREATE INDEX profiles_created_at_idx ON public.profiles USING btree (created_at DESC, id);

CREATE INDEX profiles_instructor_name_trgm_idx ON public.profiles USING gin ((((first_name || ' '::text) || last_name)) extensions.gin_trgm_ops)
  WHERE is_instructor;

CREATE INDEX profiles_is_instructor_idx ON public.profiles USING btree (id)
  WHERE is_instructor;

CREATE INDEX reviews_created_at_idx ON public.reviews USING btree (created_at);

CREATE INDEX reviews_helpful_idx ON public.reviews USING btree (course_id, helpful_count DESC, id)
  WHERE (NOT is_hidden);

CREATE INDEX reviews_newest_idx ON public.reviews USING btree (course_id, created_at DESC, id)
  WHERE (NOT is_hidden);

CREATE INDEX reviews_rating_idx ON public.reviews USING btree (course_id, rating, helpful_count DESC, id)
  WHERE (NOT is_hidden);

CREATE INDEX user_roles_granted_by_idx ON public.user_roles USING btree (granted_by);

CREATE INDEX wishlists_course_id_idx ON public.wishlists USING btree (course_id);

CREATE TRIGGER handle_new_user
  AFTER INSERT ON auth.users
  FOR EACH ROW
  EXECUTE FUNCTION private.handle_new_user();

CREATE TRIGGER mirror_email
  AFTER UPDATE OF email ON auth.users
  FOR EACH ROW
  WHEN (((old.email)::text IS DISTINCT FROM (new.email)::text))
  EXECUTE FUNCTION private.mirror_email();

CREATE TRIGGER audit_changed
  AFTER UPDATE ON private.access_grants
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('id', 'suspended_at', 'revoked_at', 'revoked_by', 'revoke_reason');

CREATE TRIGGER audit_given
  AFTER INSERT ON private.access_grants
  FOR EACH ROW
  WHEN ((new.granted_by IS NOT NULL))
  EXECUTE FUNCTION private.audit('id', 'enrollment_id', 'source', 'expires_at', 'reason');

CREATE TRIGGER derive_inserted_access
  AFTER INSERT ON private.access_grants REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.derive_changed_access();

CREATE TRIGGER derive_updated_access
  AFTER UPDATE ON private.access_grants REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.derive_changed_access();

CREATE TRIGGER count_coupon_seats
  AFTER INSERT OR DELETE OR UPDATE OF state ON private.coupon_redemptions
  FOR EACH ROW
  EXECUTE FUNCTION private.count_coupon_seats();

CREATE TRIGGER keep_history
  AFTER DELETE OR UPDATE ON private.coupon_redemptions
  FOR EACH ROW
  EXECUTE FUNCTION private.keep_history('state', 'settled_at');

CREATE TRIGGER keep_history
  AFTER DELETE ON private.disputes
  FOR EACH ROW
  EXECUTE FUNCTION private.keep_history();

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE ON private.disputes
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER keep_history_whole
  BEFORE TRUNCATE ON private.ledger_accounts
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.keep_history();

CREATE TRIGGER keep_history
  AFTER DELETE OR UPDATE ON private.ledger_accounts
  FOR EACH ROW
  EXECUTE FUNCTION private.keep_history();

CREATE CONSTRAINT TRIGGER check_ledger_balance
  AFTER INSERT ON private.ledger_entries DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW
  EXECUTE FUNCTION private.check_ledger_balance();

CREATE TRIGGER keep_history_whole
  BEFORE TRUNCATE ON private.ledger_entries
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.keep_history();

CREATE TRIGGER keep_history
  AFTER DELETE OR UPDATE ON private.ledger_entries
  FOR EACH ROW
  EXECUTE FUNCTION private.keep_history();

CREATE CONSTRAINT TRIGGER check_ledger_balance
  AFTER INSERT ON private.ledger_transactions DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW
  EXECUTE FUNCTION private.check_ledger_balance();

CREATE TRIGGER keep_history_whole
  BEFORE TRUNCATE ON private.ledger_transactions
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.keep_history();

CREATE TRIGGER keep_history
  AFTER DELETE OR UPDATE ON private.ledger_transactions
  FOR EACH ROW
  EXECUTE FUNCTION private.keep_history();

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE ON private.payout_accounts
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER keep_history
  AFTER DELETE OR UPDATE ON private.payouts
  FOR EACH ROW
  EXECUTE FUNCTION private.keep_history('state', 'stripe_transfer_id', 'failure_code', 'attempts', 'locked_until', 'settled_at', 'updated_at');

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE ON private.payouts
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER keep_history
  AFTER DELETE OR UPDATE ON private.refund_items
  FOR EACH ROW
  EXECUTE FUNCTION private.keep_history();

CREATE TRIGGER audit
  AFTER INSERT OR UPDATE OF state ON private.refunds
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('id', 'order_id', 'amount_cents', 'origin', 'state', 'stripe_refund_id');

CREATE TRIGGER guard_refund_state
  BEFORE UPDATE ON private.refunds
  FOR EACH ROW
  EXECUTE FUNCTION private.guard_refund_state();

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE ON private.refunds
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER wake_refund_worker
  AFTER INSERT ON private.refunds
  FOR EACH ROW
  WHEN ((new.state = 'requested'::private.refund_state))
  EXECUTE FUNCTION private.wake_refund_worker();

CREATE TRIGGER keep_history
  AFTER DELETE ON private.stripe_events
  FOR EACH ROW
  EXECUTE FUNCTION private.keep_history();

CREATE TRIGGER audit
  AFTER INSERT OR UPDATE ON public.api_keys
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('id', 'user_id', 'name', 'scopes', 'course_ids', 'expires_at', 'revoked_at');

CREATE TRIGGER guard_cart_item
  BEFORE INSERT ON public.cart_items
  FOR EACH ROW
  EXECUTE FUNCTION private.guard_cart_item();

CREATE TRIGGER index_courses_of_category
  AFTER UPDATE OF name ON public.categories
  FOR EACH ROW
  WHEN ((old.name <> new.name))
  EXECUTE FUNCTION private.index_changed_courses();

CREATE TRIGGER audit
  AFTER UPDATE ON public.certificates
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('id', 'revoked_at', 'revoke_reason', 'content_hash');

CREATE TRIGGER count_issued_certificate
  AFTER INSERT ON public.certificates
  FOR EACH ROW
  WHEN ((new.revoked_at IS NULL))
  EXECUTE FUNCTION private.count_certificates();

CREATE TRIGGER count_revoked_certificate
  AFTER UPDATE ON public.certificates
  FOR EACH ROW
  WHEN (((old.revoked_at IS NULL) <> (new.revoked_at IS NULL)))
  EXECUTE FUNCTION private.count_certificates();

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE ON public.contact_messages
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit
  AFTER INSERT OR DELETE OR UPDATE OF is_active, starts_at, expires_at, max_redemptions ON public.coupons
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('id', 'code', 'is_active', 'starts_at', 'expires_at', 'max_redemptions');

CREATE TRIGGER normalise_coupon
  BEFORE INSERT ON public.coupons
  FOR EACH ROW
  EXECUTE FUNCTION private.normalise_coupon();

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE ON public.coupons
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit
  AFTER INSERT OR DELETE OR UPDATE ON public.course_instructors
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('course_id', 'user_id', 'role', 'revenue_share_percent');

CREATE TRIGGER count_author_as_student
  AFTER INSERT OR DELETE ON public.course_instructors
  FOR EACH ROW
  EXECUTE FUNCTION private.count_author_as_student();

CREATE TRIGGER guard_course_instructor
  BEFORE INSERT ON public.course_instructors
  FOR EACH ROW
  WHEN ((new.role = 'co_instructor'::public.course_instructor_role))
  EXECUTE FUNCTION private.guard_course_instructor();

CREATE TRIGGER share_course_revenue_of_new
  AFTER INSERT OR UPDATE OF revenue_share_percent, ROLE ON public.course_instructors
  FOR EACH ROW
  WHEN ((new.role = 'co_instructor'::public.course_instructor_role))
  EXECUTE FUNCTION private.share_course_revenue();

CREATE TRIGGER share_course_revenue
  AFTER DELETE ON public.course_instructors
  FOR EACH ROW
  WHEN ((old.role = 'co_instructor'::public.course_instructor_role))
  EXECUTE FUNCTION private.share_course_revenue();

CREATE TRIGGER append_position
  BEFORE INSERT ON public.course_outcomes
  FOR EACH ROW
  WHEN ((new."position" IS NULL))
  EXECUTE FUNCTION private.append_position('course_id');

CREATE TRIGGER append_position
  BEFORE INSERT ON public.course_requirements
  FOR EACH ROW
  WHEN ((new."position" IS NULL))
  EXECUTE FUNCTION private.append_position('course_id');

CREATE TRIGGER audit
  AFTER INSERT OR DELETE OR UPDATE ON public.courses
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('id', 'status', 'price_cents', 'original_price_cents', 'instructor_id', 'is_featured');

CREATE TRIGGER count_deleted_category_courses
  AFTER DELETE ON public.courses REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_category_courses();

CREATE TRIGGER count_inserted_category_courses
  AFTER INSERT ON public.courses REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_category_courses();

CREATE TRIGGER count_moved_category_courses
  AFTER UPDATE ON public.courses
  FOR EACH ROW
  WHEN (((old.category_id IS DISTINCT FROM new.category_id) OR (old.is_published IS DISTINCT FROM new.is_published)))
  EXECUTE FUNCTION private.count_category_courses();

CREATE TRIGGER create_course_owner
  AFTER INSERT ON public.courses
  FOR EACH ROW
  EXECUTE FUNCTION private.create_course_owner();

CREATE TRIGGER create_course_stats
  AFTER INSERT ON public.courses
  FOR EACH ROW
  EXECUTE FUNCTION private.create_course_stats();

CREATE TRIGGER guard_course_delete
  BEFORE DELETE ON public.courses
  FOR EACH ROW
  EXECUTE FUNCTION private.guard_course_delete();

CREATE TRIGGER guard_course_price
  BEFORE UPDATE OF price_cents, original_price_cents ON public.courses
  FOR EACH ROW
  WHEN (((old.price_cents IS DISTINCT FROM new.price_cents) OR (old.original_price_cents IS DISTINCT FROM new.original_price_cents)))
  EXECUTE FUNCTION private.guard_course_price();

CREATE TRIGGER record_course_price_of_new
  AFTER INSERT ON public.courses
  FOR EACH ROW
  WHEN ((new.status = 'published'::public.course_status))
  EXECUTE FUNCTION private.record_course_price();

CREATE TRIGGER record_course_price
  AFTER UPDATE OF price_cents, currency, status ON public.courses
  FOR EACH ROW
  WHEN
    (((new.status = 'published'::public.course_status) AND ((old.status <> 'published'::public.course_status) OR (old.price_cents <> new.price_cents) OR (old.currency <>
    new.currency))))
  EXECUTE FUNCTION private.record_course_price();

CREATE TRIGGER set_course_slug
  BEFORE INSERT OR UPDATE OF title ON public.courses
  FOR EACH ROW
  EXECUTE FUNCTION private.set_course_slug();

CREATE TRIGGER touch_last_updated
  BEFORE UPDATE ON public.courses
  FOR EACH ROW
  WHEN
    (((old.title IS DISTINCT FROM new.title) OR (old.short_description IS DISTINCT FROM new.short_description) OR (old.description IS DISTINCT FROM new.description) OR (old.level
    IS DISTINCT FROM new.level) OR (old.language IS DISTINCT FROM new.language) OR (old.preview_video_url IS DISTINCT FROM new.preview_video_url)))
  EXECUTE FUNCTION private.touch_last_updated();

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE ON public.courses
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER append_position
  BEFORE INSERT ON public.curriculum_sections
  FOR EACH ROW
  WHEN ((new."position" IS NULL))
  EXECUTE FUNCTION private.append_position('course_id');

CREATE TRIGGER count_deleted_sections
  AFTER DELETE ON public.curriculum_sections REFERENCING OLD TABLE AS changed_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_sections();

CREATE TRIGGER count_inserted_sections
  AFTER INSERT ON public.curriculum_sections REFERENCING NEW TABLE AS changed_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_sections();

CREATE TRIGGER count_changed_enrollment
  AFTER UPDATE ON public.enrollments
  FOR EACH ROW
  WHEN (((old.status <> new.status) OR ((old.completed_at IS NULL) <> (new.completed_at IS NULL))))
  EXECUTE FUNCTION private.count_changed_enrollment();

CREATE TRIGGER count_new_enrollments
  AFTER INSERT ON public.enrollments REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_new_enrollments();

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE ON public.enrollments
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER a_set_lesson_contents_course
  BEFORE INSERT OR UPDATE OF lesson_id ON public.lesson_contents
  FOR EACH ROW
  EXECUTE FUNCTION private.set_lesson_contents_course();

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE ON public.lesson_contents
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER count_changed_completion
  AFTER UPDATE ON public.lesson_progress
  FOR EACH ROW
  WHEN ((old.is_completed <> new.is_completed))
  EXECUTE FUNCTION private.count_changed_completion();

CREATE TRIGGER count_deleted_completions
  AFTER DELETE ON public.lesson_progress REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_completed_lessons();

CREATE TRIGGER count_inserted_completions
  AFTER INSERT ON public.lesson_progress REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_completed_lessons();

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE ON public.lesson_progress
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER a_set_lesson_course
  BEFORE INSERT OR UPDATE OF section_id ON public.lessons
  FOR EACH ROW
  EXECUTE FUNCTION private.set_lesson_course();

CREATE TRIGGER append_position
  BEFORE INSERT ON public.lessons
  FOR EACH ROW
  WHEN ((new."position" IS NULL))
  EXECUTE FUNCTION private.append_position('section_id');

CREATE TRIGGER count_deleted_lessons
  AFTER DELETE ON public.lessons REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_changed_lessons();

CREATE TRIGGER count_inserted_lessons
  AFTER INSERT ON public.lessons REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_changed_lessons();

CREATE TRIGGER count_updated_lessons
  AFTER UPDATE ON public.lessons REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_changed_lessons();

CREATE TRIGGER settle_completions
  AFTER DELETE ON public.lessons REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.settle_completions();

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE ON public.lessons
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE ON public.notification_preferences
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE CONSTRAINT TRIGGER check_order_sums
  AFTER INSERT ON public.order_items DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW
  EXECUTE FUNCTION private.check_order_sums();

CREATE TRIGGER keep_history
  AFTER DELETE OR UPDATE ON public.order_items
  FOR EACH ROW
  EXECUTE FUNCTION private.keep_history('refunded_cents', 'access');

CREATE TRIGGER audit
  AFTER UPDATE OF state ON public.orders
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('id', 'state', 'refunded_cents');

CREATE CONSTRAINT TRIGGER check_order_sums
  AFTER INSERT ON public.orders DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW
  EXECUTE FUNCTION private.check_order_sums();

CREATE TRIGGER guard_order_state_on_insert
  BEFORE INSERT ON public.orders
  FOR EACH ROW
  EXECUTE FUNCTION private.guard_order_state();

CREATE TRIGGER guard_order_state_on_update
  BEFORE UPDATE ON public.orders
  FOR EACH ROW
  WHEN ((old.state IS DISTINCT FROM new.state))
  EXECUTE FUNCTION private.guard_order_state();

CREATE TRIGGER keep_history
  AFTER DELETE OR UPDATE ON public.orders
  FOR EACH ROW
  EXECUTE FUNCTION private.keep_history('state', 'status', 'refunded_cents', 'payment_method', 'completed_at', 'closed_at', 'updated_at');

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE ON public.orders
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER keep_history
  AFTER DELETE OR UPDATE ON public.payments
  FOR EACH ROW
  EXECUTE FUNCTION
    private.keep_history('stripe_payment_intent_id', 'stripe_charge_id', 'processing_charges', 'failed_charges', 'failed_at', 'failure_code', 'canceled_at', 'succeeded_at',
    'charge_refunded_cents', 'pays_order', 'status', 'updated_at');

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE ON public.payments
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER check_timezone
  BEFORE INSERT OR UPDATE OF timezone ON public.profile_private
  FOR EACH ROW
  EXECUTE FUNCTION private.check_timezone();

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE ON public.profile_private
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit
  AFTER UPDATE ON public.profiles
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('id', 'is_active', 'is_instructor');

CREATE TRIGGER create_notification_preferences
  AFTER INSERT ON public.profiles
  FOR EACH ROW
  EXECUTE FUNCTION private.create_notification_preferences();

CREATE TRIGGER index_courses_of_instructor
  AFTER UPDATE OF first_name, last_name ON public.profiles
  FOR EACH ROW
  WHEN (((old.first_name IS DISTINCT FROM new.first_name) OR (old.last_name IS DISTINCT FROM new.last_name)))
  EXECUTE FUNCTION private.index_changed_courses();

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE ON public.profiles
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER count_deleted_votes
  AFTER DELETE ON public.review_votes REFERENCING OLD TABLE AS changed_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_helpful_votes();

CREATE TRIGGER count_inserted_votes
  AFTER INSERT ON public.review_votes REFERENCING NEW TABLE AS changed_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_helpful_votes();

CREATE TRIGGER guard_review_vote
  BEFORE INSERT ON public.review_votes
  FOR EACH ROW
  EXECUTE FUNCTION private.guard_review_vote();

CREATE TRIGGER audit
  AFTER DELETE OR UPDATE ON public.reviews
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('id', 'is_hidden', 'hidden_reason');

CREATE TRIGGER count_changed_rating
  AFTER UPDATE ON public.reviews
  FOR EACH ROW
  WHEN (((old.rating IS DISTINCT FROM new.rating) OR (old.has_words IS DISTINCT FROM new.has_words) OR (old.is_hidden IS DISTINCT FROM new.is_hidden)))
  EXECUTE FUNCTION private.count_ratings();

CREATE TRIGGER count_deleted_ratings
  AFTER DELETE ON public.reviews REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_ratings();

CREATE TRIGGER count_inserted_ratings
  AFTER INSERT ON public.reviews REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.count_ratings();

CREATE TRIGGER mirror_is_reviewer
  AFTER INSERT OR DELETE OR UPDATE OF is_hidden ON public.reviews
  FOR EACH ROW
  EXECUTE FUNCTION private.mirror_is_reviewer();

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE OF rating, title, COMMENT ON public.reviews
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit
  AFTER INSERT OR DELETE OR UPDATE ON public.user_roles
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('user_id', 'role', 'granted_by');

CREATE TRIGGER mirror_instructor_role
  AFTER INSERT OR DELETE ON public.user_roles
  FOR EACH ROW
  EXECUTE FUNCTION private.mirror_instructor_role();

CREATE TRIGGER guard_wishlist
  BEFORE INSERT ON public.wishlists
  FOR EACH ROW
  EXECUTE FUNCTION private.guard_wishlist();

CREATE POLICY "select_own_or_as_admin" ON "public"."api_keys"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_as_admin" ON "public"."audit_log"
  FOR SELECT
  TO "authenticated"
  USING ((( SELECT private.is_admin() AS is_admin) IS TRUE));

CREATE POLICY "select_own_or_as_admin" ON "public"."carts"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_as_admin" ON "public"."categories"
  FOR DELETE
  TO "authenticated"
  USING ((( SELECT private.is_admin() AS is_admin) IS TRUE));

CREATE POLICY "insert_as_admin" ON "public"."categories"
  FOR INSERT
  TO "authenticated"
  WITH CHECK ((( SELECT private.is_admin() AS is_admin) IS TRUE));

CREATE POLICY "select_all" ON "public"."categories"
  FOR SELECT
  TO "anon", "authenticated"
  USING (true);

CREATE POLICY "update_as_admin" ON "public"."categories"
  FOR UPDATE
  TO "authenticated"
  USING ((( SELECT private.is_admin() AS is_admin) IS TRUE))
  WITH CHECK ((( SELECT private.is_admin() AS is_admin) IS TRUE));

CREATE POLICY "select_own_or_as_admin" ON "public"."certificates"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR (course_id = ANY (ARRAY( SELECT private.administered_course_ids() AS administered_course_ids)))));

CREATE POLICY "select_as_staff" ON "public"."contact_messages"
  FOR SELECT
  TO "authenticated"
  USING ((( SELECT private.is_staff() AS is_staff) IS TRUE));

CREATE POLICY "update_as_staff" ON "public"."contact_messages"
  FOR UPDATE
  TO "authenticated"
  USING ((( SELECT private.is_staff() AS is_staff) IS TRUE))
  WITH CHECK ((( SELECT private.is_staff() AS is_staff) IS TRUE));

CREATE POLICY "delete_own_or_as_admin" ON "public"."coupons"
  FOR DELETE
  TO "authenticated"
  USING ((((( SELECT private.active_uid() AS active_uid) IS
    NOT NULL) AND ((course_id IN ( SELECT private.owned_course_ids() AS owned_course_ids)) OR (instructor_id = ( SELECT private.active_uid() AS active_uid)))) OR
    ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_own_or_as_admin" ON "public"."coupons"
  FOR INSERT
  TO "authenticated"
  WITH
    CHECK
    (((( SELECT private.is_instructor() AS is_instructor) AND ((course_id IN ( SELECT private.owned_course_ids() AS owned_course_ids)) OR (instructor_id = ( SELECT
    private.active_uid() AS active_uid)))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_as_admin" ON "public"."coupons"
  FOR SELECT
  TO "authenticated"
  USING (((course_id IN ( SELECT private.owned_course_ids() AS owned_course_ids)) OR (instructor_id = ( SELECT auth.uid() AS uid)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_own_or_as_admin" ON "public"."coupons"
  FOR UPDATE
  TO "authenticated"
  USING ((((( SELECT private.active_uid() AS active_uid) IS
    NOT NULL) AND ((course_id IN ( SELECT private.owned_course_ids() AS owned_course_ids)) OR (instructor_id = ( SELECT private.active_uid() AS active_uid)))) OR
    ( SELECT private.is_admin() AS is_admin)))
  WITH CHECK ((((( SELECT private.active_uid() AS active_uid) IS
    NOT NULL) AND ((course_id IN ( SELECT private.owned_course_ids() AS owned_course_ids)) OR (instructor_id = ( SELECT private.active_uid() AS active_uid)))) OR
    ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_owned_or_as_admin" ON "public"."course_daily_revenue"
  FOR SELECT
  TO "authenticated"
  USING ((course_id = ANY (ARRAY( SELECT private.owned_course_ids() AS owned_course_ids
UNION ALL
 SELECT private.administered_course_ids() AS administered_course_ids))));

CREATE POLICY "select_taught_or_as_admin" ON "public"."course_daily_stats"
  FOR SELECT
  TO "authenticated"
  USING ((course_id = ANY (ARRAY( SELECT private.taught_course_ids() AS taught_course_ids
UNION ALL
 SELECT private.administered_course_ids() AS administered_course_ids))));

CREATE POLICY "delete_co_instructor_as_owner_self_or_admin" ON "public"."course_instructors"
  FOR DELETE
  TO "authenticated"
  USING
    (((ROLE = 'co_instructor'::public.course_instructor_role) AND ((user_id = ( SELECT private.active_uid() AS active_uid)) OR (course_id IN ( SELECT private.owned_course_ids() AS
    owned_course_ids)) OR ( SELECT private.is_admin() AS is_admin))));

CREATE POLICY "insert_as_owner_or_admin" ON "public"."course_instructors"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((course_id IN ( SELECT private.owned_course_ids() AS owned_course_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_of_visible_course" ON "public"."course_instructors"
  FOR SELECT
  TO "anon", "authenticated"
  USING ((EXISTS ( SELECT
   FROM public.courses c
  WHERE (c.id = course_instructors.course_id))));

CREATE POLICY "update_co_instructor_as_owner_or_admin" ON "public"."course_instructors"
  FOR UPDATE
  TO "authenticated"
  USING
    (((ROLE = 'co_instructor'::public.course_instructor_role) AND ((course_id IN ( SELECT private.owned_course_ids() AS owned_course_ids)) OR ( SELECT private.is_admin() AS
    is_admin))))
  WITH
    CHECK
    (((role = 'co_instructor'::public.course_instructor_role) AND ((course_id IN ( SELECT private.owned_course_ids() AS owned_course_ids)) OR ( SELECT private.is_admin() AS
    is_admin))));

CREATE POLICY "delete_taught_or_as_admin" ON "public"."course_outcomes"
  FOR DELETE
  TO "authenticated"
  USING (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_taught_or_as_admin" ON "public"."course_outcomes"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_of_visible_course" ON "public"."course_outcomes"
  FOR SELECT
  TO "anon", "authenticated"
  USING ((EXISTS ( SELECT
   FROM public.courses c
  WHERE (c.id = course_outcomes.course_id))));

CREATE POLICY "update_taught_or_as_admin" ON "public"."course_outcomes"
  FOR UPDATE
  TO "authenticated"
  USING (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)))
  WITH CHECK (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_taught_or_as_staff" ON "public"."course_price_history"
  FOR SELECT
  TO "authenticated"
  USING (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_staff() AS is_staff)));

CREATE POLICY "delete_taught_or_as_admin" ON "public"."course_requirements"
  FOR DELETE
  TO "authenticated"
  USING (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_taught_or_as_admin" ON "public"."course_requirements"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_of_visible_course" ON "public"."course_requirements"
  FOR SELECT
  TO "anon", "authenticated"
  USING ((EXISTS ( SELECT
   FROM public.courses c
  WHERE (c.id = course_requirements.course_id))));

CREATE POLICY "update_taught_or_as_admin" ON "public"."course_requirements"
  FOR UPDATE
  TO "authenticated"
  USING (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)))
  WITH CHECK (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_of_visible_course" ON "public"."course_stats"
  FOR SELECT
  TO "anon", "authenticated"
  USING ((EXISTS ( SELECT
   FROM public.courses c
  WHERE (c.id = course_stats.course_id))));

CREATE POLICY "select_published" ON "public"."courses"
  FOR SELECT
  TO "anon"
  USING (is_published);

CREATE POLICY "update_taught_or_as_admin" ON "public"."courses"
  FOR UPDATE
  TO "authenticated"
  USING (((id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)))
  WITH CHECK (((id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_taught_or_as_admin" ON "public"."curriculum_sections"
  FOR DELETE
  TO "authenticated"
  USING (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_taught_or_as_admin" ON "public"."curriculum_sections"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_of_visible_course" ON "public"."curriculum_sections"
  FOR SELECT
  TO "anon", "authenticated"
  USING ((EXISTS ( SELECT
   FROM public.courses c
  WHERE (c.id = curriculum_sections.course_id))));

CREATE POLICY "update_taught_or_as_admin" ON "public"."curriculum_sections"
  FOR UPDATE
  TO "authenticated"
  USING (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)))
  WITH CHECK (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_as_admin" ON "public"."enrollments"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR (course_id = ANY (ARRAY( SELECT private.administered_course_ids() AS administered_course_ids)))));

CREATE POLICY "select_own_or_as_admin" ON "public"."instructor_requests"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own" ON "public"."learning_days"
  FOR SELECT
  TO "authenticated"
  USING ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "delete_taught_or_as_admin" ON "public"."lesson_contents"
  FOR DELETE
  TO "authenticated"
  USING (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_taught_or_as_admin" ON "public"."lesson_contents"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_preview_studied_or_taught" ON "public"."lesson_contents"
  FOR SELECT
  TO "authenticated"
  USING
    (((course_id IN ( SELECT private.enrolled_course_ids() AS enrolled_course_ids)) OR (course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT
    private.is_staff() AS is_staff) OR (EXISTS ( SELECT
   FROM (public.lessons l
     JOIN public.courses c ON ((c.id = l.course_id)))
  WHERE ((l.id = lesson_contents.lesson_id) AND l.is_preview AND c.is_published)))));

CREATE POLICY "select_preview" ON "public"."lesson_contents"
  FOR SELECT
  TO "anon"
  USING ((EXISTS ( SELECT
   FROM (public.lessons l
     JOIN public.courses c ON ((c.id = l.course_id)))
  WHERE ((l.id = lesson_contents.lesson_id) AND l.is_preview AND c.is_published))));

CREATE POLICY "update_taught_or_as_admin" ON "public"."lesson_contents"
  FOR UPDATE
  TO "authenticated"
  USING (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)))
  WITH CHECK (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own" ON "public"."lesson_progress"
  FOR SELECT
  TO "authenticated"
  USING ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "delete_taught_or_as_admin" ON "public"."lessons"
  FOR DELETE
  TO "authenticated"
  USING (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_taught_or_as_admin" ON "public"."lessons"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_of_visible_course" ON "public"."lessons"
  FOR SELECT
  TO "anon", "authenticated"
  USING ((EXISTS ( SELECT
   FROM public.courses c
  WHERE (c.id = lessons.course_id))));

CREATE POLICY "update_taught_or_as_admin" ON "public"."lessons"
  FOR UPDATE
  TO "authenticated"
  USING (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)))
  WITH CHECK (((course_id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own" ON "public"."notification_preferences"
  FOR SELECT
  TO "authenticated"
  USING ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "update_own" ON "public"."notification_preferences"
  FOR UPDATE
  TO "authenticated"
  USING ((user_id = ( SELECT private.active_uid() AS active_uid)))
  WITH CHECK ((user_id = ( SELECT private.active_uid() AS active_uid)));

CREATE POLICY "delete_own" ON "public"."notifications"
  FOR DELETE
  TO "authenticated"
  USING ((user_id = ( SELECT private.active_uid() AS active_uid)));

CREATE POLICY "select_own" ON "public"."notifications"
  FOR SELECT
  TO "authenticated"
  USING ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "update_own" ON "public"."notifications"
  FOR UPDATE
  TO "authenticated"
  USING ((user_id = ( SELECT private.active_uid() AS active_uid)))
  WITH CHECK ((user_id = ( SELECT private.active_uid() AS active_uid)));

CREATE POLICY "select_own_or_as_admin" ON "public"."order_billing"
  FOR SELECT
  TO "authenticated"
  USING (((order_id IN ( SELECT o.id
   FROM public.orders o
  WHERE (o.user_id = ( SELECT auth.uid() AS uid)))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_as_admin" ON "public"."order_items"
  FOR SELECT
  TO "authenticated"
  USING (((order_id IN ( SELECT o.id
   FROM public.orders o
  WHERE (o.user_id = ( SELECT auth.uid() AS uid)))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_as_admin" ON "public"."orders"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_as_admin" ON "public"."payments"
  FOR SELECT
  TO "authenticated"
  USING (((order_id IN ( SELECT o.id
   FROM public.orders o
  WHERE (o.user_id = ( SELECT auth.uid() AS uid)))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_as_admin" ON "public"."profile_private"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_own_or_as_admin" ON "public"."profile_private"
  FOR UPDATE
  TO "authenticated"
  USING (((user_id = ( SELECT private.active_uid() AS active_uid)) OR ( SELECT private.is_admin() AS is_admin)))
  WITH CHECK (((user_id = ( SELECT private.active_uid() AS active_uid)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own" ON "public"."profile_stats"
  FOR SELECT
  TO "authenticated"
  USING ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_own_and_public_cards" ON "public"."profiles"
  FOR SELECT
  TO "authenticated"
  USING (((id = ( SELECT auth.uid() AS uid)) OR is_instructor OR is_reviewer OR ( SELECT private.is_staff() AS is_staff)));

CREATE POLICY "select_public_cards" ON "public"."profiles"
  FOR SELECT
  TO "anon"
  USING ((is_instructor OR is_reviewer));

CREATE POLICY "update_own_or_as_admin" ON "public"."profiles"
  FOR UPDATE
  TO "authenticated"
  USING (((id = ( SELECT private.active_uid() AS active_uid)) OR ( SELECT private.is_admin() AS is_admin)))
  WITH CHECK (((id = ( SELECT private.active_uid() AS active_uid)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_shown" ON "public"."reviews"
  FOR SELECT
  TO "anon"
  USING (((NOT is_hidden) AND (EXISTS ( SELECT
   FROM public.courses c
  WHERE (c.id = reviews.course_id)))));

CREATE POLICY "select_own_or_as_admin" ON "public"."user_roles"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_avatars_own_or_as_admin" ON "storage"."objects"
  FOR DELETE
  TO "authenticated"
  USING (((bucket_id = 'avatars'::text) AND ((split_part(name, '/'::text, 1) = (( SELECT private.active_uid() AS active_uid))::text) OR ( SELECT private.is_admin() AS is_admin))));

CREATE POLICY "delete_course_thumbnails_taught_or_as_admin" ON "storage"."objects"
  FOR DELETE
  TO "authenticated"
  USING (((bucket_id = 'course-thumbnails'::text) AND private.may_write_course_file(name)));

CREATE POLICY "delete_lesson_resources_taught_or_as_admin" ON "storage"."objects"
  FOR DELETE
  TO "authenticated"
  USING (((bucket_id = 'lesson-resources'::text) AND private.may_write_lesson_file(name)));

CREATE POLICY "delete_lesson_videos_taught_or_as_admin" ON "storage"."objects"
  FOR DELETE
  TO "authenticated"
  USING (((bucket_id = 'lesson-videos'::text) AND private.may_write_lesson_file(name)));

CREATE POLICY "insert_avatars_own_or_as_admin" ON "storage"."objects"
  FOR INSERT
  TO "authenticated"
  WITH
    CHECK
    (((bucket_id = 'avatars'::text) AND (name !~ '(^|/)\.{1,2}(/|$)'::text) AND ((split_part(name, '/'::text, 1) = (( SELECT private.active_uid() AS active_uid))::text) OR ( SELECT
    private.is_admin() AS is_admin))));

CREATE POLICY "insert_course_thumbnails_taught_or_as_admin" ON "storage"."objects"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((bucket_id = 'course-thumbnails'::text) AND private.may_write_course_file(name)));

CREATE POLICY "insert_lesson_resources_taught_or_as_admin" ON "storage"."objects"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((bucket_id = 'lesson-resources'::text) AND private.may_write_lesson_file(name)));

CREATE POLICY "insert_lesson_videos_taught_or_as_admin" ON "storage"."objects"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((bucket_id = 'lesson-videos'::text) AND private.may_write_lesson_file(name)));

CREATE POLICY "select_avatars_own_or_as_admin" ON "storage"."objects"
  FOR SELECT
  TO "authenticated"
  USING (((bucket_id = 'avatars'::text) AND ((split_part(name, '/'::text, 1) = (( SELECT auth.uid() AS uid))::text) OR ( SELECT private.is_admin() AS is_admin))));

CREATE POLICY "select_certificates_own_or_as_admin" ON "storage"."objects"
  FOR SELECT
  TO "authenticated"
  USING
    (((bucket_id = 'certificates'::text) AND (((storage.foldername(name))[1] = (( SELECT private.active_uid() AS active_uid))::text) OR ( SELECT private.is_admin() AS is_admin))));

CREATE POLICY "select_course_thumbnails_taught_or_as_admin" ON "storage"."objects"
  FOR SELECT
  TO "authenticated"
  USING (((bucket_id = 'course-thumbnails'::text) AND private.may_write_course_file(name)));

CREATE POLICY "select_lesson_resources_preview" ON "storage"."objects"
  FOR SELECT
  TO "anon"
  USING
    (((bucket_id = 'lesson-resources'::text) AND storage.allow_any_operation(ARRAY['object.get_authenticated'::text, 'object.info_authenticated'::text]) AND
    private.may_read_lesson_file(name)));

CREATE POLICY "select_lesson_resources_studied_or_taught" ON "storage"."objects"
  FOR SELECT
  TO "authenticated"
  USING
    (((bucket_id = 'lesson-resources'::text) AND ((storage.allow_any_operation(ARRAY['object.get_authenticated'::text, 'object.info_authenticated'::text, 'object.list'::text,
    'object.list_v2'::text]) AND private.may_read_lesson_file(name)) OR
    ((NOT storage.allow_any_operation(ARRAY['object.sign'::text, 'object.sign_many'::text])) AND private.may_write_lesson_file(name)))));

CREATE POLICY "select_lesson_videos_preview" ON "storage"."objects"
  FOR SELECT
  TO "anon"
  USING
    (((bucket_id = 'lesson-videos'::text) AND storage.allow_any_operation(ARRAY['object.get_authenticated'::text, 'object.info_authenticated'::text]) AND
    private.may_read_lesson_file(name)));

CREATE POLICY "select_lesson_videos_studied_or_taught" ON "storage"."objects"
  FOR SELECT
  TO "authenticated"
  USING
    (((bucket_id = 'lesson-videos'::text) AND ((storage.allow_any_operation(ARRAY['object.get_authenticated'::text, 'object.info_authenticated'::text, 'object.list'::text,
    'object.list_v2'::text]) AND private.may_read_lesson_file(name)) OR
    ((NOT storage.allow_any_operation(ARRAY['object.sign'::text, 'object.sign_many'::text])) AND private.may_write_lesson_file(name)))));

CREATE POLICY "update_avatars_own_or_as_admin" ON "storage"."objects"
  FOR UPDATE
  TO "authenticated"
  USING (((bucket_id = 'avatars'::text) AND ((split_part(name, '/'::text, 1) = (( SELECT private.active_uid() AS active_uid))::text) OR ( SELECT private.is_admin() AS is_admin))))
  WITH
    CHECK
    (((bucket_id = 'avatars'::text) AND (name !~ '(^|/)\.{1,2}(/|$)'::text) AND ((split_part(name, '/'::text, 1) = (( SELECT private.active_uid() AS active_uid))::text) OR ( SELECT
    private.is_admin() AS is_admin))));

CREATE POLICY "update_course_thumbnails_taught_or_as_admin" ON "storage"."objects"
  FOR UPDATE
  TO "authenticated"
  USING (((bucket_id = 'course-thumbnails'::text) AND private.may_write_course_file(name)))
  WITH CHECK (((bucket_id = 'course-thumbnails'::text) AND private.may_write_course_file(name)));

CREATE POLICY "update_lesson_resources_taught_or_as_admin" ON "storage"."objects"
  FOR UPDATE
  TO "authenticated"
  USING (((bucket_id = 'lesson-resources'::text) AND private.may_write_lesson_file(name)))
  WITH CHECK (((bucket_id = 'lesson-resources'::text) AND private.may_write_lesson_file(name)));

CREATE POLICY "update_lesson_videos_taught_or_as_admin" ON "storage"."objects"
  FOR UPDATE
  TO "authenticated"
  USING (((bucket_id = 'lesson-videos'::text) AND private.may_write_lesson_file(name)))
  WITH CHECK (((bucket_id = 'lesson-videos'::text) AND private.may_write_lesson_file(name)));

COMMENT ON COLUMN "private"."access_grants"."granted_by" IS 'The admin who gave it; null for the system.';

COMMENT ON COLUMN "private"."access_grants"."order_item_id" IS 'The paid line, when it was bought.';

COMMENT ON COLUMN "private"."access_grants"."revoked_by" IS 'The admin who took it; null for the system.';

COMMENT ON COLUMN "private"."access_grants"."suspended_at" IS 'Since when it rests, because its payment is disputed.';

COMMENT ON COLUMN "private"."certificate_prints"."next_attempt_at" IS 'Not before then: who claims the certificate moves it ahead, and should the worker die, it comes back.';

COMMENT ON COLUMN "private"."outbox"."next_attempt_at" IS 'Not before then. A worker that claims the row moves it ahead: should the worker die, the row comes back.';

COMMENT ON COLUMN "public"."api_keys"."course_ids" IS 'The courses that a key with the scope enroll may give; an admin chose them.';

COMMENT ON COLUMN "public"."api_keys"."created_at" IS 'When it was made.';

COMMENT ON COLUMN "public"."api_keys"."expires_at" IS 'When it ends by itself.';

COMMENT ON COLUMN "public"."api_keys"."id" IS 'Identity of the key.';

COMMENT ON COLUMN "public"."api_keys"."is_active" IS 'Not revoked.';

COMMENT ON COLUMN "public"."api_keys"."key_hash" IS 'SHA-256 (hex) of the key: the secret with which requests are signed. Whoever reads it can sign, so nobody is granted it.';

COMMENT ON COLUMN "public"."api_keys"."key_prefix" IS 'How it begins, to recognise it.';

COMMENT ON COLUMN "public"."api_keys"."last_used_at" IS 'Last use, to the minute.';

COMMENT ON COLUMN "public"."api_keys"."name" IS 'What it is for, in the owner''s words.';

COMMENT ON COLUMN "public"."api_keys"."revoked_at" IS 'When it was revoked.';

COMMENT ON COLUMN "public"."api_keys"."scopes" IS 'What it may do. enroll: give the courses of course_ids to people.';

COMMENT ON COLUMN "public"."api_keys"."user_id" IS 'For whom it acts.';

COMMENT ON COLUMN "public"."audit_log"."action" IS 'insert, update or delete.';

COMMENT ON COLUMN "public"."audit_log"."actor_id" IS 'The signed-in user, or null for the system.';

COMMENT ON COLUMN "public"."audit_log"."actor_role" IS 'Database role of the request: authenticated, service_role, postgres.';

COMMENT ON COLUMN "public"."audit_log"."after" IS 'The watched columns after; null for a delete.';

COMMENT ON COLUMN "public"."audit_log"."before" IS 'The watched columns before; null for an insert.';

COMMENT ON COLUMN "public"."audit_log"."happened_at" IS 'Time of the transaction.';

COMMENT ON COLUMN "public"."audit_log"."id" IS 'Order of the entries.';

COMMENT ON COLUMN "public"."audit_log"."row_id" IS 'Primary key of the changed row, as text.';

COMMENT ON COLUMN "public"."audit_log"."table_name" IS 'Table of the change.';

COMMENT ON COLUMN "public"."cart_items"."added_at" IS 'When it was put in.';

COMMENT ON COLUMN "public"."cart_items"."course_id" IS 'The course.';

COMMENT ON COLUMN "public"."cart_items"."id" IS 'Identity of the line, used to remove it.';

COMMENT ON COLUMN "public"."carts"."created_at" IS 'Time of the sign-up.';

COMMENT ON COLUMN "public"."carts"."id" IS 'Identity of the cart.';

COMMENT ON COLUMN "public"."carts"."updated_at" IS 'When a course was last put in.';

COMMENT ON COLUMN "public"."carts"."user_id" IS 'Whose cart it is.';

COMMENT ON COLUMN "public"."categories"."course_count" IS 'Published courses of the category; kept by a trigger on courses.';

COMMENT ON COLUMN "public"."categories"."created_at" IS 'When it was made.';

COMMENT ON COLUMN "public"."categories"."description" IS 'What belongs here, plain text.';

COMMENT ON COLUMN "public"."categories"."icon" IS 'Name of a Lucide icon.';

COMMENT ON COLUMN "public"."categories"."id" IS 'Identity of the category.';

COMMENT ON COLUMN "public"."categories"."name" IS 'Name as shown.';

COMMENT ON COLUMN "public"."categories"."slug" IS 'Name in addresses and in the filter of search_courses.';

COMMENT ON COLUMN "public"."certificates"."code" IS 'Serial that verifies it; 96 random bits, nobody can guess one.';

COMMENT ON COLUMN "public"."certificates"."completed_at" IS 'When the course was completed.';

COMMENT ON COLUMN "public"."certificates"."content_hash" IS 'SHA-256 of the snapshot: shows whether somebody changed it.';

COMMENT ON COLUMN "public"."certificates"."course_id" IS 'The course.';

COMMENT ON COLUMN "public"."certificates"."course_title" IS 'Title of the course when it was issued.';

COMMENT ON COLUMN "public"."certificates"."duration_seconds" IS 'Length of the course when it was issued, in seconds.';

COMMENT ON COLUMN "public"."certificates"."enrollment_id" IS 'The completed place in the course; one certificate each.';

COMMENT ON COLUMN "public"."certificates"."file_path" IS 'PDF in the bucket certificates, in the folder of the student; null until it is made.';

COMMENT ON COLUMN "public"."certificates"."id" IS 'Identity of the certificate.';

COMMENT ON COLUMN "public"."certificates"."instructor_name" IS 'Name of the instructor when it was issued.';

COMMENT ON COLUMN "public"."certificates"."issued_at" IS 'When it was issued.';

COMMENT ON COLUMN "public"."certificates"."revoke_reason" IS 'Why it is not valid any more.';

COMMENT ON COLUMN "public"."certificates"."revoked_at" IS 'Since when it is not valid any more.';

COMMENT ON COLUMN "public"."certificates"."revoked_by" IS 'The admin who revoked it; null when access was lost.';

COMMENT ON COLUMN "public"."certificates"."student_name" IS 'Name of the student when it was issued.';

COMMENT ON COLUMN "public"."certificates"."user_id" IS 'Who earned it.';

COMMENT ON COLUMN "public"."contact_messages"."body" IS 'The message as typed; escaped on output.';

COMMENT ON COLUMN "public"."contact_messages"."created_at" IS 'When it was sent.';

COMMENT ON COLUMN "public"."contact_messages"."email" IS 'Address to answer to, as given: nobody has proved to own it.';

COMMENT ON COLUMN "public"."contact_messages"."id" IS 'Identity of the message.';

COMMENT ON COLUMN "public"."contact_messages"."name" IS 'Name as given.';

COMMENT ON COLUMN "public"."contact_messages"."status" IS 'How far staff is with it.';

COMMENT ON COLUMN "public"."contact_messages"."subject" IS 'Subject.';

COMMENT ON COLUMN "public"."contact_messages"."updated_at" IS 'Time of the last change.';

COMMENT ON COLUMN "public"."contact_messages"."user_id" IS 'Who wrote it, when signed in.';

COMMENT ON COLUMN "public"."coupons"."amount_off_cents" IS 'Minor units off the sum of what it covers; or percent_off.';

COMMENT ON COLUMN "public"."coupons"."category_id" IS 'Covers the courses of this category only.';

COMMENT ON COLUMN "public"."coupons"."code" IS 'What the buyer types: upper case, digits, - and _; 3 to 40 characters. Normalised when stored.';

COMMENT ON COLUMN "public"."coupons"."course_id" IS 'Covers this course only.';

COMMENT ON COLUMN "public"."coupons"."created_at" IS 'When it was made.';

COMMENT ON COLUMN "public"."coupons"."currency" IS 'Lower-case ISO 4217 of the amounts.';

COMMENT ON COLUMN "public"."coupons"."description" IS 'What the coupon is for; shown to its owner.';

COMMENT ON COLUMN "public"."coupons"."expires_at" IS 'Valid until; null for no end.';

COMMENT ON COLUMN "public"."coupons"."id" IS 'Identity of the coupon.';

COMMENT ON COLUMN "public"."coupons"."instructor_id" IS 'Covers the courses of this instructor only.';

COMMENT ON COLUMN "public"."coupons"."is_active" IS 'False switches it off at once; reserved seats stay.';

COMMENT ON COLUMN "public"."coupons"."max_per_user" IS 'Orders of one person that may use it.';

COMMENT ON COLUMN "public"."coupons"."max_redemptions" IS 'Seats: orders that may use it; null for any number.';

COMMENT ON COLUMN "public"."coupons"."minimum_cents" IS 'Smallest sum, in minor units, of the covered courses for which it is valid.';

COMMENT ON COLUMN "public"."coupons"."percent_off" IS 'Percent off what it covers, 1 to 100; or amount_off_cents.';

COMMENT ON COLUMN "public"."coupons"."redeemed_count" IS 'Seats taken: reserved by open orders or redeemed by paid ones. Kept by a trigger.';

COMMENT ON COLUMN "public"."coupons"."starts_at" IS 'Valid from.';

COMMENT ON COLUMN "public"."coupons"."updated_at" IS 'Time of the last change.';

COMMENT ON COLUMN "public"."course_daily_revenue"."course_id" IS 'The course.';

COMMENT ON COLUMN "public"."course_daily_revenue"."currency" IS 'Lower-case ISO 4217.';

COMMENT ON COLUMN "public"."course_daily_revenue"."day" IS 'Day of the sales in UTC.';

COMMENT ON COLUMN "public"."course_daily_revenue"."refunded_cents" IS 'Minor units of these sales that have been given back since.';

COMMENT ON COLUMN "public"."course_daily_revenue"."revenue_cents" IS 'Minor units paid for them, after coupons, without tax, before the platform''s share.';

COMMENT ON COLUMN "public"."course_daily_revenue"."sales" IS 'Lines of paid orders.';

COMMENT ON COLUMN "public"."course_daily_stats"."avg_rating" IS 'Mean of these ratings; null without any.';

COMMENT ON COLUMN "public"."course_daily_stats"."completions" IS 'Students who completed the course.';

COMMENT ON COLUMN "public"."course_daily_stats"."course_id" IS 'The course.';

COMMENT ON COLUMN "public"."course_daily_stats"."day" IS 'Day in UTC.';

COMMENT ON COLUMN "public"."course_daily_stats"."enrollments" IS 'New students.';

COMMENT ON COLUMN "public"."course_daily_stats"."rating_count" IS 'Ratings given on that day.';

COMMENT ON COLUMN "public"."course_daily_stats"."rating_sum" IS 'Sum of the stars given on that day.';

COMMENT ON COLUMN "public"."course_daily_stats"."views" IS 'People who looked at the course; each once a day.';

COMMENT ON COLUMN "public"."course_instructors"."course_id" IS 'The course.';

COMMENT ON COLUMN "public"."course_instructors"."created_at" IS 'Since when.';

COMMENT ON COLUMN "public"."course_instructors"."revenue_share_percent" IS 'Percent of the instructors'' part of a sale. Kept from the public: course_team shows it to the team.';

COMMENT ON COLUMN "public"."course_instructors"."role" IS 'owner, one a course, or co_instructor.';

COMMENT ON COLUMN "public"."course_instructors"."user_id" IS 'Who teaches.';

COMMENT ON COLUMN "public"."course_outcomes"."course_id" IS 'The course.';

COMMENT ON COLUMN "public"."course_outcomes"."id" IS 'Identity of the line.';

COMMENT ON COLUMN "public"."course_outcomes"."position" IS 'Place in the list, from 1; left out, the line goes to the end.';

COMMENT ON COLUMN "public"."course_outcomes"."text" IS 'The line, plain text.';

COMMENT ON COLUMN "public"."course_price_history"."charged_from" IS 'Since when; it ends with the next entry.';

COMMENT ON COLUMN "public"."course_price_history"."course_id" IS 'The course.';

COMMENT ON COLUMN "public"."course_price_history"."currency" IS 'Lower-case ISO 4217.';

COMMENT ON COLUMN "public"."course_price_history"."id" IS 'Order of the entries.';

COMMENT ON COLUMN "public"."course_price_history"."price_cents" IS 'Price in minor units.';

COMMENT ON COLUMN "public"."course_requirements"."course_id" IS 'The course.';

COMMENT ON COLUMN "public"."course_requirements"."id" IS 'Identity of the line.';

COMMENT ON COLUMN "public"."course_requirements"."position" IS 'Place in the list, from 1; left out, the line goes to the end.';

COMMENT ON COLUMN "public"."course_requirements"."text" IS 'The line, plain text.';

COMMENT ON COLUMN "public"."course_stats"."bestseller_until" IS 'A bestseller until then: the badge ends by itself when nobody renews it.';

COMMENT ON COLUMN "public"."course_stats"."course_id" IS 'The course.';

COMMENT ON COLUMN "public"."course_stats"."duration_seconds" IS 'Length of all lessons in seconds.';

COMMENT ON COLUMN "public"."course_stats"."lesson_count" IS 'Lessons of the curriculum.';

COMMENT ON COLUMN "public"."course_stats"."rating" IS 'Their mean, two decimals; 0 without ratings.';

COMMENT ON COLUMN "public"."course_stats"."rating_1" IS 'Shown reviews with one star.';

COMMENT ON COLUMN "public"."course_stats"."rating_2" IS 'Shown reviews with two stars.';

COMMENT ON COLUMN "public"."course_stats"."rating_3" IS 'Shown reviews with three stars.';

COMMENT ON COLUMN "public"."course_stats"."rating_4" IS 'Shown reviews with four stars.';

COMMENT ON COLUMN "public"."course_stats"."rating_5" IS 'Shown reviews with five stars.';

COMMENT ON COLUMN "public"."course_stats"."rating_count" IS 'Shown ratings, with or without words.';

COMMENT ON COLUMN "public"."course_stats"."rating_sum" IS 'Sum of their stars.';

COMMENT ON COLUMN "public"."course_stats"."review_count" IS 'Shown reviews that say something.';

COMMENT ON COLUMN "public"."course_stats"."section_count" IS 'Sections of the curriculum.';

COMMENT ON COLUMN "public"."course_stats"."student_count" IS 'People who may study the course now and do not teach it; kept by enrollments/count_enrollments.sql.';

COMMENT ON COLUMN "public"."courses"."archived_at" IS 'When it was archived.';

COMMENT ON COLUMN "public"."courses"."category_id" IS 'Shelf of the catalogue; a draft may have none.';

COMMENT ON COLUMN "public"."courses"."created_at" IS 'When the draft was made.';

COMMENT ON COLUMN "public"."courses"."currency" IS 'Lower-case ISO 4217.';

COMMENT ON COLUMN "public"."courses"."description" IS 'What the course teaches, as typed; escaped on output.';

COMMENT ON COLUMN "public"."courses"."discount_percent" IS 'Whole percent between the two prices, rounded down; 0 without a sale.';

COMMENT ON COLUMN "public"."courses"."id" IS 'Identity of the course.';

COMMENT ON COLUMN "public"."courses"."is_featured" IS 'Chosen by staff for the home page; changed by set_featured.';

COMMENT ON COLUMN "public"."courses"."is_published" IS 'On sale and visible to everybody.';

COMMENT ON COLUMN "public"."courses"."language" IS 'Language of the lessons, by its English name.';

COMMENT ON COLUMN "public"."courses"."last_updated" IS 'Last change of what is taught or said about it.';

COMMENT ON COLUMN "public"."courses"."level" IS 'What a student has to know beforehand.';

COMMENT ON COLUMN "public"."courses"."original_price_cents" IS 'Struck-through price in minor units: one at which the course was really sold; null without a sale.';

COMMENT ON COLUMN "public"."courses"."preview_video_url" IS 'Trailer that everybody may watch; https only.';

COMMENT ON COLUMN "public"."courses"."price_cents" IS 'Price in minor units; 0 is free.';

COMMENT ON COLUMN "public"."courses"."published_at" IS 'First publication: a course is new only once.';

COMMENT ON COLUMN "public"."courses"."short_description" IS 'One sentence under the title.';

COMMENT ON COLUMN "public"."courses"."slug" IS 'Name in addresses: made from the title, and fixed once the course was published.';

COMMENT ON COLUMN "public"."courses"."status" IS 'Where the course stands; changed by publish_course and its kin only.';

COMMENT ON COLUMN "public"."courses"."thumbnail_path" IS 'File in the bucket course-thumbnails.';

COMMENT ON COLUMN "public"."courses"."title" IS 'Title.';

COMMENT ON COLUMN "public"."courses"."updated_at" IS 'Time of the last change of the row.';

COMMENT ON COLUMN "public"."curriculum_sections"."course_id" IS 'The course.';

COMMENT ON COLUMN "public"."curriculum_sections"."created_at" IS 'When it was made.';

COMMENT ON COLUMN "public"."curriculum_sections"."description" IS 'What the section is about, plain text.';

COMMENT ON COLUMN "public"."curriculum_sections"."id" IS 'Identity of the section.';

COMMENT ON COLUMN "public"."curriculum_sections"."position" IS 'Place in the course, from 1; left out, the section goes to the end. reorder_curriculum moves many at once.';

COMMENT ON COLUMN "public"."curriculum_sections"."title" IS 'Title.';

COMMENT ON COLUMN "public"."curriculum_sections"."total_duration_minutes" IS 'Sum of the minutes shown for its lessons; kept by a trigger.';

COMMENT ON COLUMN "public"."curriculum_sections"."total_lessons" IS 'Lessons in it; kept by a trigger.';

COMMENT ON COLUMN "public"."enrollments"."access_ends_at" IS 'Derived from the grants: when the last live one ends; null without an end.';

COMMENT ON COLUMN "public"."enrollments"."completed_at" IS 'When all lessons were completed for the first time. Stays when lessons are added later.';

COMMENT ON COLUMN "public"."enrollments"."completed_lesson_count" IS 'How many lessons the course had when it was completed.';

COMMENT ON COLUMN "public"."enrollments"."course_id" IS 'The course.';

COMMENT ON COLUMN "public"."enrollments"."enrolled_at" IS 'When the student got access for the first time.';

COMMENT ON COLUMN "public"."enrollments"."id" IS 'Identity of the enrolment.';

COMMENT ON COLUMN "public"."enrollments"."is_completed" IS 'The course was completed once.';

COMMENT ON COLUMN "public"."enrollments"."last_activity_at" IS 'Last time the student studied the course, to the minute.';

COMMENT ON COLUMN "public"."enrollments"."last_lesson_id" IS 'The lesson of the last activity; it may have been deleted since.';

COMMENT ON COLUMN "public"."enrollments"."lessons_completed" IS 'Lessons of the course that are completed now; kept by a trigger on lesson_progress.';

COMMENT ON COLUMN "public"."enrollments"."status" IS 'Derived from the grants: active while one of them is live.';

COMMENT ON COLUMN "public"."enrollments"."updated_at" IS 'Time of the last change.';

COMMENT ON COLUMN "public"."enrollments"."user_id" IS 'The student.';

COMMENT ON COLUMN "public"."instructor_requests"."created_at" IS 'When it was made.';

COMMENT ON COLUMN "public"."instructor_requests"."decided_at" IS 'When it was decided.';

COMMENT ON COLUMN "public"."instructor_requests"."decided_by" IS 'The admin who decided.';

COMMENT ON COLUMN "public"."instructor_requests"."id" IS 'Identity of the application.';

COMMENT ON COLUMN "public"."instructor_requests"."motivation" IS 'What the person wants to teach, and why.';

COMMENT ON COLUMN "public"."instructor_requests"."note" IS 'The admin''s words to the applicant.';

COMMENT ON COLUMN "public"."instructor_requests"."status" IS 'pending until an admin decides.';

COMMENT ON COLUMN "public"."instructor_requests"."user_id" IS 'Who applies.';

COMMENT ON COLUMN "public"."learning_days"."day" IS 'Calendar day in the person''s time zone at that time.';

COMMENT ON COLUMN "public"."learning_days"."seconds" IS 'Seconds watched for the first time; 0 when lessons were completed or repeated.';

COMMENT ON COLUMN "public"."learning_days"."spent_until" IS 'Up to where the clock on the wall is used up by what was watched: nobody learns 25 hours a day.';

COMMENT ON COLUMN "public"."learning_days"."user_id" IS 'Who learned.';

COMMENT ON COLUMN "public"."lesson_contents"."body" IS 'Text of the lesson, as typed; escaped on output.';

COMMENT ON COLUMN "public"."lesson_contents"."course_id" IS 'The course of that lesson; filled in by a trigger.';

COMMENT ON COLUMN "public"."lesson_contents"."lesson_id" IS 'The lesson.';

COMMENT ON COLUMN "public"."lesson_contents"."resources" IS 'What can be downloaded: [{"title": text, "path": file in the bucket lesson-resources}] or [{"title": text, "url": https address}].';

COMMENT ON COLUMN "public"."lesson_contents"."updated_at" IS 'Time of the last change.';

COMMENT ON COLUMN "public"."lesson_contents"."video_path" IS 'File in the bucket lesson-videos, {course_id}/{lesson_id}/…; played through the edge function signed-video-url.';

COMMENT ON COLUMN "public"."lesson_contents"."video_url" IS 'Video that is kept elsewhere; https only.';

COMMENT ON COLUMN "public"."lesson_progress"."completed_at" IS 'When it was completed.';

COMMENT ON COLUMN "public"."lesson_progress"."course_id" IS 'The course.';

COMMENT ON COLUMN "public"."lesson_progress"."enrollment_id" IS 'The place in the course.';

COMMENT ON COLUMN "public"."lesson_progress"."is_completed" IS 'Marked as completed by the student.';

COMMENT ON COLUMN "public"."lesson_progress"."lesson_id" IS 'The lesson.';

COMMENT ON COLUMN "public"."lesson_progress"."user_id" IS 'The student.';

COMMENT ON COLUMN "public"."lesson_progress"."watched" IS 'Seconds of the video that were watched, as ranges: watching again adds nothing.';

COMMENT ON COLUMN "public"."lessons"."course_id" IS 'The course of that section; filled in by a trigger.';

COMMENT ON COLUMN "public"."lessons"."created_at" IS 'When it was made.';

COMMENT ON COLUMN "public"."lessons"."description" IS 'What the lesson is about, plain text.';

COMMENT ON COLUMN "public"."lessons"."duration_minutes" IS 'Length in minutes, rounded up.';

COMMENT ON COLUMN "public"."lessons"."duration_seconds" IS 'Length in seconds, a day at most.';

COMMENT ON COLUMN "public"."lessons"."id" IS 'Identity of the lesson.';

COMMENT ON COLUMN "public"."lessons"."is_preview" IS 'Everybody may see the content while the course is published.';

COMMENT ON COLUMN "public"."lessons"."position" IS 'Place in the section, from 1; left out, the lesson goes to the end.';

COMMENT ON COLUMN "public"."lessons"."section_id" IS 'The section it stands in.';

COMMENT ON COLUMN "public"."lessons"."title" IS 'Title.';

COMMENT ON COLUMN "public"."lessons"."updated_at" IS 'Time of the last change.';

COMMENT ON COLUMN "public"."notification_preferences"."course_news" IS 'Mail about news of courses one studies.';

COMMENT ON COLUMN "public"."notification_preferences"."review_replies" IS 'Mail when an instructor answers a review.';

COMMENT ON COLUMN "public"."notification_preferences"."updated_at" IS 'Time of the last change.';

COMMENT ON COLUMN "public"."notification_preferences"."user_id" IS 'Whose wishes.';

COMMENT ON COLUMN "public"."notification_preferences"."weekly_summary" IS 'A mail on Mondays about the week''s learning.';

COMMENT ON COLUMN "public"."notifications"."body" IS 'More about it, plain text.';

COMMENT ON COLUMN "public"."notifications"."created_at" IS 'When it was made.';

COMMENT ON COLUMN "public"."notifications"."dedupe_key" IS 'The fact behind it: the same fact notifies once. Null: every time.';

COMMENT ON COLUMN "public"."notifications"."id" IS 'Identity of the notification.';

COMMENT ON COLUMN "public"."notifications"."kind" IS 'What it is about: enrollment, course_completed, access_revoked, access_suspended, access_restored, …';

COMMENT ON COLUMN "public"."notifications"."link" IS 'Path in the app where it leads, from /.';

COMMENT ON COLUMN "public"."notifications"."read_at" IS 'When it was read; null while it is new.';

COMMENT ON COLUMN "public"."notifications"."title" IS 'One line.';

COMMENT ON COLUMN "public"."notifications"."user_id" IS 'Whom it is for.';

COMMENT ON COLUMN "public"."order_billing"."address_line1" IS 'Street and number.';

COMMENT ON COLUMN "public"."order_billing"."address_line2" IS 'More of the address; may be empty.';

COMMENT ON COLUMN "public"."order_billing"."city" IS 'City.';

COMMENT ON COLUMN "public"."order_billing"."country" IS 'ISO 3166-1 alpha-2, upper case.';

COMMENT ON COLUMN "public"."order_billing"."email" IS 'Where the receipt goes.';

COMMENT ON COLUMN "public"."order_billing"."first_name" IS 'Given name of the payer.';

COMMENT ON COLUMN "public"."order_billing"."last_name" IS 'Family name of the payer.';

COMMENT ON COLUMN "public"."order_billing"."order_id" IS 'The order.';

COMMENT ON COLUMN "public"."order_billing"."phone" IS 'Telephone number; may be empty.';

COMMENT ON COLUMN "public"."order_billing"."postal_code" IS 'Postal code; empty where there is none.';

COMMENT ON COLUMN "public"."order_billing"."state" IS 'State or region; may be empty.';

COMMENT ON COLUMN "public"."order_items"."access" IS 'What this line gives: pending until paid, granted, suspended by a dispute, revoked by a refund or a lost dispute, withheld when it could not be given and is refunded.';

COMMENT ON COLUMN "public"."order_items"."course_id" IS 'The course, which cannot be deleted any more.';

COMMENT ON COLUMN "public"."order_items"."created_at" IS 'When the order was made.';

COMMENT ON COLUMN "public"."order_items"."discount_cents" IS 'Minor units: this line''s part of the coupon''s discount.';

COMMENT ON COLUMN "public"."order_items"."id" IS 'Identity of the line; grants and refunds name it.';

COMMENT ON COLUMN "public"."order_items"."instructor_id" IS 'Who owned the course then.';

COMMENT ON COLUMN "public"."order_items"."instructor_name" IS 'Name of the instructor then.';

COMMENT ON COLUMN "public"."order_items"."list_price_cents" IS 'Minor units: price before any reduction.';

COMMENT ON COLUMN "public"."order_items"."order_id" IS 'The order.';

COMMENT ON COLUMN "public"."order_items"."platform_fee_percent" IS 'Share of the line that the platform keeps; fixed at the sale.';

COMMENT ON COLUMN "public"."order_items"."position" IS 'Order of the lines, from 1.';

COMMENT ON COLUMN "public"."order_items"."price_cents" IS 'Minor units: sale price, before the coupon. The price_at_purchase of the API.';

COMMENT ON COLUMN "public"."order_items"."refunded_cents" IS 'Minor units of this line given back by refunds and lost disputes.';

COMMENT ON COLUMN "public"."order_items"."slug" IS 'Address of the course then.';

COMMENT ON COLUMN "public"."order_items"."tax_cents" IS 'Minor units of tax.';

COMMENT ON COLUMN "public"."order_items"."thumbnail_path" IS 'Picture of the course then, in the bucket thumbnails.';

COMMENT ON COLUMN "public"."order_items"."title" IS 'Title of the course then.';

COMMENT ON COLUMN "public"."order_items"."total_cents" IS 'Minor units paid for this line.';

COMMENT ON COLUMN "public"."orders"."closed_at" IS 'When it was canceled or expired unpaid.';

COMMENT ON COLUMN "public"."orders"."completed_at" IS 'When it was paid.';

COMMENT ON COLUMN "public"."orders"."coupon_id" IS 'The coupon that made discount_cents.';

COMMENT ON COLUMN "public"."orders"."created_at" IS 'When it was made.';

COMMENT ON COLUMN "public"."orders"."currency" IS 'Lower-case ISO 4217 of every amount of the order.';

COMMENT ON COLUMN "public"."orders"."discount_cents" IS 'Minor units taken off by the coupon.';

COMMENT ON COLUMN "public"."orders"."expires_at" IS 'Until when an unpaid order keeps its prices and its coupon.';

COMMENT ON COLUMN "public"."orders"."id" IS 'Identity of the order.';

COMMENT ON COLUMN "public"."orders"."order_number" IS 'Number for people, counted by year: ORD-2026-00001. Unpaid orders leave gaps.';

COMMENT ON COLUMN "public"."orders"."payment_method" IS 'stripe, or free when there was nothing to pay; null until paid.';

COMMENT ON COLUMN "public"."orders"."refunded_cents" IS 'Minor units given back by refunds and lost disputes.';

COMMENT ON COLUMN "public"."orders"."state" IS 'Where the order stands, exactly. Its moves are the rows of private.order_transitions.';

COMMENT ON COLUMN "public"."orders"."status" IS 'Where the order stands, in four words: pending, completed, failed, refunded.';

COMMENT ON COLUMN "public"."orders"."subtotal_cents" IS 'Minor units: sum of the sale prices of the lines.';

COMMENT ON COLUMN "public"."orders"."tax_cents" IS 'Minor units of tax.';

COMMENT ON COLUMN "public"."orders"."total_cents" IS 'Minor units to pay: subtotal - discount + tax.';

COMMENT ON COLUMN "public"."orders"."updated_at" IS 'Time of the last change.';

COMMENT ON COLUMN "public"."orders"."user_id" IS 'The buyer.';

COMMENT ON COLUMN "public"."payments"."amount_cents" IS 'Minor units asked for.';

COMMENT ON COLUMN "public"."payments"."attempt" IS 'Number of the attempt in its order, from 1; part of the idempotency key at Stripe.';

COMMENT ON COLUMN "public"."payments"."canceled_at" IS 'When the intent was canceled, or given up before Stripe answered.';

COMMENT ON COLUMN "public"."payments"."charge_refunded_cents" IS 'Largest cumulative refund that the charge reported.';

COMMENT ON COLUMN "public"."payments"."created_at" IS 'When the attempt began.';

COMMENT ON COLUMN "public"."payments"."currency" IS 'Lower-case ISO 4217.';

COMMENT ON COLUMN "public"."payments"."failed_at" IS 'Stripe''s time of the last reported failure.';

COMMENT ON COLUMN "public"."payments"."failed_charges" IS 'Charges that were reported to have failed.';

COMMENT ON COLUMN "public"."payments"."failure_code" IS 'Why that one failed: Stripe''s code, such as card_declined.';

COMMENT ON COLUMN "public"."payments"."id" IS 'Identity of the attempt.';

COMMENT ON COLUMN "public"."payments"."order_id" IS 'The order to pay.';

COMMENT ON COLUMN "public"."payments"."pays_order" IS 'True for the payment that completed the order.';

COMMENT ON COLUMN "public"."payments"."processing_charges" IS 'Charges that were reported to be on their way.';

COMMENT ON COLUMN "public"."payments"."provider" IS 'Who moves the money: stripe.';

COMMENT ON COLUMN "public"."payments"."status" IS 'Derived from the facts. failed: the last card was declined, the intent takes another.';

COMMENT ON COLUMN "public"."payments"."stripe_charge_id" IS 'The charge that succeeded.';

COMMENT ON COLUMN "public"."payments"."stripe_payment_intent_id" IS 'The intent; null until Stripe answered.';

COMMENT ON COLUMN "public"."payments"."succeeded_at" IS 'When the money was reported to be there.';

COMMENT ON COLUMN "public"."payments"."updated_at" IS 'Time of the last change.';

COMMENT ON COLUMN "public"."profile_private"."country" IS 'Country as the person writes it, or empty.';

COMMENT ON COLUMN "public"."profile_private"."created_at" IS 'Time of the sign-up.';

COMMENT ON COLUMN "public"."profile_private"."email" IS 'Mirrors the address in Auth; changes only there.';

COMMENT ON COLUMN "public"."profile_private"."phone" IS 'Telephone number, or empty.';

COMMENT ON COLUMN "public"."profile_private"."timezone" IS 'IANA time zone, for example Europe/Berlin: streaks count days in it.';

COMMENT ON COLUMN "public"."profile_private"."updated_at" IS 'Time of the last change.';

COMMENT ON COLUMN "public"."profile_private"."user_id" IS 'Whose data.';

COMMENT ON COLUMN "public"."profile_stats"."certificates_earned" IS 'Certificates that are not revoked.';

COMMENT ON COLUMN "public"."profile_stats"."courses_completed" IS 'Courses completed.';

COMMENT ON COLUMN "public"."profile_stats"."courses_enrolled" IS 'Courses the person has access to.';

COMMENT ON COLUMN "public"."profile_stats"."last_activity_at" IS 'Last time something was learned.';

COMMENT ON COLUMN "public"."profile_stats"."rating_sum_given" IS 'Sum of the stars of these ratings.';

COMMENT ON COLUMN "public"."profile_stats"."ratings_given" IS 'Ratings written.';

COMMENT ON COLUMN "public"."profile_stats"."seconds_learned" IS 'Seconds of lessons watched, each second counted once.';

COMMENT ON COLUMN "public"."profile_stats"."streak_days" IS 'Length of the run of learning days that ended on streak_last_on.';

COMMENT ON COLUMN "public"."profile_stats"."streak_last_on" IS 'Last learning day, in the person''s time zone on that day. The streak is over when it lies before yesterday.';

COMMENT ON COLUMN "public"."profile_stats"."user_id" IS 'Whose sums.';

COMMENT ON COLUMN "public"."profiles"."avatar_path" IS 'File in the bucket avatars, in the folder named by the id; null without a picture.';

COMMENT ON COLUMN "public"."profiles"."bio" IS 'About the person, plain text.';

COMMENT ON COLUMN "public"."profiles"."created_at" IS 'Time of the sign-up.';

COMMENT ON COLUMN "public"."profiles"."first_name" IS 'Given name.';

COMMENT ON COLUMN "public"."profiles"."headline" IS 'One line under the name, for example a profession.';

COMMENT ON COLUMN "public"."profiles"."id" IS 'The id of the account in Auth.';

COMMENT ON COLUMN "public"."profiles"."is_active" IS 'False for an account that staff closed.';

COMMENT ON COLUMN "public"."profiles"."is_instructor" IS 'Mirrors user_roles; kept by a trigger.';

COMMENT ON COLUMN "public"."profiles"."is_reviewer" IS 'Has written a review that is shown; kept by a trigger.';

COMMENT ON COLUMN "public"."profiles"."last_name" IS 'Family name.';

COMMENT ON COLUMN "public"."profiles"."updated_at" IS 'Time of the last change.';

COMMENT ON COLUMN "public"."review_votes"."created_at" IS 'When.';

COMMENT ON COLUMN "public"."review_votes"."review_id" IS 'The review.';

COMMENT ON COLUMN "public"."reviews"."comment" IS 'Text as typed, or empty; escaped on output.';

COMMENT ON COLUMN "public"."reviews"."course_id" IS 'The course.';

COMMENT ON COLUMN "public"."reviews"."created_at" IS 'When it was written.';

COMMENT ON COLUMN "public"."reviews"."has_words" IS 'Says something beside the stars.';

COMMENT ON COLUMN "public"."reviews"."helpful_count" IS 'Votes that found it helpful; kept by a trigger on review_votes.';

COMMENT ON COLUMN "public"."reviews"."hidden_reason" IS 'Why staff hid it.';

COMMENT ON COLUMN "public"."reviews"."id" IS 'Identity of the review.';

COMMENT ON COLUMN "public"."reviews"."instructor_reply" IS 'The instructor''s answer, or empty.';

COMMENT ON COLUMN "public"."reviews"."is_hidden" IS 'Hidden by staff: seen by its author and staff only, and not counted.';

COMMENT ON COLUMN "public"."reviews"."rating" IS 'Stars, 1 to 5.';

COMMENT ON COLUMN "public"."reviews"."replied_at" IS 'When the instructor answered.';

COMMENT ON COLUMN "public"."reviews"."title" IS 'Headline, or empty.';

COMMENT ON COLUMN "public"."reviews"."updated_at" IS 'Time of the last change.';

COMMENT ON COLUMN "public"."user_roles"."granted_at" IS 'Since when.';

COMMENT ON COLUMN "public"."user_roles"."granted_by" IS 'The admin who gave it, or null for the set-up.';

COMMENT ON COLUMN "public"."user_roles"."role" IS 'instructor sells courses, moderator keeps order, admin may do everything.';

COMMENT ON COLUMN "public"."user_roles"."user_id" IS 'Who has the role.';

COMMENT ON COLUMN "public"."wishlists"."added_at" IS 'When it was saved.';

COMMENT ON COLUMN "public"."wishlists"."course_id" IS 'The course.';

COMMENT ON FUNCTION "private"."active_uid"() IS 'The caller''s id, or null for nobody and for a closed account.';

COMMENT ON FUNCTION "private"."add_spread"(bigint[], bigint, bigint[]) IS 'base plus amount, spread in proportion to the room that is left below totals.';

COMMENT ON FUNCTION "private"."add_students"(uuid, integer) IS 'Changes the number of students of a course without ever waiting for another enrolment.';

COMMENT ON FUNCTION "private"."add_to_cart"(uuid) IS 'The door behind public.add_to_cart.';

COMMENT ON FUNCTION "private"."administered_course_ids"() IS 'All courses for admins, none for others. Policies compare with the array of it, which an index can answer; "or is_admin()" would make every reader scan the table.';

COMMENT ON FUNCTION "private"."answer_error"(text, integer, text, jsonb, jsonb) IS 'The body of an error as the result of an RPC, with its HTTP status. The transaction commits. Arguments as of private.fail.';

COMMENT ON FUNCTION "private"."append_position"() IS 'Trigger: position one after the last of the same list. Definer, because a list can hold rows that its reader may not see.';

COMMENT ON FUNCTION "private"."apply_charge_refunded"(jsonb) IS 'Stores the cumulative refund of a charge, which only grows, and settles its order.';

COMMENT ON FUNCTION "private"."apply_coupon"(uuid, text) IS 'The door behind public.apply_coupon.';

COMMENT ON FUNCTION "private"."apply_dispute"(text, jsonb, timestamp with time zone) IS 'Stores what an event says about a dispute and settles its order.';

COMMENT ON FUNCTION "private"."apply_fraud_warning"(jsonb) IS 'Shows an early fraud warning to staff.';

COMMENT ON FUNCTION "private"."apply_payment_intent"(text, jsonb, timestamp with time zone) IS 'Stores what an event of an intent says and settles its order. Ignored when the intent is not ours; quarantined when it cannot be right.';

COMMENT ON FUNCTION "private"."apply_refund"(jsonb) IS 'Stores the state of a refund, which only moves forward, and settles its order.';

COMMENT ON FUNCTION "private"."approve_instructor"(uuid, boolean, text) IS 'The door behind public.approve_instructor.';

COMMENT ON FUNCTION "private"."archive_course"(uuid) IS 'The door behind public.archive_course.';

COMMENT ON FUNCTION "private"."audit"() IS 'Trigger (after, each row): writes the changed ones of the watched columns to audit_log.';

COMMENT ON FUNCTION "private"."call_edge_function"(text, jsonb) IS 'Asks pg_net to POST body to an edge function with the scheduler''s token; returns the id of the request, or null where pg_net or the secrets functions_url and cron_secret of Vault are missing.';

COMMENT ON FUNCTION "private"."caller_key"() IS 'The caller''s account id, or the network address of a visitor: the subject of rate limits.';

COMMENT ON FUNCTION "private"."cancel_order"(uuid) IS 'The door behind public.cancel_order.';

COMMENT ON FUNCTION "private"."cart_json"(uuid) IS 'The JSON of get_cart for somebody.';

COMMENT ON FUNCTION "private"."cart_refusal"(uuid, uuid) IS 'Code of the reason why the course cannot be put in the user''s cart, or null. Volatile: it must see the rows of the statement before it.';

COMMENT ON FUNCTION "private"."certificate_hash"(text, text, text, text, integer, timestamp with time zone) IS 'SHA-256 (hex) of the snapshot of a certificate.';

COMMENT ON FUNCTION "private"."certificate_json"(public.certificates) IS 'A certificate as its owner sees it.';

COMMENT ON FUNCTION "private"."check_ledger_balance"() IS 'Trigger: each transaction has entries and they add up to zero.';

COMMENT ON FUNCTION "private"."check_order_sums"() IS 'Trigger: the amounts of an order are the sums of its lines; an order without lines cannot be.';

COMMENT ON FUNCTION "private"."check_timezone"() IS 'Trigger: VALIDATION_ERROR for a zone that does not exist.';

COMMENT ON FUNCTION "private"."clamp_page"(integer) IS 'A page number of at least 1.';

COMMENT ON FUNCTION "private"."clamp_page_size"(integer, integer) IS 'A page size from 1 to 100.';

COMMENT ON FUNCTION "private"."close_order"(uuid, public.order_state) IS 'Moves an unpaid order to canceled or expired and releases its coupon. Money that arrives all the same completes it.';

COMMENT ON FUNCTION "private"."complete_enrollment"(uuid, timestamp with time zone) IS 'Marks the enrolment as completed when every lesson is, issues the certificate, notifies and owes the mail; true when it did.';

COMMENT ON FUNCTION "private"."complete_order"(uuid, text) IS 'Completes an order once; the second time does nothing. payment_method: stripe or free. Lines that cannot be given are refunded by themselves.';

COMMENT ON FUNCTION "private"."continue_learning"(integer) IS 'The door behind public.continue_learning.';

COMMENT ON FUNCTION "private"."count_author_as_student"() IS 'Trigger on course_instructors: authors are not students of their course. Definer: an owner adds authors, nobody writes counts.';

COMMENT ON FUNCTION "private"."count_category_courses"() IS 'Trigger on courses: categories.course_count by exact differences.';

COMMENT ON FUNCTION "private"."count_certificates"() IS 'Trigger on certificates: keeps profile_stats.certificates_earned.';

COMMENT ON FUNCTION "private"."count_changed_completion"() IS 'Trigger on lesson_progress (update): keeps enrollments.lessons_completed.';

COMMENT ON FUNCTION "private"."count_changed_enrollment"() IS 'Trigger on enrollments (update of status or completion): the same by differences.';

COMMENT ON FUNCTION "private"."count_changed_lessons"() IS 'Trigger on lessons: totals of the sections and courses that changed.';

COMMENT ON FUNCTION "private"."count_completed_lessons"() IS 'Trigger on lesson_progress (insert, delete): keeps enrollments.lessons_completed.';

COMMENT ON FUNCTION "private"."count_coupon_seats"() IS 'Trigger: keeps coupons.redeemed_count.';

COMMENT ON FUNCTION "private"."count_helpful_votes"() IS 'Trigger: reviews.helpful_count by exact differences.';

COMMENT ON FUNCTION "private"."count_lessons"(uuid[], uuid[]) IS 'Makes the totals of sections and courses anew from their lessons.';

COMMENT ON FUNCTION "private"."count_new_enrollments"() IS 'Trigger on enrollments (insert): adds to course_stats.student_count and profile_stats.';

COMMENT ON FUNCTION "private"."count_ratings"() IS 'Trigger on reviews: rating columns of course_stats and profile_stats by exact differences.';

COMMENT ON FUNCTION "private"."count_sections"() IS 'Trigger on curriculum_sections: course_stats.section_count.';

COMMENT ON FUNCTION "private"."count_students_of"(uuid) IS 'People who may study the course now and do not teach it. Grows with the students: for recounts only.';

COMMENT ON FUNCTION "private"."course_cards"(uuid[]) IS 'JSON array of the rows of v_course_cards for these ids, in their order, with enrolled, in_cart and in_wishlist of the caller. Ids that the caller may not see are left out.';

COMMENT ON FUNCTION "private"."course_publish_issues"(uuid) IS 'JSON array [{issue, field, message, section_id or lesson_id}]; empty when the course can be published.';

COMMENT ON FUNCTION "private"."course_readiness"(uuid) IS 'The door behind public.course_readiness.';

COMMENT ON FUNCTION "private"."course_roster"(uuid, integer, integer) IS 'The door behind public.course_roster.';

COMMENT ON FUNCTION "private"."course_state"(uuid) IS '{id, slug, status, is_published, published_at, archived_at}.';

COMMENT ON FUNCTION "private"."course_team"(uuid) IS 'The door behind public.course_team.';

COMMENT ON FUNCTION "private"."cover_lesson"(public.enrollments, public.lessons, integer, integer, integer, timestamp with time zone) IS 'Credits what of from_second..to_second is new, within the lesson and the clock; at: the moment that counts as now. The caller holds private.lock_learner.';

COMMENT ON FUNCTION "private"."covered_seconds"(int4multirange) IS 'Sum of the lengths of the ranges.';

COMMENT ON FUNCTION "private"."create_api_key"(text, integer) IS 'The door behind public.create_api_key.';

COMMENT ON FUNCTION "private"."create_company_key"(uuid, text, uuid[], integer) IS 'The door behind public.create_company_key.';

COMMENT ON FUNCTION "private"."create_course_owner"() IS 'Trigger on courses: the owner''s row in course_instructors.';

COMMENT ON FUNCTION "private"."create_course_stats"() IS 'Trigger on courses: a new course starts with counters of zero.';

COMMENT ON FUNCTION "private"."create_notification_preferences"() IS 'Trigger on profiles: everybody starts with the defaults.';

COMMENT ON FUNCTION "private"."create_order_from_cart"(jsonb, numeric, text, text) IS 'The door behind public.create_order_from_cart.';

COMMENT ON FUNCTION "private"."current_streak_days"(integer, date, text, timestamp with time zone) IS 'Days of the current streak. streak_days and streak_last_on as in profile_stats; timezone: IANA; at: the moment that counts as now.';

COMMENT ON FUNCTION "private"."curriculum"(uuid, uuid[]) IS 'Sections with their lessons as JSON; video_url and video_path only where the caller may watch. completed_lesson_ids: the lessons to mark as completed.';

COMMENT ON FUNCTION "private"."deactivate_user"(uuid, boolean) IS 'The door behind public.deactivate_user.';

COMMENT ON FUNCTION "private"."delete_my_account"(text) IS 'The door behind public.delete_my_account.';

COMMENT ON FUNCTION "private"."derive_access"(uuid[]) IS 'Sets status and access_ends_at of these enrolments from their grants.';

COMMENT ON FUNCTION "private"."derive_changed_access"() IS 'Trigger on access_grants: derives the enrolments of the changed grants.';

COMMENT ON FUNCTION "private"."dispatch_stripe_event"(private.stripe_events) IS 'Hands an event to the function that knows its object; answers outcome (applied, ignored, quarantined) and the order.';

COMMENT ON FUNCTION "private"."dispute_finality"(text) IS 'Rank of a status of Stripe''s disputes: a lower one never takes the place of a higher one.';

COMMENT ON FUNCTION "private"."end_expired_access"() IS 'Job: ends up to 1000 enrolments whose time is over; returns how many.';

COMMENT ON FUNCTION "private"."enqueue_mail"(text, uuid, jsonb, text) IS 'Owes somebody a mail. template: a private.mail_template; payload: what the template shows; dedupe_key: the fact behind it, mailed once a template.';

COMMENT ON FUNCTION "private"."enqueue_weekly_summaries"(date) IS 'Job: owes the mail weekly_summary for the week before the one of today, once a person; returns how many.';

COMMENT ON FUNCTION "private"."enroll_company_lines"(public.api_keys, text, uuid[], jsonb) IS 'Works off the lines of enroll_company_staff.';

COMMENT ON FUNCTION "private"."enroll_free"(uuid) IS 'The door behind public.enroll_free.';

COMMENT ON FUNCTION "private"."enrolled_course_ids"() IS 'Courses the caller has live access to; none for a closed account.';

COMMENT ON FUNCTION "private"."enrollment_detail"(uuid) IS 'The door behind public.enrollment_detail.';

COMMENT ON FUNCTION "private"."enrollment_json"(public.enrollments, integer) IS 'The fields of my_enrollments and enrollment_detail beside the course.';

COMMENT ON FUNCTION "private"."erase_user"(uuid) IS 'Erases a person as private.personal_data says: Auth, rows, and (by a worker) files. The caller has checked that it may be done.';

COMMENT ON FUNCTION "private"."execute_for_person"(text, uuid, text[]) IS 'Runs a statement made from private.personal_data, which only migrations write, and returns its first value.';

COMMENT ON FUNCTION "private"."expire_orders"() IS 'Moves overdue orders without a live payment to expired and frees their coupons; returns how many.';

COMMENT ON FUNCTION "private"."explain_access"(uuid) IS 'The door behind public.explain_access.';

COMMENT ON FUNCTION "private"."export_my_data"() IS 'The door behind public.export_my_data.';

COMMENT ON FUNCTION "private"."fail"(text, integer, text, jsonb, jsonb) IS 'Ends the call with an error of the contract. code: upper snake case literal of types/errors.ts; status: HTTP; details: JSON object; headers: response headers such as Retry-After (seconds, as text).';

COMMENT ON FUNCTION "private"."find_courses"(text) IS 'Published courses that fit what somebody typed, with a rank; by similar titles when nothing has the words.';

COMMENT ON FUNCTION "private"."find_payment"(text, jsonb) IS 'The attempt of an intent, with its order locked; null when it is not ours. metadata: of the intent or its charge.';

COMMENT ON FUNCTION "private"."fold_student_counts"() IS 'Job: adds up what waits; returns of how many courses.';

COMMENT ON FUNCTION "private"."fold_students"(uuid, integer) IS 'Adds a change and everything that waits to course_stats.student_count. The caller holds the row.';

COMMENT ON FUNCTION "private"."get_cart"() IS 'The door behind public.get_cart.';

COMMENT ON FUNCTION "private"."get_order"(uuid) IS 'The door behind public.get_order.';

COMMENT ON FUNCTION "private"."grant_access"(uuid, uuid, public.grant_source, uuid, uuid, text, timestamp with time zone) IS 'Gives a student one more reason to study a course and returns the enrolment. order_item_id: the paid line, granted once however often it is told; expires_at: null for ever. Sends the welcome when the student had no access before.';

COMMENT ON FUNCTION "private"."grant_enrollment"(uuid, uuid, text, timestamp with time zone) IS 'The door behind public.grant_enrollment.';

COMMENT ON FUNCTION "private"."guard_cart_item"() IS 'Trigger: only courses that the owner of the cart can buy come in, and only so many.';

COMMENT ON FUNCTION "private"."guard_course_delete"() IS 'Trigger: COURSE_HAS_STUDENTS 409.';

COMMENT ON FUNCTION "private"."guard_course_instructor"() IS 'Trigger: NOT_INSTRUCTOR 403 for a co-instructor without the role.';

COMMENT ON FUNCTION "private"."guard_course_price"() IS 'Trigger: NOT_COURSE_OWNER 403 for a co-instructor, VALIDATION_ERROR 422 for an original price that was never charged.';

COMMENT ON FUNCTION "private"."guard_order_state"() IS 'Trigger: an order moves only along the rows of private.order_transitions.';

COMMENT ON FUNCTION "private"."guard_refund_state"() IS 'Trigger: the state of a refund only moves forward.';

COMMENT ON FUNCTION "private"."guard_review_vote"() IS 'Trigger: SELF_VOTE 409.';

COMMENT ON FUNCTION "private"."guard_wishlist"() IS 'Trigger: only published courses are saved.';

COMMENT ON FUNCTION "private"."handle_new_user"() IS 'Trigger on auth.users: profile, private data, sums and cart of a new account.';

COMMENT ON FUNCTION "private"."has_course_access"(uuid) IS 'true when the caller may see the content of the course.';

COMMENT ON FUNCTION "private"."has_lost_dispute"(uuid) IS 'true when a bank has taken the payment of the order back.';

COMMENT ON FUNCTION "private"."has_open_dispute"(uuid) IS 'true while a bank asks the payment of the order back.';

COMMENT ON FUNCTION "private"."has_role"(public.user_role) IS 'true when the caller has the role and an open account.';

COMMENT ON FUNCTION "private"."highest_price_charged"(uuid, timestamp with time zone) IS 'Highest price in minor units at which the course was sold since a moment; null when it never was.';

COMMENT ON FUNCTION "private"."index_changed_courses"() IS 'Trigger on everything that is searched in: courses, names of categories and of instructors.';

COMMENT ON FUNCTION "private"."index_courses"(uuid[]) IS 'Makes the search vectors of these courses anew.';

COMMENT ON FUNCTION "private"."instructor_shares"(uuid, uuid, bigint) IS 'The amount, split to the cent over the instructors of the course by their percentages.';

COMMENT ON FUNCTION "private"."is_admin"() IS 'true for admins.';

COMMENT ON FUNCTION "private"."is_course_author"(uuid) IS 'true when the caller owns the course or teaches it with others.';

COMMENT ON FUNCTION "private"."is_course_owner"(uuid) IS 'true when the caller owns the course.';

COMMENT ON FUNCTION "private"."is_enrolled"(uuid, uuid) IS 'true when the person has live access to the course.';

COMMENT ON FUNCTION "private"."is_instructor"() IS 'true for those who may make courses.';

COMMENT ON FUNCTION "private"."is_service"() IS 'true for a call with the secret key.';

COMMENT ON FUNCTION "private"."is_staff"() IS 'true for moderators and admins: they see content, moderators never personal data.';

COMMENT ON FUNCTION "private"."is_timezone"(text) IS 'true for an IANA time zone.';

COMMENT ON FUNCTION "private"."issue_certificate"(uuid) IS 'The door behind public.issue_certificate.';

COMMENT ON FUNCTION "private"."jobs_are_late"() IS 'true when a scheduled job should have run a quarter of an hour ago. Anybody may know it.';

COMMENT ON FUNCTION "private"."keep_history"() IS 'Trigger (after update and delete, each row; before truncate): refuses everything but changes of the columns named as arguments.';

COMMENT ON FUNCTION "private"."ledger_account"(private.ledger_account_kind, uuid, character) IS 'Id of the account of this kind, owner (null: the platform) and currency.';

COMMENT ON FUNCTION "private"."ledger_difference"(uuid) IS 'ledger_targets less what was posted; no row when the books are right.';

COMMENT ON FUNCTION "private"."ledger_targets"(uuid) IS 'Debits (+) and credits (-) by kind, line and account that the facts ask for. Derived from the sale that was posted, so that later changes of shares change nothing.';

COMMENT ON FUNCTION "private"."lesson_id_of_file"(text) IS 'The lesson in the path of a file of the buckets lesson-videos and lesson-resources; null for any other path.';

COMMENT ON FUNCTION "private"."local_date"(uuid, timestamp with time zone) IS 'Calendar day of a moment in the person''s own time zone; UTC when none is known.';

COMMENT ON FUNCTION "private"."lock_learner"(uuid) IS 'Serialises the changes of one student''s learning until the transaction ends. Taken before any row of enrollments.';

COMMENT ON FUNCTION "private"."lowest_price_charged"(uuid, timestamp with time zone) IS 'Lowest price in minor units at which the course was sold since a moment; null when it never was. Everybody may know it.';

COMMENT ON FUNCTION "private"."mark_lesson_complete"(uuid, uuid, boolean) IS 'The door behind public.mark_lesson_complete.';

COMMENT ON FUNCTION "private"."may_read_lesson_file"(text) IS 'true when the caller may see the content of the lesson in the path: the rule of lesson_contents.';

COMMENT ON FUNCTION "private"."may_write_course_file"(text) IS 'true when the path begins with a course that the caller teaches, or the caller is an admin.';

COMMENT ON FUNCTION "private"."may_write_lesson_file"(text) IS 'true when the path is that of a lesson whose course the caller teaches, or the caller is an admin.';

COMMENT ON FUNCTION "private"."merge_guest_cart"(uuid[]) IS 'The door behind public.merge_guest_cart.';

COMMENT ON FUNCTION "private"."minimum_charge_cents"(text) IS 'Smallest amount that can be charged in a lower-case ISO 4217 currency, in minor units.';

COMMENT ON FUNCTION "private"."minor_unit_digits"(text) IS 'Decimals of a lower-case ISO 4217 currency: 0 or 2.';

COMMENT ON FUNCTION "private"."mint_api_key"(uuid, text, integer, text[], uuid[]) IS 'A new key, with the secret that is shown only now: {id, name, key, key_prefix, scopes, course_ids, created_at, expires_at}.';

COMMENT ON FUNCTION "private"."mirror_email"() IS 'Trigger on auth.users: keeps profile_private.email equal to the address in Auth.';

COMMENT ON FUNCTION "private"."mirror_instructor_role"() IS 'Trigger: keeps profiles.is_instructor equal to the role.';

COMMENT ON FUNCTION "private"."mirror_is_reviewer"() IS 'Trigger: keeps profiles.is_reviewer equal to whether a review of the person is shown.';

COMMENT ON FUNCTION "private"."mirror_refund"(public.payments, jsonb, integer) IS 'Id of a new row for a refund made at Stripe; order_item_ids in its metadata (ids, comma) name the lines.';

COMMENT ON FUNCTION "private"."moderate_review"(uuid, boolean, text) IS 'The door behind public.moderate_review.';

COMMENT ON FUNCTION "private"."my_certificates"() IS 'The door behind public.my_certificates.';

COMMENT ON FUNCTION "private"."my_enrollments"(text, integer, integer) IS 'The door behind public.my_enrollments.';

COMMENT ON FUNCTION "private"."next_lesson"(public.enrollments) IS '{id, title, order (in the section), index (in the course, from 1), section, position_seconds} of the lesson to go on with; null when all are completed.';

COMMENT ON FUNCTION "private"."next_order_number"() IS 'ORD-<year>-<number of at least five digits>.';

COMMENT ON FUNCTION "private"."normalise_coupon"() IS 'Trigger: one spelling for each code.';

COMMENT ON FUNCTION "private"."normalise_coupon_code"(text) IS 'The stored form of a coupon code.';

COMMENT ON FUNCTION "private"."note_search"(text, text) IS 'Notes a search. term: as typed, compared without case and spare spaces; searcher: private.caller_key().';

COMMENT ON FUNCTION "private"."notify"(uuid, text, text, text, text, text) IS 'Tells somebody something in the app. dedupe_key: the fact behind it, told once; null: every time. Too long words are cut, because a notification never stops the story that sends it.';

COMMENT ON FUNCTION "private"."order_claims"(uuid) IS 'One row a line, in their order; minor units. Never more than the line. is_refunded_by_name: refunds that name the line cover it.';

COMMENT ON FUNCTION "private"."order_items_json"(uuid, text) IS 'The lines of an order, in their order.';

COMMENT ON FUNCTION "private"."order_json"(uuid) IS 'The JSON of get_order. payment is null until somebody tried to pay.';

COMMENT ON FUNCTION "private"."order_still_says"(uuid, uuid[], uuid) IS 'true when nothing about the order would be different if it were made now.';

COMMENT ON FUNCTION "private"."own_cart_id"() IS 'The cart of the caller, or null for nobody.';

COMMENT ON FUNCTION "private"."owned_course_ids"() IS 'Courses the caller owns; none for a closed account.';

COMMENT ON FUNCTION "private"."page"(bigint, integer, integer, jsonb) IS 'The page envelope {count, total_pages, current_page, page_size, next, previous, results}; next and previous are page numbers or null.';

COMMENT ON FUNCTION "private"."parse_billing_address"(jsonb) IS 'The ten fields, trimmed, optional ones as ""; INVALID_BILLING_ADDRESS 422 with {"<field>": "<what is wrong>"}. Other keys are ignored.';

COMMENT ON FUNCTION "private"."payment_intent_problem"(public.payments, text, jsonb) IS 'order_mismatch, currency_mismatch, amount_mismatch or null.';

COMMENT ON FUNCTION "private"."personal_buckets"() IS 'Buckets whose folders are named by the id of a person.';

COMMENT ON FUNCTION "private"."place_order"(uuid, uuid[], uuid, jsonb, public.orders, numeric) IS 'Id of the open order when it still says the same, otherwise of a new one, which takes its place. A total of zero is complete at once.';

COMMENT ON FUNCTION "private"."post_ledger"(uuid) IS 'Posts the difference between the books and the facts; nothing when there is none.';

COMMENT ON FUNCTION "private"."post_sale"(uuid) IS 'Posts the sale once: cash against fee, tax and the instructors'' shares, which become available after the hold.';

COMMENT ON FUNCTION "private"."preview_coupon"(text) IS 'The door behind public.preview_coupon.';

COMMENT ON FUNCTION "private"."price_lines"(uuid[], uuid) IS 'One line a course, in the order asked for; amounts in minor units. The discount of the coupon is split to the cent over the courses it covers.';

COMMENT ON FUNCTION "private"."priced_json"(uuid[], uuid) IS '{code, subtotal, discount_amount, tax_amount, total_amount, currency, items[{course_id, title, price, discount_amount, total_amount}]}.';

COMMENT ON FUNCTION "private"."process_stripe_event"(text) IS 'Applies a stored event and returns {event_id, outcome, order_id}. An unexpected error is stored with the event and reported; everything the event had begun is undone.';

COMMENT ON FUNCTION "private"."progress_percent"(integer, integer) IS '0 to 100, rounded down; 0 for a course without lessons.';

COMMENT ON FUNCTION "private"."publish_course"(uuid) IS 'The door behind public.publish_course.';

COMMENT ON FUNCTION "private"."purchase_refusal"(uuid, uuid) IS 'Code of the reason why the user cannot buy the course (COURSE_NOT_FOUND, OWN_COURSE, ALREADY_ENROLLED), or null.';

COMMENT ON FUNCTION "private"."rate_limit_hit"(text, text, integer, interval) IS 'true while the subject used the bucket at most max_hits times in the current fixed window. The subject is a user id or another thing nobody can choose freely.';

COMMENT ON FUNCTION "private"."rebuild_course_daily_stats"(date, date) IS 'Makes course_daily_stats and course_daily_revenue of these days (UTC, both included) equal to the facts.';

COMMENT ON FUNCTION "private"."recent_reviews"(uuid, integer) IS 'JSON array of the newest shown reviews with words: [{id, author (name), avatar, rating, title, date, comment, helpful_count}].';

COMMENT ON FUNCTION "private"."recommended_courses"(integer) IS 'Ids and reasons behind public.recommendations, best first.';

COMMENT ON FUNCTION "private"."record_course_price"() IS 'Trigger on courses: notes the price of a course on sale.';

COMMENT ON FUNCTION "private"."record_course_view"(uuid) IS 'The door behind public.record_course_view.';

COMMENT ON FUNCTION "private"."record_learning"(uuid, integer, timestamp with time zone, timestamp with time zone) IS 'Adds to learning_days and profile_stats. seconds: watched for the first time, 0 for a completed lesson; at: the moment that counts as now; spent_until: see learning_days. The caller holds private.lock_learner.';

COMMENT ON FUNCTION "private"."record_watch_time"(uuid, integer, integer, integer) IS 'The door behind public.record_watch_time.';

COMMENT ON FUNCTION "private"."recount_categories"() IS 'Makes categories.course_count anew. Changes nothing when the triggers did their work.';

COMMENT ON FUNCTION "private"."recount_course"(uuid) IS 'Makes the row of course_stats and the totals of the sections anew. Changes nothing when the triggers did their work.';

COMMENT ON FUNCTION "private"."recount_enrollment"(uuid) IS 'enrollments.lessons_completed from lesson_progress.';

COMMENT ON FUNCTION "private"."recount_profile"(uuid) IS 'Sums of profile_stats from learning_days, enrollments, certificates and reviews.';

COMMENT ON FUNCTION "private"."recount_students"(uuid) IS 'Makes course_stats.student_count anew. Changes nothing when the triggers did their work.';

COMMENT ON FUNCTION "private"."redeem_coupon_seat"(uuid) IS 'Marks the coupon of the order as used; reports coupon_seat_lost when its seat is gone.';

COMMENT ON FUNCTION "private"."refresh_bestsellers"() IS 'Job: renews the bestseller badges; returns how many. A badge ends a day after its last renewal.';

COMMENT ON FUNCTION "private"."refresh_course_affinities"(integer) IS 'Job: makes course_affinities anew from the latest enrolments; returns how many rows.';

COMMENT ON FUNCTION "private"."refund_json"(uuid) IS '{id, order_id, amount, currency, status, reason, created_at, items[{order_item_id, amount}]}.';

COMMENT ON FUNCTION "private"."refund_order"(uuid, uuid[], text, text) IS 'The door behind public.refund_order.';

COMMENT ON FUNCTION "private"."refuse_course"(text, uuid) IS 'Raises the error of a code that the rules above answered; null raises nothing.';

COMMENT ON FUNCTION "private"."refuse_unbuyable"(uuid, uuid[]) IS 'Raises COURSE_NOT_FOUND, OWN_COURSE, ALREADY_ENROLLED or PAYMENT_PROCESSING for the first course that the person cannot buy.';

COMMENT ON FUNCTION "private"."refuse_view_write"() IS 'Trigger (instead of any write): FORBIDDEN 403.';

COMMENT ON FUNCTION "private"."reinstate_access"(uuid) IS 'Takes back the revocation of the grant of a paid line; true when there was one that no admin made.';

COMMENT ON FUNCTION "private"."reorder_curriculum"(uuid, jsonb) IS 'The door behind public.reorder_curriculum.';

COMMENT ON FUNCTION "private"."replay_failed_events"() IS 'Processes the events of the last week that failed; returns how many were applied.';

COMMENT ON FUNCTION "private"."replay_ignored_events"(text) IS 'Processes the events of an intent that were ignored because nobody knew it.';

COMMENT ON FUNCTION "private"."reply_to_review"(uuid, text) IS 'The door behind public.reply_to_review.';

COMMENT ON FUNCTION "private"."report_anomaly"(text, text, uuid, jsonb) IS 'Puts something in front of staff, once.';

COMMENT ON FUNCTION "private"."report_review"(uuid, text) IS 'The door behind public.report_review.';

COMMENT ON FUNCTION "private"."reported_reviews"(integer, integer) IS 'The door behind public.reported_reviews.';

COMMENT ON FUNCTION "private"."request_instructor"(text) IS 'The door behind public.request_instructor.';

COMMENT ON FUNCTION "private"."request_refund"(uuid, uuid[], private.refund_origin, text, uuid, text) IS 'Id of a new requested refund of what is left of the lines, or null when nothing is.';

COMMENT ON FUNCTION "private"."require_admin"() IS 'The caller''s id when an admin; otherwise AUTH_REQUIRED, ACCOUNT_DISABLED or FORBIDDEN 403.';

COMMENT ON FUNCTION "private"."require_course_author"(uuid) IS 'The caller''s id when he teaches the course or is an admin; otherwise the errors of require_course_owner.';

COMMENT ON FUNCTION "private"."require_course_owner"(uuid) IS 'The caller''s id when the owner of the course or an admin; otherwise AUTH_REQUIRED, ACCOUNT_DISABLED, NOT_COURSE_OWNER 403 or COURSE_NOT_FOUND 404.';

COMMENT ON FUNCTION "private"."require_open_place"(public.enrollments) IS 'ENROLLMENT_REVOKED 403 for an enrolment that is suspended, revoked or over.';

COMMENT ON FUNCTION "private"."require_operator"() IS 'The admin''s id, or null for a call with the secret key; otherwise AUTH_REQUIRED, ACCOUNT_DISABLED or FORBIDDEN 403.';

COMMENT ON FUNCTION "private"."require_room_for_key"(uuid) IS 'API_KEY_LIMIT_REACHED 409 for an account with ten valid keys.';

COMMENT ON FUNCTION "private"."require_staff"() IS 'The caller''s id when a moderator or admin; otherwise AUTH_REQUIRED, ACCOUNT_DISABLED or FORBIDDEN 403.';

COMMENT ON FUNCTION "private"."require_user"() IS 'The caller''s id; AUTH_REQUIRED 401 for nobody, ACCOUNT_DISABLED 403 for a closed account.';

COMMENT ON FUNCTION "private"."reset_progress"(uuid) IS 'The door behind public.reset_progress.';

COMMENT ON FUNCTION "private"."restore_access"(uuid) IS 'Ends the suspension of the grant of a paid line; true when it was suspended and not ended.';

COMMENT ON FUNCTION "private"."revoke_access"(uuid, text) IS 'Ends the grant of a paid line; true when there was one to end.';

COMMENT ON FUNCTION "private"."revoke_api_key"(uuid) IS 'The door behind public.revoke_api_key.';

COMMENT ON FUNCTION "private"."revoke_certificate"(uuid, text) IS 'The door behind public.revoke_certificate.';

COMMENT ON FUNCTION "private"."revoke_enrollment"(uuid, text) IS 'The door behind public.revoke_enrollment.';

COMMENT ON FUNCTION "private"."revoke_grant"(uuid, text, uuid) IS 'Ends one grant; true when it was not ended before. Access ends only when no other grant is left. revoked_by: the admin, or null.';

COMMENT ON FUNCTION "private"."rotate_api_key"(uuid, integer) IS 'The door behind public.rotate_api_key.';

COMMENT ON FUNCTION "private"."run_due_jobs"() IS 'Runs the due rows of private.jobs; returns how many succeeded.';

COMMENT ON FUNCTION "private"."say_goodbye"(uuid, uuid, text) IS 'Revokes the certificate, notifies, and owes the mail that access has ended.';

COMMENT ON FUNCTION "private"."search"(text, text, integer, integer) IS 'The door behind public.search.';

COMMENT ON FUNCTION "private"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer) IS 'The door behind public.search_courses.';

COMMENT ON FUNCTION "private"."search_query"(text) IS 'What somebody typed, as a query: words, "phrases", or, -without. Never fails, whatever is typed.';

COMMENT ON FUNCTION "private"."search_vector"(text) IS 'Stems of a text without accents.';

COMMENT ON FUNCTION "private"."send_receipt"(uuid) IS 'Owes the buyer the receipt, once an order.';

COMMENT ON FUNCTION "private"."send_refund_notice"(public.orders, integer) IS 'Owes the buyer the news of a refund, once an amount.';

COMMENT ON FUNCTION "private"."set_course_slug"() IS 'Trigger: slug from the title, numbered when taken; follows the title until the first publication.';

COMMENT ON FUNCTION "private"."set_featured"(uuid, boolean) IS 'The door behind public.set_featured.';

COMMENT ON FUNCTION "private"."set_item_access"(uuid, public.order_item_access, text) IS 'Moves what one paid line gives; other grants of the same course are not touched. reason: told to the student when access ends.';

COMMENT ON FUNCTION "private"."set_lesson_contents_course"() IS 'Trigger: content belongs to the course of its lesson.';

COMMENT ON FUNCTION "private"."set_lesson_course"() IS 'Trigger: a lesson belongs to the course of its section.';

COMMENT ON FUNCTION "private"."set_user_role"(uuid, public.user_role, boolean) IS 'The door behind public.set_user_role.';

COMMENT ON FUNCTION "private"."setting"(text) IS 'Value of a setting, or null when there is none. Anybody may know it: no secret belongs in private.app_config.';

COMMENT ON FUNCTION "private"."setting_int"(text) IS 'Value of a setting as an integer, or null when there is none. Anybody may know it.';

COMMENT ON FUNCTION "private"."settle_completions"() IS 'Trigger on lessons (delete): completes enrolments that have no lesson left. Definer: the author deletes, students complete.';

COMMENT ON FUNCTION "private"."settle_order"(uuid) IS 'Derives the state, the lines, the access and the books of an order from its payments, refunds and disputes.';

COMMENT ON FUNCTION "private"."settle_paid_order"(public.orders) IS 'The part of settle_order after the money.';

COMMENT ON FUNCTION "private"."settle_unpaid_order"(public.orders) IS 'The part of settle_order before the money.';

COMMENT ON FUNCTION "private"."share_course_revenue"() IS 'Trigger: gives the owner what the co-instructors leave; VALIDATION_ERROR 422 beyond 100 percent.';

COMMENT ON FUNCTION "private"."slugify"(text) IS 'Lower-case ASCII words joined by hyphens, at most 80 characters; empty when the title has no such letters.';

COMMENT ON FUNCTION "private"."spread_cents"(bigint, bigint[]) IS 'Parts of amount in proportion to the weights, in their order. Both are whole minor units, not negative. Weights that are all 0 get nothing.';

COMMENT ON FUNCTION "private"."stripe_id"(jsonb) IS 'Id of a reference of Stripe, expanded or not; null for none.';

COMMENT ON FUNCTION "private"."stripe_time"(jsonb) IS 'Time in an event; now when there is none.';

COMMENT ON FUNCTION "private"."submit_contact"(text, text, text, text) IS 'The door behind public.submit_contact.';

COMMENT ON FUNCTION "private"."sum_of"(bigint[]) IS 'Sum of the elements.';

COMMENT ON FUNCTION "private"."suspend_access"(uuid) IS 'Suspends the grant of a paid line; true when it was neither suspended nor ended before.';

COMMENT ON FUNCTION "private"."take_payment"(uuid) IS 'Completes the order with its first succeeded payment; any other is reported and refunded.';

COMMENT ON FUNCTION "private"."taught_course_ids"() IS 'Courses the caller owns or teaches with others; none for a closed account.';

COMMENT ON FUNCTION "private"."to_amount"(bigint, text) IS 'Decimal amount of integer minor units. cents: minor units of the currency; currency: lower-case ISO 4217.';

COMMENT ON FUNCTION "private"."touch_last_updated"() IS 'Trigger: sets last_updated when the words of a course change.';

COMMENT ON FUNCTION "private"."touch_updated_at"() IS 'Trigger: sets updated_at to the time of the transaction.';

COMMENT ON FUNCTION "private"."transfer_course"(uuid, uuid) IS 'The door behind public.transfer_course.';

COMMENT ON FUNCTION "private"."unpublish_course"(uuid) IS 'The door behind public.unpublish_course.';

COMMENT ON FUNCTION "private"."use_coupon"(text, uuid, uuid[], uuid) IS 'Either coupon_id, with the coupon locked, or refusal: the body of COUPON_INVALID 404, COUPON_ALREADY_USED 409, COUPON_EXHAUSTED 409 or TOO_MANY_COUPON_ATTEMPTS 429, to be returned as it is.';

COMMENT ON FUNCTION "private"."uuid_or_null"(text) IS 'The text as a uuid, or null.';

COMMENT ON FUNCTION "private"."verify_certificate"(text) IS 'The door behind public.verify_certificate.';

COMMENT ON FUNCTION "private"."wake_refund_worker"() IS 'Trigger: calls the refund worker once the request is committed.';

COMMENT ON FUNCTION "private"."welcome_student"(uuid, uuid) IS 'Reinstates a certificate that was lost with access, notifies, and owes the mail "Welcome to {title}".';

COMMENT ON FUNCTION "private"."with_element"(text[], text) IS 'The list as a set with one more element, sorted.';

COMMENT ON FUNCTION "private"."write_certificate"(uuid) IS 'The new certificate of a completed enrolment; an empty row when there is one already.';

COMMENT ON FUNCTION "public"."add_to_cart"(uuid) IS 'Puts a published course into the caller''s cart. Returns {id, course{id, title, slug, price}, added_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, COURSE_NOT_FOUND 404, OWN_COURSE 409, ALREADY_ENROLLED 409, ALREADY_IN_CART 409, CURRENCY_MISMATCH 409, CART_LIMIT_REACHED 422, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."add_to_wishlist"(uuid) IS 'Saves a published course. Returns {course_id, added_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, COURSE_NOT_FOUND 404, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."apply_coupon"(uuid, text) IS 'Prices the caller''s open order with a code (null: without one). An order is never rewritten: when the price changes the answer is a new order, with a new id, that takes its place. Returns the order as get_order does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ORDER_NOT_FOUND 404, ORDER_ALREADY_PAID 409, ORDER_EXPIRED 409, PAYMENT_PROCESSING 409, ALREADY_ENROLLED 409, OWN_COURSE 409, COURSE_NOT_FOUND 404, AMOUNT_BELOW_MINIMUM 422, COUPON_INVALID 404, COUPON_ALREADY_USED 409, COUPON_EXHAUSTED 409, TOO_MANY_COUPON_ATTEMPTS 429.';

COMMENT ON FUNCTION "public"."apply_stripe_event"(jsonb) IS 'Edge functions only. event: a Stripe event whose signature was checked, or what was read from Stripe as an event with the id sync:<object id>:<status>. Returns {event_id, outcome, order_id}; outcome is applied, duplicate, ignored (stored; not ours, or of no consequence) or quarantined (stored and shown to staff; nothing else was changed). Each may be answered with 200. An exception means that nothing was stored: answer 500, Stripe will deliver it again. Errors: INVALID_PAYLOAD 400.';

COMMENT ON FUNCTION "public"."approve_instructor"(uuid, boolean, text) IS 'Admins: approves or rejects an application to teach. note: why, for staff, cut at 1000 characters. Returns {user_id, status}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, PROFILE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."archive_course"(uuid) IS 'Owner or admin: takes a course off sale for good; its students keep access. Returns {id, slug, status, is_published, published_at, archived_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."attach_certificate_file"(uuid, text) IS 'Certificate worker only: notes the PDF in the bucket certificates, {user_id}/…. Errors: CERTIFICATE_NOT_FOUND 404; a path outside the student''s folder is refused by a check.';

COMMENT ON FUNCTION "public"."authenticate_signed_request"(uuid, bigint, text, text, text, text, text) IS 'Edge functions only. Lets a signed request in, once: signature is the HMAC-SHA256 (hex), keyed with the SHA-256 (hex) of the API key, of the lines LF1-HMAC-SHA256, signed_at (seconds since 1970), nonce (16 to 64 of A-Z a-z 0-9 _ -), method, path, body_sha256 (hex). Returns {key_id, user_id, scopes}. Errors: INVALID_SIGNATURE 400 (or no such key), API_KEY_EXPIRED 401, SIGNATURE_EXPIRED 401 (more than 300 s away), ACCOUNT_DISABLED 403, REQUEST_REPLAYED 409, RATE_LIMITED 429 (300 an hour).';

COMMENT ON FUNCTION "public"."begin_payment"(uuid, uuid) IS 'create-payment-intent only. The live attempt to pay the order, or a new one (5 an hour and buyer): {order_id, user_id, order_number, state, expires_at, payment_id, attempt, amount_cents, currency, payment_intent_id or null, receipt_email}. The idempotency key at Stripe is pi:create:<order_id>:<attempt>. Errors: ACCOUNT_DISABLED 403, ORDER_NOT_FOUND 404 (also for orders of others), ORDER_ALREADY_PAID 409, ORDER_EXPIRED 409, COURSE_UNAVAILABLE 409, ALREADY_ENROLLED 409, OWN_COURSE 409, RATE_LIMITED 429.';

COMMENT ON FUNCTION "public"."cancel_order"(uuid) IS 'Cancels an unpaid order of the caller (any for admins) and frees its coupon. Returns the order as get_order does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ORDER_NOT_FOUND 404, ORDER_NOT_CANCELLABLE 409 (paid, or being paid).';

COMMENT ON FUNCTION "public"."certificate_document"(uuid) IS 'Certificate worker only: everything a PDF shows, as issue_certificate returns it, with user_id and content_hash. Errors: CERTIFICATE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."claim_certificates"(integer) IS 'Certificate worker only. Claims up to batch_size (1 to 20) valid certificates without a PDF and returns them as certificate_document does. One that gets no file by attach_certificate_file comes back after 1, 2, 4 … minutes, at last every 6 hours.';

COMMENT ON FUNCTION "public"."claim_file_deletions"(integer) IS 'Edge functions only: folders to empty, [{id, bucket, folder}]. Each is offered again after five minutes until it is settled.';

COMMENT ON FUNCTION "public"."claim_outbox"(integer, integer) IS 'Mail worker only. Claims due mails for lease_seconds (10 to 900) and returns [{id, template, attempt, to (null when the account has no address any more), first_name, timezone, payload, created_at}]. Each must be settled by settle_outbox with its attempt; an unsettled one comes back after the lease.';

COMMENT ON FUNCTION "public"."claim_refunds"(integer, integer) IS 'Refund worker only. Claims requested refunds for lease_seconds (10 to 900) and returns [{refund_id, order_id, payment_intent_id, amount_cents, currency, attempt, idempotency_key, metadata}], to be sent to Stripe as they are. Pass Stripe''s answer to apply_stripe_event as refund.created, or its refusal to fail_refund.';

COMMENT ON FUNCTION "public"."clear_cart"() IS 'Removes everything from the caller''s cart; answers 204, also when it was empty. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

COMMENT ON FUNCTION "public"."continue_learning"(integer) IS 'Courses with lessons left, the last studied first: {results[{enrollment_id, course{id, title, slug, thumbnail, instructor (name)}, progress_percent, lessons_completed, total_lessons, current_lesson{id, title, order (in its section), index (in the course), section, position_seconds}, last_activity_at}]}. max_results: 1 to 50, 10 by default. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

COMMENT ON FUNCTION "public"."course_detail"(uuid, text) IS 'One course by course_id or by slug, for everybody; drafts for their authors and staff, unpublished ones for their students too. A card of search_courses and: description, short_description, preview_video_url, language, review_count, last_updated, published_at, status, is_published, lowest_price_30_days, instructor{id, first_name, last_name, profile{headline, bio, profile_picture, courses_count, students_count, rating}}, outcomes[], requirements[], curriculum[{id, title, description, order, total_lessons, total_duration_minutes, lessons[{id, title, description, duration_minutes, order, is_preview, video_url, video_path, completed}]}], reviews{count, rating, distribution{1..5}, recent[{id, author, avatar, rating, title, date, comment, helpful_count}]}, progress (percent, null when not enrolled), enrollment_id. video_url and video_path are null unless the caller may watch. Errors: COURSE_NOT_FOUND 404, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."course_readiness"(uuid) IS 'Authors: what is missing before the course can be published: {course_id, can_publish, issues[{issue, field, message, section_id or lesson_id}]}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."course_roster"(uuid, integer, integer) IS 'Owner of the course and admins: a page of its students, latest first: results[{enrollment_id, first_name, enrolled_at, progress_percent, lessons_completed, is_completed, last_activity_at}]; no family name, no address. page_size 1 to 100. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."course_team"(uuid) IS 'Authors: who teaches the course, the owner first: {results[{user_id, first_name, last_name, role, revenue_share_percent (percent of the instructors'' part), since}]}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."create_api_key"(text, integer) IS 'Makes a key for a program. name: 1 to 100 characters; expires_in_days: 1 to 365. Returns {id, name, key (shown only now), key_prefix, scopes (none), course_ids (none), created_at, expires_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, API_KEY_LIMIT_REACHED 409 (10 valid ones), VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."create_company_key"(uuid, text, uuid[], integer) IS 'Admins: makes a key with the scope enroll for a company''s account (owner_id): with it the company''s program gives these courses, and no others, to its employees (edge function company-enroll). name: 1 to 100 characters; course_ids: 1 to 100 courses on sale; expires_in_days: 1 to 365. Returns {id, name, key (shown only now), key_prefix, scopes, course_ids, created_at, expires_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, PROFILE_NOT_FOUND 404, COURSE_NOT_FOUND 404 (not on sale), API_KEY_LIMIT_REACHED 409 (10 valid ones), VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) IS 'Makes the caller''s cart an order at today''s prices, fixed until expires_at. billing_address: {first_name, last_name, email, address_line1, city, country (ISO 3166-1 alpha-2)} and, where there are any, address_line2, state, postal_code, phone. expected_total: the decimal total the buyer was shown. coupon_code: as apply_coupon takes it. idempotency_key: 8 to 255 characters; the same key gives the same order. While an order is open, calling again returns it, or replaces it when the cart, a price or the coupon changed. A total of zero is completed at once. Returns the order as get_order does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403 (a guest), INVALID_BILLING_ADDRESS 422, VALIDATION_ERROR 422, IDEMPOTENCY_KEY_REUSED 409, CART_EMPTY 422, COURSE_NOT_FOUND 404, OWN_COURSE 409, ALREADY_ENROLLED 409, PAYMENT_PROCESSING 409, PRICE_CHANGED 409 (details: the new prices), AMOUNT_BELOW_MINIMUM 422, COUPON_INVALID 404, COUPON_ALREADY_USED 409, COUPON_EXHAUSTED 409, TOO_MANY_COUPON_ATTEMPTS 429.';

COMMENT ON FUNCTION "public"."dashboard_stats"() IS 'The caller''s sums: {courses_enrolled, courses_completed, total_hours_learned (hours, each second of video once), current_streak_days (0 when the last day was before yesterday, in the own time zone), average_rating_given (1 decimal, null before the first rating), certificates_earned}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

COMMENT ON FUNCTION "public"."deactivate_user"(uuid, boolean) IS 'Admins: closes an account and ends its sessions; is_active true opens it again. Returns {user_id, is_active}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, CONFLICT 409 (oneself), PROFILE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."delete_my_account"(text) IS 'Erases the caller''s account: personal data goes, orders and ratings stay without a name. confirm_email: the address of the account. Returns {message}. Works for a closed account too. Errors: AUTH_REQUIRED 401, VALIDATION_ERROR 422, INSTRUCTOR_HAS_COURSES 409, CONFLICT 409 (a payment on its way, the last admin).';

COMMENT ON FUNCTION "public"."enroll_company_staff"(uuid, text, uuid[], jsonb) IS 'Edge functions only, after authenticate_signed_request. Gives each of the courses to each of employees ([{"email": …} or {"user_id": …}]); the same reference with the same list changes nothing and answers the same. Returns {reference, lines[{employee (position in the list, from 0), course_id, status: enrolled, already_enrolled or refused, code: null, or why refused: PROFILE_NOT_FOUND, COURSE_NOT_FOUND (not on sale or not this key''s), OWN_COURSE, enrollment_id}]}. Errors: FORBIDDEN 403, IDEMPOTENCY_KEY_REUSED 409.';

COMMENT ON FUNCTION "public"."enroll_free"(uuid) IS 'Enrols in a published free course. Returns {id, course_id, enrolled_at, progress_percent, is_completed}; progress is kept from an earlier time. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, COURSE_NOT_FREE 402, COURSE_NOT_FOUND 404, OWN_COURSE 409, ALREADY_ENROLLED 409.';

COMMENT ON FUNCTION "public"."enrollment_detail"(uuid) IS 'One own enrolment: the fields of my_enrollments, current_lesson as in continue_learning, and course{id, title, slug, thumbnail, duration_hours, instructor{id, first_name, last_name, avatar}, curriculum[{id, title, description, order, total_lessons, total_duration_minutes, lessons[{id, title, order, duration_minutes, duration_seconds, is_preview, completed, watch_time_seconds, position_seconds}]}]}. The content itself is in lesson_contents. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ENROLLMENT_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."explain_access"(uuid) IS 'Why the caller may or may not study a course: {course_id, has_access, reason: author, enrolled, staff, not_enrolled, suspended, over or revoked, enrollment_id, access_ends_at, grants[{source, state: live, suspended, revoked or over, granted_at, expires_at, suspended_at, revoked_at, revoke_reason, order_id}]}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, COURSE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."export_my_data"() IS 'Everything that is stored about the caller: {exported_at, tables {"schema.table": rows[]}, files [{bucket, path, created_at}]}. Works for a closed account too. Errors: AUTH_REQUIRED 401.';

COMMENT ON FUNCTION "public"."fail_refund"(uuid, text) IS 'Refund worker only. Marks a requested refund as refused by Stripe (failure_code: Stripe''s code, such as charge_disputed) and reports it to staff. Does nothing to a refund that Stripe knows. Returns the refund, or null when there is none.';

COMMENT ON FUNCTION "public"."get_cart"() IS 'The caller''s cart at today''s prices: {id, items[{id, course{id, title, slug, price, original_price, thumbnail, instructor{id, first_name, last_name}}, added_at, is_available, unavailable_reason}], total_items, total_price, total_original_price, total_discount, currency}. Totals count what can be bought; unavailable_reason is COURSE_NOT_FOUND, OWN_COURSE or ALREADY_ENROLLED. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

COMMENT ON FUNCTION "public"."get_order"(uuid) IS 'One of the caller''s orders (any order for admins): {id, order_number, status, state, currency, subtotal, discount_amount, tax_amount, total_amount, refunded_amount, coupon_code, created_at, completed_at, expires_at, items_count, items[{id, course{id, title, slug, thumbnail}, instructor_name, price_at_purchase, discount_amount, total_amount, refunded_amount, access}], billing_address, payment{method, status, transaction_id} or null}. Errors: AUTH_REQUIRED 401, ORDER_NOT_FOUND 404 (also for orders of others).';

COMMENT ON FUNCTION "public"."grant_enrollment"(uuid, uuid, text, timestamp with time zone) IS 'Admins and edge functions: gives a student (student_id: a profile) a course that is not a draft. reason: at most 500 characters; expires_at: null for ever. Every call adds a grant. Returns the fields of my_enrollments without the course, with user_id and course_id. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, PROFILE_NOT_FOUND 404, COURSE_NOT_FOUND 404, OWN_COURSE 409, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."health"() IS 'For monitors. {status: healthy, database: ok, cache: ok, or stale when the jobs that keep derived rows fresh are late, timestamp}. That there is no answer is the other answer.';

COMMENT ON FUNCTION "public"."health_report"() IS 'Edge functions only. The answer of health() with {stripe_livemode, events{last_received_at, failed}, payments{open, oldest_at}, refunds{waiting, oldest_at}, outbox{waiting, dead, oldest_at}, jobs{late, most_overdue_seconds, failing{name: error}}, anomalies{open, oldest_at, kinds{kind: number}}}; oldest_at is null when nothing waits.';

COMMENT ON FUNCTION "public"."issue_certificate"(uuid) IS 'The certificate of a completed enrolment; completing the last lesson has issued it already. Returns {id, enrollment_id, course_id, code, certificate_url (path in the app), status: valid or revoked, student_name, course_title, instructor_name, duration_hours, completed_at, issued_at, file_path (PDF in bucket certificates, or null), revoked_at, revoke_reason}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ENROLLMENT_NOT_FOUND 404, LESSONS_INCOMPLETE 409 with {lessons_completed, total_lessons}.';

COMMENT ON FUNCTION "public"."issue_lesson_media"(uuid, uuid, text) IS 'Edge functions only. The file that user_id may be given an address of: the video of a lesson, or with resource_path one of its downloads. Returns {lesson_id, course_id, bucket, path (sign it for a short time), url (of a video that is kept elsewhere; path is null then)}. Errors: ACCOUNT_DISABLED 403, LESSON_NOT_FOUND 404, NOT_ENROLLED 403, ENROLLMENT_REVOKED 403, FILE_NOT_FOUND 404, RATE_LIMITED 429 (600 an hour).';

COMMENT ON FUNCTION "public"."list_categories"() IS 'All categories by name: {results[{id, name, slug, description, icon (Lucide), course_count (published courses)}]}.';

COMMENT ON FUNCTION "public"."list_open_payments"(integer, integer, uuid) IS 'Sweep only. Live attempts older than older_than_minutes: [{payment_id, order_id, order_number, state, attempt, status, payment_intent_id or null, is_stale, created_at}], at most batch_size; the next page begins after after_payment_id. For each: retrieve the intent; when is_stale and Stripe still waits for a payment, cancel it there; pass what Stripe says to apply_stripe_event. Without an intent and stale: release_payment_attempt.';

COMMENT ON FUNCTION "public"."list_reviews"(uuid, integer, text, integer, integer) IS 'Shown reviews of a course. rating: only this many stars; ordering: -helpful_count (default), -created_at, created_at, -rating or rating; page_size: 1 to 100. Returns {count, total_pages, current_page, page_size, next, previous, results[{id, author{id, first_name, last_name, avatar}, rating, title, comment, helpful_count, created_at, updated_at, instructor_reply, replied_at, is_own, voted_helpful}]}. Errors: COURSE_NOT_FOUND 404, INVALID_ORDERING 422, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."mark_lesson_complete"(uuid, uuid, boolean) IS 'Marks a lesson as completed; completed false takes it back. Calling it twice changes nothing. enrollment_id: null means the own enrolment in the course of the lesson. The last lesson completes the course for good and issues the certificate. Returns {lesson_id, enrollment_id, is_completed (of the lesson), enrollment_progress (percent, rounded down), lessons_completed, total_lessons, course_completed, certificate_url (path in the app, or null)}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_ENROLLED 403, ENROLLMENT_REVOKED 403, ENROLLMENT_NOT_FOUND 404, LESSON_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."me"() IS 'The signed-in person: {id, email, first_name, last_name, is_instructor, is_active, roles[], profile{headline, bio, profile_picture (path in bucket avatars), phone, country, timezone, total_hours_learned (hours), courses_completed, certificates_earned, current_streak_days, last_activity (UTC)}}. Errors: AUTH_REQUIRED 401, PROFILE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."merge_guest_cart"(uuid[]) IS 'After sign-in: puts the visitor''s courses (at most 100 ids) into the caller''s cart. Doing it twice is doing it once. Returns {added[course id], skipped[{course_id, reason}], cart}; reason is ALREADY_IN_CART, ALREADY_ENROLLED, OWN_COURSE, COURSE_NOT_FOUND, CURRENCY_MISMATCH or CART_LIMIT_REACHED. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."moderate_review"(uuid, boolean, text) IS 'Staff: hides a review from everybody but its author, or shows it again with hidden false; its reports are settled. reason: 1 to 500 characters, obligatory for hiding. Returns {id, is_hidden, hidden_reason}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, REVIEW_NOT_FOUND 404, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."my_certificates"() IS 'The caller''s certificates, latest first: {results[as issue_certificate returns them]}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

COMMENT ON FUNCTION "public"."my_enrollments"(text, integer, integer) IS 'A page of the caller''s courses, latest first: results[{id, course{id, title, slug, thumbnail, duration_hours, instructor (name)}, status, access_ends_at, progress_percent, lessons_completed, total_lessons, enrolled_at, last_activity_at, is_completed, completed_at, new_lessons_since_completion, certificate_url}]. status: active (not completed yet), completed, or revoked (access was taken back); without it, everything but revoked. page from 1; page_size 1 to 100. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."my_orders"(text, integer, integer) IS 'A page of the caller''s orders: results[{id, order_number, status, state, created_at, completed_at, expires_at, currency, total_amount, refunded_amount, items_count, items[…as get_order]}]. status: pending, completed, failed or refunded; page from 1; page_size 1 to 100, 10 by default. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."my_wishlist"(integer, integer) IS 'A page of the caller''s saved courses: results[{course{id, title, slug, thumbnail, price, original_price, discount_percent, instructor{id, first_name, last_name}, in_cart}, added_at}]. page from 1; page_size 1 to 100, 20 by default. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

COMMENT ON FUNCTION "public"."preview_coupon"(text) IS 'What the caller''s cart costs with a code: {code, subtotal, discount_amount, tax_amount, total_amount, currency, items[{course_id, title, price, discount_amount, total_amount}]}. Nothing is reserved. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, VALIDATION_ERROR 422, CART_EMPTY 422, COUPON_INVALID 404 (unknown, over, used up, not for these courses), COUPON_ALREADY_USED 409, COUPON_EXHAUSTED 409 (only for who has applied it before), TOO_MANY_COUPON_ATTEMPTS 429 (10 new codes an hour).';

COMMENT ON FUNCTION "public"."publish_course"(uuid) IS 'Owner or admin: puts a course on sale, again and again without harm. Returns {id, slug, status, is_published, published_at, archived_at}; status is in_review where staff looks at new courses first. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404, CONFLICT 409 (archived), COURSE_NOT_PUBLISHABLE 422 with details {issues[{issue, field, message}]}.';

COMMENT ON FUNCTION "public"."recommendations"(integer) IS 'Courses for the caller that he neither studies nor teaches: {results[cards as search_courses returns them, with reason{kind: students_also_took with course_id and course_title, same_category with category, or popular}]}. max_results: 1 to 50, 12 by default. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

COMMENT ON FUNCTION "public"."record_course_view"(uuid) IS 'Tells that the page of a published course was opened. Counts a person, or a visitor''s address, once a day, and no authors. Returns {counted}. Errors: COURSE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."record_watch_time"(uuid, integer, integer, integer) IS 'The heartbeat of the player, every 10 to 60 seconds. from_second, to_second: the stretch played since the last one, in seconds from the start of the lesson; position_second: where to resume. A second counts once, and at most two seconds of video count a second of the clock. Returns {lesson_id, enrollment_id, watch_time_seconds (distinct seconds so far), credited_seconds (new by this call), position_seconds, duration_seconds}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_ENROLLED 403, ENROLLMENT_REVOKED 403, LESSON_NOT_FOUND 404, WATCH_TIME_INVALID 422.';

COMMENT ON FUNCTION "public"."refund_order"(uuid, uuid[], text, text) IS 'Admins: refunds what is left of an order, or of the lines named in order_item_ids. reason: at most 500 characters. The money moves and access ends when Stripe has confirmed it. idempotency_key: 8 to 255 characters; the same key gives the same refund. Returns {id, order_id, amount, currency, status (requested, pending, succeeded, canceled, failed), reason, created_at, items[{order_item_id, amount}]}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, ORDER_NOT_FOUND 404, ORDER_NOT_REFUNDABLE 409 (unpaid, free, disputed, refunded already), VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."related_courses"(uuid, integer) IS 'Published courses of the same category or instructor: {results[card]}, best first. page_size: 1 to 100. Errors: COURSE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."release_payment_attempt"(uuid, integer) IS 'Sweep only. Cancels an attempt without an intent (first make sure that Stripe has none for it) and expires its order when that is overdue. An attempt with an intent is left alone: cancel the intent at Stripe and pass the answer to apply_stripe_event. Returns {payment_id, order_id, status}, or null when there is no such attempt.';

COMMENT ON FUNCTION "public"."remember_payment_intent"(uuid, integer, text, text) IS 'create-payment-intent only. Stores Stripe''s intent for an attempt; the same one again changes nothing. Returns {payment_id, order_id, status, stripe_status}. Errors: ORDER_NOT_FOUND 404, CONFLICT 409 (the attempt has another intent).';

COMMENT ON FUNCTION "public"."remove_from_cart"(uuid) IS 'Removes a line (its id, not the course''s) from the caller''s cart; answers 204. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, CART_ITEM_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."remove_from_wishlist"(uuid) IS 'Removes a course from the caller''s list; answers 204, also when it was not on it. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

COMMENT ON FUNCTION "public"."reorder_curriculum"(uuid, jsonb) IS 'Authors: the order of all sections and lessons. curriculum: [{"id": section, "lessons": [lesson, …]}, …], complete. Returns {curriculum} as course_detail shows it. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404, POSITION_CONFLICT 409 (not the present sections and lessons), VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."reply_to_review"(uuid, text) IS 'Authors: answers a review of the own course; an empty reply takes the answer back. reply: at most 5000 characters. Returns {id, instructor_reply, replied_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, REVIEW_NOT_FOUND 404, NOT_COURSE_OWNER 403, REVIEW_HIDDEN 403, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."report_review"(uuid, text) IS 'Reports a review to staff. reason: 1 to 500 characters. Returns {review_id, reported}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, REVIEW_NOT_FOUND 404, VALIDATION_ERROR 422, RATE_LIMITED 429 (20 a day).';

COMMENT ON FUNCTION "public"."reported_reviews"(integer, integer) IS 'Staff: reported reviews, the most reported first: {count, total_pages, current_page, page_size, next, previous, results[{review_id, course_id, rating, title, comment, is_hidden, reports, reasons[], since}]}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403.';

COMMENT ON FUNCTION "public"."request_instructor"(text) IS 'Applies to teach. motivation: 1 to 2000 characters. Returns {id, status, created_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, CONFLICT 409 (is one already), INSTRUCTOR_REQUEST_PENDING 409, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."reset_progress"(uuid) IS 'Starts a course again: no lesson is completed, players start at 0. Hours, completion and certificate stay. Returns the fields of my_enrollments without the course. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ENROLLMENT_NOT_FOUND 404, ENROLLMENT_REVOKED 403.';

COMMENT ON FUNCTION "public"."revoke_api_key"(uuid) IS 'Revokes an own key; admins and edge functions any. Returns {id, is_active, revoked_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, API_KEY_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."revoke_certificate"(uuid, text) IS 'Admins: revokes a certificate for good; whoever verifies it sees that. reason: 1 to 500 characters. Returns it as issue_certificate does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, CERTIFICATE_NOT_FOUND 404, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."revoke_enrollment"(uuid, text) IS 'Admins and edge functions: ends every grant of an enrolment; the student is told why. reason: 1 to 500 characters. Nothing is refunded: that is refund_order. Progress stays. Returns the fields of my_enrollments without the course, with user_id and course_id. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, ENROLLMENT_NOT_FOUND 404, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."rotate_api_key"(uuid, integer) IS 'Makes the successor of an own valid key (admins: of any company''s), with the same name, rights and length of life. The old one ends after overlap_hours (0 to 168; 0: at once). Returns what create_api_key returns. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, API_KEY_NOT_FOUND 404 (also when revoked or over), VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."search"(text, text, integer, integer) IS 'Searches everything, for everybody. q: 1 to 200 characters; type: course, instructor or category, all three when left out; page and page_size hold for each. Returns {courses, instructors, categories}, each a page {count, total_pages, current_page, page_size, next, previous, results}: cards of search_courses, rows of v_instructor_public, categories of list_categories. Types not asked for are left out. Errors: VALIDATION_ERROR 422, SEARCH_QUERY_TOO_LONG 422.';

COMMENT ON FUNCTION "public"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer) IS 'The catalogue, for everybody. search: words, "phrases", -without, at most 200 characters, forgiving of typing errors; category: slug; level: beginner, intermediate or advanced; min_price, max_price: decimal amounts, inclusive; rating_min: 0 to 5; ordering: popular (default), newest, rating, price_low, price_high, relevance (default with search); page from 1; page_size 1 to 100. Returns {count, total_pages, current_page, page_size, next, previous, results[card]}; a card is a row of v_course_cards with enrolled, in_cart, in_wishlist. Errors: VALIDATION_ERROR 422, INVALID_PRICE_RANGE 422, INVALID_ORDERING 422, SEARCH_QUERY_TOO_LONG 422, CATEGORY_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."set_featured"(uuid, boolean) IS 'Admins: chooses a course for the home page, or takes it off with is_featured false. Returns {id, is_featured}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, COURSE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."set_user_role"(uuid, public.user_role, boolean) IS 'Admins: gives a role, or takes it with has_role false. Returns {user_id, roles[]}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, PROFILE_NOT_FOUND 404, CONFLICT 409 (the own admin role).';

COMMENT ON FUNCTION "public"."settle_file_deletion"(bigint, text) IS 'Edge functions only: the folder is empty, or why not. Returns {id, done}; done is false for an error, and for a folder that was settled before.';

COMMENT ON FUNCTION "public"."settle_outbox"(bigint, integer, text, boolean) IS 'Mail worker only. attempt: as claimed; error: null when the mail went out; permanent: true when trying again is useless. Returns {id, settled, state}: pending (tried again after 1, 2, 4 … minutes), sent or dead (after 8 attempts). settled is false when another worker has taken over.';

COMMENT ON FUNCTION "public"."submit_contact"(text, text, text, text) IS 'Sends a message to the platform; anybody may, 5 an hour. name: 1 to 150 characters; email: an address to answer to; subject: 1 to 200; message: 1 to 5000. Returns {id, message}. Errors: VALIDATION_ERROR 422 with the arguments that are wrong, RATE_LIMITED 429 with Retry-After.';

COMMENT ON FUNCTION "public"."submit_review"(uuid, integer, text, text) IS 'Students: reviews a course. rating: 1 to 5; title: at most 255 characters; comment: at most 5000; both may be empty. Returns {id, rating, title, comment, helpful_count, created_at}. Changed and removed by update and delete of the own row in reviews. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, COURSE_NOT_FOUND 404, OWN_COURSE 409, NOT_ENROLLED 403, ENROLLMENT_REVOKED 403, ALREADY_REVIEWED 409, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."transfer_course"(uuid, uuid) IS 'Owner or admin: gives a course to another instructor (new_owner: id of a profile); the former owner stays as co-instructor without a share. Returns {id, instructor_id}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, NOT_INSTRUCTOR 403, COURSE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."unprocessed_stripe_events"(text[]) IS 'Sweep only. Those of the ids that apply_stripe_event has not done with yet: [id], in the same order.';

COMMENT ON FUNCTION "public"."unpublish_course"(uuid) IS 'Owner or admin: takes a course off sale; its students keep access. A course in review goes back to draft, any other stays as it is. Returns {id, slug, status, is_published, published_at, archived_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."unsettled_payment_intents"(text[]) IS 'Sweep only. Those of the ids whose payment is not known to have succeeded: [id], in the same order. Pass what Stripe says about them to apply_stripe_event.';

COMMENT ON FUNCTION "public"."update_profile"(text, text, text, text, text, text, text, text) IS 'Changes the own profile; arguments left out keep their values. first_name, last_name, headline: at most 150 characters; bio: at most 5000; phone: 4 to 20 digits, spaces and + ( ) . / -, or empty; country: at most 100; timezone: an IANA name; avatar_path: a file in the bucket avatars, in the own folder. Returns what me() returns. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, VALIDATION_ERROR 422 with the arguments that are wrong.';

COMMENT ON FUNCTION "public"."verify_certificate"(text) IS 'Verifies a certificate by its code; anybody may ask. Returns {status: valid or revoked, student_name, course_title, completed_at} and nothing else. Errors: CERTIFICATE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."vote_review_helpful"(uuid, boolean) IS 'Finds a review helpful; helpful false takes the vote back. Returns {review_id, helpful_count, voted_helpful}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, REVIEW_NOT_FOUND 404, SELF_VOTE 409.';

COMMENT ON SCHEMA "private" IS 'The workshop: helpers, doors and internal tables. Not exposed by the Data API.';

COMMENT ON TABLE "private"."access_grants" IS 'Reasons for access. A student may study while at least one is live: not revoked, not suspended, not over. Rows are never deleted.';

COMMENT ON TABLE "private"."api_nonces" IS 'Nonces of signed requests, kept longer than the time for which a signature is good.';

COMMENT ON TABLE "private"."app_config" IS 'Settings of the business. A table, because the platform does not let a project set database parameters.';

COMMENT ON TABLE "private"."certificate_prints" IS 'Attempts to print certificates, so that one that cannot be printed waits ever longer and blocks no other.';

COMMENT ON TABLE "private"."company_enrollments" IS 'Lists that were worked off, so that sending one again changes nothing. Each has its access grants.';

COMMENT ON TABLE "private"."coupon_holders" IS 'Who has applied a coupon with success: they are told when it is used up.';

COMMENT ON TABLE "private"."coupon_redemptions" IS 'Seats of coupons: reserved while an order is open, redeemed when it is paid, released when it ends unpaid or is refunded whole.';

COMMENT ON TABLE "private"."course_affinities" IS 'The twenty courses that go best with each, by shared students. Made anew every night.';

COMMENT ON TABLE "private"."course_search" IS 'Search vectors of all courses: title A, short description B, category and instructor C, description D.';

COMMENT ON TABLE "private"."disputes" IS 'Chargebacks and inquiries. open suspends access and freezes the earning, lost takes both, anything else leaves them.';

COMMENT ON TABLE "private"."erasures" IS 'Accounts that were erased; after a restore, private.erase_user is called for each again.';

COMMENT ON TABLE "private"."file_deletions" IS 'Folders of erased people that Storage still has to empty.';

COMMENT ON TABLE "private"."idempotency_keys" IS 'Answers given to requests with an idempotency key; a repetition gets the same order.';

COMMENT ON TABLE "private"."jobs" IS 'Scheduled SQL. Each job stands in the file of the object it serves; commands are written by migrations only.';

COMMENT ON TABLE "private"."ledger_accounts" IS 'Accounts of the ledger. A balance is never stored: it is the sum of the entries.';

COMMENT ON TABLE "private"."ledger_entries" IS 'The entries of the ledger. Append-only; balances are their sums.';

COMMENT ON TABLE "private"."ledger_transactions" IS 'The journal. Append-only: a mistake is corrected by another transaction.';

COMMENT ON TABLE "private"."money_anomalies" IS 'What staff must look at: wrong amounts, double payments, lines that could not be given, warnings of fraud.';

COMMENT ON TABLE "private"."order_counters" IS 'The last order number of each year (UTC).';

COMMENT ON TABLE "private"."order_transitions" IS 'The moves of an order. Paid is never unpaid again: no row leads from a paid state to an unpaid one.';

COMMENT ON TABLE "private"."outbox" IS 'Mail to send. The address is looked up when it is sent: it is kept in one place only.';

COMMENT ON TABLE "private"."payout_accounts" IS 'Connected accounts of instructors and what they may do.';

COMMENT ON TABLE "private"."payouts" IS 'Payouts. The ledger is debited when one is requested, so that two at once cannot spend the same balance, and credited again when it fails.';

COMMENT ON TABLE "private"."personal_data" IS 'The register of personal data: which rows belong to a person, whether they are exported, and what erasure does to them and why.';

COMMENT ON TABLE "private"."rate_limits" IS 'Counters of limited actions, one row a subject, action and window.';

COMMENT ON TABLE "private"."refund_items" IS 'The lines that a refund names. A line that is refunded whole gives no access any more.';

COMMENT ON TABLE "private"."refunds" IS 'Refunds. Ours begin as requested and are carried to Stripe by an edge function; those of Stripe''s dashboard are mirrored. The state only moves to the right: requested, pending, succeeded, canceled, failed.';

COMMENT ON TABLE "private"."review_reports" IS 'Complaints about reviews, until staff has looked at them.';

COMMENT ON TABLE "private"."search_terms" IS 'Searches of the last 30 days, one row a term and searcher. A term is popular when enough different people searched for it.';

COMMENT ON TABLE "private"."stripe_events" IS 'The inbox. applied: it had its effect; ignored: nothing of ours (yet); quarantined: it cannot be right, see private.money_anomalies; failed: our own mistake, tried again with the next delivery.';

COMMENT ON TABLE "private"."student_count_changes" IS 'Changes of course_stats.student_count that wait for the next writer or the job.';

COMMENT ON TABLE "public"."api_keys" IS 'Keys of programs. The key itself is shown once, when it is made.';

COMMENT ON TABLE "public"."audit_log" IS 'What was changed, by whom and when: prices, roles, states, moderation. Append-only.';

COMMENT ON TABLE "public"."cart_items" IS 'Courses in carts. A course is bought once, so there is no quantity.';

COMMENT ON TABLE "public"."carts" IS 'The one cart of each account. Prices are never stored in it: they are read when it is shown.';

COMMENT ON TABLE "public"."categories" IS 'The shelves of the catalogue.';

COMMENT ON TABLE "public"."certificates" IS 'Certificates of completion: a snapshot that later changes of names and courses do not touch.';

COMMENT ON TABLE "public"."contact_messages" IS 'Messages of the contact form, for staff.';

COMMENT ON TABLE "public"."coupons" IS 'Discount codes: percent or amount, in a window, for so many uses, for one course, category or instructor, or for everything.';

COMMENT ON TABLE "public"."course_daily_revenue" IS 'Daily revenue of courses. Apart from course_daily_stats, because co-instructors see figures but no money.';

COMMENT ON TABLE "public"."course_daily_stats" IS 'Daily figures of courses. Views are counted as they happen; the rest is made from the facts and can be made anew.';

COMMENT ON TABLE "public"."course_instructors" IS 'Who teaches a course. The shares of one course always make 100: the owner keeps what is not given away.';

COMMENT ON TABLE "public"."course_outcomes" IS 'What students will be able to do, in the order shown.';

COMMENT ON TABLE "public"."course_price_history" IS 'Prices at which a course was on sale: what makes a struck-through price honest, and the lowest price of 30 days known.';

COMMENT ON TABLE "public"."course_requirements" IS 'What students need beforehand, in the order shown.';

COMMENT ON TABLE "public"."course_stats" IS 'Counters of a course, kept by triggers on the facts; private.recount_course makes them anew.';

COMMENT ON TABLE "public"."courses" IS 'Courses as the catalogue shows them. What is behind the paywall stands in lesson_contents, the counters in course_stats.';

COMMENT ON TABLE "public"."curriculum_sections" IS 'The chapters of a course.';

COMMENT ON TABLE "public"."enrollments" IS 'The place of a student in a course. One a student and course, however many grants: progress survives a refund and a second purchase.';

COMMENT ON TABLE "public"."instructor_requests" IS 'Applications to teach, with the decision.';

COMMENT ON TABLE "public"."learning_days" IS 'Days of learning in the person''s own time zone: the heat map, and what streaks and hours are made of.';

COMMENT ON TABLE "public"."lesson_contents" IS 'Video, text and resources of a lesson. A table of its own, because policies hide rows, not columns.';

COMMENT ON TABLE "public"."lesson_progress" IS 'Progress of a student in a lesson: completed, and what was watched.';

COMMENT ON TABLE "public"."lessons" IS 'Lessons without their content: title, length and whether they can be previewed.';

COMMENT ON TABLE "public"."notification_preferences" IS 'Mail that can be switched off. Receipts, refunds and access are always told.';

COMMENT ON TABLE "public"."notifications" IS 'In-app notifications. Read by select, marked as read by update of read_at, removed by delete.';

COMMENT ON TABLE "public"."order_billing" IS 'Billing addresses, kept as long as the books must be.';

COMMENT ON TABLE "public"."order_items" IS 'The lines of orders: a snapshot of what was sold, by whom and for how much. It outlives every change of the course.';

COMMENT ON TABLE "public"."orders" IS 'Purchases. The prices in them are a promise until expires_at and history after payment; they are never changed.';

COMMENT ON TABLE "public"."payments" IS 'Attempts to be paid. A declined card leaves the attempt alive: the same intent takes the next card.';

COMMENT ON TABLE "public"."profile_private" IS 'Personal data of an account, apart from the public card so that no grant can mix them.';

COMMENT ON TABLE "public"."profile_stats" IS 'Sums of a person''s learning, kept by triggers from the facts; private.recount_profile makes them anew.';

COMMENT ON TABLE "public"."profiles" IS 'The public card of a person: instructors and authors of reviews are shown by it.';

COMMENT ON TABLE "public"."review_votes" IS 'Who found which review helpful: one vote a person.';

COMMENT ON TABLE "public"."reviews" IS 'Ratings of courses by their students, with or without words.';

COMMENT ON TABLE "public"."user_roles" IS 'Who may do more than a student. Roles live here only, never in user metadata.';

COMMENT ON TABLE "public"."wishlists" IS 'Courses that people saved for later.';

COMMENT ON TYPE "private"."rating_change" IS 'A review that came (n = 1) or went (n = -1).';

COMMENT ON TYPE "public"."contact_status" IS 'How far staff is with a message.';

COMMENT ON TYPE "public"."course_instructor_role" IS 'owner: sets the price, publishes, shares the revenue · co_instructor: edits the content.';

COMMENT ON TYPE "public"."course_level" IS 'What a student has to know beforehand.';

COMMENT ON TYPE "public"."course_status" IS 'draft: never sold · in_review: waits for staff · published: on sale · unpublished: off sale, open for its students · archived: the same, for good.';

COMMENT ON TYPE "public"."enrollment_status" IS 'active: may study; suspended: while a payment is disputed; revoked: refunded, taken away or over.';

COMMENT ON TYPE "public"."grant_source" IS 'Where access came from.';

COMMENT ON TYPE "public"."user_role" IS 'instructor sells courses, moderator keeps order, admin may do everything.';

COMMENT ON VIEW "private"."instructor_balances" IS 'pending: earned, still inside the refund window; available: can be paid out, negative after a late refund; held: frozen by a dispute.';

COMMENT ON VIEW "private"."money_invariants" IS 'What must never be so, and of what. Read after every suite, drill and restore; private.v_invariants takes it in.';

REVOKE ALL ON FUNCTION "private"."active_uid"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."active_uid"() TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."active_uid"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."active_uid"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."add_spread"(bigint[], bigint, bigint[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."add_spread"(bigint[], bigint, bigint[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."add_spread"(bigint[], bigint, bigint[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."add_students"(uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."add_students"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."add_students"(uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."add_to_cart"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."add_to_cart"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."add_to_cart"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."add_to_cart"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."administered_course_ids"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."administered_course_ids"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."administered_course_ids"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."administered_course_ids"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."answer_error"(text, integer, text, jsonb, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."answer_error"(text, integer, text, jsonb, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."answer_error"(text, integer, text, jsonb, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."append_position"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."append_position"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."append_position"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."apply_charge_refunded"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."apply_charge_refunded"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."apply_charge_refunded"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."apply_coupon"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."apply_coupon"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."apply_coupon"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."apply_coupon"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."apply_dispute"(text, jsonb, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."apply_dispute"(text, jsonb, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."apply_dispute"(text, jsonb, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."apply_fraud_warning"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."apply_fraud_warning"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."apply_fraud_warning"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."apply_payment_intent"(text, jsonb, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."apply_payment_intent"(text, jsonb, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."apply_payment_intent"(text, jsonb, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."apply_refund"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."apply_refund"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."apply_refund"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."approve_instructor"(uuid, boolean, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."approve_instructor"(uuid, boolean, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."approve_instructor"(uuid, boolean, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."approve_instructor"(uuid, boolean, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."archive_course"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."archive_course"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."archive_course"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."archive_course"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."archive_course"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "private"."audit"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."audit"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."audit"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."call_edge_function"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."call_edge_function"(text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."call_edge_function"(text, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."caller_key"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."caller_key"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."caller_key"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."cancel_order"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cancel_order"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."cancel_order"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."cancel_order"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."cancel_order"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "private"."cart_json"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."cart_json"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."cart_json"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."cart_refusal"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."cart_refusal"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."cart_refusal"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."certificate_hash"(text, text, text, text, integer, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."certificate_hash"(text, text, text, text, integer, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."certificate_hash"(text, text, text, text, integer, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."certificate_json"(public.certificates) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."certificate_json"(public.certificates) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."certificate_json"(public.certificates) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_ledger_balance"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_ledger_balance"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."check_ledger_balance"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_order_sums"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_order_sums"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."check_order_sums"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_timezone"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_timezone"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."check_timezone"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."clamp_page"(integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."clamp_page"(integer) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."clamp_page"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."clamp_page"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."clamp_page"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "private"."clamp_page_size"(integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."clamp_page_size"(integer, integer) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."clamp_page_size"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."clamp_page_size"(integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."clamp_page_size"(integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "private"."close_order"(uuid, public.order_state) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."close_order"(uuid, public.order_state) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."close_order"(uuid, public.order_state) TO "postgres";

REVOKE ALL ON FUNCTION "private"."complete_enrollment"(uuid, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."complete_enrollment"(uuid, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."complete_enrollment"(uuid, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."complete_order"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."complete_order"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."complete_order"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."continue_learning"(integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."continue_learning"(integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."continue_learning"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."continue_learning"(integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_author_as_student"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_author_as_student"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_author_as_student"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_category_courses"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_category_courses"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_category_courses"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_certificates"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_certificates"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_certificates"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_changed_completion"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_changed_completion"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_changed_completion"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_changed_enrollment"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_changed_enrollment"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_changed_enrollment"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_changed_lessons"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_changed_lessons"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_changed_lessons"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_completed_lessons"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_completed_lessons"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_completed_lessons"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_coupon_seats"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_coupon_seats"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_coupon_seats"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_helpful_votes"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_helpful_votes"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_helpful_votes"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_lessons"(uuid[], uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_lessons"(uuid[], uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_lessons"(uuid[], uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_new_enrollments"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_new_enrollments"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_new_enrollments"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_ratings"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_ratings"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_ratings"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_sections"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_sections"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_sections"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_students_of"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_students_of"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_students_of"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."course_cards"(uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."course_cards"(uuid[]) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."course_cards"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."course_cards"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."course_publish_issues"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."course_publish_issues"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."course_publish_issues"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."course_readiness"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."course_readiness"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."course_readiness"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."course_readiness"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."course_roster"(uuid, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."course_roster"(uuid, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."course_roster"(uuid, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."course_roster"(uuid, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."course_state"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."course_state"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."course_state"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."course_team"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."course_team"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."course_team"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."course_team"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."cover_lesson"(public.enrollments, public.lessons, integer, integer, integer, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."cover_lesson"(public.enrollments, public.lessons, integer, integer, integer, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."cover_lesson"(public.enrollments, public.lessons, integer, integer, integer, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."covered_seconds"(int4multirange) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."covered_seconds"(int4multirange) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."covered_seconds"(int4multirange) TO "postgres";

REVOKE ALL ON FUNCTION "private"."create_api_key"(text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."create_api_key"(text, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."create_api_key"(text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."create_api_key"(text, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."create_company_key"(uuid, text, uuid[], integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."create_company_key"(uuid, text, uuid[], integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."create_company_key"(uuid, text, uuid[], integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."create_company_key"(uuid, text, uuid[], integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."create_course_owner"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."create_course_owner"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."create_course_owner"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."create_course_stats"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."create_course_stats"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."create_course_stats"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."create_notification_preferences"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."create_notification_preferences"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."create_notification_preferences"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."create_order_from_cart"(jsonb, numeric, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."create_order_from_cart"(jsonb, numeric, text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."create_order_from_cart"(jsonb, numeric, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."create_order_from_cart"(jsonb, numeric, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."current_streak_days"(integer, date, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."current_streak_days"(integer, date, text, timestamp WITH time zone) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."current_streak_days"(integer, date, text, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."current_streak_days"(integer, date, text, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."curriculum"(uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."curriculum"(uuid, uuid[]) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."curriculum"(uuid, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."curriculum"(uuid, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."deactivate_user"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."deactivate_user"(uuid, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."deactivate_user"(uuid, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."deactivate_user"(uuid, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."delete_my_account"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."delete_my_account"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."delete_my_account"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."delete_my_account"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."derive_access"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."derive_access"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."derive_access"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."derive_changed_access"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."derive_changed_access"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."derive_changed_access"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."dispatch_stripe_event"(private.stripe_events) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."dispatch_stripe_event"(private.stripe_events) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."dispatch_stripe_event"(private.stripe_events) TO "postgres";

REVOKE ALL ON FUNCTION "private"."dispute_finality"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."dispute_finality"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."dispute_finality"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."end_expired_access"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."end_expired_access"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."end_expired_access"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."enqueue_mail"(text, uuid, jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."enqueue_mail"(text, uuid, jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."enqueue_mail"(text, uuid, jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."enqueue_weekly_summaries"(date) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."enqueue_weekly_summaries"(date) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."enqueue_weekly_summaries"(date) TO "postgres";

REVOKE ALL ON FUNCTION "private"."enroll_company_lines"(public.api_keys, text, uuid[], jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."enroll_company_lines"(public.api_keys, text, uuid[], jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."enroll_company_lines"(public.api_keys, text, uuid[], jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."enroll_free"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."enroll_free"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."enroll_free"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."enroll_free"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."enrolled_course_ids"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."enrolled_course_ids"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."enrolled_course_ids"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."enrolled_course_ids"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."enrollment_detail"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."enrollment_detail"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."enrollment_detail"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."enrollment_detail"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."enrollment_json"(public.enrollments, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."enrollment_json"(public.enrollments, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."enrollment_json"(public.enrollments, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."erase_user"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."erase_user"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."erase_user"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."execute_for_person"(text, uuid, text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."execute_for_person"(text, uuid, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."execute_for_person"(text, uuid, text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."expire_orders"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."expire_orders"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."expire_orders"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."explain_access"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."explain_access"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."explain_access"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."explain_access"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."export_my_data"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."export_my_data"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."export_my_data"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."export_my_data"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."fail"(text, integer, text, jsonb, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fail"(text, integer, text, jsonb, jsonb) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."fail"(text, integer, text, jsonb, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."fail"(text, integer, text, jsonb, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."fail"(text, integer, text, jsonb, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."find_courses"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."find_courses"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."find_courses"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."find_payment"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."find_payment"(text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."find_payment"(text, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fold_student_counts"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."fold_student_counts"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."fold_student_counts"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."fold_students"(uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."fold_students"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."fold_students"(uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."get_cart"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."get_cart"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."get_cart"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."get_cart"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."get_order"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."get_order"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."get_order"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."get_order"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."grant_access"(uuid, uuid, public.grant_source, uuid, uuid, text, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."grant_access"(uuid, uuid, public.grant_source, uuid, uuid, text, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."grant_access"(uuid, uuid, public.grant_source, uuid, uuid, text, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone) TO "service_role";

REVOKE ALL ON FUNCTION "private"."guard_cart_item"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."guard_cart_item"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."guard_cart_item"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."guard_course_delete"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."guard_course_delete"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."guard_course_delete"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."guard_course_instructor"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."guard_course_instructor"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."guard_course_instructor"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."guard_course_price"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."guard_course_price"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."guard_course_price"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."guard_order_state"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."guard_order_state"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."guard_order_state"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."guard_refund_state"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."guard_refund_state"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."guard_refund_state"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."guard_review_vote"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."guard_review_vote"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."guard_review_vote"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."guard_wishlist"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."guard_wishlist"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."guard_wishlist"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."handle_new_user"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."handle_new_user"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."handle_new_user"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."has_course_access"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."has_course_access"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."has_course_access"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."has_course_access"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."has_lost_dispute"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."has_lost_dispute"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."has_lost_dispute"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."has_open_dispute"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."has_open_dispute"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."has_open_dispute"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."has_role"(public.user_role) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."has_role"(public.user_role) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."has_role"(public.user_role) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."has_role"(public.user_role) TO "postgres";

REVOKE ALL ON FUNCTION "private"."highest_price_charged"(uuid, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."highest_price_charged"(uuid, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."highest_price_charged"(uuid, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."index_changed_courses"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."index_changed_courses"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."index_changed_courses"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."index_courses"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."index_courses"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."index_courses"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."instructor_shares"(uuid, uuid, bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."instructor_shares"(uuid, uuid, bigint) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."instructor_shares"(uuid, uuid, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_admin"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_admin"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."is_admin"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_admin"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_course_author"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_course_author"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."is_course_author"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_course_author"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_course_owner"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_course_owner"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."is_course_owner"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_course_owner"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_enrolled"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_enrolled"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_enrolled"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_instructor"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_instructor"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."is_instructor"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_instructor"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_service"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_service"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_service"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_staff"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_staff"() TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."is_staff"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_staff"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_timezone"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_timezone"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."is_timezone"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_timezone"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."issue_certificate"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."issue_certificate"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."issue_certificate"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."issue_certificate"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."issue_certificate"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "private"."jobs_are_late"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."jobs_are_late"() TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."jobs_are_late"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."jobs_are_late"() TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."jobs_are_late"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."keep_history"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."keep_history"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."keep_history"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."ledger_account"(private.ledger_account_kind, uuid, character) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."ledger_account"(private.ledger_account_kind, uuid, character) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."ledger_account"(private.ledger_account_kind, uuid, character) TO "postgres";

REVOKE ALL ON FUNCTION "private"."ledger_difference"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."ledger_difference"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."ledger_difference"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."ledger_targets"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."ledger_targets"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."ledger_targets"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lesson_id_of_file"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lesson_id_of_file"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lesson_id_of_file"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."local_date"(uuid, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."local_date"(uuid, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."local_date"(uuid, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_learner"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_learner"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_learner"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lowest_price_charged"(uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lowest_price_charged"(uuid, timestamp WITH time zone) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."lowest_price_charged"(uuid, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lowest_price_charged"(uuid, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."mark_lesson_complete"(uuid, uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."mark_lesson_complete"(uuid, uuid, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."mark_lesson_complete"(uuid, uuid, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."mark_lesson_complete"(uuid, uuid, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."may_read_lesson_file"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."may_read_lesson_file"(text) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."may_read_lesson_file"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."may_read_lesson_file"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."may_write_course_file"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."may_write_course_file"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."may_write_course_file"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."may_write_course_file"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."may_write_lesson_file"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."may_write_lesson_file"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."may_write_lesson_file"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."may_write_lesson_file"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."merge_guest_cart"(uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."merge_guest_cart"(uuid[]) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."merge_guest_cart"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."merge_guest_cart"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."minimum_charge_cents"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."minimum_charge_cents"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."minimum_charge_cents"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."minor_unit_digits"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."minor_unit_digits"(text) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."minor_unit_digits"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."minor_unit_digits"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."minor_unit_digits"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."mint_api_key"(uuid, text, integer, text[], uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."mint_api_key"(uuid, text, integer, text[], uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."mint_api_key"(uuid, text, integer, text[], uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."mirror_email"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."mirror_email"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."mirror_email"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."mirror_instructor_role"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."mirror_instructor_role"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."mirror_instructor_role"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."mirror_is_reviewer"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."mirror_is_reviewer"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."mirror_is_reviewer"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."mirror_refund"(public.payments, jsonb, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."mirror_refund"(public.payments, jsonb, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."mirror_refund"(public.payments, jsonb, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."moderate_review"(uuid, boolean, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."moderate_review"(uuid, boolean, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."moderate_review"(uuid, boolean, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."moderate_review"(uuid, boolean, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."moderate_review"(uuid, boolean, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."my_certificates"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."my_certificates"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."my_certificates"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."my_certificates"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."my_enrollments"(text, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."my_enrollments"(text, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."my_enrollments"(text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."my_enrollments"(text, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."next_lesson"(public.enrollments) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."next_lesson"(public.enrollments) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."next_lesson"(public.enrollments) TO "postgres";

REVOKE ALL ON FUNCTION "private"."next_order_number"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."next_order_number"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."next_order_number"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."normalise_coupon"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."normalise_coupon"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."normalise_coupon"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."normalise_coupon_code"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."normalise_coupon_code"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."normalise_coupon_code"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."note_search"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."note_search"(text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."note_search"(text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."notify"(uuid, text, text, text, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."notify"(uuid, text, text, text, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."notify"(uuid, text, text, text, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."order_claims"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."order_claims"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."order_claims"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."order_items_json"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."order_items_json"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."order_items_json"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."order_items_json"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."order_json"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."order_json"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."order_json"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."order_still_says"(uuid, uuid[], uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."order_still_says"(uuid, uuid[], uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."order_still_says"(uuid, uuid[], uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."own_cart_id"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."own_cart_id"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."own_cart_id"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."own_cart_id"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."owned_course_ids"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."owned_course_ids"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."owned_course_ids"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."owned_course_ids"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."page"(bigint, integer, integer, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."page"(bigint, integer, integer, jsonb) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."page"(bigint, integer, integer, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."page"(bigint, integer, integer, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."page"(bigint, integer, integer, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."parse_billing_address"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."parse_billing_address"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."parse_billing_address"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."payment_intent_problem"(public.payments, text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."payment_intent_problem"(public.payments, text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."payment_intent_problem"(public.payments, text, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."personal_buckets"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."personal_buckets"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."personal_buckets"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."place_order"(uuid, uuid[], uuid, jsonb, public.orders, numeric) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."place_order"(uuid, uuid[], uuid, jsonb, public.orders, numeric) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."place_order"(uuid, uuid[], uuid, jsonb, public.orders, numeric) TO "postgres";

REVOKE ALL ON FUNCTION "private"."post_ledger"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."post_ledger"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."post_ledger"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."post_sale"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."post_sale"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."post_sale"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."preview_coupon"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."preview_coupon"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."preview_coupon"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."preview_coupon"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."price_lines"(uuid[], uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."price_lines"(uuid[], uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."price_lines"(uuid[], uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."priced_json"(uuid[], uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."priced_json"(uuid[], uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."priced_json"(uuid[], uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."process_stripe_event"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."process_stripe_event"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."process_stripe_event"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."progress_percent"(integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."progress_percent"(integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."progress_percent"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."progress_percent"(integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."publish_course"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."publish_course"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."publish_course"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."publish_course"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."publish_course"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "private"."purchase_refusal"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."purchase_refusal"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."purchase_refusal"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."rate_limit_hit"(text, text, integer, interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."rate_limit_hit"(text, text, integer, interval) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."rate_limit_hit"(text, text, integer, interval) TO "postgres";

REVOKE ALL ON FUNCTION "private"."rebuild_course_daily_stats"(date, date) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."rebuild_course_daily_stats"(date, date) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."rebuild_course_daily_stats"(date, date) TO "postgres";

REVOKE ALL ON FUNCTION "private"."recent_reviews"(uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."recent_reviews"(uuid, integer) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."recent_reviews"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."recent_reviews"(uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."recommended_courses"(integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."recommended_courses"(integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."recommended_courses"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."recommended_courses"(integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."record_course_price"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."record_course_price"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."record_course_price"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."record_course_view"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_course_view"(uuid) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."record_course_view"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."record_course_view"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."record_learning"(uuid, integer, timestamp WITH time zone, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."record_learning"(uuid, integer, timestamp WITH time zone, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."record_learning"(uuid, integer, timestamp WITH time zone, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."record_watch_time"(uuid, integer, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_watch_time"(uuid, integer, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."record_watch_time"(uuid, integer, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."record_watch_time"(uuid, integer, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."recount_categories"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."recount_categories"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."recount_categories"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."recount_course"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."recount_course"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."recount_course"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."recount_enrollment"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."recount_enrollment"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."recount_enrollment"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."recount_profile"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."recount_profile"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."recount_profile"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."recount_students"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."recount_students"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."recount_students"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."redeem_coupon_seat"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."redeem_coupon_seat"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."redeem_coupon_seat"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refresh_bestsellers"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refresh_bestsellers"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refresh_bestsellers"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."refresh_course_affinities"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refresh_course_affinities"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refresh_course_affinities"(integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refund_json"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refund_json"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refund_json"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refund_order"(uuid, uuid[], text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refund_order"(uuid, uuid[], text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."refund_order"(uuid, uuid[], text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refund_order"(uuid, uuid[], text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."refund_order"(uuid, uuid[], text, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."refuse_course"(text, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refuse_course"(text, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refuse_course"(text, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_unbuyable"(uuid, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refuse_unbuyable"(uuid, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refuse_unbuyable"(uuid, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_view_write"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refuse_view_write"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refuse_view_write"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."reinstate_access"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."reinstate_access"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."reinstate_access"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."reorder_curriculum"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reorder_curriculum"(uuid, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."reorder_curriculum"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."reorder_curriculum"(uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."replay_failed_events"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."replay_failed_events"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."replay_failed_events"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."replay_ignored_events"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."replay_ignored_events"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."replay_ignored_events"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."reply_to_review"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reply_to_review"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."reply_to_review"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."reply_to_review"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."report_anomaly"(text, text, uuid, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."report_anomaly"(text, text, uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."report_anomaly"(text, text, uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."report_review"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."report_review"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."report_review"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."report_review"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."reported_reviews"(integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reported_reviews"(integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."reported_reviews"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."reported_reviews"(integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."request_instructor"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."request_instructor"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."request_instructor"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."request_instructor"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."request_refund"(uuid, uuid[], private.refund_origin, text, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."request_refund"(uuid, uuid[], private.refund_origin, text, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."request_refund"(uuid, uuid[], private.refund_origin, text, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_admin"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."require_admin"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."require_admin"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_admin"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_course_author"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."require_course_author"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."require_course_author"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_course_author"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_course_owner"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."require_course_owner"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."require_course_owner"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_course_owner"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_open_place"(public.enrollments) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_open_place"(public.enrollments) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_open_place"(public.enrollments) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_operator"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_operator"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_operator"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_room_for_key"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_room_for_key"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_room_for_key"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_staff"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."require_staff"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."require_staff"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_staff"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_user"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."require_user"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."require_user"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_user"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."reset_progress"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reset_progress"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."reset_progress"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."reset_progress"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."restore_access"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."restore_access"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."restore_access"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."revoke_access"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."revoke_access"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."revoke_access"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."revoke_api_key"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."revoke_api_key"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."revoke_api_key"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."revoke_api_key"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."revoke_api_key"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "private"."revoke_certificate"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."revoke_certificate"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."revoke_certificate"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."revoke_certificate"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."revoke_enrollment"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."revoke_enrollment"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."revoke_enrollment"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."revoke_enrollment"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."revoke_enrollment"(uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."revoke_grant"(uuid, text, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."revoke_grant"(uuid, text, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."revoke_grant"(uuid, text, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."rotate_api_key"(uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rotate_api_key"(uuid, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."rotate_api_key"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."rotate_api_key"(uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."run_due_jobs"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."run_due_jobs"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."run_due_jobs"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."say_goodbye"(uuid, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."say_goodbye"(uuid, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."say_goodbye"(uuid, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."search"(text, text, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."search"(text, text, integer, integer) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."search"(text, text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."search"(text, text, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "private"."search_query"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."search_query"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."search_query"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."search_vector"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."search_vector"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."search_vector"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."send_receipt"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."send_receipt"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."send_receipt"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."send_refund_notice"(public.orders, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."send_refund_notice"(public.orders, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."send_refund_notice"(public.orders, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."set_course_slug"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."set_course_slug"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."set_course_slug"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."set_featured"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."set_featured"(uuid, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."set_featured"(uuid, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."set_featured"(uuid, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."set_featured"(uuid, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "private"."set_item_access"(uuid, public.order_item_access, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."set_item_access"(uuid, public.order_item_access, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."set_item_access"(uuid, public.order_item_access, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."set_lesson_contents_course"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."set_lesson_contents_course"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."set_lesson_contents_course"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."set_lesson_course"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."set_lesson_course"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."set_lesson_course"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."set_user_role"(uuid, public.user_role, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."set_user_role"(uuid, public.user_role, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."set_user_role"(uuid, public.user_role, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."set_user_role"(uuid, public.user_role, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."setting"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."setting"(text) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."setting"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."setting"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."setting_int"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."setting_int"(text) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."setting_int"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."setting_int"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."settle_completions"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."settle_completions"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."settle_completions"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."settle_order"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."settle_order"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."settle_order"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."settle_paid_order"(public.orders) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."settle_paid_order"(public.orders) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."settle_paid_order"(public.orders) TO "postgres";

REVOKE ALL ON FUNCTION "private"."settle_unpaid_order"(public.orders) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."settle_unpaid_order"(public.orders) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."settle_unpaid_order"(public.orders) TO "postgres";

REVOKE ALL ON FUNCTION "private"."share_course_revenue"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."share_course_revenue"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."share_course_revenue"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."slugify"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."slugify"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."slugify"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."slugify"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."spread_cents"(bigint, bigint[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."spread_cents"(bigint, bigint[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."spread_cents"(bigint, bigint[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."stripe_id"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."stripe_id"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."stripe_id"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."stripe_time"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."stripe_time"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."stripe_time"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."submit_contact"(text, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."submit_contact"(text, text, text, text) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."submit_contact"(text, text, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."submit_contact"(text, text, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."submit_contact"(text, text, text, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."sum_of"(bigint[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."sum_of"(bigint[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."sum_of"(bigint[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."suspend_access"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."suspend_access"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."suspend_access"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."take_payment"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."take_payment"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."take_payment"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."taught_course_ids"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."taught_course_ids"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."taught_course_ids"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."taught_course_ids"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."to_amount"(bigint, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."to_amount"(bigint, text) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."to_amount"(bigint, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."to_amount"(bigint, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."to_amount"(bigint, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."touch_last_updated"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."touch_last_updated"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."touch_last_updated"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."touch_updated_at"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."touch_updated_at"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."touch_updated_at"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."transfer_course"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."transfer_course"(uuid, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."transfer_course"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."transfer_course"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."transfer_course"(uuid, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "private"."unpublish_course"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."unpublish_course"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."unpublish_course"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."unpublish_course"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."unpublish_course"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "private"."use_coupon"(text, uuid, uuid[], uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."use_coupon"(text, uuid, uuid[], uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."use_coupon"(text, uuid, uuid[], uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."uuid_or_null"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."uuid_or_null"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."uuid_or_null"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."verify_certificate"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."verify_certificate"(text) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."verify_certificate"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."verify_certificate"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."verify_certificate"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."wake_refund_worker"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."wake_refund_worker"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."wake_refund_worker"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."welcome_student"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."welcome_student"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."welcome_student"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."with_element"(text[], text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."with_element"(text[], text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."with_element"(text[], text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."write_certificate"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."write_certificate"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."write_certificate"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."add_to_cart"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."add_to_cart"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."add_to_cart"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."add_to_wishlist"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."add_to_wishlist"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."add_to_wishlist"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."apply_coupon"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."apply_coupon"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."apply_coupon"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "public"."apply_stripe_event"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."apply_stripe_event"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."apply_stripe_event"(jsonb) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."approve_instructor"(uuid, boolean, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."approve_instructor"(uuid, boolean, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."approve_instructor"(uuid, boolean, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."archive_course"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."archive_course"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."archive_course"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."archive_course"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."attach_certificate_file"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."attach_certificate_file"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."attach_certificate_file"(uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."authenticate_signed_request"(uuid, bigint, text, text, text, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."authenticate_signed_request"(uuid, bigint, text, text, text, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."authenticate_signed_request"(uuid, bigint, text, text, text, text, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."begin_payment"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."begin_payment"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."begin_payment"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."cancel_order"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."cancel_order"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."cancel_order"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."cancel_order"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."certificate_document"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."certificate_document"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."certificate_document"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."claim_certificates"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_certificates"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_certificates"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."claim_file_deletions"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_file_deletions"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_file_deletions"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."claim_outbox"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_outbox"(integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_outbox"(integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."claim_refunds"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_refunds"(integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_refunds"(integer, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."clear_cart"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."clear_cart"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."clear_cart"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."continue_learning"(integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."continue_learning"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."continue_learning"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."course_detail"(uuid, text) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."course_detail"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."course_detail"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."course_readiness"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."course_readiness"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."course_readiness"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."course_roster"(uuid, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."course_roster"(uuid, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."course_roster"(uuid, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."course_team"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."course_team"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."course_team"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_api_key"(text, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_api_key"(text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_api_key"(text, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_company_key"(uuid, text, uuid[], integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_company_key"(uuid, text, uuid[], integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_company_key"(uuid, text, uuid[], integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_order_from_cart"(jsonb, numeric, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."dashboard_stats"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."dashboard_stats"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."dashboard_stats"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."deactivate_user"(uuid, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."deactivate_user"(uuid, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."deactivate_user"(uuid, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."delete_my_account"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."delete_my_account"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."delete_my_account"(text) TO "postgres";

REVOKE ALL ON FUNCTION "public"."enroll_company_staff"(uuid, text, uuid[], jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."enroll_company_staff"(uuid, text, uuid[], jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."enroll_company_staff"(uuid, text, uuid[], jsonb) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."enroll_free"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."enroll_free"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."enroll_free"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."enrollment_detail"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."enrollment_detail"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."enrollment_detail"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."explain_access"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."explain_access"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."explain_access"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."export_my_data"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."export_my_data"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."export_my_data"() TO "postgres";

REVOKE ALL ON FUNCTION "public"."fail_refund"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."fail_refund"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."fail_refund"(uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."get_cart"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_cart"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_cart"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_order"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_order"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_order"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."grant_enrollment"(uuid, uuid, text, timestamp WITH time zone) TO "service_role";

REVOKE ALL ON FUNCTION "public"."health"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."health"() TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."health"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."health"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."health"() TO "service_role";

REVOKE ALL ON FUNCTION "public"."health_report"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."health_report"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."health_report"() TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."issue_certificate"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."issue_certificate"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."issue_certificate"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."issue_certificate"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."issue_lesson_media"(uuid, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."issue_lesson_media"(uuid, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."issue_lesson_media"(uuid, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_categories"() TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."list_categories"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_categories"() TO "postgres";

REVOKE ALL ON FUNCTION "public"."list_open_payments"(integer, integer, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_open_payments"(integer, integer, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_open_payments"(integer, integer, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_reviews"(uuid, integer, text, integer, integer) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."list_reviews"(uuid, integer, text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_reviews"(uuid, integer, text, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."mark_lesson_complete"(uuid, uuid, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."mark_lesson_complete"(uuid, uuid, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."mark_lesson_complete"(uuid, uuid, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."me"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."me"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."me"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."merge_guest_cart"(uuid[]) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."merge_guest_cart"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."merge_guest_cart"(uuid[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."moderate_review"(uuid, boolean, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."moderate_review"(uuid, boolean, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."moderate_review"(uuid, boolean, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."moderate_review"(uuid, boolean, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."my_certificates"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."my_certificates"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_certificates"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_enrollments"(text, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."my_enrollments"(text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_enrollments"(text, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_orders"(text, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."my_orders"(text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_orders"(text, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_wishlist"(integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."my_wishlist"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_wishlist"(integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."preview_coupon"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."preview_coupon"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."preview_coupon"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."publish_course"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."publish_course"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."publish_course"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."publish_course"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."recommendations"(integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."recommendations"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."recommendations"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_course_view"(uuid) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."record_course_view"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_course_view"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_watch_time"(uuid, integer, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."record_watch_time"(uuid, integer, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_watch_time"(uuid, integer, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."refund_order"(uuid, uuid[], text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."refund_order"(uuid, uuid[], text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."refund_order"(uuid, uuid[], text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."refund_order"(uuid, uuid[], text, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."related_courses"(uuid, integer) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."related_courses"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."related_courses"(uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "public"."release_payment_attempt"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."release_payment_attempt"(uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."release_payment_attempt"(uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."remember_payment_intent"(uuid, integer, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."remember_payment_intent"(uuid, integer, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."remember_payment_intent"(uuid, integer, text, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."remove_from_cart"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."remove_from_cart"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."remove_from_cart"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."remove_from_wishlist"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."remove_from_wishlist"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."remove_from_wishlist"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."reorder_curriculum"(uuid, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."reorder_curriculum"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."reorder_curriculum"(uuid, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."reply_to_review"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."reply_to_review"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."reply_to_review"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."report_review"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."report_review"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."report_review"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."reported_reviews"(integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."reported_reviews"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."reported_reviews"(integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."request_instructor"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."request_instructor"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."request_instructor"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."reset_progress"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."reset_progress"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."reset_progress"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."revoke_api_key"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."revoke_api_key"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."revoke_api_key"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."revoke_api_key"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."revoke_certificate"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."revoke_certificate"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."revoke_certificate"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."revoke_enrollment"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."revoke_enrollment"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."revoke_enrollment"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."revoke_enrollment"(uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."rotate_api_key"(uuid, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."rotate_api_key"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."rotate_api_key"(uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."search"(text, text, integer, integer) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."search"(text, text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."search"(text, text, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "public"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."set_featured"(uuid, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."set_featured"(uuid, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_featured"(uuid, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_featured"(uuid, boolean) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."set_user_role"(uuid, public.user_role, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."set_user_role"(uuid, public.user_role, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_user_role"(uuid, public.user_role, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "public"."settle_file_deletion"(bigint, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."settle_file_deletion"(bigint, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."settle_file_deletion"(bigint, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."settle_outbox"(bigint, integer, text, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."settle_outbox"(bigint, integer, text, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."settle_outbox"(bigint, integer, text, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "public"."submit_contact"(text, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."submit_contact"(text, text, text, text) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."submit_contact"(text, text, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."submit_contact"(text, text, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."submit_contact"(text, text, text, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."submit_review"(uuid, integer, text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."submit_review"(uuid, integer, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."submit_review"(uuid, integer, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."transfer_course"(uuid, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."transfer_course"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."transfer_course"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."transfer_course"(uuid, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."unprocessed_stripe_events"(text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."unprocessed_stripe_events"(text[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."unprocessed_stripe_events"(text[]) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."unpublish_course"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."unpublish_course"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."unpublish_course"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."unpublish_course"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."unsettled_payment_intents"(text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."unsettled_payment_intents"(text[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."unsettled_payment_intents"(text[]) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."update_profile"(text, text, text, text, text, text, text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."update_profile"(text, text, text, text, text, text, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_profile"(text, text, text, text, text, text, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "public"."verify_certificate"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."verify_certificate"(text) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."verify_certificate"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."verify_certificate"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."verify_certificate"(text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."vote_review_helpful"(uuid, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."vote_review_helpful"(uuid, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."vote_review_helpful"(uuid, boolean) TO "postgres";

REVOKE ALL ON SCHEMA "private" FROM "anon";

GRANT USAGE ON SCHEMA "private" TO "anon";

REVOKE ALL ON SCHEMA "private" FROM "authenticated";

GRANT USAGE ON SCHEMA "private" TO "authenticated";

REVOKE ALL ON SCHEMA "private" FROM "service_role";

GRANT USAGE ON SCHEMA "private" TO "service_role";

REVOKE ALL ON TABLE "public"."api_keys" FROM "authenticated";

REVOKE ALL ("course_ids") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("course_ids") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("expires_at") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("expires_at") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("is_active") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("is_active") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("key_prefix") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("key_prefix") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("last_used_at") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("last_used_at") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("name") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("name") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("revoked_at") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("revoked_at") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("scopes") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("scopes") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ("user_id") ON TABLE "public"."api_keys" FROM "authenticated";

GRANT SELECT ("user_id") ON TABLE "public"."api_keys" TO "authenticated";

REVOKE ALL ON TABLE "public"."audit_log" FROM "authenticated";

GRANT SELECT ON TABLE "public"."audit_log" TO "authenticated";

REVOKE ALL ON TABLE "public"."cart_items" FROM "authenticated";

REVOKE ALL ("course_id") ON TABLE "public"."cart_items" FROM "authenticated";

GRANT INSERT ("course_id") ON TABLE "public"."cart_items" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."cart_items" TO "authenticated";

REVOKE ALL ON TABLE "public"."carts" FROM "authenticated";

GRANT SELECT ON TABLE "public"."carts" TO "authenticated";

REVOKE ALL ON TABLE "public"."categories" FROM "anon";

GRANT SELECT ON TABLE "public"."categories" TO "anon";

REVOKE ALL ON TABLE "public"."categories" FROM "authenticated";

REVOKE ALL ("description") ON TABLE "public"."categories" FROM "authenticated";

GRANT INSERT ("description"), UPDATE ("description") ON TABLE "public"."categories" TO "authenticated";

REVOKE ALL ("icon") ON TABLE "public"."categories" FROM "authenticated";

GRANT INSERT ("icon"), UPDATE ("icon") ON TABLE "public"."categories" TO "authenticated";

REVOKE ALL ("name") ON TABLE "public"."categories" FROM "authenticated";

GRANT INSERT ("name"), UPDATE ("name") ON TABLE "public"."categories" TO "authenticated";

REVOKE ALL ("slug") ON TABLE "public"."categories" FROM "authenticated";

GRANT INSERT ("slug"), UPDATE ("slug") ON TABLE "public"."categories" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."categories" TO "authenticated";

REVOKE ALL ON TABLE "public"."certificates" FROM "authenticated";

GRANT SELECT ON TABLE "public"."certificates" TO "authenticated";

REVOKE ALL ON TABLE "public"."contact_messages" FROM "authenticated";

REVOKE ALL ("status") ON TABLE "public"."contact_messages" FROM "authenticated";

GRANT UPDATE ("status") ON TABLE "public"."contact_messages" TO "authenticated";

GRANT SELECT ON TABLE "public"."contact_messages" TO "authenticated";

REVOKE ALL ON TABLE "public"."coupons" FROM "authenticated";

REVOKE ALL ("amount_off_cents") ON TABLE "public"."coupons" FROM "authenticated";

GRANT INSERT ("amount_off_cents") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ("category_id") ON TABLE "public"."coupons" FROM "authenticated";

GRANT INSERT ("category_id") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ("code") ON TABLE "public"."coupons" FROM "authenticated";

GRANT INSERT ("code") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ("course_id") ON TABLE "public"."coupons" FROM "authenticated";

GRANT INSERT ("course_id") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ("currency") ON TABLE "public"."coupons" FROM "authenticated";

GRANT INSERT ("currency") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ("description") ON TABLE "public"."coupons" FROM "authenticated";

GRANT INSERT ("description"), UPDATE ("description") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ("expires_at") ON TABLE "public"."coupons" FROM "authenticated";

GRANT INSERT ("expires_at"), UPDATE ("expires_at") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ("instructor_id") ON TABLE "public"."coupons" FROM "authenticated";

GRANT INSERT ("instructor_id") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ("is_active") ON TABLE "public"."coupons" FROM "authenticated";

GRANT INSERT ("is_active"), UPDATE ("is_active") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ("max_per_user") ON TABLE "public"."coupons" FROM "authenticated";

GRANT INSERT ("max_per_user") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ("max_redemptions") ON TABLE "public"."coupons" FROM "authenticated";

GRANT INSERT ("max_redemptions"), UPDATE ("max_redemptions") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ("minimum_cents") ON TABLE "public"."coupons" FROM "authenticated";

GRANT INSERT ("minimum_cents") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ("percent_off") ON TABLE "public"."coupons" FROM "authenticated";

GRANT INSERT ("percent_off") ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ("starts_at") ON TABLE "public"."coupons" FROM "authenticated";

GRANT INSERT ("starts_at"), UPDATE ("starts_at") ON TABLE "public"."coupons" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."coupons" TO "authenticated";

REVOKE ALL ON TABLE "public"."course_daily_revenue" FROM "authenticated";

GRANT SELECT ON TABLE "public"."course_daily_revenue" TO "authenticated";

REVOKE ALL ON TABLE "public"."course_daily_stats" FROM "authenticated";

GRANT SELECT ON TABLE "public"."course_daily_stats" TO "authenticated";

REVOKE ALL ON TABLE "public"."course_instructors" FROM "anon";

REVOKE ALL ("course_id") ON TABLE "public"."course_instructors" FROM "anon";

GRANT SELECT ("course_id") ON TABLE "public"."course_instructors" TO "anon";

REVOKE ALL ("created_at") ON TABLE "public"."course_instructors" FROM "anon";

GRANT SELECT ("created_at") ON TABLE "public"."course_instructors" TO "anon";

REVOKE ALL ("role") ON TABLE "public"."course_instructors" FROM "anon";

GRANT SELECT ("role") ON TABLE "public"."course_instructors" TO "anon";

REVOKE ALL ("user_id") ON TABLE "public"."course_instructors" FROM "anon";

GRANT SELECT ("user_id") ON TABLE "public"."course_instructors" TO "anon";

REVOKE ALL ON TABLE "public"."course_instructors" FROM "authenticated";

REVOKE ALL ("course_id") ON TABLE "public"."course_instructors" FROM "authenticated";

GRANT INSERT ("course_id"), SELECT ("course_id") ON TABLE "public"."course_instructors" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."course_instructors" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."course_instructors" TO "authenticated";

REVOKE ALL ("revenue_share_percent") ON TABLE "public"."course_instructors" FROM "authenticated";

GRANT INSERT ("revenue_share_percent"), UPDATE ("revenue_share_percent") ON TABLE "public"."course_instructors" TO "authenticated";

REVOKE ALL ("role") ON TABLE "public"."course_instructors" FROM "authenticated";

GRANT INSERT ("role"), SELECT ("role") ON TABLE "public"."course_instructors" TO "authenticated";

REVOKE ALL ("user_id") ON TABLE "public"."course_instructors" FROM "authenticated";

GRANT INSERT ("user_id"), SELECT ("user_id") ON TABLE "public"."course_instructors" TO "authenticated";

GRANT DELETE ON TABLE "public"."course_instructors" TO "authenticated";

REVOKE ALL ON TABLE "public"."course_outcomes" FROM "anon";

GRANT SELECT ON TABLE "public"."course_outcomes" TO "anon";

REVOKE ALL ON TABLE "public"."course_outcomes" FROM "authenticated";

REVOKE ALL ("course_id") ON TABLE "public"."course_outcomes" FROM "authenticated";

GRANT INSERT ("course_id") ON TABLE "public"."course_outcomes" TO "authenticated";

REVOKE ALL ("position") ON TABLE "public"."course_outcomes" FROM "authenticated";

GRANT INSERT ("position"), UPDATE ("position") ON TABLE "public"."course_outcomes" TO "authenticated";

REVOKE ALL ("text") ON TABLE "public"."course_outcomes" FROM "authenticated";

GRANT INSERT ("text"), UPDATE ("text") ON TABLE "public"."course_outcomes" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."course_outcomes" TO "authenticated";

REVOKE ALL ON TABLE "public"."course_price_history" FROM "authenticated";

GRANT SELECT ON TABLE "public"."course_price_history" TO "authenticated";

REVOKE ALL ON TABLE "public"."course_requirements" FROM "anon";

GRANT SELECT ON TABLE "public"."course_requirements" TO "anon";

REVOKE ALL ON TABLE "public"."course_requirements" FROM "authenticated";

REVOKE ALL ("course_id") ON TABLE "public"."course_requirements" FROM "authenticated";

GRANT INSERT ("course_id") ON TABLE "public"."course_requirements" TO "authenticated";

REVOKE ALL ("position") ON TABLE "public"."course_requirements" FROM "authenticated";

GRANT INSERT ("position"), UPDATE ("position") ON TABLE "public"."course_requirements" TO "authenticated";

REVOKE ALL ("text") ON TABLE "public"."course_requirements" FROM "authenticated";

GRANT INSERT ("text"), UPDATE ("text") ON TABLE "public"."course_requirements" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."course_requirements" TO "authenticated";

REVOKE ALL ON TABLE "public"."course_stats" FROM "anon";

GRANT SELECT ON TABLE "public"."course_stats" TO "anon";

REVOKE ALL ON TABLE "public"."course_stats" FROM "authenticated";

GRANT SELECT ON TABLE "public"."course_stats" TO "authenticated";

REVOKE ALL ON TABLE "public"."courses" FROM "anon";

GRANT SELECT ON TABLE "public"."courses" TO "anon";

REVOKE ALL ON TABLE "public"."courses" FROM "authenticated";

REVOKE ALL ("category_id") ON TABLE "public"."courses" FROM "authenticated";

GRANT INSERT ("category_id"), UPDATE ("category_id") ON TABLE "public"."courses" TO "authenticated";

REVOKE ALL ("description") ON TABLE "public"."courses" FROM "authenticated";

GRANT INSERT ("description"), UPDATE ("description") ON TABLE "public"."courses" TO "authenticated";

REVOKE ALL ("language") ON TABLE "public"."courses" FROM "authenticated";

GRANT INSERT ("language"), UPDATE ("language") ON TABLE "public"."courses" TO "authenticated";

REVOKE ALL ("level") ON TABLE "public"."courses" FROM "authenticated";

GRANT INSERT ("level"), UPDATE ("level") ON TABLE "public"."courses" TO "authenticated";

REVOKE ALL ("original_price_cents") ON TABLE "public"."courses" FROM "authenticated";

GRANT INSERT ("original_price_cents"), UPDATE ("original_price_cents") ON TABLE "public"."courses" TO "authenticated";

REVOKE ALL ("preview_video_url") ON TABLE "public"."courses" FROM "authenticated";

GRANT INSERT ("preview_video_url"), UPDATE ("preview_video_url") ON TABLE "public"."courses" TO "authenticated";

REVOKE ALL ("price_cents") ON TABLE "public"."courses" FROM "authenticated";

GRANT INSERT ("price_cents"), UPDATE ("price_cents") ON TABLE "public"."courses" TO "authenticated";

REVOKE ALL ("short_description") ON TABLE "public"."courses" FROM "authenticated";

GRANT INSERT ("short_description"), UPDATE ("short_description") ON TABLE "public"."courses" TO "authenticated";

REVOKE ALL ("slug") ON TABLE "public"."courses" FROM "authenticated";

GRANT INSERT ("slug") ON TABLE "public"."courses" TO "authenticated";

REVOKE ALL ("thumbnail_path") ON TABLE "public"."courses" FROM "authenticated";

GRANT INSERT ("thumbnail_path"), UPDATE ("thumbnail_path") ON TABLE "public"."courses" TO "authenticated";

REVOKE ALL ("title") ON TABLE "public"."courses" FROM "authenticated";

GRANT INSERT ("title"), UPDATE ("title") ON TABLE "public"."courses" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."courses" TO "authenticated";

REVOKE ALL ON TABLE "public"."curriculum_sections" FROM "anon";

GRANT SELECT ON TABLE "public"."curriculum_sections" TO "anon";

REVOKE ALL ON TABLE "public"."curriculum_sections" FROM "authenticated";

REVOKE ALL ("course_id") ON TABLE "public"."curriculum_sections" FROM "authenticated";

GRANT INSERT ("course_id") ON TABLE "public"."curriculum_sections" TO "authenticated";

REVOKE ALL ("description") ON TABLE "public"."curriculum_sections" FROM "authenticated";

GRANT INSERT ("description"), UPDATE ("description") ON TABLE "public"."curriculum_sections" TO "authenticated";

REVOKE ALL ("position") ON TABLE "public"."curriculum_sections" FROM "authenticated";

GRANT INSERT ("position"), UPDATE ("position") ON TABLE "public"."curriculum_sections" TO "authenticated";

REVOKE ALL ("title") ON TABLE "public"."curriculum_sections" FROM "authenticated";

GRANT INSERT ("title"), UPDATE ("title") ON TABLE "public"."curriculum_sections" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."curriculum_sections" TO "authenticated";

REVOKE ALL ON TABLE "public"."enrollments" FROM "authenticated";

GRANT SELECT ON TABLE "public"."enrollments" TO "authenticated";

REVOKE ALL ON TABLE "public"."instructor_requests" FROM "authenticated";

GRANT SELECT ON TABLE "public"."instructor_requests" TO "authenticated";

REVOKE ALL ON TABLE "public"."learning_days" FROM "authenticated";

REVOKE ALL ("day") ON TABLE "public"."learning_days" FROM "authenticated";

GRANT SELECT ("day") ON TABLE "public"."learning_days" TO "authenticated";

REVOKE ALL ("seconds") ON TABLE "public"."learning_days" FROM "authenticated";

GRANT SELECT ("seconds") ON TABLE "public"."learning_days" TO "authenticated";

REVOKE ALL ("user_id") ON TABLE "public"."learning_days" FROM "authenticated";

GRANT SELECT ("user_id") ON TABLE "public"."learning_days" TO "authenticated";

REVOKE ALL ON TABLE "public"."lesson_contents" FROM "anon";

GRANT SELECT ON TABLE "public"."lesson_contents" TO "anon";

REVOKE ALL ON TABLE "public"."lesson_contents" FROM "authenticated";

REVOKE ALL ("body") ON TABLE "public"."lesson_contents" FROM "authenticated";

GRANT INSERT ("body"), UPDATE ("body") ON TABLE "public"."lesson_contents" TO "authenticated";

REVOKE ALL ("lesson_id") ON TABLE "public"."lesson_contents" FROM "authenticated";

GRANT INSERT ("lesson_id") ON TABLE "public"."lesson_contents" TO "authenticated";

REVOKE ALL ("resources") ON TABLE "public"."lesson_contents" FROM "authenticated";

GRANT INSERT ("resources"), UPDATE ("resources") ON TABLE "public"."lesson_contents" TO "authenticated";

REVOKE ALL ("video_path") ON TABLE "public"."lesson_contents" FROM "authenticated";

GRANT INSERT ("video_path"), UPDATE ("video_path") ON TABLE "public"."lesson_contents" TO "authenticated";

REVOKE ALL ("video_url") ON TABLE "public"."lesson_contents" FROM "authenticated";

GRANT INSERT ("video_url"), UPDATE ("video_url") ON TABLE "public"."lesson_contents" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."lesson_contents" TO "authenticated";

REVOKE ALL ON TABLE "public"."lesson_progress" FROM "authenticated";

GRANT SELECT ON TABLE "public"."lesson_progress" TO "authenticated";

REVOKE ALL ON TABLE "public"."lessons" FROM "anon";

GRANT SELECT ON TABLE "public"."lessons" TO "anon";

REVOKE ALL ON TABLE "public"."lessons" FROM "authenticated";

REVOKE ALL ("description") ON TABLE "public"."lessons" FROM "authenticated";

GRANT INSERT ("description"), UPDATE ("description") ON TABLE "public"."lessons" TO "authenticated";

REVOKE ALL ("duration_seconds") ON TABLE "public"."lessons" FROM "authenticated";

GRANT INSERT ("duration_seconds"), UPDATE ("duration_seconds") ON TABLE "public"."lessons" TO "authenticated";

REVOKE ALL ("is_preview") ON TABLE "public"."lessons" FROM "authenticated";

GRANT INSERT ("is_preview"), UPDATE ("is_preview") ON TABLE "public"."lessons" TO "authenticated";

REVOKE ALL ("position") ON TABLE "public"."lessons" FROM "authenticated";

GRANT INSERT ("position"), UPDATE ("position") ON TABLE "public"."lessons" TO "authenticated";

REVOKE ALL ("section_id") ON TABLE "public"."lessons" FROM "authenticated";

GRANT INSERT ("section_id") ON TABLE "public"."lessons" TO "authenticated";

REVOKE ALL ("title") ON TABLE "public"."lessons" FROM "authenticated";

GRANT INSERT ("title"), UPDATE ("title") ON TABLE "public"."lessons" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."lessons" TO "authenticated";

REVOKE ALL ON TABLE "public"."notification_preferences" FROM "authenticated";

REVOKE ALL ("course_news") ON TABLE "public"."notification_preferences" FROM "authenticated";

GRANT UPDATE ("course_news") ON TABLE "public"."notification_preferences" TO "authenticated";

REVOKE ALL ("review_replies") ON TABLE "public"."notification_preferences" FROM "authenticated";

GRANT UPDATE ("review_replies") ON TABLE "public"."notification_preferences" TO "authenticated";

REVOKE ALL ("weekly_summary") ON TABLE "public"."notification_preferences" FROM "authenticated";

GRANT UPDATE ("weekly_summary") ON TABLE "public"."notification_preferences" TO "authenticated";

GRANT SELECT ON TABLE "public"."notification_preferences" TO "authenticated";

REVOKE ALL ON TABLE "public"."notifications" FROM "authenticated";

REVOKE ALL ("read_at") ON TABLE "public"."notifications" FROM "authenticated";

GRANT UPDATE ("read_at") ON TABLE "public"."notifications" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."notifications" TO "authenticated";

REVOKE ALL ON TABLE "public"."order_billing" FROM "authenticated";

GRANT SELECT ON TABLE "public"."order_billing" TO "authenticated";

REVOKE ALL ON TABLE "public"."order_items" FROM "authenticated";

REVOKE ALL ("access") ON TABLE "public"."order_items" FROM "authenticated";

GRANT SELECT ("access") ON TABLE "public"."order_items" TO "authenticated";

REVOKE ALL ("course_id") ON TABLE "public"."order_items" FROM "authenticated";

GRANT SELECT ("course_id") ON TABLE "public"."order_items" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."order_items" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."order_items" TO "authenticated";

REVOKE ALL ("discount_cents") ON TABLE "public"."order_items" FROM "authenticated";

GRANT SELECT ("discount_cents") ON TABLE "public"."order_items" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."order_items" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."order_items" TO "authenticated";

REVOKE ALL ("instructor_id") ON TABLE "public"."order_items" FROM "authenticated";

GRANT SELECT ("instructor_id") ON TABLE "public"."order_items" TO "authenticated";

REVOKE ALL ("instructor_name") ON TABLE "public"."order_items" FROM "authenticated";

GRANT SELECT ("instructor_name") ON TABLE "public"."order_items" TO "authenticated";

REVOKE ALL ("list_price_cents") ON TABLE "public"."order_items" FROM "authenticated";

GRANT SELECT ("list_price_cents") ON TABLE "public"."order_items" TO "authenticated";

REVOKE ALL ("order_id") ON TABLE "public"."order_items" FROM "authenticated";

GRANT SELECT ("order_id") ON TABLE "public"."order_items" TO "authenticated";

REVOKE ALL ("position") ON TABLE "public"."order_items" FROM "authenticated";

GRANT SELECT ("position") ON TABLE "public"."order_items" TO "authenticated";

REVOKE ALL ("price_cents") ON TABLE "public"."order_items" FROM "authenticated";

GRANT SELECT ("price_cents") ON TABLE "public"."order_items" TO "authenticated";

REVOKE ALL ("refunded_cents") ON TABLE "public"."order_items" FROM "authenticated";

GRANT SELECT ("refunded_cents") ON TABLE "public"."order_items" TO "authenticated";

REVOKE ALL ("slug") ON TABLE "public"."order_items" FROM "authenticated";

GRANT SELECT ("slug") ON TABLE "public"."order_items" TO "authenticated";

REVOKE ALL ("tax_cents") ON TABLE "public"."order_items" FROM "authenticated";

GRANT SELECT ("tax_cents") ON TABLE "public"."order_items" TO "authenticated";

REVOKE ALL ("thumbnail_path") ON TABLE "public"."order_items" FROM "authenticated";

GRANT SELECT ("thumbnail_path") ON TABLE "public"."order_items" TO "authenticated";

REVOKE ALL ("title") ON TABLE "public"."order_items" FROM "authenticated";

GRANT SELECT ("title") ON TABLE "public"."order_items" TO "authenticated";

REVOKE ALL ("total_cents") ON TABLE "public"."order_items" FROM "authenticated";

GRANT SELECT ("total_cents") ON TABLE "public"."order_items" TO "authenticated";

REVOKE ALL ON TABLE "public"."orders" FROM "authenticated";

GRANT SELECT ON TABLE "public"."orders" TO "authenticated";

REVOKE ALL ON TABLE "public"."payments" FROM "authenticated";

REVOKE ALL ("amount_cents") ON TABLE "public"."payments" FROM "authenticated";

GRANT SELECT ("amount_cents") ON TABLE "public"."payments" TO "authenticated";

REVOKE ALL ("attempt") ON TABLE "public"."payments" FROM "authenticated";

GRANT SELECT ("attempt") ON TABLE "public"."payments" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."payments" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."payments" TO "authenticated";

REVOKE ALL ("currency") ON TABLE "public"."payments" FROM "authenticated";

GRANT SELECT ("currency") ON TABLE "public"."payments" TO "authenticated";

REVOKE ALL ("failure_code") ON TABLE "public"."payments" FROM "authenticated";

GRANT SELECT ("failure_code") ON TABLE "public"."payments" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."payments" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."payments" TO "authenticated";

REVOKE ALL ("order_id") ON TABLE "public"."payments" FROM "authenticated";

GRANT SELECT ("order_id") ON TABLE "public"."payments" TO "authenticated";

REVOKE ALL ("provider") ON TABLE "public"."payments" FROM "authenticated";

GRANT SELECT ("provider") ON TABLE "public"."payments" TO "authenticated";

REVOKE ALL ("status") ON TABLE "public"."payments" FROM "authenticated";

GRANT SELECT ("status") ON TABLE "public"."payments" TO "authenticated";

REVOKE ALL ("updated_at") ON TABLE "public"."payments" FROM "authenticated";

GRANT SELECT ("updated_at") ON TABLE "public"."payments" TO "authenticated";

REVOKE ALL ON TABLE "public"."profile_private" FROM "authenticated";

REVOKE ALL ("country") ON TABLE "public"."profile_private" FROM "authenticated";

GRANT UPDATE ("country") ON TABLE "public"."profile_private" TO "authenticated";

REVOKE ALL ("phone") ON TABLE "public"."profile_private" FROM "authenticated";

GRANT UPDATE ("phone") ON TABLE "public"."profile_private" TO "authenticated";

REVOKE ALL ("timezone") ON TABLE "public"."profile_private" FROM "authenticated";

GRANT UPDATE ("timezone") ON TABLE "public"."profile_private" TO "authenticated";

GRANT SELECT ON TABLE "public"."profile_private" TO "authenticated";

REVOKE ALL ON TABLE "public"."profile_stats" FROM "authenticated";

GRANT SELECT ON TABLE "public"."profile_stats" TO "authenticated";

REVOKE ALL ON TABLE "public"."profiles" FROM "anon";

REVOKE ALL ("avatar_path") ON TABLE "public"."profiles" FROM "anon";

GRANT SELECT ("avatar_path") ON TABLE "public"."profiles" TO "anon";

REVOKE ALL ("bio") ON TABLE "public"."profiles" FROM "anon";

GRANT SELECT ("bio") ON TABLE "public"."profiles" TO "anon";

REVOKE ALL ("created_at") ON TABLE "public"."profiles" FROM "anon";

GRANT SELECT ("created_at") ON TABLE "public"."profiles" TO "anon";

REVOKE ALL ("first_name") ON TABLE "public"."profiles" FROM "anon";

GRANT SELECT ("first_name") ON TABLE "public"."profiles" TO "anon";

REVOKE ALL ("headline") ON TABLE "public"."profiles" FROM "anon";

GRANT SELECT ("headline") ON TABLE "public"."profiles" TO "anon";

REVOKE ALL ("id") ON TABLE "public"."profiles" FROM "anon";

GRANT SELECT ("id") ON TABLE "public"."profiles" TO "anon";

REVOKE ALL ("is_instructor") ON TABLE "public"."profiles" FROM "anon";

GRANT SELECT ("is_instructor") ON TABLE "public"."profiles" TO "anon";

REVOKE ALL ("last_name") ON TABLE "public"."profiles" FROM "anon";

GRANT SELECT ("last_name") ON TABLE "public"."profiles" TO "anon";

REVOKE ALL ON TABLE "public"."profiles" FROM "authenticated";

REVOKE ALL ("avatar_path") ON TABLE "public"."profiles" FROM "authenticated";

GRANT UPDATE ("avatar_path") ON TABLE "public"."profiles" TO "authenticated";

REVOKE ALL ("bio") ON TABLE "public"."profiles" FROM "authenticated";

GRANT UPDATE ("bio") ON TABLE "public"."profiles" TO "authenticated";

REVOKE ALL ("first_name") ON TABLE "public"."profiles" FROM "authenticated";

GRANT UPDATE ("first_name") ON TABLE "public"."profiles" TO "authenticated";

REVOKE ALL ("headline") ON TABLE "public"."profiles" FROM "authenticated";

GRANT UPDATE ("headline") ON TABLE "public"."profiles" TO "authenticated";

REVOKE ALL ("last_name") ON TABLE "public"."profiles" FROM "authenticated";

GRANT UPDATE ("last_name") ON TABLE "public"."profiles" TO "authenticated";

GRANT SELECT ON TABLE "public"."profiles" TO "authenticated";

REVOKE ALL ON TABLE "public"."review_votes" FROM "authenticated";

REVOKE ALL ("review_id") ON TABLE "public"."review_votes" FROM "authenticated";

GRANT INSERT ("review_id") ON TABLE "public"."review_votes" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."review_votes" TO "authenticated";

REVOKE ALL ON TABLE "public"."reviews" FROM "anon";

GRANT SELECT ON TABLE "public"."reviews" TO "anon";

REVOKE ALL ON TABLE "public"."reviews" FROM "authenticated";

REVOKE ALL ("comment") ON TABLE "public"."reviews" FROM "authenticated";

GRANT INSERT ("comment"), UPDATE ("comment") ON TABLE "public"."reviews" TO "authenticated";

REVOKE ALL ("course_id") ON TABLE "public"."reviews" FROM "authenticated";

GRANT INSERT ("course_id") ON TABLE "public"."reviews" TO "authenticated";

REVOKE ALL ("rating") ON TABLE "public"."reviews" FROM "authenticated";

GRANT INSERT ("rating"), UPDATE ("rating") ON TABLE "public"."reviews" TO "authenticated";

REVOKE ALL ("title") ON TABLE "public"."reviews" FROM "authenticated";

GRANT INSERT ("title"), UPDATE ("title") ON TABLE "public"."reviews" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."reviews" TO "authenticated";

REVOKE ALL ON TABLE "public"."user_roles" FROM "authenticated";

GRANT SELECT ON TABLE "public"."user_roles" TO "authenticated";

REVOKE ALL ON TABLE "public"."wishlists" FROM "authenticated";

REVOKE ALL ("course_id") ON TABLE "public"."wishlists" FROM "authenticated";

GRANT INSERT ("course_id") ON TABLE "public"."wishlists" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."wishlists" TO "authenticated";

CREATE INDEX cart_items_user_id_idx ON public.cart_items USING btree (user_id, added_at);

CREATE POLICY "delete_own" ON "public"."cart_items"
  FOR DELETE
  TO "authenticated"
  USING ((user_id = ( SELECT private.active_uid() AS active_uid)));

CREATE POLICY "select_own_or_as_admin" ON "public"."cart_items"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT private.is_admin() AS is_admin)));

COMMENT ON COLUMN "public"."cart_items"."user_id" IS 'The owner of the cart, kept equal to it by the foreign key.';

ALTER TABLE "public"."cart_items"
  ADD COLUMN "cart_id" uuid NOT NULL DEFAULT private.own_cart_id();

ALTER TABLE "public"."cart_items"
  ADD CONSTRAINT "cart_items_cart_id_course_id_key" UNIQUE (cart_id, course_id);

ALTER TABLE "public"."cart_items"
  ADD CONSTRAINT "cart_items_cart_id_user_id_fkey" FOREIGN KEY (cart_id, user_id) REFERENCES public.carts(id, user_id) ON DELETE CASCADE;

CREATE INDEX cart_items_cart_id_user_id_idx ON public.cart_items USING btree (cart_id, user_id);

CREATE POLICY "insert_own" ON "public"."cart_items"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((user_id = ( SELECT private.active_uid() AS active_uid)) AND (cart_id = ( SELECT private.own_cart_id() AS own_cart_id))));

COMMENT ON COLUMN "public"."cart_items"."cart_id" IS 'The cart; by default the caller''s own.';

REVOKE ALL ("cart_id") ON TABLE "public"."cart_items" FROM "authenticated";

GRANT INSERT ("cart_id") ON TABLE "public"."cart_items" TO "authenticated";

ALTER TABLE "public"."coupons"
  ADD CONSTRAINT "coupons_created_by_fkey" FOREIGN KEY (created_by) REFERENCES public.profiles(id) ON DELETE RESTRICT;

CREATE INDEX coupons_created_by_idx ON public.coupons USING btree (created_by);

COMMENT ON COLUMN "public"."coupons"."created_by" IS 'Who made it. A sale that an instructor''s own coupon brought costs the instructor a smaller fee. Null: the platform.';

CREATE OR REPLACE FUNCTION private.coupon_covers (
  coupon public.coupons,
  course public.courses
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
RETURN (((coupon).id IS
  NOT NULL) AND (((coupon).currency IS NULL) OR ((coupon).currency = (course).currency)) AND (((coupon).course_id IS NULL) OR ((coupon).course_id = (course).id)) AND
  (((coupon).category_id IS NULL) OR (NOT ((coupon).category_id IS DISTINCT FROM (course).category_id))) AND
  (((coupon).instructor_id IS NULL) OR ((coupon).instructor_id = (course).instructor_id)));

ALTER TABLE "public"."courses"
  ADD CONSTRAINT "courses_instructor_id_fkey" FOREIGN KEY (instructor_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

CREATE VIEW "public"."v_course_cards" WITH (security_invoker=true) AS  SELECT c.id,
    c.title,
    c.slug,
    jsonb_build_object('id', p.id, 'first_name', p.first_name, 'last_name', p.last_name) AS instructor,
    c.thumbnail_path AS thumbnail,
    s.rating,
    s.rating_count,
    s.student_count,
    round(((s.duration_seconds)::numeric / 3600.0), 2) AS duration_hours,
    c.level,
    private.to_amount((c.price_cents)::bigint, (c.currency)::text) AS price,
    private.to_amount((c.original_price_cents)::bigint, (c.currency)::text) AS original_price,
    c.discount_percent,
    c.currency,
    k.name AS category,
    k.slug AS category_slug,
    COALESCE((s.bestseller_until > now()), false) AS is_bestseller,
    COALESCE((c.published_at > (now() - make_interval(days => ( SELECT private.setting_int('new_course_days'::text) AS setting_int)))), false) AS is_new,
    c.is_featured
   FROM (((public.courses c
     JOIN public.course_stats s ON ((s.course_id = c.id)))
     LEFT JOIN public.profiles p ON ((p.id = c.instructor_id)))
     LEFT JOIN public.categories k ON ((k.id = c.category_id)));

REVOKE ALL ON TABLE "public"."v_course_cards" FROM "service_role";

CREATE VIEW "public"."v_instructor_public" WITH (security_invoker=true) AS  SELECT p.id,
    p.first_name,
    p.last_name,
    p.headline,
    p.bio,
    p.avatar_path AS profile_picture,
    t.courses_count,
    t.students_count,
    t.rating_count,
    t.rating
   FROM (public.profiles p
     CROSS JOIN LATERAL ( SELECT (count(*))::integer AS courses_count,
            (COALESCE(sum(s.student_count), (0)::bigint))::integer AS students_count,
            (COALESCE(sum(s.rating_count), (0)::bigint))::integer AS rating_count,
            COALESCE(round(((sum(s.rating_sum))::numeric / (NULLIF(sum(s.rating_count), 0))::numeric), 2), (0)::numeric) AS rating
           FROM (public.courses c
             JOIN public.course_stats s ON ((s.course_id = c.id)))
          WHERE ((c.instructor_id = p.id) AND c.is_published)) t)
  WHERE p.is_instructor;

REVOKE ALL ON TABLE "public"."v_instructor_public" FROM "service_role";

CREATE INDEX courses_instructor_id_idx ON public.courses USING btree (instructor_id, created_at DESC);

CREATE TRIGGER index_course
  AFTER INSERT OR UPDATE OF title, short_description, description, category_id, instructor_id ON public.courses
  FOR EACH ROW
  EXECUTE FUNCTION private.index_changed_courses();

CREATE TRIGGER refuse_view_write
  INSTEAD OF INSERT OR DELETE OR UPDATE ON public.v_course_cards
  FOR EACH ROW
  EXECUTE FUNCTION private.refuse_view_write();

CREATE TRIGGER refuse_view_write
  INSTEAD OF INSERT OR DELETE OR UPDATE ON public.v_instructor_public
  FOR EACH ROW
  EXECUTE FUNCTION private.refuse_view_write();

CREATE POLICY "delete_owned_or_as_admin" ON "public"."courses"
  FOR DELETE
  TO "authenticated"
  USING (((instructor_id = ( SELECT private.active_uid() AS active_uid)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_own_as_instructor" ON "public"."courses"
  FOR INSERT
  TO "authenticated"
  WITH CHECK ((((instructor_id = ( SELECT private.active_uid() AS active_uid)) AND ( SELECT private.is_instructor() AS is_instructor)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_published_taught_or_studied" ON "public"."courses"
  FOR SELECT
  TO "authenticated"
  USING
    ((is_published OR (instructor_id = ( SELECT private.active_uid() AS active_uid)) OR (id IN ( SELECT private.taught_course_ids() AS taught_course_ids)) OR (id IN ( SELECT
    private.enrolled_course_ids() AS enrolled_course_ids)) OR ( SELECT private.is_staff() AS is_staff)));

COMMENT ON COLUMN "public"."courses"."instructor_id" IS 'The owner: sets the price, publishes, is paid.';

COMMENT ON FUNCTION "private"."coupon_covers"(public.coupons, public.courses) IS 'true when the course is within the coupon''s scope and currency.';

COMMENT ON VIEW "public"."v_course_cards" IS 'Cards of the courses that the caller may see. The personal flags enrolled, in_cart and in_wishlist are added by the functions that return cards.';

COMMENT ON VIEW "public"."v_instructor_public" IS 'Public cards of instructors, with the sums of their published courses.';

REVOKE ALL ON FUNCTION "private"."coupon_covers"(public.coupons, public.courses) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."coupon_covers"(public.coupons, public.courses) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."coupon_covers"(public.coupons, public.courses) TO "postgres";

REVOKE ALL ("instructor_id") ON TABLE "public"."courses" FROM "authenticated";

GRANT INSERT ("instructor_id") ON TABLE "public"."courses" TO "authenticated";

REVOKE ALL ON TABLE "public"."v_course_cards" FROM "anon";

GRANT SELECT ON TABLE "public"."v_course_cards" TO "anon";

REVOKE ALL ON TABLE "public"."v_course_cards" FROM "authenticated";

GRANT SELECT ON TABLE "public"."v_course_cards" TO "authenticated";

REVOKE ALL ON TABLE "public"."v_instructor_public" FROM "anon";

GRANT SELECT ON TABLE "public"."v_instructor_public" TO "anon";

REVOKE ALL ON TABLE "public"."v_instructor_public" FROM "authenticated";

GRANT SELECT ON TABLE "public"."v_instructor_public" TO "authenticated";

ALTER TABLE "public"."lesson_progress"
  ADD COLUMN "watch_time_seconds" integer GENERATED ALWAYS AS (private.covered_seconds(watched)) STORED NOT NULL;

ALTER TABLE "public"."lesson_progress"
  ADD COLUMN "position_seconds" integer NOT NULL DEFAULT 0;

ALTER TABLE "public"."lesson_progress"
  ADD COLUMN "last_watched_at" timestamp WITH time zone;

ALTER TABLE "public"."lesson_progress"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."lesson_progress"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."lesson_progress"
  ADD CONSTRAINT "lesson_progress_position_seconds_check" CHECK ((position_seconds >= 0));

COMMENT ON COLUMN "public"."lesson_progress"."created_at" IS 'When the lesson was first opened.';

COMMENT ON COLUMN "public"."lesson_progress"."last_watched_at" IS 'Last time the player reported.';

COMMENT ON COLUMN "public"."lesson_progress"."position_seconds" IS 'Where to resume, in seconds from the start.';

COMMENT ON COLUMN "public"."lesson_progress"."updated_at" IS 'Time of the last change.';

COMMENT ON COLUMN "public"."lesson_progress"."watch_time_seconds" IS 'Distinct seconds watched.';

ALTER TABLE "public"."review_votes"
  ADD CONSTRAINT "review_votes_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

CREATE INDEX review_votes_user_id_idx ON public.review_votes USING btree (user_id, review_id);

CREATE POLICY "delete_own" ON "public"."review_votes"
  FOR DELETE
  TO "authenticated"
  USING ((user_id = ( SELECT private.active_uid() AS active_uid)));

CREATE POLICY "insert_own" ON "public"."review_votes"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((user_id = ( SELECT private.active_uid() AS active_uid)) AND (EXISTS ( SELECT
   FROM public.reviews r
  WHERE (r.id = review_votes.review_id)))));

CREATE POLICY "select_own" ON "public"."review_votes"
  FOR SELECT
  TO "authenticated"
  USING ((user_id = ( SELECT auth.uid() AS uid)));

COMMENT ON COLUMN "public"."review_votes"."user_id" IS 'Who voted.';

ALTER TABLE "public"."reviews"
  ADD CONSTRAINT "reviews_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

CREATE INDEX reviews_user_id_idx ON public.reviews USING btree (user_id);

CREATE POLICY "delete_own_or_as_admin" ON "public"."reviews"
  FOR DELETE
  TO "authenticated"
  USING (((user_id = ( SELECT private.active_uid() AS active_uid)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_own_as_student" ON "public"."reviews"
  FOR INSERT
  TO "authenticated"
  WITH
    CHECK
    (((user_id = ( SELECT private.active_uid() AS active_uid)) AND (course_id IN ( SELECT private.enrolled_course_ids() AS enrolled_course_ids)) AND (NOT (course_id IN ( SELECT
    private.taught_course_ids() AS taught_course_ids)))));

CREATE POLICY "select_shown_own_or_as_staff" ON "public"."reviews"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT private.is_staff() AS is_staff) OR ((NOT is_hidden) AND (EXISTS ( SELECT
   FROM public.courses c
  WHERE (c.id = reviews.course_id))))));

CREATE POLICY "update_own" ON "public"."reviews"
  FOR UPDATE
  TO "authenticated"
  USING ((user_id = ( SELECT private.active_uid() AS active_uid)))
  WITH CHECK ((user_id = ( SELECT private.active_uid() AS active_uid)));

COMMENT ON COLUMN "public"."reviews"."user_id" IS 'The student who wrote it.';

ALTER TABLE "public"."wishlists"
  ADD CONSTRAINT "wishlists_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

CREATE INDEX wishlists_user_id_added_at_idx ON public.wishlists USING btree (user_id, added_at DESC, course_id);

CREATE POLICY "delete_own" ON "public"."wishlists"
  FOR DELETE
  TO "authenticated"
  USING ((user_id = ( SELECT private.active_uid() AS active_uid)));

CREATE POLICY "insert_own" ON "public"."wishlists"
  FOR INSERT
  TO "authenticated"
  WITH CHECK ((user_id = ( SELECT private.active_uid() AS active_uid)));

CREATE POLICY "select_own_or_as_admin" ON "public"."wishlists"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT private.is_admin() AS is_admin)));

COMMENT ON COLUMN "public"."wishlists"."user_id" IS 'Whose list; by default the caller''s.';

-- A value that was changed on a running system is kept.
insert into private.app_config (name, value, note)
values
  ('currency', 'usd', 'Lower-case ISO 4217: the currency in which courses are priced.'),
  ('platform_fee_percent', '30', 'Share of a sale that the platform keeps.'),
  (
    'instructor_coupon_fee_percent',
    '3',
    'Share the platform keeps when the instructor''s own coupon brought the sale.'
  ),
  ('refund_window_days', '30', 'Days after payment in which a student may ask for a refund.'),
  ('refund_max_progress_percent', '30', 'Progress above which a refund needs staff.'),
  ('payout_hold_days', '30', 'Days after payment until an instructor''s share can be paid out.'),
  ('order_ttl_minutes', '60', 'Minutes for which an unpaid order keeps its prices and its coupon.'),
  ('cart_limit', '50', 'Courses a cart can hold.'),
  ('stripe_livemode', 'false', 'true only in production: events of the other mode are quarantined.'),
  (
    'popular_search_min_users',
    '5',
    'A search term is shown as popular only when so many people searched for it.'
  ),
  ('bestseller_window_days', '30', 'Days of enrolments that make a bestseller.'),
  ('new_course_days', '30', 'Days for which a published course counts as new.')
on conflict (name) do nothing;

-- A plain Postgres has no pg_net: the local timer calls the functions there.
do $$
begin
  if exists (select from pg_catalog.pg_available_extensions where name = 'pg_net') then
    execute 'create extension if not exists pg_net';
  end if;
exception
  when insufficient_privilege then
    raise notice 'pg_net cannot be set up by this role: call the scheduled edge functions from outside';
end
$$;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_rate_limits',
    $$delete from private.rate_limits where window_started_at < now() - interval '2 days'$$,
    interval '1 hour'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

-- pg_cron is there on hosted Supabase; a plain Postgres has none and is driven from outside.
do $$
begin
  if exists (select from pg_catalog.pg_available_extensions where name = 'pg_cron') then
    execute 'create extension if not exists pg_cron';
    execute $cron$select cron.schedule('learnflow-jobs', '* * * * *', 'select private.run_due_jobs()')$cron$;
  end if;
exception
  when insufficient_privilege then
    raise notice 'pg_cron cannot be set up by this role: call private.run_due_jobs() every minute from outside';
end
$$;

-- Puts a course on sale. Where staff reviews new courses first, an instructor's first publication waits for them.
insert into private.app_config (name, value, note)
values
  (
    'course_review_required',
    'false',
    'true: staff publishes a course for the first time, instructors ask for it.'
  )
on conflict (name) do nothing;

insert into private.jobs (name, command, run_every)
values ('refresh_bestsellers', 'select private.refresh_bestsellers()', interval '1 hour')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

-- Bucket course-thumbnails: the pictures of courses, {course_id}/file. Public: a picture is part of the shop window.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  (
    'course-thumbnails',
    'course-thumbnails',
    true,
    5242880,
    array['image/png', 'image/jpeg', 'image/webp', 'image/avif']
  )
on conflict (id) do update
  set
    public = excluded.public,
    file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;

-- Bucket lesson-resources: what students can download beside a lesson, {course_id}/{lesson_id}/file. Private: the rule of lesson_contents.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  (
    'lesson-resources',
    'lesson-resources',
    false,
    104857600,
    array[
      'application/pdf',
      'application/zip',
      'application/json',
      'text/plain',
      'text/csv',
      'text/markdown',
      'image/png',
      'image/jpeg',
      'image/webp',
      'audio/mpeg',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/vnd.openxmlformats-officedocument.presentationml.presentation'
    ]
  )
on conflict (id) do update
  set
    public = excluded.public,
    file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;

-- Bucket lesson-videos: the videos of lessons, {course_id}/{lesson_id}/file. Private: the rule of lesson_contents.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  (
    'lesson-videos',
    'lesson-videos',
    false,
    5368709120,
    array[
      'video/mp4',
      'video/webm',
      'video/quicktime',
      'application/vnd.apple.mpegurl',
      'video/mp2t',
      'text/vtt'
    ]
  )
on conflict (id) do update
  set
    public = excluded.public,
    file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;

insert into private.jobs (name, command, run_every)
values
  (
    'generate_certificates',
    $$select private.call_edge_function('generate-certificate')
      where exists (select from public.certificates c where c.file_path is null and c.revoked_at is null)$$,
    interval '1 minute'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values ('end_expired_access', 'select private.end_expired_access()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values
  (
    'send_emails',
    $$select private.call_edge_function('send-emails')
      where exists (select from private.outbox o where o.state = 'pending' and o.next_attempt_at <= now())$$,
    interval '1 minute'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

-- Every day, because only the first run of a week finds something to do.
insert into private.jobs (name, command, run_every)
values ('enqueue_weekly_summaries', 'select private.enqueue_weekly_summaries()', interval '1 day')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values ('expire_orders', 'select private.expire_orders()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values
  ('reconcile_payments', $$select private.call_edge_function('reconcile-payments')$$, interval '10 minutes'),
  (
    'reconcile_payments_daily',
    $$select private.call_edge_function('reconcile-payments', '{"sweep_hours": 72}')$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

-- The register is what this file says, no more.
delete from private.personal_data where true;

-- Nobody needs it once the person is gone.
insert into private.personal_data (erasure, table_name, user_column, reason)
values
  ('delete', 'public.user_roles', 'user_id', 'A closed account has no role.'),
  ('delete', 'public.instructor_requests', 'user_id', 'An application nobody will decide.'),
  ('delete', 'public.learning_days', 'user_id', 'A diary of days is of use to its owner only.'),
  ('delete', 'public.cart_items', 'user_id', 'Nobody will buy it.'),
  ('delete', 'public.wishlists', 'user_id', 'Nobody wishes it any more.'),
  ('delete', 'private.coupon_holders', 'user_id', 'It only decides which error a person sees.'),
  ('delete', 'private.review_reports', 'user_id', 'Staff has what was reported in the audit log.'),
  ('delete', 'public.notifications', 'user_id', 'Nobody will read them.'),
  ('delete', 'public.notification_preferences', 'user_id', 'Nobody is written to any more.'),
  ('delete', 'public.contact_messages', 'user_id', 'A letter belongs to who wrote it.');

insert into private.personal_data (erasure, table_name, user_column, is_exported, reason)
values ('delete', 'private.idempotency_keys', 'user_id', false, 'It only recognises a repeated request.');

insert into private.personal_data (erasure, table_name, user_column, hidden_columns, reason)
values ('delete', 'private.outbox', 'user_id', '{last_error}', 'What was not sent stays unsent.');

-- The row stays, the person goes.
insert into private.personal_data (erasure, table_name, user_column, cleared_by, reason)
values
  (
    'clear',
    'public.profiles',
    'id',
    $$first_name = 'Deleted', last_name = 'user', headline = '', bio = '', avatar_path = null, is_active = false$$,
    'Reviews and courses keep an author, without a name.'
  ),
  (
    'clear',
    'public.profile_private',
    'user_id',
    $$email = 'deleted-' || t.user_id || '@deleted.invalid', phone = '', country = '', timezone = 'UTC'$$,
    'Nothing here is needed any more.'
  ),
  (
    'clear',
    'public.certificates',
    'user_id',
    $$student_name = 'Deleted user', file_path = null, revoked_at = coalesce(revoked_at, now()), revoke_reason = coalesce(revoke_reason, 'The account was erased.'), content_hash = private.certificate_hash(code, 'Deleted user', course_title, instructor_name, duration_seconds, completed_at)$$,
    'Whoever verifies the code learns that the certificate is no longer valid.'
  );

insert into private.personal_data (erasure, table_name, user_column, hidden_columns, cleared_by, reason)
values
  (
    'clear',
    'auth.users',
    'id',
    '{encrypted_password,confirmation_token,recovery_token,email_change_token_new,email_change_token_current,phone_change_token,reauthentication_token}',
    $$email = 'deleted-' || t.id || '@deleted.invalid', encrypted_password = '', phone = null, raw_user_meta_data = '{}', email_change = '', phone_change = '', banned_until = 'infinity', deleted_at = coalesce(t.deleted_at, now())$$,
    'Nobody can sign in, and the address is free again.'
  ),
  (
    'clear',
    'public.api_keys',
    'user_id',
    '{key_hash}',
    $$name = 'deleted', revoked_at = coalesce(revoked_at, now())$$,
    'A revoked key still explains what was done with it.'
  );

insert into private.personal_data (erasure, table_name, via, is_exported, cleared_by, reason)
values
  (
    'clear',
    'public.order_billing',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    true,
    $$first_name = 'Deleted', last_name = 'user', email = 'deleted@deleted.invalid', address_line1 = '-', address_line2 = '', phone = ''$$,
    'The place decides the tax and stays; the person goes.'
  ),
  (
    'clear',
    'private.stripe_events',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    false,
    $$payload = '{}'$$,
    'Stripe keeps its own record; ours stands in the payments.'
  );

-- Kept, because the law or others need it; an id without a name.
insert into private.personal_data (table_name, user_column, reason)
values
  ('public.profile_stats', 'user_id', 'Sums without a name.'),
  ('public.courses', 'instructor_id', 'What was sold stays open for those who bought it.'),
  ('public.course_instructors', 'user_id', 'A course has an owner, without a name.'),
  ('public.enrollments', 'user_id', 'Counts of students and completions stay true, without a name.'),
  ('public.lesson_progress', 'user_id', 'Authors see where students stop, without names.'),
  ('public.carts', 'user_id', 'An empty cart says nothing.'),
  ('public.coupons', 'instructor_id', 'Orders refer to it.'),
  ('private.coupon_redemptions', 'user_id', 'A seat that was used stays used.'),
  ('public.orders', 'user_id', 'Tax law: books are kept, under a number instead of a name.'),
  ('private.ledger_accounts', 'owner_id', 'Tax law: what an instructor earned.'),
  ('private.payout_accounts', 'user_id', 'Tax law: where earnings went. Only an id of Stripe.'),
  ('public.reviews', 'user_id', 'An opinion stays with its course; its author is shown as a deleted user.'),
  ('public.review_votes', 'user_id', 'A count without a name.');

insert into private.personal_data (table_name, user_column, hidden_columns, reason)
values ('private.payouts', 'instructor_id', '{locked_until}', 'Tax law: what was paid out.');

insert into private.personal_data (table_name, via, hidden_columns, reason)
values
  (
    'private.access_grants',
    't.enrollment_id in (select e.id from public.enrollments e where e.user_id = $1)',
    '{granted_by,revoked_by}',
    'Why somebody had access belongs to the books.'
  ),
  (
    'public.order_items',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    '{platform_fee_percent}',
    'Tax law: the lines of the books.'
  ),
  (
    'public.payments',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    '{processing_charges,failed_charges}',
    'Tax law: what was paid.'
  ),
  (
    'private.refunds',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    '{requested_by,idempotency_key,locked_until}',
    'Tax law: what was given back.'
  ),
  (
    'private.ledger_entries',
    't.account_id in (select a.id from private.ledger_accounts a where a.owner_id = $1)',
    '{}',
    'Tax law: what an instructor earned.'
  ),
  ('public.audit_log', 't.actor_id = $1', '{}', 'The log names an id, and nothing of the person.');

-- The record of the platform: who acted for it. Not the data of that person.
insert into private.personal_data (is_exported, table_name, user_column, reason)
values
  (false, 'public.user_roles', 'granted_by', 'Who gave a role.'),
  (false, 'public.instructor_requests', 'decided_by', 'Who decided.'),
  (false, 'public.certificates', 'revoked_by', 'Who revoked it.'),
  (false, 'private.access_grants', 'granted_by', 'Who gave access.'),
  (false, 'private.access_grants', 'revoked_by', 'Who took access.'),
  (false, 'public.coupons', 'created_by', 'Who made a coupon.'),
  (
    false,
    'public.order_items',
    'instructor_id',
    'Tax law: a receipt names its seller. An instructor sees sales as sums.'
  ),
  (false, 'private.refunds', 'requested_by', 'Who asked for a refund.'),
  (false, 'private.payouts', 'requested_by', 'Who asked for it.'),
  (false, 'private.money_anomalies', 'resolved_by', 'Who resolved it.');

-- Today's figures are at most a quarter of an hour old. Later changes of older days (an edited rating, a refund, a
-- dispute, which may come after four months) are taken up by night.
insert into private.jobs (name, command, run_every)
values
  (
    'refresh_course_daily_stats',
    $$select private.rebuild_course_daily_stats((now() at time zone 'UTC')::date - 1, (now() at time zone 'UTC')::date)$$,
    interval '15 minutes'
  ),
  (
    'rebuild_course_daily_stats',
    $$select private.rebuild_course_daily_stats((now() at time zone 'UTC')::date - 130, (now() at time zone 'UTC')::date)$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_search_terms',
    $$delete from private.search_terms where last_searched_at < now() - interval '30 days'$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

-- Bucket certificates: the PDFs, {user_id}/{code}.pdf. Private: the owner and admins fetch them, only the worker writes.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('certificates', 'certificates', false, 5242880, array['application/pdf'])
on conflict (id) do update
  set
    public = excluded.public,
    file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;

-- Bucket avatars: the pictures of people, {user_id}/file. Public: they are shown on public cards.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('avatars', 'avatars', true, 2097152, array['image/png', 'image/jpeg', 'image/webp', 'image/avif'])
on conflict (id) do update
  set
    public = excluded.public,
    file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_api_nonces',
    $$delete from private.api_nonces where used_at < now() - interval '1 hour'$$,
    interval '10 minutes'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_company_enrollments',
    $$delete from private.company_enrollments where created_at < now() - interval '90 days'$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values ('refresh_course_affinities', 'select private.refresh_course_affinities()', interval '1 day')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values ('fold_student_counts', 'select private.fold_student_counts()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_outbox',
    $$delete from private.outbox where state = 'sent' and sent_at < now() - interval '90 days'$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

comment on column public.v_course_cards.id is 'Identity of the course.';

comment on column public.v_course_cards.title is 'Title.';

comment on column public.v_course_cards.slug is 'Name in addresses.';

comment on column public.v_course_cards.instructor is '{id, first_name, last_name} of the owner.';

comment on column public.v_course_cards.thumbnail is 'File in the bucket course-thumbnails.';

comment on column public.v_course_cards.rating is 'Mean of the shown ratings, two decimals; 0 without any.';

comment on column public.v_course_cards.rating_count is 'Shown ratings.';

comment on column public.v_course_cards.student_count is 'People with access.';

comment on column public.v_course_cards.duration_hours is 'Length of all lessons in hours, two decimals.';

comment on column public.v_course_cards.level is 'What a student has to know beforehand.';

comment on column public.v_course_cards.price is 'Price as a decimal amount of currency.';

comment on column public.v_course_cards.original_price is 'Struck-through price, or null.';

comment on column public.v_course_cards.discount_percent is 'Whole percent between the two, rounded down.';

comment on column public.v_course_cards.currency is 'Lower-case ISO 4217.';

comment on column public.v_course_cards.category is 'Name of the category.';

comment on column public.v_course_cards.category_slug is 'The category as search_courses takes it.';

comment on column public.v_course_cards.is_bestseller is 'Among the most wanted of its category lately.';

comment on column public.v_course_cards.is_new is 'Published not long ago (setting new_course_days).';

comment on column public.v_course_cards.is_featured is 'Chosen by staff for the home page.';

comment on column public.v_instructor_public.id is 'Identity of the person.';

comment on column public.v_instructor_public.first_name is 'Given name.';

comment on column public.v_instructor_public.last_name is 'Family name.';

comment on column public.v_instructor_public.headline is 'One line under the name.';

comment on column public.v_instructor_public.bio is 'About the person, plain text.';

comment on column public.v_instructor_public.profile_picture is 'File in the bucket avatars, or null.';

comment on column public.v_instructor_public.courses_count is 'Published courses the person owns.';

comment on column public.v_instructor_public.students_count is
  'Students of these courses; one person in two courses counts twice.';

comment on column public.v_instructor_public.rating_count is 'Ratings of these courses.';

comment on column public.v_instructor_public.rating is
  'Mean of all ratings of these courses, two decimals; 0 without any.';

-- After a quarter the story of an order stands in its own rows; names and addresses in payloads are forgotten.
insert into private.jobs (name, command, run_every)
values
  (
    'strip_stripe_events',
    $$update private.stripe_events set payload = '{}' where processed_at < now() - interval '90 days' and payload <> '{}'$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_idempotency_keys',
    $$delete from private.idempotency_keys where created_at < now() - interval '30 days'$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.order_transitions (from_state, to_state, reason)
values
  ('pending', 'processing', 'the payment is on its way'),
  ('pending', 'failed', 'an attempt to pay was declined'),
  ('pending', 'completed', 'paid, or nothing to pay'),
  ('pending', 'canceled', 'the buyer changed their mind, or another order took its place'),
  ('pending', 'expired', 'not paid in time'),
  ('processing', 'failed', 'the payment did not arrive'),
  ('processing', 'completed', 'the payment arrived'),
  ('processing', 'canceled', 'the payment did not arrive and another order is open'),
  ('processing', 'expired', 'the payment did not arrive in time'),
  ('failed', 'processing', 'another payment is on its way'),
  ('failed', 'completed', 'the next attempt was paid'),
  ('failed', 'canceled', 'the buyer changed their mind, or another order took its place'),
  ('failed', 'expired', 'not paid in time'),
  ('canceled', 'processing', 'money is on its way all the same'),
  ('canceled', 'completed', 'money came all the same'),
  ('expired', 'processing', 'money is on its way all the same'),
  ('expired', 'completed', 'money came all the same'),
  ('completed', 'partially_refunded', 'a part was given back'),
  ('completed', 'refunded', 'everything was given back'),
  ('completed', 'disputed', 'the bank asks for the money back'),
  ('partially_refunded', 'completed', 'the refund failed'),
  ('partially_refunded', 'refunded', 'the rest was given back'),
  ('partially_refunded', 'disputed', 'the bank asks for the rest back'),
  ('refunded', 'completed', 'the refund failed, or the lost dispute was won after all'),
  ('refunded', 'partially_refunded', 'one of the refunds failed'),
  ('refunded', 'disputed', 'the refund failed and the bank asks for the money back'),
  ('disputed', 'completed', 'the dispute was won'),
  ('disputed', 'partially_refunded', 'the dispute is over and a part was given back'),
  ('disputed', 'refunded', 'the dispute was lost')
on conflict (from_state, to_state) do update set reason = excluded.reason;

-- replay_failed_events
insert into private.jobs (name, command, run_every)
values ('replay_failed_events', 'select private.replay_failed_events()', interval '10 minutes')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values
  ('process_refunds', $$select private.call_edge_function('process-refunds')$$, interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
