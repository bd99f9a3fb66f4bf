//! `/incidents/{ref}/review`: read and written. Until somebody edits it, the draft is worked out from the timeline each time.

use axum::extract::{Path, Query, State};
use http::{Method, StatusCode};
use model::{Actor, Command, Incident, Input as Wish, Time};
use rules::learn::Facts;
use serde::Deserialize;

use super::form::Form;
use super::frame::{Screen, back, html, html_with, is_refusal, refused, said, shell};
use super::room::read;
use super::rows;
use crate::access::{Caller, Need};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::Nav;
use crate::view::review::{Review as View, page};

/// The review as it stands.
pub(crate) struct Current {
    pub revision: u32,
    pub markdown: String,
    pub edited: Option<(Time, Actor)>,
}

pub(crate) async fn current(app: &App, incident: &Incident) -> Result<Current, Problem> {
    if let Some(review) = app.records.review(incident.id).await? {
        return Ok(Current {
            revision: review.revision,
            markdown: review.markdown,
            edited: Some((review.edited_at, review.edited_by)),
        });
    }
    Ok(Current { revision: 0, markdown: draft(app, incident).await?, edited: None })
}

async fn draft(app: &App, incident: &Incident) -> Result<String, Problem> {
    let timeline = app.records.timeline(incident.id, 0).await?;
    let updates = app.records.updates(incident.id).await?;
    let letters = app.records.letters_of_incident(incident.id).await?;
    let mut groups = Vec::with_capacity(incident.groups.len());
    for id in &incident.groups {
        groups.extend(app.records.group(*id).await?);
    }
    let facts = Facts {
        incident,
        timeline: &timeline,
        updates: &updates,
        letters: &letters,
        groups: &groups,
        playbook: &app.desk.playbook(),
    };
    Ok(rules::learn::draft(&facts))
}

pub(super) fn routes() -> [Route; 2] {
    let path = "/incidents/{ref}/review";
    [Route::screen(Method::GET, path, Need::Viewer, handle), Route::screen(Method::POST, path, Need::Responder, save)]
}

#[derive(Debug, Deserialize)]
struct Input {
    edit: Option<String>,
    done: Option<String>,
}

async fn handle(State(app): State<App>, caller: Caller, Path(id): Path<String>, Query(input): Query<Input>) -> Screen {
    let mut view = build(&app, &caller, &id).await?;
    view.editing = input.edit.is_some() && view.shell.responds();
    view.shell.said = said(input.done.as_deref());
    Ok(html(page(&view)))
}

async fn build(app: &App, caller: &Caller, id: &str) -> Result<View, Problem> {
    let id = read(id)?;
    let incident = app.records.incident(id).await?;
    let incident = incident.ok_or_else(|| Problem::not_found("incident"))?;
    let review = current(app, &incident).await?;
    let playbook = app.desk.playbook();
    Ok(View {
        shell: shell(app, caller, Nav::Incidents, None).await?,
        id,
        title: incident.title,
        revision: review.revision,
        gaps: gaps(&review.markdown),
        markdown: review.markdown,
        edited: review.edited.map(|(at, by)| (rows::actor(&playbook, &by), at)),
        editing: false,
        conflict: None,
    })
}

/// What the text says is still to be filled in: the lines of its own list of gaps.
fn gaps(markdown: &str) -> Vec<String> {
    let list = markdown.lines().skip_while(|line| *line != "## Gaps to fill").skip(1);
    let items = list.take_while(|line| !line.starts_with('#'));
    items.filter_map(|line| line.strip_prefix("- [ ] ")).take(50).map(Into::into).collect()
}

async fn save(State(app): State<App>, caller: Caller, Path(id): Path<String>, form: Form) -> Screen {
    let incident = read(&id)?;
    let from = form.text("revision").parse().unwrap_or(0);
    let markdown = form.lines("markdown");
    let command = Command::EditReview { incident, from, markdown: markdown.clone() };
    match caller.submit(&app, Wish::Command(command), None).await {
        Ok(_) => Ok(back(&format!("/incidents/{incident}/review"), "review")),
        Err(problem) if is_refusal(&problem) => {
            let mut view = build(&app, &caller, &id).await?;
            view.editing = true;
            let theirs = std::mem::replace(&mut view.markdown, markdown);
            if problem.status == StatusCode::CONFLICT {
                view.conflict = Some(theirs);
            } else {
                view.shell.said = Some(refused(&problem));
            }
            Ok(html_with(problem.status, page(&view)))
        }
        Err(problem) => Err(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_the_drafts_own_list() {
        let text =
            "# Review\n- no gap\n## Gaps to fill\n\n- [ ] who noticed first?\n- [x] done\n- [ ] why\n\n## Next\n- not this";
        assert_eq!(gaps(text), ["who noticed first?", "why"]);
        assert!(gaps("# Review").is_empty());
    }
}
