-- Who may touch what: the application sees and writes the rows of the shop the gate named, and no others.

grant select, insert, update, delete on consents to regulars_app;

alter table consents enable row level security;

alter table consents force row level security;

create policy of_this_shop on consents
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on message_templates to regulars_app;

alter table message_templates enable row level security;

alter table message_templates force row level security;

create policy of_this_shop on message_templates
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on message_providers to regulars_app;

alter table message_providers enable row level security;

alter table message_providers force row level security;

create policy of_this_shop on message_providers
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on messages to regulars_app;

alter table messages enable row level security;

alter table messages force row level security;

create policy of_this_shop on messages
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on message_receipts to regulars_app;

alter table message_receipts enable row level security;

alter table message_receipts force row level security;

create policy of_this_shop on message_receipts
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on message_replies to regulars_app;

alter table message_replies enable row level security;

alter table message_replies force row level security;

create policy of_this_shop on message_replies
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

grant select, insert, update, delete on mornings to regulars_app;

alter table mornings enable row level security;

alter table mornings force row level security;

create policy of_this_shop on mornings
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));
