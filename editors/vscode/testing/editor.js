// An editor for tests: VS Code's own value types, by jest-mock-vscode, and beneath them documents, editors, providers
// and findings that are kept, so that the real client library runs on it.

const assert = require("node:assert");
const fs = require("node:fs");
const Module = require("node:module");
const { createVSCodeMock } = require("jest-mock-vscode");
const { CancellationTokenSource } = require("vscode-jsonrpc");

const manifest = require("../package.json");

/** Made once: modules that were loaded with one keep it. */
const vscode = createVSCodeMock({ fn: act => act ?? (() => ({ dispose() {} })) });
const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));

/** A class that only keeps what it is given, under the names that the real one has. */
function record(...fields) {
  return class {
    constructor(...given) {
      fields.forEach((field, index) => (this[field] = given[index]));
    }
  };
}

// Value types that the mock lacks.
Object.assign(vscode, {
  CancellationTokenSource,
  CancellationError: class extends Error {},
  CodeActionTriggerKind: { Invoke: 1, Automatic: 2 },
  DocumentHighlightKind: { Text: 0, Read: 1, Write: 2 },
  Hover: record("contents", "range"),
  InlayHint: record("position", "label", "kind"),
  InlayHintKind: { Type: 1, Parameter: 2 },
  InlayHintLabelPart: record("value"),
  ParameterInformation: record("label", "documentation"),
  RelativePattern: record("baseUri", "pattern"),
  ShellExecution: record("command", "args"),
  SignatureHelp: record(),
  SignatureInformation: record("label", "documentation"),
  Task: record("definition", "scope", "name", "source", "execution", "matcher"),
  env: { appName: "tests", language: "en", uriScheme: "vscode", openExternal() {} },
});

class Document {
  isClosed = false;
  isDirty = false;
  isUntitled = false;
  version = 1;
  eol = 1;
  constructor(uri, languageId, text) {
    Object.assign(this, { uri, languageId, text });
  }
  get fileName() {
    return this.uri.fsPath;
  }
  get lineCount() {
    return this.text.split("\n").length;
  }
  getText(range) {
    return range ? this.text.slice(this.offsetAt(range.start), this.offsetAt(range.end)) : this.text;
  }
  lineAt(line) {
    const number = line.line ?? line;
    const text = this.text.split("\n")[number];
    return { text, range: new vscode.Range(number, 0, number, text.length) };
  }
  positionAt(offset) {
    const before = this.text.slice(0, offset).split("\n");
    return new vscode.Position(before.length - 1, before.at(-1).length);
  }
  offsetAt({ line, character }) {
    const lines = this.text.split("\n");
    const before = lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0);
    return before + Math.min(character, (lines[line] ?? "").length);
  }
}

class TextEditor {
  viewColumn = 1;
  revealed = [];
  decorations = [];
  constructor(document, at = new vscode.Position(0, 0)) {
    this.document = document;
    this.selection = new vscode.Selection(at, at);
  }
  setDecorations(_, ranges) {
    this.decorations = ranges;
  }
  revealRange(range) {
    this.revealed.push(range);
  }
}

/** An editor with settings, by name, and folders that are open. */
class Editor {
  notes = [];
  said = [];
  answers = [];
  commands = new Map();
  executed = [];
  providers = {};
  contents = new Map();
  findings = new Map();
  tasks = [];
  panels = [];
  subscriptions = [];

