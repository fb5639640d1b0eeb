//! What must not occur.

use super::nodes::{Node, Unwanted};

/// The maximum number of alternatives in an excluded group; a group with more
/// is text.
const MOST_EXCLUDED: usize = 8;

/// The combinations of texts that together contain all of `nodes`; `None` if
/// there are too many, or a part has no text.
pub(super) fn unwanted(nodes: &[Node]) -> Option<Vec<Vec<Unwanted>>> {
    let mut ways: Vec<Vec<Unwanted>> = vec![Vec::new()];
    for node in nodes {
        let of_node = match node {
            Node::Words(text) => vec![
                text.split_whitespace()
                    .map(|word| Unwanted {
                        text: word.to_owned(),
                        in_names: false,
                    })
                    .collect(),
            ],
            Node::Phrase(text) | Node::Title(text) => vec![vec![Unwanted {
                text: text.clone(),
                in_names: matches!(node, Node::Title(_)),
            }]],
            Node::Any(alternatives) => {
                let mut all = Vec::new();
                for alternative in alternatives {
                    all.extend(unwanted(alternative)?);
                }
                all
            }
        };
        if ways.len() * of_node.len() > MOST_EXCLUDED {
            return None;
        }
        ways = ways
            .iter()
            .flat_map(|way| of_node.iter().map(|more| [&way[..], more].concat()))
            .collect();
    }
    ways.retain(|way| !way.is_empty());
    (!ways.is_empty()).then_some(ways)
}
