//! The edges and the parts they share: exits, filters, sizing.
