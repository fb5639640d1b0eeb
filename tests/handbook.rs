//! The handbook for beginners, followed word by word.

use std::fs;

use crate::support::{program, repository};

/// A block of the handbook that its reader does something with.
#[derive(Debug)]
enum Block {
    /// Commands to run, one per line.
    Commands(Vec<String>),
    /// What the commands before it print, in this order or another.
    Output(Vec<String>),
    /// A file to write: its path below the site's folder, and its text.
    File(String, String),
}

/// The blocks of a manual. Other blocks (settings of servers, commands for
/// them) have other words behind the fence.
fn blocks(manual: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = manual.lines();
    while let Some(line) = lines.next() {
        let Some(word) = line.strip_prefix("```") else {
            continue;
        };
        let inside: Vec<String> = lines
            .by_ref()
            .take_while(|line| *line != "```")
            .map(str::to_owned)
            .collect();
        match word.split_once(' ') {
            None if word == "sh" => blocks.push(Block::Commands(inside)),
            None if word == "text" => blocks.push(Block::Output(inside)),
            Some(("toml", path)) => {
                blocks.push(Block::File(path.to_owned(), inside.join("\n") + "\n"));
            }
            _ => {}
        }
    }
    blocks
}

#[test]
fn a_beginner_who_follows_the_handbook_gets_a_site() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut place = folder.path().to_owned();
    let manual = fs::read_to_string(repository("docs/start.md")).expect("the handbook");
    let (mut commands, mut printed) = (0, String::new());
    for block in blocks(&manual) {
        match block {
            Block::File(path, text) => {
                fs::write(place.join(&path), text)
                    .unwrap_or_else(|error| panic!("{path}: {error}"));
            }
            Block::Output(lines) => {
                for line in lines {
                    assert!(printed.contains(&line), "“{line}” isn't in\n{printed}");
                }
            }
            Block::Commands(lines) => {
                printed.clear();
                for line in lines {
                    let mut words = line.split_whitespace();
                    match words.next() {
                        Some("cd") => place.push(words.next().expect("a folder")),
                        Some("zhize") => {
                            let output = program()
                                .args(words)
                                .current_dir(&place)
                                .output()
                                .expect("the program runs");
                            let said = String::from_utf8_lossy(&output.stdout).into_owned()
                                + &String::from_utf8_lossy(&output.stderr);
                            assert!(output.status.success(), "{line}\n{said}");
                            printed += &said;
                            commands += 1;
                        }
                        other => panic!("the handbook has a command that isn't run: {other:?}"),
                    }
                }
            }
        }
    }
    assert!(commands > 10, "{commands} commands");
    assert!(place.join("public/index.html").is_file());
    assert!(place.join("published.txt").is_file());
}
