// What was pasted from elsewhere, as the editor takes it: Word's lists are lists, what looks bold is bold, tables stay whole.
// window.pasted(html) gives {html, lost}: the HTML, and how many pictures did not come with it.
"use strict";
(() => {
  const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^'">])*>/gi;
  const MARKER = /<!(?:--)?\[if !supportLists\](?:--)?>([^]*?)<!(?:--)?\[endif\](?:--)?>/gi; // Word's own bullet or number
  const UNSEEN = /<!--[^]*?-->|<![^>]*>|<(style|script|head|xml|title)\b[^]*?<\/\1>/gi;
  const KEPT = ["href", "dir", "colspan", "rowspan", "scope"];
  const OURS = /\/pictures\/[0-9a-f]{32}\//;
  const BOX = "[data-trix-attachment]";

  // A style written into a tag would be against the page's policy as soon as it is read: it is renamed before.
  const harmless = (html) => (html.split("<!--StartFragment-->")[1] || html).split("<!--EndFragment-->")[0]
    .replace(MARKER, (_all, marker) => `<i data-list="${/\w[.)]/.test(marker.replace(/<[^>]*>/g, "")) ? "ol" : "ul"}"></i>`)
    .replace(UNSEEN, "")
    .replace(TAG, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style="));

  const all = (root, selector) => [...root.querySelectorAll(selector)].filter((one) => !one.closest(BOX));
  const renamed = (element, name) => {
    const other = element.ownerDocument.createElement(name);
    other.append(...element.childNodes);
    element.replaceWith(other);
    return other;
  };
  const wrapped = (element, name) => {
    const inside = element.ownerDocument.createElement(name);
    inside.append(...element.childNodes);
    element.append(inside);
  };

  const listed = (body) => {
    for (const mark of all(body, "[data-list]")) {
      const line = mark.closest("p");
      if (!line) continue;
      const level = Number(/level(\d)/.exec(line.dataset.style)?.[1] || 1);
      let list = line.previousElementSibling?.closest("ul, ol");
      if (!list) {
        list = body.ownerDocument.createElement(mark.dataset.list);
        line.before(list);
      }
      for (let at = 1; at < level && list.lastElementChild; at += 1) {
        const item = list.lastElementChild;
        list = item.querySelector(":scope > ul, :scope > ol") || item.appendChild(body.ownerDocument.createElement(mark.dataset.list));
      }
      mark.remove();
      list.append(renamed(line, "li"));
    }
  };

  const boxed = (table) => {
    const box = table.ownerDocument.createElement("figure");
    box.dataset.trixAttachment = JSON.stringify({ content: table.outerHTML });
    table.replaceWith(box);
  };

  window.pasted = (html) => {
    const { body } = new DOMParser().parseFromString(harmless(html), "text/html");
    let lost = 0;
    listed(body);
    for (const element of all(body, "[data-style]")) {
      const style = element.dataset.style;
      if (element.matches("b, strong") && /font-weight:\s*(normal|400)/.test(style)) element.replaceWith(...element.childNodes);
      else if (element.matches("span, font")) {
        if (/font-weight:\s*(bold|[6-9]00)/.test(style)) wrapped(element, "strong");
        if (/font-style:\s*italic/.test(style)) wrapped(element, "em");
        if (/text-decoration[^;]*:[^;]*line-through/.test(style)) wrapped(element, "del");
      }
    }
    for (const image of all(body, "img")) {
      if (OURS.test(image.src) && new URL(image.src, location).origin === location.origin) continue;
      lost += image.width === 1 ? 0 : 1;
      image.remove();
    }
    for (const element of all(body, "*")) {
      for (const { name } of [...element.attributes]) {
        if (!KEPT.includes(name) && !(element.matches("img") && ["src", "alt", "width", "height"].includes(name))) element.removeAttribute(name);
      }
    }
    for (const link of all(body, "a")) if (!/^(https?:|mailto:|\/)/i.test(link.getAttribute("href") || "")) link.replaceWith(...link.childNodes);
    for (const heading of all(body, "h1")) renamed(heading, "h2");
    for (const empty of all(body, "p, h2, h3, h4, h5, h6, li")) if (!empty.textContent.trim() && !empty.querySelector(`img, ${BOX}`)) empty.remove();
    for (const table of all(body, "table")) if (!table.parentElement.closest("table")) boxed(table);
    return { html: body.innerHTML.trim(), lost };
  };
})();
