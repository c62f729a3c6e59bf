-- What the owner of the database could do to a sealed record of 13 lines: each must be found.
-- Bound: shop, other (another shop), new (a fresh id), old (an id two days old).

-- who did it
update activities set staff_id = %(new)s
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);

-- when
update activities set at = at - interval '1 microsecond'
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);

-- when, beyond all time
update activities set at = 'infinity'
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);

-- what
update activities set what = 'sale cancelled'
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);

-- detail
update activities set detail = detail || '{"total": "1,250.01"}'
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);

-- detail emptied
update activities set detail = '{}'
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);

-- subject
update activities set subject = 'Order'
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);

-- which subject
update activities set subject_id = %(new)s
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);

-- customer
update activities set customer_id = null
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);

-- through what
update activities set via = 'api'
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);

-- importance
update activities set is_important = not is_important
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);

-- id, in its seal too
update activities set id = %(new)s
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);
update activity_chain set activity_id = %(new)s
where shop_id = %(shop)s and position = 5;

-- first line gone
delete from activities
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 1);

-- middle line gone
delete from activities
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);

-- middle line and seal gone
delete from activities
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);
delete from activity_chain
where shop_id = %(shop)s and position = 5;

-- middle line and seal gone, the rest moved up
delete from activities
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);
delete from activity_chain
where shop_id = %(shop)s and position = 5;
update activity_chain set position = -position
where shop_id = %(shop)s and position > 5;
update activity_chain set position = -position - 1
where shop_id = %(shop)s and position < 0;

-- last line gone
delete from activities
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 13);

-- last lines and seals gone
delete from activities
where (shop_id, id) in (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position > 9);
delete from activity_chain
where shop_id = %(shop)s and position > 9;

-- all lines and seals gone
delete from activities where shop_id = %(shop)s;
delete from activity_chain where shop_id = %(shop)s;

-- all seals gone
delete from activity_chain where shop_id = %(shop)s;

-- forged line with an old id
insert into activities (shop_id, id, at, what, subject)
values (%(shop)s, %(old)s, now(), 'customer added', 'customer');

-- forged line with a forged seal at the end
insert into activities (shop_id, id, at, what, subject)
values (%(shop)s, %(new)s, now(), 'customer added', 'customer');
insert into activity_chain (shop_id, position, activity_id, link)
values (%(shop)s, 14, %(new)s, sha256('forged'));

-- two lines swapped
update activities set at = other.at, subject_id = other.subject_id, detail = other.detail
from activity_chain as mine, activity_chain as others, activities as other
where
    activities.shop_id = %(shop)s
    and mine.shop_id = %(shop)s
    and others.shop_id = %(shop)s
    and other.shop_id = %(shop)s
    and activities.id = mine.activity_id
    and other.id = others.activity_id
    and (mine.position, others.position) in ((5, 6), (6, 5));

-- two seals swapped
update activity_chain set position = -5
where shop_id = %(shop)s and position = 5;
update activity_chain set position = 5
where shop_id = %(shop)s and position = 6;
update activity_chain set position = 6
where shop_id = %(shop)s and position = -5;

-- every seal turned by one line
update activity_chain set position = -(position %% 13 + 1)
where shop_id = %(shop)s;
update activity_chain set position = -position
where shop_id = %(shop)s;

-- a seal changed
update activity_chain set link = sha256(link)
where shop_id = %(shop)s and position = 5;

-- a seal copied from another line
update activity_chain
set link = (select other.link from activity_chain as other where other.shop_id = %(shop)s and other.position = 4)
where shop_id = %(shop)s and position = 5;

-- a seal gone
delete from activity_chain
where shop_id = %(shop)s and position = 5;

-- first seal gone
delete from activity_chain
where shop_id = %(shop)s and position = 1;

-- a seal pointed to another line
insert into activities (shop_id, id, at, what, subject)
values (%(shop)s, %(new)s, now(), 'customer added', 'customer');
update activity_chain set activity_id = %(new)s
where shop_id = %(shop)s and position = 5;

-- a line copied with its seal
insert into activities (shop_id, id, at, staff_id, via, what, subject, subject_id, customer_id, detail, is_important)
select shop_id, %(new)s, at, staff_id, via, what, subject, subject_id, customer_id, detail, is_important
from activities
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);
insert into activity_chain (shop_id, position, activity_id, link)
select shop_id, 14, %(new)s, link
from activity_chain
where shop_id = %(shop)s and position = 5;

-- a line moved to another shop
update activities set shop_id = %(other)s
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);

-- a line and its seal moved to another shop
update activities set shop_id = %(other)s
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);
update activity_chain set (shop_id, position) = (%(other)s, 1)
where shop_id = %(shop)s and position = 5;

-- what, while views show a copy made before
create schema aside;
create table aside.activities as select * from activities where shop_id = %(shop)s;
create or replace view activity_lines as
select shop_id, id as activity_id, cast(json_build_array(
    shop_id, id, extract(epoch from at), staff_id, via, what, subject, subject_id, customer_id,
    cast(detail as text), is_important
) as text) as line
from aside.activities;
update activities set what = 'sale cancelled'
where (shop_id, id) = (select shop_id, activity_id from activity_chain where shop_id = %(shop)s and position = 5);
