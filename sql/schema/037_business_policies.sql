-- What belongs to a shop is for that shop, by the policy of 007. Staff who see their own records only see the leads and
-- opportunities that are theirs or nobody's, what hangs on these, and what hangs on their customers.

grant select, insert, update, delete on stages to regulars_app;

grant select, insert, update, delete on stages to regulars_own;

alter table stages enable row level security;

alter table stages force row level security;

create policy of_this_shop on stages
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on lost_reasons to regulars_app;

grant select, insert, update, delete on lost_reasons to regulars_own;

alter table lost_reasons enable row level security;

alter table lost_reasons force row level security;

create policy of_this_shop on lost_reasons
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on territories to regulars_app;

grant select, insert, update, delete on territories to regulars_own;

alter table territories enable row level security;

alter table territories force row level security;

create policy of_this_shop on territories
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on targets to regulars_app;

grant select, insert, update, delete on targets to regulars_own;

alter table targets enable row level security;

alter table targets force row level security;

create policy of_this_shop on targets
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on targets as restrictive to regulars_own
    using (rep_id is null or rep_id = cast(nullif(current_setting('app.staff_id', true), '') as uuid));

grant select, insert, update, delete on leads to regulars_app;

grant select, insert, update, delete on leads to regulars_own;

alter table leads enable row level security;

alter table leads force row level security;

create policy of_this_shop on leads
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on leads as restrictive to regulars_own
    using (assigned_to is null or assigned_to = cast(nullif(current_setting('app.staff_id', true), '') as uuid));

grant select, insert, update, delete on lead_scores to regulars_app;

grant select, insert, update, delete on lead_scores to regulars_own;

alter table lead_scores enable row level security;

alter table lead_scores force row level security;

create policy of_this_shop on lead_scores
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on lead_scores as restrictive to regulars_own
    using (
        exists (
            select 1
            from leads
            where
                leads.shop_id = lead_scores.shop_id
                and leads.id = lead_scores.lead_id
        )
    );

grant select, insert, update, delete on lead_taggings to regulars_app;

grant select, insert, update, delete on lead_taggings to regulars_own;

alter table lead_taggings enable row level security;

alter table lead_taggings force row level security;

create policy of_this_shop on lead_taggings
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on lead_taggings as restrictive to regulars_own
    using (
        exists (
            select 1
            from leads
            where
                leads.shop_id = lead_taggings.shop_id
                and leads.id = lead_taggings.lead_id
        )
    );

grant select, insert, update, delete on companies to regulars_app;

grant select, insert, update, delete on companies to regulars_own;

alter table companies enable row level security;

alter table companies force row level security;

create policy of_this_shop on companies
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on companies as restrictive to regulars_own
    using (
        exists (
            select 1
            from customers
            where
                customers.shop_id = companies.shop_id
                and customers.id = companies.customer_id
        )
    );

grant select, insert, update, delete on contact_people to regulars_app;

grant select, insert, update, delete on contact_people to regulars_own;

alter table contact_people enable row level security;

alter table contact_people force row level security;

create policy of_this_shop on contact_people
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on contact_people as restrictive to regulars_own
    using (
        exists (
            select 1
            from customers
            where
                customers.shop_id = contact_people.shop_id
                and customers.id = contact_people.customer_id
        )
    );

grant select, insert, update, delete on phones to regulars_app;

grant select, insert, update, delete on phones to regulars_own;

alter table phones enable row level security;

alter table phones force row level security;

create policy of_this_shop on phones
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on phones as restrictive to regulars_own
    using (
        exists (
            select 1
            from contact_people
            where
                contact_people.shop_id = phones.shop_id
                and contact_people.id = phones.contact_person_id
        )
    );

grant select, insert, update, delete on emails to regulars_app;

grant select, insert, update, delete on emails to regulars_own;

alter table emails enable row level security;

alter table emails force row level security;

create policy of_this_shop on emails
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on emails as restrictive to regulars_own
    using (
        exists (
            select 1
            from contact_people
            where
                contact_people.shop_id = emails.shop_id
                and contact_people.id = emails.contact_person_id
        )
    );

grant select, insert, update, delete on opportunities to regulars_app;

grant select, insert, update, delete on opportunities to regulars_own;

alter table opportunities enable row level security;

alter table opportunities force row level security;

create policy of_this_shop on opportunities
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on opportunities as restrictive to regulars_own
    using (
        case
            when rep_id is not null
                then rep_id = cast(nullif(current_setting('app.staff_id', true), '') as uuid)
            when customer_id is not null
                then exists (
                    select 1
                    from customers
                    where
                        customers.shop_id = opportunities.shop_id
                        and customers.id = opportunities.customer_id
                )
            else true
        end
    );

grant select, insert, update, delete on opportunity_items to regulars_app;

grant select, insert, update, delete on opportunity_items to regulars_own;

alter table opportunity_items enable row level security;

alter table opportunity_items force row level security;

create policy of_this_shop on opportunity_items
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on opportunity_items as restrictive to regulars_own
    using (
        exists (
            select 1
            from opportunities
            where
                opportunities.shop_id = opportunity_items.shop_id
                and opportunities.id = opportunity_items.opportunity_id
        )
    );

