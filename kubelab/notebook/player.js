// The front end of the Player. It shows what the model says and sends what a person does; the kernel decides.
// The drawing of a film is put in once; a step only sets classes and texts. Frames that are known ahead are shown at
// once, before the kernel has answered.

const PLAY_EVERY = 1000; // milliseconds
const SEND_EVERY = 60; // while the slider is dragged
const PATIENCE = 4000; // how long an answer of the kernel is waited for
const LEAST_SCALE = 0.68;
const SHRUNK_SCALE = 0.8;
const MOST_SCALE = 1.12;
const LEAST_HEIGHT = 260; // pixels
const MOST_HEIGHT = 560;
const VIEW_NAMES = {
  topology: "Topology",
  "control-plane": "Control plane",
  owners: "Owners",
  access: "Access",
  causes: "Causes",
  timeline: "Timeline",
};
const ICONS = {
  first: "M4 3h2v10H4zM13 3v10L7 8z",
  back: "M11 3v10L5 8z",
  step: "M5 3v10l6-5z",
  run: "M3 3v10l6-5zM10 3h2v10h-2z",
  play: "M4 2.5v11l9-5.5z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
};

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

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** The picture: one SVG, whose elements are set to one frame after another. */
class Stage {
  constructor(box) {
    this.box = box;
    this.elements = new Map();
    this.version = -1;
    this.resizing = new ResizeObserver(() => this.fit());
    this.resizing.observe(box);
  }

  draw(drawing) {
    if (drawing.version === this.version) return;
    this.version = drawing.version;
    this.elements.clear();
    this.svg = null;
    this.text = null;
    if (!drawing.svg) {
      this.text = make("pre", { class: "kl-text" });
      this.box.replaceChildren(this.text);
      return;
    }
    const parsed = new DOMParser().parseFromString(drawing.svg, "image/svg+xml").documentElement;
    this.svg = document.importNode(parsed, true);
    this.svg.setAttribute("aria-hidden", "true");
    this.svg.querySelector(":scope > title")?.remove();
    const chosen = new Set([...Object.keys(drawing.keys ?? {}), ...(drawing.parts ?? []), ...(drawing.steps ?? [])]);
    for (const node of this.svg.querySelectorAll("g[id]")) {
      const id = node.id;
      // Ids would be in the page twice where two players show the same.
      node.removeAttribute("id");
      if (id === "canvas") continue;
      node.dataset.element = id;
      if (chosen.has(id)) node.dataset.chosen = "";
      this.elements.set(id, {
        node,
        kind: node.classList[0],
        title: node.querySelector("title"),
        texts: [...node.querySelectorAll("text")],
        classes: "",
      });
    }
    this.width = this.svg.viewBox.baseVal.width;
    this.height = this.svg.viewBox.baseVal.height;
    this.box.replaceChildren(this.svg);
    this.fit();
  }

  fit() {
    const room = this.box.clientWidth - 16;
    if (!this.svg || room <= 0) return;
    let scale = Math.min(Math.max(room / this.width, LEAST_SCALE), MOST_SCALE);
    // A picture that is only a little too high is made to fit; a much higher one is scrolled.
    const fitting = (MOST_HEIGHT - 14) / this.height;
    if (fitting < scale && fitting > SHRUNK_SCALE) scale = fitting;
    this.svg.setAttribute("width", Math.floor(this.width * scale));
    this.svg.setAttribute("height", Math.floor(this.height * scale));
    const wanted = Math.min(Math.max(this.height * scale + 14, LEAST_HEIGHT), MOST_HEIGHT);
    const resized = this.room === undefined || Math.abs(this.room - room) > 60;
    if (resized || wanted > this.box.clientHeight) {
      // The box never becomes lower by itself, so that what stands below it does not move to and fro.
      this.room = room;
      this.box.style.height = `${Math.ceil(wanted)}px`;
    }
  }

