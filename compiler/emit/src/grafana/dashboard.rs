//! Dashboards in the classic schema, whose last version is 42.

use super::layout;
use super::panel::{Panel, RowTitle};
use crate::{Sink, json};
use laud_plan::{Dashboard, Grafana, Origin, Plan};
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

/// The version of the schema: that of Grafana 12, which every later one reads.
const SCHEMA_VERSION: u32 = 41;

/// The longest uid that Grafana takes.
const LONGEST_UID: usize = 40;

/// A dashboard's document.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    uid: String,
    title: &'a str,
    description: &'a str,
    tags: Vec<&'a str>,
    schema_version: u32,
    editable: bool,
    timezone: &'static str,
    refresh: &'static str,
    time: Time,
    timepicker: Nothing,
    fiscal_year_start_month: u32,
    graph_tooltip: u32,
    preload: bool,
    annotations: List,
    templating: List,
    links: [Link<'a>; 1],
    panels: Panels<'a>,
}

#[derive(Serialize)]
struct Nothing {}

/// An empty list in the place where Grafana has one.
#[derive(Serialize)]
struct List {
    list: [Nothing; 0],
}

/// What a dashboard shows at first.
#[derive(Serialize)]
struct Time {
    from: &'static str,
    to: &'static str,
}

/// A menu of dashboards.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Link<'a> {
    r#type: &'static str,
    title: &'static str,
    tags: [&'a str; 1],
    as_dropdown: bool,
    icon: &'static str,
    include_vars: bool,
    keep_time: bool,
    target_blank: bool,
    tooltip: &'static str,
    url: &'static str,
}

/// Emits the file of a dashboard.
pub(super) fn emit(plan: &Plan, grafana: &Grafana, dashboard: &Dashboard, sink: &mut dyn Sink) {
    let path = format!("grafana/dashboards/{}.json", dashboard.name);
    let items = json::Items { list: "panels", causes: &mut causes(grafana, dashboard) };
    json::print_items(sink, &path, grafana.origin, &document(plan, grafana, dashboard), items);
}

fn document<'a>(plan: &'a Plan, grafana: &'a Grafana, dashboard: &'a Dashboard) -> Document<'a> {
    Document {
        uid: uid(&[&plan.app, &plan.environment, &dashboard.name]),
        title: &dashboard.title,
        description: &dashboard.description,
        tags: tags(plan, dashboard),
        schema_version: SCHEMA_VERSION,
        editable: false,
        timezone: "browser",
        refresh: "30s",
        time: Time { from: "now-3h", to: "now" },
        timepicker: Nothing {},
        fiscal_year_start_month: 0,
        // One crosshair for all graphs: what else happened at that moment?
        graph_tooltip: 1,
        preload: false,
        annotations: List { list: [] },
        templating: List { list: [] },
        links: [others(plan)],
        panels: Panels { plan, grafana, dashboard },
    }
}

/// A menu of all dashboards of this system.
fn others(plan: &Plan) -> Link<'_> {
    Link {
        r#type: "dashboards",
        title: "Dashboards",
        tags: [&plan.app],
        as_dropdown: true,
        icon: "external link",
        include_vars: false,
        keep_time: true,
        target_blank: false,
        tooltip: "",
        url: "",
    }
}

/// The app first, by which dashboards find each other; each tag once.
fn tags<'a>(plan: &'a Plan, dashboard: &'a Dashboard) -> Vec<&'a str> {
    let mut tags = vec![plan.app.as_str()];
    for tag in std::iter::once(plan.environment.as_str()).chain(dashboard.tags.iter().map(|tag| tag.as_str()))
    {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// The panels of all rows, each made as it is printed. Rows are open: what is
/// shown is seen at first sight, and Grafana asks only for what is on the screen.
struct Panels<'a> {
    plan: &'a Plan,
    grafana: &'a Grafana,
    dashboard: &'a Dashboard,
}

impl Serialize for Panels<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { plan, grafana, dashboard } = *self;
        let mut items = serializer.serialize_seq(None)?;
        let mut ids = 1..;
        let mut top = 0;
        for group in &dashboard.rows {
            if !group.title.is_empty() {
                items.serialize_element(&RowTitle::new(ids.next().unwrap_or_default(), &group.title, top))?;
                top += 1;
            }
            let (places, bottom) = layout::place(&group.panels, top);
            for (shown, at) in group.panels.iter().zip(places) {
                let id = ids.next().unwrap_or_default();
                items.serialize_element(&Panel::new(plan, &grafana.datasource, id, shown, at))?;
            }
            top = bottom;
        }
        items.end()
    }
}

/// What caused each item of [`Panels`], in order; a title comes from the first
/// panel below it.
fn causes<'a>(grafana: &'a Grafana, dashboard: &'a Dashboard) -> impl Iterator<Item = Origin> + 'a {
    dashboard.rows.iter().flat_map(|group| {
        let first = group.panels.first().map_or(grafana.origin, |first| first.origin);
        let title = (!group.title.is_empty()).then_some(first);
        title.into_iter().chain(group.panels.iter().map(|panel| panel.origin))
    })
}

/// A stable uid of `[A-Za-z0-9_-]`, of 40 characters at most: the words
/// themselves, or their beginning and a hash where they do not fit.
fn uid(words: &[&str]) -> String {
    let plain = words.join("-");
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if plain.len() <= LONGEST_UID && plain.chars().all(allowed) {
        return plain;
    }
    let hash = format!("-{:016x}", fnv1a(plain.as_bytes()));
    let kept = plain.chars().map(|c| if allowed(c) { c } else { '-' });
    kept.take(LONGEST_UID - hash.len()).collect::<String>() + &hash
}

/// FNV-1a, 64 bits: the same on every machine and in every version.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uids_are_words_while_they_fit() {
        assert_eq!(uid(&["laudatorai", "production", "overview"]), "laudatorai-production-overview");
        let long = uid(&["an-app-with-a-long-name", "production", "postgres-of-the-archive"]);
        assert_eq!(long.len(), LONGEST_UID);
        assert_ne!(long, uid(&["an-app-with-a-long-name", "production", "postgres-of-the-archives"]));
        assert_ne!(uid(&["a.b"]), uid(&["a-b"]));
    }
}
