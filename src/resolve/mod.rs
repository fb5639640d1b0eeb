//! Resolve: from parsed pages to the library; the only whole-corpus step.