  // Where the picture is larger than its box, what changed is brought into sight.
  reveal() {
    const box = this.box;
    if (box.scrollWidth <= box.clientWidth + 4 && box.scrollHeight <= box.clientHeight + 4) return;
    const changed = this.svg?.querySelector(".changed:not(.hidden)");
    if (!changed) return;
    const [there, frame] = [changed.getBoundingClientRect(), box.getBoundingClientRect()];
    const by = (from, to, low, high) => (from < low ? from - low - 24 : to > high ? Math.min(to - high + 24, from - low) : 0);
    const left = by(there.left, there.right, frame.left, frame.right);
    const top = by(there.top, there.bottom, frame.top, frame.bottom);
    if (left || top) box.scrollBy({ left, top });
  }

  /** Point at the next thing that can be chosen, or the one before; its name. */
  point(by) {
    const there = [...(this.svg?.querySelectorAll("[data-chosen]:not(.hidden)") ?? [])];
    if (!there.length) return "";
    const at = there.findIndex((node) => "pointed" in node.dataset);
    const next = there[at < 0 ? (by > 0 ? 0 : there.length - 1) : (at + by + there.length) % there.length];
    for (const node of this.svg.querySelectorAll("[data-pointed]")) delete node.dataset.pointed;
    next.dataset.pointed = "";
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
    return next.querySelector("title")?.textContent || next.textContent;
  }

  get pointed() {
    return this.svg?.querySelector("[data-pointed]:not(.hidden)")?.dataset.element;
  }

  show(frame) {
    if (this.text) this.text.textContent = frame.text ?? "";
    const there = new Set();
    for (const [id, classes, title, ...texts] of frame.marks) {
      const element = this.elements.get(id);
      if (!element) continue;
      there.add(id);
      if (element.classes !== classes) {
        element.classes = classes;
        element.node.setAttribute("class", `${element.kind} ${classes}`);
      }
      if (element.title && element.title.textContent !== title) element.title.textContent = title;
      element.texts.forEach((node, place) => {
        const text = texts[place] ?? "";
        if (node.textContent !== text) node.textContent = text;
      });
    }
    for (const [id, element] of this.elements) {
      if (there.has(id) || element.classes.endsWith(" hidden")) continue;
      const last = element.classes.replace(/\bchanged\b/g, "").trim();
      element.classes = `${last} hidden`;
      element.node.setAttribute("class", `${element.kind} ${element.classes}`);
    }
    this.reveal();
  }

  leave() {
    this.resizing.disconnect();
  }
}

/** The frames the kernel has sent ahead. */
class Ahead {
  constructor() {
    this.steps = new Map();
    this.version = -1;
  }

  take(frames) {
    this.steps.clear();
    this.version = frames.version ?? -1;
    this.table = frames.table ?? [];
    for (const step of frames.steps ?? []) this.steps.set(step[0], step);
  }

  frame(index, version) {
    const step = version === this.version ? this.steps.get(index) : undefined;
    if (!step) return null;
    const [, time, title, sentence, description, numbers] = step;
    return { index, time, title, sentence, description, marks: numbers.map((number) => this.table[number]) };
  }
}

// What the tabs show

function jump(act, index, text = `${index}`) {
  const go = () => act("goto", { index });
  return make("button", { type: "button", class: "kl-jump", title: `Go to step ${index}`, onclick: go }, text);
}

function value(text, kind) {
  return text == null ? make("span", { class: "kl-none" }, "—") : make("span", { class: kind }, text);
}

const nothing = (text) => [make("p", { class: "kl-nothing" }, text)];

