-- What a certificate says, as a fingerprint: a changed name or title shows.
create function private.certificate_hash(
  code text,
  student_name text,
  course_title text,
  instructor_name text,
  duration_seconds integer,
  completed_at timestamptz
)
returns text
language sql
immutable
parallel safe
security invoker
set search_path = ''
as $$
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
$$;

comment on function private.certificate_hash is 'SHA-256 (hex) of the snapshot of a certificate.';

revoke execute on function private.certificate_hash from public, anon, authenticated, service_role;
