; A declaration, with its description; kinds and types are the classes of laud.
(declaration) @block.outer

(declaration
  body: (body
    "{"
    _+ @block.inner
    "}"))

(kind) @class.outer

(kind
  body: (body
    "{"
    _+ @class.inner
    "}"))

(type_alias) @class.outer

(type_alias
  type: (_) @class.inner)

(environment) @class.outer

(environment
  body: (body
    "{"
    _+ @class.inner
    "}"))

(field) @assignment.outer

(field
  path: (path) @assignment.lhs
  value: (_) @assignment.rhs @assignment.inner)

(let) @assignment.outer

(let
  name: (identifier) @assignment.lhs
  value: (_) @assignment.rhs @assignment.inner)

(parameter) @parameter.outer @parameter.inner

(call
  argument: (_) @parameter.inner @parameter.outer)

(call) @call.outer

(if_entry) @conditional.outer

(conditional) @conditional.outer

(if_entry
  consequence: (body
    "{"
    _+ @conditional.inner
    "}"))

(for_entry) @loop.outer

(comprehension) @loop.outer

(for_entry
  body: (body
    "{"
    _+ @loop.inner
    "}"))

(comment) @comment.outer @comment.inner

(doc_comment) @comment.outer @comment.inner

[
  (number)
  (quantity)
] @number.inner
