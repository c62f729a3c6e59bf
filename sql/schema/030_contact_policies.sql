-- Contacts are for the shop they belong to, by the policy of 007. Staff who see their own records only see the contacts
-- that were given to them, and what was said and is to be done with these.

grant select, insert, update, delete on contacts to regulars_app;

grant select, insert, update, delete on contacts to regulars_own;

alter table contacts enable row level security;

alter table contacts force row level security;

create policy of_this_shop on contacts
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on contacts as restrictive to regulars_own
    using (assigned_to = cast(nullif(current_setting('app.staff_id', true), '') as uuid));

alter policy own_records on interactions
    using (
        case
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
            else cast(nullif(current_setting('app.staff_id', true), '') as uuid) in (handled_by, created_by)
        end
    );

alter policy own_records on follow_ups
    using (
        case
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
            else
                assigned_to is null
                or cast(nullif(current_setting('app.staff_id', true), '') as uuid) in (assigned_to, created_by)
        end
    );
