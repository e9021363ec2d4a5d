//! Values: what has the type that is due, names before all.

use super::{Fill, Offer, OfferSort, declarations, offer, plain, words};
use crate::eval::FUNCTIONS;
use crate::names::SymbolSort;
use crate::names::sample::Sample;
use crate::names::scope::{Meaning, Scope, Walker};
use crate::types::Type;
use crate::world::{Def, Member};
use laud_syntax::FileId;

/// The most parts of declarations that are offered as values.
const MOST_PARTS: usize = 300;

impl<'p> Walker<'_, 'p> {
    /// What a value of a type could be.
    pub(super) fn values(&mut self, ty: &Type<'p>, scope: &Scope<'p>, file: FileId) -> Vec<Offer> {
        let mut found = Vec::new();
        match ty.bare() {
            Type::Enum(ty) => {
                for one in &ty.variants {
                    let symbol = self.variant(one).symbol;
                    found.push(match &one.fields {
                        Some(fields) => {
                            let fields = self.sample_fields(fields, file, 0);
                            let fill = Fill::Value(Sample::Fields(fields));
                            Offer { sort: OfferSort::Block, fill, ..offer(symbol, 1) }
                        }
                        None => offer(symbol, 1),
                    });
                }
            }
            Type::Bool => {
                found.extend(words(&["true", "false"]).into_iter().map(|one| Offer { rank: 1, ..one }))
            }
            Type::PromQl => {
                let fill = Fill::Value(Sample::Query(String::new()));
                found.push(Offer { fill, ..plain("promql", OfferSort::Keyword, 1) });
            }
            _ => {}
        }
        if ty.is_optional() {
            found.extend(words(&["none"]));
        }
        for (local, local_type) in &scope.locals {
            let symbol = self.symbol(local, SymbolSort::Variable, local_type.to_string(), None, "");
            found.push(offer(symbol, 1));
        }
        if let Some(kind) = scope.kind {
            let mut members: Vec<_> = self.world.kind(kind).members.values().copied().collect();
            members.sort_by_key(|member| self.member(kind, *member).symbol.span);
            for member in members {
                let meaning = self.member(kind, member);
                self.value(meaning, ty, 2, &mut found);
            }
        }
        for entries in &scope.bodies {
            for decl in declarations(entries) {
                if let Some(meaning) = self.declaration(decl, "") {
                    self.value(meaning, ty, 4, &mut found);
                }
            }
        }
        let names: Vec<String> = self.world.visible(file, |_| true).into_iter().map(str::to_owned).collect();
        for name in names {
            let def = self.world.lookup(file, &name);
            let Some(def) = def.filter(|def| !matches!(def, Def::Kind(_) | Def::Alias(_))) else { continue };
            if let Some(mut meaning) = self.definition(def) {
                meaning.symbol.name = name.into();
                self.value(meaning, ty, 3, &mut found);
            }
        }
        found.extend(FUNCTIONS.iter().map(|function| Offer {
            ty: function.signature.to_owned(),
            ..plain(function.name, OfferSort::Function, 5)
        }));
        found.extend(words(&["environment", "app"]));
        found
    }

    /// A name, and those of its parts that are of the type that is due.
    fn value(&mut self, meaning: Meaning<'p>, due: &Type<'p>, rank: u8, found: &mut Vec<Offer>) {
        let Meaning { symbol, ty } = meaning;
        let fits = self.fits(&ty, due);
        let (name, owner) = (symbol.name.clone(), symbol.span);
        found.push(offer(symbol, if fits { 1 } else { rank }));
        let Type::Kinds(kinds) = ty.bare() else { return };
        if fits || matches!(due, Type::Any) || found.len() >= MOST_PARTS {
            return;
        }
        let mut parts = Vec::new();
        for (kind, _) in kinds.iter() {
            let members: Vec<_> = self.world.kind(*kind).members.values().copied().collect();
            let members =
                members.into_iter().filter(|member| matches!(member, Member::Out(_) | Member::Child(_)));
            parts.extend(members.map(|member| self.member(*kind, member)));
        }
        let items = self.body_of(owner).unwrap_or_default();
        parts.extend(declarations(items).filter_map(|decl| self.declaration(decl, "")));
        parts.sort_by_key(|part| part.symbol.span);
        for part in parts.into_iter().filter(|part| self.fits(&part.ty, due)) {
            let path = format!("{name}.{}", part.symbol.name);
            found.push(Offer { name: path, ..offer(part.symbol, 2) });
        }
    }

    /// The parts of a value of a type.
    pub(super) fn parts(&mut self, of: &Type<'p>) -> Vec<Offer> {
        match of.bare() {
            Type::Kinds(kinds) => {
                let mut found = Vec::new();
                for (kind, _) in kinds.iter() {
                    let members: Vec<_> = self.world.kind(*kind).members.values().copied().collect();
                    for member in members.into_iter().filter(|member| !matches!(member, Member::Let(_))) {
                        let rank = if matches!(member, Member::Out(_)) { 1 } else { 2 };
                        found.push(offer(self.member(*kind, member).symbol, rank));
                    }
                }
                found
            }
            Type::Record(record) => {
                record.fields.iter().map(|field| offer(self.record_field(field).symbol, 1)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The types that a file sees.
    pub(super) fn types(&mut self, file: FileId) -> Vec<Offer> {
        let builtin = Type::BUILTIN_NAMES.iter().map(|name| plain(name, OfferSort::Builtin, 1));
        let mut found: Vec<Offer> = builtin.collect();
        found.extend(self.visible(file, |def| matches!(def, Def::Alias(_)), 2));
        let kinds = self.kinds(file, 3).into_iter().map(|kind| Offer { fill: Fill::Nothing, ..kind });
        found.extend(kinds);
        found
    }
}

/// The units of quantities, each with what it counts, the usual ones first.
const UNITS: [(&str, &str, &str); 21] = [
    ("Bytes", "MiB", "mebibytes, 1024 KiB"),
    ("Bytes", "GiB", "gibibytes, 1024 MiB"),
    ("Bytes", "KiB", "kibibytes, 1024 bytes"),
    ("Bytes", "TiB", "tebibytes, 1024 GiB"),
    ("Bytes", "B", "bytes"),
    ("Bytes", "kB", "kilobytes, 1000 bytes"),
    ("Bytes", "MB", "megabytes, 1000 kB"),
    ("Bytes", "GB", "gigabytes, 1000 MB"),
    ("Bytes", "TB", "terabytes, 1000 GB"),
    ("Duration", "s", "seconds"),
    ("Duration", "m", "minutes"),
    ("Duration", "h", "hours"),
    ("Duration", "d", "days"),
    ("Duration", "ms", "milliseconds"),
    ("Duration", "w", "weeks"),
    ("Percent", "%", "percent"),
    ("Rate", "/s", "per second"),
    ("Rate", "/m", "per minute"),
    ("Rate", "/h", "per hour"),
    ("Rate", "/d", "per day"),
    ("Cpu", "", "cores"),
];

/// The units that a number of a type could have: what follows it.
pub(super) fn units(ty: &Type<'_>) -> Vec<Offer> {
    let due = match ty.bare() {
        Type::Bytes => Some("Bytes"),
        Type::Duration => Some("Duration"),
        Type::Percent => Some("Percent"),
        Type::Rate => Some("Rate"),
        Type::Any | Type::EnvValue | Type::Data | Type::PromQl => None,
        _ => return Vec::new(),
    };
    let fitting = UNITS
        .iter()
        .enumerate()
        .filter(|(_, (ty, unit, _))| !unit.is_empty() && due.is_none_or(|due| due == *ty));
    let rank = |index: usize| u8::try_from(index).unwrap_or(u8::MAX);
    fitting
        .map(|(index, (ty, unit, doc))| Offer {
            ty: (*ty).to_owned(),
            doc: (*doc).to_owned(),
            ..plain(unit, OfferSort::Unit, rank(index))
        })
        .collect()
}
