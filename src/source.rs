//! Read: from the file system to source text.
