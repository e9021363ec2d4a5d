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

/** The findings of `check --format json` by file, with columns as editors count them. */
function findings(out, system) {
  let all;
  try {
    all = JSON.parse(out);
  } catch {
    return undefined;
  }
  const lines = new Map();
  const byFile = new Map();
  for (const finding of all.filter(finding => finding.file)) {
    const file = locate(finding.file, system);
    if (!lines.has(file)) lines.set(file, readLines(file));
    const place = ({ line, column }) => ({ line: line - 1, character: units(lines.get(file)[line - 1], column - 1) });
    const text = [finding.message, finding.label, finding.help].filter(Boolean).join("\n");
    const shown = { code: finding.code, level: finding.level, text, start: place(finding.start), end: place(finding.end) };
    byFile.set(file, [...(byFile.get(file) ?? []), shown]);
  }
  return byFile;
}

/** A file is named as from where the program ran, or as from its system. */
function locate(file, system) {
  const places = [path.resolve(file), path.resolve(system, file)];
  return places.find(place => fs.existsSync(place)) ?? places[1];
}

function readLines(file) {
  try {
    return fs.readFileSync(file, "utf8").split("\n");
  } catch {
    return [];
  }
}

/** How many UTF-16 units the first `count` characters of a line have. */
function units(line = "", count) {
  return Array.from(line).slice(0, count).join("").length;
}

/** The codes that `explain` lists. */
function codes(out) {
  const lines = out.split("\n").map(line => /^\s*(L\d{4})\s+(.*)$/.exec(line));
  return lines.filter(Boolean).map(([, label, description]) => ({ label, description }));
}

module.exports = { run, system, findings, codes };
