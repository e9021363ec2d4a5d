-- What a spec becomes, in a window beside it that follows the cursor.

local laud = require("laud")

local M = {}

local marks = vim.api.nvim_create_namespace("laud.preview")
local types = { shellscript = "sh", ini = "dosini", dotenv = "sh", plaintext = "text" }

--- The buffer that shows it, the answer in it, the spec it is of.
local buffer, shown, spec
local asked = 0

local function window()
  return buffer and vim.api.nvim_buf_is_valid(buffer) and vim.fn.bufwinid(buffer) or -1
end

local function display(answer)
  if window() == -1 then
    local here = vim.api.nvim_get_current_win()
    vim.cmd("belowright vsplit")
    buffer = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_win_set_buf(0, buffer)
    vim.bo[buffer].bufhidden = "wipe"
    vim.api.nvim_set_current_win(here)
  end
  shown = answer
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(answer.content:gsub("\n$", ""), "\n"))
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].filetype = types[answer.language] or answer.language
  vim.api.nvim_buf_set_name(buffer, "laud://" .. answer.environment .. "/" .. answer.path)
  vim.api.nvim_buf_clear_namespace(buffer, marks, 0, -1)
  for _, range in ipairs(answer.ranges) do
    local last = math.max(range.start.line, range["end"].character == 0 and range["end"].line - 1 or range["end"].line)
    for line = range.start.line, math.min(last, vim.api.nvim_buf_line_count(buffer) - 1) do
      vim.api.nvim_buf_set_extmark(buffer, marks, line, 0, { line_hl_group = "Visual" })
    end
  end
  local first = answer.ranges[1]
  if first then
    vim.api.nvim_win_set_cursor(window(), { first.start.line + 1, 0 })
  end
end

--- Asks, and shows what is answered last.
local function ask(params, act)
  asked = asked + 1
  local number = asked
  return laud.ask(spec, "laud/preview", params, function(answer)
    if number == asked then
      act(answer)
    end
  end)
end

--- Stays in the file that is shown as long as the cursor causes something there, or nothing anywhere.
local function follow()
  local params = laud.place(vim.fn.bufwinid(spec))
  ask(vim.tbl_extend("force", params, { path = shown.path }), function(answer)
    local elsewhere = false
    for _, file in ipairs(answer.files or {}) do
      elsewhere = elsewhere or #file.ranges > 0
    end
    if answer.content and (#answer.ranges > 0 or not elsewhere) then
      display(answer)
    elseif elsewhere or not answer.content then
      ask(params, function(other)
        if other.content then
          display(other)
        end
      end)
    end
  end)
end

local timer
local function later()
  if window() == -1 or vim.api.nvim_get_current_buf() ~= spec then
    return
  end
  timer = timer or (vim.uv or vim.loop).new_timer()
  timer:stop()
  timer:start(100, 0, vim.schedule_wrap(function()
    if window() ~= -1 and vim.fn.bufwinid(spec) ~= -1 then
      follow()
    end
  end))
end

--- Opens it, for the cursor or for what a lens says.
function M.show(params)
  spec = vim.api.nvim_get_current_buf()
  local answered = ask(params or laud.place(0), function(answer)
    if answer.content then
      display(answer)
    else
      vim.notify("laud: " .. answer.reason)
    end
  end)
  if not answered then
    vim.notify("laud: the language server has no preview of this file")
  end
end

function M.setup(group)
  vim.api.nvim_create_autocmd({ "CursorMoved", "CursorMovedI", "TextChanged", "TextChangedI" }, {
    group = group,
    pattern = "*.laud",
    callback = later,
  })
end

return M
