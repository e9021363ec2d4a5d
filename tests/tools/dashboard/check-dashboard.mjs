// Usage: check-dashboard FILE...
//
// Type-checks Grafana dashboards against `dashboard.d.ts`. A JSON document is also a TypeScript expression, so each
// file becomes the literal of a typed constant, and the compiler's own check of literals does the rest.
// Prints `FILE:LINE:COLUMN: message` for each error. Exits 0 without errors, 1 with some, 2 when it could not check.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const home = dirname(fileURLToPath(import.meta.url));
const files = process.argv.slice(2);
if (files.length === 0 || files[0].startsWith("-")) {
  console.error("usage: check-dashboard FILE...");
  process.exit(2);
}

const errors = [];
const sources = new Map();
// The module is found from here, so the literals live beside `node_modules`.
mkdirSync(join(home, "run"), { recursive: true });
const scratch = mkdtempSync(join(home, "run", "check-"));
let compiler;
try {
  files.forEach((file, index) => {
    let json;
    try {
      json = readFileSync(file, "utf8");
    } catch (error) {
      console.error(`${file}: ${error.message}`);
      process.exitCode = 2;
      return;
    }
    try {
      JSON.parse(json);
    } catch (error) {
      errors.push(`${file}:1:1: not JSON: ${error.message}`);
      return;
    }
    const name = `${index}.ts`;
    sources.set(name, file);
    const head = 'import type { Dashboard } from "../../dashboard";\nexport const dashboard: Dashboard =\n';
    writeFileSync(join(scratch, name), head + json);
  });
  if (sources.size > 0) {
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--pretty", "false", "--noErrorTruncation"];
    const resolution = ["--module", "esnext", "--moduleResolution", "bundler", "--target", "esnext"];
    const tsc = join(home, "node_modules", "typescript", "bin", "tsc");
    const paths = [...sources.keys()].map((name) => join(scratch, name));
    compiler = spawnSync(process.execPath, [tsc, ...options, ...resolution, "--ignoreConfig", ...paths], {
      cwd: scratch,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

if (compiler?.error) {
  console.error(`the TypeScript compiler did not run: ${compiler.error.message}`);
  process.exit(2);
}
const headLines = 2;
for (const line of (compiler?.stdout ?? "").split("\n")) {
  const error = /^(\S+\.ts)\((\d+),(\d+)\): error (.*)$/.exec(line);
  if (error && sources.has(basename(error[1]))) {
    const [, path, row, column, message] = error;
    errors.push(`${sources.get(basename(path))}:${Number(row) - headLines}:${column}: ${message}`);
  } else if (line.startsWith("  ") && errors.length > 0) {
    errors[errors.length - 1] += `\n${line}`;
  } else if (line.trim() !== "") {
    console.error(line);
    process.exitCode = 2;
  }
}
errors.forEach((error) => console.log(error));
if (errors.length > 0) {
  process.exitCode = 1;
} else if (compiler && compiler.status !== 0) {
  console.error(`the TypeScript compiler exited with ${compiler.status}\n${compiler.stderr}`);
  process.exitCode = 2;
}
