//! What of the host and of the output reaches into a container: volumes,
//! files and folders, folders in memory, devices.

use super::frame::Frame;
use super::parts::Parts;
use super::words::{Escaped, Value};
use crate::yaml::Marked;
use laud_plan::{Device, Mount, MountSource, Tmpfs};
use serde::Serialize;
use std::fmt::{self, Display};

/// A mount, in compose's long form: the short one cannot carry a `:`.
#[derive(Serialize)]
pub(super) struct Volume<'a> {
    #[serde(rename = "type")]
    ty: &'static str,
    source: Marked<Escaped<Source<'a>>>,
    target: Marked<Value<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    read_only: Option<Marked<bool>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bind: Option<Bind>,
}

/// A missing path is an error; docker would make an empty folder of it.
#[derive(Default, Serialize)]
struct Bind {
    create_host_path: bool,
}

/// What is mounted, as compose finds it from the file's folder.
enum Source<'a> {
    Named(&'a str),
    Below(Below<'a>),
}

impl Display for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::Below(below) => below.fmt(f),
        }
    }
}

pub(super) fn volume<'a>(frame: &Frame<'a>, mount: &'a Mount) -> Marked<Volume<'a>> {
    let root = frame.context.spec_root;
    let (ty, source, field) = match &mount.source {
        MountSource::Volume(name) => ("volume", Source::Named(name), "of"),
        MountSource::Source { path, .. } => ("bind", Source::Below(Below { folder: root, path }), "from"),
        MountSource::Generated(path) => ("bind", Source::Below(Below { folder: ".", path }), "generated"),
        MountSource::Host(path) => ("bind", Source::Named(path), "host"),
    };
    let of = Parts { origin: mount.origin, origins: &mount.origins };
    let volume = Volume {
        ty,
        source: of.mark(field, Escaped(source)),
        target: of.mark("at", Value::literal(&mount.at)),
        read_only: of.maybe("read_only", mount.read_only.then_some(true)),
        bind: (ty == "bind").then(Bind::default),
    };
    Marked::new(mount.origin, volume)
}

/// A folder in memory, in compose's short form: the long one knows no owner.
pub(super) struct TmpfsLine<'a>(pub(super) &'a Tmpfs);

impl Display for TmpfsLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tmpfs { at, size, mode, uid, gid } = self.0;
        write!(f, "{at}:size={size},mode={mode}")?;
        if let Some(uid) = uid {
            write!(f, ",uid={uid}")?;
        }
        if let Some(gid) = gid {
            write!(f, ",gid={gid}")?;
        }
        Ok(())
    }
}

/// A device: the short form, which every compose 2 takes, unless a path holds
/// the colon that divides it.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum ComposeDevice<'a> {
    Short(Escaped<DeviceLine<'a>>),
    Long { source: Value<'a>, target: Value<'a>, permissions: Value<'a> },
}

pub(super) struct DeviceLine<'a>(&'a Device);

impl Display for DeviceLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.0.host, self.0.at, self.0.permissions)
    }
}

impl<'a> ComposeDevice<'a> {
    pub(super) fn new(device: &'a Device) -> Self {
        let Device { host, at, permissions } = device;
        if !host.contains(':') && !at.contains(':') {
            return Self::Short(Escaped(DeviceLine(device)));
        }
        let [source, target, permissions] = [host, at, permissions].map(|text| Value::literal(text));
        Self::Long { source, target, permissions }
    }
}

/// A path below a folder; an empty one is the folder.
pub(super) struct Below<'a> {
    pub(super) folder: &'a str,
    pub(super) path: &'a str,
}

impl Display for Below<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path {
            "" | "." => f.write_str(self.folder),
            path => write!(f, "{}/{path}", self.folder),
        }
    }
}
