// The thrifty mode, from the browser's Save-Data or by choice: pictures wait as their previews until they are tapped, and nothing moves.
// All readers get the same page, and this runs when it is parsed: until then the browser may have begun with a picture on the first screen,
// which is broken off; the lazy ones further down were not asked for.
const isThrifty = () => store.get("thrift").on ?? navigator.connection?.saveData ?? false;
const thriftSwitch = find("#thrift");
const holdPicture = (picture) => {
  const image = find("img", picture);
  // What is there costs nothing any more, and a small one hardly more than its button.
  if ((image.complete && image.naturalWidth) || image.getAttribute("width") < 200) return;
  const button = document.createElement("button");
  // A canvas that nobody draws on takes the picture's room.
  button.innerHTML = "<canvas></canvas><span></span>";
  for (const side of ["width", "height"]) button.firstChild[side] = image.getAttribute(side);
  button.lastChild.textContent = thriftSwitch.dataset.words + ": " + image.alt;
  button.className = "picture__load";
  button.addEventListener("click", () => {
    const isHere = document.activeElement === button;
    button.replaceWith(picture);
    image.tabIndex = -1;
    if (isHere) image.focus();
  });
  picture.replaceWith(button);
  // In a document of its own, where nothing is loaded.
  document.createElement("template").content.append(picture);
};
const applyThrift = () => {
  thriftSwitch.setAttribute("aria-pressed", isThrifty());
  if (isThrifty()) document.querySelectorAll(".picture picture").forEach(holdPicture);
  else document.querySelectorAll(".picture__load").forEach((button) => button.click());
};
if (thriftSwitch) {
  thriftSwitch.hidden = false;
  thriftSwitch.addEventListener("click", () => {
    store.set("thrift", { on: !isThrifty() });
    applyThrift();
  });
  applyThrift();
}
