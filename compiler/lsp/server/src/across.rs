//! Requests whose answers lie across files: symbols of the whole workspace,
//! homes of types, who depends on whom.

use crate::answer::{Answer, Failure, with};
use crate::convert;
use crate::names::Place;
use crate::position::Lines;
use crate::server::Server;
use laud_analyze::SymbolSort;
use laud_ide::{Edge, Found, Node, System};
use laud_syntax::Span;
use lsp_server::ErrorCode;
use lsp_types::request::{
    CallHierarchyIncomingCalls, CallHierarchyOutgoingCalls, CallHierarchyPrepare, CodeLensRequest,
    GotoDeclaration, GotoImplementation, GotoTypeDefinition, Request, SignatureHelpRequest,
    WorkspaceSymbolRequest,
};
use lsp_types::{
    CallHierarchyIncomingCall, CallHierarchyItem, CallHierarchyOutgoingCall, GotoDefinitionResponse,
    Location, OneOf, Range, SymbolKind, TextDocumentPositionParams, WorkspaceSymbol, WorkspaceSymbolResponse,
};
use serde_json::Value;

impl Server<'_> {
    /// The answer to a request across files.
    pub(crate) fn answer_across(&mut self, method: &str, params: Value) -> Answer {
        match method {
            WorkspaceSymbolRequest::METHOD => with::<WorkspaceSymbolRequest>(params, |asked| {
                let found = laud_ide::search(&mut self.workspace, &asked.query);
                let symbols = found.into_iter().filter_map(|one| self.workspace_symbol(one));
                Some(WorkspaceSymbolResponse::Nested(symbols.collect()))
            }),
            GotoTypeDefinition::METHOD => with::<GotoTypeDefinition>(params, |asked| {
                self.goto(&asked.text_document_position_params, laud_ide::type_definition)
            }),
            GotoDeclaration::METHOD => with::<GotoDeclaration>(params, |asked| {
                self.goto(&asked.text_document_position_params, |system, file, offset| {
                    laud_ide::declaration(system, file, offset).into_iter().collect()
                })
            }),
            GotoImplementation::METHOD => with::<GotoImplementation>(params, |asked| {
                self.goto(&asked.text_document_position_params, laud_ide::implementations)
            }),
            SignatureHelpRequest::METHOD => with::<SignatureHelpRequest>(params, |asked| {
                self.signature(&asked.text_document_position_params)
            }),
            CodeLensRequest::METHOD => {
                with::<CodeLensRequest>(params, |asked| self.lenses(&asked.text_document.uri))
            }
            CallHierarchyPrepare::METHOD => with::<CallHierarchyPrepare>(params, |asked| {
                let Place { system, file, offset } = self.place(&asked.text_document_position_params)?;
                let node = laud_ide::node(&system, file, offset)?;
                Some(vec![self.item(&system, node)?])
            }),
            CallHierarchyIncomingCalls::METHOD => with::<CallHierarchyIncomingCalls>(params, |asked| {
                let (system, name) = self.named(&asked.item)?;
                let edges = laud_ide::dependents(&system, name).into_iter();
                // The places are those of the one that depends.
                Some(
                    edges
                        .filter_map(|edge| self.edge(&system, edge))
                        .map(|(from, from_ranges)| CallHierarchyIncomingCall { from, from_ranges })
                        .collect(),
                )
            }),
            CallHierarchyOutgoingCalls::METHOD => with::<CallHierarchyOutgoingCalls>(params, |asked| {
                let (system, name) = self.named(&asked.item)?;
                let edges = laud_ide::dependencies(&system, name).into_iter().map(|mut edge| {
                    // The client shows them in the file of the one that depends.
                    edge.places.retain(|place| place.file() == name.file());
                    edge
                });
                Some(
                    edges
                        .filter_map(|edge| self.edge(&system, edge))
                        .map(|(to, from_ranges)| CallHierarchyOutgoingCall { to, from_ranges })
                        .collect(),
                )
            }),
            _ => Err(Failure::new(ErrorCode::MethodNotFound, format!("there is no method `{method}`"))),
        }
    }

    fn workspace_symbol(&self, found: Found) -> Option<WorkspaceSymbol> {
        let Found { path, text, symbol, container } = found;
        let range = Lines::new(text, self.encoding).range(symbol.name_span);
        Some(WorkspaceSymbol {
            name: symbol.name,
            kind: convert::symbol_kind(symbol.sort),
            tags: None,
            container_name: Some(container).filter(|container| !container.is_empty()),
            location: OneOf::Left(Location { uri: self.documents.uri(&path)?, range }),
            data: None,
        })
    }

    fn goto(
        &mut self,
        asked: &TextDocumentPositionParams,
        lead: impl FnOnce(&System, laud_syntax::FileId, u32) -> Vec<Span>,
    ) -> Option<GotoDefinitionResponse> {
        let Place { system, file, offset } = self.place(asked)?;
        let places = lead(&system, file, offset).into_iter();
        let found: Vec<Location> = places.filter_map(|span| self.location(&system, span)).collect();
        (!found.is_empty()).then_some(GotoDefinitionResponse::Array(found))
    }

    fn item(&self, system: &System, node: Node) -> Option<CallHierarchyItem> {
        let Location { uri, range } = self.location(system, node.span)?;
        let selection_range = self.location(system, node.name_span)?.range;
        Some(CallHierarchyItem {
            name: node.name,
            kind: kind(node.sort),
            tags: None,
            detail: Some(node.detail),
            uri,
            range,
            selection_range,
            data: None,
        })
    }

    fn edge(&self, system: &System, edge: Edge) -> Option<(CallHierarchyItem, Vec<Range>)> {
        let ranges = edge.places.into_iter().filter_map(|place| Some(self.location(system, place)?.range));
        let ranges = ranges.collect();
        Some((self.item(system, edge.node)?, ranges))
    }

    /// The name that an item was made of.
    fn named(&mut self, item: &CallHierarchyItem) -> Option<(std::sync::Arc<System>, Span)> {
        let path = crate::uri::path(&item.uri);
        let (system, file) = self.workspace.file(&path)?;
        let offset = self.lines(&system, file).offset(item.selection_range.start)?;
        let node = laud_ide::node(&system, file, offset)?;
        Some((system, node.name_span))
    }
}

fn kind(sort: SymbolSort) -> SymbolKind {
    match sort {
        SymbolSort::Kind => SymbolKind::CLASS,
        SymbolSort::Type => SymbolKind::STRUCT,
        SymbolSort::Variant => SymbolKind::ENUM_MEMBER,
        SymbolSort::Let | SymbolSort::Variable => SymbolKind::CONSTANT,
        SymbolSort::Metrics => SymbolKind::ARRAY,
        SymbolSort::Environment => SymbolKind::NAMESPACE,
        SymbolSort::Declaration => SymbolKind::OBJECT,
        SymbolSort::Parameter | SymbolSort::Field => SymbolKind::FIELD,
        SymbolSort::Output => SymbolKind::PROPERTY,
    }
}
