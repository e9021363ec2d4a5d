//! What is refused, besides raw content.

use super::*;
use crate::fixture::{API_KEY, DB_EXPORTER, EDGE, text};

/// The fixture with one service changed.
fn with(id: ServiceId, change: impl FnOnce(&mut Service)) -> Plan {
    let mut plan = fixture::plan();
    change(&mut plan.services[id.0 as usize]);
    plan
}

fn assert_refused(plan: &Plan, code: &'static str, message: &str) {
    assert_eq!(refused(plan), [(code, message.to_owned())]);
}

#[test]
fn secrets_where_they_can_be_read() {
    let secret = || text([Part::Literal("--key=".into()), Part::Secret(API_KEY)]);
    let shown = |change: fn(&mut Service, Text), place: &str| {
        let plan = with(DB, |service| change(service, secret()));
        assert_refused(&plan, "L0305", &format!("the secret `API_KEY` would be shown in {place}"));
    };
    shown(|service, text| service.command = Some(thin_vec![text]), "a command line");
    shown(|service, text| service.entrypoint = Some(thin_vec![text]), "a command line");
    shown(|service, text| service.labels = thin_vec![("a".into(), text)], "a label");
    let shell = |service: &mut Service, text| {
        service.health = Some(Health { test: Test::Shell(text), ..fixture::health(&[], 1) });
    };
    shown(shell, "a health check");
    let build = |service: &mut Service, text| {
        let build = Build {
            name: "x".into(),
            context: "x".into(),
            dockerfile: "Dockerfile".into(),
            target: None,
            args: vec![("KEY".into(), text)],
            origin: at(1),
            origins: Default::default(),
        };
        service.image = Image::Built(Box::new(build));
    };
    shown(build, "an argument of a build");
}

#[test]
fn parts_of_alerts() {
    for part in [Part::AlertLabel(Box::new("job".into())), Part::AlertValue(ValueFormat::Number)] {
        let plan = with(DB, |service| service.env = vec![("A".into(), text([part.clone()]), at(1))]);
        assert_refused(&plan, "L0409", "a text of an alert in the service `db`");
        let plan = with(DB, |service| service.command = Some(thin_vec![text([part])]));
        assert_refused(&plan, "L0409", "a text of an alert in the service `db`");
    }
}

#[test]
fn defaults_that_a_reader_would_cut() {
    for (default, character) in
        [("{a", "'{'"), ("a}b", "'}'"), ("a\nb", "'\\n'"), ("it's", "'\\''"), ("a\\", "'\\\\'")]
    {
        let mut plan = fixture::plan();
        plan.settings[0].default = Some(default.to_owned());
        let message =
            format!("the default of `SMTP_HOST` holds {character}, which `.env` and compose cannot carry");
        assert_refused(&plan, "L0409", &message);
    }
}

#[test]
fn variables_that_mean_something_else() {
    let cases = [
        ("RELEASE", "`RELEASE` is the variable that names the release"),
        ("COMPOSE_FILE", "`COMPOSE_FILE` is a variable that docker itself reads"),
        ("PATH", "`PATH` is a variable that the shell sets"),
    ];
    for (variable, message) in cases {
        let mut plan = fixture::plan();
        plan.settings[0].variable = variable.into();
        assert_refused(&plan, "L0510", message);
    }
    let mut plan = fixture::plan();
    plan.services.iter_mut().for_each(|service| service.image = Image::Pinned("x:1".into()));
    plan.settings[0].variable = "RELEASE".into();
    assert_eq!(refused(&plan), []);
}

#[test]
fn paths_that_compose_would_cut() {
    let tmpfs = Tmpfs { at: "/a:b".into(), size: 1, mode: "700".into(), uid: None, gid: None };
    let plan = with(DB, |service| service.tmpfs = thin_vec![tmpfs]);
    assert_refused(&plan, "L0405", "the folder in memory `/a:b` holds a `:`");
}

#[test]
fn waiting_for_a_job_that_nothing_starts() {
    let manual = Some(Box::new(Job { trigger: Trigger::Manual }));
    let mut plan = with(MIGRATE, |service| service.job = manual.clone());
    assert_refused(&plan, "L0701", "`backend` waits for the job `migrate`, which no start runs");
    plan.services[BACKEND.0 as usize].job = manual;
    plan.services[EDGE.0 as usize].needs.clear();
    assert_eq!(refused(&plan), []);
}

#[test]
fn ports_without_a_way() {
    let publish = Some(Publish { interface: Interface::Loopback, port: 15432 });
    let published = || fixture::port("sql", 5432, publish, 1);
    let plan = with(DB, |service| service.ports = vec![published()]);
    assert_refused(&plan, "L0701", "port 5432 of `db` is published, but its networks are all internal");
    let plan = with(DB_EXPORTER, |service| {
        service.networks = Arc::default();
        service.ports = vec![published()];
    });
    assert_refused(&plan, "L0701", "`db-exporter` has a published port but is on no network");
    let plan = with(DB_EXPORTER, |service| {
        service.networks = Arc::default();
        service.aliases = thin_vec!["x".into()];
    });
    assert_refused(&plan, "L0701", "`db-exporter` has an alias but is on no network");
    let plan = with(BACKEND, |service| service.ports = vec![published()]);
    assert_refused(&plan, "L0503", "port 15432 of the host for several containers of `backend`");
}

#[test]
fn health_checks_of_zero() {
    let zero = |change: fn(&mut Health), what: &str| {
        let plan = with(DB, |service| service.health.iter_mut().for_each(change));
        assert_refused(&plan, "L0407", &format!("a health check with {what} of 0"));
    };
    zero(|health| health.interval = 0, "an interval");
    zero(|health| health.timeout = 0, "a timeout");
    zero(|health| health.retries = 0, "retries");
}
