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
] @keyword.storage.type

[
  "primitive"
  "external"
] @keyword.storage.modifier

[
  "use"
  "as"
] @keyword.control.import

[
  "drop"
  "raw"
] @keyword.directive

[
  "if"
  "then"
  "else"
] @keyword.control.conditional

"for" @keyword.control.repeat

(for_entry
  "in" @keyword.control.repeat)

(comprehension
  "in" @keyword.control.repeat)

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
] @constant.builtin.boolean

(none) @constant.builtin

[
  (number)
  (quantity)
] @constant.numeric

(text) @string

(escape) @constant.character.escape

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
  name: (identifier) @namespace)

(environment
  name: (identifier) @namespace)

(module_path) @namespace

(raw
  target: (identifier) @namespace)

(kind
  name: (identifier) @type)

(type_alias
  name: (identifier) @type)

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
  ] @variable.other.member)

[
  (parameter
    name: (identifier) @variable.other.member)
  (output
    name: (identifier) @variable.other.member)
  (member
    name: (identifier) @variable.other.member)
  (metric
    name: (identifier) @variable.other.member)
]

(metric_labels
  (identifier) @variable.other.member)

(variant
  name: (identifier) @constant)

(tagged
  tag: (identifier) @constructor)

(call
  function: (identifier) @function)

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

(comment) @comment.line

(doc_comment) @comment.line.documentation
