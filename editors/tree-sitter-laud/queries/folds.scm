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
  (text)
  (embedded)
] @fold

(doc_comment)+ @fold

(comment)+ @fold
