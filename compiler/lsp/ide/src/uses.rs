//! The `use` lines of a file: what is taken in one place, in order, and nothing else.

use crate::layout::Edit;
use laud_syntax::{Parsed, Span, ast};

/// As much of a text as has its name and its `use`s in it.
pub(crate) fn head(text: &str) -> &str {
    let start = |word: &str| match text.rfind(&format!("\n{word} ")) {
        Some(before) => Some(before + 1),
        None => text.starts_with(&format!("{word} ")).then_some(0),
    };
    let Some(start) = ["use", "app"].into_iter().filter_map(start).max() else { return "" };
    let mut open = 0_usize;
    let end = text[start..].bytes().position(|byte| {
        match byte {
            b'{' => open += 1,
            b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        byte == b'\n' && open == 0
    });
    end.map_or(text, |end| &text[..start + end])
}

/// Takes a name from a module that the file does not take it from yet.
pub(crate) fn take(text: &str, parsed: &Parsed, module: &str, name: &str) -> Edit {
    let entries = &parsed.file.entries;
    let used = entries.iter().filter_map(|entry| match &entry.node {
        ast::Node::Use(used) => Some((entry, &**used)),
        _ => None,
    });
    let used: Vec<(&ast::Entry, &ast::Use)> = used.collect();
    let same = used.iter().find(|(_, used)| used.path.text == module);
    if let Some((entry, ast::Use { names: Some(names), .. })) = same {
        let after = names.iter().take_while(|other| other.name.text.as_str() < name).last();
        return match (after, names.first()) {
            (Some(after), _) => insert(end_of(after), format!(", {name}")),
            (None, Some(first)) => insert(first.name.span.at_start(), format!("{name}, ")),
            (None, None) => {
                let brace = text.get(entry.span.range()).and_then(|text| text.rfind('}'));
                let at = brace.map_or(entry.span.end(), |brace| entry.span.start() + brace as u32);
                insert(entry.span.with(at, at), format!(" {name} "))
            }
        };
    }
    let line = format!("use {module} {{ {name} }}");
    let app = entries.iter().find(|entry| matches!(entry.node, ast::Node::App(_)));
    let before = used.iter().take_while(|(_, used)| key(&used.path.text) < key(module)).last();
    match (before, used.first(), app) {
        (Some((before, _)), _, _) => insert(before.span.at_end(), format!("\n{line}")),
        (None, Some((first, _)), _) => insert(first.span.at_start(), format!("{line}\n")),
        (None, None, Some(app)) => insert(app.span.at_end(), format!("\n\n{line}")),
        (None, None, None) => insert(Span::new(parsed.file.id, 0, 0), format!("{line}\n\n")),
    }
}

/// By what modules are in order: those of the library first.
pub(crate) fn key(module: &str) -> (bool, &str) {
    (!module.starts_with("std/"), module)
}

/// Takes a name no more, which is taken under `here`; nothing if no `use` of that module names it.
pub(crate) fn leave(text: &str, parsed: &Parsed, module: &str, here: &str) -> Option<Edit> {
    let local = |name: &ast::UseName| name.alias.as_ref().map_or(name.name.span, |alias| alias.span);
    parsed.file.entries.iter().find_map(|entry| {
        let ast::Node::Use(used) = &entry.node else { return None };
        let names = used.names.as_ref().filter(|_| used.path.text == module)?;
        let index = names.iter().position(|name| text.get(local(name).range()) == Some(here))?;
        let whole = names[index].name.span.to(local(&names[index]));
        let span = match (index.checked_sub(1), names.get(index + 1)) {
            (Some(before), _) => whole.with_start(local(&names[before]).end()),
            (None, Some(next)) => whole.with_end(next.name.span.start()),
            // The line goes with its last name.
            (None, None) => {
                let rest = text.get(entry.span.end() as usize..).unwrap_or_default();
                let end = entry.span.end() + u32::from(rest.starts_with('\n'));
                entry.span.with_end(end)
            }
        };
        Some(Edit { span, text: String::new() })
    })
}

fn end_of(name: &ast::UseName) -> Span {
    name.alias.as_ref().unwrap_or(&name.name).span.at_end()
}

fn insert(span: Span, text: String) -> Edit {
    Edit { span, text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::{FileId, parse};

    #[test]
    fn a_name_is_left_with_its_comma() {
        let left = |text: &str, here: &str| {
            let edit = leave(text, &parse(FileId(0), text), "std/data", here).expect("it is there");
            let mut text = text.to_owned();
            text.replace_range(edit.span.range(), &edit.text);
            text
        };
        let text = "use std/data { minio, redis as r, queue }\nlet x = 1\n";
        assert_eq!(left(text, "minio"), "use std/data { redis as r, queue }\nlet x = 1\n");
        assert_eq!(left(text, "r"), "use std/data { minio, queue }\nlet x = 1\n");
        assert_eq!(left(text, "queue"), "use std/data { minio, redis as r }\nlet x = 1\n");
        assert_eq!(left("use std/data { minio }\nlet x = 1\n", "minio"), "let x = 1\n");
    }

    #[test]
    fn the_head_ends_with_the_last_use() {
        assert_eq!(head("let x = 1\n"), "");
        assert_eq!(head("app a\nlet x = 1\n"), "app a");
        let uses = "// so\napp a\n\nuse ./team\nuse std/data {\n  redis,\n}";
        assert_eq!(head(&format!("{uses}\n\nlet x = 1\n")), uses);
        assert_eq!(head(uses), uses);
    }

    #[test]
    fn a_name_is_taken_where_it_belongs() {
        let taken = |text: &str, module: &str, name: &str| {
            let edit = take(text, &parse(FileId(0), text), module, name);
            let mut text = text.to_owned();
            text.replace_range(edit.span.range(), &edit.text);
            text
        };
        assert_eq!(taken("app a\n", "std/data", "redis"), "app a\n\nuse std/data { redis }\n");
        assert_eq!(taken("let x = 1\n", "std/data", "redis"), "use std/data { redis }\n\nlet x = 1\n");
        assert_eq!(
            taken("use std/data { minio, redis as r }\n", "std/data", "postgres"),
            "use std/data { minio, postgres, redis as r }\n"
        );
        assert_eq!(taken("use std/data { redis }\n", "std/data", "minio"), "use std/data { minio, redis }\n");
        assert_eq!(taken("use std/data {}\n", "std/data", "minio"), "use std/data { minio }\n");
        assert_eq!(
            taken("use std/data { redis }\nuse ./team\n", "std/web", "gateway"),
            "use std/data { redis }\nuse std/web { gateway }\nuse ./team\n"
        );
        assert_eq!(taken("use ./team\n", "std/web", "gateway"), "use std/web { gateway }\nuse ./team\n");
    }
}
