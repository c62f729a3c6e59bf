-- The record: the timeline (which is the audit record too), its seals, and every uploaded file.

-- One line of the timeline. Insert-only for the application role.
create table activities (
    shop_id uuid not null,
    id uuid not null,
    at timestamptz not null,
    staff_id uuid,
    via text not null default 'dashboard',
    what text not null,
    subject text not null,
    subject_id uuid,
    customer_id uuid,
    detail jsonb not null default '{}',
    is_important boolean not null default false,
    primary key (shop_id, id),
    constraint activities_what_length check (length(what) between 1 and 200)
);

create index activities_customer on activities (shop_id, customer_id, id desc) where customer_id is not null;

create index activities_subject on activities (shop_id, subject_id, id desc) where subject_id is not null;

-- The hash chain over activities, per shop: each link seals one activity and the link before it. Insert-only as well.
create table activity_chain (
    shop_id uuid not null,
    position bigint not null,
    activity_id uuid not null,
    link bytea not null,
    sealed_at timestamptz not null default now(),
    primary key (shop_id, position),
    constraint activity_chain_once unique (shop_id, activity_id)
);

create table imports (
    shop_id uuid not null,
    id uuid not null,
    noun text not null,
    file_name text not null,
    file_hash bytea,
    columns jsonb not null default '{}',
    status text not null default 'running',
    rows integer not null default 0,
    created integer not null default 0,
    updated integer not null default 0,
    unchanged integer not null default 0,
    rejected integer not null default 0,
    undone_at timestamptz,
    undone_by uuid,
    undo_report jsonb,
    created_at timestamptz not null default now(),
    created_by uuid,
    primary key (shop_id, id),
    constraint imports_noun_known check (
        noun in ('orders', 'customers', 'contacts', 'visits', 'leads', 'opportunities', 'products')
    ),
    constraint imports_status_known check (status in ('running', 'done', 'undone')),
    constraint imports_add_up check (status = 'running' or rows = created + updated + unchanged + rejected)
);

-- Rows of a file worth keeping: what was refused and why (cells as read), and what an updated record said before.
create table import_rows (
    shop_id uuid not null,
    import_id uuid not null,
    row_number integer not null,
    outcome text not null,
    column_name text,
    value text,
    reason text,
    cells jsonb,
    subject_id uuid,
    before jsonb,
    primary key (shop_id, import_id, row_number),
    constraint import_rows_outcome_known check (outcome in ('updated', 'rejected'))
);
