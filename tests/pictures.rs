//! Pictures: made smaller, upright, without what cameras write into them.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use tempfile::TempDir;
use zhize::output::OutputSet;
use zhize::progress::Silent;
use zhize::site::{self, SiteOptions};

use crate::support;

/// A picture with a different colour in each corner, and enough detail that
/// fewer pixels give fewer bytes.
fn picture(width: u32, height: u32) -> DynamicImage {
    let mut state = 7_u32;
    let picture = RgbImage::from_fn(width, height, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = u8::try_from(state >> 27).expect("five bits");
        let corner = |near: bool| if near { 200 } else { 20 };
        Rgb([
            corner(x < width / 2) + noise,
            corner(y < height / 2) + noise,
            90 + noise,
        ])
    });
    DynamicImage::ImageRgb8(picture)
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, format)
        .expect("it can be encoded");
    bytes.into_inner()
}

/// A JPEG whose metadata asks for a rotation and names a place.
fn from_a_camera(picture: &DynamicImage, orientation: u8) -> Vec<u8> {
    let jpeg = encoded(picture, ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    exif.extend_from_slice(b"SecretPlace");
    let length = u16::try_from(exif.len() + 2).expect("short");
    let mut out = jpeg[..2].to_vec();
    out.extend([0xFF, 0xE1]);
    out.extend(length.to_be_bytes());
    out.extend(exif);
    out.extend_from_slice(&jpeg[2..]);
    out
}

/// A site with these files beside a page that shows some of them.
fn site_with(files: &[(&str, Vec<u8>)], text: &str) -> TempDir {
    let site = support::site("diagnostics-base", "../fixtures/diagnostics-base");
    for (path, bytes) in files {
        let path = site.path().join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        fs::write(path, bytes).expect("files can be written");
    }
    let page = format!("+++\ntitle = \"关于\"\n+++\n\n{text}\n");
    fs::write(site.path().join("content/about.md"), page).expect("pages can be written");
    site
}

fn built(root: &Path) -> (OutputSet, String) {
    built_with(root, None)
}

fn built_with(root: &Path, cache: Option<&Path>) -> (OutputSet, String) {
    let options = SiteOptions {
        cache: cache.map(Path::to_owned),
        ..SiteOptions::of(root)
    };
    let outcome = site::build(&options, &Silent).expect("it can be built");
    let text = outcome.findings.text(false);
    (outcome.product.unwrap_or_else(|_| panic!("{text}")), text)
}

fn decoded(set: &OutputSet, path: &str) -> DynamicImage {
    let file = set.get(path).unwrap_or_else(|| panic!("{path} is made"));
    image::load_from_memory(&file.bytes).expect("a picture")
}

/// The attributes of the first picture of the page.
fn shown(set: &OutputSet) -> BTreeMap<String, String> {
    let page = &set.get("about/index.html").expect("the page is made").bytes;
    let page = std::str::from_utf8(page).expect("UTF-8");
    let tag = page.split("<img ").nth(1).expect("a picture");
    let tag = tag.split('>').next().expect("it ends");
    let mut attributes = BTreeMap::new();
    for part in tag.split("\" ") {
        let (name, value) = part.split_once("=\"").expect("a name and a value");
        attributes.insert(name.to_owned(), value.trim_end_matches('"').to_owned());
    }
    attributes
}

#[test]
fn a_large_photo_is_shown_upright_in_three_widths_and_says_nothing_of_its_camera() {
    let photo = from_a_camera(&picture(3_000, 2_000), 6);
    let site = site_with(&[("content/zhao.jpg", photo)], "![虚构示例](zhao.jpg)");
    let (set, found) = built(site.path());
    assert_eq!(found, "");
    let shown = shown(&set);
    // Rotated by a quarter: 2,000 by 3,000.
    assert_eq!((&*shown["width"], &*shown["height"]), ("2000", "3000"));
    assert_eq!(shown["sizes"], "(min-width: 48rem) 44.5rem, 100vw");
    let mut widths = Vec::new();
    for candidate in shown["srcset"].split(", ") {
        let (href, width) = candidate.split_once(' ').expect("a width");
        let path = href.strip_prefix("../").expect("below the root");
        let picture = decoded(&set, path);
        assert_eq!(format!("{}w", picture.width()), width);
        assert!(picture.height().abs_diff(picture.width() * 3 / 2) <= 1);
        // The left half was the upper half before the rotation.
        let corner = picture.to_rgb8();
        let left = corner.get_pixel(2, corner.height() / 4).0;
        let right = corner.get_pixel(corner.width() - 3, corner.height() / 4).0;
        assert!(left[1] < 100 && right[1] > 150, "{left:?} {right:?}");
        widths.push(picture.width());
    }
    assert_eq!(widths, [640, 1_280, 2_000]);
    let pictures = set.iter().filter(|(path, _)| path.ends_with(".jpg"));
    for (path, file) in pictures {
        let secret = file.bytes.windows(11).any(|part| part == b"SecretPlace");
        assert!(!secret, "{path}");
    }
}

#[test]
fn the_same_picture_makes_the_same_bytes_from_the_cache_and_without() {
    let site = site_with(
        &[(
            "content/tu.png",
            encoded(&picture(1_600, 900), ImageFormat::Png),
        )],
        "![虚构示例](tu.png)",
    );
    let all = |cache: Option<&Path>| -> Vec<(String, Vec<u8>)> {
        let (set, _) = built_with(site.path(), cache);
        let pictures = set.iter().filter(|(path, _)| path.ends_with(".png"));
        pictures
            .map(|(path, file)| (path.to_owned(), file.bytes.to_vec()))
            .collect()
    };
    let folder = TempDir::new().expect("a folder");
    let cache = folder.path().join("cache");
    let first = all(Some(&cache));
    assert!(first.iter().any(|(path, _)| path.contains("tu-640.")));
    let entries = || {
        fs::read_dir(cache.join("pictures"))
            .expect("a cache")
            .count()
    };
    assert_eq!(entries(), 2, "the marker and the picture");
    assert_eq!(all(Some(&cache)), first);
    assert_eq!(all(None), first);
    fs::remove_dir_all(&cache).expect("it may be removed");
    assert_eq!(all(Some(&cache)), first);
    // Without a place for a cache, the build goes on.
    fs::remove_dir_all(&cache).expect("it may be removed");
    fs::write(&cache, "no folder").expect("file");
    assert_eq!(all(Some(&cache)), first);
}

#[test]
fn a_picture_of_108_megapixels_is_shrunk_with_a_notice() {
    let huge = DynamicImage::new_luma8(12_000, 9_000);
    let site = site_with(
        &[("content/da.png", encoded(&huge, ImageFormat::Png))],
        "![虚构示例](da.png)",
    );
    let (set, found) = built(site.path());
    assert!(found.contains("警告[image-huge]") && found.contains("12000×9000"));
    assert!(found.contains("content/about.md:5:1"), "{found}");
    let base = decoded(&set, "da.png");
    assert_eq!((base.width(), base.height()), (2_560, 1_920));
    assert_eq!(shown(&set)["width"], "2560");
}

/// A file that is linked or is in `static/` keeps its pixels and loses
/// everything else.
#[test]
fn files_that_no_page_shows_lose_only_what_is_not_the_picture() {
    let photo = from_a_camera(&picture(1_500, 1_000), 3);
    let site = site_with(
        &[
            ("content/fu.jpg", photo.clone()),
            ("static/yuan.jpg", photo.clone()),
        ],
        "[原图](fu.jpg)",
    );
    let (set, found) = built(site.path());
    assert_eq!(found, "");
    for path in ["fu.jpg", "yuan.jpg"] {
        let bytes = &set.get(path).expect("it is published").bytes;
        assert!(!bytes.windows(6).any(|part| part == b"Secret"), "{path}");
        assert_eq!(bytes.len(), photo.len() - 11, "{path}");
        let (given, kept) = (
            image::load_from_memory(&photo),
            image::load_from_memory(bytes),
        );
        assert_eq!(
            given.expect("a picture"),
            kept.expect("a picture"),
            "{path}"
        );
    }
    assert!(!set.iter().any(|(path, _)| path.contains("fu-640")));
}

/// A page that is a folder has its pictures beside it; pages of other sections
/// may show the same picture.
#[test]
fn pictures_are_found_from_where_the_text_is() {
    let small = encoded(&picture(60, 40), ImageFormat::Png);
    let site = site_with(&[("content/shuo/tu.png", small)], "文字");
    let page = |title: &str, source: &str| {
        format!("+++\ntitle = \"{title}\"\n+++\n\n![虚构示例]({source})\n")
    };
    let content = site.path().join("content");
    fs::write(content.join("shuo/index.md"), page("一", "tu.png")).expect("ok");
    fs::write(content.join("about.md"), page("二", "/shuo/tu.png")).expect("ok");
    let (set, found) = built(site.path());
    assert_eq!(found, "");
    assert_eq!(shown(&set)["src"], "../shuo/tu.png");
    let page = &set.get("shuo/index.html").expect("made").bytes;
    let page = std::str::from_utf8(page).expect("UTF-8");
    assert!(
        page.contains("<img src=\"tu.png\" width=\"60\" height=\"40\""),
        "{page}"
    );
}

/// A small file that claims much memory is refused, or loses the part that
/// claims it, before anything is unpacked.
#[test]
fn a_profile_and_deep_colours_take_bounded_memory() {
    use std::io::Write as _;

    let chunk = |name: &[u8; 4], data: &[u8]| {
        let crc = {
            let mut crc = flate2::Crc::new();
            crc.update(name);
            crc.update(data);
            crc.sum().to_be_bytes()
        };
        let length = u32::try_from(data.len()).expect("short").to_be_bytes();
        [&length[..], name, data, &crc].concat()
    };
    let mut packed =
        flate2::write::ZlibEncoder::new(b"x\0\0".to_vec(), flate2::Compression::fast());
    for _ in 0..64 {
        packed.write_all(&[0; 1 << 20]).expect("memory");
    }
    let profile = chunk(b"iCCP", &packed.finish().expect("memory"));
    let small = encoded(&picture(10, 10), ImageFormat::Png);
    let (head, rest) = small.split_at(33);
    let bomb = [head, &profile, rest].concat();
    // 100 megapixels of 16 bits in four channels: 800 MB.
    let mut ihdr = Vec::new();
    ihdr.extend(10_000_u32.to_be_bytes());
    ihdr.extend(10_000_u32.to_be_bytes());
    ihdr.extend([16, 6, 0, 0, 0]);
    let deep = [
        &small[..8],
        &chunk(b"IHDR", &ihdr),
        &chunk(b"IDAT", b""),
        &chunk(b"IEND", b""),
    ]
    .concat();
    let site = site_with(&[("content/a.png", bomb)], "![图](a.png)");
    let (set, found) = built(site.path());
    assert_eq!(found, "");
    assert_eq!(set.get("a.png").expect("published").bytes[..], small[..]);
    let site = site_with(&[("content/a.png", deep)], "![图](a.png)");
    let options = SiteOptions::of(site.path());
    let outcome = site::check(&options, &Silent).expect("it can be read");
    let codes: Vec<&str> = outcome
        .findings
        .diagnostics()
        .iter()
        .map(|d| d.code)
        .collect();
    assert_eq!(codes, ["image-limit"]);
}
