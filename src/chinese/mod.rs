//! What is known of written Chinese: its characters, how they are read aloud,
//! their order, and traces of damage.

pub mod damage;
pub mod han;
pub mod order;
pub mod readings;
pub mod traditional;
