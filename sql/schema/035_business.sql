-- Business sales: leads, opportunities on their way through the stages, the people of a company, segments, health, and
-- the reports a shop keeps.

-- Where an opportunity stands. outcome: null while it is open, else won or lost. retired_at: no new one gets there, but
-- the history of old ones names it. expected_days: longer than that, and an opportunity is stuck.
create table stages (
    shop_id uuid not null,
    id uuid not null,
    name text not null,
    position smallint not null,
    probability smallint not null,
    expected_days smallint,
    outcome text,
    retired_at timestamptz,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint stages_name_length check (length(name) between 1 and 60),
    constraint stages_probability_sane check (probability between 0 and 100),
    constraint stages_expected_days_sane check (expected_days between 1 and 3650),
    constraint stages_outcome_known check (outcome in ('won', 'lost'))
);

create unique index stages_name_once on stages (shop_id, lower(name)) where retired_at is null;

-- Why opportunities are won or lost: a list the shop keeps.
create table lost_reasons (
    shop_id uuid not null,
    id uuid not null,
    name text not null,
    outcome text not null,
    position smallint not null,
    retired_at timestamptz,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint lost_reasons_name_length check (length(name) between 1 and 100),
    constraint lost_reasons_outcome_known check (outcome in ('won', 'lost'))
);

create unique index lost_reasons_name_once on lost_reasons (shop_id, outcome, lower(name)) where retired_at is null;

-- Who looks after whom: the first territory, by position, one of whose patterns is a lead's city, source, or the
-- beginning of its postcode.
create table territories (
    shop_id uuid not null,
    id uuid not null,
    name text not null,
    field text not null,
    patterns text[] not null,
    rep_id uuid,
    position smallint not null,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint territories_name_length check (length(name) between 1 and 60),
    constraint territories_field_known check (field in ('city', 'postcode', 'source'))
);

create unique index territories_name_once on territories (shop_id, lower(name));

-- What is to be won in a month (its first day), by one rep or, with none, by the shop.
create table targets (
    shop_id uuid not null,
    id uuid not null,
    month date not null,
    rep_id uuid,
    value numeric(14, 2) not null,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint targets_once unique nulls not distinct (shop_id, month, rep_id),
    constraint targets_first_of_month check (extract(day from month) = 1),
    constraint targets_value_sane check (value between 0 and 999999999999)
);

-- engagement, fit and activity: the parts of the score, each 0 to 100; score: their sum, null while none is known.
-- customer_id: whom the lead became.
create table leads (
    shop_id uuid not null,
    id uuid not null,
    ref text collate "C",
    name text,
    company text,
    job_title text,
    phone text collate "C",
    phone_typed text,
    phone_reversed text collate "C" generated always as (reverse(phone)) stored,
    email text collate "C",
    website text,
    city text,
    postcode text,
    source text,
    quality text,
    status text not null default 'new',
    engagement smallint,
    fit smallint,
    activity smallint,
    score smallint generated always as (
        case
            when num_nonnulls(engagement, fit, activity) > 0
                then coalesce(engagement, 0) + coalesce(fit, 0) + coalesce(activity, 0)
        end
    ) stored,
    assigned_to uuid,
    assigned_at timestamptz,
    territory_id uuid,
    notes text,
    customer_id uuid,
    converted_at timestamptz,
    converted_on date,
    created_on date not null,
    import_id uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint leads_named check (num_nonnulls(ref, name, company, phone, email) > 0),
    constraint leads_name_length check (length(name) between 1 and 300),
    constraint leads_company_length check (length(company) between 1 and 300),
    constraint leads_phone_form check (phone ~ '^\+[0-9]{6,15}$'),
    constraint leads_email_form check (email = lower(email) and email like '%_@_%' and length(email) <= 320),
    constraint leads_quality_known check (quality in ('hot', 'warm', 'cold')),
    constraint leads_status_known check (status in ('new', 'contacted', 'qualified', 'unqualified', 'converted')),
    constraint leads_engagement_sane check (engagement between 0 and 100),
    constraint leads_fit_sane check (fit between 0 and 100),
    constraint leads_activity_sane check (activity between 0 and 100),
    constraint leads_converted_whole check (
        (status = 'converted') = (converted_on is not null)
        and (converted_at is null or converted_on is not null)
        and (customer_id is null or converted_on is not null)
    )
) with (fillfactor = 85);

