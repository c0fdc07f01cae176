//! `stormproof report`, and `--report` of other commands.

use std::path::Path;

use crate::args::ReportArgs;
use crate::door::Failure;
use crate::out;

/// Makes one page of folders of results.
pub(crate) fn run(args: &ReportArgs) -> Result<(), Failure> {
    let page = || report::page_of_folders(&args.folders);
    if args.out == Path::new("-") {
        return out::print(&page()?);
    }
    report::check_page_target(&args.out)?;
    report::check_page_outside(&args.out, &args.folders)?;
    write(&args.out, &page()?, args.quiet)
}

/// Whether `--report` may be written. Worth asking before a long run.
pub(crate) fn check(file: Option<&Path>) -> Result<(), Failure> {
    file.map_or(Ok(()), |file| Ok(report::check_page_target(file)?))
}

/// Writes a page and says where.
pub(crate) fn write(file: &Path, page: &str, quiet: bool) -> Result<(), Failure> {
    report::write_page(file, page)?;
    if !quiet {
        out::note(&format!("report: {}", file.display()));
    }
    Ok(())
}
