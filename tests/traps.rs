//! Traps in a site's folder: links where a command writes or deletes, pipes
//! where it reads, forged files that it might trust. Whoever can change a
//! site's files must not decide what happens outside it.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::support;

/// A site, a folder beside it that must not change, and a cache.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Self { folder };
        support::copy_into(
            &support::repository("tests/fixtures/diagnostics-base"),
            &place.site(),
        );
        fs::create_dir_all(place.victim().join("sub/tantivy")).expect("folders");
        for file in ["notes", "sub/x", "sub/tantivy/meta.json", "zhize.json"] {
            fs::write(place.victim().join(file), "precious").expect("file");
        }
        place
    }

    fn site(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    fn victim(&self) -> PathBuf {
        self.folder.path().join("victim")
    }

    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.site().join(path);
        fs::create_dir_all(path.parent().expect("below the site")).expect("folders");
        fs::write(path, bytes).expect("file");
    }

    fn link(&self, path: &str, leads_to: impl AsRef<Path>) {
        let path = self.site().join(path);
        fs::create_dir_all(path.parent().expect("below the site")).expect("folders");
        symlink(leads_to, path).expect("link");
    }

    fn pipe(&self, path: &str) {
        let path = self.site().join(path);
        fs::create_dir_all(path.parent().expect("below the site")).expect("folders");
        let made = Command::new("mkfifo").arg(path).status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    }

    /// Runs a command in the site, and asserts that nothing outside changed.
    #[track_caller]
    fn run(&self, words: &[&str]) -> Output {
        let before = snapshot(&self.victim());
        let program = crate::support::program();
        let output = Command::new("timeout")
            .arg("600")
            .arg(program.get_program())
            .args(program.get_args())
            .args(words)
            .current_dir(self.site())
            .env("ZHIZE_CACHE_DIR", self.folder.path().join("cache"))
            .stdin(Stdio::null())
            .output()
            .expect("zhize starts");
        assert_ne!(output.status.code(), Some(124), "it waits for ever");
        assert_eq!(snapshot(&self.victim()), before, "{words:?}: {output:?}");
        output
    }

    #[track_caller]
    fn runs(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let told = told(&output);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {told}");
        told
    }

    /// Runs a command that must fail with one line that contains these words.
    #[track_caller]
    fn refuses(&self, words: &[&str], says: &[&str]) {
        let output = self.run(words);
        let told = told(&output);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {told}");
        for word in says {
            assert!(told.contains(word), "no {word} in: {told}");
        }
    }
}

fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

/// All files and folders below a folder.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| {
            let entry = entry.expect("readable");
            let is_file = entry.file_type().is_file();
            let bytes = is_file.then(|| fs::read(entry.path()).expect("readable"));
            (entry.into_path(), bytes)
        })
        .collect()
}

