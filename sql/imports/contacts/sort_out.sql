-- Which number each row is about, and whose that is: a contact's, a customer's, that of a row further up, or nobody's yet.
with

called as (

    select
        row_number,
        name,
        case
            when phone is null then 'other'
            when other_phone is null or phone_kind = 'mobile' then 'own'
            when other_phone_kind = 'mobile' then 'other'
            when phone_kind = 'landline' and other_phone_kind = 'unknown' then 'other'
            else 'own'
        end as which,
        phone,
        phone_kind,
        phone_others,
        phone_typed,
        other_phone,
        other_phone_kind,
        other_phone_others,
        other_phone_typed
    from sheet_rows
    where
        refused_reason is null
        and (phone is not null or other_phone is not null)

),

chosen as (

    select
        row_number,
        name,
        case which when 'own' then phone else other_phone end as phone,
        case which when 'own' then phone_kind else other_phone_kind end as phone_kind,
        case which when 'own' then phone_typed else other_phone_typed end as phone_typed,
        case
            when other_phone is null then phone_others
            when phone is null then other_phone_others
            when which = 'own' then phone_others || other_phone || other_phone_others
            else phone || phone_others || other_phone_others
        end as others
    from called

),

numbered as (

    select
        chosen.*,
        min(chosen.row_number) over (partition by chosen.phone) as first_row
    from chosen

)

insert into sheet_contacts (
    row_number, first_row, contact_id, was_there, customer_id, state, phone, phone_kind, phone_typed, others, name, is_renamed
)
select
    numbered.row_number,
    numbered.first_row,
    coalesce(contacts.id, cast(:id_start || lpad(to_hex(numbered.first_row), 8, '0') as uuid)),
    contacts.id is not null,
    customers.id,
    case
        when numbered.first_row < numbered.row_number then 'same'
        when contacts.id is null then 'new'
        else 'known'
    end,
    numbered.phone,
    numbered.phone_kind,
    numbered.phone_typed,
    array_remove(numbered.others, numbered.phone),
    numbered.name,
    coalesce(lower(numbered.name) <> lower(coalesce(contacts.name, first.name)), false)
from numbered
inner join sheet_rows as first on numbered.first_row = first.row_number
left join contacts
    on
        contacts.shop_id = :shop_id
        and numbered.phone = contacts.phone
left join customers
    on
        customers.shop_id = :shop_id
        and numbered.phone = customers.phone
        and customers.hidden_at is null
