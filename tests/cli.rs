//! The command line as a person uses it: exit codes, messages, files.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

fn zhize(root: &Path, words: &[&str]) -> Command {
    let mut command = crate::support::program();
    command.args(words).current_dir(root).stdin(Stdio::null());
    command
}

fn run(root: &Path, words: &[&str]) -> Output {
    zhize(root, words).output().expect("zhize starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

#[track_caller]
fn assert_exit(output: &Output, code: i32) {
    assert_eq!(
        output.status.code(),
        Some(code),
        "stdout: {}\nstderr: {}",
        stdout(output),
        stderr(output)
    );
}

/// A site of one page, in a folder of its own.
fn small_site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("folder");
        fs::write(path, text).expect("file");
    };
    write(
        "config.toml",
        "title = \"小站\"\nbase_url = \"/\"\ntaxonomies = [{ name = \"topics\" }]\n",
    );
    write("content/_index.md", "+++\ntitle = \"小站\"\n+++\n");
    for (folder, page_type) in [
        ("regulations", "regulation"),
        ("practices", "practice"),
        ("cases", "case"),
        ("terms", "term"),
    ] {
        write(
            &format!("content/{folder}/_index.md"),
            &format!("+++\ntitle = \"{folder}\"\n[extra]\ntype = \"{page_type}\"\n+++\n"),
        );
    }
    write(
        "data/organs.toml",
        "[[organ]]\nid = \"tianjin\"\nname = \"天津市\"\nregion = \"120000\"\nkind = \"地方\"\n",
    );
    write(
        "data/regions.toml",
        "[[region]]\ncode = \"120000\"\nname = \"天津市\"\nshort = \"天津\"\niso = \"CN-TJ\"\n",
    );
    write(
        "data/sources.toml",
        "[[source]]\nid = \"seed\"\nlabel = \"来源\"\ntitle = \"unknown\"\nauthor = \"unknown\"\n\
         publisher = \"unknown\"\ndate = \"unknown\"\nurl = \"unknown\"\n[[source.segment]]\n\
         locator = \"P8\"\nkind = \"body\"\nsummary = \"谈话。\"\nintegrity = \"clean\"\n",
    );
    write("content/practices/wubitan.md", PAGE);
    folder
}

const PAGE: &str = r#"+++
title = "五必谈"
description = "五种情形必须谈话。"
date = 2026-11-22

[extra]
integrity = { state = "clean" }
responsibility = []
stage = []
organ = ["tianjin"]
region = { code = "120000", name = "天津市" }
level = "省级"

[[extra.sources]]
id = "seed"
locator = "P8"
+++

出现五种情形，必须谈话提醒。〔P8〕
"#;

#[test]
fn build_writes_a_site_and_says_so() {
    let site = small_site();
    let output = run(site.path(), &["build"]);
    assert_exit(&output, 0);
    assert!(
        stdout(&output).starts_with("已生成 "),
        "{}",
        stdout(&output)
    );
    assert!(
        stderr(&output).contains("建立索引"),
        "plain lines off a terminal"
    );
    assert!(
        !stderr(&output).contains('\u{1b}'),
        "no colours off a terminal"
    );
    for file in [
        "index.html",
        "practices/wubitan/index.html",
        "search/boot.bin",
        "zhize.json",
    ] {
        assert!(site.path().join("public").join(file).is_file(), "{file}");
    }

    let first = fs::read(site.path().join("public/zhize.json")).expect("marker");
    let quiet = run(site.path(), &["build", "--quiet"]);
    assert_exit(&quiet, 0);
    assert_eq!(stdout(&quiet) + &stderr(&quiet), "");
    let second = fs::read(site.path().join("public/zhize.json")).expect("marker");
    assert_eq!(first, second, "the same input, the same site");
}

