//! The parts of a plan that tests fill with little of their own.

use laud_plan::{Image, Limits, Origin, Restart, Service};

/// A safe service with nothing but an image, on the network `app`. Tests that
/// need more of one say what, and take the rest from here.
pub fn service(name: &str, origin: Origin) -> Service {
    Service {
        name: name.into(),
        kind: "service".into(),
        description: Default::default(),
        image: Image::Pinned("example/image:1.0".into()),
        command: None,
        entrypoint: None,
        env: Vec::new(),
        ports: Vec::new(),
        health: None,
        mounts: Default::default(),
        limits: Limits { memory: 256 << 20, cpu: 500, pids: 100 },
        replicas: 1,
        needs: Vec::new(),
        networks: ["app".into()].into(),
        user: None,
        read_only: true,
        tmpfs: Default::default(),
        capabilities: Default::default(),
        new_privileges: false,
        privileged: false,
        host_pid: false,
        restart: Restart::UnlessStopped,
        stop_grace: None,
        stop_signal: None,
        init: false,
        working_dir: None,
        shm_size: None,
        ulimits: Default::default(),
        sysctls: Default::default(),
        devices: Default::default(),
        gpus: None,
        extra_hosts: Default::default(),
        aliases: Default::default(),
        platform: None,
        labels: Default::default(),
        job: None,
        origin,
        origins: Default::default(),
    }
}
