-- Laud in Neovim: what it knows of laud, it asks the grammar beside it and the `laud` program.

local group = vim.api.nvim_create_augroup("laud", {})

vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile" }, {
  group = group,
  pattern = "*.laud",
  command = "setfiletype laud",
})

local here = vim.fn.fnamemodify(debug.getinfo(1, "S").source:sub(2), ":p:h:h")

--- The folder of the nearest main.laud above a buffer's file, or its own folder.
local function root(buffer)
  local folder = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ":p:h")
  local main = vim.fn.findfile("main.laud", vim.fn.fnameescape(folder) .. ";")
  return main == "" and folder or vim.fn.fnamemodify(main, ":p:h")
end

--- Starts the server where Neovim, before 0.11, does not do so by itself: one client for each root.
local clients = {}
local function start_server(buffer)
  if vim.fn.executable("laud") == 0 then
    return
  end
  local config =
    { name = "laud", cmd = { "laud", "lsp" }, root_dir = root(buffer), capabilities = require("laud").capabilities() }
  if vim.lsp.start then
    vim.lsp.start(config, { bufnr = buffer })
    return
  end
  vim.bo[buffer].omnifunc = "v:lua.vim.lsp.omnifunc"
  clients[config.root_dir] = clients[config.root_dir] or vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(buffer, clients[config.root_dir])
end

--- Gives Neovim the queries of the grammar, once.
local queries_set = false
local function set_queries()
  if queries_set then
    return
  end
  queries_set = true
  for _, path in ipairs(vim.fn.glob(here .. "/../tree-sitter-laud/queries/*.scm", false, true)) do
    local text = table.concat(vim.fn.readfile(path), "\n")
    vim.treesitter.query.set("laud", vim.fn.fnamemodify(path, ":t:r"), text)
  end
end

local function start_grammar(buffer)
  if #vim.api.nvim_get_runtime_file("parser/laud.so", false) == 0 or vim.fn.has("nvim-0.9") == 0 then
    return
  end
  set_queries()
  vim.treesitter.start(buffer, "laud")
  vim.opt_local.foldmethod = "expr"
  vim.opt_local.foldexpr = "v:lua.vim.treesitter.foldexpr()"
  vim.opt_local.foldlevel = 99
end

vim.api.nvim_create_autocmd("FileType", {
  group = group,
  pattern = "laud",
  callback = function(event)
    vim.opt_local.commentstring = "// %s"
    vim.opt_local.comments = ":///,://"
    vim.opt_local.expandtab = true
    vim.opt_local.shiftwidth = 2
    vim.opt_local.formatprg = "laud fmt -"
    vim.opt_local.makeprg = "laud check --format short"
    vim.opt_local.errorformat = "%f:%l:%c: %t%*[a-z][L%n]: %m"
    start_grammar(event.buf)
    if not vim.lsp.config then
      start_server(event.buf)
    end
  end,
})

if vim.lsp.config then
  vim.lsp.enable("laud")
end

vim.lsp.commands["laud.preview"] = function(command)
  require("laud.preview").show(command.arguments[1])
end

vim.lsp.commands["laud.references"] = function(command, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  local items = vim.lsp.util.locations_to_items(command.arguments[3], client.offset_encoding)
  vim.fn.setqflist({}, " ", { title = "References", items = items })
  vim.cmd("botright copen")
end

vim.api.nvim_create_user_command("LaudPreview", function()
  require("laud.preview").show()
end, { desc = "Show what the place of the cursor becomes" })

vim.api.nvim_create_user_command("LaudExplain", function(given)
  require("laud").explain(given.args)
end, { nargs = "?", desc = "Show the page of a code" })

require("laud.preview").setup(group)
