//! Formats that LibreOffice converts, where it is installed: `.doc`, `.wps`,
//! `.rtf` and `.odt` become `.docx`, which the importer reads itself.
//!
//! A large program opens files from unknown sources. So it gets its own profile
//! with macros and links disabled, no network where the system can block it, a
//! folder that contains only copies of the files, and a time limit, after which
//! it is killed along with every process that it started.

mod kinds;
mod process;
mod profile;
mod rtf;

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use process::End;

use super::files::Input;
use crate::disk::{self, Folder};
use crate::explain::explain;

/// Environment variable that names LibreOffice's program; empty for none.
const VARIABLE: &str = "ZHIZE_SOFFICE";

/// Time limit for one file.
const LIMIT: Duration = Duration::from_secs(60);

/// Additional time for each further file of a group.
const LIMIT_EACH: Duration = Duration::from_secs(5);

/// Size in bytes of the largest result of a conversion.
const LARGEST: u64 = 64 << 20;

/// Advice where LibreOffice is not installed.
const MISSING: &str = "该格式（.doc、.wps、.rtf、.odt）须由 LibreOffice 转换，本机尚未安装；\
    请安装 LibreOffice 后导入，或用 Word、WPS 打开，另存为 .docx。\
    文件较多的，可在已安装 LibreOffice 的计算机上集中转换：\
    soffice --headless --convert-to docx --outdir 已转换 *.doc，再导入“已转换”文件夹";

const FAILED: &str =
    "LibreOffice 未能转换，文件可能设有密码或已损坏；请用 Word 或 WPS 打开，另存为 .docx";

/// The result of a conversion: a `.docx`, or the reason why there is none and
/// what to do.
pub type Converted = Result<Vec<u8>, String>;

/// LibreOffice, searched for at first use.
#[derive(Debug, Default)]
pub struct Converter {
    office: Option<Option<Office>>,
}

impl Converter {
    /// Converts the inputs that need it; `None` for the others.
    pub fn convert(&mut self, inputs: &[Input]) -> Vec<Option<Converted>> {
        let mut results: Vec<Option<Converted>> = inputs.iter().map(|_| None).collect();
        let mut foreign = Vec::new();
        for (at, input) in inputs.iter().enumerate() {
            if let Some((ending, bytes)) = kinds::foreign(input) {
                foreign.push((at, Foreign { ending, bytes }));
            }
        }
        if foreign.is_empty() {
            return results;
        }
        let (places, files): (Vec<usize>, Vec<Foreign>) = foreign.into_iter().unzip();
        let converted = match self.office.get_or_insert_with(Office::find) {
            Some(office) => office.convert(&files),
            None => files.iter().map(|_| Err(MISSING.to_owned())).collect(),
        };
        for (at, own) in places.into_iter().zip(converted) {
            results[at] = Some(own);
        }
        results
    }
}

/// A file that LibreOffice has to convert.
struct Foreign {
    /// The extension of its format, whatever the file's name.
    ending: &'static str,
    bytes: Vec<u8>,
}

/// An installed LibreOffice.
#[derive(Clone, Debug)]
struct Office {
    program: PathBuf,
    limit: Duration,
    /// Whether it runs without network access, where the system supports that.
    isolates: bool,
}

impl Office {
    /// Finds LibreOffice: from the variable, on the path, or in its usual
    /// places.
    fn find() -> Option<Self> {
        let at = |program: PathBuf| Self {
            program,
            limit: LIMIT,
            isolates: true,
        };
        if let Some(named) = env::var_os(VARIABLE) {
            return (!named.is_empty()).then(|| at(named.into()));
        }
        let path = env::var_os("PATH").unwrap_or_default();
        let endings: &[&str] = if cfg!(windows) {
            &["soffice.com", "soffice.exe"]
        } else {
            &["soffice", "libreoffice"]
        };
        let on_path = env::split_paths(&path)
            .flat_map(|folder| endings.iter().map(move |name| folder.join(name)));
        let usual = [
            "/usr/lib/libreoffice/program/soffice",
            "/opt/libreoffice/program/soffice",
            "/Applications/LibreOffice.app/Contents/MacOS/soffice",
            r"C:\Program Files\LibreOffice\program\soffice.com",
            r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
        ];
        on_path
            .chain(usual.into_iter().map(PathBuf::from))
            .find(|path| path.is_file())
            .map(at)
    }

