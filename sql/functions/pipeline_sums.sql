-- Keeping open_deals, closed_deals, closed_reasons and stage_days true, in the same transaction as their cause.
-- Whoever calls them has opened the transaction with open_for_writing, so nobody else writes to the slot.

-- Put what these opportunities add into the sums of the pipeline: once, or -1 times to take it out before a change.
create function count_deals(of_shop uuid, opportunity_ids uuid[], times integer)
returns void
language plpgsql
as $$
declare
    into_slot smallint := writer_slot();
begin
    insert into open_deals
    select
        of_shop,
        stage_id,
        rep_id,
        month,
        into_slot,
        times * sum(deals),
        times * sum(without_value),
        times * sum(value),
        times * sum(own_value),
        times * sum(own_weighted)
    from open_deal_parts
    where
        shop_id = of_shop
        and opportunity_id = any(opportunity_ids)
    group by
        stage_id,
        rep_id,
        month
    on conflict (shop_id, stage_id, rep_id, month, slot) do update set
        deals = open_deals.deals + excluded.deals,
        without_value = open_deals.without_value + excluded.without_value,
        value = open_deals.value + excluded.value,
        own_value = open_deals.own_value + excluded.own_value,
        own_weighted = open_deals.own_weighted + excluded.own_weighted;

    insert into closed_deals
    select
        of_shop,
        day,
        rep_id,
        into_slot,
        times * sum(won),
        times * sum(lost),
        times * sum(won_value),
        times * sum(lost_value),
        times * sum(won_days),
        times * sum(lost_days)
    from closed_deal_parts
    where
        shop_id = of_shop
        and opportunity_id = any(opportunity_ids)
    group by
        day,
        rep_id
    on conflict (shop_id, day, rep_id, slot) do update set
        won = closed_deals.won + excluded.won,
        lost = closed_deals.lost + excluded.lost,
        won_value = closed_deals.won_value + excluded.won_value,
        lost_value = closed_deals.lost_value + excluded.lost_value,
        won_days = closed_deals.won_days + excluded.won_days,
        lost_days = closed_deals.lost_days + excluded.lost_days;

    insert into closed_reasons
    select
        of_shop,
        day,
        reason_id,
        outcome,
        into_slot,
        times * sum(deals),
        times * sum(value)
    from closed_reason_parts
    where
        shop_id = of_shop
        and opportunity_id = any(opportunity_ids)
    group by
        day,
        reason_id,
        outcome
    on conflict (shop_id, day, reason_id, outcome, slot) do update set
        deals = closed_reasons.deals + excluded.deals,
        value = closed_reasons.value + excluded.value;

    insert into stage_days
    select
        of_shop,
        day,
        stage_id,
        into_slot,
        times * sum(came),
        times * sum(moved_on),
        times * sum(days)
    from stage_day_parts
    where
        shop_id = of_shop
        and opportunity_id = any(opportunity_ids)
    group by
        day,
        stage_id
    on conflict (shop_id, day, stage_id, slot) do update set
        came = stage_days.came + excluded.came,
        moved_on = stage_days.moved_on + excluded.moved_on,
        days = stage_days.days + excluded.days;
end
$$;

-- The opportunities of a shop, narrowed to a sales rep, a territory, a source or a product where these are given.
create function narrowed_deals(of_shop uuid, of_rep uuid, of_territory uuid, from_source text, with_product uuid)
returns setof opportunities
language sql
stable
as $$
select opportunities.*
from opportunities
where
    opportunities.shop_id = of_shop
    and (of_rep is null or opportunities.rep_id = of_rep)
    and (of_territory is null or opportunities.territory_id = of_territory)
    and (from_source is null or opportunities.source = from_source)
    and (
        with_product is null
        or exists (
            select 1
            from opportunity_items
            where
                opportunity_items.shop_id = of_shop
                and opportunity_items.opportunity_id = opportunities.id
                and opportunity_items.product_id = with_product
        )
    )
$$;
