//! Output formats of diagnostics: text, JSON, GitHub annotations and SARIF.

pub(crate) mod github;
pub(crate) mod json;
pub(crate) mod sarif;
pub(crate) mod text;
