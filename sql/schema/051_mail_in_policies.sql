-- Mails that wait are for their shop, by the policy of 007. Who may look at them is asked in crmcore/mail_in.

grant select, insert, update, delete on unmatched_mails to regulars_app;

grant select, insert, update, delete on unmatched_mails to regulars_own;

alter table unmatched_mails enable row level security;

alter table unmatched_mails force row level security;

create policy of_this_shop on unmatched_mails
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));
