// The front end of the cards: a prediction to be answered, an exercise to be checked. It shows what the model says and
// sends what a person does; the kernel decides.

/** An element with attributes and children; texts become text nodes, so nothing from a cluster is ever markup. */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child != null && child !== false));
  return node;
}

/** Prose: pieces of one sort each. */
function prose(pieces) {
  return pieces.map(([sort, words]) => (sort === "text" ? document.createTextNode(words) : make(sort, {}, words)));
}

const paragraphs = (text) => text.map((each) => make("p", {}, ...prose(each)));

/** Keys that are pressed here are not the notebook's; the applications look for this at what has the focus. */
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

let made = 0;

function frame(title, name, text) {
  const id = `kl-card-${(made += 1)}`;
  const fill = make("span", { class: "kl-fill" });
  const count = make("span", {});
  const card = {
    id,
    fill,
    count,
    progress: make("div", { class: "kl-progress" }, make("span", { class: "kl-bar", "aria-hidden": "true" }, fill), count),
    question: make("div", { class: "kl-question", id: `${id}-text` }, ...paragraphs(text)),
    body: make("div", { class: "kl-body" }),
    buttons: make("div", { class: "kl-acts" }),
    result: make("div", { class: "kl-result", role: "status", "aria-live": "polite" }),
  };
  // Two questions of one page are told apart where somebody goes from region to region.
  const label = name ? `${title} ${name}` : `${title}: ${card.question.textContent.slice(0, 100)}`;
  card.root = make("section", { class: "kubelab kl-card", "aria-label": label, "data-lm-suppress-shortcuts": "true" },
    make("div", { class: "kl-top" }, make("span", { class: "kl-title" }, title),
      name && make("span", { class: "kl-name" }, name), card.progress),
    card.question, card.body, card.buttons, card.result);
  // What is typed here is not meant for the notebook: neither its commands nor its shortcuts.
  card.root.addEventListener("keydown", (event) => {
    if (!(event.shiftKey && event.key === "Enter")) event.stopPropagation();
  });
  return card;
}

function button(label, act, more = {}) {
  return make("button", { type: "button", class: "kl-do", onclick: act, ...OWN_KEYS, ...more }, label);
}

function setProgress(card, progress) {
  card.progress.hidden = !progress || progress.size < 2;
  if (!progress) return;
  card.fill.style.width = `${progress.size ? (100 * progress.done) / progress.size : 0}%`;
  card.count.textContent = `${progress.done} of ${progress.size}`;
  card.progress.title = "predictions answered and exercises solved so far";
}

/** Let the page keep in the notebook what has been done; the extension of kubelab hears this, where it is installed. */
function keep(card, record) {
  if (!record || !card.root.isConnected) return;
  card.root.dispatchEvent(new CustomEvent("kubelab:record", { bubbles: true, composed: true, detail: JSON.stringify(record) }));
}

function prediction(model, sheet) {
  const card = frame("Predict", "", sheet.text);
  const sort = sheet.options.length ? (sheet.several ? "checkbox" : "radio") : "text";
  const fields = [];
  const rows = [];
  const send = () => {
    if (sort === "text") return model.send({ do: "answer", typed: fields.map((field) => field.value) });
    model.send({ do: "choose", chosen: fields.flatMap((field, place) => (field.checked ? [place] : [])) });
  };
  const check = button("Check", send, { disabled: !sheet.several });
  const ready = () => {
    const filled = sort === "text" ? fields.every((field) => field.value.trim()) : fields.some((field) => field.checked);
    check.disabled = !(sheet.several || filled);
  };
  const group = make("fieldset", { "aria-labelledby": card.question.id });
  for (const [place, text] of (sort === "text" ? sheet.blanks : sheet.options).entries()) {
    const field = make("input", { type: sort, name: card.id, value: sort === "text" ? "" : place, autocomplete: "off", spellcheck: "false", ...OWN_KEYS });
    if (sort === "text" && !text.length) field.setAttribute("aria-label", "Answer");
    field.addEventListener("input", ready);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !check.disabled) {
        event.preventDefault();
        send();
      }
    });
    const sign = make("span", { class: "kl-sign" });
    const row = make("label", { class: "kl-option" }, field, make("span", { class: "kl-says" }, ...prose(text)), sign);
    fields.push(field);
    rows.push({ row, sign });
    group.append(row);
  }
  card.body.append(group);
  card.buttons.append(check);

  let told = "";
  card.follow = (shown) => {
    card.root.classList.toggle("kl-answered", Boolean(shown.answered));
    // Only a new answer fills the fields: somebody may be about to choose another one.
    const answer = JSON.stringify([shown.answered, shown.said]);
    const fresh = shown.answered && answer !== told;
    told = answer;
    for (const [place, { row, sign }] of rows.entries()) {
      const right = shown.answered && (sort === "text" ? shown.found[place].startsWith("✓") : shown.right.includes(place));
      const wrong = shown.answered && !right && (sort === "text" || shown.said.includes(place));
      row.classList.toggle("kl-right", Boolean(right));
      row.classList.toggle("kl-wrong", Boolean(wrong));
      const missed = sort === "checkbox" && right && !shown.said.includes(place);
      sign.textContent = right ? (sort === "text" ? "✓" : missed ? "✓ happens, too" : "✓ happens") : wrong ? (sort === "text" ? "✕" : "✕ does not") : "";
      if (fresh && sort !== "text") fields[place].checked = shown.said.includes(place);
      if (fresh && sort === "text") fields[place].value = shown.said[place];
    }
    if (!shown.answered) return [];
    const found = shown.found.map((line) => make("li", {}, ...prose(line)));
    const because = shown.because.map(([step, sentence]) =>
      make("p", { class: "kl-because" }, make("span", { class: "kl-step-number" }, `step ${step}`), sentence));
    return [make("p", { class: "kl-head" }, shown.ok ? "As you said." : "It goes another way."),
      make("ul", { class: "kl-found" }, ...found), ...because, ...paragraphs(shown.why)];
  };
  return card;
}

