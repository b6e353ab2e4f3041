// How well what is on a page can be seen: the contrast of every text with what lies under it, and of every line that
// bears a meaning. All of it is measured in the page as it is drawn, nothing is looked up.

() => {
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const read = new Map();

  /** Any colour of CSS as red, green, blue and opacity. */
  function colour(text) {
    if (!read.has(text)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = text;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      read.set(text, [r, g, b, a / 255]);
    }
    return read.get(text);
  }

  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const light = (c) => c.slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, place) => sum + v * [0.2126, 0.7152, 0.0722][place], 0);

  function contrast(one, other) {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  }

  /** How opaque an element is, all that it lies in included. */
  function opacity(element) {
    let found = 1;
    for (let each = element; each instanceof Element; each = each.parentElement) found *= Number(getComputedStyle(each).opacity);
    return found;
  }

  const faded = ([r, g, b, a], element) => [r, g, b, a * opacity(element)];
  const hidden = (element) => getComputedStyle(element).visibility === "hidden" || opacity(element) < 0.05;

  /** What is painted at a place of a drawing, from the paper up; `but` is left out. */
  function under(x, y, but) {
    const painted = document.elementsFromPoint(x, y).filter((e) => e.tagName === "rect" && e !== but).reverse();
    return painted.map((e) => faded(colour(getComputedStyle(e).fill), e)).reduce((below, c) => over(c, below), [255, 255, 255, 1]);
  }

  const found = [];
  const note = (what, element, ratio, text = "") =>
    found.push({ what, ratio: Math.round(ratio * 100) / 100, text, classes: (element.closest("g[class]") ?? element).getAttribute("class") ?? element.tagName });

  for (const text of document.querySelectorAll("svg text")) {
    if (!text.textContent.trim() || hidden(text)) continue;
    const box = text.getBoundingClientRect();
    const below = under(box.x + box.width / 2, box.y + box.height / 2);
    note("text", text, contrast(over(faded(colour(getComputedStyle(text).fill), text), below), below), text.textContent);
  }
  for (const box of document.querySelectorAll("svg .box > rect")) {
    if (hidden(box)) continue;
    const { x, y, width, height } = box.getBoundingClientRect();
    const line = getComputedStyle(box).stroke;
    if (width * height < 1 || line === "none") continue;
    // Another box may touch a corner or an edge: the outline is to be seen on most of its way round.
    const outside = [[x - 3, y + height / 2], [x + width + 3, y + height / 2], [x + width / 3, y - 3], [x + width / 3, y + height + 3]];
    const ratios = outside.map(([px, py]) => under(px, py, box)).map((c) => contrast(over(faded(colour(line), box), c), c));
    note("outline", box, ratios.sort((a, b) => a - b)[1]);
    const inside = under(x + width / 2, y + height / 2);
    note("outline", box, contrast(over(faded(colour(line), box), inside), inside));
  }
  for (const path of document.querySelectorAll("svg .link > path")) {
    if (hidden(path)) continue;
    const line = faded(colour(getComputedStyle(path).stroke), path);
    const matrix = path.getScreenCTM();
    for (let share = 0.1; share < 1; share += 0.2) {
      const place = path.getPointAtLength(share * path.getTotalLength()).matrixTransform(matrix);
      const below = under(place.x, place.y);
      note("line", path, contrast(over(line, below), below));
    }
  }

  /** What is behind an element of a page. */
  function behind(element) {
    const layers = [];
    for (let each = element; each instanceof Element; each = each.parentElement) layers.push(faded(colour(getComputedStyle(each).backgroundColor), each));
    return layers.reverse().reduce((below, c) => over(c, below), [255, 255, 255, 1]);
  }

  for (const root of document.querySelectorAll(".kl-player, .kl-card")) {
    const told = (element, text) => {
      if (element.closest("svg, .kl-live, :disabled") || hidden(element) || !element.getClientRects().length) return;
      const below = behind(element);
      note("text", element, contrast(over(faded(colour(getComputedStyle(element).color), element), below), below), text);
    };
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (walker.currentNode.data.trim()) told(walker.currentNode.parentElement, walker.currentNode.data.trim());
    for (const field of root.querySelectorAll("input[type=text], select")) {
      if (hidden(field) || !field.getClientRects().length) continue;
      told(field, field.value || "typed");
      const below = behind(field.parentElement);
      note("field", field, contrast(over(colour(getComputedStyle(field).borderTopColor), below), below));
    }
    for (const drawn of root.querySelectorAll(".kl-button svg")) {
      if (drawn.closest(":disabled")) continue;
      note("icon", drawn, contrast(colour(getComputedStyle(drawn).fill), behind(drawn)));
    }
    for (const bar of root.querySelectorAll(".kl-sentence, .kl-answered .kl-result, .kl-event")) {
      const below = behind(bar.parentElement);
      note("bar", bar, contrast(over(colour(getComputedStyle(bar).borderLeftColor), below), below));
    }
  }
  return found;
}
