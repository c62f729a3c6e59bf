-- What a person has to do and has done today; who wants the morning mail; and how often a mail was tried.

-- A work list reads the beginning of one index: of a person's, of what is for whoever comes first, or of the team's.
drop index follow_ups_open;

drop index follow_ups_open_by_day;

create index follow_ups_open on follow_ups (shop_id, assigned_to, due_on, due_time, id) where closed_at is null;

create index follow_ups_open_of_nobody on follow_ups (shop_id, due_on, due_time, id)
where closed_at is null and assigned_to is null;

create index follow_ups_open_by_day on follow_ups (shop_id, due_on, due_time, id) where closed_at is null;

create index follow_ups_closed on follow_ups (shop_id, closed_by, closed_on) where closed_at is not null;

alter table memberships add column wants_digest boolean not null default true;

alter table digests add column tries smallint not null default 1;

alter table digests add column tried_at timestamptz not null default now();

-- unknown: the worker ended while it was sending. Such a mail may have gone out, and is not sent again.
alter table digests drop constraint digests_status_known;

alter table digests add constraint digests_status_known check (status in ('sending', 'sent', 'failed', 'unknown'));

create index digests_unfinished on digests (shop_id, tried_at) where status = 'sending';
