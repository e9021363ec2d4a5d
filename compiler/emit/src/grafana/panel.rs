//! Panels in the classic schema: what is asked, how it is drawn, in which
//! unit and colours. What Grafana takes for granted is left out: it fills in
//! every option of a panel that has none.

use super::layout::{COLUMNS, Place};
use super::text::{AUTOMATIC, legend};
use laud_plan::{PanelKind, PanelUnit, Plan, Query, Severity, Text, Threshold};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// The Grafana whose panel options these are: without it Grafana takes a panel
/// for one of its first versions and migrates it.
const PLUGIN_VERSION: &str = "12.0.0";

/// The narrowest graph whose legend is a table; below it is a list.
const TABLE_LEGEND_COLUMNS: u32 = 12;

/// A panel at its place.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Panel<'a> {
    id: u32,
    r#type: &'static str,
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    grid_pos: Place,
    datasource: DataSource<'a>,
    plugin_version: &'static str,
    targets: Vec<Target<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    transformations: Vec<Transformation>,
    field_config: FieldConfig,
    options: Options,
}

/// A row's title line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RowTitle<'a> {
    id: u32,
    r#type: &'static str,
    title: &'a str,
    grid_pos: Place,
    collapsed: bool,
    panels: [(); 0],
}

/// The datasource, as a panel names it for all of its queries.
#[derive(Serialize)]
struct DataSource<'a> {
    r#type: &'static str,
    uid: &'a str,
}

/// A query.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Target<'a> {
    ref_id: String,
    expr: &'a str,
    legend_format: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    #[serde(skip_serializing_if = "is_false")]
    instant: bool,
    #[serde(skip_serializing_if = "is_false")]
    range: bool,
}

/// A step from what is asked to what is shown.
#[derive(Serialize)]
#[serde(tag = "id", content = "options", rename_all = "camelCase")]
enum Transformation {
    Merge {},
    #[serde(rename_all = "camelCase")]
    Organize {
        exclude_by_name: Excluded,
        rename_by_name: Names,
    },
}

/// The columns that say nothing.
#[derive(Serialize)]
struct Excluded {
    #[serde(rename = "Time")]
    time: bool,
    __name__: bool,
    env: bool,
    job: bool,
}

/// Columns with their titles.
struct Names(Vec<(String, Cow<'static, str>)>);

impl Serialize for Names {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(column, title)| (column, title)))
    }
}

#[derive(Serialize)]
struct FieldConfig {
    defaults: Defaults,
    overrides: [(); 0],
}

