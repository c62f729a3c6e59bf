-- Products, orders (any sale: a pharmacy's bill is an order) and their items.

create table products (
    shop_id uuid not null,
    id uuid not null,
    sku text,
    name text not null,
    category text,
    price numeric(14, 2),
    is_active boolean not null default true,
    import_id uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint products_name_length check (length(name) between 1 and 300),
    constraint products_price_sane check (price between 0 and 99999999.99)
);

create unique index products_sku_once on products (shop_id, sku) where sku is not null;

create index products_name on products (shop_id, name);

create index products_import on products (shop_id, import_id) where import_id is not null;

-- Who bought is kept beside the link (customer_name, _phone, _address), so that old orders stay readable.
-- quantity is the net number of pieces; with the total it tells a return from a purchase.
create table orders (
    shop_id uuid not null,
    id uuid not null,
    number text collate "C" not null,
    status text not null default 'draft',
    ordered_at timestamptz not null,
    ordered_on date not null,
    customer_id uuid,
    customer_name text,
    customer_phone text,
    customer_address text,
    customer_category text,
    rep_id uuid,
    total numeric(14, 2) not null,
    quantity numeric(14, 3) not null default 1,
    is_return boolean not null generated always as (total < 0 or (total = 0 and quantity < 0)) stored,
    returns_order_id uuid,
    payment_method text,
    source_slug text,
    was_contacted_before boolean,
    visited_but_no_purchase boolean,
    note text,
    idempotency_key text,
    import_id uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (shop_id, id),
    constraint orders_number_once unique (shop_id, number),
    constraint orders_number_length check (length(number) between 1 and 100),
    constraint orders_status_known check (status in ('draft', 'completed', 'cancelled', 'returned')),
    constraint orders_total_sane check (total between -99999999.99 and 99999999.99)
);

create unique index orders_idempotency_once on orders (shop_id, idempotency_key) where idempotency_key is not null;

create index orders_customer on orders (shop_id, customer_id, ordered_on);

create index orders_day on orders (shop_id, ordered_on, id);

-- Drafts and cancelled orders are few: with their own index the list need not look at every order to count them.
create index orders_not_completed on orders (shop_id, ordered_on, status) where status <> 'completed';

create index orders_import on orders (shop_id, import_id) where import_id is not null;

create index orders_returned on orders (shop_id, returns_order_id) where returns_order_id is not null;

create table order_items (
    shop_id uuid not null,
    order_id uuid not null,
    position integer not null,
    product_id uuid,
    product_name text,
    sku text,
    category text,
    quantity numeric(14, 3) not null,
    unit_price numeric(14, 4),
    total numeric(14, 2) not null,
    medicine_days integer,
    primary key (shop_id, order_id, position),
    constraint order_items_medicine_days check (medicine_days between 1 and 3650)
);
