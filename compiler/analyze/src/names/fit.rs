//! Whether a value of one type may stand where another is due, as far as names
//! alone can tell: to sort what is offered, not to check it.

use super::scope::Walker;
use crate::types::Type;
use crate::world::{KindId, Member};

/// How far the parts of kinds are followed.
const DEEPEST: u32 = 4;

impl<'p> Walker<'_, 'p> {
    /// Whether a value that was found may stand where a type is due.
    pub(super) fn fits(&self, found: &Type<'p>, due: &Type<'p>) -> bool {
        match (found.bare(), due.bare()) {
            (Type::Any, _) | (_, Type::Any) => false,
            (Type::Kinds(found), Type::Kinds(due)) => {
                found.iter().any(|(found, _)| due.iter().any(|(due, _)| self.stands_for(*found, *due, 0)))
            }
            // A port gives its number, and a port may be one of a declaration.
            (Type::Kinds(found), Type::Port | Type::EnvValue | Type::Int) => {
                found.iter().any(|(kind, _)| Some(*kind) == self.world.primitives.port)
                    || (matches!(due.bare(), Type::EnvValue)
                        && found.iter().any(|(kind, _)| {
                            [self.world.primitives.secret, self.world.primitives.setting]
                                .contains(&Some(*kind))
                        }))
            }
            (Type::Kinds(found), Type::Secret(_)) => {
                found.iter().any(|(kind, _)| Some(*kind) == self.world.primitives.secret)
            }
            (Type::List(found), Type::List(due)) | (Type::Map(found), Type::Map(due)) => {
                self.fits(found, due)
            }
            (Type::Secret(_), Type::Secret(_) | Type::EnvValue) => true,
            (
                Type::Bool
                | Type::Int
                | Type::Float
                | Type::Text(_)
                | Type::Port
                | Type::Enum(_)
                | Type::Bytes,
                Type::EnvValue,
            ) => true,
            (Type::Text(found), Type::Text(due)) => found == due || *due == crate::types::TextForm::Plain,
            (Type::Text(_), Type::AlertText | Type::Image) => true,
            (Type::Int, Type::Float | Type::Cpu | Type::Port) | (Type::Float, Type::Cpu) => true,
            (Type::Enum(found), Type::Enum(due)) => found.name == due.name && found.name.is_some(),
            (Type::Record(found), Type::Record(due)) => found.name == due.name && found.name.is_some(),
            (found, due) => std::mem::discriminant(found) == std::mem::discriminant(due) && is_plain(found),
        }
    }

    /// Whether a declaration of a kind may stand where one of another is due:
    /// for a service, whatever makes one.
    fn stands_for(&self, found: KindId, due: KindId, depth: u32) -> bool {
        if found == due {
            return true;
        }
        if Some(due) != self.world.primitives.service || depth >= DEEPEST {
            return false;
        }
        let members = self.world.kind(found).members.values();
        let mut made = members.filter_map(|member| match member {
            Member::Child(decl) => self.world.lookup_kind(decl.kind.span.file(), &decl.kind.text),
            Member::Param(_) | Member::Out(_) | Member::Let(_) => None,
        });
        made.any(|made| self.stands_for(made, due, depth + 1))
    }
}

/// Whether the name of a type says all of it.
fn is_plain(ty: &Type<'_>) -> bool {
    matches!(
        ty,
        Type::Bool
            | Type::Int
            | Type::Float
            | Type::Bytes
            | Type::Duration
            | Type::Percent
            | Type::Rate
            | Type::Cpu
            | Type::Port
            | Type::Image
            | Type::PromQl
            | Type::AlertText
            | Type::EnvValue
            | Type::Data
            | Type::Metrics
    )
}
