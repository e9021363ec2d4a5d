// The client library of VS Code drives the server itself: `LAUD` names the program.

const assert = require("node:assert");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { after, before, test } = require("node:test");
const { Editor, until, vscode } = require("../testing/editor");

const laud = process.env.LAUD;
const skip = !laud && "LAUD does not name the program";

const SPEC = `/// A shop.
app shop

let image_of_all = "nginxinc/nginx-unprivileged:1.30.0"

service web {
  image = image_of_all
  port http = 8080
  health = http { port = http, path = "/", with = wget }
  limits { memory = 64MiB }
}

environment staging {}

environment production {
  web.limits.memory = 128MiB
}
`;

let folder;
let editor;

before(async () => {
  if (skip) return;
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "laud-")));
  editor = new Editor({ settings: { "laud.path": laud }, folders: [folder] });
  await editor.activate();
});

after(async () => {
  await editor?.close();
  if (folder) fs.rmSync(folder, { recursive: true });
});

/** A text editor with the spec, once the server has looked at it. */
async function opened(name, text = SPEC) {
  const file = path.join(folder, name, "main.laud");
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  const here = editor.open(file);
  await provider("Hover").provideHover(here.document, new vscode.Position(0, 0), token());
  return here;
}

const token = () => new vscode.CancellationTokenSource().token;
const provider = name => {
  assert.ok(editor.providers[name], `the server has ${name}; there is ${Object.keys(editor.providers)}`);
  return editor.providers[name];
};
const findings = ({ document }) => editor.findings.get(document.uri.toString()) ?? [];
const texts = contents => [contents].flat().map(content => content.value ?? content).join("\n");

/** The place in front of a text that stands in the document. */
function before_(document, text) {
  const offset = document.getText().indexOf(text);
  assert.ok(offset >= 0, `${text} is in the document`);
  return document.positionAt(offset);
}

test("findings come with what is typed, and go", { skip }, async () => {
  const here = await opened("findings");
  assert.deepEqual(findings(here), []);
  editor.type(here, "image =", "imagee =");
  const finding = await until("a finding", () => findings(here).find(one => one.message.includes("imagee")));
  assert.equal(finding.severity, vscode.DiagnosticSeverity.Error);
  assert.equal(finding.source, "laud");
  assert.equal(finding.code.value, "L0204");
  assert.equal(finding.code.target.toString(), "vscode://laud.laud/L0204");
  assert.equal(here.document.getText(finding.range), "imagee");
  editor.type(here, "imagee =", "image =");
  await until("no findings", () => findings(here).length === 0);
});

test("a quick fix mends what it is of", { skip }, async () => {
  const here = await opened("fix");
  editor.type(here, "limits {", "limts {");
  const finding = await until("a finding", () => findings(here).find(one => one.code.value === "L0204"));
  const context = { diagnostics: [finding], triggerKind: 1, only: undefined };
  const actions = await provider("CodeActions").provideCodeActions(here.document, finding.range, context, token());
  const fix = actions.find(action => action.title.includes("limits"));
  assert.ok(fix, actions.map(action => action.title).join());
  assert.equal(fix.kind.value, vscode.CodeActionKind.QuickFix.value);
  await editor.apply(fix.edit);
  assert.equal(here.document.getText(), SPEC);
  await until("no findings", () => findings(here).length === 0);
});

test("completion offers what fits", { skip }, async () => {
  const here = await opened("complete");
  const position = editor.type(here, "  limits {", "  lim\n  limits {");
  const at = new vscode.Position(position.line - 1, 5);
  const context = { triggerKind: 0, triggerCharacter: undefined };
  const offered = await provider("CompletionItem").provideCompletionItems(here.document, at, token(), context);
  const items = offered.items ?? offered;
  const labels = items.map(item => item.label.label ?? item.label);
  assert.ok(labels.includes("restart") || labels.includes("replicas"), labels.join());
  assert.ok(items.every(item => item.kind !== undefined));
});

test("a word under the pointer is explained", { skip }, async () => {
  const here = await opened("hover");
  const at = before_(here.document, "memory = 64MiB");
  const hover = await provider("Hover").provideHover(here.document, at, token());
  assert.match(texts(hover.contents), /memory/);
});

test("a name leads to its declaration, and is renamed everywhere", { skip }, async () => {
  const here = await opened("rename");
  const use = before_(here.document, "image_of_all\n  port");
  const found = [await provider("Definition").provideDefinition(here.document, use, token())].flat();
  assert.equal((found[0].range ?? found[0].targetRange).start.line, 3);
  const range = await provider("Rename").prepareRename(here.document, use, token());
  assert.equal(here.document.getText(range.range ?? range), "image_of_all");
  const edit = await provider("Rename").provideRenameEdits(here.document, use, "pinned", token());
  await editor.apply(edit);
  assert.equal(here.document.getText(), SPEC.replaceAll("image_of_all", "pinned"));
  await assert.rejects(provider("Rename").provideRenameEdits(here.document, before_(here.document, "pinned"), "no name", token()));
});

