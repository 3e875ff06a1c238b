-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

-- By itself: it takes its time, and holds nothing meanwhile but the names of the authors.

set local lock_timeout = '500ms';

set local statement_timeout = '30min';

-- Reviews that were written before they had cards.
select private.write_review_cards(array(select r.id from public.reviews as r));
