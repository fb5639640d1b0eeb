//! The integration tests: one binary, one module for each subject.
// Tests make the files that they need.
#![allow(clippy::disallowed_methods)]

// The program: messages, exit codes, live preview.
mod cli;
// What can be checked in the sources: documents, imports, traces of one
// machine.
mod graph;
mod tidy;
// The facts of the source: stated on their pages, in other words.
mod facts;
// Words that no reader should see.
mod glossary;
// The words of the interface, in each language.
mod words;
// The output folder on disk: replaced whole, kept on failure.
mod write;
// Links, pipes and forged files where the program writes, deletes and reads.
mod traps;

// Which files beside the pages are published.
mod attachments;
// Texts that may not be public.
mod withheld;
// The list of fields against the parser, and the manual made from it.
mod fields;
// Every diagnostic, triggered and rendered.
mod diagnostics;
// The mistakes that editors make most often, and their remedies.
mod mistakes;
// Mutated inputs: nothing makes the program panic.
mod fuzz;
// Import of other people's files.
mod import;
// From source text to blocks and links.
mod parse;
// Regulations as structure: from paragraphs to articles.
mod provisions;
// Data export.
mod export;
// Regulations with several texts.
mod versions;
// Citations: recognised, and linked to what they mean.
mod citations;
// What a search says about itself.
mod claims;
// Sites put together for one test.
mod support;
// Law texts from beside the project.
mod laws;
// The static engine against tantivy.
mod oracle;
// Lexicon, settings, and the names and sounds beside the terms.
mod names;
// What must come first on the bundled site, and whether hits lead somewhere.
mod search;
// Addresses that were published once.
mod published;
// Pages of like content.
mod related;
// Damaged files: a server can do no harm with them.
mod damage;
// The compiled engine against the native one.
mod module;
// What servers, crawlers and feed readers get beside the pages.
mod handbook;
mod hosting;
// Addresses: no two files claim the same one, and old ones keep working.
mod addresses;
mod basis;
// Pages: what they say, what can't run, where links lead.
mod render;
// Pictures, from the editor's file to what readers get.
mod pictures;
// The manual of themes.
mod themes;
