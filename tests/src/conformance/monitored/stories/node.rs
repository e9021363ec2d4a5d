//! The host, by node_exporter.

use super::Story;

macro_rules! node {
    ($metric:literal $($label:literal)*) => {
        concat!($metric, r#"{job="node_exporter",service="watch-node",instance="watch-node:9100""# $(, ",", $label)*, "}")
    };
}
/// Of the root, and of another disk.
macro_rules! disks {
    ($metric:literal) => {
        [
            node!($metric r#"device="/dev/vda1",device_error="",fstype="ext4",mountpoint="/""#),
            node!($metric r#"device="/dev/vdb1",device_error="",fstype="xfs",mountpoint="/srv""#),
        ]
    };
}

const IDLE: [&str; 2] = [
    node!("node_cpu_seconds_total" r#"cpu="0",mode="idle""#),
    node!("node_cpu_seconds_total" r#"cpu="1",mode="idle""#),
];
const WAITING: &str = node!("node_cpu_seconds_total" r#"cpu="0",mode="iowait""#);
const AVAILABLE: &str = node!("node_memory_MemAvailable_bytes");
const MEMORY: &str = node!("node_memory_MemTotal_bytes");
const MAJOR_FAULTS: &str = node!("node_vmstat_pgmajfault");
const OOM_KILLS: &str = node!("node_vmstat_oom_kill");
const AVAIL: [&str; 2] = disks!("node_filesystem_avail_bytes");
const SIZE: [&str; 2] = disks!("node_filesystem_size_bytes");
const READ_ONLY: [&str; 2] = disks!("node_filesystem_readonly");
const FILES: [&str; 2] = disks!("node_filesystem_files");
const FILES_FREE: [&str; 2] = disks!("node_filesystem_files_free");
const TMPFS: [&str; 3] = [
    node!("node_filesystem_avail_bytes" r#"device="tmpfs",device_error="",fstype="tmpfs",mountpoint="/run""#),
    node!("node_filesystem_size_bytes" r#"device="tmpfs",device_error="",fstype="tmpfs",mountpoint="/run""#),
    node!("node_filesystem_readonly" r#"device="tmpfs",device_error="",fstype="tmpfs",mountpoint="/run""#),
];
const ERRORS: [&str; 2] = disks!("node_filesystem_device_error");
/// A disk that does not answer has another label, and nothing else.
const ERROR: &str = node!("node_filesystem_device_error" r#"device="/dev/vdb1",device_error="input/output error",fstype="xfs",mountpoint="/srv""#);
const PRESSURE: &str = node!("node_pressure_io_waiting_seconds_total");
const OFFSET: &str = node!("node_timex_offset_seconds");
const SYNCHRONIZED: &str = node!("node_timex_sync_status");
const MAX_ERROR: &str = node!("node_timex_maxerror_seconds");
const BOOTED: &str = node!("node_boot_time_seconds");

pub(super) const STORIES: &[Story] = &[
    // Three idle seconds of each minute; all of one processor and half of the other; and a reboot.
    Story {
        alert: "WatchNodeCpu",
        minutes: 22,
        fires: &[&[(IDLE[0], "9000+3x22"), (IDLE[1], "9000+3x22"), (WAITING, "0+1x22")]],
        quiet: &[
            &[(IDLE[0], "9000x22"), (IDLE[1], "9000+30x22"), (WAITING, "0+1x22")],
            &[(IDLE[0], "9000+50x10 0+50x11"), (IDLE[1], "9000+50x10 0+50x11")],
        ],
    },
    Story {
        alert: "WatchNodeMemory",
        minutes: 8,
        fires: &[&[(AVAILABLE, "9x8"), (MEMORY, "100x8")]],
        quiet: &[&[(AVAILABLE, "11x8"), (MEMORY, "100x8")], &[(AVAILABLE, "50x4 9x3"), (MEMORY, "100x8")]],
    },
    Story {
        alert: "WatchNodeMemoryPressure",
        minutes: 14,
        fires: &[&[(MAJOR_FAULTS, "0+90000x14")]],
        // Half of it; a program that starts; a reboot.
        quiet: &[
            &[(MAJOR_FAULTS, "0+30000x14")],
            &[(MAJOR_FAULTS, "0x6 900000x7")],
            &[(MAJOR_FAULTS, "90000000x6 0+6000x7")],
        ],
    },
    Story {
        alert: "WatchNodeKilled",
        minutes: 10,
        fires: &[&[(OOM_KILLS, "3x6 4x3")]],
        quiet: &[&[(OOM_KILLS, "3x10")], &[(OOM_KILLS, "3x6 0x3")]],
    },
    // One of two disks.
    Story {
        alert: "WatchNodeDiskLow",
        minutes: 20,
        fires: &[&[
            (AVAIL[0], "9x20"),
            (SIZE[0], "100x20"),
            (READ_ONLY[0], "0x20"),
            (AVAIL[1], "90x20"),
            (SIZE[1], "100x20"),
            (READ_ONLY[1], "0x20"),
        ]],
        quiet: &[
            &[(AVAIL[0], "11x20"), (SIZE[0], "100x20"), (READ_ONLY[0], "0x20")],
            // What cannot be written to is as full as it was made, and memory is not a disk.
            &[(AVAIL[1], "0x20"), (SIZE[1], "100x20"), (READ_ONLY[1], "1x20")],
            &[(TMPFS[0], "0x20"), (TMPFS[1], "100x20"), (TMPFS[2], "0x20")],
            &[(AVAIL[0], "50x10 5x8 50"), (SIZE[0], "100x20"), (READ_ONLY[0], "0x20")],
        ],
    },
    // Full within a day; as full, but no fuller; filling as fast, but far from full.
    Story {
        alert: "WatchNodeDiskFilling",
        minutes: 120,
        fires: &[&[(AVAIL[0], "39000-30x120"), (SIZE[0], "100000x120"), (READ_ONLY[0], "0x120")]],
        quiet: &[
            &[(AVAIL[0], "35400x120"), (SIZE[0], "100000x120"), (READ_ONLY[0], "0x120")],
            &[(AVAIL[0], "44000-30x120"), (SIZE[0], "100000x120"), (READ_ONLY[0], "0x120")],
        ],
    },
    Story {
        alert: "WatchNodeInodesLow",
        minutes: 20,
        fires: &[&[
            (FILES_FREE[0], "9x20"),
            (FILES[0], "100x20"),
            (FILES_FREE[1], "90x20"),
            (FILES[1], "100x20"),
        ]],
        quiet: &[
            &[(FILES_FREE[0], "11x20"), (FILES[0], "100x20")],
            // Some file systems have no inodes to run out of.
            &[(FILES_FREE[1], "0x20"), (FILES[1], "0x20")],
        ],
    },
    Story {
        alert: "WatchNodeDiskFailing",
        minutes: 10,
        fires: &[
            &[(ERRORS[0], "0x10"), (ERRORS[1], "0x6 stale"), (ERROR, "_x7 1x3")],
            // The kernel has stopped writing to it.
            &[(ERRORS[0], "0x10"), (READ_ONLY[0], "0x6 1x3"), (READ_ONLY[1], "0x10")],
        ],
        quiet: &[
            &[(ERRORS[0], "0x10"), (READ_ONLY[0], "0x10"), (ERRORS[1], "0x10"), (READ_ONLY[1], "1x10")],
            // A medium that is taken out and put in.
            &[(ERRORS[1], "0x3 stale _ 0x4"), (READ_ONLY[1], "1x3 stale _ 1x4")],
        ],
    },
    Story {
        alert: "WatchNodeDiskSlow",
        minutes: 22,
        fires: &[&[(PRESSURE, "0+36x22")]],
        quiet: &[&[(PRESSURE, "0+24x22")], &[(PRESSURE, "0+55x10 605x11")], &[(PRESSURE, "90000x10 0+6x11")]],
    },
    // Behind is as bad as before.
    Story {
        alert: "WatchNodeClockSkew",
        minutes: 14,
        fires: &[&[(OFFSET, "0.06x14")], &[(OFFSET, "-0.06x14")]],
        quiet: &[&[(OFFSET, "0.04x14")], &[(OFFSET, "-0.04x14")], &[(OFFSET, "0.2x8 0x5")]],
    },
    Story {
        alert: "WatchNodeClockUnsynchronized",
        minutes: 30,
        fires: &[&[(SYNCHRONIZED, "0x30"), (MAX_ERROR, "16x30")]],
        quiet: &[
            &[(SYNCHRONIZED, "1x30"), (MAX_ERROR, "0.01x30")],
            // It has lost its source only now, and still knows the time well.
            &[(SYNCHRONIZED, "0x30"), (MAX_ERROR, "1+0.03x30")],
            &[(SYNCHRONIZED, "0x10 1x20"), (MAX_ERROR, "16x10 0.01x20")],
        ],
    },
    // Five minutes before; 25 minutes before.
    Story {
        alert: "WatchNodeRebooted",
        minutes: 35,
        fires: &[&[(BOOTED, "0x28 _ 1800x5")]],
        quiet: &[&[(BOOTED, "0x35")], &[(BOOTED, "0x9 _ 600x24")]],
    },
];