#[test]
fn a_link_in_the_place_of_a_work_folder_is_not_followed() {
    let place = Place::new();
    for name in [".zhize-public", ".zhize-public-0123456789abcdef"] {
        place.link(name, "../victim");
    }
    place.link(".zhize-public-1111111111111111", "..");
    place.link(".zhize-public-2222222222222222", "../victim/notes");
    place.link(".zhize-public-3333333333333333", "nowhere");
    place.pipe(".zhize-public-4444444444444444");
    // A real folder whose marker is a link, a pipe, or for another purpose.
    for (digit, marker) in ["5", "6", "7"].iter().zip(["link", "pipe", "file"]) {
        let work = format!(".zhize-public-{}", digit.repeat(16));
        place.write(&format!("{work}/new/file"), "somebody's");
        let path = format!("{work}/zhize-work.json");
        match marker {
            "link" => place.link(&path, "../../victim/zhize.json"),
            "pipe" => place.pipe(&path),
            _ => place.write(&path, r#"{"generator":"zhize","work":"other"}"#),
        }
    }
    // A folder that claims to be ours, with links in it.
    let forged = ".zhize-public-8888888888888888";
    place.write(
        &format!("{forged}/zhize-work.json"),
        r#"{"generator":"zhize","work":"public"}"#,
    );
    place.link(&format!("{forged}/new"), "../../victim");
    place.link(&format!("{forged}/ready"), "../../victim");
    place.link(&format!("{forged}/old"), "../../victim");
    for _ in 0..2 {
        place.runs(&["build"]);
    }
    assert!(place.site().join("public/index.html").is_file());
    for digit in ["5", "6", "7"] {
        let file = format!(".zhize-public-{}/new/file", digit.repeat(16));
        assert!(place.site().join(&file).is_file(), "{file} is not ours");
    }
}

#[test]
fn a_work_folder_with_links_deep_in_it_is_cleared_without_following_them() {
    let place = Place::new();
    let work = ".zhize-public-0123456789abcdef";
    place.write(
        &format!("{work}/zhize-work.json"),
        r#"{"generator":"zhize","work":"public"}"#,
    );
    place.write(&format!("{work}/new/a/b/index.html"), "half");
    place.link(&format!("{work}/new/a/b/out"), "../../../../../victim");
    place.link(&format!("{work}/new/out"), "../../../victim/notes");
    place.runs(&["build"]);
    assert!(!place.site().join(work).exists());
}

#[test]
fn nothing_of_a_cache_in_the_site_is_believed_or_touched() {
    let place = Place::new();
    let picture = image::DynamicImage::new_rgb8(1_600, 900);
    let mut png = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut png, image::ImageFormat::Png)
        .expect("encoded");
    place.write("content/tu.png", png.get_ref());
    place.write(
        "content/about.md",
        "+++\ntitle = \"关于\"\n+++\n\n![虚构示例](tu.png)\n",
    );
    place.runs(&["build"]);
    let published = fs::read(place.site().join("public/tu.png")).expect("published");
    image::load_from_memory(&published).expect("a picture");
    let cache = place.folder.path().join("cache/pictures");
    let kept = fs::read_dir(&cache).expect("a cache").count();
    assert!(kept > 1, "the marker and a picture");
    let same = || {
        let told = place.runs(&["build"]);
        assert_eq!(told.matches(".zhize-picture-cache").count(), 1, "{told}");
        let now = fs::read(place.site().join("public/tu.png")).expect("published");
        assert_eq!(now, published);
    };
    // A link to a folder.
    place.link(".zhize-picture-cache", "../victim");
    same();
    fs::remove_file(place.site().join(".zhize-picture-cache")).expect("a link");
    // Forged entries under every name that was ever used.
    let hash = fs::read_dir(&cache)
        .expect("a cache")
        .filter_map(|entry| entry.expect("readable").file_name().into_string().ok())
        .find(|name| name.len() > 64)
        .expect("the picture's entry");
    place.write(&format!(".zhize-picture-cache/{hash}"), "EVIL");
    place.link(
        &format!(".zhize-picture-cache/{}.half", &hash[..64]),
        "../../victim/notes",
    );
    same();
    // A link or a pipe in the cache itself costs time but does no harm.
    let entry = cache.join(&hash);
    fs::remove_file(&entry).expect("it is there");
    symlink(place.victim().join("notes"), &entry).expect("link");
    same();
    assert!(fs::symlink_metadata(&entry).expect("there").is_file());
    // A cache inside the site is not used.
    let inside = crate::support::program()
        .args(["check"])
        .current_dir(place.site())
        .env("ZHIZE_CACHE_DIR", place.site().join(".zhize-picture-cache"))
        .output()
        .expect("zhize starts");
    assert!(
        told(&inside).contains("ZHIZE_CACHE_DIR"),
        "{}",
        told(&inside)
    );
}

