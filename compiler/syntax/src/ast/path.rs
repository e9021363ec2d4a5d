//! Names with dots between them.

use super::Ident;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Deref;
use thin_vec::{ThinVec, thin_vec};

/// Names with dots between them: one or more. Where there is one, as in most
/// entries, it takes no memory besides.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Path(Names);

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
enum Names {
    One(Ident),
    More(ThinVec<Ident>),
}

impl Path {
    /// Adds what follows the next dot.
    pub(crate) fn push(&mut self, name: Ident) {
        match &mut self.0 {
            Names::One(first) => self.0 = Names::More(thin_vec![first.clone(), name]),
            Names::More(names) => {
                names.reserve_exact(1);
                names.push(name);
            }
        }
    }
}

impl From<Ident> for Path {
    fn from(name: Ident) -> Self {
        Self(Names::One(name))
    }
}

impl Deref for Path {
    type Target = [Ident];

    fn deref(&self) -> &[Ident] {
        match &self.0 {
            Names::One(name) => std::slice::from_ref(name),
            Names::More(names) => names,
        }
    }
}

impl<'p> IntoIterator for &'p Path {
    type Item = &'p Ident;
    type IntoIter = std::slice::Iter<'p, Ident>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Path {
    /// As a list, whatever holds it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}
