-- What staff of a shop reach where they see their own records only. The gate then works as regulars_own: these policies
-- narrow what the policy of_this_shop shows, and bind that role alone, so that nobody else pays for them.
-- A customer is theirs when they look after them, or nobody does; what hangs on a customer is theirs with the customer.
-- What hangs on none is theirs when they made it or it is for them.

grant select, insert, update, delete on memberships to regulars_own;

grant select, insert, update, delete on shop_settings to regulars_own;

grant select, insert, update, delete on customers to regulars_own;

grant select, insert, update, delete on customer_words to regulars_own;

grant select, insert, update, delete on tags to regulars_own;

grant select, insert, update, delete on taggings to regulars_own;

grant select, insert, update, delete on custom_fields to regulars_own;

grant select, insert, update, delete on products to regulars_own;

grant select, insert, update, delete on orders to regulars_own;

grant select, insert, update, delete on order_items to regulars_own;

grant select, insert, update, delete on shop_days to regulars_own;

grant select, insert, update, delete on rep_days to regulars_own;

grant select, insert, update, delete on cohort_months to regulars_own;

grant select, insert, update, delete on recency_days to regulars_own;

grant select, insert, update, delete on imports to regulars_own;

grant select, insert, update, delete on import_rows to regulars_own;

grant select, insert, update, delete on visits to regulars_own;

grant select, insert, update, delete on visit_products to regulars_own;

grant select, insert, update, delete on reviews to regulars_own;

grant select, insert, update, delete on follow_ups to regulars_own;

grant select, insert, update, delete on interactions to regulars_own;

grant select, insert, update, delete on notes to regulars_own;

grant select, insert, update, delete on attachments to regulars_own;

grant select, insert, update, delete on notifications to regulars_own;

grant select, insert, update, delete on digests to regulars_own;

grant select, insert, update, delete on consents to regulars_own;

grant select, insert, update, delete on message_templates to regulars_own;

grant select, insert, update, delete on message_providers to regulars_own;

grant select, insert, update, delete on messages to regulars_own;

grant select, insert, update, delete on message_receipts to regulars_own;

grant select, insert, update, delete on message_replies to regulars_own;

grant select, insert, update, delete on mornings to regulars_own;

grant select, insert, update, delete on calendar_feeds to regulars_own;

grant select, insert, update, delete on sign_in_sessions to regulars_own;

grant select, insert, update, delete on sign_in_failures to regulars_own;

grant select, insert, update, delete on setup_invitations to regulars_own;

grant select, insert on activities to regulars_own;

grant select, insert on activity_chain to regulars_own;

grant select, insert, update on shops to regulars_own;

grant select, insert, update on staff to regulars_own;

grant select, insert, delete on staff_shops to regulars_own;

create policy own_records on customers as restrictive to regulars_own
    using (rep_id is null or rep_id = cast(nullif(current_setting('app.staff_id', true), '') as uuid));

create policy own_records on customer_words as restrictive to regulars_own
    using (
        exists (
            select 1
            from customers
            where
                customers.shop_id = customer_words.shop_id
                and customers.id = customer_words.customer_id
        )
    );

create policy own_records on taggings as restrictive to regulars_own
    using (
        exists (
            select 1
            from customers
            where
                customers.shop_id = taggings.shop_id
                and customers.id = taggings.customer_id
        )
    );

create policy own_records on visits as restrictive to regulars_own
    using (
        exists (
            select 1
            from customers
            where
                customers.shop_id = visits.shop_id
                and customers.id = visits.customer_id
        )
    );

create policy own_records on reviews as restrictive to regulars_own
    using (
        exists (
            select 1
            from customers
            where
                customers.shop_id = reviews.shop_id
                and customers.id = reviews.customer_id
        )
    );

create policy own_records on notes as restrictive to regulars_own
    using (
        exists (
            select 1
            from customers
            where
                customers.shop_id = notes.shop_id
                and customers.id = notes.customer_id
        )
    );

