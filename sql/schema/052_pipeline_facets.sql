-- The pipeline's sums anew: for all opportunities and for those of a facet, by any sales rep and by each, so that figures
-- cost the same when they are narrowed. What each column means is defined by the views in sql/views/pipeline_truth.sql.
-- facet: empty for all opportunities, else "source ..", "territory .." or "product ..". rep_id: all ones for whoever it
-- is, all zeros for those that are nobody's. Slots as in shop_days.

drop table open_deals;

drop table closed_deals;

drop table closed_reasons;

drop table stage_days;

-- Open opportunities by stage and the day they are expected to close on ('-infinity': nobody said).
-- own_value, own_weighted: of those with a probability of their own, what they are worth, and that times the probability.
create table open_deals (
    shop_id uuid not null,
    facet text collate "C" not null,
    rep_id uuid not null,
    stage_id uuid not null,
    expected_on date not null,
    slot smallint not null,
    deals integer not null default 0,
    without_value integer not null default 0,
    value numeric(18, 2) not null default 0,
    own_value numeric(18, 2) not null default 0,
    own_weighted numeric(22, 4) not null default 0,
    primary key (shop_id, facet, rep_id, stage_id, expected_on, slot)
) with (fillfactor = 50);

-- The same by the day since when they stand there.
create table standing_deals (
    shop_id uuid not null,
    facet text collate "C" not null,
    rep_id uuid not null,
    stage_id uuid not null,
    since_on date not null,
    slot smallint not null,
    deals integer not null default 0,
    primary key (shop_id, facet, rep_id, stage_id, since_on, slot)
) with (fillfactor = 50);

-- Won and lost opportunities by the day they closed. won_days, lost_days: from creation to the end.
create table closed_deals (
    shop_id uuid not null,
    facet text collate "C" not null,
    rep_id uuid not null,
    day date not null,
    slot smallint not null,
    won integer not null default 0,
    lost integer not null default 0,
    won_value numeric(18, 2) not null default 0,
    lost_value numeric(18, 2) not null default 0,
    won_days integer not null default 0,
    lost_days integer not null default 0,
    primary key (shop_id, facet, rep_id, day, slot)
) with (fillfactor = 50);

-- The same by the reason that was given; all zeros where none was.
create table closed_reasons (
    shop_id uuid not null,
    facet text collate "C" not null,
    rep_id uuid not null,
    day date not null,
    reason_id uuid not null,
    outcome text not null,
    slot smallint not null,
    deals integer not null default 0,
    value numeric(18, 2) not null default 0,
    primary key (shop_id, facet, rep_id, day, reason_id, outcome, slot)
) with (fillfactor = 50);

-- Moves by their day: how many came to a stage, how many left it, and how many days these had stood there.
create table stage_days (
    shop_id uuid not null,
    facet text collate "C" not null,
    rep_id uuid not null,
    day date not null,
    stage_id uuid not null,
    slot smallint not null,
    came integer not null default 0,
    moved_on integer not null default 0,
    days integer not null default 0,
    primary key (shop_id, facet, rep_id, day, stage_id, slot)
) with (fillfactor = 50);
