-- Keeping counters and rollups true. Called by crmcore/counters.py in the transaction of their cause; no triggers.
-- Whoever calls them has opened the transaction with open_for_writing.

-- The slot this transaction writes to.
create function writer_slot()
returns smallint
language sql
stable
as $$
select cast(coalesce(nullif(current_setting('app.slot', true), ''), '0') as smallint)
$$;

-- What these customers, and these orders without a customer, add to shop_days right now (slot 0, one row a day).
-- Few customers are asked for one by one, which costs their own orders and not the whole shop's. Many are joined by hashing:
-- take_off and put_on switch nested loops off for them, since the planner takes rows that came a moment ago for one.
create function shop_day_parts(of_shop uuid, customer_ids uuid[], order_ids uuid[])
returns setof shop_days
language sql
stable
as $$
with

parts as (

    select
        day,
        0 as people,
        purchases,
        returns,
        revenue,
        purchase_revenue,
        anonymous_revenue,
        0 as customer_purchases,
        cast(0 as numeric) as customer_revenue,
        cast(0 as numeric) as new_revenue,
        0 as buyers,
        0 as repeat_buyers,
        0 as became_repeat,
        0 as visits,
        0 as visitors,
        0 as revisitors,
        0 as became_revisitor
    from order_day_parts
    where
        shop_id = of_shop
        and customer_id = any(customer_ids)
    union all
    select
        day,
        0,
        purchases,
        returns,
        revenue,
        purchase_revenue,
        anonymous_revenue,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0
    from order_day_parts
    where
        shop_id = of_shop
        and customer_id is null
        and order_id = any(order_ids)
    union all
    select
        day,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        visits,
        0,
        0,
        0
    from visit_day_parts
    where
        shop_id = of_shop
        and customer_id = any(customer_ids)
    union all
    select
        day,
        people,
        0,
        0,
        0,
        0,
        0,
        customer_purchases,
        customer_revenue,
        new_revenue,
        buyers,
        repeat_buyers,
        became_repeat,
        0,
        visitors,
        revisitors,
        became_revisitor
    from customer_day_parts
    where
        shop_id = of_shop
        and customer_id in (select unnest(customer_ids))
        and cardinality(customer_ids) > 20
    union all
    select
        theirs.day,
        theirs.people,
        0,
        0,
        0,
        0,
        0,
        theirs.customer_purchases,
        theirs.customer_revenue,
        theirs.new_revenue,
        theirs.buyers,
        theirs.repeat_buyers,
        theirs.became_repeat,
        0,
        theirs.visitors,
        theirs.revisitors,
        theirs.became_revisitor
    from unnest(customer_ids) as asked (customer_id)
    cross join lateral (
        select *
        from customer_day_parts
        where
            shop_id = of_shop
            and customer_id = asked.customer_id
        offset 0
    ) as theirs
    where cardinality(customer_ids) <= 20

)

select
    of_shop,
    day,
    cast(0 as smallint),
    cast(sum(people) as integer),
    cast(sum(purchases) as integer),
    cast(sum(returns) as integer),
    sum(revenue),
    sum(purchase_revenue),
    sum(anonymous_revenue),
    cast(sum(customer_purchases) as integer),
    sum(customer_revenue),
    sum(new_revenue),
    cast(sum(buyers) as integer),
    cast(sum(repeat_buyers) as integer),
    cast(sum(became_repeat) as integer),
    cast(sum(visits) as integer),
    cast(sum(visitors) as integer),
    cast(sum(revisitors) as integer),
    cast(sum(became_revisitor) as integer)
from parts
group by day
$$;

-- The same for rep_days.
create function rep_day_parts(of_shop uuid, customer_ids uuid[], order_ids uuid[])
returns setof rep_days
language sql
stable
as $$
with

parts as (

    select
        day,
        rep_id,
        purchases,
        revenue,
        0 as visits
    from order_day_parts
    where
        shop_id = of_shop
        and rep_id is not null
        and customer_id = any(customer_ids)
    union all
    select
        day,
        rep_id,
        purchases,
        revenue,
        0
    from order_day_parts
    where
        shop_id = of_shop
        and rep_id is not null
        and customer_id is null
        and order_id = any(order_ids)
    union all
    select
        day,
        rep_id,
        0,
        0,
        visits
    from visit_day_parts
    where
        shop_id = of_shop
        and rep_id is not null
        and customer_id = any(customer_ids)

)

select
    of_shop,
    day,
    rep_id,
    cast(0 as smallint),
    cast(sum(purchases) as integer),
    sum(revenue),
    cast(sum(visits) as integer)
