//! `GET /v1/whowouldbepaged`: the rehearsal. The same rules that decide a page answer here, and nothing is sent.

use axum::Json;
use axum::extract::{Query, State};
use http::Method;
use model::{Channel, Labels, Name, Playbook, Severity, Span, Time};
use rules::detect::{Asked, decide, severity_from};
use serde::{Deserialize, Serialize};

use super::{oncall, shape};
use crate::access::Need;
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;

#[derive(Debug, Deserialize)]
struct Input {
    service: Option<String>,
    integration: Option<String>,
    at: Option<String>,
    labels: Option<String>,
}

/// The answer, with the reason where nobody would be paged.
#[derive(Debug, Serialize)]
pub(crate) struct Rehearsal {
    pub service: Name,
    #[serde(serialize_with = "shape::time")]
    pub at: Time,
    pub severity: Severity,
    pub route: Option<Name>,
    pub group_key: String,
    pub policy: Option<Name>,
    pub pages: bool,
    pub reason: Option<String>,
    pub steps: Vec<Step>,
    /// How many times the steps run again when nobody answers.
    pub repeat: u32,
}

#[derive(Debug, Serialize)]
pub(crate) struct Step {
    #[serde(rename = "step")]
    pub number: usize,
    /// After the alert, as ISO 8601.
    pub after: String,
    #[serde(skip)]
    pub after_span: Span,
    pub wait: String,
    pub targets: Vec<String>,
    pub people: Vec<Person>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Person {
    #[serde(rename = "person")]
    pub id: Name,
    pub name: String,
    pub notify: Vec<Notify>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Notify {
    pub after: String,
    #[serde(skip)]
    pub after_span: Span,
    pub by: Channel,
}

pub(super) fn route() -> Route {
    let summary = "Who would be paged for an alert; nothing is sent";
    Route::api(Method::GET, "/v1/whowouldbepaged", Need::Viewer, summary, handle).query(&[
        ("service", "the service it is about; else the integration's own"),
        ("integration", "the integration it would come through"),
        ("at", "a time as RFC 3339; now unless given"),
        ("labels", "its labels, e.g. severity=critical,team=web"),
    ])
}

async fn handle(State(app): State<App>, Query(input): Query<Input>) -> Result<Json<Rehearsal>, Problem> {
    let at = oncall::at(&app, input.at.as_deref())?;
    let given = |text: &Option<String>| text.clone().filter(|t| !t.is_empty());
    let (service, integration) = (given(&input.service), given(&input.integration));
    let labels = labels(input.labels.as_deref().unwrap_or_default())?;
    let playbook = app.desk.playbook();
    rehearse(&playbook, service.as_deref(), integration.as_deref(), &labels, at).map(Json)
}

/// `a=b,c=d` or `{a="b", c="d"}`.
pub(crate) fn labels(text: &str) -> Result<Labels, Problem> {
    let inner = text.trim().trim_start_matches('{').trim_end_matches('}');
    let pairs: Option<Vec<(&str, &str)>> = inner
        .split(',')
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').map(|(n, v)| (n.trim(), v.trim().trim_matches('"'))))
        .collect();
    let pairs = pairs.filter(|pairs| pairs.iter().all(|(name, _)| !name.is_empty()));
    pairs.map(Labels::from_pairs).ok_or_else(|| Problem::field("labels", "write them as name=value, with commas between"))
}

pub(crate) fn rehearse(
    playbook: &Playbook,
    service: Option<&str>,
    integration: Option<&str>,
    labels: &Labels,
    at: Time,
) -> Result<Rehearsal, Problem> {
    let unknown = |field: &str, id: &str| Problem::field(field, format!("there is no {field} `{id}` in the playbook"));
    let named = integration.map(|id| playbook.integration(id).ok_or_else(|| unknown("integration", id))).transpose()?;
    let service = match (service, named) {
        (Some(id), _) => &playbook.service(id).ok_or_else(|| unknown("service", id))?.id,
        (None, Some(integration)) => &integration.service,
        (None, None) => return Err(Problem::field("service", "name a service or an integration")),
    };
    let severity = severity_from(playbook, None, labels);
    let asked = Asked { integration, service, labels, key: "", severity };
    let decision = decide(playbook, &asked);
    let service = playbook.service(&decision.service);
    let policy = service.and_then(|s| s.policy.as_ref()).and_then(|id| playbook.policy(id));
    let mut after = Span(0);
    let steps: Vec<Step> = policy
        .map_or(&[][..], |p| &p.steps)
        .iter()
        .enumerate()
        .map(|(i, step)| {
            let people = rules::oncall::targets(playbook, &step.notify, at + after);
            let view = Step {
                number: i + 1,
                after: after.iso(),
                after_span: after,
                wait: step.wait.iso(),
                targets: step.notify.iter().map(ToString::to_string).collect(),
                people: people.iter().map(|id| person(playbook, id)).collect(),
            };
            after = Span(after.0.saturating_add(step.wait.0));
            view
        })
        .collect();
    let reason = if !decision.page {
        Some(format!("the route or the severity {} wakes nobody", decision.severity))
    } else if policy.is_none() {
        Some(format!("service {} has no policy", decision.service))
    } else if steps.iter().all(|step| step.people.is_empty()) {
        Some("no step reaches anybody at that time".to_owned())
    } else {
        None
    };
    Ok(Rehearsal {
        service: decision.service.clone(),
        at,
        severity: decision.severity,
        route: decision.route.clone(),
        group_key: decision.group_key.into_owned(),
        policy: policy.map(|p| p.id.clone()),
        pages: reason.is_none(),
        reason,
        steps,
        repeat: policy.map_or(0, |p| p.repeat),
    })
}

fn person(playbook: &Playbook, id: &Name) -> Person {
    let rules = playbook.person(id).map_or(&[][..], |p| &p.notify);
    Person {
        id: id.clone(),
        name: oncall::name(playbook, id),
        notify: rules.iter().map(|rule| Notify { after: rule.after.iso(), after_span: rule.after, by: rule.by }).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::playbook::{Policy, Service, Target};

    fn playbook() -> Playbook {
        let person =
            |id: &str| model::playbook::Person { id: id.into(), name: id.to_uppercase(), timezone: "UTC".into(), notify: vec![] };
        let step = |id: &str| model::playbook::Step { notify: vec![Target::Person(id.into())], wait: Span::minutes(5) };
        Playbook {
            people: vec![person("ana"), person("ben")],
            policies: vec![Policy {
                id: "p".into(),
                name: "p".into(),
                steps: vec![step("ana"), step("ben")],
                repeat: 0,
                ack_expires: None,
            }],
            services: vec![Service {
                id: "checkout".into(),
                name: "Checkout".into(),
                policy: Some("p".into()),
                team: None,
                declare_at: None,
            }],
            ..Playbook::default()
        }
    }

    #[test]
    fn the_rehearsal_names_people_in_order() {
        let found = rehearse(&playbook(), Some("checkout"), None, &Labels::default(), Time(0)).expect("fine");
        assert!(found.pages);
        let order: Vec<(&str, &str)> = found.steps.iter().map(|s| (s.after.as_str(), &*s.people[0].id)).collect();
        assert_eq!(order, [("PT0S", "ana"), ("PT5M", "ben")]);
        let problem = rehearse(&playbook(), Some("x"), None, &Labels::default(), Time(0)).expect_err("unknown");
        assert_eq!(problem.reasons[0].0, "service");
    }

    #[test]
    fn labels_are_read_as_people_write_them() {
        let wanted = Labels::from_pairs([("a", "b"), ("c", "d e")]);
        assert_eq!(labels("a=b, c=d e").expect("fine"), wanted);
        assert_eq!(labels(r#"{a="b",c="d e"}"#).expect("fine"), wanted);
        assert!(labels("").expect("fine").is_empty());
        assert!(labels("nonsense").is_err());
    }
}
