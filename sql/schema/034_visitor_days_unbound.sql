-- Looking up the shop again for each row took a third of the time of writing visitor_days, of which a large import makes one
-- a visit. They are made from visits, which name a shop there is, in the transaction of these, and from nothing else;
-- `regulars doctor` compares them.
alter table visitor_days drop constraint visitor_days_shop;
