//! Celery's workers, by celery-exporter; and the system's own alert on their queues.

use super::Story;

macro_rules! worker {
    ($metric:literal $($label:literal)*) => {
        concat!($metric, r#"{job="celery",service="worker",instance="worker-exporter:9808""# $(, ",", $label)*, "}")
    };
}

const WAITING: [&str; 2] = [
    worker!("celery_queue_length" r#"queue_name="cleanup""#),
    worker!("celery_queue_length" r#"queue_name="job_processing""#),
];
const WORKERS: [&str; 2] = [
    worker!("celery_active_worker_count" r#"queue_name="job_processing""#),
    worker!("celery_active_worker_count" r#"queue_name="cleanup""#),
];
/// Of workers that take their jobs from the same broker, and are no concern of these.
const OTHERS: &str = worker!("celery_active_worker_count" r#"queue_name="mail""#);
/// The host names are those of containers, so that a deploy makes new ones.
const UP: [&str; 3] = [
    worker!("celery_worker_up" r#"hostname="0a6d8f1b2c3e""#),
    worker!("celery_worker_up" r#"hostname="5b7c9d0e1f2a""#),
    worker!("celery_worker_up" r#"hostname="9c8b7a6f5e4d""#),
];
const FAILED: [&str; 2] = [
    worker!("celery_task_failed_total" r#"hostname="0a6d8f1b2c3e",name="app.tasks.send",queue_name="celery",exception="ConnectionError""#),
    worker!("celery_task_failed_total" r#"hostname="0a6d8f1b2c3e",name="app.tasks.clean",queue_name="celery",exception="KeyError""#),
];
const SUCCEEDED: [&str; 2] = [
    worker!("celery_task_succeeded_total" r#"hostname="0a6d8f1b2c3e",name="app.tasks.send",queue_name="celery""#),
    worker!("celery_task_succeeded_total" r#"hostname="0a6d8f1b2c3e",name="app.tasks.clean",queue_name="celery""#),
];

pub(super) const STORIES: &[Story] = &[
    // The system's own: neither queue alone is too long.
    Story {
        alert: "EverythingWaits",
        minutes: 20,
        fires: &[&[(WAITING[0], "1500x20"), (WAITING[1], "1500x20")]],
        quiet: &[&[(WAITING[0], "1500x20"), (WAITING[1], "100x20")]],
    },
    Story {
        alert: "WorkerBacklog",
        minutes: 20,
        fires: &[&[(WAITING[0], "600x20"), (WAITING[1], "10x20")]],
        quiet: &[
            &[(WAITING[0], "300x20"), (WAITING[1], "300x20")],
            // A lot at once, that is done before long.
            &[(WAITING[0], "0x6 1000-100x10 0x3"), (WAITING[1], "0x20")],
        ],
    },
    Story {
        alert: "WorkerWorkerLost",
        minutes: 12,
        fires: &[
            &[(WORKERS[0], "2x5 1x7"), (WORKERS[1], "2x5 1x7"), (UP[0], "1x12"), (UP[1], "1x5 0x7")],
            // It is never heard of again, and the exporter has forgotten it.
            &[(WORKERS[0], "1x12"), (WORKERS[1], "1x12"), (UP[0], "1x12")],
        ],
        quiet: &[
            // A deploy: for ten minutes the exporter remembers who has said goodbye.
            &[
                (WORKERS[0], "2x4 1 2x7"),
                (WORKERS[1], "2x4 1 2x7"),
                (UP[0], "1x12"),
                (UP[1], "1x4 0x8"),
                (UP[2], "_x5 1x7"),
            ],
            &[(WORKERS[0], "2x12"), (WORKERS[1], "2x12"), (OTHERS, "1x12")],
            // All are gone, which is worse, and another alert's.
            &[(WORKERS[0], "0x12"), (WORKERS[1], "0x12"), (UP[0], "0x12"), (UP[1], "0x12")],
        ],
    },
    Story {
        alert: "WorkerFailures",
        minutes: 34,
        fires: &[
            &[(FAILED[0], "0+10x34"), (SUCCEEDED[0], "0+10x34")],
            // All of one kind fail, and none of the other.
            &[(FAILED[0], "0+1x34"), (SUCCEEDED[0], "0x34"), (FAILED[1], "0x34"), (SUCCEEDED[1], "0+99x34")],
        ],
        quiet: &[
            &[(FAILED[0], "0+1x34"), (SUCCEEDED[0], "0+99x34")],
            // One in a night; and the first that a worker ever did.
            &[(FAILED[0], "0x20 1x13"), (SUCCEEDED[0], "40x34")],
            &[(FAILED[0], "_x20 1x13"), (SUCCEEDED[0], "_x20 0x13")],
            &[(FAILED[0], "7x34"), (SUCCEEDED[0], "40x34")],
        ],
    },
];
