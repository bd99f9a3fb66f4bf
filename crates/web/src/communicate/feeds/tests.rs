use super::super::samples::{HOSTILE, facts, now, view_of};
use super::*;

#[test]
fn atom() {
    insta::assert_snapshot!(Feeds::new(&view_of(&facts(), now())).atom());
}

#[test]
fn rss_by_incident() {
    insta::assert_snapshot!(Feeds::new(&view_of(&facts(), now())).history_rss());
}

#[test]
fn rss_by_update() {
    insta::assert_snapshot!(Feeds::new(&view_of(&facts(), now())).updates_rss());
}

#[test]
fn hostile_texts_stay_texts() {
    let plain = Feeds::new(&view_of(&facts(), now())).atom();
    let tags = |text: &str| text.matches(['<', '>']).count();
    for text in HOSTILE {
        let mut facts = facts();
        let (incident, updates) = &mut facts.incidents[0];
        std::sync::Arc::make_mut(incident).title = text.into();
        std::sync::Arc::make_mut(updates)[0].draft.act = text.into();
        let view = view_of(&facts, now());
        let feeds = Feeds::new(&view);
        let atom = feeds.atom();
        // Whatever the text holds, the document keeps its own markup and no more.
        assert_eq!(tags(&atom), tags(&plain), "{text:?}");
        for feed in [atom, feeds.history_rss(), feeds.updates_rss()] {
            assert!(!feed.contains("<script"), "{feed}");
            // Titles are plain text and escaped once; content is HTML, and texts in it are escaped twice.
            let mut content = feed.lines().filter(|line| !line.starts_with("<title>"));
            assert!(content.all(|line| !line.contains("&lt;script")), "{feed}");
            assert!(feed.chars().all(|c| !c.is_control() || c == '\n'));
        }
    }
}
