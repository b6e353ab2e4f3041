// Highlighting of the language of kubelab, in cells of the kernel `kube` and in the bodies of `%%kube` cells; and what
// somebody has done in a lesson is kept in the notebook itself.
//
// JupyterLab loads an extension as a container of modules: an object with `init` and `get`. This one is written by
// hand, so that no build step is needed. What it shares with JupyterLab (CodeMirror) it takes from there.
(() => {
  // The words of grammar/kube.lark; a test holds them against it.
  const WORDS = new Set((
    "ClusterIP ExternalName LoadBalancer NodePort after all always annotation args as at binaryData can " +
    "cannot capacity cj claim class cloud cluster clusterrole clusterrolebinding cm command config configmap " +
    "container cordoned cpu crashes cronjob daemonset data default delay deploy deployment divisor ds " +
    "emptydir encrypt env ephemeral-storage eventually every exactly exec exits expect failures field from " +
    "grace group grpc header headless host hostpath http https imagePullSecrets immutable in ing ingress init " +
    "job key label least limit live medium memory most mount named namespace never no node nodeName nodePort " +
    "nodeSelector not notin ns of on optional out password persistentvolumeclaim po pod pods port prefix pull " +
    "pvc rc readonly ready registry replicaset replicationcontroller request resource restart role " +
    "rolebinding rs runs schedule secret serves service serviceAccount serviceaccount sessionAffinity sidecar " +
    "size starts startup statefulset stops strategy sts subpath successes surge svc taint tcp timeout times " +
    "tls to tolerate type unavailable user uses volume where within zone"
  ).split(" "));
  const RUNS = /#.*|"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|->|(?:pod|container)?\.[A-Za-z_$][\w$.[\]"'/-]*|[A-Za-z][\w-]*(?=[\s{}()[\],;"'!<>]|$)|x\d+\b|\d[\w.%]*|[^\s{}()[\],;"'=!<>]+|[^\s]/g;

  function kindOf(text) {
    if (text[0] === "#") return "comment";
    if (text[0] === '"' || text[0] === "'") return "string";
    if (text === "->") return "operator";
    if (/^(?:pod|container)?\.[A-Za-z_$]/.test(text)) return "propertyName";
    if (/^x?\d+$/.test(text) || /^\d[\w.%]*$/.test(text)) return "number";
    if (WORDS.has(text)) return "keyword";
    if (/^[A-Z][A-Za-z]+$/.test(text)) return "typeName";
    return null;
  }

  const stream = {
    name: "kube",
    startState: () => ({ long: false }),
    token(from, state) {
      if (state.long) {
        if (from.skipTo('"""')) { from.match('"""'); state.long = false; } else from.skipToEnd();
        return "string";
      }
      if (from.eatSpace()) return null;
      if (from.match('"""')) { state.long = true; return "string"; }
      RUNS.lastIndex = from.pos;
      const found = RUNS.exec(from.string);
      if (!found || found.index !== from.pos) { from.next(); return null; }
      from.pos += found[0].length;
      return kindOf(found[0]);
    },
    languageData: { commentTokens: { line: "#" }, closeBrackets: { brackets: ["(", "[", "{", '"', "'"] } },
  };

  const COLOURS = {
    comment: "comment", string: "string", operator: "operator", propertyName: "property",
    number: "number", keyword: "keyword", typeName: "variable-2",
  };

  // In a notebook of Python the editor believes a `%%kube` cell to be Python: its words are coloured on top of that.
  function inCells(view, state) {
    const marks = Object.fromEntries(Object.entries(COLOURS).map(([kind, name]) => [kind, view.Decoration.mark({
      class: `kl-${kind}`,
      attributes: { style: `color: var(--jp-mirror-editor-${name}-color);` + (kind === "keyword" ? "font-weight: bold" : "") },
    })]));
    const plain = view.Decoration.mark({ attributes: { class: "kl-plain" } });
    const decorate = (editor) => {
      const builder = new state.RangeSetBuilder();
      const text = editor.state.doc.sliceString(0, 50000);
      const magic = /^(?:\s*(?:#[^\n]*)?\n)*%%kube\b[^\n]*\n/.exec(text);
      if (!magic) return builder.finish();
      RUNS.lastIndex = magic[0].length;
      for (let found = RUNS.exec(text); found; found = RUNS.exec(text)) {
        const kind = kindOf(found[0]);
        builder.add(found.index, found.index + found[0].length, kind ? marks[kind] : plain);
      }
      return builder.finish();
    };
    return view.ViewPlugin.fromClass(class {
      constructor(editor) { this.decorations = decorate(editor); }
      update(change) { if (change.docChanged) this.decorations = decorate(change.view); }
    }, { decorations: (plugin) => plugin.decorations });
  }

  // The cards tell the record of a lesson. It becomes metadata of their notebook, which is saved at once: a kernel that is
  // started again reads it from there.
  function keepRecords(app) {
    const waiting = new Map();
    document.addEventListener("kubelab:record", (event) => {
      const panels = typeof app.shell.widgets === "function" ? [...app.shell.widgets("main")] : [app.shell.currentWidget];
      const panel = panels.find((each) => each?.node.contains(event.target) && each.context?.model?.setMetadata);
      if (!panel || event.detail === JSON.stringify(panel.context.model.getMetadata("kubelab"))) return;
      panel.context.model.setMetadata("kubelab", JSON.parse(event.detail));
      clearTimeout(waiting.get(panel));
      waiting.set(panel, setTimeout(() => {
        waiting.delete(panel);
        if (!panel.isDisposed && panel.context.contentsModel?.writable !== false) panel.context.save().catch(() => {});
      }, 300));
    });
  }

  let scope;
  const shared = async (name) => {
    const offered = Object.values(scope[name] || {});
    if (!offered.length) throw new Error(`${name} is not shared`);
    return (await offered[0].get())();
  };

  async function extension() {
    const [codemirror, language, view, state] = await Promise.all(
      ["@jupyterlab/codemirror", "@codemirror/language", "@codemirror/view", "@codemirror/state"].map(shared));
    const plugin = {
      id: "kubelab:highlighting",
      autoStart: true,
      requires: [codemirror.IEditorLanguageRegistry, codemirror.IEditorExtensionRegistry],
      activate: (app, languages, extensions) => {
        keepRecords(app);
        languages.addLanguage({
          name: "kube", displayName: "kube", mime: "text/x-kube", extensions: ["kube"],
          load: async () => new language.LanguageSupport(language.StreamLanguage.define(stream)),
        });
        extensions.addExtension(Object.freeze({
          name: "kubelab:cells",
          factory: () => codemirror.EditorExtensionRegistry.createImmutableExtension(inCells(view, state)),
        }));
      },
    };
    return { __esModule: true, default: plugin };
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["kubelab-highlighting"] = {
    init: (given) => { scope = given; },
    get: async () => { const made = await extension(); return () => made; },
  };
})();
