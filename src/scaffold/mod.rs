//! New sites and new pages: short front matter for an editor to fill in.
//!
//! Required fields contain a placeholder, which `check` refuses, so that no
//! page is published half filled in. Fields that may stay unknown say
//! `unknown`.

mod sample;
mod start;
mod template;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{bail, ensure};
use time::macros::offset;
use time::{Date, OffsetDateTime};

use crate::address::is_impossible_on_windows;
use crate::chinese::readings;
use crate::disk::Folder;
use crate::explain::explain;
use crate::model::{PageType, Vocabulary as _};
use crate::{parse, source};

pub use start::{NewSite, start};
pub use template::text;

/// Most characters of a file name made from Chinese, since addresses are read
/// aloud and typed.
const LONGEST_SLUG: usize = 60;

/// Creates the file of a new page and returns its path.
///
/// ```
/// # fn main() -> anyhow::Result<()> {
/// use zhize::scaffold::today;
/// use zhize::{PageType, new_page};
/// # use zhize::model::Vocabulary as _;
/// # use zhize::scaffold::{NewSite, start};
///
/// let root = tempfile::tempdir()?;
/// # let root = root.path();
/// # start(root, &NewSite {
/// #     name: "样站".to_owned(),
/// #     organization: None,
/// #     types: PageType::ALL.to_vec(),
/// #     date: today(),
/// # })?;
/// let path = new_page(root, PageType::Practice, "chuangkou-fuwu", today())?;
/// let text = std::fs::read_to_string(&path)?;
/// assert!(text.contains("title = \"【请填写标题】\""));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When the slug can't be part of an address, the section doesn't exist, or the
/// file already exists.
pub fn create(root: &Path, page_type: PageType, slug: &str, date: Date) -> anyhow::Result<PathBuf> {
    ensure!(
        is_slug(slug),
        "“{slug}”不能用作文件名；文件名只用小写英文字母、数字和连字符（如 tianjin-wubitan），\
         以字母或数字开头和结尾，不得使用 con、aux 等 Windows 设备名"
    );
    let sources = source::read(root)?.value;
    let Some(section) = section_of(page_type, &parse::section_types(&sources)) else {
        bail!(
            "{} 中没有“{}”的栏目（_index.md 写有 [extra] type = \"{}\" 的文件夹）；\
             请建立该栏目，或用 --root 指定知识库目录",
            root.join("content").display(),
            page_type.label(),
            page_type.slug()
        );
    };
    let below = format!("content/{section}");
    let name = format!("{slug}.md");
    let path = root.join(below.trim_end_matches('/')).join(&name);
    let text = text(page_type, date);
    let created = Folder::open(root)
        .and_then(|root| root.below(below.trim_end_matches('/')))
        .and_then(|folder| folder.create(&name, text.as_bytes()));
    match created {
        Ok(()) => Ok(path),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{} 已经存在，不予覆盖；请改用其他文件名", path.display())
        }
        Err(error) => bail!("无法建立 {}：{}", path.display(), explain(&error)),
    }
}

/// Today's date in the time zone of the site's readers.
pub fn today() -> Date {
    OffsetDateTime::now_utc().to_offset(offset!(+8)).date()
}

/// The section for pages of a type; if there are several, the one nearest to
/// the root.
fn section_of(
    page_type: PageType,
    sections: &BTreeMap<String, Option<PageType>>,
) -> Option<String> {
    sections
        .iter()
        .filter(|(_, section_type)| **section_type == Some(page_type))
        .map(|(key, _)| key)
        .min_by_key(|key| key.matches('/').count())
        .cloned()
}

/// The file name for what an editor typed: Chinese becomes pinyin; a valid name
/// stays.
pub fn slug(written: &str) -> String {
    if is_slug(written) {
        written.to_owned()
    } else {
        readings::slug(written, LONGEST_SLUG)
    }
}

/// Whether a text can be a page's file name, which is part of its address.
pub fn is_slug(slug: &str) -> bool {
    let plain = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    slug.as_bytes().iter().all(|b| plain(b) || *b == b'-')
        && slug.as_bytes().first().is_some_and(plain)
        && slug.as_bytes().last().is_some_and(plain)
        && !is_impossible_on_windows(slug)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn slugs_are_ascii_words() {
        for good in ["a", "tianjin-wubitan", "2018-x"] {
            assert!(is_slug(good), "{good}");
        }
        for bad in [
            "", "-a", "a-", "A", "五", "a/b", "a.b", "../a", "a b", "con",
        ] {
            assert!(!is_slug(bad), "{bad}");
        }
    }

    #[test]
    fn every_template_is_front_matter_and_body() {
        for page_type in PageType::ALL {
            let text = text(*page_type, date!(2026 - 11 - 22));
            let parts: Vec<_> = text.splitn(3, "+++\n").collect();
            assert_eq!(parts.len(), 3, "{text}");
            let front_matter: toml::Table = parts[1].parse().expect("the template is TOML");
            assert!(front_matter.contains_key("extra"), "{text}");
            assert!(!text.contains(['#', '<']) || text.contains("## "), "{text}");
            assert!(text.contains(parse::PLACEHOLDER), "{text}");
            assert!(text.contains("date = 2026-11-22"), "{text}");
        }
    }
}
