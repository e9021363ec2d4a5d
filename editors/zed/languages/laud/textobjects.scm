; Declarations are the functions of laud; kinds, types and environments are its classes.
(declaration) @function.around

(declaration
  body: (body
    "{"
    (_)* @function.inside
    "}"))

[
  (kind)
  (type_alias)
  (environment)
] @class.around

(kind
  body: (body
    "{"
    (_)* @class.inside
    "}"))

(environment
  body: (body
    "{"
    (_)* @class.inside
    "}"))

(comment)+ @comment.around

(doc_comment)+ @comment.around
