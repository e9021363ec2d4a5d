(doc_comment) @annotation

(kind
  "kind" @context
  name: (identifier) @name) @item

(type_alias
  "type" @context
  name: (identifier) @name) @item

(let
  "let" @context
  name: (identifier) @name) @item

(metrics
  "metrics" @context
  name: (identifier) @name) @item

(environment
  "environment" @context
  name: (identifier) @name) @item

(declaration
  kind: (identifier) @context
  name: (_) @name) @item

(output
  "out" @context
  name: (identifier) @name) @item