#[test]
fn a_build_tells_what_it_changed_and_verify_whether_a_copy_is_whole() {
    let site = small_site();
    let first = stdout(&run(site.path(), &["build"]));
    assert!(!first.contains("与原有网站"), "{first}");
    let again = stdout(&run(site.path(), &["build"]));
    assert!(again.ends_with("与原有网站相同\n"), "{again}");
    let changed = PAGE.replace("必须谈话", "应当谈话");
    fs::write(site.path().join("content/practices/wubitan.md"), changed).expect("written");
    let told = stdout(&run(site.path(), &["build"]));
    assert!(told.contains("变动的页面（"), "{told}");
    assert!(told.contains("  practices/wubitan/index.html\n"), "{told}");
    assert!(told.contains("其他文件：新增 "), "{told}");

    let whole = run(site.path(), &["verify"]);
    assert_exit(&whole, 0);
    assert!(stdout(&whole).ends_with("个文件与生成时一致\n"));
    fs::write(site.path().join("public/index.html"), "x").expect("written");
    let altered = run(site.path(), &["verify", "public"]);
    assert_exit(&altered, 1);
    assert!(stdout(&altered).contains("内容不同的文件（1 个）：\n  index.html\n"));
    assert_exit(&run(site.path(), &["verify", "content"]), 2);
}

#[test]
fn a_published_address_stays_until_it_is_moved_or_withdrawn() {
    let site = small_site();
    let published = site.path().join("published.txt");
    let (old, new) = ("content/practices/wubitan.md", "content/practices/zhidu.md");
    let [old, new] = [old, new].map(|path| site.path().join(path));
    assert_exit(&run(site.path(), &["build"]), 0);
    assert!(!published.exists(), "a trial publishes nothing");
    assert_exit(&run(site.path(), &["build", "--publish"]), 0);
    let list = fs::read_to_string(&published).expect("written");
    assert!(list.contains("\npractices/wubitan/index.html\n"), "{list}");
    assert_exit(&run(site.path(), &["check"]), 0);

    fs::rename(&old, &new).expect("renamed");
    let gone = run(site.path(), &["build", "--publish"]);
    assert_exit(&gone, 1);
    let told = stderr(&gone);
    assert!(told.contains("错误[vanished-address]"), "{told}");
    assert!(told.contains("published.txt:"), "{told}");
    assert!(told.contains("网址 practices/zhidu/index.html"), "{told}");
    assert!(told.contains("aliases = [\"practices/wubitan\"]"), "{told}");
    assert_eq!(fs::read_to_string(&published).expect("there"), list);

    let text = fs::read_to_string(&new).expect("there");
    let aliased = text.replacen("[extra]", "aliases = [\"practices/wubitan\"]\n\n[extra]", 1);
    fs::write(&new, aliased).expect("written");
    assert_exit(&run(site.path(), &["build", "--publish"]), 0);
    let both = fs::read_to_string(&published).expect("there");
    assert!(both.contains("practices/wubitan/") && both.contains("practices/zhidu/"));

    fs::remove_file(&new).expect("removed");
    let settings = site.path().join("config.toml");
    let mut text = fs::read_to_string(&settings).expect("there");
    for address in ["practices/wubitan", "practices/zhidu"] {
        text += &format!(
            "\n[[extra.withdrawn]]\naddress = \"{address}\"\ndate = 2026-12-01\n\
             reason = \"内容已并入新办法。\"\n"
        );
    }
    fs::write(&settings, text).expect("written");
    let output = run(site.path(), &["build", "--publish"]);
    assert_exit(&output, 0);
    let public = site.path().join("public");
    let page = fs::read_to_string(public.join("practices/zhidu/index.html")).expect("a page");
    for part in [
        "本页面已撤下",
        "内容已并入新办法。",
        "2026-12-01",
        "noindex",
    ] {
        assert!(page.contains(part), "{part} in\n{page}");
    }
    let listed = fs::read_to_string(public.join("search/pages.json")).expect("a list");
    assert!(!listed.contains("practices/zhidu"), "{listed}");
}

