// The page on which an article is written: the editor on top of the plain field, its pictures, and sending it once and whole.
"use strict";
(() => {
  const form = document.getElementById("article-form");
  const said = document.getElementById("writing-words")?.dataset;
  if (!form || !said) return;
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const copy = (id) => document.importNode(document.getElementById(id).content.firstElementChild, true);
  const area = find("#body");
  const rich = find("#rich");
  const filled = (words, ...values) => values.reduce((text, value) => text.replace("{}", value), words);
  const say = (words, place = "#editor-said") => { (find(place) || find("#status")).textContent = words; };
  const NEAR = "#sending-said"; // beside the buttons that send it
  let draft = { soon() {}, settle() {}, send() {}, isLost: () => false };

  // Trix, as this house has it. A block is a paragraph, and Enter begins the next one.
  const configure = () => {
    const { blockAttributes, textAttributes, attachments, lang } = Trix.config;
    delete blockAttributes.heading1;
    for (const level of [2, 3, 4, 5, 6]) blockAttributes[`heading${level}`] = { tagName: `h${level}`, terminal: true, breakOnReturn: true, group: false };
    for (const name of ["quote", "code"]) blockAttributes[name].group = false; // two of them in a row stay two
    for (const name of ["u", "s", "ins", "mark", "small", "sub", "sup", "cite", "q", "abbr"]) textAttributes[name] = { tagName: name, inheritable: true };
    textAttributes.typed = { tagName: "code", inheritable: true };
    delete attachments.preview.presentation; // no galleries
    for (const kind of ["preview", "file"]) attachments[kind].caption = { name: false, size: false };
    Object.assign(lang, { captionPlaceholder: said.caption, remove: said.remove });
    const { Block, LineBreakInsertion } = Trix;
    const { shouldInsertBlockBreak } = LineBreakInsertion.prototype;
    LineBreakInsertion.prototype.shouldInsertBlockBreak = function () {
      return !this.block.hasAttributes() || shouldInsertBlockBreak.call(this);
    };
    Block.prototype.canBeConsolidatedWith = () => false;
  };

  // Pictures: each on its way by itself, in a list below the text, with its progress or with the words for who cannot see it.
  const pictures = new Map(); // by the attachment's number: {attachment, row, state: "sending", "failed" or "there"}
  const of = (state) => [...pictures.values()].filter((one) => one.state === state);
  const settled = () => document.dispatchEvent(new Event("pictures-settled"));

  const words = (row) => find("input[type=text]", row);
  const tick = (row) => find("input[type=checkbox]", row); // it is decoration
  const isSaid = (row) => Boolean(words(row).value.trim()) || tick(row).checked;

  const summarise = () => {
    const room = find("#editor-pictures");
    const lacking = [...pictures.values()].filter(({ row, state }) => state === "there" && !isSaid(row)).length;
    room.hidden = !pictures.size;
    find("summary", room).textContent = lacking ? filled(said.undescribed, pictures.size, lacking) : filled(said.described, pictures.size);
    return lacking;
  };

  const show = (picture) => {
    const { attachment, row, state } = picture;
    const name = attachment.getAttribute("filename") || "";
    const isThere = state === "there";
    const image = find("img", row);
    const address = attachment.getURL() || attachment.getPreviewURL();
    if (address && image.getAttribute("src") !== address) image.src = address;
    image.hidden = !address;
    find(".editor-picture__told span", row).textContent = [name, picture.words].filter(Boolean).join(": ");
    row.toggleAttribute("data-failed", state === "failed");
    find("progress", row).hidden = state !== "sending";
    find(".buttons", row).hidden = state !== "failed";
    find(".editor-picture__words", row).hidden = !isThere;
    if (summarise() || state !== "there") find("#editor-pictures").open = true;
  };

  const send = (picture) => {
    const { attachment, row } = picture;
    const bar = find("progress", row);
    const onProgress = (part) => {
      bar.value = part;
      attachment.setUploadProgress(Math.round(part * 100));
      picture.words = part < 1 ? said.sending : said.working;
      find(".editor-picture__told span", row).textContent = [attachment.getAttribute("filename"), picture.words].join(": ");
    };
    picture.state = "sending";
    if (!attachment.hasAttribute("alt")) attachment.setAttribute("alt", "");
    onProgress(0);
    show(picture);
    window.pictures.send(picture.file, { onProgress }).then(({ url, width, height, alt }) => {
      picture.state = "there";
      picture.words = said.arrived;
      words(row).value ||= alt;
      attachment.setAttributes({ url, width, height, alt: words(row).value, contentType: "image/jpeg" });
      draft.soon();
    }, (error) => {
      picture.state = "failed";
      attachment.setUploadProgress(0);
      picture.words = error.message;
    }).finally(() => {
      if (!pictures.has(attachment.id)) return;
      show(picture);
      settled();
    });
  };

  const describe = ({ state, row, attachment }) => {
    if (state !== "there") return;
    const said = { alt: words(row).value.trim(), role: tick(row).checked ? "presentation" : "" };
    if (said.role) said.alt = "";
    for (const [name, value] of Object.entries(said)) {
      if ((attachment.getAttribute(name) || "") !== value) attachment.setAttribute(name, value);
    }
  };

  const take = (attachment) => {
    if (attachment.getAttribute("content")) return;
    if (!attachment.file && !attachment.getURL()) { attachment.remove(); return; } // a copy of one that was on its way
    const known = pictures.get(attachment.id);
    const row = known?.row || copy("editor-picture-template");
    const picture = known || { attachment, row, file: attachment.file, state: "there", words: "" };
    pictures.set(attachment.id, picture);
    find("#editor-pictures ul").append(row);
    if (known) { show(picture); return; }
    words(row).value = attachment.getAttribute("alt") || "";
    tick(row).checked = attachment.getAttribute("role") === "presentation";
    find("[data-again]", row).addEventListener("click", () => send(picture));
    find("[data-remove]", row).addEventListener("click", () => { attachment.remove(); find("#editor").focus(); });
    row.addEventListener("change", () => { describe(picture); summarise(); });
    words(row).addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    if (attachment.file) send(picture);
    else show(picture);
  };

  // The row of tools is one stop of the Tab key; arrows go along it (WAI-ARIA's pattern). Trix hears the mouse alone.
  const equip = (room, editor) => {
    const strip = find(".editor__strip", room);
    const tools = all("button", strip);
    const usable = () => tools.filter((tool) => !tool.disabled && tool.offsetParent);
    const stop = (next) => tools.forEach((tool) => { tool.tabIndex = tool === next ? 0 : -1; });
    stop(tools[0]);
    strip.addEventListener("focusin", ({ target }) => stop(target));
    strip.addEventListener("keydown", (event) => {
      const row = usable();
      const here = row.indexOf(document.activeElement);
      const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: -1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      row.at(to % row.length).focus();
    });
    strip.addEventListener("mousedown", (event) => { if (event.target.closest("[data-pick]")) event.preventDefault(); });
    strip.addEventListener("click", (event) => {
      const tool = event.target.closest("button");
      if (!tool) return;
      if (tool.dataset.pick) find(`#editor-${tool.dataset.pick}`).click();
      else if (!event.detail) tool.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }));
    });
    const press = () => {
      for (const tool of tools) if (tool.dataset.trixAttribute) tool.setAttribute("aria-pressed", "trixActive" in tool.dataset);
      if (!usable().some((tool) => tool.tabIndex === 0)) stop(usable()[0]);
    };
    for (const name of ["trix-attributes-change", "trix-actions-change", "trix-toolbar-dialog-show", "trix-toolbar-dialog-hide"]) editor.addEventListener(name, press);
    press();

    // An address without its beginning is given one, before Trix looks at it.
    const link = find("#editor-link", room);
    const complete = () => {
      const typed = link.value.trim();
      if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(typed)) link.value = `mailto:${typed}`;
      else if (/^[^\s:/]+\.[^\s/]+/.test(typed) && !/^[a-z]+:/i.test(typed)) link.value = `https://${typed}`;
      else link.value = typed;
      link.setCustomValidity(/^(https?:\/\/[^\s]+|mailto:[^\s]+|\/[^\s]*)$/i.test(link.value) ? "" : "?");
      const isWrong = !link.checkValidity();
      find("#editor-link-error").hidden = !isWrong;
      link.toggleAttribute("aria-invalid", isWrong);
      return !isWrong;
    };
    const check = (event) => {
      if (complete()) return;
      event.preventDefault();
      event.stopPropagation();
      link.focus();
    };
    const dialog = find(".editor__dialog", room);
    dialog.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target === link) check(event); }, true);
    dialog.addEventListener("click", (event) => { if (event.target.dataset.trixMethod === "setAttribute") check(event); }, true);
    editor.addEventListener("trix-toolbar-dialog-hide", () => { find("#editor-link-error").hidden = true; link.removeAttribute("aria-invalid"); });
  };

  const open = () => {
    configure();
    const room = copy("editor-template");
    const label = find("label[for=body]");
    const editor = document.createElement("trix-editor");
    rich.value = rich.defaultValue; // whatever a browser thinks that it knows from before
    label.id = "body-label";
    label.htmlFor = "editor";
    const described = (area.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== "body-hint").join(" ");
    const about = { id: "editor", input: "rich", toolbar: "editor-toolbar", class: "article__body editor__text", "aria-labelledby": "body-label", "aria-multiline": "true" };
    for (const [name, value] of Object.entries(about)) editor.setAttribute(name, value);
    if (described) editor.setAttribute("aria-describedby", described);
    if (area.hasAttribute("aria-invalid")) editor.setAttribute("aria-invalid", "true");

    let opened = null; // the editor's text before anybody touched it: that is sent as it came
    let isTouched = false;
    let wasInside = false;
    const touch = () => { isTouched = true; };
    for (const name of ["keydown", "beforeinput", "paste", "drop", "mousedown"]) room.addEventListener(name, touch, true);
    editor.addEventListener("focus", () => { wasInside = true; });
    editor.addEventListener("trix-attachment-add", ({ attachment }) => take(attachment));
    editor.addEventListener("trix-attachment-remove", ({ attachment }) => {
      const picture = pictures.get(attachment.id);
      if (!picture) return;
      pictures.delete(attachment.id);
      picture.row.remove();
      summarise();
      settled();
    });
    editor.addEventListener("trix-file-accept", (event) => {
      const { name, type } = event.file;
      if (!type || type.startsWith("image/")) return;
      event.preventDefault();
      say(filled(said.noPicture, name || type));
    });
    // Before Trix looks at it: it would read the styles in it, which the page's policy forbids, and report each of them.
    room.addEventListener("paste", (event) => {
      const { clipboardData: data, target } = event;
      const html = data?.getData("text/html");
      if (!html || target.closest("input, textarea")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      editor.editor.recordUndoEntry("Tempel");
      if (data.files.length && !html.includes("urn:schemas-microsoft-com")) { // a picture, and the page that it stood on
        editor.editor.insertFiles([...data.files]);
        return;
      }
      const clean = window.pasted(html);
      editor.editor.insertHTML(clean.html);
      if (clean.lost) say(filled(said.lost, clean.lost));
    }, true);
    editor.addEventListener("trix-change", () => {
      if (!isTouched) { opened = rich.value; draft.settle(); }
      draft.soon();
    });
    editor.addEventListener("trix-attachment-before-toolbar", ({ toolbar }) => find("button", toolbar).setAttribute("type", "button"));
    // Trix draws a new paragraph in the next frame, and a key before that, on a slow phone, would meet the caret in the old one.
    room.addEventListener("input", ({ inputType }) => { if (inputType === "insertParagraph") editor.editorController.inputController.render?.(); });
    // Tab leaves the editor; Trix would move a list's item.
    room.addEventListener("keydown", (event) => { if (event.key === "Tab" && event.target === editor) event.stopImmediatePropagation(); }, true);
    for (const name of ["files", "camera"]) {
      find(`#editor-${name}`, room).addEventListener("change", ({ target }) => {
        touch();
        if (!wasInside) editor.editor.setSelectedRange(editor.editor.getDocument().getLength() - 1);
        editor.editor.recordUndoEntry("Gambar");
        editor.editor.insertFiles([...target.files]);
        target.value = "";
      });
    }
    // What the question below is answered stands in the list of pictures, too.
    find("#undescribed")?.addEventListener("change", ({ target }) => {
      const { key } = target.closest("[data-key]").dataset;
      touch();
      for (const picture of pictures.values()) {
        if (!picture.attachment.getURL()?.includes(`/pictures/${key}/`)) continue;
        if (target.type === "checkbox") tick(picture.row).checked = target.checked;
        else words(picture.row).value = target.value;
        describe(picture);
      }
      summarise();
    });
    const name = () => {
      // What nobody touched goes back as it came, and so loses nothing, whatever the editor makes of it.
      const isSame = rich.value === opened;
      form.elements.format.value = isSame ? "plain" : "rich";
      area.name = isSame ? "body" : "";
      rich.name = isSame ? "" : "body";
    };
    form.addEventListener("submit", () => { pictures.forEach(describe); name(); }, true);
    editor.addEventListener("trix-initialize", () => {
      if (area.value !== area.defaultValue) { // somebody began in the plain field just now
        room.remove();
        label.htmlFor = "body";
        plain();
        return;
      }
      opened = rich.value;
      equip(room, editor);
      editor.editorController.attachmentManager.getAttachments().forEach(take); // those that were there tell of none
      if (document.activeElement === area) editor.focus();
      area.hidden = true;
      const hint = find("#body-hint");
      if (hint) hint.hidden = true;
      begin({ read: () => rich.value, load: (text) => { touch(); editor.editor.loadHTML(text); }, isRich: true });
    }, { once: true });
    find("#editor-place", room).replaceWith(editor);
    area.after(room);
    find(".article-buttons", form).before(copy("sending-template"));
  };

  const plain = () => {
    form.elements.format.value = "plain";
    begin({ read: () => area.value, load: (text) => { area.value = text; }, isRich: false });
  };

  const begin = (how) => {
    draft = window.drafts ? window.drafts(form, how) : draft;
    form.dataset.ready = "";
  };

  // Sent once; and not before its pictures are there, or are known to stay behind.
  let isSending = false;
  let isWarned = false;
  const restore = () => {
    isSending = false;
    all("[data-words]", form).forEach((button) => {
      button.textContent = button.dataset.words;
      delete button.dataset.words;
      button.removeAttribute("aria-disabled");
    });
  };
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    const stay = (words) => { event.preventDefault(); say(words, NEAR); };
    if (button && "preview" in button.dataset) return;
    if (isSending) { event.preventDefault(); return; }
    const waiting = of("sending").length;
    const failed = of("failed").length;
    if (waiting) {
      stay(filled(said.waiting, waiting));
      const go = () => {
        if (of("sending").length) { say(filled(said.waiting, of("sending").length), NEAR); return; }
        document.removeEventListener("pictures-settled", go);
        say("", NEAR);
        form.requestSubmit(button);
      };
      document.addEventListener("pictures-settled", go);
      return;
    }
    if (failed && !isWarned) { stay(filled(said.missing, failed)); isWarned = true; find("#editor-pictures").open = true; return; }
    isSending = true;
    draft.send();
    if (button) {
      button.dataset.words = button.textContent;
      button.textContent = said.saving;
      button.setAttribute("aria-disabled", "true");
    }
    setTimeout(restore, 30000); // the line is dead: let it be tried again
  });
  addEventListener("pageshow", (event) => { if (event.persisted) restore(); });
  addEventListener("beforeunload", (event) => { if (!isSending && (draft.isLost() || of("sending").length)) event.preventDefault(); });
  document.addEventListener("pictures-settled", () => { isWarned = false; });

  // Who began in the plain field, while the editor was still on its way, goes on there; and who asked for HTML is given that.
  const wantsHtml = new URLSearchParams(location.search).has("html");
  if (window.Trix && window.pasted && area.value === area.defaultValue && !wantsHtml) open();
  else plain();
})();
