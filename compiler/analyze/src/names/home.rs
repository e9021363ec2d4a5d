//! Where the type of something is declared.

use super::scope::Walker;
use super::{Symbol, SymbolSort};
use crate::types::Type;
use laud_syntax::Span;

impl<'p> Walker<'_, 'p> {
    /// Notes where the types of something that is named are declared.
    pub(super) fn note_types(&mut self, symbol: &Symbol, ty: &Type<'p>) {
        if self.names.types.contains_key(&symbol.span) {
            return;
        }
        let homes = match symbol.sort {
            SymbolSort::Variant => self.type_around(symbol.span).into_iter().collect(),
            SymbolSort::Kind | SymbolSort::Type => vec![symbol.span],
            SymbolSort::Let
            | SymbolSort::Metrics
            | SymbolSort::Environment
            | SymbolSort::Declaration
            | SymbolSort::Parameter
            | SymbolSort::Output
            | SymbolSort::Field
            | SymbolSort::Variable => self.homes(ty),
        };
        if !homes.is_empty() {
            self.names.types.insert(symbol.span, homes);
        }
    }

    /// The names of the kinds and types that a type is made of.
    fn homes(&self, ty: &Type<'p>) -> Vec<Span> {
        match ty.bare() {
            Type::Kinds(kinds) => {
                kinds.iter().map(|(kind, _)| self.world.kind(*kind).ast.name.span).collect()
            }
            Type::Enum(ty) => {
                let first = ty.variants.first().map(|variant| variant.ast.name.span);
                self.home(first, ty.name.is_some())
            }
            Type::Record(record) => {
                self.home(record.fields.first().map(|field| field.ast.name.span), record.name.is_some())
            }
            Type::List(item) | Type::Map(item) | Type::Secret(item) => self.homes(item),
            _ => Vec::new(),
        }
    }

    /// The `type` around what a type begins with; that itself, where the type has no name.
    fn home(&self, first: Option<Span>, is_named: bool) -> Vec<Span> {
        let named = |first| self.type_around(first).filter(|_| is_named).unwrap_or(first);
        first.map(named).into_iter().collect()
    }

    fn type_around(&self, inside: Span) -> Option<Span> {
        let is_around = |ty: Span| ty.contains(inside);
        let around = self.world.aliases.iter().find(|alias| is_around(alias.ast.ty.span));
        around.map(|alias| alias.ast.name.span)
    }
}
