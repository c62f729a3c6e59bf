-- Sums per shop and day, so that a figure costs the same at ten thousand orders and at ten million.
-- A row is one of 8 slots of a day (writers at once don't queue); readers always sum. Any single slot may be negative.
-- What each column means is defined by the views in sql/views/truth.sql.

create table shop_days (
    shop_id uuid not null,
    day date not null,
    slot smallint not null,
    people integer not null default 0,
    purchases integer not null default 0,
    returns integer not null default 0,
    revenue numeric(18, 2) not null default 0,
    purchase_revenue numeric(18, 2) not null default 0,
    anonymous_revenue numeric(18, 2) not null default 0,
    customer_purchases integer not null default 0,
    customer_revenue numeric(18, 2) not null default 0,
    new_revenue numeric(18, 2) not null default 0,
    buyers integer not null default 0,
    repeat_buyers integer not null default 0,
    became_repeat integer not null default 0,
    primary key (shop_id, day, slot)
) with (fillfactor = 50);

create table rep_days (
    shop_id uuid not null,
    day date not null,
    rep_id uuid not null,
    slot smallint not null,
    purchases integer not null default 0,
    revenue numeric(18, 2) not null default 0,
    primary key (shop_id, day, rep_id, slot)
) with (fillfactor = 50);

-- Of the customers whose first purchase fell in month `cohort`, how many bought in `month`. Months are first days.
create table cohort_months (
    shop_id uuid not null,
    cohort date not null,
    month date not null,
    slot smallint not null,
    buyers integer not null default 0,
    primary key (shop_id, cohort, month, slot)
) with (fillfactor = 50);
