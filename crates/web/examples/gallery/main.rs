//! Writes every screen, filled with a made-up night, as files to look at: `cargo run -p web --example gallery [FOLDER]`. The folder is
//! `target/gallery` when none is named.

mod samples;

use std::path::PathBuf;

use web::view::assets;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).map_or_else(|| PathBuf::from("target/gallery"), PathBuf::from);
    std::fs::create_dir_all(folder.join("assets"))?;
    for asset in assets::all() {
        std::fs::write(folder.join(asset.path.trim_start_matches('/')), asset.bytes)?;
    }
    for (name, html) in samples::screens() {
        // Opened from a disk there is no root to hang the assets on.
        let html = html.replace("\"/assets/", "\"assets/");
        std::fs::write(folder.join(format!("{name}.html")), html)?;
    }
    Ok(())
}
