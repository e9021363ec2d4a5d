//! Redirects that lead back to where they come from. A browser follows them
//! until it gives up, and no checker of nginx sees it.

use super::Lower;
use laud_plan::{Action, Gateway};
use laud_syntax::{Diagnostic, code};
use rustc_hash::FxHashMap;

impl Lower<'_, '_, '_> {
    /// Reports each circle of a gateway's redirects, at the first of its routes.
    pub(super) fn check_redirects(&mut self, gateway: &Gateway) {
        if !gateway.routes.iter().any(|route| matches!(route.action, Action::Redirect { .. })) {
            return;
        }
        let routes = Answers::of(gateway);
        for first in 0..gateway.routes.len() {
            let Some(circle) = circle(gateway, &routes, first) else { continue };
            // Of the routes of a circle, each would find it.
            if circle.iter().any(|at| *at < first) {
                continue;
            }
            let (route, way) = (&gateway.routes[first], &circle[1..]);
            let named = |at: &usize| format!("`{}`", gateway.routes[*at].location.path());
            let names: Vec<String> = way.iter().map(named).collect();
            let message = match names.is_empty() {
                true => format!("{} redirects to itself", named(&first)),
                false => format!("{} leads back to itself, by way of {}", named(&first), names.join(", ")),
            };
            let diagnostic = Diagnostic::new(&code::REDIRECT_CIRCLE, route.origin, message)
                .label("no browser ever arrives")
                .help("Redirect to a path that another route answers, or to another domain.");
            let others = way.iter().map(|at| gateway.routes[*at].origin);
            self.report(others.fold(diagnostic, |one, origin| one.related(origin, "by way of this")));
        }
    }
}

/// Which route of a gateway answers for a path.
pub(super) struct Answers<'p>(FxHashMap<&'p str, usize>);

impl<'p> Answers<'p> {
    pub(super) fn of(gateway: &'p Gateway) -> Self {
        let numbered = gateway.routes.iter().enumerate();
        Self(numbered.map(|(at, route)| (route.location.path().as_str(), at)).collect())
    }

    /// That of the very path, or of the longest that it is below.
    pub(super) fn to(&self, path: &str) -> Option<usize> {
        let above = path.match_indices('/').rev().map(|(at, _)| &path[..=at]);
        std::iter::once(path).chain(above).find_map(|path| self.0.get(path).copied())
    }
}

/// The routes from one of them back to itself, that one first.
fn circle(gateway: &Gateway, routes: &Answers<'_>, first: usize) -> Option<Vec<usize>> {
    let mut way = vec![first];
    loop {
        let Action::Redirect { to, .. } = &gateway.routes[*way.last()?].action else { return None };
        let next = routes.to(own_path(gateway, to)?)?;
        if next == first {
            return Some(way);
        }
        if way.contains(&next) {
            return None;
        }
        way.push(next);
    }
}

/// The path to which a redirect leads, if it leads to the gateway that it comes from.
fn own_path<'t>(gateway: &Gateway, to: &'t str) -> Option<&'t str> {
    let path = match to.split_once("//") {
        Some((scheme, rest)) if ["", "http:", "https:"].contains(&scheme) => {
            let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
            let mut names = std::iter::once(&gateway.domain).chain(&gateway.aliases);
            // Another port of the same name may be another server.
            names.any(|name| name.eq_ignore_ascii_case(host)).then_some(path)?
        }
        Some(_) | None => to,
    };
    let path = &path[..path.find(['?', '#']).unwrap_or(path.len())];
    Some(if path.is_empty() { "/" } else { path })
}
