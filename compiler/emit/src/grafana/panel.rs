//! Panels in the classic schema: what is asked, how it is drawn, in which
//! unit and colours.

use super::layout::Place;
use super::text::legend;
use laud_plan::{Panel, PanelKind, PanelUnit, Plan, Query, Severity, Text, Threshold};
use serde_json::{Map, Value, json};

/// The Grafana whose panel options these are: without it Grafana takes a panel
/// for one of its first versions and migrates it.
const PLUGIN_VERSION: &str = "12.0.0";

/// The narrowest graph whose legend is a table; below it is a list.
const TABLE_LEGEND_COLUMNS: u32 = 12;

/// A panel at its place.
pub(super) fn panel(plan: &Plan, datasource: &str, id: u32, panel: &Panel, at: Place) -> Value {
    json!({
        "id": id,
        "type": kind_name(panel.kind),
        "title": panel.title,
        "description": panel.description,
        "gridPos": grid_pos(at),
        "datasource": source(datasource),
        "pluginVersion": PLUGIN_VERSION,
        "targets": targets(plan, datasource, panel),
        "transformations": transformations(plan, panel),
        "fieldConfig": { "defaults": defaults(panel), "overrides": [] },
        "options": options(panel, at),
    })
}

/// A row's title line.
pub(super) fn row(id: u32, title: &str, y: u32) -> Value {
    json!({
        "id": id,
        "type": "row",
        "title": title,
        "gridPos": grid_pos(Place { x: 0, y, w: super::layout::COLUMNS, h: 1 }),
        "collapsed": false,
        "panels": [],
    })
}

fn grid_pos(at: Place) -> Value {
    json!({ "x": at.x, "y": at.y, "w": at.w, "h": at.h })
}

/// The datasource, as every panel and query names it.
fn source(uid: &str) -> Value {
    json!({ "type": "prometheus", "uid": uid })
}

fn kind_name(kind: PanelKind) -> &'static str {
    match kind {
        PanelKind::Timeseries => "timeseries",
        PanelKind::Stat => "stat",
        PanelKind::Table => "table",
    }
}

fn targets(plan: &Plan, datasource: &str, panel: &Panel) -> Vec<Value> {
    let table = panel.kind == PanelKind::Table;
    let target = |(index, query): (usize, &Query)| {
        // A table shows the latest values; over a range it would show every
        // sample of it.
        let instant = query.instant || table;
        json!({
            "refId": reference(index),
            "datasource": source(datasource),
            "editorMode": "code",
            "expr": query.expression,
            "legendFormat": legend(&query.legend, plan),
            "format": if table { "table" } else { "time_series" },
            "instant": instant,
            "range": !instant,
        })
    };
    panel.queries.iter().enumerate().map(target).collect()
}

/// The name of a query: `A`, …, `Z`, `AA`, …
fn reference(index: usize) -> String {
    let letter = char::from(b'A' + (index % 26) as u8);
    match index / 26 {
        0 => letter.to_string(),
        more => format!("{}{letter}", reference(more - 1)),
    }
}

/// A table's queries as one, without the columns that say nothing.
fn transformations(plan: &Plan, panel: &Panel) -> Vec<Value> {
    if panel.kind != PanelKind::Table {
        return Vec::new();
    }
    let several = panel.queries.len() > 1;
    let merge = several.then(|| json!({ "id": "merge", "options": {} }));
    let names = panel.queries.iter().enumerate().filter_map(|(index, query)| {
        let column = if several { format!("Value #{}", reference(index)) } else { "Value".to_owned() };
        column_title(plan, &query.legend).map(|title| (column, Value::from(title)))
    });
    let organize = json!({
        "id": "organize",
        "options": {
            "excludeByName": { "Time": true, "__name__": true, "env": true, "job": true },
            "indexByName": {},
            "renameByName": Value::Object(names.collect()),
        },
    });
    merge.into_iter().chain([organize]).collect()
}

/// The title of a query's column: its legend, unless that differs by series.
fn column_title(plan: &Plan, text: &Text) -> Option<String> {
    let title = legend(text, plan);
    let fixed = !text.parts.is_empty() && !title.contains("{{");
    fixed.then_some(title)
}

fn defaults(panel: &Panel) -> Value {
    let mut defaults = Map::new();
    defaults.insert("unit".to_owned(), unit(panel.unit).into());
    defaults.extend(panel.min.map(|min| ("min".to_owned(), number(min))));
    defaults.extend(panel.max.map(|max| ("max".to_owned(), number(max))));
    defaults.insert("color".to_owned(), color(panel));
    defaults.insert("mappings".to_owned(), mappings(panel.unit));
    defaults.insert("thresholds".to_owned(), thresholds(panel));
    defaults.insert("custom".to_owned(), custom(panel));
    Value::Object(defaults)
}

/// A number of JSON; whole ones without a fraction.
fn number(value: f64) -> Value {
    let whole = value as i64;
    if whole as f64 == value { Value::from(whole) } else { Value::from(value) }
}

fn unit(unit: PanelUnit) -> &'static str {
    match unit {
        PanelUnit::Number => "short",
        PanelUnit::Bytes => "bytes",
        PanelUnit::BytesPerSecond => "binBps",
        PanelUnit::Seconds => "s",
        PanelUnit::Ratio => "percentunit",
        PanelUnit::RequestsPerSecond => "reqps",
        PanelUnit::OperationsPerSecond => "ops",
        PanelUnit::UpDown => "none",
    }
}