from parts
group by
    day,
    rep_id
$$;

-- The same for cohort_months.
create function cohort_month_parts(of_shop uuid, customer_ids uuid[])
returns setof cohort_months
language sql
stable
as $$
with

parts as (

    select
        cohort,
        month
    from customer_month_parts
    where
        shop_id = of_shop
        and customer_id in (select unnest(customer_ids))
        and cardinality(customer_ids) > 20
    union all
    select
        theirs.cohort,
        theirs.month
    from unnest(customer_ids) as asked (customer_id)
    cross join lateral (
        select *
        from customer_month_parts
        where
            shop_id = of_shop
            and customer_id = asked.customer_id
        offset 0
    ) as theirs
    where cardinality(customer_ids) <= 20

)

select
    of_shop,
    cohort,
    month,
    cast(0 as smallint),
    cast(count(*) as integer)
from parts
group by
    cohort,
    month
$$;

-- The same for recency_days.
create function recency_day_parts(of_shop uuid, customer_ids uuid[])
returns setof recency_days
language sql
stable
as $$
select
    of_shop,
    day,
    cast(0 as smallint),
    cast(sum(last_bought) as integer),
    cast(sum(spells_begun) as integer),
    cast(sum(spells_ended) as integer)
from customer_recency_parts
where
    shop_id = of_shop
    and customer_id = any(customer_ids)
group by day
$$;

-- Add `after` minus `before` to the rollups, days in order, rows that stay equal untouched.
create function change_rollups(
    of_shop uuid,
    into_slot smallint,
    days_before shop_days[],
    days_after shop_days[],
    reps_before rep_days[],
    reps_after rep_days[],
    cohorts_before cohort_months[],
    cohorts_after cohort_months[],
    recency_before recency_days[],
    recency_after recency_days[]
)
returns void
language plpgsql
as $$
begin
    insert into shop_days
    select
        of_shop,
        day,
        into_slot,
        sum(sign * people),
        sum(sign * purchases),
        sum(sign * returns),
        sum(sign * revenue),
        sum(sign * purchase_revenue),
        sum(sign * anonymous_revenue),
        sum(sign * customer_purchases),
        sum(sign * customer_revenue),
        sum(sign * new_revenue),
        sum(sign * buyers),
        sum(sign * repeat_buyers),
        sum(sign * became_repeat),
        sum(sign * visits),
        sum(sign * visitors),
        sum(sign * revisitors),
        sum(sign * became_revisitor)
    from (
        select -1 as sign, part.* from unnest(days_before) as part
        union all
        select 1, part.* from unnest(days_after) as part
    ) as changes
    group by day
    having
        sum(sign * people) <> 0
        or sum(sign * purchases) <> 0
        or sum(sign * returns) <> 0
        or sum(sign * revenue) <> 0
        or sum(sign * purchase_revenue) <> 0
        or sum(sign * anonymous_revenue) <> 0
        or sum(sign * customer_purchases) <> 0
        or sum(sign * customer_revenue) <> 0
        or sum(sign * new_revenue) <> 0
        or sum(sign * buyers) <> 0
        or sum(sign * repeat_buyers) <> 0
        or sum(sign * became_repeat) <> 0
        or sum(sign * visits) <> 0
        or sum(sign * visitors) <> 0
        or sum(sign * revisitors) <> 0
        or sum(sign * became_revisitor) <> 0
    order by day
    on conflict (shop_id, day, slot) do update set
        people = shop_days.people + excluded.people,
        purchases = shop_days.purchases + excluded.purchases,
        returns = shop_days.returns + excluded.returns,
        revenue = shop_days.revenue + excluded.revenue,
        purchase_revenue = shop_days.purchase_revenue + excluded.purchase_revenue,
        anonymous_revenue = shop_days.anonymous_revenue + excluded.anonymous_revenue,
        customer_purchases = shop_days.customer_purchases + excluded.customer_purchases,
        customer_revenue = shop_days.customer_revenue + excluded.customer_revenue,
        new_revenue = shop_days.new_revenue + excluded.new_revenue,
        buyers = shop_days.buyers + excluded.buyers,
        repeat_buyers = shop_days.repeat_buyers + excluded.repeat_buyers,
        became_repeat = shop_days.became_repeat + excluded.became_repeat,
        visits = shop_days.visits + excluded.visits,
        visitors = shop_days.visitors + excluded.visitors,
        revisitors = shop_days.revisitors + excluded.revisitors,
        became_revisitor = shop_days.became_revisitor + excluded.became_revisitor;

    insert into rep_days
    select
        of_shop,
        day,
        rep_id,
        into_slot,
        sum(sign * purchases),
        sum(sign * revenue),
        sum(sign * visits)
    from (
        select -1 as sign, part.* from unnest(reps_before) as part
        union all
        select 1, part.* from unnest(reps_after) as part
    ) as changes
    group by
        day,
        rep_id
    having
        sum(sign * purchases) <> 0
        or sum(sign * revenue) <> 0
        or sum(sign * visits) <> 0
    order by
        day,
        rep_id
    on conflict (shop_id, day, rep_id, slot) do update set
        purchases = rep_days.purchases + excluded.purchases,
        revenue = rep_days.revenue + excluded.revenue,
        visits = rep_days.visits + excluded.visits;

    insert into cohort_months
    select
        of_shop,
        cohort,
        month,
        into_slot,
        sum(sign * buyers)
    from (
        select -1 as sign, part.* from unnest(cohorts_before) as part
        union all
        select 1, part.* from unnest(cohorts_after) as part
    ) as changes
    group by
        cohort,
        month
    having sum(sign * buyers) <> 0
    order by
        cohort,
        month
    on conflict (shop_id, cohort, month, slot) do update set
        buyers = cohort_months.buyers + excluded.buyers;

    insert into recency_days
    select
        of_shop,
        day,
        into_slot,
        sum(sign * last_bought),
        sum(sign * spells_begun),
        sum(sign * spells_ended)
    from (
        select -1 as sign, part.* from unnest(recency_before) as part
        union all
        select 1, part.* from unnest(recency_after) as part
    ) as changes
    group by day
    having
        sum(sign * last_bought) <> 0
        or sum(sign * spells_begun) <> 0
        or sum(sign * spells_ended) <> 0
    order by day
    on conflict (shop_id, day, slot) do update set
        last_bought = recency_days.last_bought + excluded.last_bought,
        spells_begun = recency_days.spells_begun + excluded.spells_begun,
        spells_ended = recency_days.spells_ended + excluded.spells_ended;