#[test]
fn import_writes_through_no_link() {
    let place = Place::new();
    let text = "示例办法\n\n第一条 为了示例，制定本办法。\n\n第二条 本办法自发布之日起施行。\n";
    fs::write(place.folder.path().join("shili.txt"), text).expect("file");
    let section = "content/regulations";
    for number in 0..40_000 {
        if number % 97 == 0 {
            place.link(
                &format!("{section}/.x.md.{number}.part"),
                "../../../victim/notes",
            );
        }
    }
    place.link(
        &format!("{section}/.zhize-import-0123456789abcdef"),
        "../../../victim",
    );
    place.link("data/.zhize-sources.toml-0123456789abcdef", "../../victim");
    let words = ["import", "../shili.txt", "--into", section];
    place.runs(&words);
    let page = fs::read_dir(place.site().join(section))
        .expect("the section")
        .map(|entry| entry.expect("readable"))
        .find(|entry| {
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            is_file
                && fs::read_to_string(entry.path()).is_ok_and(|text| text.contains("制定本办法"))
        })
        .expect("the page");
    assert!(page.file_type().expect("a kind").is_file());
    // The page itself is a link: the link stays, and so does its target.
    fs::remove_file(page.path()).expect("it is there");
    symlink("../../../victim/notes", page.path()).expect("link");
    place.runs(&words);
    assert!(
        fs::symlink_metadata(page.path())
            .expect("there")
            .is_symlink()
    );
    // The folder beside the content leads out of the site.
    let beside = place.site().join(".zhize");
    fs::remove_dir_all(&beside).expect("it is there");
    place.link(".zhize", "../victim/sub");
    fs::remove_file(page.path()).expect("it is there");
    let output = place.run(&words);
    assert_ne!(output.status.code(), Some(0), "{}", told(&output));
    let output = place.run(&["import", "--undo"]);
    assert_ne!(output.status.code(), Some(0), "{}", told(&output));
    fs::remove_file(&beside).expect("it is there");
    // A pipe in place of the file is not read.
    fs::remove_file(page.path()).ok();
    place.pipe(&format!("{section}/{}", page.file_name().to_string_lossy()));
    place.run(&words);
    // A register that links out of the site.
    fs::remove_dir_all(place.site().join("data")).expect("it is there");
    place.link("data", "../victim/sub");
    let other = text.replace("示例", "另一");
    fs::write(place.folder.path().join("shili.txt"), other).expect("file");
    let output = place.run(&words);
    assert_ne!(output.status.code(), Some(0), "{}", told(&output));
}

#[test]
fn new_writes_through_no_link() {
    let place = Place::new();
    place.link("content/practices/planted.md", "../../../victim/notes");
    place.link("content/practices/dangling.md", "../../../victim/none");
    for slug in ["planted", "dangling"] {
        place.refuses(&["new", "practice", slug], &["已经存在"]);
    }
    fs::remove_dir_all(place.site().join("content/cases")).expect("it is there");
    place.link("content/cases", "../../victim/sub");
    place.refuses(&["new", "case", "planted"], &["case"]);
}

#[test]
fn the_index_takes_the_place_of_nothing_that_is_not_ours() {
    let place = Place::new();
    place.runs(&["build"]);
    let index = place.site().join("search-index");
    // Leftovers of old versions, and names that could be guessed.
    place.link("search-index/.zhize-tantivy-new", "../../victim");
    place.link(
        "search-index/.zhize-tantivy-0123456789abcdef",
        "../../victim",
    );
    place.link("search-index/manifest.json.part", "../../victim/notes");
    place.runs(&["build"]);
    // A foreign file in tantivy's folder.
    place.write("search-index/tantivy/thesis.txt", "mine");
    place.refuses(&["build"], &["thesis.txt", "移出"]);
    assert!(index.join("tantivy/thesis.txt").is_file());
    fs::remove_file(index.join("tantivy/thesis.txt")).expect("it is there");
    // The manifest is a link, a pipe, or a foreign file.
    let manifest = index.join("manifest.json");
    fs::remove_file(&manifest).expect("it is there");
    place.link("search-index/manifest.json", "../../victim/notes");
    place.refuses(&["build"], &["manifest.json"]);
    fs::remove_file(&manifest).expect("it is there");
    place.pipe("search-index/manifest.json");
    place.refuses(&["build"], &["manifest.json"]);
    fs::remove_file(&manifest).expect("it is there");
    place.write("search-index/manifest.json", "{\"name\":\"mine\"}");
    place.refuses(&["build"], &["manifest.json"]);
    fs::remove_file(&manifest).expect("it is there");
    // tantivy's folder is a link.
    fs::remove_dir_all(index.join("tantivy")).expect("it is there");
    place.link("search-index/tantivy", "../../victim/sub/tantivy");
    place.refuses(&["build"], &["符号链接"]);
    fs::remove_file(index.join("tantivy")).expect("it is there");
    place.runs(&["build"]);
    // The whole folder is a link.
    fs::remove_dir_all(&index).expect("it is there");
    place.link("search-index", "../victim/sub");
    place.refuses(&["build"], &["符号链接"]);
}

