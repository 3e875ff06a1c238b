begin;

select plan(8);

select is(private.clamp_page(-3), 1, 'a page before the first is the first');
select is(private.clamp_page_size(null), 20, 'a page holds 20 when nobody says otherwise');
select is(private.clamp_page_size(1000), 100, 'a page holds at most 100');
select is(
  private.page(45, 2, 20, '[1]'),
  '{"count": 45, "total_pages": 3, "current_page": 2, "page_size": 20, "next": 3, "previous": 1, "results": [1]}',
  'a page in the middle knows its neighbours'
);
select is(private.page(45, 3, 20, '[]') -> 'next', 'null', 'the last page has no next one');
select is(private.page(45, 9, 20, '[]') -> 'previous', '3', 'beyond the end, the previous page is the last with results');
select is(private.page(0, 1, 20, null) -> 'results', '[]', 'no results are an empty list');
select is(private.to_amount(8999, 'usd') || ' ' || private.to_amount(500, 'jpy'), '89.99 500', 'amounts know decimals of their currency');

select * from finish();

rollback;