end
$$;

-- Before a change to several orders or customers (exclusive shop lock held): take what they add out of the rollups.
create function take_off(of_shop uuid, customer_ids uuid[], order_ids uuid[])
returns void
language plpgsql
set enable_nestloop = on
set plan_cache_mode = force_custom_plan
as $$
begin
    if cardinality(customer_ids) > 20 then
        set local enable_nestloop = off;
    end if;
    perform change_rollups(
        of_shop,
        cast(0 as smallint),
        array(select part from shop_day_parts(of_shop, customer_ids, order_ids) as part),
        '{}',
        array(select part from rep_day_parts(of_shop, customer_ids, order_ids) as part),
        '{}',
        array(select part from cohort_month_parts(of_shop, customer_ids) as part),
        '{}',
        array(select part from recency_day_parts(of_shop, customer_ids) as part),
        '{}'
    );
    perform change_visit_hours(of_shop, customer_ids, null, -1, cast(0 as smallint));
end
$$;

-- Set the counters of these customers from the truth; rows already right are not written.
create function recount_customers(of_shop uuid, customer_ids uuid[])
returns void
language sql
as $$
update customers
set
    order_count = truth.order_count,
    return_count = truth.return_count,
    total_spent = truth.total_spent,
    first_purchase_on = truth.first_purchase_on,
    second_purchase_on = truth.second_purchase_on,
    last_purchase_on = truth.last_purchase_on,
    visit_count = truth.visit_count,
    first_visit_on = truth.first_visit_on,
    second_visit_on = truth.second_visit_on,
    last_visit_on = truth.last_visit_on
from (
    select
        asked.customer_id,
        coalesce(buyer_truth.order_count, 0) as order_count,
        coalesce(buyer_truth.return_count, 0) as return_count,
        coalesce(buyer_truth.total_spent, 0) as total_spent,
        buyer_truth.first_purchase_on,
        buyer_truth.second_purchase_on,
        buyer_truth.last_purchase_on,
        coalesce(visitor_truth.visit_count, 0) as visit_count,
        visitor_truth.first_visit_on,
        visitor_truth.second_visit_on,
        visitor_truth.last_visit_on
    from unnest(customer_ids) as asked (customer_id)
    left join (
        select *
        from buyer_truth
        where
            shop_id = of_shop
            and customer_id = any(customer_ids)
    ) as buyer_truth on asked.customer_id = buyer_truth.customer_id
    left join (
        select *
        from visitor_truth
        where
            shop_id = of_shop
            and customer_id = any(customer_ids)
    ) as visitor_truth on asked.customer_id = visitor_truth.customer_id
) as truth
where
    customers.shop_id = of_shop
    and customers.id = truth.customer_id
    and (
        customers.order_count,
        customers.return_count,
        customers.total_spent,
        customers.first_purchase_on,
        customers.second_purchase_on,
        customers.last_purchase_on,
        customers.visit_count,
        customers.first_visit_on,
        customers.second_visit_on,
        customers.last_visit_on
    ) is distinct from (
        truth.order_count,
        truth.return_count,
        truth.total_spent,
        truth.first_purchase_on,
        truth.second_purchase_on,
        truth.last_purchase_on,
        truth.visit_count,
        truth.first_visit_on,
        truth.second_visit_on,
        truth.last_visit_on
    )
