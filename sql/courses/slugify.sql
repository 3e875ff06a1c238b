-- Turns a title into the ASCII words of an address: 'C'est déjà l'été!' -> 'c-est-deja-l-ete'.
create function private.slugify(title text)
returns text
language sql
stable
security invoker
set search_path = ''
return btrim(
  left(
    btrim(
      regexp_replace(lower(extensions.unaccent('extensions.unaccent', title)), '[^a-z0-9]+', '-', 'g'),
      '-'
    ),
    80
  ),
  '-'
);

comment on function private.slugify is
  'Lower-case ASCII words joined by hyphens, at most 80 characters; empty when the title has no such letters.';

revoke execute on function private.slugify from public, anon, authenticated, service_role;
