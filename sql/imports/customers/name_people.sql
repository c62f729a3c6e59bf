-- First and last names are one name; a last name that stands in the name already is not said twice.
with

whole as (

    select
        row_number,
        case
            when name_key(name) = name_key(last_name) or name_key(name) like '% ' || name_key(last_name) then name
            else concat_ws(' ', name, last_name)
        end as name
    from sheet_rows
    where
        refused_reason is null
        and last_name is not null

)

update sheet_rows
set
    name = whole.name,
    refused_column = case when length(whole.name) > 300 then 'last_name' end,
    refused_value = case when length(whole.name) > 300 then sheet_rows.last_name end,
    refused_reason = case when length(whole.name) > 300 then 'The whole name has more than 300 characters; shorten it.' end
from whole
where sheet_rows.row_number = whole.row_number
