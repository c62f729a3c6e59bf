-- The group of a customer by recency, frequency and money (RFM), in words a shop uses. By rules, not by quantiles: nobody
-- changes group because others bought.
-- Recency, against the days after which the shop no longer counts somebody as active (a setting, 90 at first): bought
-- within them is fresh; within twice as many cooling; within four times as many away; longer ago is lost.
-- Frequency: 4 purchases and more is often. Money: twice what a customer of the shop spends on average, and more, is much.
-- never: no purchase yet. Fresh ones: best (often and much), loyal (often), big (much), returning (2 or 3 purchases), new
-- (1 purchase). Cooling ones: at_risk (often or much), cooling. Away ones: win_back (often or much), drifting. lost.
create function customer_group(
    today date, active_days integer, average_spent numeric, purchases integer, last_purchase_on date, spent numeric
)
returns text
language sql
immutable
parallel safe
as $$
    select
        case
            when purchases = 0 then 'never'
            when last_purchase_on <= today - 4 * active_days then 'lost'
            when last_purchase_on <= today - 2 * active_days
                then case when purchases >= 4 or spent >= 2 * average_spent then 'win_back' else 'drifting' end
            when last_purchase_on <= today - active_days
                then case when purchases >= 4 or spent >= 2 * average_spent then 'at_risk' else 'cooling' end
            when purchases >= 4
                then case when spent >= 2 * average_spent then 'best' else 'loyal' end
            when spent >= 2 * average_spent and purchases > 0 then 'big'
            when purchases >= 2 then 'returning'
            else 'new'
        end
$$;
