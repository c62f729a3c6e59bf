-- The contact with this number, be it another than the one that is called, unless it is another than that and the contact
-- goes by another name.
select id
from contacts
where
    shop_id = :shop_id
    and id = contact_of_phone(:shop_id, :phone)
    and (phone = :phone or names_agree(name, cast(:called as text)))
