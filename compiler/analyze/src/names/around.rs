//! The body around a place: what may be set in it, and what is.

use super::body::Shape;
use super::offer::{Around, Probe};
use super::sample::Sample;
use super::scope::Walker;
use super::{Symbol, SymbolSort};
use crate::Program;
use crate::types::Type;
use crate::world::{Member, World};
use laud_syntax::{FileId, Span, ast};

/// A body whose fields are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// From `{` to `}`.
    pub span: Span,
    /// The kind or type that says which fields there are; empty where it has no name.
    pub of: String,
    /// Its documentation.
    pub doc: String,
    /// The fields, in the order in which they are declared.
    pub fields: Vec<BodyField>,
}

/// A field that a body may set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyField {
    /// The field.
    pub symbol: Symbol,
    /// Whether it has no default.
    pub needed: bool,
    /// The entry that sets it or opens it.
    pub set: Option<Span>,
    /// Whether it is opened, `limits { … }`, or set, `image = …`.
    pub opens: bool,
    /// A value to start from.
    pub sample: Sample,
}

impl Program {
    /// The innermost body around a byte of a file, if its fields are known.
    pub fn body_at(&self, file: FileId, offset: u32) -> Option<Body> {
        crate::on_large_stack(|| {
            let world = World::new(&self.loaded);
            let mut walker = Walker::new(&world, Some(Probe::new(file, offset)));
            walker.walk_file(&self.loaded.files[file.0 as usize].file);
            let around = walker.probe.take()?.body?;
            walker.body(&around, file)
        })
    }
}

impl<'p> Walker<'_, 'p> {
    fn body(&mut self, around: &Around<'p>, file: FileId) -> Option<Body> {
        let mut fields = Vec::new();
        let (of, doc) = match &around.shape {
            Shape::Of(kind) => {
                for index in 0..self.world.kind(*kind).params.len() {
                    let param = &self.world.kind(*kind).params[index];
                    let (ty, needed) = (param.ty.clone(), param.ast.default.is_none());
                    let symbol = self.member(*kind, Member::Param(index)).symbol;
                    fields.push(self.body_field(symbol, &ty, needed, around.entries, file));
                }
                let kind = self.world.kind(*kind);
                (kind.name.to_string(), kind.doc.to_owned())
            }
            Shape::Record(record) => {
                for field in &record.fields {
                    let symbol = self.record_field(field).symbol;
                    fields.push(self.body_field(
                        symbol,
                        &field.ty,
                        field.default.is_none(),
                        around.entries,
                        file,
                    ));
                }
                (record.name.as_deref().unwrap_or_default().to_owned(), String::new())
            }
            Shape::File | Shape::Definition | Shape::Environment | Shape::Map(_) | Shape::Free => {
                return None;
            }
        };
        Some(Body { span: around.span, of, doc, fields })
    }

    fn body_field(
        &mut self,
        symbol: Symbol,
        ty: &Type<'p>,
        needed: bool,
        entries: &[ast::Entry],
        file: FileId,
    ) -> BodyField {
        debug_assert!(matches!(symbol.sort, SymbolSort::Parameter | SymbolSort::Field));
        let opens = matches!(ty.bare(), Type::Record(_) | Type::Map(_));
        let set = set_by(entries, &symbol.name);
        BodyField {
            needed: needed && !ty.is_optional(),
            set,
            opens,
            sample: self.sample(ty, file, 0),
            symbol,
        }
    }
}

/// The entry that sets or opens a field.
fn set_by(entries: &[ast::Entry], name: &str) -> Option<Span> {
    entries.iter().find_map(|entry| {
        let path = match &entry.node {
            ast::Node::Field(field) => &field.path,
            ast::Node::Block(block) => &block.path,
            _ => return None,
        };
        path.first().filter(|first| first.text == name).map(|_| entry.span)
    })
}
