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
        select cast(coalesce(sum(open_deals.deals), 0) as integer)
        from open_deals
        where open_deals.shop_id = :shop_id
    )
    + (
        select cast(coalesce(sum(closed_deals.won + closed_deals.lost), 0) as integer)
        from closed_deals
        where closed_deals.shop_id = :shop_id
    ) as opportunities
