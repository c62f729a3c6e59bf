-- What figures of the pipeline are read from, so that they cost little however many opportunities and moves there are.
-- What each column means is defined by the views in sql/views/pipeline_truth.sql. Slots as in shop_days. rep_id and
-- reason_id are all zeros where there is none.

-- Open opportunities by stage, sales rep and the month they are expected to close in ('-infinity': nobody said).
-- own_value, own_weighted: of those with a probability of their own, what they are worth, and that times the probability.
create table open_deals (
    shop_id uuid not null,
    stage_id uuid not null,
    rep_id uuid not null,
    month date not null,
    slot smallint not null,
    deals integer not null default 0,
    without_value integer not null default 0,
    value numeric(18, 2) not null default 0,
    own_value numeric(18, 2) not null default 0,
    own_weighted numeric(22, 4) not null default 0,
    primary key (shop_id, stage_id, rep_id, month, slot)
) with (fillfactor = 50);

-- Won and lost opportunities by the day they closed and their sales rep. won_days, lost_days: from creation to the end.
create table closed_deals (
    shop_id uuid not null,
    day date not null,
    rep_id uuid not null,
    slot smallint not null,
    won integer not null default 0,
    lost integer not null default 0,
    won_value numeric(18, 2) not null default 0,
    lost_value numeric(18, 2) not null default 0,
    won_days integer not null default 0,
    lost_days integer not null default 0,
    primary key (shop_id, day, rep_id, slot)
) with (fillfactor = 50);

-- The same by the reason that was given.
create table closed_reasons (
    shop_id uuid not null,
    day date not null,
    reason_id uuid not null,
    outcome text not null,
    slot smallint not null,
    deals integer not null default 0,
    value numeric(18, 2) not null default 0,
    primary key (shop_id, day, reason_id, outcome, slot)
) with (fillfactor = 50);

-- Moves by their day: how many came to a stage, how many left it, and how many days these had stood there.
create table stage_days (
    shop_id uuid not null,
    day date not null,
    stage_id uuid not null,
    slot smallint not null,
    came integer not null default 0,
    moved_on integer not null default 0,
    days integer not null default 0,
    primary key (shop_id, day, stage_id, slot)
) with (fillfactor = 50);

-- The board: what is open in a stage, the most valuable first.
create index opportunities_board on opportunities (shop_id, stage_id, value desc nulls last, id) include (
    stage_since_on
)
where status = 'open';

-- What should have closed by now.
create index opportunities_expected on opportunities (shop_id, expected_close_on) include (
    stage_id,
    rep_id,
    value,
    probability
)
where status = 'open';

-- What has stood in its stage for long.
create index opportunities_standing on opportunities (shop_id, stage_id, stage_since_on) include (rep_id)
where status = 'open';