  constructor({ settings = {}, folders = [], trusted = true } = {}) {
    this.settings = settings;
    const { Uri, EventEmitter } = vscode;
    const events = {};
    this.fire = (name, event) => events[name]?.fire(event);
    const event = name => (events[name] ??= new EventEmitter()).event;
    const keep = (map, key, value) => (map.set(key, value), { dispose: () => map.delete(key) });
    const { workspace, window, languages, tasks, commands } = vscode;

    workspace.setWorkspaceFolders(folders.map((path, index) => ({ uri: Uri.file(path), name: path, index })));
    workspace.isTrusted = trusted;
    workspace.textDocuments = [];
    for (const name of ["Open", "Change", "Close", "Save"].map(what => `onDid${what}TextDocument`)) {
      workspace[name] = event(name);
    }
    workspace.onDidChangeConfiguration = event("onDidChangeConfiguration");
    workspace.onDidGrantWorkspaceTrust = event("onDidGrantWorkspaceTrust");
    const watched = () => ({ dispose() {} });
    workspace.createFileSystemWatcher = () => ({ onDidCreate: watched, onDidChange: watched, onDidDelete: watched, dispose() {} });
    workspace.getConfiguration = section => ({ get: (name, other) => this.setting(section, name) ?? other });
    workspace.getWorkspaceFolder = uri =>
      workspace.workspaceFolders.find(folder => uri.fsPath.startsWith(folder.uri.fsPath));
    workspace.registerTextDocumentContentProvider = (scheme, provider) => {
      provider.onDidChange?.(uri => this.refresh(uri));
      return keep(this.contents, scheme, provider);
    };
    workspace.openTextDocument = async uri => this.documentOf(uri) ?? this.openVirtual(uri);
    workspace.findFiles = async () => this.found ?? [];
    workspace.saveAll = async () => true;
    workspace.applyEdit = async edit => this.apply(edit);

    window.activeTextEditor = undefined;
    window.visibleTextEditors = [];
    window.onDidChangeActiveTextEditor = event("onDidChangeActiveTextEditor");
    window.onDidChangeTextEditorSelection = event("onDidChangeTextEditorSelection");
    window.createOutputChannel = () => ({ append() {}, appendLine: line => this.notes.push(line), show() {}, dispose() {} });
    window.createTextEditorDecorationType = () => ({ dispose() {} });
    window.registerUriHandler = handler => ((this.uriHandler = handler), { dispose() {} });
    window.setStatusBarMessage = words => this.said.push(words);
    for (const name of ["showInformationMessage", "showWarningMessage", "showErrorMessage"]) {
      window[name] = async words => (this.said.push(words), this.answers.shift());
    }
    window.showQuickPick = async items => ((this.offered = await items), this.offered.find(this.pick ?? (() => true)));
    window.showTextDocument = async (document, options) => this.showDocument(document, options);
    window.withProgress = async (_, act) => act({ report() {} }, { onCancellationRequested() {} });
    window.createWebviewPanel = (...given) => this.openPanel(given);

    languages.createDiagnosticCollection = () => ({
      set: (uri, found) => this.findings.set(uri.toString(), found ?? []),
      delete: uri => this.findings.delete(uri.toString()),
      clear: () => this.findings.clear(),
      dispose() {},
    });
    languages.getDiagnostics = uri => this.findings.get(uri.toString()) ?? [];
    languages.match = (selector, document) => (selector.some(({ language }) => language === document.languageId) ? 10 : 0);
    languages.setTextDocumentLanguage = async (document, language) => Object.assign(document, { languageId: language });
    for (const name of Object.keys(languages).filter(name => /^register\w+Provider$/.test(name))) {
      languages[name] = (_, provider) => ((this.providers[name.slice(8, -8)] = provider), { dispose() {} });
    }
    tasks.registerTaskProvider = (_, provider) => ((this.taskProvider = provider), { dispose() {} });
    tasks.executeTask = async task => this.tasks.push(task);
    commands.registerCommand = (name, act) => keep(this.commands, name, act);
    commands.executeCommand = async (name, ...given) => {
      const act = this.commands.get(name);
      if (act) return act(...given);
      this.executed.push([name, ...given]);
      return undefined;
    };
  }

  setting(section, name) {
    const whole = section ? `${section}.${name}` : name;
    return this.settings[whole] ?? manifest.contributes.configuration.properties[whole]?.default;
  }

