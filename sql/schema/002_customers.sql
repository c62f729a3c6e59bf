-- Customers: people and companies on file, the words of their names for searching, their tags and a shop's own fields.

create table customers (
    shop_id uuid not null,
    id uuid not null,
    name text,
    phone text collate "C",
    phone_typed text,
    phone_reversed text collate "C" generated always as (reverse(phone)) stored,
    external_ref text collate "C",
    email text collate "C",
    status text not null default 'lead',
    source text,
    category text,
    rep_id uuid,
    gender text,
    birth_day smallint,
    birth_month smallint,
    birth_year smallint,
    language text,
    address text,
    floor text,
    city text,
    state text,
    postcode text,
    latitude numeric(9, 6),
    longitude numeric(9, 6),
    formatted_address text,
    geocoded_at timestamptz,
    company_name text,
    industry text,
    segment text,
    lifecycle_stage text,
    engagement_level text,
    preferred_network text,
    first_source_slug text,
    notes text,
    custom jsonb not null default '{}',
    -- counters: kept by count_order and put_on, defined by the view customer_truth
    order_count integer not null default 0,
    return_count integer not null default 0,
    total_spent numeric(14, 2) not null default 0,
    first_purchase_on date,
    second_purchase_on date,
    last_purchase_on date,
    -- a step of about 28 % in spend; rarely changes, so the index behind "top customers" leaves updates heap-only
    spend_band smallint generated always as (
        case when total_spent > 1 then cast(floor(ln(cast(total_spent as double precision)) * 4) as smallint) else 0 end
    ) stored,
    import_id uuid,
    hidden_at timestamptz,
    created_on date not null,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint customers_have_name_or_phone check (name is not null or phone is not null or external_ref is not null),
    constraint customers_phone_form check (phone ~ '^\+[0-9]{6,15}$'),
    constraint customers_name_length check (length(name) between 1 and 300),
    constraint customers_email_form check (email = lower(email) and email like '%_@_%' and length(email) <= 320),
    constraint customers_status_known check (status in ('lead', 'active', 'inactive')),
    constraint customers_birth_day check (birth_day between 1 and 31),
    constraint customers_birth_month check (birth_month between 1 and 12),
    constraint customers_birth_year check (birth_year between 1850 and 2200),
    constraint customers_latitude check (latitude between -90 and 90),
    constraint customers_longitude check (longitude between -180 and 180)
) with (fillfactor = 85);

create unique index customers_phone_once on customers (shop_id, phone) where hidden_at is null;

create unique index customers_ref_once on customers (shop_id, external_ref) where hidden_at is null;

create index customers_phone_reversed on customers (shop_id, phone_reversed);

create index customers_email on customers (shop_id, email) where email is not null;

create index customers_rep on customers (shop_id, rep_id) where rep_id is not null;

create index customers_city on customers (shop_id, city) where city is not null;

create index customers_source on customers (shop_id, source) where source is not null;

create index customers_hidden on customers (shop_id, hidden_at) where hidden_at is not null;

create index customers_place on customers (shop_id, latitude) where latitude is not null;

create index customers_import on customers (shop_id, import_id) where import_id is not null;

create index customers_named on customers (shop_id, lower(coalesce(name, company_name)), id) where hidden_at is null;

create index customers_top on customers (shop_id, spend_band desc) where hidden_at is null;

-- Every word of a customer's name, folded (lower case, no accents), so that search by the start of any word is one index range.
-- Hidden customers have none here.
create table customer_words (
    shop_id uuid not null,
    word text collate "C" not null,
    customer_id uuid not null,
    primary key (shop_id, word, customer_id)
);

create index customer_words_customer on customer_words (shop_id, customer_id, word);

create table tags (
    shop_id uuid not null,
    id uuid not null,
    name text not null,
    category text,
    colour text,
    created_at timestamptz not null default now(),
    created_by uuid,
    primary key (shop_id, id),
    constraint tags_name_length check (length(name) between 1 and 60)
);

create unique index tags_name_once on tags (shop_id, lower(name));

create table taggings (
    shop_id uuid not null,
    customer_id uuid not null,
    tag_id uuid not null,
    created_at timestamptz not null default now(),
    created_by uuid,
    primary key (shop_id, customer_id, tag_id)
);

create index taggings_tag on taggings (shop_id, tag_id);

-- The shop's own fields; their values stand in customers.custom under the key.
create table custom_fields (
    shop_id uuid not null,
    key text not null,
    label text not null,
    kind text not null,
    choices jsonb not null default '[]',
    position smallint not null default 0,
    primary key (shop_id, key),
    constraint custom_fields_key_form check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
    constraint custom_fields_kind_known check (kind in ('text', 'number', 'date', 'yes_no', 'choice'))
);
