//! What exporters say when something is wrong, and when it is not, of the
//! services of `examples/laudatorai`: one story of each kind of service.

/// Series for which an alert fires, and like ones for which it does not.
pub(super) struct Story {
    /// The alert.
    pub(super) alert: &'static str,
    /// After how many minutes it is looked at.
    pub(super) minutes: u64,
    /// The series for which it fires, in promtool's words.
    pub(super) fires: &'static [(&'static str, &'static str)],
    /// The series for which it does not.
    pub(super) quiet: &'static [(&'static str, &'static str)],
}

const GOOD: &str = r#"http_requests_total{job="fastapi",service="backend",instance="a:8000",handler="/",method="GET",status="200"}"#;
const BAD: &str = r#"http_requests_total{job="fastapi",service="backend",instance="b:8000",handler="/",method="GET",status="503"}"#;
const FAST: &str = r#"http_request_duration_highr_seconds_bucket{job="fastapi",service="backend",instance="a:8000",le="0.5"}"#;
const SLOW: &str = r#"http_request_duration_highr_seconds_bucket{job="fastapi",service="backend",instance="a:8000",le="2.5"}"#;
const ALL: &str = r#"http_request_duration_highr_seconds_bucket{job="fastapi",service="backend",instance="a:8000",le="+Inf"}"#;
const UP: [&str; 2] = [
    r#"up{job="fastapi",service="backend",instance="a:8000"}"#,
    r#"up{job="fastapi",service="backend",instance="b:8000"}"#,
];
const CONNECTIONS: [&str; 2] = [
    r#"pg_stat_database_numbackends{job="postgres",service="db",instance="db",datname="laudatorai",datid="5"}"#,
    r#"pg_stat_database_numbackends{job="postgres",service="db",instance="db",datname="postgres",datid="1"}"#,
];
const MAX_CONNECTIONS: &str =
    r#"pg_settings_max_connections{job="postgres",service="db",instance="db",server="db:5432"}"#;
const DEADLOCKS: &str =
    r#"pg_stat_database_deadlocks{job="postgres",service="db",instance="db",datname="laudatorai",datid="5"}"#;
const QUEUE_MEMORY: [&str; 2] = [
    r#"redis_memory_used_bytes{job="queue",service="jobs",instance="jobs"}"#,
    r#"redis_memory_max_bytes{job="queue",service="jobs",instance="jobs"}"#,
];
const WAITING: [&str; 2] = [
    r#"celery_queue_length{job="celery",service="worker",instance="w",queue_name="cleanup"}"#,
    r#"celery_queue_length{job="celery",service="worker",instance="w",queue_name="job_processing"}"#,
];
const TASKS: [&str; 2] = [
    r#"celery_task_failed_total{job="celery",service="worker",instance="w",hostname="h",name="send",queue_name="cleanup",exception="E"}"#,
    r#"celery_task_succeeded_total{job="celery",service="worker",instance="w",hostname="h",name="send",queue_name="cleanup"}"#,
];
const SPACE: [&str; 2] = [
    r#"minio_cluster_capacity_usable_free_bytes{job="minio",service="files",instance="files",server="127.0.0.1:9000"}"#,
    r#"minio_cluster_capacity_usable_total_bytes{job="minio",service="files",instance="files",server="127.0.0.1:9000"}"#,
];
const CERTIFICATE: &str =
    r#"probe_ssl_earliest_cert_expiry{job="probe",service="edge",instance="https://laudator.example/"}"#;
const DISK: [&str; 3] = [
    r#"node_filesystem_avail_bytes{job="node_exporter",service="watch-node",instance="n",device="/dev/vda",fstype="ext4",mountpoint="/"}"#,
    r#"node_filesystem_size_bytes{job="node_exporter",service="watch-node",instance="n",device="/dev/vda",fstype="ext4",mountpoint="/"}"#,
    r#"node_filesystem_readonly{job="node_exporter",service="watch-node",instance="n",device="/dev/vda",fstype="ext4",mountpoint="/"}"#,
];
const CONTAINER: [&str; 2] = [
    r#"container_memory_working_set_bytes{job="cadvisor",service="watch-docker",instance="c",id="/a",name="a",container_label_com_docker_compose_project="laudatorai-production",container_label_com_docker_compose_service="db"}"#,
    r#"container_spec_memory_limit_bytes{job="cadvisor",service="watch-docker",instance="c",id="/a",name="a",container_label_com_docker_compose_project="laudatorai-production",container_label_com_docker_compose_service="db"}"#,
];
const STARTED: &str = r#"container_start_time_seconds{job="cadvisor",service="watch-docker",instance="c",id="/a",name="a",container_label_com_docker_compose_project="laudatorai-production",container_label_com_docker_compose_service="db"}"#;

