-- Who may touch the sums of recency: the application role, those of the shop the gate named.

grant select, insert, update, delete on recency_days to regulars_app;

alter table recency_days enable row level security;

alter table recency_days force row level security;

create policy of_this_shop on recency_days
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));
