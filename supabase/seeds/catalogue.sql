-- Eight categories, sixty-six courses with sections, lessons and contents. The first course and the second are the ones
-- of the requirements' examples: 89.99 instead of 129.99, and 79.99 instead of 119.99.

insert into public.categories (id, name, slug, description, icon)
select seed.id('category', c.slug), c.name, c.slug, c.description, c.icon
from
  (
    values
      ('Development', 'development', 'Web, mobile and systems programming.', 'Code'),
      ('Data Science', 'data-science', 'Statistics, machine learning and honest charts.', 'ChartBar'),
      ('Design', 'design', 'Interfaces, type and colour.', 'Palette'),
      ('Business', 'business', 'Money, teams and products.', 'Briefcase'),
      ('Marketing', 'marketing', 'Finding people who need what you make.', 'Megaphone'),
      ('Photography', 'photography', 'Light, lenses and stories.', 'Camera'),
      ('Music', 'music', 'Instruments, theory and production.', 'Music'),
      ('Languages', 'languages', 'Speaking with more of the world.', 'Languages')
  ) as c (name, slug, description, icon);

-- Which words make the sections of a course of each category.
create table seed.topics (category text primary key, instructor text not null, topics text[] not null);

insert into seed.topics (category, instructor, topics)
values
  (
    'development',
    'ada',
    array[
      'How the pieces fit together',
      'Tools and set-up',
      'Data and types',
      'Talking to a server',
      'Testing what you build',
      'Security from the start',
      'Shipping it',
      'Keeping it alive'
    ]
  ),
  (
    'data-science',
    'mina.park',
    array[
      'Asking a question of data',
      'Cleaning what you were given',
      'Describing before predicting',
      'Models that you can explain',
      'Being wrong by how much',
      'Charts that do not lie',
      'From notebook to production',
      'Ethics of measuring people'
    ]
  ),
  (
    'design',
    'tomas.novak',
    array[
      'Seeing before drawing',
      'Type and rhythm',
      'Colour that works',
      'Layout and grids',
      'Prototypes people can touch',
      'Testing with five people',
      'Design systems',
      'Handing over'
    ]
  ),
  (
    'business',
    'kofi.mensah',
    array[
      'What the business sells',
      'Reading the numbers',
      'Pricing',
      'People and roles',
      'Planning a quarter',
      'Negotiating',
      'When things go wrong',
      'Growing with care'
    ]
  ),
  (
    'marketing',
    'leila.haddad',
    array[
      'Whom you are talking to',
      'A message worth repeating',
      'Channels',
      'Writing that is read',
      'Measuring what matters',
      'Launching',
      'Keeping customers',
      'Budget and honesty'
    ]
  ),
  (
    'photography',
    'jonah.wright',
    array[
      'Light',
      'Time and aperture',
      'Composition',
      'People',
      'Places',
      'A series instead of a picture',
      'Editing with restraint',
      'Showing your work'
    ]
  ),
  (
    'music',
    'chiara.rossi',
    array[
      'Listening',
      'Rhythm',
      'Melody',
      'Harmony',
      'Reading the page',
      'Playing with others',
      'Recording',
      'Performing'
    ]
  ),
  (
    'languages',
    'ines.carvalho',
    array[
      'Sounds',
      'First hundred words',
      'Asking and answering',
      'The past',
      'Making plans',
      'At work',
      'Stories',
      'Arguing politely'
    ]
  );

create table seed.courses (
  number integer generated always as identity primary key,
  category text not null,
  title text not null,
  level public.course_level not null,
  price_cents integer not null,
  original_price_cents integer,
  promise text not null,
  status public.course_status not null default 'published'
);

