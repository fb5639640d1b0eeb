//! Runs the commands of a step. Their output is shown as it comes; if one
//! fails, the lines that say why are kept.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How often a command that downloads is tried.
const ATTEMPTS: u32 = 4;

/// A command that takes longer is considered stuck: the slowest step takes a
/// few minutes.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// How long to wait for output before checking whether the command has ended.
const SILENCE: Duration = Duration::from_secs(5);

/// How many lines summarise a failure; the whole output is shown above them.
const MOST_LINES: usize = 40;

/// How many lines are kept if none of them names an error.
const LAST_LINES: usize = 15;

/// Longer lines are cut: the end of a log is read in a terminal.
const MOST_CHARACTERS: usize = 300;

/// Runs a command and passes on its output.
///
/// # Errors
/// The lines of its output that explain the failure.
pub fn shown(command: &mut Command) -> Result<(), String> {
    shown_within(LIMIT, command)
}

/// Runs a command that may take longer than the steps of the gate do.
///
/// # Errors
/// As [`shown`].
pub fn shown_within(limit: Duration, command: &mut Command) -> Result<(), String> {
    let words = in_words(command);
    let started = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = started.map_err(|error| format!("`{words}` could not be started: {error}"))?;
    let (sender, lines) = channel();
    pass_on(child.stdout.take(), io::stdout(), sender.clone());
    pass_on(child.stderr.take(), io::stderr(), sender);
    let mut said: Vec<String> = Vec::new();
    let end = Instant::now() + limit;
    loop {
        match lines.recv_timeout(SILENCE) {
            Ok(line) => said.push(line),
            Err(RecvTimeoutError::Disconnected) => break,
            // Processes that the command left running may hold the pipes;
            // nobody waits for them.
            Err(RecvTimeoutError::Timeout) if matches!(child.try_wait(), Ok(Some(_))) => break,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if Instant::now() > end {
            // The reason why it can't be ended would help nobody.
            let _ = child.kill();
            let minutes = limit.as_secs() / 60;
            let mut told = vec![format!(
                "`{words}` had not ended after {minutes} minutes; its last words:"
            )];
            told.extend(short(&said[said.len().saturating_sub(LAST_LINES)..]));
            return Err(told.join("\n"));
        }
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            let mut told = vec![format!("`{words}` ended with {status}")];
            told.extend(what_failed(&said));
            Err(told.join("\n"))
        }
        Err(error) => Err(format!("`{words}` could not be waited for: {error}")),
    }
}

/// Runs a command that downloads, several times if need be.
///
/// # Errors
/// Those of [`shown`] for the last attempt, with advice.
pub fn downloading(remedy: &str, mut command: impl FnMut() -> Command) -> Result<(), String> {
    let mut pause = Duration::from_secs(5);
    for attempt in 1.. {
        let Err(reason) = shown(&mut command()) else {
            return Ok(());
        };
        if attempt == ATTEMPTS {
            return Err(format!("{reason}\ntried {ATTEMPTS} times; {remedy}"));
        }
        println!(
            "it may have been the network: once more in {} s",
            pause.as_secs()
        );
        thread::sleep(pause);
        pause *= 3;
    }
    unreachable!("the last attempt returns")
}

/// Copies a stream to our own output as it comes, and sends its lines to the
/// channel.
fn pass_on(
    from: Option<impl Read + Send + 'static>,
    mut to: impl Write + Send + 'static,
    lines: Sender<String>,
) {
    thread::spawn(move || {
        let Some(from) = from else { return };
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        while from.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            // The reader of our output may be gone; the step goes on.
            let _ = to.write_all(&line).and_then(|()| to.flush());
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            // The receiver lives as long as this thread.
            let _ = lines.send(text);
            line.clear();
        }
    });
}

/// A command as a person would type it.
fn in_words(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program())
        .file_stem()
        .unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

/// The lines of an output that say what failed: those of failed tests,
/// otherwise errors, otherwise the last lines.
fn what_failed(said: &[String]) -> Vec<String> {
    let told = [rust_tests(said), node_tests(said), errors(said)]
        .into_iter()
        .find(|lines| !lines.is_empty())
        .unwrap_or_else(|| said[said.len().saturating_sub(LAST_LINES)..].to_vec());
    short(&told)
}

/// Cuts the number and the length of lines to what fits the end of a log.
fn short(told: &[String]) -> Vec<String> {
    let mut short: Vec<String> = told
        .iter()
        .take(MOST_LINES)
        .map(|line| line.chars().take(MOST_CHARACTERS).collect())
        .collect();
    if told.len() > MOST_LINES {
        short.push("… more of it above".to_owned());
    }
    short
}

