//! The anchors of a body.

use std::collections::BTreeMap;

use crate::body::anchor::TAKEN_BY_PAGES;
use crate::diag::Span;

/// The anchors of a body, without duplicates.
#[derive(Debug, Default)]
pub struct Anchors {
    taken: BTreeMap<String, (Span, u32)>,
    order: Vec<String>,
}

impl Anchors {
    /// Takes an anchor. If it is taken already, appends `-b`, `-c`, … and
    /// returns the location of the first.
    pub fn take(&mut self, wanted: &str, span: &Span) -> (String, Option<Span>) {
        let mut first = None;
        let mut anchor = wanted.to_owned();
        while let Some((taken, count)) = self.taken.get_mut(&anchor) {
            first.get_or_insert_with(|| taken.clone());
            *count += 1;
            let suffix = match *count {
                more @ 1..=25 => char::from(b'a' + more as u8).to_string(),
                more => format!("z{more}"),
            };
            anchor = format!("{wanted}-{suffix}");
        }
        if TAKEN_BY_PAGES.contains(&anchor.as_str()) {
            anchor.push_str("-1");
        }
        self.taken.insert(anchor.clone(), (span.clone(), 0));
        self.order.push(anchor.clone());
        (anchor, first)
    }

    /// Takes the first free anchor of several; if none is free, the first with
    /// a letter appended.
    pub fn take_one_of(&mut self, wanted: &[String], span: &Span) -> (String, Option<Span>) {
        let free = wanted
            .iter()
            .find(|anchor| !self.taken.contains_key(*anchor));
        self.take(free.unwrap_or(&wanted[0]), span)
    }
    /// All anchors, in the order in which they were taken.
    pub fn into_order(self) -> Vec<String> {
        self.order
    }
}
