// What the extension knows of laud, it asks the program: `laud lsp` where there is that command, else the commands for people.

const vscode = require("vscode");
const program = require("./program");

/** @type {{ stop(): Promise<void> } | undefined} */
let client;

/** @param {vscode.ExtensionContext} context */
async function activate(context) {
  const found = vscode.languages.createDiagnosticCollection("laud");
  const drawings = new Drawings();
  const keep = context.subscriptions;
  keep.push(
    found,
    vscode.workspace.registerTextDocumentContentProvider("laud-graph", drawings),
    vscode.commands.registerCommand("laud.check", trusted(() => runTask("check"))),
    vscode.commands.registerCommand("laud.build", trusted(() => runTask("build"))),
    vscode.commands.registerCommand("laud.graph", trusted(() => showGraph(drawings))),
    vscode.commands.registerCommand("laud.explain", trusted(explain)),
    vscode.tasks.registerTaskProvider("laud", {
      provideTasks: () => ["check", "build"].map(command => task({ type: "laud", command })),
      resolveTask: given => task(given.definition, given.scope),
    }),
  );
  if (!vscode.workspace.isTrusted) {
    keep.push(vscode.workspace.onDidGrantWorkspaceTrust(() => connect(keep, found)));
    return;
  }
  await connect(keep, found);
}

/** What starts a program, only where that is wanted. */
function trusted(act) {
  return () => {
    if (vscode.workspace.isTrusted) return act();
    return vscode.window.showInformationMessage("This starts a program: trust the workspace first.");
  };
}

async function deactivate() {
  await client?.stop();
}

/** The server, or what does its work where there is none. */
async function connect(keep, found) {
  const settings = vscode.workspace.getConfiguration("laud");
  if (settings.get("server.enabled") && (await program.run(path(), ["lsp", "--help"])).code === 0) {
    const { LanguageClient, TransportKind } = require("vscode-languageclient/node");
    const server = { command: path(), args: ["lsp"], transport: TransportKind.stdio };
    const started = new LanguageClient("laud", "laud", server, { documentSelector: [{ language: "laud" }] });
    await started.start();
    client = started;
    return;
  }
  keep.push(
    vscode.languages.registerDocumentFormattingEditProvider("laud", { provideDocumentFormattingEdits: format }),
    vscode.workspace.onDidSaveTextDocument(document => check(document, found)),
    vscode.workspace.onDidOpenTextDocument(document => check(document, found)),
  );
  await Promise.all(vscode.workspace.textDocuments.map(document => check(document, found)));
}

function path() {
  return vscode.workspace.getConfiguration("laud").get("path") || "laud";
}

async function format(document) {
  const { code, out } = await program.run(path(), ["fmt", "-"], document.getText());
  if (code !== 0) return [];
  const all = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
  return [vscode.TextEdit.replace(all, out)];
}

/** Shows what `laud check` finds in the system of a saved file. */
async function check(document, found) {
  if (document.languageId !== "laud" || document.uri.scheme !== "file") return;
  const system = program.system(document.uri.fsPath);
  const { out } = await program.run(path(), ["check", "--format", "json", system]);
  const byFile = program.findings(out, system);
  if (!byFile) return;
  const before = [];
  found.forEach(uri => program.system(uri.fsPath) === system && before.push(uri));
  before.forEach(uri => found.delete(uri));
  for (const [file, findings] of byFile) {
    found.set(vscode.Uri.file(file), findings.map(diagnostic));
  }
}

function diagnostic(finding) {
  const { start, end } = finding;
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  const severity = vscode.DiagnosticSeverity[finding.level === "error" ? "Error" : "Warning"];
  const shown = new vscode.Diagnostic(range, finding.text, severity);
  shown.source = "laud";
  shown.code = finding.code;
  return shown;
}

/** A task in the terminal, whose lines the problem matcher reads. */
function task(definition, scope = vscode.TaskScope.Workspace) {
  const given = [definition.command, "--format", "short", ...(definition.path ? [definition.path] : [])];
  const shell = new vscode.ShellExecution(path(), given);
  return new vscode.Task(definition, scope, definition.command, "laud", shell, "$laud");
}

async function runTask(command) {
  const file = current();
  if (!file) return;
  await vscode.workspace.saveAll(false);
  await vscode.tasks.executeTask(task({ type: "laud", command, path: program.system(file) }));
}

function current() {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId === "laud" && document.uri.scheme === "file") return document.uri.fsPath;
  vscode.window.showInformationMessage("Open a saved laud file first.");
  return undefined;
}

/** Markdown with the drawing of a system; its preview needs an extension for Mermaid. */
class Drawings {
  changed = new vscode.EventEmitter();
  onDidChange = this.changed.event;

  async provideTextDocumentContent(uri) {
    const system = new URLSearchParams(uri.query).get("system") ?? "";
    const { code, out, err } = await program.run(path(), ["graph", "--as", "mermaid", system]);
    const fence = "```";
    return code === 0 ? `${fence}mermaid\n${out.trimEnd()}\n${fence}\n` : `${fence}text\n${err.trimEnd()}\n${fence}\n`;
  }
}

async function showGraph(drawings) {
  const file = current();
  if (!file) return;
  const query = new URLSearchParams({ system: program.system(file) }).toString();
  const uri = vscode.Uri.from({ scheme: "laud-graph", path: "/graph.md", query });
  drawings.changed.fire(uri);
  await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
}

async function explain() {
  const { out } = await program.run(path(), ["explain"]);
  const codes = program.codes(out);
  const picked = await vscode.window.showQuickPick(codes, { placeHolder: "A code" });
  if (!picked) return;
  const page = await program.run(path(), ["explain", picked.label]);
  const document = await vscode.workspace.openTextDocument({ language: "markdown", content: page.out });
  await vscode.window.showTextDocument(document, { preview: true });
}

module.exports = { activate, deactivate };
