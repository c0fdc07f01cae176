//! Values against independent figures, limits and bounds.

mod american;
mod bounds;
mod candidates;
mod european;
mod implied;
mod oracle;
mod properties;
mod reference;
