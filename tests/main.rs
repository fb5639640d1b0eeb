//! The integration tests: one binary, one module for each subject.
// Tests make the files that they need.
#![allow(clippy::disallowed_methods)]

// The binary: words, exit codes, live preview.
mod cli;
// Documents, imports, traces: what a text search sees.
mod graph;
mod tidy;
// What the source states: on its page, in words of our own.
mod facts;
// Words that nobody is to read.
mod glossary;
// What the interface says, in each language.
mod words;
// The output folder on disk: replaced whole, kept on failure.
mod write;
// Links, pipes and forged files where the program writes, deletes and reads.
mod traps;

// Files beside the pages: what is published of them.
mod attachments;
// Texts that may not be public.
mod withheld;
// Every diagnostic, provoked and rendered.
mod diagnostics;
// Whatever is read, mutated: nothing makes the program panic.
mod fuzz;
// Other people's files, taken in.
mod import;
// From source text to blocks and links.
mod parse;
// Regulations as structure: from paragraphs to articles.
mod provisions;
// The library as data.
mod export;
// Regulations with several texts.
mod versions;
// Citations: recognised, and led to what they mean.
mod citations;
// What a search says of itself.
mod claims;
// Sites put together for one test.
mod support;
// Law texts from beside the project.
mod laws;
// The static engine against tantivy.
mod oracle;
// Lexicon, settings, names and keys beside the terms.
mod names;
// What must come first on the bundled site, and whether hits lead somewhere.
mod search;
// Addresses that were published once.
mod published;
// Pages of like content.
mod related;
// Files that a server must not be able to harm with.
mod damage;
// The compiled engine against the native one.
mod module;
// What servers, crawlers and feed readers get beside the pages.
mod hosting;
// Addresses: no two files want the same, old ones go on working.
mod addresses;
mod basis;
// Pages: what they say, what cannot run, where links lead.
mod render;
// Pictures, from the editor's file to what readers get.
mod pictures;
// The manual of themes.
mod themes;