$$;

-- After the change: recount these customers and put what they and these orders now add back into the rollups.
create function put_on(of_shop uuid, customer_ids uuid[], order_ids uuid[])
returns void
language plpgsql
set enable_nestloop = on
set plan_cache_mode = force_custom_plan
as $$
begin
    if cardinality(customer_ids) > 20 then
        set local enable_nestloop = off;
    end if;
    perform recount_customers(of_shop, customer_ids);
    perform change_rollups(
        of_shop,
        cast(0 as smallint),
        '{}',
        array(select part from shop_day_parts(of_shop, customer_ids, order_ids) as part),
        '{}',
        array(select part from rep_day_parts(of_shop, customer_ids, order_ids) as part),
        '{}',
        array(select part from cohort_month_parts(of_shop, customer_ids) as part),
        '{}',
        array(select part from recency_day_parts(of_shop, customer_ids) as part)
    );
    perform change_visit_hours(of_shop, customer_ids, null, 1, cast(0 as smallint));
    perform recount_visitors(of_shop, customer_ids);
end
$$;

-- Count one customer who has just come on file and has neither order nor visit yet.
create function count_customer(of_shop uuid, of_customer uuid)
returns void
language sql
as $$
insert into shop_days (shop_id, day, slot, people)
select
    shop_id,
    created_on,
    writer_slot(),
    1
from customers
where
    shop_id = of_shop
    and id = of_customer
on conflict (shop_id, day, slot) do update set people = shop_days.people + excluded.people
$$;

-- Count one order as it is inserted: `insert into orders .. returning count_order(orders)`, so that neither a message to
-- the database nor a look at the order is spent on it. The usual case is arithmetic on the customer's locked row;
-- an order before the first purchase, or first purchases beside earlier returns, are recounted from the truth.
-- is_newcomer: its customer came on file in this very transaction and was not counted yet. That is done here because
-- days must be locked in order, and the day they came on file is never before the order's.
create function count_order(placed orders, is_newcomer boolean default false)
returns void
language plpgsql
as $$
declare
    of_shop constant uuid := placed.shop_id;
    of_order constant uuid := placed.id;
    slot_of_writer smallint := writer_slot();
    bought integer;
    hidden boolean;
    had integer;
    had_returned integer;
    first_day date;
    old_second_day date;
    second_day date;
    last_day date;
    last_seen date;
    last_visit_day date;
    of_customer integer := 0;
    new_buyer integer := 0;
    new_repeat integer := 0;
    moved_repeat integer := 0;
    is_new_month boolean := false;
