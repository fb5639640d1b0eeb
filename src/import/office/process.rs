//! A program that is run with a limit, and ended with all that it has started.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How a run of the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It could not be started.
    NotStarted,
    /// By itself.
    Ended,
    /// At its limit.
    Killed,
}

/// Runs a program in a folder and waits until it ends or must.
pub fn run(
    program: &Path,
    arguments: &[String],
    folder: &Path,
    isolates: bool,
    limit: Duration,
) -> End {
    let mut command = command(program, isolates);
    command
        .args(arguments)
        .current_dir(folder)
        .env("HOME", folder)
        // It needs no window.
        .env("SAL_USE_VCLPLUGIN", "svp")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    for proxy in ["http_proxy", "https_proxy", "ftp_proxy", "all_proxy"] {
        command.env(proxy, "http://127.0.0.1:9");
    }
    command.env_remove("no_proxy");
    let Ok(child) = group(&mut command).spawn() else {
        return End::NotStarted;
    };
    wait(child, limit)
}

fn wait(mut child: Child, limit: Duration) -> End {
    let id = child.id();
    let (tell, told) = mpsc::channel();
    let waiting = thread::spawn(move || {
        let status = child.wait();
        // Nobody listens any more when the limit has passed.
        let _ = tell.send(status.is_ok());
    });
    let end = match told.recv_timeout(limit) {
        Ok(true) => End::Ended,
        Ok(false) => End::NotStarted,
        Err(_) => End::Killed,
    };
    // The program may have ended and left others behind.
    kill(id);
    let _ = waiting.join();
    end
}

/// The program, where the system allows it without any network.
fn command(program: &Path, isolates: bool) -> Command {
    if isolates && cfg!(target_os = "linux") {
        let unshare = || {
            let mut command = Command::new("unshare");
            command.args(["--user", "--map-current-user", "--net", "--"]);
            command
        };
        let mut trial = unshare();
        trial
            .arg("true")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if trial.status().is_ok_and(|status| status.success()) {
            let mut command = unshare();
            command.arg(program);
            return command;
        }
    }
    Command::new(program)
}

/// Puts a program that is to be started at the head of a group of its own.
#[cfg(unix)]
fn group(command: &mut Command) -> &mut Command {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0)
}

#[cfg(not(unix))]
fn group(command: &mut Command) -> &mut Command {
    command
}

/// Ends a program and all of its group.
#[cfg(unix)]
fn kill(id: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(id) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        // Nothing may be left of it.
        let _ = kill_process_group(id, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn kill(id: u32) {
    let _ = Command::new("taskkill")
        .args(["/T", "/F", "/PID", &id.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}
