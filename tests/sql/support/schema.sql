-- The helpers of the pgTAP tests. They exist in test databases only, never in a migration.
create schema if not exists tests;

grant usage on schema tests to public;