create unique index leads_ref_once on leads (shop_id, ref) where ref is not null;

create index leads_phone on leads (shop_id, phone) where phone is not null;

create index leads_phone_reversed on leads (shop_id, phone_reversed);

create index leads_email on leads (shop_id, email) where email is not null;

create index leads_company on leads (shop_id, lower(company)) where company is not null;

create index leads_status on leads (shop_id, status, created_on, source);

create index leads_assigned on leads (shop_id, assigned_to, status, id);

create index leads_customer on leads (shop_id, customer_id) where customer_id is not null;

create index leads_import on leads (shop_id, import_id) where import_id is not null;

-- One score a lead and day: its trend. how: typed by a person, or computed by the rules.
create table lead_scores (
    shop_id uuid not null,
    lead_id uuid not null,
    scored_on date not null,
    engagement smallint,
    fit smallint,
    activity smallint,
    score smallint not null generated always as (
        coalesce(engagement, 0) + coalesce(fit, 0) + coalesce(activity, 0)
    ) stored,
    how text not null,
    created_at timestamptz not null default now(),
    created_by uuid,
    primary key (shop_id, lead_id, scored_on),
    constraint lead_scores_engagement_sane check (engagement between 0 and 100),
    constraint lead_scores_fit_sane check (fit between 0 and 100),
    constraint lead_scores_activity_sane check (activity between 0 and 100),
    constraint lead_scores_how_known check (how in ('typed', 'computed'))
);

create table lead_taggings (
    shop_id uuid not null,
    lead_id uuid not null,
    tag_id uuid not null,
    created_at timestamptz not null default now(),
    created_by uuid,
    primary key (shop_id, lead_id, tag_id)
);

create index lead_taggings_tag on lead_taggings (shop_id, tag_id);

-- People of a company, which is a customer with a row here.
create table companies (
    shop_id uuid not null,
    customer_id uuid not null,
    website text,
    employees integer,
    annual_revenue numeric(14, 2),
    tax_number text,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, customer_id),
    constraint companies_employees_sane check (employees between 0 and 10000000),
    constraint companies_revenue_sane check (annual_revenue between 0 and 999999999999)
);

create table contact_people (
    shop_id uuid not null,
    id uuid not null,
    customer_id uuid not null,
    name text not null,
    job_title text,
    role text,
    preferred_channel text,
    is_primary boolean not null default false,
    notes text,
    left_on date,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint contact_people_name_length check (length(name) between 1 and 300)
);

create index contact_people_customer on contact_people (shop_id, customer_id, name);

create unique index contact_people_one_primary on contact_people (shop_id, customer_id) where is_primary;

create table phones (
    shop_id uuid not null,
    id uuid not null,
    contact_person_id uuid not null,
    number text collate "C" not null,
    number_typed text,
    number_reversed text collate "C" generated always as (reverse(number)) stored,
    kind text not null default 'mobile',
    is_primary boolean not null default false,
    verified_at timestamptz,
    created_at timestamptz not null default now(),
    created_by uuid,
    primary key (shop_id, id),
    constraint phones_once unique (shop_id, contact_person_id, number),
    constraint phones_number_form check (number ~ '^\+[0-9]{6,15}$'),
    constraint phones_kind_known check (kind in ('mobile', 'office', 'home', 'other'))
);

create index phones_number on phones (shop_id, number);

create index phones_number_reversed on phones (shop_id, number_reversed);

create unique index phones_one_primary on phones (shop_id, contact_person_id) where is_primary;

