-- Two spaces for each bracket that is open, as `laud fmt` has it. Texts and comments are passed over by what the line
-- holds alone.

vim.bo.indentexpr = "v:lua.laud_indent()"
vim.bo.indentkeys = "0},0],0),!^F,o,O"

local function brackets(line)
  local text = line:gsub('\\.', ""):gsub('"[^"]*"', ""):gsub("`[^`]*`", ""):gsub("//.*", "")
  local opened = select(2, text:gsub("[%[{(]", ""))
  local closed = select(2, text:gsub("[%]})]", ""))
  local leading = select(2, (text:match("^%s*([%]})]*)") or ""):gsub(".", ""))
  return opened, closed, leading
end

function _G.laud_indent()
  local before = vim.fn.prevnonblank(vim.v.lnum - 1)
  if before == 0 then
    return 0
  end
  local opened, closed, leading = brackets(vim.fn.getline(before))
  local _, _, closes = brackets(vim.fn.getline(vim.v.lnum))
  local more = opened - (closed - leading)
  local step = vim.fn.shiftwidth()
  return math.max(0, vim.fn.indent(before) + (more > 0 and step or 0) - (closes > 0 and step or 0))
end
