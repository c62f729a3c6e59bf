-- The sums of visits are for the shop they belong to, by the policy of 007; who sees own records only, by that of 024.

grant select, insert, update, delete on visit_hours to regulars_app;

grant select, insert, update, delete on visit_hours to regulars_own;

alter table visit_hours enable row level security;

alter table visit_hours force row level security;

create policy of_this_shop on visit_hours
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on visitor_days to regulars_app;

grant select, insert, update, delete on visitor_days to regulars_own;

alter table visitor_days enable row level security;

alter table visitor_days force row level security;

create policy of_this_shop on visitor_days
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on visitor_days as restrictive to regulars_own
    using (
        exists (
            select 1
            from customers
            where
                customers.shop_id = visitor_days.shop_id
                and customers.id = visitor_days.customer_id
        )
    );
