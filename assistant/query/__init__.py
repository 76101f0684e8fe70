"""Query understanding: what a question names, asks and presumes, completed from the earlier turns. It never searches."""

from assistant.query.annotation import Annotation, Annotator
from assistant.query.lexicon import Lexicon, build_lexicon
from assistant.query.parsing import QuestionParser
from assistant.query.types import Barrier, Facets, ParsedQuestion, Part, Shape, merge

__all__ = [
    "Annotation",
    "Annotator",
    "Barrier",
    "Facets",
    "Lexicon",
    "ParsedQuestion",
    "Part",
    "QuestionParser",
    "Shape",
    "build_lexicon",
    "merge",
]
