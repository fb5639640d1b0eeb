//! The targets of a release.

/// A target, with its name in each package format.
pub struct Target {
    /// The name that rustc uses.
    pub triple: &'static str,
    /// The name in file names.
    pub name: &'static str,
    /// The file name of the program.
    pub program: &'static str,
    /// npm's `os` and `cpu`.
    pub npm: (&'static str, &'static str),
    /// The platform tag of a wheel. A static program runs with any C library.
    pub wheel: &'static str,
    /// Debian's architecture.
    pub debian: Option<&'static str>,
}

impl Target {
    /// Whether it is Windows.
    pub fn is_windows(&self) -> bool {
        self.triple.contains("windows")
    }
}

/// All of them, except macOS: its linker needs Apple's SDK for the file watcher
/// (the framework CoreServices), which is not available here.
pub const TARGETS: [Target; 3] = [
    Target {
        triple: "x86_64-unknown-linux-musl",
        name: "linux-x86_64",
        program: "zhize",
        npm: ("linux", "x64"),
        wheel: "manylinux_2_17_x86_64.musllinux_1_1_x86_64",
        debian: Some("amd64"),
    },
    Target {
        triple: "aarch64-unknown-linux-musl",
        name: "linux-arm64",
        program: "zhize",
        npm: ("linux", "arm64"),
        wheel: "manylinux_2_17_aarch64.musllinux_1_1_aarch64",
        debian: Some("arm64"),
    },
    Target {
        triple: "x86_64-pc-windows-gnu",
        name: "windows-x86_64",
        program: "zhize.exe",
        npm: ("win32", "x64"),
        wheel: "win_amd64",
        debian: None,
    },
];
