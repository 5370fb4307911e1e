// The ticker: a headline every six seconds, unless it is paused, read, or motion or its cost is unwanted.
const turnTicker = (ticker) => {
  const headlines = [...ticker.querySelectorAll("li")];
  const pause = find("button", ticker);
  if (!pause || isSavingData() || isMotionUnwanted()) return;
  let shown = 0;
  pause.hidden = false;
  find("ul", ticker).dataset.turning = "";
  headlines[0].dataset.shown = "";
  pause.addEventListener("click", () => {
    pause.setAttribute("aria-pressed", pause.getAttribute("aria-pressed") === "false");
  });
  setInterval(() => {
    if (isSavingData() || pause.getAttribute("aria-pressed") === "true" || ticker.matches(":hover, :focus-within")) return;
    delete headlines[shown].dataset.shown;
    shown = (shown + 1) % headlines.length;
    headlines[shown].dataset.shown = "";
  }, 6000);
};

const ticker = find("#ticker");
if (ticker) turnTicker(ticker);
