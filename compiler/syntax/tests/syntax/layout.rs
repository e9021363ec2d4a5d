//! What the formatter makes of what.

use crate::meaning::{content, parsed};
use laud_syntax::format;

/// Checks what a text becomes, and that it then stays so.
#[track_caller]
fn becomes(text: &str, expected: &str) {
    let formatted = format(text, &parsed(text));
    assert_eq!(formatted, expected);
    assert_eq!(format(expected, &parsed(expected)), expected, "not idempotent");
    assert_eq!(content(text), content(expected));
}

#[track_caller]
fn stays(text: &str) {
    becomes(text, text);
}

#[test]
fn space_is_put_right() {
    becomes("a=1+2*-x", "a = 1 + 2 * -x\n");
    becomes("a = f ( x,y ) [ 0 ]", "a = f(x, y)[0]\n");
    becomes("a:List < Text > ?", "a : List<Text>?\n");
    becomes("a:Int in 1 .. 2=1", "a : Int in 1..2 = 1\n");
    becomes("b  c{x=1 ,y=[ 1,2 ]}", "b c { x = 1, y = [1, 2] }\n");
    becomes("use  std/data{a,b  as c}", "use std/data { a, b as c }\n");
    becomes("a=not  b\nc=[]\nd={ }", "a = not b\nc = []\nd = {}\n");
    becomes("\u{feff}a = 1\r\n\r\n\r\n\r\nb = 2", "a = 1\n\nb = 2\n");
    becomes("", "");
    becomes("\n\n// only\n\n", "// only\n");
}

#[test]
fn bodies_stay_on_a_line_if_they_were() {
    stays("a { b = 1, c { d = 2 } }\n");
    becomes("a { b = 1,\nc = 2 }", "a {\n  b = 1\n  c = 2\n}\n");
    becomes("a {\n}", "a {}\n");
    becomes("a = [\n1,2]", "a = [\n  1,\n  2,\n]\n");
    let long = format!("a {{ b = \"{}\", c = 2 }}", "x".repeat(90));
    becomes(&long, &format!("a {{\n  b = \"{}\"\n  c = 2\n}}\n", "x".repeat(90)));
}

#[test]
fn runs_align() {
    stays("a {\n  source  = 1\n  limits  { b = 1 }\n  migrate = 2\n  env {\n    c = 1\n  }\n}\n");
    stays("version  : Int in 14..18 = 17\ndatabase : Name\nuser     : Name = database\n");
    stays("a   : Int          = 1\nbcd : List<Domain> = []\n");
    stays("a.b  { x = 1 }\na.bc = 2\nd = 3\n");
    becomes("a = 1\n\nlonger = 2", "a = 1\n\nlonger = 2\n");
    becomes("a = 1\n// c\nlonger = 2", "a      = 1\n// c\nlonger = 2\n");
    becomes("a = 1\n\n// c\nlonger = 2", "a = 1\n\n// c\nlonger = 2\n");
    becomes("a = 1\n// c\n\nlonger = 2", "a = 1\n// c\n\nlonger = 2\n");
    becomes(
        "route \"/\" -> a.b { x = 1 }\nroute \"/api\" -> c { x = 1 }",
        "route \"/\"    -> a.b { x = 1 }\nroute \"/api\" -> c   { x = 1 }\n",
    );
    becomes(
        "metrics m {\n a : gauge\n bcd : counter { x }\n}",
        "metrics m {\n  a   : gauge\n  bcd : counter { x }\n}\n",
    );
}

#[test]
fn comments_stay() {
    stays("// head\n\n/// doc\na {\n  // first\n  b = 1 // after\n\n  // last\n}\n\n// end\n");
    stays("a { // opens\n  b = 1\n} // closes\n");
    stays("a = [ // opens\n  1, // one\n  // two\n  2,\n  // end\n]\n");
    stays("if a {\n  b = 1\n} // then\nelse {\n  c = 2\n}\n");
    stays("if a {\n  b = 1\n}\n// or else\nelse {}\n");
    stays("a = b // why\n  + c\n");
    stays("x : enum {\n  /// doc\n  a // first\n  b\n}\n");
    becomes("a = [1, // one\n2 // two\n]", "a = [\n  1, // one\n  2, // two\n]\n");
}

