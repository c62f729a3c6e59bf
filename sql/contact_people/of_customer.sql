-- The people of a company, the primary one first and those who left last, each with their numbers and addresses, the
-- primary first, and when somebody of the shop was last in touch with them.
select
    contact_people.*,
    coalesce(
        (
            select
                jsonb_agg(
                    jsonb_build_object(
                        'number', phones.number,
                        'kind', phones.kind,
                        'is_primary', phones.is_primary,
                        'is_verified', phones.verified_at is not null
                    )
                    order by
                        phones.is_primary desc,
                        phones.id
                )
            from phones
            where
                phones.shop_id = :shop_id
                and phones.contact_person_id = contact_people.id
        ),
        cast('[]' as jsonb)
    ) as phones,
    coalesce(
        (
            select
                jsonb_agg(
                    jsonb_build_object(
                        'address', emails.address,
                        'kind', emails.kind,
                        'is_primary', emails.is_primary,
                        'is_verified', emails.verified_at is not null
                    )
                    order by
                        emails.is_primary desc,
                        emails.id
                )
            from emails
            where
                emails.shop_id = :shop_id
                and emails.contact_person_id = contact_people.id
        ),
        cast('[]' as jsonb)
    ) as emails,
    (
        select max(interactions.happened_on)
        from interactions
        where
            interactions.shop_id = :shop_id
            and interactions.contact_person_id = contact_people.id
    ) as last_talk_on
from contact_people
where
    contact_people.shop_id = :shop_id
    and contact_people.customer_id = :customer_id
    and (cast(:person_id as uuid) is null or contact_people.id = :person_id)
order by
    contact_people.left_on nulls first,
    contact_people.is_primary desc,
    lower(contact_people.name),
    contact_people.id
