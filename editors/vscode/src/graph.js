// The graph of a system beside its spec, drawn from what `laud graph` prints, and drawn anew when something is saved.

const vscode = require("vscode");
const crypto = require("node:crypto");
const program = require("./program");
const settings = require("./settings");

class GraphView {
  constructor(server, extension) {
    this.server = server;
    this.extension = extension;
    this.saved = vscode.workspace.onDidSaveTextDocument(document => {
      if (document.languageId === "laud") return this.draw();
    });
  }

  dispose() {
    this.saved.dispose();
    this.panel?.dispose();
  }

  /** Opens the view for the system of the file at hand. */
  async show(environment) {
    const editor = settings.currentEditor();
    if (!editor) return;
    this.uri = editor.document.uri;
    this.environment = typeof environment === "string" ? environment : undefined;
    if (!this.panel) this.open();
    this.panel.reveal(undefined, true);
    await this.draw();
  }

  open() {
    const media = vscode.Uri.joinPath(this.extension, "dist");
    const options = { enableScripts: true, localResourceRoots: [media], retainContextWhenHidden: true };
    const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.panel = vscode.window.createWebviewPanel("laud.graph", "laud: graph", beside, options);
    this.panel.onDidDispose(() => (this.panel = undefined));
    this.panel.webview.onDidReceiveMessage(({ environment }) => {
      if (environment) this.environment = environment;
      return this.draw();
    });
    this.panel.webview.html = page(this.panel.webview, vscode.Uri.joinPath(media, "graph-view.js"));
  }

  async draw() {
    if (!this.panel) return;
    const chosen = this.environment ? ["--env", this.environment] : [];
    const { code, out, err } = await program.run(
      settings.path(), ["graph", "--as", "mermaid", ...chosen, program.system(this.uri.fsPath)]);
    const environments = (await this.server.ask("laud/preview", { textDocument: { uri: this.uri.toString() } }))?.environments;
    const chart = code === 0 ? { chart: out } : { error: err };
    await this.panel?.webview.postMessage({ ...chart, environments: environments ?? [], environment: this.environment });
  }
}

function page(webview, script) {
  const nonce = crypto.randomBytes(16).toString("hex");
  // The library that draws writes style elements and attributes.
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'unsafe-inline'; img-src data:; font-src data:`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>laud: graph</title>
</head>
<body>
<select id="environment" aria-label="Environment" hidden></select>
<main id="drawing"></main>
<script nonce="${nonce}" src="${webview.asWebviewUri(script)}"></script>
</body>
</html>
`;
}

module.exports = { GraphView };
