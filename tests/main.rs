//! The integration tests: one binary, one module for each subject.

// The output folder on disk: replaced whole, kept on failure.
mod write;
