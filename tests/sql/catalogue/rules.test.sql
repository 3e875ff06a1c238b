-- Every rule of tests/sql/support/rules holds for every object there is.
begin;

select plan((select count(*)::integer + 1 from tests.rules));

select tests.holds(name) from tests.rules order by name;

select cmp_ok((select count(*)::integer from tests.exceptions), '<=', 5, 'There are at most five exceptions to the rules');

select * from finish();

rollback;
