begin;

select plan(4);

select tests.sign_up('bob');
select private.note_search('  Learn   RUST ', 'somebody'), private.note_search('learn rust', 'somebody');
select is((select array_agg(term) from private.search_terms), array['learn rust'], 'the same search of the same person is one');
select private.note_search('learn rust', 'somebody else');
select is((select count(*) from private.search_terms where term = 'learn rust'), 2::bigint, 'two people are two');
select private.note_search('x', 'somebody'), private.note_search(repeat('x', 999), 'somebody'), private.note_search(null, 'somebody');
select is((select count(*) from private.search_terms), 2::bigint, 'what is no term is not noted');
select tests.act_as('bob');
select tests.is_denied('select from private.search_terms', 'nobody reads who searches what');

select * from finish();

rollback;
