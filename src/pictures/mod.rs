//! Pictures: turns the files beside the pages into those that are published.
//!
//! A picture that a page shows is decoded once. This finds broken files and
//! gives the picture's size, so that the page doesn't move while it loads.
//! Large pictures are scaled to a few widths, turned upright, and stripped of
//! metadata such as the place where a photo was taken.
//!
//! Pictures that no page shows keep their size, but are stripped of metadata
//! too.

mod avif;
mod cache;
pub(crate) mod format;
mod metadata;
mod raster;
mod svg;
mod svg_names;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use anyhow::anyhow;
use bytes::Bytes;
use rayon::prelude::*;

use crate::address::beside;
use crate::diag::{Checked, Diagnostic, Span};
use crate::digest::{hex, sha256};
use crate::explain::explain;
use crate::parse::page::ParsedSite;
use crate::source::{self, Asset, MoreFiles, SourceSet, WithFiles};

pub use cache::Cache;
use format::Format;
use raster::{Fault, MANY_BYTES, MANY_PIXELS, MOST_PIXELS, Made, WIDEST};

/// The site's pictures, by path.
#[derive(Clone, Debug, Default)]
pub struct Pictures {
    shown: BTreeMap<String, Picture>,
    /// Files that replace those of the editor.
    replaced: BTreeMap<String, Bytes>,
    /// Additional files. Pictures with the same content share them.
    versions: BTreeMap<String, Bytes>,
}

/// A picture that a page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The path of its largest version.
    pub path: String,
    /// Width of the largest version, in pixels.
    pub width: u32,
    pub height: u32,
    /// Smaller versions: width in pixels and path, narrowest first.
    pub smaller: Vec<(u32, String)>,
}

impl Pictures {
    /// The picture at this path of the site, if its size is known.
    pub fn get(&self, path: &str) -> Option<&Picture> {
        self.shown.get(path)
    }

    /// The bytes that are published at this path instead of the editor's file.
    pub fn replacement(&self, path: &str) -> Option<&Bytes> {
        self.replaced.get(path)
    }

    /// The additional files, which the content doesn't contain.
    pub fn versions(&self) -> impl Iterator<Item = (&str, &Bytes)> {
        self.versions.iter().map(|(path, bytes)| (&**path, bytes))
    }
}

/// A place where a body shows a picture.
struct Use {
    path: String,
    span: Span,
}

/// Prepares all pictures of a site. Also reports readable files that aren't
/// pictures.
///
/// # Errors
/// When a file can't be read.
pub fn prepare(
    sources: &SourceSet,
    parsed: &ParsedSite,
    cache: &Cache,
) -> anyhow::Result<WithFiles<Pictures>> {
    let mut files = MoreFiles::beside(sources);
    let mut uses: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for shown in uses_of(parsed) {
        uses.entry(shown.path).or_default().push(shown.span);
    }
    let assets = sources.assets.iter();
    let pictures: Vec<(&Asset, bool)> = assets
        .map(|asset| (asset, uses.contains_key(asset.output_path())))
        .filter(|(asset, shown)| *shown || format::has_picture_ending(&asset.path))
        .collect();
    // One large picture at a time: each may take hundreds of megabytes.
    let turn = Mutex::new(());
    let made: Vec<anyhow::Result<Outcome>> = pictures
        .par_iter()
        .map(|(asset, shown)| outcome(asset, *shown, cache, &turn))
        .collect();
    let mut checked = Checked::clean(Pictures::default());
    let mut found = Vec::new();
    for ((asset, _), outcome) in pictures.iter().zip(made) {
        let outcome = outcome?;
        let path = asset.output_path();
        if let Some(bytes) = outcome.replacement {
            checked.value.replaced.insert(path.to_owned(), bytes);
        }
        if let Some((picture, files)) = outcome.picture {
            checked.value.versions.extend(files);
            checked.value.shown.insert(path.to_owned(), picture);
        }
        found.extend(outcome.remarks.into_iter().map(|r| (asset.path.clone(), r)));
    }
    for (path, remark) in found {
        let output = source::output_path(&path);
        let spans = match uses.get(output) {
            Some(spans) => spans.clone(),
            None => vec![Span::start_of(files.register(path.clone(), String::new()))],
        };
        // A fault of a picture on ten pages is reported once, at the first.
        checked.diagnostics.push(remark.at(spans[0].clone(), &path));
    }
    Ok(files.with(checked))
}

