// What runs inside the graph's view: draws the chart that it is sent.

import mermaid from "mermaid";

const editor = acquireVsCodeApi();
const drawing = document.getElementById("drawing");
const choice = document.getElementById("environment");
const isDark = () => !document.body.classList.contains("vscode-light");
let last;

async function draw({ chart, error, environments, environment }) {
  choice.hidden = environments.length < 2;
  choice.replaceChildren(...environments.map(name => new Option(name, name, false, name === environment)));
  if (error !== undefined) {
    const words = document.createElement("pre");
    words.textContent = error;
    drawing.replaceChildren(words);
    return;
  }
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme: isDark() ? "dark" : "default" });
  const { svg } = await mermaid.render("chart", chart);
  drawing.innerHTML = svg;
}

window.addEventListener("message", ({ data }) => draw((last = data)));
choice.addEventListener("change", () => editor.postMessage({ environment: choice.value }));
new MutationObserver(() => last && draw(last)).observe(document.body, { attributes: true, attributeFilter: ["class"] });
// The view may be there later than the first chart.
editor.postMessage({ ready: true });