test("formatting lays the text out", { skip }, async () => {
  const here = await opened("format");
  editor.type(here, "  image = image_of_all\n", "      image=image_of_all\n");
  const options = { tabSize: 2, insertSpaces: true };
  const edits = await provider("DocumentFormattingEdit").provideDocumentFormattingEdits(here.document, options, token());
  editor.edit(here.document, edits);
  assert.equal(here.document.getText(), SPEC);
});

test("the outline has what is declared", { skip }, async () => {
  const here = await opened("outline");
  const symbols = await provider("DocumentSymbol").provideDocumentSymbols(here.document, token());
  const names = symbols.map(symbol => symbol.name).join();
  assert.match(names, /image_of_all.*web.*staging.*production/);
});

test("letters of more than one unit keep places right", { skip }, async () => {
  const here = await opened("units", SPEC.replace('app shop\n', 'app shop\n\nlet smile = "🦀 日本"  + nme\n'));
  const finding = await until("a finding", () => findings(here).find(one => one.message.includes("nme")));
  assert.equal(here.document.getText(finding.range), "nme");
});

test("a page that is asked for is shown", { skip }, async () => {
  await opened("explain");
  editor.executed.length = 0;
  await editor.uriHandler.handleUri(vscode.Uri.parse("vscode://laud.laud/L0204"));
  const [[name, uri]] = editor.executed;
  assert.equal(name, "markdown.showPreview");
  assert.match(await editor.contents.get(uri.scheme).provideTextDocumentContent(uri), /^# L0204: /);
  editor.pick = item => item.label === "L0301";
  await editor.commands.get("laud.explain")();
  assert.ok(editor.offered.length > 50);
  assert.equal(editor.executed.at(-1)[1].path, "/L0301.md");
});

test("the graph is drawn, and drawn anew", { skip }, async () => {
  const here = await opened("graph");
  await editor.commands.get("laud.graph")("production");
  const panel = editor.panels.at(-1);
  assert.match(panel.webview.html, /script-src 'nonce-\w{32}'/);
  assert.match(panel.sent.at(-1).chart, /flowchart LR\n/);
  const count = panel.sent.length;
  editor.fire("onDidSaveTextDocument", here.document);
  await until("a drawing", () => panel.sent.length > count);
  fs.writeFileSync(here.document.fileName, "app shop\na = =\n");
  await panel.receive({ environment: "staging" });
  assert.match(panel.sent.at(-1).error, /L01/);
});

test("what the spec becomes stands beside it, and leads back", { skip }, async () => {
  const here = await opened("preview");
  editor.moveCursor(here, before_(here.document, "memory = 64MiB"));
  await editor.commands.get("laud.preview")();
  const beside = () => vscode.window.visibleTextEditors.filter(one => one.document.uri.scheme === "laud-preview").at(-1);
  assert.equal(beside().document.uri.path, "/staging/compose.yaml");
  assert.equal(beside().document.languageId, "yaml");
  const lit = () => beside().decorations.map(range => beside().document.getText(range.with(undefined, beside().document.lineAt(range.end.line).range.end)));
  assert.match(lit().join(), /64m/);
  // What is typed shows before it is saved.
  editor.type(here, "memory = 64MiB", "memory = 96MiB");
  await until("the change", () => /96m/.test(lit().join()));
  const line = beside().document.getText().split("\n").findIndex(text => text.includes("image:"));
  editor.moveCursor(beside(), new vscode.Position(line, 0));
  const [origin] = await until("the origin", () => here.decorations.length && here.decorations);
  assert.match(here.document.lineAt(origin.start.line).text, /image/);
});

test("what lenses name is done", { skip }, async () => {
  const here = await opened("lenses", SPEC.replace("environment staging", "gateway edge {\n  domain = \"shop.example\"\n  tls    = self_signed\n  route \"/\" -> web.http\n}\n\nenvironment staging"));
  const lenses = await provider("CodeLens").provideCodeLenses(here.document, token());
  const named = lenses.map(lens => lens.command.command);
  assert.ok(named.includes("laud.preview") && named.includes("laud.references"), named.join());
  for (const { command } of lenses) {
    editor.executed.length = 0;
    await vscode.commands.executeCommand(command.command, ...command.arguments);
    if (command.command !== "laud.references") continue;
    const [[name, uri, position, places]] = editor.executed;
    assert.equal(name, "editor.action.showReferences");
    assert.equal(uri.toString(), here.document.uri.toString());
    assert.ok(position instanceof vscode.Position && places.length > 0 && places.every(place => place instanceof vscode.Location));
  }
});

test("the commands for people run in the terminal", { skip }, async () => {
  const here = await opened("tasks");
  await editor.commands.get("laud.build")();
  const task = editor.tasks.at(-1);
  assert.equal(task.execution.command, laud);
  assert.deepEqual(task.execution.args, ["build", "--format", "short", path.dirname(here.document.fileName)]);
});

test("the server is started anew, with what is open", { skip }, async () => {
  const here = await opened("restart");
  await editor.commands.get("laud.restart")();
  editor.type(here, "image =", "imagee =");
  await until("a finding", () => findings(here).some(one => one.message.includes("imagee")));
});
