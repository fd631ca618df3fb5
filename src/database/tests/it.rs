//! The life of a cluster, with real servers. What must be killed runs in a child process: this
//! test binary again, in which only the test `child` does something.
#![cfg(target_os = "linux")]

mod it {
    mod child;
    mod finding;
    mod killed;
    mod leftovers;
    mod living;
    mod places;
    mod sharing;
    mod support;
    mod throwaway;
}
