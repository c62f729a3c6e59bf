-- How every customer who is not hidden is doing today, 0 to 100, unless that is written down already; returned: whom this
-- wrote down. A part nothing is known about is left out (null), and so is a customer of whom nothing is known at all.
--
-- Score: the mean of the parts there are: engagement, activity, satisfaction.
--
-- Engagement, of those who were talked with or came by within 365 days: the mean of
--   how often   talks and visits of the last 90 days, 6 and more being 100
--   how lately  100 on the day of the last one, 0 after 120 days, evenly in between
--   how         kinds of talk and visits within 90 days: one is 40, two 70, three and more 100, none 0
--   mood        talks of 180 days with a mood: positive 100, neutral 60, negative 0; without any, left out
--   answers     days until they reached out after we had, 100 at once, 0 after 7, talks of 180 days; without any, left out
--
-- Activity, of those who ever bought, or were talked with or came by within 365 days: the mean of
--   how lately  days since the last of these: 100 up to 30, 0 from 180 on, evenly in between
--   how busy    how many of these fell into the last 30 days: two and more are 100, one 75; else one in 90 days 50, none 0
--   deals       100 while an opportunity is open; without one, left out
--   own rhythm  days since the last purchase against their own interval (from the first to the last, by purchases less
--               one): 100 within one interval, 0 from three on; under three purchases, left out
--
-- Satisfaction: the stars of their reviews of 365 days, on average: one is 0, five are 100.
--
-- Recommendation, the first that fits: ask (satisfaction or mood below 50), win_back (two intervals and more without a
-- purchase), move_deal (an open opportunity, and nothing for 30 days), keep (75 and more), call (no talk or visit for 60
-- days, or ever), look_after (anybody else).
insert into health_scores (
    shop_id,
    customer_id,
    scored_on,
    engagement,
    activity,
    satisfaction,
    score,
    factors,
    recommendation
)
with

people as (

    select
        id,
        last_purchase_on,
        case
            when order_count >= 3 and last_purchase_on > first_purchase_on
                then cast(last_purchase_on - first_purchase_on as numeric) / (order_count - 1)
        end as every_days
    from customers
    where
        shop_id = :shop_id
        and hidden_at is null

),

-- Talks and visits of a year, each with who reached out and when.
touches as (

    select
        customer_id,
        kind,
        direction,
        sentiment,
        happened_at,
        happened_on
    from interactions
    where
        shop_id = :shop_id
        and customer_id is not null
        and happened_on > cast(:today as date) - 365
        and happened_on <= cast(:today as date)
        and kind not in ('note', 'task')
    union all
    select
        customer_id,
        'visit',
        'in',
        null,
        visited_at,
        visited_on
    from visits
    where
        shop_id = :shop_id
        and visited_on > cast(:today as date) - 365
        and visited_on <= cast(:today as date)

),

-- Of two touches at one moment ours goes first.
answered as (

    select
        *,
        case
            when direction = 'in' and lag(direction) over of_customer = 'out'
                then cast(extract(epoch from happened_at - lag(happened_at) over of_customer) as numeric) / 86400
        end as answer_days
    from touches
    window of_customer as (
        partition by customer_id
        order by
            happened_at,
            direction desc
    )

),

-- Everything known in one heap, a line each: what it is, of which day, and its number or the kind of touch.
facts as (

    select
        id as customer_id,
        'customer' as fact,
        last_purchase_on as day,
        every_days as number,
        null as kind
    from people
    union all
    select
        customer_id,
        'touch',
        happened_on,
        answer_days,
        kind
    from answered
    union all
    select
        customer_id,
        'mood',
        happened_on,
        case sentiment when 'positive' then 100 when 'neutral' then 60 when 'negative' then 0 end,
        null
    from touches
    where sentiment is not null
    union all
    select
        customer_id,
        'purchase',
        ordered_on,
        null,
        null
    from orders
    where
        shop_id = :shop_id
        and customer_id is not null
        and status = 'completed'
        and not is_return
        and ordered_on > cast(:today as date) - 90
        and ordered_on <= cast(:today as date)
    union all
    select
        customer_id,
        'deal',
        null,
        null,
        null
    from opportunities
    where
        shop_id = :shop_id
        and status = 'open'
        and customer_id is not null
    union all
    select
        customer_id,
        'stars',
        given_on,
        rating,
        null
    from reviews
    where
        shop_id = :shop_id
        and given_on > cast(:today as date) - 365
        and given_on <= cast(:today as date)

),

