-- Demo people: the cast, more instructors, and learners who only fill the rooms. Local data, never for production.
-- Every value is made from numbers and names, so that each start makes the same world.

create schema if not exists seed;

-- Ids that stay the same from start to start.
create or replace function seed.id(kind text, key text)
returns uuid
language sql
immutable
return md5('learnflow:' || kind || ':' || key)::uuid;

-- A number from 0 to below n that looks random and is not.
create or replace function seed.pick(n integer, variadic keys text[])
returns integer
language sql
immutable
return (('x' || substr(md5(array_to_string(keys, '|')), 1, 7))::bit(28)::integer % n);

-- An account as Supabase Auth writes it. Without a password nobody can sign in to it.
create or replace function seed.sign_up(
  email text,
  first_name text,
  last_name text,
  timezone text,
  password text default null
)
returns uuid
language plpgsql
as $$
declare
  new_id uuid := seed.id('user', sign_up.email);
begin
  insert into auth.users (
    id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
    -- Auth cannot read a null in these.
    confirmation_token, recovery_token, email_change, email_change_token_new, email_change_token_current,
    phone_change, phone_change_token, reauthentication_token
  )
  values (
    new_id, 'authenticated', 'authenticated', sign_up.email,
    coalesce(extensions.crypt(sign_up.password, extensions.gen_salt('bf', 6)), ''), now(),
    '{"provider": "email", "providers": ["email"]}',
    jsonb_build_object('first_name', sign_up.first_name, 'last_name', sign_up.last_name, 'timezone', sign_up.timezone),
    now(), now(), '', '', '', '', '', '', '', ''
  );
  insert into auth.identities (id, provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
  values (
    seed.id('identity', sign_up.email), new_id::text, new_id,
    jsonb_build_object('sub', new_id, 'email', sign_up.email, 'email_verified', true, 'phone_verified', false),
    'email', now(), now(), now()
  );
  return new_id;
end
$$;

-- The cast. The password is a local demo password, written in the README.
select seed.sign_up('ada@learnflow.test', 'Ada', 'Bauer', 'Europe/Berlin', 'Learn-flow-2026!');
select seed.sign_up('bob@learnflow.test', 'Bob', 'Mendes', 'America/Sao_Paulo', 'Learn-flow-2026!');
select seed.sign_up('eve@learnflow.test', 'Eve', 'Okafor', 'Africa/Lagos', 'Learn-flow-2026!');
select seed.sign_up('ruth@learnflow.test', 'Ruth', 'Lindqvist', 'Europe/Stockholm', 'Learn-flow-2026!');

-- More people who teach.
select seed.sign_up(i.email, i.first_name, i.last_name, i.timezone)
from
  (
    values
      ('mina.park@learnflow.test', 'Mina', 'Park', 'Asia/Seoul'),
      ('tomas.novak@learnflow.test', 'Tomáš', 'Novák', 'Europe/Prague'),
      ('leila.haddad@learnflow.test', 'Leila', 'Haddad', 'Asia/Beirut'),
      ('jonah.wright@learnflow.test', 'Jonah', 'Wright', 'America/New_York'),
      ('chiara.rossi@learnflow.test', 'Chiara', 'Rossi', 'Europe/Rome'),
      ('kofi.mensah@learnflow.test', 'Kofi', 'Mensah', 'Africa/Accra'),
      ('ines.carvalho@learnflow.test', 'Inês', 'Carvalho', 'Europe/Lisbon')
  ) as i (email, first_name, last_name, timezone);

update public.profiles as p
set
  headline = i.headline,
  bio = i.bio
from
  (
    values
      (
        'ada@learnflow.test',
        'Software engineer and teacher',
        'Built web applications for fifteen years and taught the last ten of them. Likes short examples and long questions.'
      ),
      (
        'mina.park@learnflow.test',
        'Data scientist',
        'Turns untidy tables into decisions. Formerly in public health, now teaching statistics to people who were told they cannot do maths.'
      ),
      (
        'tomas.novak@learnflow.test',
        'Designer of interfaces',
        'Draws first, argues later. Led design teams in Prague and Oslo.'
      ),
      (
        'leila.haddad@learnflow.test',
        'Marketing strategist',
        'Has launched forty products and remembers what went wrong with each of them.'
      ),
      (
        'jonah.wright@learnflow.test',
        'Photographer',
        'Documentary photographer; teaches seeing before settings.'
      ),
      (
        'chiara.rossi@learnflow.test',
        'Pianist and composer',
        'Conservatory of Milan. Believes that everybody can read music within a month.'
      ),
      (
        'kofi.mensah@learnflow.test',
        'Finance lead',
        'Kept the books of start-ups and of a hospital. Explains money without fear.'
      ),
      (
        'ines.carvalho@learnflow.test',
        'Linguist',
        'Speaks six languages, four of them badly and with pleasure.'
      )
  ) as i (email, headline, bio)
where p.id = seed.id('user', i.email);

insert into public.user_roles (user_id, role)
select p.id, 'instructor'
from public.profiles as p
where p.headline != '';

insert into public.user_roles (user_id, role) values (seed.id('user', 'ruth@learnflow.test'), 'admin');

-- Learners: enough to give courses students, ratings and opinions.
select
  seed.sign_up(
    format('learner-%s@learnflow.test', to_char(n, 'FM000')),
    (
      array[
        'Amara',
        'Ben',
        'Camille',
        'Diego',
        'Elif',
        'Farid',
        'Grace',
        'Hugo',
        'Isla',
        'Jun',
        'Katya',
        'Luis',
        'Maya',
        'Noah',
        'Olga',
        'Priya',
        'Quinn',
        'Rosa',
        'Sam',
        'Tariq',
        'Uma',
        'Viktor',
        'Wanda',
        'Yusuf',
        'Zoe'
      ]
    )[1 + n % 25],
    (
      array[
        'Almeida',
        'Berg',
        'Costa',
        'Dubois',
        'Eriksen',
        'Fischer',
        'Garcia',
        'Hassan',
        'Ivanova',
        'Jensen',
        'Kim',
        'Larsson',
        'Moreau',
        'Nguyen',
        'Ortiz',
        'Petrov',
        'Rahman'
      ]
    )[1 + n % 17],
    (array['Europe/Paris', 'America/Chicago', 'Asia/Kolkata', 'Australia/Sydney', 'Africa/Nairobi'])[
      1 + n % 5
    ]
  )
from generate_series(1, 90) as n;
