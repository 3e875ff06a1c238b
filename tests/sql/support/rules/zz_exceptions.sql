-- All exceptions to the rules, in one place, with the reason. At most five: see rules.test.sql.
insert into tests.exceptions (rule, object, reason)
values
  (
    'no_dynamic_sql',
    'private.run_due_job()',
    'Runs the commands of private.jobs, which only migrations write.'
  ),
  (
    'no_dynamic_sql',
    'private.append_position()',
    'One trigger for every table with positions: its names come from the trigger, its values are parameters.'
  ),
  (
    'no_dynamic_sql',
    'private.execute_for_person(text,uuid,text[])',
    'One register says what export and erasure do in every table; only migrations write it.'
  ),
  (
    'clients_write_no_user_id',
    'public.course_instructors.user_id',
    'The owner of a course names somebody else: the co-instructor.'
  ),
  (
    'positions_can_be_swapped',
    'public.order_items.order_items_order_id_position_key',
    'The lines of an order are history and never change places.'
  );
