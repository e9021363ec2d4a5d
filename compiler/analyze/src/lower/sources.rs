//! What is built: a folder beside the spec that has a Dockerfile.

use super::Lower;
use crate::files::FileKind;
use crate::types::{TextForm, Type};
use crate::value::{RecordValue, Value};
use crate::world::InstanceId;
use laud_syntax::{Diagnostic, Span, code};
use std::rc::Rc;

impl<'p> Lower<'_, '_, 'p> {
    /// Whether the context of a build is a folder with the Dockerfile. Asked where
    /// the build is set: whoever else runs its image has nothing to add.
    pub(super) fn check_context(&mut self, id: InstanceId, build: &Rc<RecordValue<'p>>) {
        let context = self.literal(&build.get("context"), build.span);
        let dockerfile = self.literal(&build.get("dockerfile"), build.span);
        let is_there = self.eval.source_kind(&format!("{context}/{dockerfile}")) == Some(FileKind::File);
        // What has no path was reported.
        if is_there || context.is_empty() || dockerfile.is_empty() {
            return;
        }
        let diagnostic = match self.eval.source_kind(&context) {
            Some(FileKind::File) => {
                let at = self.author_of_source(id, &context, build.span);
                let folder =
                    context.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("/{folder}"));
                let message = format!("`{context}` is a file, and what is built is a folder");
                let help = format!("Name the folder that has the Dockerfile: `\".{folder}\"`.");
                Diagnostic::new(&code::MISSING_SOURCE, at, message).help(help)
            }
            Some(FileKind::Folder | FileKind::Other) | None => {
                let at = self.author_of_source(id, &context, build.span);
                let message = format!("there is no `{dockerfile}` in `{context}`");
                Diagnostic::new(&code::MISSING_SOURCE, at, message).help(
                    "A build needs a Dockerfile in its context; name another with `dockerfile = \"…\"`.",
                )
            }
        };
        self.report(diagnostic);
    }

    /// Where the author named a path beside the spec that became part of a build: the
    /// build, or, where the standard library has made that, the field that was handed on.
    fn author_of_source(&mut self, id: InstanceId, path: &str, build: Span) -> Span {
        let world = self.eval.world;
        if !world.is_standard(build.file()) {
            return build;
        }
        let mut around = self.eval.instance(id).parent;
        while let Some(id) = around {
            let params = &world.kind(self.eval.instance(id).kind).params;
            for (index, param) in params.iter().enumerate() {
                let is_source = matches!(param.ty.bare(), Type::Text(TextForm::SourcePath));
                if is_source && matches!(self.eval.param(id, index), Value::Text(text) if text == path) {
                    let mut fields = self.eval.instance(id).fields().iter();
                    let field = fields.find(|field| field.param as usize == index);
                    if let Some(field) = field.filter(|field| !world.is_standard(field.span.file())) {
                        return field.span;
                    }
                }
            }
            around = self.eval.instance(id).parent;
        }
        self.author_of(id)
    }
}
