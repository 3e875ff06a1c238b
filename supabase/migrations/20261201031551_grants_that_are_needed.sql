-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '2s';

set local statement_timeout = '10min';

SET local check_function_bodies = off;

REVOKE ALL ON FUNCTION "private"."active_uid"() FROM "anon";

REVOKE ALL ON FUNCTION "private"."are_storage_paths"(jsonb) FROM "anon";

REVOKE ALL ON FUNCTION "private"."catalogue_cards_json"(uuid[], jsonb[]) FROM "service_role";

REVOKE ALL ON FUNCTION "private"."clamp_page"(integer) FROM "anon";

REVOKE ALL ON FUNCTION "private"."clamp_page"(integer) FROM "service_role";

REVOKE ALL ON FUNCTION "private"."clamp_page_size"(integer, integer) FROM "service_role";

REVOKE ALL ON FUNCTION "private"."fail"(text, integer, text, jsonb, jsonb) FROM "service_role";

REVOKE ALL ON FUNCTION "private"."has_role"(public.user_role) FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."is_course_owner"(uuid) FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."is_staff"() FROM "anon";

REVOKE ALL ON FUNCTION "private"."is_storage_path"(text) FROM "anon";

REVOKE ALL ON FUNCTION "private"."minor_unit_digits"(text) FROM "service_role";

REVOKE ALL ON FUNCTION "private"."page"(bigint, integer, integer, jsonb) FROM "anon";

REVOKE ALL ON FUNCTION "private"."page"(bigint, integer, integer, jsonb) FROM "service_role";

REVOKE ALL ON FUNCTION "private"."page_json"(bigint, integer, integer, text, jsonb) FROM "anon";

REVOKE ALL ON FUNCTION "private"."page_json"(bigint, integer, integer, text, jsonb) FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."page_json"(bigint, integer, integer, text, jsonb) FROM "service_role";

REVOKE ALL ON FUNCTION "private"."progress_percent"(integer, integer) FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."require_admin"() FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."require_course_author"(uuid) FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."require_course_owner"(uuid) FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."require_staff"() FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."setting"(text) FROM "anon";

REVOKE ALL ON FUNCTION "private"."setting"(text) FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."slugify"(text) FROM "authenticated";

REVOKE ALL ON FUNCTION "private"."to_amount"(bigint, text) FROM "service_role";

DROP FUNCTION "private"."course_cards"(uuid[]);
