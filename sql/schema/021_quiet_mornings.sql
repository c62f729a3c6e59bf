-- nothing: there was nothing to do that morning, so no mail was sent.
alter table digests drop constraint digests_status_known;

alter table digests add constraint digests_status_known
    check (status in ('sending', 'sent', 'failed', 'unknown', 'nothing'));