-- A customer's lines together: joins would hang on guesses of how many there are of each.
gathered as (

    select
        customer_id as id,
        max(day) filter (where fact = 'customer') as last_purchase_on,
        max(number) filter (where fact = 'customer') as every_days,
        max(day) filter (where fact = 'touch') as talked_on,
        count(*) filter (where fact = 'touch' and day > cast(:today as date) - 90) as talks_90,
        count(distinct kind) filter (where day > cast(:today as date) - 90) as kinds,
        avg(number) filter (where fact = 'mood' and day > cast(:today as date) - 180) as mood,
        avg(number) filter (where fact = 'touch' and day > cast(:today as date) - 180) as answer_days,
        count(*) filter (where fact in ('touch', 'purchase') and day > cast(:today as date) - 30) as in_30,
        count(*) filter (where fact in ('touch', 'purchase') and day > cast(:today as date) - 90) as in_90,
        nullif(count(*) filter (where fact = 'deal'), 0) as deals,
        avg(number) filter (where fact = 'stars') as rating
    from facts
    group by customer_id
    having bool_or(fact = 'customer')

),

-- Of whom nobody talked with and who never came by, how often and in how many ways is not known.
known as materialized (

    select
        id,
        last_purchase_on,
        every_days,
        case when talked_on is not null then talks_90 end as talks_90,
        case when talked_on is not null then kinds end as kinds,
        mood,
        answer_days,
        in_30,
        in_90,
        deals,
        rating,
        cast(:today as date) - talked_on as talked_days_ago,
        cast(:today as date) - last_purchase_on as bought_days_ago,
        cast(:today as date) - greatest(last_purchase_on, talked_on) as seen_days_ago,
        (cast(:today as date) - last_purchase_on) / nullif(every_days, 0) as intervals
    from gathered

),

-- Each share of a part, 0 to 100, or null: which greatest and least leave out, hence the cases.
shares as materialized (

    select
        *,
        case when talks_90 is not null then least(100, 100.0 * talks_90 / 6) end as how_often,
        case when talked_days_ago is not null then greatest(0, 100 - 100.0 * talked_days_ago / 120) end as talked_lately,
        case when kinds is not null then (array[0, 40, 70, 100])[least(kinds, 3) + 1] end as how,
        case when answer_days is not null then greatest(0, 100 - 100.0 * answer_days / 7) end as answers,
        case when seen_days_ago is not null then greatest(0, least(100, 100.0 * (180 - seen_days_ago) / 150)) end
            as seen_lately,
        case
            when seen_days_ago is null then null
            when in_30 >= 2 then 100
            when in_30 = 1 then 75
            when in_90 >= 1 then 50
            else 0
        end as how_busy,
        case when seen_days_ago is not null and deals > 0 then 100 end as has_deals,
        case when intervals is not null then greatest(0, least(100, 100.0 * (3 - intervals) / 2)) end as rhythm,
        25.0 * (rating - 1) as satisfaction
    from known

),

-- A mean is the sum of what there is by how much there is: quicker for a hundred thousand rows than a subquery each. Each
-- step is kept, or the planner would work out the steps before it once for every time they are named. Six
-- places first: what thirds are cut short by would round a half down.
parts as materialized (

    select
        *,
        round(
            round(
                (
                    coalesce(how_often, 0)
                    + coalesce(talked_lately, 0)
                    + coalesce(how, 0)
                    + coalesce(mood, 0)
                    + coalesce(answers, 0)
                ) / nullif(num_nonnulls(how_often, talked_lately, how, mood, answers), 0),
                6
            )
        ) as engagement,
        round(
            round(
                (coalesce(seen_lately, 0) + coalesce(how_busy, 0) + coalesce(has_deals, 0) + coalesce(rhythm, 0))
                / nullif(num_nonnulls(seen_lately, how_busy, has_deals, rhythm), 0),
                6
            )
        ) as activity
    from shares

),

scored as (

    select
        *,
        round(
            (coalesce(engagement, 0) + coalesce(activity, 0) + coalesce(round(satisfaction), 0))
            / nullif(num_nonnulls(engagement, activity, satisfaction), 0)
        ) as score
    from parts

)

select
    cast(:shop_id as uuid),
    id,
    cast(:today as date),
    cast(engagement as smallint),
    cast(activity as smallint),
    cast(round(satisfaction) as smallint),
    cast(score as smallint),
    jsonb_strip_nulls(
        jsonb_build_object(
            'talks_90', talks_90,
            'talked_days_ago', talked_days_ago,
            'kinds', kinds,
            'mood', round(mood),
            'answer_days', round(answer_days, 1),
            'seen_days_ago', seen_days_ago,
            'in_30', in_30,
            'in_90', in_90,
            'deals', deals,
            'bought_days_ago', bought_days_ago,
            'every_days', round(every_days, 1),
            'intervals', round(intervals, 1),
            'rating', round(rating, 1)
        )
    ),
    case
        when satisfaction < 50 or mood < 50 then 'ask'
        when intervals >= 2 then 'win_back'
        when deals > 0 and in_30 = 0 then 'move_deal'
        when score >= 75 then 'keep'
        when coalesce(talked_days_ago, 60) >= 60 then 'call'
        else 'look_after'
    end
from scored
where score is not null
on conflict do nothing
returning customer_id, score
