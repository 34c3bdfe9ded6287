"""jmespath in settings: compiled at the start, and at no value an error."""

from collections.abc import Callable
from typing import Any

import jmespath

from app.options import bad

Search = Callable[[Any], Any]


class PathError(ValueError):
    """A text that is no path; the argument says why."""


def searcher(text: str) -> Search:
    """An expression, compiled; raises PathError."""
    try:
        expression = jmespath.compile(text)
    except jmespath.exceptions.JMESPathError as error:
        raise PathError(str(error).splitlines()[0]) from error

    def find(value: Any) -> Any:
        try:
            return expression.search(value)
        except (jmespath.exceptions.JMESPathError, ArithmeticError, TypeError, ValueError):
            return None  # a function met the wrong type: there is no such value

    return find


def searcher_of(feed: str, key: str, text: str) -> Search | None:
    """The expression of one key of one feed, None where it is left out; raises ConfigError."""
    try:
        return searcher(text) if text else None
    except PathError as error:
        raise bad(feed, key, str(error)) from error
