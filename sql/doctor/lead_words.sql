-- The name and company of every lead, beside the words it is found by.
select
    leads.id,
    concat_ws(' ', leads.name, leads.company) as name,
    array(
        select lead_words.word
        from lead_words
        where
            lead_words.shop_id = leads.shop_id
            and lead_words.lead_id = leads.id
    ) as words
from leads
where leads.shop_id = :shop_id