create policy own_records on attachments as restrictive to regulars_own
    using (
        exists (
            select 1
            from customers
            where
                customers.shop_id = attachments.shop_id
                and customers.id = attachments.customer_id
        )
    );

create policy own_records on consents as restrictive to regulars_own
    using (
        exists (
            select 1
            from customers
            where
                customers.shop_id = consents.shop_id
                and customers.id = consents.customer_id
        )
    );

create policy own_records on message_replies as restrictive to regulars_own
    using (
        exists (
            select 1
            from customers
            where
                customers.shop_id = message_replies.shop_id
                and customers.id = message_replies.customer_id
        )
    );

create policy own_records on orders as restrictive to regulars_own
    using (
        case
            when customer_id is null
                then cast(nullif(current_setting('app.staff_id', true), '') as uuid) in (rep_id, created_by)
            else exists (
                select 1
                from customers
                where
                    customers.shop_id = orders.shop_id
                    and customers.id = orders.customer_id
            )
        end
    );

create policy own_records on interactions as restrictive to regulars_own
    using (
        case
            when customer_id is null
                then cast(nullif(current_setting('app.staff_id', true), '') as uuid) in (handled_by, created_by)
            else exists (
                select 1
                from customers
                where
                    customers.shop_id = interactions.shop_id
                    and customers.id = interactions.customer_id
            )
        end
    );

create policy own_records on follow_ups as restrictive to regulars_own
    using (
        case
            when customer_id is null
                then
                    assigned_to is null
                    or cast(nullif(current_setting('app.staff_id', true), '') as uuid) in (assigned_to, created_by)
            else exists (
                select 1
                from customers
                where
                    customers.shop_id = follow_ups.shop_id
                    and customers.id = follow_ups.customer_id
            )
        end
    );

create policy own_records on activities as restrictive to regulars_own
    using (
        case
            when customer_id is null
                then staff_id = cast(nullif(current_setting('app.staff_id', true), '') as uuid)
            else exists (
                select 1
                from customers
                where
                    customers.shop_id = activities.shop_id
                    and customers.id = activities.customer_id
            )
        end
    );

create policy own_records on messages as restrictive to regulars_own
    using (
        case
            when customer_id is null
                then created_by = cast(nullif(current_setting('app.staff_id', true), '') as uuid)
            else exists (
                select 1
                from customers
                where
                    customers.shop_id = messages.shop_id
                    and customers.id = messages.customer_id
            )
        end
    );

create policy own_records on order_items as restrictive to regulars_own
    using (
        exists (
            select 1
            from orders
            where
                orders.shop_id = order_items.shop_id
                and orders.id = order_items.order_id
        )
    );

create policy own_records on visit_products as restrictive to regulars_own
    using (
        exists (
            select 1
            from visits
            where
                visits.shop_id = visit_products.shop_id
                and visits.id = visit_products.visit_id
        )
    );

-- Somebody else may be told something about a customer of theirs; what others are told is not theirs to read.
create policy own_records on notifications as restrictive to regulars_own
    using (
        staff_id = cast(nullif(current_setting('app.staff_id', true), '') as uuid)
        and (
            customer_id is null
            or exists (
                select 1
                from customers
                where
                    customers.shop_id = notifications.shop_id
                    and customers.id = notifications.customer_id
            )
        )
    )
    with check (
        customer_id is null
        or exists (
            select 1
            from customers
            where
                customers.shop_id = notifications.shop_id
                and customers.id = notifications.customer_id
        )
    );

create policy own_records on digests as restrictive to regulars_own
    using (staff_id = cast(nullif(current_setting('app.staff_id', true), '') as uuid));

-- Imports and the seal of the record are nobody's own.
create policy own_records on import_rows as restrictive to regulars_own
    using (false);

create policy own_records on activity_chain as restrictive to regulars_own
    using (false);
