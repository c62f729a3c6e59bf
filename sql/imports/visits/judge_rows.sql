-- Who each row is about, by phone, reference or else name; and what can't be a visit, whoever came.
with

judged as (

    select
        row_number,
        case
            when visited_on is null then 'no date'
            when visited_on > cast(:today as date) then 'future'
            when coalesce(phone, ref, name) is null then 'nobody'
            when estimated_value < 0 then 'negative'
            when estimated_value > 99999999.99 then 'absurd'
        end as fault
    from sheet_rows
    where refused_reason is null

)

update sheet_rows
set
    buyer = case
        when judged.fault is null and coalesce(phone, ref) is not null
            then concat_ws(' ', coalesce(phone, '-'), coalesce(ref, '-'))
        when judged.fault is null
            then concat('name ', name_key(name))
    end,
    refused_column = case
        when judged.fault in ('no date', 'future') then 'visited_on'
        when judged.fault in ('negative', 'absurd') then 'estimated_value'
    end,
    refused_value = case
        when judged.fault = 'future' then cast(visited_on as text)
        when judged.fault in ('negative', 'absurd') then cast(estimated_value as text)
    end,
    refused_reason = case judged.fault
        when 'no date' then 'The date is missing.'
        when 'future' then format('A visit can''t lie in the future: %s is after today.', visited_on)
        when 'nobody' then 'The row names nobody; it needs a phone number, a reference or a name.'
        when 'negative' then format('An estimated value of %s is below zero; check it.', estimated_value)
        when 'absurd' then format('An estimated value of %s is above 99,999,999.99; check it.', estimated_value)
    end
from judged
where sheet_rows.row_number = judged.row_number
