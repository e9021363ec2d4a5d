; Declarations are the functions of laud, kinds, types and environments its classes, fields its entries.
(declaration
  body: (body)? @function.inside) @function.around

(kind
  body: (body) @class.inside) @class.around

(type_alias
  type: (_) @class.inside) @class.around

(environment
  body: (body) @class.inside) @class.around

(field
  value: (_) @entry.inside) @entry.around

(let
  value: (_) @entry.inside) @entry.around

(parameter) @parameter.around

(parameter
  type: (_) @parameter.inside)

(call
  argument: (_) @parameter.inside @parameter.around)

[
  (comment)
  (doc_comment)
] @comment.inside

(comment)+ @comment.around

(doc_comment)+ @comment.around
