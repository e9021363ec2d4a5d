// Bundles the extension and what it uses into dist/, so that the package needs no other.

import { build } from "esbuild";
import { copyFileSync } from "node:fs";

const shared = { bundle: true, minify: true, logLevel: "warning", legalComments: "none" };

await build({
  ...shared,
  entryPoints: ["src/extension.js"],
  outfile: "dist/extension.js",
  platform: "node",
  target: "node18",
  external: ["vscode"],
});
await build({
  ...shared,
  entryPoints: ["src/graph-view.js"],
  outfile: "dist/graph-view.js",
  platform: "browser",
  target: "es2022",
  format: "iife",
});
copyFileSync(new URL("../../LICENSE", import.meta.url), new URL("LICENSE", import.meta.url));
