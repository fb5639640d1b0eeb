//! Write: puts an output set on disk, whole or not at all.
