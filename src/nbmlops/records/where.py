"""The small language of `runs(where=...)`: text in, a frozen tree out.

    expression  =  term { "or" term }                       keywords in any case
    term        =  factor { "and" factor }
    factor      =  "not" factor  |  "(" expression ")"  |  test
    test        =  operand comparison operand { comparison operand }
                |  field [ "not" ] ( "contains" | "startswith" ) text
                |  field [ "not" ] "in" "(" value { "," value } ")"
                |  field "is" [ "not" ] "none"
    field       =  run field  |  ( "params" | "metrics" | "tags" ) "." key
                |  ( "last" | "min" | "max" | "count" ) "(" metrics field ")"

The tree that comes out is simpler than what went in: times and durations are numbers, `== none` is
`is none`, a shortened id is a prefix, chains are conjunctions. Whoever reads the tree (the store, in SQL)
has six kinds of nodes to know and no rule of the language. Every depth and length is bounded here, so
that a tree can be walked by recursion.
"""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from typing import Final, get_args

from nbmlops.errors import WhereError
from nbmlops.records.proof import Verdict
from nbmlops.records.runs import RunKind, RunStatus
from nbmlops.records.where_tokens import Token, tokenize
from nbmlops.records.where_tree import (
    RUN_FIELDS,
    AllOf,
    AnyOf,
    Compare,
    Field,
    Matches,
    Missing,
    Node,
    Not,
    OneOf,
    Order,
    Place,
    Summary,
    TextTest,
    Value,
)
from nbmlops.records.where_values import parse_duration, parse_moment

_PLACES: Final[tuple[Place, ...]] = ("params", "metrics", "tags")
_SUMMARIES: Final = ("last", "min", "max", "count")
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "status": tuple(status.value for status in RunStatus),
    "kind": get_args(RunKind),
    "verdict": tuple(verdict.value for verdict in Verdict),
}
# What people and the run list call them.
_OTHER_WORDS: Final[dict[str, str]] = {
    "interrupted": "killed",
    "stopped": "killed",
    "error": "failed",
    "crashed": "failed",
    "completed": "finished",
    "succeeded": "finished",
    "success": "finished",
    "done": "finished",
    "active": "running",
}
_MIRRORED: Final[dict[Order, Order]] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SPELLINGS: Final[dict[str, Order]] = {
    "=": "==", "==": "==", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
}  # fmt: skip
_ID_LENGTH: Final = 32
_MAX_DEPTH: Final = 50
_MAX_TESTS: Final = 200  # SQLite refuses an expression of more than 1,000 levels


@dataclass(frozen=True, slots=True)
class _Operand:
    """One side of a comparison as it was written; `value` None means the word none."""

    token: Token
    field: Field | None = None
    value: Value | None = None


def parse_where(text: str) -> Node:
    """Read a `where=` expression.

    Args:
        text: such as `metrics.accuracy > 0.9 and params.max_depth <= 8`.

    Raises:
        WhereError: the text is no expression; the error points at the column.

    Example:
        >>> parse_where("metrics.accuracy > 0.9")
        Compare(field=Field(place='metrics', key='accuracy', summary='last'), operator='>', value=0.9)
    """
    return _Parser(text).parse()