/// How values are read and drawn.
#[derive(Serialize)]
struct Defaults {
    unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<Color>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mappings: Option<[Mapping; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thresholds: Option<Thresholds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom: Option<Custom>,
}

/// A number of JSON; whole ones without a fraction.
#[derive(Clone, Copy)]
struct Number(f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let whole = self.0 as i64;
        if whole as f64 == self.0 {
            serializer.serialize_i64(whole)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Color {
    mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed_color: Option<&'static str>,
}

/// Words for values.
#[derive(Serialize)]
struct Mapping {
    r#type: &'static str,
    options: Words,
}

#[derive(Serialize)]
struct Words {
    #[serde(rename = "0")]
    zero: Word,
    #[serde(rename = "1")]
    one: Word,
}

#[derive(Serialize)]
struct Word {
    index: u32,
    text: &'static str,
    color: &'static str,
}

#[derive(Serialize)]
struct Thresholds {
    mode: &'static str,
    steps: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    color: &'static str,
    value: Option<Number>,
}

/// What the kind of panel itself takes for each field.
#[derive(Serialize)]
#[serde(untagged)]
enum Custom {
    #[serde(rename_all = "camelCase")]
    Graph {
        #[serde(skip_serializing_if = "Option::is_none")]
        line_interpolation: Option<&'static str>,
        fill_opacity: u32,
        show_points: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        stacking: Option<Stacking>,
        #[serde(skip_serializing_if = "Option::is_none")]
        thresholds_style: Option<Mode>,
    },
    #[serde(rename_all = "camelCase")]
    Table { cell_options: CellOptions },
}

#[derive(Serialize)]
struct Stacking {
    mode: &'static str,
    group: &'static str,
}

#[derive(Serialize)]
struct Mode {
    mode: &'static str,
}

#[derive(Serialize)]
struct CellOptions {
    r#type: &'static str,
}

/// What the kind of panel itself takes.
#[derive(Serialize)]
#[serde(untagged)]
enum Options {
    Graph {
        #[serde(skip_serializing_if = "Option::is_none")]
        legend: Option<Legend>,
        tooltip: Tooltip,
    },
    #[serde(rename_all = "camelCase")]
    Stat { color_mode: &'static str, graph_mode: &'static str, reduce_options: Reduce },
    #[serde(rename_all = "camelCase")]
    Table { show_header: bool },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Legend {
    show_legend: bool,
    display_mode: &'static str,
    placement: &'static str,
    calcs: [&'static str; 3],
}

#[derive(Serialize)]
struct Tooltip {
    mode: &'static str,
    sort: &'static str,
}

#[derive(Serialize)]
struct Reduce {
    calcs: [&'static str; 1],
}

fn is_false(value: &bool) -> bool {
    !*value
}

impl<'a> Panel<'a> {
    /// The panel at its place.
    pub(super) fn new(
        plan: &'a Plan,
        datasource: &'a str,
        id: u32,
        panel: &'a laud_plan::Panel,
        at: Place,
    ) -> Self {
        Self {
            id,
            r#type: kind_name(panel.kind),
            title: &panel.title,
            description: &panel.description,
            grid_pos: at,
            datasource: DataSource { r#type: "prometheus", uid: datasource },
            plugin_version: PLUGIN_VERSION,
            targets: targets(plan, panel),
            transformations: transformations(plan, panel),
            field_config: FieldConfig { defaults: defaults(panel), overrides: [] },
            options: options(panel, at),
        }
    }
}

impl<'a> RowTitle<'a> {
    /// The title line of a row, at a distance from the top.
    pub(super) fn new(id: u32, title: &'a str, y: u32) -> Self {
        let grid_pos = Place { x: 0, y, w: COLUMNS, h: 1 };
        Self { id, r#type: "row", title, grid_pos, collapsed: false, panels: [] }
    }
}

fn kind_name(kind: PanelKind) -> &'static str {
    match kind {
        PanelKind::Timeseries => "timeseries",
        PanelKind::Stat => "stat",
        PanelKind::Table => "table",
    }
}

fn targets<'a>(plan: &Plan, panel: &'a laud_plan::Panel) -> Vec<Target<'a>> {
    let table = panel.kind == PanelKind::Table;
    let target = |(index, query): (usize, &'a Query)| {
        // A table shows the latest values; over a range it would show every
        // sample of it.
        let instant = query.instant || table;
        Target {
            ref_id: reference(index),
            expr: &query.expression,
            legend_format: legend(&query.legend, plan),
            format: table.then_some("table"),
            instant,
            range: !instant,
        }
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
fn transformations(plan: &Plan, panel: &laud_plan::Panel) -> Vec<Transformation> {
    if panel.kind != PanelKind::Table {
        return Vec::new();
    }
    let several = panel.queries.len() > 1;
    let merge = several.then_some(Transformation::Merge {});
    let names = panel.queries.iter().enumerate().filter_map(|(index, query)| {
        let column = if several { format!("Value #{}", reference(index)) } else { "Value".to_owned() };
        column_title(plan, &query.legend).map(|title| (column, title))
    });
    let organize = Transformation::Organize {
        exclude_by_name: Excluded { time: true, __name__: true, env: true, job: true },
        rename_by_name: Names(names.collect()),
    };
    merge.into_iter().chain([organize]).collect()
}

/// The title of a query's column: its legend, unless that differs by series.
fn column_title(plan: &Plan, text: &Text) -> Option<Cow<'static, str>> {
    let title = legend(text, plan);
    let fixed = title != AUTOMATIC && !title.contains("{{");
    fixed.then_some(title)
}

fn defaults(panel: &laud_plan::Panel) -> Defaults {
    Defaults {
        unit: unit(panel.unit),
        min: panel.min.map(Number),
        max: panel.max.map(Number),
        color: color(panel),
        mappings: mappings(panel.unit),
        thresholds: thresholds(panel),
        custom: custom(panel),
    }
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

/// Whether a value of the panel is good or bad.
fn is_judged(panel: &laud_plan::Panel) -> bool {
    !panel.thresholds.is_empty() || panel.unit == PanelUnit::UpDown
}

/// The colours, where Grafana would choose others: lines are told apart by it.
fn color(panel: &laud_plan::Panel) -> Option<Color> {
    match panel.kind {
        PanelKind::Timeseries => None,
        PanelKind::Stat | PanelKind::Table if is_judged(panel) => {
            Some(Color { mode: "thresholds", fixed_color: None })
        }
        // A number that nobody judged is neither good nor bad: no colour.
        PanelKind::Stat | PanelKind::Table => Some(Color { mode: "fixed", fixed_color: Some("text") }),
    }
}

fn mappings(unit: PanelUnit) -> Option<[Mapping; 1]> {
    match unit {
        PanelUnit::UpDown => Some([Mapping {
            r#type: "value",
            options: Words {
                zero: Word { index: 0, text: "Down", color: "red" },
                one: Word { index: 1, text: "Up", color: "green" },
            },
        }]),
        PanelUnit::Number
        | PanelUnit::Bytes
        | PanelUnit::BytesPerSecond
        | PanelUnit::Seconds
        | PanelUnit::Ratio
        | PanelUnit::RequestsPerSecond
        | PanelUnit::OperationsPerSecond => None,
    }
}

/// The thresholds where anything is judged by them: Grafana's own are red from 80 on.
fn thresholds(panel: &laud_plan::Panel) -> Option<Thresholds> {
    if !is_judged(panel) {
        return None;
    }
    let step = |threshold: &Threshold| Step {
        color: severity_color(threshold.severity),
        value: Some(Number(threshold.from)),
    };
    // What is below every threshold is fine; Grafana wants that said first.
    let base = Step { color: "green", value: None };
    let steps = std::iter::once(base).chain(panel.thresholds.iter().map(step)).collect();
    Some(Thresholds { mode: "absolute", steps })
}

fn severity_color(severity: Option<Severity>) -> &'static str {
    match severity {
        None => "green",
        Some(Severity::Info) => "blue",
        Some(Severity::Warning) => "orange",
        Some(Severity::Critical) => "red",
    }
}

fn custom(panel: &laud_plan::Panel) -> Option<Custom> {
    let has_thresholds = !panel.thresholds.is_empty();
    match panel.kind {
        PanelKind::Timeseries => Some(Custom::Graph {
            line_interpolation: (panel.unit == PanelUnit::UpDown).then_some("stepAfter"),
            fill_opacity: if panel.stacked { 40 } else { 10 },
            show_points: "never",
            stacking: panel.stacked.then_some(Stacking { mode: "normal", group: "A" }),
            thresholds_style: has_thresholds.then_some(Mode { mode: "dashed" }),
        }),
        PanelKind::Table => {
            has_thresholds.then_some(Custom::Table { cell_options: CellOptions { r#type: "color-text" } })
        }
        PanelKind::Stat => None,
    }
}

fn options(panel: &laud_plan::Panel, at: Place) -> Options {
    match panel.kind {
        PanelKind::Timeseries => {
            Options::Graph { legend: graph_legend(at), tooltip: Tooltip { mode: "multi", sort: "desc" } }
        }
        PanelKind::Stat => Options::Stat {
            color_mode: if panel.unit == PanelUnit::UpDown { "background" } else { "value" },
            graph_mode: if sparkline(panel) { "area" } else { "none" },
            reduce_options: Reduce { calcs: ["lastNotNull"] },
        },
        PanelKind::Table => Options::Table { show_header: true },
    }
}

/// A line under a number, where there is a course of it to draw.
fn sparkline(panel: &laud_plan::Panel) -> bool {
    panel.unit != PanelUnit::UpDown && panel.queries.iter().any(|query| !query.instant)
}

/// The legend where there is room for a table; Grafana's own is a list.
fn graph_legend(at: Place) -> Option<Legend> {
    (at.w >= TABLE_LEGEND_COLUMNS).then_some(Legend {
        show_legend: true,
        display_mode: "table",
        placement: "bottom",
        calcs: ["mean", "max", "lastNotNull"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn queries_are_named_as_columns_are() {
        assert_eq!([0, 25, 26, 27, 701, 702].map(reference), ["A", "Z", "AA", "AB", "ZZ", "AAA"]);
    }

    #[test]
    fn whole_numbers_have_no_fraction() {
        let number = |value| serde_json::to_value(Number(value)).expect("a number");
        assert_eq!(number(80.0), json!(80));
        assert_eq!(number(0.8), json!(0.8));
        assert_eq!(number(1e300), json!(1e300));
    }
}
