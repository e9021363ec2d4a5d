//! An object store, by MinIO itself.

use super::Story;

macro_rules! files {
    ($metric:literal $($label:literal)*) => {
        concat!($metric, r#"{job="minio",service="files",instance="files:9000""# $(, ",", $label)*, "}")
    };
}

const UP: &str = files!("up");
const HEALTHY: &str = files!("minio_cluster_health_status" r#"server="127.0.0.1:9000""#);
const OFFLINE: &str = files!("minio_cluster_drive_offline_total" r#"server="127.0.0.1:9000""#);
const SPACE: [&str; 2] = [
    files!("minio_cluster_capacity_usable_free_bytes" r#"server="127.0.0.1:9000""#),
    files!("minio_cluster_capacity_usable_total_bytes" r#"server="127.0.0.1:9000""#),
];
const FAILED: &str =
    files!("minio_s3_requests_5xx_errors_total" r#"server="127.0.0.1:9000",api="putobject""#);
const ASKED: [&str; 2] = [
    files!("minio_s3_requests_total" r#"server="127.0.0.1:9000",api="putobject""#),
    files!("minio_s3_requests_total" r#"server="127.0.0.1:9000",api="getobject""#),
];
const REFUSED: &str = files!("minio_s3_requests_rejected_auth_total" r#"server="127.0.0.1:9000""#);

pub(super) const STORIES: &[Story] = &[
    Story {
        alert: "FilesDown",
        minutes: 6,
        fires: &[
            &[(UP, "1x3 0x3"), (HEALTHY, "1x3 stale"), (OFFLINE, "0x3 stale")],
            &[(UP, "1x6"), (HEALTHY, "0x6"), (OFFLINE, "0x6")],
            &[(UP, "1x6"), (HEALTHY, "1x6"), (OFFLINE, "1x6")],
        ],
        quiet: &[
            &[(UP, "1x6"), (HEALTHY, "1x6"), (OFFLINE, "0x6")],
            // It was slow to answer, once.
            &[(UP, "1x4 0 1"), (HEALTHY, "1x4 stale 1"), (OFFLINE, "0x4 stale 0")],
        ],
    },
    Story {
        alert: "FilesSpace",
        minutes: 30,
        fires: &[&[(SPACE[0], "10x30"), (SPACE[1], "100x30")]],
        quiet: &[
            &[(SPACE[0], "20x30"), (SPACE[1], "100x30")],
            // Its drive is gone, and with it all space; another alert tells of that.
            &[(SPACE[0], "0x30"), (SPACE[1], "0x30")],
        ],
    },
    Story {
        alert: "FilesErrors",
        minutes: 14,
        fires: &[&[(FAILED, "0+1x14"), (ASKED[0], "0+2x14"), (ASKED[1], "0+8x14")]],
        quiet: &[
            &[(FAILED, "0+1x14"), (ASKED[0], "0+2x14"), (ASKED[1], "0+58x14")],
            &[(ASKED[0], "0+2x14"), (ASKED[1], "0+8x14")],
            // One failed, and it was the only one.
            &[(FAILED, "0x5 1x8"), (ASKED[0], "5x5 6x8"), (ASKED[1], "90x14")],
            &[(FAILED, "3x14"), (ASKED[0], "5x14"), (ASKED[1], "90x14")],
            &[(FAILED, "900x6 0x7"), (ASKED[0], "990x6 0+2x7"), (ASKED[1], "9000x6 0+8x7")],
        ],
    },
    Story {
        alert: "FilesRefused",
        minutes: 12,
        fires: &[&[(REFUSED, "0+90x12")]],
        quiet: &[&[(REFUSED, "0+30x12")], &[(REFUSED, "0x3 400x8")], &[(REFUSED, "9000x6 0+10x6")]],
    },
];
