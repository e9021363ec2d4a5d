//! What a kind makes that nothing else is made of: alerts and panels.
//!
//! A plan that is made once leaves them for when their declaration is lowered,
//! and lets go of them after that: three of four instances of a large system
//! are of these, and each thread would have all of them for as long as it works.
//! Where a kind has many instances and they turned out to be good, they are not
//! made again for the next one either: they become a [`Mould`] that it takes over.

use super::instance::Progress;
use super::mould::Mould;
use super::{Eval, Instance, Scope};
use crate::world::{InstanceId, KindId};
use laud_syntax::ast;
use rustc_hash::FxHashMap;
use std::cell::{Cell, OnceCell};
use std::rc::Rc;

/// What is left for later, and what became of it.
#[derive(Debug, Default)]
pub(crate) struct Late<'p> {
    /// Of what the parts were made since the last were let go of.
    of: Vec<InstanceId>,
    /// Whether one was asked for by its name, and may be in a value.
    is_asked: bool,
    /// The number of the first of all these parts: those from there on come and go.
    first: Option<usize>,
    /// The number from which on there is nothing but parts to let go of.
    from: usize,
    /// Whose fields were read since they were asked for the last time.
    read: Vec<InstanceId>,
    /// By kind: what an instance of it leaves for later.
    left: FxHashMap<KindId, Rc<[Left<'p>]>>,
}

/// A declaration of a kind's own body that is left for later.
#[derive(Debug)]
pub(super) struct Left<'p> {
    /// Its place among the entries of the kind's body.
    pub(super) at: usize,
    entry: &'p ast::Entry,
    decl: &'p ast::Decl,
    is_alert: bool,
    /// How many instances have their own.
    made: Cell<u32>,
    /// What the next instance of the kind takes over; `None` if there can be no such thing.
    mould: OnceCell<Option<Rc<Mould<'p>>>>,
}

impl<'p> Left<'p> {
    /// Whether an instance is of this declaration.
    fn declares(&self, instance: &Instance<'p>) -> bool {
        instance.entry().is_some_and(|entry| std::ptr::eq(entry, self.entry))
    }
}

/// One of the parts that a declaration is made of.
#[derive(Debug)]
pub(crate) enum LatePart<'p> {
    Made(InstanceId),
    /// What stands in a mould, for an owner to take over.
    Moulded(Rc<Mould<'p>>, InstanceId),
}

