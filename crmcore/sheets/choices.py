"""The words sheets use for what is kept as one of a few values."""

from collections.abc import Mapping


def _words(spoken: Mapping[str, str]) -> dict[str, str]:
    return {word: value for value, words in spoken.items() for word in words.split()}


ASKS_YES_OR_NO = ("converted", "isconverted", "active", "isactive")  # squeezed headers, over 1 and 0

# Field -> squeezed word -> value.
CHOICES: Mapping[str, Mapping[str, str]] = {
    "status": _words({
        "completed": "completed complete paid fulfilled delivered done success successful succeeded approved closed "
        "invoiced shipped settled captured sold ok partiallypaid partiallyrefunded posted",
        "draft": "draft pending processing unpaid open quote quoted onhold new created invoice unfulfilled authorized "
        "authorised intransit inprogress placed confirmed awaitingpayment pendingpayment paymentreview holded",
        "cancelled": "cancelled canceled cancel void voided failed declined rejected expired abandoned unavailable",
        "returned": "returned return refunded refund chargeback",
    }),
    "visit_type": _words({
        "walk-in": "walkin walkedin walkins dropin unplanned new firstvisit visit store instore",
        "scheduled": "scheduled appointment appointed booked planned byappointment",
        "follow-up": "followup followupvisit revisit repeat return returning secondvisit",
        "delivery": "delivery delivered homedelivery collection pickup",
    }),
    "purpose": _words({
        "browsing": "browsing browse lookingaround looking enquiry inquiry exploring information windowshopping",
        "purchase_intent": "purchaseintent purchase buy buying wantstobuy tobuy purchasing intent order ordering",
        "complaint": "complaint complaints complain problem issue",
        "service": "service servicing repair support maintenance warranty",
    }),
    "interest": _words({
        "high": "high hot veryinterested highreadytobuy readytobuy strong veryhigh",
        "medium": "medium warm interested moderate mediumexploring exploring average",
        "low": "low cold littleinterest lowjustbrowsing justbrowsing weak",
        "not_interested": "notinterested none no nointerest",
    }),
    "outcome": _words({
        "purchase": "purchase purchased bought sale sold won converted order ordered buy yes",
        "quote_given": "quotegiven quote quoted quotation quotationgiven estimate estimategiven proposal quotesent",
        "no_purchase": "nopurchase didnotbuy notbought nosale lost none no notpurchased nobuy",
        "future_interest": "futureinterest interestedlater later future maybe followup thinking pending willcomeback",
    }),
    # As other programs call where a lead stands; what stands here under no word is asked about.
    "lead_status": _words({
        "new": "new open opennotcontacted notcontacted uncontacted untouched raw fresh created assigned unassigned "
        "unworked lead subscriber marketingqualified marketingqualifiedlead mql marketinglead enquiry inquiry prospect "
        "no false notconverted",
        "contacted": "contacted attempted attemptedtocontact attemptingcontact contactattempted contactinfuture "
        "connected working workingcontacted inprogress inprocess replied engaged nurture nurturing recycled followup "
        "callback badtiming opendeal contacting reached",
        "qualified": "qualified prequalified salesqualified salesqualifiedlead sql sal salesacceptedlead interested "
        "opportunity quotation proposal demo meetingscheduled appointment qualifiedlead",
        "unqualified": "unqualified notqualified disqualified junk junklead lost lostlead lostquotation dead deadlead "
        "bad badlead rejected notinterested donotcontact invalid duplicate spam closednotconverted closedlost archived "
        "wrongnumber unsubscribed",
        "converted": "converted closedconverted closedwon won customer client deal sold yes true convertedlead "
        "qualifiedconverted",
    }),
    # Only where a column beside the stage says what became of a deal.
    "opportunity_status": _words({
        "open": "open active ongoing inprogress inprocess pending working",
        "won": "won closedwon win success successful converted",
        "lost": "lost closedlost loss failed abandoned dead cancelled canceled",
    }),
    "customer_status": _words({
        "lead": "lead prospect potential potentialcustomer new enquiry inquiry suspect",
        "active": "active customer client existing current live enabled yes true",
        "inactive": "inactive notactive former formercustomer lost churned dormant lapsed disabled archived closed no "
        "false",
    }),
    "generic_preference": _words({
        "generic": "generic generics prefersgenerics genericsonly",
        "branded": "branded brand brands prefersbrands brandsonly",
        "either": "either eitherisfine any both nopreference",
    }),
    "yes_no": _words({"yes": "yes y true t 1 ja oui si sim", "no": "no n false f 0 nein non nao"}),
    "lead_quality": _words({
        "hot": "hot high veryhigh highinrelevance strong",
        "warm": "warm medium moderate normal",
        "cold": "cold low lowinrelevance weak",
    }),
}
