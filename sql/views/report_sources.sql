-- What reports are made of, and other tools may read: one readable row for each customer, order, line of an order, visit,
-- lead and opportunity, with names where the tables hold ids. docs/views.md says what each column means.

create view report_customers with (security_invoker = true) as
select
    customers.shop_id,
    customers.id as customer_id,
    coalesce(customers.name, customers.company_name, customers.external_ref, 'Without a name') as customer,
    customers.status,
    customers.category,
    customers.source,
    customers.city,
    customers.state,
    customers.postcode,
    customers.language,
    customers.industry,
    customers.segment,
    customers.lifecycle_stage,
    memberships.name as rep,
    case when companies.customer_id is null then 'person' else 'company' end as kind,
    customers.created_on,
    customers.first_purchase_on,
    customers.last_purchase_on,
    customers.last_visit_on,
    customers.order_count as purchases,
    customers.visit_count as visits,
    customers.total_spent as spent
from customers
left join memberships
    on
        customers.shop_id = memberships.shop_id
        and customers.rep_id = memberships.staff_id
left join companies
    on
        customers.shop_id = companies.shop_id
        and customers.id = companies.customer_id
where customers.hidden_at is null;

-- revenue: what an order adds to the shop's revenue, so nothing while it is a draft or cancelled, and less than nothing
-- for a return.
create view report_orders with (security_invoker = true) as
select
    orders.shop_id,
    orders.id as order_id,
    orders.number,
    orders.ordered_on,
    orders.status,
    case
        when orders.status <> 'completed' then orders.status
        when orders.is_return then 'return'
        else 'purchase'
    end as kind,
    orders.customer_id,
    report_customers.customer,
    coalesce(orders.customer_category, report_customers.category) as category,
    report_customers.source,
    report_customers.city,
    memberships.name as rep,
    orders.payment_method,
    orders.source_slug as link,
    orders.total,
    case when orders.status = 'completed' then orders.total else 0 end as revenue
from orders
left join report_customers
    on
        orders.shop_id = report_customers.shop_id
        and orders.customer_id = report_customers.customer_id
left join memberships
    on
        orders.shop_id = memberships.shop_id
        and orders.rep_id = memberships.staff_id;

create view report_order_lines with (security_invoker = true) as
select
    report_orders.shop_id,
    report_orders.order_id,
    report_orders.number,
    report_orders.ordered_on,
    report_orders.kind,
    report_orders.customer_id,
    report_orders.customer,
    report_orders.city,
    report_orders.rep,
    coalesce(products.name, order_items.product_name) as product,
    coalesce(products.category, order_items.category) as category,
    order_items.sku,
    order_items.quantity,
    case when report_orders.status = 'completed' then order_items.total else 0 end as revenue
from report_orders
inner join order_items
    on
        report_orders.shop_id = order_items.shop_id
        and report_orders.order_id = order_items.order_id
left join products
    on
        order_items.shop_id = products.shop_id
        and order_items.product_id = products.id;

create view report_visits with (security_invoker = true) as
select
    visits.shop_id,
    visits.id as visit_id,
    visits.visited_on,
    visits.visit_type as kind,
    visits.purpose,
    visits.interest,
    visits.outcome,
    visits.customer_id,
    report_customers.customer,
    report_customers.category,
    report_customers.source,
    report_customers.city,
    memberships.name as rep,
    visits.estimated_value
from visits
left join report_customers
    on
        visits.shop_id = report_customers.shop_id
        and visits.customer_id = report_customers.customer_id
left join memberships
    on
        visits.shop_id = memberships.shop_id
        and visits.handled_by = memberships.staff_id;

create view report_leads with (security_invoker = true) as
select
    leads.shop_id,
    leads.id as lead_id,
    coalesce(leads.name, leads.company, leads.ref, 'Without a name') as lead,
    leads.company,
    leads.status,
    leads.quality,
    leads.source,
    leads.city,
    leads.postcode,
    territories.name as territory,
    memberships.name as rep,
    leads.score,
    leads.created_on,
    leads.converted_on,
    leads.converted_on - leads.created_on as days_to_convert
from leads
left join territories
    on
        leads.shop_id = territories.shop_id
        and leads.territory_id = territories.id
left join memberships
    on
        leads.shop_id = memberships.shop_id
        and leads.assigned_to = memberships.staff_id;

-- probability: the opportunity's own while it is open, or else that of its stage; weighted: value x probability.
create view report_opportunities with (security_invoker = true) as
select
    opportunities.shop_id,
    opportunities.id as opportunity_id,
    opportunities.name as opportunity,
    opportunities.customer_id,
    report_customers.customer,
    report_customers.city,
    stages.name as stage,
    opportunities.status,
    opportunities.kind,
    opportunities.source,
    opportunities.competitor,
    lost_reasons.name as reason,
    territories.name as territory,
    memberships.name as rep,
    opportunities.value,
    likely.probability,
    round(opportunities.value * likely.probability / 100, 2) as weighted,
    opportunities.created_on,
    opportunities.expected_close_on,
    opportunities.closed_on,
    opportunities.closed_on - opportunities.created_on as days_to_close
from opportunities
inner join stages
    on
        opportunities.shop_id = stages.shop_id
        and opportunities.stage_id = stages.id
cross join lateral (
    select coalesce(case when opportunities.status = 'open' then opportunities.probability end, stages.probability)
) as likely (probability)
left join report_customers
    on
        opportunities.shop_id = report_customers.shop_id
        and opportunities.customer_id = report_customers.customer_id
left join lost_reasons
    on
        opportunities.shop_id = lost_reasons.shop_id
        and opportunities.reason_id = lost_reasons.id
left join territories
    on
        opportunities.shop_id = territories.shop_id
        and opportunities.territory_id = territories.id
left join memberships
    on
        opportunities.shop_id = memberships.shop_id
        and opportunities.rep_id = memberships.staff_id;