begin
    if placed.status <> 'completed' then
        return;
    end if;
    bought := case when placed.is_return then 0 else 1 end;

    if placed.customer_id is not null then
        select
            customers.hidden_at is not null,
            customers.order_count,
            customers.return_count,
            customers.first_purchase_on,
            customers.second_purchase_on,
            customers.last_purchase_on,
            customers.last_visit_on,
            greatest(customers.last_purchase_on, customers.last_visit_on)
        into strict hidden, had, had_returned, first_day, old_second_day, last_day, last_visit_day, last_seen
        from customers
        where
            customers.shop_id = of_shop
            and customers.id = placed.customer_id
        for no key update;

        if
            hidden
            or (bought = 1 and placed.ordered_on < first_day)
            or (bought = 1 and first_day is null and had_returned > 0)
        then
            perform recount_with(of_shop, of_order, placed.customer_id, slot_of_writer);
            return;
        end if;

        second_day := old_second_day;
        if bought = 1 then
            first_day := coalesce(first_day, placed.ordered_on);
            if had > 0 then
                second_day := least(coalesce(second_day, placed.ordered_on), placed.ordered_on);
            end if;
            new_buyer := case when had = 0 then 1 else 0 end;
            new_repeat := case when had = 1 then 1 else 0 end;
            moved_repeat := case when second_day is distinct from old_second_day then 1 else 0 end;
            if had = 0 or date_trunc('month', placed.ordered_on) > date_trunc('month', last_day) then
                is_new_month := true;
            elsif date_trunc('month', placed.ordered_on) < date_trunc('month', last_day) then
                is_new_month := not exists (
                    select 1
                    from orders
                    where
                        orders.shop_id = of_shop
                        and orders.customer_id = placed.customer_id
                        and orders.ordered_on >= date_trunc('month', placed.ordered_on)
                        and orders.ordered_on < date_trunc('month', placed.ordered_on) + interval '1 month'
                        and orders.status = 'completed'
                        and not orders.is_return
                        and orders.id <> of_order
                );
            end if;
        end if;
        of_customer := case when first_day <= placed.ordered_on then 1 else 0 end;

        update customers
        set
            order_count = customers.order_count + bought,
            return_count = customers.return_count + 1 - bought,
            total_spent = customers.total_spent + placed.total,
            first_purchase_on = first_day,
            second_purchase_on = second_day,
            last_purchase_on = case when bought = 1 then greatest(last_day, placed.ordered_on) else last_day end
        where
            customers.shop_id = of_shop
            and customers.id = placed.customer_id;
    end if;

    -- Days in order: the first purchase's, the order's own, then a later day that changes with it.
    if new_repeat = 1 and first_day < placed.ordered_on then
        insert into shop_days (shop_id, day, slot, repeat_buyers)
        values (of_shop, first_day, slot_of_writer, 1)
        on conflict (shop_id, day, slot) do update set
            repeat_buyers = shop_days.repeat_buyers + excluded.repeat_buyers;
        new_repeat := 0;
    end if;

    insert into shop_days (
        shop_id, day, slot, purchases, returns, revenue, purchase_revenue, anonymous_revenue,
        customer_purchases, customer_revenue, new_revenue, buyers, repeat_buyers, became_repeat
    )
    values (
        of_shop,
        placed.ordered_on,
        slot_of_writer,
        bought,
        1 - bought,
        placed.total,
        bought * placed.total,
        case when placed.customer_id is null then placed.total else 0 end,
        of_customer * bought,
        of_customer * placed.total,
        case
            when of_customer = 1 and date_trunc('month', placed.ordered_on) = date_trunc('month', first_day)
                then placed.total
            else 0
        end,
        new_buyer,
        new_repeat,
        moved_repeat
    )
    on conflict (shop_id, day, slot) do update set
        purchases = shop_days.purchases + excluded.purchases,
        returns = shop_days.returns + excluded.returns,
        revenue = shop_days.revenue + excluded.revenue,
        purchase_revenue = shop_days.purchase_revenue + excluded.purchase_revenue,
        anonymous_revenue = shop_days.anonymous_revenue + excluded.anonymous_revenue,
        customer_purchases = shop_days.customer_purchases + excluded.customer_purchases,
        customer_revenue = shop_days.customer_revenue + excluded.customer_revenue,
        new_revenue = shop_days.new_revenue + excluded.new_revenue,
        buyers = shop_days.buyers + excluded.buyers,
        repeat_buyers = shop_days.repeat_buyers + excluded.repeat_buyers,
        became_repeat = shop_days.became_repeat + excluded.became_repeat;

    if moved_repeat = 1 and old_second_day is not null then
        insert into shop_days (shop_id, day, slot, became_repeat)
        values (of_shop, old_second_day, slot_of_writer, -1)
        on conflict (shop_id, day, slot) do update set
            became_repeat = shop_days.became_repeat + excluded.became_repeat;
    elsif first_day > placed.ordered_on then
        -- a return dated before the first purchase counts from that day on, and falls into its month
        insert into shop_days (shop_id, day, slot, customer_revenue, new_revenue)
        values (of_shop, first_day, slot_of_writer, placed.total, placed.total)
        on conflict (shop_id, day, slot) do update set
            customer_revenue = shop_days.customer_revenue + excluded.customer_revenue,
            new_revenue = shop_days.new_revenue + excluded.new_revenue;
    end if;

    if is_newcomer then
        perform count_customer(of_shop, placed.customer_id);
    end if;

    if placed.rep_id is not null then
        insert into rep_days (shop_id, day, rep_id, slot, purchases, revenue)
        values (of_shop, placed.ordered_on, placed.rep_id, slot_of_writer, bought, placed.total)
        on conflict (shop_id, day, rep_id, slot) do update set
            purchases = rep_days.purchases + excluded.purchases,
            revenue = rep_days.revenue + excluded.revenue;
    end if;

    if is_new_month then
        insert into cohort_months (shop_id, cohort, month, slot, buyers)
        values (
            of_shop, date_trunc('month', first_day), date_trunc('month', placed.ordered_on), slot_of_writer, 1
        )
        on conflict (shop_id, cohort, month, slot) do update set
            buyers = cohort_months.buyers + excluded.buyers;
    end if;

    if of_customer * bought = 1 then
        perform count_seen(
            of_shop, placed.customer_id, placed.ordered_on, true, last_seen, last_day, slot_of_writer
        );
    end if;

    if bought = 1 and last_visit_day is not null then
        perform count_purchase_after_visit(of_shop, placed.customer_id, placed.ordered_on);
    end if;
