-- Visits and talk are for the shop they belong to, by the policy of 007.

grant select, insert, update, delete on visits to regulars_app;

alter table visits enable row level security;

alter table visits force row level security;

create policy of_this_shop on visits
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on visit_products to regulars_app;

alter table visit_products enable row level security;

alter table visit_products force row level security;

create policy of_this_shop on visit_products
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on reviews to regulars_app;

alter table reviews enable row level security;

alter table reviews force row level security;

create policy of_this_shop on reviews
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on follow_ups to regulars_app;

alter table follow_ups enable row level security;

alter table follow_ups force row level security;

create policy of_this_shop on follow_ups
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on interactions to regulars_app;

alter table interactions enable row level security;

alter table interactions force row level security;

create policy of_this_shop on interactions
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on notes to regulars_app;

alter table notes enable row level security;

alter table notes force row level security;

create policy of_this_shop on notes
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on attachments to regulars_app;

alter table attachments enable row level security;

alter table attachments force row level security;

create policy of_this_shop on attachments
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on notifications to regulars_app;

alter table notifications enable row level security;

alter table notifications force row level security;

create policy of_this_shop on notifications
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on digests to regulars_app;

alter table digests enable row level security;

alter table digests force row level security;

create policy of_this_shop on digests
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

-- Global: a calendar's address leads to one person in one shop.

grant select, insert, update, delete on calendar_feeds to regulars_app;
