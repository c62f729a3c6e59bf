-- Keeping open_deals, standing_deals, closed_deals, closed_reasons and stage_days true, in the same transaction as their
-- cause, and reading them. Whoever counts has opened the transaction with open_for_writing, so nobody else writes to the
-- slot.

create function add_to_open_deals(sums open_deals[])
returns void
language sql
as $$
insert into open_deals
select *
from unnest(sums)
on conflict (shop_id, facet, rep_id, stage_id, expected_on, slot) do update set
    deals = open_deals.deals + excluded.deals,
    without_value = open_deals.without_value + excluded.without_value,
    value = open_deals.value + excluded.value,
    own_value = open_deals.own_value + excluded.own_value,
    own_weighted = open_deals.own_weighted + excluded.own_weighted
$$;

create function add_to_standing_deals(sums standing_deals[])
returns void
language sql
as $$
insert into standing_deals
select *
from unnest(sums)
on conflict (shop_id, facet, rep_id, stage_id, since_on, slot) do update set
    deals = standing_deals.deals + excluded.deals
$$;

create function add_to_closed_deals(sums closed_deals[])
returns void
language sql
as $$
insert into closed_deals
select *
from unnest(sums)
on conflict (shop_id, facet, rep_id, day, slot) do update set
    won = closed_deals.won + excluded.won,
    lost = closed_deals.lost + excluded.lost,
    won_value = closed_deals.won_value + excluded.won_value,
    lost_value = closed_deals.lost_value + excluded.lost_value,
    won_days = closed_deals.won_days + excluded.won_days,
    lost_days = closed_deals.lost_days + excluded.lost_days
$$;

create function add_to_closed_reasons(sums closed_reasons[])
returns void
language sql
as $$
insert into closed_reasons
select *
from unnest(sums)
on conflict (shop_id, facet, rep_id, day, reason_id, outcome, slot) do update set
    deals = closed_reasons.deals + excluded.deals,
    value = closed_reasons.value + excluded.value
$$;

create function add_to_stage_days(sums stage_days[])
returns void
language sql
as $$
insert into stage_days
select *
from unnest(sums)
on conflict (shop_id, facet, rep_id, day, stage_id, slot) do update set
    came = stage_days.came + excluded.came,
    moved_on = stage_days.moved_on + excluded.moved_on,
    days = stage_days.days + excluded.days
$$;

-- Put what these opportunities are now into the sums: once, or -1 times to take it out before a change.
-- Looking up by id has one plan: planning it anew each time would cost more than the work.
create function count_states(of_shop uuid, opportunity_ids uuid[], times integer)
returns void
language plpgsql
set plan_cache_mode = force_generic_plan
as $$
declare
    into_slot constant smallint := writer_slot();
