"""What a field holds: decides how it is cleaned, and whether its column can be told by its content."""

PHONE, REF, EMAIL, NAME, TEXT, LONG_TEXT = "phone", "ref", "email", "name", "text", "long text"
MOMENT, BIRTHDAY, MONEY, PRICE, QUANTITY, DAYS = "moment", "birthday", "money", "price", "quantity", "days"
CHOICE, PERSON, TAGS = "choice", "person", "tags"
PHONES, MORE_PHONES = "phones", "more phones"  # cells that may hold several numbers
SECOND_PHONE = "second phone"  # read where the first one is empty
DAY, LIKELY = "day", "likely"  # a day that may lie ahead; a probability in percent
CURRENCY = "currency"
SOMEBODY = "somebody"  # a person of the team, who joins it when nobody has that name yet
WHOLE, DEGREES = "whole number", "degrees"
OWN_TEXT, OWN_NUMBER, OWN_DATE = "own text", "own number", "own date"  # a field the shop made itself
OWN_CHOICE, OWN_YES_NO = "own choice", "own yes or no"
