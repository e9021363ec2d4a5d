; What a file declares, for search and navigation without the server.
(kind
  name: (identifier) @name) @definition.class

(type_alias
  name: (identifier) @name) @definition.type

(environment
  name: (identifier) @name) @definition.module

(metrics
  name: (identifier) @name) @definition.constant

(let
  name: (identifier) @name) @definition.constant

(declaration
  name: (identifier) @name) @definition.function

(declaration
  kind: (identifier) @name) @reference.class
