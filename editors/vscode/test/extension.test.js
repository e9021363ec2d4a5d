// The extension registers what its manifest promises, with an editor that only takes notes.

const assert = require("node:assert");
const Module = require("node:module");
const { test } = require("node:test");
const manifest = require("../package.json");

function editor(notes) {
  const disposable = { dispose() {} };
  const note = (what, name) => (notes.push(`${what} ${name}`), disposable);
  return {
    commands: { registerCommand: name => note("command", name) },
    languages: {
      createDiagnosticCollection: () => ({ ...disposable, forEach() {}, set() {}, delete() {} }),
      registerDocumentFormattingEditProvider: name => note("format", name),
    },
    tasks: { registerTaskProvider: name => note("task", name) },
    workspace: {
      isTrusted: true,
      textDocuments: [],
      getConfiguration: () => ({ get: name => ({ path: "laud-that-is-not-there", "server.enabled": true })[name] }),
      registerTextDocumentContentProvider: name => note("content", name),
      onDidSaveTextDocument: () => note("on", "save"),
      onDidOpenTextDocument: () => note("on", "open"),
    },
    EventEmitter: class {
      event() {}
      fire() {}
    },
  };
}

test("without the program, the commands are there and the server is off", async () => {
  const notes = [];
  const load = Module._load;
  Module._load = (name, ...rest) => (name === "vscode" ? editor(notes) : load(name, ...rest));
  try {
    const subscriptions = [];
    await require("../extension").activate({ subscriptions });
    await require("../extension").deactivate();
    assert.ok(subscriptions.every(kept => typeof kept.dispose === "function"));
  } finally {
    Module._load = load;
  }
  const commands = notes.filter(note => note.startsWith("command ")).map(note => note.slice(8));
  assert.deepEqual(commands.sort(), manifest.contributes.commands.map(({ command }) => command).sort());
  assert.ok(notes.includes("format laud") && notes.includes("on save") && notes.includes("task laud"));
});
