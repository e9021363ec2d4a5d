// The types that `check-dashboard` holds each dashboard against.
//
// Grafana publishes the classic dashboard and the options of each panel plugin as separate types, and leaves a
// panel's `options` and `custom` as open records. `Dashboard` here joins them by the panel's `type`, so that a
// misspelt option or a value that the plugin does not know is an error.
import type * as grafana from "@grafana/schema";
import type * as barGauge from "@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen";
import type * as gauge from "@grafana/schema/dist/esm/raw/composable/gauge/panelcfg/x/GaugePanelCfg_types.gen";
import type * as heatmap from "@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen";
import type * as stat from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type * as stateTimeline from "@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen";
import type * as table from "@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen";
import type * as text from "@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen";
import type * as timeSeries from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";

/** A TypeScript type as JSON writes it: an enum is the set of its strings. */
type Json<T> = unknown extends T
  ? unknown
  : T extends string
    ? `${T}`
    : T extends number | boolean | null | undefined
      ? T
      : T extends Array<infer Item>
        ? Array<Json<Item>>
        : { [Key in keyof T]: Json<T[Key]> };

/** Grafana fills in what a panel leaves out, at every depth. */
type Defaulted<T> = unknown extends T
  ? unknown
  : T extends Array<unknown>
    ? T
    : T extends object
      ? { [Key in keyof T]?: Defaulted<T[Key]> }
      : T;

interface DataSource {
  type: string;
  uid: string;
}

/** What the Prometheus data source reads of a panel's query; Grafana publishes no type for it. */
interface PrometheusQuery {
  datasource?: DataSource;
  editorMode?: "builder" | "code";
  exemplar?: boolean;
  expr: string;
  format?: "time_series" | "table" | "heatmap";
  hide?: boolean;
  instant?: boolean;
  interval?: string;
  intervalFactor?: number;
  legendFormat?: string;
  range?: boolean;
  refId: string;
}

type Base = Omit<Json<grafana.Panel>, "type" | "options" | "fieldConfig" | "targets">;

interface FieldConfig<Custom> {
  defaults: Omit<Json<grafana.FieldConfig>, "custom"> & { custom?: Defaulted<Json<Custom>> };
  overrides: Json<grafana.FieldConfigSource["overrides"]>;
}

type Plugin<Type, Options, Custom = Record<string, never>> = Base & {
  type: Type;
  title: string;
  gridPos: grafana.GridPos;
  options?: Defaulted<Json<Options>>;
  fieldConfig?: FieldConfig<Custom>;
  targets?: PrometheusQuery[];
};

type Panel =
  | Plugin<"bargauge", barGauge.Options>
  | Plugin<"gauge", gauge.Options>
  | Plugin<"heatmap", heatmap.Options, heatmap.FieldConfig>
  | Plugin<"stat", stat.Options>
  | Plugin<"state-timeline", stateTimeline.Options, stateTimeline.FieldConfig>
  | Plugin<"table", table.Options, table.FieldConfig>
  | Plugin<"text", text.Options>
  | Plugin<"timeseries", timeSeries.Options, timeSeries.FieldConfig>;

/** What the Prometheus data source reads of an annotation, beside what Grafana itself does. */
type Annotation = Omit<Json<grafana.AnnotationQuery>, "target"> & {
  expr?: string;
  step?: string;
  tagKeys?: string;
  textFormat?: string;
  titleFormat?: string;
  useValueForTime?: boolean | "on" | "off";
  target?: PrometheusQuery | Json<NonNullable<grafana.AnnotationQuery["target"]>>;
};

type Row = Omit<Json<grafana.RowPanel>, "panels"> & { panels: Panel[] };

export type Dashboard = Omit<Json<grafana.Dashboard>, "panels" | "annotations"> & {
  title: string;
  uid: string;
  annotations?: { list?: Annotation[] };
  panels: Array<Panel | Row>;
};
