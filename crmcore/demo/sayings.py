"""What people of the demo showroom write down about visits and calls, and what customers say in reviews."""

VISIT = {
    "purchase": (
        "Had decided at home; wanted to see the {product} once more.",
        "Took the {product} after sitting down with the family.",
        "Asked for delivery before the weekend.",
        "Compared the {product} with one from the market, liked our polish better.",
        "Will send a friend who is furnishing a new flat.",
    ),
    "quote_given": (
        "Wants the {product} in a darker polish. Gave a price for both.",
        "Measures the room at home first, then decides about the {product}.",
        "Needs the price in writing for the {product}, with delivery.",
        "Moves into a new flat next month; {product} first, the rest later.",
        "Asked what three instalments would come to.",
    ),
    "future_interest": (
        "Waits for the festival offer on the {product}.",
        "Flat is ready in two months. Likes the {product}.",
        "Wants to bring the parents along before deciding on the {product}.",
        "Saving for it; comes back when the bonus is paid.",
    ),
    "no_purchase": (
        "Only looked around, had half an hour.",
        "The {product} is too wide for the staircase.",
        "Found the {product} dearer than expected.",
        "Looking for something in glass, which we do not have.",
        "Came along with a neighbour.",
    ),
}

DELIVERY = (
    "Came to settle the time of delivery.",
    "Picked up the small pieces, the rest goes by van.",
    "Checked the finish before it was loaded.",
)

SERVICE = (
    "A drawer sticks; the carpenter goes there this week.",
    "One leg was loose. Tightened it on the spot.",
    "Asked how to look after the wood in the rains.",
    "A scratch on the side; gave polish along.",
    "Wanted another fabric sample for the cushions.",
)

FOLLOW_UP = (
    "Call about the {product}",
    "Send pictures of the {product} in walnut",
    "Ask whether the {product} fits",
    "Say when the new {product} is on show",
    "Offer the festival price for the {product}",
    "Ask what the family thought of the {product}",
)

CALL = {
    "Reached": ("Spoke for a while, nothing new yet.", "Asked for the price once more."),
    "Will come by": ("Comes by with the family.", "Wants to see it once more on Saturday."),
    "Wants to think": ("Asked for a week more.", "Decides after the salary is paid."),
    "Not interested": ("Bought elsewhere.", "Plans have changed, no new flat."),
}

REVIEW = {
    5: (
        "Delivered on the day they said, and they took the old sofa away.",
        "Patient people, nobody pushed us. Lovely finish.",
        "Second time we bought here, and not the last.",
    ),
    4: ("Good wood, fair price. The delivery came a day late.", "Nice showroom, parking is hard to find."),
    3: ("Fine, but the polish is darker than the sample.", "All right for the price."),
    2: ("One screw was missing and it took a week to get it.",),
    1: ("Waited twice for a van that did not come.",),
}
