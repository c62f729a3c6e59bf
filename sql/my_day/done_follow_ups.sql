-- The follow-ups a person did on a day, the latest first.
select
    follow_ups.id,
    follow_ups.kind,
    follow_ups.about,
    follow_ups.due_on,
    follow_ups.due_time,
    follow_ups.customer_id,
    follow_ups.contact_id,
    follow_ups.lead_id,
    follow_ups.opportunity_id,
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
    follow_ups.assigned_to,
    follow_ups.created_by,
    memberships.name as assignee
from follow_ups
left join customers
    on
        follow_ups.shop_id = customers.shop_id
        and follow_ups.customer_id = customers.id
left join contacts
    on
        follow_ups.shop_id = contacts.shop_id
        and follow_ups.contact_id = contacts.id
left join leads
    on
        follow_ups.shop_id = leads.shop_id
        and follow_ups.lead_id = leads.id
left join opportunities
    on
        follow_ups.shop_id = opportunities.shop_id
        and follow_ups.opportunity_id = opportunities.id
left join memberships
    on
        follow_ups.shop_id = memberships.shop_id
        and follow_ups.assigned_to = memberships.staff_id
where
    follow_ups.shop_id = :shop_id
    and follow_ups.closed_at is not null
    and follow_ups.closed_by = :staff_id
    and follow_ups.closed_on = :day
    and follow_ups.closed_as = 'done'
    and customers.hidden_at is null
order by
    follow_ups.closed_at desc,
    follow_ups.id desc
limit :most
