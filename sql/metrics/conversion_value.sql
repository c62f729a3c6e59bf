-- What the converting orders of the contacts uploaded in the period come to now.
select coalesce(sum(conversion_truth.value), 0) as value
from contacts
inner join conversion_truth
    on
        contacts.shop_id = conversion_truth.shop_id
        and contacts.id = conversion_truth.contact_id
where
    contacts.shop_id = :shop_id
    and contacts.uploaded_on >= :since
    and contacts.uploaded_on < :until
