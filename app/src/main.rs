//! Rivulet.
fn main() {}
