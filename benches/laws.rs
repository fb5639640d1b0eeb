//! Writes the law texts that lie beside the project as a site, for measuring
//! at scale: `cargo bench --bench laws -- FOLDER [LAWS] [TIMES]`.
//!
//! Every law becomes a page of plain paragraphs, which the build parses into
//! articles with the anchors `art-…`; with TIMES, every law is written that many times with other titles
//! and addresses. Figures come from `cargo xtask bench FOLDER`.

#[path = "../tests/laws.rs"]
mod laws;

use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    // Cargo itself passes `--bench`.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let Some(folder) = arguments.first().map(PathBuf::from) else {
        println!("usage: cargo bench --bench laws -- FOLDER [LAWS] [TIMES]");
        return;
    };
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse().ok());
    let Some(mut laws) = laws::read() else {
        println!("skipped: no laws at {}", laws::archive().display());
        return;
    };
    let count = number(1).unwrap_or(laws.len());
    // Spread over the collection, whose order by id is a random one.
    laws.truncate(count);
    write_site(&laws, number(2).unwrap_or(1), &folder).expect("the folder is writable");
    println!("{} laws in {}", laws.len(), folder.display());
}

fn write_site(laws: &[laws::Law], times: usize, folder: &Path) -> std::io::Result<()> {
    let content = folder.join("content/laws");
    fs::create_dir_all(&content)?;
    fs::create_dir_all(folder.join("data"))?;
    fs::write(
        folder.join("config.toml"),
        "base_url = \"/\"\ntitle = \"法律文本\"\ndescription = \"规模测试\"\ndefault_language = \"zh\"\n\
         [extra]\ntheme = \"default\"\n",
    )?;
    fs::write(
        folder.join("content/_index.md"),
        "+++\ntitle = \"法律文本\"\n+++\n",
    )?;
    fs::write(
        content.join("_index.md"),
        "+++\ntitle = \"法律\"\ndescription = \"法律文本\"\n[extra]\ntype = \"regulation\"\n+++\n",
    )?;
    fs::write(
        folder.join("data/organs.toml"),
        "[[organ]]\nid = \"issuer\"\nname = \"制定机关\"\nregion = \"CN\"\nkind = \"其他\"\n",
    )?;
    fs::write(
        folder.join("data/regions.toml"),
        "[[region]]\ncode = \"CN\"\nname = \"全国\"\nshort = \"全国\"\niso = \"CN\"\n",
    )?;
    fs::write(
        folder.join("data/sources.toml"),
        "[[source]]\nid = \"laws\"\ntitle = \"unknown\"\nauthor = \"unknown\"\npublisher = \"unknown\"\n\
         date = \"unknown\"\nurl = \"unknown\"\nlabel = \"法律文本\"\nnote = \"规模测试\"\n\
         [[source.segment]]\nlocator = \"P1\"\nkind = \"body\"\nsummary = \"全文\"\nintegrity = \"clean\"\n",
    )?;
    for time in 0..times {
        for law in laws {
            let slug = match time {
                0 => law.id.clone(),
                _ => format!("{}-{time}", law.id),
            };
            let suffix = match time {
                0 => String::new(),
                _ => format!("（{time}）"),
            };
            fs::write(content.join(format!("{slug}.md")), page(law, &suffix))?;
        }
    }
    Ok(())
}

fn page(law: &laws::Law, suffix: &str) -> String {
    let title = format!("{}{suffix}", law.title).replace(['"', '\\'], "");
    let form = match law.units.iter().any(|unit| !unit.number.starts_with('s')) {
        true => "clause",
        false => "document",
    };
    format!(
        "+++\ntitle = \"{title}\"\ndescription = \"{}\"\ndate = 2026-01-01\n[extra]\n\
         kind = \"其他\"\nissuer = [\"issuer\"]\nlevel = \"其他\"\nstatus = \"未知\"\n\
         body_form = \"{form}\"\npublic = true\nintegrity = {{ state = \"clean\" }}\n\
         [[extra.sources]]\nid = \"laws\"\nlocator = \"P1\"\n+++\n{}",
        title.chars().take(100).collect::<String>(),
        laws::paragraphs(law)
    )
}
