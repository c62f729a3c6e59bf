-- Each activity in one line of text that says all of it: what its link in the hash chain seals.
-- A released form never changes, or every chain made with it would look broken.
create view activity_lines with (security_invoker = true) as
select
    shop_id,
    id as activity_id,
    cast(
        json_build_array(
            shop_id,
            id,
            extract(epoch from at),
            staff_id,
            via,
            what,
            subject,
            subject_id,
            customer_id,
            cast(detail as text),
            is_important
        ) as text
    ) as line
from activities;
