-- Whoever has a deal writes down what becomes of it, whoever looks after its customer. Such a line stands on the customer's
-- timeline, to be read by who sees the customer: what staff who see their own records only read stays as it was.

alter policy own_records on activities
    with check (
        case
            when customer_id is null
                then staff_id = cast(nullif(current_setting('app.staff_id', true), '') as uuid)
            else
                exists (
                    select 1
                    from customers
                    where
                        customers.shop_id = activities.shop_id
                        and customers.id = activities.customer_id
                )
                or exists (
                    select 1
                    from opportunities
                    where
                        opportunities.shop_id = activities.shop_id
                        and opportunities.customer_id = activities.customer_id
                        and opportunities.id = case
                            when activities.subject = 'opportunity' then activities.subject_id
                            else cast(activities.detail ->> 'opportunity_id' as uuid)
                        end
                )
        end
    );
