//! Which attribute comes from where.

use super::markdown::code;
use super::rows;
use crate::model::{Rest, Table};

pub(super) fn table(table: &Table) -> String {
    let mut text = String::new();
    if let Some(under) = &table.under {
        text.push_str(&format!("The attributes stand in {}.\n\n", code(under)));
    }
    text.push_str(&rows::table("attribute", &table.rows));
    if let Some(rest) = &table.rest {
        text.push_str(&format!("\n{}\n", self::rest(rest)));
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
    if let Some(keys) = &rest.keys {
        let other = code(&keys.other.text);
        text.push_str(&format!(
            " In its keys {other} stands for each character but {}.",
            code(&keys.allow.text)
        ));
        if let Some(not) = &keys.not {
            text.push_str(&format!(" A key that matches {} gets {other} in front.", code(&not.text)));
        }
    }
    text
}
