-- The sums of days whose scores were forgotten go with them.
delete from health_days
where
    shop_id = :shop_id
    and scored_on < cast(:today as date) - 100
    and scored_on not in (
        select max(scored_on)
        from health_days
        where shop_id = :shop_id
        group by date_trunc('month', scored_on)
    )
