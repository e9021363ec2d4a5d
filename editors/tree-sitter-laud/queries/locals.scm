; A body sees the names of the bodies around it.
[
  (source_file)
  (body)
  (record)
  (record_type)
  (comprehension)
  (for_entry)
] @local.scope

(let
  name: (identifier) @local.definition)

(kind
  name: (identifier) @local.definition)

(type_alias
  name: (identifier) @local.definition)

(metrics
  name: (identifier) @local.definition)

(declaration
  name: (identifier) @local.definition)

(parameter
  name: (identifier) @local.definition)

(output
  name: (identifier) @local.definition)

(use_name
  name: (identifier) @local.definition
  !alias)

(use_name
  alias: (identifier) @local.definition)

(for_entry
  variable: (identifier) @local.definition)

(for_entry
  value: (identifier) @local.definition)

(comprehension
  variable: (identifier) @local.definition)

(comprehension
  value: (identifier) @local.definition)

[
  (identifier)
  (type_identifier)
] @local.reference
