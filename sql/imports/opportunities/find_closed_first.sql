-- Opportunities that would have closed before they began, by what the file says and, where it says nothing, what is on file.
with

days as (

    select
        sheet_deals.row_number,
        case
            when sheet_deals.says_created then sheet_deals.created_on
            else coalesce(opportunities.created_on, sheet_deals.created_on)
        end as began_on,
        case
            when sheet_deals.says_stage or opportunities.id is null then sheet_deals.closed_on
            else opportunities.closed_on
        end as ended_on
    from sheet_deals
    left join opportunities
        on
            opportunities.shop_id = :shop_id
            and sheet_deals.opportunity_id = opportunities.id
    where sheet_deals.state in ('new', 'stored')

)

update sheet_deals
set
    began_on = days.began_on,
    ended_on = days.ended_on
from days
where
    sheet_deals.row_number = days.row_number
    and days.ended_on < days.began_on
