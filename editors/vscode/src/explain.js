// The pages of diagnostic codes, as `laud explain` has them.

const vscode = require("vscode");
const program = require("./program");
const settings = require("./settings");

const SCHEME = "laud-explain";

class Explanations {
  constructor() {
    this.kept = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      // Where a finding's code leads to, unless the settings say otherwise: `vscode://laud.laud/L0204`.
      vscode.window.registerUriHandler({ handleUri: uri => this.show(uri.path.slice(1)) }),
    ];
  }

  dispose() {
    this.kept.forEach(kept => kept.dispose());
  }

  async provideTextDocumentContent(uri) {
    const { code, out, err } = await program.run(settings.path(), ["explain", uri.path.slice(1).replace(/\.md$/, "")]);
    return code === 0 ? out : err;
  }

  /** Shows the page of a code, or of one that is picked; those of the findings at the cursor come first. */
  async show(code) {
    const picked = typeof code === "string" && code ? code : await this.pick();
    if (!picked) return;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${picked}.md` });
    await vscode.commands.executeCommand("markdown.showPreview", uri);
  }

  async pick() {
    const { out } = await program.run(settings.path(), ["explain"]);
    const here = codesAtCursor();
    const codes = program.codes(out).sort((a, b) => here.has(b.label) - here.has(a.label));
    return (await vscode.window.showQuickPick(codes, { placeHolder: "A code", matchOnDescription: true }))?.label;
  }
}

function codesAtCursor() {
  const editor = vscode.window.activeTextEditor;
  const found = editor ? vscode.languages.getDiagnostics(editor.document.uri) : [];
  const here = found.filter(finding => finding.source === "laud" && finding.range.contains(editor.selection.active));
  return new Set(here.map(finding => finding.code?.value ?? finding.code));
}

module.exports = { Explanations };
