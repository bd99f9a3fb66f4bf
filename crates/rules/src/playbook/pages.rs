//! Public pages, and templates for updates.

use model::Playbook;
use model::playbook::{Component, Page, Template};
use toml::de::DeTable;

use super::block::Block;
use super::near::nearest;
use super::reader::{Reader, entries, short};

const PLACEHOLDERS: [&str; 2] = ["title", "impact"];

pub(super) fn read(r: &mut Reader<'_>, root: &DeTable<'_>, playbook: &mut Playbook) {
    for block in entries(root, "page", "slug") {
        let page = read_page(r, &block);
        playbook.pages.push(page);
    }
    for block in entries(root, "template", "id") {
        let template = read_template(r, &block);
        playbook.templates.push(template);
    }
}

fn read_page(r: &mut Reader<'_>, block: &Block<'_, '_>) -> Page {
    block.only(r, &["slug", "name", "timezone", "component"]);
    let slug = block.id(r, "page", "slug").unwrap_or_else(|| "".into());
    let components = block.tables(r, "component", 1_000, "[[page.component]]");
    if components.is_empty() {
        r.warn(block.at, &block.entry, "has no component, so it can show no state", "write [[page.component]] with id and name");
    }
    Page {
        name: block.name(r, &slug),
        timezone: block.zone(r),
        components: components.iter().map(|c| read_component(r, c)).collect(),
        slug,
    }
}

fn read_component(r: &mut Reader<'_>, block: &Block<'_, '_>) -> Component {
    block.only(r, &["id", "name", "description", "service", "group"]);
    // An update names components without their page, so an id is one component over all pages.
    let id = block.id(r, "component", "id").unwrap_or_else(|| "".into());
    Component {
        name: block.name(r, &id),
        description: block.text(r, "description", 1_000).map(|(text, _)| text),
        service: block.reference(r, "service", "service"),
        group: block.text(r, "group", 200).map(|(text, _)| text),
        id,
    }
}

fn read_template(r: &mut Reader<'_>, block: &Block<'_, '_>) -> Template {
    block.only(r, &["id", "name", "acknowledge", "apologize", "act"]);
    let id = block.id(r, "template", "id").unwrap_or_else(|| "".into());
    let mut part = |key| {
        let (text, at) = block.text(r, key, 4_000).unwrap_or_default();
        check_placeholders(r, block, key, &text, at);
        text
    };
    Template { acknowledge: part("acknowledge"), apologize: part("apologize"), act: part("act"), name: block.name(r, &id), id }
}

fn check_placeholders(r: &mut Reader<'_>, block: &Block<'_, '_>, key: &str, text: &str, at: usize) {
    for part in text.split('{').skip(1) {
        let Some((name, _)) = part.split_once('}') else { continue };
        if !PLACEHOLDERS.contains(&name) {
            let near = nearest(name, PLACEHOLDERS);
            let fix = match near {
                Some(near) => format!("write {{{near}}}"),
                None => "write {title} or {impact}, or take it out".to_owned(),
            };
            let problem = format!("{key} has an unknown placeholder {{{}}}", short(name));
            r.fault(at, &block.entry, problem, fix);
        }
    }
}
