// The extension has what its manifest promises, and starts nothing where it should not.

const assert = require("node:assert");
const { test } = require("node:test");
const { Editor, vscode } = require("../testing/editor");
const manifest = require("../package.json");

/** Commands that only others call. */
const INNER = ["laud.references"];

async function active(options) {
  const editor = new Editor({ settings: { "laud.path": "laud-that-is-not-there" }, ...options });
  await editor.activate();
  return editor;
}

test("without the program, people are told, and every command is there", async () => {
  const editor = await active();
  const promised = manifest.contributes.commands.map(({ command }) => command);
  assert.deepEqual([...editor.commands.keys()].sort(), [...promised, ...INNER].sort());
  assert.match(editor.said.join("\n"), /`laud-that-is-not-there` is not there/);
  await editor.close();
  assert.equal(editor.commands.size, 0);
});

test("the message about the program leads to the setting", async () => {
  const editor = new Editor({ settings: { "laud.path": "laud-that-is-not-there" } });
  editor.answers.push("Open Settings");
  await editor.activate();
  await new Promise(done => setTimeout(done, 50));
  assert.deepEqual(editor.executed, [["workbench.action.openSettings", "laud.path"]]);
  await editor.close();
});

test("a server that is turned off is not missed", async () => {
  const editor = await active({ settings: { "laud.server.enabled": false, "laud.path": "laud-that-is-not-there" } });
  assert.deepEqual(editor.said, []);
  await editor.close();
});

test("where the workspace is not trusted, nothing is started before it is", async () => {
  const editor = await active({ trusted: false });
  assert.deepEqual(editor.said, []);
  for (const [, act] of editor.commands) await act();
  assert.equal(editor.said.length, editor.commands.size);
  assert.ok(editor.said.every(words => words.includes("trust the workspace first")));
  editor.fire("onDidGrantWorkspaceTrust");
  await new Promise(done => setTimeout(done, 200));
  assert.match(editor.said.at(-1), /is not there/);
  await editor.close();
});

test("there are two tasks for each system, with the matcher that the manifest has", async () => {
  const editor = await active({ folders: ["/specs"] });
  editor.found = [vscode.Uri.file("/specs/main.laud"), vscode.Uri.file("/specs/team/shop/main.laud")];
  const tasks = await editor.taskProvider.provideTasks();
  assert.deepEqual(tasks.map(task => task.name), ["check", "build", "check team/shop", "build team/shop"]);
  assert.deepEqual(tasks[2].execution.args, ["check", "--format", "short", "team/shop"]);
  assert.ok(tasks.every(task => task.matcher === `$${manifest.contributes.problemMatchers[0].name}`));
  const given = { definition: { type: "laud", command: "build", path: "deploy" } };
  assert.deepEqual(editor.taskProvider.resolveTask(given).execution.args, ["build", "--format", "short", "deploy"]);
  await editor.close();
});