fn uses_of(parsed: &ParsedSite) -> impl Iterator<Item = Use> {
    let pages = parsed.pages.iter().map(|page| (&*page.path, &page.body));
    let sections = parsed.sections.values();
    let bodies = pages.chain(sections.map(|section| (&*section.path, &section.body)));
    bodies.flat_map(|(path, body)| {
        body.images.iter().map(move |image| Use {
            path: beside(path, &image.value),
            span: image.span.clone(),
        })
    })
}

/// The files that are published for one picture with this path and content
/// that a page shows; `None` if it is refused.
pub fn published(path: &str, bytes: &[u8]) -> Option<Vec<Bytes>> {
    let outcome = decided(path, bytes, true, &Cache::default(), &Mutex::new(()));
    let (_, versions) = outcome.picture?;
    let own = outcome
        .replacement
        .unwrap_or_else(|| Bytes::copy_from_slice(bytes));
    let versions = versions.into_iter().map(|(_, bytes)| bytes);
    Some(std::iter::once(own).chain(versions).collect())
}

/// The result for one file.
#[derive(Default)]
struct Outcome {
    replacement: Option<Bytes>,
    /// If a page shows it: the picture, with the files of its smaller versions.
    picture: Option<(Picture, Vec<(String, Bytes)>)>,
    remarks: Vec<Remark>,
}