const PANELS = {
  changes(panel, act) {
    const made = [];
    if (panel.more) made.push(make("p", { class: "kl-nothing" }, `${panel.more} steps before these are not listed.`));
    for (const block of panel.blocks) {
      made.push(
        make("h4", {}, jump(act, block.index), " ", make("b", {}, block.actor), ` ${block.request}`,
          make("span", { class: "kl-aside" }, `revision ${block.revision}`)),
      );
      if (block.refused) made.push(make("p", { class: "kl-refused" }, `✕ refused: ${block.refused}`));
      const rows = block.rows.map(([path, before, after]) =>
        path === ""
          ? make("tr", {}, make("td", { colspan: 4 },
              make("pre", { class: before == null ? "kl-after" : "kl-before" },
                before == null ? after : "The object is gone.")))
          : make("tr", {}, make("th", { scope: "row" }, path), make("td", {}, value(before, "kl-before")),
              make("td", { class: "kl-arrow" }, "→"), make("td", {}, value(after, "kl-after"))),
      );
      if (rows.length) made.push(make("table", { class: "kl-changes" }, make("tbody", {}, ...rows)));
      else if (!block.refused) made.push(make("p", { class: "kl-nothing" }, "Nothing in the objects changed."));
      if (block.more) made.push(make("p", { class: "kl-nothing" }, `${block.more} more fields`));
    }
    return made.length ? made : nothing("Nothing has happened yet.");
  },

  why(panel, act) {
    if (!panel.chain.length) return nothing("Nothing has happened yet.");
    const made = [];
    if (panel.refused) made.push(make("p", { class: "kl-refused" }, `✕ refused: ${panel.refused}`));
    for (const [type, reason, message] of panel.events) {
      made.push(make("p", { class: `kl-event ${type.toLowerCase()}` }, make("b", {}, `${type} ${reason}`), ` ${message}`));
    }
    const links = panel.chain.map(([index, time, actor, sentence], place) =>
      make("li", { class: place === panel.chain.length - 1 ? "kl-here" : null },
        jump(act, index), make("span", { class: "kl-time" }, time), make("span", {}, sentence)));
    made.push(make("h4", {}, "What led to it"), make("ol", { class: "kl-chain" }, ...links));
    return made;
  },

  objects(panel, act) {
    const choose = (event) => act("tab", { tab: "objects", choice: event.target.value });
    const options = panel.choices.map((kind) => make("option", { value: kind, selected: kind === panel.choice }, kind));
    return [
      make("label", { class: "kl-choice" }, "kubectl get ", make("select", { onchange: choose }, ...options)),
      lines(panel.lines, "No resources found."),
    ];
  },

  events(panel) {
    return [lines(panel.lines, "No Events yet.")];
  },

  etcd(panel, act) {
    const head = `revision ${panel.revision}` + (panel.compacted ? `, compacted up to ${panel.compacted}` : "");
    const rows = panel.rows.map(([key, revision, state]) => {
      const open = () => act("tab", { tab: "etcd", choice: key === panel.choice ? "" : key });
      const mark = [state ? `kl-new ${state}` : "", key === panel.choice ? "kl-here" : ""].join(" ").trim();
      return make("tr", { class: mark || null },
        make("td", { class: "kl-number" }, `${revision}`),
        make("td", {}, make("button", { type: "button", class: "kl-plain", onclick: open }, key)),
        make("td", { class: "kl-aside" }, state));
    });
    const table = make("table", { class: "kl-etcd" }, make("thead", {}, make("tr", {}, make("th", {}, "mod"),
      make("th", {}, `key (${head})`), make("th", {}, ""))), make("tbody", {}, ...rows));
    return [make("div", { class: "kl-store" }, make("div", {}, table), make("div", {}, ...stored(panel, act)))];
  },

  object(panel, act) {
    if (!panel.title) return nothing("Click an object in the picture, or a key of etcd.");
    const steps = panel.history.map(([index, time, , sentence]) =>
      make("li", {}, jump(act, index), make("span", { class: "kl-time" }, time), make("span", {}, sentence)));
    const events = panel.events.map(([type, reason, count, message]) =>
      make("p", { class: `kl-event ${type.toLowerCase()}` },
        make("b", {}, `${type} ${reason}${count > 1 ? ` ×${count}` : ""}`), ` ${message}`));
    const about = make("div", {}, make("h4", {}, panel.title, panel.gone ? " (not there at this step)" : ""), ...events,
      make("h4", {}, "What happened to it"),
      steps.length ? make("ol", { class: "kl-chain" }, ...steps) : nothing("It was there from the start.")[0]);
    return [make("div", { class: "kl-object" }, about, make("pre", {}, panel.yaml))];
  },
};

