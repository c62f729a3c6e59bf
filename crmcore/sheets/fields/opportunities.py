"""The columns a sheet of opportunities may have."""

from crmcore.sheets.fields import headings
from crmcore.sheets.fields.field import field
from crmcore.sheets.fields.kinds import CHOICE, CURRENCY, DAY, LIKELY, MONEY, REF, SOMEBODY, TEXT

OPPORTUNITIES = (
    field(
        "ref",
        "Reference",
        REF,
        "opportunity id, opportunity no, opportunity number, opportunity ref, deal id, deal no, deal number, deal ref,"
        "hs object id, record id, external id, crm id, id, reference, reference no, ref no, nr",
    ),
    field(
        "name",
        "Opportunity",
        TEXT,
        "opportunity name, deal name, deal, deal title, opportunity title, name, title, subject, topic,"
        "project, project name, deal deal title, titel, bezeichnung, titre, titulo",
    ),
    field(
        "customer",
        "Customer",
        TEXT,
        "account, account name, company, company name, organisation, organization, organisation name,"
        "organization name, deal organization, associated company, customer name, client, client name, buyer,"
        "business, business name, cliente, kunde, client company, firma, empresa, societe",
    ),
    field(
        "value",
        "Value",
        MONEY,
        "close value, deal value, deal amount, deal size, opportunity value, opportunity amount,"
        "opportunity amount usd, amount, value, expected revenue, estimated value, contract value, total value,"
        "total amount, revenue, worth,"
        "price, acv, arr, importe, valor, betrag, montant, wert, auftragswert, valeur",
    ),
    field(
        "currency",
        "Currency",
        CURRENCY,
        "currency code, currency iso code, deal currency, deal currency of value, currency of value,"
        "opportunity currency, amount currency, wahrung, devise, moneda",
    ),
    field(
        "probability",
        "Probability",
        LIKELY,
        "probability percent, win probability, deal probability, likelihood, chance, confidence, probability of close,"
        "hs deal stage probability, wahrscheinlichkeit, probabilite, probabilidad",
    ),
    field(
        "stage",
        "Stage",
        TEXT,
        "deal stage, sales stage, pipeline stage, opportunity stage, stage name, current stage, deal status,"
        "opportunity status, opportunity result, status, result, outcome, phase, etapa, etape",
    ),
    field(
        "status",
        "Status",
        CHOICE,
        "deal status, opportunity status, opportunity result, deal result, result, outcome, deal outcome",
        "opportunity_status",
    ),
    field(
        "rep",
        "Sales rep",
        SOMEBODY,
        headings.REP + ", sales agent, agent name, deal owner, opportunity owner, owner, owner name, account owner,"
        "sales owner, account executive, assigned to, assigned user, responsible, opportunity owner name,"
        "deal owner name, verantwortlich, responsable",
    ),
    field(
        "product",
        "Product",
        TEXT,
        "product name, product interest, item, item name, service, service name, solution, offering, products",
    ),
    field(
        "source",
        "Source",
        TEXT,
        "lead source, deal source, opportunity source, original source, origin, channel, sales channel, campaign",
    ),
    field("kind", "Type", TEXT, "deal type, opportunity type, type of deal, business type, sales type"),
    field("competitor", "Competitor", TEXT, "competitors, competitor name, main competitor, lost to"),
    field("next_step", "Next step", TEXT, "next steps, next action, next activity, next activity subject"),
    field(
        "created_on",
        "Created on",
        DAY,
        "created, created at, created date, create date, creation date, date created, created time, createdate,"
        "deal created, opened, opened on, open date, date opened, start date, started on, begin date, entry date,"
        "engage date, engaged on, engaged at, engagement date, first contact, first contact date, date,"
        "deal deal created, deal created on, deal created date, deal create date, erstellt am, cree le, creado el",
    ),
    field(
        "closed_on",
        "Closed on",
        DAY,
        "close date, closed date, closed at, closing date, date closed, closed time, closedate, deal close date,"
        "actual close date, actual close, deal closed on, deal deal closed on, end date, closed, won date, won on,"
        "won time, deal won time, date won, lost time, deal lost time, abgeschlossen am, cloture le, cerrado el",
    ),
    field(
        "expected_close_on",
        "Expected close",
        DAY,
        "expected close date, expected closing date, expected close on, estimated close date, est close date,"
        "forecast close date, target close date, planned close date, projected close date, expected date,"
        "deal expected close date",
    ),
    field(
        "reason",
        "Reason",
        TEXT,
        "lost reason, loss reason, reason lost, closed lost reason, closed won reason, close reason, won reason,"
        "reason for loss, reason for closing, deal lost reason, win loss reason, lost because",
    ),
)
