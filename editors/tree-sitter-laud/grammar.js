/**
 * The grammar of laud, for editors.
 *
 * Its forms are those of the compiler's tree (compiler/syntax/src/ast.rs), and a test holds the two together. The
 * scanner in src/scanner.c tells where a line break ends an entry, and where a number ends.
 */

// The words that open an entry where what follows fits; elsewhere they are names.
const OPENERS = [
  "app", "use", "primitive", "kind", "type", "let", "metrics", "environment", "external", "out", "drop", "raw", "for",
];

// How tightly operators bind; more is tighter.
const DEFAULT = 1, OR = 2, AND = 3, NOT = 4, COMPARE = 5, SUM = 6, PRODUCT = 7, NEGATE = 8, POSTFIX = 9;

const BINARY = [
  [DEFAULT, "??"], [OR, "or"], [AND, "and"],
  [COMPARE, choice("==", "!=", "<", "<=", ">", ">=", "in")],
  [SUM, choice("+", "-")], [PRODUCT, choice("*", "/")],
];

/** Entries in braces. */
const braces = $ => seq("{", optional($._entries), "}");

/** What stands between line breaks or commas. */
const entries = (entry, separator) =>
  choice(repeat1(","), seq(repeat(","), entry, repeat(seq(separator, entry)), optional(separator)));

/** Small entries in braces. */
const listed = (entry, separator) => seq("{", optional(entries(entry, separator)), "}");

/** A name on the line of the word before it. */
const named = ($, name) => seq($._same_line, field("name", name));

/** Items between commas; one more comma may stand behind the last. */
const commas = item => seq(item, repeat(seq(",", item)), optional(","));

const binary = operand =>
  choice(...BINARY.map(([power, operator]) =>
    prec.left(power, seq(field("left", operand), field("operator", operator), field("right", operand)))));

const unary = operand =>
  choice(
    prec(NOT, seq(field("operator", "not"), field("operand", operand))),
    prec(NEGATE, seq(field("operator", "-"), field("operand", operand))));

const conditional = operand =>
  prec.right(seq(
    "if", field("condition", operand), "then", field("consequence", operand), "else", field("alternative", operand)));

