//! What authors add in compose's own words.

use super::*;
use crate::fixture::{API_KEY, EDGE, text};
use serde_json::json;

fn with(raws: Vec<Raw>) -> Plan {
    Plan { raws, ..fixture::plan() }
}

#[test]
fn maps_merge_and_values_join() {
    let file = read(&full());
    let db = &file["services"]["db"];
    assert_eq!(db["dns"], json!(["10.0.0.1"]));
    assert_eq!(db["networks"], json!({ "data": { "priority": 10 } }));
    assert_eq!(db["x-note"], json!({ "cost": "$$5" }));
    assert_eq!(db["image"], "postgres:17.2");
    assert_eq!(file["volumes"]["db"], json!({ "driver_opts": { "type": "nfs" } }));
}

#[test]
fn added_lines_come_from_the_raw_content() {
    let [compose, _] = emit(&full());
    let number = (0..).zip(compose.content.lines()).find(|(_, line)| line.trim() == "- \"10.0.0.1\"");
    let (number, _) = number.expect("the line");
    let cause = compose.origins.iter().rev().find(|(first, _)| *first <= number);
    assert_eq!(cause.map(|(_, origin)| *origin), Some(at(160)));
}

#[test]
fn a_gateways_content_goes_into_its_container() {
    let content = map([("hostname", word("edge-1"))]);
    let gateway = Raw { gateway: Some(0), ..raw(None, content, 160) };
    let mut plan = with(vec![gateway]);
    assert_eq!(read(&plan)["services"]["edge"]["hostname"], "edge-1");
    plan.gateways[0].runs_on = RunsOn::Host;
    assert_eq!(refused(&plan), [("L0702", "a gateway on the host has nothing in compose".to_owned())]);
}

#[test]
fn content_of_other_targets_is_theirs() {
    let content = map([("nonsense", word("x"))]);
    let plan = with(vec![Raw { target: "nginx".into(), ..raw(None, content, 160) }]);
    assert_eq!(refused(&plan), []);
    assert_eq!(read(&plan), read(&fixture::plan()));
}

#[test]
fn what_compose_does_not_take_is_refused() {
    let on = |service, content, message: &str| {
        let plan = with(vec![raw(service, content, 160)]);
        assert_eq!(refused(&plan), [("L0702", message.to_owned())]);
    };
    on(Some(DB), map([("dnss", word("x"))]), "compose has no `services.db.dnss`");
    on(None, map([("volume", map([]))]), "compose has no `volume`");
    on(
        None,
        map([("volumes", map([("db", map([("drivr", word("x"))]))]))]),
        "compose has no `volumes.db.drivr`",
    );
    on(
        Some(DB),
        map([("dns", Data::Bool(true))]),
        "`services.db.dns` takes a text or a list, not a truth value",
    );
    on(Some(DB), map([("tty", Data::Null)]), "`services.db.tty` takes a truth value or a text, not nothing");
    on(None, map([("volumes", map([("db", word("x"))]))]), "`volumes.db` takes a map, not a text");
    on(Some(DB), Data::List(Vec::new()), "`compose` takes a map, not a list");
}

#[test]
fn a_near_name_is_offered() {
    let plan = with(vec![raw(Some(DB), map([("hostnam", word("x"))]), 160)]);
    let help = crate::compose::check(&plan).remove(0).help;
    assert_eq!(help.as_deref(), Some("There is `hostname`, which is near."));
}

#[test]
fn safeguards_and_fields_of_the_language_stay() {
    let on = |service, content, message: &str| {
        let plan = with(vec![raw(service, content, 160)]);
        assert_eq!(refused(&plan), [("L0703", message.to_owned())]);
    };
    on(Some(DB), map([("privileged", Data::Bool(true))]), "`services.db.privileged` is a safeguard");
    on(Some(DB), map([("ports", Data::List(Vec::new()))]), "`services.db.ports` is a safeguard");
    on(Some(DB), map([("networks", map([("edge", map([]))]))]), "`services.db.networks.edge` is a safeguard");
    on(
        Some(DB),
        map([("healthcheck", map([("disable", Data::Bool(true))]))]),
        "`services.db.healthcheck.disable` is a safeguard",
    );
    on(
        Some(DB),
        map([("deploy", map([("resources", map([("limits", map([]))]))]))]),
        "`services.db.deploy.resources.limits` is a safeguard",
    );
    on(None, map([("include", Data::List(Vec::new()))]), "`include` is a safeguard");
    on(Some(DB), map([("environment", map([]))]), "`services.db.environment` is written by laud");
    on(None, map([("services", map([]))]), "`services` is written by laud");
    on(
        None,
        map([("networks", map([("data", map([("internal", Data::Bool(false))]))]))]),
        "`networks.data.internal` already has a value",
    );
}

#[test]
fn what_laud_sets_is_not_changed_by_label_either() {
    let mut plan =
        with(vec![raw(Some(EDGE), map([("labels", map([("a", word("2")), ("b", word("3"))]))]), 160)]);
    plan.services[EDGE.0 as usize].labels = thin_vec![("a".into(), Text::literal("1"))];
    assert_eq!(refused(&plan), [("L0703", "`services.edge.labels.a` already has a value".to_owned())]);
}

#[test]
fn one_thing_is_said_once() {
    let dns = || raw(Some(DB), map([("dns", word("10.0.0.1"))]), 160);
    let message = "`services.db.dns` is set twice in raw content".to_owned();
    assert_eq!(refused(&with(vec![dns(), dns()])), [("L0702", message)]);
    let deeper = raw(Some(DB), map([("blkio_config", map([("weight", Data::Int(1))]))]), 161);
    let other = raw(Some(DB), map([("blkio_config", map([("device", Data::Int(1))]))]), 162);
    assert_eq!(refused(&with(vec![deeper, other])), []);
}

#[test]
fn no_secret_goes_into_raw_content() {
    let secret = Data::Text(text([Part::Secret(API_KEY)]));
    let plan = with(vec![raw(Some(DB), map([("hostname", secret)]), 160)]);
    assert_eq!(refused(&plan), [("L0305", "the secret `API_KEY` would be shown in raw content".to_owned())]);
}