#[test]
fn errors_in_the_content_end_in_1_and_leave_the_old_site() {
    let site = small_site();
    assert_exit(&run(site.path(), &["build", "-q"]), 0);
    let page = site.path().join("public/practices/wubitan/index.html");
    let before = fs::read(&page).expect("built");
    let broken = PAGE
        .replace("2026-11-22", "2026-02-30")
        .replace("谈话提醒", "[谈话](@/practices/none.md)提醒");
    fs::write(site.path().join("content/practices/wubitan.md"), &broken).expect("written");
    fs::write(site.path().join("content/terms/b.md"), b"+++\n\xff\n+++\n").expect("written");

    let output = run(site.path(), &["build"]);
    assert_exit(&output, 1);
    let told = stderr(&output);
    for words in [
        "content/practices/wubitan.md:4:8",
        "content/terms/b.md",
        "原有网站未改动",
    ] {
        assert!(told.contains(words), "no {words} in\n{told}");
    }
    assert_eq!(fs::read(&page).expect("still there"), before);

    let check = run(site.path(), &["check", "-q"]);
    assert_exit(&check, 1);
    assert!(stdout(&check).contains("content/practices/wubitan.md:4:8"));
    assert_eq!(stderr(&check), "");

    let json = run(site.path(), &["check", "--format", "json", "-q"]);
    assert_exit(&json, 1);
    let all: serde_json::Value = serde_json::from_str(&stdout(&json)).expect("JSON");
    let entry = &all[0];
    assert_eq!(entry["file"], "content/practices/wubitan.md");
    assert_eq!(
        (&entry["line"], &entry["severity"]),
        (&4.into(), &"error".into())
    );
}

#[test]
fn a_link_to_a_page_that_cannot_be_read_is_not_blamed() {
    let site = small_site();
    let linking = PAGE.replace("谈话提醒", "[谈话](@/terms/b.md)提醒");
    fs::write(site.path().join("content/practices/wubitan.md"), linking).expect("written");
    fs::write(
        site.path().join("content/terms/b.md"),
        "+++\ntitle = \n+++\n",
    )
    .expect("written");
    let check = run(site.path(), &["check", "-q"]);
    assert_exit(&check, 1);
    let told = stdout(&check);
    assert!(
        told.contains("content/terms/b.md:2") && !told.contains("wubitan.md"),
        "{told}"
    );
}

#[test]
fn what_cannot_run_ends_in_2_with_one_line() {
    let nowhere = tempfile::tempdir().expect("a temporary folder");
    let site = small_site();
    fs::create_dir(site.path().join("thesis")).expect("folder");
    fs::write(site.path().join("thesis/1.doc"), "x").expect("file");
    for (root, words, reason) in [
        (nowhere.path(), &["build", "--root", "none"][..], "none"),
        (
            site.path(),
            &["build", "--output", "thesis"],
            "不是 zhize 生成",
        ),
        (
            site.path(),
            &["build", "--output", "."],
            "知识库目录或其上级目录",
        ),
        (
            site.path(),
            &["build", "--base-url", "example.org"],
            "不是网址",
        ),
        (site.path(), &["search", "五必谈"], "zhize build"),
        (
            site.path(),
            &["search", "五必谈", "--engine", "static"],
            "zhize build",
        ),
        (site.path(), &["new", "case", "……"], "不能用作文件名"),
        (site.path(), &["new", "practice", "wubitan"], "已经存在"),
        (nowhere.path(), &["new", "case", "x"], "case"),
    ] {
        let output = run(root, words);
        assert_exit(&output, 2);
        let told = stderr(&output);
        let last = told.lines().last().unwrap_or_default();
        assert!(
            last.starts_with("错误：") && last.contains(reason),
            "{words:?}: {told}"
        );
        assert!(
            !told.contains("os error") && !told.contains("panicked"),
            "{told}"
        );
    }
}

#[test]
fn wrong_arguments_end_in_2_in_chinese() {
    let site = small_site();
    for (words, reason) in [
        (&["frob"][..], "没有 frob 这一命令"),
        (&["buidl"], "是否应为 build"),
        (&["build", "--outptu", "x"], "是否应为 --output"),
        (&["build", "--output"], "--output <目录> 之后缺少值"),
        (
            &["check", "--format", "xml"],
            "可用的值为 text、json、sarif",
        ),
        (&["search"], "缺少 <检索词>"),
        (&["search", "x", "--limit", "0"], "应为 1 到 1000 的整数"),
        (&["search", "x", "--filter", "type"], "写作“字段=值”"),
        (
            &["search", "x", "--filter", "typ=practice"],
            "没有“typ”这一字段",
        ),
        (&["search", "--batch", "x"], "缺少"),
        (
            &["new", "law", "x"],
            "可用的类型为 法规制度、做法、案例与整治、机制与术语",
        ),
        (&["serve", "--port", "70000"], "应为 0 到 65535"),
        (&["serve", "--address", "here"], "应为 IP 地址"),
    ] {
        let output = run(site.path(), words);
        assert_exit(&output, 2);
        assert!(
            stderr(&output).contains(reason),
            "{words:?}: {}",
            stderr(&output)
        );
    }
    for words in [
        &["-h"][..],
        &["help"],
        &["help", "build"],
        &["--help"],
        &["-V"],
        &["build", "-h"],
        &["search", "--help"],
    ] {
        assert_exit(&run(site.path(), words), 0);
    }
}

