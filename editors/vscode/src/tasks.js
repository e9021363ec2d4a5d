// `laud check` and `laud build` in the terminal, whose lines the problem matcher reads.

const vscode = require("vscode");
const path = require("node:path");
const program = require("./program");
const settings = require("./settings");

function provide() {
  return vscode.tasks.registerTaskProvider("laud", {
    provideTasks: all,
    resolveTask: given => task(given.definition, given.scope),
  });
}

/** Two for each system of the workspace. */
async function all() {
  const mains = await vscode.workspace.findFiles("**/main.laud", "**/node_modules/**");
  return mains.flatMap(main => {
    const folder = vscode.workspace.getWorkspaceFolder(main);
    const system = path.relative(folder?.uri.fsPath ?? "", path.dirname(main.fsPath)).replaceAll("\\", "/") || ".";
    return ["check", "build"].map(command => task({ type: "laud", command, path: system }, folder));
  });
}

function task(definition, scope = vscode.TaskScope.Workspace) {
  const given = [definition.command, "--format", "short", ...(definition.path ? [definition.path] : [])];
  const shell = new vscode.ShellExecution(settings.path(), given);
  const name = definition.path && definition.path !== "." ? `${definition.command} ${definition.path}` : definition.command;
  const made = new vscode.Task(definition, scope, name, "laud", shell, "$laud");
  made.group = definition.command === "build" ? vscode.TaskGroup.Build : vscode.TaskGroup.Test;
  return made;
}

/** Runs a command for the system of the file at hand. */
async function run(command) {
  const editor = settings.currentEditor();
  if (!editor || editor.document.uri.scheme !== "file") return;
  await vscode.workspace.saveAll(false);
  await vscode.tasks.executeTask(task({ type: "laud", command, path: program.system(editor.document.uri.fsPath) }));
}

module.exports = { provide, run };
