"""What is wrong with the layout of a page as it is drawn: what is cut off, what lies outside of the
screen, what covers what.
"""

# Elements whose words are cut off, as their box is too small and hides what is beyond it; not those
# that end in an ellipsis, or that are for screen readers alone.
CUT = """() => {
  const hides = (value) => value === "hidden" || value === "clip";
  return [...document.querySelectorAll("body *")].filter((one) => {
    if (one.closest("svg, picture, select, iframe, [hidden]") || !one.innerText?.trim()) return false;
    if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    if (box.width < 3 || box.height < 3 || style.textOverflow === "ellipsis") return false;
    return (hides(style.overflowX) && one.scrollWidth > one.clientWidth + 2)
      || (hides(style.overflowY) && one.scrollHeight > one.clientHeight + 2 && style.webkitLineClamp === "none");
  }).map((one) => `cut: ${one.outerHTML.slice(0, 90)}`);
}"""
# Controls that lie beside the screen, but for what scrolls there by itself and the link that only
# shows when it has the focus.
OUTSIDE = """() => {
  const scrolls = (one) => one && one !== document.body
    && (/auto|scroll/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
  return [...document.querySelectorAll("a, button, input, textarea, select, summary")].filter((one) => {
    if (one.closest(".skip, .form__subject") || !one.checkVisibility({ visibilityProperty: true })) return false;
    const box = one.getBoundingClientRect();
    return box.width > 2 && (box.right > innerWidth + 1 || box.left < -1) && !scrolls(one);
  }).map((one) => `outside: ${one.outerHTML.slice(0, 90)}`);
}"""
# Controls that one cannot hit, as something else lies above their middle.
COVERED = """() => {
  return [...document.querySelectorAll("a, button, input, textarea, select, summary")].filter((one) => {
    if (one.type === "hidden" || one.closest(".skip, .form__subject, iframe")) return false;
    if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    one.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const box = [...one.getClientRects()].find((each) => each.width > 2 && each.height > 2);
    if (!box) return false;
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    const own = [one, ...(one.labels || [])];
    return hit && !hit.contains(one) && !own.some((each) => each.contains(hit));
  }).map((one) => `covered: ${one.outerHTML.slice(0, 90)}`);
}"""
# Words that lie above other words. A line's box reaches above and below its letters: a third of it
# is left out. What a bar that stays in sight lies on comes out from under it when one scrolls.
OVERLAPPING = """() => {
  // the box in which alone a text is seen: an excerpt is cut to its lines, a name to one line
  const seenIn = (one) => {
    if (!one) return { left: -Infinity, right: Infinity, bottom: Infinity };
    const box = one.getBoundingClientRect();
    return getComputedStyle(one).overflowY === "hidden" ? box : seenIn(one.parentElement);
  };
  const barOf = (one) => one && (/sticky|fixed/.test(getComputedStyle(one).position) ? one : barOf(one.parentElement));
  const lines = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode, element = text.parentElement;
    if (!text.data.trim() || element.closest("script, style, noscript, svg, select, .skip")) continue;
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (element.closest("[class*=hidden]") || getComputedStyle(element).clipPath !== "none") continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const frame = seenIn(element), bar = barOf(element);
    for (const box of range.getClientRects()) {
      if (box.width < 3 || box.height < 3 || box.bottom > frame.bottom + 2) continue;
      const third = box.height / 3;
      const left = Math.max(box.left, frame.left) + 1, right = Math.min(box.right, frame.right) - 1;
      lines.push({ left, right, top: box.top + third, bottom: box.bottom - third, text, bar });
    }
  }
  lines.sort((one, other) => one.top - other.top);
  const found = [];
  lines.forEach((one, number) => {
    for (let next = number + 1; next < lines.length && lines[next].top < one.bottom; next += 1) {
      const other = lines[next];
      if (other.text !== one.text && other.bar === one.bar && other.left < one.right && one.left < other.right) {
        found.push(`over each other: ${one.text.data.trim().slice(0, 40)} | ${other.text.data.trim().slice(0, 40)}`);
      }
    }
  });
  return found;
}"""
WIDER = "() => document.documentElement.scrollWidth > innerWidth ? [`wider: ${document.documentElement.scrollWidth}`] : []"


def faults(page, *checks):
    """What these checks find on the page as it is now."""
    return [found for check in checks for found in page.evaluate(check)]
