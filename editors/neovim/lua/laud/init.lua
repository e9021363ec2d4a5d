-- What the parts of the plugin share: the client, and the requests that are laud's own.

local M = {}

--- What the editor can do, with the commands that lenses may name.
function M.capabilities()
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  capabilities.experimental = { commands = { commands = { "laud.preview", "laud.references" } } }
  return capabilities
end

--- The client of a buffer; each version of Neovim lists them in another way.
function M.client(buffer)
  local clients = vim.lsp.get_clients and vim.lsp.get_clients({ bufnr = buffer, name = "laud" })
    or vim.tbl_values(vim.lsp.buf_get_clients(buffer))
  for _, client in ipairs(clients) do
    if client.name == "laud" then
      return client
    end
  end
end

--- Asks what the server answers besides the protocol; nothing where there is no server, or an older one.
function M.ask(buffer, method, params, act)
  local client = M.client(buffer)
  local extra = client and client.server_capabilities.experimental
  if not (extra and extra.preview) then
    return false
  end
  local answered = function(err, result)
    if not err and result ~= vim.NIL then
      act(result)
    end
  end
  if vim.fn.has("nvim-0.11") == 1 then
    client:request(method, params, answered, buffer)
  else
    client.request(method, params, answered, buffer)
  end
  return true
end

--- The cursor of a window, as the server takes it.
function M.place(window)
  local client = M.client(vim.api.nvim_win_get_buf(window))
  return vim.lsp.util.make_position_params(window, client and client.offset_encoding or "utf-16")
end

--- Shows the page of a code, or of the first finding at the cursor.
function M.explain(code)
  if code == "" then
    local line = vim.api.nvim_win_get_cursor(0)[1] - 1
    for _, finding in ipairs(vim.diagnostic.get(0, { lnum = line })) do
      local given = finding.code or (finding.user_data and finding.user_data.lsp and finding.user_data.lsp.code)
      code = code == "" and given or code
    end
  end
  local page = vim.fn.systemlist({ "laud", "explain", code ~= "" and code or nil })
  vim.cmd("new")
  vim.api.nvim_buf_set_lines(0, 0, -1, false, page)
  vim.bo.buftype, vim.bo.bufhidden, vim.bo.modified = "nofile", "wipe", false
  -- Newer versions colour it by a parser, which may not be there.
  pcall(function()
    vim.bo.filetype = "markdown"
  end)
end

return M
