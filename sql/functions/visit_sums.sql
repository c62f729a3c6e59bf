-- Keeping visit_hours and visitor_days true, beside the rollups of rollups.sql and in the same transactions.

-- Put what the visits of these customers add into visit_hours: once, or -1 times to take it out. `only_on`: the visits of
-- that day alone.
create function change_visit_hours(
    of_shop uuid,
    customer_ids uuid[],
    only_on date,
    times integer,
    into_slot smallint
)
returns void
language plpgsql
as $$
begin
    insert into visit_hours
    select
        of_shop,
        day,
        hour,
        into_slot,
        times * sum(visits),
        times * sum(walk_in),
        times * sum(scheduled),
        times * sum(follow_up),
        times * sum(delivery),
        times * sum(browsing),
        times * sum(purchase_intent),
        times * sum(complaint),
        times * sum(service),
        times * sum(high),
        times * sum(medium),
        times * sum(low),
        times * sum(not_interested)
    from visit_hour_parts
    where
        shop_id = of_shop
        and customer_id = any(customer_ids)
        and (only_on is null or day = only_on)
    group by
        day,
        hour
    order by
        day,
        hour
    on conflict (shop_id, day, hour, slot) do update set
        visits = visit_hours.visits + excluded.visits,
        walk_in = visit_hours.walk_in + excluded.walk_in,
        scheduled = visit_hours.scheduled + excluded.scheduled,
        follow_up = visit_hours.follow_up + excluded.follow_up,
        delivery = visit_hours.delivery + excluded.delivery,
        browsing = visit_hours.browsing + excluded.browsing,
        purchase_intent = visit_hours.purchase_intent + excluded.purchase_intent,
        complaint = visit_hours.complaint + excluded.complaint,
        service = visit_hours.service + excluded.service,
        high = visit_hours.high + excluded.high,
        medium = visit_hours.medium + excluded.medium,
        low = visit_hours.low + excluded.low,
        not_interested = visit_hours.not_interested + excluded.not_interested;
end
$$;

-- Count the hour of a visit that has just been inserted.
create function count_visit_hour(of_shop uuid, of_customer uuid, visited_on date, into_slot smallint)
returns void
language plpgsql
as $$
begin
    insert into visit_hours
    select
        of_shop,
        visited_on,
        hour,
        into_slot,
        visits,
        walk_in,
        scheduled,
        follow_up,
        delivery,
        browsing,
        purchase_intent,
        complaint,
        service,
        high,
        medium,
        low,
        not_interested
    from visit_hour_parts
    where
        shop_id = of_shop
        and customer_id = of_customer
        and day = visited_on
    on conflict (shop_id, day, hour, slot) do update set
        visits = visit_hours.visits + excluded.visits,
        walk_in = visit_hours.walk_in + excluded.walk_in,
        scheduled = visit_hours.scheduled + excluded.scheduled,
        follow_up = visit_hours.follow_up + excluded.follow_up,
        delivery = visit_hours.delivery + excluded.delivery,
        browsing = visit_hours.browsing + excluded.browsing,
        purchase_intent = visit_hours.purchase_intent + excluded.purchase_intent,
        complaint = visit_hours.complaint + excluded.complaint,
        service = visit_hours.service + excluded.service,
        high = visit_hours.high + excluded.high,
        medium = visit_hours.medium + excluded.medium,
        low = visit_hours.low + excluded.low,
        not_interested = visit_hours.not_interested + excluded.not_interested;
end
$$;

-- Set the visitor_days of these customers from the truth; rows already right are not written. Their customer is locked, or
-- the shop is.
create function recount_visitors(of_shop uuid, customer_ids uuid[])
returns void
language sql
as $$
delete from visitor_days
where
    shop_id = of_shop
    and customer_id = any(customer_ids)
    and not exists (
        select 1
        from visits
        inner join customers
            on
                visits.shop_id = customers.shop_id
                and visits.customer_id = customers.id
        where
            visits.shop_id = of_shop
            and visits.customer_id = visitor_days.customer_id
            and visits.visited_on = visitor_days.day
            and customers.hidden_at is null
    );

