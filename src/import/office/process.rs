//! Runs a program with a time limit, and kills it with every process that it
//! started.

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
    /// It ended by itself.
    Ended,
    /// It was killed at its time limit.
    Killed,
}

/// Runs a program in a folder, and waits until it ends or is killed.
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
        // No window is needed.
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
        // After the time limit, nobody receives this any more.
        let _ = tell.send(status.is_ok());
    });
    let end = match told.recv_timeout(limit) {
        Ok(true) => End::Ended,
        Ok(false) => End::NotStarted,
        Err(_) => End::Killed,
    };
    // The program may have ended but left child processes running.
    kill(id);
    let _ = waiting.join();
    end
}

/// The command for the program, without network access where the system
/// supports that.
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

/// Makes the program the leader of its own process group.
#[cfg(unix)]
fn group(command: &mut Command) -> &mut Command {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0)
}

#[cfg(not(unix))]
fn group(command: &mut Command) -> &mut Command {
    command
}

/// Kills a program and its whole process group.
#[cfg(unix)]
fn kill(id: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(id) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        // None of its processes may survive.
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
