//! Containers, by cAdvisor. It gives most of its samples a time of its own, so
//! that Prometheus sees them for five minutes after a container has ended; what
//! it gives none, the start and the limits, is gone at once.

use super::Story;

macro_rules! container {
    ($metric:literal $id:literal $service:literal $name:literal) => {
        container!($metric $id $service $name "laudatorai-production")
    };
    ($metric:literal $id:literal $service:literal $name:literal $project:literal) => {
        concat!(
            $metric,
            r#"{job="cadvisor",service="watch-docker",instance="watch-docker:8080",id="/system.slice/docker-"#,
            $id,
            r#".scope",image="registry.example/image:1",name=""#,
            $name,
            r#"",container_label_com_docker_compose_project=""#,
            $project,
            r#"",container_label_com_docker_compose_service=""#,
            $service,
            "\"}"
        )
    };
}
/// Of the database, of the container that takes its place, and of its neighbour.
macro_rules! three {
    ($metric:literal) => {
        [
            container!($metric "aaaa" "db" "laudatorai-production-db-1"),
            container!($metric "bbbb" "db" "laudatorai-production-db-1"),
            container!($metric "cccc" "cache" "laudatorai-production-cache-1"),
        ]
    };
}

const WORKING_SET: [&str; 3] = three!("container_memory_working_set_bytes");
const LIMIT: [&str; 3] = three!("container_spec_memory_limit_bytes");
const OOM: [&str; 3] = three!("container_oom_events_total");
const THROTTLED: [&str; 3] = three!("container_cpu_cfs_throttled_periods_total");
const PERIODS: [&str; 3] = three!("container_cpu_cfs_periods_total");
const STARTED: [&str; 3] = three!("container_start_time_seconds");
const SEEN: [&str; 3] = three!("container_last_seen");
const HEALTH: [&str; 3] = three!("container_health_state");
const UP: &str = r#"up{job="cadvisor",service="watch-docker",instance="watch-docker:8080"}"#;
/// A job that runs at a time has the name of its unit.
const JOB: [&str; 2] = [
    container!("container_last_seen" "dddd" "report" "laudatorai-production-report"),
    container!("container_start_time_seconds" "dddd" "report" "laudatorai-production-report"),
];
const OTHERS: [&str; 2] = [
    container!("container_last_seen" "eeee" "db" "laudatorai-staging-db-1" "laudatorai-staging"),
    container!("container_start_time_seconds" "eeee" "db" "laudatorai-staging-db-1" "laudatorai-staging"),
];
const SECOND: [&str; 2] = [
    container!("container_last_seen" "ffff" "db" "laudatorai-production-db-2"),
    container!("container_start_time_seconds" "ffff" "db" "laudatorai-production-db-2"),
];

