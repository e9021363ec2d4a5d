[
  (body)
  (record)
  (record_type)
  (enum_type)
  (metrics_body)
  (metric_labels)
  (use_names)
  (list)
  (comprehension)
  (call)
  (parenthesized)
  (parenthesized_type)
  (interpolation)
] @rainbow.scope

[
  "{"
  "}"
  "["
  "]"
  "("
  ")"
] @rainbow.bracket
