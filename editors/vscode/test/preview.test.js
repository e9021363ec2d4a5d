// The preview follows the cursor, and leads back, with a server of a few words.

const assert = require("node:assert");
const { test } = require("node:test");
const { Editor, until, vscode } = require("../testing/editor");
const { Preview } = require("../src/preview");

const lines = (from, to) => ({ start: { line: from, character: 0 }, end: { line: to, character: 0 } });
const FILES = { "compose.yaml": "services:\n  web:\n    image: a\n", "nginx/edge/nginx.conf": "http {\n}\n" };
const LANGUAGES = { "compose.yaml": "yaml", "nginx/edge/nginx.conf": "nginx" };

/** Line 0 of the spec causes a line of compose, line 1 a line of nginx, line 2 nothing, and line 3 is a mistake. */
function answer({ position, environment = "staging", path }) {
  const environments = ["staging", "production"];
  const line = position?.line;
  if (line === 3) return { environment, environments, reason: "1 error" };
  const caused = { "compose.yaml": line === 0 ? [lines(2, 3)] : [], "nginx/edge/nginx.conf": line === 1 ? [lines(0, 2)] : [] };
  const best = path ?? (line === 1 ? "nginx/edge/nginx.conf" : "compose.yaml");
  if (!(best in FILES)) return { environment, environments, reason: "no such file" };
  return {
    environment, environments, path: best, language: LANGUAGES[best],
    content: `# ${environment}\n${FILES[best]}`, ranges: caused[best],
    files: Object.keys(FILES).map(path => ({ path, ranges: caused[path] })),
  };
}

class Server {
  asked = [];
  async ask(method, params) {
    this.asked.push([method, params]);
    if (this.silent) return undefined;
    if (method === "laud/preview") return answer(params);
    return params.line === 3 ? { uri: params.textDocument.uri, range: lines(0, 0) } : null;
  }
}

function desk() {
  const editor = new Editor();
  const server = new Server();
  const preview = new Preview(server);
  const spec = editor.open("/specs/main.laud", "a\nb\nc\nd\n");
  const shown = () => vscode.window.visibleTextEditors.filter(one => one.document.uri.scheme === "laud-preview");
  return { editor, server, preview, spec, shown };
}

test("the file that the cursor causes is shown beside, lit up", async () => {
  const { editor, preview, spec, shown } = desk();
  await preview.show();
  const [beside] = shown();
  assert.equal(beside.document.uri.path, "/staging/compose.yaml");
  assert.equal(beside.document.languageId, "yaml");
  assert.match(beside.document.getText(), /image: a/);
  assert.deepEqual(beside.options, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
  assert.deepEqual(beside.decorations.map(({ start, end }) => [start.line, end.line]), [[2, 2]]);
  assert.equal(beside.revealed.length, 1);

  editor.moveCursor(spec, new vscode.Position(1, 0));
  const nginx = await until("the other file", () => shown()[1]);
  assert.equal(nginx.document.uri.path, "/staging/nginx/edge/nginx.conf");
  preview.dispose();
});

test("a cursor that causes nothing moves nothing, and a mistake leaves what was shown", async () => {
  const { editor, server, preview, spec, shown } = desk();
  await preview.show({ textDocument: { uri: "file:///specs/main.laud" }, position: { line: 1, character: 0 } });
  editor.moveCursor(spec, new vscode.Position(2, 0));
  await until("an answer", () => shown()[0].decorations.length === 0);
  assert.deepEqual(shown().map(one => one.document.uri.path), ["/staging/nginx/edge/nginx.conf"]);
  editor.moveCursor(spec, new vscode.Position(3, 0));
  await until("the reason", () => editor.said.includes("laud: 1 error"));
  assert.match(shown()[0].document.getText(), /http/);
  // A text that changes is asked about once it rests.
  const before = server.asked.length;
  for (const letter of "abc") editor.type(spec, "a", letter + "a");
  await until("a question", () => server.asked.length > before);
  await new Promise(done => setTimeout(done, 300));
  assert.equal(server.asked.slice(before).filter(([, params]) => params.path).length, 1);
  preview.dispose();
});

test("another file and another environment can be picked", async () => {
  const { editor, preview, shown } = desk();
  await preview.show();
  editor.pick = item => item.label === "nginx/edge/nginx.conf";
  await preview.pickFile();
  assert.deepEqual(editor.offered.map(item => item.description), ["of the cursor", ""]);
  assert.equal(shown().at(-1).document.uri.path, "/staging/nginx/edge/nginx.conf");
  editor.pick = item => item === "production";
  await preview.pickEnvironment();
  assert.equal(shown().at(-1).document.uri.path, "/production/nginx/edge/nginx.conf");
  assert.match(shown().at(-1).document.getText(), /^# production/);
  preview.dispose();
});

test("a line of the output leads back to the spec", async () => {
  const { editor, preview, spec, shown } = desk();
  await preview.show();
  editor.moveCursor(shown()[0], new vscode.Position(3, 0));
  await until("the origin", () => spec.decorations.length === 1);
  editor.moveCursor(shown()[0], new vscode.Position(0, 0));
  await until("nothing", () => spec.decorations.length === 0);
  preview.dispose();
});

test("what was closed does not come back by itself", async () => {
  const { editor, server, preview, spec, shown } = desk();
  await preview.show();
  vscode.window.visibleTextEditors = [spec];
  const before = server.asked.length;
  editor.moveCursor(spec, new vscode.Position(1, 0));
  editor.type(spec, "a", "aa");
  await new Promise(done => setTimeout(done, 300));
  assert.deepEqual([server.asked.length, shown().length], [before, 0]);
  preview.dispose();
});

test("where there is nothing to show, people are told", async () => {
  const { editor, server, preview, shown } = desk();
  await preview.show({ textDocument: { uri: "file:///specs/main.laud" }, position: { line: 3, character: 0 } });
  server.silent = true;
  await preview.show();
  vscode.window.activeTextEditor = undefined;
  await preview.show();
  assert.deepEqual(editor.said, ["1 error", "The language server has no preview of this file.", "Open a laud file first."]);
  assert.equal(shown().length, 0);
  preview.dispose();
});
