//! A Redis that is a cache and one that is a queue, by redis_exporter.

use super::Story;

macro_rules! cache {
    ($metric:literal $($label:literal)*) => {
        concat!($metric, r#"{job="redis",service="cache",instance="cache-exporter:9121""# $(, ",", $label)*, "}")
    };
}
macro_rules! jobs {
    ($metric:literal $($label:literal)*) => {
        concat!($metric, r#"{job="queue",service="jobs",instance="jobs-exporter:9121""# $(, ",", $label)*, "}")
    };
}

const CLIENTS: [&str; 2] = [cache!("redis_connected_clients"), cache!("redis_config_maxclients")];
const REJECTED: &str = cache!("redis_rejected_connections_total");
const EVICTED: &str = cache!("redis_evicted_keys_total");
const HITS: &str = cache!("redis_keyspace_hits_total");
const MISSES: &str = cache!("redis_keyspace_misses_total");
const WRONG_PASSWORD: &str = cache!("redis_errors_total" r#"err="WRONGPASS""#);
const NO_PASSWORD: &str = cache!("redis_errors_total" r#"err="NOAUTH""#);
const OTHER_ERROR: &str = cache!("redis_errors_total" r#"err="ERR""#);
const JOBS_CLIENTS: [&str; 2] = [jobs!("redis_connected_clients"), jobs!("redis_config_maxclients")];
const JOBS_REJECTED: &str = jobs!("redis_rejected_connections_total");
const JOBS_WRONG_PASSWORD: &str = jobs!("redis_errors_total" r#"err="WRONGPASS""#);
const JOBS_NO_PASSWORD: &str = jobs!("redis_errors_total" r#"err="NOAUTH""#);
const MEMORY: [&str; 2] = [jobs!("redis_memory_used_bytes"), jobs!("redis_memory_max_bytes")];
const WRITTEN: &str = jobs!("redis_aof_last_write_status");
const REWRITTEN: &str = jobs!("redis_aof_last_bgrewrite_status");

pub(super) const STORIES: &[Story] = &[
    Story {
        alert: "CacheClients",
        minutes: 10,
        fires: &[&[(CLIENTS[0], "850x10"), (CLIENTS[1], "1000x10")]],
        quiet: &[
            &[(CLIENTS[0], "750x10"), (CLIENTS[1], "1000x10")],
            &[(CLIENTS[0], "10x6 990x3 10"), (CLIENTS[1], "1000x10")],
        ],
    },
    // Within the last five minutes; long before; and before a restart.
    Story {
        alert: "CacheRejected",
        minutes: 8,
        fires: &[&[(REJECTED, "0x5 3x3")], &[(REJECTED, "7x4 0 2x4")]],
        quiet: &[&[(REJECTED, "0x8")], &[(REJECTED, "7x8")], &[(REJECTED, "7x4 0x4")]],
    },
    Story {
        alert: "CacheEvictions",
        minutes: 32,
        fires: &[&[(EVICTED, "0+7200x32")]],
        quiet: &[
            &[(EVICTED, "0+5400x32")],
            // All at once, to make room for one large value.
            &[(EVICTED, "0x17 120000x14")],
            &[(EVICTED, "9000000x10 0+60x21")],
        ],
    },
    Story {
        alert: "CacheMisses",
        minutes: 130,
        fires: &[&[(HITS, "0+600x130"), (MISSES, "0+1200x130")]],
        quiet: &[
            &[(HITS, "0+1800x130"), (MISSES, "0+1200x130")],
            // Hardly anyone asks; nobody does.
            &[(HITS, "0+60x130"), (MISSES, "0+300x130")],
            &[(HITS, "80x130"), (MISSES, "80x130")],
            // It has restarted with nothing in it, and filled up.
            &[(HITS, "0+6000x60 0x10 0+6000x60"), (MISSES, "0+600x60 0+6000x10 60000+600x60")],
        ],
    },
    Story {
        alert: "CachePasswordAttempts",
        minutes: 10,
        fires: &[
            &[(WRONG_PASSWORD, "0+3x10")],
            // Now with a password, now without: each alone would be few.
            &[(WRONG_PASSWORD, "0+1x10"), (NO_PASSWORD, "0+2x10")],
            // The series is there from the first attempt on.
            &[(NO_PASSWORD, "_ _ _ _ _ 8+8x5")],
        ],
        quiet: &[
            &[(WRONG_PASSWORD, "0+1x10"), (NO_PASSWORD, "2x10"), (OTHER_ERROR, "0+100x10")],
            &[(WRONG_PASSWORD, "500x6 0x4")],
        ],
    },
    Story {
        alert: "JobsMemory",
        minutes: 10,
        fires: &[&[(MEMORY[0], "90x10"), (MEMORY[1], "100x10")]],
        quiet: &[
            &[(MEMORY[0], "70x10"), (MEMORY[1], "100x10")],
            // Someone has taken the limit away.
            &[(MEMORY[0], "90x10"), (MEMORY[1], "0x10")],
        ],
    },
    Story {
        alert: "JobsNotWritten",
        minutes: 5,
        fires: &[&[(WRITTEN, "1x3 0x2"), (REWRITTEN, "1x5")], &[(WRITTEN, "1x5"), (REWRITTEN, "0x5")]],
        quiet: &[&[(WRITTEN, "1x5"), (REWRITTEN, "1x5")], &[(WRITTEN, "0x3 1x2"), (REWRITTEN, "1x5")]],
    },
    Story {
        alert: "JobsClients",
        minutes: 10,
        fires: &[&[(JOBS_CLIENTS[0], "850x10"), (JOBS_CLIENTS[1], "1000x10")]],
        quiet: &[&[(JOBS_CLIENTS[0], "750x10"), (JOBS_CLIENTS[1], "1000x10")]],
    },
    Story {
        alert: "JobsRejected",
        minutes: 8,
        fires: &[&[(JOBS_REJECTED, "0x5 3x3")]],
        quiet: &[&[(JOBS_REJECTED, "7x8")], &[(JOBS_REJECTED, "7x4 0x4")]],
    },
    Story {
        alert: "JobsPasswordAttempts",
        minutes: 10,
        fires: &[&[(JOBS_WRONG_PASSWORD, "0+1x10"), (JOBS_NO_PASSWORD, "0+2x10")]],
        quiet: &[&[(JOBS_WRONG_PASSWORD, "0+1x10"), (JOBS_NO_PASSWORD, "2x10")]],
    },
];
