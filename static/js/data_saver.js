// The data saver, by the browser's Save-Data or by choice: pictures wait as their previews until they are tapped, and nothing moves.
// All readers get the same page, and this runs when it is parsed: until then the browser may have begun with a picture on the first screen,
// which is broken off; the lazy ones further down were not asked for.
const isSavingData = () => store.get("data saver").on ?? navigator.connection?.saveData ?? false;
const dataSaver = find("#data-saver");
const deferPicture = (picture) => {
  const image = find("img", picture);
  // What is there costs nothing any more, and a small one hardly more than its button.
  if ((image.complete && image.naturalWidth) || image.getAttribute("width") < 200) return;
  const button = document.createElement("button");
  // A canvas that nobody draws on takes the picture's room.
  button.innerHTML = "<canvas></canvas><span></span>";
  for (const side of ["width", "height"]) button.firstChild[side] = image.getAttribute(side);
  button.lastChild.textContent = dataSaver.dataset.words + ": " + image.alt;
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
const applyDataSaver = () => {
  dataSaver.setAttribute("aria-pressed", isSavingData());
  if (isSavingData()) document.querySelectorAll(".picture picture").forEach(deferPicture);
  else document.querySelectorAll(".picture__load").forEach((button) => button.click());
};
if (dataSaver) {
  dataSaver.hidden = false;
  dataSaver.addEventListener("click", () => {
    store.set("data saver", { on: !isSavingData() });
    applyDataSaver();
  });
  applyDataSaver();
}
