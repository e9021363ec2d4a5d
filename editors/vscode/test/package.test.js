// What is built needs nothing beside it.

const assert = require("node:assert");
const fs = require("node:fs");
const { builtinModules } = require("node:module");
const { test } = require("node:test");

const built = process.env.LAUD_EXTENSION;

test("the bundle asks for the editor and for Node.js alone", { skip: !built && "LAUD_EXTENSION does not name it" }, () => {
  const text = fs.readFileSync(built, "utf8");
  const asked = [...text.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name);
  const others = asked.filter(name => name !== "vscode" && !builtinModules.includes(name.replace(/^node:/, "")));
  assert.ok(asked.includes("vscode"));
  assert.deepEqual(others, []);
});

test("the icon is as large as markets ask", () => {
  const png = fs.readFileSync(require.resolve("../media/icon.png"));
  assert.equal(png.toString("latin1", 1, 4), "PNG");
  assert.ok(png.readUInt32BE(16) >= 128 && png.readUInt32BE(20) === png.readUInt32BE(16));
});