/// A remark about a file.
enum Remark {
    /// The file's extension is not that of its format, which is this one.
    Ending(Format),
    /// Browsers can't show it.
    Unshown(&'static str),
    Damaged(String),
    /// It has too many pixels or takes too much memory.
    Limit(u32, u32),
    /// It was unusually large; its size before and after.
    Huge {
        pixels: (u32, u32),
        bytes: usize,
        now: (u32, u32),
    },
    ActiveSvg(String),
}

impl Remark {
    fn at(self, span: Span, path: &str) -> Diagnostic {
        let name = path.rsplit('/').next().unwrap_or(path);
        match self {
            Remark::Ending(format) => {
                let ending = format.endings()[0];
                let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                let message = format!("{name} 的内容为 {} 格式，与扩展名不符", format.name());
                Diagnostic::warning("image-ending", span, message).hint(format!(
                    "将文件改名为 {stem}.{ending}，正文中的引用同时修改"
                ))
            }
            Remark::Unshown(format) => {
                let message = format!("{name} 为 {format} 格式，浏览器不能显示");
                Diagnostic::error("image-format", span, message)
                    .hint("照片另存为 JPEG，截图和流程图另存为 PNG 或 SVG")
            }
            Remark::Damaged(why) => Diagnostic::error(
                "image-damaged",
                span,
                format!("图片 {name} 无法打开：{why}"),
            )
            .hint("从原处重新复制，或用图片软件打开后另存"),
            Remark::Limit(width, height) => {
                let message = match width {
                    0 => format!("打开图片 {name} 所需内存超过上限"),
                    _ => format!("图片 {name} 为 {width}×{height} 像素，超过上限"),
                };
                let most = MOST_PIXELS / 1_000_000;
                Diagnostic::error("image-limit", span, message).hint(format!(
                    "用图片软件缩小；上限为 {most} 百万像素，页面显示的宽度不超过 {WIDEST} 像素"
                ))
            }
            Remark::Huge { pixels, bytes, now } => {
                let message = format!(
                    "图片 {name} 过大（{}×{} 像素，{}），已缩小为 {}×{} 像素",
                    pixels.0,
                    pixels.1,
                    megabytes(bytes),
                    now.0,
                    now.1
                );
                Diagnostic::warning("image-huge", span, message).hint(format!(
                    "用图片软件将宽度缩小至 {WIDEST} 像素，可减少占用空间，加快生成"
                ))
            }
            Remark::ActiveSvg(what) => {
                Diagnostic::error("image-active", span, format!("SVG 图片 {name} 中有{what}"))
                    .hint("在绘图软件中另存为“普通 SVG”，或删去该部分")
            }
        }
    }
}

fn megabytes(bytes: usize) -> String {
    #[allow(clippy::cast_precision_loss)] // For people.
    let megabytes = bytes as f64 / f64::from(1 << 20);
    format!("{megabytes:.1} MB")
}

fn outcome(asset: &Asset, shown: bool, cache: &Cache, turn: &Mutex<()>) -> anyhow::Result<Outcome> {
    let bytes = std::fs::read(&asset.location)
        .map_err(|error| anyhow!("无法读取 {}：{}", asset.path, explain(&error)))?;
    Ok(decided(&asset.path, &bytes, shown, cache, turn))
}

/// Decides what becomes of a picture, by its path and content.
fn decided(path: &str, bytes: &[u8], shown: bool, cache: &Cache, turn: &Mutex<()>) -> Outcome {
    let mut outcome = Outcome::default();
    // The webmaster's own files are published unchanged.
    let is_own = path.starts_with("static/");
    let format = match format::sniff(bytes) {
        format::Sniffed::Format(format) => format,
        // A file named as a drawing is treated as one, whatever its first
        // bytes.
        _ if Format::Svg.fits(path) => Format::Svg,
        format::Sniffed::Unshown(name) => {
            if shown || !is_own {
                outcome.remarks.push(Remark::Unshown(name));
            }
            return outcome;
        }
        format::Sniffed::Unknown => {
            if shown || !is_own {
                let why = "内容不是图片".to_owned();
                outcome.remarks.push(Remark::Damaged(why));
            }
            return outcome;
        }
    };
    if shown && !format.fits(path) {
        outcome.remarks.push(Remark::Ending(format));
    }
    match format {
        Format::Svg => match svg::clean(bytes) {
            Ok(drawing) => {
                if shown {
                    outcome.picture = drawing.size.map(|size| plain_picture(path, size));
                }
                outcome.replacement = (!is_own).then(|| Bytes::from(drawing.bytes));
            }
            Err(_) if is_own => {}
            Err(fault) => outcome.remarks.push(Remark::ActiveSvg(fault)),
        },
        Format::Jpeg | Format::Png | Format::Webp if shown => {
            raster_outcome(&mut outcome, path, format, bytes, cache, turn);
        }
        Format::Jpeg | Format::Png | Format::Webp | Format::Gif | Format::Avif => {
            if shown {
                outcome.picture = format::gif_size(bytes).map(|size| plain_picture(path, size));
            }
            match metadata::strip(format, bytes) {
                Some(clean) => {
                    let clean = Some(clean.bytes).filter(|clean| *clean != bytes);
                    outcome.replacement = clean.map(Bytes::from);
                }
                None if is_own => {}
                None => {
                    let why = "文件不完整".to_owned();
                    outcome.remarks.push(Remark::Damaged(why));
                }
            }
        }
    }
    outcome
}

fn plain_picture(path: &str, (width, height): (u32, u32)) -> (Picture, Vec<(String, Bytes)>) {
    let picture = Picture {
        path: source::output_path(path).to_owned(),
        width,
        height,
        smaller: Vec::new(),
    };
    (picture, Vec::new())
}

fn raster_outcome(
    outcome: &mut Outcome,
    path: &str,
    format: Format,
    bytes: &[u8],
    cache: &Cache,
    turn: &Mutex<()>,
) {
    let key = hex(sha256(bytes));
    let made = match cache.get(&key) {
        Some(made) => Ok(made),
        None => {
            // A decoder that panics on a damaged file must not end the build.
            let made = catch_unwind(AssertUnwindSafe(|| raster::make(format, bytes, turn)));
            let damaged = || Fault::Damaged("数据有误".to_owned());
            let made = made.unwrap_or_else(|_| Err(damaged()));
            if let Ok(made) = &made {
                cache.put(&key, made);
            }
            made
        }
    };
    let made = match made {
        Ok(made) => made,
        Err(fault) => {
            outcome.remarks.push(match fault {
                Fault::Damaged(why) => Remark::Damaged(why),
                Fault::Limit(width, height) => Remark::Limit(width, height),
            });
            return;
        }
    };
    let Made {
        given,
        width,
        height,
        base,
        versions,
    } = made;
    let pixels = u64::from(given.0) * u64::from(given.1);
    if pixels > MANY_PIXELS || bytes.len() > MANY_BYTES {
        outcome.remarks.push(Remark::Huge {
            pixels: given,
            bytes: bytes.len(),
            now: (width, height),
        });
    }
    outcome.replacement = base.filter(|base| **base != *bytes);
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    let files: Vec<(u32, String, Bytes)> = versions
        .into_iter()
        .map(|version| {
            let hash = &hex(&sha256(&version.bytes)[..4]);
            let path = format!("assets/{stem}-{}.{hash}.{}", version.width, version.ending);
            (version.width, path, version.bytes)
        })
        .collect();
    let mut smaller: Vec<(u32, String)> = files
        .iter()
        .map(|(w, path, _)| (*w, path.clone()))
        .collect();
    let largest = smaller.pop_if(|(w, _)| *w == width);
    let picture = Picture {
        path: largest.map_or_else(|| source::output_path(path).to_owned(), |(_, path)| path),
        width,
        height,
        smaller,
    };
    let files = files.into_iter().map(|(_, path, bytes)| (path, bytes));
    outcome.picture = Some((picture, files.collect()));
}