#[test]
fn an_output_that_is_a_pipe_or_has_one_is_refused() {
    let place = Place::new();
    place.runs(&["build"]);
    let public = place.site().join("public");
    fs::remove_file(public.join("zhize.json")).expect("it is there");
    place.pipe("public/zhize.json");
    place.refuses(&["build"], &["不是 zhize 生成"]);
    fs::remove_dir_all(&public).expect("it is there");
    place.pipe("public");
    place.refuses(&["build"], &["public"]);
}

#[test]
fn a_pipe_in_place_of_a_source_is_named() {
    for path in [
        "config.toml",
        "search-index/golden.toml",
        "search-index/lexicon.toml",
    ] {
        let place = Place::new();
        let _ = fs::remove_file(place.site().join(path));
        place.pipe(path);
        for command in ["check", "build"] {
            let output = place.run(&[command]);
            assert_ne!(output.status.code(), Some(0), "{path}");
            assert!(told(&output).contains(path), "{}", told(&output));
        }
    }
    let place = Place::new();
    for path in [
        "content/a.md",
        "data/a.toml",
        "static/a.txt",
        "templates/a.html",
        "words/zh-CN.toml",
    ] {
        place.pipe(path);
        place.run(&["check"]);
    }
}

/// Every trap at once, before every command that writes.
#[test]
fn a_folder_full_of_traps_harms_nobody() {
    let place = Place::new();
    place.link(".zhize-public", "../victim");
    place.link(".zhize-public-0123456789abcdef", "../victim");
    place.link(".zhize-picture-cache", "../victim");
    place.link("search-index/.zhize-tantivy-new", "../../victim");
    place.link(
        "search-index/.zhize-tantivy-0123456789abcdef",
        "../../victim/sub",
    );
    place.link(
        "search-index/.zhize-manifest.json-0123456789abcdef",
        "../../victim",
    );
    place.link("data/.zhize-sources.toml-0123456789abcdef", "../../victim");
    for section in ["regulations", "practices"] {
        place.link(
            &format!("content/{section}/.zhize-import-0123456789abcdef"),
            "../../../victim",
        );
        place.link(&format!("content/{section}/.up"), "../..");
        place.pipe(&format!("content/{section}/.pipe"));
    }
    let text = "示例办法\n\n第一条 为了示例，制定本办法。\n";
    fs::write(place.folder.path().join("shili.txt"), text).expect("file");
    for words in [
        &["build"][..],
        &["check"],
        &["import", "../shili.txt", "--into", "content/regulations"],
        &["new", "practice", "xin"],
        &["build", "--output", "public"],
        &["check"],
    ] {
        let output = place.run(words);
        assert!(
            output.status.code().is_some_and(|code| code < 2),
            "{}",
            told(&output)
        );
    }
    serves(&place);
}

/// Starts a preview, waits until it has built, and stops it.
fn serves(place: &Place) {
    use std::io::{BufRead as _, BufReader};
    let before = snapshot(&place.victim());
    let mut child = crate::support::program()
        .args(["serve", "--port", "0"])
        .current_dir(place.site())
        .env("ZHIZE_CACHE_DIR", place.folder.path().join("cache"))
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("zhize starts");
    let lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let built = lines
        .map_while(Result::ok)
        .find(|line| line.contains("已生成") || line.contains("未生成"));
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!(built.is_some(), "it has built or said why not");
    assert_eq!(snapshot(&place.victim()), before);
}

