-- Shops, the people who sign in, and what each may do in which shop.
-- Global: shops, staff, staff_shops, sign_in_sessions, sign_in_failures, setup_invitations. Tenant: memberships, shop_settings.

create table shops (
    id uuid primary key,
    slug text not null,
    name text not null,
    kind text not null,
    region text not null,
    currency text not null,
    timezone text not null,
    is_demo boolean not null default false,
    created_at timestamptz not null default now(),
    constraint shops_slug_once unique (slug),
    constraint shops_slug_form check (slug ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'),
    constraint shops_name_length check (length(name) between 1 and 200),
    constraint shops_kind_known check (kind in ('showroom', 'counter', 'storefront', 'pharmacy', 'business')),
    constraint shops_region_form check (region ~ '^[A-Z]{2}$'),
    constraint shops_currency_form check (currency ~ '^[A-Z]{3}$')
);

-- A person's sign-in. The name and the rights stand in each shop's memberships, where other shops can't read them.
create table staff (
    id uuid primary key,
    login text not null,
    password_hash text not null,
    password_changed_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    constraint staff_login_once unique (login),
    constraint staff_login_form check (login = lower(login) and length(login) between 2 and 100)
);

-- Which shops a sign-in belongs to: asked before any shop is chosen, so it holds no more than that.
create table staff_shops (
    staff_id uuid not null references staff (id),
    shop_id uuid not null references shops (id),
    primary key (staff_id, shop_id)
);

-- `kept`: the browser keeps it when it is closed, and it lasts longer without use.
create table sign_in_sessions (
    token_hash bytea primary key,
    staff_id uuid not null references staff (id),
    shop_id uuid not null references shops (id),
    kept boolean not null default false,
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null
);

create index sign_in_sessions_staff on sign_in_sessions (staff_id);

-- Failed sign-ins for the slow-down: per name at an address, per name, per address, per browser.
create table sign_in_failures (
    who text primary key,
    failures integer not null,
    last_failed_at timestamptz not null default now()
);

-- One-time addresses: the owner's first set-up. Only the hash of the address is kept.
create table setup_invitations (
    token_hash bytea primary key,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz
);

create table memberships (
    shop_id uuid not null,
    staff_id uuid not null,
    name text not null,
    role text not null,
    sells boolean not null default false,
    medical boolean not null default false,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, staff_id),
    constraint memberships_name_length check (length(name) between 1 and 200),
    constraint memberships_role_known check (role in ('owner', 'manager', 'staff'))
);

create table shop_settings (
    shop_id uuid not null,
    key text not null,
    value jsonb not null,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, key)
);
