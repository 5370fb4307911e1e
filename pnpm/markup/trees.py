"""Limits the tree that html5lib builds of a text, and walks it in linear time.

html5lib reopens in each block what was left open in the one before, and searches all neighbours of
a node for the node itself. So a tree that grows far beyond its text is given up, and another walker
gives the tokens.
"""

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

VOID = frozenset({"br", "col", "embed", "hr", "img", "input", "source", "wbr"})
# elements for each tag of the text: one that is left open is opened once more
GROWTH = 2
SPARE = 200  # elements beyond that, for tags that people forget to close
DEEPEST = 200  # nested elements
# nodes in a table outside its cells, which are moved in front of it, past all that is there
MOST_FOSTERED = 100


class Tangled(Exception):
    """The tree of that text is far larger than the text, or would take far too long to build."""


def limit(tree, tags: int) -> None:
    """Make a tree builder raise Tangled if it makes too many elements for a text with so many
    tags.
    """
    tree.elementClass = partial(_limited(tree.elementClass), _Budget(tree, GROWTH * tags + SPARE))


class _Budget:
    def __init__(self, tree, elements):
        self._tree = tree
        self._elements = elements
        self._fostered = MOST_FOSTERED

    def make(self):
        self._elements -= 1
        if self._elements < 0 or len(self._tree.openElements) > DEEPEST:
            raise Tangled

    def foster(self):
        self._fostered -= 1
        if self._fostered < 0:
            raise Tangled


@cache
def _limited(element: Any) -> Any:
    class Limited(element):
        """An element that is made, and put before others, at the cost of a budget."""

        def __init__(self, budget, *values):
            budget.make()
            self._budget = budget
            super().__init__(*values)

        def cloneNode(self):
            clone = Limited(self._budget, self.name, self.namespace)
            clone.attributes = dict(self.attributes)
            return clone

        def insertBefore(self, node, ref):
            self._budget.foster()
            super().insertBefore(node, ref)

        def insertText(self, data, insertBefore=None):
            if insertBefore is not None:
                self._budget.foster()
            super().insertText(data, insertBefore)

    return Limited


def tokens(fragment) -> Iterator[dict]:
    """Yield the tokens that html5lib's own walker would give of a tree of elements and text."""
    yield from _text(fragment.text)
    above = [(None, iter(fragment))]
    while above:
        parent, children = above[-1]
        node = next(children, None)
        if node is None:
            above.pop()
            if parent is not None:
                yield {"type": "EndTag", "name": parent.tag, "namespace": None, "data": {}}
                yield from _text(parent.tail)
            continue
        data = {(None, name): value for name, value in node.attrib.items()}
        if node.tag in VOID:
            yield {"type": "EmptyTag", "name": node.tag, "namespace": None, "data": data}
            yield from _text(node.tail)
        else:
            yield {"type": "StartTag", "name": node.tag, "namespace": None, "data": data}
            yield from _text(node.text)
            above.append((node, iter(node)))


def _text(data):
    if data:
        yield {"type": "Characters", "data": data}
