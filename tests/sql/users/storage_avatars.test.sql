begin;

select plan(19);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_admin('ruth');

select is((select public from storage.buckets where id = 'avatars'), true, 'The bucket is public: its files are fetched without a policy');

select tests.act_as('bob');
select lives_ok($$insert into storage.objects (bucket_id, name) values ('avatars', tests.user_id('bob') || '/me.png')$$, 'Bob uploads to his folder');
select tests.is_denied($$insert into storage.objects (bucket_id, name) values ('avatars', tests.user_id('eve') || '/me.png')$$, 'and not to the folder of Eve');
select tests.is_denied($$insert into storage.objects (bucket_id, name) values ('avatars', tests.user_id('bob') || '/../' || tests.user_id('eve') || '/me.png')$$, 'not by a path that climbs, either');
select tests.is_denied($$insert into storage.objects (bucket_id, name) values ('avatars', 'me.png')$$, 'or beside the folders');
select tests.is_denied($$insert into storage.objects (bucket_id, name) values ('avatars', tests.user_id('bob') || '/a/b.png')$$, 'in a folder below it');
select tests.is_denied($$insert into storage.objects (bucket_id, name) values ('avatars', tests.user_id('bob') || '/%2e%2e.png?x')$$, 'or under a name that no address can hold');
select lives_ok($$insert into storage.objects (bucket_id, name) select 'avatars', tests.user_id('bob') || '/' || n || '.png' from generate_series(2, 5) n$$, 'He has room for the pictures of an upload that broke off');
select tests.is_denied($$insert into storage.objects (bucket_id, name) values ('avatars', tests.user_id('bob') || '/6.png')$$, 'and not for a library that everybody can fetch');
select tests.affects($$update storage.objects set metadata = '{}' where bucket_id = 'avatars' and name like '%/5.png'$$, 1, 'He still replaces one of them');
select isnt_empty($$select from storage.objects where bucket_id = 'avatars'$$, 'He lists his own files');
select tests.is_denied(
  $$update storage.objects set name = tests.user_id('eve') || '/me.png' where bucket_id = 'avatars'$$, 'and cannot move one into the folder of Eve'
);

select tests.act_as('eve');
select is_empty($$select from storage.objects where bucket_id = 'avatars'$$, 'Eve lists none of his: the list would be one of all users');
select tests.affects($$update storage.objects set name = tests.user_id('eve') || '/me.png' where bucket_id = 'avatars'$$, 0, 'and takes none');
select tests.act_as_anon();
select is_empty($$select from storage.objects where bucket_id = 'avatars'$$, 'a visitor lists none');
select tests.is_denied($$insert into storage.objects (bucket_id, name) values ('avatars', tests.user_id('bob') || '/x.png')$$, 'and uploads none');

select tests.act_as('ruth');
select isnt_empty($$select from storage.objects where bucket_id = 'avatars'$$, 'Ruth sees them, to keep order');
select public.deactivate_user(tests.user_id('bob'));
select tests.act_as('bob');
select tests.is_denied($$insert into storage.objects (bucket_id, name) values ('avatars', tests.user_id('bob') || '/new.png')$$, 'With a closed account Bob uploads nothing');
select isnt_empty($$select from storage.objects where bucket_id = 'avatars'$$, 'but still sees what is his');

select * from finish();

rollback;
