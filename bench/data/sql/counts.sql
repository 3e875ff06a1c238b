-- Everything that is kept instead of counted, made by the project's own functions. A new kept count is added here.
do $$
begin
  perform private.recount_course(c.id) from public.courses c;
  perform private.recount_profile(s.user_id) from public.profile_stats s;
  perform private.recount_categories();
  perform private.refresh_bestsellers();
  perform private.refresh_course_affinities();
end
$$;

-- Entries, cards and search rows of the catalogue, the anchors of its pages and of the pages of reviews.
select private.list_courses(array(select c.id from public.courses as c));

select private.refresh_catalogue(), private.refresh_catalogue_anchors(), private.refresh_review_anchors();

select private.fold_catalogue_cells();

-- Cards of reviews.
select private.write_review_cards(array(select r.id from public.reviews as r));