impl<'p> Eval<'_, 'p> {
    /// What an instance of its kind leaves for later: what nobody changes, and
    /// what has no raw content.
    pub(super) fn left(&mut self, id: InstanceId) -> Option<Rc<[Left<'p>]>> {
        let instance = &self.instances[id.index()];
        let (world, number) = (self.world, instance.kind);
        let late = self.late.as_mut()?;
        if instance.external || !instance.overlays().is_empty() || world.kind(number).ast.primitive {
            return None;
        }
        let left = late.left.entry(number).or_insert_with(|| {
            let primitives = world.primitives;
            let entries = world.kind(number).ast.body.entries.iter().enumerate();
            let left = entries.filter_map(|(at, entry)| {
                let decl = entry.decl()?;
                let kind = world.made_kind(&decl.kind).ok();
                let (is_alert, is_panel) = (kind == primitives.alert, kind == primitives.panel);
                let is_left =
                    kind.is_some() && (is_alert || is_panel) && !decl.body.as_ref().is_some_and(may_hold_raw);
                is_left.then(|| Left {
                    at,
                    entry,
                    decl,
                    is_alert,
                    made: Cell::new(0),
                    mould: OnceCell::new(),
                })
            });
            left.collect()
        });
        (!left.is_empty()).then(|| left.clone())
    }

    /// How many of the alerts of an instance are left for later.
    pub(crate) fn late_alerts(&mut self, id: InstanceId) -> usize {
        self.left(id).map_or(0, |left| left.iter().filter(|one| one.is_alert).count())
    }

    /// Makes what was left for later, but for what is there in a mould: that it gives.
    fn make_late(&mut self, id: InstanceId) -> Vec<(usize, Rc<Mould<'p>>)> {
        if self.instance(id).progress != Progress::Children {
            return Vec::new();
        }
        let Some(left) = self.left(id) else { return Vec::new() };
        let (mut moulded, mut makes) = (Vec::new(), false);
        for one in left.iter() {
            match one.mould.get() {
                Some(Some(mould)) => moulded.push((one.at, mould.clone())),
                Some(None) | None => {
                    self.make_left(id, one);
                    makes = true;
                }
            }
        }
        if let Some(late) = self.late.as_mut().filter(|_| makes) {
            late.of.push(id);
        }
        moulded
    }

    fn make_left(&mut self, id: InstanceId, one: &Left<'p>) {
        one.made.set(one.made.get().saturating_add(1));
        let before = self.instance(id).children.len();
        self.on_behalf_of(id, |eval| eval.make_child(id, one.entry, one.decl, Scope::of(id)));
        self.put_in_order(id, before);
    }

    /// Puts the child that was made last where its entry stands.
    fn put_in_order(&mut self, id: InstanceId, last: usize) {
        let start = |child: &InstanceId| self.instance(*child).entry().map(|entry| entry.span.start());
        let children = &self.instance(id).children;
        let Some(made) = children.get(last) else { return };
        let later = children[..last].iter().position(|child| start(child) > start(made));
        if let Some(later) = later {
            self.instance_mut(id).children[later..].rotate_right(1);
        }
    }

    /// Makes for good what was left for later; tells whether something was.
    pub(super) fn keep_late(&mut self, id: InstanceId) -> bool {
        if self.instance(id).progress != Progress::Children {
            return false;
        }
        self.instance_mut(id).progress = Progress::AllChildren;
        let Some(left) = self.left(id) else { return false };
        for one in left.iter() {
            let children = &self.instance(id).children;
            if !children.iter().any(|child| one.declares(self.instance(*child))) {
                self.make_left(id, one);
            }
        }
        if let Some(late) = &mut self.late {
            late.is_asked = true;
        }
        true
    }

    /// All that an instance is made of, owners before what they own, with what
    /// was left for later.
    pub(crate) fn parts_with_late(&mut self, id: InstanceId) -> Vec<LatePart<'p>> {
        let made = self.instances.len();
        if let Some(late) = self.late.as_mut().filter(|late| late.first.is_none()) {
            (late.first, late.from) = (Some(made), made);
        }
        let mut all = Vec::new();
        self.list_with_late(id, &mut all);
        all
    }

    fn list_with_late(&mut self, id: InstanceId, all: &mut Vec<LatePart<'p>>) {
        all.push(LatePart::Made(id));
        self.outline(id);
        let moulded = self.make_late(id);
        let entries = &self.world.kind(self.instance(id).kind).ast.body.entries;
        let mut moulded = moulded.into_iter().map(|(at, mould)| (entries[at].span.start(), mould)).peekable();
        for index in 0..self.instance(id).children.len() {
            let child = self.instance(id).children[index];
            if moulded.peek().is_some() {
                let start = self.instance(child).entry().map_or(0, |entry| entry.span.start());
                while let Some((_, mould)) = moulded.next_if(|(before, _)| *before < start) {
                    all.push(LatePart::Moulded(mould, id));
                }
            }
            self.list_with_late(child, all);
        }
        all.extend(moulded.map(|(_, mould)| LatePart::Moulded(mould, id)));
        for index in 0..self.instance(id).items.len() {
            self.list_with_late(self.instance(id).items[index].1, all);
        }
    }

    /// Makes moulds of what was left for later and made since the last was let
    /// go of, in which nothing was wrong.
    pub(crate) fn make_moulds(&mut self) {
        let Some(late) = self.late.as_ref().filter(|late| !late.is_asked) else { return };
        let mut makes = false;
        for owner in late.of.clone() {
            let Some(left) = self.left(owner) else { continue };
            for child in self.instance(owner).children.clone() {
                let is_of = |one: &&Left<'p>| one.declares(self.instance(child));
                // Of most kinds there is one instance, which needs none.
                let wants = |one: &&Left<'p>| one.mould.get().is_none() && one.made.get() > 1;
                let Some(one) = left.iter().find(is_of).filter(wants) else { continue };
                let mould = self.mould(child, owner).map(Rc::new);
                makes |= mould.is_some();
                one.mould.get_or_init(|| mould);
            }
        }
        let end = self.instances.len();
        if let Some(late) = self.late.as_mut().filter(|_| makes) {
            late.from = end;
        }
    }

    /// Notes that the fields of an instance are read.
    pub(super) fn note_collected(&mut self, id: InstanceId) {
        if let Some(late) = &mut self.late {
            late.read.push(id);
        }
    }

    /// The instances whose fields were read since they were asked for the last
    /// time, and which are still there.
    pub(crate) fn take_collected(&mut self) -> Vec<InstanceId> {
        let Some(late) = &mut self.late else { return Vec::new() };
        let first = late.first.unwrap_or(usize::MAX);
        let mut read = std::mem::take(&mut late.read);
        read.retain(|id| id.index() < first);
        read
    }

    /// Lets go of what was made late, unless someone may still ask for it.
    pub(crate) fn let_go_of_late(&mut self) {
        let end = self.instances.len();
        let Some(late) = &mut self.late else { return };
        let Some(first) = late.first else { return };
        let of = std::mem::take(&mut late.of);
        if std::mem::take(&mut late.is_asked) {
            late.from = end;
            return;
        }
        for id in of.into_iter().filter(|id| id.index() < first) {
            let instance = &mut self.instances[id.index()];
            instance.children.retain(|child| child.index() < first);
            instance.children.shrink_to_fit();
        }
        late.from = self.instances.free(late.from..end);
    }
}

/// Whether raw content may stand in a body, or in a declaration in it.
pub(super) fn may_hold_raw(body: &ast::Body) -> bool {
    !body.plain
        && body.entries.iter().any(|entry| match &entry.node {
            ast::Node::Raw(_) | ast::Node::If(_) | ast::Node::For(_) => true,
            ast::Node::Decl(decl) => decl.body.as_ref().is_some_and(may_hold_raw),
            _ => false,
        })
}
