-- What a converted contact of those uploaded in the period brought in with the converting order, on average.
select
    coalesce(sum(conversion_truth.value), 0) as part,
    count(*) as whole
from contacts
left join conversion_truth
    on
        contacts.shop_id = conversion_truth.shop_id
        and contacts.id = conversion_truth.contact_id
where
    contacts.shop_id = :shop_id
    and contacts.status = 'converted'
    and contacts.uploaded_on >= :since
    and contacts.uploaded_on < :until
