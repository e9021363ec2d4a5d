// The language server, as the client library runs it.

const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");
const program = require("./program");
const settings = require("./settings");

/** Commands that lenses of the server may name. */
const COMMANDS = ["laud.preview", "laud.references"];

/** Settings with which the server is started. */
const STARTED_WITH = ["laud.path", "laud.server.enabled", "laud.pages"];

class Server {
  /** @type {LanguageClient | undefined} */
  client;

  constructor() {
    this.changes = vscode.workspace.onDidChangeConfiguration(event => {
      if (STARTED_WITH.some(name => event.affectsConfiguration(name))) return this.restart();
    });
  }

  async start() {
    if (!settings.get("server.enabled")) return;
    const command = settings.path();
    if ((await program.run(command, ["lsp", "--help"])).code !== 0) {
      missing(command);
      return;
    }
    const server = { command, args: ["lsp"], transport: TransportKind.stdio };
    this.client = new LanguageClient("laud", "laud", server, {
      documentSelector: [{ language: "laud" }],
      initializationOptions: { pages: settings.get("pages") || `${vscode.env.uriScheme}://laud.laud/{code}` },
    });
    this.client.registerFeature(new Commands());
    await this.client.start();
  }

  async stop() {
    const client = this.client;
    this.client = undefined;
    if (client?.needsStop()) await client.stop();
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  dispose() {
    this.changes.dispose();
  }

  /** Asks what is not of the protocol; nothing where the server runs not, or has not what is asked. */
  async ask(method, params) {
    if (!this.client?.isRunning()) return undefined;
    if (!this.client.initializeResult?.capabilities.experimental?.preview) return undefined;
    return this.client.sendRequest(method, params);
  }

  /** Lists places, from a lens that counts them. */
  async showReferences(uri, position, locations) {
    const convert = this.client?.protocol2CodeConverter;
    if (!convert) return;
    const places = locations.map(location => convert.asLocation(location));
    await vscode.commands.executeCommand(
      "editor.action.showReferences", convert.asUri(uri), convert.asPosition(position), places);
  }
}

/** Says what to do where there is no program. It waits for an answer, and nothing waits for it. */
async function missing(command) {
  const open = "Open Settings";
  const words = `The program \`${command}\` is not there, or has no language server. The settings say where it is.`;
  if ((await vscode.window.showErrorMessage(words, open)) === open) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "laud.path");
  }
}

/** Says to the server which commands there are for its lenses. */
class Commands {
  fillClientCapabilities(capabilities) {
    capabilities.experimental = { ...capabilities.experimental, commands: { commands: COMMANDS } };
  }
  initialize() {}
  getState() {
    return { kind: "static" };
  }
  clear() {}
}

module.exports = { Server };