/// The output of Cargo's test harness about failures: each failed test has a
/// section that begins with its name and contains the panic message.
fn rust_tests(said: &[String]) -> Vec<String> {
    let mut told = Vec::new();
    let mut lines = said.iter().peekable();
    while let Some(line) = lines.next() {
        let section = line
            .strip_prefix("---- ")
            .and_then(|rest| rest.strip_suffix(" ----"))
            .map(|name| name.trim_end_matches(" stdout"));
        let Some(name) = section else { continue };
        told.push(format!("test {name}"));
        // The panic, without what the test printed before it.
        let mut words = Vec::new();
        let mut panicked = false;
        while let Some(line) = lines.next_if(|line| !line.starts_with("---- ")) {
            if line == "failures:" || line.starts_with("note: run with") {
                break;
            }
            panicked = panicked || line.contains("panicked at");
            if panicked && !line.is_empty() {
                words.push(format!("    {line}"));
            }
        }
        words.truncate(6);
        told.append(&mut words);
    }
    told
}

/// What Node's test runner repeats at its end: names, and the message of each
/// error without the stack.
fn node_tests(said: &[String]) -> Vec<String> {
    let Some(at) = said.iter().position(|line| line.contains("failing tests:")) else {
        return Vec::new();
    };
    let mut told = Vec::new();
    let mut words = 0;
    for line in &said[at + 1..] {
        let text = line.trim();
        if text.starts_with('✖') {
            told.push(text.to_owned());
            words = 6;
        } else if text.starts_with("at ") {
            words = 0;
        } else if words > 0 && !text.is_empty() {
            told.push(format!("    {text}"));
            words -= 1;
        }
    }
    told
}

/// Lines of compilers, formatters and checkers that name an error and its
/// place.
fn errors(said: &[String]) -> Vec<String> {
    let mut told = Vec::new();
    for (at, line) in said.iter().enumerate() {
        let names = ["error", "Error", "错误", "npm error", "E: ", "Diff in "]
            .iter()
            .any(|word| line.trim_start().starts_with(word))
            || line.contains(": error ");
        if names {
            told.push(line.clone());
            let place = said
                .get(at + 1)
                .filter(|next| next.trim_start().starts_with("-->"));
            told.extend(place.cloned());
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn failed_rust_tests_are_told_with_their_panics() {
        let said = lines(
            "test a::b ... FAILED\n\nfailures:\n\n---- a::b stdout ----\nprinted\n\n\
             thread 'a::b' panicked at tests/a.rs:3:5:\nnever came: 7\n\
             note: run with `RUST_BACKTRACE=1`\n\n\nfailures:\n    a::b\n\n\
             test result: FAILED. 1 passed; 1 failed\nerror: test failed",
        );
        assert_eq!(
            what_failed(&said),
            [
                "test a::b",
                "    thread 'a::b' panicked at tests/a.rs:3:5:",
                "    never came: 7"
            ]
        );
    }

    #[test]
    fn failed_node_tests_are_told_without_their_stacks() {
        let said = lines(
            "✖ a suite (5ms)\nℹ fail 1\n\n✖ failing tests:\n\ntest at a.mjs:1:1\n✖ the name (3ms)\n\
             \x20 Error: waited in vain\n  the page then: x\n      at f (a.mjs:2:2)\n      at g {\n    code: 'X'\n",
        );
        assert_eq!(
            what_failed(&said),
            [
                "✖ the name (3ms)",
                "    Error: waited in vain",
                "    the page then: x"
            ]
        );
    }

    #[test]
    fn other_failures_are_told_by_their_errors_or_their_end() {
        let said = lines("x\nerror[E0308]: mismatched types\n  --> a.rs:1:2\n   |\ny");
        assert_eq!(
            what_failed(&said),
            ["error[E0308]: mismatched types", "  --> a.rs:1:2"]
        );
        assert_eq!(what_failed(&lines("a\nb")), ["a", "b"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_command_is_told_by_its_last_words() {
        let mut command = Command::new("sh");
        let reason = shown(command.args(["-c", "echo one; echo two >&2; exit 3"])).expect_err("3");
        assert!(reason.contains("one") && reason.contains("two"), "{reason}");
        assert!(shown(&mut Command::new("true")).is_ok());
        // A child process of the command holds the pipes long after the
        // command's end.
        let started = Instant::now();
        assert!(shown(Command::new("sh").args(["-c", "sleep 600 & exit 0"])).is_ok());
        assert!(started.elapsed() < Duration::from_secs(300));
    }
}
