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
] @indent.begin

[
  "}"
  "]"
  ")"
] @indent.branch @indent.end

(text) @indent.auto

(embedded_content) @indent.auto

(ERROR
  [
    "{"
    "["
    "("
  ]) @indent.begin