pub(super) const STORIES: &[Story] = &[
    // One request of seven fails, and one of a hundred.
    Story {
        alert: "BackendErrors",
        minutes: 30,
        fires: &[(GOOD, "0+60x30"), (BAD, "0+10x30")],
        quiet: &[(GOOD, "0+990x30"), (BAD, "0+10x30")],
    },
    // All of them fail, and there is no series of good ones.
    Story { alert: "BackendErrors", minutes: 30, fires: &[(BAD, "0+60x30")], quiet: &[(GOOD, "0+60x30")] },
    Story {
        alert: "BackendSlow",
        minutes: 40,
        fires: &[(GOOD, "0+60x40"), (FAST, "0+30x40"), (SLOW, "0+60x40"), (ALL, "0+60x40")],
        quiet: &[(GOOD, "0+60x40"), (FAST, "0+59x40"), (SLOW, "0+60x40"), (ALL, "0+60x40")],
    },
    // One of two that is up is enough; that there is none at all is as bad as two that are down.
    Story {
        alert: "BackendDown",
        minutes: 10,
        fires: &[(UP[0], "0x10"), (UP[1], "0x10")],
        quiet: &[(UP[0], "1x10"), (UP[1], "0x10")],
    },
    Story { alert: "BackendDown", minutes: 10, fires: &[], quiet: &[(UP[0], "1x10")] },
    Story {
        alert: "DbConnections",
        minutes: 10,
        fires: &[(CONNECTIONS[0], "80x10"), (CONNECTIONS[1], "5x10"), (MAX_CONNECTIONS, "100x10")],
        quiet: &[(CONNECTIONS[0], "70x10"), (CONNECTIONS[1], "5x10"), (MAX_CONNECTIONS, "100x10")],
    },
    Story {
        alert: "DbDeadlocks",
        minutes: 10,
        fires: &[(DEADLOCKS, "0+2x10")],
        quiet: &[(DEADLOCKS, "1x10")],
    },
    Story {
        alert: "JobsMemory",
        minutes: 10,
        fires: &[(QUEUE_MEMORY[0], "90x10"), (QUEUE_MEMORY[1], "100x10")],
        quiet: &[(QUEUE_MEMORY[0], "70x10"), (QUEUE_MEMORY[1], "100x10")],
    },
    // The system's own: neither queue alone is too long.
    Story {
        alert: "EverythingWaits",
        minutes: 20,
        fires: &[(WAITING[0], "1500x20"), (WAITING[1], "1500x20")],
        quiet: &[(WAITING[0], "1500x20"), (WAITING[1], "100x20")],
    },
    Story {
        alert: "WorkerFailures",
        minutes: 60,
        fires: &[(TASKS[0], "0+10x60"), (TASKS[1], "0+10x60")],
        quiet: &[(TASKS[0], "0+1x60"), (TASKS[1], "0+99x60")],
    },
    Story {
        alert: "FilesSpace",
        minutes: 30,
        fires: &[(SPACE[0], "10x30"), (SPACE[1], "100x30")],
        quiet: &[(SPACE[0], "50x30"), (SPACE[1], "100x30")],
    },
    // 10 and 20 days from the start of the story.
    Story {
        alert: "EdgeCertificate",
        minutes: 90,
        fires: &[(CERTIFICATE, "864000x90")],
        quiet: &[(CERTIFICATE, "1728000x90")],
    },
    // Full within a day; and as full, but no fuller.
    Story {
        alert: "WatchNodeDiskFilling",
        minutes: 120,
        fires: &[(DISK[0], "39000-30x120"), (DISK[1], "100000x120"), (DISK[2], "0x120")],
        quiet: &[(DISK[0], "35400x120"), (DISK[1], "100000x120"), (DISK[2], "0x120")],
    },
    Story {
        alert: "WatchDockerMemory",
        minutes: 20,
        fires: &[(CONTAINER[0], "95x20"), (CONTAINER[1], "100x20")],
        quiet: &[(CONTAINER[0], "95x20"), (CONTAINER[1], "0x20")],
    },
    Story {
        alert: "WatchDockerRestarting",
        minutes: 15,
        fires: &[(STARTED, "1 1 1 4 4 7 7 9 9 9 9 9 9 9 9 9")],
        quiet: &[(STARTED, "1 1 1 4 4 4 4 4 4 4 4 4 4 4 4 4")],
    },
];
