-- Which parts of Regulars a shop uses. Its kind chose them; from now on the owner may switch each.

alter table shops add column modules text[] not null default '{}';

update shops
set
    modules = case kind
        when 'showroom' then array['visits']
        when 'counter' then array['loyalty']
        when 'storefront' then array['loyalty', 'storefront']
        when 'pharmacy' then array['contacts', 'refills']
        else array['pipeline']
    end;

alter table shops add constraint shops_modules_known
    check (modules <@ array['visits', 'contacts', 'refills', 'pipeline', 'loyalty', 'storefront']);
