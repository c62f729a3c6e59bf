-- Who each row is about: the customer with its phone, else its reference, else the company of its name; a row with none of
-- these is the customer of the same name and e-mail who has neither as well. A second row about somebody is the same again, or
-- refused.
with

usable as (

    select
        *,
        name_key(name) || ' ' || coalesce(email, '') as named,
        cast(
            (
                phone, ref, name_key(name), email, birth_day, birth_month, birth_year, address, city, category, source, tags, notes,
                rep_id, company, is_company, industry, website, employees, annual_revenue, tax_number, gender, language, floor,
                state, postcode, latitude, longitude, formatted_address, status, segment, lifecycle_stage, engagement_level,
                preferred_network, generic_preference, custom
            ) as text
        ) as said
    from sheet_rows
    where refused_reason is null

),

on_file_by_name as (

    select
        name_key(name) || ' ' || coalesce(email, '') as named,
        min(cast(id as text)) as id
    from customers
    where
        shop_id = :shop_id
        and hidden_at is null
        and phone is null
        and external_ref is null
    group by name_key(name) || ' ' || coalesce(email, '')

),

matched as (

    select
        usable.*,
        by_phone.id as id_by_phone,
        coalesce(by_phone.name, by_phone.phone) as name_by_phone,
        by_phone.external_ref as ref_by_phone,
        by_ref.id as id_by_ref,
        coalesce(by_ref.name, by_ref.phone, by_ref.external_ref) as name_by_ref,
        coalesce(by_phone.id, by_ref.id, usable.company_id, cast(on_file_by_name.id as uuid)) as known_id
    from usable
    left join customers as by_phone
        on
            by_phone.shop_id = :shop_id
            and usable.phone = by_phone.phone
            and by_phone.hidden_at is null
    left join customers as by_ref
        on
            by_ref.shop_id = :shop_id
            and usable.ref = by_ref.external_ref
            and by_ref.hidden_at is null
    left join on_file_by_name
        on
            usable.phone is null
            and usable.ref is null
            and usable.named = on_file_by_name.named

),

numbered as (

    select
        *,
        least(
            min(row_number) over (partition by coalesce(cast(known_id as text), phone, ref, named)),
            case when phone is not null then min(row_number) over (partition by phone) end,
            case when ref is not null then min(row_number) over (partition by ref) end,
            company_first_row
        ) as first_row
    from matched

),

judged as (

    select
        numbered.*,
        case
            when coalesce(numbered.phone, numbered.ref, numbered.name) is null then 'nobody'
            when numbered.id_by_phone <> numbered.id_by_ref then 'two people'
            when numbered.ref_by_phone <> numbered.ref then 'other reference'
            when numbered.is_one_of_several then 'several'
            when num_nonnulls(numbered.latitude, numbered.longitude) = 1 then 'half a place'
            when numbered.said <> earlier.said then 'twice'
        end as fault
    from numbered
    inner join usable as earlier on numbered.first_row = earlier.row_number

)

insert into sheet_customers (row_number, customer_id, state, refused_column, refused_value, refused_reason)
select
    row_number,
    coalesce(known_id, cast(:id_start || lpad(to_hex(first_row), 8, '0') as uuid)),
    case
        when fault is not null then 'refused'
        when first_row < row_number then 'same'
        when known_id is null then 'new'
        else 'known'
    end,
    case
        when fault in ('two people', 'other reference') then 'phone'
        when fault = 'several' then case when called_by_company then 'company' else 'name' end
        when fault = 'half a place' then case when latitude is null then 'longitude' else 'latitude' end
    end,
    case
        when fault in ('two people', 'other reference') then phone
        when fault = 'several' then company_written
        when fault = 'half a place' then cast(coalesce(latitude, longitude) as text)
    end,
    case fault
        when 'nobody' then 'The row names nobody; it needs a phone number, a reference, a name or a company.'
        when 'two people'
            then format('The phone %s belongs to %s, but the reference %s to %s.', phone, name_by_phone, ref, name_by_ref)
        when 'other reference'
            then format('The phone %s belongs to %s, whose reference is %s and not %s.', phone, name_by_phone, ref_by_phone, ref)
        when 'several'
            then format(
                'Several customers are called %s; say in the row which by phone or reference, or give them different names first.',
                company_written
            )
        when 'half a place' then 'A place on the map needs both latitude and longitude. Fill in both or neither.'
        when 'twice'
            then format('Row %s is about the same customer and says something else; keep one of them.', first_row)
    end
from judged
