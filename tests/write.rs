//! Writing the output folder: whole or not at all, and never deleting foreign
//! files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use zhize::disk;
use zhize::output::{Audience, Handover, OutputSet};
use zhize::write::{self, Destination, WriteOptions, Writing};

const OPTIONS: WriteOptions = WriteOptions {
    keep_previous: true,
    durable: false,
};

fn set(files: &[(&str, &str)]) -> OutputSet {
    let mut set = OutputSet::default();
    for (path, text) in files {
        set.insert(*path, text.as_bytes().to_vec(), Audience::Readers);
    }
    set
}

/// A root with sources, and with `public` in it.
fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("content")).expect("content");
    folder
}

/// Writes a set as a build does: file by file.
fn write_set(
    set: &OutputSet,
    destination: &Destination,
    options: WriteOptions,
) -> anyhow::Result<write::WriteSummary> {
    let writing = Writing::to(destination, options);
    let out = Handover::to(&writing);
    for (path, file) in set.iter() {
        out.put(path, file.bytes.clone(), file.audience)?;
    }
    let made = out.finish();
    writing.finish(&made)
}

fn write_to(root: &Path, files: &[(&str, &str)]) -> anyhow::Result<write::WriteSummary> {
    let destination = Destination::check(root, &root.join("public"), &[])?;
    write_set(&set(files), &destination, OPTIONS)
}

/// Every file below a folder, by path.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("a readable folder"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).expect("below the folder");
            let bytes = fs::read(entry.path()).expect("a readable file");
            (name.to_string_lossy().replace('\\', "/"), bytes)
        })
        .collect()
}

fn names(folder: &Path) -> Vec<String> {
    contents(folder).into_keys().collect()
}

fn message(error: &anyhow::Error) -> String {
    format!("{error:#}")
}

#[test]
fn replaces_the_whole_folder() {
    let root = site();
    let public = root.path().join("public");
    write_to(root.path(), &[("index.html", "1"), ("old/index.html", "1")]).expect("first");
    write_to(root.path(), &[("index.html", "2"), ("a/b/c.html", "2")]).expect("second");
    assert_eq!(names(&public), ["a/b/c.html", "index.html", "zhize.json"]);
    assert_eq!(fs::read(public.join("index.html")).expect("index"), b"2");
    assert_eq!(
        fs::read_dir(root.path()).expect("root").count(),
        2,
        "nothing is left beside the output"
    );
}

/// What a build says it changed.
#[test]
fn the_difference_to_the_site_before_is_told_with_titles() {
    let root = site();
    let list = r#"[["a/index.html","甲"],["b/index.html","乙"]]"#;
    let first = [
        ("search/pages.json", list),
        ("a/index.html", "1"),
        ("b/index.html", "1"),
        ("b/x.pdf", "1"),
    ];
    let written = write_to(root.path(), &first).expect("first");
    assert_eq!(written.changes, None, "there was no site");
    let list = r#"[["a/index.html","甲（新）"]]"#;
    let second = [
        ("search/pages.json", list),
        ("a/index.html", "2"),
        ("c/index.html", "1"),
    ];
    let written = write_to(root.path(), &second).expect("second");
    let changes = written.changes.expect("there was one");
    assert_eq!(changes.new, ["c/index.html"]);
    assert_eq!(changes.changed, ["a/index.html", "search/pages.json"]);
    assert_eq!(changes.gone, ["b/index.html", "b/x.pdf"]);
    assert_eq!(changes.titles["a/index.html"], "甲（新）");
    assert_eq!(changes.titles["b/index.html"], "乙", "the old site's title");
    let written = write_to(root.path(), &second).expect("the same again");
    assert!(written.changes.expect("there was one").is_empty());
}

