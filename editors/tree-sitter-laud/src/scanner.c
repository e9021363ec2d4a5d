// What no regular expression tells: whether a line break ends an entry, whether a name stands on the line of the word
// before it, and how far a number reaches.

#include "tree_sitter/parser.h"

#include <string.h>

// A line end, and one after a name that `as` may follow.
enum Token { LINE_END, NAME_END, SAME_LINE, NUMBER, QUANTITY };

// Words that go on with what stands on the line before.
static const char *const CONTINUATIONS[] = {"and", "or", "in", "then", "else", "because"};

// Longer than each of them, with the zero at the end.
#define WORD 8

void *tree_sitter_laud_external_scanner_create(void) { return NULL; }

void tree_sitter_laud_external_scanner_destroy(void *payload) { (void)payload; }

unsigned tree_sitter_laud_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}

void tree_sitter_laud_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}

static bool is_digit(int32_t c) { return c >= '0' && c <= '9'; }

static bool is_letter(int32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

static bool is_name(int32_t c) { return is_letter(c) || is_digit(c); }

static bool is_space(int32_t c) { return c == ' ' || c == '\t' || c == '\r' || c == 0xFEFF; }

static void advance(TSLexer *lexer) { lexer->advance(lexer, false); }

static void advance_over_spaces(TSLexer *lexer) {
  while (is_space(lexer->lookahead)) {
    advance(lexer);
  }
}

// Whether the word at hand goes on with the line before: it does not where it is the name of a field.
static bool word_continues(TSLexer *lexer, bool named) {
  char word[WORD] = {0};
  for (unsigned length = 0; is_name(lexer->lookahead); length++) {
    if (length < WORD - 1) {
      word[length] = (char)lexer->lookahead;
    } else {
      return false;
    }
    advance(lexer);
  }
  bool known = named && strcmp(word, "as") == 0;
  for (unsigned i = 0; i < sizeof(CONTINUATIONS) / sizeof(*CONTINUATIONS); i++) {
    known = known || strcmp(word, CONTINUATIONS[i]) == 0;
  }
  if (!known) {
    return false;
  }
  advance_over_spaces(lexer);
  if (strcmp(word, "because") == 0) {
    return lexer->lookahead == '"';
  }
  if (lexer->lookahead == '=') {
    advance(lexer);
    return lexer->lookahead == '=';
  }
  return lexer->lookahead != ':';
}

// Whether what opens a line goes on with the line before, or ends what both are in.
static bool line_continues(TSLexer *lexer, bool named) {
  switch (lexer->lookahead) {
    case 0:
      return lexer->eof(lexer);
    case '}':
    case ']':
    case ')':
    case ',':
    case '+':
    case '-':
    case '*':
    case '/':
    case '<':
    case '>':
    case '|':
      return true;
    case '=':
    case '!':
      advance(lexer);
      return lexer->lookahead == '=';
    case '?':
      advance(lexer);
      return lexer->lookahead == '?';
    default:
      return is_letter(lexer->lookahead) && word_continues(lexer, named);
  }
}

// The line break at hand, or the empty place before the comment at hand. Comments on the way do not count.
static bool scan_line_end(TSLexer *lexer, bool named) {
  bool broken = lexer->lookahead == '\n';
  if (broken) {
    advance(lexer);
  }
  lexer->mark_end(lexer);
  for (;;) {
    advance_over_spaces(lexer);
    if (lexer->lookahead == '\n') {
      advance(lexer);
      broken = true;
    } else if (lexer->lookahead == '/') {
      advance(lexer);
      if (lexer->lookahead != '/') {
        return false;
      }
      while (lexer->lookahead != '\n' && !lexer->eof(lexer)) {
        advance(lexer);
      }
    } else {
      return broken && !line_continues(lexer, named);
    }
  }
}

// `/s`, where no name follows that would make it a division.
static bool scan_rate(TSLexer *lexer) {
  advance(lexer);
  switch (lexer->lookahead) {
    case 's':
    case 'm':
    case 'h':
    case 'd':
    case 'w':
      advance(lexer);
      return !is_name(lexer->lookahead);
    default:
      return false;
  }
}

static void advance_over_digits(TSLexer *lexer) {
  while (is_digit(lexer->lookahead) || lexer->lookahead == '_') {
    advance(lexer);
  }
}

static bool scan_number(TSLexer *lexer) {
  lexer->result_symbol = NUMBER;
  advance_over_digits(lexer);
  lexer->mark_end(lexer);
  if (lexer->lookahead == '.') {
    advance(lexer);
    if (!is_digit(lexer->lookahead)) {
      return true;
    }
    advance_over_digits(lexer);
    lexer->mark_end(lexer);
  }
  if (lexer->lookahead == '%') {
    advance(lexer);
  } else if (is_letter(lexer->lookahead)) {
    while (is_name(lexer->lookahead)) {
      advance(lexer);
    }
  } else if (lexer->lookahead != '/' || !scan_rate(lexer)) {
    return true;
  }
  lexer->mark_end(lexer);
  lexer->result_symbol = QUANTITY;
  return true;
}

bool tree_sitter_laud_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  (void)payload;
  bool lost = valid[SAME_LINE] && valid[NUMBER]; // Never both but after an error.
  bool may_end = valid[LINE_END] || valid[NAME_END];
  while (is_space(lexer->lookahead) || (valid[NUMBER] && !may_end && lexer->lookahead == '\n')) {
    lexer->advance(lexer, true);
  }
  if (may_end && (lexer->lookahead == '\n' || lexer->lookahead == '/')) {
    lexer->result_symbol = valid[LINE_END] ? LINE_END : NAME_END;
    return scan_line_end(lexer, !valid[LINE_END]);
  }
  if (valid[SAME_LINE] && !lost) {
    // Empty: it stands before a name or a label that may not open a line.
    lexer->result_symbol = SAME_LINE;
    return is_letter(lexer->lookahead) || lexer->lookahead == '"';
  }
  return valid[NUMBER] && is_digit(lexer->lookahead) && scan_number(lexer);
}
