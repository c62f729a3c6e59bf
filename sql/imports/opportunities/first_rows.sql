-- The first rows that can be used, as they were understood, for a preview.
select
    sheet_rows.ref,
    sheet_deals.name,
    coalesce(customers.name, customers.company_name) as customer,
    cast(sheet_deals.value as text) as value,
    sheet_rows.currency,
    cast(sheet_deals.probability as text) as probability,
    stages.name as stage,
    sheet_deals.status,
    memberships.name as rep,
    sheet_deals.product_name as product,
    sheet_deals.source,
    sheet_deals.kind,
    sheet_deals.competitor,
    sheet_deals.next_step,
    cast(case when sheet_deals.says_created then sheet_deals.created_on end as text) as created_on,
    cast(sheet_deals.closed_on as text) as closed_on,
    cast(sheet_deals.expected_close_on as text) as expected_close_on,
    sheet_rows.reason
from sheet_deals
inner join sheet_rows on sheet_deals.row_number = sheet_rows.row_number
inner join stages
    on
        stages.shop_id = :shop_id
        and sheet_deals.stage_id = stages.id
left join customers
    on
        customers.shop_id = :shop_id
        and sheet_deals.customer_id = customers.id
left join memberships
    on
        memberships.shop_id = :shop_id
        and sheet_deals.rep_id = memberships.staff_id
where sheet_deals.state <> 'refused'
order by sheet_deals.row_number
limit 10
