-- Users: a few teach, most study. Every row that the sign-up trigger would make is made here, many at a time.
create table bench.person as
  select
    n,
    bench.id('user', n) as id,
    bench.one_of(
      '{Ada,Amir,Ana,Anton,Aylin,Ben,Bianca,Carlos,Chen,Clara,Daniel,Dina,Elena,Emil,Fatima,Felix,Grace,Hana,Ivan,Jana,Jonas,Kai,Lara,Leo,Lina,Marco,Maria,Mei,Milan,Nadia,Noah,Nora,Omar,Paula,Priya,Rosa,Sam,Sara,Tariq,Yuki}',
      n,
      'first name',
      1.3
    ) as first_name,
    bench.one_of(
      '{Silva,Smith,Garcia,Müller,Nguyen,Kim,Chen,Patel,Novak,Rossi,Dubois,Hansen,Kowalski,Santos,Haddad,Okafor,Tanaka,Johnson,Brown,Lopez,Weber,Ivanov,Yilmaz,Costa,Andersson,Moreau,Ferrari,Schmidt,Popescu,Murphy,Nagy,Horvat,Cohen,Singh,Ali,Park,Diallo,Mensah,Sato,Lindberg,Fischer,Gomez,Marin,Petrov,Jensen,Virtanen,Bauer,Ricci,Laurent,Walker}',
      n,
      'last name',
      1.3
    ) as last_name,
    n % 25 = 0 as teaches,
    bench.draw(n, 'active') < s.active_share as is_active_learner,
    bench.today() - make_interval(mins => 1440 + bench.pick(n, 'signed up', 1440 * 1000)) as signed_up_at
  from
    bench.size as s
    cross join generate_series(0, s.users - 1) as n;

alter table bench.person add primary key (n);

insert into auth.users
  (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, email_confirmed_at, created_at, updated_at)
select
  p.id,
  'authenticated',
  'authenticated',
  format('user-%s@learnflow.test', p.n),
  '{"provider": "email", "providers": ["email"]}',
  jsonb_build_object('first_name', p.first_name, 'last_name', p.last_name),
  p.signed_up_at,
  p.signed_up_at,
  p.signed_up_at
from bench.person as p;

insert into public.profiles (id, first_name, last_name, headline, is_instructor, created_at, updated_at)
select
  p.id,
  p.first_name,
  p.last_name,
  case
    when p.teaches then 'Teaches what took years to learn'
    else ''
  end,
  p.teaches,
  p.signed_up_at,
  p.signed_up_at
from bench.person as p;

insert into public.profile_private (user_id, email, timezone, created_at, updated_at)
select
  p.id,
  format('user-%s@learnflow.test', p.n),
  bench.one_of('{UTC,Europe/Berlin,America/New_York,Asia/Kolkata,America/Sao_Paulo}', p.n, 'zone', 1.5),
  p.signed_up_at,
  p.signed_up_at
from bench.person as p;

insert into public.profile_stats (user_id)
select p.id
from bench.person as p;

insert into public.carts (id, user_id, created_at, updated_at)
select bench.id('cart', p.n), p.id, p.signed_up_at, p.signed_up_at
from bench.person as p;

insert into public.user_roles (user_id, role, granted_at)
select p.id, 'instructor', p.signed_up_at
from bench.person as p
where p.teaches;

analyze bench.person;