create table emails (
    shop_id uuid not null,
    id uuid not null,
    contact_person_id uuid not null,
    address text collate "C" not null,
    kind text not null default 'work',
    is_primary boolean not null default false,
    verified_at timestamptz,
    created_at timestamptz not null default now(),
    created_by uuid,
    primary key (shop_id, id),
    constraint emails_once unique (shop_id, contact_person_id, address),
    constraint emails_address_form check (
        address = lower(address) and address like '%_@_%' and length(address) <= 320
    ),
    constraint emails_kind_known check (kind in ('work', 'personal', 'other'))
);

create index emails_address on emails (shop_id, address);

create unique index emails_one_primary on emails (shop_id, contact_person_id) where is_primary;

-- status: what the stage makes of it, kept here so that open ones are few to read. value: null while nobody knows.
-- probability: null for the stage's. stage_since: when it came to the stage it is in; created_on, closed_on: its days.
create table opportunities (
    shop_id uuid not null,
    id uuid not null,
    ref text collate "C",
    name text not null,
    customer_id uuid,
    contact_person_id uuid,
    lead_id uuid,
    stage_id uuid not null,
    status text not null default 'open',
    value numeric(14, 2),
    probability smallint,
    expected_close_on date,
    kind text,
    source text,
    competitor text,
    next_step text,
    reason_id uuid,
    reason_note text,
    rep_id uuid,
    territory_id uuid,
    stage_since timestamptz not null,
    stage_since_on date not null,
    created_on date not null,
    closed_on date,
    import_id uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint opportunities_name_length check (length(name) between 1 and 300),
    constraint opportunities_status_known check (status in ('open', 'won', 'lost')),
    constraint opportunities_closed_when_ended check ((status = 'open') = (closed_on is null)),
    constraint opportunities_closed_after_created check (closed_on >= created_on),
    constraint opportunities_value_sane check (value between 0 and 999999999999),
    constraint opportunities_probability_sane check (probability between 0 and 100)
) with (fillfactor = 85);

create unique index opportunities_ref_once on opportunities (shop_id, ref) where ref is not null;

create index opportunities_customer on opportunities (shop_id, customer_id) where customer_id is not null;

create index opportunities_lead on opportunities (shop_id, lead_id) where lead_id is not null;

create index opportunities_stage on opportunities (shop_id, stage_id, id);

create index opportunities_rep on opportunities (shop_id, rep_id, status, id);

create index opportunities_closed on opportunities (shop_id, closed_on, status) where closed_on is not null;

create index opportunities_import on opportunities (shop_id, import_id) where import_id is not null;

create table opportunity_items (
    shop_id uuid not null,
    opportunity_id uuid not null,
    position smallint not null,
    product_id uuid,
    product_name text not null,
    quantity numeric(14, 3) not null default 1,
    unit_price numeric(14, 2),
    total numeric(14, 2),
    primary key (shop_id, opportunity_id, position),
    constraint opportunity_items_quantity_sane check (quantity > 0)
);

create index opportunity_items_product on opportunity_items (shop_id, product_id, opportunity_id);

-- Every move, never edited. from_stage_id: null when it began. days: how long it had stood in the stage it left.
create table stage_changes (
    shop_id uuid not null,
    id uuid not null,
    opportunity_id uuid not null,
    from_stage_id uuid,
    to_stage_id uuid not null,
    happened_at timestamptz not null,
    happened_on date not null,
    staff_id uuid,
    reason_id uuid,
    note text,
    days integer,
    primary key (shop_id, id)
);

create index stage_changes_opportunity on stage_changes (shop_id, opportunity_id, id);

create index stage_changes_to on stage_changes (shop_id, to_stage_id);

create index stage_changes_from on stage_changes (shop_id, from_stage_id) where from_stage_id is not null;

create table opportunity_taggings (
    shop_id uuid not null,
    opportunity_id uuid not null,
    tag_id uuid not null,
    created_at timestamptz not null default now(),
    created_by uuid,
    primary key (shop_id, opportunity_id, tag_id)
);

create index opportunity_taggings_tag on opportunity_taggings (shop_id, tag_id);

