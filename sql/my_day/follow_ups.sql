-- The open follow-ups of a work list between two days, both included, the first to be done first: those of a person and
-- those for whoever comes first, or, for no person, those of the whole team. Each part reads the beginning of one index.
-- What is to be done for a hidden customer waits until they are back.
with

own as (

    select follow_ups.*
    from follow_ups
    left join customers
        on
            follow_ups.shop_id = customers.shop_id
            and follow_ups.customer_id = customers.id
    where
        follow_ups.shop_id = :shop_id
        and follow_ups.assigned_to = cast(:staff_id as uuid)
        and follow_ups.closed_at is null
        and follow_ups.due_on between cast(:since as date) and cast(:until as date)
        and customers.hidden_at is null
    order by
        follow_ups.due_on,
        follow_ups.due_time,
        follow_ups.id
    limit :most

),

of_nobody as (

    select follow_ups.*
    from follow_ups
    left join customers
        on
            follow_ups.shop_id = customers.shop_id
            and follow_ups.customer_id = customers.id
    where
        follow_ups.shop_id = :shop_id
        and cast(:staff_id as uuid) is not null
        and follow_ups.assigned_to is null
        and follow_ups.closed_at is null
        and follow_ups.due_on between cast(:since as date) and cast(:until as date)
        and customers.hidden_at is null
    order by
        follow_ups.due_on,
        follow_ups.due_time,
        follow_ups.id
    limit :most

),

of_team as (

    select follow_ups.*
    from follow_ups
    left join customers
        on
            follow_ups.shop_id = customers.shop_id
            and follow_ups.customer_id = customers.id
    where
        follow_ups.shop_id = :shop_id
        and cast(:staff_id as uuid) is null
        and follow_ups.closed_at is null
        and follow_ups.due_on between cast(:since as date) and cast(:until as date)
        and customers.hidden_at is null
    order by
        follow_ups.due_on,
        follow_ups.due_time,
        follow_ups.id
    limit :most

),

wanted as (

    select * from own
    union all
    select * from of_nobody
    union all
    select * from of_team

)

select
    wanted.id,
    wanted.kind,
    wanted.about,
    wanted.due_on,
    wanted.due_time,
    wanted.customer_id,
    wanted.contact_id,
    wanted.lead_id,
    wanted.opportunity_id,
    coalesce(
        customers.name,
        customers.company_name,
        contacts.name,
        leads.name,
        leads.company,
        leads.ref,
        opportunities.name
    ) as customer_name,
    coalesce(customers.phone, contacts.phone, leads.phone) as phone,
    wanted.assigned_to,
    wanted.created_by,
    memberships.name as assignee
from wanted
left join customers
    on
        wanted.shop_id = customers.shop_id
        and wanted.customer_id = customers.id
left join contacts
    on
        wanted.shop_id = contacts.shop_id
        and wanted.contact_id = contacts.id
left join leads
    on
        wanted.shop_id = leads.shop_id
        and wanted.lead_id = leads.id
left join opportunities
    on
        wanted.shop_id = opportunities.shop_id
        and wanted.opportunity_id = opportunities.id
left join memberships
    on
        wanted.shop_id = memberships.shop_id
        and wanted.assigned_to = memberships.staff_id
order by
    wanted.due_on,
    wanted.due_time,
    wanted.id
limit :most
