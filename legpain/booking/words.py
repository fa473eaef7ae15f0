"""The words that steer the form: giving up, refusing, asking why, changing an answer."""

from __future__ import annotations

import re
from typing import Optional, Pattern


def _any(*patterns: str, around: str = "(?:{})") -> Pattern[str]:
    """Return one pattern for any of several; `around` says where they must stand."""
    return re.compile(around.replace("{}", "|".join(patterns)), re.I)


_POLITE = (
    r"(?:(?:ok(?:ay)?|no|oh|um+|uh|well|sorry|please|hm+|actually|you know what|ugh|nah|hey|wait"
    r"|then|so|and)\b[\s,.!]*)*"
)
_TAIL = (
    r"(?:[\s,.!]*(?:please|thanks?(?: you)?|now|then|ok(?:ay)?|anyway|for now|bye|instead|after all"
    r"|any ?more))*[\s.!]*$"
)
_REQUEST = (
    r"(?:(?:the|this|my|that|whole)\s+)*"
    r"(?:request|appointment|booking|visit|form|thing|process|it|this|that|everything|asking)"
)
_NOT_WANTED = r"i\s+(?:do not|don'?t|no longer)\s+(?:want|need|wish)\s+"

_QUITS = _any(
    rf"(?:stop|cancel|quit|exit|abort|end|close|drop|scrap|delete|leave|forget)"
    rf"(?:\s+(?:about\s+)?{_REQUEST})?",
    r"never\s?-?mind|nvm|forget (?:it|about it|this|that)",
    r"let'?s (?:not|stop|leave it)(?: do (?:this|it|that))?",
    r"(?:i think )?i(?:'?ll| will| would rather|'?d rather| am going to|'?m gonna)\s*"
    r"(?:just\s+)?(?:call|phone|ring)(?:\s+(?:you|them|the clinic|the office|instead|in|up))*",
    r"i\s+(?:have\s+|'ve\s+)?changed? my mind(?: about (?:this|it|the \w+))?|i give up|i'?m out"
    r"|i quit|i'?m done(?: with (?:this|it))?",
    r"not now|maybe later|(?:some|an)other time|later maybe|not today|i'?ll do (?:it|this) later",
    rf"{_NOT_WANTED}(?:to (?:do|book|send|continue|go on)(?: with)?\s*)?"
    r"(?:this|it|that|(?:a|an|the) (?:visit|appointment|request))",
    rf"{_NOT_WANTED}to (?:continue|go on|book|do this)",
    r"(?:this is )?(?:too (?:many questions|much|long|complicated)|taking too long)"
    r"(?:,? (?:i'?m out|forget it|bye|stop))?",
    r"do(?:n'?t| not) (?:bother|send (?:it|that|this|anything))|screw (?:this|it)"
    r"|no more questions|leave me alone",
    around=rf"^{_POLITE}(?:{{}}){_TAIL}",
)
_STARTS_OVER = _any(
    r"start (?:over|again|from (?:the )?(?:beginning|scratch|start))",
    r"from the (?:beginning|top)|begin again|restart|do it all again",
    around=r"\b(?:{})\b",
)
_WHY = _any(
    r"\bwhy\b.*\b(?:you (?:need|want|ask|have)|are you asking|needed|necessary|important|matter"
    r"|should i (?:give|tell|say)|do i (?:have|need) to|must i)\b",
    r"^\s*(?:but |and |um )?(?:why|what for)\b[\s?!.]*$",
    r"\bwhat (?:do you|would you|you) (?:need|want) (?:it|that|this|my [\w-]+)(?: for)?\b",
    r"\bwhat(?:'?s| is) (?:that|it|this|my [\w-]+) (?:for|needed for)\b",
    r"\bis (?:that|this|it) (?:really )?(?:necessary|needed|required)\b",
    r"\bdo (?:i|you) (?:really )?(?:have|need) (?:to|that|my|it)\b",
    r"\bwhat (?:will|do) you do with\b",
)
_REFUSES = _any(
    r"^\s*(?:no+|nope|nah|skip|pass|next|none|n/?a|nothing|private)\b[\s.!]*"
    r"(?:(?:please|thanks?|thank you|it|this|that|one|on|question)\b[\s.!]*)*$",
    r"\bnone of your\b.*\b(?:business|concern)|\bmind your own\b|\bi refuse\b",
    r"\b(?:rather|prefer|like|want) not\b|\bkeep (?:that|it) to myself\b",
    r"\bnot (?:telling|saying|giving|sharing|going to|gonna|comfortable|willing)\b",
    r"\b(?:do not|don'?t|won'?t|can'?t|cannot|will not|wouldn'?t)\s+(?:really\s+)?"
    r"(?:want|wish|give|share|tell|say|do|have|use|like|got|hand out|own|feel|need|check|know)\b",
    r"\b(?:skip|leave) (?:it|this|that)(?: one| question)?(?: out| blank| empty)?\b",
    r"\bno (?:phone|e-?mail|number|cell|address|name)s?\b|\bthat'?s (?:private|personal)\b",
)
_QUESTION = _any(
    r"\?\s*$",
    r"^\s*(?:(?:hi|hey|ok|okay|um|so|and|but|first|wait|sorry|also|quick question)\b[\s,.:]*)*"
    r"(?:what|how|why|when|where|who|which|can|could|do|does|did|is|are|am|will|would|should|may"
    r"|what'?s|how'?s|where'?s|who'?s|tell me|explain)\b",
)
_YES = _any(
    r"yes|yeah|yep|yup|ya|yea|y|sure|ok|okay|fine|of course|absolutely|certainly|correct|right",
    r"perfect|good|great|go ahead|please do|do it|send|submit|book it|sounds good|no problem",
    r"looks? (?:good|right|fine)|all (?:good|right|correct)|try (?:it |that )?again|agreed",
    r"that'?s (?:right|correct|fine|ok|it|good)|you may|they (?:may|can)|i agree|i consent",
    r"go on|continue|carry on|let'?s (?:go on|continue|do it)",
    r"confirm(?:ed)?|it'?s (?:right|correct|fine|ok|good)|please send",
    around=r"^\s*(?:{})\b(?!\s*(?:not|but not))",
)
_NO = _any(
    r"no+|nope|nah|n|not (?:yet|quite|really|right|correct)|wrong|wait|hold on|don'?t|do not|never",
    r"i (?:do not|don'?t)|that'?s (?:not|wrong)|rather not|i'?d rather not",
    around=r"^\s*(?:{})\b",
)
_CHANGES = _any(
    r"change|correct(?:ion)?|fix|wrong|update|edit|mistake|typo|oops|actually|instead|mistyped",
    r"misspell?ed|should (?:be|read|say)|wait|sorry|i meant?|rather|not right|incorrect|replace",
    r"make (?:it|that)|scratch that|different|add|no[,.]",
    around=r"\b(?:{})(?:\b|(?<=\W))",
)
_STEPS_BACK = _any(r"^\s*(?:go )?back\b|\bprevious (?:question|one)\b")
_KEEPS = _any(
    r"\b(?:never\s?mind|keep (?:it|that|the)|leave it|as it is|it'?s fine|forget it|no change)\b"
)
_REMOVES = _any(
    r"\b(?:remove|delete|drop|take (?:out|off)|leave (?:\S+ ){0,3}out|without"
    r"|do(?:n'?t| not) use)\b"
)
_BY_EMAIL = _any(
    r"\be-?mail (?:me|us|is|instead|only|please|works|would)\b",
    r"\b(?:by|via|use|prefer|rather|with|only) e-?mail\b",
)
_BY_PHONE = _any(
    r"\b(?:call|phone|text|ring) (?:me|us|instead|only|please)\b",
    r"\b(?:by|via|use|prefer|rather|only)(?: the| my| a)? phone\b",
)
_FIELDS = (
    ("email", re.compile(r"\b(?:e-?mails?|mail|gmail|e-?mail address)\b", re.I)),
    ("phone", re.compile(r"\b(?:phones?|numbers?|cell|mobile|telephone|digits?|landline)\b", re.I)),
    ("name", re.compile(r"\b(?:names?|spell(?:ed|ing|t)?)\b", re.I)),
    ("preferred_time", re.compile(r"\b(?:time|day|date|when|hour)\b", re.I)),
    ("reason", re.compile(r"\b(?:reason|complaint)\b", re.I)),
)
_SHORT = 60  # characters; longer messages say more than "start over"


