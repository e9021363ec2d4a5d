; Later patterns win over earlier ones.

(identifier) @variable

; Words

[
  "app"
  "let"
  "out"
  "because"
] @keyword

[
  "kind"
  "type"
  "enum"
  "metrics"
  "environment"
] @keyword.type

[
  "primitive"
  "external"
] @keyword.modifier

[
  "use"
  "as"
] @keyword.import

[
  "drop"
  "raw"
] @keyword.directive

[
  "if"
  "then"
  "else"
] @keyword.conditional

"for" @keyword.repeat

(for_entry
  "in" @keyword.repeat)

(comprehension
  "in" @keyword.repeat)

(binary
  [
    "and"
    "or"
    "in"
  ] @keyword.operator)

(unary
  "not" @keyword.operator)

(range_type
  "in" @keyword.operator)

"matching" @keyword.operator

; Operators and brackets

[
  "="
  "=="
  "!="
  "<="
  ">="
  "+"
  "-"
  "*"
  "/"
  "??"
  "->"
  "..."
  ".."
  "|"
  "?"
] @operator

(binary
  [
    "<"
    ">"
  ] @operator)

(generic_type
  [
    "<"
    ">"
  ] @punctuation.bracket)

[
  "{"
  "}"
  "["
  "]"
  "("
  ")"
] @punctuation.bracket

[
  ","
  "."
  ":"
] @punctuation.delimiter

; Values

[
  (true)
  (false)
] @boolean

(none) @constant.builtin

[
  (number)
  (quantity)
] @number

(text) @string

(escape) @string.escape

(matching_type
  pattern: (text) @string.regexp)

(embedded
  language: (identifier) @label
  "`" @punctuation.special)

(embedded_content) @string

(interpolation
  [
    "{"
    "${"
    "}"
  ] @punctuation.special)

; Names

(app
  name: (identifier) @module)

(environment
  name: (identifier) @module)

(module_path) @module

(raw
  target: (identifier) @module)

(kind
  name: (identifier) @type.definition)

(type_alias
  name: (identifier) @type.definition)

(declaration
  kind: (identifier) @type)

(type_identifier) @type

((type_identifier) @type.builtin
  (#any-of? @type.builtin
    "AlertText" "Bool" "Bytes" "Cidr" "Cpu" "Cron" "Data" "Domain" "Duration" "Email" "EnvValue" "Float" "HttpPath" "Image" "Int" "List" "Map" "Metrics" "Name" "Path" "Percent" "Port" "PromQL" "Rate" "Secret" "SourcePath" "Text" "Url"))

(metric
  type: (identifier) @type.builtin)

(path
  [
    (identifier)
    (text)
  ] @property)

[
  (parameter
    name: (identifier) @property)
  (output
    name: (identifier) @property)
  (member
    name: (identifier) @property)
  (metric
    name: (identifier) @property)
]

(metric_labels
  (identifier) @property)

(variant
  name: (identifier) @constant)

(tagged
  tag: (identifier) @constructor)

(call
  function: (identifier) @function.call)

[
  (for_entry
    variable: (identifier) @variable.parameter)
  (for_entry
    value: (identifier) @variable.parameter)
  (comprehension
    variable: (identifier) @variable.parameter)
  (comprehension
    value: (identifier) @variable.parameter)
]

((identifier) @variable.builtin
  (#eq? @variable.builtin "self"))

; Comments

(comment) @comment @spell

(doc_comment) @comment.documentation @spell