begin
    perform add_to_open_deals(array(
        select cast(row(
            of_shop,
            deal_facets.facet,
            deal_facets.rep_id,
            parts.stage_id,
            parts.expected_on,
            into_slot,
            times * sum(parts.deals),
            times * sum(parts.without_value),
            times * sum(parts.value),
            times * sum(parts.own_value),
            times * sum(parts.own_weighted)
        ) as open_deals)
        from open_deal_parts as parts
        inner join deal_facets
            on
                deal_facets.shop_id = of_shop
                and parts.opportunity_id = deal_facets.opportunity_id
        where
            parts.shop_id = of_shop
            and parts.opportunity_id = any(opportunity_ids)
        group by
            deal_facets.facet,
            deal_facets.rep_id,
            parts.stage_id,
            parts.expected_on
    ));

    perform add_to_standing_deals(array(
        select cast(row(
            of_shop,
            deal_facets.facet,
            deal_facets.rep_id,
            parts.stage_id,
            parts.since_on,
            into_slot,
            times * sum(parts.deals)
        ) as standing_deals)
        from standing_deal_parts as parts
        inner join deal_facets
            on
                deal_facets.shop_id = of_shop
                and parts.opportunity_id = deal_facets.opportunity_id
        where
            parts.shop_id = of_shop
            and parts.opportunity_id = any(opportunity_ids)
        group by
            deal_facets.facet,
            deal_facets.rep_id,
            parts.stage_id,
            parts.since_on
    ));

    perform add_to_closed_deals(array(
        select cast(row(
            of_shop,
            deal_facets.facet,
            deal_facets.rep_id,
            parts.day,
            into_slot,
            times * sum(parts.won),
            times * sum(parts.lost),
            times * sum(parts.won_value),
            times * sum(parts.lost_value),
            times * sum(parts.won_days),
            times * sum(parts.lost_days)
        ) as closed_deals)
        from closed_deal_parts as parts
        inner join deal_facets
            on
                deal_facets.shop_id = of_shop
                and parts.opportunity_id = deal_facets.opportunity_id
        where
            parts.shop_id = of_shop
            and parts.opportunity_id = any(opportunity_ids)
        group by
            deal_facets.facet,
            deal_facets.rep_id,
            parts.day
    ));

    perform add_to_closed_reasons(array(
        select cast(row(
            of_shop,
            single_facets.facet,
            single_facets.rep_id,
            parts.day,
            parts.reason_id,
            parts.outcome,
            into_slot,
            times * sum(parts.deals),
            times * sum(parts.value)
        ) as closed_reasons)
        from closed_reason_parts as parts
        inner join single_facets
            on
                single_facets.shop_id = of_shop
                and parts.opportunity_id = single_facets.opportunity_id
        where
            parts.shop_id = of_shop
            and parts.opportunity_id = any(opportunity_ids)
        group by
            single_facets.facet,
            single_facets.rep_id,
            parts.day,
            parts.reason_id,
            parts.outcome
    ));
end
$$;

-- The same of moves: lines of history.
create function count_moves(of_shop uuid, change_ids uuid[], times integer)
returns void
language plpgsql
set plan_cache_mode = force_generic_plan
as $$
declare
    into_slot constant smallint := writer_slot();
begin
    perform add_to_stage_days(array(
        select cast(row(
            of_shop,
            single_facets.facet,
            single_facets.rep_id,
            parts.day,
            parts.stage_id,
            into_slot,
            times * sum(parts.came),
            times * sum(parts.moved_on),
            times * sum(parts.days)
        ) as stage_days)
        from stage_day_parts as parts
        inner join single_facets
            on
                single_facets.shop_id = of_shop
                and parts.opportunity_id = single_facets.opportunity_id
        where
            parts.shop_id = of_shop
            and parts.change_id = any(change_ids)
        group by
            single_facets.facet,
            single_facets.rep_id,
            parts.day,
            parts.stage_id
    ));
end
$$;

-- The same of opportunities with all their history.
create function count_deals(of_shop uuid, opportunity_ids uuid[], times integer)
returns void
language plpgsql
as $$
begin
    perform count_states(of_shop, opportunity_ids, times);
    perform count_moves(
        of_shop,
        array(
            select id
            from stage_changes
            where
                shop_id = of_shop
                and opportunity_id = any(opportunity_ids)
        ),
        times
    );
end
$$;

-- Set all sums of a shop from the truth. It joins by hashing: what was loaded a moment ago has no statistics yet.
create function recount_deals(of_shop uuid)
returns void
language plpgsql
set enable_nestloop = off
set work_mem = '128MB'
as $$
begin
    delete from open_deals where shop_id = of_shop;
    insert into open_deals
    select
        shop_id,
        facet,
        rep_id,
        stage_id,
        expected_on,
        0,
        deals,
        without_value,
        value,
        own_value,
        own_weighted
    from open_deal_truth
    where shop_id = of_shop;

    delete from standing_deals where shop_id = of_shop;
    insert into standing_deals
    select
        shop_id,
        facet,
        rep_id,
        stage_id,
        since_on,
        0,
        deals
    from standing_deal_truth
    where shop_id = of_shop;

    delete from closed_deals where shop_id = of_shop;
    insert into closed_deals
    select
        shop_id,
        facet,
        rep_id,
        day,
        0,
        won,
        lost,
        won_value,
        lost_value,
        won_days,
        lost_days
    from closed_deal_truth
    where shop_id = of_shop;

    delete from closed_reasons where shop_id = of_shop;
    insert into closed_reasons
    select
        shop_id,
        facet,
        rep_id,
        day,
        reason_id,
        outcome,
        0,
        deals,
        value
    from closed_reason_truth
    where shop_id = of_shop;

    delete from stage_days where shop_id = of_shop;
    insert into stage_days
    select
        shop_id,
        facet,
        rep_id,
        day,
        stage_id,
        0,
        came,
        moved_on,
        days
    from stage_day_truth
    where shop_id = of_shop;
