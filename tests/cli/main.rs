//! The built binary, as a user meets it: arguments in, text, files and exit codes out.

mod bad_input;
mod bad_tape;
mod breadth;
mod check;
mod compare;
mod counted;
mod diagnose;
mod endings;
mod import;
mod import_size;
mod interrupt;
mod montecarlo;
mod new;
mod options;
mod plans;
mod protect;
mod real;
mod replay;
mod results;
mod run;
mod signal;
mod study;
mod support;
mod sweep;
mod tape;
mod walk_forward;
