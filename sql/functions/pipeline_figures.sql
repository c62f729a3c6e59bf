-- Reading the sums that pipeline_sums.sql keeps, or the opportunities themselves where no sum knows what is asked:
-- every figure of the pipeline is one of these.

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
