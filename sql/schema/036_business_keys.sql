-- Foreign keys of business sales, one statement each.

alter table stages add constraint stages_shop foreign key (shop_id) references shops (id);

alter table lost_reasons add constraint lost_reasons_shop foreign key (shop_id) references shops (id);

alter table territories add constraint territories_shop foreign key (shop_id) references shops (id);

alter table targets add constraint targets_shop foreign key (shop_id) references shops (id);

alter table leads add constraint leads_shop foreign key (shop_id) references shops (id);

alter table lead_scores add constraint lead_scores_shop foreign key (shop_id) references shops (id);

alter table lead_taggings add constraint lead_taggings_shop foreign key (shop_id) references shops (id);

alter table companies add constraint companies_shop foreign key (shop_id) references shops (id);

alter table contact_people add constraint contact_people_shop foreign key (shop_id) references shops (id);

alter table phones add constraint phones_shop foreign key (shop_id) references shops (id);

alter table emails add constraint emails_shop foreign key (shop_id) references shops (id);

alter table opportunities add constraint opportunities_shop foreign key (shop_id) references shops (id);

alter table opportunity_items add constraint opportunity_items_shop foreign key (shop_id) references shops (id);

alter table stage_changes add constraint stage_changes_shop foreign key (shop_id) references shops (id);

alter table opportunity_taggings add constraint opportunity_taggings_shop foreign key (shop_id) references shops (id);

alter table segments add constraint segments_shop foreign key (shop_id) references shops (id);

alter table segment_members add constraint segment_members_shop foreign key (shop_id) references shops (id);

alter table health_scores add constraint health_scores_shop foreign key (shop_id) references shops (id);

alter table health_days add constraint health_days_shop foreign key (shop_id) references shops (id);

alter table reports add constraint reports_shop foreign key (shop_id) references shops (id);

alter table territories add constraint territories_rep
    foreign key (shop_id, rep_id) references memberships (shop_id, staff_id);

alter table targets add constraint targets_rep
    foreign key (shop_id, rep_id) references memberships (shop_id, staff_id);

alter table leads add constraint leads_assignee
    foreign key (shop_id, assigned_to) references memberships (shop_id, staff_id);

alter table leads add constraint leads_territory
    foreign key (shop_id, territory_id) references territories (shop_id, id);

alter table leads add constraint leads_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

alter table lead_scores add constraint lead_scores_lead
    foreign key (shop_id, lead_id) references leads (shop_id, id) on delete cascade;

alter table lead_taggings add constraint lead_taggings_lead
    foreign key (shop_id, lead_id) references leads (shop_id, id) on delete cascade;

alter table lead_taggings add constraint lead_taggings_tag
    foreign key (shop_id, tag_id) references tags (shop_id, id) on delete cascade;

alter table companies add constraint companies_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id) on delete cascade;

alter table contact_people add constraint contact_people_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

alter table phones add constraint phones_person
    foreign key (shop_id, contact_person_id) references contact_people (shop_id, id) on delete cascade;

alter table emails add constraint emails_person
    foreign key (shop_id, contact_person_id) references contact_people (shop_id, id) on delete cascade;

alter table opportunities add constraint opportunities_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id);

alter table opportunities add constraint opportunities_person
    foreign key (shop_id, contact_person_id) references contact_people (shop_id, id);

alter table opportunities add constraint opportunities_lead
    foreign key (shop_id, lead_id) references leads (shop_id, id);

alter table opportunities add constraint opportunities_stage
    foreign key (shop_id, stage_id) references stages (shop_id, id);

alter table opportunities add constraint opportunities_reason
    foreign key (shop_id, reason_id) references lost_reasons (shop_id, id);

alter table opportunities add constraint opportunities_rep
    foreign key (shop_id, rep_id) references memberships (shop_id, staff_id);

alter table opportunities add constraint opportunities_territory
    foreign key (shop_id, territory_id) references territories (shop_id, id);

alter table opportunity_items add constraint opportunity_items_opportunity
    foreign key (shop_id, opportunity_id) references opportunities (shop_id, id) on delete cascade;

alter table opportunity_items add constraint opportunity_items_product
    foreign key (shop_id, product_id) references products (shop_id, id);

alter table stage_changes add constraint stage_changes_opportunity
    foreign key (shop_id, opportunity_id) references opportunities (shop_id, id);

alter table stage_changes add constraint stage_changes_from
    foreign key (shop_id, from_stage_id) references stages (shop_id, id);

alter table stage_changes add constraint stage_changes_to
    foreign key (shop_id, to_stage_id) references stages (shop_id, id);

alter table stage_changes add constraint stage_changes_reason
    foreign key (shop_id, reason_id) references lost_reasons (shop_id, id);

alter table opportunity_taggings add constraint opportunity_taggings_opportunity
    foreign key (shop_id, opportunity_id) references opportunities (shop_id, id) on delete cascade;

alter table opportunity_taggings add constraint opportunity_taggings_tag
    foreign key (shop_id, tag_id) references tags (shop_id, id) on delete cascade;

alter table segment_members add constraint segment_members_segment
    foreign key (shop_id, segment_id) references segments (shop_id, id) on delete cascade;

alter table segment_members add constraint segment_members_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id) on delete cascade;

alter table health_scores add constraint health_scores_customer
    foreign key (shop_id, customer_id) references customers (shop_id, id) on delete cascade;

alter table interactions add constraint interactions_lead
    foreign key (shop_id, lead_id) references leads (shop_id, id);

alter table interactions add constraint interactions_opportunity
    foreign key (shop_id, opportunity_id) references opportunities (shop_id, id);

alter table interactions add constraint interactions_person
    foreign key (shop_id, contact_person_id) references contact_people (shop_id, id);

alter table follow_ups add constraint follow_ups_lead
    foreign key (shop_id, lead_id) references leads (shop_id, id);

alter table follow_ups add constraint follow_ups_opportunity
    foreign key (shop_id, opportunity_id) references opportunities (shop_id, id);

alter table notes add constraint notes_lead
    foreign key (shop_id, lead_id) references leads (shop_id, id);

alter table notes add constraint notes_opportunity
    foreign key (shop_id, opportunity_id) references opportunities (shop_id, id);