/// A copy of a site is compared with the manifest in it: also what was kept of
/// the release before.
#[test]
fn a_copy_of_a_site_is_verified() {
    let root = site();
    let public = root.path().join("public");
    let with = |asset: &str| {
        let files = [("index.html", "1"), ("a/b.html", "1"), (asset, "x")];
        write_keeping(root.path(), &["CNAME"], &files).expect("written")
    };
    with("assets/site.1.js");
    assert_eq!(with("assets/site.2.js").kept, ["assets/site.1.js"]);
    for (path, text) in [("CNAME", "a"), (".git/HEAD", "b"), ("Thumbs.db", "c")] {
        put(root.path(), path, text);
    }
    let found = zhize::verify(&public).expect("a site");
    assert!(found.is_whole(), "{found:?}");
    assert_eq!(found.whole, 4);

    put(root.path(), "index.html", "2");
    put(root.path(), "a/shell.php", "?");
    fs::remove_file(public.join("a/b.html")).expect("it was there");
    put(root.path(), "assets/site.1.js", "y");
    let found = zhize::verify(&public).expect("a site");
    assert_eq!(found.altered, ["assets/site.1.js", "index.html"]);
    assert_eq!(found.missing, ["a/b.html"]);
    assert_eq!(found.extra, ["a/shell.php"]);
    assert_eq!(found.whole, 1);
}

#[test]
fn a_folder_without_a_manifest_can_not_be_verified() {
    let root = site();
    let error = zhize::verify(root.path()).expect_err("no site");
    assert!(message(&error).contains("zhize.json"), "{error:#}");
    write_to(root.path(), &[("index.html", "1")]).expect("written");
    let public = root.path().join("public");
    let marker = fs::read_to_string(public.join("zhize.json")).expect("marker");
    let cut = marker.replacen("\"hashes\": \"", "\"hashes\": \"0", 1);
    put(root.path(), "zhize.json", &cut);
    let error = zhize::verify(&public).expect_err("hashes that fit no list");
    assert!(message(&error).contains("校验值"), "{error:#}");
}

/// A build that stops half way, because a page can't be made, leaves nothing.
#[test]
fn what_is_left_unfinished_leaves_the_old_site_and_nothing_beside_it() {
    let root = site();
    let public = root.path().join("public");
    write_to(root.path(), &[("index.html", "1")]).expect("first");
    let destination = Destination::check(root.path(), &public, &[]).expect("it is ours");
    let writing = Writing::to(&destination, OPTIONS);
    let out = Handover::to(&writing);
    for path in ["a/b/index.html", "a/index.html", "index.html"] {
        out.put(path, "2", Audience::Readers)
            .expect("it is written");
    }
    let beside = || fs::read_dir(root.path()).expect("root").count();
    assert_eq!(beside(), 3, "content, public, the work folder");
    drop(out);
    drop(writing);
    assert_eq!(beside(), 2);
    assert_eq!(names(&public), ["index.html", "zhize.json"]);
    assert_eq!(fs::read(public.join("index.html")).expect("index"), b"1");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let files = [
        ("index.html", "1"),
        ("search/t-1/00.bin", "x"),
        ("assets/a.0f.css", "y"),
    ];
    let (one, two) = (site(), site());
    for root in [&one, &one, &two] {
        write_to(root.path(), &files).expect("written");
    }
    assert_eq!(
        contents(&one.path().join("public")),
        contents(&two.path().join("public"))
    );
}

/// As a web server holds a file that it sends, or a command window the folder
/// that it stands in.
#[cfg(windows)]
#[test]
fn a_held_site_stays_whole_and_the_message_names_what_is_held() {
    use std::os::windows::fs::OpenOptionsExt as _;
    const SHARE_READ: u32 = 1;
    const BACKUP_SEMANTICS: u32 = 0x0200_0000;
    let root = site();
    let files = [("index.html", "1"), ("a/index.html", "1")];
    write_to(root.path(), &files).expect("first");
    let public = root.path().join("public");
    let before = contents(&public);
    let held = fs::OpenOptions::new()
        .read(true)
        .share_mode(SHARE_READ)
        .custom_flags(BACKUP_SEMANTICS)
        .open(public.join("a"))
        .expect("it is there");
    let _folder_too = fs::OpenOptions::new()
        .read(true)
        .share_mode(SHARE_READ)
        .custom_flags(BACKUP_SEMANTICS)
        .open(&public)
        .expect("it is there");
    let error = write_to(root.path(), &[("index.html", "2")]).expect_err("held");
    let message = message(&error);
    assert!(message.contains("正由其他程序使用"), "{message}");
    assert!(message.contains(r"public\a "), "{message}");
    assert_eq!(contents(&public), before);
    assert_eq!(listed(root.path()), ["content", "public"]);
    drop(held);
}