  /** Activates the extension, as it is built or as it is written. */
  async activate() {
    const main = process.env.LAUD_EXTENSION ?? require.resolve("../src/extension");
    this.extension = require(main);
    const extensionUri = vscode.Uri.file(require("node:path").dirname(require.resolve("../package.json")));
    await this.extension.activate({ subscriptions: this.subscriptions, extensionUri });
  }

  async close() {
    await this.extension.deactivate();
    this.subscriptions.forEach(kept => kept.dispose());
  }

  /** Opens a file of the disk in an editor of its own. */
  open(path, text = fs.readFileSync(path, "utf8")) {
    const document = new Document(vscode.Uri.file(path), "laud", text);
    vscode.workspace.textDocuments.push(document);
    const editor = new TextEditor(document);
    vscode.window.visibleTextEditors.push(editor);
    vscode.window.activeTextEditor = editor;
    this.fire("onDidOpenTextDocument", document);
    return editor;
  }

  documentOf(uri) {
    return vscode.workspace.textDocuments.find(document => document.uri.toString() === uri.toString());
  }

  async openVirtual(uri) {
    const provider = this.contents.get(uri.scheme);
    assert.ok(provider, `nobody has ${uri}`);
    const document = new Document(uri, "plaintext", await provider.provideTextDocumentContent(uri));
    vscode.workspace.textDocuments.push(document);
    return document;
  }

  async refresh(uri) {
    const document = this.documentOf(uri);
    if (document) document.text = await this.contents.get(uri.scheme).provideTextDocumentContent(uri);
  }

  showDocument(document, options) {
    const there = vscode.window.visibleTextEditors.find(editor => editor.document === document);
    const editor = there ?? new TextEditor(document);
    editor.options = options;
    if (!there) vscode.window.visibleTextEditors.push(editor);
    if (!options?.preserveFocus) vscode.window.activeTextEditor = editor;
    return editor;
  }

  openPanel([kind, title]) {
    const panel = { kind, title, sent: [], reveal() {}, dispose() {}, onDidDispose() {} };
    panel.webview = {
      asWebviewUri: uri => uri,
      postMessage: async message => panel.sent.push(message),
      onDidReceiveMessage: act => (panel.receive = act),
    };
    this.panels.push(panel);
    return panel;
  }

  /** Types a text in place of another that stands once. */
  type(editor, before, after) {
    const { document } = editor;
    const offset = document.text.indexOf(before);
    assert.ok(offset >= 0, `${before} is in the text`);
    const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + before.length));
    this.change(document, range, after);
    return document.positionAt(offset + after.length);
  }

  change(document, range, text) {
    const [rangeOffset, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    document.text = document.text.slice(0, rangeOffset) + text + document.text.slice(end);
    document.version += 1;
    const change = { range, rangeOffset, rangeLength: end - rangeOffset, text };
    this.fire("onDidChangeTextDocument", { document, contentChanges: [change] });
  }

  /** Applies edits of a document, the last first. */
  edit(document, edits) {
    const order = [...edits].sort((a, b) => b.range.start.compareTo(a.range.start));
    order.forEach(({ range, newText }) => this.change(document, range, newText));
  }

  async apply(edit) {
    for (const [uri, edits] of edit.entries()) {
      const document = this.documentOf(uri);
      assert.ok(document, `${uri} is open`);
      this.edit(document, edits);
    }
    return true;
  }

  moveCursor(editor, position) {
    editor.selection = new vscode.Selection(position, position);
    this.fire("onDidChangeTextEditorSelection", { textEditor: editor, selections: [editor.selection] });
  }
}

/** Waits until something holds. */
async function until(what, holds, seconds = 20) {
  for (let end = Date.now() + seconds * 1000; ; ) {
    const found = await holds();
    if (found) return found;
    assert.ok(Date.now() < end, `waited for ${what}`);
    await new Promise(done => setTimeout(done, 10));
  }
}

module.exports = { Editor, until, vscode };
