// The extension wires the editor to the `laud` program: its language server, and its commands for people. What it knows
// of laud, it asks the program.

const vscode = require("vscode");
const { Explanations } = require("./explain");
const { GraphView } = require("./graph");
const { Preview } = require("./preview");
const { Server } = require("./server");
const tasks = require("./tasks");

/** @type {Server | undefined} */
let server;

/** @param {vscode.ExtensionContext} context */
async function activate(context) {
  server = new Server();
  const preview = new Preview(server);
  const graph = new GraphView(server, context.extensionUri);
  const explanations = new Explanations();
  const commands = {
    "laud.check": () => tasks.run("check"),
    "laud.build": () => tasks.run("build"),
    "laud.preview": params => preview.show(params),
    "laud.preview.file": () => preview.pickFile(),
    "laud.preview.environment": () => preview.pickEnvironment(),
    "laud.references": (...places) => server.showReferences(...places),
    "laud.graph": environment => graph.show(environment),
    "laud.explain": code => explanations.show(code),
    "laud.restart": () => server.restart(),
  };
  for (const [name, act] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, trusted(act)));
  }
  context.subscriptions.push(server, preview, graph, explanations, tasks.provide());
  if (vscode.workspace.isTrusted) {
    await server.start();
  } else {
    context.subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(() => server.start()));
  }
}

/** What starts a program, only where that is wanted. */
function trusted(act) {
  return (...given) => {
    if (vscode.workspace.isTrusted) return act(...given);
    return vscode.window.showInformationMessage("This starts a program: trust the workspace first.");
  };
}

async function deactivate() {
  await server?.stop();
}

module.exports = { activate, deactivate, server: () => server };
