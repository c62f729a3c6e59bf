-- Customers whose stored counters differ from a recount: by how much, and which date stands for which.
with

differences as (

    select
        customers.id,
        customers.order_count - customer_truth.order_count as order_count,
        customers.return_count - customer_truth.return_count as return_count,
        customers.total_spent - customer_truth.total_spent as total_spent,
        case
            when (customers.first_purchase_on is distinct from customer_truth.first_purchase_on)
                then concat(
                    coalesce(cast(customers.first_purchase_on as text), 'none'),
                    ', not ',
                    coalesce(cast(customer_truth.first_purchase_on as text), 'none')
                )
        end as first_purchase_on,
        case
            when (customers.second_purchase_on is distinct from customer_truth.second_purchase_on)
                then concat(
                    coalesce(cast(customers.second_purchase_on as text), 'none'),
                    ', not ',
                    coalesce(cast(customer_truth.second_purchase_on as text), 'none')
                )
        end as second_purchase_on,
        case
            when (customers.last_purchase_on is distinct from customer_truth.last_purchase_on)
                then concat(
                    coalesce(cast(customers.last_purchase_on as text), 'none'),
                    ', not ',
                    coalesce(cast(customer_truth.last_purchase_on as text), 'none')
                )
        end as last_purchase_on,
        customers.visit_count - customer_truth.visit_count as visit_count,
        case
            when (customers.first_visit_on is distinct from customer_truth.first_visit_on)
                then concat(
                    coalesce(cast(customers.first_visit_on as text), 'none'),
                    ', not ',
                    coalesce(cast(customer_truth.first_visit_on as text), 'none')
                )
        end as first_visit_on,
        case
            when (customers.second_visit_on is distinct from customer_truth.second_visit_on)
                then concat(
                    coalesce(cast(customers.second_visit_on as text), 'none'),
                    ', not ',
                    coalesce(cast(customer_truth.second_visit_on as text), 'none')
                )
        end as second_visit_on,
        case
            when (customers.last_visit_on is distinct from customer_truth.last_visit_on)
                then concat(
                    coalesce(cast(customers.last_visit_on as text), 'none'),
                    ', not ',
                    coalesce(cast(customer_truth.last_visit_on as text), 'none')
                )
        end as last_visit_on
    from customers
    inner join customer_truth
        on
            customers.shop_id = customer_truth.shop_id
            and customers.id = customer_truth.customer_id
    where customers.shop_id = :shop_id

)

select
    cast(id as text) as subject,
    count(*) over () as found,
    order_count,
    return_count,
    total_spent,
    first_purchase_on,
    second_purchase_on,
    last_purchase_on,
    visit_count,
    first_visit_on,
    second_visit_on,
    last_visit_on
from differences
where
    order_count <> 0
    or return_count <> 0
    or total_spent <> 0
    or first_purchase_on is not null
    or second_purchase_on is not null
    or last_purchase_on is not null
    or visit_count <> 0
    or first_visit_on is not null
    or second_visit_on is not null
    or last_visit_on is not null
order by id
limit :most