module.exports = grammar({
  name: "laud",

  extras: $ => [/[ \t\r\n\uFEFF]/, $.comment, $.doc_comment],

  externals: $ => [$._line_end, $._name_end, $._same_line, $.number, $.quantity],

  word: $ => $.identifier,

  // The word that opens an entry may also be the kind of a declaration; what follows the name tells.
  conflicts: $ => [
    [$.raw, $._kind_name], [$.metrics, $._kind_name], [$.declaration, $._kind_name], [$.kind, $._label_kind],
    [$.type_alias, $._label_kind], [$.let, $._label_kind], [$.output, $._label_kind], [$.drop, $._label_kind],
    [$.for_entry, $._label_kind],
  ],

  rules: {
    source_file: $ => optional($._entries),

    _entries: $ => entries($._entry, $._separator),

    _separator: $ => choice($._line_end, repeat1(",")),

    _entry: $ => choice(
      $.app, $.use, $.kind, $.type_alias, $.let, $.metrics, $.environment, $.declaration, $.parameter, $.output, $.field,
      $.block, $.spread, $.drop, $.if_entry, $.for_entry, $.raw),

    // Entries

    app: $ => seq("app", named($, $.identifier)),

    use: $ => seq("use", field("module", $.module_path), optional(field("names", $.use_names))),

    module_path: _ => /(\.\.?\/|[A-Za-z_])[A-Za-z0-9_\-.\/]*/,

    use_names: $ => listed($.use_name, choice($._name_end, repeat1(","))),

    use_name: $ => seq(field("name", $.identifier), optional(seq("as", field("alias", $.identifier)))),

    kind: $ => seq(optional("primitive"), "kind", named($, $.identifier), field("body", $.body)),

    type_alias: $ => seq("type", named($, $.identifier), "=", field("type", $._type)),

    let: $ => seq("let", named($, $.identifier), "=", field("value", $._expression)),

    metrics: $ => prec.dynamic(1, seq("metrics", named($, $.identifier), field("body", $.metrics_body))),

    metrics_body: $ => listed(choice($.metric, $.metrics_spread), $._separator),

    metric: $ => seq(
      field("name", $.identifier), ":", field("type", $.identifier), optional(field("labels", $.metric_labels))),

    metric_labels: $ => listed($.identifier, $._separator),

    metrics_spread: $ => seq("...", $.identifier),

    environment: $ => seq("environment", named($, $.identifier), field("body", $.body)),

    declaration: $ => seq(
      choice(
        prec.dynamic(1, seq("external", $._same_line, field("kind", $.identifier), named($, choice($.identifier, $.text)))),
        seq(field("kind", choice($.identifier, $._kind_name)), named($, choice($.identifier, $.text))),
        seq(field("kind", $._label_kind), named($, $.text))),
      optional(field("description", $.text)),
      optional(seq(":", field("type", $._type))),
      optional(seq("->", field("target", $._head))),
      optional(seq("=", field("value", $._expression))),
      optional(field("body", $.body)),
      optional($.because)),

    _kind_name: $ => alias(choice("external", "metrics", "raw"), $.identifier),

    _label_kind: $ => alias(choice("kind", "type", "let", "out", "drop", "for"), $.identifier),

    parameter: $ => seq(
      field("name", $._name), ":", field("type", $._type), optional(seq("=", field("default", $._expression)))),

    output: $ => seq(
      "out", named($, $.identifier), optional(seq(":", field("type", $._type))),
      optional(seq("=", field("value", $._expression)))),

    field: $ => seq(field("path", $.path), "=", field("value", $._expression), optional($.because)),

    block: $ => seq(field("path", $.path), field("body", $.body)),

    spread: $ => seq("...", field("value", $._expression)),

    drop: $ => seq("drop", $._same_line, field("path", $.path), optional(named($, choice($.identifier, $.text)))),

    if_entry: $ => prec(1, seq(
      "if", field("condition", $._head), field("consequence", $.body),
      optional(seq("else", field("alternative", choice($.body, $.if_entry)))))),

    for_entry: $ => seq("for", $._same_line, $._loop, field("list", $._head), field("body", $.body)),

    raw: $ => prec.dynamic(1, seq(
      "raw", $._same_line, field("target", $.identifier), field("body", $.body), optional($.because))),

    because: $ => seq("because", field("reason", $.text)),

    body: $ => braces($),

    path: $ => prec.right(seq($._key, repeat(seq(".", choice($.identifier, $.text))))),

    _key: $ => choice($._name, $.text),

    _name: $ => choice($.identifier, prec(-1, alias(choice("if", ...OPENERS), $.identifier))),

    _loop: $ => seq(
      field("variable", $.identifier), optional(seq(",", field("value", $.identifier))), "in"),

    // Expressions

    _expression: $ => choice($._operand, $.binary, $.conditional),

    _operand: $ => choice($._atom, $.member, $.index, $.tagged, $.unary),

    binary: $ => binary($._expression),

    unary: $ => unary($._expression),

    conditional: $ => conditional($._expression),

    member: $ => prec(POSTFIX, seq(field("of", $._operand), ".", field("name", $.identifier))),

    index: $ => prec(POSTFIX, seq(field("of", $._operand), "[", field("index", $._expression), "]")),

    tagged: $ => prec(POSTFIX, seq(field("tag", $.identifier), field("body", $.body))),

    // An expression before a body: a name before `{` is no tagged record there.
    _head: $ => choice($._head_operand, alias($._head_binary, $.binary), alias($._head_conditional, $.conditional)),

    _head_operand: $ => choice(
      $._atom, alias($._head_member, $.member), alias($._head_index, $.index), alias($._head_unary, $.unary)),

    _head_binary: $ => binary($._head),

    _head_unary: $ => unary($._head),

    _head_conditional: $ => conditional($._head),

    _head_member: $ => prec(POSTFIX, seq(field("of", $._head_operand), ".", field("name", $.identifier))),

    _head_index: $ => prec(POSTFIX, seq(field("of", $._head_operand), "[", field("index", $._expression), "]")),

    _atom: $ => choice(
      $.none, $.true, $.false, $.number, $.quantity, $.text, $.embedded, $.list, $.comprehension, $.record, $.call,
      $.parenthesized, $.identifier),

    none: _ => "none",

    true: _ => "true",

    false: _ => "false",

    call: $ => prec(POSTFIX, seq(
      field("function", $.identifier), "(", optional(commas(field("argument", $._expression))), ")")),

    list: $ => seq("[", optional(commas(choice($._expression, $.list_spread))), "]"),

    list_spread: $ => seq("...", $._expression),

    comprehension: $ => seq(
      "[", field("result", $._expression), "for", $._loop, field("list", $._expression),
      optional(seq("if", field("condition", $._expression))), "]"),

    record: $ => braces($),

    parenthesized: $ => seq("(", $._expression, ")"),

    // Texts

    text: $ => choice(
      seq('"', repeat(choice($.text_content, $.escape, $.interpolation)), token.immediate('"')),
      seq(
        '"""',
        repeat(choice(alias($._block_content, $.text_content), $.escape, $.interpolation)),
        token.immediate(prec(2, '"""')))),

    text_content: _ => token.immediate(prec(1, /[^"\\{}\n]+/)),

    _block_content: _ => token.immediate(prec(1, /[^"\\{}]+|"/)),

    escape: _ => token.immediate(prec(2, /\\(["\\nt{}]|u\{[0-9A-Fa-f]+\})/)),

    interpolation: $ => seq(token.immediate("{"), $._expression, "}"),

    embedded: $ => seq(
      field("language", $.identifier), token.immediate("`"), optional(field("content", $.embedded_content)),
      token.immediate("`")),

    embedded_content: $ => repeat1(choice(
      $._embedded_chunk, alias($._embedded_escape, $.escape), alias($._embedded_interpolation, $.interpolation))),

    _embedded_chunk: _ => token.immediate(prec(1, /[^`$\\]+|\$|\\/)),

    _embedded_escape: _ => token.immediate(prec(2, /\\(`|\$\{)/)),

    _embedded_interpolation: $ => seq(token.immediate(prec(2, "${")), $._expression, "}"),

    // Types

    _type: $ => choice($._narrowed, $.union_type),

    union_type: $ => prec.left(seq($._narrowed, repeat1(seq("|", $._narrowed)))),

    _narrowed: $ => choice(
      alias($.identifier, $.type_identifier), prec(-1, alias("enum", $.type_identifier)), $.generic_type, $.enum_type, $.record_type, $.optional_type, $.range_type,
      $.matching_type, $.parenthesized_type),

    generic_type: $ => seq(
      field("name", alias($.identifier, $.type_identifier)), "<",
      field("argument", $._type), repeat(seq(",", field("argument", $._type))), ">"),

    enum_type: $ => seq("enum", listed($.variant, $._separator)),

    variant: $ => seq(field("name", $.identifier), optional(field("fields", $.body))),

    record_type: $ => braces($),

    optional_type: $ => seq($._narrowed, "?"),

    range_type: $ => seq(
      field("base", $._narrowed), "in", field("low", $._head_operand), "..", field("high", $._head_operand)),

    matching_type: $ => seq(field("base", $._narrowed), "matching", field("pattern", $.text)),

    parenthesized_type: $ => seq("(", $._type, ")"),

    // Words and comments

    identifier: _ => /[A-Za-z_][A-Za-z0-9_]*/,

    comment: _ => token(choice(/\/\/([^\/\r\n][^\r\n]*)?/, /\/\/\/\/[^\r\n]*/)),

    doc_comment: _ => /\/\/\/([^\/\r\n][^\r\n]*)?/,
  },
});
