//! The list of all operators.

mod answers;
mod calls;
mod conditions;
mod rows;
mod words;

use super::operator::Operator;

/// All operators. Where two make the same text, the first one counts.
pub const OPERATORS: &[Operator] = &[
    conditions::DROP_GUARD,
    conditions::DROP_CONDITION,
    conditions::NEGATE_CONDITION,
    conditions::ANY_FOR_ALL,
    conditions::CHANGE_COMPARISON,
    conditions::CHANGE_PRESENCE,
    conditions::DROP_REQUIREMENT,
    rows::DROP_ROW,
    rows::DROP_CANDIDATE,
    rows::SWAP_CANDIDATES,
    rows::DROP_CAST,
    rows::CHANGE_CAST,
    rows::CHANGE_ON_BAD,
    rows::CHANGE_TAKE,
    rows::DROP_EMPTY,
    rows::DROP_NULL,
    rows::DROP_DEFAULT,
    rows::DROP_REQUIRED,
    rows::DROP_CHECK,
    rows::DROP_REPLACEMENT,
    rows::DROP_TRUNCATE,
    rows::DROP_UNDER,
    rows::DROP_ELEMENT,
    rows::DROP_REST,
    calls::DROP_STEP,
    calls::SWAP_STEPS,
    calls::DROP_LOOK_UP,
    calls::CREATE_BLINDLY,
    calls::STOP_ALWAYS,
    calls::CHANGE_METHOD,
    calls::MISSPELL_PATH,
    calls::DROP_BODY,
    calls::DROP_PAGING,
    calls::DROP_CACHE,
    calls::DROP_ONCE,
    calls::DROP_VERIFY,
    calls::DROP_LOOP,
    answers::DROP_ANSWER,
    answers::CHANGE_VERDICT,
    words::CHANGE_CONSTANT,
    words::MISSPELL_SELECTOR,
    words::CHANGE_MESSAGE,
    words::CHANGE_LIMIT,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::mutants_by;
    use super::*;

    #[test]
    fn each_makes_of_its_example_what_it_says() {
        let mut wrong = Vec::new();
        for operator in OPERATORS {
            let (text, expected) = operator.example;
            let mutants = mutants_by(&[*operator], text);
            let made: Vec<String> = mutants.iter().map(|mutant| mutant.applied_to(text)).collect();
            if made != expected {
                wrong.push(format!("{}:\n{}", operator.name, made.join("\n")));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    }

    #[test]
    fn names_are_unique() {
        let names: BTreeSet<&str> = OPERATORS.iter().map(|operator| operator.name).collect();
        assert_eq!(names.len(), OPERATORS.len());
    }
}
