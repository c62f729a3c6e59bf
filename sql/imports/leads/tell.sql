-- Whom the file holds, in rows: on file as leads already, repeated within it, customers already, without a source, without a
-- day they came up on, converted without a day, kept as a person said, and converted before they came up; the first of
-- these by its row.
select
    count(*) filter (where sheet_leads.was_there and sheet_leads.first_row = sheet_leads.row_number) as already,
    count(*) filter (where sheet_leads.first_row < sheet_leads.row_number) as repeats,
    count(*) filter (
        where
        sheet_leads.customer_id is not null
        and sheet_leads.state = 'new'
        and sheet_rows.status is distinct from 'converted'
    ) as customers,
    count(*) filter (where sheet_rows.source is null and sheet_leads.state = 'new') as without_source,
    count(*) filter (
        where
        coalesce(sheet_rows.created_on, sheet_rows.converted_on) is null
        and sheet_leads.state = 'new'
    ) as without_day,
    count(*) filter (
        where
        sheet_rows.created_on is null
        and sheet_rows.converted_on is not null
        and sheet_leads.state = 'new'
    ) as begun_converted,
    count(*) filter (
        where
        sheet_after.is_kept
        and (
            coalesce(sheet_rows.name, sheet_after.name),
            coalesce(sheet_rows.company, sheet_after.company),
            coalesce(sheet_rows.job_title, sheet_after.job_title),
            coalesce(sheet_rows.phone, sheet_after.phone),
            coalesce(sheet_rows.email, sheet_after.email),
            coalesce(sheet_rows.website, sheet_after.website),
            coalesce(sheet_rows.city, sheet_after.city),
            coalesce(sheet_rows.postcode, sheet_after.postcode),
            coalesce(sheet_rows.source, sheet_after.source),
            coalesce(sheet_rows.quality, sheet_after.quality),
            coalesce(sheet_rows.status, sheet_after.status),
            coalesce(sheet_rows.notes, sheet_after.notes)
        ) is distinct from (
            sheet_after.name,
            sheet_after.company,
            sheet_after.job_title,
            sheet_after.phone,
            sheet_after.email,
            sheet_after.website,
            sheet_after.city,
            sheet_after.postcode,
            sheet_after.source,
            sheet_after.quality,
            sheet_after.status,
            sheet_after.notes
        )
    ) as kept,
    count(*) filter (
        where
        sheet_rows.status = 'converted'
        and sheet_rows.converted_on is null
        and sheet_leads.state <> 'same'
    ) as converted_without_day,
    count(*) filter (where converted.too_early) as converted_before,
    min(sheet_rows.row_number) filter (where converted.too_early) as first_converted_before
from sheet_leads
inner join sheet_rows on sheet_leads.row_number = sheet_rows.row_number
left join sheet_after
    on
        sheet_leads.lead_id = sheet_after.lead_id
        and sheet_leads.first_row = sheet_leads.row_number
cross join lateral (
    select sheet_rows.converted_on < coalesce(sheet_rows.created_on, sheet_after.created_on)
) as converted (too_early)