function exercise(model, sheet) {
  const card = frame("Exercise", sheet.name, sheet.text);
  const goals = sheet.goal.map((text) => {
    const sign = make("span", { class: "kl-sign", "aria-hidden": "true" }, "○");
    const found = make("span", { class: "kl-says" });
    const state = make("span", { class: "kl-live" });
    const row = make("li", {}, sign, make("code", {}, text), state, found);
    return { row, sign, found, state };
  });
  card.body.append(make("ul", { class: "kl-goal", "aria-label": "What must become true" }, ...goals.map(({ row }) => row)));
  const check = button("Check", () => model.send({ do: "check" }));
  const hint = button("Hint", () => model.send({ do: "hint" }), { class: "kl-do kl-quiet" });
  const again = button("Begin anew", () => model.send({ do: "again" }), { class: "kl-do kl-quiet" });
  card.buttons.append(check, hint, again);

  card.follow = (shown) => {
    card.root.classList.toggle("kl-answered", Boolean(shown.ok));
    for (const [place, { row, sign, found, state }] of goals.entries()) {
      const finding = shown.findings[place];
      row.classList.toggle("kl-right", Boolean(finding && finding[0]));
      row.classList.toggle("kl-wrong", Boolean(finding && !finding[0]));
      sign.textContent = finding ? (finding[0] ? "✓" : "✕") : "○";
      state.textContent = finding ? (finding[0] ? " is so: " : " is not so: ") : "";
      found.textContent = finding ? finding[1] : "";
    }
    const parts = shown.missing.map((line) => make("p", { class: "kl-missing" }, line));
    if (shown.ok) parts.push(make("p", { class: "kl-head" }, `Solved, with ${shown.acts === 1 ? "1 step" : `${shown.acts} steps`} of yours.`));
    else if (shown.checked && !parts.length) parts.push(make("p", { class: "kl-head" }, "Not yet."));
    parts.push(...shown.hints.map((text) => make("p", { class: "kl-hint" }, make("b", {}, "Hint. "), ...prose(text))));
    return parts;
  };
  return card;
}

function render({ model, el }) {
  const sheet = model.get("sheet");
  const card = sheet.kind === "exercise" ? exercise(model, sheet) : prediction(model, sheet);
  function follow() {
    const shown = model.get("shown");
    setProgress(card, shown.progress);
    keep(card, shown.keep);
    const parts = card.follow(shown);
    if (shown.notice) parts.unshift(make("p", { class: "kl-missing" }, shown.notice));
    const mark = JSON.stringify([shown.notice, shown.answered, shown.said, shown.found, shown.missing, shown.hints, shown.checked, shown.ok]);
    if (card.mark !== mark) card.result.replaceChildren(...parts);
    card.mark = mark;
    // It stays in the page while it is empty: a region that appears together with its text is not read out.
    card.result.classList.toggle("kl-empty", !parts.length);
  }
  model.on("change:shown", follow);
  // A cell that is out of sight may be out of the page: what was done meanwhile is told when it comes back.
  const sight = new IntersectionObserver(() => keep(card, model.get("shown").keep));
  sight.observe(card.root);
  el.classList.add("kl-host");
  el.append(card.root);
  follow();
  return () => {
    sight.disconnect();
    model.off("change:shown", follow);
  };
}

export default { render };
