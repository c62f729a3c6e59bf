-- Days whose stored sums of recency differ from a recount, and by how much: stored minus true.
with

parts as (

    select
        day,
        last_bought,
        spells_begun,
        spells_ended
    from recency_days
    where shop_id = :shop_id
    union all
    select
        day,
        -last_bought,
        -spells_begun,
        -spells_ended
    from recency_day_truth
    where shop_id = :shop_id

),

differences as (

    select
        day,
        sum(last_bought) as last_bought,
        sum(spells_begun) as spells_begun,
        sum(spells_ended) as spells_ended
    from parts
    group by day

)

select
    cast(day as text) as subject,
    count(*) over () as found,
    last_bought,
    spells_begun,
    spells_ended
from differences
where
    last_bought <> 0
    or spells_begun <> 0
    or spells_ended <> 0
order by day
limit :most