insert into seed.courses (category, title, level, price_cents, original_price_cents, promise)
values
  (
    'development',
    'Complete Web Development Bootcamp 2026',
    'beginner',
    8999,
    12999,
    'From zero to full-stack developer'
  ),
  (
    'development',
    'Modern React from First Principles',
    'intermediate',
    7999,
    11999,
    'Understand what renders, when, and why'
  ),
  (
    'development',
    'PostgreSQL for Application Developers',
    'intermediate',
    6999,
    null,
    'Let the database do its work'
  ),
  ('development', 'TypeScript without Tears', 'beginner', 4999, 6999, 'Types that help instead of shouting'),
  ('development', 'Practical Rust', 'advanced', 9499, null, 'Systems programming with a safety net'),
  (
    'development',
    'Testing JavaScript Applications',
    'intermediate',
    5499,
    7999,
    'Tests that fail when they should'
  ),
  ('development', 'Git, Understood', 'beginner', 0, null, 'The model behind the commands'),
  (
    'development',
    'Web Security for Builders',
    'advanced',
    8499,
    10999,
    'Think like an attacker, build like an engineer'
  ),
  ('development', 'Mobile Apps with React Native', 'intermediate', 7499, null, 'One code base, two stores'),
  (
    'data-science',
    'Statistics You Will Actually Use',
    'beginner',
    5999,
    8999,
    'Ten ideas that answer most questions'
  ),
  (
    'data-science',
    'Machine Learning in Python',
    'intermediate',
    8999,
    13999,
    'From a spreadsheet to a model in production'
  ),
  ('data-science', 'SQL for Analysts', 'beginner', 3999, null, 'Ask a database anything'),
  ('data-science', 'Charts That Do Not Lie', 'beginner', 2999, 4499, 'Show numbers with a conscience'),
  (
    'data-science',
    'Causal Inference for the Curious',
    'advanced',
    9999,
    null,
    'What would have happened otherwise?'
  ),
  ('data-science', 'Time Series and Forecasting', 'advanced', 7999, 9999, 'Know tomorrow, with error bars'),
  ('data-science', 'Pandas by Example', 'beginner', 4499, null, 'A hundred small problems, solved well'),
  (
    'data-science',
    'Natural Language Processing Basics',
    'intermediate',
    7499,
    9999,
    'Teach a machine to read'
  ),
  ('design', 'Interface Design Fundamentals', 'beginner', 5999, 7999, 'Screens that explain themselves'),
  ('design', 'Typography for Screens', 'intermediate', 4999, null, 'Make text a pleasure to read'),
  ('design', 'Design Systems at Work', 'advanced', 8999, 11999, 'One source of truth for many teams'),
  ('design', 'Prototyping with Figma', 'beginner', 3999, 5999, 'From sketch to something people can touch'),
  ('design', 'Colour Theory for Digital Products', 'beginner', 2999, null, 'Choose on purpose'),
  (
    'design',
    'User Research on a Small Budget',
    'intermediate',
    4999,
    6999,
    'Five people, three days, many answers'
  ),
  ('design', 'Accessible by Design', 'intermediate', 5499, null, 'Products that everybody can use'),
  ('design', 'Motion Design for the Web', 'advanced', 6999, 8999, 'Movement that means something'),
  ('business', 'Finance for Non-Accountants', 'beginner', 4999, 7499, 'Read a balance sheet without fear'),
  ('business', 'Product Management Essentials', 'intermediate', 7999, 9999, 'Decide what not to build'),
  ('business', 'Leading Your First Team', 'beginner', 5999, null, 'From colleague to manager'),
  ('business', 'Negotiation in Practice', 'intermediate', 5499, 7999, 'Agree on better things'),
  ('business', 'Starting a Small Company', 'beginner', 6499, null, 'The first year, month by month'),
  (
    'business',
    'Project Planning That Survives Contact',
    'intermediate',
    4499,
    5999,
    'Plans for a world that changes'
  ),
  ('business', 'Pricing Strategy', 'advanced', 8999, null, 'The most neglected lever'),
  ('business', 'Writing at Work', 'beginner', 2499, 3999, 'Shorter, clearer, kinder'),
  ('marketing', 'Content Marketing That Lasts', 'beginner', 4499, 6499, 'Be found for years, not for a day'),
  ('marketing', 'E-mail Marketing with Manners', 'intermediate', 3999, null, 'Letters that people open'),
  (
    'marketing',
    'Search Engine Optimisation, Honestly',
    'intermediate',
    5499,
    7999,
    'What works, what never did'
  ),
  ('marketing', 'Brand Strategy Workshop', 'advanced', 8499, 10999, 'Stand for one thing'),
  ('marketing', 'Analytics for Marketers', 'beginner', 4999, null, 'Numbers that change decisions'),
  ('marketing', 'Launching a Product', 'intermediate', 6499, 8999, 'Ninety days, one plan'),
  ('marketing', 'Copywriting Basics', 'beginner', 2999, null, 'Say it so that it is heard'),
  ('marketing', 'Social Media without Burning Out', 'beginner', 3499, 4999, 'A sustainable practice'),
  ('photography', 'Photography from Scratch', 'beginner', 4999, 7999, 'Take your camera off automatic'),
  ('photography', 'Portraits in Natural Light', 'intermediate', 5499, null, 'A window is all you need'),
  ('photography', 'Street Photography', 'intermediate', 4499, 5999, 'Courage, patience and good shoes'),
  ('photography', 'Landscape and Weather', 'intermediate', 4999, null, 'Bad weather is good light'),
  ('photography', 'Editing with Restraint', 'beginner', 3999, 5499, 'Stop before it shows'),
  ('photography', 'The Photographic Essay', 'advanced', 6999, null, 'Ten pictures, one story'),
  ('photography', 'Product Photography at Home', 'beginner', 3499, 4999, 'A table, a lamp, a sheet of paper'),
  ('photography', 'Black and White', 'advanced', 5999, 7499, 'Seeing without colour'),
  ('music', 'Piano for Adults', 'beginner', 5999, 8999, 'It is not too late'),
  ('music', 'Music Theory in Plain Words', 'beginner', 3999, null, 'What you already hear, named'),
  ('music', 'Guitar Accompaniment', 'beginner', 4499, 5999, 'Play with friends by next month'),
  ('music', 'Jazz Harmony', 'advanced', 7999, null, 'Chords that go somewhere'),
  ('music', 'Home Recording', 'intermediate', 5499, 7499, 'A good sound in a small room'),
  ('music', 'Songwriting', 'intermediate', 4999, null, 'From a line to a song'),
  ('music', 'Ear Training', 'beginner', 2999, 3999, 'Fifteen minutes a day'),
  ('music', 'Mixing and Mastering', 'advanced', 8499, 10999, 'Make it sound like a record'),
  ('languages', 'Spanish for Travellers', 'beginner', 3999, 5999, 'Order, ask, thank, laugh'),
  ('languages', 'German from Zero', 'beginner', 4999, 6999, 'Long words, short lessons'),
  ('languages', 'Conversational Portuguese', 'intermediate', 4999, null, 'Speak from the first week'),
  ('languages', 'Japanese Writing Systems', 'beginner', 5499, 7499, 'Hiragana, katakana and the first kanji'),
  ('languages', 'Business English', 'intermediate', 5999, null, 'Meetings, mails and small talk'),
  ('languages', 'French Pronunciation', 'intermediate', 3499, 4499, 'Be understood in Paris'),
  ('languages', 'Arabic Script', 'beginner', 4499, null, 'Read your first page'),
  ('languages', 'How to Learn a Language', 'beginner', 0, null, 'A method for all of them');

insert into seed.courses (category, title, level, price_cents, original_price_cents, promise, status)
values
  (
    'development',
    'Distributed Systems by Failure',
    'advanced',
    9999,
    null,
    'Break it, then understand it',
    'draft'
  ),
  ('development', 'Compilers for the Rest of Us', 'advanced', 8999, null, 'Write a small language', 'draft'),
  ('design', 'Designing for Voice', 'intermediate', 4999, null, 'Interfaces without screens', 'draft'),
  ('development', 'jQuery in Depth', 'beginner', 1999, null, 'As it was done in 2012', 'archived');