end
$$;

-- Fold the slots into one, so that sums stay quick to read; open ones that came to nothing go.
create function fold_deals(of_shop uuid)
returns void
language plpgsql
as $$
declare
    of_open_deals open_deals[];
    of_standing_deals standing_deals[];
    of_closed_deals closed_deals[];
    of_closed_reasons closed_reasons[];
    of_stage_days stage_days[];
begin
    with folded as (
        delete from open_deals
        where
            shop_id = of_shop
            and slot <> 0
        returning *
    )

    select array_agg(sums) into of_open_deals
    from (
        select cast(row(
            of_shop,
            facet,
            rep_id,
            stage_id,
            expected_on,
            0,
            sum(deals),
            sum(without_value),
            sum(value),
            sum(own_value),
            sum(own_weighted)
        ) as open_deals) as sums
        from folded
        group by
            facet,
            rep_id,
            stage_id,
            expected_on
    ) as grouped;
    perform add_to_open_deals(of_open_deals);

    with folded as (
        delete from standing_deals
        where
            shop_id = of_shop
            and slot <> 0
        returning *
    )

    select array_agg(sums) into of_standing_deals
    from (
        select cast(row(
            of_shop,
            facet,
            rep_id,
            stage_id,
            since_on,
            0,
            sum(deals)
        ) as standing_deals) as sums
        from folded
        group by
            facet,
            rep_id,
            stage_id,
            since_on
    ) as grouped;
    perform add_to_standing_deals(of_standing_deals);

    with folded as (
        delete from closed_deals
        where
            shop_id = of_shop
            and slot <> 0
        returning *
    )

    select array_agg(sums) into of_closed_deals
    from (
        select cast(row(
            of_shop,
            facet,
            rep_id,
            day,
            0,
            sum(won),
            sum(lost),
            sum(won_value),
            sum(lost_value),
            sum(won_days),
            sum(lost_days)
        ) as closed_deals) as sums
        from folded
        group by
            facet,
            rep_id,
            day
    ) as grouped;
    perform add_to_closed_deals(of_closed_deals);

    with folded as (
        delete from closed_reasons
        where
            shop_id = of_shop
            and slot <> 0
        returning *
    )

    select array_agg(sums) into of_closed_reasons
    from (
        select cast(row(
            of_shop,
            facet,
            rep_id,
            day,
            reason_id,
            outcome,
            0,
            sum(deals),
            sum(value)
        ) as closed_reasons) as sums
        from folded
        group by
            facet,
            rep_id,
            day,
            reason_id,
            outcome
    ) as grouped;
    perform add_to_closed_reasons(of_closed_reasons);

    with folded as (
        delete from stage_days
        where
            shop_id = of_shop
            and slot <> 0
        returning *
    )

    select array_agg(sums) into of_stage_days
    from (
        select cast(row(
            of_shop,
            facet,
            rep_id,
            day,
            stage_id,
            0,
            sum(came),
            sum(moved_on),
            sum(days)
        ) as stage_days) as sums
        from folded
        group by
            facet,
            rep_id,
            day,
            stage_id
    ) as grouped;
    perform add_to_stage_days(of_stage_days);
    delete from open_deals where shop_id = of_shop and deals = 0;
    delete from standing_deals where shop_id = of_shop and deals = 0;
end
$$;

-- Which of the sums a figure reads. `these` is what it is narrowed to, as crmcore.metrics.measure.Some says it: rep,
-- territory, source and product, each null or left out where it may be any, and from_deals. Sums know a rep, and one of
-- the three beside it, those of reasons and moves either; with from_deals the opportunities themselves tell. It is taken
-- apart before the sums are looked up: no index is used for what has to be worked out under a policy.
create function facet_of(these jsonb)
returns text
language sql
immutable
as $$
select coalesce(
    'source ' || (these ->> 'source'),
    'territory ' || (these ->> 'territory'),
    'product ' || (these ->> 'product'),
    ''
)
$$;

