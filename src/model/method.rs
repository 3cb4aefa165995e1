//! HTTP methods and their effects.

use std::fmt;

/// HTTP method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Reads, without a body in the reply.
    Head,
    /// Writes.
    Post,
    /// Writes.
    Put,
    /// Writes.
    Patch,
    /// Writes.
    Delete,
}

impl Method {
    /// All methods that a mapping may use, as its keys spell them.
    pub const ALL: [(&'static str, Method); 6] = [
        ("get", Method::Get),
        ("head", Method::Head),
        ("post", Method::Post),
        ("put", Method::Put),
        ("patch", Method::Patch),
        ("delete", Method::Delete),
    ];

    /// GET and HEAD read; all others write.
    #[must_use]
    pub fn is_read(self) -> bool {
        matches!(self, Method::Get | Method::Head)
    }

    /// Name as HTTP spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