-- static: its members are listed in segment_members; dynamic: its rule finds them whenever it is read.
create table segments (
    shop_id uuid not null,
    id uuid not null,
    name text not null,
    description text,
    kind text not null,
    rule jsonb,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint segments_name_length check (length(name) between 1 and 100),
    constraint segments_kind_known check (kind in ('static', 'dynamic')),
    constraint segments_rule_when_dynamic check ((kind = 'dynamic') = (rule is not null))
);

create unique index segments_name_once on segments (shop_id, lower(name));

create table segment_members (
    shop_id uuid not null,
    segment_id uuid not null,
    customer_id uuid not null,
    created_at timestamptz not null default now(),
    created_by uuid,
    primary key (shop_id, segment_id, customer_id)
);

create index segment_members_customer on segment_members (shop_id, customer_id);

-- How a customer is doing, a row a day. A part nothing is known about is null; score: the mean of the parts there are.
-- factors: the figures behind it; recommendation: what to do, by name.
create table health_scores (
    shop_id uuid not null,
    customer_id uuid not null,
    scored_on date not null,
    engagement smallint,
    activity smallint,
    satisfaction smallint,
    score smallint not null,
    factors jsonb not null default '{}',
    recommendation text,
    primary key (shop_id, customer_id, scored_on),
    constraint health_scores_engagement_sane check (engagement between 0 and 100),
    constraint health_scores_activity_sane check (activity between 0 and 100),
    constraint health_scores_satisfaction_sane check (satisfaction between 0 and 100),
    constraint health_scores_score_sane check (score between 0 and 100)
);

create index health_scores_day on health_scores (shop_id, scored_on, score);

-- How many of a day are green (75 and more), to watch (50 and more) and red: the sums of health_scores.
create table health_days (
    shop_id uuid not null,
    scored_on date not null,
    green integer not null,
    watch integer not null,
    red integer not null,
    primary key (shop_id, scored_on)
);

-- A report somebody keeps; is_shared: for everybody in the shop.
create table reports (
    shop_id uuid not null,
    id uuid not null,
    name text not null,
    definition jsonb not null,
    is_shared boolean not null default false,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint reports_name_length check (length(name) between 1 and 100)
);

create index reports_of_person on reports (shop_id, created_by);

-- Talk, notes and what is to be done: with a lead, or about an opportunity. A lead that became a customer keeps its
-- history, which then is the customer's too; what is about an opportunity is its customer's too.
alter table interactions add column lead_id uuid;

alter table interactions add column opportunity_id uuid;

alter table interactions add column contact_person_id uuid;

-- An e-mail's own name for itself: the same mail comes in once.
alter table interactions add column message_id text collate "C";

create index interactions_lead on interactions (shop_id, lead_id, happened_at desc, id desc) where lead_id is not null;

create index interactions_opportunity on interactions (shop_id, opportunity_id, happened_at desc, id desc)
where opportunity_id is not null;

create index interactions_contact_person on interactions (shop_id, contact_person_id, happened_on)
where contact_person_id is not null;

create unique index interactions_message_once on interactions (shop_id, message_id) where message_id is not null;

alter table follow_ups add column lead_id uuid;

alter table follow_ups add column opportunity_id uuid;

create index follow_ups_lead on follow_ups (shop_id, lead_id, due_on) where lead_id is not null;

create index follow_ups_opportunity on follow_ups (shop_id, opportunity_id, due_on) where opportunity_id is not null;

alter table notes alter column customer_id drop not null;

alter table notes add column lead_id uuid;

alter table notes add column opportunity_id uuid;

alter table notes add constraint notes_about_something check (num_nonnulls(customer_id, lead_id, opportunity_id) > 0);

create index notes_lead on notes (shop_id, lead_id, is_pinned desc, id desc) where lead_id is not null;

create index notes_opportunity on notes (shop_id, opportunity_id, is_pinned desc, id desc)
where opportunity_id is not null;

-- A person named in a file who has no sign-in yet: they can be given one later.
alter table staff alter column login drop not null;

alter table staff alter column password_hash drop not null;

alter table staff add constraint staff_sign_in_whole check ((login is null) = (password_hash is null));
