//! What is said of a type where it is written: the words of the innermost
//! parameter, field or type around it that has some. Looked for only to tell
//! someone what is expected.

use super::World;
use laud_syntax::{Span, ast};

/// What is said of a type.
#[derive(Clone, Copy, Default)]
pub(crate) struct Said<'p> {
    /// The doc comment.
    pub(crate) doc: &'p str,
    /// The default of the parameter or field that has the type.
    pub(crate) default: Option<&'p ast::Expr>,
}

impl<'p> World<'p> {
    /// What is said of the type of which a part is written there.
    pub(crate) fn said_at(&self, written: Span) -> Said<'p> {
        let mut said = Said::default();
        look(&self.loaded.files[written.file().0 as usize].file.entries, written, &mut said);
        said
    }
}

fn look<'p>(entries: &'p [ast::Entry], written: Span, said: &mut Said<'p>) {
    let around =
        |entry: &&ast::Entry| entry.span.start() <= written.start() && written.end() <= entry.span.end();
    let Some(entry) = entries.iter().find(around) else { return };
    match &entry.node {
        ast::Node::Kind(kind) => look(&kind.body.entries, written, said),
        ast::Node::Type(alias) => {
            said.doc = &entry.doc;
            look_in_type(&alias.ty, written, said);
        }
        ast::Node::Param(param) => {
            if !entry.doc.is_empty() {
                said.doc = &entry.doc;
            }
            said.default = param.default.as_ref();
            look_in_type(&param.ty, written, said);
        }
        _ => {}
    }
}

fn look_in_type<'p>(ty: &'p ast::TypeExpr, written: Span, said: &mut Said<'p>) {
    match &ty.node {
        ast::TypeNode::Record(body) => look(&body.entries, written, said),
        ast::TypeNode::Enum(variants) => {
            let fields = variants.iter().filter_map(|variant| variant.fields.as_ref());
            fields.for_each(|body| look(&body.entries, written, said));
        }
        ast::TypeNode::Optional(inner) => look_in_type(inner, written, said),
        ast::TypeNode::Generic(_, arguments) => {
            arguments.iter().for_each(|argument| look_in_type(argument, written, said));
        }
        ast::TypeNode::Named(_)
        | ast::TypeNode::Union(_)
        | ast::TypeNode::Range { .. }
        | ast::TypeNode::Matching { .. }
        | ast::TypeNode::Error => {}
    }
}
