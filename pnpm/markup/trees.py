"""The tree that html5lib builds of a text: how much of it there may be, and its tokens.

html5lib opens again, in each block, what was left open in the one before, and looks through all
neighbours of a node for the node itself. So a tree that grows far beyond its text is given up, and
another walker gives the tokens, in linear time.
"""

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

VOID = frozenset({"br", "col", "embed", "hr", "img", "input", "source", "wbr"})
# elements made for each tag of the text: each leaves one open, which is opened once more
GROWTH = 2
SPARE = 200  # elements beyond that: what people forget to close
DEEPEST = 200  # elements in one another
# what stands in a table outside its cells, and is moved before it past all that is there
MOST_FOSTERED = 100


class Tangled(Exception):
    """The tree of that text is far larger than the text, or would take far longer to build."""


def limit(tree, tags: int) -> None:
    """Have a tree builder raise Tangled where a text of so many tags makes too much of them."""
    tree.elementClass = partial(_limited(tree.elementClass), _Budget(tree, GROWTH * tags + SPARE))


class _Budget:
    def __init__(self, tree, elements):
        self._tree, self._elements, self._fostered = tree, elements, MOST_FOSTERED

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
    """What html5lib's own walker gives of a tree of elements and text."""
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