#[test]
fn the_version_names_the_format_of_the_index() {
    let output = run(std::path::Path::new("."), &["--version"]);
    assert_exit(&output, 0);
    let said = stdout(&output);
    let version = env!("CARGO_PKG_VERSION");
    let format = ::search::format::FORMAT_VERSION;
    assert!(said.starts_with(&format!("zhize {version}（")), "{said}");
    assert!(said.contains(&format!("索引格式 {format}）")), "{said}");
}

#[test]
fn a_site_and_an_index_of_another_version_are_named() {
    let site = small_site();
    assert_exit(&run(site.path(), &["build", "-q"]), 0);
    let again = run(site.path(), &["build"]);
    assert!(!stderr(&again).contains("原有网站由"), "{}", stderr(&again));

    let edit = |path: &str, from: &str, to: &str| {
        let path = site.path().join(path);
        let text = fs::read_to_string(&path).expect("a file of the build");
        assert!(text.contains(from), "{text}");
        fs::write(&path, text.replacen(from, to, 1)).expect("written");
    };
    let format = ::search::format::FORMAT_VERSION;
    edit(
        "search-index/tantivy/manifest.json",
        &format!("\"format\": {format}"),
        "\"format\": 1",
    );
    let refused = run(site.path(), &["search", "谈话", "--engine", "tantivy"]);
    assert_exit(&refused, 2);
    assert!(
        stderr(&refused).contains("另一版本的 zhize 生成，请重新运行 zhize build"),
        "{}",
        stderr(&refused)
    );

    let version = env!("CARGO_PKG_VERSION");
    edit(
        "public/zhize.json",
        &format!("\"version\": \"{version}\""),
        "\"version\": \"0.0.1\"",
    );
    let told = stderr(&run(site.path(), &["build"]));
    assert!(told.contains("原有网站由 zhize 0.0.1 生成"), "{told}");
    assert_exit(&run(site.path(), &["search", "谈话"]), 0);
}

#[test]
fn search_answers_with_both_engines() {
    let site = small_site();
    assert_exit(&run(site.path(), &["build", "-q"]), 0);
    for engine in ["tantivy", "static"] {
        let text = run(site.path(), &["search", "必须 谈话", "--engine", engine]);
        assert_exit(&text, 0);
        assert!(
            stdout(&text).contains("practices/wubitan/index.html"),
            "{}",
            stdout(&text)
        );

        let json = run(
            site.path(),
            &["search", "谈话", "--json", "--engine", engine],
        );
        let found: serde_json::Value = serde_json::from_str(&stdout(&json)).expect("JSON");
        assert_eq!(found["total"], 1);
        assert_eq!(found["hits"][0]["title"], "五必谈");

        let filtered = [
            "search",
            "谈话",
            "--filter",
            "type=case",
            "--engine",
            engine,
        ];
        let nothing = stdout(&run(site.path(), &filtered));
        assert!(nothing.contains("未找到"), "{nothing}");
        assert!(nothing.contains("有的值：practice（"), "{nothing}");

        fs::write(
            site.path().join("q.tsv"),
            "query_id\tquery\n7\t谈话\n8\t鱼\n",
        )
        .expect("written");
        let batch = [
            "search", "--batch", "q.tsv", "--run", "r.tsv", "--engine", engine,
        ];
        assert_exit(&run(site.path(), &batch), 0);
        let lines = fs::read_to_string(site.path().join("r.tsv")).expect("a run");
        assert!(lines.starts_with("7\tpractices/wubitan"), "{lines}");
        assert!(!lines.contains("8\t"), "{lines}");
    }
    fs::write(site.path().join("q.tsv"), "no tab\n").expect("written");
    let batch = run(
        site.path(),
        &["search", "--batch", "q.tsv", "--run", "r.tsv"],
    );
    assert_exit(&batch, 2);
    assert!(stderr(&batch).contains("第 1 行缺少制表符"));
}

