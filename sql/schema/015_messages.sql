-- Messages to customers: what they agreed to, templates, the outbox, the services that carry it, and what comes back.

-- What a customer said about being written to or called, one row each time; the newest of a channel and purpose counts.
create table consents (
    shop_id uuid not null,
    id uuid not null,
    customer_id uuid not null,
    channel text not null,
    purpose text not null,
    state text not null,
    source text not null,
    recorded_at timestamptz not null,
    recorded_by uuid,
    primary key (shop_id, id),
    constraint consents_channel_known check (channel in ('whatsapp', 'sms', 'email', 'call')),
    constraint consents_purpose_known check (purpose in ('reminders', 'marketing')),
    constraint consents_state_known check (state in ('not_asked', 'accepted', 'declined')),
    constraint consents_source_length check (length(source) between 1 and 200)
);

create index consents_newest on consents (shop_id, customer_id, channel, purpose, recorded_at desc, id desc);

-- provider_name: what WhatsApp calls the approved template; without it a template goes as plain text or by hand.
create table message_templates (
    shop_id uuid not null,
    id uuid not null,
    purpose text not null,
    channel text not null,
    language text not null,
    name text not null,
    subject text,
    body text not null,
    provider_name text collate "C",
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint message_templates_channel_known check (channel in ('whatsapp', 'sms', 'email')),
    constraint message_templates_language_form check (language ~ '^[a-z]{2,3}(_[A-Z]{2})?$'),
    constraint message_templates_name_length check (length(name) between 1 and 100),
    constraint message_templates_body_length check (length(body) between 1 and 4000)
);

create unique index message_templates_one_in_use on message_templates (shop_id, purpose, channel, language)
where is_active;

-- The service that carries a channel. `secret` is encrypted with a key that is not in the database.
-- `trouble`: why it carries nothing until somebody mends it. `wait_until`: it asked to be left alone until then.
create table message_providers (
    shop_id uuid not null,
    channel text not null,
    kind text not null,
    settings jsonb not null default '{}',
    secret bytea,
    is_active boolean not null default true,
    trouble text,
    wait_until timestamptz,
    tested_at timestamptz,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, channel),
    constraint message_providers_channel_known check (channel in ('whatsapp', 'sms', 'email')),
    constraint message_providers_kind_known check (kind in ('whatsapp_cloud', 'twilio', 'smtp'))
);

-- The outbox. prepared: a person presses Sent. queued: the worker hands it to the provider; sending: it is doing so.
-- unknown: whether it arrived there, nobody knows; a person decides, it never goes again by itself.
create table messages (
    shop_id uuid not null,
    id uuid not null,
    customer_id uuid,
    channel text not null,
    purpose text not null,
    way text not null,
    template_id uuid,
    template_name text collate "C",
    language text,
    address text collate "C" not null,
    subject text,
    body text not null,
    parameters jsonb not null default '[]',
    provider text not null default 'link',
    provider_message_id text collate "C",
    status text not null default 'prepared',
    attempts smallint not null default 0,
    next_try_at timestamptz,
    claim uuid,
    claimed_at timestamptz,
    error text,
    dedupe_key text collate "C",
    sent_at timestamptz,
    sent_by uuid,
    delivered_at timestamptz,
    read_at timestamptz,
    created_on date not null,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint messages_channel_known check (channel in ('whatsapp', 'sms', 'email')),
    constraint messages_way_known check (way in ('link', 'template', 'text')),
    constraint messages_status_known check (
        status in ('prepared', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown', 'cancelled')
    ),
    constraint messages_body_length check (length(body) between 1 and 4096),
    constraint messages_queued_with_time check (status <> 'queued' or next_try_at is not null),
    constraint messages_sending_claimed check (status <> 'sending' or (claim is not null and claimed_at is not null))
);

create unique index messages_once on messages (shop_id, dedupe_key) where dedupe_key is not null;

create unique index messages_of_provider on messages (shop_id, channel, provider_message_id)
where provider_message_id is not null;

create index messages_due on messages (shop_id, next_try_at, id) where status = 'queued';

create index messages_under_way on messages (shop_id, claimed_at) where status = 'sending';

create index messages_customer on messages (shop_id, customer_id, id desc) where customer_id is not null;

create index messages_status on messages (shop_id, status, id desc);

-- What a provider told about a message it carried. It may come before we have written down that the message went.
create table message_receipts (
    shop_id uuid not null,
    channel text not null,
    provider_message_id text collate "C" not null,
    status text not null,
    at timestamptz not null,
    error text,
    primary key (shop_id, channel, provider_message_id, status),
    constraint message_receipts_channel_known check (channel in ('whatsapp', 'sms', 'email')),
    constraint message_receipts_status_known check (status in ('sent', 'delivered', 'read', 'failed'))
);

-- What customers wrote back. The newest one opens WhatsApp's window of 24 hours for free text.
create table message_replies (
    shop_id uuid not null,
    id uuid not null,
    channel text not null,
    provider_message_id text collate "C" not null,
    address text collate "C" not null,
    customer_id uuid,
    answers_message_id uuid,
    body text not null,
    asks_to_stop boolean not null default false,
    received_at timestamptz not null,
    created_at timestamptz not null default now(),
    primary key (shop_id, id),
    constraint message_replies_once unique (shop_id, channel, provider_message_id),
    constraint message_replies_channel_known check (channel in ('whatsapp', 'sms', 'email')),
    constraint message_replies_body_length check (length(body) between 1 and 4096)
);

create index message_replies_address on message_replies (shop_id, channel, address, received_at desc);

create index message_replies_customer on message_replies (shop_id, customer_id, received_at desc)
where customer_id is not null;

-- The work of a shop's morning, once a day. A row begun long ago and not done is taken up again.
create table mornings (
    shop_id uuid not null,
    day date not null,
    begun_at timestamptz not null,
    done_at timestamptz,
    primary key (shop_id, day)
);
