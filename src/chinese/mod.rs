//! Facts about written Chinese: its characters, their pronunciation and sort
//! order, and traces of damage.

pub mod damage;
pub mod encoding;
pub mod han;
pub mod order;
pub mod punctuation;
pub mod readings;
pub mod traditional;
pub mod unseen;