#[test]
fn a_reader_who_leaves_is_no_failure() {
    let site = small_site();
    let mut child = zhize(site.path(), &["check"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("zhize starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_exit(&output, 0);
    assert!(!stderr(&output).contains("错误"), "{}", stderr(&output));
}

#[test]
fn a_filled_template_passes_check() {
    let site = small_site();
    let section = [
        ("regulation", "regulations"),
        ("practice", "practices"),
        ("case", "cases"),
        ("term", "terms"),
    ];
    for (kind, folder) in section {
        assert_exit(&run(site.path(), &["new", kind, "xin-ye"]), 0);
        let path = site.path().join("content").join(folder).join("xin-ye.md");
        let template = fs::read_to_string(&path).expect("created");
        let unfilled = run(site.path(), &["check", "-q"]);
        assert_exit(&unfilled, 1);
        assert!(
            stdout(&unfilled).contains("尚未填写"),
            "{}",
            stdout(&unfilled)
        );

        fs::write(&path, fill(kind, &template)).expect("filled");
        let filled = run(site.path(), &["check", "-q"]);
        assert_exit(&filled, 0);
        assert_eq!(stdout(&filled), "", "no warnings either");
    }
}

/// What an editor enters in the marked places.
fn fill(kind: &str, template: &str) -> String {
    let level = if kind == "regulation" {
        "中央"
    } else {
        "省级"
    };
    let values = [
        ("title", format!("新页{kind}")),
        ("description", "摘要。".to_owned()),
        ("case_kind", "问责案例".to_owned()),
        (
            "kind",
            if kind == "term" { "机制" } else { "条例" }.to_owned(),
        ),
        ("level", level.to_owned()),
        ("id", "seed".to_owned()),
        ("locator", "P8".to_owned()),
        ("code", "120000".to_owned()),
        ("name", "天津市".to_owned()),
        ("organ", "tianjin".to_owned()),
        ("issuer", "tianjin".to_owned()),
    ];
    let mut text = template.to_owned();
    for (key, value) in values {
        for before in [format!("{key} = \""), format!("{key} = [\"")] {
            let marked = format!("{before}【请填写");
            while let Some(at) = text.find(&marked) {
                let start = at + before.len();
                let end = start + text[start..].find('"').expect("a closing quote");
                text.replace_range(start..end, &value);
            }
        }
    }
    assert!(!text.contains("= \"【"), "all filled:\n{text}");
    text + "正文一句。〔P8〕\n"
}

/// How long to wait for something that is immediate on an idle machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// Saves a file as editors do, so that readers see the old text or the new one,
/// never half of it.
fn save(path: &Path, text: impl AsRef<[u8]>) {
    let draft = path.with_extension("md~");
    fs::write(&draft, text).expect("written");
    fs::rename(&draft, path).expect("renamed");
}

/// Repeats a request until it is answered.
#[track_caller]
fn wait_until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(
            started.elapsed() < PATIENCE,
            "waited {} s in vain: {what}",
            PATIENCE.as_secs()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A preview that is stopped when its owner is dropped.
struct Preview {
    child: Child,
    address: String,
}

impl Preview {
    fn of(root: &Path) -> Self {
        Self::with(root, &[])
    }

    fn with(root: &Path, arguments: &[&str]) -> Self {
        let arguments = [&["serve", "--port", "0"], arguments].concat();
        let mut child = zhize(root, &arguments)
            .stderr(Stdio::piped())
            .spawn()
            .expect("zhize starts");
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        // Somebody must keep reading its output, or the server blocks on
        // writing.
        let (sender, said) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in lines.by_ref().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let first = said
            .recv_timeout(PATIENCE)
            .expect("the server says where it listens");
        let address = first
            .split_once("http://")
            .and_then(|(_, rest)| rest.split_once('/'))
            .unwrap_or_else(|| panic!("no address in {first}"))
            .0
            .to_owned();
        Self { child, address }
    }

    /// A connection with a time limit for reading.
    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("it listens");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a limit can be set");
        stream
    }

    fn get(&self, path: &str) -> String {
        self.ask(path, &self.address, "")
    }

    /// Sends a request under a host name, with further header lines.
    fn ask(&self, path: &str, host: &str, lines: &str) -> String {
        let mut stream = self.connect();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {host}\r\n{lines}Connection: close\r\n\r\n"
        )
        .expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[track_caller]
    fn wait_for(&self, path: &str, holds: impl Fn(&str) -> bool) -> String {
        let mut last = String::new();
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            last = self.get(path);
            if holds(&last) {
                return last;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{path} never became what was waited for: {last}")
    }

    /// The state that an open page would be told now.
    fn state(&self) -> serde_json::Value {
        let mut stream = self.connect();
        write!(
            stream,
            "GET /__zhize/events HTTP/1.1\r\nHost: {}\r\n\r\n",
            self.address
        )
        .expect("sent");
        let data = BufReader::new(stream)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("data: ").map(str::to_owned))
            .expect("an event");
        serde_json::from_str(&data).expect("JSON")
    }

    #[track_caller]
    fn wait_for_state(&self, holds: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
        let mut last = serde_json::Value::Null;
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            last = self.state();
            if holds(&last) {
                return last;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the state never became what was waited for: {last}")
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn serve_follows_every_change_and_shows_errors() {
    let site = small_site();
    let source = site.path().join("content/practices/wubitan.md");
    let page = "/practices/wubitan/index.html";
    // The first build fails: the server starts anyway and says why.
    fs::write(&source, PAGE.replace("省级", "<b>级")).expect("written");
    let preview = Preview::of(site.path());
    let state = preview.wait_for_state(|state| !state["problem"].is_null());
    assert!(
        state["problem"].as_str().expect("text").contains("<b>级"),
        "{state}"
    );
    let empty = preview.get("/");
    assert!(empty.starts_with("HTTP/1.1 503"), "{empty}");
    assert!(
        empty.contains("&lt;b&gt;级") && !empty.contains("<b>级"),
        "{empty}"
    );

    save(&source, PAGE);
    let good = preview.wait_for(page, |answer| answer.starts_with("HTTP/1.1 200"));
    assert!(
        good.contains("content-type: text/html; charset=utf-8"),
        "{good}"
    );
    assert!(good.contains("cache-control: no-store"), "{good}");
    assert!(
        good.contains("<script src=\"/__zhize/reload.js\""),
        "{good}"
    );
    assert!(!site.path().join("public").exists(), "serve writes no site");

    // A later failure leaves the pages as they were.
    save(&source, PAGE.replace("省级", "特级"));
    let state = preview.wait_for_state(|state| !state["problem"].is_null());
    assert_eq!(state["generation"], 1);
    assert!(preview.get(page).contains("五必谈"));

    save(
        &source,
        PAGE.replace("title = \"五必谈\"", "title = \"六必谈\""),
    );
    preview.wait_for(page, |answer| answer.contains("六必谈"));
    assert!(preview.state()["problem"].is_null());

    // As when changing a branch: the folder disappears, and another one comes.
    let (content, away) = (site.path().join("content"), site.path().join("away"));
    fs::rename(&content, &away).expect("renamed");
    preview.wait_for_state(|state| !state["problem"].is_null());
    fs::rename(&away, &content).expect("renamed");
    preview.wait_for_state(|state| state["problem"].is_null());
    save(&source, PAGE);
    preview.wait_for(page, |answer| !answer.contains("六必谈"));

    // What an editor should look at is listed with its place and remedy.
    save(&source, PAGE.to_owned() + "\n这一段没有注明出处。\n");
    let state = preview.wait_for_state(|state| state["count"] == 1);
    let found = &state["findings"][0];
    assert_eq!(found["severity"], "警告");
    assert_eq!(found["file"], "content/practices/wubitan.md");
    let line = PAGE.lines().count() + 2;
    assert_eq!(found["line"], line, "{found}");
    assert!(
        found["remedies"][0]
            .as_str()
            .expect("text")
            .contains("〔P8〕")
    );

    assert!(preview.get("/practices").starts_with("HTTP/1.1 301"));
    assert!(preview.get("/none").starts_with("HTTP/1.1 404"));
    assert!(preview.get("/__zhize/reload.js").contains("EventSource"));
}

/// Drafts are shown on request.
#[test]
fn serve_shows_drafts_if_asked() {
    let site = small_site();
    let source = site.path().join("content/practices/wubitan.md");
    fs::write(&source, PAGE.replacen("+++\n", "+++\ndraft = true\n", 1)).expect("written");
    let page = "/practices/wubitan/index.html";
    let preview = Preview::with(site.path(), &["--drafts"]);
    preview.wait_for(page, |answer| answer.starts_with("HTTP/1.1 200"));
    drop(preview);
    let preview = Preview::of(site.path());
    preview.wait_for("/", |answer| answer.starts_with("HTTP/1.1 200"));
    assert!(preview.get(page).starts_with("HTTP/1.1 404"));
}

/// Severities and findings that stay are settings; errors stay errors.
#[test]
fn findings_count_as_the_settings_say() {
    let site = small_site();
    let source = site.path().join("content/practices/wubitan.md");
    fs::write(&source, PAGE.to_owned() + "\n这一段没有注明出处。\n").expect("written");
    let config = site.path().join("config.toml");
    let plain = fs::read_to_string(&config).expect("there");
    let set = |text: &str| fs::write(&config, plain.clone() + text).expect("written");
    let check = |words: &[&str]| run(site.path(), &[&["check"], words].concat());

    assert_exit(&check(&[]), 0);
    assert_exit(&check(&["--strict"]), 1);
    assert_exit(&run(site.path(), &["build", "--strict"]), 1);
    assert!(!site.path().join("public").exists(), "nothing is built");

    set("[extra.check.severity]\nmissing-locator = \"error\"\n");
    assert_exit(&check(&[]), 1);
    set("[extra.check.severity]\nmissing-locator = \"note\"\n");
    let noted = check(&["--strict"]);
    assert_exit(&noted, 0);
    assert!(
        stdout(&noted).contains("提示[missing-locator]"),
        "{}",
        stdout(&noted)
    );
    set("[extra.check.severity]\nmissing-locater = \"note\"\n");
    let wrong = check(&[]);
    assert_exit(&wrong, 1);
    assert!(
        stdout(&wrong).contains("missing-locator"),
        "{}",
        stdout(&wrong)
    );

    let keep = "[[extra.check.keep]]\ncode = \"missing-locator\"\n\
                file = \"content/practices/wubitan.md\"\nreason = \"引言\"\n";
    set(keep);
    let kept = check(&["--strict"]);
    assert_exit(&kept, 0);
    assert!(
        stdout(&kept).contains("按设置保留 1 处"),
        "{}",
        stdout(&kept)
    );
    let log = stdout(&check(&["--format", "sarif"]));
    let log: serde_json::Value = serde_json::from_str(&log).expect("JSON");
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "missing-locator");
    assert_eq!(result["suppressions"][0]["justification"], "引言");
    fs::write(&source, PAGE).expect("written");
    let unused = check(&[]);
    assert!(
        stdout(&unused).contains("unused-keep"),
        "{}",
        stdout(&unused)
    );
}

#[test]
fn explain_knows_codes_and_fields() {
    let site = small_site();
    let explain = |what: &str| run(site.path(), &["explain", what]);
    let code = explain("missing-locator");
    assert_exit(&code, 0);
    assert!(stdout(&code).contains("来源标记"), "{}", stdout(&code));
    for what in ["level", "层级", "extra.level"] {
        let field = explain(what);
        assert_exit(&field, 0);
        assert!(stdout(&field).contains("市级"), "{}", stdout(&field));
    }
    let nothing = explain("missing-locater");
    assert_exit(&nothing, 2);
    assert!(
        stderr(&nothing).contains("missing-locator"),
        "{}",
        stderr(&nothing)
    );
}

/// The source is only on the reviewer's page, and only if `--source` names it.
#[test]
fn serve_sets_a_source_beside_the_site() {
    let site = small_site();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = folder.path().join("原文.txt");
    fs::write(&source, "第一段的原话。\n第二段<的>原话。\n").expect("written");
    let source = source.to_str().expect("UTF-8");
    let path = "/__zhize/review/";
    {
        let preview = Preview::of(site.path());
        preview.wait_for("/", |answer| answer.starts_with("HTTP/1.1 200"));
        assert!(preview.get(path).starts_with("HTTP/1.1 404"));
    }
    let preview = Preview::with(site.path(), &["--source", source]);
    let page = preview.wait_for(path, |answer| answer.starts_with("HTTP/1.1 200"));
    assert!(page.contains("第二段&lt;的&gt;原话。"), "{page}");
    assert!(!preview.get("/").contains("原话"));
    assert!(!preview.get("/library.json").contains("原话"));
    drop(preview);

    let refused = zhize(
        site.path(),
        &["serve", "--source", source, "--address", "0.0.0.0"],
    )
    .output()
    .expect("zhize runs");
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("--source 只能在本机预览时使用"), "{said}");
    let missing = zhize(site.path(), &["serve", "--source", "没有.txt"])
        .output()
        .expect("zhize runs");
    assert_eq!(missing.status.code(), Some(2));
}

/// Unpublished content is readable only for the person who opens the preview.
#[test]
fn serve_answers_no_page_of_another_site() {
    let site = small_site();
    let preview = Preview::of(site.path());
    preview.wait_for("/search/boot.js", |answer| {
        answer.starts_with("HTTP/1.1 200")
    });
    let asked = |site: &str, mode: &str, dest: &str| {
        let lines = format!(
            "Sec-Fetch-Site: {site}\r\nSec-Fetch-Mode: {mode}\r\nSec-Fetch-Dest: {dest}\r\n"
        );
        preview.ask("/search/boot.js", &preview.address, &lines)
    };
    let answers = [
        (preview.get("/search/boot.js"), "200"),
        (preview.get("/none"), "404"),
        (preview.ask("/", "evil.example", ""), "403"),
        (asked("same-origin", "no-cors", "script"), "200"),
        (asked("cross-site", "navigate", "document"), "200"),
        (asked("cross-site", "no-cors", "script"), "403"),
        (asked("same-site", "no-cors", "script"), "403"),
        (asked("cross-site", "navigate", "iframe"), "403"),
    ];
    for (answer, code) in answers {
        assert!(answer.starts_with(&format!("HTTP/1.1 {code}")), "{answer}");
        let head = answer.split("\r\n\r\n").next().expect("a head");
        assert!(
            head.to_ascii_lowercase()
                .contains("cross-origin-resource-policy: same-origin"),
            "{head}"
        );
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_serve_cleanly() {
    let site = small_site();
    let mut preview = Preview::of(site.path());
    // An open page must not keep the server alive.
    let mut page = TcpStream::connect(&preview.address).expect("it listens");
    write!(
        page,
        "GET /__zhize/events HTTP/1.1\r\nHost: {}\r\n\r\n",
        preview.address
    )
    .expect("sent");
    preview.wait_for_state(|state| state["generation"] == 1);
    let told = Command::new("kill")
        .args(["-INT", &preview.child.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(told.success());
    let status = wait_until("the server to end", || {
        preview.child.try_wait().expect("waited")
    });
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_new_site_passes_check_and_builds_as_it_stands() {
    for kinds in ["", "法规制度", "做法,术语", "案例与整治"] {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let mut words = vec!["init", "某局", "--unit", "某局办公室"];
        if !kinds.is_empty() {
            words.extend(["--kind", kinds]);
        }
        assert_exit(&run(folder.path(), &words), 0);
        let site = folder.path().join("某局");
        let checked = run(&site, &["check", "-q"]);
        assert_exit(&checked, 0);
        assert_eq!(stdout(&checked), "", "{kinds}: no warnings either");
        let again = run(folder.path(), &words);
        assert_exit(&again, 2);
        assert!(stderr(&again).contains("不予覆盖"), "{}", stderr(&again));
        if kinds.is_empty() {
            assert_exit(&run(&site, &["build", "-q"]), 0);
            let home = fs::read_to_string(site.join("public/index.html")).expect("built");
            assert!(home.contains("某局"), "{home}");
        }
    }
}

#[test]
fn without_a_command_it_says_what_can_be_done_here() {
    let nowhere = tempfile::tempdir().expect("a folder can be made");
    let said = run(nowhere.path(), &[]);
    assert_exit(&said, 0);
    assert!(stdout(&said).contains("zhize init"), "{}", stdout(&said));
    let site = small_site();
    let said = run(site.path(), &[]);
    assert_exit(&said, 0);
    assert!(stdout(&said).contains("zhize serve"), "{}", stdout(&said));
}

#[test]
fn a_page_with_a_chinese_name_has_an_address_in_pinyin() {
    let site = small_site();
    let said = run(site.path(), &["new", "做法", "公开接待"]);
    assert_exit(&said, 0);
    assert!(
        site.path()
            .join("content/practices/gong-kai-jie-dai.md")
            .is_file()
    );
    assert!(
        stdout(&said).contains("gong-kai-jie-dai"),
        "{}",
        stdout(&said)
    );
}
