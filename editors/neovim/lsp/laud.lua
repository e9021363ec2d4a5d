-- What `vim.lsp.enable("laud")` starts, in Neovim 0.11 and later; `vim.lsp.config("laud", { … })` changes it.
return {
  cmd = { "laud", "lsp" },
  filetypes = { "laud" },
  root_markers = { "main.laud", ".git" },
  capabilities = require("laud").capabilities(),
}
