// The TextMate grammar gives words the scopes that themes know.

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

const SCOPES = path.join(__dirname, "../syntaxes/laud.tmLanguage.json");

async function load() {
  const wasm = fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: patterns => new oniguruma.OnigScanner(patterns),
      createOnigString: text => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(fs.readFileSync(SCOPES, "utf8"), SCOPES),
  });
  return registry.loadGrammar("source.laud");
}

const loaded = load();

/** Each word of a text with its innermost scope. */
async function scopes(text) {
  const grammar = await loaded;
  let state = textmate.INITIAL;
  const found = [];
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    for (const { startIndex, endIndex, scopes } of tokens) {
      const word = line.slice(startIndex, endIndex).trim();
      if (word) found.push([word, scopes.at(-1).replace(/\.laud$/, "")]);
    }
  }
  return found;
}

async function expect(text, expected) {
  const found = await scopes(text);
  for (const [word, scope] of Object.entries(expected)) {
    assert.ok(found.some(([w, s]) => w === word && s === scope), `${word} is no ${scope} in ${JSON.stringify(found)}`);
  }
}

test("declarations", () =>
  expect("external postgres db {\n  user = \"a\", limits { memory = 1.5GiB }\n}", {
    external: "storage.modifier",
    postgres: "entity.name.type",
    db: "variable.other",
    user: "variable.other.property",
    limits: "variable.other.property",
    "1.5": "constant.numeric",
    GiB: "keyword.other.unit",
  }));

test("words that are names", () =>
  expect("alert a {\n  for = 5m\n  if = true\n  kind = none\n}", {
    for: "variable.other.property",
    if: "variable.other.property",
    kind: "variable.other.property",
    true: "constant.language",
  }));

test("kinds and types", () =>
  expect("kind web {\n  tries : Int in 1..9 = 3\n  out http : port = server.http\n}", {
    kind: "keyword.declaration",
    web: "entity.name.type",
    Int: "support.type",
    in: "keyword.operator.word",
    out: "keyword.declaration",
  }));

test("a text in a text ends where it should", () =>
  expect("a = \"{b({ c = \"}\" })} \\n\"\nlet d = 1", {
    b: "entity.name.function",
    "\\n": "constant.character.escape",
    let: "keyword.declaration",
  }));

test("queries", () =>
  expect("a = promql`rate(x{job=\"${b}\"}[5m])`\nlet c = 1", {
    promql: "entity.name.function.tag",
    rate: "support.function.promql",
    b: "variable.other",
    let: "keyword.declaration",
  }));

test("comments", () => expect("/// a\n// b\nc = 1 // d", { "/// a": "comment.line.documentation", "// d": "comment.line.double-slash" }));
