"""The oracle: stored counters and rollups against the truth views, both directions."""

from sqlalchemy import text

from crmcore.database.gate import ShopSession

_DIFFERENCES = {
    "customers": """
        (select id, order_count, return_count, total_spent, first_purchase_on, second_purchase_on, last_purchase_on,
                visit_count, first_visit_on, second_visit_on, last_visit_on
         from customers
         except
         select customer_id, order_count, return_count, total_spent, first_purchase_on, second_purchase_on,
                last_purchase_on, visit_count, first_visit_on, second_visit_on, last_visit_on
         from customer_truth)
    """,
    "shop_days": """
        select coalesce(stored.day, truth.day) as day, stored, truth
        from (
            select day, sum(people) as people, sum(purchases) as purchases, sum(returns) as returns,
                   sum(revenue) as revenue, sum(purchase_revenue) as purchase_revenue,
                   sum(anonymous_revenue) as anonymous_revenue, sum(customer_purchases) as customer_purchases,
                   sum(customer_revenue) as customer_revenue, sum(new_revenue) as new_revenue,
                   sum(buyers) as buyers, sum(repeat_buyers) as repeat_buyers, sum(became_repeat) as became_repeat,
                   sum(visits) as visits, sum(visitors) as visitors, sum(revisitors) as revisitors,
                   sum(became_revisitor) as became_revisitor
            from shop_days group by day
        ) as stored
        full join (
            select day, people, purchases, returns, revenue, purchase_revenue, anonymous_revenue, customer_purchases,
                   customer_revenue, new_revenue, buyers, repeat_buyers, became_repeat, visits, visitors,
                   revisitors, became_revisitor
            from shop_day_truth
        ) as truth on stored.day = truth.day
        where
            coalesce(stored.people, 0) <> coalesce(truth.people, 0)
            or coalesce(stored.purchases, 0) <> coalesce(truth.purchases, 0)
            or coalesce(stored.returns, 0) <> coalesce(truth.returns, 0)
            or coalesce(stored.revenue, 0) <> coalesce(truth.revenue, 0)
            or coalesce(stored.purchase_revenue, 0) <> coalesce(truth.purchase_revenue, 0)
            or coalesce(stored.anonymous_revenue, 0) <> coalesce(truth.anonymous_revenue, 0)
            or coalesce(stored.customer_purchases, 0) <> coalesce(truth.customer_purchases, 0)
            or coalesce(stored.customer_revenue, 0) <> coalesce(truth.customer_revenue, 0)
            or coalesce(stored.new_revenue, 0) <> coalesce(truth.new_revenue, 0)
            or coalesce(stored.buyers, 0) <> coalesce(truth.buyers, 0)
            or coalesce(stored.repeat_buyers, 0) <> coalesce(truth.repeat_buyers, 0)
            or coalesce(stored.became_repeat, 0) <> coalesce(truth.became_repeat, 0)
            or coalesce(stored.visits, 0) <> coalesce(truth.visits, 0)
            or coalesce(stored.visitors, 0) <> coalesce(truth.visitors, 0)
            or coalesce(stored.revisitors, 0) <> coalesce(truth.revisitors, 0)
            or coalesce(stored.became_revisitor, 0) <> coalesce(truth.became_revisitor, 0)
    """,
    "rep_days": """
        select stored, truth
        from (select day, rep_id, sum(purchases) as purchases, sum(revenue) as revenue, sum(visits) as visits
              from rep_days group by day, rep_id) as stored
        full join rep_day_truth as truth on stored.day = truth.day and stored.rep_id = truth.rep_id
        where coalesce(stored.purchases, 0) <> coalesce(truth.purchases, 0)
           or coalesce(stored.revenue, 0) <> coalesce(truth.revenue, 0)
           or coalesce(stored.visits, 0) <> coalesce(truth.visits, 0)
    """,
    "recency_days": """
        select stored, truth
        from (select day, sum(last_bought) as last_bought, sum(spells_begun) as spells_begun,
                     sum(spells_ended) as spells_ended
              from recency_days group by day) as stored
        full join recency_day_truth as truth on stored.day = truth.day
        where coalesce(stored.last_bought, 0) <> coalesce(truth.last_bought, 0)
           or coalesce(stored.spells_begun, 0) <> coalesce(truth.spells_begun, 0)
           or coalesce(stored.spells_ended, 0) <> coalesce(truth.spells_ended, 0)
    """,
    "visit_hours": """
        select stored, truth
        from (select day, hour, sum(visits) as visits, sum(walk_in) as walk_in, sum(scheduled) as scheduled,
                     sum(follow_up) as follow_up, sum(delivery) as delivery, sum(browsing) as browsing,
                     sum(purchase_intent) as purchase_intent, sum(complaint) as complaint, sum(service) as service,
                     sum(high) as high, sum(medium) as medium, sum(low) as low, sum(not_interested) as not_interested
              from visit_hours group by day, hour having sum(visits) <> 0) as stored
        full join (select day, hour, visits, walk_in, scheduled, follow_up, delivery, browsing, purchase_intent,
                          complaint, service, high, medium, low, not_interested
                   from visit_hour_truth) as truth on stored.day = truth.day and stored.hour = truth.hour
        where stored is distinct from truth
    """,
    "visitor_days": """
        (select customer_id, day, rep_id, cast(visited_after as text), cast(returned_after as text),
                cast(interested_after as text), cast(quoted_after as text), cast(purchased_after as text),
                cast(bought_after as text), cast(handled_after as text), cast(handled_and_bought_after as text)
         from visitor_days
         except
         select customer_id, day, rep_id, cast(visited_after as text), cast(returned_after as text),
                cast(interested_after as text), cast(quoted_after as text), cast(purchased_after as text),
                cast(bought_after as text), cast(handled_after as text), cast(handled_and_bought_after as text)
         from visitor_day_truth)
        union all
        select customer_id, day, null, 'not stored', null, null, null, null, null, null, null
        from visitor_day_truth
        where (customer_id, day) not in (select customer_id, day from visitor_days)
    """,
    "cohort_months": """
        select stored, truth
        from (select cohort, month, sum(buyers) as buyers from cohort_months group by cohort, month) as stored
        full join cohort_month_truth as truth on stored.cohort = truth.cohort and stored.month = truth.month
        where coalesce(stored.buyers, 0) <> coalesce(truth.buyers, 0)
    """,
}


def assert_counters_true(shop: ShopSession) -> None:
    """Fail with the differing rows unless every stored counter of this shop equals a recount."""
    for table, query in _DIFFERENCES.items():
        differing = [tuple(row) for row in shop.execute(text(query))]
        assert not differing, f"{table}: {differing[:3]}"
