-- All that was said and done with one customer, newest first: calls, messages, mails and meetings, visits, notes, tasks.
-- Of one kind only, if it is given. What was said while they were a contact is part of it.
with

as_contact as (

    select id
    from contacts
    where
        shop_id = :shop_id
        and customer_id = :customer_id

),

lines as (

    select
        id,
        kind,
        happened_at as at,
        subject,
        notes,
        outcome,
        sentiment,
        direction,
        minutes,
        next_step,
        handled_by,
        created_by,
        updated_at
    from interactions
    where
        shop_id = :shop_id
        and customer_id = :customer_id

    union all

    select
        id,
        kind,
        happened_at,
        subject,
        notes,
        outcome,
        sentiment,
        direction,
        minutes,
        next_step,
        handled_by,
        created_by,
        updated_at
    from interactions
    where
        shop_id = :shop_id
        and contact_id in (select id from as_contact)

    union all

    select
        id,
        'visit',
        visited_at,
        null,
        notes,
        outcome,
        null,
        null,
        null,
        null,
        handled_by,
        created_by,
        updated_at
    from visits
    where
        shop_id = :shop_id
        and customer_id = :customer_id

    union all

    select
        id,
        'note',
        created_at,
        null,
        body,
        null,
        null,
        null,
        null,
        null,
        created_by,
        created_by,
        updated_at
    from notes
    where
        shop_id = :shop_id
        and customer_id = :customer_id

    union all

    select
        id,
        'task',
        created_at,
        about,
        null,
        closed_as,
        null,
        null,
        null,
        null,
        coalesce(assigned_to, created_by),
        created_by,
        updated_at
    from follow_ups
    where
        shop_id = :shop_id
        and customer_id = :customer_id
        and kind = 'task'

)

select
    lines.*,
    memberships.name as handled_by_name,
    array(
        select attachments.file_name
        from attachments
        where
            attachments.shop_id = :shop_id
            and attachments.customer_id = :customer_id
            and attachments.interaction_id = lines.id
        order by attachments.id
    ) as files
from lines
left join memberships
    on
        memberships.shop_id = :shop_id
        and memberships.staff_id = lines.handled_by
where
    cast(:kind as text) is null
    or lines.kind = cast(:kind as text)
order by
    lines.at desc,
    lines.id desc
limit :most
offset :skipped
