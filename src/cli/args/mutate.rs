//! Arguments of `mapwright test --mutate`.

use clap::Args;

/// Of mutants
#[derive(Args, Debug)]
#[command(next_help_heading = "Mutants")]
pub(in crate::cli) struct MutateArgs {
    /// Makes small mistakes in the mappings, one at a time, and tells which of them no case notices
    #[arg(long, conflicts_with_all = ["update", "watch"])]
    pub(in crate::cli) mutate: bool,

    /// Ends with 1 when the cases notice less than so many percent of the mistakes
    #[arg(long, value_name = "PERCENT", requires = "mutate", value_parser = percent)]
    pub(in crate::cli) mutate_min: Option<f64>,

    /// Makes only so many of the mistakes in each mapping, picked by --mutate-seed
    #[arg(long, value_name = "N", requires = "mutate")]
    pub(in crate::cli) mutate_sample: Option<usize>,

    /// Which mistakes --mutate-sample picks; the same number picks the same ones
    #[arg(long, value_name = "S", requires = "mutate_sample", default_value_t)]
    pub(in crate::cli) mutate_seed: u64,
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches('%').parse::<f64>().ok();
    number.filter(|number| (0.0..=100.0).contains(number)).ok_or_else(|| "expected 0 to 100".to_owned())
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn percents_lie_between_0_and_100() {
        assert_eq!(percent("90"), Ok(90.0));
        assert_eq!(percent("97.5%"), Ok(97.5));
        for wrong in ["101", "-1", "NaN", "most"] {
            assert!(percent(wrong).is_err(), "{wrong}");
        }
    }
}