end
$$;

-- Count that a customer was seen on a day, which a moment ago became one of their seen_day_parts: how that parts or joins
-- the spells in which they count as active, and which purchase is the last now. last_seen, last_bought: as before.
-- Whoever is seen later than ever before, as usual, costs two rows; else their days around that day are looked up.
create function count_seen(
    of_shop uuid,
    of_customer uuid,
    seen_on date,
    bought boolean,
    last_seen date,
    last_bought date,
    into_slot smallint
)
returns void
language plpgsql
as $$
declare
    active_within integer;
    day_before date := last_seen;
    day_after date;
    is_first_that_day boolean := true;
    begins integer := 0;
    ends integer := 0;
    parted integer := 0;
    moved integer := case when not bought or seen_on <= last_bought then 0 else 1 end;
begin
    if seen_on = last_seen and moved = 0 then
        return;
    end if;

    if seen_on <= last_seen then
        select count(*) = 1 into is_first_that_day
        from seen_day_parts
        where
            shop_id = of_shop
            and customer_id = of_customer
            and day = seen_on;

        select day into day_before
        from seen_day_parts
        where
            shop_id = of_shop
            and customer_id = of_customer
            and day < seen_on
        order by day desc
        limit 1;

        select day into day_after
        from seen_day_parts
        where
            shop_id = of_shop
            and customer_id = of_customer
            and day > seen_on
        order by day
        limit 1;
    end if;

    if is_first_that_day then
        select active_days into active_within
        from active_day_settings
        where shop_id = of_shop;

        begins := case when seen_on - day_before <= active_within then 0 else 1 end;
        ends := case when day_after - seen_on <= active_within then 0 else 1 end;
        parted := case when day_after - day_before <= active_within then 0 else 1 end;
    end if;

    insert into recency_days (shop_id, day, slot, last_bought, spells_begun, spells_ended)
    select
        of_shop,
        changes.*
    from (
        values
        (day_before, into_slot, case when day_before = last_bought then -moved else 0 end, 0, begins - parted),
        (seen_on, into_slot, moved, begins, ends),
        (day_after, into_slot, 0, ends - parted, 0),
        (nullif(last_bought, day_before), into_slot, -moved, 0, 0)
    ) as changes (day, slot, moved, begun, ended)
    where
        changes.day is not null
        and (changes.moved, changes.begun, changes.ended) <> (0, 0, 0)
    on conflict (shop_id, day, slot) do update set
        last_bought = recency_days.last_bought + excluded.last_bought,
        spells_begun = recency_days.spells_begun + excluded.spells_begun,
        spells_ended = recency_days.spells_ended + excluded.spells_ended;
end
$$;

-- Count recency anew after the shop has set other active days (exclusive shop lock held).
create function recount_recency(of_shop uuid)
returns void
language sql
as $$
delete from recency_days where shop_id = of_shop;

insert into recency_days (shop_id, day, slot, last_bought, spells_begun, spells_ended)
select
    shop_id,
    day,
    0,
    last_bought,
    spells_begun,
    spells_ended
from recency_day_truth
where shop_id = of_shop
$$;

-- Count one visit that has just been inserted: arithmetic on the customer's locked row in every case, since no two visits
-- of a customer share a day. What the customer added to the days of the first and second visit goes, what they add now
-- comes; most of it cancels out. new_status, new_rep: what the visit makes of its customer, null where nothing changes.
create function count_visit(of_shop uuid, of_visit uuid, new_status text, new_rep uuid)
returns void
language plpgsql
as $$
declare
    slot_of_writer smallint := writer_slot();
    came record;
    visitor record;
    first_day date;
    second_day date;
    counts integer;
    changes boolean := new_status is not null or new_rep is not null;
