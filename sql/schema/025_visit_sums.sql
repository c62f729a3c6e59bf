-- What figures of visits are read from, so that they cost little however many visits there are.
-- What each column means is defined by the views in sql/views/truth.sql.

-- Visits by the hour of the shop's clock, and of what kind they were. Slots as in shop_days.
create table visit_hours (
    shop_id uuid not null,
    day date not null,
    hour smallint not null,
    slot smallint not null,
    visits integer not null default 0,
    walk_in integer not null default 0,
    scheduled integer not null default 0,
    follow_up integer not null default 0,
    delivery integer not null default 0,
    browsing integer not null default 0,
    purchase_intent integer not null default 0,
    complaint integer not null default 0,
    service integer not null default 0,
    high integer not null default 0,
    medium integer not null default 0,
    low integer not null default 0,
    not_interested integer not null default 0,
    primary key (shop_id, day, hour, slot)
) with (fillfactor = 50);

-- One row a visit of a customer who is not hidden. Whoever comes often counts once in a period: on the first of its visits
-- that got so far. So each column holds the day of the customer's visit before that got as far as this one did;
-- '-infinity' when there was none, null when this one did not get so far. Then the visitors of a period are the rows of its
-- days whose visited_after lies before the period, and nobody need be looked up.
create table visitor_days (
    shop_id uuid not null,
    customer_id uuid not null,
    day date not null,
    rep_id uuid,
    visited_after date not null,
    returned_after date,
    interested_after date,
    quoted_after date,
    purchased_after date,
    bought_after date,
    handled_after date,
    handled_and_bought_after date,
    primary key (shop_id, customer_id, day)
);

create index visitor_days_day on visitor_days (shop_id, day) include (
    rep_id,
    visited_after,
    returned_after,
    interested_after,
    quoted_after,
    purchased_after,
    bought_after,
    handled_after,
    handled_and_bought_after
);
