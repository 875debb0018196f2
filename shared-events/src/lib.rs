//! Rivulet.