begin
    select
        visits.customer_id,
        visits.handled_by,
        visits.visited_on,
        visits.created_at,
        visits.created_by
    into strict came
    from visits
    where
        visits.shop_id = of_shop
        and visits.id = of_visit;

    select
        customers.hidden_at,
        customers.first_visit_on,
        customers.second_visit_on,
        customers.last_visit_on,
        customers.last_purchase_on,
        greatest(customers.last_purchase_on, customers.last_visit_on) as last_seen
    into strict visitor
    from customers
    where
        customers.shop_id = of_shop
        and customers.id = came.customer_id
    for no key update;

    first_day := least(visitor.first_visit_on, came.visited_on);
    second_day := case
        when came.visited_on < visitor.first_visit_on then visitor.first_visit_on
        when visitor.first_visit_on is not null then least(visitor.second_visit_on, came.visited_on)
    end;
    counts := case when visitor.hidden_at is null then 1 else 0 end;

    update customers
    set
        visit_count = customers.visit_count + 1,
        first_visit_on = first_day,
        second_visit_on = second_day,
        last_visit_on = greatest(customers.last_visit_on, came.visited_on),
        status = coalesce(new_status, customers.status),
        rep_id = coalesce(new_rep, customers.rep_id),
        updated_at = case when changes then came.created_at else customers.updated_at end,
        updated_by = case when changes then came.created_by else customers.updated_by end
    where
        customers.shop_id = of_shop
        and customers.id = came.customer_id;

    insert into shop_days (shop_id, day, slot, visits, visitors, revisitors, became_revisitor)
    select
        of_shop,
        part.day,
        slot_of_writer,
        sum(part.visits),
        counts * sum(part.visitors),
        counts * sum(part.revisitors),
        counts * sum(part.became_revisitor)
    from (
        values
        (came.visited_on, 1, 0, 0, 0),
        (visitor.first_visit_on, 0, -1, case when visitor.second_visit_on is null then 0 else -1 end, 0),
        (first_day, 0, 1, case when second_day is null then 0 else 1 end, 0),
        (visitor.second_visit_on, 0, 0, 0, -1),
        (second_day, 0, 0, 0, 1)
    ) as part (day, visits, visitors, revisitors, became_revisitor)
    where part.day is not null
    group by part.day
    having
        sum(part.visits) <> 0
        or sum(part.visitors) <> 0
        or sum(part.revisitors) <> 0
        or sum(part.became_revisitor) <> 0
    order by part.day
    on conflict (shop_id, day, slot) do update set
        visits = shop_days.visits + excluded.visits,
        visitors = shop_days.visitors + excluded.visitors,
        revisitors = shop_days.revisitors + excluded.revisitors,
        became_revisitor = shop_days.became_revisitor + excluded.became_revisitor;

    if came.handled_by is not null then
        insert into rep_days (shop_id, day, rep_id, slot, visits)
        values (of_shop, came.visited_on, came.handled_by, slot_of_writer, 1)
        on conflict (shop_id, day, rep_id, slot) do update set
            visits = rep_days.visits + excluded.visits;
    end if;

    if counts = 1 then
        perform count_seen(
            of_shop,
            came.customer_id,
            came.visited_on,
            false,
            visitor.last_seen,
            visitor.last_purchase_on,
            slot_of_writer
        );
    end if;

    perform count_visit_hour(of_shop, came.customer_id, came.visited_on, slot_of_writer);
    if visitor.last_visit_on > came.visited_on then
        perform recount_visitors(of_shop, array[came.customer_id]);
    elsif counts = 1 then
        perform count_latest_visit(of_shop, came.customer_id, came.visited_on);
    end if;
end
$$;

-- Count one new order from the truth: what its customer adds to the rollups without it, and with it.
create function recount_with(of_shop uuid, of_order uuid, of_customer uuid, into_slot smallint)
returns void
language plpgsql
as $$
declare
    days_before shop_days[];
    reps_before rep_days[];
    cohorts_before cohort_months[];
    recency_before recency_days[];
begin
    update orders set status = 'draft'
    where shop_id = of_shop and id = of_order;
    days_before := array(select part from shop_day_parts(of_shop, array[of_customer], '{}') as part);
    reps_before := array(select part from rep_day_parts(of_shop, array[of_customer], '{}') as part);
    cohorts_before := array(select part from cohort_month_parts(of_shop, array[of_customer]) as part);
    recency_before := array(select part from recency_day_parts(of_shop, array[of_customer]) as part);

    update orders set status = 'completed'
    where shop_id = of_shop and id = of_order;
    perform recount_customers(of_shop, array[of_customer]);
    perform change_rollups(
        of_shop,
        into_slot,
        days_before,
        array(select part from shop_day_parts(of_shop, array[of_customer], '{}') as part),
        reps_before,
        array(select part from rep_day_parts(of_shop, array[of_customer], '{}') as part),
        cohorts_before,
        array(select part from cohort_month_parts(of_shop, array[of_customer]) as part),
        recency_before,
        array(select part from recency_day_parts(of_shop, array[of_customer]) as part)
    );
    perform recount_visitors(of_shop, array[of_customer]);
