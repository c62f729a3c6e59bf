-- What was said: calls, mails, meetings and messages with customers, notes about them, files, and what people are told.

create table interactions (
    shop_id uuid not null,
    id uuid not null,
    customer_id uuid,
    kind text not null,
    direction text,
    happened_at timestamptz not null,
    happened_on date not null,
    handled_by uuid,
    subject text,
    notes text,
    minutes integer,
    outcome text,
    next_step text,
    sentiment text,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint interactions_kind_known check (
        kind in ('visit', 'call', 'email', 'meeting', 'note', 'task', 'sms', 'whatsapp')
    ),
    constraint interactions_direction_known check (direction in ('in', 'out')),
    constraint interactions_minutes_sane check (minutes between 0 and 1440),
    constraint interactions_sentiment_known check (sentiment in ('positive', 'neutral', 'negative'))
);

create index interactions_customer on interactions (shop_id, customer_id, happened_at desc, id desc)
where customer_id is not null;

create index interactions_handler on interactions (shop_id, handled_by, happened_on) where handled_by is not null;

create index interactions_day on interactions (shop_id, happened_on);

-- mentioned: the staff members whom the note names with @; each is told.
create table notes (
    shop_id uuid not null,
    id uuid not null,
    customer_id uuid not null,
    kind text not null default 'general',
    body text not null,
    is_pinned boolean not null default false,
    mentioned uuid[] not null default '{}',
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint notes_kind_known check (kind in ('general', 'preference', 'complaint', 'important')),
    constraint notes_body_length check (length(body) between 1 and 10000)
);

create index notes_customer on notes (shop_id, customer_id, is_pinned desc, id desc);

-- Files. They stand in the database, so that row policies guard them and a backup holds them.
create table attachments (
    shop_id uuid not null,
    id uuid not null,
    customer_id uuid not null,
    interaction_id uuid,
    visit_id uuid,
    file_name text not null,
    media_type text not null,
    size integer not null,
    sha256 bytea not null,
    content bytea not null,
    created_at timestamptz not null default now(),
    created_by uuid,
    primary key (shop_id, id),
    constraint attachments_name_length check (length(file_name) between 1 and 255),
    constraint attachments_size_true check (size = octet_length(content) and size between 1 and 10485760)
);

create index attachments_customer on attachments (shop_id, customer_id, id desc);

-- What a person is told in the app.
create table notifications (
    shop_id uuid not null,
    id uuid not null,
    staff_id uuid not null,
    what text not null,
    body text not null,
    subject text,
    subject_id uuid,
    customer_id uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    read_at timestamptz,
    primary key (shop_id, id),
    constraint notifications_body_length check (length(body) between 1 and 1000)
);

create index notifications_of_person on notifications (shop_id, staff_id, id desc);

create index notifications_unread on notifications (shop_id, staff_id) where read_at is null;

-- The morning mail: one row a person and day makes it once. `status`: sending, sent, failed.
create table digests (
    shop_id uuid not null,
    staff_id uuid not null,
    day date not null,
    status text not null default 'sending',
    error text,
    created_at timestamptz not null default now(),
    primary key (shop_id, staff_id, day),
    constraint digests_status_known check (status in ('sending', 'sent', 'failed'))
);

-- Global: the address of a person's calendar, asked for by programs that have no sign-in. Only its hash is kept.
create table calendar_feeds (
    token_hash bytea primary key,
    shop_id uuid not null references shops (id),
    staff_id uuid not null references staff (id),
    created_at timestamptz not null default now(),
    constraint calendar_feeds_one_a_person unique (shop_id, staff_id)
);

alter table memberships add column email text collate "C";

alter table memberships add constraint memberships_email_form
    check (email = lower(email) and email like '%_@_%' and length(email) <= 320);
