//! Values against independent figures, limits and bounds.

mod european;
mod oracle;
