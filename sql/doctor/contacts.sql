-- Contacts whose count of touches, or whose status, is not what the history and the orders say.
with

differing as (

    select
        contacts.id as subject,
        contacts.touches - contact_truth.touches as touches,
        coalesce(cast(contacts.last_touched_at as text), 'never') as last_kept,
        coalesce(cast(contact_truth.last_touched_at as text), 'never') as last_told,
        case
            when contacts.status = 'pending' and contact_truth.touches > 0 then 'pending, not contacted'
            when contacts.status = 'contacted' and contact_truth.touches = 0 then 'contacted, not pending'
        end as status
    from contacts
    inner join contact_truth
        on
            contact_truth.shop_id = :shop_id
            and contacts.id = contact_truth.contact_id
    where contacts.shop_id = :shop_id

)

select
    cast(subject as text) as subject,
    touches,
    case when last_kept <> last_told then last_kept || ', not ' || last_told end as last_touched_at,
    status,
    count(*) over () as found
from differing
where
    touches <> 0
    or last_kept <> last_told
    or status is not null
order by subject
limit :most
