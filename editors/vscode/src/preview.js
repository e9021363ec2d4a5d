// What a spec becomes, beside it: a read-only document that follows the cursor, with the lines lit up that the place of
// the cursor causes. The other way, a cursor in it lights up the place of the spec.

const vscode = require("vscode");
const settings = require("./settings");

const SCHEME = "laud-preview";

/** Milliseconds after which a cursor rests, and a text. */
const CURSOR_RESTS = 80;
const TEXT_RESTS = 200;

class Preview {
  /** The answer that is shown, and the spec that it was asked for. */
  shown;
  changed = new vscode.EventEmitter();
  asked = 0;

  constructor(server) {
    this.server = server;
    this.light = vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor("editor.wordHighlightStrongBackground"),
      overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.wordHighlightStrongForeground"),
      overviewRulerLane: vscode.OverviewRulerLane.Center,
    });
    const provider = { onDidChange: this.changed.event, provideTextDocumentContent: uri => this.content(uri) };
    this.kept = [
      this.light,
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, provider),
      vscode.window.onDidChangeTextEditorSelection(event => this.cursorMoved(event.textEditor)),
      vscode.workspace.onDidChangeTextDocument(event => this.textChanged(event.document)),
      vscode.workspace.onDidCloseTextDocument(document => this.closed(document)),
    ];
  }

  dispose() {
    clearTimeout(this.timer);
    this.kept.forEach(kept => kept.dispose());
  }

  /** Shows the file that the cursor causes; a lens says itself what to show. */
  async show(params) {
    const editor = params ? undefined : settings.currentEditor();
    if (!params && !editor) return;
    await this.open(params ?? place(editor));
  }

  async pickFile() {
    if (!this.shown) return this.show();
    const { answer, params } = this.shown;
    const items = answer.files.map(file => ({
      label: file.path,
      description: file.ranges.length > 0 ? "of the cursor" : "",
    }));
    const picked = await vscode.window.showQuickPick(items, { placeHolder: "A file of the output" });
    if (picked) await this.open({ ...params, environment: answer.environment, path: picked.label });
  }

  async pickEnvironment() {
    if (!this.shown) return this.show();
    const { answer, params } = this.shown;
    const picked = await vscode.window.showQuickPick(answer.environments, { placeHolder: "An environment" });
    if (picked) await this.open({ ...params, environment: picked, path: answer.path });
  }

  /** Asks for what is to be shown, and shows it. */
  async open(params) {
    const answer = await this.ask(params);
    if (answer?.content === undefined) {
      const words = answer?.reason ?? "The language server has no preview of this file.";
      return vscode.window.showInformationMessage(words);
    }
    this.shown = { answer, params };
    await this.display(answer);
  }

  /** The newest answer; `undefined` where a newer question is on its way. */
  async ask(params) {
    const number = ++this.asked;
    const answer = await this.server.ask("laud/preview", params);
    return number === this.asked ? answer : undefined;
  }

  async display(answer) {
    const uri = address(answer);
    this.changed.fire(uri);
    let document = await vscode.workspace.openTextDocument(uri);
    if (document.languageId !== answer.language) {
      document = await setLanguage(document, answer.language);
    }
    const viewColumn = shownEditor()?.viewColumn ?? vscode.ViewColumn.Beside;
    const editor = await vscode.window.showTextDocument(document, { viewColumn, preserveFocus: true, preview: true });
    this.lightUp(editor, answer.ranges);
  }

  lightUp(editor, ranges) {
    const lit = ranges.map(({ start, end }) => new vscode.Range(start.line, start.character, end.line, end.character));
    // A range of whole lines ends where the next line starts, which is not of it.
    const whole = lit.map(range => range.end.character === 0 && range.end.line > range.start.line
      ? new vscode.Range(range.start, range.end.translate(-1))
      : range);
    editor.setDecorations(this.light, whole);
    if (whole.length > 0) editor.revealRange(whole[0], vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  content(uri) {
    const answer = this.shown?.answer;
    return answer && address(answer).toString() === uri.toString() ? answer.content : "";
  }

  /** Whether people look at it. What they closed does not come back by itself. */
  isSeen() {
    return this.shown && shownEditor() !== undefined;
  }

  cursorMoved(editor) {
    if (!this.isSeen()) return;
    if (editor.document.uri.scheme === SCHEME) return this.later(CURSOR_RESTS, () => this.showOrigin(editor));
    if (editor.document.languageId === "laud") this.later(CURSOR_RESTS, () => this.follow(editor));
  }

  textChanged(document) {
    const editor = vscode.window.visibleTextEditors.find(editor => editor.document === document);
    if (this.isSeen() && editor && document.languageId === "laud") this.later(TEXT_RESTS, () => this.follow(editor));
  }

  closed(document) {
    if (document.uri.scheme === SCHEME && this.shown && document.uri.toString() === address(this.shown.answer).toString()) {
      this.shown = undefined;
    }
  }

  later(wait, act) {
    clearTimeout(this.timer);
    this.timer = setTimeout(act, wait);
  }

  /** Stays in the file that is shown as long as the cursor causes something there, or nothing anywhere. */
  async follow(editor) {
    this.lightUp(editor, []);
    const { path } = this.shown.answer;
    const params = place(editor);
    let answer = await this.ask({ ...params, path });
    const elsewhere = answer?.files?.some(file => file.ranges.length > 0);
    if (answer && (answer.content === undefined || (answer.ranges.length === 0 && elsewhere))) {
      answer = await this.ask(params);
    }
    if (!answer || !this.isSeen()) return;
    if (answer.content === undefined) {
      // What was shown last stays; it is the file as it was before the mistake.
      vscode.window.setStatusBarMessage(`laud: ${answer.reason}`, 5000);
      return;
    }
    this.shown = { answer, params };
    await this.display(answer);
  }

  /** Lights up the place of the spec that causes the line of the cursor. */
  async showOrigin(editor) {
    const { answer, params } = this.shown;
    const { environment, path } = answer;
    const line = editor.selection.active.line;
    const place = await this.server.ask("laud/origin", { textDocument: params.textDocument, environment, path, line });
    for (const spec of vscode.window.visibleTextEditors) {
      if (spec.document.languageId !== "laud") continue;
      const here = place && spec.document.uri.toString() === vscode.Uri.parse(place.uri).toString();
      this.lightUp(spec, here ? [place.range] : []);
    }
  }
}

/** The cursor of an editor, as the server takes it. */
function place(editor) {
  const { line, character } = editor.selection.active;
  return { textDocument: { uri: editor.document.uri.toString() }, position: { line, character } };
}

/** The editor with an emitted file. */
function shownEditor() {
  return vscode.window.visibleTextEditors.find(editor => editor.document.uri.scheme === SCHEME);
}

/** Where the editor has an emitted file. */
function address({ environment, path }) {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${environment}/${path}` });
}

/** Colours as of a language, if the editor has it. */
async function setLanguage(document, language) {
  const known = await vscode.languages.getLanguages();
  return known.includes(language) ? vscode.languages.setTextDocumentLanguage(document, language) : document;
}

module.exports = { Preview };