/** The tabs of a walk. */
const WALK_PANELS = {
  hop(panel) {
    const rows = panel.rows.map(([name, text]) => make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, text)));
    const made = [];
    if (panel.fault) made.push(make("p", { class: "kl-refused" }, `✕ the packet is lost here: ${panel.fault}`));
    made.push(make("table", { class: "kl-changes" }, make("tbody", {}, ...rows)));
    if (panel.lines?.length) made.push(marked(panel.lines, ""));
    return made;
  },
  rules: (panel) => [marked(panel.lines, panel.empty)],
  routes: (panel) => [marked(panel.lines, panel.empty)],
  dns: (panel) => [marked(panel.lines, panel.empty)],
  way(panel, act) {
    const rows = panel.rows.map(([index, kind, sentence, fault, back]) =>
      make("li", { class: index === panel.here ? "kl-here" : null },
        jump(act, index), make("span", { class: "kl-time" }, `${back ? "← " : ""}${kind}`),
        make("span", { class: fault ? "kl-refused" : null }, sentence)));
    return [make("ol", { class: "kl-chain kl-hops" }, ...rows),
      make("p", { class: panel.ok ? null : "kl-refused" }, panel.verdict)];
  },
};
Object.assign(PANELS, WALK_PANELS);

/** Beside the keys: the chosen one, who watches, who was woken. */
function stored(panel, act) {
  const made = [];
  const one = panel.chosen;
  if (one) {
    const show = () => act("object", { key: one.object });
    const rows = [["create_revision", one.create], ["mod_revision", one.mod], ["version", one.version], ["lease", one.lease || "none"]];
    made.push(make("h4", {}, make("button", { type: "button", class: "kl-plain", title: "Open the object", onclick: show }, one.key)),
      make("table", { class: "kl-changes" }, make("tbody", {}, ...rows.map(([name, text]) =>
        make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, `${text}`))))));
  }
  for (const [prefix, components] of panel.watchers)
    made.push(make("h4", {}, "Watchers of ", make("code", {}, prefix)),
      make("p", {}, "kube-apiserver, and through its watch cache ", components.join(", ") || "nobody"));
  made.push(make("h4", {}, "Woken by this step"));
  if (panel.woken.length) made.push(make("ul", { class: "kl-woken" }, ...panel.woken.map(([actor, key]) =>
    make("li", {}, make("b", {}, actor), ` looks at ${key}`))));
  else made.push(...nothing("Nobody."));
  if (one) made.push(make("pre", {}, one.value));
  else made.push(...nothing("Click a key to see its value."));
  return made;
}

/** Lines of which some stand out. */
function marked(rows, empty) {
  if (!rows.length) return nothing(empty)[0];
  return make("pre", {}, ...rows.map(([text, fresh]) => make("span", { class: fresh ? "kl-new" : null }, `${text}\n`)));
}

function lines(rows, empty) {
  if (!rows.length) return nothing(empty)[0];
  const spans = rows.map(([text, fresh], place) =>
    make("span", { class: place === 0 || text.startsWith("NAME ") ? "kl-head" : fresh ? "kl-new" : null }, `${text}\n`));
  return make("pre", { class: "kl-table" }, ...spans);
}

// The whole

let made = 0;

