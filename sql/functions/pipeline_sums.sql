-- Keeping open_deals, standing_deals, closed_deals, closed_reasons and stage_days true, in the same transaction as their
-- cause. Whoever counts has opened the transaction with open_for_writing, so nobody else writes to the slot. Figures read
-- them by pipeline_figures.sql.

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
