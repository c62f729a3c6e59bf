-- Delete the shop that the gate named, with everything in it: its record too, which the application role only adds to.
-- That is why it runs with its owner's rights. A sign-in goes as well, unless it leads to another shop.
create function delete_shop()
returns void
language plpgsql
security definer
set search_path = public, pg_temp
as $$
declare
    the_shop constant uuid := cast(nullif(current_setting('app.shop_id', true), '') as uuid);
    people uuid[];
begin
    if the_shop is null then
        raise exception 'no shop is named';
    end if;
    -- whoever is just adding a line, a seal or a sign-in to the shop goes first; whoever comes later finds it gone
    perform from shops where id = the_shop for update;
    delete from import_rows where shop_id = the_shop;
    delete from imports where shop_id = the_shop;
    delete from activity_chain where shop_id = the_shop;
    delete from activities where shop_id = the_shop;
    delete from cohort_months where shop_id = the_shop;
    delete from recency_days where shop_id = the_shop;
    delete from visitor_days where shop_id = the_shop;
    delete from visit_hours where shop_id = the_shop;
    delete from rep_days where shop_id = the_shop;
    delete from shop_days where shop_id = the_shop;
    delete from mornings where shop_id = the_shop;
    delete from message_receipts where shop_id = the_shop;
    delete from message_replies where shop_id = the_shop;
    delete from refill_reminders where shop_id = the_shop;
    delete from refill_wishes where shop_id = the_shop;
    delete from medical_profiles where shop_id = the_shop;
    delete from messages where shop_id = the_shop;
    delete from message_providers where shop_id = the_shop;
    delete from message_templates where shop_id = the_shop;
    delete from consents where shop_id = the_shop;
    delete from digests where shop_id = the_shop;
    delete from notifications where shop_id = the_shop;
    delete from attachments where shop_id = the_shop;
    delete from notes where shop_id = the_shop;
    delete from reviews where shop_id = the_shop;
    delete from follow_ups where shop_id = the_shop;
    delete from interactions where shop_id = the_shop;
    delete from reports where shop_id = the_shop;
    delete from health_scores where shop_id = the_shop;
    delete from health_days where shop_id = the_shop;
    delete from segment_members where shop_id = the_shop;
    delete from segments where shop_id = the_shop;
    delete from open_deals where shop_id = the_shop;
    delete from standing_deals where shop_id = the_shop;
    delete from closed_deals where shop_id = the_shop;
    delete from closed_reasons where shop_id = the_shop;
    delete from stage_days where shop_id = the_shop;
    delete from opportunity_taggings where shop_id = the_shop;
    delete from stage_changes where shop_id = the_shop;
    delete from opportunity_items where shop_id = the_shop;
    delete from opportunities where shop_id = the_shop;
    delete from stages where shop_id = the_shop;
    delete from lost_reasons where shop_id = the_shop;
    delete from targets where shop_id = the_shop;
    delete from lead_taggings where shop_id = the_shop;
    delete from lead_words where shop_id = the_shop;
    delete from lead_scores where shop_id = the_shop;
    delete from leads where shop_id = the_shop;
    delete from territories where shop_id = the_shop;
    delete from emails where shop_id = the_shop;
    delete from phones where shop_id = the_shop;
    delete from contact_people where shop_id = the_shop;
    delete from companies where shop_id = the_shop;
    delete from contacts where shop_id = the_shop;
    delete from visit_products where shop_id = the_shop;
    delete from visits where shop_id = the_shop;
    delete from order_items where shop_id = the_shop;
    delete from orders where shop_id = the_shop;
    delete from products where shop_id = the_shop;
    delete from custom_fields where shop_id = the_shop;
    delete from taggings where shop_id = the_shop;
    delete from tags where shop_id = the_shop;
    delete from customer_words where shop_id = the_shop;
    delete from customers where shop_id = the_shop;
    delete from shop_settings where shop_id = the_shop;
    delete from memberships where shop_id = the_shop;
    delete from calendar_feeds where shop_id = the_shop;
    delete from sign_in_sessions where shop_id = the_shop;
    people := array(select staff_id from staff_shops where shop_id = the_shop);
    delete from staff_shops where shop_id = the_shop;
    delete from staff
    where
        id = any(people)
        and not exists (
            select 1
            from staff_shops
            where staff_shops.staff_id = staff.id
        );
    delete from shops where id = the_shop;
end
$$;

revoke execute on function delete_shop() from public;

grant execute on function delete_shop() to regulars_app;
