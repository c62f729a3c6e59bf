-- Visits to the shop, what came of them, and what somebody has to do on a day.

-- One visit per customer and day: a second entry the same day opens the first.
create table visits (
    shop_id uuid not null,
    id uuid not null,
    customer_id uuid not null,
    visited_at timestamptz not null,
    visited_on date not null,
    handled_by uuid,
    visit_type text not null default 'walk-in',
    purpose text,
    interest text,
    categories text[] not null default '{}',
    outcome text,
    estimated_value numeric(14, 2),
    notes text,
    import_id uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint visits_once_a_day unique (shop_id, customer_id, visited_on),
    constraint visits_type_known check (visit_type in ('walk-in', 'scheduled', 'follow-up', 'delivery')),
    constraint visits_purpose_known check (purpose in ('browsing', 'purchase_intent', 'complaint', 'service')),
    constraint visits_interest_known check (interest in ('high', 'medium', 'low', 'not_interested')),
    constraint visits_outcome_known check (outcome in ('purchase', 'quote_given', 'no_purchase', 'future_interest')),
    constraint visits_value_sane check (estimated_value between 0 and 99999999.99)
);

create index visits_day on visits (shop_id, visited_on, customer_id);

create index visits_handler on visits (shop_id, handled_by, visited_on) where handled_by is not null;

create index visits_import on visits (shop_id, import_id) where import_id is not null;

-- What was talked about; the name as it was then.
create table visit_products (
    shop_id uuid not null,
    visit_id uuid not null,
    product_id uuid not null,
    product_name text not null,
    primary key (shop_id, visit_id, product_id)
);

create index visit_products_product on visit_products (shop_id, product_id, visit_id);

-- A review that was asked for, given, or both.
create table reviews (
    shop_id uuid not null,
    id uuid not null,
    customer_id uuid not null,
    visit_id uuid,
    requested_at timestamptz,
    requested_on date,
    requested_by uuid,
    channel text,
    given_at timestamptz,
    given_on date,
    rating smallint,
    review text,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint reviews_asked_or_given check (requested_at is not null or given_at is not null),
    constraint reviews_given_with_rating check ((given_at is null) = (rating is null)),
    constraint reviews_rating_range check (rating between 1 and 5)
);

create index reviews_customer on reviews (shop_id, customer_id, id desc);

create index reviews_requested on reviews (shop_id, requested_on) where requested_on is not null;

create index reviews_given on reviews (shop_id, given_on) where given_on is not null;

-- Something a person must do on a day. assigned_to null: whoever comes first.
-- answered_by_visit: the visit that did it.
create table follow_ups (
    shop_id uuid not null,
    id uuid not null,
    kind text not null default 'follow-up',
    about text not null,
    due_on date not null,
    due_time time,
    customer_id uuid,
    assigned_to uuid,
    visit_id uuid,
    interaction_id uuid,
    closed_at timestamptz,
    closed_on date,
    closed_by uuid,
    closed_as text,
    answered_by_visit uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint follow_ups_kind_known check (kind in ('follow-up', 'task', 'next step')),
    constraint follow_ups_about_length check (length(about) between 1 and 1000),
    constraint follow_ups_closed_known check (closed_as in ('done', 'dropped')),
    constraint follow_ups_closed_whole check ((closed_at is null) = (closed_as is null))
);

create index follow_ups_open on follow_ups (shop_id, assigned_to, due_on, id) where closed_at is null;

create index follow_ups_open_by_day on follow_ups (shop_id, due_on, id) where closed_at is null;

create index follow_ups_customer on follow_ups (shop_id, customer_id, due_on) where customer_id is not null;

create index follow_ups_visit on follow_ups (shop_id, visit_id) where visit_id is not null;
