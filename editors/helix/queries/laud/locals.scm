[
  (comprehension)
  (for_entry)
] @local.scope

(for_entry
  variable: (identifier) @local.definition.variable.parameter)

(for_entry
  value: (identifier) @local.definition.variable.parameter)

(comprehension
  variable: (identifier) @local.definition.variable.parameter)

(comprehension
  value: (identifier) @local.definition.variable.parameter)

(identifier) @local.reference