fn color(panel: &Panel) -> Value {
    let judged = !panel.thresholds.is_empty() || panel.unit == PanelUnit::UpDown;
    match panel.kind {
        PanelKind::Timeseries => json!({ "mode": "palette-classic" }),
        PanelKind::Stat | PanelKind::Table if judged => json!({ "mode": "thresholds" }),
        // A number that nobody judged is neither good nor bad: no colour.
        PanelKind::Stat | PanelKind::Table => json!({ "mode": "fixed", "fixedColor": "text" }),
    }
}

fn mappings(unit: PanelUnit) -> Value {
    match unit {
        PanelUnit::UpDown => json!([{
            "type": "value",
            "options": {
                "0": { "index": 0, "text": "Down", "color": "red" },
                "1": { "index": 1, "text": "Up", "color": "green" },
            },
        }]),
        PanelUnit::Number
        | PanelUnit::Bytes
        | PanelUnit::BytesPerSecond
        | PanelUnit::Seconds
        | PanelUnit::Ratio
        | PanelUnit::RequestsPerSecond
        | PanelUnit::OperationsPerSecond => json!([]),
    }
}

fn thresholds(panel: &Panel) -> Value {
    let step = |threshold: &Threshold| json!({ "color": severity_color(threshold.severity), "value": number(threshold.from) });
    // What is below every threshold is fine; Grafana wants that said first.
    let base = json!({ "color": "green", "value": null });
    let steps: Vec<Value> = std::iter::once(base).chain(panel.thresholds.iter().map(step)).collect();
    json!({ "mode": "absolute", "steps": steps })
}

fn severity_color(severity: Option<Severity>) -> &'static str {
    match severity {
        None => "green",
        Some(Severity::Info) => "blue",
        Some(Severity::Warning) => "orange",
        Some(Severity::Critical) => "red",
    }
}

fn custom(panel: &Panel) -> Value {
    let hidden = json!({ "tooltip": false, "viz": false, "legend": false });
    match panel.kind {
        PanelKind::Timeseries => json!({
            "drawStyle": "line",
            "lineInterpolation": if panel.unit == PanelUnit::UpDown { "stepAfter" } else { "linear" },
            "lineWidth": 1,
            "fillOpacity": if panel.stacked { 40 } else { 10 },
            "gradientMode": "none",
            "showPoints": "never",
            "pointSize": 5,
            "spanNulls": false,
            "insertNulls": false,
            "stacking": { "mode": if panel.stacked { "normal" } else { "none" }, "group": "A" },
            "axisPlacement": "auto",
            "axisLabel": "",
            "axisColorMode": "text",
            "axisBorderShow": false,
            "axisCenteredZero": false,
            "scaleDistribution": { "type": "linear" },
            "barAlignment": 0,
            "barWidthFactor": 0.6,
            "hideFrom": hidden,
            "thresholdsStyle": { "mode": if panel.thresholds.is_empty() { "off" } else { "dashed" } },
        }),
        PanelKind::Table => json!({
            "align": "auto",
            "cellOptions": { "type": if panel.thresholds.is_empty() { "auto" } else { "color-text" } },
            "inspect": false,
            "filterable": false,
        }),
        PanelKind::Stat => json!({}),
    }
}

fn options(panel: &Panel, at: Place) -> Value {
    match panel.kind {
        PanelKind::Timeseries => json!({
            "legend": graph_legend(at),
            "tooltip": { "mode": "multi", "sort": "desc", "hideZeros": false },
        }),
        PanelKind::Stat => json!({
            "colorMode": if panel.unit == PanelUnit::UpDown { "background" } else { "value" },
            "graphMode": if sparkline(panel) { "area" } else { "none" },
            "justifyMode": "auto",
            "orientation": "auto",
            "percentChangeColorMode": "standard",
            "reduceOptions": { "calcs": ["lastNotNull"], "fields": "", "values": false },
            "showPercentChange": false,
            "textMode": "auto",
            "wideLayout": true,
        }),
        PanelKind::Table => json!({
            "cellHeight": "sm",
            "frameIndex": 0,
            "showHeader": true,
            "sortBy": [],
        }),
    }
}

/// A line under a number, where there is a course of it to draw.
fn sparkline(panel: &Panel) -> bool {
    panel.unit != PanelUnit::UpDown && panel.queries.iter().any(|query| !query.instant)
}

fn graph_legend(at: Place) -> Value {
    if at.w >= TABLE_LEGEND_COLUMNS {
        json!({
            "showLegend": true,
            "displayMode": "table",
            "placement": "bottom",
            "calcs": ["mean", "max", "lastNotNull"],
        })
    } else {
        json!({ "showLegend": true, "displayMode": "list", "placement": "bottom", "calcs": [] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_named_as_columns_are() {
        assert_eq!([0, 25, 26, 27, 701, 702].map(reference), ["A", "Z", "AA", "AB", "ZZ", "AAA"]);
    }

    #[test]
    fn whole_numbers_have_no_fraction() {
        assert_eq!(number(80.0), json!(80));
        assert_eq!(number(0.8), json!(0.8));
        assert_eq!(number(1e300), json!(1e300));
    }
}
