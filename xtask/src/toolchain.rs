//! Cargo, rustup, and the folder of their products.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The target of the search module.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The cargo that started this task.
pub fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Where cargo puts what it builds.
pub fn target_folder(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir))
}

/// Whether the module can be compiled here; adds the target through rustup if
/// it is missing.
pub fn ensure_wasm_target() -> bool {
    has_wasm_target()
        || (quietly(Command::new("rustup").args(["target", "add", WASM_TARGET]))
            && has_wasm_target())
}

/// Whether the standard library can be compiled here; adds its sources through
/// rustup if they are missing.
pub fn ensure_library_sources() -> bool {
    has_library_sources()
        || (quietly(Command::new("rustup").args(["component", "add", "rust-src"]))
            && has_library_sources())
}

fn has_library_sources() -> bool {
    Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .is_ok_and(|output| {
            let root = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
            root.join("lib/rustlib/src/rust/library/std").is_dir()
        })
}

fn has_wasm_target() -> bool {
    Command::new("rustc")
        .args(["--print", "target-libdir", "--target", WASM_TARGET])
        .output()
        .is_ok_and(|output| {
            output.status.success()
                && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
        })
}

/// Runs a command without showing its output; returns whether it succeeded.
pub fn quietly(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
