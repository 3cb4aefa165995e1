//! What a flow leaves to a host that sends requests itself, and what it shows to it.

use super::pieces::HostPiece;
use super::reader::{At, Instead, Reader};
use super::{Reason, Text};

/// What a host that sends requests itself gets of a flow.
#[derive(Clone, Debug)]
pub struct HostUse {
    /// The step whose request is left to the host; the last one.
    pub sends: Option<Text>,
    /// Steps whose requests are made here and shown to the host, in this order.
    pub shows: Vec<Text>,
    /// Whose request it is.
    pub user: Option<Text>,
    /// Steps among `shows` whose requests say no user.
    pub without_user: Vec<Text>,
}

impl<'d> Reader<'d, '_> {
    /// The `host:` of a flow.
    pub(super) fn host_use(&mut self, at: &At<'d>) -> Option<HostUse> {
        self.piece::<HostPiece>(at)?;
        Some(HostUse {
            sends: at.get("sends").and_then(|at| self.text(Some(at))),
            shows: self.texts(at.get("shows")),
            user: at.get("user").and_then(|at| self.selector(Some(at), Instead::Nothing)),
            without_user: self.texts(at.get("without_user")),
        })
    }

    /// Words, or a row that makes them.
    pub(super) fn reason(&mut self, at: Option<At<'d>>) -> Option<Reason> {
        let at = at?;
        if at.is_map() {
            let name = Text { text: "reason".into(), span: at.span() };
            return self.row(&name, &at).map(|row| Reason::Row(Box::new(row)));
        }
        self.text(Some(at)).map(|text| Reason::Text(text.text))
    }
}
