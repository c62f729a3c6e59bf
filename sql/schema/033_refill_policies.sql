-- Who may touch what: the application sees and writes the rows of the shop the gate named, and no others; who sees own
-- records only, what hangs on their customers. Whether somebody may read medical data is asked in crmcore/medical.py.

grant select, insert, update, delete on refill_reminders to regulars_app;

grant select, insert, update, delete on refill_reminders to regulars_own;

alter table refill_reminders enable row level security;

alter table refill_reminders force row level security;

create policy of_this_shop on refill_reminders
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on refill_reminders as restrictive to regulars_own
    using (
        exists (
            select 1
            from customers
            where
                customers.shop_id = refill_reminders.shop_id
                and customers.id = refill_reminders.customer_id
        )
    );

grant select, insert, update, delete on refill_wishes to regulars_app;

grant select, insert, update, delete on refill_wishes to regulars_own;

alter table refill_wishes enable row level security;

alter table refill_wishes force row level security;

create policy of_this_shop on refill_wishes
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on refill_wishes as restrictive to regulars_own
    using (
        exists (
            select 1
            from customers
            where
                customers.shop_id = refill_wishes.shop_id
                and customers.id = refill_wishes.customer_id
        )
    );

grant select, insert, update, delete on medical_profiles to regulars_app;

grant select, insert, update, delete on medical_profiles to regulars_own;

alter table medical_profiles enable row level security;

alter table medical_profiles force row level security;

create policy of_this_shop on medical_profiles
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on medical_profiles as restrictive to regulars_own
    using (
        exists (
            select 1
            from customers
            where
                customers.shop_id = medical_profiles.shop_id
                and customers.id = medical_profiles.customer_id
        )
    );
