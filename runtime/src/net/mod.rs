//! The driver, transports and stores.
