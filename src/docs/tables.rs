//! Which attribute comes from where.

use std::fmt::Write;

use super::markdown::code;
use super::rows;
use crate::model::{Rest, Table};

pub(super) fn table(table: &Table) -> String {
    let mut text = String::new();
    if let Some(under) = &table.under {
        let _ = write!(text, "The attributes stand in {}.\n\n", code(under));
    }
    text.push_str(&rows::table("attribute", &table.rows));
    if let Some(rest) = &table.rest {
        let _ = write!(text, "\n{}\n", self::rest(rest));
    }
    text
}

/// What becomes of everything that no row has read.
fn rest(rest: &Rest) -> String {
    let mut text = format!(
        "All else in {} that no row reads goes into {} when it is of the type {}",
        code(&rest.of.text),
        code(&rest.into.text),
        code(&rest.cast.written())
    );
    text.push_str(if rest.null_is_sent { ", or null." } else { "." });
    if !rest.except.is_empty() {
        let left_out: Vec<String> = rest.except.iter().map(|key| code(&key.text)).collect();
        let _ = write!(text, " Left out: {}.", left_out.join(", "));
    }
    if let Some(keys) = &rest.keys {
        let other = code(&keys.other.text);
        let _ =
            write!(text, " In its keys {other} stands for each character but {}.", code(&keys.allow.text));
        if let Some(not) = &keys.not {
            let _ = write!(text, " A key that matches {} gets {other} in front.", code(&not.text));
        }
    }
    text
}
