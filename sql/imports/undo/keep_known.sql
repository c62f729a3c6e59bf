-- A customer the import created stays if there is more on file about them than orders: visits, talk, follow-ups, deals,
-- messages.
update undo_subjects
set kept = 'there are visits, notes or messages of this customer'
where
    subject = 'customer'
    and is_new
    and kept is null
    and subject_id in (
        select customer_id
        from visits
        where shop_id = :shop_id
        union all
        select customer_id
        from reviews
        where shop_id = :shop_id
        union all
        select customer_id
        from follow_ups
        where
            shop_id = :shop_id
            and customer_id is not null
        union all
        select customer_id
        from interactions
        where
            shop_id = :shop_id
            and customer_id is not null
        union all
        select customer_id
        from notes
        where shop_id = :shop_id
        union all
        select customer_id
        from refill_reminders
        where shop_id = :shop_id
        union all
        select customer_id
        from refill_wishes
        where shop_id = :shop_id
        union all
        select customer_id
        from medical_profiles
        where shop_id = :shop_id
        union all
        select customer_id
        from attachments
        where shop_id = :shop_id
        union all
        select customer_id
        from notifications
        where
            shop_id = :shop_id
            and customer_id is not null
        union all
        select customer_id
        from consents
        where shop_id = :shop_id
        union all
        select customer_id
        from messages
        where
            shop_id = :shop_id
            and customer_id is not null
        union all
        select customer_id
        from leads
        where
            shop_id = :shop_id
            and customer_id is not null
        union all
        select customer_id
        from opportunities
        where
            shop_id = :shop_id
            and customer_id is not null
        union all
        select customer_id
        from contact_people
        where shop_id = :shop_id
        union all
        select customer_id
        from message_replies
        where
            shop_id = :shop_id
            and customer_id is not null
    )
