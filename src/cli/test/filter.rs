//! `--filter`: a part of the path or of `about`, or a pattern for them.

use regex::Regex;

use super::select::Chosen;
use crate::cli::args::TestArgs;
use crate::cli::output::Problem;

/// What a case must have.
#[derive(Debug)]
pub(super) enum Filter {
    /// A text in its path or in its `about`, whatever the case of the letters.
    Part(String),
    /// A match in one of them.
    Pattern(Regex),
}

/// The filter that is wanted.
pub(super) fn of(args: &TestArgs) -> Result<Option<Filter>, Problem> {
    args.filter.as_deref().map(parsed).transpose()
}

fn parsed(text: &str) -> Result<Filter, Problem> {
    let pattern = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    let Some(pattern) = pattern.filter(|pattern| !pattern.is_empty()) else {
        return Ok(Filter::Part(text.to_lowercase()));
    };
    Regex::new(pattern).map(Filter::Pattern).map_err(|error| {
        let why = error.to_string();
        let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Problem::usage(format!("`--filter {text}` is no regular expression: {why}"))
            .with_help("between slashes stands a pattern, without them a part of the path or of `about`")
    })
}

impl Filter {
    /// Whether a case is wanted. Of a file that is no case only the path is known.
    pub(super) fn takes(&self, chosen: &Chosen) -> bool {
        let path = chosen.file.display().to_string();
        let about = chosen.case.as_ref().map(crate::case::Case::about).unwrap_or_default();
        [path.as_str(), about].iter().any(|text| match self {
            Filter::Part(part) => text.to_lowercase().contains(part),
            Filter::Pattern(pattern) => pattern.is_match(text),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::CaseError;

    #[track_caller]
    fn check(filter: &str, path: &str, expected: bool) {
        let chosen = Chosen { file: path.into(), case: Err(CaseError::from("no case")) };
        assert_eq!(parsed(filter).unwrap().takes(&chosen), expected, "{filter} {path}");
    }

    #[test]
    fn a_part_of_the_path() {
        check("People", "cases/people/a.yaml", true);
        check("people.b", "cases/people/b.yaml", false);
        check("/", "cases/a.yaml", true);
    }

    #[test]
    fn a_pattern() {
        check("/people.b/", "cases/people/b.yaml", true);
        check("/^people/", "cases/people/b.yaml", false);
        let problem = parsed("/(/").unwrap_err().to_string();
        assert_eq!(problem, "`--filter /(/` is no regular expression: unclosed group");
    }
}
