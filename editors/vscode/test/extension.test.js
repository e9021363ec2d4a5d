// The extension registers what its manifest promises, with an editor that only takes notes.

const assert = require("node:assert");
const Module = require("node:module");
const { test } = require("node:test");
const manifest = require("../package.json");

function editor(notes, isTrusted = true) {
  const disposable = { dispose() {} };
  const note = (what, name) => (notes.push(`${what} ${name}`), disposable);
  return {
    commands: { registerCommand: (name, act) => (isTrusted || notes.acts.push(act), note("command", name)) },
    window: { showInformationMessage: text => note("said", text) },
    languages: {
      createDiagnosticCollection: () => ({ ...disposable, forEach() {}, set() {}, delete() {} }),
      registerDocumentFormattingEditProvider: name => note("format", name),
    },
    tasks: { registerTaskProvider: name => note("task", name) },
    workspace: {
      isTrusted,
      textDocuments: [],
      getConfiguration: () => ({ get: name => ({ path: "laud-that-is-not-there", "server.enabled": true })[name] }),
      registerTextDocumentContentProvider: name => note("content", name),
      onDidSaveTextDocument: () => note("on", "save"),
      onDidOpenTextDocument: () => note("on", "open"),
      onDidGrantWorkspaceTrust: () => note("on", "trust"),
    },
    EventEmitter: class {
      event() {}
      fire() {}
    },
  };
}

/** Activates the extension in an editor, and gives the notes that it took. */
async function activated(isTrusted) {
  const notes = Object.assign([], { acts: [] });
  const load = Module._load;
  const path = require.resolve("../extension");
  delete require.cache[path];
  Module._load = (name, ...rest) => (name === "vscode" ? editor(notes, isTrusted) : load(name, ...rest));
  try {
    const subscriptions = [];
    await require(path).activate({ subscriptions });
    await require(path).deactivate();
    assert.ok(subscriptions.every(kept => typeof kept.dispose === "function"));
  } finally {
    Module._load = load;
  }
  return notes;
}

test("without the program, the commands are there and the server is off", async () => {
  const notes = await activated(true);
  const commands = notes.filter(note => note.startsWith("command ")).map(note => note.slice(8));
  assert.deepEqual(commands.sort(), manifest.contributes.commands.map(({ command }) => command).sort());
  assert.ok(notes.includes("format laud") && notes.includes("on save") && notes.includes("task laud"));
});

test("where the workspace is not trusted, commands start nothing", async () => {
  const notes = await activated(false);
  assert.equal(notes.acts.length, manifest.contributes.commands.length);
  notes.acts.forEach(act => act());
  assert.equal(notes.filter(note => note.startsWith("said ")).length, notes.acts.length);
  assert.ok(notes.includes("on trust") && !notes.includes("on save"));
});