grant select, insert, update, delete on stage_changes to regulars_app;

grant select, insert, update, delete on stage_changes to regulars_own;

alter table stage_changes enable row level security;

alter table stage_changes force row level security;

create policy of_this_shop on stage_changes
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on stage_changes as restrictive to regulars_own
    using (
        exists (
            select 1
            from opportunities
            where
                opportunities.shop_id = stage_changes.shop_id
                and opportunities.id = stage_changes.opportunity_id
        )
    );

grant select, insert, update, delete on opportunity_taggings to regulars_app;

grant select, insert, update, delete on opportunity_taggings to regulars_own;

alter table opportunity_taggings enable row level security;

alter table opportunity_taggings force row level security;

create policy of_this_shop on opportunity_taggings
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on opportunity_taggings as restrictive to regulars_own
    using (
        exists (
            select 1
            from opportunities
            where
                opportunities.shop_id = opportunity_taggings.shop_id
                and opportunities.id = opportunity_taggings.opportunity_id
        )
    );

grant select, insert, update, delete on segments to regulars_app;

grant select, insert, update, delete on segments to regulars_own;

alter table segments enable row level security;

alter table segments force row level security;

create policy of_this_shop on segments
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on segment_members to regulars_app;

grant select, insert, update, delete on segment_members to regulars_own;

alter table segment_members enable row level security;

alter table segment_members force row level security;

create policy of_this_shop on segment_members
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on segment_members as restrictive to regulars_own
    using (
        exists (
            select 1
            from customers
            where
                customers.shop_id = segment_members.shop_id
                and customers.id = segment_members.customer_id
        )
    );

grant select, insert, update, delete on health_scores to regulars_app;

grant select, insert, update, delete on health_scores to regulars_own;

alter table health_scores enable row level security;

alter table health_scores force row level security;

create policy of_this_shop on health_scores
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on health_scores as restrictive to regulars_own
    using (
        exists (
            select 1
            from customers
            where
                customers.shop_id = health_scores.shop_id
                and customers.id = health_scores.customer_id
        )
    );

grant select, insert, update, delete on health_days to regulars_app;

grant select, insert, update, delete on health_days to regulars_own;

alter table health_days enable row level security;

alter table health_days force row level security;

create policy of_this_shop on health_days
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on reports to regulars_app;

grant select, insert, update, delete on reports to regulars_own;

alter table reports enable row level security;

alter table reports force row level security;

create policy of_this_shop on reports
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on reports as restrictive to regulars_own
    using (is_shared or created_by = cast(nullif(current_setting('app.staff_id', true), '') as uuid));

-- What is about an opportunity is theirs with it, whoever looks after its customer.
alter policy own_records on interactions
    using (
        case
            when opportunity_id is not null
                then exists (
                    select 1
                    from opportunities
                    where
                        opportunities.shop_id = interactions.shop_id
                        and opportunities.id = interactions.opportunity_id
                )
            when customer_id is not null
                then exists (
                    select 1
                    from customers
                    where
                        customers.shop_id = interactions.shop_id
                        and customers.id = interactions.customer_id
                )
            when contact_id is not null
                then exists (
                    select 1
                    from contacts
                    where
                        contacts.shop_id = interactions.shop_id
                        and contacts.id = interactions.contact_id
                )
            when lead_id is not null
                then exists (
                    select 1
                    from leads
                    where
                        leads.shop_id = interactions.shop_id
                        and leads.id = interactions.lead_id
                )
            else cast(nullif(current_setting('app.staff_id', true), '') as uuid) in (handled_by, created_by)
        end
    );

alter policy own_records on follow_ups
    using (
        case
            when opportunity_id is not null
                then exists (
                    select 1
                    from opportunities
                    where
                        opportunities.shop_id = follow_ups.shop_id
                        and opportunities.id = follow_ups.opportunity_id
                )
            when customer_id is not null
                then exists (
                    select 1
                    from customers
                    where
                        customers.shop_id = follow_ups.shop_id
                        and customers.id = follow_ups.customer_id
                )
            when contact_id is not null
                then exists (
                    select 1
                    from contacts
                    where
                        contacts.shop_id = follow_ups.shop_id
                        and contacts.id = follow_ups.contact_id
                )
            when lead_id is not null
                then exists (
                    select 1
                    from leads
                    where
                        leads.shop_id = follow_ups.shop_id
                        and leads.id = follow_ups.lead_id
                )
            else
                assigned_to is null
                or cast(nullif(current_setting('app.staff_id', true), '') as uuid) in (assigned_to, created_by)
        end
    );

alter policy own_records on notes
    using (
        case
            when opportunity_id is not null
                then exists (
                    select 1
                    from opportunities
                    where
                        opportunities.shop_id = notes.shop_id
                        and opportunities.id = notes.opportunity_id
                )
            when customer_id is not null
                then exists (
                    select 1
                    from customers
                    where
                        customers.shop_id = notes.shop_id
                        and customers.id = notes.customer_id
                )
            else exists (
                select 1
                from leads
                where
                    leads.shop_id = notes.shop_id
                    and leads.id = notes.lead_id
            )
        end
    );
