-- The one rule for a path in Storage. Our functions put paths into addresses that they call with the secret key: a path
-- that climbs, or hides a climb behind an escape, would lead that key to other files and other commands.
create function private.is_storage_path(path text)
returns boolean
language sql
immutable
parallel safe
security invoker
set search_path = ''
-- What Storage takes in a name, less the question mark; no segment is empty, . or ..
return path ~ '^[A-Za-z0-9_!.*''() &$@=;:+,-]+(/[A-Za-z0-9_!.*''() &$@=;:+,-]+)*$'
and path !~ '(^|/)\.{1,2}(/|$)';

comment on function private.is_storage_path is
  'true for segments of letters, digits, blanks and _ ! . * '' ( ) & $ @ = ; : + , - between slashes, none of them empty, . or ..; null for null.';

-- The same for a list of them, as JSON.
create function private.are_storage_paths(paths jsonb)
returns boolean
language sql
immutable
parallel safe
security invoker
set search_path = ''
as $$
  select
    coalesce(bool_and(jsonb_typeof(p.path) = 'string' and private.is_storage_path(p.path #>> '{}')), true)
  from jsonb_array_elements(are_storage_paths.paths) as p (path);
$$;

comment on function private.are_storage_paths is 'true when every element is text and a path in Storage.';

revoke execute
on function private.is_storage_path, private.are_storage_paths
from public, anon, authenticated, service_role;

-- Constraints and policies ask as whoever writes.
grant execute on function private.is_storage_path, private.are_storage_paths to authenticated;
