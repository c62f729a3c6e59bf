-- The first rows that can be used, as they were understood, for a preview.
select
    sheet_rows.phone,
    sheet_rows.ref,
    case when not sheet_rows.called_by_company then sheet_rows.name end as name,
    cast(null as text) as last_name,
    sheet_rows.email,
    case
        when sheet_rows.called_by_company then coalesce(sheet_rows.company_called, sheet_rows.company_written)
        else sheet_rows.company
    end as company,
    sheet_rows.is_company,
    sheet_rows.industry,
    sheet_rows.website,
    cast(sheet_rows.employees as text) as employees,
    cast(sheet_rows.annual_revenue as text) as annual_revenue,
    sheet_rows.tax_number,
    nullif(concat_ws('/', sheet_rows.birth_day, sheet_rows.birth_month, sheet_rows.birth_year), '') as birthday,
    sheet_rows.gender,
    sheet_rows.language,
    sheet_rows.address,
    sheet_rows.floor,
    sheet_rows.city,
    sheet_rows.state,
    sheet_rows.postcode,
    cast(sheet_rows.latitude as text) as latitude,
    cast(sheet_rows.longitude as text) as longitude,
    sheet_rows.formatted_address,
    sheet_rows.status,
    sheet_rows.category,
    sheet_rows.segment,
    sheet_rows.lifecycle_stage,
    sheet_rows.engagement_level,
    sheet_rows.source,
    sheet_rows.preferred_network,
    sheet_rows.generic_preference,
    replace(sheet_rows.tags, ';', ', ') as tags,
    sheet_rows.notes,
    memberships.name as sales_rep,
    sheet_rows.custom
from sheet_rows
left join sheet_customers on sheet_rows.row_number = sheet_customers.row_number
left join memberships
    on
        memberships.shop_id = :shop_id
        and sheet_rows.rep_id = memberships.staff_id
where
    sheet_rows.refused_reason is null
    and sheet_customers.refused_reason is null
order by sheet_rows.row_number
limit 10
