//! PostgreSQL, by postgres_exporter.

use super::Story;

macro_rules! db {
    ($metric:literal $($label:literal)*) => {
        concat!($metric, r#"{job="postgres",service="db",instance="db-exporter:9187""# $(, ",", $label)*, "}")
    };
}

const STARTED: &str = db!("pg_postmaster_start_time_seconds");
const CONNECTIONS: [&str; 2] = [
    db!("pg_stat_database_numbackends" r#"datid="16384""# r#"datname="laudatorai""#),
    db!("pg_stat_database_numbackends" r#"datid="5""# r#"datname="postgres""#),
];
const MAX_CONNECTIONS: &str = db!("pg_settings_max_connections");
/// The same transaction, at its statements and between them.
const TRANSACTION: [&str; 2] = [
    db!("pg_stat_activity_max_tx_duration" r#"datname="laudatorai",state="active",usename="laudatorai",application_name="",backend_type="client backend",wait_event_type="IO",wait_event="DataFileRead""#),
    db!("pg_stat_activity_max_tx_duration" r#"datname="laudatorai",state="idle in transaction",usename="laudatorai",application_name="",backend_type="client backend",wait_event_type="Client",wait_event="ClientRead""#),
];
const IDLE: &str = db!("pg_stat_activity_max_tx_duration" r#"datname="laudatorai",state="idle",usename="laudatorai",application_name="",backend_type="client backend",wait_event_type="Client",wait_event="ClientRead""#);
const VACUUM: &str = db!("pg_stat_activity_max_tx_duration" r#"datname="laudatorai",state="active",usename="",application_name="",backend_type="autovacuum worker",wait_event_type="Timeout",wait_event="VacuumDelay""#);
const DEADLOCKS: [&str; 2] = [
    db!("pg_stat_database_deadlocks" r#"datid="16384""# r#"datname="laudatorai""#),
    db!("pg_stat_database_deadlocks" r#"datid="5""# r#"datname="postgres""#),
];
const HIT: [&str; 2] = [
    db!("pg_stat_database_blks_hit" r#"datid="16384""# r#"datname="laudatorai""#),
    db!("pg_stat_database_blks_hit" r#"datid="5""# r#"datname="postgres""#),
];
const READ: [&str; 2] = [
    db!("pg_stat_database_blks_read" r#"datid="16384""# r#"datname="laudatorai""#),
    db!("pg_stat_database_blks_read" r#"datid="5""# r#"datname="postgres""#),
];
const UP: &str = db!("pg_up");
const SCRAPE_ERROR: &str = db!("pg_exporter_last_scrape_error");
const COLLECTORS: [&str; 2] = [
    db!("pg_scrape_collector_success" r#"collector="wal""#),
    db!("pg_scrape_collector_success" r#"collector="stat_database""#),
];

pub(super) const STORIES: &[Story] = &[
    // Three minutes before; half an hour before, and six minutes before, which is not new any more.
    Story {
        alert: "DbRestarted",
        minutes: 33,
        fires: &[&[(STARTED, "0x29 _ 1800x3")]],
        quiet: &[&[(STARTED, "0x33")], &[(STARTED, "0x25 _ 1620x8")]],
    },
    Story {
        alert: "DbConnections",
        minutes: 10,
        fires: &[&[(CONNECTIONS[0], "80x10"), (CONNECTIONS[1], "5x10"), (MAX_CONNECTIONS, "100x10")]],
        quiet: &[
            &[(CONNECTIONS[0], "70x10"), (CONNECTIONS[1], "5x10"), (MAX_CONNECTIONS, "100x10")],
            // A rush that is over before anyone could look.
            &[(CONNECTIONS[0], "5x6 90x3 5"), (CONNECTIONS[1], "5x10"), (MAX_CONNECTIONS, "100x10")],
        ],
    },
    Story {
        alert: "DbSlowTransaction",
        minutes: 10,
        fires: &[
            &[(TRANSACTION[1], "1500+60x10")],
            // It goes on from one statement to the next, each time as another series.
            &[
                (TRANSACTION[0], "1500 stale _ _ _ 1800 stale 1920 stale _ 2100"),
                (TRANSACTION[1], "_ 1560+60x3 stale 1860 stale 1980 2040 stale"),
            ],
        ],
        quiet: &[
            &[(TRANSACTION[1], "1100+60x10")],
            // It has ended, and another has begun.
            &[(TRANSACTION[0], "1500+60x8 0+60x1")],
            // What waits for its next statement outside of a transaction, and who cleans up a large table.
            &[(IDLE, "7200+60x10")],
            &[(VACUUM, "7200+60x10")],
        ],
    },
    Story {
        alert: "DbDeadlocks",
        minutes: 10,
        fires: &[&[(DEADLOCKS[0], "0+2x10"), (DEADLOCKS[1], "0x10")]],
        quiet: &[
            &[(DEADLOCKS[0], "1x10"), (DEADLOCKS[1], "0x10")],
            // Five, and five are allowed; and no more than four in each database.
            &[(DEADLOCKS[0], "0+1x10"), (DEADLOCKS[1], "0x10")],
            &[(DEADLOCKS[0], "0x5 1 2 3 4x2"), (DEADLOCKS[1], "0x5 1 2 3 4x2")],
            // Someone has reset the statistics.
            &[(DEADLOCKS[0], "400x6 0x3"), (DEADLOCKS[1], "0x10")],
        ],
    },
    Story {
        alert: "DbCacheMisses",
        minutes: 130,
        fires: &[&[(HIT[0], "0+30000x130"), (READ[0], "0+12000x130"), (HIT[1], "0x130"), (READ[1], "0x130")]],
        quiet: &[
            &[(HIT[0], "0+300000x130"), (READ[0], "0+12000x130"), (HIT[1], "0x130"), (READ[1], "0x130")],
            // Few pages are in memory, and few are asked for; and none at all, of which there is no share.
            &[(HIT[0], "0+3000x130"), (READ[0], "0+3000x130"), (HIT[1], "0x130"), (READ[1], "0x130")],
            &[(HIT[0], "5x130"), (READ[0], "5x130"), (HIT[1], "0x130"), (READ[1], "0x130")],
            // Someone reads all of another database.
            &[(HIT[0], "0x130"), (READ[0], "0x130"), (HIT[1], "0+30000x130"), (READ[1], "0+12000x130")],
            // A dump reads everything, and is through after a quarter of an hour.
            &[(HIT[0], "0+300000x130"), (READ[0], "0x60 0+600000x15 9000000x55")],
        ],
    },
    Story {
        alert: "DbExporterFailing",
        minutes: 20,
        fires: &[
            &[(UP, "1x20"), (SCRAPE_ERROR, "1x20"), (COLLECTORS[0], "1x20"), (COLLECTORS[1], "1x20")],
            &[(UP, "1x20"), (SCRAPE_ERROR, "0x20"), (COLLECTORS[0], "0x20"), (COLLECTORS[1], "1x20")],
        ],
        quiet: &[
            &[(UP, "1x20"), (SCRAPE_ERROR, "0x20"), (COLLECTORS[0], "1x20"), (COLLECTORS[1], "1x20")],
            // One that times out now and then, but not for long.
            &[(UP, "1x20"), (SCRAPE_ERROR, "0x20"), (COLLECTORS[0], "0x8 1 0x11"), (COLLECTORS[1], "1x20")],
            // PostgreSQL is down, of which another alert tells: no collector is even asked.
            &[(UP, "0x20"), (SCRAPE_ERROR, "1x20")],
        ],
    },
];
