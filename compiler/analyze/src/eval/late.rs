//! What a kind makes that nothing else is made of: alerts and panels.
//!
//! A plan that is made once leaves them for when their declaration is lowered,
//! and lets go of them after that: three of four instances of a large system
//! are of these, and each thread would have all of them for as long as it works.

use super::instance::Progress;
use super::{Eval, Scope};
use crate::world::{InstanceId, KindId};
use laud_syntax::ast;
use rustc_hash::FxHashMap;

/// What is left for later, and what became of it.
#[derive(Debug, Default)]
pub(crate) struct Late {
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
    /// By kind: how many alerts an instance of it has among them.
    alerts: FxHashMap<KindId, usize>,
}

impl<'p> Eval<'_, 'p> {
    /// Whether what a kind's own body declares there is left for later: what
    /// nobody changes, and what has no raw content.
    pub(super) fn is_late(&self, id: InstanceId, decl: &'p ast::Decl) -> bool {
        let primitives = self.world.primitives;
        let kind = || self.world.made_kind(&decl.kind).ok();
        self.late.is_some()
            && self.instance(id).overlays().is_empty()
            && kind().is_some_and(|kind| [primitives.alert, primitives.panel].contains(&Some(kind)))
            && !decl.body.as_ref().is_some_and(may_hold_raw)
    }

    /// How many of the alerts of an instance are left for later.
    pub(crate) fn late_alerts(&mut self, id: InstanceId) -> usize {
        let number = self.instance(id).kind;
        let kind = self.world.kind(number);
        let Some(late) = self.late.as_ref().filter(|_| !kind.ast.primitive) else { return 0 };
        if let Some(known) = late.alerts.get(&number) {
            return *known;
        }
        let decls = kind.ast.body.entries.iter().filter_map(ast::Entry::decl);
        let is_alert =
            |decl: &'p ast::Decl| self.world.made_kind(&decl.kind).ok() == self.world.primitives.alert;
        let alerts = decls.filter(|decl| self.is_late(id, decl) && is_alert(decl)).count();
        if let Some(late) = &mut self.late {
            late.alerts.insert(number, alerts);
        }
        alerts
    }

    /// Makes all that the instance's kind declares.
    pub(crate) fn make_all_children(&mut self, id: InstanceId) {
        self.make_children(id);
        if self.instance(id).progress != Progress::Children {
            return;
        }
        self.instance_mut(id).progress = Progress::AllChildren;
        let entries = &self.world.kind(self.instance(id).kind).ast.body.entries;
        self.on_behalf_of(id, |eval| {
            for entry in entries {
                if let ast::Node::Decl(decl) = &entry.node
                    && eval.is_late(id, decl)
                {
                    let before = eval.instance(id).children.len();
                    eval.make_child(id, entry, decl, Scope::of(id));
                    eval.put_in_order(id, before);
                }
            }
        });
        if let Some(late) = &mut self.late {
            late.of.push(id);
        }
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
        self.make_all_children(id);
        if let Some(late) = &mut self.late {
            late.is_asked = true;
        }
        true
    }

    /// All that an instance is made of, owners before what they own, with what
    /// was left for later.
    pub(crate) fn parts_with_late(&mut self, id: InstanceId) -> Vec<InstanceId> {
        let made = self.instances.len();
        if let Some(late) = self.late.as_mut().filter(|late| late.first.is_none()) {
            (late.first, late.from) = (Some(made), made);
        }
        let mut all = Vec::new();
        self.list_parts(id, &mut all, |eval, id| {
            eval.outline(id);
            if !eval.world.kind(eval.instance(id).kind).ast.primitive {
                eval.make_all_children(id);
            }
        });
        all
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
            instance.progress = Progress::Children;
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