end
$$;

-- Fold the slots of days that are over into slot 0, so that reading a year stays 365 rows. Sums stay the same.
-- Run by the worker under the exclusive shop lock.
create function fold_rollups(of_shop uuid, until date)
returns void
language plpgsql
as $$
begin
    with

    folded as (

        delete from shop_days
        where
            shop_id = of_shop
            and day < until
            and slot <> 0
        returning *

    )

    insert into shop_days
    select
        of_shop,
        day,
        0,
        sum(people),
        sum(purchases),
        sum(returns),
        sum(revenue),
        sum(purchase_revenue),
        sum(anonymous_revenue),
        sum(customer_purchases),
        sum(customer_revenue),
        sum(new_revenue),
        sum(buyers),
        sum(repeat_buyers),
        sum(became_repeat),
        sum(visits),
        sum(visitors),
        sum(revisitors),
        sum(became_revisitor)
    from folded
    group by day
    on conflict (shop_id, day, slot) do update set
        people = shop_days.people + excluded.people,
        purchases = shop_days.purchases + excluded.purchases,
        returns = shop_days.returns + excluded.returns,
        revenue = shop_days.revenue + excluded.revenue,
        purchase_revenue = shop_days.purchase_revenue + excluded.purchase_revenue,
        anonymous_revenue = shop_days.anonymous_revenue + excluded.anonymous_revenue,
        customer_purchases = shop_days.customer_purchases + excluded.customer_purchases,
        customer_revenue = shop_days.customer_revenue + excluded.customer_revenue,
        new_revenue = shop_days.new_revenue + excluded.new_revenue,
        buyers = shop_days.buyers + excluded.buyers,
        repeat_buyers = shop_days.repeat_buyers + excluded.repeat_buyers,
        became_repeat = shop_days.became_repeat + excluded.became_repeat,
        visits = shop_days.visits + excluded.visits,
        visitors = shop_days.visitors + excluded.visitors,
        revisitors = shop_days.revisitors + excluded.revisitors,
        became_revisitor = shop_days.became_revisitor + excluded.became_revisitor;

    with

    folded as (

        delete from rep_days
        where
            shop_id = of_shop
            and day < until
            and slot <> 0
        returning *

    )

    insert into rep_days
    select
        of_shop,
        day,
        rep_id,
        0,
        sum(purchases),
        sum(revenue),
        sum(visits)
    from folded
    group by
        day,
        rep_id
    on conflict (shop_id, day, rep_id, slot) do update set
        purchases = rep_days.purchases + excluded.purchases,
        revenue = rep_days.revenue + excluded.revenue,
        visits = rep_days.visits + excluded.visits;

    with

    folded as (

        delete from cohort_months
        where
            shop_id = of_shop
            and month < date_trunc('month', until)
            and slot <> 0
        returning *

    )

    insert into cohort_months
    select
        of_shop,
        cohort,
        month,
        0,
        sum(buyers)
    from folded
    group by
        cohort,
        month
    on conflict (shop_id, cohort, month, slot) do update set
        buyers = cohort_months.buyers + excluded.buyers;

    with

    folded as (

        delete from recency_days
        where
            shop_id = of_shop
            and day < until
            and slot <> 0
        returning *

    )

    insert into recency_days
    select
        of_shop,
        day,
        0,
        sum(last_bought),
        sum(spells_begun),
        sum(spells_ended)
    from folded
    group by day
    on conflict (shop_id, day, slot) do update set
        last_bought = recency_days.last_bought + excluded.last_bought,
        spells_begun = recency_days.spells_begun + excluded.spells_begun,
        spells_ended = recency_days.spells_ended + excluded.spells_ended;

    with

    folded as (

        delete from visit_hours
        where
            shop_id = of_shop
            and day < until
            and slot <> 0
        returning *

    )

    insert into visit_hours
    select
        of_shop,
        day,
        hour,
        0,
        sum(visits),
        sum(walk_in),
        sum(scheduled),
        sum(follow_up),
        sum(delivery),
        sum(browsing),
        sum(purchase_intent),
        sum(complaint),
        sum(service),
        sum(high),
        sum(medium),
        sum(low),
        sum(not_interested)
    from folded
    group by
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