/** The parts of the page, without any behaviour. */
function layout(names) {
  const button = (name, label, key) =>
    make("button", { type: "button", class: `kl-button kl-${name}`, "aria-label": label, title: `${label} (${key})` }, icon(name));
  const select = (label) => make("select", { "aria-label": label, title: label });
  const parts = {
    first: button("first", "To the start", "Home"),
    back: button("back", "Back", "←"),
    step: button("step", "Step", "→"),
    run: button("run", "Run to the end", "End"),
    play: button("play", "Play or pause", "space"),
    slider: make("input", { type: "range", min: 0, max: 0, value: 0, step: 1, "aria-label": "Step", class: "kl-slider" }),
    counter: make("span", { class: "kl-counter", title: "Step" }),
    clock: make("span", { class: "kl-clock", title: "Virtual time since the start" }),
    follow: make("button", { type: "button", class: "kl-follow", hidden: true }, "Follow"),
    stride: select("Step size"),
    view: select("View"),
    branch: select("Branch"),
    fold: make("button", { type: "button", class: "kl-fold", hidden: true }, "close what was opened"),
    picture: make("div", { class: "kl-picture", role: "img", tabindex: 0, title: "Choose an object: ↓ ↑, then Enter, or click it" }),
    sentence: make("div", { class: "kl-sentence" }),
    live: make("div", { class: "kl-live", "aria-live": "polite", role: "status" }),
    tabs: make("div", { class: "kl-tabs", role: "tablist", "aria-label": "Details" }),
    panel: make("div", { class: "kl-panel", role: "tabpanel", tabindex: 0 }),
  };
  parts.step.append("Step");
  parts.tab = {};
  for (const name of Object.keys(names)) {
    const tab = make("button", { type: "button", role: "tab", "aria-controls": "", class: "kl-tab" }, names[name]);
    parts.tab[name] = tab;
    parts.tabs.append(tab);
  }
  parts.panel.id = `kl-panel-${(made += 1)}`;
  for (const tab of Object.values(parts.tab)) tab.setAttribute("aria-controls", parts.panel.id);
  parts.root = make("div", { class: "kubelab kl-player", tabindex: 0, role: "group", "aria-label": "kubelab player",
      "data-lm-suppress-shortcuts": "true" },
    make("div", { class: "kl-controls" },
      make("div", { class: "kl-buttons" }, parts.first, parts.back, parts.step, parts.run, parts.play),
      make("div", { class: "kl-way" }, parts.slider, parts.counter, parts.clock, parts.follow),
      make("div", { class: "kl-choices" }, parts.stride, parts.view, parts.branch)),
    make("div", { class: "kl-frame" }, parts.picture, parts.fold),
    parts.sentence, parts.live, parts.tabs, parts.panel);
  return parts;
}

function fill(select, values, names, chosen) {
  const mark = JSON.stringify([values, chosen]);
  if (select.dataset.mark === mark) return;
  select.dataset.mark = mark;
  select.replaceChildren(...values.map((name) =>
    make("option", { value: name, selected: name === chosen }, names[name] ?? name)));
  select.value = chosen;
}