    /// Converts files; results are in the order of the files.
    fn convert(&self, files: &[Foreign]) -> Vec<Converted> {
        let begun = disk::scratch().and_then(|scratch| {
            let desk = Desk::new(scratch.path(), files)?;
            Ok((scratch, desk))
        });
        let (scratch, desk) = match begun {
            Ok(begun) => begun,
            Err(error) => {
                let reason = format!("无法存放转换的文件：{}", explain(&error));
                return files.iter().map(|_| Err(reason.clone())).collect();
            }
        };
        let all: Vec<usize> = (0..files.len()).collect();
        let more = u32::try_from(files.len()).unwrap_or(u32::MAX);
        let end = self.run(scratch.path(), files, &all, self.limit + LIMIT_EACH * more);
        let mut results: Vec<Option<Vec<u8>>> = all.iter().map(|at| desk.result(*at)).collect();
        // One file can crash the program for all others. Those are then
        // converted one by one, unless the program doesn't respond at all.
        let mut answers = end != End::Killed || results.iter().any(Option::is_some);
        let mut reasons = vec![FAILED.to_owned(); files.len()];
        for at in all {
            if results[at].is_some() {
                continue;
            }
            if answers && files.len() > 1 {
                let end = self.run(scratch.path(), files, &[at], self.limit);
                results[at] = desk.result(at);
                answers = end != End::NotStarted;
                reasons[at] = self.reason(end);
            } else {
                reasons[at] = self.reason(end);
            }
        }
        let results = results.into_iter().zip(reasons);
        results
            .map(|(result, reason)| result.ok_or(reason))
            .collect()
    }

    fn reason(&self, end: End) -> String {
        match end {
            End::NotStarted => format!(
                "LibreOffice（{}）无法运行；请重新安装，或用 Word、WPS 打开文件，另存为 .docx",
                self.program.display()
            ),
            End::Killed => format!(
                "LibreOffice 转换超过 {} 秒，已中止；请用 Word 或 WPS 打开，另存为 .docx",
                self.limit.as_secs()
            ),
            End::Ended => FAILED.to_owned(),
        }
    }

    /// Runs LibreOffice once on the files that `which` selects.
    fn run(&self, scratch: &Path, files: &[Foreign], which: &[usize], limit: Duration) -> End {
        let mut arguments = vec![
            profile::argument(scratch),
            "--headless".to_owned(),
            "--norestore".to_owned(),
            "--nologo".to_owned(),
            "--nolockcheck".to_owned(),
            "--nodefault".to_owned(),
            "--convert-to".to_owned(),
            "docx:MS Word 2007 XML".to_owned(),
            "--outdir".to_owned(),
            OUT.to_owned(),
        ];
        let named = |at: &usize| format!("{IN}/{at}.{}", files[*at].ending);
        arguments.extend(which.iter().map(named));
        process::run(&self.program, &arguments, scratch, self.isolates, limit)
    }
}

const IN: &str = "in";
const OUT: &str = "out";

/// The folders for a conversion.
struct Desk {
    out: Folder,
}

impl Desk {
    /// Copies the files into the folder under neutral names, so that their own
    /// names mean nothing to the program and nothing lies beside them.
    fn new(scratch: &Path, files: &[Foreign]) -> io::Result<Self> {
        let folder = Folder::open(scratch)?;
        profile::write(&folder)?;
        let inputs = folder.new_folder(IN)?;
        for (at, file) in files.iter().enumerate() {
            inputs.create(format!("{at}.{}", file.ending), &file.bytes)?;
        }
        let out = folder.new_folder(OUT)?;
        Ok(Self { out })
    }

