-- Drives the server as a person would, in the file at hand, and says "done" in the file `done`. Runs in Neovim 0.7 and later;
-- `nvim --headless -u INIT main.laud -c "luafile drive.lua"`.

local spec = vim.fn.readfile("main.laud")
local buffer = vim.api.nvim_get_current_buf()

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n")
end

local function wait(what, holds)
  assert(vim.wait(20000, holds, 20), "waited for " .. what .. "\n" .. text())
end

--- The first place (from 1, from 0) of a text that stands in the buffer.
local function find(words)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    local column = line:find(words, 1, true)
    if column then
      return number, column - 1
    end
  end
  error(words .. " is not in\n" .. text())
end

local function cursor(words)
  vim.api.nvim_win_set_cursor(0, { find(words) })
end

local function replace(before, after)
  local line, column = find(before)
  vim.api.nvim_buf_set_text(buffer, line - 1, column, line - 1, column + #before, { after })
end

local function ask(method, extra)
  local params = vim.tbl_extend("force", require("laud").place(0), extra or {})
  for _, answer in pairs(assert(vim.lsp.buf_request_sync(buffer, method, params, 20000), method)) do
    assert(not answer.err, vim.inspect(answer.err))
    return answer.result
  end
end

local function codes()
  local found = {}
  for _, finding in ipairs(vim.diagnostic.get(buffer)) do
    local code = finding.code or finding.user_data.lsp.code
    table.insert(found, code)
  end
  return table.concat(found, " ")
end

local steps = {}

function steps.attached()
  wait("the client", function()
    return require("laud").client(buffer) ~= nil
  end)
  assert(vim.bo.filetype == "laud" and vim.bo.formatprg == "laud fmt -" and vim.bo.shiftwidth == 2)
end

function steps.findings_come_and_go()
  replace("  image =", "  imagee =")
  wait("a finding", function()
    return codes():find("L0204", 1, true)
  end)
  replace("  imagee =", "  image =")
  wait("no findings", function()
    return codes() == ""
  end)
end

function steps.completes()
  assert(vim.bo.omnifunc == "v:lua.vim.lsp.omnifunc", vim.bo.omnifunc)
  local line = find("  limits")
  vim.api.nvim_buf_set_lines(buffer, line - 1, line - 1, false, { "  res" })
  vim.api.nvim_win_set_cursor(0, { line, 5 })
  local result = ask("textDocument/completion")
  local labels = {}
  for _, item in ipairs(result.items or result) do
    labels[item.label] = true
  end
  assert(labels.restart or labels.replicas, vim.inspect(vim.tbl_keys(labels)))
  vim.api.nvim_buf_set_lines(buffer, line - 1, line, false, {})
end

function steps.explains()
  cursor("memory")
  local hover = ask("textDocument/hover")
  assert(vim.inspect(hover.contents):find("memory", 1, true), vim.inspect(hover))
end

function steps.goes_to_the_declaration()
  cursor("= pinned_image")
  vim.api.nvim_win_set_cursor(0, { vim.fn.line("."), vim.fn.col(".") + 2 })
  vim.lsp.buf.definition()
  wait("the declaration", function()
    return vim.fn.getline("."):find("let pinned_image", 1, true)
  end)
end

function steps.renames()
  cursor("pinned_image")
  vim.lsp.buf.rename("one_image")
  wait("the new name", function()
    local now = text()
    return not now:find("pinned_image", 1, true) and select(2, now:gsub("one_image", "")) == 2
  end)
  vim.lsp.buf.rename("pinned_image")
  wait("the old name", function()
    return text() == table.concat(spec, "\n")
  end)
end

function steps.mends()
  replace("limits {", "limts {")
  wait("a finding", function()
    return codes():find("L0204", 1, true)
  end)
  cursor("limts")
  -- Before 0.8, what is found is put before people.
  vim.ui.select = function(items, _, choose)
    choose(items[1], 1)
  end
  vim.lsp.buf.code_action({ apply = true })
  wait("the fix", function()
    return text() == table.concat(spec, "\n") and codes() == ""
  end)
end

function steps.formats()
  replace("  image = ", "     image=")
  if vim.lsp.buf.format then
    vim.lsp.buf.format({ timeout_ms = 20000 })
  else
    vim.lsp.buf.formatting_sync(nil, 20000)
  end
  assert(text() == table.concat(spec, "\n"), text())
end

function steps.formats_without_the_server()
  replace("  image = ", "     image=")
  vim.cmd("normal! gggqG")
  assert(text() == table.concat(spec, "\n"), text())
end

function steps.indents()
  cursor("image = ")
  vim.cmd("normal! gg=G")
  assert(text() == table.concat(spec, "\n"), text())
  local line = find("service")
  vim.cmd("normal! " .. line .. "Gonew = 1")
  assert(vim.fn.getline(line + 1) == "  new = 1", vim.fn.getline(line + 1))
  vim.api.nvim_buf_set_lines(buffer, line, line + 1, false, {})
end

function steps.explains_codes()
  vim.cmd("LaudExplain L0204")
  assert(vim.fn.getline(1):find("^# L0204"), vim.fn.getline(1))
  vim.cmd("bwipeout!")
end

function steps.shows_what_it_becomes()
  cursor("memory = 64MiB")
  vim.cmd("LaudPreview")
  wait("the preview", function()
    return vim.fn.winnr("$") == 2
  end)
  local beside = vim.fn.winbufnr(2)
  wait("the lines of the cursor", function()
    local marks = vim.api.nvim_create_namespace("laud.preview")
    return #vim.api.nvim_buf_get_extmarks(beside, marks, 0, -1, {}) > 0
  end)
  assert(table.concat(vim.api.nvim_buf_get_lines(beside, 0, -1, false), "\n"):find("64m", 1, true))
end

function steps.colours()
  if vim.fn.has("nvim-0.9") == 0 then
    return
  end
  local tree = vim.treesitter.get_parser(buffer, "laud"):parse()[1]:root()
  assert(not tree:has_error(), "the grammar reads it")
  assert(vim.treesitter.highlighter.active[buffer], "it has colours")
  for _, name in ipairs({ "highlights", "injections", "locals", "folds", "indents", "textobjects" }) do
    assert(vim.treesitter.query.get("laud", name), name)
  end
  local line, column = find("service")
  local captures = vim.treesitter.get_captures_at_pos(buffer, line - 1, column)
  assert(captures[#captures] and captures[#captures].capture == "type", vim.inspect(captures))
  -- Folds are made anew once the text rests.
  wait("the fold of a body", function()
    vim.cmd("normal! zx")
    return vim.fn.foldlevel((find("  image = "))) == 1
  end)
end

function steps.has_newer_ways()
  if not vim.lsp.config then
    return
  end
  assert(vim.lsp.is_enabled == nil or vim.lsp.is_enabled("laud"))
  assert(vim.lsp.config.laud.cmd[2] == "lsp", vim.inspect(vim.lsp.config.laud))
end

local order = {
  "attached", "findings_come_and_go", "completes", "explains", "goes_to_the_declaration", "renames", "mends", "formats",
  "formats_without_the_server", "indents", "colours", "has_newer_ways", "shows_what_it_becomes", "explains_codes",
}
for name in pairs(steps) do
  assert(vim.tbl_contains(order, name), name .. " is in no order")
end
local said = {}
for _, name in ipairs(order) do
  local went, why = xpcall(steps[name], debug.traceback)
  table.insert(said, went and "ok " .. name or "not ok " .. name .. "\n" .. tostring(why))
  if not went then
    break
  end
end
vim.fn.writefile(vim.split(table.concat(said, "\n"), "\n"), "done")
vim.cmd("qa!")
