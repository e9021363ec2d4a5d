//! What Prometheus asks for.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::time::Duration;

const BOUNDS: [f64; 6] = [0.005, 0.025, 0.1, 0.5, 1.0, 2.5];

#[derive(Default)]
pub struct Metrics(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    requests: BTreeMap<(&'static str, u16), u64>,
    times: BTreeMap<&'static str, ([u64; BOUNDS.len()], f64, u64)>,
}

impl Metrics {
    pub fn add(&self, path: &'static str, status: u16, took: Duration) {
        let mut counts = self.0.lock().unwrap();
        *counts.requests.entry((path, status)).or_default() += 1;
        let (buckets, sum, count) = counts.times.entry(path).or_default();
        for (bucket, bound) in buckets.iter_mut().zip(BOUNDS) {
            *bucket += u64::from(took.as_secs_f64() <= bound);
        }
        *sum += took.as_secs_f64();
        *count += 1;
    }

    pub fn text(&self) -> String {
        let counts = self.0.lock().unwrap();
        let mut text = String::from("# TYPE shop_requests_total counter\n");
        for ((path, status), count) in &counts.requests {
            let _ = writeln!(text, "shop_requests_total{{path=\"{path}\",status=\"{status}\"}} {count}");
        }
        text.push_str("# TYPE shop_request_seconds histogram\n");
        for (path, (buckets, sum, count)) in &counts.times {
            for (bucket, bound) in buckets.iter().zip(BOUNDS) {
                let _ = writeln!(text, "shop_request_seconds_bucket{{path=\"{path}\",le=\"{bound}\"}} {bucket}");
            }
            let _ = writeln!(text, "shop_request_seconds_bucket{{path=\"{path}\",le=\"+Inf\"}} {count}");
            let _ = writeln!(text, "shop_request_seconds_sum{{path=\"{path}\"}} {sum}");
            let _ = writeln!(text, "shop_request_seconds_count{{path=\"{path}\"}} {count}");
        }
        text
    }
}
