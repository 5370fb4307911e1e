// What the other files use of the browser: elements by selector, its storage, and fragments of the site.
const find = (selector, root = document) => root.querySelector(selector);
const isMotionUnwanted = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const byId = (id) => document.getElementById(id);
const on = (name, act) => document.addEventListener(name, act);
let storage = {};
// A browser may forbid it; then things are remembered as long as the page is open.
try { storage = localStorage; } catch { /* the object has them */ }
const store = {
  get: (key) => { try { return JSON.parse(storage[key]); } catch { return {}; } },
  set: (key, value) => { try { storage[key] = JSON.stringify(value); } catch { /* it is full */ } },
  drop: (key) => { delete storage[key]; },
  keys: (start) => Object.keys(storage).filter((key) => key.startsWith(start)).sort(),
};
const parsed = (text) => {
  const template = document.createElement("template");
  template.innerHTML = text;
  return template.content;
};
// A fragment of the site: whether it came, with which status, and its text.
const requestPart = async (address, more) => {
  const response = await fetch(address, { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(15e3), ...more });
  const { ok, status } = response;
  return { ok, status, text: await response.text() };
};
// Put the parts of an answer where each says that it belongs.
const insertParts = (text, more) => htmx.swap({ text, response: {}, sourceElement: document.body, target: document.body, swap: "none", ...more });
