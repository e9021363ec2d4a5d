//! The shape of `compose.yaml`: the top level, as compose-spec has it.

use super::frame::Frame;
use super::service::service;
use super::words::Escaped;
use crate::yaml::Marked;
use laud_plan::{MountSource, Origin, Plan};
use rustc_hash::FxHashMap;
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;

/// The whole file.
#[derive(Serialize)]
pub(super) struct Document<'a> {
    name: String,
    services: Services<'a>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    networks: Map<'a, Marked<Network>>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    volumes: Map<'a, Marked<Volume>>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    secrets: Map<'a, Marked<SecretFile<'a>>>,
}

/// A map that keeps its order; keys are not interpolated.
pub(super) struct Map<'a, V>(pub(super) Vec<(&'a str, V)>);

impl<V> Map<'_, V> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<V: Serialize> Serialize for Map<'_, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// A network of the project; compose puts the project's name before its own.
#[derive(Serialize)]
struct Network {
    #[serde(skip_serializing_if = "is_false")]
    internal: bool,
}

/// A volume of the project; compose puts the project's name before its own.
#[derive(Serialize)]
struct Volume {}

/// A secret that containers read as a file.
#[derive(Serialize)]
struct SecretFile<'a> {
    file: Escaped<SecretPath<'a>>,
}

/// Where the host keeps the file of a secret.
struct SecretPath<'a>(&'a str);

impl std::fmt::Display for SecretPath<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "./secrets/{}", self.0)
    }
}

/// The services, each made as it is printed, so that a large system is never
/// held twice.
struct Services<'a>(Frame<'a>);

impl Serialize for Services<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let frame = &self.0;
        serializer.collect_map(
            frame
                .services()
                .map(|(id, each)| (each.name.as_str(), Marked::new(each.origin, service(frame, id, each)))),
        )
    }
}

fn is_false(value: &bool) -> bool {
    !*value
}

/// The file; what is of no one declaration comes from the app.
pub(super) fn document(frame: Frame<'_>) -> Marked<Document<'_>> {
    let plan = frame.plan;
    let document = Document {
        name: plan.project(),
        networks: networks(plan),
        volumes: volumes(plan),
        secrets: secrets(&frame),
        services: Services(frame),
    };
    Marked::new(plan.origin, document)
}

/// Every network, caused by the first service that is on it.
fn networks(plan: &Plan) -> Map<'_, Marked<Network>> {
    let mut first: FxHashMap<&str, Origin> = FxHashMap::default();
    for service in &plan.services {
        for name in &*service.networks {
            first.entry(name).or_insert(service.origin);
        }
    }
    let entry = |network: &'_ laud_plan::Network| {
        let origin = first.get(network.name.as_str()).copied().unwrap_or_default();
        Marked::new(origin, Network { internal: network.internal })
    };
    Map(plan.networks.iter().map(|network| (network.name.as_str(), entry(network))).collect())
}

/// Every volume, in the order in which services first name them.
fn volumes(plan: &Plan) -> Map<'_, Marked<Volume>> {
    let mut seen = BTreeSet::new();
    let mounts = plan.services.iter().flat_map(|service| &service.mounts);
    let volumes = mounts.filter_map(|mount| match &mount.source {
        MountSource::Volume(name) => {
            seen.insert(name.as_str()).then(|| (name.as_str(), Marked::new(mount.origin, Volume {})))
        }
        MountSource::Source { .. } | MountSource::Generated(_) | MountSource::Host(_) => None,
    });
    Map(volumes.collect())
}

/// Every secret that some service reads as a file.
fn secrets<'a>(frame: &Frame<'a>) -> Map<'a, Marked<SecretFile<'a>>> {
    let secrets = frame.all_secret_files().into_iter().map(|id| {
        let secret = frame.plan.secret(id);
        let file = Escaped(SecretPath(&secret.name));
        (secret.name.as_str(), Marked::new(secret.origin, SecretFile { file }))
    });
    Map(secrets.collect())
}
