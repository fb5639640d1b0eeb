//! The engine: searches an index whose files the caller loads.
//!
//! [`Engine::search`] takes a request and returns either the shards that it
//! needs next or the results. It is a function of the request and the loaded
//! shards, so the caller continues by supplying shards and calling it again,
//! and a newer keystroke simply calls it with another request.

mod evaluate;
mod lists;
mod lookup;
mod shards;
mod state;
mod suggest;

pub use state::{Engine, Stop};
