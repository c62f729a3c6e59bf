-- Contacts: the people of uploaded contact sheets, worked through by call; and the talk and follow-ups that hang on them.

-- phone: the number that is called, a mobile where the sheet gives one; other_phones: whatever else it gives.
-- status: pending, contacted (somebody was in touch), yellow (shown as "Visited, did not buy"), converted (bought).
-- What a conversion is worth is read from the order, never kept here. did_not_buy_on: the day it became yellow.
-- touches: how often somebody was in touch; last_touched_at: when last. Kept by touch_contacts, defined by contact_truth.
create table contacts (
    shop_id uuid not null,
    id uuid not null,
    phone text collate "C" not null,
    phone_typed text,
    phone_kind text not null default 'unknown',
    phone_reversed text collate "C" generated always as (reverse(phone)) stored,
    other_phones text[] not null default '{}',
    name text,
    email text collate "C",
    notes text,
    tags text[] not null default '{}',
    whatsapp text not null default 'unknown',
    status text not null default 'pending',
    assigned_to uuid,
    assigned_at timestamptz,
    import_id uuid,
    uploaded_on date not null,
    customer_id uuid,
    converted_order_id uuid,
    converted_at timestamptz,
    converted_on date,
    did_not_buy_on date,
    touches integer not null default 0,
    last_touched_at timestamptz,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint contacts_phone_once unique (shop_id, phone),
    constraint contacts_phone_form check (phone ~ '^\+[0-9]{6,15}$'),
    constraint contacts_phone_kind_known check (phone_kind in ('mobile', 'landline', 'unknown')),
    constraint contacts_name_length check (length(name) between 1 and 300),
    constraint contacts_email_form check (email = lower(email) and email like '%_@_%' and length(email) <= 320),
    constraint contacts_whatsapp_known check (whatsapp in ('unknown', 'active', 'inactive')),
    constraint contacts_status_known check (status in ('pending', 'contacted', 'yellow', 'converted')),
    constraint contacts_converted_whole check (
        (status = 'converted') = (converted_at is not null)
        and (converted_at is null) = (converted_on is null)
        and (converted_at is null) = (converted_order_id is null)
    ),
    constraint contacts_yellow_since check (status <> 'yellow' or did_not_buy_on is not null)
) with (fillfactor = 85);

-- A person's list, the next one first, and how much is open with whom.
create index contacts_assigned on contacts (shop_id, assigned_to, status, id);

create index contacts_status on contacts (shop_id, status, id);

create index contacts_import on contacts (shop_id, import_id) where import_id is not null;

create index contacts_phone_reversed on contacts (shop_id, phone_reversed);

create index contacts_customer on contacts (shop_id, customer_id) where customer_id is not null;

create index contacts_converted_by on contacts (shop_id, converted_order_id) where converted_order_id is not null;

create index contacts_converted on contacts (shop_id, converted_on) where converted_on is not null;

-- Talk and follow-ups hang on a customer, or on a contact who is none yet.
alter table interactions add column contact_id uuid;

alter table interactions add constraint interactions_with_one_person check (num_nonnulls(customer_id, contact_id) <= 1);

create index interactions_contact on interactions (shop_id, contact_id, happened_at desc, id desc)
where contact_id is not null;

alter table follow_ups add column contact_id uuid;

alter table follow_ups add constraint follow_ups_for_one_person check (num_nonnulls(customer_id, contact_id) <= 1);

create index follow_ups_contact on follow_ups (shop_id, contact_id, due_on) where contact_id is not null;
