//! Jobs: services that end.

use laud_plan::{Image, Plan, Service, Trigger};

/// Comments on the jobs that someone has to think of, a line each; nothing if
/// there are none.
pub(super) fn comment(plan: &Plan) -> String {
    let due = listed(
        plan,
        "# Jobs do not start with the rest; `docker compose run --rm NAME` runs one. Each is due\n",
        |service| {
            Some(match &service.job.as_ref()?.trigger {
                Trigger::BeforeStart => return None,
                Trigger::AfterDeploy => ": after each deploy".to_owned(),
                Trigger::Manual => ": when someone asks for it".to_owned(),
                Trigger::Schedule(schedule) => {
                    format!(": by its timer in systemd/: {} in UTC", schedule.text)
                }
            })
        },
    );
    // Compose puts all new containers in the place of the old ones before it starts any.
    let first = listed(
        plan,
        "# Before another release, run these by themselves, `docker compose run --rm NAME`: if one fails, what runs\n\
         # goes on. `docker compose up` runs them as well, but has ended it by then\n",
        |service| {
            let of_release = matches!(service.image, Image::Built(_));
            let is_before = matches!(service.job.as_ref()?.trigger, Trigger::BeforeStart);
            (of_release && is_before).then(String::new)
        },
    );
    due + &first
}

/// The services of which there is something to say behind their names, a line each, below a head.
fn listed(plan: &Plan, head: &str, say: impl Fn(&Service) -> Option<String>) -> String {
    let lines = plan.services.iter().filter_map(|one| Some(format!("# - {}{}\n", one.name, say(one)?)));
    let lines: String = lines.collect();
    if lines.is_empty() { lines } else { format!("{head}{lines}") }
}
