//! Style, script and icon, compiled in. Each name carries a hash of the content, so that browsers may keep them for ever and a new
//! version is a new name.

use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

/// One file to serve at `path`, immutable.
#[derive(Clone, Debug)]
pub struct Asset {
    /// `/assets/app.0123456789ab.css`
    pub path: String,
    pub bytes: &'static [u8],
    pub content_type: &'static str,
}

impl Asset {
    fn new(stem: &str, extension: &str, bytes: &'static [u8], content_type: &'static str) -> Self {
        let hash = model::timeline::hex(&Sha256::digest(bytes)[..6]);
        Self { path: format!("/assets/{stem}.{hash}.{extension}"), bytes, content_type }
    }
}

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

static APP_CSS: LazyLock<Asset> = LazyLock::new(|| Asset::new("app", "css", include_bytes!("../../assets/app.css"), CSS));
static APP_JS: LazyLock<Asset> = LazyLock::new(|| Asset::new("app", "js", include_bytes!("../../assets/app.js"), JS));
static PAGE_CSS: LazyLock<Asset> = LazyLock::new(|| Asset::new("page", "css", include_bytes!("../../assets/page.css"), CSS));
static PAGE_JS: LazyLock<Asset> = LazyLock::new(|| Asset::new("page", "js", include_bytes!("../../assets/page.js"), JS));
static ICON: LazyLock<Asset> = LazyLock::new(|| {
    let bytes = include_bytes!("../../assets/icon.svg");
    Asset::new("icon", "svg", bytes, "image/svg+xml")
});

pub fn app_css() -> &'static Asset {
    &APP_CSS
}
pub fn app_js() -> &'static Asset {
    &APP_JS
}
pub fn page_css() -> &'static Asset {
    &PAGE_CSS
}
pub fn page_js() -> &'static Asset {
    &PAGE_JS
}
pub fn icon() -> &'static Asset {
    &ICON
}

/// All of them, for the route table.
pub fn all() -> [&'static Asset; 5] {
    [app_css(), app_js(), page_css(), page_js(), icon()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_stay_small_and_names_carry_the_content() {
        assert!(app_js().bytes.len() <= 10_000, "{}", app_js().bytes.len());
        assert!(page_js().bytes.len() <= 2_000, "{}", page_js().bytes.len());
        assert!(app_css().bytes.len() <= 22_000, "{}", app_css().bytes.len());
        assert!(app_css().path.starts_with("/assets/app.") && app_css().path.len() == "/assets/app.0123456789ab.css".len());
    }
}
