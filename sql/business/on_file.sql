-- How many customers, leads and opportunities are on file in all; the opportunities from their sums.
select
    (
        select count(*)
        from customers
        where
            customers.shop_id = :shop_id
            and customers.hidden_at is null
    ) as customers,
    (
        select count(*)
        from leads
        where leads.shop_id = :shop_id
    ) as leads,
    (
        select cast(coalesce(sum(deals), 0) as integer)
        from open_sums(:shop_id, '{}')
    )
    + (
        select cast(coalesce(sum(won + lost), 0) as integer)
        from closed_sums(:shop_id, '{}', '-infinity', 'infinity')
    ) as opportunities
