// The settings, and the file at hand.

const vscode = require("vscode");

function get(name) {
  return vscode.workspace.getConfiguration("laud").get(name);
}

/** The program. */
function path() {
  return get("path") || "laud";
}

/** The editor with a laud file that people look at, or word that there is none. */
function currentEditor() {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId === "laud") return editor;
  vscode.window.showInformationMessage("Open a laud file first.");
  return undefined;
}

module.exports = { get, path, currentEditor };
