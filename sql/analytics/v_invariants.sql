-- One row: something that must never be so. What a constraint makes impossible (two places of one student in one course, two
-- lessons in one position) is not asked again: a damaged index is found by amcheck.
create view private.v_invariants
with (security_invoker = true)
as
  select m.invariant, m.subject
  from private.money_invariants as m
  union all
  select v.invariant, v.subject
  from private.invoice_invariants as v
  union all
  select l.invariant, l.subject
  from private.learning_invariants as l
  union all
  select c.invariant, c.subject
  from private.course_invariants as c;

comment on view private.v_invariants is
  'Every rule about the whole of the data, by name, and what breaks it. Empty after every story, storm, drill and restore, or somebody is called.';

revoke all on table private.v_invariants from public, anon, authenticated, service_role;
