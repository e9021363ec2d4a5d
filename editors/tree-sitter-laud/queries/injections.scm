; `promql`, and any other language that stands before back-quotes; interpolations are left out.
(embedded
  language: (identifier) @injection.language
  content: (embedded_content) @injection.content)

(matching_type
  pattern: (text
    (text_content) @injection.content)
  (#set! injection.language "regex"))

; A file whose path says in which language its text is.
(declaration
  kind: (identifier) @_kind
  body: (body
    (field
      path: (path) @_at
      value: (text) @_path)
    (field
      path: (path) @_text
      value: (text
        (text_content) @injection.content)))
  (#eq? @_kind "file")
  (#eq? @_at "at")
  (#eq? @_text "text")
  (#match? @_path "/nginx/.*\\.conf\"$|nginx\\.conf\"$")
  (#set! injection.language "nginx"))

(declaration
  kind: (identifier) @_kind
  body: (body
    (field
      path: (path) @_at
      value: (text) @_path)
    (field
      path: (path) @_text
      value: (text
        (text_content) @injection.content)))
  (#eq? @_kind "file")
  (#eq? @_at "at")
  (#eq? @_text "text")
  (#match? @_path "\\.sh\"$")
  (#set! injection.language "bash"))

(declaration
  kind: (identifier) @_kind
  body: (body
    (field
      path: (path) @_at
      value: (text) @_path)
    (field
      path: (path) @_text
      value: (text
        (text_content) @injection.content)))
  (#eq? @_kind "file")
  (#eq? @_at "at")
  (#eq? @_text "text")
  (#match? @_path "\\.sql\"$")
  (#set! injection.language "sql"))

(declaration
  kind: (identifier) @_kind
  body: (body
    (field
      path: (path) @_at
      value: (text) @_path)
    (field
      path: (path) @_text
      value: (text
        (text_content) @injection.content)))
  (#eq? @_kind "file")
  (#eq? @_at "at")
  (#eq? @_text "text")
  (#match? @_path "\\.json\"$")
  (#set! injection.language "json"))

(declaration
  kind: (identifier) @_kind
  body: (body
    (field
      path: (path) @_at
      value: (text) @_path)
    (field
      path: (path) @_text
      value: (text
        (text_content) @injection.content)))
  (#eq? @_kind "file")
  (#eq? @_at "at")
  (#eq? @_text "text")
  (#match? @_path "\\.ya?ml\"$")
  (#set! injection.language "yaml"))

(declaration
  kind: (identifier) @_kind
  body: (body
    (field
      path: (path) @_at
      value: (text) @_path)
    (field
      path: (path) @_text
      value: (text
        (text_content) @injection.content)))
  (#eq? @_kind "file")
  (#eq? @_at "at")
  (#eq? @_text "text")
  (#match? @_path "\\.toml\"$")
  (#set! injection.language "toml"))

; Words such as TODO.
([
  (comment)
  (doc_comment)
] @injection.content
  (#set! injection.language "comment"))
