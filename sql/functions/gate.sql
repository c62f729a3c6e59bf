-- The database's half of crmcore/database/gate.py: the only SQL that names a shop.

-- Open a transaction for writing in a shop: name the shop as the policies ask for it, and take its lock, shared for a use
-- case about one customer, `alone` for one about several, and a slot of the rollups. No two writers hold a slot at once,
-- so none waits for rows that another holds in another order. Who waits longer than that is refused (an import may hold
-- the shop for minutes).
create function open_for_writing(of_shop uuid, alone boolean, longest_wait_ms integer)
returns void
language plpgsql
as $$
declare
    shop_name constant text := cast(of_shop as text);
    slot integer := pg_backend_pid() % 8;
begin
    perform
        set_config('app.shop_id', shop_name, true),
        set_config('lock_timeout', cast(longest_wait_ms as text), true);
    if alone then
        perform pg_advisory_xact_lock(hashtextextended(shop_name, 0));
        perform set_config('app.slot', '0', true);
        return;
    end if;
    perform pg_advisory_xact_lock_shared(hashtextextended(shop_name, 0));
    for turn in 0..7 loop
        if pg_try_advisory_xact_lock(hashtextextended(shop_name, 1 + (slot + turn) % 8)) then
            perform set_config('app.slot', cast((slot + turn) % 8 as text), true);
            return;
        end if;
    end loop;
    perform pg_advisory_xact_lock(hashtextextended(shop_name, 1 + slot));
    perform set_config('app.slot', cast(slot as text), true);
end
$$;