function render({ model, el }) {
  const me = `${Date.now()}-${Math.random()}`;
  const ui = layout(model.get("tabs"));
  const stage = new Stage(ui.picture);
  const ahead = new Ahead();
  const here = { index: model.get("index"), number: 0, done: 0, sent: 0, panel: null, timer: null, stayed: false };

  function act(what, more = {}) {
    here.number += 1;
    here.sent = Date.now();
    model.send({ do: what, by: me, number: here.number, ...more });
    busy();
  }

  const waiting = () => here.number > here.done && Date.now() - here.sent < PATIENCE;
  const busy = () => ui.root.setAttribute("aria-busy", String(waiting()));

  // Show a frame that is known already; the kernel's own answer follows.
  function anticipate(index) {
    const frame = ahead.frame(index, stage.version);
    here.index = index;
    if (frame) show(frame);
    place();
  }

  function show(frame) {
    stage.show(frame);
    ui.sentence.textContent = frame.sentence;
    ui.sentence.classList.remove("kl-problem");
    ui.clock.textContent = frame.time ? `+${frame.time}` : "";
    ui.picture.setAttribute("aria-label", `${frame.title}. ${frame.description}`);
  }

  function place() {
    const end = model.get("foreseen");
    const length = model.get("length");
    ui.slider.max = end;
    ui.slider.value = here.index;
    const share = (step) => `${end ? (100 * Math.min(step, end)) / end : 0}%`;
    ui.slider.style.setProperty("--at", share(here.index));
    ui.slider.style.setProperty("--done", share(length));
    ui.slider.setAttribute("aria-valuetext", `step ${here.index} of ${end}`);
    ui.counter.textContent = `${here.index} / ${end}${model.get("complete") ? "" : "+"}`;
    ui.first.disabled = ui.back.disabled = here.index === 0;
    ui.run.disabled = here.index >= end;
  }

  function follow() {
    const answered = model.get("now").answered ?? {};
    if (answered.by === me) here.done = Math.max(here.done, answered.number);
    busy();
    stage.draw(model.get("drawing"));
    fill(ui.stride, Object.keys(model.get("strides")), model.get("strides"), model.get("stride"));
    fill(ui.view, model.get("views"), VIEW_NAMES, model.get("view"));
    fill(ui.branch, model.get("branches"), {}, model.get("branch"));
    ui.stride.hidden = Object.keys(model.get("strides")).length < 2;
    ui.view.hidden = model.get("views").length < 2;
    ui.branch.hidden = model.get("branches").length < 2;
    ui.fold.hidden = !model.get("opened").length;
    staying();
    ui.play.replaceChildren(icon(model.get("playing") ? "pause" : "play"));
    ui.play.setAttribute("aria-pressed", String(model.get("playing")));
    timing();
    choose(model.get("tab"));
    details(model.get("panel"));
    if (waiting()) return place();
    const now = model.get("now");
    here.index = now.index;
    show(now);
    ui.sentence.classList.toggle("kl-problem", Boolean(now.refused || now.notice));
    if (now.notice) ui.sentence.textContent = now.notice;
    const said = `Step ${now.index}. ${now.notice || now.sentence}`;
    if (ui.live.textContent !== said) ui.live.textContent = said;
    place();
  }

  // Where the cluster has gone on without this player, one can go after it, and leave it again.
  function staying() {
    const [elsewhere, follows] = [model.get("elsewhere") ?? "", Boolean(model.get("follows"))];
    here.stayed ||= Boolean(elsewhere);
    ui.follow.hidden = !(elsewhere || (here.stayed && follows));
    ui.follow.setAttribute("aria-pressed", String(follows));
    ui.follow.title = elsewhere
      ? `This player stayed where its cell left it; ${elsewhere}. Go there, and stay with it`
      : "This player goes along with the cluster. Let it stay where it is";
  }

  function choose(name) {
    for (const [known, tab] of Object.entries(ui.tab)) {
      tab.setAttribute("aria-selected", String(known === name));
      tab.tabIndex = known === name ? 0 : -1;
    }
  }

  function details(panel) {
    if (panel === here.panel || !panel.tab) return;
    const same = here.panel && here.panel.tab === panel.tab && here.panel.choice === panel.choice;
    const scrolled = () => ui.panel.querySelector(".kl-store > div") ?? ui.panel;
    const top = same || panel.tab === "etcd" ? scrolled().scrollTop : 0;
    here.panel = panel;
    ui.panel.replaceChildren(...(panel.problem ? nothing(panel.problem) : PANELS[panel.tab](panel, act)));
    const inside = scrolled();
    inside.scrollTop = panel.tab === "events" ? inside.scrollHeight : top;
    const fresh = ["etcd", "objects", "rules", "way"].includes(panel.tab) && ui.panel.querySelector(".kl-here, .kl-new");
    if (fresh) {
      const box = inside.getBoundingClientRect();
      const row = fresh.getBoundingClientRect();
      if (row.top < box.top + 30 || row.bottom > box.bottom) inside.scrollTop += row.top - box.top - box.height / 2;
    }
  }

  const can = { step: () => here.index < model.get("length") || here.index < model.get("foreseen") };
  const goOn = {
    first: () => (anticipate(0), act("first")),
    back: () => (model.get("stride") === "request" && here.index && anticipate(here.index - 1), act("back")),
    step: () => (model.get("stride") === "request" && can.step() && anticipate(here.index + 1), act("step")),
    run: () => act("run"), // a breakpoint may stop it earlier
    play: () => act(model.get("playing") ? "pause" : "play"),
  };
  for (const [name, go] of Object.entries(goOn)) ui[name].addEventListener("click", go);

  function timing() {
    const mine = model.get("playing") && model.get("driver") === me;
    if (mine && here.timer === null) {
      here.timer = setInterval(() => (can.step() ? goOn.step() : act("pause")), PLAY_EVERY);
      if (can.step()) goOn.step();
    } else if (!mine && here.timer !== null) {
      clearInterval(here.timer);
      here.timer = null;
    }
  }

  // While the slider is dragged, the kernel hears of every sixtieth of a second's place only.
  let later = null;
  ui.slider.addEventListener("input", () => {
    anticipate(Number(ui.slider.value));
    here.number += 1;
    here.sent = Date.now();
    busy();
    if (later === null) {
      later = setTimeout(() => {
        later = null;
        act("goto", { index: here.index });
      }, SEND_EVERY);
    }
  });
  ui.stride.addEventListener("change", () => act("stride", { stride: ui.stride.value }));
  ui.view.addEventListener("change", () => act("view", { view: ui.view.value }));
  ui.branch.addEventListener("change", () => act("branch", { branch: ui.branch.value }));
  ui.fold.addEventListener("click", () => act("fold"));
  ui.follow.addEventListener("click", () => act("follow", { on: !model.get("follows") }));
  for (const [name, tab] of Object.entries(ui.tab)) {
    tab.addEventListener("click", () => (choose(name), act("tab", { tab: name })));
  }
  ui.tabs.addEventListener("keydown", (event) => {
    const names = Object.keys(ui.tab);
    const at = names.indexOf(model.get("tab"));
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const name = names[(at + by + names.length) % names.length];
    ui.tab[name].focus();
    choose(name);
    act("tab", { tab: name });
    event.preventDefault();
    event.stopPropagation();
  });
  ui.picture.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-chosen]");
    if (chosen) act("look", { element: chosen.dataset.element });
  });

  ui.picture.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      const name = stage.point(by);
      if (name) ui.live.textContent = name;
    } else if (event.key === "Enter" && !event.shiftKey && stage.pointed) act("look", { element: stage.pointed });
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  ui.root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { tagName, type } = event.target;
    if (tagName === "SELECT" || (type === "range" && event.key.startsWith("Arrow"))) return event.stopPropagation();
    const keys = { ArrowRight: "step", ArrowLeft: "back", Home: "first", End: "run", " ": "play" };
    const name = event.key === " " && tagName === "BUTTON" ? undefined : keys[event.key];
    const view = model.get("views")[Number(event.key) - 1];
    if (name) ui[name].disabled || goOn[name]();
    else if (view && tagName !== "INPUT") act("view", { view });
    else if (event.key === "Escape") document.activeElement.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  model.on("change:frames", takeAhead);
  model.on("change", follow);
  function takeAhead() {
    ahead.take(model.get("frames"));
  }

  el.classList.add("kl-host");
  el.append(ui.root);
  takeAhead();
  follow();
  model.send({ do: "shown", by: me });
  return () => {
    model.off("change:frames", takeAhead);
    model.off("change", follow);
    if (here.timer !== null) clearInterval(here.timer);
    stage.leave();
    model.send({ do: "hidden", by: me });
  };
}

export default { render };