#[cfg(unix)]
#[test]
fn anybody_may_read_what_is_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = site();
    write_to(root.path(), &[("a/index.html", "1")]).expect("written");
    let mode = |path: &str| {
        let path = root.path().join("public").join(path);
        fs::metadata(path).expect("exists").permissions().mode() & 0o777
    };
    assert_eq!(
        [
            mode(""),
            mode("a"),
            mode("a/index.html"),
            mode("zhize.json")
        ],
        [0o755, 0o755, 0o644, 0o644]
    );
}

#[test]
fn keeps_shards_and_assets_of_the_release_before() {
    let root = site();
    let public = root.path().join("public");
    let release = |n: &str| {
        let (shard, asset) = (
            format!("search/t-{n}/00.bin"),
            format!("assets/site.{n}.js"),
        );
        let files = [("search/boot.bin", n), (&shard, n), (&asset, n)];
        write_to(root.path(), &files).expect("written").kept
    };
    assert!(release("1").is_empty());
    assert_eq!(release("2"), ["assets/site.1.js", "search/t-1"]);
    assert_eq!(
        fs::read(public.join("search/t-1/00.bin")).expect("kept"),
        b"1"
    );
    // Built again without a change, it is the same release.
    assert_eq!(release("2"), ["assets/site.1.js", "search/t-1"]);
    assert_eq!(release("3"), ["assets/site.2.js", "search/t-2"]);
    assert!(
        !public.join("search/t-1").exists(),
        "kept for one release only"
    );

    let marker: serde_json::Value =
        serde_json::from_slice(&fs::read(public.join("zhize.json")).expect("marker"))
            .expect("JSON");
    assert_eq!(marker["current"][1], "search/t-3");
    assert_eq!(marker["kept"][1], "search/t-2");

    let destination = Destination::check(root.path(), &public, &[]).expect("ours");
    let options = WriteOptions {
        keep_previous: false,
        ..OPTIONS
    };
    write_set(&set(&[("index.html", "4")]), &destination, options).expect("clean");
    assert_eq!(names(&public), ["index.html", "zhize.json"]);
}

#[test]
fn refuses_what_zhize_did_not_make() {
    let root = site();
    let refuse = |output: &Path, words: &str| {
        let error = Destination::check(root.path(), output, &[]).expect_err("refused");
        let message = message(&error);
        assert!(message.contains(words), "{message}");
        assert!(message.contains("--output"), "a remedy in: {message}");
        assert!(!message.contains('\n'), "one line: {message}");
    };
    let foreign = root.path().join("foreign");
    fs::create_dir(&foreign).expect("folder");
    Destination::check(root.path(), &foreign, &[]).expect("an empty folder may be used");
    fs::write(foreign.join("thesis.txt"), "x").expect("file");
    refuse(&foreign, "不是 zhize 生成");
    fs::write(foreign.join("zhize.json"), "{}").expect("file");
    refuse(&foreign, "不是 zhize 生成");
    refuse(&foreign.join("thesis.txt"), "不是目录");
    refuse(root.path(), "知识库目录或其上级目录");
    refuse(&root.path().join("content/.."), "知识库目录或其上级目录");
    refuse(
        root.path().parent().expect("a parent"),
        "知识库目录或其上级目录",
    );
    refuse(&root.path().join("content/public"), "源文件");
}

/// A work folder of `public`, as a killed build leaves it.
fn left_work(root: &Path) -> PathBuf {
    let work = root.join(".zhize-public-0123456789abcdef");
    fs::create_dir(&work).expect("folder");
    let marker = r#"{"generator":"zhize","work":"public"}"#;
    fs::write(work.join("zhize-work.json"), marker).expect("file");
    work
}