    fn result(&self, at: usize) -> Option<Vec<u8>> {
        self.out.read(format!("{at}.docx"), LARGEST).ok()
    }
}

// Tests make their own files.
#[cfg(test)]
#[cfg(unix)]
#[allow(clippy::disallowed_methods)]
mod tests {
    use std::fs;
    use std::io::{Cursor, Read as _, Write as _};
    use std::net::TcpListener;
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use zip::write::SimpleFileOptions;

    use super::*;

    /// A program that runs the given script.
    fn fake(folder: &Path, script: &str, limit: Duration) -> Office {
        let program = folder.join("soffice");
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("it can be written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("ours");
        Office {
            program,
            limit,
            isolates: false,
        }
    }

    fn foreign(ending: &'static str, text: &str) -> Foreign {
        Foreign {
            ending,
            bytes: text.as_bytes().to_vec(),
        }
    }

    const LONG: Duration = Duration::from_secs(600);

    #[test]
    fn the_program_gets_a_profile_and_copies_alone() {
        let folder = disk::scratch().expect("a folder");
        let log = folder.path().join("log");
        let script = format!(
            "echo \"$@\" >> {log}; cat profile/user/registrymodifications.xcu >> {log}; ls in >> {log}; \
         for f in in/*; do cp $f out/$(basename ${{f%.*}}).docx; done",
            log = log.display()
        );
        let office = fake(folder.path(), &script, LONG);
        let files = [foreign("doc", "甲"), foreign("rtf", "乙")];
        let results = office.convert(&files);
        assert_eq!(results, [Ok("甲".into()), Ok("乙".into())]);
        let log = fs::read_to_string(log).expect("it ran");
        for words in [
            "-env:UserInstallation=file:///",
            "--headless",
            "in/0.doc in/1.rtf",
            "DisableMacrosExecution",
            "0.doc\n1.rtf\n",
        ] {
            assert!(log.contains(words), "no {words} in {log}");
        }
        assert_eq!(log.matches("--convert-to").count(), 1, "one run for all");
    }

    #[test]
    fn one_file_does_not_take_the_others_with_it() {
        let folder = disk::scratch().expect("a folder");
        // Dies at the second file.
        let script = "for f in \"$@\"; do case $f in in/1.*) exit 1;; in/*) cp $f out/$(basename ${f%.*}).docx;; esac; done";
        let office = fake(folder.path(), script, LONG);
        let files = [
            foreign("doc", "甲"),
            foreign("doc", "乙"),
            foreign("doc", "丙"),
        ];
        let results = office.convert(&files);
        assert_eq!(results[0], Ok("甲".into()));
        assert!(
            results[1]
                .as_ref()
                .is_err_and(|reason| reason.contains("密码"))
        );
        assert_eq!(results[2], Ok("丙".into()));
    }

    #[test]
    fn at_its_limit_the_program_is_ended_with_its_children() {
        let folder = disk::scratch().expect("a folder");
        let pids = folder.path().join("pids");
        let script = format!("sleep 1000 & echo $! >> {}; wait", pids.display());
        let office = fake(folder.path(), &script, Duration::from_millis(300));
        let results = office.convert(&[foreign("doc", "甲")]);
        assert!(
            results[0]
                .as_ref()
                .is_err_and(|reason| reason.contains("中止"))
        );
        // A slow machine may kill it before it has started.
        for pid in fs::read_to_string(pids).unwrap_or_default().lines() {
            let alive = || {
                let stat = fs::read_to_string(format!("/proc/{pid}/stat"));
                // A dead process remains as a zombie until its parent waits for
                // it.
                stat.is_ok_and(|stat| !stat.contains(") Z ") && !stat.contains(") X "))
            };
            while alive() {
                thread::yield_now();
            }
        }
    }

    #[test]
    fn a_program_that_is_none_is_said() {
        let office = Office {
            program: "/nowhere/soffice".into(),
            limit: LONG,
            isolates: false,
        };
        let results = office.convert(&[foreign("doc", "甲"), foreign("doc", "乙")]);
        for result in results {
            assert!(result.is_err_and(|reason| reason.contains("无法运行")));
        }
    }

    /// The real LibreOffice. Tests report when it is missing, and fail if it
    /// was required.
    fn real() -> Option<Office> {
        let office = Office::find();
        if office.is_none() {
            assert!(env::var_os("ZHIZE_NEEDS_SOFFICE").is_none(), "no soffice");
            println!("skipped: LibreOffice is not installed");
        }
        office
    }

    fn odt(body: &str) -> Foreign {
        let namespaces = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
         xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\"";
        let content = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content {namespaces} office:version=\"1.2\"><office:body><office:text>{body}</office:text></office:body></office:document-content>"
        );
        let manifest = "<?xml version=\"1.0\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.2\">\
         <manifest:file-entry manifest:full-path=\"/\" manifest:version=\"1.2\" manifest:media-type=\"application/vnd.oasis.opendocument.text\"/>\
         <manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>";
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (name, text) in [
            ("mimetype", "application/vnd.oasis.opendocument.text"),
            ("META-INF/manifest.xml", manifest),
            ("content.xml", &content),
        ] {
            zip.start_file(name, stored).expect("a part");
            zip.write_all(text.as_bytes()).expect("its bytes");
        }
        Foreign {
            ending: "odt",
            bytes: zip.finish().expect("an archive").into_inner(),
        }
    }

