-- Set the day these customers were last talked with from the truth; rows already right are not written.
-- They are locked first, so that of two who talk with one customer at once the second sees what the first wrote down.
create function recount_talk(of_shop uuid, customer_ids uuid[])
returns void
language plpgsql
as $$
begin
    perform id
    from customers
    where
        shop_id = of_shop
        and id = any(customer_ids)
    order by id
    for no key update;

    update customers
    set last_talk_on = truth.last_talk_on
    from (
        select
            asked.customer_id,
            theirs.last_talk_on
        from unnest(customer_ids) as asked (customer_id)
        left join (
            select *
            from talk_truth
            where
                shop_id = of_shop
                and customer_id = any(customer_ids)
        ) as theirs on asked.customer_id = theirs.customer_id
    ) as truth
    where
        customers.shop_id = of_shop
        and customers.id = truth.customer_id
        and customers.last_talk_on is distinct from truth.last_talk_on;
end
$$;
