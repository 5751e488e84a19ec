"""Reads a template with Jinja's parser and keeps only what a prompt may say.

Every node of the syntax tree must have an entry in the tables below, or the template is refused:
an allow-list, so that nothing is executed that was not thought of. Jinja's own sandbox is not
enough: it runs `'a' * 10**9`. Unaware of variables' values.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any, NoReturn

from jinja2 import TemplateSyntaxError, nodes
from jinja2.parser import Parser

from animegen.storyboard.prompts import expression as ex
from animegen.storyboard.prompts.body import Body, Branch, Print, Words
from animegen.storyboard.prompts.filters import FILTERS
from animegen.storyboard.prompts.lexing import PlacedTokens
from animegen.storyboard.prompts.problem import Problem, PromptRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from animegen.storyboard.prompts.expression import Expression

    Reader = Callable[["_Reading", Any], Expression]

_ALLOWED = "variables, if/else, comparisons, `~` and the filters " + ", ".join(FILTERS)
_REFUSED = {
    nodes.Getattr: "attributes are not part of prompt templates",
    nodes.Getitem: "subscripts are not part of prompt templates",
    nodes.Call: "nothing can be called in a prompt template",
    nodes.For: "loops are not part of prompt templates",
    nodes.Assign: "variables are set under `let`, not in a template",
    nodes.AssignBlock: "variables are set under `let`, not in a template",
    nodes.Include: "a prompt template cannot read other templates",
    nodes.Import: "a prompt template cannot read other templates",
    nodes.FromImport: "a prompt template cannot read other templates",
    nodes.Extends: "a prompt template cannot read other templates",
    nodes.Macro: "macros are not part of prompt templates",
    nodes.Test: "tests are not part of prompt templates; write `|default('')` or a comparison",
    nodes.Dict: "mappings are not part of prompt templates",
    nodes.Block: "blocks belong to style templates, at their top",
}


def parse(text: str) -> Body:
    """Return the body of a prompt template.

    Raises:
        PromptRefused: SB502 for what is not allowed, SB503 for what cannot be read.
    """
    reading = _Reading(text)
    return reading.body(reading.tree.body)


def parse_blocks(text: str) -> dict[str, Body]:
    """Return the bodies of a style template's blocks by name.

    Raises:
        PromptRefused: as `parse`, and for text outside the blocks.
    """
    reading = _Reading(text)
    blocks: dict[str, Body] = {}
    for node in reading.tree.body:
        if isinstance(node, nodes.Block):
            if node.name in blocks:
                message = f"the block `{node.name}` stands here twice"
                reading.refuse("SB503", message, *reading.tag(node.lineno))
            blocks[node.name] = reading.body(node.body)
        elif not _is_blank(node):
            place = node.lineno
            reading.refuse("SB503", "text outside the template's blocks", place, place + 1)
    return blocks


def _is_blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(part, nodes.TemplateData) and not part.data.strip() for part in node.nodes
    )


class _Reading:
    """One template while it is read; a node's `lineno` is the offset of its first token."""

    def __init__(self, text: str) -> None:
        self.text = text
        tokens = PlacedTokens()
        try:
            self.tree = Parser(tokens, text).parse()
        except TemplateSyntaxError as error:
            self._refuse_syntax(str(error.message), error.lineno)
        self.tags = tokens.tags

    def _refuse_syntax(self, message: str, place: int) -> NoReturn:
        if message.lower().startswith("unexpected end of template"):
            opening = max(self.text.rfind("{{", 0, place + 1), self.text.rfind("{%", 0, place + 1))
            unended = "looking for" in message
            message = "this tag has no end tag" if unended else "this tag is not closed"
            self.refuse("SB503", message, opening, opening + 2)
        self.refuse("SB503", message[:1].lower() + message[1:].rstrip("."), place, place + 1)

    def refuse(self, code: str, message: str, start: int, end: int, hint: str = "") -> NoReturn:
        raise PromptRefused(
            Problem(
                code=code,
                message=message,
                start=max(start, 0),
                end=min(max(end, 1), len(self.text)),
                help=hint,
            )
        )

    def forbid(self, node: nodes.Node) -> NoReturn:
        message = _REFUSED.get(type(node), f"{_name(node)} is not part of prompt templates")
        self.refuse("SB502", message, *self.tag(node.lineno or 0), f"allowed are {_ALLOWED}")

    def tag(self, place: int) -> tuple[int, int]:
        """Return the range of the tag around a character."""
        index = bisect_right(self.tags, (place, len(self.text))) - 1
        return self.tags[index] if index >= 0 else (place, place + 1)

    def body(self, tree: Iterable[nodes.Node]) -> Body:
        parts: list[Words | Print | Branch] = []
        for node in tree:
            if isinstance(node, nodes.Output):
                parts += (self._printed(part) for part in node.nodes)
            elif isinstance(node, nodes.If):
                parts.append(self._branch(node))
            else:
                self.forbid(node)
        return tuple(parts)

    def _printed(self, node: nodes.Expr) -> Words | Print:
        if isinstance(node, nodes.TemplateData):
            return Words(text=node.data, start=node.lineno)
        start, end = self.tag(node.lineno)
        return Print(expression=self.expression(node), start=start, end=end)

    def _branch(self, node: nodes.If) -> Branch:
        arms = [(self.expression(arm.test), self.body(arm.body)) for arm in (node, *node.elif_)]
        return Branch(arms=tuple(arms), otherwise=self.body(node.else_))

    def expression(self, node: nodes.Node) -> Expression:
        reader = _EXPRESSIONS.get(type(node))
        if reader is None:
            self.forbid(node)
        return reader(self, node)

    def expressions(self, tree: Iterable[nodes.Node]) -> tuple[Expression, ...]:
        return tuple(self.expression(node) for node in tree)