#[test]
fn empty_lines_are_kept_or_made() {
    becomes("a {\n\n  b = 1\n\n\n\n  c = 2\n\n}\n", "a {\n  b = 1\n\n  c = 2\n}\n");
    becomes(
        "a {\n  b = 1\n}\n// of c\nc {\n  d = 1\n}\ne = 1",
        "a {\n  b = 1\n}\n\n// of c\nc {\n  d = 1\n}\n\ne = 1\n",
    );
    stays("a = 1\nb = 2\n");
}

#[test]
fn breaks_at_operators_stay() {
    becomes("a = b\n+ c\n  and d", "a = b\n  + c\n  and d\n");
    becomes("a = b +\n  c", "a = b\n  + c\n");
    becomes("a = if b\nthen c\nelse d", "a = if b\n  then c\n  else d\n");
    becomes("a =\n  5", "a = 5\n");
    let reason = "r".repeat(90);
    becomes(&format!("a = off because \"{reason}\""), &format!("a = off\n  because \"{reason}\"\n"));
}

#[test]
fn else_follows_its_brace() {
    becomes("if a {\n}\nelse if b { x = 1 } else { }", "if a {} else if b { x = 1 } else {}\n");
}

#[test]
fn lists_keep_their_brackets_around_what_is_broken() {
    stays("a = join([\n  \"b\",\n  \"c\",\n], \"\\n\")\n");
    stays("a = [{\n  b = 1\n}]\n");
    stays("a = f({\n  b = 1\n}, [c for c in d])\n");
    becomes("a = f({\n  b = 1\n},\n 2)", "a = f(\n  {\n    b = 1\n  },\n  2,\n)\n");
    stays("a = [\n  x\n  for x in xs\n  if x\n]\n");
}

#[test]
fn what_is_beside_hugged_brackets_fits_on_their_lines() {
    let long = "x".repeat(85);
    stays(&format!("a = f(g(\"{long}\"), h(\n  1,\n))\n"));
    becomes(
        &format!("a = f(g(\"{long}y\"), h(1,\n))\n"),
        &format!("a = f(\n  g(\"{long}y\"),\n  h(\n    1,\n  ),\n)\n"),
    );
    becomes(
        &format!("a = f(h(1,\n), g(\"{long}yyyy\", 1))\n"),
        &format!("a = f(\n  h(\n    1,\n  ),\n  g(\"{long}yyyy\", 1),\n)\n"),
    );
}

#[test]
fn names_alone_fill_their_lines() {
    let names = |count: usize| (0..count).map(|n| format!("label_{n:02}")).collect::<Vec<_>>();
    let one_line = format!("metrics m {{\n  a : gauge {{ {} }}\n}}\n", names(12).join(", "));
    let (first, last) = (names(12)[..9].join(", "), names(12)[9..].join(", "));
    becomes(&one_line, &format!("metrics m {{\n  a : gauge {{\n    {first}\n    {last}\n  }}\n}}\n"));
    stays("use std/x {\n  a\n  b\n}\n");
}

#[test]
fn texts_over_lines_move_with_their_entry() {
    becomes(
        "a {\nb = \"\"\"\n    one\n      two {x}\n\n    \"\"\"\n}",
        "a {\n  b = \"\"\"\n    one\n      two {x}\n\n    \"\"\"\n}\n",
    );
    becomes("a = \"\"\"\none\n\"\"\"", "a = \"\"\"\n  one\n  \"\"\"\n");
    stays("a = promql`\n      one\n  two`\n");
}

#[test]
fn what_does_not_parse_stays() {
    stays("a {\n  b   =  = 5\n  c = 1\n}\n");
    becomes("a {\n  b   =  = 5\n  c   =   1\n}\n", "a {\n  b   =  = 5\n  c = 1\n}\n");
    becomes("a  =  1\nb  {\n  c  =  [1\n}\nd  =  2", "a = 1\n\nb  {\n  c  =  [1\n}\n\nd = 2\n");
    stays("a = \"\"\"\n  never   closed\nb   =   1\n");
    becomes("a  =  1  ;\nb  =  2", "a  =  1  ;\nb = 2\n");
}
