// What the program prints is read as it is meant.

const assert = require("node:assert");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { after, test } = require("node:test");
const program = require("../src/program");

const folders = [];
after(() => folders.forEach(made => fs.rmSync(made, { recursive: true })));

function folder(files) {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), "laud-"));
  folders.push(made);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(made, name)), { recursive: true });
    fs.writeFileSync(path.join(made, name), text);
  }
  return made;
}

test("a file belongs to the main file above it", () => {
  const made = folder({ "main.laud": "", "team/a.laud": "" });
  assert.equal(program.system(path.join(made, "team/a.laud")), made);
  assert.equal(program.system(path.join(made, "main.laud")), made);
});

test("a file without a main file is its own system", () => {
  const file = path.join(folder({ "a.laud": "" }), "a.laud");
  assert.equal(program.system(file), file);
});

test("a program that is not there is an error", async () => {
  assert.notEqual((await program.run("laud-that-is-not-there", ["check"])).code, 0);
});

const laud = process.env.LAUD;
test("the program itself", { skip: !laud && "LAUD does not name it" }, async () => {
  assert.equal((await program.run(laud, ["fmt", "-"], "a  =  1")).out, "a = 1\n");
  assert.ok(program.codes((await program.run(laud, ["explain"])).out).length > 50);
});
