-- The sources opportunities came from, by name, those that sums are kept of: found by going from one to the next.
with recursive

found as (

    (
        select facet
        from stage_days
        where
            shop_id = :shop_id
            and facet > 'source '
            and facet < 'source!'
        order by facet
        limit 1
    )
    union all
    select (
        select stage_days.facet
        from stage_days
        where
            stage_days.shop_id = :shop_id
            and stage_days.facet > found.facet
            and stage_days.facet < 'source!'
        order by stage_days.facet
        limit 1
    )
    from found
    where found.facet is not null

)

select substr(found.facet, length('source ') + 1) as source
from found
cross join lateral (
    select 1
    from stage_days
    where
        stage_days.shop_id = :shop_id
        and stage_days.facet = found.facet
        and stage_days.came > 0
    limit 1
) as any_left
order by
    lower(found.facet),
    found.facet
limit 100
