//! A plan of one job, and the calendars of its timer.

use laud_emit::{Context, File, Whole, systemd};
use laud_plan::*;
use laud_syntax::literal;
use thin_vec::ThinVec;

/// The values of `OnCalendar=` for a schedule.
pub(crate) fn calendars(schedule: &str) -> Vec<String> {
    let cron = literal::cron(schedule).expect("a schedule");
    let trigger = Trigger::Schedule(Schedule { text: schedule.into(), cron, origin: Origin::default() });
    let plan = Plan {
        app: "shop".into(),
        environment: "test".into(),
        services: vec![job(trigger)],
        ..Plan::default()
    };
    assert_eq!(systemd::check(&plan), []);
    let mut found = Vec::new();
    let mut sink = Whole::new(|file: File| {
        let lines = file.content.lines().filter_map(|line| line.strip_prefix("OnCalendar="));
        found.extend(lines.map(str::to_owned));
    });
    systemd::emit(&plan, Context { spec_root: "../.." }, &mut sink);
    found
}

fn job(trigger: Trigger) -> Service {
    Service {
        name: "sweep".into(),
        kind: "job".into(),
        description: Default::default(),
        image: Image::Pinned("example/app:1.0".into()),
        command: None,
        entrypoint: None,
        env: Vec::new(),
        ports: Vec::new(),
        health: None,
        mounts: ThinVec::new(),
        limits: Limits { memory: 64 << 20, cpu: 100, pids: 16 },
        replicas: 1,
        needs: Vec::new(),
        networks: ["app".into()].into(),
        user: None,
        read_only: true,
        tmpfs: ThinVec::new(),
        capabilities: ThinVec::new(),
        new_privileges: false,
        privileged: false,
        host_pid: false,
        restart: Restart::No,
        stop_grace: None,
        stop_signal: None,
        init: false,
        working_dir: None,
        shm_size: None,
        ulimits: ThinVec::new(),
        sysctls: ThinVec::new(),
        devices: ThinVec::new(),
        gpus: None,
        extra_hosts: ThinVec::new(),
        aliases: ThinVec::new(),
        platform: None,
        labels: ThinVec::new(),
        job: Some(Box::new(Job { trigger })),
        origin: Origin::default(),
        origins: Default::default(),
    }
}