-- Whose sums: those of one rep, of whoever it is, or `by_rep` of each one and of nobody.
create function reps_of(of_shop uuid, these jsonb, by_rep boolean)
returns uuid[]
language sql
stable
as $$
select case
    when these ->> 'rep' is not null then array[cast(these ->> 'rep' as uuid)]
    when not by_rep then array[cast('ffffffff-ffff-ffff-ffff-ffffffffffff' as uuid)]
    else array(
        select staff_id
        from memberships
        where shop_id = of_shop
        union all
        select cast('00000000-0000-0000-0000-000000000000' as uuid)
    )
end
$$;

-- The opportunities of a shop that are meant.
create function narrowed_deals(of_shop uuid, these jsonb)
returns setof opportunities
language sql
stable
as $$
select opportunities.*
from opportunities
where
    opportunities.shop_id = of_shop
    and (these ->> 'rep' is null or opportunities.rep_id = cast(these ->> 'rep' as uuid))
    and (these ->> 'territory' is null or opportunities.territory_id = cast(these ->> 'territory' as uuid))
    and (these ->> 'source' is null or opportunities.source = these ->> 'source')
    and (
        these ->> 'product' is null
        or exists (
            select 1
            from opportunity_items
            where
                opportunity_items.shop_id = of_shop
                and opportunity_items.opportunity_id = opportunities.id
                and opportunity_items.product_id = cast(these ->> 'product' as uuid)
        )
    )
$$;

-- What is open, by stage and expected day. `by_rep`: each sales rep's apart.
create function open_sums(of_shop uuid, these jsonb, by_rep boolean default false)
returns table (
    rep_id uuid,
    stage_id uuid,
    expected_on date,
    deals integer,
    without_value integer,
    value numeric,
    own_value numeric,
    own_weighted numeric
)
language plpgsql
stable
as $$
declare
    wanted constant text := facet_of(these);
    reps constant uuid[] := reps_of(of_shop, these, by_rep);
begin
    if cast(these ->> 'from_deals' as boolean) then
        return query
        select
            coalesce(deals.rep_id, '00000000-0000-0000-0000-000000000000'),
            parts.stage_id,
            parts.expected_on,
            parts.deals,
            parts.without_value,
            parts.value,
            parts.own_value,
            parts.own_weighted
        from narrowed_deals(of_shop, these) as deals
        inner join open_deal_parts as parts
            on
                parts.shop_id = of_shop
                and deals.id = parts.opportunity_id;
    else
        return query
        select
            open_deals.rep_id,
            open_deals.stage_id,
            open_deals.expected_on,
            open_deals.deals,
            open_deals.without_value,
            open_deals.value,
            open_deals.own_value,
            open_deals.own_weighted
        from open_deals
        where
            open_deals.shop_id = of_shop
            and open_deals.facet = wanted
            and open_deals.rep_id = any(reps);
    end if;
end
$$;

-- What is open, by stage and the day since when it stands there.
create function standing_sums(of_shop uuid, these jsonb)
returns table (
    rep_id uuid,
    stage_id uuid,
    since_on date,
    deals integer
)
language plpgsql
stable
as $$
declare
    wanted constant text := facet_of(these);
    reps constant uuid[] := reps_of(of_shop, these, false);
begin
    if cast(these ->> 'from_deals' as boolean) then
        return query
        select
            coalesce(deals.rep_id, '00000000-0000-0000-0000-000000000000'),
            parts.stage_id,
            parts.since_on,
            parts.deals
        from narrowed_deals(of_shop, these) as deals
        inner join standing_deal_parts as parts
            on
                parts.shop_id = of_shop
                and deals.id = parts.opportunity_id;
    else
        return query
        select
            standing_deals.rep_id,
            standing_deals.stage_id,
            standing_deals.since_on,
            standing_deals.deals
        from standing_deals
        where
            standing_deals.shop_id = of_shop
            and standing_deals.facet = wanted
            and standing_deals.rep_id = any(reps);
    end if;
end
$$;

