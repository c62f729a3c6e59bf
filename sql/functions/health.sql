-- Set the health score of these customers (null: of the whole shop) from the truth; rows already right are not written.
-- They are locked in the order of their ids, so that nobody who changes two of them at once waits in a circle.
create function recount_health(of_shop uuid, customer_ids uuid[])
returns void
language plpgsql
set plan_cache_mode = force_custom_plan
as $$
begin
    update customers
    set health_score = truth.health_score
    from (
        select
            theirs.id,
            health_truth.health_score
        from customers as theirs
        left join health_truth
            on
                theirs.shop_id = health_truth.shop_id
                and theirs.id = health_truth.customer_id
        where
            theirs.shop_id = of_shop
            and (customer_ids is null or theirs.id = any(customer_ids))
            and theirs.health_score is distinct from health_truth.health_score
        order by theirs.id
        for no key update of theirs
    ) as truth
    where
        customers.shop_id = of_shop
        and customers.id = truth.id;
end
$$;