/// The content of a folder, except for the marker and foreign work folders.
fn listed(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> = entries
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn clears_what_a_killed_build_left() {
    let root = site();
    let public = root.path().join("public");
    write_to(root.path(), &[("index.html", "1")]).expect("first");
    let work = left_work(root.path());
    fs::create_dir_all(work.join("new/half")).expect("folders");
    fs::write(work.join("new/half/index.html"), "½").expect("file");
    // Killed before it had written its marker, and before it had one.
    let early = root.path().join(".zhize-public-0000000000000000");
    fs::create_dir(&early).expect("folder");
    fs::write(early.join("zhize-work.json"), "").expect("file");
    fs::create_dir(root.path().join(".zhize-public-1111111111111111")).expect("folder");
    write_to(root.path(), &[("index.html", "2")]).expect("second");
    assert_eq!(listed(root.path()), ["content", "public"]);
    assert_eq!(names(&public), ["index.html", "zhize.json"]);

    // Killed between the two renames that replace an exchange.
    let work = left_work(root.path());
    fs::rename(&public, work.join("old")).expect("renamed");
    let broken = set(&[("a", "file"), ("a/b", "below a file")]);
    let destination = Destination::check(root.path(), &public, &[]).expect("free");
    write_set(&broken, &destination, OPTIONS).expect_err("a folder and a file of one name");
    assert_eq!(fs::read(public.join("index.html")).expect("restored"), b"2");
}

/// Puts a file into the output, as other programs do.
fn put(root: &Path, path: &str, text: &str) {
    let path = root.join("public").join(path);
    fs::create_dir_all(path.parent().expect("below the output")).expect("folders");
    fs::write(path, text).expect("file");
}

fn write_keeping(
    root: &Path,
    preserve: &[&str],
    files: &[(&str, &str)],
) -> anyhow::Result<write::WriteSummary> {
    let preserve: Vec<_> = preserve.iter().map(ToString::to_string).collect();
    let destination = Destination::check(root, &root.join("public"), &preserve)?;
    write_set(&set(files), &destination, OPTIONS)
}

#[test]
fn what_others_put_into_the_output_stays_or_stops_the_build() {
    let root = site();
    let public = root.path().join("public");
    let site = |n| [("index.html", n), ("a/index.html", n), ("b/index.html", n)];
    write_to(root.path(), &site("1")).expect("first");
    put(root.path(), ".git/HEAD", "ref");
    put(root.path(), ".git/objects/aa/bb", "object");
    put(root.path(), ".nojekyll", "");
    put(root.path(), ".well-known/security.txt", "contact");
    put(root.path(), "a/.htaccess", "deny");
    put(root.path(), "b/.htaccess", "deny");
    put(root.path(), "Thumbs.db", "x");
    let before = contents(&public);
    // b is no longer a page.
    write_to(root.path(), &[("index.html", "2"), ("a/index.html", "2")]).expect("second");
    let after = contents(&public);
    for (path, bytes) in &before {
        let is_ours = path.ends_with("index.html") || path == "zhize.json";
        assert!(is_ours || after.get(path) == Some(bytes), "{path}");
    }
    assert!(!after.contains_key("b/index.html"));
    assert_eq!(after["a/index.html"], b"2");

    put(root.path(), "CNAME", "kb.example.org");
    put(root.path(), "uploads/2026/a.pdf", "upload");
    put(root.path(), "a/notes.txt", "note");
    fs::create_dir(public.join("empty")).expect("folder");
    let error = write_to(root.path(), &site("3")).expect_err("foreign files");
    for word in ["CNAME", "uploads/", "a/notes.txt", "empty/", "preserve = ["] {
        assert!(message(&error).contains(word), "no {word} in {error:#}");
    }
    let kept = ["CNAME", "uploads/2026", "a/notes.txt", "empty"];
    write_keeping(root.path(), &kept, &site("3")).expect("all of them stay");
    assert_eq!(
        fs::read(public.join("CNAME")).expect("kept"),
        b"kb.example.org"
    );
    assert_eq!(
        fs::read(public.join("uploads/2026/a.pdf")).expect("kept"),
        b"upload"
    );
    assert_eq!(fs::read(public.join("a/notes.txt")).expect("kept"), b"note");
    assert!(public.join("empty").is_dir());
    // Now the site makes a file of this name itself.
    let own = |text| [("index.html", "4"), ("CNAME", text)];
    let error = write_keeping(root.path(), &kept, &own("other")).expect_err("two files of a name");
    assert!(message(&error).contains("CNAME"), "{error:#}");
    assert_eq!(
        fs::read(public.join("index.html")).expect("as before"),
        b"3"
    );
    write_keeping(root.path(), &kept, &own("kb.example.org")).expect("the same content");
    assert_eq!(listed(root.path()), ["content", "public"]);
    // From then on it belongs to the site.
    write_keeping(root.path(), &kept, &own("new")).expect("ours");
    assert_eq!(fs::read(public.join("CNAME")).expect("ours"), b"new");
}

#[test]
fn a_folder_with_nothing_but_what_stays_may_become_a_site() {
    let root = site();
    put(root.path(), ".git", "gitdir: elsewhere");
    put(root.path(), "CNAME", "kb.example.org");
    let files = [("index.html", "1")];
    let error = write_to(root.path(), &files).expect_err("a foreign file");
    assert!(message(&error).contains("不是 zhize 生成"), "{error:#}");
    write_keeping(root.path(), &["CNAME"], &files).expect("both stay");
    let names = names(&root.path().join("public"));
    assert_eq!(names, [".git", "CNAME", "index.html", "zhize.json"]);
}

#[cfg(unix)]
#[test]
fn links_and_pipes_in_the_output_are_not_taken_for_ours() {
    use std::os::unix::fs::symlink;
    let root = site();
    let public = root.path().join("public");
    let files = [("index.html", "1"), ("a/index.html", "1")];
    write_to(root.path(), &files).expect("first");
    let outside = root.path().join("outside");
    fs::create_dir(&outside).expect("folder");
    fs::write(outside.join("index.html"), "precious").expect("file");
    fs::remove_dir_all(public.join("a")).expect("it is there");
    symlink(&outside, public.join("a")).expect("link");
    let error = write_to(root.path(), &files).expect_err("a link where a folder was");
    assert!(message(&error).contains('a'), "{error:#}");
    fs::remove_file(public.join("a")).expect("a link");
    fs::remove_file(public.join("index.html")).expect("it is there");
    symlink(outside.join("index.html"), public.join("index.html")).expect("link");
    write_to(root.path(), &files).expect_err("a link where a file was");
    fs::remove_file(public.join("index.html")).expect("a link");
    // A link that stays is still a link afterwards, and is not followed.
    symlink(&outside, public.join(".link")).expect("link");
    write_to(root.path(), &files).expect("it may be built again");
    assert_eq!(
        fs::read_link(public.join(".link")).expect("a link"),
        outside
    );
    assert_eq!(
        fs::read(outside.join("index.html")).expect("there"),
        b"precious"
    );
}

#[test]
fn of_a_site_without_a_list_nothing_is_lost() {
    let root = site();
    let public = root.path().join("public");
    put(root.path(), "index.html", "0");
    put(root.path(), "gone/index.html", "0");
    put(root.path(), "search/t-1/00.bin", "shard");
    put(root.path(), "CNAME", "kb.example.org");
    put(root.path(), ".git/HEAD", "ref");
    let marker =
        r#"{"generator":"zhize","version":"0","index":"","current":["search/t-1"],"kept":[]}"#;
    put(root.path(), "zhize.json", marker);
    let files = [("index.html", "1")];
    let summary = write_to(root.path(), &files).expect("it may be replaced");
    let [disk::Remains::Aside(aside)] = &summary.leftovers[..] else {
        panic!("{:?}", summary.leftovers)
    };
    let left = names(aside);
    assert_eq!(left, ["CNAME", "gone/index.html", "zhize.json"]);
    assert_eq!(
        names(&public),
        [".git/HEAD", "index.html", "search/t-1/00.bin", "zhize.json"]
    );
    // Only once: now there is a list.
    let summary = write_to(root.path(), &files).expect("again");
    assert!(summary.leftovers.is_empty());
    // If the list accounts for all files, nothing is set aside.
    put(root.path(), "zhize.json", marker);
    let summary = write_to(root.path(), &files).expect("again");
    assert!(summary.leftovers.is_empty(), "{:?}", summary.leftovers);
}

/// As left by builds that were killed after the exchange, and before it.
#[test]
fn what_stays_comes_back_from_a_killed_build() {
    let root = site();
    let public = root.path().join("public");
    let work = left_work(root.path());
    write_to(root.path(), &[("index.html", "1"), ("gone.html", "1")]).expect("first");
    put(root.path(), ".git/HEAD", "ref");
    put(root.path(), "late.txt", "came during the build");
    fs::rename(&public, root.path().join("old")).expect("renamed");
    write_to(root.path(), &[("index.html", "2")]).expect("second");
    let work = if work.exists() {
        work
    } else {
        left_work(root.path())
    };
    fs::rename(root.path().join("old"), work.join("ready")).expect("renamed");
    let error = write_to(root.path(), &[("index.html", "3")]).expect_err("late.txt is back");
    assert!(message(&error).contains("late.txt"), "{error:#}");
    assert_eq!(fs::read(public.join(".git/HEAD")).expect("back"), b"ref");
    assert_eq!(fs::read(public.join("index.html")).expect("there"), b"2");
    assert!(!public.join("gone.html").exists());
    assert_eq!(listed(root.path()), ["content", "public"]);
    // Before the exchange, the new folder has second names of the files that
    // stay, or copies that were changed since. A changed copy stays until
    // somebody has looked at it.
    fs::remove_file(public.join("late.txt")).expect("moved away");
    let work = left_work(root.path());
    fs::create_dir_all(work.join("ready/.git")).expect("folders");
    fs::hard_link(public.join(".git/HEAD"), work.join("ready/.git/HEAD")).expect("linked");
    fs::write(work.join("ready/.git/index"), "only here").expect("file");
    fs::write(public.join(".git/config"), "new").expect("file");
    fs::write(work.join("ready/.git/config"), "old").expect("file");
    fs::copy(public.join("zhize.json"), work.join("ready/zhize.json")).expect("copied");
    let summary = write_to(root.path(), &[("index.html", "4")]).expect("written");
    assert_eq!(fs::read(public.join(".git/HEAD")).expect("there"), b"ref");
    assert_eq!(
        fs::read(public.join(".git/index")).expect("moved"),
        b"only here"
    );
    assert_eq!(fs::read(public.join(".git/config")).expect("there"), b"new");
    assert_eq!(summary.leftovers.len(), 1, "{:?}", summary.leftovers);
    assert_eq!(
        fs::read(work.join("ready/.git/config")).expect("left"),
        b"old"
    );
}

#[test]
fn a_failed_write_leaves_the_old_site() {
    let root = site();
    write_to(root.path(), &[("index.html", "1")]).expect("first");
    let error =
        write_to(root.path(), &[("a", "file"), ("a/b", "below a file")]).expect_err("fails");
    assert!(message(&error).contains("原有网站未改动"), "{error:#}");
    assert_eq!(
        names(&root.path().join("public")),
        ["index.html", "zhize.json"]
    );
    assert_eq!(listed(root.path()), ["content", "public"]);
}

#[test]
fn two_builds_at_once_do_not_mix() {
    let root = site();
    write_to(root.path(), &[("index.html", "0")]).expect("first");
    let results: Vec<_> = std::thread::scope(|scope| {
        let spawn = |n: usize| {
            let root = root.path();
            scope.spawn(move || {
                let names: Vec<_> = (0..200).map(|i| format!("{n}/{i}.html")).collect();
                let files: Vec<_> = names.iter().map(|name| (name.as_str(), "x")).collect();
                write_to(root, &files)
            })
        };
        [spawn(1), spawn(2)]
            .map(|thread| thread.join().expect("no panic"))
            .into()
    });
    assert!(results.iter().any(Result::is_ok));
    for error in results.iter().filter_map(|result| result.as_ref().err()) {
        assert!(message(error).contains("另一 zhize 进程"), "{error:#}");
    }
    assert_eq!(
        names(&root.path().join("public")).len(),
        201,
        "one site, whole"
    );
}

// The following tests need a process of their own: this test binary, started
// again with a variable that turns `child` from an empty test into a writer.

/// How many files [`large`] holds.
const FILES: usize = 400;

const CHILD: &str = "ZHIZE_TEST_WRITE_TO";

fn small() -> Vec<(&'static str, &'static str)> {
    vec![("index.html", "small")]
}

/// Some hundred files of some kilobytes, so that there is time to kill the
/// build.
fn large() -> OutputSet {
    let mut set = OutputSet::default();
    for i in 0..FILES {
        let page = format!("pages/{i}/index.html");
        set.insert(page, vec![b'x'; 4_000], Audience::Readers);
    }
    set
}

#[test]
fn child() {
    let Some(root) = std::env::var_os(CHILD) else {
        return;
    };
    let root = Path::new(&root);
    let result = Destination::check(root, &root.join("public"), &[])
        .and_then(|destination| write_set(&large(), &destination, OPTIONS));
    if let Err(error) = result {
        println!("CHILD: {}", message(&error));
    }
}

/// A command line that starts the child.
fn child_words() -> Vec<String> {
    let this = std::env::current_exe().expect("this binary has a path");
    let words = [
        &*this.to_string_lossy(),
        "--exact",
        "write::child",
        "--nocapture",
    ];
    words.map(str::to_owned).into()
}

#[test]
fn a_killed_build_leaves_one_whole_site() {
    let root = site();
    let public = root.path().join("public");
    write_to(root.path(), &small()).expect("first");
    let start = || {
        let words = child_words();
        Command::new(&words[0])
            .args(&words[1..])
            .env(CHILD, root.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("the child starts")
    };
    let work_has = |path: &str| {
        let works = listed(root.path()).into_iter();
        works
            .filter(|name| name.starts_with(".zhize-public-"))
            .any(|name| root.path().join(name).join(path).exists())
    };
    let (mut old, mut new) = (0, 0);
    // From before the first file to after the last, measured by the files that
    // exist and not by the clock, because the speed of writing changes from one
    // second to the next. On a busy machine, a build may end before it is
    // killed; then more builds are killed at their beginning until one was
    // killed in time.
    let start_of_all = || Some("new".to_owned());
    let files = (0..9).map(|ninth| Some(format!("new/pages/{}/index.html", FILES * ninth / 9)));
    let steps = [start_of_all()].into_iter().chain(files).chain([None]);
    let further = (0..100).map(|_| start_of_all());
    for (round, until) in steps.chain(further).enumerate() {
        if round > 10 && old > 0 {
            break;
        }
        let mut child = start();
        while child.try_wait().expect("waited").is_none() {
            if until.as_ref().is_some_and(|path| work_has(path)) {
                child.kill().expect("killed, or gone already");
                child.wait().expect("reaped");
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        match names(&public).len() {
            2 => old += 1,
            files if files == FILES + 1 => new += 1,
            files => panic!("neither the old site nor the new one: {files} files"),
        }
        write_to(root.path(), &small()).expect("the next build clears up");
    }
    println!("old site {old} times, new site {new} times");
    assert!(old > 0, "some were killed in time");
    assert!(new > 0, "some came to their end");
}

#[cfg(target_os = "linux")]
/// At no moment may a killed build have lost foreign files in the output. They
/// are checked at once, before another build could repair anything.
#[test]
fn fifty_killed_builds_lose_nothing_of_a_repository_in_the_output() {
    let root = site();
    let public = root.path().join("public");
    write_to(root.path(), &small()).expect("first");
    put(root.path(), ".git/HEAD", "ref");
    for n in 0..60 {
        put(
            root.path(),
            &format!(".git/objects/{}/{n}", n % 8),
            "object",
        );
    }
    put(root.path(), ".nojekyll", "");
    let of_others = || {
        let mut all = contents(&public);
        all.retain(|path, _| path.starts_with('.'));
        all
    };
    let wanted = of_others();
    assert_eq!(wanted.len(), 62);
    let has = |path: &str| {
        let works = listed(root.path()).into_iter();
        works
            .filter(|name| name.starts_with(".zhize-public-"))
            .any(|name| root.path().join(name).join(path).exists())
    };
    // Moments of a build, in order, by the content of the work folder.
    let moments = [
        "new",
        "new/pages/7/index.html",
        "new/zhize.json",
        "new/.git",
        "new/.git/objects/7",
        "new/.nojekyll",
        "ready",
        "ready/.git",
        "ready/index.html",
        "none: it comes to its end",
    ];
    let mut killed = 0;
    for round in 0.. {
        let moment = moments[round % moments.len()];
        let words = child_words();
        let mut child = Command::new(&words[0])
            .args(&words[1..])
            .env(CHILD, root.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("the child starts");
        let started_from = fs::read(public.join("zhize.json")).expect("a marker");
        let mut was_killed = false;
        while child.try_wait().expect("waited").is_none() {
            if has(moment) {
                child.kill().expect("killed, or gone already");
                child.wait().expect("reaped");
                was_killed = true;
                break;
            }
            std::thread::yield_now();
        }
        killed += usize::from(was_killed);
        assert_eq!(of_others(), wanted, "killed at {moment}, round {round}");
        let files = names(&public).len() - wanted.len();
        assert!(
            [2, FILES + 1].contains(&files),
            "killed at {moment}: neither site is whole: {files} files; before: {started_from:?}"
        );
        if killed >= 50 || round > 500 {
            break;
        }
    }
    assert!(killed >= 50, "{killed} builds were killed in time");
    let summary = write_to(root.path(), &small()).expect("the next build clears up");
    assert!(summary.leftovers.is_empty(), "{:?}", summary.leftovers);
    assert_eq!(of_others(), wanted);
    assert_eq!(listed(root.path()), ["content", "public"]);
}

#[cfg(target_os = "linux")]
mod as_root {
    use super::*;

    /// Runs a script in a mount namespace of its own, in which `$ROOT` is a
    /// small file system with a site in it. `None` if that isn't allowed.
    fn in_small_file_system(size: &str, script: &str) -> Option<Output> {
        let root = site();
        let words = child_words();
        let quoted: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
        let script = format!(
            "set -e\n\
             mount -t tmpfs -o {size} tmpfs \"$ROOT\"\n\
             mkdir \"$ROOT/content\" \"$ROOT/public\"\n\
             echo '{{\"generator\":\"zhize\",\"version\":\"0\",\"index\":\"\",\"current\":[],\"kept\":[]}}' > \"$ROOT/public/zhize.json\"\n\
             echo old > \"$ROOT/public/index.html\"\n\
             {script}\n\
             {CHILD}=\"$ROOT\" {}\n\
             echo LEFT: $(cat \"$ROOT/public/index.html\") $(ls -A \"$ROOT\")\n",
            quoted.join(" ")
        );
        let run = |script: &str| {
            Command::new("unshare")
                .args(["--mount", "sh", "-c", script])
                .env("ROOT", root.path())
                .output()
                .ok()
        };
        let allowed = run("mount -t tmpfs tmpfs \"$ROOT\"").is_some_and(|o| o.status.success());
        if !allowed {
            eprintln!("skipped: mounting a file system needs root");
            return None;
        }
        run(&script)
    }

    fn assert_told_and_kept(output: &Output, words: &str) {
        let text = String::from_utf8_lossy(&output.stdout);
        let told = text
            .lines()
            .find_map(|line| line.split_once("CHILD: "))
            .unwrap_or_else(|| panic!("no message in {output:?}"))
            .1;
        assert!(told.contains(words), "{told}");
        assert!(told.contains('请'), "a remedy in: {told}");
        assert!(text.contains("LEFT: old content public"), "{text}");
    }

    #[test]
    fn a_full_disk_is_named_and_the_old_site_stays() {
        if let Some(output) = in_small_file_system("size=1m", "") {
            assert_told_and_kept(&output, "已满");
        }
    }

    #[test]
    fn a_disk_without_room_for_one_more_file_is_named() {
        // Inodes run out when a file or folder is created.
        if let Some(output) = in_small_file_system("size=64m,nr_inodes=40", "") {
            assert_told_and_kept(&output, "已满");
        }
    }

    #[test]
    fn a_read_only_disk_is_named() {
        let read_only = "mount -o remount,ro \"$ROOT\"";
        if let Some(output) = in_small_file_system("size=64m", read_only) {
            assert_told_and_kept(&output, "只读");
        }
    }

    #[test]
    fn a_folder_that_is_a_mount_point_is_named() {
        let mount = "mount -t tmpfs -o size=8m tmpfs \"$ROOT/public\"\necho old > \"$ROOT/public/index.html\"\n\
             echo '{\"generator\":\"zhize\",\"version\":\"0\",\"index\":\"\",\"current\":[],\"kept\":[]}' > \"$ROOT/public/zhize.json\"";
        if let Some(output) = in_small_file_system("size=64m", mount) {
            assert_told_and_kept(&output, "挂载点");
        }
    }

    #[test]
    fn a_folder_without_permission_is_named() {
        let root = site();
        write_to(root.path(), &small()).expect("first");
        let set_mode = |mode| {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(root.path(), fs::Permissions::from_mode(mode)).expect("owner");
        };
        set_mode(0o555);
        // Root may write anywhere, unless it gives up that right.
        let words = child_words();
        let plain = vec![words[0].as_str()];
        let without_override = vec![
            "setpriv",
            "--bounding-set=-dac_override,-dac_read_search",
            &words[0],
        ];
        let is_root = {
            use std::os::unix::fs::MetadataExt as _;
            fs::metadata(root.path()).expect("exists").uid() == 0
        };
        let start = if is_root { without_override } else { plain };
        let output = Command::new(start[0])
            .args(&start[1..])
            .args(&words[1..])
            .env(CHILD, root.path())
            .output();
        set_mode(0o755);
        let text = match &output {
            Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout),
            _ => return eprintln!("skipped: setpriv is not to be had"),
        };
        assert!(
            text.contains("没有权限") && text.contains("请检查"),
            "{text}"
        );
        assert_eq!(
            names(&root.path().join("public")),
            ["index.html", "zhize.json"]
        );
    }
}
