//! What `check` refuses, and with which code.

use super::fixture::{plan, route};
use crate::nginx::check;
use laud_plan::{Action, Cache, Gateway, Header, Location, RateLimit, Route, RunsOn};
use thin_vec::thin_vec;

fn codes(change: impl FnOnce(&mut Gateway)) -> Vec<&'static str> {
    let mut plan = plan();
    change(&mut plan.gateways[0]);
    check(&plan).iter().map(|diagnostic| diagnostic.code.id).collect()
}

fn of_route(change: impl FnOnce(&mut Route)) -> Vec<&'static str> {
    codes(|gateway| change(&mut gateway.routes[0]))
}

fn header(name: &str, value: &str) -> Header {
    Header { name: name.into(), value: value.into() }
}

#[test]
fn texts_that_would_leave_their_place() {
    assert_eq!(of_route(|route| route.headers = thin_vec![header("X", "a\nSet-Cookie: evil=1")]), ["L0409"]);
    assert_eq!(of_route(|route| route.headers = thin_vec![header("X", "a\u{7f}")]), ["L0409"]);
    assert_eq!(of_route(|route| route.headers = thin_vec![header("X Y", "a")]), ["L0409"]);
    assert_eq!(of_route(|route| route.headers = thin_vec![header("Content-Length", "5")]), ["L0409"]);
    assert_eq!(of_route(|route| route.headers = thin_vec![header("X", &"a".repeat(5_000))]), ["L0409"]);
    assert_eq!(codes(|gateway| gateway.domain = "*.shop.example".into()), ["L0402"]);
    assert_eq!(codes(|gateway| gateway.domain = "~.*".into()), ["L0402"]);
    assert_eq!(of_route(|route| route.location = Location::Prefix("/a%20b/".into())), ["L0405"]);
    assert_eq!(of_route(|route| route.allow = thin_vec!["10.0.0.0/33".into()]), ["L0404"]);
    let redirect = |to: &str| {
        codes(|gateway| {
            gateway.routes.push(route(
                Location::Exact("/x".into()),
                Action::Redirect { to: to.into(), permanent: false },
            ));
        })
    };
    assert_eq!(redirect("javascript:alert(1)"), ["L0406"]);
    assert_eq!(redirect("/a b"), ["L0406"]);
    assert_eq!(redirect("/cost/$5"), [""; 0]);
}

#[test]
fn headers_that_would_come_twice() {
    assert_eq!(of_route(|route| route.headers = thin_vec![header("X", "a"), header("x", "b")]), ["L0210"]);
    let both = of_route(|route| {
        route.cache = Some(Cache::Never);
        route.headers = thin_vec![header("cache-control", "private")];
    });
    assert_eq!(both, ["L0210"]);
}

#[test]
fn amounts_that_nginx_reads_otherwise() {
    assert_eq!(of_route(|route| route.body = 0), ["L0407"]);
    assert_eq!(of_route(|route| route.timeout = 0), ["L0407"]);
    assert_eq!(of_route(|route| route.cache = Some(Cache::For(1_500))), ["L0407"]);
    let kept = codes(|gateway| {
        let mut gone = route(Location::Exact("/x".into()), Action::Respond { status: 410, body: "".into() });
        gone.cache = Some(Cache::For(60_000));
        gateway.routes.push(gone);
    });
    assert_eq!(kept, ["L0701"]);
    let hourly = RateLimit { count: 1_000, per: 3_600_000, burst: 0 };
    assert_eq!(of_route(|route| route.rate = Some(hourly)), ["L0701"]);
}

#[test]
fn answers_that_nginx_cannot_give() {
    let respond = |status, body: &str| {
        let answer = route(Location::Exact("/x".into()), Action::Respond { status, body: body.into() });
        codes(|gateway| gateway.routes.push(answer))
    };
    assert_eq!(respond(302, "/there"), ["L0701"]);
    assert_eq!(respond(444, ""), ["L0701"]);
    assert_eq!(respond(204, "text"), ["L0701"]);
    assert_eq!(respond(200, "two\nlines"), [""; 0]);
    assert_eq!(of_route(|route| route.strip_prefix = Some("/ap".into())), ["L0405"]);
}

#[test]
fn upstreams_that_the_host_cannot_reach() {
    let mut plan = plan();
    plan.gateways[0].runs_on = RunsOn::Host;
    plan.services[1].ports[0].publish = None;
    let found = check(&plan);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].code.id, "L0701");
    assert!(found[0].message.contains("`backend:8000`"));
}

#[test]
fn gateways_that_get_in_each_others_way() {
    let mut plan = plan();
    plan.gateways[0].runs_on = RunsOn::Host;
    plan.gateways.push(plan.gateways[0].clone());
    let found: Vec<&str> = check(&plan).iter().map(|diagnostic| diagnostic.code.id).collect();
    assert_eq!(found, ["L0510", "L0503"]);
    assert_eq!(codes(|gateway| gateway.status_port = 8080), ["L0503"]);
    let long = codes(|gateway| {
        gateway.runs_on = RunsOn::Host;
        gateway.aliases = vec!["a".repeat(47).into()];
    });
    assert_eq!(long, ["L0701"]);
}
