//! Dashboards in the classic schema, whose last version is 42.

use super::layout;
use super::panel::{panel, row};
use crate::{File, json};
use laud_plan::{Dashboard, Grafana, Origin, Plan};
use serde_json::{Value, json};

/// The version of the schema: that of Grafana 12, which every later one reads.
const SCHEMA_VERSION: u32 = 41;

/// The longest uid that Grafana takes.
const LONGEST_UID: usize = 40;

/// The file of a dashboard.
pub(super) fn file(plan: &Plan, grafana: &Grafana, dashboard: &Dashboard) -> File {
    let (panels, causes) = panels(plan, grafana, dashboard);
    let content = json::print(&document(plan, dashboard, panels));
    let starts = json::item_lines(&content, "panels");
    let origins = std::iter::once((0, grafana.origin)).chain(starts.zip(causes)).collect();
    File { path: format!("grafana/dashboards/{}.json", dashboard.name), content, origins }
}

fn document(plan: &Plan, dashboard: &Dashboard, panels: Vec<Value>) -> Value {
    json!({
        "uid": uid(&[&plan.app, &plan.environment, &dashboard.name]),
        "title": dashboard.title,
        "description": dashboard.description,
        "tags": tags(plan, dashboard),
        "schemaVersion": SCHEMA_VERSION,
        "editable": false,
        "timezone": "browser",
        "refresh": "30s",
        "time": { "from": "now-3h", "to": "now" },
        "timepicker": {},
        "fiscalYearStartMonth": 0,
        // One crosshair for all graphs: what else happened at that moment?
        "graphTooltip": 1,
        "preload": false,
        "annotations": { "list": [] },
        "templating": { "list": [] },
        "links": [others(plan)],
        "panels": panels,
    })
}

/// A menu of all dashboards of this system.
fn others(plan: &Plan) -> Value {
    json!({
        "type": "dashboards",
        "title": "Dashboards",
        "tags": [plan.app.as_str()],
        "asDropdown": true,
        "icon": "external link",
        "includeVars": false,
        "keepTime": true,
        "targetBlank": false,
        "tooltip": "",
        "url": "",
    })
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

/// The panels of all rows, and what caused each. Rows are open: what is shown
/// is seen at first sight, and Grafana asks only for what is on the screen.
fn panels(plan: &Plan, grafana: &Grafana, dashboard: &Dashboard) -> (Vec<Value>, Vec<Origin>) {
    let mut panels = Vec::new();
    let mut causes = Vec::new();
    let mut ids = 1..;
    let mut top = 0;
    for group in &dashboard.rows {
        if !group.title.is_empty() {
            panels.push(row(ids.next().unwrap_or_default(), &group.title, top));
            causes.push(group.panels.first().map_or(grafana.origin, |first| first.origin));
            top += 1;
        }
        let (places, bottom) = layout::place(&group.panels, top);
        for (shown, at) in group.panels.iter().zip(places) {
            let id = ids.next().unwrap_or_default();
            panels.push(panel(plan, &grafana.datasource, id, shown, at));
            causes.push(shown.origin);
        }
        top = bottom;
    }
    (panels, causes)
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
