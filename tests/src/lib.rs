//! The tests of the whole: `e2e` tells one story per file through real sockets, `tidy` holds the architecture.
//! Must never be here: a test of one crate alone; that stands beside what it tests.
