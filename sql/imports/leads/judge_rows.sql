-- What can't be a lead whatever is on file; a name in two columns becomes one, and a day of conversion says converted.
with

judged as (

    select
        row_number,
        case
            when created_on > cast(:today as date) then 'came up in the future'
            when converted_on > cast(:today as date) then 'converted in the future'
            when coalesce(ref, phone, email, company) is null then 'nobody'
            when status not in ('qualified', 'converted') and converted_on is not null then 'both ways'
        end as fault
    from sheet_rows
    where refused_reason is null

)

update sheet_rows
set
    name = nullif(concat_ws(' ', name, last_name), ''),
    status = case when judged.fault is null and converted_on is not null then 'converted' else status end,
    refused_column = case
        when judged.fault = 'came up in the future' then 'created_on'
        when judged.fault in ('converted in the future', 'both ways') then 'converted_on'
    end,
    refused_value = case
        when judged.fault = 'came up in the future' then cast(created_on as text)
        when judged.fault in ('converted in the future', 'both ways') then cast(converted_on as text)
    end,
    refused_reason = case judged.fault
        when 'came up in the future' then format('A lead can''t have come up in the future: %s is after today.', created_on)
        when 'converted in the future' then format('A lead can''t be converted in the future: %s is after today.', converted_on)
        when 'nobody'
            then
                'There is nothing to recognise this lead by: give a reference, a phone number, an e-mail address or a'
                || ' company.'
        when 'both ways'
            then format('This lead is %s and has a day of conversion: leave one of them empty, or mark it converted.', status)
    end
from judged
where sheet_rows.row_number = judged.row_number
