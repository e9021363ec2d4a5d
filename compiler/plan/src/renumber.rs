//! Other numbers for what a part of a plan refers to, when it becomes part of
//! a plan that has more or less before it.

use crate::{
    Action, Content, Data, Image, Part, Plan, RunsOn, SecretId, Service, ServiceId, SettingId, Test, Text,
};

/// By number: the new number, where what had it is still there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers {
    /// Of services.
    pub services: Vec<Option<ServiceId>>,
    /// Of secrets.
    pub secrets: Vec<Option<SecretId>>,
    /// Of settings.
    pub settings: Vec<Option<SettingId>>,
}

impl Numbers {
    /// Gives a service its new number; whether it has one.
    pub fn service(&self, id: &mut ServiceId) -> bool {
        renumber(&self.services, id.0, id)
    }

    fn part(&self, part: &mut Part) {
        match part {
            Part::Host(id) | Part::Port(id, _) => drop(self.service(id)),
            Part::Secret(id) | Part::SecretFile(id) => drop(renumber(&self.secrets, id.0, id)),
            Part::Setting(id) => drop(renumber(&self.settings, id.0, id)),
            Part::Literal(_) | Part::AlertLabel(_) | Part::AlertValue(_) => {}
        }
    }

    fn texts<'t>(&self, texts: impl IntoIterator<Item = &'t mut Text>) {
        texts.into_iter().flat_map(|text| &mut text.parts).for_each(|part| self.part(part));
    }

    fn data(&self, data: &mut Data) {
        match data {
            Data::Text(text) => self.texts([text]),
            Data::List(items) => items.iter_mut().for_each(|item| self.data(item)),
            Data::Map(entries) => entries.iter_mut().for_each(|(_, value)| self.data(value)),
            Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) => {}
        }
    }
}

/// Whether there is a new number.
fn renumber<T: Copy>(numbers: &[Option<T>], old: u32, id: &mut T) -> bool {
    let new = numbers.get(old as usize).copied().flatten();
    new.inspect(|new| *id = *new).is_some()
}

impl Plan {
    /// Gives what services, gateways, targets, alerts and files refer to its
    /// new number. What has none keeps the old one.
    pub fn renumber(&mut self, numbers: &Numbers) {
        self.services.iter_mut().for_each(|service| service.renumber(numbers));
        for gateway in &mut self.gateways {
            if let RunsOn::Container(id) = &mut gateway.runs_on {
                numbers.service(id);
            }
            for route in &mut gateway.routes {
                match &mut route.action {
                    Action::Proxy(upstream) => drop(numbers.service(&mut upstream.service)),
                    Action::Redirect { .. } | Action::Respond { .. } => {}
                }
            }
        }
        for target in &mut self.targets {
            numbers.service(&mut target.service);
        }
        for alert in &mut self.alerts {
            numbers.texts([&mut alert.summary, &mut alert.description]);
        }
        for file in &mut self.files {
            match &mut file.content {
                Content::Text(text) => numbers.texts([text]),
                Content::Yaml(data) | Content::Json(data) => numbers.data(data),
            }
        }
    }
}

impl Service {
    fn renumber(&mut self, numbers: &Numbers) {
        if let Image::Built(build) = &mut self.image {
            numbers.texts(build.args.iter_mut().map(|(_, text)| text));
        }
        match self.health.as_mut().map(|health| &mut health.test) {
            Some(Test::Exec(words)) => numbers.texts(words),
            Some(Test::Shell(line)) => numbers.texts([line]),
            Some(Test::Http { .. }) | None => {}
        }
        numbers.texts(self.command.iter_mut().flatten());
        numbers.texts(self.entrypoint.iter_mut().flatten());
        numbers.texts(self.env.iter_mut().map(|(_, text, _)| text));
        numbers.texts(self.labels.iter_mut().map(|(_, text)| text));
        for need in &mut self.needs {
            numbers.service(&mut need.service);
        }
    }
}