-- What was won and lost in a period, by day. `by_rep`: each sales rep's apart.
create function closed_sums(of_shop uuid, these jsonb, since date, until date, by_rep boolean default false)
returns table (
    rep_id uuid,
    day date,
    won integer,
    lost integer,
    won_value numeric,
    lost_value numeric,
    won_days integer,
    lost_days integer
)
language plpgsql
stable
as $$
declare
    wanted constant text := facet_of(these);
    reps constant uuid[] := reps_of(of_shop, these, by_rep);
begin
    if cast(these ->> 'from_deals' as boolean) then
        return query
        select
            coalesce(deals.rep_id, '00000000-0000-0000-0000-000000000000'),
            parts.day,
            parts.won,
            parts.lost,
            parts.won_value,
            parts.lost_value,
            parts.won_days,
            parts.lost_days
        from narrowed_deals(of_shop, these) as deals
        inner join closed_deal_parts as parts
            on
                parts.shop_id = of_shop
                and deals.id = parts.opportunity_id
        where
            parts.day >= since
            and parts.day < until;
    else
        return query
        select
            closed_deals.rep_id,
            closed_deals.day,
            closed_deals.won,
            closed_deals.lost,
            closed_deals.won_value,
            closed_deals.lost_value,
            closed_deals.won_days,
            closed_deals.lost_days
        from closed_deals
        where
            closed_deals.shop_id = of_shop
            and closed_deals.facet = wanted
            and closed_deals.rep_id = any(reps)
            and closed_deals.day >= since
            and closed_deals.day < until;
    end if;
end
$$;

-- The same by the reason that was given.
create function reason_sums(of_shop uuid, these jsonb, since date, until date)
returns table (
    rep_id uuid,
    day date,
    reason_id uuid,
    outcome text,
    deals integer,
    value numeric
)
language plpgsql
stable
as $$
declare
    wanted constant text := facet_of(these);
    reps constant uuid[] := reps_of(of_shop, these, false);
begin
    if cast(these ->> 'from_deals' as boolean) or (these ->> 'rep' is not null and wanted <> '') then
        return query
        select
            coalesce(deals.rep_id, '00000000-0000-0000-0000-000000000000'),
            parts.day,
            parts.reason_id,
            parts.outcome,
            parts.deals,
            parts.value
        from narrowed_deals(of_shop, these) as deals
        inner join closed_reason_parts as parts
            on
                parts.shop_id = of_shop
                and deals.id = parts.opportunity_id
        where
            parts.day >= since
            and parts.day < until;
    else
        return query
        select
            closed_reasons.rep_id,
            closed_reasons.day,
            closed_reasons.reason_id,
            closed_reasons.outcome,
            closed_reasons.deals,
            closed_reasons.value
        from closed_reasons
        where
            closed_reasons.shop_id = of_shop
            and closed_reasons.facet = wanted
            and closed_reasons.rep_id = any(reps)
            and closed_reasons.day >= since
            and closed_reasons.day < until;
    end if;
end
$$;

-- Moves in a period, by day and stage.
create function move_sums(of_shop uuid, these jsonb, since date, until date)
returns table (
    day date,
    stage_id uuid,
    came integer,
    moved_on integer,
    days integer
)
language plpgsql
stable
as $$
declare
    wanted constant text := facet_of(these);
    reps constant uuid[] := reps_of(of_shop, these, false);
begin
    if cast(these ->> 'from_deals' as boolean) or (these ->> 'rep' is not null and wanted <> '') then
        return query
        select
            parts.day,
            parts.stage_id,
            parts.came,
            parts.moved_on,
            parts.days
        from stage_day_parts as parts
        where
            parts.shop_id = of_shop
            and parts.opportunity_id = any(array(select deals.id from narrowed_deals(of_shop, these) as deals))
            and parts.day >= since
            and parts.day < until;
    else
        return query
        select
            stage_days.day,
            stage_days.stage_id,
            stage_days.came,
            stage_days.moved_on,
            stage_days.days
        from stage_days
        where
            stage_days.shop_id = of_shop
            and stage_days.facet = wanted
            and stage_days.rep_id = any(reps)
            and stage_days.day >= since
            and stage_days.day < until;
    end if;
end
$$;
