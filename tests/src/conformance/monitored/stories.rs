//! What exporters say when something is wrong, and when it is not: of each
//! alert that does more than compare a metric with a number, in one environment.
//!
//! Series that keep an alert quiet are near to those for which it fires: the
//! same names and labels, and a value, a time or a state on the other side.

mod cadvisor;
mod celery;
mod fastapi;
mod gateway;
mod minio;
mod node;
mod outside;
mod postgres;
mod prometheus;
mod redis;

/// A series in promtool's words: its name with labels, and a value a minute.
pub(super) type Series = (&'static str, &'static str);

/// Series for which an alert fires, and like ones for which it does not.
pub(super) struct Story {
    /// The alert, as the plan calls it.
    pub(super) alert: &'static str,
    /// After how many minutes it is looked at.
    pub(super) minutes: u64,
    /// Series for which it fires, some at a time.
    pub(super) fires: &'static [&'static [Series]],
    /// Series for which it does not, some at a time.
    pub(super) quiet: &'static [&'static [Series]],
}

/// The stories of an environment.
const STORIES: &[(&str, &[Story])] = &[
    (LAUDATORAI, cadvisor::STORIES),
    (LAUDATORAI, celery::STORIES),
    (LAUDATORAI, fastapi::STORIES),
    (LAUDATORAI, gateway::STORIES),
    (LAUDATORAI, minio::STORIES),
    (LAUDATORAI, node::STORIES),
    (LAUDATORAI, postgres::STORIES),
    (LAUDATORAI, prometheus::STORIES),
    (LAUDATORAI, redis::STORIES),
    ("golden/emit/plain-tuned in test", outside::PLAIN),
    ("golden/emit/website in production", outside::WEBSITE),
];
const LAUDATORAI: &str = "examples/laudatorai in production";

/// Every story, with the environment that it is told of.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static Story)> {
    STORIES.iter().flat_map(|(environment, stories)| stories.iter().map(|story| (*environment, story)))
}
