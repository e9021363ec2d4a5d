//! What is written.

use super::*;
use crate::fixture::{API_KEY, EDGE, MIGRATE, WORKER, text};
use laud_syntax::FileId;
use serde_json::json;

fn service(plan: &Plan, name: &str) -> Value {
    read(plan)["services"][name].clone()
}

fn fields(service: &Value, names: &[&str]) -> Value {
    names
        .iter()
        .map(|name| ((*name).to_owned(), service[*name].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[test]
fn the_fixture_and_all_of_the_fields_pass() {
    assert_eq!(refused(&fixture::plan()), []);
    assert_eq!(refused(&full()), []);
}

#[test]
fn the_top_level_is_the_project_and_what_it_has() {
    let file = read(&fixture::plan());
    let keys: Vec<&String> = file.as_object().expect("a map").keys().collect();
    assert_eq!(keys, ["name", "services", "networks", "volumes", "secrets"]);
    assert_eq!(file["name"], "shop-production");
    assert_eq!(
        file["networks"],
        json!({ "edge": {}, "app": {}, "data": { "internal": true }, "monitoring": {} })
    );
    assert_eq!(file["volumes"], json!({ "db": {}, "prometheus": {} }));
    let services: Vec<&String> = file["services"].as_object().expect("a map").keys().collect();
    assert_eq!(services, ["edge", "backend", "worker", "migrate", "db", "db-exporter", "prometheus"]);
}

#[test]
fn an_empty_system_is_a_name_without_services() {
    let plan = Plan { app: "a_b".into(), environment: "c".into(), ..Plan::default() };
    assert_eq!(read(&plan), json!({ "name": "a-b-c", "services": {} }));
}

#[test]
fn every_service_is_safe_without_being_asked() {
    let plan = fixture::plan();
    let file = read(&plan);
    for (name, service) in file["services"].as_object().expect("a map") {
        assert_eq!(service["cap_drop"], json!(["ALL"]), "{name}");
        assert_eq!(service["security_opt"], json!(["no-new-privileges:true"]), "{name}");
        assert_eq!(service["read_only"], true, "{name}");
        assert_eq!(service["mem_limit"], service["memswap_limit"], "{name}");
        assert!(service["cpus"].is_number() && service["pids_limit"].is_number(), "{name}");
        let log = json!({ "driver": "json-file", "options": { "max-file": "5", "max-size": "10m" } });
        assert_eq!(service["logging"], log, "{name}");
        assert!(["privileged", "pid", "network_mode"].iter().all(|key| service.get(key).is_none()), "{name}");
        assert_eq!(service.get("ports").is_some(), name == "edge", "{name}");
    }
}

#[test]
fn a_service_has_its_command_and_its_knobs() {
    let knobs = service(&full(), "knobs");
    let expected = json!({
        "entrypoint": ["/bin/tini", "--"],
        "command": [],
        "working_dir": "/srv",
        "platform": "linux/amd64",
        "stop_signal": "SIGQUIT",
        "stop_grace_period": "1m30s",
        "init": true,
        "shm_size": "64m",
        "ulimits": { "nofile": { "soft": 1024, "hard": 65536 } },
        "sysctls": { "net.core.somaxconn": "1024" },
        "extra_hosts": ["host.docker.internal:host-gateway", "six:::1"],
        "networks": { "app": { "aliases": ["old-name"] }, "data": { "aliases": ["old-name"] } },
        "tmpfs": ["/run:size=1000,mode=700,uid=70,gid=71"],
        "devices": [
            "/dev/kvm:/dev/kvm:rwm",
            { "source": "/dev/by-path/pci-0000:00", "target": "/dev/disk", "permissions": "r" },
        ],
        "deploy": {
            "replicas": 3,
            "resources": { "reservations": { "devices": [{ "driver": "nvidia", "count": 2, "capabilities": ["gpu"] }] } },
        },
    });
    let names: Vec<&str> = expected.as_object().expect("a map").keys().map(String::as_str).collect();
    assert_eq!(fields(&knobs, &names), expected);
}

#[test]
fn what_was_given_up_is_given_up() {
    let bare = service(&full(), "bare");
    assert_eq!(bare["privileged"], true);
    assert_eq!(bare["pid"], "host");
    assert_eq!(bare["network_mode"], "none");
    assert_eq!(bare["restart"], "on-failure");
    assert_eq!(bare["deploy"]["resources"]["reservations"]["devices"][0]["count"], "all");
    assert!(["security_opt", "read_only", "user", "networks"].iter().all(|key| bare.get(key).is_none()));
}

#[test]
fn health_checks_wait_as_they_are_told() {
    let plan = full();
    let exec = json!({
        "test": ["CMD", "pg_isready", "-h", "127.0.0.1", "-d", "shop"],
        "interval": "10s", "timeout": "5s", "retries": 3, "start_period": "30s", "start_interval": "2s",
    });
    assert_eq!(service(&plan, "db")["healthcheck"], exec);
    let shell = json!({
        "test": ["CMD-SHELL", "test \"$$POSTGRES_USER\" = x"],
        "interval": "1m30s500ms", "timeout": "5s", "retries": 3,
    });
    assert_eq!(service(&plan, "knobs")["healthcheck"], shell);
}

#[test]
fn needs_become_conditions() {
    let plan = full();
    let backend = json!({
        "db": { "condition": "service_healthy" },
        "migrate": { "condition": "service_completed_successfully" },
    });
    assert_eq!(service(&plan, "backend")["depends_on"], backend);
    assert_eq!(
        service(&plan, "db-exporter")["depends_on"],
        json!({ "db": { "condition": "service_started" } })
    );
}

#[test]
fn ports_are_published_where_they_are_asked_for() {
    let expected = json!([
        { "target": 1000, "published": "1001", "host_ip": "127.0.0.1", "protocol": "tcp" },
        { "target": 2000, "published": "2001", "protocol": "udp" },
    ]);
    assert_eq!(service(&full(), "ports")["ports"], expected);
}

#[test]
fn mounts_lead_to_where_their_source_lies() {
    let plan = full();
    let bind = json!({ "create_host_path": false });
    let expected = json!([
        { "type": "bind", "source": "../../a folder/with:$$x", "target": "/in:side", "bind": bind },
        { "type": "bind", "source": "/proc", "target": "/host/proc", "bind": bind },
    ]);
    assert_eq!(service(&plan, "knobs")["volumes"], expected);
    let generated = json!([{
        "type": "bind", "source": "./nginx/edge", "target": "/etc/nginx/conf.d", "read_only": true, "bind": bind,
    }]);
    assert_eq!(service(&plan, "edge")["volumes"], generated);
    let volume = json!([{ "type": "volume", "source": "db", "target": "/var/lib/postgresql/data" }]);
    assert_eq!(service(&plan, "db")["volumes"], volume);
}

#[test]
fn one_service_builds_what_several_run() {
    let plan = full();
    let names = ["image", "pull_policy", "build"];
    let backend = json!({
        "image": "shop-production/backend:${RELEASE:-local}",
        "pull_policy": "never",
        "build": { "context": "../../backend", "dockerfile": "Dockerfile" },
    });
    assert_eq!(fields(&service(&plan, "backend"), &names), backend);
    for other in ["worker", "migrate"] {
        let service = service(&plan, other);
        assert_eq!(
            (&service["image"], &service["pull_policy"]),
            (&backend["image"], &backend["pull_policy"])
        );
        assert!(service.get("build").is_none());
    }
    let build = json!({
        "context": "../..", "dockerfile": "docker/Dockerfile", "target": "run",
        "args": { "NEXT_PUBLIC_URL": "https://shop.example/$$1" },
    });
    assert_eq!(service(&plan, "knobs")["build"], build);
    assert!(service(&plan, "db").get("pull_policy").is_none());
}

#[test]
fn a_service_that_always_runs_builds_before_a_job() {
    let mut plan = fixture::plan();
    plan.services[BACKEND.0 as usize].job = Some(Box::new(Job { trigger: Trigger::Manual }));
    assert!(service(&plan, "backend").get("build").is_none());
    assert!(service(&plan, "worker").get("build").is_some());
    for other in [WORKER, MIGRATE] {
        plan.services[other.0 as usize].image = Image::Pinned("x:1".into());
    }
    assert!(service(&plan, "backend").get("build").is_some());
}

#[test]
fn jobs_end_and_start_only_when_they_are_due() {
    let plan = full();
    let migrate = service(&plan, "migrate");
    assert_eq!(migrate["restart"], "no");
    assert!(migrate.get("profiles").is_none());
    for name in ["warm", "seed", "prune"] {
        let job = service(&plan, name);
        assert_eq!((&job["profiles"], &job["restart"]), (&json!(["jobs"]), &json!("no")));
    }
    let [compose, _] = emit(&plan);
    assert!(compose.content.contains("\n# - prune: by its timer in systemd/: 0 3 * * * in UTC\n"));
    let mut plan = fixture::plan();
    let [compose, _] = emit(&plan);
    assert!(!compose.content.contains("Jobs do not start"));
    assert!(compose.content.contains("but has ended it by then\n# - migrate\n"));
    // What is not built here is of no release.
    plan.services[MIGRATE.0 as usize].image = Image::Pinned("registry.example/migrate:1.0.0".into());
    let [compose, _] = emit(&plan);
    assert!(!compose.content.contains("docker compose run"));
}

#[test]
fn deploy_time_values_are_asked_for_and_secrets_have_no_default() {
    let env = &service(&fixture::plan(), "backend")["environment"];
    let expected = json!({
        "API_KEY_FILE": "/run/secrets/api_key",
        "DATABASE_URL": "postgresql://shop:${DB_PASSWORD:?set DB_PASSWORD in .env}@db:5432/shop",
        "MAIL_FROM": "${MAIL_FROM:?set MAIL_FROM in .env}",
        "SMTP_HOST": "${SMTP_HOST:-mail.shop.example}",
    });
    assert_eq!(env, &expected);
    assert_eq!(service(&full(), "backend")["environment"]["SMTP_HOST"], "${SMTP_HOST:-ma$$il \\ é # y}");
}

#[test]
fn secret_files_reach_those_who_name_them_or_mount_a_file_that_does() {
    let mut plan = fixture::plan();
    plan.services[EDGE.0 as usize].mounts[0].source = MountSource::Generated("files/edge".into());
    let named = map([("api_url_file", Data::List(vec![Data::Text(text([Part::SecretFile(API_KEY)]))]))]);
    for path in ["files/edge/in.yml", "files/edgeless.yml"] {
        let content = Content::Yaml(named.clone());
        plan.files.push(laud_plan::File { path: path.into(), content, origin: at(170) });
    }
    plan.services[WORKER.0 as usize].env.clear();
    let file = read(&plan);
    let secrets = |name: &str| file["services"][name].get("secrets").cloned();
    assert_eq!(secrets("edge"), Some(json!(["api_key"])));
    assert_eq!(secrets("backend"), Some(json!(["api_key"])));
    assert_eq!(secrets("db"), Some(json!(["db_password"])));
    assert_eq!(secrets("worker"), None);
    let expected = json!({ "db_password": { "file": "./secrets/db_password" }, "api_key": { "file": "./secrets/api_key" } });
    assert_eq!(file["secrets"], expected);
}

/// What compose makes of a value that refers to nothing.
fn interpolate(value: &Value) -> String {
    let text = value.as_str().expect("a text");
    let pieces: Vec<&str> = text.split("$$").collect();
    assert!(pieces.iter().all(|piece| !piece.contains('$')), "{text}");
    pieces.join("$")
}

#[test]
fn no_text_escapes_its_place() {
    let hostile = service(&full(), "hostile");
    let list = |value: &Value| value.as_array().expect("a list").iter().map(interpolate).collect::<Vec<_>>();
    assert_eq!(list(&hostile["command"]), HOSTILE);
    assert_eq!(list(&hostile["healthcheck"]["test"])[1..], *HOSTILE);
    let env = hostile["environment"].as_object().expect("a map");
    assert_eq!(env.values().map(interpolate).collect::<Vec<_>>(), HOSTILE);
    let labels = hostile["labels"].as_object().expect("a map");
    let expected = HOSTILE.iter().map(|text| (format!("label {text}"), (*text).to_owned()));
    assert!(labels.iter().map(|(key, value)| (key.clone(), interpolate(value))).eq(expected));
}

#[test]
fn no_secret_and_no_machine_shows() {
    for file in emit(&full()) {
        assert!(!file.content.contains("/home") && !file.content.contains("/tmp/"), "{}", file.path);
        assert!(file.origins.is_sorted_by_key(|(line, _)| *line));
    }
    assert_eq!(emit(&full()), emit(&full()));
}

#[test]
fn lines_come_from_their_fields() {
    let [compose, _] = emit(&fixture::plan());
    let cause = |wanted: &str, nth: usize| {
        let lines = (0..).zip(compose.content.lines()).filter(|(_, line)| line.trim() == wanted);
        let (number, _) = lines.into_iter().nth(nth).expect("the line");
        compose.origins.iter().rev().find(|(first, _)| *first <= number).map(|(_, origin)| *origin)
    };
    assert_eq!(cause("name: \"shop-production\"", 0), Some(at(900)));
    assert_eq!(cause("# Written by laud from the spec; change the spec, not this file.", 0), None);
    assert_eq!(cause("edge:", 0), Some(at(1)));
    assert_eq!(cause("- target: 8443", 0), Some(at(3)));
    assert_eq!(cause("test:", 0), Some(at(4)));
    assert_eq!(cause("source: \"./nginx/edge\"", 0), Some(at(5)));
    assert_eq!(cause("condition: \"service_healthy\"", 0), Some(at(6)));
    assert_eq!(cause("restart: \"unless-stopped\"", 0), Some(at(1)));
    assert_eq!(cause("dockerfile: \"Dockerfile\"", 0), Some(at(11)));
    assert_eq!(cause("MAIL_FROM: \"${MAIL_FROM:?set MAIL_FROM in .env}\"", 0), Some(at(14)));
    assert_eq!(cause("file: \"./secrets/db_password\"", 0), Some(at(90)));
    assert!(compose.origins.iter().all(|(_, origin)| origin.file() == FileId(0)));
}

#[test]
fn the_example_lists_what_there_is_to_give() {
    let mut plan = fixture::plan();
    plan.settings[0].description = "Where mail goes out.\n\nPort 25\u{2028}RELEASE=evil".to_owned();
    plan.settings[0].default = Some("a b$c".to_owned());
    let [_, example] = emit(&plan);
    let (_, after) = example.content.split_once("source it into a shell.\n").expect("the head");
    let expected = "
# The release to run: the tag of the images that are built here. A deploy sets
# it here, so that what starts later, such as a job by the clock, is of it too.
RELEASE=local

# ---- Secrets: nothing starts without them --------------------------------
#
# Files of secrets lie in the folder secrets/ beside compose.yaml. The folder
# is for yourself alone (chmod 700 secrets); each file in it is readable for
# all (chmod 444), because containers read it under users of their own, and
# ends without a line break: printf %s 'value' > secrets/name

# The password of the database's user.
# It becomes part of a URL: letters, digits and - . _ ~ only.
# If you make it yourself: openssl rand -hex 32
# Containers read it as a file, which must hold the same value: secrets/db_password
DB_PASSWORD=

# From the vendor's console
# If you make it yourself: openssl rand -hex 32
# Containers read it as a file, which must hold the same value: secrets/api_key
API_KEY=

# ---- Settings ------------------------------------------------------------

# Where mail goes out.
# Port 25
# RELEASE=evil
# Domain. If it is empty, this default holds.
SMTP_HOST='a b$c'

# Who sends it.
# Email. Required.
MAIL_FROM=
";
    assert_eq!(after, expected);
    let caused: Vec<Origin> = example.origins.iter().map(|(_, origin)| *origin).collect();
    assert_eq!(caused, [at(900), at(90), at(91), at(900), at(92), at(93)]);
    let lines: Vec<&str> = example.content.lines().collect();
    assert_eq!(lines[example.origins[4].0 as usize], "# Where mail goes out.");
}

#[test]
fn the_example_of_a_system_without_variables_is_its_head() {
    let plan = Plan { app: "a".into(), environment: "b".into(), ..Plan::default() };
    let [_, example] = emit(&plan);
    assert!(example.content.lines().all(|line| line.starts_with('#')), "{}", example.content);
}