    /// A listener, and a count of its connections.
    fn listener() -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("it has one").port();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming() {
                count.fetch_add(1, Ordering::SeqCst);
                if let Ok(mut stream) = stream {
                    let _ = stream.write_all(b"HTTP/1.0 404 Not Found\r\n\r\n");
                }
            }
        });
        (port, asked)
    }

    /// Remote templates, pictures and sections, and a local file: nothing is
    /// requested, both without network and with the settings alone.
    #[test]
    fn nothing_in_a_file_asks_for_anything() {
        let Some(office) = real() else { return };
        let (port, asked) = listener();
        let folder = disk::scratch().expect("a folder");
        let secret = folder.path().join("secret.txt");
        fs::write(&secret, "本机的秘密\n").expect("written");
        let files = || {
            let remote = format!("http://127.0.0.1:{port}");
            let section = |name: &str, address: &str| {
                format!(
                    "<text:section text:name=\"{name}\"><text:section-source xlink:href=\"{address}\" xlink:type=\"simple\"/><text:p>旧文。</text:p></text:section>"
                )
            };
            let body = format!(
                "<text:p>第一条　甲。</text:p><text:p><draw:frame svg:width=\"3cm\" svg:height=\"3cm\" text:anchor-type=\"as-char\">\
             <draw:image xlink:href=\"{remote}/a.png\" xlink:type=\"simple\" xlink:show=\"embed\" xlink:actuate=\"onLoad\"/></draw:frame></text:p>{}{}",
                section("a", &format!("{remote}/a.odt")),
                section("b", &format!("file://{}", secret.display())),
            );
            let rtf = format!(
                "{{\\rtf1\\ansi{{\\*\\template {remote}/a.dotx}}{{\\field{{\\*\\fldinst INCLUDEPICTURE \"{remote}/b.png\" \\\\d}}{{\\fldrslt x}}}} text\\par}}"
            );
            [odt(&body), foreign("rtf", &rtf)]
        };
        for isolates in [true, false] {
            let office = Office {
                isolates,
                ..office.clone()
            };
            for result in office.convert(&files()) {
                let bytes = result.expect("it is converted");
                let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
                let mut text = String::new();
                let mut part = zip.by_name("word/document.xml").expect("the text");
                part.read_to_string(&mut text).expect("UTF-8");
                assert!(!text.contains("本机的秘密"));
                assert!(text.contains("旧文") || text.contains("text"), "{text}");
            }
            assert_eq!(asked.load(Ordering::SeqCst), 0, "isolates: {isolates}");
        }
    }
}
