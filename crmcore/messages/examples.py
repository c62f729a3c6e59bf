"""Texts to begin with, in English, Hindi and Marathi. They serve until a shop writes its own."""

from typing import NamedTuple


class Example(NamedTuple):
    """`subject` is for e-mail."""

    subject: str
    body: str


LANGUAGES = ("en", "hi", "mr")

# How somebody is addressed whose name is not on file.
NAMELESS = {"en": "customer", "hi": "ग्राहक", "mr": "ग्राहक"}

EXAMPLES = {
    "refill": {
        "en": Example(
            "Time for a refill",
            "Hello {name}, your {medicine} will run out on {due_day}. "
            "Shall we keep a refill ready for you? Just reply to this message. {shop}",
        ),
        "hi": Example(
            "दवा दोबारा लेने का समय",
            "नमस्ते {name}, आपकी दवा {medicine} {due_day} को समाप्त हो जाएगी। "
            "क्या हम आपके लिए दवा तैयार रखें? इस संदेश का उत्तर दें। {shop}",
        ),
        "mr": Example(
            "औषध पुन्हा घेण्याची वेळ",
            "नमस्कार {name}, तुमचे औषध {medicine} {due_day} रोजी संपेल. "
            "आम्ही तुमच्यासाठी औषध तयार ठेवू का? या संदेशाला उत्तर द्या. {shop}",
        ),
    },
    "follow_up": {
        "en": Example(
            "From {shop}",
            "Hello {name}, this is {staff} from {shop} about {about}. Do you have any questions? I am glad to help.",
        ),
        "hi": Example(
            "{shop} की ओर से",
            "नमस्ते {name}, {shop} से {staff}। विषय: {about}। क्या आपका कोई प्रश्न है? मदद करके खुशी होगी।",
        ),
        "mr": Example(
            "{shop} कडून",
            "नमस्कार {name}, {shop} मधून {staff}. विषय: {about}. तुम्हाला काही प्रश्न आहेत का? मदत करायला आनंद होईल.",
        ),
    },
    "birthday": {
        "en": Example("Happy birthday", "Happy birthday, {name}. All of us at {shop} wish you a wonderful year."),
        "hi": Example("जन्मदिन की शुभकामनाएँ", "{name}, आपको जन्मदिन की हार्दिक शुभकामनाएँ। {shop} परिवार की ओर से।"),
        "mr": Example("वाढदिवसाच्या शुभेच्छा", "{name}, तुम्हाला वाढदिवसाच्या हार्दिक शुभेच्छा. {shop} परिवाराकडून."),
    },
    "review": {
        "en": Example(
            "How was it?",
            "Hello {name}, thank you for coming to {shop}. How was it? A few words from you would help us.",
        ),
        "hi": Example(
            "आपका अनुभव कैसा रहा?",
            "नमस्ते {name}, {shop} में आने के लिए धन्यवाद। आपका अनुभव कैसा रहा? आपके दो शब्द हमारे काम आएँगे।",
        ),
        "mr": Example(
            "तुमचा अनुभव कसा होता?",
            "नमस्कार {name}, {shop} मध्ये आल्याबद्दल धन्यवाद. तुमचा अनुभव कसा होता? तुमचे दोन शब्द आम्हाला मदत करतील.",
        ),
    },
    "offer": {
        "en": Example("{shop}: {offer}", "Hello {name}, at {shop}: {offer}. We look forward to seeing you."),
        "hi": Example("{shop}: {offer}", "नमस्ते {name}, {shop} में: {offer}। आपका इंतज़ार रहेगा।"),
        "mr": Example("{shop}: {offer}", "नमस्कार {name}, {shop} मध्ये: {offer}. तुमची वाट पाहत आहोत."),
    },
    "outreach": {
        "en": Example(
            "From {shop}",
            "Hello {name}, this is {staff} from {shop}. May we help you with anything? "
            "If you would rather not hear from us, reply STOP.",
        ),
        "hi": Example(
            "{shop} की ओर से",
            "नमस्ते {name}, {shop} से {staff}। क्या हम आपकी कोई सहायता कर सकते हैं? "
            "यदि आप संदेश नहीं चाहते तो STOP लिखकर भेजें।",
        ),
        "mr": Example(
            "{shop} कडून",
            "नमस्कार {name}, {shop} मधून {staff}. आम्ही तुम्हाला काही मदत करू शकतो का? "
            "संदेश नको असल्यास STOP लिहून पाठवा.",
        ),
    },
}