def quits(text: str) -> bool:
    """Whether the whole message gives the request up."""
    return bool(_QUITS.match(_plain(text)))


def starts_over(text: str) -> bool:
    """Whether the message asks to begin again."""
    return bool(_STARTS_OVER.search(text)) and len(text) < _SHORT


def asks_why(text: str) -> bool:
    """Whether the message asks what an answer is needed for."""
    return bool(_WHY.search(_plain(text)))


def refuses(text: str) -> bool:
    """Whether the message refuses an answer."""
    return bool(_REFUSES.search(_plain(text)))


def is_question(text: str) -> bool:
    """Whether the message reads like a question."""
    return bool(_QUESTION.search(_plain(text)))


def says_yes(text: str) -> bool:
    """Whether the message begins with a yes."""
    return bool(_YES.match(_plain(text)))


def says_no(text: str) -> bool:
    """Whether the message begins with a no."""
    return bool(_NO.match(_plain(text)))


def wants_change(text: str) -> bool:
    """Whether the message corrects something said before."""
    return bool(_CHANGES.search(_plain(text)))


def steps_back(text: str) -> bool:
    """Whether the message asks for the question before."""
    return bool(_STEPS_BACK.search(text)) and len(text) < _SHORT


def keeps(text: str) -> bool:
    """Whether the message wants an answer left as it is."""
    return bool(_KEEPS.search(_plain(text)))


def removes(text: str) -> bool:
    """Whether the message wants an answer taken out."""
    return bool(_REMOVES.search(_plain(text)))


def prefers_email(text: str) -> bool:
    """Whether the message asks to be written to."""
    return bool(_BY_EMAIL.search(text))


def prefers_phone(text: str) -> bool:
    """Whether the message asks to be called."""
    return bool(_BY_PHONE.search(text))


def field_named(text: str) -> Optional[str]:
    """Return the field that a message speaks of by name, if it does."""
    return next((name for name, pattern in _FIELDS if pattern.search(text)), None)


def _plain(text: str) -> str:
    return text.replace("’", "'").strip()