pub(super) const STORIES: &[Story] = &[
    Story {
        alert: "WatchDockerMemory",
        minutes: 20,
        fires: &[&[
            (WORKING_SET[0], "95x20"),
            (LIMIT[0], "100x20"),
            (WORKING_SET[2], "5x20"),
            (LIMIT[2], "100x20"),
        ]],
        quiet: &[
            &[(WORKING_SET[0], "85x20"), (LIMIT[0], "100x20")],
            // It has no limit.
            &[(WORKING_SET[0], "95x20"), (LIMIT[0], "0x20")],
            // It was near to it, and has been replaced.
            &[
                (WORKING_SET[0], "95x8"),
                (LIMIT[0], "100x8 stale"),
                (WORKING_SET[1], "_x9 40x10"),
                (LIMIT[1], "_x9 100x10"),
            ],
        ],
    },
    // cAdvisor counts on when Docker starts the container again. It begins anew when it starts itself.
    Story {
        alert: "WatchDockerKilled",
        minutes: 10,
        fires: &[&[(OOM[0], "0x5 _ 1x3"), (OOM[2], "0x10")]],
        quiet: &[&[(OOM[0], "1x10"), (OOM[2], "0x10")], &[(OOM[0], "2x5 _ 0x3")]],
    },
    Story {
        alert: "WatchDockerThrottled",
        minutes: 22,
        fires: &[&[
            (THROTTLED[0], "0+200x22"),
            (PERIODS[0], "0+600x22"),
            (THROTTLED[2], "0x22"),
            (PERIODS[2], "0x22"),
        ]],
        quiet: &[
            &[(THROTTLED[0], "0+120x22"), (PERIODS[0], "0+600x22")],
            // It does nothing, and nothing of that had to wait.
            &[(THROTTLED[0], "50x22"), (PERIODS[0], "90x22")],
            // It needed more while it started.
            &[(THROTTLED[0], "0+600x8 4800x13"), (PERIODS[0], "0+600x22")],
        ],
    },
    Story {
        alert: "WatchDockerRestarting",
        minutes: 15,
        fires: &[
            &[(STARTED[0], "1 1 1 4 4 7 7 9 9 9 9 9 9 9 9 9")],
            &[(STARTED[0], "1x3 stale 240 stale 360 stale 480x8")],
        ],
        quiet: &[
            &[(STARTED[0], "1 1 1 4 4 4 4 4 4 4 4 4 4 4 4 4")],
            // Replaced, with others, again and again.
            &[
                (STARTED[0], "1x3 stale"),
                (STARTED[1], "_x4 240x4 stale"),
                (STARTED[2], "1x3 stale 240x4 stale 540x5"),
            ],
        ],
    },
    Story {
        alert: "WatchDockerUnhealthy",
        minutes: 10,
        fires: &[&[(HEALTH[0], "1x3 0x6"), (HEALTH[2], "1x10")]],
        quiet: &[
            &[(HEALTH[0], "1x10"), (HEALTH[2], "1x10")],
            // It starts; and it has no health check.
            &[(HEALTH[0], "0x3 1x6")],
            &[(HEALTH[0], "-1x10")],
        ],
    },
    // For 20 minutes it ran, and ten minutes later there is none.
    Story {
        alert: "WatchDockerGone",
        minutes: 30,
        fires: &[&[
            (UP, "1x30"),
            (SEEN[0], "0+60x20"),
            (STARTED[0], "0x20 stale"),
            (SEEN[2], "0+60x30"),
            (STARTED[2], "0x30"),
        ]],
        quiet: &[
            &[(UP, "1x30"), (SEEN[0], "0+60x30"), (STARTED[0], "0x30")],
            // Replaced; or one of two, which are one too many.
            &[
                (UP, "1x30"),
                (SEEN[0], "0+60x20"),
                (STARTED[0], "0x20 stale"),
                (SEEN[1], "_x21 1260+60x9"),
                (STARTED[1], "_x21 1260x9"),
            ],
            &[
                (UP, "1x30"),
                (SEEN[0], "0+60x30"),
                (STARTED[0], "0x30"),
                (SECOND[0], "0+60x20"),
                (SECOND[1], "0x20 stale"),
            ],
            // A job of the deploy, which was through in five minutes; and one that is due every night.
            &[(UP, "1x30"), (SEEN[0], "0+60x5"), (STARTED[0], "0x5 stale")],
            &[(UP, "1x30"), (JOB[0], "0+60x20"), (JOB[1], "0x20 stale")],
            // Another system's, on the same host.
            &[(UP, "1x30"), (OTHERS[0], "0+60x20"), (OTHERS[1], "0x20 stale")],
            // cAdvisor itself is down.
            &[(UP, "1x20 0x9"), (SEEN[0], "0+60x20"), (STARTED[0], "0x20 stale")],
        ],
    },
    // An hour later it is forgotten.
    Story {
        alert: "WatchDockerGone",
        minutes: 90,
        fires: &[&[(UP, "1x90"), (SEEN[0], "0+60x40"), (STARTED[0], "0x40 stale")]],
        quiet: &[&[(UP, "1x90"), (SEEN[0], "0+60x20"), (STARTED[0], "0x20 stale")]],
    },
];