class _Parser:
    """Recursive descent over the tokens; one method a rule of the grammar."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokenize(text)
        self._at = 0
        self._depth = 0
        self._tests = 0

    def parse(self) -> Node:
        if self._peek().kind == "end":
            raise self._error("an empty expression; for example: metrics.accuracy > 0.9", self._peek())
        node = self._expression()
        if self._peek().kind != "end":
            raise self._error(f"expected `and`, `or` or the end, not {self._peek()}", self._peek())
        return node

    # -- tokens -------------------------------------------------------------------------------------

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _take_word(self, *words: str) -> Token | None:
        return self._take() if self._peek().is_word(*words) else None

    def _take_symbol(self, *symbols: str) -> Token | None:
        return self._take() if self._peek().kind == "symbol" and self._peek().text in symbols else None

    def _need_symbol(self, symbol: str, where: str) -> None:
        if self._take_symbol(symbol) is None:
            raise self._error(f"expected `{symbol}` {where}, not {self._peek()}", self._peek())

    def _error(self, message: str, token: Token) -> WhereError:
        return WhereError(message, expression=self._text, column=token.column)

    # -- logic --------------------------------------------------------------------------------------

    def _expression(self) -> Node:
        nodes = [self._term()]
        while self._take_word("or"):
            nodes.append(self._term())
        return nodes[0] if len(nodes) == 1 else AnyOf(tuple(nodes))

    def _term(self) -> Node:
        nodes = [self._factor()]
        while self._take_word("and"):
            nodes.append(self._factor())
        return nodes[0] if len(nodes) == 1 else AllOf(tuple(nodes))

    def _factor(self) -> Node:
        negated = False
        while self._take_word("not"):
            negated = not negated
        node = self._group() if self._peek().is_symbol("(") else self._test()
        return Not(node) if negated else node

    def _group(self) -> Node:
        opening = self._take()
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._error(f"parentheses are nested deeper than {_MAX_DEPTH}", opening)
        node = self._expression()
        if self._take_symbol(")") is None:
            raise self._error(f"expected `and`, `or` or `)`, not {self._peek()}", self._peek())
        self._depth -= 1
        return node

    # -- tests --------------------------------------------------------------------------------------

    def _test(self) -> Node:
        self._count(1)
        left = self._operand()
        if left.field is not None and not self._peek().is_symbol(*_SPELLINGS):
            return self._word_test(left.field)
        if self._peek().is_word("contains", "startswith", "in", "is"):
            raise self._error(
                f"`{self._peek().text}` needs a field on its left, as in: name contains 'forest'", left.token
            )
        return self._comparison(left)

    def _count(self, tests: int) -> None:
        self._tests += tests
        if self._tests > _MAX_TESTS:
            raise self._error(f"more than {_MAX_TESTS} comparisons", self._peek())

    def _comparison(self, left: _Operand) -> Node:
        nodes: list[Node] = []
        while (symbol := self._take_symbol(*_SPELLINGS)) is not None:
            self._count(1 if nodes else 0)
            right = self._operand()
            nodes.append(self._pair(left, _SPELLINGS[symbol.text], right))
            left = right
        if not nodes:
            raise self._error(f"expected a comparison after {left.token}, not {self._peek()}", self._peek())
        return nodes[0] if len(nodes) == 1 else AllOf(tuple(nodes))

    def _pair(self, left: _Operand, operator: Order, right: _Operand) -> Node:
        if left.field is not None and right.field is not None:
            raise self._error("a field is compared with a value, not with another field", right.token)
        if left.field is not None:
            return self._compare(left.field, operator, right)
        if right.field is not None:
            return self._compare(right.field, _MIRRORED[operator], left)
        raise self._error("one side has to be a field, such as metrics.accuracy or status", left.token)

    def _word_test(self, field: Field) -> Node:
        if self._take_word("is"):
            return self._is_none(field)
        negated = self._take_word("not") is not None
        if self._take_word("in"):
            return self._one_of(field, negated=negated)
        if self._peek().is_word("contains", "startswith"):
            node = self._matches(field)
            return AllOf((Not(Missing(field)), Not(node))) if negated else node
        hint = f"; say `{field} == true` to ask whether it is set" if self._peek().kind == "end" else ""
        operators = "== != < <= > >= in contains startswith is"
        message = f"expected a comparison ({operators}) after {field}, not {self._peek()}{hint}"
        raise self._error(message, self._peek())

    def _is_none(self, field: Field) -> Node:
        negated = self._take_word("not") is not None
        if self._take_word("none", "null", "missing") is None:
            raise self._error(
                f"expected `none` after `is`, not {self._peek()}; other values are compared with ==",
                self._peek(),
            )
        return Not(Missing(field)) if negated else Missing(field)

    def _matches(self, field: Field) -> Node:
        test: TextTest = "contains" if self._take().is_word("contains") else "startswith"
        operand = self._operand()
        if not isinstance(operand.value, str) or not operand.value:
            raise self._error(f"`{test}` takes a text in quotes", operand.token)
        if field.place == "metrics" or (field.place == "run" and RUN_FIELDS[field.key] != "text"):
            raise self._error(f"{field} is no text: `{test}` can't search in it", operand.token)
        text = operand.value.lower() if field == Field("run", "id") else operand.value
        return Matches(field, test, text)

    def _one_of(self, field: Field, *, negated: bool) -> Node:
        self._need_symbol("(", "after `in`")
        tests: list[Node] = []
        while not tests or self._take_symbol(","):
            operand = self._operand()
            if operand.field is not None or operand.value is None:
                raise self._error("a list holds numbers, texts, true and false", operand.token)
            tests.append(self._compare(field, "==", operand))
            self._count(0 if isinstance(tests[-1], Compare) else 1)
        self._need_symbol(")", "or `,` in a list")
        return _joined(field, tests, negated=negated)

    # -- operands -----------------------------------------------------------------------------------

    def _operand(self) -> _Operand:
        token = self._take()
        match token.kind:
            case "number" | "text":
                return _Operand(token, value=token.value)
            case "field":
                return _Operand(token, field=self._field(token))
            case "word":
                return self._word_operand(token)
        if token.is_symbol("+", "-") and self._peek().is_word("inf", "nan", "infinity"):
            value = float(self._take().text)
            return _Operand(token, value=-value if token.text == "-" else value)
        raise self._error(f"expected a field or a value, not {token}", token)

    def _word_operand(self, token: Token) -> _Operand:
        word = token.text.lower()
        if self._peek().is_symbol("(") and word in _SUMMARIES:
            return _Operand(token, field=self._summary(token))
        if token.text in RUN_FIELDS:
            return _Operand(token, field=Field("run", token.text))
        match word:
            case "true" | "false":
                return _Operand(token, value=word == "true")
            case "none" | "null" | "missing":
                return _Operand(token)
            case "nan" | "inf" | "infinity":
                return _Operand(token, value=float(word))
        raise self._error(self._unknown(token.text), token)

    def _unknown(self, name: str) -> str:
        before = [self._tokens[at] for at in (self._at - 3, self._at - 2) if at >= 0]
        opens_list = len(before) > 1 and before[0].is_word("in") and before[1].is_symbol("(")
        if opens_list or (before and before[-1].is_symbol(*_SPELLINGS, ",")):
            return f"text stands in quotes: '{name}'"
        if before and before[-1].is_word("contains", "startswith"):
            return f"text stands in quotes: '{name}'"
        if close := difflib.get_close_matches(name.lower(), RUN_FIELDS, n=1, cutoff=0.7):
            return f"no field `{name}`: did you mean `{close[0]}`, or metrics.{name} or params.{name}?"
        return f"no field `{name}`: did you mean metrics.{name} or params.{name}?"

    def _summary(self, name: Token) -> Field:
        self._need_symbol("(", f"after {name}")
        token = self._take()
        field = self._field(token) if token.kind == "field" else None
        if field is None or field.place != "metrics":
            raise self._error(
                f"{name.text.lower()}(...) takes a metric, as in {name.text.lower()}(metrics.loss)", token
            )
        self._need_symbol(")", f"after {field}")
        summary: Summary = name.text.lower()  # type: ignore[assignment]  # the caller looked
        return Field("metrics", field.key, summary)

    def _field(self, token: Token) -> Field:
        place = token.text
        for known in _PLACES:
            if place == known:
                return Field(known, token.key)
        if close := difflib.get_close_matches(place.lower(), _PLACES, n=1, cutoff=0.6):
            raise self._error(f"no field `{place}.{token.key}`: did you mean {close[0]}.{token.key}?", token)
        full = f"{place}.{token.key}"
        raise self._error(f"no field `{full}`: did you mean params.{full} or metrics.{full}?", token)

    # -- meaning ------------------------------------------------------------------------------------

    def _compare(self, field: Field, operator: Order, operand: _Operand) -> Node:
        value = operand.value
        if value is None:
            if operator not in ("==", "!="):
                raise self._error(
                    "none is neither greater nor smaller: say `is none` or `is not none`", operand.token
                )
            return Missing(field) if operator == "==" else Not(Missing(field))
        if field.place == "run" and RUN_FIELDS[field.key] != "text":
            return self._compare_time(field, operator, operand)
        if field.place == "metrics" and (isinstance(value, (bool, str))):
            raise self._error(f"metrics are numbers: {field} can't be {operand.token}", operand.token)
        if field.place in ("tags", "run") and not isinstance(value, str):
            raise self._error(f"{field} is text: write '{operand.token.text}' in quotes", operand.token)
        if operator not in ("==", "!="):
            self._check_order(field, operand)
        return (
            self._compare_text(field, operator, operand)
            if field.place == "run"
            else Compare(field, operator, value)
        )

    def _check_order(self, field: Field, operand: _Operand) -> None:
        value = operand.value
        if isinstance(value, bool):
            raise self._error(f"{field} is compared with true and false by == and != only", operand.token)
        if isinstance(value, str):
            raise self._error(
                "texts have no order here: use ==, !=, in, contains or startswith", operand.token
            )
        if isinstance(value, float) and math.isnan(value):
            raise self._error("nothing is greater or smaller than nan: use == nan or != nan", operand.token)

    def _compare_text(self, field: Field, operator: Order, operand: _Operand) -> Node:
        text = str(operand.value)
        if not text:
            raise self._error(f"to ask for an empty one, say `{field} is none`", operand.token)
        if field.key == "id" and len(text) < _ID_LENGTH:
            prefix = Matches(field, "startswith", text.lower())
            return prefix if operator == "==" else Not(prefix)
        choices = CHOICES.get(field.key, ())
        for choice in choices:
            if choice.lower() == text.lower():
                return Compare(field, operator, choice)
        if choices:
            word = _OTHER_WORDS.get(text.lower(), text.lower())
            close = difflib.get_close_matches(word, [choice.lower() for choice in choices], n=1)
            hint = f": did you mean '{close[0]}'?" if close else ""
            raise self._error(f"{field} is one of {', '.join(choices)}{hint}", operand.token)
        return Compare(field, operator, text.lower() if field.key == "id" else text)

    def _compare_time(self, field: Field, operator: Order, operand: _Operand) -> Node:
        try:
            if RUN_FIELDS[field.key] == "duration":
                return Compare(field, operator, parse_duration(operand.value))
            start, end = parse_moment(operand.value)
        except ValueError as error:
            raise WhereError(
                f"{field}: {error}", expression=self._text, column=operand.token.column
            ) from None
        match operator:
            case "==":
                return AllOf((Compare(field, ">=", start), Compare(field, "<", end)))
            case "!=":
                return AnyOf((Compare(field, "<", start), Compare(field, ">=", end)))
            case "<" | ">=":
                return Compare(field, operator, start)
            case "<=":
                return Compare(field, "<", end)
            case ">":
                return Compare(field, ">=", end)


def _joined(field: Field, tests: list[Node], *, negated: bool) -> Node:
    """One node for a list, where equality is plain; else (times, shortened ids) a disjunction."""
    # 1, 1.0 and True are equal to Python but not to this language; nan is not even equal to itself.
    values = {f"{type(test.value)} {test.value!r}": test.value for test in tests if isinstance(test, Compare)}
    if all(isinstance(test, Compare) for test in tests):
        return OneOf(field, tuple(values.values()), negated)
    either = tests[0] if len(tests) == 1 else AnyOf(tuple(tests))
    return AllOf((Not(Missing(field)), Not(either))) if negated else either