def _name(node: nodes.Node) -> str:
    return "arithmetic" if isinstance(node, nodes.BinExpr | nodes.UnaryExpr) else "this"


def _constant(reading: _Reading, node: nodes.Const) -> Expression:
    if not isinstance(node.value, str | int | float):
        reading.forbid(node)
    start, end = reading.tag(node.lineno)
    return ex.Constant(constant=node.value, start=start, end=end)


def _variable(reading: _Reading, node: nodes.Name) -> Expression:
    if node.ctx != "load":
        reading.forbid(node)
    return ex.Variable(name=node.name, start=node.lineno, end=node.lineno + len(node.name))


def _items(reading: _Reading, node: nodes.List | nodes.Tuple) -> Expression:
    start, end = reading.tag(node.lineno)
    return ex.Items(items=reading.expressions(node.items), start=start, end=end)


def _joined(reading: _Reading, node: nodes.Concat) -> Expression:
    start, end = reading.tag(node.lineno)
    return ex.Joined(parts=reading.expressions(node.nodes), start=start, end=end)


def _filtered(reading: _Reading, node: nodes.Filter) -> Expression:
    start, end = node.lineno, node.lineno + len(node.name)
    known = FILTERS.get(node.name)
    if known is None or node.node is None:
        hint = "the filters are " + ", ".join(FILTERS)
        reading.refuse("SB502", f"there is no filter `{node.name}` here", start, end, hint)
    if node.kwargs or node.dyn_args or node.dyn_kwargs:
        reading.refuse("SB502", "a filter's arguments have no names here", start, end)
    if not known.least <= len(node.args) <= known.most:
        counts = " or ".join(str(count) for count in range(known.least, known.most + 1))
        reading.refuse("SB503", f"`{node.name}` takes {counts} arguments", start, end)
    return ex.Filtered(
        name=node.name,
        operand=reading.expression(node.node),
        arguments=reading.expressions(node.args),
        start=start,
        end=end,
    )


def _conditional(reading: _Reading, node: nodes.CondExpr) -> Expression:
    start, end = reading.tag(node.lineno)
    nothing = ex.Constant(constant="", start=start, end=end)
    return ex.Conditional(
        test=reading.expression(node.test),
        then=reading.expression(node.expr1),
        otherwise=reading.expression(node.expr2) if node.expr2 else nothing,
        start=start,
        end=end,
    )


def _comparison(reading: _Reading, node: nodes.Compare) -> Expression:
    start, end = reading.tag(node.lineno)
    rest = tuple((operand.op, reading.expression(operand.expr)) for operand in node.ops)
    return ex.Comparison(first=reading.expression(node.expr), rest=rest, start=start, end=end)


def _either(reading: _Reading, node: nodes.And | nodes.Or) -> Expression:
    start, end = reading.tag(node.lineno)
    return ex.Either(
        both=isinstance(node, nodes.And),
        left=reading.expression(node.left),
        right=reading.expression(node.right),
        start=start,
        end=end,
    )


def _not(reading: _Reading, node: nodes.Not) -> Expression:
    start, end = reading.tag(node.lineno)
    return ex.Not(operand=reading.expression(node.node), start=start, end=end)


_EXPRESSIONS: dict[type[nodes.Node], Reader] = {
    nodes.Const: _constant,
    nodes.Name: _variable,
    nodes.List: _items,
    nodes.Tuple: _items,
    nodes.Concat: _joined,
    nodes.Filter: _filtered,
    nodes.CondExpr: _conditional,
    nodes.Compare: _comparison,
    nodes.And: _either,
    nodes.Or: _either,
    nodes.Not: _not,
}
