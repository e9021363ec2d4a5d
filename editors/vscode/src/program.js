// Running the program, and reading what it prints. Nothing here knows the editor.

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

/** Runs it to its end. `code` is not 0 where it is not there. */
function run(program, args, input = "") {
  return new Promise(done => {
    const child = spawn(program, args, { env: { ...process.env, NO_COLOR: "1" } });
    const out = [];
    const err = [];
    child.stdout.on("data", bytes => out.push(bytes));
    child.stderr.on("data", bytes => err.push(bytes));
    child.on("error", error => done({ code: -1, out: "", err: String(error) }));
    child.on("close", code => done({ code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }));
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** The folder of the main file to whose system a file belongs; the file itself where there is none. */
function system(file) {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, "main.laud"))) return folder;
    if (folder === path.dirname(folder)) return file;
  }
}

/** The codes that `explain` lists. */
function codes(out) {
  const lines = out.split("\n").map(line => /^\s*(L\d{4})\s+(.*)$/.exec(line));
  return lines.filter(Boolean).map(([, label, description]) => ({ label, description }));
}

module.exports = { run, system, codes };
