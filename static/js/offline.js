// A page that the service worker (templates/site/sw.js) had kept says for how long; and once a page is idle, it has the worker come.
const offlineBar = find("#offline");
const sayAge = (moment) => {
  const { words, wordsSlow } = offlineBar.dataset;
  const minutes = Math.max((Date.now() - moment) / 6e4, 1);
  const [unit, length] = [["day", 1440], ["hour", 60], ["minute", 1]].find((each) => minutes >= each[1]);
  const age = new Intl.RelativeTimeFormat(document.documentElement.lang).format(-Math.floor(minutes / length), unit);
  offlineBar.textContent = (navigator.onLine ? wordsSlow : words).replace("{}", age);
};
const registerWorker = async () => {
  const { worker } = offlineBar.dataset;
  try {
    const { serviceWorker } = navigator;
    if (worker) await serviceWorker.register(worker, { updateViaCache: "none" });
    // They are off: one that is still here finds its successor, which takes both away.
    else await (await serviceWorker.getRegistration())?.update();
  } catch {
    // An old browser, plain http, a private window: there is none, and nothing is missed.
  }
};
if (offlineBar) {
  for (const { serverTiming } of performance.getEntriesByType("navigation")) {
    for (const { name, duration } of serverTiming || []) if (name === "kept") sayAge(duration);
  }
  addEventListener("load", () => (window.requestIdleCallback || setTimeout)(registerWorker, { timeout: 3e3 }));
}
