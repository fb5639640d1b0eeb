//! Results as JSON.

use super::marks::Place;
use super::results::{FacetCounts, Hit, Results};
use crate::in_force::Validity;
use crate::json::JsonWriter;
use crate::plan::Level;

/// Renders a code and its values as a message.
pub type Say<'s> = &'s dyn Fn(&str, &[String]) -> String;

impl Results {
    /// Converts to JSON, in the form that `window.zhize.search` and `--json`
    /// return. Without `say`, messages are omitted: the page's script adds
    /// them.
    pub fn to_json(&self, say: Option<Say>) -> String {
        let mut w = JsonWriter::default();
        w.object(|w| {
            w.key("query").string(&self.query);
            w.key("total").integer(self.total);
            w.key("looser").integer(self.looser);
            w.key("rest").integer(self.rest);
            w.key("listed").integer(self.listed);
            w.key("mode").string(self.level.map_or("none", Level::code));
            w.key("notices").array(|w| {
                for notice in &self.notices {
                    w.object(|w| {
                        w.key("kind").string(notice.kind);
                        if let Some(say) = say {
                            let text = say(notice.kind, &notice.values);
                            w.key("text").string(&text);
                        }
                        w.key("values").array(|w| {
                            notice.values.iter().for_each(|value| w.string(value));
                        });
                    });
                }
            });
            if let Some(suggestion) = &self.suggestion {
                w.key("suggestion").object(|w| {
                    w.key("query").string(&suggestion.query);
                    w.key("reason").string(suggestion.reason.code());
                    w.key("used").boolean(suggestion.used);
                    w.key("alternatives").array(|w| {
                        for query in &suggestion.alternatives {
                            w.string(query);
                        }
                    });
                });
            }
            w.key("hits").array(|w| {
                for hit in &self.hits {
                    w.object(|w| hit.write(say, w));
                }
            });
            if let Some(facets) = &self.facets {
                w.key("facets").array(|w| {
                    for facet in facets {
                        w.object(|w| facet.write(w));
                    }
                });
            }
        });
        w.finish()
    }
}

impl Hit {
    fn write(&self, say: Option<Say>, w: &mut JsonWriter) {
        let card = &self.card;
        w.key("id").string(&card.key);
        w.key("url").string(&card.url);
        w.key("title")
            .string(card.names.first().map_or("", String::as_str));
        w.key("alias").string(&self.alias);
        w.key("titleMarks").ranges(&self.title_marks);
        w.key("type").string(&card.page_type);
        w.key("typeLabel").string(&card.type_label);
        w.key("meta").array(|w| {
            for fact in &card.meta {
                w.string(fact);
            }
        });
        w.key("date").string(&card.date);
        let validity = card.validity.map_or("", Validity::code);
        w.key("validity").string(validity);
        if let Some(say) = say.filter(|_| !validity.is_empty()) {
            let status = say(&("state-".to_owned() + validity), &[]);
            w.key("status").string(&status);
        }
        w.key("group").string(self.group);
        w.key("level").string(self.level.code());
        self.place.write(w);
        w.key("terms").array(|w| {
            for term in &self.terms {
                w.string(term);
            }
        });
        w.key("further").integer(self.further);
        w.key("more").array(|w| {
            for place in &self.more {
                w.object(|w| place.write(w));
            }
        });
        if let Some(explanation) = &self.explain {
            // The exact bits, to compare engines.
            w.key("scoreBits")
                .integer(self.place.score.to_bits() as usize);
            w.key("explain").array(|w| {
                for part in &explanation.parts {
                    w.object(|w| {
                        if let Some(say) = say {
                            let key = "part-".to_owned() + part.kind.code();
                            let label = say(&key, std::slice::from_ref(&part.term));
                            w.key("label").string(&label);
                        }
                        w.key("kind").string(part.kind.code());
                        w.key("term").string(&part.term);
                        w.key("points").score(part.points);
                    });
                }
            });
        }
    }
}

impl Place {
    fn write(&self, w: &mut JsonWriter) {
        w.key("anchor").string(&self.anchor);
        w.key("label").string(&self.label);
        w.key("cited").integer(self.cited as usize);
        w.key("score").score(self.score);
        w.key("snippet").string(&self.snippet);
        w.key("marks").ranges(&self.marks);
    }
}

impl FacetCounts {
    fn write(&self, w: &mut JsonWriter) {
        w.key("key").string(&self.key);
        w.key("label").string(&self.label);
        w.key("values").array(|w| {
            for (value, label, count) in &self.values {
                w.object(|w| {
                    w.key("value").string(value);
                    w.key("label").string(label);
                    w.key("count").integer(*count);
                });
            }
        });
    }
}