insert into visitor_days (
    shop_id,
    customer_id,
    day,
    rep_id,
    visited_after,
    returned_after,
    interested_after,
    quoted_after,
    purchased_after,
    bought_after,
    handled_after,
    handled_and_bought_after
)
select
    shop_id,
    customer_id,
    day,
    rep_id,
    visited_after,
    returned_after,
    interested_after,
    quoted_after,
    purchased_after,
    bought_after,
    handled_after,
    handled_and_bought_after
from visitor_day_truth
where
    shop_id = of_shop
    and customer_id = any(customer_ids)
on conflict (shop_id, customer_id, day) do update set
    rep_id = excluded.rep_id,
    visited_after = excluded.visited_after,
    returned_after = excluded.returned_after,
    interested_after = excluded.interested_after,
    quoted_after = excluded.quoted_after,
    purchased_after = excluded.purchased_after,
    bought_after = excluded.bought_after,
    handled_after = excluded.handled_after,
    handled_and_bought_after = excluded.handled_and_bought_after
where visitor_days is distinct from excluded
$$;

-- Count a visit that has just been inserted and is its customer's latest, so that none of the others changes.
create function count_latest_visit(of_shop uuid, of_customer uuid, visited_on date)
returns void
language plpgsql
as $$
begin
    insert into visitor_days (
        shop_id,
        customer_id,
        day,
        rep_id,
        visited_after,
        returned_after,
        interested_after,
        quoted_after,
        purchased_after,
        bought_after,
        handled_after,
        handled_and_bought_after
    )
    select
        of_shop,
        of_customer,
        visited_on,
        came.rep_id,
        coalesce(max(earlier.day), '-infinity'),
        case when count(earlier.day) > 0 then coalesce(max(earlier.day) filter (where earlier.returned_after is not null), '-infinity') end,
        case
            when came.stage >= 1 then coalesce(max(earlier.day) filter (where earlier.interested_after is not null), '-infinity')
        end,
        case when came.stage >= 2 then coalesce(max(earlier.day) filter (where earlier.quoted_after is not null), '-infinity') end,
        case when came.stage >= 3 then coalesce(max(earlier.day) filter (where earlier.purchased_after is not null), '-infinity') end,
        case when came.has_bought then coalesce(max(earlier.day) filter (where earlier.bought_after is not null), '-infinity') end,
        case
            when came.rep_id is not null
                then coalesce(max(earlier.day) filter (where earlier.rep_id = came.rep_id), '-infinity')
        end,
        case
            when came.rep_id is not null and came.has_bought
                then coalesce(
                    max(earlier.day) filter (where earlier.rep_id = came.rep_id and earlier.handled_and_bought_after is not null),
                    '-infinity'
                )
        end
    from visit_stages as came
    left join visitor_days as earlier
        on
            came.shop_id = earlier.shop_id
            and came.customer_id = earlier.customer_id
    where
        came.shop_id = of_shop
        and came.customer_id = of_customer
        and came.day = visited_on
    group by
        came.rep_id,
        came.stage,
        came.has_bought;
end
$$;

-- After a purchase of a customer was counted: if a visit before it led to it, say so.
create function count_purchase_after_visit(of_shop uuid, of_customer uuid, bought_on date)
returns void
language plpgsql
as $$
begin
    if exists (
        select 1
        from visitor_days
        where
            shop_id = of_shop
            and customer_id = of_customer
            and day <= bought_on
            and day >= bought_on - (select conversion_days from conversion_day_settings where shop_id = of_shop)
            and bought_after is null
    ) then
        perform recount_visitors(of_shop, array[of_customer]);
    end if;
end
$$;

-- Count anew what came of each visit, after the shop has set other conversion days (exclusive shop lock held).
create function recount_conversions(of_shop uuid)
returns void
language sql
as $$
select recount_visitors(of_shop, array(select id from customers where shop_id = of_shop and first_visit_on is not null))
$$;
