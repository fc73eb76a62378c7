//! The rules of mappings. They are found while mappings are resolved.

pub(crate) mod contradiction;
pub(crate) mod never_fits;
pub(crate) mod rest;
pub(crate) mod set_twice;
pub(crate) mod sides;
pub(crate) mod unmapped;
pub(crate) mod unset;
pub(crate) mod variants;
