-- The sums of the pipeline are for the shop they belong to, by the policy of 007.

grant select, insert, update, delete on open_deals to regulars_app;

grant select, insert, update, delete on open_deals to regulars_own;

alter table open_deals enable row level security;

alter table open_deals force row level security;

create policy of_this_shop on open_deals
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on standing_deals to regulars_app;

grant select, insert, update, delete on standing_deals to regulars_own;

alter table standing_deals enable row level security;

alter table standing_deals force row level security;

create policy of_this_shop on standing_deals
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on closed_deals to regulars_app;

grant select, insert, update, delete on closed_deals to regulars_own;

alter table closed_deals enable row level security;

alter table closed_deals force row level security;

create policy of_this_shop on closed_deals
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on closed_reasons to regulars_app;

grant select, insert, update, delete on closed_reasons to regulars_own;

alter table closed_reasons enable row level security;

alter table closed_reasons force row level security;

create policy of_this_shop on closed_reasons
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on stage_days to regulars_app;

grant select, insert, update, delete on stage_days to regulars_own;

alter table stage_days enable row level security;

alter table stage_days force row level security;

create policy of_this_shop on stage_days
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));
