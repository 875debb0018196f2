//! What is checked across packages. The library holds checks that run natively and in a browser alike, so it has no
//! I/O of its own: [`vectors`] compares this build with the record's published vectors.

pub mod vectors;
