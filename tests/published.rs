//! Addresses and anchors that were once published keep working, at the same
//! place or through a second address or anchor.

use std::fs;
use std::path::Path;

use zhize::progress::Silent;
use zhize::site::{self, SiteOptions};

use crate::support::{example, repository};

/// Asserts that a site has the files and anchors that the fixture lists, one
/// file per line. Lines that begin with `#` describe the list.
#[track_caller]
fn assert_kept(root: &Path, list: &str) {
    let options = SiteOptions::of(root);
    let outcome = site::build(&options, &Silent).expect("the environment is sound");
    let site = outcome.product.expect("the site has no errors");
    let list = repository("tests/fixtures/addresses").join(list);
    let list = fs::read_to_string(list).expect("the fixture is there");
    let mut lost = Vec::new();
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let path = words.next().expect("a line has a path");
        let Some(file) = site.get(path) else {
            lost.push(path.to_owned());
            continue;
        };
        let text = String::from_utf8_lossy(&file.bytes);
        for anchor in words {
            let id = format!(" id=\"{}\"", &anchor[1..]);
            if !text.contains(&id) {
                lost.push(format!("{path}{anchor}"));
            }
        }
    }
    assert!(lost.is_empty(), "lost:\n  {}", lost.join("\n  "));
}

#[test]
fn those_of_the_projects_own_site_are_kept() {
    assert_kept(&repository(""), "own.txt");
}

#[test]
fn those_of_the_example_are_kept() {
    assert_kept(&example(), "example.txt");
}
