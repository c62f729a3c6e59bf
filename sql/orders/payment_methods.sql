-- How the latest orders were paid, by name.
with

latest as (

    select payment_method
    from orders
    where shop_id = :shop_id
    order by
        ordered_on desc,
        id desc
    limit :latest

)

select distinct payment_method
from latest
where payment_method is not null
order by payment_method
