//! Requests and replies; what runs off the main thread.
