//! How often, and how much.

use super::live::{Live, path};
use laud_plan::Action;
use laud_rig::flood;
use std::time::Instant;

/// The largest body that is sent.
const MOST: u64 = 16 << 20;

pub(super) fn bodies(live: &Live) -> Vec<String> {
    let mut wrong = Vec::new();
    for route in live.gateway.routes.iter().filter(|route| matches!(route.action, Action::Proxy(_))) {
        let post = |words: [String; 2]| {
            let mut more: Vec<String> = live.inside(route).into();
            more.extend(["--http1.1", "-X", "POST", "-H", "Expect:"].map(str::to_owned));
            more.extend(words);
            live.get(&path(route), &more)
        };
        // What is announced is refused before it is sent.
        let large = post(["-H".to_owned(), format!("Content-Length: {}", route.body + 1)]);
        wrong.extend((large.status != 413).then(|| format!("{}: {large:?}", path(route))));
        wrong.extend(live.headers(&large, Some(route), live.is_secure()));
        if route.body <= MOST {
            let sent = post(["--data-binary".to_owned(), format!("@{}", live.body(route.body))]);
            wrong
                .extend((sent.status != 200).then(|| format!("{} of {}: {sent:?}", path(route), route.body)));
        }
    }
    wrong
}

pub(super) fn rates(live: &Live) -> Vec<String> {
    let mut wrong = Vec::new();
    for route in &live.gateway.routes {
        let Some(limit) = route.rate else { continue };
        let client = live.inside(route);
        let client: Vec<&str> = client.iter().map(String::as_str).collect();
        let a_second = limit.count as f64 * 1_000.0 / limit.per as f64;
        let at_once = limit.burst + 1;
        // More than come through while they are asked for, however slow this machine is.
        let count = 2 * at_once + (10.0 * a_second).ceil() as u32;
        let scheme = if live.is_secure() { "https" } else { "http" };
        let start = Instant::now();
        let answers = flood(scheme, live.port(), &live.gateway.domain, &path(route), count, &client);
        // One, those beyond the rate, and what the rate gives for the time that it took.
        let most = f64::from(at_once) + 1.0 + (start.elapsed().as_secs_f64() * a_second).ceil();
        let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
        let good = answers.len() - refused.len();
        let is_right = answers.len() == count as usize && good >= at_once as usize && good as f64 <= most;
        wrong.extend((!is_right).then(|| {
            format!("{}: {good} of {} came through, and {at_once} to {most} may", path(route), answers.len())
        }));
        // As long as it takes until one more may come.
        let wait = limit.per.div_ceil(limit.count).div_ceil(1_000).max(1).to_string();
        match refused.first() {
            Some(answer) => {
                wrong.extend(live.headers(answer, Some(route), live.is_secure()));
                let says = answer.all("Retry-After") == [wait.as_str()];
                wrong.extend((!says).then(|| format!("not after {wait}s: {answer:?}")));
            }
            None => wrong.push(format!("{}: nobody is refused", path(route))),
        }
    }
    wrong
}
