//! Which declarations at the top of files the values of each are made of, so
//! that after an edit only those are worked out again that the edit reaches.
//!
//! Whatever is evaluated is on behalf of one owner: the declaration at the top
//! to which the field, output or part belongs, whoever asks for it. When it
//! looks at an instance of another declaration, it reads that one: what it
//! shows to all (its name, its parts, its outputs and ports), or its fields as well.

use super::Eval;
use crate::world::InstanceId;
use laud_syntax::Diagnostic;
use rustc_hash::FxHashSet;
use std::cell::{Cell, RefCell};

/// On whose behalf something is evaluated, or what is read: a declaration at
/// the top, by its index in [`Eval::top`], or one of these.
pub(crate) type Owner = u32;

/// Nothing that is kept, or all of it: the environment as a whole.
pub(crate) const NOBODY: Owner = u32::MAX;

/// Which declarations there are, and of what they are made.
pub(crate) const SHAPE: Owner = u32::MAX - 1;

/// From here on, the `let`s of files.
pub(crate) const LETS: Owner = 1 << 31;

/// From here on, what declarations show to all, by their index.
pub(crate) const FACES: Owner = 1 << 30;

/// What was read so far.
#[derive(Debug)]
pub(crate) struct Reads {
    /// By instance: the declaration that it is of.
    owners: Vec<Owner>,
    owner: Cell<Owner>,
    /// Who reads what.
    edges: RefCell<FxHashSet<(Owner, Owner)>>,
    /// The one that was added last: reading comes in runs.
    last: Cell<(Owner, Owner)>,
    /// From which diagnostic on they are another owner's.
    turns: Vec<(usize, Owner)>,
    /// What is read for a part of a declaration, if that is followed.
    followed: RefCell<Option<Followed>>,
    /// The secrets that became part of a URL, and whose that is.
    pub(crate) in_url: Vec<(Owner, InstanceId)>,
    /// The declaration that is lowered.
    pub(crate) lowered: Owner,
    /// Those of which more was asked than they work out themselves, fields or what they show.
    pub(crate) late: FxHashSet<Owner>,
}

/// What is read for a part of a declaration.
#[derive(Debug)]
struct Followed {
    part: InstanceId,
    owner: Owner,
    reads: Vec<Owner>,
    /// Whether nothing else of the declaration is asked.
    alone: bool,
}

impl Default for Reads {
    fn default() -> Self {
        Self {
            owners: Vec::new(),
            owner: Cell::new(NOBODY),
            edges: RefCell::default(),
            last: Cell::new((NOBODY, NOBODY)),
            turns: Vec::new(),
            followed: RefCell::default(),
            in_url: Vec::new(),
            lowered: NOBODY,
            late: FxHashSet::default(),
        }
    }
}

impl Reads {
    /// Notes that an instance is looked at.
    #[inline(never)]
    pub(super) fn touch(&self, id: InstanceId) {
        let shown = self.owners[id.index()];
        if shown != self.owner.get() {
            self.read(FACES | shown);
        }
    }

    /// Notes that something is read.
    #[inline(never)]
    pub(super) fn read(&self, what: Owner) {
        let owner = self.owner.get();
        if owner == what || owner >= SHAPE {
            return;
        }
        if let Some(followed) = &mut *self.followed.borrow_mut()
            && followed.owner == owner
            && !followed.reads.contains(&what)
        {
            followed.reads.push(what);
        }
        if self.last.get() == (owner, what) {
            return;
        }
        self.last.set((owner, what));
        self.edges.borrow_mut().insert((owner, what));
    }

    /// From here on, notes what is read for a part of a declaration.
    pub(crate) fn follow(&mut self, part: InstanceId) {
        let owner = self.owner_of(part);
        *self.followed.get_mut() = Some(Followed { part, owner, reads: Vec::new(), alone: true });
    }

    /// What was read for the part that was followed, and whether that is all:
    /// what the declaration works out once for all of its parts, one alone reads.
    pub(crate) fn followed(&mut self) -> Option<(Vec<Owner>, bool)> {
        self.followed.get_mut().take().map(|followed| (followed.reads, followed.alone))
    }

    pub(super) fn add(&mut self, owner: Owner) {
        self.owners.push(owner);
    }

