-- What somebody can be beyond a student.
create type public.user_role as enum ('instructor', 'moderator', 'admin');

comment on type public.user_role is
  'instructor sells courses, moderator keeps order, admin may do everything.';