/// Files that are outside, hidden or of another kind are not published through
/// a link, wherever a site has files; every command reports them.
#[test]
fn no_link_publishes_what_lies_elsewhere() {
    let place = Place::new();
    place.write(".git/config", "token = 1");
    place.write(
        "content/draft.md",
        "+++\ntitle = \"x\"\ndraft = true\n+++\n",
    );
    let config = fs::read_to_string(place.site().join("config.toml")).expect("there");
    place.write("config.toml", format!("theme = \"mine\"\n{config}"));
    place.write("themes/mine/theme.toml", "");
    let notes = place.victim().join("notes");
    let links: [(&str, &Path); 9] = [
        ("content/token.txt", Path::new("../.git/config")),
        ("content/draft.txt", Path::new("draft.md")),
        ("data/more.toml", &notes),
        ("static/notes.txt", &notes),
        ("templates/notes.html", &notes),
        ("words/zh-CN.toml", &notes),
        ("search-index/lexicon.toml", Path::new("../.git/config")),
        ("themes/mine/static/notes.txt", &notes),
        ("themes/mine/static/out", &place.victim()),
    ];
    for (path, leads_to) in links {
        place.link(path, leads_to);
    }
    let output = place.run(&["check"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    for (path, _) in links {
        assert!(text.contains(&format!(" {path}:1:1")), "{path} in {text}");
    }
    assert_eq!(
        text.matches("错误[symbolic-link]").count(),
        links.len(),
        "{text}"
    );
    assert_eq!(place.run(&["build"]).status.code(), Some(1));
    assert!(!place.site().join("public").exists());
}

/// Links within a folder work like the files that they lead to.
#[test]
fn links_within_a_folder_of_the_site_are_followed() {
    let place = Place::new();
    let about = "+++\ntitle = \"关于\"\n+++\n\n正文。\n";
    place.write("content/parts/about.md", about);
    place.write("content/parts/_index.md", "+++\ntitle = \"部分\"\n+++\n");
    place.link("content/again.md", "parts/about.md");
    place.write("themes/mine/theme.toml", "");
    place.write("themes/mine/static/seen.txt", "seen");
    place.link("themes/yours", "mine");
    let config = fs::read_to_string(place.site().join("config.toml")).expect("there");
    place.write("real.toml", format!("theme = \"yours\"\n{config}"));
    fs::remove_file(place.site().join("config.toml")).expect("ours");
    place.link("config.toml", "real.toml");
    let output = place.run(&["build"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let built = |path: &str| place.site().join("public").join(path).exists();
    assert!(built("again/index.html") && built("seen.txt"));
}

/// Whatever the name of a file, a message is one line, in reading order.
#[test]
fn names_steer_no_terminal() {
    let place = Place::new();
    place.write("content/a\u{202e}gnp.txt", "x");
    place.write("content/b\nerror: c.txt", "x");
    place.write("content/aux.txt", "x");
    let output = place.run(&["check"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(!text.contains('\u{202e}'), "{text}");
    assert!(
        !text.lines().any(|line| line.starts_with("error: c")),
        "{text}"
    );
    assert_eq!(text.matches("错误[file-name]").count(), 3, "{text}");
}

/// Searches trust the index, and readers the site: no other user of the machine
/// may change them.
#[test]
fn only_their_owner_can_change_built_files_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let program = support::program();
    let output = Command::new("sh")
        .args(["-c", "umask 0; exec \"$@\"", "sh"])
        .arg(program.get_program())
        .args(program.get_args())
        .arg("build")
        .current_dir(place.site())
        .env("ZHIZE_CACHE_DIR", place.folder.path().join("cache"))
        .output()
        .expect("zhize starts");
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let mut files = 0;
    for folder in ["public", "search-index/tantivy"] {
        for entry in walkdir::WalkDir::new(place.site().join(folder)) {
            let entry = entry.expect("readable");
            let mode = entry.metadata().expect("a mode").permissions().mode();
            // tantivy makes its lock when the index is opened; it holds nothing.
            let is_lock = entry.file_name().to_string_lossy().ends_with(".lock");
            assert!(
                mode & 0o022 == 0 || is_lock,
                "{}: {mode:o}",
                entry.path().display()
            );
            files += 1;
        }
    }
    assert!(files > 100, "{files}");
}