    pub(crate) fn owner_of(&self, id: InstanceId) -> Owner {
        self.owners[id.index()]
    }

    /// Who reads what, in order.
    pub(crate) fn edges(&self) -> Vec<(Owner, Owner)> {
        let mut edges: Vec<(Owner, Owner)> = self.edges.borrow().iter().copied().collect();
        edges.sort_unstable();
        edges
    }

    /// The owner of each of the diagnostics.
    pub(crate) fn owners<'d>(
        &self,
        found: &'d [Diagnostic],
    ) -> impl Iterator<Item = (Owner, &'d Diagnostic)> {
        let mut turns = self.turns.iter().copied().peekable();
        let mut owner = NOBODY;
        found.iter().enumerate().map(move |(index, one)| {
            while let Some((_, next)) = turns.next_if(|(at, _)| *at <= index) {
                owner = next;
            }
            (owner, one)
        })
    }
}

impl<'p> Eval<'_, 'p> {
    /// Runs on behalf of an owner.
    pub(crate) fn on_behalf<T>(&mut self, owner: Owner, run: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.turn(owner);
        let result = run(self);
        self.turn(before);
        result
    }

    /// Runs on behalf of what an instance is of.
    pub(super) fn on_behalf_of<T>(&mut self, id: InstanceId, run: impl FnOnce(&mut Self) -> T) -> T {
        self.on_behalf(self.owner_of(id), run)
    }

    /// Whose an instance is, if someone asks.
    pub(super) fn owner_of(&self, id: InstanceId) -> Owner {
        self.reads.as_ref().map_or(NOBODY, |reads| reads.owner_of(id))
    }

    /// From here on, it is on behalf of that owner; gives the one before.
    pub(crate) fn turn(&mut self, owner: Owner) -> Owner {
        let Some(reads) = &mut self.reads else { return NOBODY };
        let before = reads.owner.replace(owner);
        if before != owner {
            reads.turns.push((self.diagnostics.len(), owner));
        }
        before
    }

    /// Notes that a secret becomes part of a URL.
    pub(super) fn note_in_url(&mut self, secret: InstanceId) {
        self.in_url.insert(secret);
        if let Some(reads) = &mut self.reads {
            reads.in_url.push((reads.owner.get(), secret));
        }
    }

    /// Notes that a default was worked out and is remembered, perhaps for someone else.
    pub(super) fn note_late_default(&mut self, id: InstanceId) {
        self.note_late(id, self.is_port(id));
    }

    /// Notes that something was worked out for someone else, perhaps; whether it is shown to all.
    pub(super) fn note_late(&mut self, id: InstanceId, is_shown: bool) {
        if let Some(reads) = &mut self.reads
            && reads.owner_of(id) != reads.lowered
        {
            let owner = reads.owner_of(id);
            reads.late.insert(owner);
            if is_shown {
                reads.late.insert(FACES | owner);
            }
        }
    }

    /// Notes that fields of an instance are read, if someone asks.
    #[inline]
    pub(super) fn note_fields(&self, id: InstanceId) {
        if let Some(reads) = &self.reads {
            reads.read(reads.owner_of(id));
        }
    }

    /// Notes that a value of an instance is asked for, which may be worked out for someone else as well.
    #[inline]
    pub(super) fn note_shared(&self, id: InstanceId) {
        if let Some(reads) = &self.reads
            && let Some(followed) = &mut *reads.followed.borrow_mut()
            && followed.part != id
            && followed.owner == reads.owner_of(id)
        {
            followed.alone = false;
        }
    }

    /// Whether an instance is a port, whose values are shown to all.
    #[inline]
    pub(super) fn is_port(&self, id: InstanceId) -> bool {
        Some(self.instances[id.index()].kind) == self.world.primitives.port
    }

    /// Notes that something is read, if someone asks.
    pub(super) fn note_read(&self, what: Owner) {
        if let Some(reads) = &self.reads {
            reads.read(what);
        }
    }

    /// Notes that an instance is named, if someone asks.
    pub(super) fn note_named(&self, id: InstanceId) {
        if let Some(reads) = &self.reads {
            reads.touch(id);
        }
    }
}
