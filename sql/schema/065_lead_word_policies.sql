-- Who may touch the words of leads: the shop, and of staff who see their own records only whoever has the lead.

grant select, insert, update, delete on lead_words to regulars_app;

grant select, insert, update, delete on lead_words to regulars_own;

alter table lead_words enable row level security;

alter table lead_words force row level security;

create policy of_this_shop on lead_words
    using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid));

create policy own_records on lead_words as restrictive to regulars_own
    using (
        exists (
            select 1
            from leads
            where
                leads.shop_id = lead_words.shop_id
                and leads.id = lead_words.lead_id
        )
    );
