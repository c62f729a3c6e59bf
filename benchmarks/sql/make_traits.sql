-- What segments ask of a shop's customers beside their own columns: of every three customers one carries a tag, of five
-- one has a follow-up planned, of ten one is a company, of twenty one has an open opportunity.
with

numbered as (

    select
        id,
        row_number() over (order by id) as nth
    from customers
    where shop_id = :shop_id

),

tagged as (

    insert into taggings (shop_id, customer_id, tag_id)
    select
        :shop_id,
        id,
        :tag_id
    from numbered
    where nth % 3 = 0

),

planned as (

    insert into follow_ups (shop_id, id, about, due_on, customer_id)
    select
        :shop_id,
        id,
        'Call',
        cast(:today as date) + 7,
        id
    from numbered
    where nth % 5 = 0

),

formed as (

    insert into companies (shop_id, customer_id)
    select
        :shop_id,
        id
    from numbered
    where nth % 10 = 0

)

insert into opportunities (
    shop_id, id, name, customer_id, stage_id, status, stage_since, stage_since_on, created_on
)
select
    :shop_id,
    id,
    'Deal',
    id,
    :stage_id,
    'open',
    :today,
    :today,
    :today
from numbered
where nth % 20 = 0
