// Pictures on their way: reduced here, two at a time, each with its progress, and sent again by one tap.
// window.pictures.send(file, {onProgress}) gives a promise of {key, url, width, height, alt, name}; what it fails with is an
// Error whose message is for people. onProgress is told the part that is done, from 0 to 1; at 1 the server is at work.
"use strict";
(() => {
  const words = document.getElementById("pictures-words")?.dataset;
  if (!words) return;
  const AT_ONCE = 2;
  const STALLED = 60000; // milliseconds without a sign of life: a dead line
  const QUALITY = 0.85; // of the JPEG that is sent: it is encoded once more, so a little better than what is kept
  const KNOWN = [/^\xff\xd8\xff/, /^\x89PNG/, /^GIF8/, /^RIFF[^]{4}WEBP/]; // what the server takes
  let { token } = words;
  let running = 0;
  const waiting = [];

  const next = () => {
    if (running >= AT_ONCE || !waiting.length) return;
    const { task, resolve, reject } = waiting.shift();
    running += 1;
    task().then(resolve, reject).finally(() => { running -= 1; next(); });
  };

  const beginning = async (file) => {
    try {
      return String.fromCharCode(...new Uint8Array(await file.slice(0, 16).arrayBuffer()));
    } catch {
      throw new Error(words.wordsGone);
    }
  };

  const drawn = (bitmap, scale) => {
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let opaque = true;
    for (let at = 3; opaque && at < data.length; at += 4) opaque = data[at] === 255;
    return new Promise((resolve) => { canvas.toBlob(resolve, opaque ? "image/jpeg" : "image/png", QUALITY); });
  };

  // What is sent of a file: a tenth of it, if it is larger than is kept; a JPEG, if this browser can read what the server cannot.
  const prepared = async (file) => {
    if (file.size > words.longest) throw new Error(words.wordsLarge);
    const start = await beginning(file);
    const known = KNOWN.some((pattern) => pattern.test(start));
    let bitmap;
    try {
      bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch {
      return file; // the server says what is wrong with it
    }
    try {
      if (bitmap.width * bitmap.height > words.pixels) throw new Error(words.wordsPixels);
      const scale = Math.min(1, words.side / Math.max(bitmap.width, bitmap.height));
      if (scale === 1 && known) return file;
      const smaller = await drawn(bitmap, scale).catch(() => null);
      return smaller && !(known && smaller.size >= file.size) ? smaller : file;
    } finally {
      bitmap.close();
    }
  };

  const request = (blob, name, onProgress) => new Promise((resolve, reject) => {
    const form = new FormData();
    form.append("csrf_token", token);
    form.append("file", blob, name || "gambar");
    const xhr = new XMLHttpRequest();
    let timer;
    const alive = () => { clearTimeout(timer); timer = setTimeout(() => xhr.abort(), STALLED); };
    const fail = () => reject(new Error(words.wordsOffline));
    xhr.upload.addEventListener("progress", (event) => { alive(); if (event.lengthComputable) onProgress(event.loaded / event.total); });
    xhr.upload.addEventListener("load", () => { alive(); onProgress(1); });
    xhr.addEventListener("loadend", () => clearTimeout(timer));
    xhr.addEventListener("error", fail);
    xhr.addEventListener("abort", fail);
    xhr.addEventListener("load", () => {
      let answer = null;
      try { answer = JSON.parse(xhr.responseText); } catch { /* no answer of ours: the sign-in page, or a proxy's */ }
      resolve({ status: xhr.status, answer, url: xhr.responseURL });
    });
    xhr.open("POST", words.action);
    xhr.setRequestHeader("Accept", "application/json");
    alive();
    xhr.send(form);
  });

  const delivered = async (blob, name, onProgress, again = true) => {
    const { status, answer, url } = await request(blob, name, onProgress);
    if (status === 201 && answer) return answer;
    if (status === 400 && answer?.token && again) {
      token = answer.token; // the page was old: signed in again meanwhile
      return delivered(blob, name, onProgress, false);
    }
    if (answer?.error) throw new Error(answer.error);
    if (status === 413) throw new Error(words.wordsLarge);
    const isElsewhere = url && new URL(url).pathname !== new URL(words.action, location.href).pathname;
    throw new Error(isElsewhere ? words.wordsSession : words.wordsFailed);
  };

  const send = (file, { onProgress = () => {} } = {}) => new Promise((resolve, reject) => {
    const task = async () => delivered(await prepared(file), file.name, onProgress);
    waiting.push({ task, resolve, reject });
    next();
  });
  window.pictures = { send };

  // The library's own form: what is chosen is on its way at once.
  const form = document.getElementById("upload-form");
  if (!form) return;
  const list = document.getElementById("uploads");
  const status = document.getElementById("status");
  const say = form.dataset;
  let open = 0;
  let arrived = 0;
  form.dataset.ready = "";
  form.querySelector(".upload__drop").hidden = false;
  document.getElementById("upload-at-once").hidden = true; // sent from here, each is on its own, reduced

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  // The rows of what came in, as the server shows them, before those that are there: what is being typed below stays.
  const refresh = async () => {
    const rows = document.getElementById("pictures");
    try {
      const answer = await fetch(words.action, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.getElementById("pictures-room").textContent = page.getElementById("pictures-room").textContent;
      if (!("newest" in rows.dataset)) return;
      rows.prepend(...[...page.getElementById("pictures").children].filter((row) => !document.getElementById(row.id)));
      document.getElementById("pictures-none")?.remove();
    } catch { /* a bad line: they are there when the page is opened again */ }
  };

  const settle = () => {
    const failed = list.querySelectorAll("[data-failed]").length;
    status.textContent = (failed ? say.wordsSome : say.wordsAll).replace("{}", arrived).replace("{}", failed);
    if (arrived) refresh();
  };

  const upload = (file) => {
    const name = element("span", { className: "uploads__name", textContent: file.name });
    const bar = element("progress", { max: 1, value: 0, ariaLabel: say.wordsProgress.replace("{}", file.name) });
    const told = element("span", { className: "uploads__told" });
    const again = element("button", { type: "button", className: "button button--plain", textContent: say.wordsAgain, hidden: true });
    const row = element("li", {}, name, bar, told, again);
    const go = () => {
      open += 1;
      row.removeAttribute("data-failed");
      bar.value = 0;
      bar.hidden = false;
      again.hidden = true;
      told.textContent = say.wordsWaiting;
      const onProgress = (part) => {
        bar.value = part;
        told.textContent = part < 1 ? say.wordsSending : say.wordsWorking;
      };
      send(file, { onProgress }).then(() => {
        arrived += 1;
        told.textContent = say.wordsDone;
        row.dataset.done = "";
      }, (error) => {
        told.textContent = error.message;
        row.dataset.failed = "";
        again.hidden = false;
      }).finally(() => {
        bar.hidden = true;
        open -= 1;
        if (!open) settle();
      });
    };
    again.addEventListener("click", go);
    list.append(row);
    go();
  };

  const take = (files) => {
    if (!open) arrived = 0;
    for (const file of files) upload(file);
  };
  form.addEventListener("change", ({ target }) => {
    if (target.type !== "file" || !target.files.length) return;
    take([...target.files]);
    target.value = "";
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("dragover", (event) => { event.preventDefault(); form.dataset.over = ""; });
  form.addEventListener("dragleave", () => { delete form.dataset.over; });
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    delete form.dataset.over;
    take([...event.dataTransfer.files]);
  });
  addEventListener("beforeunload", (event) => { if (open) event.preventDefault(); });
  document.addEventListener("focusin", ({ target }) => { if (target.matches(".picture-row__code textarea")) target.select(); });
})();
