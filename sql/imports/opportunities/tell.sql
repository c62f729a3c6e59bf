-- What a person should know of the opportunities that go in.
select
    count(*) filter (
        where
            sheet_deals.state = 'new'
            and sheet_deals.status = 'open'
            and sheet_deals.value is null
    ) as without_value,
    count(*) filter (where sheet_deals.state = 'new' and sheet_deals.customer_id is null) as without_customer,
    count(*) filter (
        where
            sheet_deals.state = 'new'
            and sheet_deals.status <> 'open'
            and not sheet_deals.says_created
    ) as without_beginning,
    count(*) filter (
        where
            sheet_deals.state = 'new'
            and sheet_deals.status = 'open'
            and not sheet_deals.says_created
    ) as open_without_beginning,
    count(*) filter (
        where
            sheet_deals.state = 'new'
            and sheet_deals.status = 'open'
            and sheet_rows.closed_at is not null
    ) as expected,
    count(*) filter (
        where
            sheet_deals.state = 'new'
            and not sheet_deals.says_stage
            and cast(:has_stage as boolean)
    ) as without_stage,
    count(*) filter (
        where
            sheet_deals.state in ('new', 'changed')
            and sheet_deals.ended_on is not null
    ) as closed_first,
    count(*) filter (where sheet_deals.state = 'repeat') as repeats
from sheet_deals
inner join sheet_rows on sheet_deals.row_number = sheet_rows.row_number
