// What each widget's state holds: a few lines that ask the kernel for the front end, once for a page. The front
// end itself weighs 300 kB, and would stand in the state of every widget, and so in every notebook that keeps it.
const kept = (globalThis.__nbmlopsFrontEnds ??= new Map());

function ask(model) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(reject, new Error("The kernel gives no answer.")), 60_000);
    const listen = (answer) => answer.reply_to === "front end" && finish(resolve, answer.result);
    const finish = (settle, value) => {
      clearTimeout(timer);
      model.off("msg:custom", listen);
      settle(value);
    };
    model.on("msg:custom", listen);
    model.send({ id: "front end", method: "front_end", args: {} });
  });
}

async function load(code) {
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    return await import(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function frontEnd(model) {
  const version = model.get("_front_end");
  if (!kept.has(version)) {
    const loading = ask(model).then(load);
    loading.catch(() => kept.delete(version));
    kept.set(version, loading);
  }
  return kept.get(version);
}

// The static view stands before the widget in the output, and stays where no kernel answers. Where one does, it
// makes room: its own style sheet hides what is marked.
function markStatic(model, live) {
  for (const view of document.querySelectorAll(`[data-nbm="${model.get("_token")}"]`)) {
    view.toggleAttribute("data-live", live);
  }
}

export default {
  async render({ model, el }) {
    const { render } = await frontEnd(model);
    const stop = render({ model, el });
    markStatic(model, true);
    // Outputs may be drawn in any order, and again: the static one perhaps after this.
    const observer = new MutationObserver(() => markStatic(model, true));
    const area = el.closest(".jp-OutputArea, .output_container, .output") ?? document.body;
    observer.observe(area, { childList: true });
    return () => {
      observer.disconnect();
      stop();
      markStatic(model, false);
    };
  },
};
