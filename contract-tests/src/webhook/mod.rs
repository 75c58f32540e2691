//! A listener for webhooks: what a subscriber would see.
//!
//! A small HTTP/1.1 server on loopback. Every path below it is a mailbox of its own, with answers that
//! can be scripted, and keeps what was delivered to it byte for byte.

mod listener;

pub use listener::{Delivered, Listener, ListenerError, Script};
