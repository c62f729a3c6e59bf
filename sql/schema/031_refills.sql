-- Refill reminders, what a customer wants of them, and medical data of their own.

-- One reminder a bill and medicine: bought on, lasting so many days, to be reminded of on due_on.
-- What it says of the bills is defined by the view refill_truth; what people did with it stands beside.
-- refilled_by_order_id: the newer bill of the same medicine. closed_as: what a person said came of it.
create table refill_reminders (
    shop_id uuid not null,
    id uuid not null,
    customer_id uuid not null,
    order_id uuid not null,
    product_id uuid,
    medicine text not null,
    medicine_key text collate "C" not null,
    purchased_on date not null,
    days integer not null,
    runs_out_on date not null,
    due_on date not null,
    refilled_by_order_id uuid,
    refilled_on date,
    message_id uuid,
    sent_channel text,
    sent_at timestamptz,
    sent_on date,
    sent_by uuid,
    response text,
    response_at timestamptz,
    response_by uuid,
    closed_as text,
    closed_at timestamptz,
    closed_by uuid,
    cancelled_at timestamptz,
    status text not null generated always as (
        case
            when cancelled_at is not null then 'cancelled'
            when refilled_by_order_id is not null or closed_as = 'refilled' then 'refilled'
            when closed_as = 'lost' then 'lost'
            when sent_at is not null then 'sent'
            else 'due'
        end
    ) stored,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint refill_reminders_once unique (shop_id, order_id, medicine_key),
    constraint refill_reminders_days check (days between 1 and 3650),
    constraint refill_reminders_not_before check (due_on >= purchased_on),
    constraint refill_reminders_channel_known check (sent_channel in ('whatsapp', 'sms', 'email', 'call')),
    constraint refill_reminders_sent_whole check ((sent_at is null) = (sent_channel is null)),
    constraint refill_reminders_response_length check (length(response) between 1 and 1000),
    constraint refill_reminders_closed_known check (closed_as in ('refilled', 'lost'))
);

create index refill_reminders_due on refill_reminders (shop_id, due_on, customer_id) where status = 'due';

create index refill_reminders_waiting on refill_reminders (shop_id, runs_out_on, customer_id) where status = 'sent';

create index refill_reminders_customer on refill_reminders (shop_id, customer_id, due_on);

create index refill_reminders_day on refill_reminders (shop_id, due_on, status);

create index refill_reminders_done on refill_reminders (shop_id, sent_by, sent_on) where sent_on is not null;

create index refill_reminders_message on refill_reminders (shop_id, message_id) where message_id is not null;

-- What a customer wants of reminders. lead_days: so many days before it runs out; without it, as the shop does.
-- paused_on: no reminders from then on, until paused_until, or until somebody says so.
create table refill_wishes (
    shop_id uuid not null,
    customer_id uuid not null,
    lead_days smallint,
    channel text,
    paused_on date,
    paused_until date,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, customer_id),
    constraint refill_wishes_lead_days check (lead_days between 0 and 14),
    constraint refill_wishes_channel_known check (channel in ('whatsapp', 'sms', 'email', 'call')),
    constraint refill_wishes_pause_whole check (paused_until is null or paused_on is not null)
);

-- What is known of a customer's health. Only crmcore/medical.py reads or writes it, for people with the right to.
create table medical_profiles (
    shop_id uuid not null,
    customer_id uuid not null,
    conditions text,
    allergies text,
    doctor text,
    notes text,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, customer_id)
);

-- Which kind of medicine a customer prefers where there is a choice.
alter table customers add column generic_preference text;

alter table customers add constraint customers_generic_preference_known
    check (generic_preference in ('generic', 'branded', 'either'));

-- Customers by category, and the list of one of them.
create index customers_category on customers (shop_id, category) where category is not null;
